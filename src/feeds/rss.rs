//! Posts from RSS, Atom and JSON Feed.

use std::borrow::Cow;
use std::collections::HashSet;

use feed_rs::model::Entry as Raw;
use url::Url;

use super::{Entry, plain};
use crate::claim::post::Post;
use crate::claim::review::hash_hex;
use crate::http::{Door, FetchError, Fetched, Validators, Want};
use crate::xml;

/// Longest feed read, in bytes.
pub const FEED_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most entries of one feed.
pub const ENTRIES_MAX: usize = 500;
/// Longest text of an entry, and its title, author and id.
const TEXT_CHARS_MAX: usize = 4_000;
const LINE_CHARS_MAX: usize = 500;
/// Most addresses kept of one entry.
const URLS_MAX: usize = 8;
/// What we like to be given.
const ACCEPT: &str = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5";

/// Why a feed gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum PollError {
    /// It could not be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// What came is no feed.
    #[error("{0}")]
    NoFeed(String),
}

/// What a poll gave: every entry the feed shows, and what to ask with next time.
pub type Shown = (Vec<Entry>, Validators);

/// Fetches a feed whose address the operator wrote; `None` if it has not changed.
///
/// # Errors
/// If it can't be fetched or is no feed.
pub async fn poll(
    door: &Door,
    url: &Url,
    validators: Option<&Validators>,
) -> Result<Option<Shown>, PollError> {
    let want =
        Want { trusted: true, validators, accept: ACCEPT, body_bytes_max: Some(FEED_BYTES_MAX) };
    match door.get_written(url, &want).await? {
        Fetched::NotModified => Ok(None),
        Fetched::Fresh(page) => {
            let entries = read(&page.body, page.content_type.as_deref(), Some(page.url.as_str()));
            let entries = entries.map_err(|why| PollError::NoFeed(format!("{url}: {why}")))?;
            Ok(Some((entries, page.validators)))
        }
    }
}

/// The entries of a feed in their own order, each id once; those that say nothing are left out.
///
/// # Errors
/// Why it is no feed.
pub fn read(
    bytes: &[u8],
    content_type: Option<&str>,
    url: Option<&str>,
) -> Result<Vec<Entry>, String> {
    let text = decoded(bytes, content_type);
    let text = xml::without_declaration(&text);
    if !text.starts_with('{') {
        xml::check_depth(&text)?;
    }
    let parser = feed_rs::parser::Builder::new().base_uri(url).build();
    let feed = parser.parse(text.as_bytes()).map_err(|error| format!("no feed: {error}"))?;
    let language = feed.language;
    let mut known = HashSet::new();
    let entries = feed.entries.into_iter().take(ENTRIES_MAX);
    let entries = entries.filter_map(|raw| entry(&raw, language.as_deref()));
    Ok(entries.filter(|entry| known.insert(entry.id.clone())).collect())
}

fn entry(raw: &Raw, language: Option<&str>) -> Option<Entry> {
    let urls: Vec<String> = raw
        .links
        .iter()
        .filter(|link| matches!(link.rel.as_deref(), None | Some("" | "alternate")))
        .filter_map(|link| Url::parse(link.href.trim()).ok())
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .map(String::from)
        .take(URLS_MAX)
        .collect();
    let line =
        |markup: &str| Some(plain::text(markup, LINE_CHARS_MAX)).filter(|text| !text.is_empty());
    let title = raw.title.as_ref().and_then(|title| line(&title.content));
    let body = raw.content.as_ref().and_then(|content| content.body.as_deref());
    let body = raw.summary.as_ref().map(|summary| summary.content.as_str()).or(body);
    let body = body.map(|body| plain::text(body, TEXT_CHARS_MAX)).filter(|text| !text.is_empty());
    let text = match (title, body) {
        // Short posts often repeat their whole text as the title.
        (Some(title), Some(body)) if body.starts_with(title.trim_end_matches(['.', '…'])) => body,
        (Some(title), Some(body)) => format!("{title}\n{body}"),
        (title, body) => title.or(body)?,
    };
    let id = raw.id.trim();
    let id = if id.is_empty() { urls.first()?.as_str() } else { id };
    let id: String = id.chars().take(LINE_CHARS_MAX).collect();
    let author = raw.authors.first().and_then(|author| line(author.name.as_deref()?));
    let name = author.clone();
    let hash = hash_hex(&[&text, &urls.join(" ")]);
    let post = Post {
        id: Some(urls.first().cloned().unwrap_or_else(|| id.clone())),
        text,
        lang: raw.language.as_deref().or(language).map(str::to_owned),
        urls,
        author,
        alt: Vec::new(),
    };
    Some(Entry { id, hash, post, author: name, published: raw.published.or(raw.updated) })
}

