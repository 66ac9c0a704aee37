//! `[feed.KIND.NAME]`: where posts are read.

use std::time::Duration;

use serde::Deserialize;

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

/// A feed's kind and table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feed {
    /// RSS, Atom or JSON Feed.
    Rss(Rss),
    /// Posts that somebody sends us.
    Push(Push),
}

impl Source {
    /// By what the database knows it: `KIND.NAME`.
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.feed.kind(), self.name)
    }
}

impl Feed {
    /// The word for its kind, as in the configuration.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Rss(_) => "rss",
            Self::Push(_) => "push",
        }
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
