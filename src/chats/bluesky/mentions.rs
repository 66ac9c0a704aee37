//! Notifications: who mentioned or answered us, and which post they ask about.

use std::collections::HashMap;
use std::sync::PoisonError;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::record::{Place, Strong};
use super::{Bluesky, Me, profile};
use crate::atproto::{self, page, parts};
use crate::chats::CallError;
use crate::chats::mentions::{Mention, Mentions};
use crate::claim::post::{Audience, Command, Incoming, Intent, Post, ReplyTo};
use crate::claim::review::hash_hex;

/// Notifications of one page, and most pages of one look.
const PAGE: &str = "50";
const PAGES_MAX: usize = 10;
/// Notifications are sorted by what their authors' clocks say: so far back they are read again.
const OVERLAP_MINUTES: i64 = 10;
/// Most posts that can be asked for at once.
const POSTS_MAX: usize = 25;
/// Most posts remembered that were asked about.
const ASKED_MAX: usize = 500;
/// A reply of fewer words is talk, no claim.
const REPLY_WORDS_MIN: usize = 4;

/// A post that somebody asks about, as far as it is to be looked up.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    post: Post,
}

#[cfg(test)]
impl Asked {
    pub(super) fn of(text: &str) -> Self {
        Self { post: Post::of(text) }
    }
}

/// How far notifications were read: up to the newest, and never behind where we began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    newest: DateTime<Utc>,
    began: DateTime<Utc>,
}

impl Cursor {
    pub(super) fn read(text: &str) -> Option<Self> {
        let (newest, began) = text.split_once(' ')?;
        Some(Self { newest: time(newest)?, began: time(began)? })
    }

    fn write(self) -> String {
        let text = |at: DateTime<Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        format!("{} {}", text(self.newest), text(self.began))
    }

    pub(super) fn wants(self, at: DateTime<Utc>) -> bool {
        at > self.began && at >= self.newest - TimeDelta::minutes(OVERLAP_MINUTES)
    }
}

fn time(text: &str) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc())
}

impl Bluesky {
    /// See [`Addressed::mentions`](crate::chats::mentions::Addressed::mentions).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn mentions(&self, cursor: Option<&str>) -> Result<Mentions, CallError> {
        let me = self.me().await?;
        let known = cursor.and_then(Cursor::read);
        let (notes, newest) = self.notifications(known).await?;
        let Some(known) = known else {
            let began = newest.unwrap_or_default();
            let cursor = Cursor { newest: began, began };
            return Ok(Mentions { mentions: Vec::new(), cursor: Some(cursor.write()) });
        };
        self.look_up(&me, &notes).await?;
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let mentions = notes.iter().rev();
        let mentions = mentions.filter_map(|note| mention(note, &self.name, &me, &asked)).collect();
        let newest = newest.map_or(known.newest, |newest| newest.max(known.newest));
        Ok(Mentions { mentions, cursor: Some(Cursor { newest, ..known }.write()) })
    }

    /// The notifications that may be new, newest first, and when the newest of all was.
    async fn notifications(
        &self,
        known: Option<Cursor>,
    ) -> Result<(Vec<Value>, Option<DateTime<Utc>>), CallError> {
        let (mut notes, mut newest, mut next) = (Vec::new(), None, None::<String>);
        for _ in 0..PAGES_MAX {
            let mut query = vec![("limit", PAGE), ("reasons", "mention"), ("reasons", "reply")];
            query.extend(next.as_deref().map(|next| ("cursor", next)));
            let page = self.get("app.bsky.notification.listNotifications", &query).await?;
            let list = page.get("notifications").and_then(Value::as_array);
            let list = list.ok_or(CallError::Broken("the answer has no notifications"))?;
            let mut behind = false;
            for note in list {
                let Some(at) = note.get("indexedAt").and_then(Value::as_str).and_then(time) else {
                    continue;
                };
                newest = newest.max(Some(at));
                match known {
                    Some(known) if known.wants(at) => notes.push(note.clone()),
                    _ => behind = true,
                }
            }
            next = page.get("cursor").and_then(Value::as_str).map(str::to_owned);
            if behind || list.is_empty() || next.is_none() || known.is_none() {
                break;
            }
        }
        Ok((notes, newest))
    }

    /// Asks for the posts that are asked about and not remembered.
    async fn look_up(&self, me: &Me, notes: &[Value]) -> Result<(), CallError> {
        let wanted: Vec<String> = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            if asked.len() > ASKED_MAX {
                asked.clear();
            }
            let mut wanted: Vec<String> =
                notes.iter().filter_map(|note| subject(note, me)).map(str::to_owned).collect();
            wanted.sort_unstable();
            wanted.dedup();
            wanted.retain(|uri| !asked.contains_key(uri));
            wanted
        };
        for some in wanted.chunks(POSTS_MAX) {
            let query: Vec<(&str, &str)> = some.iter().map(|uri| ("uris", uri.as_str())).collect();
            let found = self.get("app.bsky.feed.getPosts", &query).await?;
            let mut by_uri: HashMap<&str, &Value> = HashMap::new();
            for post in found.get("posts").and_then(Value::as_array).into_iter().flatten() {
                by_uri.extend(post.get("uri").and_then(Value::as_str).map(|uri| (uri, post)));
            }
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            for uri in some {
                let post = by_uri.get(uri.as_str()).and_then(|post| post_of(uri, post));
                asked.insert(uri.clone(), post.map(|post| Asked { post }));
            }
        }
        Ok(())
    }
}

