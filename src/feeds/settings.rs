//! `[feed.KIND.NAME]`: where posts are read.

use serde::Deserialize;

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
            Feed::Rss(_) => format!("rss.{}", self.name),
        }
    }
}

/// A feed's kind and table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feed {
    /// RSS, Atom or JSON Feed.
    Rss(Rss),
}

/// The table of one feed in RSS, Atom or JSON Feed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rss {
    /// Address: http, https or `file://`.
    pub url: Option<String>,
    /// When it is read, as in crontab(5).
    pub schedule: String,
    /// IANA name of the zone the schedule is meant in.
    pub time_zone: String,
}

impl Default for Rss {
    fn default() -> Self {
        Self { url: None, schedule: "*/15 * * * *".to_owned(), time_zone: "UTC".to_owned() }
    }
}
