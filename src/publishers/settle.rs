//! The last step of every reader: texts made plain and capped, addresses resolved, the language
//! told, and what is no check turned away.

use url::Url;

use super::address::address;
use super::{language, plain, refusal};
use crate::claim::review::{Citation, Claim, ClaimReview, Party, Rating};

/// Longest claim, in characters.
pub(super) const CLAIM_CHARS_MAX: usize = 4_000;
/// Longest title and heading, in characters.
pub(super) const TITLE_CHARS_MAX: usize = 1_000;
/// Longest summary, in characters.
pub(super) const ABSTRACT_CHARS_MAX: usize = 8_000;
/// Longest article text, in characters.
pub(super) const BODY_CHARS_MAX: usize = 200_000;
/// Longest verdict, name of a person or source, in characters.
pub(super) const NAME_CHARS_MAX: usize = 1_000;
/// Longest identifier, in bytes; a longer one is refused, because a cut one is another's.
pub(super) const ID_BYTES_MAX: usize = 2_048;
/// Most sections kept.
pub(super) const SECTIONS_MAX: usize = 64;
/// Most sources kept.
pub(super) const CITATIONS_MAX: usize = 256;
/// Most places of appearance kept.
pub(super) const APPEARANCES_MAX: usize = 64;

/// Makes the raw texts of `review` what a stored review holds; `base` resolves relative addresses.
///
/// # Errors
/// Why this is no published check.
pub(super) fn settle(review: &mut ClaimReview, base: Option<&Url>) -> Result<(), String> {
    line(&mut review.name, TITLE_CHARS_MAX);
    line(&mut review.claim_reviewed, CLAIM_CHARS_MAX);
    lines(&mut review.abstract_, ABSTRACT_CHARS_MAX);
    lines(&mut review.review_body, BODY_CHARS_MAX);
    settle_address(review, base)?;
    settle_id(review)?;
    settle_party(&mut review.author, base);
    if let Some(rating) = &mut review.review_rating {
        settle_rating(rating);
        if *rating == Rating::default() {
            review.review_rating = None;
        }
    }
    if let Some(item) = &mut review.item_reviewed {
        settle_item(item);
        if *item == Claim::default() {
            review.item_reviewed = None;
        }
    }
    settle_citations(&mut review.citation, base);
    review.has_part.retain_mut(|part| {
        line(&mut part.name, TITLE_CHARS_MAX);
        part.text = plain::lines(&part.text, BODY_CHARS_MAX).unwrap_or_default();
        !part.text.is_empty()
    });
    review.has_part.truncate(SECTIONS_MAX);
    review.check().map_err(|error| error.to_string())?;
    refusal::of_review(review)?;
    language::settle(review);
    Ok(())
}

fn line(field: &mut Option<String>, chars_max: usize) {
    if let Some(text) = field.take() {
        *field = plain::line(&text, chars_max);
    }
}

fn lines(field: &mut Option<String>, chars_max: usize) {
    if let Some(text) = field.take() {
        *field = plain::lines(&text, chars_max);
    }
}

fn settle_address(review: &mut ClaimReview, base: Option<&Url>) -> Result<(), String> {
    let Some(raw) = review.url.take().filter(|raw| !raw.trim().is_empty()) else {
        return Ok(());
    };
    review.url = address(&raw, base);
    if review.url.is_none() {
        let shown: String = raw.chars().take(120).collect();
        return Err(format!("url {shown:?} is not an http or https address"));
    }
    Ok(())
}

/// `@id` stays verbatim; a blank node's name means nothing outside its document, a fragment only
/// together with the page.
fn settle_id(review: &mut ClaimReview) -> Result<(), String> {
    let Some(id) = review.id.take() else { return Ok(()) };
    let id = id.trim();
    if id.is_empty() || id.starts_with("_:") {
        return Ok(());
    }
    if id.len() > ID_BYTES_MAX {
        return Err(format!("@id is longer than {ID_BYTES_MAX} bytes"));
    }
    review.id = match (id.starts_with('#'), &review.url) {
        (false, _) => Some(id.to_owned()),
        (true, Some(url)) => Some(format!("{}{id}", url.split('#').next().unwrap_or(url))),
        (true, None) => None,
    };
    Ok(())
}

