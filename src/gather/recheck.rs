//! Pages of checks that were told are asked for once a day: one that is gone twice, at least a day
//! apart, was taken back by its publisher.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};
use url::Url;

use super::visit::ACCEPT;
use crate::doors::{Chance, Clock};
use crate::health::Health;
use crate::http::{Door, FetchError, Want};
use crate::store::{Page, Store};

/// Most pages asked for in one round; the next goes on from there.
const PAGES_MAX: usize = 1_000;
/// Pages asked for at once; at each host as many as the door lets.
const AT_ONCE: usize = 4;
/// Bytes of a page that are read: only whether it is there counts.
const PAGE_BYTES_MAX: usize = 64 * 1024;
/// Where more than this share of a publisher's checks are gone in one round, and at least so many,
/// its site is broken or moves: none of them counts.
const GONE_SHARE_MAX: f64 = 0.5;
const GONE_TOGETHER_MIN: usize = 3;
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
    /// Told of sites whose pages are gone nearly all at once.
    pub health: Arc<Health>,
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
    /// Of these, checks whose publisher's pages are gone nearly all at once: these do not count.
    pub doubted: usize,
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

/// What was found of one publisher's site.
#[derive(Default)]
struct Site {
    /// Checks whose pages were asked for.
    asked: usize,
    /// Those whose pages are gone.
    gone: Vec<String>,
}

impl Site {
    fn is_doubted(&self) -> bool {
        let gone = self.gone.len();
        gone >= GONE_TOGETHER_MIN && gone as f64 > self.asked as f64 * GONE_SHARE_MAX
    }
}

/// What is said of a site whose pages are gone nearly all at once.
const DOUBTED: &str = "pages of told checks are gone at once; none of them counts, see whether the site is \
                       broken or has moved";

fn host(url: &str) -> String {
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_default()
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
                Ok(Round { asked, gone, doubted, withdrawn }) if asked > 0 => {
                    info!(asked, gone, doubted, withdrawn, "pages of told checks were asked for");
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
            .map(|(url, ids)| async move {
                let found = self.ask(&url).await;
                (host(&url), ids, found)
            })
            .buffer_unordered(AT_ONCE);
        // What is gone counts once all of its site was asked for.
        let mut sites: BTreeMap<String, Site> = BTreeMap::new();
        while let Some((host, ids, found)) = asked.next().await {
            let site = sites.entry(host).or_default();
            site.asked += ids.len();
            match found {
                Found::Unknown => {}
                Found::There => {
                    for id in ids {
                        self.with_store(move |store| store.page_there(&id)).await?;
                    }
                }
                Found::Gone => site.gone.extend(ids),
            }
        }
        for (host, site) in sites {
            let gone = site.gone.len();
            round.gone += gone;
            if site.is_doubted() {
                round.doubted += gone;
                warn!(host, gone, asked = site.asked, "{DOUBTED}");
                self.doubt(&host, Some(format!("{gone} of {} {DOUBTED}", site.asked)));
                continue;
            }
            self.doubt(&host, None);
            for id in site.gone {
                let now = self.clock.now();
                let withdrawn = self.with_store(move |store| store.page_missing(&id, now)).await?;
                round.withdrawn += usize::from(withdrawn);
            }
        }
        let now = self.clock.now();
        self.with_store(move |store| store.end_recheck(last.as_deref(), now)).await?;
        Ok(round)
    }

    /// Says what the operator should know of a site, or that there is nothing any more.
    fn doubt(&self, host: &str, what: Option<String>) {
        self.health.notice(&format!("recheck.{host}"), what);
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
