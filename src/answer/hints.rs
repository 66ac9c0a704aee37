//! What is no question: chatter, and what can't be read. A short hint says how to ask.

use anyhow::Result;
use chrono::{DateTime, Utc};

use super::plans::once;
use super::work::{Answering, Ending};
use crate::claim::post::{Audience, Incoming, ReplyTo};
use crate::claim::reply::{self, Hint};
use crate::store::{End, Later};

impl Answering {
    /// How a text ends that nothing was found for and that asks nothing; `None`: it is a question.
    /// In private a hint says how to ask, once a day; in a group, where somebody may only thank us,
    /// nothing is said. Its words are not kept.
    pub(super) fn chatter(
        &self,
        incoming: &Incoming,
        to: &ReplyTo,
        target: Option<&String>,
        inbox_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Ending>> {
        let said = self.finder.content(&incoming.post);
        let is_chatter = match to.audience {
            _ if said.links => false,
            Audience::Private => {
                said.telling == 0 || said.words < self.finder.settings.ask_words_min
            }
            Audience::Group => said.telling == 0,
            Audience::Public | Audience::Moderators => false,
        };
        if !is_chatter {
            return Ok(None);
        }
        let later = Some(Later::Drop(to.clone()));
        if to.audience != Audience::Private && target.is_none() {
            let end = End::Refused("nothing to look up");
            return Ok(Some(Ending { later, hushed: true, ..Ending::of(end, []) }));
        }
        let reply = reply::hint(&self.words, self.language(incoming, to)?, Hint::TooLittle);
        let once = match target {
            Some(_) => format!("edit {inbox_id}"),
            None => format!("hint {} {} {}", to.chat, to.conversation, now.date_naive()),
        };
        let plan = self.plan(once, to, target.cloned(), reply, None);
        Ok(Some(Ending { later, hushed: true, ..Ending::of(End::Done, [plan]) }))
    }

    /// What is said to a picture, a voice or a place: what can be read. Once a minute in private,
    /// since an album comes as so many messages.
    pub(super) fn unreadable(&self, incoming: &Incoming, to: &ReplyTo) -> Result<Ending> {
        let reply = reply::hint(&self.words, self.language(incoming, to)?, Hint::Unreadable);
        let minute = incoming.sent_at.timestamp().div_euclid(60);
        let once = match to.audience {
            Audience::Private => format!("unreadable {} {} {minute}", to.chat, to.conversation),
            _ => once("answer", to),
        };
        Ok(Ending::of(End::Done, [self.plan(once, to, None, reply, None)]))
    }
}
