//! Groups whose admins want to be answered without asking: switched on and off by them, and only
//! what a check surely answers is answered.

use anyhow::Result;
use chrono::{DateTime, Utc};

use super::plans::once;
use super::work::{Answering, Ending, is_late};
use crate::claim::answer::{Decision, Match};
use crate::claim::post::{Audience, Incoming, Intent, Listen, ReplyTo};
use crate::claim::reply::{self, Heard, Reply};
use crate::store::{End, Listening, Told, Unasked, Waiting};

impl Answering {
    /// Somebody in a group wants us to listen there, or not.
    pub(super) fn listen(
        &self,
        incoming: &Incoming,
        to: &ReplyTo,
        wish: &Listen,
    ) -> Result<Ending> {
        let hourly_max = self.rooms.get(&to.chat).unasked_hourly_max;
        let permitted = wish.permitted && hourly_max > 0;
        let (heard, on) = match (wish.on, wish.by_admin) {
            (None, _) if permitted && self.store.listens(to)? => (Heard::On, None),
            (None, _) => (Heard::Off, None),
            (Some(true), _) if !permitted => (Heard::NotPermitted, None),
            (Some(_), Some(false)) => (Heard::NoAdmin, None),
            (Some(_), None) => (Heard::Unknown, None),
            (Some(true), Some(true)) if wish.hears == Some(false) => (Heard::Deaf, Some(true)),
            (Some(true), Some(true)) => (Heard::On, Some(true)),
            (Some(false), Some(true)) => (Heard::Off, Some(false)),
        };
        let lang = self.language(incoming, to)?;
        let count = usize::try_from(hourly_max).unwrap_or(usize::MAX);
        let reply = reply::listening(&self.words, lang, heard, count);
        let plan = self.plan(once("answer", to), to, None, reply, None);
        let listening = on.map(|on| Listening {
            chat: to.chat.clone(),
            conversation: to.conversation.clone(),
            on,
            said_at: incoming.sent_at,
        });
        Ok(Ending { listening, ..Ending::of(End::Done, [plan]) })
    }

    /// What is answered below a post of a group that is listened to, though nobody asked; or, where
    /// the post was changed after that, what takes the answer's place. Whether the group's hour and
    /// day have room for it is seen to when the row ends.
    pub(super) fn unasked(
        &self,
        row: &Waiting,
        found: Option<&Match>,
        now: DateTime<Utc>,
    ) -> Result<Option<Box<Unasked>>> {
        let incoming = &row.incoming;
        let (Intent::Overheard { indirect, .. }, Some(there)) =
            (&incoming.intent, &incoming.seen_at)
        else {
            return Ok(None);
        };
        let before = self.store.said_unasked(there)?;
        if let Some(before) = &before {
            let is_same = found.is_some_and(|found| {
                before.tells.as_ref() == Some(&found.id) && found.why.guards.is_empty()
            });
            // What tells nothing any more stays so.
            if is_same || before.tells.is_none() {
                return Ok(None);
            }
        }
        let hourly_max = self.rooms.get(&there.chat).unasked_hourly_max;
        let may = hourly_max > 0 && !indirect && !is_late(incoming, there, now);
        let found = found.filter(|_| may);
        let sure = match found {
            Some(found) if self.store.listens(there)? => self.sure(incoming, there, found, now)?,
            _ => None,
        };
        let Some(before) = before else {
            let plan = sure.map(|(reply, told)| {
                self.plan(once("answer", there), there, None, reply, Some(told))
            });
            return Ok(plan.map(|plan| Box::new(Unasked { plan, otherwise: None, hourly_max })));
        };
        let edit = |reply, told| {
            self.plan(format!("edit {}", row.id), there, Some(before.id.clone()), reply, told)
        };
        let lang = before.language.as_deref().and_then(|code| self.words.lang(code));
        let lang = lang.map_or_else(|| self.language(incoming, there), Ok)?;
        let gone = edit(reply::unasked_changed(&self.words, lang), None);
        let (plan, otherwise) = match sure {
            Some((reply, told)) => (edit(reply, Some(told)), Some(gone)),
            None => (gone, None),
        };
        Ok(Some(Box::new(Unasked { plan, otherwise, hourly_max })))
    }

    /// The answer to a post nobody asked about: only a check that surely fits it, for moderators
    /// as for the group, that no guard speaks against and no machine wrote.
    fn sure(
        &self,
        incoming: &Incoming,
        there: &ReplyTo,
        found: &Match,
        now: DateTime<Utc>,
    ) -> Result<Option<(Reply, Told)>> {
        let answer = self.finder.answer(&incoming.post, Audience::Group)?;
        let first = answer.matches.first().filter(|_| answer.decision == Decision::Match);
        let is_sure = first.is_some_and(|first| {
            first.id == found.id && first.why.guards.is_empty() && found.why.guards.is_empty()
        });
        if !is_sure || self.finder.is_machine_written(&found.id)? {
            return Ok(None);
        }
        let lang = self.language(incoming, there)?;
        let reply = self.told(lang, &answer, there, now)?;
        let reply = reply::unasked(&self.words, lang, &reply);
        let told = Told::of(lang, Audience::Group, answer);
        Ok(Some((reply, told)))
    }
}
