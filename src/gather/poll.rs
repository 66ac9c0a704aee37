//! Polling one publisher once.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};

use super::indexer::Indexer;
use super::intake::Tally;
use super::run::name_of;
use super::visit::{Rule, Visit};
use crate::claim::publisher::Publishers;
use crate::doors::{Chance, Clock, Fault};
use crate::http::{Door, Validators};
use crate::publishers::Parsed;
use crate::publishers::settings::{Kind, Source};
use crate::schedule::backoff;
use crate::store::{SourceEnd, Store, Trust};

/// What one poll may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most pages fetched; what is left is for the next poll.
    pub pages_max: usize,
    /// Most sitemaps fetched beside those the operator wrote.
    pub sitemaps_max: usize,
    /// How deep sitemaps may name sitemaps.
    pub depth_max: u8,
    /// Most bytes of a page, feed or sitemap, once decompressed.
    pub page_bytes_max: usize,
    /// Most bytes of a dump (datafeed, jsonl), once decompressed.
    pub dump_bytes_max: usize,
    /// Most answers of Google's asked for, one after the other.
    pub answers_max: usize,
    /// How often a page that fails is asked for in all, one poll each.
    pub tries_max: usize,
    /// Pages that fail one after the other before the rest is left for the next poll.
    pub failures_in_a_row_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pages_max: 200,
            sitemaps_max: 50,
            depth_max: 2,
            page_bytes_max: 16 * 1024 * 1024,
            dump_bytes_max: 256 * 1024 * 1024,
            answers_max: 20,
            tries_max: 5,
            failures_in_a_row_max: 5,
        }
    }
}

/// Told before each page how many are done of how many.
pub type OnPage = Arc<dyn Fn(usize, usize) + Send + Sync>;

/// Takes in what publishers publish.
#[derive(Clone)]
pub struct Gatherer {
    /// Where it goes.
    pub store: Arc<Store>,
    /// Who publishes checks.
    pub publishers: Arc<Publishers>,
    /// Makes it searchable; `None` where another process does.
    pub indexer: Option<Arc<Indexer>>,
    /// How pages are fetched.
    pub door: Door,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
    /// Where a test kills the process.
    pub fault: Fault,
    /// What one poll may cost.
    pub limits: Limits,
    /// Told about each page.
    pub on_page: OnPage,
}

/// What a poll did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Polled {
    /// Checks taken in, and what could not be.
    pub tally: Tally,
    /// `ADDRESS: PLACE: reason` of each reject; the first [`REJECTS_MAX`] of them.
    pub rejects: Vec<String>,
    /// Pages fetched.
    pub pages: usize,
    /// Pages and sitemaps left for the next poll.
    pub left: usize,
    /// Addresses that have not changed since the last poll.
    pub not_modified: usize,
    /// Why the poll failed, if it did; what was taken in before that stays.
    pub failure: Option<Failure>,
}

/// A poll that failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// One line.
    pub error: String,
    /// How many polls failed by now, one after the other.
    pub in_a_row: u32,
    /// When it may be tried again.
    pub not_before: DateTime<Utc>,
}

/// Most rejects that are listed; all are counted.
pub(super) const REJECTS_MAX: usize = 1_000;

impl Polled {
    /// Counts and lists something that could not be taken in.
    pub(super) fn reject(&mut self, place: &str, reason: &str) {
        self.tally.rejected += 1;
        if self.rejects.len() < REJECTS_MAX {
            self.rejects.push(format!("{place}: {reason}"));
        }
    }
}

impl Gatherer {
    /// Polls a publisher once, now. A publisher that can't be reached is no error: the answer says
    /// so, and the database when it may be tried again.
    ///
    /// # Errors
    /// If database or index fail.
    pub async fn poll(&self, source: &Source) -> Result<Polled> {
        let key = name_of(source);
        let known = {
            let key = key.clone();
            self.with_store(move |store| store.source(&key)).await?
        };
        // Validators that can't be read are as good as none.
        let old: BTreeMap<String, Validators> =
            known.validators.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let rule = Rule::of(source);
        let mut visit = Visit::new(self, Some(key.clone()), rule, old);
        visit.language.clone_from(&source.settings.language);
        if source.kind == Kind::Google {
            visit.google(&source.settings).await?;
        } else {
            for address in source.settings.addresses() {
                visit.written(address, source.kind).await?;
            }
            visit.sitemaps().await?;
            visit.pages().await?;
        }
        let (mut polled, error, wait, validators) = visit.end();
        self.make_searchable(polled.tally).await?;
        self.fault.reach("indexed-before-poll-ended");
        let now = self.clock.now();
        let end = match error {
            Some(error) => {
                let in_a_row = known.failures + 1;
                let wait = backoff(in_a_row, self.chance.fraction()).max(wait.unwrap_or_default());
                let not_before = now + wait;
                polled.failure = Some(Failure { error: error.clone(), in_a_row, not_before });
                SourceEnd::Bad { error, not_before }
            }
            None => SourceEnd::Good(serde_json::to_string(&validators).ok()),
        };
        self.with_store(move |store| store.end_poll(&key, &end, now)).await?;
        Ok(polled)
    }

    /// Takes in what a document names that somebody handed over himself: the pages of a feed or
    /// sitemap. Nothing is remembered of it, and nothing indexed.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn follow(&self, parsed: Parsed) -> Result<Polled> {
        let mut visit = Visit::new(self, None, Rule::All(Trust::Imported), BTreeMap::new());
        visit.queue(parsed.links, parsed.sitemaps, 0);
        visit.sitemaps().await?;
        visit.pages().await?;
        Ok(visit.end().0)
    }

    async fn make_searchable(&self, tally: Tally) -> Result<()> {
        if tally.new + tally.changed == 0 {
            return Ok(());
        }
        self.fault.reach("reviews-stored-before-index");
        match &self.indexer {
            Some(indexer) => indexer.caught_up().await.map(|_| ()),
            None => Ok(()),
        }
    }

    /// Asks the database on a thread that may block.
    pub(super) async fn with_store<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Store) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = Arc::clone(&self.store);
        tokio::task::spawn_blocking(move || ask(&store)).await.context("the database panicked")?
    }
}
