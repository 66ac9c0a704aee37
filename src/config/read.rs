//! Reads one table into its settings: every mistake in it is found, not only the first.

use std::fmt::Display;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;

use super::mistake::{Findings, Place, nearest};
use super::tree::{Node, Value};

/// Most mistakes that are looked for in one table.
const ROUNDS_MAX: usize = 200;

/// Reads a table. A mistake is noted, what caused it is taken away, and the table is read again.
pub(super) fn table<T: DeserializeOwned + Default>(
    name: &str,
    mut node: Node,
    findings: &mut Findings,
) -> T {
    for _ in 0..ROUNDS_MAX {
        match T::deserialize(Reader(&node)) {
            Ok(settings) => return settings,
            Err(fault) => {
                let place = fault.place.unwrap_or_else(|| node.place.clone());
                let key: Vec<&str> = fault.path.iter().map(String::as_str).collect();
                let (what, mend) = words(name, &key, &fault.what);
                findings.mistake(place, what, mend);
                if !node.remove(&fault.path) {
                    break;
                }
            }
        }
    }
    T::default()
}

/// What a mistake is called and how it is mended.
fn words(table: &str, path: &[&str], what: &What) -> (String, String) {
    // Positions in lists are told by their line and column.
    let keys: Vec<&str> =
        path.iter().copied().filter(|key| key.parse::<usize>().is_err()).collect();
    let key =
        if keys.is_empty() { table.to_owned() } else { format!("{table}.{}", keys.join(".")) };
    match what {
        What::UnknownKey { known } => {
            let last = keys.last().copied().unwrap_or_default();
            let mend = match nearest(last, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", known.join(", ")),
            };
            (format!("unknown key `{key}`"), mend)
        }
        What::UnknownWord { found, known } => {
            let mend = match nearest(found, known.iter().copied()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("write one of {}", quoted(known)),
            };
            (format!("`{key}` is {found:?}"), mend)
        }
        What::Type { found, expected } => {
            (format!("`{key}` is {found}"), format!("write {}", plain(expected, &keys)))
        }
        What::Other(message) => {
            (format!("`{key}`: {message}"), format!("write {}", plain("", &keys)))
        }
    }
}

fn quoted(known: &[&str]) -> String {
    known.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}

/// What is expected, in words of the configuration instead of those of the language.
fn plain(expected: &str, keys: &[&str]) -> String {
    let words = match (keys.last().copied().unwrap_or_default(), expected) {
        ("listen", _) => "an address and a port, such as \"127.0.0.1:8080\"",
        ("topics" | "high" | "normal" | "low", _) | ("digest", "i64") => {
            "topics by their numbers, such as { high = 12, normal = 34 }"
        }
        ("to", _) => "a mail address, or several in square brackets",
        ("moderators" | "watch", _) => "a chat's number or \"@name\"",
        (_, "a string" | "string" | "str") => "text in quotes",
        (_, "a boolean" | "bool") => "true or false",
        (_, "u8" | "u16" | "u32" | "u64" | "usize") => "a whole number that is not negative",
        (_, "i64") => "a whole number",
        (_, "f64" | "f32") => "a number such as 0.9",
        (_, "a sequence") => "a list in square brackets",
        (_, text) if text.starts_with("struct ") => "a table of its own",
        (_, "") => "it as `claimwatch config init` shows",
        (_, text) => text,
    };
    words.to_owned()
}

/// A mistake while one table is read.
#[derive(Debug)]
struct Fault {
    path: Vec<String>,
    place: Option<Place>,
    what: What,
}

#[derive(Debug)]
enum What {
    UnknownKey { known: &'static [&'static str] },
    UnknownWord { found: String, known: &'static [&'static str] },
    Type { found: String, expected: String },
    Other(String),
}

impl Fault {
    fn new(what: What) -> Self {
        Self { path: Vec::new(), place: None, what }
    }

    fn under(mut self, key: &str, place: &Place) -> Self {
        self.path.insert(0, key.to_owned());
        self.place.get_or_insert_with(|| place.clone());
        self
    }
}

impl Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {:?}", self.path.join("."), self.what)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<M: Display>(message: M) -> Self {
        Self::new(What::Other(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Bool(_) => "true or false",
            Unexpected::Unsigned(_) | Unexpected::Signed(_) => "a whole number",
            Unexpected::Float(_) => "a number with a fraction",
            Unexpected::Str(_) => "text",
            Unexpected::Seq => "a list",
            Unexpected::Map => "a table",
            Unexpected::Other(other) => other,
            _ => "something else",
        };
        Self::new(What::Type { found: found.to_owned(), expected: expected.to_string() })
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Unsigned(number) => number.to_string(),
            Unexpected::Signed(number) => number.to_string(),
            other => other.to_string(),
        };
        Self::new(What::Type { found, expected: expected.to_string() })
    }

    fn unknown_variant(found: &str, known: &'static [&'static str]) -> Self {
        Self::new(What::UnknownWord { found: found.to_owned(), known })
    }

    fn unknown_field(_: &str, known: &'static [&'static str]) -> Self {
        Self::new(What::UnknownKey { known })
    }
}

struct Reader<'a>(&'a Node);

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.0.value {
            Value::String(text) => visitor.visit_str(text),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Boolean(truth) => visitor.visit_bool(*truth),
            Value::Array(nodes) => visitor.visit_seq(Elements { nodes, at: 0 }),
            Value::Table(table) => {
                visitor.visit_map(Entries { entries: table.iter(), current: None })
            }
            Value::Other(what) => Err(de::Error::invalid_type(Unexpected::Other(what), &visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.0.raw {
            Some(text) => visitor.visit_str(text),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match &self.0.value {
            Value::String(text) => {
                let word: StrDeserializer<'_, Fault> = text.as_str().into_deserializer();
                visitor.visit_enum(word)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Elements<'a> {
    nodes: &'a [Node],
    at: usize,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        let Some(node) = self.nodes.get(self.at) else { return Ok(None) };
        self.at += 1;
        let read = seed.deserialize(Reader(node));
        read.map(Some).map_err(|fault| fault.under(&(self.at - 1).to_string(), &node.place))
    }
}

struct Entries<'a> {
    entries: std::collections::btree_map::Iter<'a, String, (Place, Node)>,
    current: Option<(&'a str, &'a Node)>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let Some((key, (place, node))) = self.entries.next() else { return Ok(None) };
        self.current = Some((key, node));
        let word: StrDeserializer<'_, Fault> = key.as_str().into_deserializer();
        seed.deserialize(word).map(Some).map_err(|fault| fault.under(key, place))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some((key, node)) = self.current.take() else {
            return Err(de::Error::custom("a value without a key"));
        };
        seed.deserialize(Reader(node)).map_err(|fault| fault.under(key, &node.place))
    }
}