fn settle_party(party: &mut Option<Party>, base: Option<&Url>) {
    if let Some(inner) = party {
        line(&mut inner.name, NAME_CHARS_MAX);
        inner.url = inner.url.take().and_then(|url| address(&url, base));
        if inner.name.is_none() && inner.url.is_none() {
            *party = None;
        }
    }
}

/// The verdict stays the publisher's own words, except for white space and markup around them.
fn settle_rating(rating: &mut Rating) {
    line(&mut rating.alternate_name, NAME_CHARS_MAX);
    line(&mut rating.rating_value, 64);
    line(&mut rating.best_rating, 64);
    line(&mut rating.worst_rating, 64);
}

fn settle_item(item: &mut Claim) {
    settle_party(&mut item.author, None);
    item.first_appearance = item.first_appearance.take().and_then(|url| address(&url, None));
    let mut kept: Vec<String> = Vec::new();
    for raw in item.appearance.drain(..).take(APPEARANCES_MAX) {
        if let Some(url) = address(&raw, None)
            && !kept.contains(&url)
        {
            kept.push(url);
        }
    }
    item.appearance = kept;
}

/// Sources keep their numbers: one that says nothing keeps its place while another follows it.
fn settle_citations(citations: &mut Vec<Citation>, base: Option<&Url>) {
    citations.truncate(CITATIONS_MAX);
    for citation in citations.iter_mut() {
        line(&mut citation.name, NAME_CHARS_MAX);
        citation.url = citation.url.take().and_then(|url| address(&url, base));
    }
    let is_empty = |citation: &Citation| *citation == Citation::default();
    while citations.last().is_some_and(is_empty) {
        citations.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(review: ClaimReview) -> ClaimReview {
        let mut review = review;
        settle(&mut review, None).expect("a check");
        review
    }

    #[test]
    fn fields_are_capped_at_a_character() {
        let long = "ä".repeat(BODY_CHARS_MAX + 5);
        let review = settled(ClaimReview {
            name: Some(long.clone()),
            claim_reviewed: Some(long.clone()),
            abstract_: Some(long.clone()),
            review_body: Some(long),
            citation: vec![Citation { name: Some("s".into()), url: None }; CITATIONS_MAX + 1],
            has_part: vec![
                crate::claim::review::Section { name: None, text: "t".into() };
                SECTIONS_MAX + 1
            ],
            item_reviewed: Some(Claim {
                appearance: (0..999).map(|n| format!("https://a.example/{n}")).collect(),
                ..Claim::default()
            }),
            ..ClaimReview::default()
        });
        let chars = |text: Option<String>| text.map_or(0, |text| text.chars().count());
        assert_eq!(chars(review.name), TITLE_CHARS_MAX);
        assert_eq!(chars(review.claim_reviewed), CLAIM_CHARS_MAX);
        assert_eq!(chars(review.abstract_), ABSTRACT_CHARS_MAX);
        assert_eq!(chars(review.review_body), BODY_CHARS_MAX);
        assert_eq!(review.citation.len(), CITATIONS_MAX);
        assert_eq!(review.has_part.len(), SECTIONS_MAX);
        assert_eq!(review.item_reviewed.expect("item").appearance.len(), APPEARANCES_MAX);
    }

    #[test]
    fn an_identifier_is_verbatim_or_nothing() {
        let id = |id: &str, url: Option<&str>| {
            settled(ClaimReview {
                id: Some(id.into()),
                url: url.map(Into::into),
                claim_reviewed: Some("a claim".into()),
                ..ClaimReview::default()
            })
            .id
        };
        assert_eq!(id("urn:x:1", None).as_deref(), Some("urn:x:1"));
        assert_eq!(id("_:b0", None), None);
        assert_eq!(
            id("#c2", Some("https://a.example/p")).as_deref(),
            Some("https://a.example/p#c2")
        );
        assert_eq!(id("#c2", None), None);
    }

    #[test]
    fn sources_keep_their_numbers() {
        let review = settled(ClaimReview {
            claim_reviewed: Some("a claim".into()),
            citation: vec![
                Citation { name: Some("One".into()), url: None },
                Citation::default(),
                Citation { name: None, url: Some("https://a.example/3".into()) },
                Citation { name: Some(" ".into()), url: Some("javascript:x".into()) },
            ],
            ..ClaimReview::default()
        });
        assert_eq!(review.citation.len(), 3);
        assert_eq!(review.citation[2].url.as_deref(), Some("https://a.example/3"));
    }
}
