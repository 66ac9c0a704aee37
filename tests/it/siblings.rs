//! Several checks of one claim: they do not make each other less sure, and the one whose claim was
//! asked for comes first. Checks of claims that only look alike still do.

use claimwatch::answer::Finder;
use claimwatch::claim::answer::Decision;
use claimwatch::claim::post::{Audience, Post};
use claimwatch::claim::review::ClaimReview;

use crate::guards;

/// A check with a page of its own.
fn check(host: &str, claim: &str) -> ClaimReview {
    ClaimReview {
        url: Some(format!("https://{host}/{}", claim.len())),
        claim_reviewed: Some(claim.to_owned()),
        in_language: Some("en".to_owned()),
        ..ClaimReview::default()
    }
}

/// A finder over these checks and a thousand others.
fn among(dir: &std::path::Path, given: &[ClaimReview]) -> Finder {
    let checks: Vec<ClaimReview> =
        guards::checks().into_iter().chain(given.iter().cloned()).collect();
    guards::finder(dir, &checks, None)
}

fn post(text: &str) -> Post {
    Post { lang: Some("en".to_owned()), ..Post::of(text) }
}

/// How far the first check is ahead of its best rival, when these are there.
fn lead(given: &[ClaimReview], text: &str) -> f32 {
    let dir = tempfile::tempdir().expect("a directory");
    let judged = among(dir.path(), given).judge(&post(text), 1, &[]).expect("judged");
    judged.first().map_or(0.0, |first| first.evidence.lead.rank)
}

const CLAIM: &str = "The mayor of Marnstadt sold the lighthouse to a circus.";
const LONGER: &str = "A widely shared Facebook post says that the mayor of Marnstadt secretly sold \
                      the old lighthouse to a travelling circus without asking the town council.";

fn one() -> ClaimReview {
    check("checks.example", CLAIM)
}

#[test]
fn a_second_check_of_the_claim_takes_nothing_from_the_first() {
    let alone = lead(&[one()], CLAIM);
    let both = lead(&[one(), check("others.example", LONGER)], CLAIM);
    assert!(both >= alone - 1.0, "{both} ahead beside it, {alone} alone");
    let shortened = "did the mayor of Marnstadt really sell the lighthouse to a circus?";
    let (alone, both) =
        (lead(&[one()], shortened), lead(&[one(), check("others.example", LONGER)], shortened));
    assert!(both >= alone - 1.0, "{both} ahead beside it, {alone} alone");
}

#[test]
fn the_check_of_the_very_claim_comes_before_one_that_says_more() {
    let article = format!("{LONGER} {CLAIM} So it was said in Marnstadt. ").repeat(4);
    let longer = ClaimReview {
        name: Some("Has the mayor of Marnstadt sold the lighthouse to a circus?".to_owned()),
        abstract_: Some(
            "The circus rented a meadow, and Marnstadt owns the lighthouse.".to_owned(),
        ),
        review_body: Some(article),
        ..check("others.example", LONGER)
    };
    let dir = tempfile::tempdir().expect("a directory");
    let finder = among(dir.path(), &[longer, one()]);
    let answer = finder.answer(&post(CLAIM), Audience::Private).expect("an answer");
    let claims: Vec<Option<&str>> =
        answer.matches.iter().map(|one| one.claim_reviewed.as_deref()).collect();
    assert_eq!((answer.decision, claims), (Decision::Match, vec![Some(CLAIM), Some(LONGER)]));
}

#[test]
fn a_check_of_another_claim_in_nearly_the_same_words_is_a_rival() {
    let of =
        |year: &str| format!("In {year} the mayor of Marnstadt sold the lighthouse to a circus.");
    for (claim, other) in [
        (CLAIM.replace("Marnstadt", "Lisbon"), CLAIM.replace("Marnstadt", "London")),
        (CLAIM.to_owned(), CLAIM.replace("sold", "did not sell")),
        (of("2019"), of("2023")),
        (of("May 2019"), of("June 2019")),
    ] {
        let given = [check("checks.example", &claim), check("others.example", &other)];
        let (alone, beside) = (lead(&given[..1], &claim), lead(&given, &claim));
        assert!(beside < alone - 1.0, "{other} {beside} ahead beside it, {alone} alone");
    }
}
