//! `ClaimReview` in JSON as publishers write it: every field as text, object or list, anywhere in a
//! document, with references between the nodes of a graph.

use std::cell::Cell;
use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::dates;
use super::settle::{APPEARANCES_MAX, CITATIONS_MAX, SECTIONS_MAX};
use crate::claim::review::{Citation, Claim, ClaimReview, Party, Rating, Section};

/// Most claim reviews taken out of one JSON document that is read as a whole.
pub(super) const REVIEWS_MAX: usize = 200_000;
/// Most nodes a `{"@id": ...}` can point to in one document.
const NODES_MAX: usize = 10_000;
/// What references may add to a document: so many times its own weight, and so many bytes. A node
/// is written once and may be pointed to by every other.
const LENT_TIMES_MAX: usize = 4;
const LENT_BYTES_MAX: usize = 1024 * 1024;
/// Most parts of one list of names that are joined.
const JOINED_MAX: usize = 32;

type Node = Map<String, Value>;

/// A JSON-LD document whose nodes can be looked up.
pub(super) struct Graph<'a> {
    nodes: HashMap<&'a str, &'a Node>,
    /// Bytes that references may still add.
    lendable: Cell<usize>,
    /// Claim reviews in document order, each with its place.
    pub(super) reviews: Vec<(String, &'a Node)>,
    /// Articles and pages beside them, in document order.
    pub(super) articles: Vec<&'a Node>,
}

impl<'a> Graph<'a> {
    /// Finds everything in a document. `serde_json` has bounded its depth.
    pub(super) fn of(value: &'a Value) -> Self {
        let lendable = weight(value).saturating_mul(LENT_TIMES_MAX).saturating_add(LENT_BYTES_MAX);
        let mut graph = Self {
            nodes: HashMap::new(),
            lendable: Cell::new(lendable),
            reviews: Vec::new(),
            articles: Vec::new(),
        };
        graph.walk(value, "");
        graph
    }

    fn walk(&mut self, value: &'a Value, place: &str) {
        match value {
            Value::Array(list) => {
                for (number, inner) in list.iter().enumerate() {
                    if inner.is_object() || inner.is_array() {
                        self.walk(inner, &format!("{place}[{number}]"));
                    }
                }
            }
            Value::Object(node) => self.node(node, place),
            _ => {}
        }
    }

    fn node(&mut self, node: &'a Node, place: &str) {
        if let Some(Value::String(id)) = node.get("@id")
            && node.len() > 1
            && self.nodes.len() < NODES_MAX
        {
            self.nodes.entry(id).or_insert(node);
        }
        if is_claim_review(node) {
            if self.reviews.len() < REVIEWS_MAX {
                self.reviews.push((place.to_owned(), node));
            }
        } else if has_type(node, |name| name.ends_with("Article") || name == "BlogPosting") {
            self.articles.push(node);
        }
        for (key, inner) in node {
            if inner.is_object() || inner.is_array() {
                let dot = if place.is_empty() { "" } else { "." };
                self.walk(inner, &format!("{place}{dot}{key}"));
            }
        }
    }

