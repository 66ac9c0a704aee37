//! Bluesky: an account that is mentioned and answers in the thread, by calls of its server (XRPC).

mod mentions;
mod profile;
mod record;
mod session;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Mutex;

use serde_json::{Value, json};
use url::Url;

use super::mentions::Budget;
use super::settings;
use super::{CallError, Sent};
use crate::atproto::POSTS;
use crate::claim::post::ReplyTo;
use crate::claim::reply::Reply;
use crate::doors::{Clock, Secret};
use crate::http::Door;
use crate::store::Sending;
use mentions::Asked;
use session::Session;

/// Most graphemes of a post, the network's own limit.
pub const GRAPHEMES_MAX: usize = 300;

/// One configured account.
pub struct Bluesky {
    name: String,
    settings: settings::Bluesky,
    password: Secret,
    service: Url,
    door: Door,
    clock: Clock,
    /// Who we are signed in as. Kept in memory only: a restart signs in anew.
    session: tokio::sync::Mutex<Option<Session>>,
    /// Posts that were asked about lately: a notification is read more than once.
    asked: Mutex<HashMap<String, Option<Asked>>>,
}

/// Who the account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// Its lasting name.
    pub did: String,
    /// The name readers know.
    pub handle: String,
}

impl std::fmt::Debug for Bluesky {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Bluesky({})", self.name)
    }
}

impl Bluesky {
    /// The account of that name with its password.
    ///
    /// # Errors
    /// If the address of the server is not one.
    pub fn new(
        name: &str,
        settings: &settings::Bluesky,
        password: &Secret,
        door: Door,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            name: format!("bluesky.{name}"),
            settings: settings.clone(),
            password: password.clone(),
            service: Url::parse(&settings.service)?,
            door,
            clock,
            session: tokio::sync::Mutex::default(),
            asked: Mutex::default(),
        })
    }

    /// Its name among all chats, `bluesky.NAME`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How much it answers.
    pub fn budget(&self) -> Budget {
        Budget {
            author_hourly_max: self.settings.author_hourly_max,
            thread_hourly_max: self.settings.thread_hourly_max,
        }
    }

    /// Signs in, and says on the profile that this is a bot if that is not said yet.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn introduce(&self) -> Result<Me, CallError> {
        let me = self.me().await?;
        self.label(&me).await?;
        Ok(me)
    }

    /// Who the account is, by signing in.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn me(&self) -> Result<Me, CallError> {
        Ok(self.session(None).await?.me)
    }

    /// Answers in the thread, under a key that comes from the row: a repetition changes nothing.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn send(
        &self,
        sending: &Sending,
        to: &ReplyTo,
        reply: &Reply,
    ) -> Result<Sent, CallError> {
        let place = record::Place::of(to).ok_or_else(no_place)?;
        self.still_there(&place).await?;
        self.put_post(sending, &place, reply).await
    }

    /// Says a changed answer below the one it changes: posts can't be edited. A repetition changes
    /// nothing.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn follow_up(
        &self,
        sending: &Sending,
        to: &ReplyTo,
        ours: &str,
        reply: &Reply,
    ) -> Result<Sent, CallError> {
        let place = record::Place::of(to).ok_or_else(no_place)?;
        let (uri, cid) = ours.split_once(' ').ok_or_else(no_place)?;
        let place = record::Place { parent: record::Strong::of(uri, cid), root: place.root };
        self.still_there(&place).await?;
        self.put_post(sending, &place, reply).await
    }

    /// Whether what is answered is there, and wants to be answered by us.
    async fn still_there(&self, place: &record::Place) -> Result<(), CallError> {
        let refused = |why: &str| Err(CallError::Refused(why.to_owned()));
        let query = [("uris", place.parent.uri.as_str())];
        let found = self.get("app.bsky.feed.getPosts", &query).await?;
        let Some(post) = found.pointer("/posts/0") else {
            return refused("what it answers was deleted");
        };
        let is = |key: &str| post.pointer(key).is_some_and(|value| *value != Value::Bool(false));
        if is("/viewer/replyDisabled") {
            return refused("its author wants no replies");
        }
        if is("/author/viewer/blockedBy") || is("/author/viewer/blocking") {
            return refused("its author and we are blocked from each other");
        }
        Ok(())
    }

    async fn put_post(
        &self,
        sending: &Sending,
        place: &record::Place,
        reply: &Reply,
    ) -> Result<Sent, CallError> {
        let me = self.me().await?;
        let key = record::key(sending.planned_at, &sending.id);
        let body = json!({
            "repo": me.did, "collection": POSTS, "rkey": key,
            "record": record::post(reply, place, sending.planned_at),
            // Only where nothing stands yet; the same record again is no change.
            "swapRecord": null,
        });
        let put = match self.post("com.atproto.repo.putRecord", &body).await {
            Err(CallError::Refused(why)) if why.contains("InvalidSwap") => {
                self.stands_there(&me, &key, place).await?
            }
            put => put?,
        };
        let text = |key: &str| put.get(key).and_then(Value::as_str).unwrap_or_default();
        let message = format!("{} {}", text("uri"), text("cid"));
        Ok(Sent { message: Some(message).filter(|message| message.len() > 1) })
    }

    /// What stands under a key, if it is an answer to the same post: an earlier version of this
    /// program may have put it into other words.
    async fn stands_there(
        &self,
        me: &Me,
        key: &str,
        place: &record::Place,
    ) -> Result<Value, CallError> {
        let query = [("repo", me.did.as_str()), ("collection", POSTS), ("rkey", key)];
        let there = self.get("com.atproto.repo.getRecord", &query).await?;
        let parent = there.pointer("/value/reply/parent/uri").and_then(Value::as_str);
        if parent == Some(place.parent.uri.as_str()) {
            return Ok(there);
        }
        Err(CallError::Refused("something else stands under its key".to_owned()))
    }
}

fn no_place() -> CallError {
    CallError::Refused("it says not what it answers".to_owned())
}
