//! Microdata: `itemscope`, `itemtype`, `itemprop` as the JSON-LD they stand for.

use dom_query::{Document, NodeRef};
use serde_json::{Map, Value};

use super::blocks;

/// Most claim reviews read as microdata from one page.
const ITEMS_MAX: usize = 256;
/// Deepest nesting of items.
const DEPTH_MAX: usize = 8;
/// Most properties of one item.
const PROPERTIES_MAX: usize = 256;

/// The claim reviews of a page.
pub(super) fn reviews(document: &Document) -> Vec<Value> {
    document
        .select("[itemscope][itemtype*='ClaimReview']")
        .nodes()
        .iter()
        .take(ITEMS_MAX)
        .map(|node| Value::Object(item(node, 0)))
        .collect()
}

fn item(node: &NodeRef<'_>, depth: usize) -> Map<String, Value> {
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
            let value = value(&inner, depth);
            for name in names.split_whitespace().take(4) {
                add(&mut found, name, value.clone());
            }
        }
        if inner.has_attr("itemscope") {
            descends = false;
        }
        if count > PROPERTIES_MAX {
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

fn value(node: &NodeRef<'_>, depth: usize) -> Value {
    if node.has_attr("itemscope") {
        return Value::Object(item(node, depth + 1));
    }
    let name = node.node_name().unwrap_or_default();
    let attribute = match &*name {
        "a" | "link" | "area" => "href",
        "time" => "datetime",
        "data" | "meter" => "value",
        _ => "content",
    };
    if let Some(value) = node.attr("content").or_else(|| node.attr(attribute)) {
        return Value::from(value.to_string());
    }
    let texts: Vec<String> =
        blocks::of_tree(node, None).into_iter().map(|block| block.text).collect();
    Value::from(texts.join("\n"))
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
