//! Google Fact Check Tools: a `claims:search` answer, a list of its claims, one claim.

use serde_json::{Map, Value};

use super::claimreview::text;
use super::dates;
use crate::claim::review::{Claim, ClaimReview, Party, Rating};

/// Whether an object has the form of a `claims:search` answer or of one of its claims.
pub(super) fn is_answer(node: &Map<String, Value>) -> bool {
    let is_claim = |node: &Map<String, Value>| {
        node.get("claimReview").is_some_and(Value::is_array) && !node.contains_key("@type")
    };
    is_claim(node)
        || node
            .get("claims")
            .and_then(Value::as_array)
            .and_then(|claims| claims.first())
            .and_then(Value::as_object)
            .is_some_and(is_claim)
}

/// The reviews of an answer or of one claim, raw, each with its place.
pub(super) fn reviews(node: &Map<String, Value>) -> Vec<(String, ClaimReview)> {
    let mut found = Vec::new();
    match node.get("claims").and_then(Value::as_array) {
        Some(claims) => {
            for (number, claim) in claims.iter().enumerate() {
                if let Some(claim) = claim.as_object() {
                    of_claim(claim, &format!("claims[{number}]."), &mut found);
                }
            }
        }
        None => of_claim(node, "", &mut found),
    }
    found
}

fn of_claim(claim: &Map<String, Value>, place: &str, found: &mut Vec<(String, ClaimReview)>) {
    let list = claim.get("claimReview").and_then(Value::as_array);
    for (number, review) in list.into_iter().flatten().enumerate() {
        let get = |key: &str| review.get(key).and_then(text);
        let publisher = review.get("publisher");
        let site = publisher.and_then(|party| party.get("site")).and_then(text);
        let name = publisher.and_then(|party| party.get("name")).and_then(text);
        let rating = Rating { alternate_name: get("textualRating"), ..Rating::default() };
        found.push((
            format!("{place}claimReview[{number}]"),
            ClaimReview {
                url: get("url"),
                name: get("title"),
                claim_reviewed: claim.get("text").and_then(text),
                author: Some(Party { name: name.or_else(|| site.clone()), url: site }),
                date_published: get("reviewDate").as_deref().and_then(dates::day),
                in_language: get("languageCode"),
                review_rating: Some(rating),
                item_reviewed: Some(Claim {
                    author: claim
                        .get("claimant")
                        .and_then(text)
                        .map(|name| Party { name: Some(name), url: None }),
                    date_published: claim
                        .get("claimDate")
                        .and_then(text)
                        .as_deref()
                        .and_then(dates::day),
                    ..Claim::default()
                }),
                ..ClaimReview::default()
            },
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_and_a_single_claim_are_read() {
        let claim = json!({"text": "T", "claimant": "C", "claimDate": "2019-06-20T12:12:40Z",
            "claimReview": [{"publisher": {"site": "desk.example"}, "url": "https://desk.example/1",
                "title": "N", "reviewDate": "2019-06-21T00:00:00Z", "textualRating": "False", "languageCode": "ur"},
                {"url": "https://other.example/1"}]});
        for value in [json!({"claims": [&claim], "nextPageToken": "x"}), claim] {
            let node = value.as_object().expect("object");
            assert!(is_answer(node));
            let found = reviews(node);
            assert_eq!(found.len(), 2);
            let (place, first) = &found[0];
            assert!(place.ends_with("claimReview[0]"), "{place}");
            assert_eq!(first.claim_reviewed.as_deref(), Some("T"));
            assert_eq!(
                first.date_published.map(|day| day.to_string()).as_deref(),
                Some("2019-06-21")
            );
            assert_eq!(
                first.author.as_ref().and_then(|party| party.name.as_deref()),
                Some("desk.example")
            );
        }
    }
}
