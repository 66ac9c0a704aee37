//! RSS, Atom and JSON Feed: the pages behind their items. What a feed says about a check is only an
//! excerpt, so its items become links, never reviews.

use std::collections::HashSet;

use url::Url;

use super::address::address;
use super::{About, Link, Parsed, charset, loose_feed, plain};
use crate::xml;

/// Longest feed read.
pub(super) const FEED_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Most items of one feed.
pub(super) const ITEMS_MAX: usize = 10_000;
/// Longest title of a link.
pub(super) const LINK_TITLE_CHARS_MAX: usize = 1_000;

pub(super) fn read(bytes: &[u8], about: &About<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    if bytes.len() > FEED_BYTES_MAX {
        parsed.reject("feed", format!("longer than {FEED_BYTES_MAX} bytes"));
        return parsed;
    }
    let text = charset::decoded(bytes, about.content_type);
    let text = xml::without_declaration(&text);
    let is_json = text.starts_with('{');
    if !is_json && let Err(reason) = xml::check_depth(&text) {
        parsed.reject("feed", reason);
        return parsed;
    }
    // One that broke off is of no further use.
    let parser = || feed_rs::parser::Builder::new().base_uri(about.url).build();
    let feed = match xml::despite_addresses(&text, |text| parser().parse(text.as_bytes())) {
        Some(Ok(feed)) => feed,
        None => {
            if !is_json && loose(&text, about, &mut parsed) {
                return parsed;
            }
            parsed.reject("feed", "not a feed we can read: its reader broke off");
            return parsed;
        }
        Some(Err(error)) => {
            if !is_json && loose(&text, about, &mut parsed) {
                return parsed;
            }
            parsed.reject("feed", format!("not a feed we can read: {error}"));
            return parsed;
        }
    };
    let base = about.base();
    let mut seen = HashSet::new();
    let count = feed.entries.len();
    for (number, entry) in feed.entries.into_iter().take(ITEMS_MAX).enumerate() {
        match link(&entry, base.as_ref()) {
            Some(link) if seen.insert(link.url.clone()) => parsed.links.push(link),
            Some(_) => {}
            None => parsed.reject(format!("item {}", number + 1), "no address of a page"),
        }
    }
    if parsed.links.is_empty() && !is_json && loose(&text, about, &mut parsed) {
        parsed.rejects.clear();
    }
    if count > ITEMS_MAX {
        parsed
            .reject(format!("item {}", ITEMS_MAX + 1), format!("only {ITEMS_MAX} items are read"));
    }
    parsed
}

/// Takes the links of a feed that the strict reader refused; says whether there were any.
fn loose(text: &str, about: &About<'_>, parsed: &mut Parsed) -> bool {
    let base = about.base();
    let mut seen = HashSet::new();
    for item in loose_feed::items(text, ITEMS_MAX) {
        let url = item.links.iter().find_map(|href| address(&without_breaks(href), base.as_ref()));
        if let Some(url) = url
            && seen.insert(url.clone())
        {
            let title = plain::line(&item.title, LINK_TITLE_CHARS_MAX);
            parsed.links.push(Link { url, title, published: item.published });
        }
    }
    !parsed.links.is_empty()
}

fn link(entry: &feed_rs::model::Entry, base: Option<&Url>) -> Option<Link> {
    let is_page = |link: &&feed_rs::model::Link| {
        matches!(link.rel.as_deref(), None | Some("" | "alternate" | "self"))
            && link
                .media_type
                .as_deref()
                .is_none_or(|kind| kind.contains("html") || kind.contains("xml"))
    };
    let pages = entry.links.iter().filter(is_page);
    let first_alternate = pages.clone().find(|link| link.rel.as_deref() != Some("self"));
    let hrefs = first_alternate.into_iter().chain(pages).map(|link| link.href.as_str());
    let id =
        Some(entry.id.trim()).filter(|id| id.starts_with("http://") || id.starts_with("https://"));
    let url = hrefs.chain(id).find_map(|href| address(&without_breaks(href), base))?;
    let title =
        entry.title.as_ref().and_then(|title| plain::line(&title.content, LINK_TITLE_CHARS_MAX));
    let published = entry.published.or(entry.updated).map(|moment| moment.date_naive());
    Some(Link { url, title, published })
}

