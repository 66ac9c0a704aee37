//! Polled feeds of posts to the inbox: only what is new since the feed was first seen.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info};
use url::Url;

use super::intake::{Intake, received};
use super::lanes::Lanes;
use crate::claim::review::host_of;
use crate::feeds::pace::Pace;
use crate::feeds::settings::Rss;
use crate::feeds::{Entry, rss};
use crate::http::{Door, Fetched, Validators};
use crate::schedule::{Past, Schedule, backoff};
use crate::store::{Flaws, Kept, Look, Received, Source, SourceEnd, Store};

/// Longest sleep at once: a clock that is put on is noticed after it.
const SLEEP_MAX: Duration = Duration::from_secs(60);
/// Wait after our own database failed.
pub(super) const OWN_FAILURE_WAIT: Duration = Duration::from_secs(60);
/// What is said of a feed that was cut short.
const CUT_SHORT: &str = "it is slow, and too many slow feeds are being asked; it is asked again";

/// Takes the posts of polled feeds into the inbox.
#[derive(Clone)]
pub struct FeedWatcher {
    /// Where posts go.
    pub intake: Intake,
    /// How feeds are fetched.
    pub door: Door,
    /// Whose turn it is.
    pub lanes: Arc<Lanes>,
}

/// What a poll of a feed did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Watched {
    /// What became of the posts that were not shown just so before.
    pub kept: Kept,
    /// Whether this was the first look: what is there is remembered, not looked at.
    pub first: bool,
    /// Why the poll failed and when it may be tried again, if it did.
    pub failure: Option<(String, DateTime<Utc>)>,
}

/// What is kept of a feed from one look to the next, beside its posts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Memory {
    #[serde(flatten)]
    validators: Validators,
    pace: Pace,
}

impl Memory {
    /// What was kept of a source; what can't be read is as good as nothing.
    fn of(source: &Source) -> Self {
        let text = source.validators.as_deref();
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    fn end(&self) -> SourceEnd {
        SourceEnd::Good(serde_json::to_string(self).ok())
    }
}

/// A poll that failed: one line, and the wait that was asked for.
type Failed = (String, Option<Duration>);

impl FeedWatcher {
    /// Polls a feed once, when it is its turn. A feed that can't be reached is no error.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn poll(&self, name: &str, feed: &Rss) -> Result<Watched> {
        let known = self.source(name).await?;
        let memory = Memory::of(&known);
        let first = known.succeeded_at.is_none();
        let is_well = !first && known.failures == 0;
        let mut watched = Watched { first, ..Watched::default() };
        let fetched = self.fetch(feed, &memory, is_well).await;
        let read = match fetched {
            Ok(Fetched::Fresh(page)) => {
                self.intake.fault.reach("posts-before-inbox");
                let (validators, pace) = (page.validators.clone(), memory.pace);
                let reading =
                    async { tokio::task::spawn_blocking(move || rss::read_page(&page)).await };
                match self.lanes.read(is_well, reading).await.context("reading a feed broke off")? {
                    Ok(shown) => {
                        let memory = Memory { validators, pace };
                        watched.kept =
                            self.take_in(name, feed, shown, is_well, first, memory).await?;
                        self.intake.fault.reach("posts-stored");
                        if watched.kept.new > 0 {
                            self.intake.wake.notify_one();
                        }
                        None
                    }
                    Err(why) => Some((why, None)),
                }
            }
            Ok(Fetched::NotModified) => {
                let now = self.intake.clock.now();
                let pace = memory.pace.not_modified(now, feed.bounds());
                self.end(name, is_well, Memory { pace, ..memory }.end()).await?;
                None
            }
            Err(failed) => Some(failed),
        };
        if let Some((error, asked)) = read {
            let wait = backoff(known.failures + 1, self.intake.chance.fraction());
            let not_before = self.intake.clock.now() + wait.max(asked.unwrap_or_default());
            watched.failure = Some((error.clone(), not_before));
            self.end(name, is_well, SourceEnd::Bad { error, not_before }).await?;
        }
        self.intake.metrics.polled("rss", watched.failure.is_none());
        Ok(watched)
    }

    async fn fetch(&self, feed: &Rss, memory: &Memory, is_well: bool) -> Result<Fetched, Failed> {
        let address = feed.url.as_deref().unwrap_or_default();
        let url = Url::parse(address)
            .map_err(|error| (format!("{address:?} is no address: {error}"), None))?;
        let host = url.host_str().unwrap_or_default();
        let validators = Some(&memory.validators).filter(|known| **known != Validators::default());
        let fetch = rss::fetch(&self.door, &url, validators);
        match self.lanes.poll(host, is_well, fetch).await {
            Some(fetched) => fetched.map_err(|error| (error.to_string(), error.retry_after())),
            None => Err((CUT_SHORT.to_owned(), None)),
        }
    }

