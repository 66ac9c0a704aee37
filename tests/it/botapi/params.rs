//! The parameters of one call, however they were sent: query, JSON, urlencoded or multipart.

use serde_json::{Map, Value};

use super::check::Refusal;

/// Fields that are JSON inside a string when they travel in a form.
const STRUCTURED: &[&str] = &[
    "allowed_updates",
    "commands",
    "entities",
    "link_preview_options",
    "reaction",
    "reply_markup",
    "reply_parameters",
    "scope",
];

/// The parameters of one call by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(pub(crate) Map<String, Value>);

impl Params {
    /// Reads query and body; the body wins where both name a parameter.
    pub(crate) fn read(query: &str, content_type: &str, body: &[u8]) -> Result<Self, Refusal> {
        let mut map = Map::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            map.insert(name.into_owned(), Value::String(value.into_owned()));
        }
        let kind = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        match kind.as_str() {
            _ if body.is_empty() => {}
            "application/json" => match serde_json::from_slice(body) {
                Ok(Value::Object(fields)) => map.extend(fields),
                _ => return Err(Refusal::strict("can't parse the JSON body as an object")),
            },
            "application/x-www-form-urlencoded" => {
                for (name, value) in url::form_urlencoded::parse(body) {
                    map.insert(name.into_owned(), Value::String(value.into_owned()));
                }
            }
            "multipart/form-data" => {
                let Some(boundary) = boundary(content_type) else {
                    return Err(Refusal::strict("multipart body without a boundary"));
                };
                for (name, value) in multipart(body, &boundary) {
                    map.insert(name, Value::String(value));
                }
            }
            other => return Err(Refusal::strict(&format!("unsupported content type {other:?}"))),
        }
        map.retain(|_, value| !value.is_null());
        for name in STRUCTURED {
            if let Some(Value::String(text)) = map.get(*name) {
                if text.is_empty() {
                    map.remove(*name);
                    continue;
                }
                let Ok(value) = serde_json::from_str(text) else {
                    return Err(Refusal::strict(&format!("can't parse {name} JSON object")));
                };
                map.insert((*name).to_owned(), value);
            }
        }
        Ok(Self(map))
    }

    /// A text parameter; absent reads as empty, as Telegram does.
    pub(crate) fn text(&self, name: &str) -> String {
        match self.0.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        }
    }

    /// A whole number, written as a number or as its digits.
    pub(crate) fn int(&self, name: &str) -> Result<Option<i64>, Refusal> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::Number(number)) if number.is_i64() => Ok(number.as_i64()),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) if text.parse::<i64>().is_ok() => Ok(text.parse().ok()),
            Some(other) => Err(Refusal::strict(&format!("{name} must be an integer, not {other}"))),
        }
    }

    /// A yes or no, written as a JSON boolean or as `true`, `false`, `1`, `0`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::Bool(yes)) => *yes,
            Some(Value::String(text)) => {
                matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "1")
            }
            Some(Value::Number(number)) => number.as_i64() == Some(1),
            _ => false,
        }
    }

    /// A structured parameter.
    pub(crate) fn json(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

/// A path without its percent signs; some clients encode the colon of the token.
pub(crate) fn decoded(path: &str) -> String {
    let mut parts = path.split('%');
    let mut bytes = parts.next().unwrap_or("").as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend(&part.as_bytes()[2..]);
            }
            None => {
                bytes.push(b'%');
                bytes.extend(part.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn boundary(content_type: &str) -> Option<String> {
    content_type.split(';').find_map(|part| {
        let value = part.trim().strip_prefix("boundary=")?;
        Some(value.trim_matches('"').to_owned())
    })
}

/// The fields of a multipart body; a file's bytes are read as lossy text, which is all a test
/// needs.
fn multipart(body: &[u8], boundary: &str) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(body);
    let mark = format!("--{boundary}");
    let mut fields = Vec::new();
    for part in text.split(mark.as_str()) {
        let Some((head, value)) = part.split_once("\r\n\r\n") else { continue };
        let Some((_, rest)) = head.split_once("name=\"") else { continue };
        let Some((name, _)) = rest.split_once('"') else { continue };
        let value = value.strip_suffix("\r\n").unwrap_or(value);
        fields.push((name.to_owned(), value.to_owned()));
    }
    fields
}
