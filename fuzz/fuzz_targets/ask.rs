//! A question to a program that knows some checks, through the very function that answers it:
//! cleaning, searching, mending of words, passages, ranking, guards and words never panic, and
//! what is told holds.
#![no_main]

use std::sync::{Arc, LazyLock};

use chrono::{DateTime, NaiveDate};
use claimwatch::answer::{Finder, Models, tell};
use claimwatch::claim::analysis::Analyzers;
use claimwatch::claim::answer::Decision;
use claimwatch::claim::bands::MatchSettings;
use claimwatch::claim::post::{Audience, Post};
use claimwatch::claim::publisher::Publishers;
use claimwatch::claim::review::ClaimReview;
use claimwatch::claim::words::Words;
use claimwatch::gather::{Effort, catch_up};
use claimwatch::index::Index;
use claimwatch::publishers::read_line;
use claimwatch::store::{Store, Trust};
use claimwatch_fuzz::{holds, parts};
use libfuzzer_sys::fuzz_target;

/// The checks that the program knows.
const CHECKS: [&str; 2] = [
    include_str!("../../tests/data/labelled/checks.jsonl"),
    include_str!("../../index/starter/checks.jsonl"),
];

struct World {
    finder: Finder,
    words: Words,
    _dir: tempfile::TempDir,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Arc::new(Store::open(dir.path()).expect("a database"));
    let publishers = Publishers::shipped().expect("a table");
    let checks = CHECKS.iter().flat_map(|checks| checks.lines());
    let checks = checks.filter(|line| line.starts_with('{'));
    let checks: Vec<ClaimReview> =
        checks.map(|line| read_line(line.as_bytes()).expect("a check")).collect();
    let now = DateTime::UNIX_EPOCH;
    store.put_reviews(&checks, Trust::Imported, &publishers, now).expect("stored");
    let index = Arc::new(Index::open(&dir.path().join("search")).expect("an index"));
    catch_up(&store, &index, &Analyzers::new(), Effort::FULL).expect("indexed");
    let (settings, models) = (MatchSettings::default(), Models::shipped().expect("weights"));
    let finder = Finder::new(store, index, Arc::new(publishers), settings, models);
    let words = Words::shipped().expect("sentences");
    World { finder: finder.expect("a finder"), words, _dir: dir }
});

fuzz_target!(|text: &str| {
    let World { finder, words, .. } = &*WORLD;
    let given: [Option<&str>; 5] = parts(text);
    let own = |at: usize| given[at].map(str::to_owned);
    let post = Post {
        text: own(0).unwrap_or_default(),
        author: own(1),
        alt: own(2).into_iter().collect(),
        lang: own(3),
        urls: own(4).into_iter().collect(),
        id: None,
    };
    let today = NaiveDate::from_ymd_opt(2026, 11, 28).expect("a day");
    let (answer, reply) = tell(finder, words, &post, None, today).expect("an answer");
    holds(&reply);
    let watched = finder.answer(&post, Audience::Moderators).expect("an answer");
    for told in answer.matches.iter().chain(&watched.matches) {
        assert!((0.0..=1.0).contains(&told.confidence), "{}", told.confidence);
        assert!(told.why.guards.is_empty() || told.confidence < 1.0);
    }
    assert_eq!(answer.matches.is_empty(), answer.decision == Decision::None);
});