    /// Queues what was not shown just so before and remembers all of it, with the end of the poll:
    /// in one transaction, so that no crash makes us look twice or overlook anything.
    async fn take_in(
        &self,
        name: &str,
        feed: &Rss,
        shown: rss::Shown,
        is_well: bool,
        first: bool,
        mut memory: Memory,
    ) -> Result<Kept> {
        let rss::Shown { entries, empty, asks } = shown;
        let keys: Vec<(String, String)> =
            entries.iter().map(|entry| (entry.id.clone(), entry.hash.clone())).collect();
        let (of, asked) = (name.to_owned(), keys.clone());
        let unseen = self.with_store(is_well, move |store| store.unseen(&of, &asked)).await?;
        let now = self.intake.clock.now();
        let dates = entries.iter().filter_map(|entry| entry.published);
        let is_new = unseen.contains(&true);
        memory.pace = memory.pace.shown(asks, dates, is_new, now, feed.bounds());
        let fresh = entries.into_iter().zip(unseen).filter(|(_, unseen)| *unseen && !first);
        let mut fresh: Vec<Entry> = fresh.map(|(entry, _)| entry).collect();
        if let Some(links) = &self.intake.links {
            let home = feed.url.as_deref().and_then(|url| host_of(&Url::parse(url).ok()?));
            links.resolve(&mut fresh, home.as_deref(), now).await;
        }
        let mut flaws = Flaws::default();
        if !fresh.is_empty() {
            // What says nothing has no id to be known again by: it is counted with something new.
            let lacking = fresh.iter().filter(|entry| entry.is_empty()).count();
            flaws.empty = (empty + lacking) as u64;
        }
        let (name, intake) = (name.to_owned(), self.intake.clone());
        let posts_hourly_max = feed.posts_hourly_max;
        self.with_store(is_well, move |store| {
            let key = intake.keys.key()?;
            let received: Vec<Received> = fresh
                .into_iter()
                .map(|entry| {
                    let external_id = format!("{} {}", entry.id, entry.hash);
                    received(entry, external_id, intake.chance.id(), &key, now)
                })
                .collect();
            let look = Look {
                received: &received,
                shown: &keys,
                end: Some(&memory.end()),
                flaws,
                posts_hourly_max: Some(posts_hourly_max),
                ..Look::default()
            };
            let kept = store.receive_look(&name, &look, now)?;
            intake.count("rss", kept, flaws);
            Ok(kept)
        })
        .await
    }

    /// Polls a feed whenever it is due, until `stop`.
    pub async fn run(&self, name: &str, feed: &Rss, stop: CancellationToken) {
        let schedule = feed.schedule.as_deref().map(|text| Schedule::parse(text, &feed.time_zone));
        let schedule = match schedule.transpose() {
            Ok(schedule) => schedule,
            Err(error) => {
                error!(feed = name, %error, "this feed is not polled");
                return;
            }
        };
        loop {
            let now = self.intake.clock.now();
            let due = match self.source(name).await {
                Ok(known) => {
                    let fraction = self.intake.chance.fraction();
                    due(feed, schedule.as_ref(), &known, now, fraction)
                }
                Err(error) => {
                    error!(feed = name, error = format!("{error:#}"), "database failed");
                    now + OWN_FAILURE_WAIT
                }
            };
            while let Ok(left) = (due - self.intake.clock.now()).to_std()
                && !left.is_zero()
            {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(left.min(SLEEP_MAX)) => {}
                }
            }
            let watched = tokio::select! {
                () = stop.cancelled() => return,
                watched = self.poll(name, feed) => watched,
            };
            match watched {
                Ok(watched) => log(name, &watched),
                Err(error) => {
                    error!(feed = name, error = format!("{error:#}"), "database failed");
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(OWN_FAILURE_WAIT) => {}
                    }
                }
            }
        }
    }

    async fn source(&self, name: &str) -> Result<Source> {
        let name = name.to_owned();
        // How it fares is not known before this.
        self.with_store(true, move |store| store.source(&name)).await
    }

    async fn end(&self, name: &str, is_well: bool, end: SourceEnd) -> Result<()> {
        let (name, now) = (name.to_owned(), self.intake.clock.now());
        self.with_store(is_well, move |store| store.end_poll(&name, &end, now)).await
    }

    pub(super) async fn with_store<T: Send + 'static>(
        &self,
        is_well: bool,
        ask: impl FnOnce(&Store) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = Arc::clone(&self.intake.store);
        let asking = async { tokio::task::spawn_blocking(move || ask(&store)).await };
        self.lanes.store(is_well, asking).await.context("the database panicked")?
    }
}

/// When a feed is due, given how it fared: by its schedule if it has one, else by its pace.
pub fn due(
    feed: &Rss,
    schedule: Option<&Schedule>,
    known: &Source,
    now: DateTime<Utc>,
    fraction: f64,
) -> DateTime<Utc> {
    let failing = known.failures > 0;
    if let Some(schedule) = schedule {
        let past = Past { last: known.polled_at, failing, not_before: known.not_before };
        return schedule.due(past, now, fraction);
    }
    let not_before = known.not_before.unwrap_or(now).max(now);
    match known.polled_at {
        // A clock that was put back does not make it wait for ever.
        Some(last) if !failing && last <= now => {
            Memory::of(known).pace.due(last, feed.bounds(), fraction).max(not_before)
        }
        _ => not_before,
    }
}

/// One line a poll. That a feed fails is told by whoever sees that of all sources, once.
fn log(feed: &str, watched: &Watched) {
    match &watched.failure {
        Some((error, not_before)) => {
            let again = not_before.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            debug!(feed, error, again, "poll failed");
        }
        None => {
            let Kept { new, over, .. } = watched.kept;
            info!(feed, new, over, first = watched.first, "polled");
        }
    }
}
