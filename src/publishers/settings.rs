//! `[publisher.KIND.NAME]`: where published checks come from.

use serde::Deserialize;
use url::Url;

use crate::claim::review::host_of;
use crate::doors::Secret;

/// Forms in which publishers give out their checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// RSS, Atom or JSON Feed, then the page behind each item.
    Rss,
    /// A sitemap or sitemap index, then its pages.
    Sitemap,
    /// Single pages.
    Page,
    /// A Data Commons `DataFeed` dump.
    Datafeed,
    /// Google's Fact Check Tools API.
    Google,
    /// ClaimReview JSON lines.
    Jsonl,
}

impl Kind {
    /// Every kind with its word in the configuration.
    pub const ALL: [(&'static str, Self); 6] = [
        ("rss", Self::Rss),
        ("sitemap", Self::Sitemap),
        ("page", Self::Page),
        ("datafeed", Self::Datafeed),
        ("google", Self::Google),
        ("jsonl", Self::Jsonl),
    ];

    /// Its word in the configuration.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// Its word among those of all sources, where `rss` alone is a feed of posts.
    pub fn source_word(self) -> &'static str {
        match self {
            Self::Rss => "publisher.rss",
            Self::Sitemap => "publisher.sitemap",
            Self::Page => "publisher.page",
            Self::Datafeed => "publisher.datafeed",
            Self::Google => "publisher.google",
            Self::Jsonl => "publisher.jsonl",
        }
    }
}

/// One configured publisher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Form of its checks.
    pub kind: Kind,
    /// The operator's name for it, unique among publishers.
    pub name: String,
    /// Its table.
    pub settings: Settings,
}

/// The table of one publisher.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Address: http, https or `file://`.
    pub url: Option<String>,
    /// Several addresses instead of one.
    pub urls: Vec<String>,
    /// When it is asked, as in crontab(5).
    pub schedule: String,
    /// IANA name of the zone the schedule is meant in.
    pub time_zone: String,
    /// Language of its checks where a text is too short to tell.
    pub language: Option<String>,
    /// 1 is preferred among checks that fit equally well, 3 comes last.
    pub tier: u8,
    /// Written by a machine: never the only ground for stating a match.
    pub machine_written: bool,
    /// google: file that holds the API key.
    pub key_file: Option<String>,
    /// google: the key itself, from the environment only.
    pub key: Option<Secret>,
    /// google: what is searched for.
    pub query: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            url: None,
            urls: Vec::new(),
            schedule: "0 * * * *".to_owned(),
            time_zone: "UTC".to_owned(),
            language: None,
            tier: Source::USUAL_TIER,
            machine_written: false,
            key_file: None,
            key: None,
            query: None,
        }
    }
}

impl Settings {
    /// Every address of the publisher: `url`, else `urls`.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.url.iter().chain(&self.urls).map(String::as_str)
    }
}

impl Source {
    /// The tier of publishers of whom nothing else is said.
    pub const USUAL_TIER: u8 = 2;

    /// Hosts whose checks these are. A dump, a search or a file carries checks of others, so its
    /// host says nothing about who wrote them.
    pub fn hosts(&self) -> impl Iterator<Item = String> {
        let own = matches!(self.kind, Kind::Rss | Kind::Sitemap | Kind::Page);
        let addresses = self.settings.addresses().filter(move |_| own);
        addresses.filter_map(|address| host_of(&Url::parse(address).ok()?))
    }
}
