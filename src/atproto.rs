//! Records of the network that Bluesky is part of: how a post, its links and its pictures are read.
//! Pure: asks nobody.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use url::Url;

use crate::claim::post::Post;

/// The collection that posts are in.
pub const POSTS: &str = "app.bsky.feed.post";
/// Longest text of a post that is kept (the network allows 300 graphemes), and of one description.
const TEXT_CHARS_MAX: usize = 3_000;
const ALT_CHARS_MAX: usize = 1_000;
/// Most descriptions, links and languages taken from one post, and longest of the latter two.
const ALTS_MAX: usize = 8;
const URLS_MAX: usize = 8;
const LANGS_MAX: usize = 3;
const URL_BYTES_MAX: usize = 2_000;
const LANG_BYTES_MAX: usize = 35;
/// Longest name of an account or a record.
const NAME_BYTES_MAX: usize = 512;
/// How far a post's own date may be from when a server saw it.
const BEFORE_HOURS_MAX: i64 = 24;
const AHEAD_MINUTES_MAX: i64 = 5;

/// What a record of a post says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Its words.
    pub text: String,
    /// What its pictures, videos and cards say, as whoever posted them described them.
    pub alt: Vec<String>,
    /// Where its words and cards lead.
    pub urls: Vec<String>,
    /// Languages it says it is in, IETF tags.
    pub languages: Vec<String>,
}

impl Said {
    /// Whether there is nothing in it to look up.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.alt.is_empty()
    }

    /// The post it is, known by where readers find it.
    pub fn into_post(self, page: Option<String>) -> Post {
        let lang = self.languages.into_iter().next();
        Post { id: page, text: self.text, lang, urls: self.urls, alt: self.alt, ..Post::default() }
    }
}

/// Whether a name of an account or record is one: nothing that could be read as something else.
pub fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._:~-%".contains(c);
    !name.is_empty() && name.len() <= NAME_BYTES_MAX && name.chars().all(fits)
}

/// Whether a name is an account's lasting one.
pub fn is_did(name: &str) -> bool {
    name.starts_with("did:") && is_name(name)
}

/// By what a post is known in the network.
pub fn uri(did: &str, rkey: &str) -> String {
    format!("at://{did}/{POSTS}/{rkey}")
}

/// The account and the key of a post, from what it is known by.
pub fn parts(uri: &str) -> Option<(&str, &str)> {
    let mut parts = uri.strip_prefix("at://")?.split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(did), Some(POSTS), Some(rkey), None) if is_did(did) && is_name(rkey) => {
            Some((did, rkey))
        }
        _ => None,
    }
}

/// Where readers find a post.
pub fn page(did: &str, rkey: &str) -> String {
    format!("https://bsky.app/profile/{did}/post/{rkey}")
}

/// Reads a record.
///
/// # Errors
/// If it is no post.
pub fn read(record: &Value) -> Result<Said, &'static str> {
    let text = record.get("text").and_then(Value::as_str).ok_or("a post without a text")?;
    let mut urls = links(record);
    let alt = described(record.get("embed"), &mut urls);
    let langs = record.get("langs").and_then(Value::as_array).into_iter().flatten();
    let langs = langs.filter_map(Value::as_str).filter(|tag| tag.len() <= LANG_BYTES_MAX);
    Ok(Said {
        text: cut(text, TEXT_CHARS_MAX),
        alt,
        urls,
        languages: langs.take(LANGS_MAX).map(str::to_owned).collect(),
    })
}

/// A post's own date where it can be true, else when a server saw it.
pub fn published(record: &Value, seen: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let said = record.get("createdAt").and_then(Value::as_str);
    let said = said.and_then(|text| DateTime::parse_from_rfc3339(text).ok()).map(|at| at.to_utc());
    let Some(seen) = seen else { return said };
    let near = said.filter(|said| {
        seen - *said <= TimeDelta::hours(BEFORE_HOURS_MAX)
            && *said - seen <= TimeDelta::minutes(AHEAD_MINUTES_MAX)
    });
    Some(near.unwrap_or(seen))
}

