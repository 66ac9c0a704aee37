//! The pages behind links: only what was not seen just so before, a bounded number, one by one.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::time::Duration;

use anyhow::Result;
use url::Url;

use super::reading;
use super::visit::{ACCEPT, Origin, Visit};
use crate::claim::review::hash_hex;
use crate::http::{FetchError, Fetched, Want};
use crate::publishers::{Form, Link};

/// A link to fetch.
struct Due {
    link: Link,
    /// What the source says of it.
    hash: String,
    /// How often it failed before.
    failed: usize,
}

/// How fetching a page ended.
enum End {
    /// It was taken in or listed as a reject; it is not asked for again.
    Done,
    /// It may work next time.
    Failed { error: String, wait: Option<Duration> },
}

impl Visit<'_> {
    /// Fetches the pages behind all links and takes in what is there.
    pub(super) async fn pages(&mut self) -> Result<()> {
        let limits = self.gatherer.limits;
        let links = std::mem::take(&mut self.links);
        let mut due = self.unseen(newest_first(links)).await?;
        let left = due.len().saturating_sub(limits.pages_max);
        due.truncate(limits.pages_max);
        self.polled.left += left;
        self.again |= left > 0;
        let (count, mut in_a_row) = (due.len(), 0);
        for (number, due) in due.into_iter().enumerate() {
            (self.gatherer.on_page)(number, count);
            let end = self.page(&due.link).await?;
            self.polled.pages += 1;
            let End::Failed { error, wait } = end else {
                self.seen(&due.link, due.hash).await?;
                in_a_row = 0;
                continue;
            };
            self.polled.reject("page", &error);
            in_a_row += 1;
            let failed = due.failed + 1;
            if failed < limits.tries_max {
                self.again = true;
                self.seen(&due.link, failed_hash(&due.hash, failed)).await?;
            } else {
                self.seen(&due.link, due.hash).await?;
            }
            if let Some(wait) = wait {
                self.fail(error, Some(wait));
            }
            if wait.is_some() || in_a_row >= limits.failures_in_a_row_max {
                self.polled.left += count - number - 1;
                self.again |= count > number + 1;
                break;
            }
        }
        Ok(())
    }

    async fn page(&mut self, link: &Link) -> Result<End> {
        let Ok(url) = Url::parse(&link.url) else {
            self.polled.reject(&link.url, "it is no address");
            return Ok(End::Done);
        };
        let bytes_max = self.gatherer.limits.page_bytes_max;
        let want = Want {
            trusted: false,
            validators: None,
            accept: ACCEPT,
            body_bytes_max: Some(bytes_max),
        };
        let page = match self.gatherer.door.get(&url, &want).await {
            Ok(Fetched::Fresh(page)) => page,
            // Nothing conditional was asked.
            Ok(Fetched::NotModified) => return Ok(End::Done),
            Err(error @ FetchError::Gone { .. }) => {
                self.polled.reject("page", &error.to_string());
                return Ok(End::Done);
            }
            Err(error) => {
                return Ok(End::Failed { error: error.to_string(), wait: error.retry_after() });
            }
        };
        let at = page.url.clone();
        match reading::read(page, Some(link.clone()), bytes_max).await? {
            Ok((Form::Html | Form::ClaimReviewJson | Form::Article, parsed)) => {
                self.keep(&link.url, parsed, Origin::Page(&at)).await?;
            }
            Ok(_) => self.polled.reject(&link.url, "it is no page but a list of pages or checks"),
            Err(reason) => self.polled.reject(&link.url, &reason),
        }
        Ok(End::Done)
    }

    /// The links the source has not shown just so before, or that failed then.
    async fn unseen(&self, links: Vec<Link>) -> Result<Vec<Due>> {
        let hashed = links.into_iter().map(|link| (hash(&link), link));
        let Some(key) = self.key.clone() else {
            return Ok(hashed.map(|(hash, link)| Due { link, hash, failed: 0 }).collect());
        };
        let hashed: Vec<(String, Link)> = hashed.collect();
        let tries_max = self.gatherer.limits.tries_max;
        self.gatherer
            .with_store(move |store| {
                let shown: Vec<(String, String)> =
                    hashed.iter().map(|(hash, link)| (link.url.clone(), hash.clone())).collect();
                let unseen = store.unseen(&key, &shown)?;
                let mut due = Vec::new();
                for ((hash, link), unseen) in hashed.into_iter().zip(unseen) {
                    if !unseen {
                        continue;
                    }
                    let failed: Vec<(String, String)> = (1..tries_max)
                        .map(|failed| (link.url.clone(), failed_hash(&hash, failed)))
                        .collect();
                    let unseen = store.unseen(&key, &failed)?;
                    let failed = unseen.iter().position(|unseen| !unseen).map_or(0, |at| at + 1);
                    due.push(Due { link, hash, failed });
                }
                Ok(due)
            })
            .await
    }

    async fn seen(&self, link: &Link, hash: String) -> Result<()> {
        let Some(key) = self.key.clone() else { return Ok(()) };
        let shown = [(link.url.clone(), hash)];
        let now = self.gatherer.clock.now();
        self.gatherer.with_store(move |store| store.remember(&key, &shown, now)).await
    }
}

/// What a source says of a link: another title or day means the page has changed.
fn hash(link: &Link) -> String {
    let published = link.published.map(|day| day.to_string()).unwrap_or_default();
    hash_hex(&[link.title.as_deref().unwrap_or_default(), &published])
}

fn failed_hash(hash: &str, failed: usize) -> String {
    format!("{hash}~{failed}")
}

/// Each address once, the newest first, those without a day last in their own order.
fn newest_first(mut links: Vec<Link>) -> Vec<Link> {
    let mut known = HashSet::new();
    links.retain(|link| known.insert(link.url.clone()));
    links.sort_by_key(|link| Reverse(link.published));
    links
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publishers::day;

    #[test]
    fn the_newest_page_comes_first_and_each_once() {
        let link = |url: &str, published: Option<&str>| Link {
            url: url.into(),
            title: None,
            published: published.and_then(day),
        };
        let links = vec![
            link("a", None),
            link("b", Some("2024-01-02")),
            link("a", Some("2024-01-09")),
            link("c", Some("2024-01-03")),
            link("d", None),
        ];
        let urls: Vec<String> = newest_first(links).into_iter().map(|link| link.url).collect();
        assert_eq!(urls, ["c", "b", "a", "d"]);
    }

    #[test]
    fn another_title_or_day_is_another_page() {
        let link = Link { url: "a".into(), title: Some("t".into()), published: None };
        let other = Link { published: day("2024-01-02"), ..link.clone() };
        assert_ne!(hash(&link), hash(&other));
        assert_ne!(hash(&link), hash(&Link { title: None, ..link.clone() }));
        assert_eq!(hash(&link), hash(&Link { url: "b".into(), ..link.clone() }));
    }
}
