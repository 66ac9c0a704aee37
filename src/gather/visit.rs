//! One visit to a publisher: the addresses the operator wrote and the sitemaps behind them. What
//! is kept of it, and with how much trust.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use anyhow::Result;
use url::Url;

use super::intake::{Intake, Tally};
use super::poll::{Gatherer, Polled};
use super::reading;
use crate::claim::publisher::Publishers;
use crate::claim::review::{ClaimReview, host_of};
use crate::http::{Fetched, Page, Validators, Want};
use crate::publishers::settings::{Kind, Source};
use crate::publishers::{Form, Link, Parsed};
use crate::store::Trust;

/// Most links of one visit that are looked at.
const LINKS_MAX: usize = 200_000;
/// What we like to be given.
pub(super) const ACCEPT: &str = "text/html, application/rss+xml, application/atom+xml, \
     application/feed+json, application/xml, application/ld+json, application/json;q=0.9, */*;q=0.5";

/// How much the checks of a visit are trusted.
pub(super) enum Rule {
    /// All the same.
    All(Trust),
    /// Those of the publisher's own hosts as listed by the operator, others as gathered.
    Own {
        /// The hosts of the addresses the operator wrote.
        hosts: Vec<String>,
    },
}

impl Rule {
    /// The rule for a configured publisher.
    pub(super) fn of(source: &Source) -> Self {
        let addresses = source.settings.addresses();
        let hosts = addresses.filter_map(|address| host_of(&Url::parse(address).ok()?)).collect();
        Self::Own { hosts }
    }

    fn trust(&self, review: &ClaimReview, publishers: &Publishers) -> Trust {
        match self {
            Self::All(trust) => *trust,
            Self::Own { hosts } => match review.host() {
                Some(host) if hosts.iter().any(|own| belongs(&host, own, publishers)) => {
                    Trust::Listed
                }
                _ => Trust::Gathered,
            },
        }
    }
}

/// Whether a host is another one, below it, or of the same known publisher.
fn belongs(host: &str, own: &str, publishers: &Publishers) -> bool {
    host == own
        || host.strip_suffix(own).is_some_and(|rest| rest.ends_with('.'))
        || publishers.same(Some(host), Some(own))
}

/// Where a document came from.
#[derive(Clone, Copy)]
pub(super) enum Origin<'a> {
    /// The operator wrote its address, or handed it over himself.
    Operator {
        /// It is on his own disk.
        file: bool,
    },
    /// A page that somebody linked to: it speaks for its own publisher only.
    Page(&'a Url),
}

/// A visit under way.
pub(super) struct Visit<'a> {
    pub(super) gatherer: &'a Gatherer,
    /// By what the database knows the source; `None` remembers nothing.
    pub(super) key: Option<String>,
    rule: Rule,
    /// Language of checks that are too short to tell.
    pub(super) language: Option<String>,
    pub(super) polled: Polled,
    old: BTreeMap<String, Validators>,
    unchanged: BTreeMap<String, Validators>,
    fresh: BTreeMap<String, Validators>,
    pub(super) links: Vec<Link>,
    sitemaps: VecDeque<(String, u8)>,
    /// Something has to be asked for again next time.
    pub(super) again: bool,
    error: Option<String>,
    wait: Option<Duration>,
}

impl<'a> Visit<'a> {
    pub(super) fn new(
        gatherer: &'a Gatherer,
        key: Option<String>,
        rule: Rule,
        old: BTreeMap<String, Validators>,
    ) -> Self {
        Self {
            gatherer,
            key,
            rule,
            language: None,
            polled: Polled::default(),
            old,
            unchanged: BTreeMap::new(),
            fresh: BTreeMap::new(),
            links: Vec::new(),
            sitemaps: VecDeque::new(),
            again: false,
            error: None,
            wait: None,
        }
    }

