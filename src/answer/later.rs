//! Told later: questions that nothing was found for are kept, and answered when a check of them has
//! appeared.

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};

use super::plans::once;
use super::work::Answering;
use crate::claim::answer::{Answer, Decision};
use crate::claim::post::{Audience, Incoming, ReplyTo};
use crate::claim::reply::{self, Reply, Toast};
use crate::claim::words::Lang;
use crate::store::{Later, Plan, Question, Standing, Told};

/// A press of “tell me” as it is answered.
pub(super) struct Noted {
    pub(super) toast: Toast,
    pub(super) reply: Option<Reply>,
    pub(super) later: Option<Later>,
}

impl Answering {
    /// Whether what is asked here may be answered later, by a button.
    fn may_wait(&self, to: &ReplyTo) -> bool {
        matches!(to.audience, Audience::Private | Audience::Group)
            && self.rooms.get(&to.chat).graphemes_max.is_none()
    }

    /// What an answer means for the question: kept, with a button under the reply, or not.
    pub(super) fn keep_or_drop(
        &self,
        reply: &mut Reply,
        (incoming, to, lang): (&Incoming, &ReplyTo, Lang),
        (answer, inbox_id, since): (&Answer, &str, u64),
        now: DateTime<Utc>,
    ) -> Later {
        if answer.decision != Decision::None || !self.may_wait(to) {
            return Later::Drop(to.clone());
        }
        reply::offer(reply, &self.words, lang, inbox_id.to_owned());
        Later::Keep(Box::new(Question {
            inbox_id: inbox_id.to_owned(),
            to: to.clone(),
            post: incoming.post.clone(),
            language: lang.code().to_owned(),
            at: now,
            until: after(now, self.kept.questions_days),
            excluded: Vec::new(),
            since: Some(since),
        }))
    }

    /// Somebody wants to be told when there is a check for a question.
    pub(super) fn tell_me(
        &self,
        question: &str,
        (to, lang): (&ReplyTo, Lang),
        told: Option<&Told>,
        now: DateTime<Utc>,
    ) -> Result<Noted> {
        let toast = match self.store.standing(question, to, now)? {
            Standing::Kept => Toast::TellMe,
            Standing::Awaited => Toast::TellMeAgain,
            Standing::Full => Toast::TellMeFull,
            Standing::Gone => Toast::Expired,
        };
        let Some(told) = told.filter(|_| toast == Toast::TellMe) else {
            return Ok(Noted { toast, reply: None, later: None });
        };
        let until = after(now, self.kept.follow_up_days);
        let publishers = usize::try_from(self.finder.counts()?.1).unwrap_or(usize::MAX);
        let days = (now.date_naive(), until.date_naive());
        let answer = &told.answer;
        let reply = reply::awaited(&self.words, lang, answer, days, to.audience, publishers);
        let later = Later::Await { question: question.to_owned(), until };
        Ok(Noted { toast, reply: Some(reply), later: Some(later) })
    }

    /// Somebody says that a check is about another claim. Under a follow-up that means to wait on.
    /// In a group the answer stays: one reader's word takes it from nobody else.
    pub(super) fn not_same(
        &self,
        to: &ReplyTo,
        outbox_id: &str,
        review_id: &str,
        lang: Lang,
    ) -> Result<(Option<Reply>, Option<Later>)> {
        if to.audience != Audience::Private {
            return Ok((None, None));
        }
        let Some((question, until)) = self.store.answered_later(outbox_id)? else {
            return Ok((Some(reply::not_same(&self.words, lang)), None));
        };
        let reply = reply::not_same_again(&self.words, lang, until.date_naive());
        let later = Later::Again { question, review_id: review_id.to_owned() };
        Ok((Some(reply), Some(later)))
    }

    /// What the reader of a question is told now, if a check that changed after `since` answers it.
    ///
    /// # Errors
    /// If database or index fail.
    pub fn follow_up(&self, question: &Question, since: u64) -> Result<Option<Plan>> {
        let to = &question.to;
        let answer = self.finder.answer_without(&question.post, to.audience, &question.excluded)?;
        let told: Vec<&str> = reply::shown(&answer).iter().map(|one| one.id.as_str()).collect();
        if answer.decision == Decision::None || !self.store.changed_after(&told, since)? {
            return Ok(None);
        }
        let now = self.clock.now();
        let chosen = self.store.language(to)?;
        let lang = self.words.choose(&[chosen.as_deref().unwrap_or(&question.language)]);
        let days = (now.date_naive(), question.at.date_naive());
        let reply = reply::follow_up(&self.words, lang, &answer, days, to.audience);
        let told = Told::of(lang, to.audience, answer);
        // Told once, and once more each time its reader says that it was about another claim.
        let time = question.excluded.len();
        let once = format!("{} {time} {}", once("follow-up", to), question.inbox_id);
        Ok(Some(self.plan(once, to, None, reply, Some(told))))
    }
}

/// So many days after `now`; for ever, if there is no such day.
fn after(now: DateTime<Utc>, days: usize) -> DateTime<Utc> {
    let days = i64::try_from(days).ok().and_then(TimeDelta::try_days);
    days.and_then(|days| now.checked_add_signed(days)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
