//! Posts from RSS, Atom and JSON Feed.

use std::borrow::Cow;
use std::collections::HashSet;

use feed_rs::model::Entry as Raw;
use url::Url;

use super::pace::{self, Asks};
use super::{Entry, plain};
use crate::claim::post::Post;
use crate::claim::review::hash_hex;
use crate::http::{Door, FetchError, Fetched, Page, Validators, Want};
use crate::xml;

/// Longest feed read, in bytes. Several dozen may be on their way at once.
pub const FEED_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most entries of one feed.
pub const ENTRIES_MAX: usize = 500;
/// Longest text of an entry, and its title, author and id.
const TEXT_CHARS_MAX: usize = 4_000;
const LINE_CHARS_MAX: usize = 500;
/// Most addresses kept of one entry.
const URLS_MAX: usize = 8;
/// What we like to be given.
const ACCEPT: &str = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5";

/// What a feed shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// Its entries in their own order, each id once.
    pub entries: Vec<Entry>,
    /// Entries that say nothing, or have neither an id nor an address.
    pub empty: usize,
    /// What it asks of those who read it.
    pub asks: Asks,
}

/// Fetches a feed whose address the operator wrote.
///
/// # Errors
/// If it can't be fetched.
pub async fn fetch(
    door: &Door,
    url: &Url,
    validators: Option<&Validators>,
) -> Result<Fetched, FetchError> {
    let want =
        Want { trusted: true, validators, accept: ACCEPT, body_bytes_max: Some(FEED_BYTES_MAX) };
    door.get_written(url, &want).await
}

/// What a feed that was fetched shows.
///
/// # Errors
/// Why it is no feed.
pub fn read_page(page: &Page) -> Result<Shown, String> {
    let mut shown = read(&page.body, page.content_type.as_deref(), Some(page.url.as_str()))?;
    let max_age_s = page.max_age.map(|age| age.as_secs());
    shown.asks.fresh_s = shown.asks.fresh_s.max(max_age_s);
    Ok(shown)
}

/// What a feed shows.
///
/// # Errors
/// Why it is no feed.
pub fn read(bytes: &[u8], content_type: Option<&str>, url: Option<&str>) -> Result<Shown, String> {
    let text = decoded(bytes, content_type);
    let text = xml::without_declaration(&text);
    if !text.starts_with('{') {
        xml::check_depth(&text)?;
    }
    // One that broke off is of no further use.
    let parser = || feed_rs::parser::Builder::new().base_uri(url).build();
    let feed = xml::despite_addresses(&text, |text| parser().parse(text.as_bytes()));
    let feed = feed.ok_or("no feed: its reader broke off")?;
    let feed = feed.map_err(|error| format!("no feed: {error}"))?;
    let language = feed.language;
    let mut shown = Shown { asks: pace::asks(&text, feed.ttl), ..Shown::default() };
    let mut known = HashSet::new();
    for raw in feed.entries.into_iter().take(ENTRIES_MAX) {
        match entry(&raw, language.as_deref()) {
            Some(entry) if known.insert(entry.id.clone()) => shown.entries.push(entry),
            Some(_) => {}
            None => shown.empty += 1,
        }
    }
    Ok(shown)
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
    let author = raw.authors.first().and_then(|author| line(bare(author.name.as_deref()?)));
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

/// A name without what stood between it and a mail address.
fn bare(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || "()<>[]（）、，".contains(c))
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
        let shown = read(rss.as_bytes(), None, None).expect("a feed");
        assert_eq!(shown.empty, 1);
        let entries = shown.entries;
        let ids: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, ["g1", "g2"]);
        assert_eq!(entries[0].post.text, "El agua\nDicen & creen.");
        assert_eq!(entries[0].post.id.as_deref(), Some("https://a.example/1"));
        assert_eq!(entries[0].post.urls, ["https://a.example/1"]);
        assert_eq!(entries[0].post.lang.as_deref(), Some("es"));
        assert_eq!(entries[1].post.text, "Only this and more");
        let changed = read(rss.replace("creen", "saben").as_bytes(), None, None);
        let changed = changed.expect("a feed").entries;
        assert_ne!(changed[0].hash, entries[0].hash);
        assert_eq!(changed[1].hash, entries[1].hash);
    }

    #[test]
    fn who_wrote_an_entry_is_read_however_it_is_written() {
        let author = |written: &str| {
            let rss = format!(
                "<rss version='2.0'><channel><item><guid>1</guid><title>x</title>\
                 <author>{written}</author></item></channel></rss>"
            );
            let mut shown = read(rss.as_bytes(), None, None).expect("a feed");
            shown.entries.remove(0).author
        };
        assert_eq!(author("Ana Beltran").as_deref(), Some("Ana Beltran"));
        assert_eq!(author("ana@a.example (Ana Beltran)").as_deref(), Some("Ana Beltran"));
        assert_eq!(author("Ana Beltran &lt;ana@a.example&gt;").as_deref(), Some("Ana Beltran"));
        assert_eq!(author("ana@a.example（Ana Beltran）").as_deref(), Some("Ana Beltran"));
        assert_eq!(author("Ana Beltran、ana@a.example").as_deref(), Some("Ana Beltran"));
        assert_eq!(
            author("ana@a.example&#xff08;Ana Beltran&#xff09;").as_deref(),
            Some("Ana Beltran")
        );
        assert_eq!(author("ana@a.example").as_deref(), None);
        assert_eq!(author(" "), None);
    }

    #[test]
    fn what_is_no_feed_says_why() {
        let mut latin = b"<rss version='2.0'><channel><item><guid>1</guid><title>Caf\xe9".to_vec();
        latin.extend(b"</title></item></channel></rss>");
        assert_eq!(read(&latin, None, None).expect("a feed").entries[0].post.text, "Café");
        for bytes in [&b""[..], b"<html><body>x", b"{}", b"\xff\xfe\x00", b"<"] {
            assert!(read(bytes, None, None).is_err(), "{bytes:?}");
        }
        let deep = "<rss version='2.0'><channel>".to_owned() + &"<a>".repeat(200_000);
        assert!(read(deep.as_bytes(), None, None).expect_err("deep").contains("deeper than"));
        let item = "<item><guid>X</guid><title>t</title></item>";
        let many: String = (0..600).map(|n| item.replace('X', &n.to_string())).collect();
        let many = format!("<rss version='2.0'><channel>{many}</channel></rss>");
        let entries = read(many.as_bytes(), None, None).expect("a feed").entries;
        assert_eq!(entries.len(), ENTRIES_MAX);
    }
}
