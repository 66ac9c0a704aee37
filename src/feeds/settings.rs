//! `[feed.KIND.NAME]`: where posts are read.

use serde::Deserialize;
use url::Url;

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
            // `bluesky.NAME` is an account that is addressed there.
            Feed::Bluesky(_) => format!("feed.bluesky.{}", self.name),
        }
    }
}

/// A feed's kind and table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feed {
    /// RSS, Atom or JSON Feed.
    Rss(Rss),
    /// Bluesky's network.
    Bluesky(Bluesky),
}

impl Feed {
    /// The word for its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Rss(_) => "rss",
            Self::Bluesky(_) => "bluesky",
        }
    }

    /// Whether it stays open and tells what is posted, instead of being polled.
    pub fn is_stream(&self) -> bool {
        matches!(self, Self::Bluesky(_))
    }
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
            Some(("http" | "ws", rest)) => ("ws", rest),
            _ => return Err("it must begin with wss:// or ws://".to_owned()),
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
