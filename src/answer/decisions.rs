//! Buttons of moderators: right match, wrong match, answer now, mute. Two who press at once make
//! one decision; every press is kept. How an alert says that it was decided, by whatever.

use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};

use super::plans::once;
use super::work::{Answering, Ending};
use crate::claim::post::{Audience, Incoming, ReplyTo};
use crate::claim::reply::{self, Toast};
use crate::claim::words::{Lang, Words};
use crate::doors::Chance;
use crate::store::{AlertTold, Decided, End, Outgoing, Plan, Ruling as Decision, Verdict};

/// What a moderator's button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ruling<'a> {
    /// Decides about a post and a check.
    Decide(&'a str, Verdict),
    /// Answers the post where it was seen.
    Answer(&'a str),
    /// Tells no more of a claim for a while.
    Mute(&'a str),
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

impl Answering {
    /// Carries out a press. What it does to the queue is stored at once and once; taken up again
    /// after a crash it finds that done and says the same.
    pub(super) fn ruled(&self, press: &Press<'_>, ruling: Ruling<'_>) -> Result<Ending> {
        let (toast, mut plans) = match ruling {
            Ruling::Decide(queue, verdict) => self.decide(press, queue, verdict)?,
            Ruling::Answer(queue) => self.answer_now(press, queue)?,
            Ruling::Mute(claim) => {
                let until = press.now + TimeDelta::days(self.moderation.mute_days.into());
                self.store.mute(claim, until)?;
                self.store.audit(press.inbox_id, actor(press), "mute", claim, press.now)?;
                (Toast::Muted, Vec::new())
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
        let (toast, how) = match decided {
            Decided::Now(_) => (Toast::Decided, verdict),
            Decided::Before(queued) => match queued.state.as_str() {
                "right" => (Toast::DecidedBefore, Verdict::Right),
                "wrong" => (Toast::DecidedBefore, Verdict::Wrong),
                _ => return Ok((Toast::DecidedBefore, Vec::new())),
            },
            Decided::Gone => return Ok((Toast::Expired, Vec::new())),
        };
        // Every alert about it says so, in whichever room it stands, and asks no more.
        let times = self.store.times_decided_anew(queue)?;
        let told = self.store.alerts_of(queue)?;
        let edits = told.iter();
        let edits = edits.map(|told| alert_decided(&self.words, &self.chance, (told, times), how));
        let plans = edits.collect();
        Ok((toast, plans))
    }

    /// Answers a watched post in public, because a moderator says so: once, and only while it is
    /// known where it stands.
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
        self.store.audit(inbox_id, actor(press), "answer", queue, now)?;
        Ok((Toast::Answered, vec![self.plan(once("answer", &there), &there, None, reply, None)]))
    }
}

/// What takes the place of an alert in a chat once its item is decided: how, and nothing to press.
/// The alert comes with how often the item was decided anew: each time is said once.
pub fn alert_decided(
    words: &Words,
    chance: &Chance,
    (told, times): (&AlertTold, u64),
    how: Verdict,
) -> Plan {
    let (to, target) = (told.to.clone(), told.id.clone());
    let once =
        if times == 0 { format!("decided {target}") } else { format!("decided {target} {times}") };
    let reply = reply::decided(words, words.choose(&[]), &told.reply, how == Verdict::Right);
    Plan {
        id: chance.id(),
        once,
        chat: to.chat.clone(),
        conversation: to.conversation.clone(),
        message: to.message.clone(),
        target: Some(target),
        repeatable: true,
        not_before: None,
        ephemeral: false,
        outgoing: Outgoing::Edit { to, reply },
        buttons: Vec::new(),
        told: None,
    }
}

fn actor<'a>(press: &Press<'a>) -> &'a str {
    press.incoming.author_key.as_deref().unwrap_or("unknown")
}