/// A post as it is looked up: claims are often about whoever speaks.
fn post_of(uri: &str, post: &Value) -> Option<Post> {
    let (did, rkey) = parts(uri)?;
    let said = atproto::read(post.get("record")?).ok().filter(|said| !said.is_empty())?;
    let author = post.pointer("/author/displayName").and_then(Value::as_str);
    let author = author.filter(|name| !name.trim().is_empty()).map(str::to_owned);
    Some(Post { author, ..said.into_post(Some(page(did, rkey))) })
}

/// The post of somebody else that a mention stands below: that is what it asks about.
fn subject<'a>(note: &'a Value, me: &Me) -> Option<&'a str> {
    if note.get("reason").and_then(Value::as_str) != Some("mention") {
        return None;
    }
    let parent = note.pointer("/record/reply/parent/uri").and_then(Value::as_str)?;
    let (did, _) = parts(parent)?;
    (did != me.did).then_some(parent)
}

/// Reads a notification; `None` if it is none that is for us.
pub(super) fn mention(
    note: &Value,
    chat: &str,
    me: &Me,
    asked: &HashMap<String, Option<Asked>>,
) -> Option<Mention> {
    let text = |key: &str| note.pointer(key).and_then(Value::as_str);
    let reason = text("/reason").filter(|reason| matches!(*reason, "mention" | "reply"))?;
    let (uri, cid) = (text("/uri")?, text("/cid").filter(|cid| atproto::is_name(cid))?);
    let (did, _) = parts(uri)?;
    let record = note.get("record")?;
    let root = |key: &str| record.pointer(&format!("/reply/root/{key}")).and_then(Value::as_str);
    let root = match (root("uri"), root("cid")) {
        (Some(uri), Some(cid)) if parts(uri).is_some() && atproto::is_name(cid) => {
            Strong::of(uri, cid)
        }
        _ => Strong::of(uri, cid),
    };
    let place = Place { parent: Strong::of(uri, cid), root };
    let incoming = match unwanted(note, did, me) {
        Some(why) => Err(why),
        None => wanted(note, reason, me, asked),
    };
    let incoming = incoming.map(|(intent, post, language)| Incoming {
        reply_to: Some(ReplyTo {
            chat: chat.to_owned(),
            conversation: did.to_owned(),
            message: Some(place.to_message()),
            thread: None,
            audience: Audience::Public,
        }),
        client_language: language,
        ..Incoming::of(intent, post, text("/indexedAt").and_then(time).unwrap_or_default())
    });
    Some(Mention {
        // Not the address itself, which names its author: it outlives what is forgotten.
        id: hash_hex(&[uri]),
        author: did.to_owned(),
        thread: place.root.uri.clone(),
        incoming,
    })
}

/// What somebody wants, about which post, in which language; or why nothing.
fn wanted(
    note: &Value,
    reason: &str,
    me: &Me,
    asked: &HashMap<String, Option<Asked>>,
) -> Result<(Intent, Post, Option<String>), &'static str> {
    let record = note.get("record").unwrap_or(&Value::Null);
    let said = atproto::read(record).map_err(|_| "not readable")?;
    let language = said.languages.first().cloned();
    let words = atproto::without_mentions(&said.text, record, &me.did);
    let own = atproto::Said { text: words, ..said };
    let forget = own.text.trim_start_matches('/').eq_ignore_ascii_case(Command::Forget.name());
    if forget {
        let intent = Intent::Command(Command::Forget, String::new());
        return Ok((intent, Post::of(own.text), language));
    }
    let subject = subject(note, me);
    if let Some(below) = subject.and_then(|subject| asked.get(subject)?.as_ref()) {
        return Ok((Intent::Question, below.post.clone(), language));
    }
    if own.is_empty() && own.urls.is_empty() {
        return Err("no text");
    }
    // What is said below a post that is gone may make sense with that post only.
    let answers = reason == "reply" || subject.is_some();
    let talk = answers && own.text.split_whitespace().count() < REPLY_WORDS_MIN;
    if talk && own.urls.is_empty() {
        return Err("too short for a claim");
    }
    let uri = note.get("uri").and_then(Value::as_str).unwrap_or_default();
    let page = parts(uri).map(|(did, rkey)| page(did, rkey));
    Ok((Intent::Question, own.into_post(page), language))
}

/// Why somebody is not answered, whatever they say.
fn unwanted(note: &Value, did: &str, me: &Me) -> Option<&'static str> {
    let author = note.get("author")?;
    let is = |key: &str| author.pointer(key).is_some_and(|value| *value != Value::Bool(false));
    if did == me.did {
        Some("from ourselves")
    } else if profile::is_bot(author) {
        Some("from a bot")
    } else if is("/viewer/blockedBy") || is("/viewer/blocking") || is("/viewer/muted") {
        Some("blocked or muted")
    } else {
        None
    }
}
