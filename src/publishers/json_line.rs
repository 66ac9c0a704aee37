//! One JSON line, one `ClaimReview`. A typed reader for the usual shape, because files hold
//! hundreds of thousands of lines; anything unusual takes the tolerant way.

use std::borrow::Cow;

use serde::Deserialize;

use super::claimreview::Graph;
use super::{charset, dates, google, jsonld, settle};
use crate::claim::review::{ClaimReview, Party, Rating};

/// The usual shape. A field in another shape fails the whole, which then goes the tolerant way.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Usual<'a> {
    #[serde(rename = "@context", borrow, default)]
    _context: Option<Cow<'a, str>>,
    #[serde(rename = "@type", borrow)]
    kind: Cow<'a, str>,
    #[serde(rename = "@id", default)]
    id: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    claim_reviewed: Option<String>,
    #[serde(rename = "abstract", default)]
    abstract_: Option<String>,
    #[serde(default)]
    review_body: Option<String>,
    #[serde(borrow, default)]
    date_published: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    date_modified: Option<Cow<'a, str>>,
    #[serde(default)]
    in_language: Option<String>,
    #[serde(default)]
    author: Option<UsualParty>,
    #[serde(default)]
    review_rating: Option<UsualRating>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UsualParty {
    #[serde(rename = "@type", default)]
    _kind: serde::de::IgnoredAny,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UsualRating {
    #[serde(rename = "@type", default)]
    _kind: serde::de::IgnoredAny,
    #[serde(default)]
    alternate_name: Option<String>,
}

impl Usual<'_> {
    fn into_review(self) -> ClaimReview {
        ClaimReview {
            id: self.id,
            url: self.url,
            name: self.name,
            claim_reviewed: self.claim_reviewed,
            abstract_: self.abstract_,
            review_body: self.review_body,
            author: self.author.map(|party| Party { name: party.name, url: party.url }),
            date_published: self.date_published.as_deref().and_then(dates::day),
            date_modified: self.date_modified.as_deref().and_then(dates::day),
            in_language: self.in_language,
            review_rating: self.review_rating.map(|rating| Rating {
                alternate_name: rating.alternate_name,
                ..Rating::default()
            }),
            ..ClaimReview::default()
        }
    }
}

/// Reads one line of a JSON lines file.
///
/// # Errors
/// Why the line holds no published check.
pub fn read_line(line: &[u8]) -> Result<ClaimReview, String> {
    let text = charset::decoded(line, None);
    let text = text.trim();
    if text.is_empty() {
        return Err("empty line".to_owned());
    }
    let mut review = match serde_json::from_str::<Usual<'_>>(text) {
        Ok(usual) if usual.kind == "ClaimReview" => usual.into_review(),
        _ => tolerant(text)?,
    };
    settle::settle(&mut review, None)?;
    Ok(review)
}

fn tolerant(text: &str) -> Result<ClaimReview, String> {
    let values = jsonld::values(text)?;
    let [value] = values.as_slice() else {
        return Err("more than one JSON value in the line".to_owned());
    };
    let Some(node) = value.as_object() else {
        return Err("not a JSON object".to_owned());
    };
    let mut found = if google::is_answer(node) {
        google::reviews(node).into_iter().map(|(_, review)| review).collect::<Vec<_>>()
    } else {
        let graph = Graph::of(value);
        graph.reviews.iter().take(2).map(|(_, node)| graph.review(node)).collect()
    };
    match (found.pop(), found.is_empty()) {
        (Some(review), true) => Ok(review),
        (Some(_), false) => Err("more than one ClaimReview in the line".to_owned()),
        (None, _) => {
            Err("no ClaimReview: neither \"@type\": \"ClaimReview\" nor claimReviewed".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_and_the_unusual_shape_give_the_same_review() {
        let usual = br#"{"@context":"https://schema.org","@type":"ClaimReview","url":"https://a.example/1",
            "name":"No, it is not","claimReviewed":"It &amp; that is","datePublished":"2021-07-10",
            "author":{"@type":"Organization","name":"A"},"reviewRating":{"alternateName":"Incorrect \r"}}"#;
        let unusual = br#"{"@context":["https://schema.org"],"@type":["ClaimReview"],"url":{"@id":"https://a.example/1"},
            "name":["No, it is not"],"claimReviewed":"It & that is","datePublished":"July 10, 2021",
            "author":"A","reviewRating":[{"alternateName":"Incorrect"}],"extra":{}}"#;
        let review = read_line(usual).expect("usual");
        assert_eq!(Ok(&review), read_line(unusual).as_ref());
        assert_eq!(
            review.review_rating.and_then(|rating| rating.alternate_name).as_deref(),
            Some("Incorrect")
        );
    }

    #[test]
    fn a_line_that_is_no_check_says_why() {
        for (line, why) in [
            (&b""[..], "empty line"),
            (b"{\"a\": ", "not JSON"),
            (b"[]", "not a JSON object"),
            (b"{\"id\": 1}", "no ClaimReview"),
            (b"{\"@type\": \"ClaimReview\"}", "nothing says what was checked"),
            (b"{\"@type\": \"ClaimReview\", \"claimReviewed\": \"x\", \"url\": \"javascript:x\"}", "not an http"),
            (b"{\"@type\": \"Review\", \"claimReviewed\": \"x\"}", "no ClaimReview"),
            (b"{\"claimReviewed\": \"x\"} {\"claimReviewed\": \"y\"}", "more than one"),
        ] {
            let error = read_line(line).expect_err("a reject");
            assert!(error.contains(why), "{error}");
        }
        assert!(read_line(&b"[".repeat(100_000)).is_err());
    }
}