/// The words of a record without where it mentions one account.
pub fn without_mentions(text: &str, record: &Value, did: &str) -> String {
    let facets = record.get("facets").and_then(Value::as_array).into_iter().flatten();
    let mut spans: Vec<(usize, usize)> = facets
        .filter(|facet| {
            let features = facet.get("features").and_then(Value::as_array).into_iter().flatten();
            features.filter_map(|feature| feature.get("did")?.as_str()).any(|of| of == did)
        })
        .filter_map(|facet| {
            let at = |key| facet.pointer(key)?.as_u64().and_then(|at| usize::try_from(at).ok());
            Some((at("/index/byteStart")?, at("/index/byteEnd")?))
        })
        .collect();
    spans.sort_unstable();
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for (start, end) in spans {
        // What fits no whole characters is no span of this text.
        if let Some(before) = text.get(from..start).filter(|_| text.get(start..end).is_some()) {
            out.push_str(before);
            from = end;
        }
    }
    out.push_str(&text[from..]);
    out.trim().to_owned()
}

/// Where the words of a post lead.
fn links(record: &Value) -> Vec<String> {
    let facets = record.get("facets").and_then(Value::as_array).into_iter().flatten();
    let features = facets.filter_map(|facet| facet.get("features")?.as_array()).flatten();
    let mut urls = Vec::new();
    features
        .filter_map(|feature| feature.get("uri")?.as_str())
        .for_each(|link| add_link(&mut urls, link));
    urls
}

fn add_link(urls: &mut Vec<String>, link: &str) {
    let fits = link.len() <= URL_BYTES_MAX && urls.len() < URLS_MAX;
    let url = Url::parse(link).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    if let Some(url) = url.filter(|_| fits).map(String::from)
        && !urls.contains(&url)
    {
        urls.push(url);
    }
}

/// What stands in pictures, videos and cards. What is quoted is a record of its own and not told
/// here.
fn described(embed: Option<&Value>, urls: &mut Vec<String>) -> Vec<String> {
    let Some(embed) = embed else { return Vec::new() };
    // A quotation with media holds them one step further in.
    let embed = embed.get("media").unwrap_or(embed);
    let images = embed.get("images").and_then(Value::as_array).into_iter().flatten();
    let mut alts: Vec<&str> = images.filter_map(|image| image.get("alt")?.as_str()).collect();
    alts.extend(embed.get("alt").and_then(Value::as_str));
    if let Some(card) = embed.get("external") {
        if let Some(uri) = card.get("uri").and_then(Value::as_str) {
            add_link(urls, uri);
        }
        alts.extend(["title", "description"].iter().filter_map(|key| card.get(*key)?.as_str()));
    }
    let alts = alts.into_iter().map(|alt| cut(alt.trim(), ALT_CHARS_MAX));
    alts.filter(|alt| !alt.is_empty()).take(ALTS_MAX).collect()
}

fn cut(text: &str, chars_max: usize) -> String {
    text.chars().take(chars_max).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn mentions_are_cut_out_by_their_bytes_and_wrong_spans_harm_nothing() {
        let facet = |start: u64, end: u64, did: &str| {
            json!({"index": {"byteStart": start, "byteEnd": end},
                "features": [{"$type": "app.bsky.richtext.facet#mention", "did": did}]})
        };
        let text = "é @us.test is it so, @them.test? @us.test";
        let record = json!({"facets": [
            facet(34, 42, "did:us"), facet(3, 11, "did:us"), facet(22, 32, "did:them"),
            facet(1, 4, "did:us"), facet(90, 99, "did:us"), facet(9, 3, "did:us")]});
        let left = without_mentions(text, &record, "did:us");
        assert_eq!(left, "é  is it so, @them.test?");
        assert_eq!(without_mentions(text, &json!({"facets": 5}), "did:us"), text);
    }

    #[test]
    fn names_are_only_taken_whole() {
        assert_eq!(parts("at://did:plc:a/app.bsky.feed.post/3k"), Some(("did:plc:a", "3k")));
        for none in [
            "at://did:plc:a/app.bsky.feed.like/3k",
            "at://did:plc:a/app.bsky.feed.post/3k/x",
            "at://did:plc:a/app.bsky.feed.post/",
            "at://a.test/app.bsky.feed.post/3k",
            "at://did:plc:a b/app.bsky.feed.post/3k",
            "https://bsky.app",
        ] {
            assert_eq!(parts(none), None, "{none}");
        }
        assert_eq!(parts(&uri("did:plc:a", "3k")), Some(("did:plc:a", "3k")));
    }
}
