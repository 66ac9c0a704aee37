//! What people do, and what they see of the bot.

use std::sync::Arc;

use chrono::Utc;

use super::state::Status;
use super::{Mastodon, Shared};

/// Somebody with an account.
#[derive(Clone)]
pub(crate) struct Person {
    shared: Arc<Shared>,
    /// Account id.
    pub(crate) id: u64,
}

/// How a status is posted.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) text: String,
    /// What another server made of it, as HTML.
    pub(crate) content: Option<String>,
    pub(crate) warning: String,
    pub(crate) visibility: &'static str,
    pub(crate) language: Option<&'static str>,
    pub(crate) to: Option<u64>,
    /// Descriptions of its pictures.
    pub(crate) pictures: Vec<Option<String>>,
}

impl Draft {
    /// A public status in English.
    pub(crate) fn of(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            content: None,
            warning: String::new(),
            visibility: "public",
            language: Some("en"),
            to: None,
            pictures: Vec::new(),
        }
    }
}

/// A status of the bot as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) id: u64,
    pub(crate) text: String,
    pub(crate) warning: String,
    pub(crate) visibility: String,
    pub(crate) language: Option<String>,
    pub(crate) to: Option<u64>,
    pub(crate) edits: Vec<String>,
    pub(crate) key: Option<String>,
}

impl Mastodon {
    /// The person called so, made on first sight; `name@host` has an account elsewhere.
    pub(crate) fn person(&self, acct: &str) -> Person {
        let id = self.shared.lock().account(acct);
        Person { shared: Arc::clone(&self.shared), id }
    }

    /// The bot's account.
    pub(crate) fn bot(&self) -> Person {
        Person { shared: Arc::clone(&self.shared), id: self.shared.lock().bot() }
    }

    /// What the bot has said and not deleted, oldest first.
    pub(crate) fn said(&self) -> Vec<Seen> {
        let state = self.shared.lock();
        let bot = state.bot();
        let own = state.statuses.values().filter(|status| status.account == bot);
        own.filter(|status| !status.deleted).map(seen).collect()
    }

    /// Whether the bot's account says that it is one.
    pub(crate) fn is_marked_as_bot(&self) -> bool {
        let state = self.shared.lock();
        state.accounts[&state.bot()].bot
    }

    /// A list of the bot with these members; its id.
    pub(crate) fn list(&self, members: &[&Person]) -> u64 {
        let mut state = self.shared.lock();
        let id = state.lists.len() as u64 + 5;
        state.lists.insert(id, members.iter().map(|person| person.id).collect());
        id
    }

    /// No key for repeated posts is known any more, as after an hour.
    pub(crate) fn forget_keys(&self) {
        self.shared.lock().keys.clear();
    }

    /// The bot's token no longer holds.
    pub(crate) fn revoke(&self) {
        let token = self.token().to_owned();
        self.shared.lock().revoked.insert(token);
    }

    /// The bot's token holds again.
    pub(crate) fn restore(&self) {
        self.shared.lock().revoked.clear();
    }

    /// Has the server say that its streams are elsewhere.
    pub(crate) fn stream_at(&self, base: &str) {
        self.shared.lock().streaming = Some(base.to_owned());
    }
}

fn seen(status: &Status) -> Seen {
    Seen {
        id: status.id,
        text: status.text.clone(),
        warning: status.spoiler.clone(),
        visibility: status.visibility.clone(),
        language: status.language.clone(),
        to: status.in_reply_to,
        edits: status.edits.clone(),
        key: status.key.clone(),
    }
}

impl Person {
    /// Posts in public.
    pub(crate) fn posts(&self, text: &str) -> u64 {
        self.drafts(&Draft::of(text))
    }

    /// Replies in public.
    pub(crate) fn replies(&self, to: u64, text: &str) -> u64 {
        self.drafts(&Draft { to: Some(to), ..Draft::of(text) })
    }

    /// Posts as drafted; the status's id.
    pub(crate) fn drafts(&self, draft: &Draft) -> u64 {
        let mut state = self.shared.lock();
        let pictures = draft.pictures.iter();
        let media = pictures.map(|description| (state.fresh_id(), description.clone())).collect();
        let id = state.fresh_id();
        let status = Status {
            id,
            account: self.id,
            text: draft.text.clone(),
            content: draft.content.clone(),
            spoiler: draft.warning.clone(),
            sensitive: !draft.warning.is_empty(),
            visibility: draft.visibility.to_owned(),
            language: draft.language.map(str::to_owned),
            in_reply_to: draft.to,
            reblog: None,
            media,
            created: Utc::now(),
            edited: None,
            deleted: false,
            edits: Vec::new(),
            key: None,
        };
        state.publish(status);
        drop(state);
        self.shared.changed();
        id
    }

    /// Changes a status.
    pub(crate) fn edits(&self, id: u64, text: &str) {
        let mut state = self.shared.lock();
        let status = state.statuses.get_mut(&id).expect("a status");
        let earlier = std::mem::replace(&mut status.text, text.to_owned());
        status.edits.push(earlier);
        status.edited = Some(Utc::now());
        state.tell(id, "status.update");
        drop(state);
        self.shared.changed();
    }

    /// Takes a status back.
    pub(crate) fn deletes(&self, id: u64) {
        let mut state = self.shared.lock();
        state.tell(id, "delete");
        state.statuses.get_mut(&id).expect("a status").deleted = true;
        drop(state);
        self.shared.changed();
    }

    /// Passes a status on; the id of that.
    pub(crate) fn boosts(&self, of: u64) -> u64 {
        let id = self.shared.lock().boost(of, self.id, "public".to_owned());
        self.shared.changed();
        id
    }

    /// Says that the account is a bot's.
    pub(crate) fn is_a_bot(&self) {
        self.shared.lock().accounts.get_mut(&self.id).expect("an account").bot = true;
    }

    /// What stands in the profile.
    pub(crate) fn describes_as(&self, note: &str) {
        note.clone_into(
            &mut self.shared.lock().accounts.get_mut(&self.id).expect("an account").note,
        );
    }
}
