//! What the network tells, whichever way it is told.

use chrono::{DateTime, Utc};
use serde_json::Value;

/// A message of the stream.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    /// When the server saw it, by its clock.
    pub(super) at: Option<DateTime<Utc>>,
    /// Its place in the stream.
    pub(super) place: Option<i64>,
    /// What it tells; nothing if that is of no kind that matters here.
    pub(super) events: Vec<Event>,
}

impl Told {
    /// A message outside the order of things.
    pub(super) fn of(event: Event) -> Self {
        Self { at: None, place: None, events: vec![event] }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Event {
    /// Somebody posted, or changed a post.
    Posted { did: String, rkey: String, cid: String, record: Value },
    /// A post was deleted.
    Deleted { did: String, rkey: String },
    /// An account came, or went: deactivated, suspended, taken down, deleted.
    Account(Account),
    /// The server has something to say; its name for it.
    Notice(String),
    /// The server ends the stream; its name for why.
    Error(String),
    /// Something else, or of a kind that is not known yet.
    Other,
}

/// How an account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    /// Its name.
    pub(super) did: String,
    /// Whether what it posted may be shown.
    pub(super) active: bool,
}
