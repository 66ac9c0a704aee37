//! Streams of posts to the inbox: each batch is stored with how far that was, and a stream that
//! ends is opened again from there.

use std::collections::HashSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::feeds::{FeedWatcher, OWN_FAILURE_WAIT};
use super::intake::received;
use crate::feeds::settings::Source;
use crate::feeds::{Batch, Counts, Stream, StreamError};
use crate::http::FetchError;
use crate::store::{Flaws, Followed, Look, Received, SourceEnd};

/// First wait before a stream is opened again, and the longest, in milliseconds.
const WAIT_FIRST_MS: u64 = 500;
const WAIT_MAX_MS: u64 = 60_000;
/// Wait where the server does not want us: it will hardly think better of it at once.
const WAIT_REFUSED: Duration = Duration::from_secs(5 * 60);

/// What a batch came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Heard {
    /// Posts put into the inbox.
    pub new: usize,
    /// Posts taken back that had been put there.
    pub gone: usize,
    /// Posts over the feed's budget, which were not kept.
    pub over: usize,
    /// What became of its events.
    pub counts: Counts,
}

/// How a stream fares, told as it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tidings {
    /// It is open.
    Open,
    /// A batch was stored.
    Heard(Heard),
    /// It failed, and why.
    Failed(String),
}

impl FeedWatcher {
    /// Follows a stream until `stop`. `is_ours` knows our own accounts: what these say is no news.
    /// `report` hears how it fares.
    pub async fn follow(
        &self,
        source: &Source,
        stop: &CancellationToken,
        is_ours: impl Fn(&str) -> bool + Send + Sync,
        report: impl Fn(Tidings) + Send,
    ) {
        let open = |cursor: Option<String>| {
            let (door, source, clock) =
                (self.door.clone(), source.clone(), self.intake.clock.clone());
            async move { Stream::open(&door, &source, cursor.as_deref(), clock).await }
        };
        self.follow_with(source, open, stop, is_ours, report).await;
    }

    /// As [`follow`](Self::follow), with another way to open the stream.
    async fn follow_with<F>(
        &self,
        source: &Source,
        mut open: impl FnMut(Option<String>) -> F + Send,
        stop: &CancellationToken,
        is_ours: impl Fn(&str) -> bool + Send + Sync,
        report: impl Fn(Tidings) + Send,
    ) where
        F: Future<Output = Result<Stream, StreamError>> + Send,
    {
        let name = source.key();
        let mut failures: u32 = 0;
        let mut told = HashSet::new();
        while !stop.is_cancelled() {
            let known = {
                let name = name.clone();
                self.with_store(true, move |store| store.source(&name)).await
            };
            let ended = match known {
                Err(failed) => {
                    error!(feed = name, error = format!("{failed:#}"), "database failed");
                    rest(stop, OWN_FAILURE_WAIT).await;
                    continue;
                }
                Ok(known) => {
                    let hear = async {
                        let mut stream = match open(known.cursor).await {
                            Ok(stream) => stream,
                            Err(failed) => return failed,
                        };
                        report(Tidings::Open);
                        loop {
                            let mut batch = match stream.next().await {
                                Ok(batch) => batch,
                                Err(ended) => return ended,
                            };
                            batch
                                .entries
                                .retain(|entry| !entry.author.as_deref().is_some_and(&is_ours));
                            tell_once(&name, &batch, &mut told);
                            // A server that lets us in and throws us out at once is failing.
                            if batch.cursor.is_some() {
                                failures = 0;
                            }
                            let heard = self.keep(source, batch, stop).await;
                            report(Tidings::Heard(heard));
                        }
                    };
                    tokio::select! {
                        () = stop.cancelled() => return,
                        ended = hear => ended,
                    }
                }
            };
            failures += 1;
            let wait = self.ended(&name, &ended, failures).await;
            report(Tidings::Failed(ended.to_string()));
            rest(stop, wait).await;
        }
    }

