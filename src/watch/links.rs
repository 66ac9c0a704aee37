//! Where the links of watched posts lead: followed to their end, within budgets, so that a
//! shortened address is known for the page it stands for.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use tokio::time::timeout;
use url::Url;

use crate::claim::query::clean;
use crate::claim::review::{address_key, host_of};
use crate::feeds::Entry;
use crate::http::Door;
use crate::publishers::wall;

/// Links of one post that are followed.
const POST_LINKS_MAX: usize = 2;
/// Links of the posts of one look that are followed.
const LOOK_LINKS_MAX: usize = 50;
/// Links of one host, and of all, that are followed in an hour by the clock.
const HOST_HOURLY_MAX: u32 = 60;
const HOURLY_MAX: u32 = 1_000;
/// Links followed at once.
const AT_ONCE_MAX: usize = 8;
/// How long the posts of a look wait for their links.
const WAIT: Duration = Duration::from_secs(5);
/// The same of posts of a stream, and how long all its posts of an hour wait together: it must not
/// fall behind, nor use up what polled feeds need.
const STREAM_WAIT: Duration = Duration::from_secs(2);
const STREAM_WAIT_HOURLY_MAX: Duration = Duration::from_secs(60);
const STREAMS_HOURLY_MAX: u32 = 500;
/// Answers that are remembered.
const KNOWN_MAX: usize = 10_000;
/// Bytes of a page that are looked at.
const GLIMPSE_BYTES: usize = 128 * 1024;
/// Longest address that is followed.
const ADDRESS_BYTES_MAX: usize = 2_000;
/// Seconds of an hour.
const HOUR_S: i64 = 60 * 60;

/// Follows links, and remembers where they led.
#[derive(Debug)]
pub struct Links {
    door: Door,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    /// Where an address leads; `None`: nowhere else, or to a wall.
    known: HashMap<String, Option<String>>,
    /// The same addresses, oldest first.
    order: VecDeque<String>,
    hour: i64,
    all: u32,
    hosts: HashMap<String, u32>,
    /// Links of posts of streams among `all`, and how long each stream's posts have waited.
    streamed: u32,
    waited: HashMap<String, Duration>,
}

/// Whose posts links stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// They were polled or handed over.
    Look,
    /// They come by themselves.
    Stream,
}

impl Links {
    /// Follows links through a door.
    pub fn new(door: Door) -> Self {
        Self { door, memory: Mutex::default() }
    }

    /// Adds to each post the addresses where its links end, as far as they are found in time. Links
    /// to `home`, the feed's own host, are not followed.
    pub async fn resolve(&self, entries: &mut [Entry], home: Option<&str>, now: DateTime<Utc>) {
        let wanted: Vec<Vec<Url>> = entries.iter().map(|entry| links(entry, home)).collect();
        self.follow_all(&wanted, Kind::Look, WAIT, now).await;
        self.add(entries, wanted);
    }

    /// The same for posts of a stream: for a short time, and together for a minute an hour. What is
    /// known already costs none of it.
    pub async fn resolve_streamed(&self, entries: &mut [Entry], name: &str, now: DateTime<Utc>) {
        let wanted: Vec<Vec<Url>> = entries.iter().map(|entry| links(entry, None)).collect();
        let left = self.memory().left(name, now);
        if !left.is_zero() && wanted.iter().any(|links| !links.is_empty()) {
            let began = Instant::now();
            self.follow_all(&wanted, Kind::Stream, left.min(STREAM_WAIT), now).await;
            *self.memory().waited.entry(name.to_owned()).or_default() += began.elapsed();
        }
        self.add(entries, wanted);
    }

    async fn follow_all(&self, wanted: &[Vec<Url>], of: Kind, wait: Duration, now: DateTime<Utc>) {
        let mut once = HashSet::new();
        let mut all: Vec<Url> = wanted.iter().flatten().cloned().collect();
        all.retain(|url| once.insert(url.clone()));
        all.truncate(LOOK_LINKS_MAX);
        let follow = all.into_iter().map(|url| async move { self.follow(&url, of, now).await });
        let follow = futures_util::stream::iter(follow).buffer_unordered(AT_ONCE_MAX);
        // What is not known in time stays as it was written.
        let _ = timeout(wait, follow.collect::<Vec<()>>()).await;
    }

    /// Adds to each post where its links end, as far as that is known.
    fn add(&self, entries: &mut [Entry], wanted: Vec<Vec<Url>>) {
        let memory = self.memory();
        for (entry, urls) in entries.iter_mut().zip(wanted) {
            let ends = urls.iter().filter_map(|url| memory.known.get(url.as_str()).cloned()?);
            for end in ends {
                if !entry.post.urls.contains(&end) {
                    // Few are looked up, and these say the most.
                    entry.post.urls.insert(0, end);
                }
            }
        }
    }

    /// Finds out where an address leads, unless that is known or the hour's budget is used up.
    async fn follow(&self, url: &Url, of: Kind, now: DateTime<Utc>) {
        if !self.may_follow(url, of, now) {
            return;
        }
        let end = self.door.glimpse(url, GLIMPSE_BYTES).await.ok().and_then(|page| {
            let moved = address_key(page.url.as_str()) != address_key(url.as_str());
            // A link to a page that ends at the front door has lost its page.
            let lost = page.url.path() == "/" && page.url.query().is_none();
            let is_wall = || wall(&page.body, page.content_type.as_deref(), &page.url).is_some();
            (moved && !lost && !is_wall()).then(|| page.url.to_string())
        });
        self.memory().learn(url.to_string(), end);
    }

