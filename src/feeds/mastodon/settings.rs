//! `[feed.mastodon.NAME]`: one timeline of one server.

use serde::Deserialize;
use url::Url;

use crate::doors::Secret;

/// Longest hashtag and number of a list.
const WORD_CHARS_MAX: usize = 100;

/// The table of one feed from a Mastodon server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Address of the server.
    pub service: Option<String>,
    /// File that holds an access token: servers stream to accounts of theirs only.
    pub token_file: Option<String>,
    /// The token itself: from the environment, or read from `token_file`.
    pub token: Option<Secret>,
    /// Which timeline is read: `public`, `local`, `remote`, `#hashtag` or `list:NUMBER`.
    pub timeline: String,
    /// Languages of posts that are read, as posts name them; a post that names none is read too.
    pub languages: Vec<String>,
    /// Words of which a post has to hold one, upper and lower case alike.
    pub keywords: Vec<String>,
    /// Whose posts are read: `name@host`, or `name` on the server itself.
    pub accounts: Vec<String>,
    /// Most new posts an hour; what is over is counted, not kept.
    pub posts_hourly_max: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            service: None,
            token_file: None,
            token: None,
            timeline: "public".to_owned(),
            languages: Vec::new(),
            keywords: Vec::new(),
            accounts: Vec::new(),
            posts_hourly_max: 10_000,
        }
    }
}

/// A timeline that can be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Timeline {
    /// All public posts the server knows, or only its own, or only those of others.
    Public(Option<bool>),
    /// Public posts with a hashtag, without its sign.
    Hashtag(String),
    /// Posts of the accounts on one of the account's lists.
    List(String),
}

impl Timeline {
    /// The timeline called so in settings; `None` if there is none.
    pub fn named(text: &str) -> Option<Self> {
        let fits = |word: &str| {
            let allowed = |c: char| c.is_alphanumeric() || c == '_';
            !word.is_empty() && word.chars().count() <= WORD_CHARS_MAX && word.chars().all(allowed)
        };
        match text {
            "public" => Some(Self::Public(None)),
            "local" => Some(Self::Public(Some(true))),
            "remote" => Some(Self::Public(Some(false))),
            _ => {
                let tag = text.strip_prefix('#').filter(|tag| fits(tag));
                let list = text.strip_prefix("list:").filter(|list| fits(list) && list.is_ascii());
                let tag = tag.map(|tag| Self::Hashtag(tag.to_owned()));
                tag.or_else(|| list.map(|list| Self::List(list.to_owned())))
            }
        }
    }

    /// Where its stream is on the streaming server `base`.
    pub(super) fn stream(&self, base: &Url) -> Url {
        let mut url = base.clone();
        let path = match self {
            Self::Public(None) => "public",
            Self::Public(Some(true)) => "public/local",
            Self::Public(Some(false)) => "public/remote",
            Self::Hashtag(_) => "hashtag",
            Self::List(_) => "list",
        };
        let before = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{before}/api/v1/streaming/{path}"));
        match self {
            Self::Public(_) => {}
            Self::Hashtag(tag) => drop(url.query_pairs_mut().append_pair("tag", tag)),
            Self::List(list) => drop(url.query_pairs_mut().append_pair("list", list)),
        }
        url
    }

    /// Where a page of it is on the server `base`.
    pub(super) fn page(&self, base: &Url, query: &[(&str, &str)]) -> Url {
        let mut url = base.clone();
        url.set_path("/api/v1/timelines/");
        // The base of http and https addresses can always be extended.
        if let Ok(mut path) = url.path_segments_mut() {
            match self {
                Self::Public(_) => path.pop_if_empty().push("public"),
                Self::Hashtag(tag) => path.pop_if_empty().push("tag").push(tag),
                Self::List(list) => path.pop_if_empty().push("list").push(list),
            };
        }
        let mut pairs = url.query_pairs_mut();
        match self {
            Self::Public(Some(true)) => drop(pairs.append_pair("local", "true")),
            Self::Public(Some(false)) => drop(pairs.append_pair("remote", "true")),
            _ => {}
        }
        pairs.extend_pairs(query);
        drop(pairs);
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timelines_have_their_places() {
        let base = Url::parse("https://a.example").expect("an address");
        let streams = Url::parse("https://s.a.example/x/").expect("an address");
        let places = |name: &str| {
            let timeline = Timeline::named(name).expect("a timeline");
            let page = timeline.page(&base, &[("min_id", "7")]);
            (timeline.stream(&streams).to_string(), page.to_string())
        };
        for (name, stream, page) in [
            ("public", "public", "public?min_id=7"),
            ("local", "public/local", "public?local=true&min_id=7"),
            ("remote", "public/remote", "public?remote=true&min_id=7"),
            ("#Größe", "hashtag?tag=Gr%C3%B6%C3%9Fe", "tag/Gr%C3%B6%C3%9Fe?min_id=7"),
            ("list:12", "list?list=12", "list/12?min_id=7"),
        ] {
            let stream = format!("https://s.a.example/x/api/v1/streaming/{stream}");
            let page = format!("https://a.example/api/v1/timelines/{page}");
            assert_eq!(places(name), (stream, page), "{name}");
        }
        for name in ["", "home", "#", "#a b", "#a/b", "list:", "list:1/2", "list:é", "Public"] {
            assert_eq!(Timeline::named(name), None, "{name}");
        }
    }
}
