//! Sitemaps and indexes of sitemaps, with the news extension. Entities a document defines itself
//! are never expanded.

use quick_xml::events::Event;
use url::Url;

use super::address::address;
use super::feed::LINK_TITLE_CHARS_MAX;
use super::{About, Link, Parsed, charset, dates, plain};
use crate::xml::{self, XML_DEPTH_MAX};

/// Longest sitemap read; the protocol allows 50 MB.
pub(super) const SITEMAP_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Most entries of one sitemap, as the protocol has it.
pub(super) const ENTRIES_MAX: usize = 50_000;
/// Longest text of one element; what is longer is cut.
const TEXT_BYTES_MAX: usize = 4_096;

#[derive(Default)]
struct Entry {
    loc: String,
    title: String,
    news_date: String,
    lastmod: String,
}

pub(super) fn read(bytes: &[u8], about: &About<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    if bytes.len() > SITEMAP_BYTES_MAX {
        parsed.reject("sitemap", format!("longer than {SITEMAP_BYTES_MAX} bytes"));
        return parsed;
    }
    let text = charset::decoded(bytes, about.content_type);
    let text = xml::without_declaration(&text);
    if let Err(reason) = walk(&text, about.base().as_ref(), &mut parsed) {
        parsed.reject("sitemap", reason);
    }
    if parsed.links.is_empty() && parsed.sitemaps.is_empty() && parsed.rejects.is_empty() {
        parsed.reject("sitemap", "no address in it");
    }
    parsed
}

fn walk(text: &str, base: Option<&Url>, parsed: &mut Parsed) -> Result<(), String> {
    let mut reader = xml::reader(text);
    let mut open: Vec<String> = Vec::new();
    let mut entry = Entry::default();
    let mut count = 0;
    loop {
        match reader.read_event().map_err(|error| format!("not XML: {error}"))? {
            Event::Start(tag) => {
                let name = tag.local_name().as_ref().to_lowercase();
                if name == "url" || name == "sitemap" {
                    entry = Entry::default();
                }
                open.push(name);
                if open.len() > XML_DEPTH_MAX {
                    return Err(format!("elements nested deeper than {XML_DEPTH_MAX}"));
                }
            }
            Event::Text(piece) => entry.push(&open, &piece),
            Event::CData(piece) => entry.push(&open, &piece),
            Event::GeneralRef(name) => {
                entry.push(&open, &format!("&{};", &*name));
            }
            Event::End(_) => {
                let name = open.pop().unwrap_or_default();
                if name == "url" || name == "sitemap" {
                    count += 1;
                    if count > ENTRIES_MAX {
                        return Err(format!("only {ENTRIES_MAX} entries are read"));
                    }
                    std::mem::take(&mut entry).keep(&name, count, base, parsed);
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

impl Entry {
    /// Adds text to the field it stands in. An image's or a video's `loc` is not the page's.
    fn push(&mut self, open: &[String], piece: &str) {
        let parent = open.len().checked_sub(2).and_then(|place| open.get(place));
        let field = match (parent.map(String::as_str), open.last().map(String::as_str)) {
            (Some("url" | "sitemap"), Some("loc")) => &mut self.loc,
            (Some("url" | "sitemap"), Some("lastmod")) => &mut self.lastmod,
            (Some("news"), Some("title")) => &mut self.title,
            (Some("news"), Some("publication_date")) => &mut self.news_date,
            _ => return,
        };
        if field.len() + piece.len() <= TEXT_BYTES_MAX {
            field.push_str(piece);
        }
    }

    fn keep(self, kind: &str, count: usize, base: Option<&Url>, parsed: &mut Parsed) {
        let Some(url) = address(&self.loc, base) else {
            let shown = plain::cut(self.loc.trim(), 120);
            parsed.reject(
                format!("entry {count}"),
                format!("{shown:?} is not an http or https address"),
            );
            return;
        };
        if kind == "sitemap" {
            parsed.sitemaps.push(url);
            return;
        }
        parsed.links.push(Link {
            url,
            title: plain::line(&self.title, LINK_TITLE_CHARS_MAX),
            published: dates::day(&self.news_date).or_else(|| dates::day(&self.lastmod)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_child_maps_are_told_apart() {
        let map = "\n<?xml version='1.0'?><sm:urlset xmlns:sm='s' xmlns:image='i' xmlns:news='n'>
            <sm:url><sm:loc> https://a.example/1?x=1&amp;y=2 </sm:loc><lastmod>2022-03-28</lastmod>
              <image:image><image:loc>https://a.example/1.png</image:loc></image:image></sm:url>
            <url><loc><![CDATA[/2]]></loc><news:news><news:publication_date>2025-02-03T04:05:06Z</news:publication_date>
              <news:title>T &quot;x&quot;</news:title></news:news></url>
            <url><loc>mailto:x</loc></url></sm:urlset>";
        let about = About { url: Some("https://a.example/sitemap.xml"), ..About::default() };
        let parsed = read(map.as_bytes(), &about);
        let urls: Vec<&str> = parsed.links.iter().map(|link| link.url.as_str()).collect();
        assert_eq!(urls, ["https://a.example/1?x=1&y=2", "https://a.example/2"]);
        assert_eq!(
            parsed.links[0].published.map(|day| day.to_string()).as_deref(),
            Some("2022-03-28")
        );
        assert_eq!(parsed.links[1].title.as_deref(), Some("T \"x\""));
        assert_eq!(parsed.rejects[0].place, "entry 3");
        let index = "<sitemapindex><sitemap><loc>https://a.example/s1.xml.gz</loc></sitemap></sitemapindex>";
        assert_eq!(read(index.as_bytes(), &about).sitemaps, ["https://a.example/s1.xml.gz"]);
    }

    #[test]
    fn entries_depth_and_own_entities_are_bounded() {
        let many = format!(
            "<urlset>{}",
            "<url><loc>https://a.example/</loc></url>".repeat(ENTRIES_MAX + 5)
        );
        let parsed = read(many.as_bytes(), &About::default());
        assert_eq!((parsed.links.len(), parsed.rejects.len()), (ENTRIES_MAX, 1));
        assert_eq!(read("<a>".repeat(50_000).as_bytes(), &About::default()).rejects.len(), 1);
        let laughs = "<!DOCTYPE x [<!ENTITY a 'hahahaha'><!ENTITY b '&a;&a;&a;&a;'>]>
            <urlset><url><loc>https://a.example/&b;</loc></url></urlset>";
        let parsed = read(laughs.as_bytes(), &About::default());
        assert!(parsed.links.iter().all(|link| !link.url.contains("haha")), "{parsed:?}");
    }
}