    fn node_of(&self, value: &'a Value) -> Option<&'a Node> {
        let node = value.as_object()?;
        let id = node.get("@id").and_then(Value::as_str);
        match id.filter(|_| node.len() == 1).and_then(|id| self.nodes.get(id)) {
            Some(found) => {
                let weight = found.values().map(weight).sum();
                let left = self.lendable.get().checked_sub(weight)?;
                self.lendable.set(left);
                Some(found)
            }
            None => Some(node),
        }
    }

    /// The review a node describes, its texts still raw.
    pub(super) fn review(&self, node: &'a Node) -> ClaimReview {
        let get = |key: &str| node.get(key);
        ClaimReview {
            id: get("@id").and_then(Value::as_str).map(str::to_owned),
            url: self.page(node),
            name: get("name").and_then(text).or_else(|| get("headline").and_then(text)),
            claim_reviewed: get("claimReviewed").and_then(joined),
            abstract_: get("abstract").and_then(text).or_else(|| get("description").and_then(text)),
            review_body: ["reviewBody", "articleBody", "text"]
                .iter()
                .find_map(|key| text(get(key)?)),
            author: ["author", "publisher", "creator"].iter().find_map(|key| self.party(get(key)?)),
            date_published: ["datePublished", "dateCreated"].iter().find_map(|key| day(get(key)?)),
            date_modified: get("dateModified").and_then(day),
            in_language: get("inLanguage").and_then(language),
            review_rating: get("reviewRating").and_then(|value| self.rating(value)),
            item_reviewed: get("itemReviewed").map(|value| self.item(value)),
            citation: get("citation").map(|value| self.citations(value)).unwrap_or_default(),
            has_part: get("hasPart").map(sections).unwrap_or_default(),
        }
    }

    fn page(&self, node: &'a Node) -> Option<String> {
        if let Some(url) = ["url", "mainEntityOfPage"].iter().find_map(|key| url(node.get(*key)?)) {
            return Some(url);
        }
        let id = node.get("@id")?.as_str()?;
        id.starts_with("http").then(|| id.split('#').next().unwrap_or(id).to_owned())
    }

    fn party(&self, value: &'a Value) -> Option<Party> {
        let party = match value {
            Value::Array(list) => {
                let all: Vec<Party> =
                    list.iter().take(JOINED_MAX).filter_map(|one| self.party(one)).collect();
                let names: Vec<&str> = all.iter().filter_map(|one| one.name.as_deref()).collect();
                Party {
                    name: (!names.is_empty()).then(|| names.join(", ")),
                    url: all.iter().find_map(|one| one.url.clone()),
                }
            }
            Value::Object(_) => {
                let node = self.node_of(value)?;
                Party {
                    name: node.get("name").and_then(joined),
                    url: ["url", "sameAs", "@id"].iter().find_map(|key| url(node.get(*key)?)),
                }
            }
            other => Party { name: text(other), url: None },
        };
        (party.name.is_some() || party.url.is_some()).then_some(party)
    }

    fn rating(&self, value: &'a Value) -> Option<Rating> {
        match value {
            Value::Array(list) => list.iter().find_map(|one| self.rating(one)),
            Value::Object(_) => {
                let node = self.node_of(value)?;
                let get = |key: &str| node.get(key).and_then(text);
                Some(Rating {
                    alternate_name: get("alternateName").or_else(|| get("name")),
                    rating_value: get("ratingValue"),
                    best_rating: get("bestRating"),
                    worst_rating: get("worstRating"),
                })
            }
            other => Some(Rating { alternate_name: text(other), ..Rating::default() }),
        }
    }

    fn item(&self, value: &'a Value) -> Claim {
        let first = match value {
            Value::Array(list) => list.iter().find(|one| one.is_object()),
            other => Some(other),
        };
        let Some(node) = first.and_then(|first| self.node_of(first)) else {
            return Claim::default();
        };
        let mut appearance = Vec::new();
        for key in ["appearance", "url", "sameAs", "firstAppearance"] {
            for found in node.get(key).map(urls).unwrap_or_default() {
                if key != "firstAppearance" && appearance.len() < APPEARANCES_MAX {
                    appearance.push(found);
                }
            }
        }
        let mut author = node.get("author").and_then(|author| self.party(author));
        // An old habit: the post that made the claim stands as its author's address.
        if let Some(url) = author.as_mut().and_then(|author| author.url.take_if(|url| is_post(url)))
        {
            appearance.push(url);
        }
        Claim {
            author,
            date_published: node.get("datePublished").and_then(day),
            first_appearance: node.get("firstAppearance").and_then(url),
            appearance,
        }
    }

    fn citations(&self, value: &'a Value) -> Vec<Citation> {
        let list = match value {
            Value::Array(list) => list.as_slice(),
            one => std::slice::from_ref(one),
        };
        list.iter().take(CITATIONS_MAX).map(|one| self.citation(one)).collect()
    }

    fn citation(&self, value: &'a Value) -> Citation {
        match self.node_of(value) {
            Some(node) => Citation {
                name: ["name", "headline", "text", "alternateName"]
                    .iter()
                    .find_map(|key| text(node.get(*key)?)),
                url: ["url", "@id", "sameAs"].iter().find_map(|key| url(node.get(*key)?)),
            },
            None => match text(value) {
                Some(text) if text.starts_with("http://") || text.starts_with("https://") => {
                    Citation { name: None, url: Some(text) }
                }
                name => Citation { name, url: None },
            },
        }
    }
}

/// Bytes of everything in a value, roughly.
pub(super) fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 1,
        Value::Array(list) => list.iter().map(weight).sum::<usize>() + 1,
        Value::Object(node) => node.iter().map(|(key, value)| key.len() + weight(value)).sum(),
        _ => 1,
    }
}

