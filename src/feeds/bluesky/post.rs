//! A record of the network as an entry of the feed.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::super::Entry;
use crate::atproto;
use crate::claim::review::hash_hex;

/// A post with the languages it says it is in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Read {
    pub(super) entry: Entry,
    pub(super) languages: Vec<String>,
}

/// Reads a record; `None` if it says nothing in words.
///
/// # Errors
/// If it is no post.
pub(super) fn read(
    (did, rkey, cid): (&str, &str, &str),
    record: &Value,
    seen: Option<DateTime<Utc>>,
) -> Result<Option<Read>, &'static str> {
    if !atproto::is_did(did) || !atproto::is_name(rkey) {
        return Err("a post of no name");
    }
    let said = atproto::read(record)?;
    if said.is_empty() {
        return Ok(None);
    }
    let hash = if atproto::is_name(cid) {
        cid.to_owned()
    } else {
        hash_hex(&[&said.text, &said.alt.join("\n"), &said.urls.join(" ")])
    };
    let languages = said.languages.clone();
    let entry = Entry {
        id: atproto::uri(did, rkey),
        hash,
        post: said.into_post(Some(atproto::page(did, rkey))),
        author: Some(did.to_owned()),
        published: atproto::published(record, seen),
    };
    Ok(Some(Read { entry, languages }))
}
