//! Buttons of moderators: right match, wrong match, answer now, take back, mute, unmute. Two who
//! press at once make one decision; every press is kept. How an alert says what was decided, by
//! whatever.

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};

use super::plans::{once, stored};
use super::work::{Answering, Ending};
use crate::claim::moderation::{Settings, day};
use crate::claim::post::{Audience, Incoming, ReplyTo};
use crate::claim::reply::{self, Ruled, Toast};
use crate::claim::words::{Lang, Words};
use crate::doors::Chance;
use crate::store::{
    AlertTold, AnswerPress, Decided, End, Outgoing, Plan, Ruling as Decision, Told, TookBack,
    Verdict,
};

/// Hours within which an alert says that an answer has ended which could be taken back.
const ANSWERED_HOURS: i64 = 24;

/// What a moderator's button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ruling<'a> {
    /// Decides about a post and a check.
    Decide(&'a str, Verdict),
    /// Answers the post where it was seen.
    Answer(&'a str),
    /// Takes that answer back.
    TakeBack(&'a str),
    /// Tells no more of a claim for a while.
    Mute(&'a str),
    /// Tells of it again.
    Unmute(&'a str),
}

/// One press, as it is carried out.
pub(super) struct Press<'a> {
    pub(super) incoming: &'a Incoming,
    pub(super) to: &'a ReplyTo,
    pub(super) press: &'a str,
    pub(super) inbox_id: &'a str,
    pub(super) lang: Lang,
    pub(super) now: DateTime<Utc>,
}

impl<'a> Press<'a> {
    /// As it is about the answer below a post.
    fn about(&self, queue: &'a str) -> AnswerPress<'a> {
        AnswerPress { queue, actor: actor(self), inbox_id: self.inbox_id }
    }
}

impl Answering {
    /// Carries out a press. What it does to the queue is stored at once and once; taken up again
    /// after a crash it finds that done and says the same.
    pub(super) fn ruled(&self, press: &Press<'_>, ruling: Ruling<'_>) -> Result<Ending> {
        let (toast, mut plans) = match ruling {
            Ruling::Decide(queue, verdict) => self.decide(press, queue, verdict)?,
            Ruling::Answer(queue) => self.answer_now(press, queue)?,
            Ruling::TakeBack(queue) => self.take_back(press, queue)?,
            Ruling::Mute(claim) => {
                let until = press.now + TimeDelta::days(self.moderation.mute_days.into());
                (Toast::Muted, self.mute(press, claim, until, "mute")?)
            }
            Ruling::Unmute(claim) => {
                (Toast::Unmuted, self.mute(press, claim, press.now, "unmute")?)
            }
        };
        let toast = reply::toast(&self.words, press.lang, toast);
        plans.insert(0, self.acknowledge(press.to, press.press, toast));
        Ok(Ending::of(End::Done, plans))
    }

    fn decide(
        &self,
        press: &Press<'_>,
        queue: &str,
        verdict: Verdict,
    ) -> Result<(Toast, Vec<Plan>)> {
        let (inbox_id, now) = (press.inbox_id, press.now);
        let (actor, audit) = (actor(press), inbox_id);
        let decided = self.store.decide(&Decision { id: queue, verdict, actor, audit }, now)?;
        self.fault.reach("decided-before-end");
        self.finder.look_again();
        let toast = match decided {
            Decided::Now(_) => Toast::Decided,
            Decided::Before(_) => Toast::DecidedBefore,
            Decided::Gone => return Ok((Toast::Expired, Vec::new())),
        };
        // Whoever decides it again changes nothing.
        let times = self.store.times_decided_anew(queue)?;
        let what = if times == 0 { String::new() } else { times.to_string() };
        let plans = self.restated(&self.store.alerts_of(queue)?, &what, now);
        Ok((toast, plans))
    }

    /// Tells of a claim from `until` on.
    fn mute(
        &self,
        press: &Press<'_>,
        claim: &str,
        until: DateTime<Utc>,
        action: &str,
    ) -> Result<Vec<Plan>> {
        self.store.mute(claim, until)?;
        self.store.audit(press.inbox_id, actor(press), action, claim, press.now)?;
        Ok(self.restated(&self.store.alerts_muting(claim)?, press.inbox_id, press.now))
    }

    /// What is put in the place of alerts after something was decided about them, in whichever room
    /// they stand: they say so, and ask no more than is left. Once an alert and what happened.
    fn restated(&self, alerts: &[AlertTold], what: &str, now: DateTime<Utc>) -> Vec<Plan> {
        let by = (&*self.words, &self.chance, &self.moderation);
        alerts.iter().map(|told| alert_ruled(by, told, what, now)).collect()
    }

    /// Answers a watched post in public, because a moderator says so: once, and only while it is
    /// known where it stands. It waits for a moment, in which it can be taken back.
    fn answer_now(&self, press: &Press<'_>, queue: &str) -> Result<(Toast, Vec<Plan>)> {
        let Some(incoming) = self.store.queued_post(queue)? else {
            return Ok((Toast::Expired, Vec::new()));
        };
        let Some(there) = incoming.seen_at else { return Ok((Toast::NoPlace, Vec::new())) };
        let answer = self.finder.answer(&incoming.post, Audience::Group)?;
        if answer.matches.is_empty() {
            return Ok((Toast::NoPlace, Vec::new()));
        }
        let lang = super::choose_language(&self.words, None, &incoming.post.text, None);
        let reply = self.told(lang, &answer, &there, press.now)?;
        let (inbox_id, now) = (press.inbox_id, press.now);
        let told = Told::of(lang, there.audience, answer);
        let seconds = self.moderation.answer_undo_seconds;
        let plan = Plan {
            not_before: (seconds > 0).then(|| now + TimeDelta::seconds(seconds.into())),
            ..self.plan(once("answer", &there), &there, None, reply, Some(told))
        };
        let stands = self.store.ask_answer(&press.about(queue), &plan, now)?;
        self.fault.reach("decided-before-end");
        let toast = if stands { Toast::Answered } else { Toast::TakenBack };
        Ok((toast, self.restated(&self.store.alerts_of(queue)?, inbox_id, now)))
    }

    /// Takes back an answer that waits below a watched post; then it may be asked for anew.
    fn take_back(&self, press: &Press<'_>, queue: &str) -> Result<(Toast, Vec<Plan>)> {
        let took = self.store.take_back_answer(&press.about(queue), press.now)?;
        self.fault.reach("decided-before-end");
        let toast = match took {
            TookBack::Now | TookBack::Before => Toast::TakenBack,
            TookBack::TooLate => Toast::TooLate,
            TookBack::Nothing => Toast::Expired,
        };
        Ok((toast, self.restated(&self.store.alerts_of(queue)?, press.inbox_id, press.now)))
    }

    /// Alerts under which an answer could be taken back ask for that no more once it has ended.
    pub(super) fn restate_answered(&self, now: DateTime<Utc>) -> Result<()> {
        let by = (&*self.words, &self.chance, &self.moderation);
        let since = now - TimeDelta::hours(ANSWERED_HOURS);
        self.store
            .restate_answered(since, now, |told, answer| alert_ruled(by, told, answer, now))?;
        Ok(())
    }
}

/// What takes the place of an alert in a chat after something was decided about it: what, and what
/// is left to press. Once an alert and what happened, which empty is the first decision.
pub fn alert_ruled(
    (words, chance, settings): (&Words, &Chance, &Settings),
    told: &AlertTold,
    what: &str,
    now: DateTime<Utc>,
) -> Plan {
    let (to, target) = (told.to.clone(), told.id.clone());
    let muted = told.by_now.muted_until;
    let by_now = Ruled {
        right: told.by_now.right,
        answered: told.by_now.answered,
        waits: told.by_now.answer_waits,
        muted: (muted > now).then(|| day(muted, settings)),
    };
    let mut reply = reply::ruled(words, words.choose(&[]), &told.reply, &told.actions, by_now);
    let buttons = stored(&mut reply, chance);
    Plan {
        id: chance.id(),
        once: format!("decided {target} {what}").trim_end().to_owned(),
        chat: to.chat.clone(),
        conversation: to.conversation.clone(),
        message: to.message.clone(),
        target: Some(target),
        repeatable: true,
        not_before: None,
        ephemeral: false,
        outgoing: Outgoing::Edit { to, reply },
        buttons,
        told: None,
    }
}

fn actor<'a>(press: &Press<'a>) -> &'a str {
    press.incoming.author_key.as_deref().unwrap_or("unknown")
}