/// Whether an address is one post's rather than a person's or an organisation's.
fn is_post(url: &str) -> bool {
    [
        "/posts/",
        "/videos/",
        "/status/",
        "/p/",
        "/reel/",
        "/video/",
        "watch?v=",
        "story_fbid=",
        "fbid=",
        "archive.",
    ]
    .iter()
    .any(|mark| url.contains(mark))
}

/// Whether a node is a claim review: by its type, or (without a type) by what it says it reviews.
pub(super) fn is_claim_review(node: &Node) -> bool {
    if node.contains_key("@type") || node.contains_key("type") {
        has_type(node, |name| name == "ClaimReview")
    } else {
        node.get("claimReviewed").is_some_and(|claim| claim.is_string() || claim.is_array())
    }
}

fn has_type(node: &Node, is_wanted: impl Fn(&str) -> bool) -> bool {
    let bare = |name: &str| is_wanted(name.rsplit(['/', '#', ':']).next().unwrap_or(name));
    match node.get("@type").or_else(|| node.get("type")) {
        Some(Value::String(name)) => bare(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(bare),
        _ => false,
    }
}

/// Text in whatever wrapping: plain, number, `{"@value": ...}`, the first of a list.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => (!text.trim().is_empty()).then(|| text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(list) => list.iter().find_map(text),
        Value::Object(node) => {
            ["@value", "name", "text"].iter().find_map(|key| text(node.get(*key)?))
        }
        Value::Bool(_) | Value::Null => None,
    }
}

/// The texts of a list, joined; anything else as [`text`].
fn joined(value: &Value) -> Option<String> {
    let Value::Array(list) = value else { return text(value) };
    let parts: Vec<String> = list.iter().take(JOINED_MAX).filter_map(text).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// An address in whatever wrapping: plain, `{"url": ...}`, `{"@id": ...}`, the first of a list.
fn url(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => (!text.trim().is_empty()).then(|| text.clone()),
        Value::Array(list) => list.iter().find_map(url),
        Value::Object(node) => ["url", "@id", "@value"].iter().find_map(|key| url(node.get(*key)?)),
        _ => None,
    }
}

fn urls(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().take(APPEARANCES_MAX).filter_map(url).collect(),
        one => url(one).into_iter().collect(),
    }
}

fn day(value: &Value) -> Option<NaiveDate> {
    text(value).as_deref().and_then(dates::day)
}

fn language(value: &Value) -> Option<String> {
    match value {
        Value::Object(node) => {
            ["alternateName", "identifier", "name"].iter().find_map(|key| text(node.get(*key)?))
        }
        other => text(other),
    }
}

