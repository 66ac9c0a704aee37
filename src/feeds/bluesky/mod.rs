//! Posts from Bluesky's network: from Jetstream, or from a server or relay directly.

mod cbor;
mod event;
mod firehose;
mod jetstream;
mod post;
mod socket;

#[cfg(test)]
mod tests;

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;
use url::Url;

use super::settings::{Bluesky as Settings, BlueskyMode as Mode};
use super::{Batch, StreamError};
use crate::atproto::{self, POSTS};
use crate::doors::Clock;
use crate::http::{Call, Door, Method};
use event::{Event, Told};
use post::Read;
use socket::{Message, Socket};

/// How far before the cursor Jetstream is read again, in microseconds: its servers' clocks differ.
/// What is told twice is stored once.
const REWIND_US: i64 = 5_000_000;
/// Most posts of a batch, and how long one is gathered: once there is a post, and before.
const ENTRIES_MAX: usize = 500;
const GATHER_POSTS: Duration = Duration::from_millis(250);
const GATHER: Duration = Duration::from_secs(1);
/// Most accounts that are named in the address of a Jetstream.
const WANTED_MAX: usize = 50;
/// A server's clock that is so far from ours is worth a word.
const SKEW_MINUTES_MAX: i64 = 10;
/// Longest answer about a handle.
const HANDLE_BYTES_MAX: usize = 16 * 1024;

/// An open stream of the network.
pub struct Bluesky {
    socket: Socket,
    filter: Filter,
    mode: Mode,
    /// What its places count.
    count: String,
    clock: Clock,
    /// Notices that are still to be told.
    notices: VecDeque<&'static str>,
    /// How it ended, when a batch had to be told first.
    ended: Option<StreamError>,
    /// Last place read.
    place: Option<i64>,
}

/// Which posts are wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    languages: HashSet<String>,
    keywords: Vec<String>,
    accounts: HashSet<String>,
}

impl Bluesky {
    /// Opens the stream of a feed behind `cursor`.
    ///
    /// # Errors
    /// See [`StreamError`].
    pub(super) async fn open(
        door: &Door,
        settings: &Settings,
        cursor: Option<&str>,
        clock: Clock,
    ) -> Result<Self, StreamError> {
        let (mut url, mode) = settings.address().map_err(StreamError::Refused)?;
        let filter = Filter::of(door, settings).await?;
        let count = count_of(mode, &url);
        let from = cursor.and_then(|cursor| place_in(&count, cursor));
        let mut notices = VecDeque::new();
        if cursor.is_some() && from.is_none() {
            notices.push_back("the server is another one: posts are read from the present on");
        }
        {
            let mut query = url.query_pairs_mut();
            if mode == Mode::Jetstream {
                query.append_pair("wantedCollections", POSTS);
                // More would not fit into an address; all are filtered here as well.
                if filter.accounts.len() <= WANTED_MAX {
                    for did in &filter.accounts {
                        query.append_pair("wantedDids", did);
                    }
                }
            }
            if let Some(from) = from {
                let from = if mode == Mode::Jetstream { from - REWIND_US } else { from };
                query.append_pair("cursor", &from.max(0).to_string());
            }
        }
        if url.query() == Some("") {
            url.set_query(None);
        }
        let socket = Socket::open(door, &url).await?;
        Ok(Self { socket, filter, mode, count, clock, notices, ended: None, place: from })
    }

    /// See [`Stream::next`](super::Stream::next).
    pub(super) async fn next(&mut self) -> Result<Batch, StreamError> {
        if let Some(ended) = self.ended.take() {
            return Err(ended);
        }
        let mut batch = Batch { notices: self.notices.drain(..).collect(), ..Batch::default() };
        let before = self.place;
        let first = self.socket.next().await?;
        let mut until = Instant::now() + GATHER;
        let mut taken = self.take(&first, &mut batch);
        while taken.is_ok() && batch.entries.len() < ENTRIES_MAX {
            if !batch.entries.is_empty() {
                until = until.min(Instant::now() + GATHER_POSTS);
            }
            let Ok(next) = tokio::time::timeout_at(until, self.socket.next()).await else { break };
            taken = next.and_then(|message| self.take(&message, &mut batch));
        }
        // What was read so far is told before how it ended.
        self.ended = taken.err();
        let read = self.place.filter(|_| self.place != before);
        batch.cursor = read.map(|place| cursor_of(&self.count, place));
        Ok(batch)
    }

    /// Puts a message into a batch.
    fn take(&mut self, message: &Message, batch: &mut Batch) -> Result<(), StreamError> {
        batch.counts.read += 1;
        let told = match message {
            Message::Text(text) if self.mode == Mode::Jetstream => jetstream::read(text),
            Message::Binary(frame) if self.mode == Mode::Firehose => firehose::read(frame),
            _ => Err("a message of the other kind of server"),
        };
        let Ok(told) = told else {
            batch.counts.malformed += 1;
            return Ok(());
        };
        if let Some(place) = told.place {
            self.place = Some(self.place.map_or(place, |known| known.max(place)));
        }
        if told.at.is_some_and(|at| (self.clock.now() - at).num_minutes() < -SKEW_MINUTES_MAX) {
            batch.notices.push("the server's clock is ahead of ours: check both");
        }
        happened(told, &self.filter, batch)
    }
}