    /// Stores a batch, again and again if the database fails: nobody tells it a second time.
    async fn keep(&self, source: &Source, mut batch: Batch, stop: &CancellationToken) -> Heard {
        let mut heard = Heard { counts: batch.counts, ..Heard::default() };
        self.intake.fault.reach("posts-before-inbox");
        if let Some(links) = &self.intake.links {
            let now = self.intake.clock.now();
            links.resolve_streamed(&mut batch.entries, &source.key(), now).await;
        }
        let batch = Arc::new(batch);
        loop {
            match self.store_batch(source, Arc::clone(&batch)).await {
                Ok(stored) => {
                    self.intake.fault.reach("posts-stored");
                    (heard.new, heard.gone, heard.over) = (stored.new, stored.gone, stored.over);
                    if stored.new > 0 {
                        self.intake.wake.notify_one();
                    }
                    return heard;
                }
                Err(failed) => {
                    let (feed, failed) = (source.key(), format!("{failed:#}"));
                    error!(feed, error = failed, "database failed");
                    rest(stop, OWN_FAILURE_WAIT).await;
                    if stop.is_cancelled() {
                        return heard;
                    }
                }
            }
        }
    }

    async fn store_batch(&self, source: &Source, batch: Arc<Batch>) -> Result<Followed> {
        let posts_hourly_max = Some(source.feed.posts_hourly_max());
        let (name, chance, keys) =
            (source.key(), self.intake.chance.clone(), self.intake.keys.clone());
        let now = self.intake.clock.now();
        self.with_store(true, move |store| {
            let key = keys.key()?;
            let received: Vec<Received> = batch
                .entries
                .iter()
                .map(|entry| {
                    let external_id = format!("{} {}", entry.id, entry.hash);
                    received(entry.clone(), external_id, chance.id(), &key, now)
                })
                .collect();
            let flaws = Flaws {
                empty: batch.entries.iter().filter(|entry| entry.is_empty()).count() as u64,
                malformed: batch.counts.malformed,
            };
            let look = Look {
                received: &received,
                cursor: batch.cursor.as_deref(),
                flaws,
                posts_hourly_max,
                ..Look::default()
            };
            store.receive_stream(&name, &look, &batch.gone, now)
        })
        .await
    }

    /// Notes how a stream ended; returns how long to wait before it is opened again.
    async fn ended(&self, name: &str, ended: &StreamError, failures: u32) -> Duration {
        let longest = WAIT_FIRST_MS.saturating_mul(1 << (failures - 1).min(16)).min(WAIT_MAX_MS);
        let backoff =
            Duration::from_millis(longest).mul_f64(0.5 + self.intake.chance.fraction() / 2.0);
        let wait = match ended {
            StreamError::Refused(_) => WAIT_REFUSED,
            StreamError::Fetch(failed) => {
                backoff.max(FetchError::retry_after(failed).unwrap_or_default())
            }
            StreamError::Ended(_) | StreamError::Lost(_) => backoff,
        };
        // Servers end streams now and then; only what lasts is worth a warning, and one is enough.
        match failures {
            1 => info!(feed = name, "{ended}"),
            2 => warn!(feed = name, "stream can't be followed: {ended}"),
            _ => {}
        }
        let now = self.intake.clock.now();
        let not_before = now + TimeDelta::from_std(wait).unwrap_or_default();
        let end = SourceEnd::Bad { error: ended.to_string(), not_before };
        let (name, lost) = (name.to_owned(), matches!(ended, StreamError::Lost(_)));
        let noted = self.with_store(true, move |store| {
            if lost {
                store.forget_cursor(&name)?;
            }
            store.end_poll(&name, &end, now)
        });
        if let Err(failed) = noted.await {
            error!(error = format!("{failed:#}"), "database failed");
        }
        wait
    }
}

/// Tells what the operator should know of, each thing once.
fn tell_once(name: &str, batch: &Batch, told: &mut HashSet<&'static str>) {
    for notice in &batch.notices {
        if told.insert(notice) {
            warn!(feed = name, "{notice}");
        }
    }
    if batch.counts.malformed > 0 && told.insert("malformed") {
        warn!(feed = name, "some events can't be read; they are counted and left out");
    }
}