fn sections(value: &Value) -> Vec<Section> {
    let list = match value {
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    let section = |one: &Value| {
        let node = one.as_object()?;
        let get = |key: &str| node.get(key).and_then(text);
        let name = get("name").or_else(|| get("headline"));
        Some(Section { name, text: get("text").or_else(|| get("articleBody"))? })
    };
    list.iter()
        .filter(|one| !one.as_object().is_some_and(is_claim_review))
        .filter_map(section)
        .take(SECTIONS_MAX)
        .collect()
}

/// Title, summary, text, days and language of an article node, for a review that lacks them.
pub(super) fn article(graph: &Graph<'_>, node: &Node) -> ClaimReview {
    let get = |key: &str| node.get(key).and_then(text);
    ClaimReview {
        name: get("headline").or_else(|| get("name")),
        abstract_: get("abstract").or_else(|| get("description")),
        review_body: get("articleBody"),
        date_published: node.get("datePublished").and_then(day),
        date_modified: node.get("dateModified").and_then(day),
        in_language: node.get("inLanguage").and_then(language),
        author: node
            .get("publisher")
            .and_then(|value| {
                let node = value.as_object()?;
                let id = node.get("@id").and_then(Value::as_str);
                let node = id.and_then(|id| graph.nodes.get(id).copied()).unwrap_or(node);
                Some(Party { name: node.get("name").and_then(text), url: None })
            })
            .filter(|party| party.name.is_some()),
        ..ClaimReview::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn only(value: &Value) -> ClaimReview {
        let graph = Graph::of(value);
        assert_eq!(graph.reviews.len(), 1, "{value}");
        graph.review(graph.reviews[0].1)
    }

    #[test]
    fn every_field_is_read_as_text_object_or_list() {
        let review = only(&json!({"@graph": [
            {"@type": "Organization", "@id": "#org", "name": "The Desk", "url": "https://desk.example"},
            {"@context": "http://schema.org", "@type": ["Review", "ClaimReview"],
             "url": ["https://desk.example/1"], "claimReviewed": ["The moon is cheese"],
             "author": {"@id": "#org"}, "datePublished": "26 May 2015", "inLanguage": {"name": "English"},
             "reviewRating": {"ratingValue": 1, "bestRating": "5", "alternateName": {"@value": "Falso"}},
             "itemReviewed": [{"@type": "Claim", "author": [{"name": "A"}, "B"],
                "firstAppearance": {"url": "https://posts.example/1"},
                "appearance": ["https://posts.example/2", {"url": "https://posts.example/3"}]}],
             "citation": ["A book", "https://s.example", {"name": "N", "url": "https://n.example"}],
             "hasPart": [{"name": "H", "text": "T"}, {"name": "empty"}]}]}));
        assert_eq!(review.author.expect("author").name.as_deref(), Some("The Desk"));
        assert_eq!(review.claim_reviewed.as_deref(), Some("The moon is cheese"));
        let rating = review.review_rating.expect("rating");
        assert_eq!(
            (rating.alternate_name.as_deref(), rating.rating_value.as_deref()),
            (Some("Falso"), Some("1"))
        );
        let item = review.item_reviewed.expect("item");
        assert_eq!(item.author.expect("author").name.as_deref(), Some("A, B"));
        assert_eq!(item.first_appearance.as_deref(), Some("https://posts.example/1"));
        assert_eq!(item.appearance, ["https://posts.example/2", "https://posts.example/3"]);
        assert_eq!(review.citation[1].url.as_deref(), Some("https://s.example"));
        assert_eq!(review.has_part.len(), 1);
        assert_eq!(review.date_published.map(|day| day.to_string()).as_deref(), Some("2015-05-26"));
    }

    #[test]
    fn what_many_point_to_is_not_copied_for_ever() {
        let name = "n".repeat(100_000);
        let one = json!({"@type": "ClaimReview", "claimReviewed": "x", "author": {"@id": "#a"}});
        let all = json!([{"@id": "#a", "name": name}, vec![one; 1_000]]);
        let graph = Graph::of(&all);
        let reviews: Vec<ClaimReview> =
            graph.reviews.iter().map(|(_, node)| graph.review(node)).collect();
        let named = reviews.iter().filter(|review| review.author.is_some()).count();
        assert_eq!(reviews.len(), 1_000);
        assert!((10..30).contains(&named), "{named}");
    }

    #[test]
    fn reviews_are_found_wherever_they_are_nested() {
        let one = json!({"@type": "ClaimReview", "claimReviewed": "x"});
        for value in [
            json!([[&one]]),
            json!({"mainEntity": &one}),
            json!({"dataFeedElement": [{"item": [&one]}]}),
            json!({"@type": "NewsArticle", "review": {"@graph": [&one]}}),
            json!({"@type": "http://schema.org/ClaimReview", "claimReviewed": "x"}),
            json!({"claimReviewed": "x"}),
        ] {
            assert_eq!(only(&value).claim_reviewed.as_deref(), Some("x"));
        }
        assert!(Graph::of(&json!({"@type": "Review", "claimReviewed": "x"})).reviews.is_empty());
    }
}
