//! What newcomers meet: questions to the starter checks, and ordinary sentences about the same
//! topics.

use std::collections::BTreeMap;
use std::sync::Arc;

use claimwatch::answer::{Finder, Models};
use claimwatch::claim::analysis::Analyzers;
use claimwatch::claim::answer::Decision;
use claimwatch::claim::bands::MatchSettings;
use claimwatch::claim::post::{Audience, Post};
use claimwatch::claim::publisher::Publishers;
use claimwatch::claim::review::ClaimReview;
use claimwatch::gather::{Effort, catch_up};
use claimwatch::index::Index;
use claimwatch::store::{Store, Trust};

/// A line of the starter file (from 1; `None`: an ordinary sentence) and what somebody writes.
fn phrasings() -> Vec<(Option<usize>, &'static str)> {
    let lines = include_str!("../data/quality/starter.tsv").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (which, text) = line.split_once('\t').expect("two columns");
            (which.parse().ok(), text)
        })
        .collect()
}

/// What a new database answers from.
fn starter(dir: &std::path::Path) -> (Vec<ClaimReview>, Finder) {
    let checks: Vec<ClaimReview> = include_str!("../../index/starter/checks.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a check"))
        .collect();
    let store = Arc::new(Store::open(dir).expect("a database"));
    let publishers = Publishers::shipped().expect("a table");
    let now = chrono::DateTime::UNIX_EPOCH;
    store.put_reviews(&checks, Trust::Starter, &publishers, now).expect("stored");
    let index = Arc::new(Index::open(&dir.join("search")).expect("an index"));
    catch_up(&store, &index, &Analyzers::new(), Effort::SPARING).expect("indexed");
    let publishers = Arc::new(Publishers::shipped().expect("the publishers' table"));
    let bands = MatchSettings::default();
    let finder = Finder::new(store, index, publishers, bands, Models::shipped().expect("models"))
        .expect("a finder");
    (checks, finder)
}

/// The words in the boxes that the README draws.
fn drawn(picture: &str) -> String {
    let lines = picture.lines().filter_map(|line| line.split('│').nth(1));
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_the_readme_shows_a_reader_is_what_a_reader_sees() {
    let readme = include_str!("../../README.md");
    let (_, pictures) = readme.split_once("## What a reader sees").expect("a picture");
    let (question, rest) = pictures.split_once('└').expect("a question");
    let (reply, _) = rest.split_once("[ ").expect("a reply");
    let dir = tempfile::tempdir().expect("a directory");
    let (_, finder) = starter(dir.path());
    let answer = finder.answer(&Post::of(drawn(question)), Audience::Private).expect("an answer");
    assert_eq!(answer.decision, Decision::Match);
    let told = answer.matches.first().expect("a check");
    let reply = drawn(reply);
    let rating = told.rating.as_ref().map(|rating| rating.text.as_str());
    for shown in [rating, told.name.as_deref(), told.claim_reviewed.as_deref()] {
        let shown = shown.expect("the check says so");
        assert!(reply.contains(shown), "{shown:?} is not in {reply:?}");
    }
}

#[test]
fn the_starter_checks_answer_questions_and_keep_silent_on_ordinary_sentences() {
    let dir = tempfile::tempdir().expect("a directory");
    let (checks, finder) = starter(dir.path());
    let (mut asked, mut answered, mut ordinary, mut offered) = (0, 0, 0, 0);
    let mut wrong: BTreeMap<&str, String> = BTreeMap::new();
    for (which, text) in phrasings() {
        let answer = finder.answer(&Post::of(text), Audience::Private).expect("an answer");
        let told = answer.matches.first().and_then(|told| told.claim_reviewed.as_deref());
        let right = which.and_then(|line| checks[line - 1].claim_reviewed.as_deref());
        if answer.decision == Decision::Match && told != right {
            wrong.insert(text, told.unwrap_or_default().to_owned());
        }
        match which {
            Some(_) => {
                asked += 1;
                answered += usize::from(told.is_some() && told == right);
            }
            None => {
                ordinary += 1;
                offered += usize::from(told.is_some());
            }
        }
    }
    assert!((asked, ordinary) >= (40, 40), "{asked} questions, {ordinary} sentences");
    assert!(wrong.is_empty(), "stated as a match: {wrong:#?}");
    assert!(answered * 100 >= asked * ANSWERED_MIN, "{answered} of {asked} answered");
    assert!(offered * 100 <= ordinary * OFFERED_MAX, "{offered} of {ordinary} offered a check");
}

/// Least share of the questions that are answered with the right check first, in percent.
const ANSWERED_MIN: usize = 75;
/// Largest share of the ordinary sentences that are offered a check of a similar claim, in percent.
const OFFERED_MAX: usize = 35;