/// Waits, but not beyond `stop`.
async fn rest(stop: &CancellationToken, wait: Duration) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(wait) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;

    use chrono::DateTime;

    use super::*;
    use crate::claim::post::Post;
    use crate::doors::{Chance, Clock, Entropy, Fault};
    use crate::feeds::Entry;
    use crate::feeds::settings::{Feed, Rss};
    use crate::http::{Door, Settings, SystemResolver};
    use crate::store::Keys;
    use crate::store::Store;
    use crate::watch::Intake;

    fn entry(id: &str) -> Entry {
        let post = Post::of(id);
        let author = Some("ann".to_owned());
        Entry { id: id.into(), hash: "h".into(), post, author, published: None }
    }

    fn batch(ids: &[&str], cursor: &str) -> Batch {
        let entries = ids.iter().map(|id| entry(id)).collect();
        Batch { entries, cursor: Some(cursor.to_owned()), ..Batch::default() }
    }

    fn watcher(store: &Arc<Store>) -> FeedWatcher {
        drop(rustls::crypto::ring::default_provider().install_default());
        let clock = Clock::new(DateTime::default);
        let door = Door::new(&Settings::default(), Arc::new(SystemResolver::default()));
        let keys = Keys {
            store: Arc::clone(store),
            entropy: Entropy::new(|| [1; 32]),
            clock: clock.clone(),
            days: 30,
        };
        let intake = Intake {
            store: Arc::clone(store),
            clock,
            chance: Chance::seeded(1),
            keys,
            fault: Fault::default(),
            wake: Arc::default(),
            metrics: Arc::default(),
            links: None,
        };
        FeedWatcher { intake, door: door.expect("a door"), lanes: Arc::default() }
    }

    #[tokio::test]
    async fn a_stream_goes_on_where_it_ended_and_what_is_told_twice_is_stored_once() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Arc::new(Store::open(dir.path()).expect("a database"));
        let watcher = watcher(&store);
        let source = Source { name: "x".into(), feed: Feed::Rss(Rss::default()) };
        let mut taken_back = batch(&["c"], "3");
        taken_back.take_back("b ".to_owned());
        taken_back.take_back("c ".to_owned());
        let mut ours = batch(&["b", "ours"], "2");
        ours.entries[1].author = Some("us".to_owned());
        let ended = || Err(StreamError::Ended("closed".to_owned()));
        let mut scripts = VecDeque::from([
            VecDeque::from([Ok(batch(&["a"], "1")), Ok(batch(&["b"], "2")), ended()]),
            VecDeque::from([Err(StreamError::Lost("too old".to_owned()))]),
            VecDeque::from([Ok(ours), Ok(taken_back)]),
        ]);
        let asked = Mutex::new(Vec::new());
        let stop = CancellationToken::new();
        let open = |cursor| {
            asked.lock().expect("a list").push(cursor);
            let script = scripts.pop_front().unwrap_or_default();
            async move { Ok(Stream::Scripted(script)) }
        };
        let tidings = Mutex::new(Vec::new());
        let report = |told: Tidings| {
            let mut tidings = tidings.lock().expect("a list");
            tidings.push(told);
            if tidings.len() == 9 {
                stop.cancel();
            }
        };
        watcher.follow_with(&source, open, &stop, |author| author == "us", report).await;
        assert_eq!(*asked.lock().expect("a list"), [None, Some("2".to_owned()), None]);
        let heard = |new, gone| Tidings::Heard(Heard { new, gone, ..Heard::default() });
        let told = tidings.into_inner().expect("a list");
        assert_eq!(
            told,
            [
                Tidings::Open,
                heard(1, 0),
                heard(1, 0),
                Tidings::Failed("the stream ended: closed".into()),
                Tidings::Open,
                Tidings::Failed("the server does not know how far was read: too old".into()),
                Tidings::Open,
                heard(0, 0),
                heard(0, 1),
            ]
        );
        assert_eq!(store.source("rss.x").expect("a source").cursor.as_deref(), Some("3"));
        let states = store.inbox_states().expect("states");
        assert_eq!(states, [("new".into(), 1), ("skipped".into(), 1)]);
        let now = DateTime::default();
        let kept = store.lease_inbox(1, now, now + TimeDelta::hours(1)).expect("a row").remove(0);
        let name = watcher.intake.keys.key().expect("a key").name("ann");
        assert_eq!(kept.incoming.author_key, Some(name), "who wrote it, under the secret");
    }
}
