//! Streams: feeds that stay open and tell what is posted as it is posted.

#[cfg(test)]
use std::collections::VecDeque;

use super::Entry;
use super::bluesky::Bluesky;
use super::settings::{Feed, Source};
use crate::doors::Clock;
use crate::http::{Door, FetchError};

/// What a stream told since it was asked last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Posts, in their order. One that was taken back in the same batch is not among them.
    pub entries: Vec<Entry>,
    /// Beginnings of ids of what was taken back: a post by its author, or all of an account.
    pub gone: Vec<String>,
    /// How far was read, in the stream's own terms: kept with what was read.
    pub cursor: Option<String>,
    /// What else there was to tell.
    pub counts: Counts,
    /// What the operator should know of, a few words each: told once, and nothing stops.
    pub notices: Vec<&'static str>,
}

/// What became of the events of a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events read, whatever they were.
    pub read: u64,
    /// Posts that the filters of the feed left out.
    pub filtered: u64,
    /// Events that could not be read.
    pub malformed: u64,
}

impl Batch {
    /// Adds a post, in place of an earlier form of it.
    pub fn add(&mut self, entry: Entry) {
        self.entries.retain(|earlier| earlier.id != entry.id);
        self.entries.push(entry);
    }

    /// Takes back what has an id that begins so.
    pub fn take_back(&mut self, beginning: String) {
        // An id stands before a blank wherever it is whole.
        self.entries.retain(|entry| !format!("{} ", entry.id).starts_with(&beginning));
        self.gone.push(beginning);
    }
}

/// Why a stream gives nothing more.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// No connection came about.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// It ended, or what came made no sense any more: to be opened again where it was.
    #[error("the stream ended: {0}")]
    Ended(String),
    /// The server does not know the place that was read to: to be opened again at the present.
    #[error("the server does not know how far was read: {0}")]
    Lost(String),
    /// The server does not want us.
    #[error("the server refuses: {0}")]
    Refused(String),
}

/// One open stream, whichever network it is of.
pub enum Stream {
    /// Bluesky's network.
    Bluesky(Box<Bluesky>),
    /// What a test lets happen.
    #[cfg(test)]
    Scripted(VecDeque<Result<Batch, StreamError>>),
}

impl Stream {
    /// Opens the stream of a feed behind `cursor`, or at the present without one.
    ///
    /// # Errors
    /// See [`StreamError`]; also if the feed is no stream.
    pub async fn open(
        door: &Door,
        source: &Source,
        cursor: Option<&str>,
        clock: Clock,
    ) -> Result<Self, StreamError> {
        match &source.feed {
            Feed::Bluesky(settings) => {
                let stream = Bluesky::open(door, settings, cursor, clock).await?;
                Ok(Self::Bluesky(Box::new(stream)))
            }
            Feed::Rss(_) => Err(StreamError::Refused("this feed is polled".to_owned())),
        }
    }

    /// Waits for what comes next: at least one event, and what came with it. What was read is told
    /// once: it has to be stored before this is called again.
    ///
    /// # Errors
    /// See [`StreamError`]; the stream is then to be opened again.
    pub async fn next(&mut self) -> Result<Batch, StreamError> {
        match self {
            Self::Bluesky(stream) => stream.next().await,
            #[cfg(test)]
            Self::Scripted(script) => match script.pop_front() {
                Some(next) => next,
                None => std::future::pending().await,
            },
        }
    }
}