    /// What was done, why it failed, how long to wait at least, and what to ask with next time.
    pub(super) fn end(
        self,
    ) -> (Polled, Option<String>, Option<Duration>, BTreeMap<String, Validators>) {
        let mut validators = self.unchanged;
        // "Not modified" next time would hide what is still to be fetched.
        if !self.again {
            validators.extend(self.fresh);
        }
        (self.polled, self.error, self.wait, validators)
    }

    /// The visit fails; the first reason is the one that is told.
    pub(super) fn fail(&mut self, error: String, wait: Option<Duration>) {
        self.error.get_or_insert(error);
        self.wait = self.wait.max(wait);
    }

    /// Fetches an address the operator wrote and takes in what is there.
    pub(super) async fn written(&mut self, address: &str, kind: Kind) -> Result<()> {
        let url = match Url::parse(address) {
            Ok(url) => url,
            Err(error) => {
                self.fail(format!("{address:?} is no address: {error}"), None);
                return Ok(());
            }
        };
        let limits = self.gatherer.limits;
        let bytes_max = match kind {
            Kind::Datafeed | Kind::Jsonl => limits.dump_bytes_max,
            _ => limits.page_bytes_max,
        };
        let old = self.old.get(address).cloned();
        let want = Want {
            trusted: true,
            validators: old.as_ref(),
            accept: ACCEPT,
            body_bytes_max: Some(bytes_max),
        };
        match self.gatherer.door.get_written(&url, &want).await {
            Err(error) => self.fail(error.to_string(), error.retry_after()),
            Ok(Fetched::NotModified) => self.not_modified(address, old),
            Ok(Fetched::Fresh(page)) => {
                let validators = page.validators.clone();
                match self.document(page, bytes_max, 0, Some(kind)).await? {
                    Ok(true) => self.remember(address, validators),
                    Ok(false) => {}
                    Err(reason) => self.fail(format!("{address}: {reason}"), None),
                }
            }
        }
        Ok(())
    }

    fn not_modified(&mut self, address: &str, old: Option<Validators>) {
        self.polled.not_modified += 1;
        self.unchanged.extend(old.map(|old| (address.to_owned(), old)));
    }

    fn remember(&mut self, address: &str, validators: Validators) {
        if validators != Validators::default() {
            self.fresh.insert(address.to_owned(), validators);
        }
    }

