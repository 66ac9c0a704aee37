//! Microdata: `itemscope`, `itemtype`, `itemprop` as the JSON-LD they stand for.

use dom_query::{Document, NodeRef};
use serde_json::{Map, Value};

use super::blocks;
use super::claimreview::weight;

/// Most claim reviews read as microdata from one page.
const ITEMS_MAX: usize = 256;
/// Deepest nesting of items.
const DEPTH_MAX: usize = 8;
/// Most properties of one item.
const PROPERTIES_MAX: usize = 256;
/// Most bytes of text, and most nodes looked at for it, of all properties of a page. Properties
/// stand within properties, and items within items: each has the text of all that is in it.
const TEXT_BYTES_MAX: usize = 8 * 1024 * 1024;
const NODES_MAX: usize = 500_000;

/// The claim reviews of a page.
pub(super) fn reviews(document: &Document) -> Vec<Value> {
    let mut left = Left { bytes: TEXT_BYTES_MAX, nodes: NODES_MAX };
    document
        .select("[itemscope][itemtype*='ClaimReview']")
        .nodes()
        .iter()
        .take(ITEMS_MAX)
        .map(|node| Value::Object(item(node, 0, &mut left)))
        .collect()
}

/// What may still be read.
struct Left {
    bytes: usize,
    nodes: usize,
}

impl Left {
    /// Takes so many bytes off; `false` if there are not so many left.
    fn takes(&mut self, bytes: usize) -> bool {
        let enough = self.bytes >= bytes;
        self.bytes = self.bytes.saturating_sub(bytes);
        enough
    }

    fn text(&mut self, text: String) -> Value {
        if self.takes(text.len()) { Value::from(text) } else { Value::Null }
    }
}

fn item(node: &NodeRef<'_>, depth: usize, left: &mut Left) -> Map<String, Value> {
    let mut found = Map::new();
    if let Some(kind) = node.attr("itemtype") {
        let kinds = kind.split_whitespace().map(|kind| Value::from(kind.to_owned())).collect();
        found.insert("@type".to_owned(), Value::Array(kinds));
    }
    if let Some(id) = node.attr("itemid") {
        found.insert("@id".to_owned(), Value::from(id.to_string()));
    }
    if depth >= DEPTH_MAX {
        return found;
    }
    let mut count = 0;
    let mut next = node.first_child();
    while let Some(inner) = next {
        let mut descends = true;
        if let Some(names) = inner.attr("itemprop") {
            count += 1;
            let value = value(&inner, depth, left);
            for (copy, name) in names.split_whitespace().take(4).enumerate() {
                if copy == 0 || left.takes(weight(&value)) {
                    add(&mut found, name, value.clone());
                }
            }
        }
        if inner.has_attr("itemscope") {
            descends = false;
        }
        left.nodes = left.nodes.saturating_sub(1);
        if count > PROPERTIES_MAX || left.nodes == 0 || left.bytes == 0 {
            break;
        }
        next = following(&inner, node, descends);
    }
    found
}

/// The next node in document order inside `root`.
fn following<'a>(node: &NodeRef<'a>, root: &NodeRef<'a>, descends: bool) -> Option<NodeRef<'a>> {
    if descends && let Some(child) = node.first_child() {
        return Some(child);
    }
    let mut leaving = *node;
    loop {
        if leaving.id == root.id {
            return None;
        }
        if let Some(sibling) = leaving.next_sibling() {
            return Some(sibling);
        }
        leaving = leaving.parent()?;
    }
}

fn value(node: &NodeRef<'_>, depth: usize, left: &mut Left) -> Value {
    if node.has_attr("itemscope") {
        return Value::Object(item(node, depth + 1, left));
    }
    let name = node.node_name().unwrap_or_default();
    let attribute = match &*name {
        "a" | "link" | "area" => "href",
        "time" => "datetime",
        "data" | "meter" => "value",
        _ => "content",
    };
    if let Some(value) = node.attr("content").or_else(|| node.attr(attribute)) {
        return left.text(value.to_string());
    }
    let blocks = blocks::of_tree_within(node, None, &mut left.nodes);
    let texts: Vec<String> = blocks.into_iter().map(|block| block.text).collect();
    left.text(texts.join("\n"))
}

/// A property given twice is a list.
fn add(found: &mut Map<String, Value>, name: &str, value: Value) {
    match found.get_mut(name) {
        None => {
            found.insert(name.to_owned(), value);
        }
        Some(Value::Array(list)) => list.push(value),
        Some(first) => {
            let list = vec![first.take(), value];
            *first = Value::Array(list);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_within_properties_share_one_bound() {
        let text = "word ".repeat(40_000);
        let open = "<div itemscope itemtype='http://schema.org/ClaimReview' itemprop=review>";
        let inner = "<span itemprop='a b c d'>".repeat(100);
        let page = format!("{}{inner}<p>{text}", open.repeat(10));
        let found = reviews(&Document::from(page.as_str()));
        assert_eq!(found.len(), 10);
        let bytes: usize = found.iter().map(weight).sum();
        assert!((text.len()..2 * TEXT_BYTES_MAX).contains(&bytes), "{bytes}");

        let empty = "<i></i>".repeat(50_000);
        let page = format!("{open}{inner}{empty}");
        let mut left = Left { bytes: TEXT_BYTES_MAX, nodes: NODES_MAX };
        let document = Document::from(page.as_str());
        let first = document.select_single("[itemscope]");
        item(first.nodes().first().expect("an item"), 0, &mut left);
        assert_eq!(left.nodes, 0);
    }
}
