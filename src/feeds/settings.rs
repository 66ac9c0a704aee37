//! `[feed.KIND.NAME]`: where posts are read.

use std::time::Duration;

use serde::Deserialize;
use url::Url;

pub use super::mastodon::Settings as Mastodon;
use super::pace::Bounds;
use crate::doors::Secret;

/// One configured feed of posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The operator's name for it, unique among feeds.
    pub name: String,
    /// What kind it is, with its table.
    pub feed: Feed,
}

impl Source {
    /// By what the database knows it: no chat's name, though a network may have both.
    pub fn key(&self) -> String {
        match &self.feed {
            Feed::Rss(_) | Feed::Push(_) => format!("{}.{}", self.feed.kind(), self.name),
            // `bluesky.NAME` is an account that is addressed there.
            Feed::Bluesky(_) => format!("feed.bluesky.{}", self.name),
            Feed::Mastodon(_) => format!("feed.mastodon.{}", self.name),
        }
    }
}

/// A feed's kind and table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feed {
    /// RSS, Atom or JSON Feed.
    Rss(Rss),
    /// Posts that somebody sends us.
    Push(Push),
    /// Bluesky's network.
    Bluesky(Bluesky),
    /// A Mastodon server's timeline.
    Mastodon(Mastodon),
}

impl Feed {
    /// The word for its kind, as in the configuration.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Rss(_) => "rss",
            Self::Push(_) => "push",
            Self::Bluesky(_) => "bluesky",
            Self::Mastodon(_) => "mastodon",
        }
    }

    /// Most new posts an hour; what is over is counted, not kept.
    pub fn posts_hourly_max(&self) -> u32 {
        match self {
            Self::Rss(feed) => feed.posts_hourly_max,
            Self::Push(feed) => feed.posts_hourly_max,
            Self::Bluesky(feed) => feed.posts_hourly_max,
            Self::Mastodon(feed) => feed.posts_hourly_max,
        }
    }

    /// Whether it stays open and tells what is posted, instead of being polled.
    pub fn is_stream(&self) -> bool {
        matches!(self, Self::Bluesky(_) | Self::Mastodon(_))
    }
}

/// The table of one feed in RSS, Atom or JSON Feed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rss {
    /// Address: http, https or `file://`.
    pub url: Option<String>,
    /// When it is read, as in crontab(5); not given: by how often it brings something new.
    pub schedule: Option<String>,
    /// IANA name of the zone the schedule is meant in.
    pub time_zone: String,
    /// Without a schedule: shortest wait.
    pub poll_min_minutes: u32,
    /// Without a schedule: longest wait.
    pub poll_max_minutes: u32,
    /// Most new posts an hour; what is over is counted, not kept.
    pub posts_hourly_max: u32,
}

impl Default for Rss {
    fn default() -> Self {
        Self {
            url: None,
            schedule: None,
            time_zone: "UTC".to_owned(),
            poll_min_minutes: 5,
            poll_max_minutes: 240,
            posts_hourly_max: 1_000,
        }
    }
}

impl Rss {
    /// Between what waits it is read where it has no schedule.
    pub fn bounds(&self) -> Bounds {
        let minutes = |minutes: u32| Duration::from_secs(u64::from(minutes) * 60);
        Bounds { min: minutes(self.poll_min_minutes), max: minutes(self.poll_max_minutes) }
    }
}

/// The table of one sender who posts to `/api/v1/posts`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Push {
    /// File that holds the sender's token.
    pub token_file: Option<String>,
    /// The token itself: from the environment, or read from `token_file`.
    pub token: Option<Secret>,
    /// Most bytes of one request.
    pub body_bytes_max: usize,
    /// Most posts of one request.
    pub batch_posts_max: usize,
    /// Most requests a minute.
    pub requests_minute_max: u32,
    /// Most new posts an hour.
    pub posts_hourly_max: u32,
}

impl Default for Push {
    fn default() -> Self {
        Self {
            token_file: None,
            token: None,
            body_bytes_max: 1024 * 1024,
            batch_posts_max: 1_000,
            requests_minute_max: 120,
            posts_hourly_max: 10_000,
        }
    }
}

/// From which kind of server Bluesky's network is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlueskyMode {
    /// Jetstream: JSON.
    Jetstream,
    /// A server or relay of the network itself: its `subscribeRepos`.
    Firehose,
}

impl BlueskyMode {
    /// The word for it in settings and cursors.
    pub fn word(self) -> &'static str {
        match self {
            Self::Jetstream => "jetstream",
            Self::Firehose => "firehose",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Jetstream => "/subscribe",
            Self::Firehose => "/xrpc/com.atproto.sync.subscribeRepos",
        }
    }
}

/// The table of one feed from Bluesky's network.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bluesky {
    /// The server: its host is enough.
    pub service: String,
    /// Which kind of server that is; by its address where this is not given.
    pub mode: Option<BlueskyMode>,
    /// Languages of posts that are read, as posts name them; a post that names none is read too.
    pub languages: Vec<String>,
    /// Words of which a post has to hold one, upper and lower case alike.
    pub keywords: Vec<String>,
    /// Whose posts are read: `did:...`, or handles.
    pub accounts: Vec<String>,
    /// Who knows which account a handle is.
    pub appview: String,
    /// Most new posts an hour; what is over is counted, not kept.
    pub posts_hourly_max: u32,
}

impl Default for Bluesky {
    fn default() -> Self {
        Self {
            service: "wss://jetstream2.us-east.bsky.network".to_owned(),
            mode: None,
            languages: Vec::new(),
            keywords: Vec::new(),
            accounts: Vec::new(),
            appview: "https://public.api.bsky.app".to_owned(),
            posts_hourly_max: 20_000,
        }
    }
}

impl Bluesky {
    /// The address to connect to, and which kind of server is there.
    ///
    /// # Errors
    /// Why `service` is none.
    pub fn address(&self) -> Result<(Url, BlueskyMode), String> {
        let (scheme, rest) = match self.service.split_once("://") {
            Some(("https" | "wss", rest)) => ("wss", rest),
            Some(("ws", rest)) => ("ws", rest),
            _ => return Err("it must begin with wss://, ws:// or https://".to_owned()),
        };
        let mut url = Url::parse(&format!("{scheme}://{rest}")).map_err(|e| e.to_string())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it carries a user name or password".to_owned());
        }
        let by_path = if url.path().ends_with("subscribeRepos") {
            BlueskyMode::Firehose
        } else {
            BlueskyMode::Jetstream
        };
        let mode = self.mode.unwrap_or(by_path);
        if matches!(url.path(), "" | "/") {
            url.set_path(mode.path());
        }
        url.set_fragment(None);
        Ok((url, mode))
    }
}
