//! Feeds that are not quite feeds: no version, no name space, unknown content types, cut off in the
//! middle. Only what a link needs is looked for; everything else is passed over.

use chrono::NaiveDate;
use quick_xml::events::{BytesStart, Event};

use super::dates;
use crate::xml;

/// Longest text of one element; what is longer is cut.
const TEXT_BYTES_MAX: usize = 8_192;

/// What an item says about its page, still raw.
#[derive(Debug, Default)]
pub(super) struct Item {
    pub(super) title: String,
    /// Addresses, the likeliest first.
    pub(super) links: Vec<String>,
    pub(super) published: Option<NaiveDate>,
}

/// The items of a feed; empty if it has none.
pub(super) fn items(text: &str, items_max: usize) -> Vec<Item> {
    let mut reader = xml::reader(text);
    let mut found = Vec::new();
    let mut item: Option<Item> = None;
    let mut inner = String::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) => {
                begin(&tag, &mut item);
                if is_field(&name(&tag)) {
                    inner.clear();
                }
            }
            Event::Empty(tag) => begin(&tag, &mut item),
            Event::Text(piece) => push(&mut inner, &piece),
            Event::CData(piece) => push(&mut inner, &piece),
            Event::GeneralRef(name) => push(&mut inner, &format!("&{};", &*name)),
            // By its own name: what is left open inside must not swallow the item.
            Event::End(tag) => {
                let name = tag.local_name().as_ref().to_lowercase();
                if is_item(&name) {
                    found.extend(item.take());
                } else if is_field(&name) {
                    let text = std::mem::take(&mut inner);
                    if let Some(item) = &mut item {
                        item.field(&name, &text);
                    }
                }
            }
            Event::Eof => break,
            _ => {}
        }
        if found.len() >= items_max {
            break;
        }
    }
    // The last one of a feed that was cut off.
    found.extend(item.filter(|item| !item.links.is_empty()));
    found
}

fn name(tag: &BytesStart<'_>) -> String {
    tag.local_name().as_ref().to_lowercase()
}

fn is_item(name: &str) -> bool {
    name == "item" || name == "entry"
}

fn is_field(name: &str) -> bool {
    const FIELDS: [&str; 10] = [
        "title",
        "link",
        "guid",
        "id",
        "pubdate",
        "published",
        "issued",
        "updated",
        "modified",
        "date",
    ];
    FIELDS.contains(&name)
}

fn push(inner: &mut String, piece: &str) {
    if inner.len() + piece.len() <= TEXT_BYTES_MAX {
        inner.push_str(piece);
    }
}

/// A tag begins: an item, or an Atom link, which says everything in its attributes.
fn begin(tag: &BytesStart<'_>, item: &mut Option<Item>) {
    let name = name(tag);
    if is_item(&name) {
        *item = Some(Item::default());
        return;
    }
    let (Some(item), "link") = (item, name.as_str()) else { return };
    let get = |key: &str| {
        let mut attributes = tag.attributes();
        attributes
            .with_checks(false)
            .flatten()
            .filter(|attribute| attribute.key.local_name().as_ref() == key)
            .map(|attribute| attribute.value.to_string())
            .next()
    };
    let rel = get("rel").unwrap_or_default();
    if let Some(href) = get("href")
        && matches!(rel.as_str(), "" | "alternate")
    {
        item.links.insert(0, href);
    }
}

impl Item {
    fn field(&mut self, name: &str, text: &str) {
        match name {
            "title" if self.title.is_empty() => text.clone_into(&mut self.title),
            "link" if !text.trim().is_empty() => self.links.insert(0, text.to_owned()),
            "guid" | "id" if text.trim().starts_with("http") => self.links.push(text.to_owned()),
            "pubdate" | "published" | "issued" | "updated" | "modified" | "date" => {
                self.published = self.published.or_else(|| dates::day(text));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_strict_reader_refuses_still_gives_its_items() {
        let text =
            "<rss><channel><item><title>A &eacute; <b>b</title><link>https://a.example/1</link>
            <pubDate>26 May 2015</pubDate><body type='application/x'>&bogus;</body></item>
            <entry><link rel='edit' href='/no'/><link href='https://a.example/2'/></entry>
            <item><guid>https://a.example/3</guid><title>cut o";
        let found = items(text, 10);
        let links: Vec<&str> =
            found.iter().flat_map(|item| &item.links).map(String::as_str).collect();
        assert_eq!(links, ["https://a.example/1", "https://a.example/2", "https://a.example/3"]);
        assert!(found[0].published.is_some());
        assert_eq!(items(text, 1).len(), 1);
        assert!(items("<html><body>x</body></html>", 10).is_empty());
    }
}