    fn may_follow(&self, url: &Url, of: Kind, now: DateTime<Utc>) -> bool {
        let mut memory = self.memory();
        !memory.known.contains_key(url.as_str()) && memory.spend(url, of, now)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn spend(&mut self, url: &Url, of: Kind, now: DateTime<Utc>) -> bool {
        self.turn(now);
        // There are at most as many hosts as links in an hour.
        let full = of == Kind::Stream && self.streamed >= STREAMS_HOURLY_MAX;
        if full || self.all >= HOURLY_MAX {
            return false;
        }
        let of_host = self.hosts.entry(host_of(url).unwrap_or_default()).or_default();
        if *of_host >= HOST_HOURLY_MAX {
            return false;
        }
        *of_host += 1;
        self.all += 1;
        self.streamed += u32::from(of == Kind::Stream);
        true
    }

    /// How long posts of a stream may still wait in this hour.
    fn left(&mut self, stream: &str, now: DateTime<Utc>) -> Duration {
        self.turn(now);
        let waited = self.waited.get(stream).copied().unwrap_or_default();
        STREAM_WAIT_HOURLY_MAX.saturating_sub(waited)
    }

    /// Begins another hour if it is one.
    fn turn(&mut self, now: DateTime<Utc>) {
        let hour = now.timestamp().div_euclid(HOUR_S);
        if self.hour != hour {
            (self.hour, self.all, self.streamed) = (hour, 0, 0);
            self.hosts.clear();
            self.waited.clear();
        }
    }

    fn learn(&mut self, address: String, end: Option<String>) {
        if self.known.insert(address.clone(), end).is_none() {
            self.order.push_back(address);
        }
        while self.order.len() > KNOWN_MAX {
            if let Some(oldest) = self.order.pop_front() {
                self.known.remove(&oldest);
            }
        }
    }
}

/// The links of a post that are worth following: in its text and beside it.
fn links(entry: &Entry, home: Option<&str>) -> Vec<Url> {
    let written = clean(&entry.post.text).1;
    let mut links: Vec<Url> = Vec::new();
    for address in written.iter().chain(&entry.post.urls) {
        if address.len() > ADDRESS_BYTES_MAX || links.len() >= POST_LINKS_MAX {
            continue;
        }
        let full =
            if address.contains("://") { address.clone() } else { format!("https://{address}") };
        let Ok(url) = Url::parse(&full) else { continue };
        let is_web = matches!(url.scheme(), "http" | "https");
        if is_web && host_of(&url).as_deref() != home && !links.contains(&url) {
            links.push(url);
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feeds::push;

    fn hour(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(hour * HOUR_S, 0).expect("a time")
    }

    #[test]
    fn a_host_and_an_hour_have_budgets_and_memory_is_bounded() {
        let mut memory = Memory::default();
        let url = |host: usize| Url::parse(&format!("https://h{host}.example/x")).expect("a URL");
        let spent = (0..100).filter(|_| memory.spend(&url(0), Kind::Look, hour(1))).count();
        assert_eq!(spent, HOST_HOURLY_MAX as usize);
        let all = (1..5_000).filter(|host| memory.spend(&url(*host), Kind::Look, hour(1))).count();
        assert_eq!(all + spent, HOURLY_MAX as usize);
        assert!(memory.hosts.len() <= HOURLY_MAX as usize);
        assert!(memory.spend(&url(0), Kind::Look, hour(2)), "another hour");
        for at in 0..KNOWN_MAX + 5 {
            memory.learn(format!("https://a.example/{at}"), None);
            memory.learn(format!("https://a.example/{at}"), None);
        }
        assert_eq!((memory.known.len(), memory.order.len()), (KNOWN_MAX, KNOWN_MAX));
        assert!(!memory.known.contains_key("https://a.example/4"));
    }

    #[test]
    fn streams_have_a_share_of_an_hours_links_and_wait_a_minute_of_it() {
        let mut memory = Memory::default();
        let url = |host: usize| Url::parse(&format!("https://h{host}.example/x")).expect("a URL");
        let spend = |memory: &mut Memory, of| {
            (0..2_000).filter(|host| memory.spend(&url(*host), of, hour(1))).count()
        };
        assert_eq!(spend(&mut memory, Kind::Stream), STREAMS_HOURLY_MAX as usize);
        assert_eq!(spend(&mut memory, Kind::Look), (HOURLY_MAX - STREAMS_HOURLY_MAX) as usize);
        memory.waited.insert("a".into(), Duration::from_secs(59));
        assert_eq!(memory.left("a", hour(1)), Duration::from_secs(1));
        memory.waited.insert("a".into(), Duration::from_secs(61));
        assert_eq!(memory.left("a", hour(1)), Duration::ZERO);
        assert_eq!(memory.left("b", hour(1)), STREAM_WAIT_HOURLY_MAX);
        assert_eq!(memory.left("a", hour(2)), STREAM_WAIT_HOURLY_MAX);
        assert_eq!(memory.streamed, 0);
    }

    #[test]
    fn links_are_those_in_the_text_and_beside_it_but_not_the_feeds_own() {
        let entry = |text: &str| push::line(text.as_bytes()).expect("a post");
        let told = |entry: &Entry, home| -> Vec<String> {
            links(entry, home).into_iter().map(String::from).collect()
        };
        let post = entry(
            r#"{"text":"See t.co/abc and https://a.example/1).","urls":["https://b.example/2"]}"#,
        );
        assert_eq!(told(&post, None), ["https://t.co/abc", "https://a.example/1"]);
        assert_eq!(told(&post, Some("a.example")), ["https://t.co/abc", "https://b.example/2"]);
        let post = entry(r#"{"text":"x","urls":["https://b.example/2"]}"#);
        assert_eq!(told(&post, Some("b.example")), Vec::<String>::new());
    }
}
