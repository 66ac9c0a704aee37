//! What the network holds: accounts, records, sessions, notifications.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use chrono::{SecondsFormat, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::BOT;

pub(super) const POSTS: &str = "app.bsky.feed.post";

/// A version of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ref {
    pub(crate) uri: String,
    pub(crate) cid: String,
}

/// What goes wrong next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The server fails before it does anything.
    Fails,
    /// It does it and says nothing.
    Swallows,
    /// It has been asked too often.
    TooOften,
}

pub(crate) struct Record {
    pub(super) value: Value,
    pub(super) cid: String,
    pub(super) at: String,
}

#[derive(Default)]
pub(crate) struct State {
    /// By repository, collection and key.
    pub(super) records: BTreeMap<(String, String, String), Record>,
    /// Keys of posts in the order in which they came.
    pub(super) order: Vec<(String, String, String)>,
    pub(super) access: HashSet<String>,
    pub(super) refresh: HashSet<String>,
    pub(crate) faults: VecDeque<(&'static str, Fault)>,
    /// Names of the methods that were called.
    pub(crate) calls: Vec<String>,
    pub(crate) violations: Vec<String>,
    /// Accounts labelled as bots, and those that block us.
    pub(crate) bots: BTreeSet<String>,
    pub(crate) blocking: BTreeSet<String>,
    pub(crate) locked_out: bool,
    counter: u64,
}

impl State {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn next(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// Ends every session; `whole`: refreshing does not help either.
    pub(crate) fn end_sessions(&mut self, whole: bool) {
        self.access.clear();
        if whole {
            self.refresh.clear();
        }
    }

    pub(super) fn post(&mut self, author: &str, text: &str, below: Option<&Ref>) -> Ref {
        let did = format!("did:plc:{author}");
        let mut value = json!({"$type": POSTS, "text": text, "langs": ["en"],
            "createdAt": now()});
        if let Some(start) = text.find("@claimwatch.test") {
            let end = start + "@claimwatch.test".len();
            value["facets"] = json!([{"index": {"byteStart": start, "byteEnd": end},
                "features": [{"$type": "app.bsky.richtext.facet#mention", "did": BOT}]}]);
        }
        if let Some(parent) = below {
            let parent_reply = self.by_uri(&parent.uri).and_then(|post| post.value.get("reply"));
            let parent = json!({"uri": parent.uri, "cid": parent.cid});
            let root = parent_reply.map_or_else(|| parent.clone(), |reply| reply["root"].clone());
            value["reply"] = json!({"parent": parent, "root": root});
        }
        let key = format!("3zzzzzzz{:05}", 22_222 + self.next());
        self.put(&did, POSTS, &key, value)
    }

    pub(super) fn put(&mut self, repo: &str, collection: &str, rkey: &str, value: Value) -> Ref {
        let key = (repo.to_owned(), collection.to_owned(), rkey.to_owned());
        let cid = cid(&value);
        if !self.records.contains_key(&key) {
            self.order.push(key.clone());
        }
        self.records.insert(key, Record { value, cid: cid.clone(), at: now() });
        Ref { uri: format!("at://{repo}/{collection}/{rkey}"), cid }
    }

    pub(crate) fn delete(&mut self, uri: &str) {
        let key = key_of(uri).expect("an address");
        assert!(self.records.remove(&key).is_some(), "{uri}");
        self.order.retain(|known| *known != key);
    }

    pub(super) fn by_uri(&self, uri: &str) -> Option<&Record> {
        self.records.get(&key_of(uri)?)
    }

    pub(super) fn posts_of(&self, did: &str) -> Vec<Value> {
        let posts = self.order.iter().filter(|key| key.0 == did && key.1 == POSTS);
        posts.filter_map(|key| Some(self.records.get(key)?.value.clone())).collect()
    }

    pub(crate) fn profile(&self) -> Option<Value> {
        let key = (BOT.to_owned(), "app.bsky.actor.profile".to_owned(), "self".to_owned());
        Some(self.records.get(&key)?.value.clone())
    }

    pub(super) fn author(&self, did: &str) -> Value {
        let name = did.trim_start_matches("did:plc:");
        let labels = if self.bots.contains(name) {
            json!([{"src": did, "uri": did, "val": "bot", "cts": now()}])
        } else {
            json!([])
        };
        let viewer = json!({"muted": false, "blockedBy": self.blocking.contains(name)});
        json!({"did": did, "handle": format!("{name}.test"), "displayName": name,
            "labels": labels, "viewer": viewer})
    }

    /// Notifications of our account, newest first.
    pub(super) fn notifications(&self) -> Vec<Value> {
        let ours = format!("at://{BOT}/");
        let posts = self.order.iter().rev().filter(|key| key.1 == POSTS);
        let notes = posts.filter_map(|key| {
            let record = self.records.get(key)?;
            let mentions = record
                .value
                .get("facets")
                .is_some_and(|facets| facets.to_string().contains(&format!("\"did\":\"{BOT}\"")));
            let parent = record.value.pointer("/reply/parent/uri").and_then(Value::as_str);
            let reason = if mentions {
                "mention"
            } else if parent.is_some_and(|parent| parent.starts_with(&ours)) {
                "reply"
            } else {
                return None;
            };
            Some(json!({
                "uri": format!("at://{}/{}/{}", key.0, key.1, key.2), "cid": record.cid,
                "author": self.author(&key.0), "reason": reason, "record": record.value,
                "isRead": false, "indexedAt": record.at,
            }))
        });
        notes.collect()
    }
}

pub(super) fn key_of(uri: &str) -> Option<(String, String, String)> {
    let mut parts = uri.strip_prefix("at://")?.split('/').map(str::to_owned);
    Some((parts.next()?, parts.next()?, parts.next()?))
}

pub(super) fn cid(value: &Value) -> String {
    let hash = Sha256::digest(value.to_string());
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("bafyrei{hex}")
}

fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)
}