/// An address that a pretty-printer has broken over lines.
fn without_breaks(href: &str) -> String {
    href.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_full_width_brackets_does_not_break_it_off() {
        let rss = "<rss version=\"2.0\"><channel><item><link>https://a.example/1</link>
            <author>ana@a.example（安娜）</author></item></channel></rss>";
        let parsed = read(rss.as_bytes(), &About::default());
        assert_eq!(parsed.links.len(), 1, "{:?}", parsed.rejects);
        for written in ["&#xff08;", "&#XFF08;", "&#65288;", "&amp;#xff08;"] {
            let parsed = read(rss.replace('（', written).as_bytes(), &About::default());
            assert_eq!((parsed.links.len(), parsed.rejects.len()), (1, 0), "{written}");
        }
    }

    #[test]
    fn items_become_links_whatever_stands_before_the_declaration() {
        let rss = "\u{feff}\n   <?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>T</title>
            <item><title>One &amp;amp; more\n  of it</title><link>\n  https://a.example/1?x=1&amp;y=2</link>
              <pubDate>Wed, 29 Apr 2026 16:20:04 +0000</pubDate></item>
            <item><title>Two</title><guid>https://a.example/2</guid></item>
            <item><title>Again</title><link>https://a.example/2</link></item>
            <item><title>None</title><link>javascript:x</link></item></channel></rss>";
        let parsed = read(rss.as_bytes(), &About::default());
        let urls: Vec<&str> = parsed.links.iter().map(|link| link.url.as_str()).collect();
        assert_eq!(urls, ["https://a.example/1?x=1&y=2", "https://a.example/2"]);
        assert_eq!(parsed.links[0].title.as_deref(), Some("One & more of it"));
        assert_eq!(
            parsed.links[0].published.map(|day| day.to_string()).as_deref(),
            Some("2026-04-29")
        );
        assert_eq!(parsed.rejects.len(), 1);
        assert_eq!(parsed.rejects[0].place, "item 4");
    }

    #[test]
    fn a_wrong_charset_and_control_characters_do_not_hide_the_items() {
        let mut rss = b"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><item><title>Caf\xe9 \x0b</title>".to_vec();
        rss.extend(b"<link>/1</link></item></channel></rss>");
        let about = About { url: Some("https://a.example/feed/"), ..About::default() };
        let parsed = read(&rss, &about);
        assert_eq!(parsed.links[0].title.as_deref(), Some("Café"));
        assert_eq!(parsed.links[0].url, "https://a.example/1");
    }

    #[test]
    fn atom_and_json_feeds_are_read() {
        let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>urn:1</id><title type='html'>&lt;b>T&lt;/b></title>
            <link rel='enclosure' href='https://a.example/x.mp3'/><link rel='alternate' href='https://a.example/1'/>
            <updated>2025-01-02T03:04:05Z</updated></entry></feed>";
        let parsed = read(atom.as_bytes(), &About::default());
        assert_eq!(parsed.links.len(), 1, "{parsed:?}");
        assert_eq!(
            (parsed.links[0].url.as_str(), parsed.links[0].title.as_deref()),
            ("https://a.example/1", Some("T"))
        );
        let json = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "T",
            "items": [{"id": "1", "url": "https://a.example/1", "title": "T", "content_text": "x"}]}"#;
        assert_eq!(read(json.as_bytes(), &About::default()).links.len(), 1);
    }

    #[test]
    fn what_is_no_feed_is_one_reject() {
        for text in ["", "<html><body>x</body></html>", "<rss", "{}", "plain"] {
            let parsed = read(text.as_bytes(), &About::default());
            assert_eq!((parsed.links.len(), parsed.rejects.len()), (0, 1), "{text}");
        }
    }
}
