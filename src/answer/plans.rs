//! Plans: what is to be said, as rows of the outbox.

use super::work::Answering;
use crate::claim::post::{Audience, ReplyTo};
use crate::claim::reply::{Action, Reply};
use crate::doors::Chance;
use crate::store::{Outgoing, Plan, Told};

impl Answering {
    /// Plans a reply, each of its buttons under an opaque id.
    pub(super) fn plan(
        &self,
        once: String,
        to: &ReplyTo,
        target: Option<String>,
        mut reply: Reply,
        told: Option<Told>,
    ) -> Plan {
        let buttons = stored(&mut reply, &self.chance);
        let to_there = to.clone();
        Plan {
            id: self.chance.id(),
            once,
            chat: to.chat.clone(),
            conversation: to.conversation.clone(),
            message: to.message.clone(),
            repeatable: target.is_some() || self.rooms.get(&to.chat).keyed,
            not_before: None,
            ephemeral: false,
            outgoing: match &target {
                Some(_) => Outgoing::Edit { to: to_there, reply },
                None => Outgoing::Send { to: to_there, reply },
            },
            target,
            buttons,
            told,
        }
    }

    pub(super) fn acknowledge(&self, to: &ReplyTo, press: &str, toast: String) -> Plan {
        Plan {
            id: self.chance.id(),
            once: format!("press {} {press}", to.chat),
            chat: to.chat.clone(),
            conversation: to.conversation.clone(),
            message: None,
            target: None,
            repeatable: true,
            not_before: None,
            ephemeral: false,
            outgoing: Outgoing::Acknowledge { press: press.to_owned(), toast },
            buttons: Vec::new(),
            told: None,
        }
    }
}

/// Puts each button of a reply under an opaque id; the ids with what they do.
pub(super) fn stored(reply: &mut Reply, chance: &Chance) -> Vec<(String, Action)> {
    let mut buttons = Vec::new();
    for button in reply.buttons.iter_mut().flatten() {
        if !matches!(button.action, Action::Open(_) | Action::Stored(_)) {
            let id = chance.id();
            let action = std::mem::replace(&mut button.action, Action::Stored(id.clone()));
            buttons.push((id, action));
        }
    }
    buttons
}

/// What may be said only once about a message.
pub(super) fn once(what: &str, to: &ReplyTo) -> String {
    let message = to.message.as_deref().unwrap_or("0");
    format!("{what} {} {} {message}", to.chat, to.conversation)
}

pub(super) fn moderators(chat: &str, conversation: String) -> ReplyTo {
    ReplyTo {
        chat: chat.to_owned(),
        conversation,
        message: None,
        thread: None,
        audience: Audience::Moderators,
    }
}