/// The text of a feed: UTF-8 if it is, else what is declared, else what old pages are in.
fn decoded<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).to_lowercase();
    let declared = |text: &str, key: &str| {
        let label = text.split_once(key)?.1.trim_start_matches(['"', '\'', ' ']);
        let end = label.find(['"', '\'', ';', ' ', '?']).unwrap_or(label.len());
        encoding_rs::Encoding::for_label(&label.as_bytes()[..end])
    };
    let encoding = declared(&head, "encoding=")
        .or_else(|| declared(&content_type?.to_lowercase(), "charset="))
        .filter(|encoding| *encoding != encoding_rs::UTF_8)
        .unwrap_or(encoding_rs::WINDOWS_1252);
    // A byte order mark wins over all of them.
    encoding.decode(bytes).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_become_posts_with_ids_and_plain_text() {
        let rss = "\n<?xml version='1.0'?><rss version='2.0'><channel><language>es</language>
            <item><guid>g1</guid><title>El &lt;b&gt;agua&lt;/b&gt;</title><link>https://a.example/1</link>
              <description>&lt;p&gt;Dicen &amp;amp; creen.&lt;/p&gt;</description><author>ana@a.example (Ana)</author></item>
            <item><guid>g1</guid><title>again</title></item>
            <item><guid>g2</guid><title>Only this…</title><description>Only this and more</description></item>
            <item><guid>g3</guid></item></channel></rss>";
        let entries = read(rss.as_bytes(), None, None).expect("a feed");
        let ids: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, ["g1", "g2"]);
        assert_eq!(entries[0].post.text, "El agua\nDicen & creen.");
        assert_eq!(entries[0].post.id.as_deref(), Some("https://a.example/1"));
        assert_eq!(entries[0].post.urls, ["https://a.example/1"]);
        assert_eq!(entries[0].post.lang.as_deref(), Some("es"));
        assert_eq!(entries[1].post.text, "Only this and more");
        let changed = read(rss.replace("creen", "saben").as_bytes(), None, None).expect("a feed");
        assert_ne!(changed[0].hash, entries[0].hash);
        assert_eq!(changed[1].hash, entries[1].hash);
    }

    #[test]
    fn what_is_no_feed_says_why() {
        let mut latin = b"<rss version='2.0'><channel><item><guid>1</guid><title>Caf\xe9".to_vec();
        latin.extend(b"</title></item></channel></rss>");
        assert_eq!(read(&latin, None, None).expect("a feed")[0].post.text, "Café");
        for bytes in [&b""[..], b"<html><body>x", b"{}", b"\xff\xfe\x00", b"<"] {
            assert!(read(bytes, None, None).is_err(), "{bytes:?}");
        }
        let deep = "<rss version='2.0'><channel>".to_owned() + &"<a>".repeat(200_000);
        assert!(read(deep.as_bytes(), None, None).expect_err("deep").contains("deeper than"));
        let item = "<item><guid>X</guid><title>t</title></item>";
        let many: String = (0..600).map(|n| item.replace('X', &n.to_string())).collect();
        let many = format!("<rss version='2.0'><channel>{many}</channel></rss>");
        assert_eq!(read(many.as_bytes(), None, None).expect("a feed").len(), ENTRIES_MAX);
    }
}
