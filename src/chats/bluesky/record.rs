//! The record of an answer: its key, its thread, and its links by bytes.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use unicode_segmentation::UnicodeSegmentation;

use super::GRAPHEMES_MAX;
use crate::atproto::{POSTS, parts};
use crate::claim::post::ReplyTo;
use crate::claim::reply::{EntityKind, Reply};

/// Longest text of a post in bytes, the network's own limit.
const TEXT_BYTES_MAX: usize = 3_000;
/// Letters of a record's key, in the order in which keys sort.
const LETTERS: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
const KEY_LETTERS: u32 = 13;

/// A version of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Strong {
    pub(super) uri: String,
    pub(super) cid: String,
}

impl Strong {
    pub(super) fn of(uri: &str, cid: &str) -> Self {
        Self { uri: uri.to_owned(), cid: cid.to_owned() }
    }

    fn to_json(&self) -> Value {
        json!({"uri": self.uri, "cid": self.cid})
    }
}

/// Where in a thread an answer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// What it answers.
    pub(super) parent: Strong,
    /// What the thread began with.
    pub(super) root: Strong,
}

impl Place {
    /// From what is kept: address and version of the post, then of the thread's first.
    pub(super) fn of(to: &ReplyTo) -> Option<Self> {
        let mut words = to.message.as_deref()?.split(' ');
        let mut strong = || {
            let (uri, cid) = (words.next()?, words.next()?);
            parts(uri).map(|_| Strong::of(uri, cid))
        };
        let (parent, root) = (strong()?, strong()?);
        words.next().is_none().then_some(Self { parent, root })
    }

    /// As it is kept.
    pub(super) fn to_message(&self) -> String {
        let Self { parent, root } = self;
        format!("{} {} {} {}", parent.uri, parent.cid, root.uri, root.cid)
    }
}

/// The key of the answer that a row of the outbox is: always the same one, of the form in which the
/// network counts time (TID), so that answers sort among other posts.
pub(super) fn key(planned_at: DateTime<Utc>, row: &str) -> String {
    let hash = Sha256::digest(row.as_bytes());
    let [a, b, c, d, ..] = *hash.first_chunk::<4>().unwrap_or(&[0; 4]);
    let chance = u64::from(u32::from_be_bytes([a, b, c, d]));
    let millis = u64::try_from(planned_at.timestamp_millis()).unwrap_or_default();
    let number =
        (((millis * 1_000 + chance % 1_000) << 10) | ((chance >> 16) & 1_023)) & (u64::MAX >> 1);
    let letter = |place: u32| {
        let at = (number >> (5 * (KEY_LETTERS - 1 - place))) & 31;
        char::from(LETTERS[usize::try_from(at).unwrap_or_default()])
    };
    (0..KEY_LETTERS).map(letter).collect()
}

/// The record of an answer.
pub(super) fn post(reply: &Reply, place: &Place, at: DateTime<Utc>) -> Value {
    let text = fitted(&reply.text);
    let mut record = json!({
        "$type": POSTS,
        "text": text,
        "createdAt": at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "reply": {"root": place.root.to_json(), "parent": place.parent.to_json()},
    });
    let facets = facets(reply, text.len());
    if let Some(record) = record.as_object_mut() {
        if !facets.is_empty() {
            record.insert("facets".to_owned(), Value::Array(facets));
        }
        if let Some(language) = &reply.language {
            record.insert("langs".to_owned(), json!([language]));
        }
    }
    record
}

/// The links of a reply, counted in bytes of UTF-8; without those that reach into what was cut.
fn facets(reply: &Reply, bytes_max: usize) -> Vec<Value> {
    let links = reply.entities.iter().filter_map(|entity| {
        let EntityKind::TextLink(url) = &entity.kind else { return None };
        let span = reply.span(entity);
        // A span is a part of the text, so its place is told by where it lies in memory.
        let start = (span.as_ptr() as usize).checked_sub(reply.text.as_ptr() as usize)?;
        let end = start + span.len();
        (!span.is_empty() && end <= bytes_max).then(|| {
            json!({
                "index": {"byteStart": start, "byteEnd": end},
                "features": [{"$type": "app.bsky.richtext.facet#link", "uri": url}],
            })
        })
    });
    links.collect()
}

/// A text within the network's limits: replies are made to fit, and should one ever not, its end is
/// cut visibly.
fn fitted(text: &str) -> String {
    let long = text.graphemes(true).nth(GRAPHEMES_MAX).is_some() || text.len() > TEXT_BYTES_MAX;
    if !long {
        return text.to_owned();
    }
    let mut kept = String::new();
    for grapheme in text.graphemes(true).take(GRAPHEMES_MAX - 1) {
        if kept.len() + grapheme.len() + '…'.len_utf8() > TEXT_BYTES_MAX {
            break;
        }
        kept.push_str(grapheme);
    }
    kept.push('…');
    kept
}