    /// Fetches the sitemaps that sitemaps named.
    pub(super) async fn sitemaps(&mut self) -> Result<()> {
        let limits = self.gatherer.limits;
        let mut fetched = 0;
        while let Some((address, depth)) = self.sitemaps.pop_front() {
            if fetched >= limits.sitemaps_max || depth > limits.depth_max {
                self.polled.left += 1;
                continue;
            }
            fetched += 1;
            let Ok(url) = Url::parse(&address) else {
                self.polled.reject(&address, "it is no address");
                continue;
            };
            let old = self.old.get(&address).cloned();
            let want = Want {
                trusted: false,
                validators: old.as_ref(),
                accept: ACCEPT,
                body_bytes_max: Some(limits.page_bytes_max),
            };
            match self.gatherer.door.get(&url, &want).await {
                Err(error) => {
                    self.again = true;
                    self.polled.reject("sitemap", &error.to_string());
                }
                Ok(Fetched::NotModified) => self.not_modified(&address, old),
                Ok(Fetched::Fresh(page)) => {
                    let validators = page.validators.clone();
                    let bytes_max = limits.page_bytes_max;
                    match self.document(page, bytes_max, depth, Some(Kind::Sitemap)).await? {
                        Ok(true) => self.remember(&address, validators),
                        Ok(false) => {}
                        Err(reason) => self.polled.reject(&address, &reason),
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes in a document that is no page behind a link. The inner answer: whether the next visit
    /// may ask for it conditionally, or why nothing of it can be used.
    async fn document(
        &mut self,
        page: Page,
        bytes_max: usize,
        depth: u8,
        kind: Option<Kind>,
    ) -> Result<Result<bool, String>> {
        let url = page.url.clone();
        let (form, parsed) = match reading::read(page, None, bytes_max).await? {
            Ok(read) => read,
            Err(reason) => return Ok(Err(reason)),
        };
        match (kind, form) {
            (Some(Kind::Rss), Form::Feed) | (Some(Kind::Sitemap), Form::Sitemap) => {}
            (Some(Kind::Rss), _) => return Ok(Err("there is no feed but something else".into())),
            (Some(Kind::Sitemap), _) => {
                return Ok(Err("there is no sitemap but something else".into()));
            }
            _ => {}
        }
        let empty = parsed.reviews.is_empty() && parsed.links.is_empty();
        if let (Form::Feed | Form::Sitemap, true, true, Some(reject)) =
            (form, empty, parsed.sitemaps.is_empty(), parsed.rejects.first())
        {
            return Ok(Err(reject.reason.clone()));
        }
        let Parsed { reviews, rejects, links, sitemaps } = parsed;
        // An index may stand unchanged while the sitemaps it names change.
        let conditional = sitemaps.is_empty();
        self.queue(links, sitemaps, depth);
        let from = Origin::Operator { file: url.scheme() == "file" };
        let parsed = Parsed { reviews, rejects, ..Parsed::default() };
        self.keep(url.as_str(), parsed, from).await?;
        Ok(Ok(conditional))
    }

    /// Puts what a document of `depth` names into line.
    pub(super) fn queue(&mut self, links: Vec<Link>, sitemaps: Vec<String>, depth: u8) {
        let room = LINKS_MAX.saturating_sub(self.links.len());
        self.polled.left += links.len().saturating_sub(room);
        self.links.extend(links.into_iter().take(room));
        let room = LINKS_MAX.saturating_sub(self.sitemaps.len());
        self.sitemaps.extend(sitemaps.into_iter().take(room).map(|address| (address, depth + 1)));
    }

    /// Stores what was found in a document and lists what could not be taken in.
    pub(super) async fn keep(
        &mut self,
        address: &str,
        parsed: Parsed,
        from: Origin<'_>,
    ) -> Result<()> {
        let publishers = &self.gatherer.publishers;
        for one in &parsed.rejects {
            self.polled.reject(&format!("{address}: {}", one.place), &one.reason);
        }
        let mut by_trust: BTreeMap<Trust, Vec<(String, ClaimReview)>> = BTreeMap::new();
        for (place, mut review) in parsed.reviews {
            let place = format!("{address}: {place}");
            if let Origin::Page(url) = from {
                review.url.get_or_insert_with(|| url.to_string());
                let (host, page) = (review.host(), host_of(url));
                let same = host.as_ref().zip(page.as_ref()).is_some_and(|(host, page)| {
                    belongs(host, page, publishers) || belongs(page, host, publishers)
                });
                if !same {
                    let host = host.unwrap_or_default();
                    self.polled
                        .reject(&place, &format!("the page speaks for another host, {host}"));
                    continue;
                }
            }
            if review.in_language.is_none() {
                review.in_language.clone_from(&self.language);
            }
            let trust = match from {
                Origin::Operator { file: true } => Trust::Listed,
                _ => self.rule.trust(&review, publishers),
            };
            by_trust.entry(trust).or_default().push((place, review));
        }
        if by_trust.is_empty() {
            return Ok(());
        }
        let gatherer = self.gatherer.clone();
        let now = gatherer.clock.now();
        let (tally, rejects) = self
            .gatherer
            .with_store(move |store| {
                let (mut tally, mut rejects) = (Tally::default(), Vec::new());
                for (trust, reviews) in by_trust {
                    let reject = |place: &str, reason: &str| {
                        rejects.push((place.to_owned(), reason.to_owned()));
                    };
                    let mut intake = Intake::new(store, &gatherer.publishers, trust, now, reject);
                    for (place, review) in reviews {
                        intake.put(place, review)?;
                    }
                    tally += intake.finish()?;
                }
                Ok((tally, rejects))
            })
            .await?;
        self.polled.tally += Tally { rejected: 0, ..tally };
        for (place, reason) in rejects {
            self.polled.reject(&place, &reason);
        }
        Ok(())
    }
}
