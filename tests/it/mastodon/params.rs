//! The parameters of one call: query, JSON or a form.

use serde_json::{Map, Value};

/// The parameters of one call by name; a list where a name stood with `[]`.
#[derive(Debug, Clone, Default)]
pub(super) struct Params(pub(super) Map<String, Value>);

impl Params {
    /// Reads query and body; the body wins where both name a parameter.
    pub(super) fn read(query: &str, content_type: &str, body: &[u8]) -> Result<Self, String> {
        let mut params = Self::default();
        params.add(query.as_bytes());
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            _ if body.is_empty() => {}
            "application/json" => match serde_json::from_slice(body) {
                Ok(Value::Object(fields)) => params.0.extend(fields),
                _ => return Err("the body is no JSON object".to_owned()),
            },
            "application/x-www-form-urlencoded" => params.add(body),
            other => return Err(format!("a body of type {other:?}")),
        }
        params.0.retain(|_, value| !value.is_null());
        Ok(params)
    }

    fn add(&mut self, form: &[u8]) {
        for (name, value) in url::form_urlencoded::parse(form) {
            let value = Value::String(value.into_owned());
            match name.strip_suffix("[]") {
                Some(name) => {
                    let list = self.0.entry(name).or_insert_with(|| Value::Array(Vec::new()));
                    list.as_array_mut().expect("a name is a list or it is not").push(value);
                }
                None => drop(self.0.insert(name.into_owned(), value)),
            }
        }
    }

    /// A text; absent reads as empty.
    pub(super) fn text(&self, name: &str) -> String {
        match self.0.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        }
    }

    /// An id or another number.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.text(name).parse().ok()
    }

    /// A list of words.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let words =
            |list: &Vec<Value>| list.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        self.0.get(name).and_then(Value::as_array).map(words).unwrap_or_default()
    }

    /// A yes or no.
    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.text(name).to_ascii_lowercase().as_str(), "true" | "1")
    }
}
