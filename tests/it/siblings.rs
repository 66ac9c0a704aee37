//! Several checks of one claim: they do not make each other less sure, and the one whose claim was
//! asked for comes first. Checks of claims that only look alike still do.

use claimwatch::answer::Finder;
use claimwatch::claim::answer::{Answer, Decision};
use claimwatch::claim::post::{Audience, Post};
use claimwatch::claim::review::ClaimReview;

use crate::guards;

/// A check of its own page: its claim, its title and its summary, each if there is one.
fn check(host: &str, claim: &str, title: &str, summary: &str) -> ClaimReview {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    ClaimReview {
        url: Some(format!("https://{host}/{}", title.len() + claim.len() * 1_000)),
        claim_reviewed: some(claim),
        name: some(title),
        abstract_: some(summary),
        in_language: Some("en".to_owned()),
        ..ClaimReview::default()
    }
}

/// A finder over these checks and a thousand others.
fn among(dir: &std::path::Path, given: &[ClaimReview]) -> Finder {
    let checks = guards::checks().into_iter().chain(given.iter().cloned()).collect();
    guards::finder(dir, checks, None)
}

fn answer(finder: &Finder, text: &str) -> Answer {
    let post = Post { lang: Some("en".to_owned()), ..Post::of(text) };
    finder.answer(&post, Audience::Private).expect("an answer")
}

/// How sure the first check is, with its claim, when these are there.
fn first(given: &[ClaimReview], text: &str) -> (f64, Decision, Option<String>) {
    let dir = tempfile::tempdir().expect("a directory");
    let answer = answer(&among(dir.path(), given), text);
    let found = answer.matches.first();
    println!("{text}");
    for one in &answer.matches {
        println!("  {:.3} {:?} {:?}", one.confidence, one.claim_reviewed, one.why.guards);
    }
    let claim = found.and_then(|one| one.claim_reviewed.clone());
    (found.map_or(0.0, |one| one.confidence), answer.decision, claim)
}

const CLAIM: &str = "The mayor of Marnstadt sold the lighthouse to a circus.";
const LONGER: &str = "A widely shared Facebook post says that the mayor of Marnstadt secretly sold \
                      the old lighthouse to a travelling circus without asking the town council.";
const LONGER_TITLE: &str = "Has the mayor of Marnstadt sold the lighthouse to a circus?";
const LONGER_SUMMARY: &str = "The mayor of Marnstadt did not sell the lighthouse. The circus rented \
                              a meadow beside the lighthouse for a week, as the mayor's office told \
                              us, and Marnstadt still owns the lighthouse.";

fn one() -> ClaimReview {
    check("checks.example", CLAIM, "", "")
}

fn longer() -> ClaimReview {
    check("others.example", LONGER, LONGER_TITLE, LONGER_SUMMARY)
}

#[test]
fn a_second_check_of_the_claim_makes_the_first_no_less_sure() {
    let (alone, decision, _) = first(&[one()], CLAIM);
    assert_eq!(decision, Decision::Match);
    let (both, decision, claim) = first(&[one(), longer()], CLAIM);
    assert_eq!((decision, claim.as_deref()), (Decision::Match, Some(CLAIM)));
    assert!(both >= alone - 0.02, "{both} beside another, {alone} alone");
}

#[test]
fn the_check_of_the_very_claim_comes_before_one_of_more() {
    let (_, decision, claim) = first(&[longer(), one()], CLAIM);
    assert_eq!((decision, claim.as_deref()), (Decision::Match, Some(CLAIM)));
}

#[test]
fn a_check_of_another_claim_in_nearly_the_same_words_is_a_rival() {
    let (alone, ..) = first(&[one()], CLAIM);
    for (from, to) in [("Marnstadt", "Lindhaven"), ("sold", "did not sell")] {
        let other = check("others.example", &CLAIM.replace(from, to), "", "");
        let (beside, _, claim) = first(&[one(), other], CLAIM);
        assert_eq!(claim.as_deref(), Some(CLAIM));
        assert!(beside < alone, "{to}: {beside} beside it, {alone} alone");
    }
    let of =
        |year: u16| format!("In {year} the mayor of Marnstadt sold the lighthouse to a circus.");
    let (alone, ..) = first(&[check("checks.example", &of(2019), "", "")], &of(2019));
    let both =
        [check("checks.example", &of(2019), "", ""), check("others.example", &of(2023), "", "")];
    let (beside, _, claim) = first(&both, &of(2019));
    assert_eq!(claim, Some(of(2019)));
    assert!(beside < alone, "{beside} beside it, {alone} alone");
}