/// Puts what happened into a batch.
fn happened(told: Told, filter: &Filter, batch: &mut Batch) -> Result<(), StreamError> {
    let at: Option<DateTime<Utc>> = told.at;
    for event in told.events {
        match event {
            Event::Posted { did, rkey, cid, record } => {
                match post::read((&did, &rkey, &cid), &record, at) {
                    Ok(Some(read)) if filter.wants(&read, &did) => batch.add(read.entry),
                    Ok(Some(_)) => batch.counts.filtered += 1,
                    Ok(None) => {}
                    Err(_) => batch.counts.malformed += 1,
                }
            }
            Event::Deleted { did, rkey } if atproto::is_name(&did) && atproto::is_name(&rkey) => {
                if filter.wants_author(&did) {
                    batch.take_back(format!("{} ", atproto::uri(&did, &rkey)));
                }
            }
            Event::Account(account) if !account.active && atproto::is_name(&account.did) => {
                if filter.wants_author(&account.did) {
                    batch.take_back(format!("at://{}/", account.did));
                }
            }
            Event::Deleted { .. } => batch.counts.malformed += 1,
            Event::Notice(name) => batch.notices.push(match name.as_str() {
                "OutdatedCursor" => "the server kept less than we missed: some posts are lost",
                _ => "the server gave a notice of a kind that is not known",
            }),
            Event::Error(name) => {
                return Err(match name.as_str() {
                    "FutureCursor" => StreamError::Lost(name),
                    "ConsumerTooSlow" => {
                        batch.notices.push("the server found us too slow: filter at its side");
                        StreamError::Ended(name)
                    }
                    _ => StreamError::Ended("the server gave an error".to_owned()),
                });
            }
            Event::Account(_) | Event::Other => {}
        }
    }
    Ok(())
}

impl Filter {
    async fn of(door: &Door, settings: &Settings) -> Result<Self, StreamError> {
        let mut filter = Self {
            languages: settings.languages.iter().map(|tag| primary(tag)).collect(),
            keywords: settings.keywords.iter().map(|word| word.to_lowercase()).collect(),
            accounts: HashSet::new(),
        };
        for account in &settings.accounts {
            let did = if account.starts_with("did:") {
                account.clone()
            } else {
                resolved(door, &settings.appview, account.trim_start_matches('@')).await?
            };
            filter.accounts.insert(did);
        }
        Ok(filter)
    }

    fn wants(&self, read: &Read, did: &str) -> bool {
        // A post that names no language may be in any.
        let speaks = self.languages.is_empty()
            || read.languages.is_empty()
            || read.languages.iter().any(|tag| self.languages.contains(&primary(tag)));
        if !speaks || !self.wants_author(did) {
            return false;
        }
        self.keywords.is_empty() || {
            let post = &read.entry.post;
            let said = [&post.text].into_iter().chain(&post.alt).map(|text| text.to_lowercase());
            let said: Vec<String> = said.collect();
            self.keywords.iter().any(|word| said.iter().any(|text| text.contains(word)))
        }
    }

    fn wants_author(&self, did: &str) -> bool {
        self.accounts.is_empty() || self.accounts.contains(did)
    }
}

fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// The lasting name of an account, by its handle.
async fn resolved(door: &Door, appview: &str, handle: &str) -> Result<String, StreamError> {
    let refused = |why: &str| StreamError::Refused(format!("the account {handle}: {why}"));
    let mut url = Url::parse(appview).map_err(|_| refused("`appview` is no address"))?;
    url.set_path("/xrpc/com.atproto.identity.resolveHandle");
    url.query_pairs_mut().clear().append_pair("handle", handle);
    let call = Call {
        method: Method::Get,
        bearer: None,
        headers: &[],
        json: None,
        bytes_max: HANDLE_BYTES_MAX,
    };
    let called = door.call(&url, &call).await?;
    let answer = called.json();
    let did = answer.get("did").and_then(serde_json::Value::as_str);
    match did.filter(|did| called.status == 200 && atproto::is_name(did)) {
        Some(did) => Ok(did.to_owned()),
        None => Err(refused("nobody has this name; check `accounts`")),
    }
}

/// What places of a stream count: the time, wherever there is a Jetstream; else what the one server
/// has told so far.
fn count_of(mode: Mode, url: &Url) -> String {
    match mode {
        Mode::Jetstream => mode.word().to_owned(),
        Mode::Firehose => {
            let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default());
            format!("{}@{host}:{}", mode.word(), port.unwrap_or_default())
        }
    }
}

fn cursor_of(count: &str, place: i64) -> String {
    format!("{count} {place}")
}

/// A place in streams that count the same.
fn place_in(count: &str, cursor: &str) -> Option<i64> {
    let (word, place) = cursor.split_once(' ')?;
    place.parse().ok().filter(|_| word == count)
}

/// Reads a message of Jetstream for a fuzzer: how many posts, and whether it can be read.
#[doc(hidden)]
pub fn fuzz_jetstream(text: &str) -> Option<usize> {
    counted(jetstream::read(text).ok()?)
}

/// Reads a frame of the firehose for a fuzzer, as [`fuzz_jetstream`].
#[doc(hidden)]
pub fn fuzz_firehose(frame: &[u8]) -> Option<usize> {
    counted(firehose::read(frame).ok()?)
}

fn counted(told: Told) -> Option<usize> {
    let mut batch = Batch::default();
    happened(told, &Filter::default(), &mut batch).ok()?;
    Some(batch.entries.len())
}
