//! The settings as written: values with the place each came from, file and environment together.

use std::collections::{BTreeMap, BTreeSet};

use toml::de::{DeTable, DeValue};

use super::mistake::{Findings, Place};

/// A value with its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) value: Value,
    /// The text of a variable as it stood: `123` may be meant as text or as a number.
    pub(super) raw: Option<String>,
}

/// A value of TOML.
#[derive(Debug, Clone)]
pub(super) enum Value {
    String(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Array(Vec<Node>),
    Table(Table),
    /// What no setting takes, in words.
    Other(&'static str),
}

/// A table; each key with the place where it is written.
pub(super) type Table = BTreeMap<String, (Place, Node)>;

impl Node {
    pub(super) fn table(place: Place) -> Self {
        Self { place, value: Value::Table(Table::new()), raw: None }
    }

    /// The node at a path of keys and its key's place.
    pub(super) fn get(&self, path: &[&str]) -> Option<(&Place, &Self)> {
        let (first, rest) = path.split_first()?;
        let Value::Table(table) = &self.value else { return None };
        let (place, node) = table.get(*first)?;
        if rest.is_empty() { Some((place, node)) } else { node.get(rest) }
    }

    /// Takes away what stands at a path of keys and positions; whether anything stood there.
    pub(super) fn remove(&mut self, path: &[String]) -> bool {
        let Some((first, rest)) = path.split_first() else { return false };
        match &mut self.value {
            Value::Table(table) if rest.is_empty() => table.remove(first).is_some(),
            Value::Table(table) => table.get_mut(first).is_some_and(|(_, node)| node.remove(rest)),
            Value::Array(nodes) => match first.parse::<usize>() {
                Ok(at) if at < nodes.len() && rest.is_empty() => {
                    nodes.remove(at);
                    true
                }
                Ok(at) => nodes.get_mut(at).is_some_and(|node| node.remove(rest)),
                Err(_) => false,
            },
            _ => false,
        }
    }
}

/// Reads a file's text; what could be read is kept, every mistake of form is noted.
pub(super) fn parse(text: &str, findings: &mut Findings) -> Node {
    let (table, errors) = DeTable::parse_recoverable(text);
    let lines = Lines::new(text);
    let mut broken = BTreeSet::new();
    for error in errors {
        let place = error.span().map_or(Place::Whole, |span| lines.place(span.start));
        let what = error.message().lines().collect::<Vec<_>>().join(" ");
        let mend = if what.contains("duplicate") {
            "a key or table may stand only once; take one of them away"
        } else {
            "see `claimwatch config init` for the form"
        };
        if let Place::Line(line, _) = place {
            broken.insert(line);
        }
        findings.mistake(place, what, mend);
    }
    findings.broken_lines = broken;
    let table = DeValue::Table(table.into_inner());
    convert(table, &Place::Whole, &|offset| lines.place(offset))
}

/// Lays a variable's value over the tree. `keys` are lower case.
pub(super) fn overlay(root: &mut Node, variable: &str, keys: &[String], text: &str) {
    let Some((first, rest)) = keys.split_first() else { return };
    let place = Place::Env(variable.to_owned());
    if !matches!(root.value, Value::Table(_)) {
        *root = Node::table(place.clone());
    }
    let Value::Table(table) = &mut root.value else { return };
    // A shell's variable cannot hold a hyphen, a name can.
    let known = table.keys().find(|key| key.replace('-', "_") == *first).cloned();
    let key = known.unwrap_or_else(|| first.clone());
    if rest.is_empty() {
        table.insert(key, (place.clone(), scalar(place, text)));
    } else {
        let entry = table.entry(key);
        let (_, node) = entry.or_insert_with(|| (place.clone(), Node::table(place)));
        overlay(node, variable, rest, text);
    }
}

/// A variable's text as TOML where it is TOML, else as text.
fn scalar(place: Place, text: &str) -> Node {
    let line = format!("v = {text}");
    let value = DeTable::parse(&line).ok().and_then(|table| {
        let mut table = table.into_inner();
        let only = table.len() == 1;
        let value = table.remove("v")?.into_inner();
        let plain = !matches!(value, DeValue::Table(_) | DeValue::Datetime(_));
        (only && plain).then_some(value)
    });
    let mut node = match value {
        Some(value) => convert(value, &place, &|_| place.clone()),
        None => Node { place, value: Value::String(text.to_owned()), raw: None },
    };
    if !matches!(node.value, Value::String(_) | Value::Array(_)) {
        node.raw = Some(text.to_owned());
    }
    node
}

fn convert(value: DeValue<'_>, place: &Place, at: &dyn Fn(usize) -> Place) -> Node {
    let value = match value {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Value::Other("a number that cannot be read"), Value::Integer),
        DeValue::Float(number) => {
            number.as_str().parse().map_or(Value::Other("no number"), Value::Float)
        }
        DeValue::Boolean(truth) => Value::Boolean(truth),
        DeValue::Datetime(_) => Value::Other("a date"),
        DeValue::Array(values) => {
            let nodes = values.into_iter().map(|value| {
                let place = at(value.span().start);
                convert(value.into_inner(), &place, at)
            });
            Value::Array(nodes.collect())
        }
        DeValue::Table(table) => {
            let entries = table.into_iter().map(|(key, value)| {
                let (key_at, value_at) = (at(key.span().start), at(value.span().start));
                let node = convert(value.into_inner(), &value_at, at);
                (key.into_inner().into_owned(), (key_at, node))
            });
            Value::Table(entries.collect())
        }
    };
    Node { place: place.clone(), value, raw: None }
}

/// Tells an offset's line and column.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    fn place(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let before = self.text.get(start..offset).unwrap_or_default();
        Place::Line(line, before.chars().count() + 1)
    }
}
