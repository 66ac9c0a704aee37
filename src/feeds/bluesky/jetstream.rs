//! Messages of Jetstream: the network's events as JSON.

use chrono::DateTime;
use serde::Deserialize;
use serde_json::Value;

use super::event::{Account, Event, Told};
use crate::atproto::POSTS;

/// A message as it comes.
#[derive(Debug, Deserialize)]
struct Message {
    did: Option<String>,
    time_us: Option<i64>,
    kind: Option<String>,
    commit: Option<Commit>,
    account: Option<AccountChange>,
}

#[derive(Debug, Deserialize)]
struct Commit {
    operation: String,
    collection: String,
    rkey: String,
    #[serde(default)]
    cid: Option<String>,
    #[serde(default)]
    record: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct AccountChange {
    #[serde(default = "yes")]
    active: bool,
}

fn yes() -> bool {
    true
}

/// Reads a message.
pub(super) fn read(text: &str) -> Result<Told, &'static str> {
    let message: Message = serde_json::from_str(text).map_err(|_| "no message")?;
    let place = message.time_us.ok_or("a message without a time")?;
    let at = DateTime::from_timestamp_micros(place);
    let kind = message.kind.as_deref().unwrap_or_default();
    let did = message.did;
    let event = match (kind, message.commit, message.account) {
        ("commit", Some(commit), _) => change(did.ok_or("a commit of nobody")?, commit)?,
        ("account", _, Some(AccountChange { active })) => {
            Event::Account(Account { did: did.ok_or("an account without a name")?, active })
        }
        ("commit" | "account", ..) => return Err("a message without what it is about"),
        _ => Event::Other,
    };
    Ok(Told { at, place: Some(place), events: vec![event] })
}

fn change(did: String, commit: Commit) -> Result<Event, &'static str> {
    let Commit { operation, collection, rkey, cid, record } = commit;
    if collection != POSTS {
        return Ok(Event::Other);
    }
    match operation.as_str() {
        "delete" => Ok(Event::Deleted { did, rkey }),
        "create" | "update" => {
            let record = record.ok_or("a post without its record")?;
            Ok(Event::Posted { did, rkey, cid: cid.unwrap_or_default(), record })
        }
        _ => Ok(Event::Other),
    }
}
