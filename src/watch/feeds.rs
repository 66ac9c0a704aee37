//! Feeds of posts to the inbox: only what is new since the feed was first seen.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};
use url::Url;

use crate::claim::post::{Incoming, Intent};
use crate::doors::{Chance, Clock, Fault, Key};
use crate::feeds::settings::{Feed, Source};
use crate::feeds::{Entry, rss};
use crate::http::{Door, FetchError, Validators};
use crate::schedule::{Past, Schedule, backoff};
use crate::store::{Keys, Received, SourceEnd, Store};

/// Longest sleep at once: a clock that is put on is noticed after it.
const SLEEP_MAX: Duration = Duration::from_secs(60);
/// Wait after our own database failed.
pub(super) const OWN_FAILURE_WAIT: Duration = Duration::from_secs(60);

/// Takes the posts of feeds into the inbox.
#[derive(Clone)]
pub struct FeedWatcher {
    /// Where posts are kept.
    pub store: Arc<Store>,
    /// How feeds are fetched.
    pub door: Door,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
    /// By what authors are named.
    pub keys: Keys,
    /// Where a test kills the process.
    pub fault: Fault,
    /// Told when something new is in the inbox.
    pub wake: Arc<Notify>,
}

/// What a poll of a feed did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Watched {
    /// Posts put into the inbox.
    pub new: usize,
    /// Whether this was the first look: what is there is remembered, not looked at.
    pub first: bool,
    /// Why the poll failed and when it may be tried again, if it did.
    pub failure: Option<(String, DateTime<Utc>)>,
}

impl FeedWatcher {
    /// Polls a feed once, now. A feed that can't be reached is no error.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn poll(&self, source: &Source) -> Result<Watched> {
        let name = source.key();
        let known = {
            let name = name.clone();
            self.with_store(move |store| store.source(&name)).await?
        };
        let validators: Option<Validators> =
            known.validators.and_then(|text| serde_json::from_str(&text).ok());
        let Feed::Rss(feed) = &source.feed else {
            anyhow::bail!("{name} is followed, not polled");
        };
        let address = feed.url.as_deref().unwrap_or_default();
        let shown = match Url::parse(address) {
            Ok(url) => rss::poll(&self.door, &url, validators.as_ref()).await,
            Err(error) => {
                Err(rss::PollError::NoFeed(format!("{address:?} is no address: {error}")))
            }
        };
        let now = self.clock.now();
        let first = known.succeeded_at.is_none();
        let mut watched = Watched { first, ..Watched::default() };
        let end = match shown {
            Ok(Some((entries, validators))) => {
                self.fault.reach("posts-before-inbox");
                let end = SourceEnd::Good(serde_json::to_string(&validators).ok());
                watched.new = self.take_in(&name, entries, first, end, now).await?;
                self.fault.reach("posts-stored");
                if watched.new > 0 {
                    self.wake.notify_one();
                }
                return Ok(watched);
            }
            Ok(None) => SourceEnd::Good(
                validators.and_then(|validators| serde_json::to_string(&validators).ok()),
            ),
            Err(failed) => {
                let asked = match &failed {
                    rss::PollError::Fetch(failed) => FetchError::retry_after(failed),
                    rss::PollError::NoFeed(_) => None,
                };
                let wait = backoff(known.failures + 1, self.chance.fraction());
                let not_before = now + wait.max(asked.unwrap_or_default());
                let error = failed.to_string();
                watched.failure = Some((error.clone(), not_before));
                SourceEnd::Bad { error, not_before }
            }
        };
        self.with_store(move |store| store.end_poll(&name, &end, now)).await?;
        Ok(watched)
    }

    /// Queues what was not shown just so before and remembers all of it, with the end of the poll:
    /// in one transaction, so that no crash makes us look twice or overlook anything.
    async fn take_in(
        &self,
        name: &str,
        entries: Vec<Entry>,
        first: bool,
        end: SourceEnd,
        now: DateTime<Utc>,
    ) -> Result<usize> {
        let (name, chance, keys) = (name.to_owned(), self.chance.clone(), self.keys.clone());
        self.with_store(move |store| {
            let key = keys.key()?;
            let shown: Vec<(String, String)> =
                entries.iter().map(|entry| (entry.id.clone(), entry.hash.clone())).collect();
            let unseen = store.unseen(&name, &shown)?;
            let received: Vec<Received> = entries
                .into_iter()
                .zip(unseen)
                .filter(|(_, unseen)| *unseen && !first)
                .map(|(entry, _)| received(entry, chance.id(), &key, now))
                .collect();
            store.receive_look(&name, &received, &shown, &end, now)
        })
        .await
    }

    /// Polls a feed whenever it is due, until `stop`.
    pub async fn run(&self, source: Source, stop: CancellationToken) {
        let Feed::Rss(feed) = &source.feed else { return };
        let schedule = match Schedule::parse(&feed.schedule, &feed.time_zone) {
            Ok(schedule) => schedule,
            Err(error) => {
                error!(feed = source.name, %error, "this feed is not polled");
                return;
            }
        };
        loop {
            let now = self.clock.now();
            let due = match self.past(&source).await {
                Ok(past) => schedule.due(past, now, self.chance.fraction()),
                Err(error) => {
                    error!(feed = source.name, error = format!("{error:#}"), "database failed");
                    now + OWN_FAILURE_WAIT
                }
            };
            while let Ok(left) = (due - self.clock.now()).to_std()
                && !left.is_zero()
            {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(left.min(SLEEP_MAX)) => {}
                }
            }
            let watched = tokio::select! {
                () = stop.cancelled() => return,
                watched = self.poll(&source) => watched,
            };
            match watched {
                Ok(watched) => log(&source, &watched),
                Err(error) => {
                    error!(feed = source.name, error = format!("{error:#}"), "database failed");
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(OWN_FAILURE_WAIT) => {}
                    }
                }
            }
        }
    }

    async fn past(&self, source: &Source) -> Result<Past> {
        let name = source.key();
        let known = self.with_store(move |store| store.source(&name)).await?;
        Ok(Past {
            last: known.polled_at,
            failing: known.failures > 0,
            not_before: known.not_before,
        })
    }

    pub(super) async fn with_store<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Store) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = Arc::clone(&self.store);
        tokio::task::spawn_blocking(move || ask(&store)).await.context("the database panicked")?
    }
}

pub(super) fn received(entry: Entry, id: String, key: &Key, now: DateTime<Utc>) -> Received {
    let Entry { id: external, hash, post, author, published } = entry;
    let incoming = Incoming {
        intent: Intent::Watched,
        post,
        reply_to: None,
        client_language: None,
        seen_at: None,
        author_key: author.map(|author| key.name(&author)),
        sent_at: published.unwrap_or(now),
    };
    Received {
        id,
        external_id: format!("{external} {hash}"),
        conversation: String::new(),
        raw: None,
        incoming: Ok(incoming),
    }
}

/// One line a poll; a failure is told once and says when it is tried again.
fn log(source: &Source, watched: &Watched) {
    let feed = &source.name;
    match &watched.failure {
        Some((error, not_before)) => {
            let again = not_before.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            warn!(feed, error, again, "poll failed");
        }
        None => info!(feed, new = watched.new, first = watched.first, "polled"),
    }
}
