//! A record of the network as a post of ours.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use url::Url;

use super::super::Entry;
use super::event::POSTS;
use crate::claim::post::Post;
use crate::claim::review::hash_hex;

/// Longest text of a post that is kept (the network allows 300 graphemes), and of one description.
const TEXT_CHARS_MAX: usize = 3_000;
const ALT_CHARS_MAX: usize = 1_000;
/// Most descriptions, links and languages taken from one post.
const ALTS_MAX: usize = 8;
const URLS_MAX: usize = 8;
const LANGS_MAX: usize = 3;
const URL_BYTES_MAX: usize = 2_000;
/// Longest name of an account or a record.
const NAME_BYTES_MAX: usize = 512;
/// How far a post's own date may be from when the server saw it.
const BEFORE_HOURS_MAX: i64 = 24;
const AHEAD_MINUTES_MAX: i64 = 5;

/// A post with the languages it says it is in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Read {
    pub(super) entry: Entry,
    pub(super) languages: Vec<String>,
}

/// Whether a name of an account or record is one: nothing that could be read as something else.
pub(super) fn is_name(name: &str) -> bool {
    let fits =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '~' | '-' | '%');
    !name.is_empty() && name.len() <= NAME_BYTES_MAX && name.chars().all(fits)
}

/// By what a post is known in the network.
pub(super) fn id(did: &str, rkey: &str) -> String {
    format!("at://{did}/{POSTS}/{rkey}")
}

/// Reads a record; `None` if it says nothing in words.
///
/// # Errors
/// If it is no post.
pub(super) fn read(
    (did, rkey, cid): (&str, &str, &str),
    record: &Value,
    seen: Option<DateTime<Utc>>,
) -> Result<Option<Read>, &'static str> {
    if !is_name(did) || !did.starts_with("did:") || !is_name(rkey) {
        return Err("a post of no name");
    }
    let text = record.get("text").and_then(Value::as_str).ok_or("a post without a text")?;
    let text = cut(text, TEXT_CHARS_MAX);
    let embed = record.get("embed");
    let mut urls = links(record);
    let alt = described(embed, &mut urls);
    if text.trim().is_empty() && alt.is_empty() {
        return Ok(None);
    }
    let languages: Vec<String> = texts(record.get("langs")).take(LANGS_MAX).collect();
    let hash = if cid.is_empty() || !is_name(cid) {
        hash_hex(&[&text, &alt.join("\n"), &urls.join(" ")])
    } else {
        cid.to_owned()
    };
    let mut said = text;
    for alt in &alt {
        if !said.is_empty() {
            said.push('\n');
        }
        said.push_str(alt);
    }
    let post = Post {
        id: Some(format!("https://bsky.app/profile/{did}/post/{rkey}")),
        text: said,
        lang: languages.first().cloned(),
        urls,
        ..Post::default()
    };
    let entry = Entry {
        id: id(did, rkey),
        hash,
        post,
        author: Some(did.to_owned()),
        published: published(record, seen),
    };
    Ok(Some(Read { entry, languages }))
}

/// The post's own date where it can be true, else when the server saw it.
fn published(record: &Value, seen: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    let said = record.get("createdAt").and_then(Value::as_str);
    let said = said.and_then(|text| DateTime::parse_from_rfc3339(text).ok()).map(|at| at.to_utc());
    let Some(seen) = seen else { return said };
    let near = said.filter(|said| {
        seen - *said <= TimeDelta::hours(BEFORE_HOURS_MAX)
            && *said - seen <= TimeDelta::minutes(AHEAD_MINUTES_MAX)
    });
    Some(near.unwrap_or(seen))
}

/// Where the words of a post lead.
fn links(record: &Value) -> Vec<String> {
    let facets = record.get("facets").and_then(Value::as_array);
    let features =
        facets.into_iter().flatten().filter_map(|facet| facet.get("features")?.as_array());
    let links = features.flatten().filter_map(|feature| feature.get("uri")?.as_str());
    let mut urls = Vec::new();
    links.for_each(|link| add_link(&mut urls, link));
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

/// What stands in pictures, videos and cards, as whoever posted them described it. What is quoted
/// is a record of its own and not told here.
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

fn texts(list: Option<&Value>) -> impl Iterator<Item = String> + '_ {
    let all = list.and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|text| Some(text.as_str()?.to_owned())).filter(|text| text.len() <= 35)
}

fn cut(text: &str, chars_max: usize) -> String {
    text.chars().take(chars_max).collect()
}
