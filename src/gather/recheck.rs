//! Pages of checks that were told are asked for once a day: one that is gone twice, at least a day
//! apart, was taken back by its publisher.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};
use url::Url;

use super::visit::ACCEPT;
use crate::doors::{Chance, Clock};
use crate::http::{Door, FetchError, Want};
use crate::store::{Page, Store};

/// Most pages asked for in one round; the next goes on from there.
const PAGES_MAX: usize = 1_000;
/// Pages asked for at once; at each host as many as the door lets.
const AT_ONCE: usize = 4;
/// Bytes of a page that are read: only whether it is there counts.
const PAGE_BYTES_MAX: usize = 64 * 1024;
/// From one round to the next.
const EVERY: TimeDelta = TimeDelta::hours(24);
/// Longest sleep at once: a clock that is put on is noticed after it.
const SLEEP_MAX: Duration = Duration::from_secs(60);

/// Asks for the pages of checks that were told.
pub struct Rechecker {
    /// What was told, and checks.
    pub store: Arc<Store>,
    /// How pages are fetched.
    pub door: Door,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub chance: Chance,
    /// Pages of checks told longer ago are not asked for.
    pub days: u32,
}

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Pages that were asked for.
    pub asked: usize,
    /// Checks whose pages are gone.
    pub gone: usize,
    /// Checks that were withdrawn because of it.
    pub withdrawn: usize,
}

/// What a page's answer says.
enum Found {
    There,
    Gone,
    /// Nothing: whoever can't be reached, refuses or fails has taken nothing back.
    Unknown,
}

impl Rechecker {
    /// A round a day, until `stop`. One that is cut short begins anew.
    pub async fn run(&self, stop: &CancellationToken) {
        loop {
            // Not with everything else at a start.
            let spread = SLEEP_MAX.mul_f64(self.chance.fraction());
            let pause = match self.due().await {
                Ok(due) => (due - self.clock.now()).to_std().unwrap_or_default(),
                Err(failure) => {
                    error!("pages of told checks can't be asked for: {failure:#}");
                    SLEEP_MAX
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause.min(SLEEP_MAX) + spread) => {}
            }
            if pause > SLEEP_MAX {
                continue;
            }
            let round = tokio::select! {
                () = stop.cancelled() => return,
                round = self.round() => round,
            };
            match round {
                Ok(Round { asked, gone, withdrawn }) if asked > 0 => {
                    info!(asked, gone, withdrawn, "pages of told checks were asked for");
                }
                Ok(_) => {}
                Err(failure) => error!("pages of told checks can't be asked for: {failure:#}"),
            }
        }
    }

    async fn due(&self) -> Result<DateTime<Utc>> {
        let now = self.clock.now();
        let last = match self.with_store(Store::rechecked_at).await? {
            Some(last) => last,
            // Nothing was told before the first start, so there is a day's time.
            None => {
                self.with_store(move |store| store.end_recheck(None, now)).await?;
                now
            }
        };
        Ok(last.checked_add_signed(EVERY).unwrap_or(now))
    }

    /// Asks for the pages that are next.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn round(&self) -> Result<Round> {
        let began = self.clock.now();
        let since = began.checked_sub_signed(TimeDelta::days(self.days.into()));
        let since = since.unwrap_or(DateTime::<Utc>::MIN_UTC);
        let pages = self.with_store(move |store| store.told_pages(PAGES_MAX, since)).await?;
        // One page may hold many checks.
        let mut by_url: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let last = pages.last().filter(|_| pages.len() >= PAGES_MAX).map(|page| page.id.clone());
        for Page { id, url } in pages {
            by_url.entry(url).or_default().push(id);
        }
        let mut round = Round { asked: by_url.len(), ..Round::default() };
        let mut asked = futures_util::stream::iter(by_url)
            .map(|(url, ids)| async move { (ids, self.ask(&url).await) })
            .buffer_unordered(AT_ONCE);
        while let Some((ids, found)) = asked.next().await {
            let now = self.clock.now();
            for id in ids {
                match found {
                    Found::Unknown => {}
                    Found::There => self.with_store(move |store| store.page_there(&id)).await?,
                    Found::Gone => {
                        round.gone += 1;
                        let withdrawn =
                            self.with_store(move |store| store.page_missing(&id, now)).await?;
                        round.withdrawn += usize::from(withdrawn);
                    }
                }
            }
        }
        let now = self.clock.now();
        self.with_store(move |store| store.end_recheck(last.as_deref(), now)).await?;
        Ok(round)
    }

    async fn ask(&self, url: &str) -> Found {
        let Ok(url) = Url::parse(url) else { return Found::Unknown };
        let want = Want {
            trusted: false,
            validators: None,
            accept: ACCEPT,
            body_bytes_max: Some(PAGE_BYTES_MAX),
        };
        match self.door.get(&url, &want).await {
            Ok(_) | Err(FetchError::TooLarge { .. }) => Found::There,
            Err(FetchError::Gone { .. }) => Found::Gone,
            Err(_) => Found::Unknown,
        }
    }

    async fn with_store<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Store) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = Arc::clone(&self.store);
        tokio::task::spawn_blocking(move || ask(&store)).await.context("the database panicked")?
    }
}
