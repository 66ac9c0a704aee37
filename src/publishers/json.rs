//! Whole JSON documents: ClaimReview in any nesting, Data Commons dumps, Google's answers.

use serde_json::Value;
use url::Url;

use super::claimreview::Graph;
use super::{About, Parsed, charset, google, json_line, jsonld};

/// Longest JSON document read as a whole.
pub(super) const DOCUMENT_BYTES_MAX: usize = 512 * 1024 * 1024;

/// JSON lines that are all in memory; long files go line by line through [`super::read_line`].
pub(super) fn lines(bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let place = format!("line {}", number + 1);
        match json_line::read_line(line) {
            Ok(review) => parsed.reviews.push((place, review)),
            Err(reason) => parsed.reject(place, reason),
        }
    }
    parsed
}

/// A document that is JSON as a whole.
pub(super) fn document(bytes: &[u8], about: &About<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    if bytes.len() > DOCUMENT_BYTES_MAX {
        parsed.reject("document", format!("longer than {DOCUMENT_BYTES_MAX} bytes"));
        return parsed;
    }
    let base = about.base();
    match jsonld::values(&charset::decoded(bytes, about.content_type)) {
        Ok(values) => {
            let is_one = values.len() == 1;
            for (number, value) in values.iter().enumerate() {
                let place = if is_one { String::new() } else { format!("value {}", number + 1) };
                of_value(value, &place, base.as_ref(), &mut parsed);
            }
        }
        Err(reason) => parsed.reject("document", reason),
    }
    if parsed.reviews.is_empty() && parsed.rejects.is_empty() {
        parsed.reject("document", "no ClaimReview in it");
    }
    parsed
}

fn of_value(value: &Value, place: &str, base: Option<&Url>, parsed: &mut Parsed) {
    let inside = |inner: &str| match (place, inner) {
        ("", "") => "document".to_owned(),
        ("", inner) => inner.to_owned(),
        (place, "") => place.to_owned(),
        (place, inner) => format!("{place}.{inner}"),
    };
    let list = match value {
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    let first = list.first().and_then(Value::as_object);
    if first.is_some_and(google::is_answer) {
        for (number, node) in list.iter().enumerate() {
            for (inner, review) in node.as_object().map(google::reviews).unwrap_or_default() {
                let outer = if value.is_array() { format!("[{number}].") } else { String::new() };
                parsed.take(inside(&format!("{outer}{inner}")), review, base);
            }
        }
        return;
    }
    let graph = Graph::of(value);
    for (inner, node) in &graph.reviews {
        parsed.take(inside(inner), graph.review(node), base);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Form, read};
    use super::*;

    #[test]
    fn one_bad_item_does_not_spoil_the_rest() {
        let text = br#"{"@type": "DataFeed", "dataFeedElement": [
            {"@type": "DataFeedItem", "item": [{"@type": "ClaimReview", "claimReviewed": "one", "url": "https://a.example/1"}]},
            {"@type": "DataFeedItem", "item": null},
            {"@type": "DataFeedItem", "item": {"@type": "ClaimReview", "url": "https://a.example/2"}},
            {"@type": "DataFeedItem", "item": {"@type": "ClaimReview", "claimReviewed": "three"}}]}"#;
        let parsed = read(Form::DataFeed, text, &About::default());
        let claims: Vec<&str> = parsed.reviews.iter().map(|(_, review)| review.claim()).collect();
        assert_eq!(claims, ["one", "three"]);
        assert_eq!(parsed.rejects.len(), 1);
        assert_eq!(parsed.rejects[0].place, "dataFeedElement[2].item");
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        let text = b"{\"claimReviewed\": \"one\"}\r\n\r\nrubbish\n{\"claimReviewed\": \"four\"}";
        let parsed = read(Form::JsonLines, text, &About::default());
        let places: Vec<&str> = parsed.reviews.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(places, ["line 1", "line 4"]);
        assert_eq!(parsed.rejects[0].place, "line 3");
    }

    #[test]
    fn rubbish_is_a_reject_with_a_reason() {
        for text in [&b"{\"a\": 1}"[..], b"[[[[", b"[]", b"null", b"\xff\xfe\x00"] {
            let parsed = read(Form::ClaimReviewJson, text, &About::default());
            assert_eq!((parsed.reviews.len(), parsed.rejects.len()), (0, 1));
        }
        let deep = b"{\"a\":".repeat(100_000);
        assert_eq!(read(Form::ClaimReviewJson, &deep, &About::default()).rejects.len(), 1);
    }
}
