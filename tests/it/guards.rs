//! The guards against pairs of our own: a post that makes a claim, and the same post with one truth
//! condition changed. First the guards alone, then the whole way of a question.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use claimwatch::answer::{Finder, Meaning, Models};
use claimwatch::claim::analysis::Analyzers;
use claimwatch::claim::answer::Decision;
use claimwatch::claim::bands::MatchSettings;
use claimwatch::claim::guard::contradictions;
use claimwatch::claim::post::{Audience, Post};
use claimwatch::claim::publisher::Publishers;
use claimwatch::claim::review::ClaimReview;
use claimwatch::gather::{Effort, catch_up, vector_text};
use claimwatch::index::Index;
use claimwatch::index::vectors::Vectors;
use claimwatch::model::Encoder;
use claimwatch::store::{Store, Trust};

/// Pairs that the guards were made with, and pairs that were written by who did not know them.
const OWN: &str = include_str!("../data/guards.tsv");
const UNSEEN: &str = include_str!("../data/guards-unseen.tsv");

/// A row of them.
struct Row {
    part: &'static str,
    kind: &'static str,
    lang: &'static str,
    claim: &'static str,
    same: &'static str,
    changed: &'static str,
}

fn rows(list: &'static str) -> Vec<Row> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let [part, kind, lang, claim, same, changed] = columns[..] else {
                panic!("six columns: {line}");
            };
            Row { part, kind, lang, claim, same, changed }
        })
        .collect()
}

/// Rows, changed posts on which a guard fired (any, and that of the row's kind), true posts on
/// which one did.
#[derive(Debug, Default)]
struct Count {
    rows: usize,
    caught: usize,
    by_kind: usize,
    wronged: usize,
}

#[test]
fn changed_posts_are_caught_and_true_ones_left_alone() {
    let mut counts: BTreeMap<(&str, &str), Count> = BTreeMap::new();
    for row in rows(OWN).into_iter().chain(rows(UNSEEN)) {
        let lang = Some(row.lang);
        let changed = contradictions(row.changed, &[row.claim], lang);
        let same = contradictions(row.same, &[row.claim], lang);
        for part in [row.kind, "all"] {
            let count = counts.entry((row.part, part)).or_default();
            count.rows += 1;
            count.caught += usize::from(!changed.is_empty());
            count.by_kind += usize::from(changed.iter().any(|guard| guard.name() == row.kind));
            count.wronged += usize::from(!same.is_empty());
        }
    }
    for ((part, kind), count) in &counts {
        println!("{part} {kind:<10}{count:?}");
    }
    for (part, caught_min, wronged_max) in [
        ("a", CAUGHT_MIN, WRONGED_MAX),
        ("b", CAUGHT_MIN, WRONGED_MAX),
        ("d", 90, 5),
        ("e", 85, 10),
    ] {
        let all = &counts[&(part, "all")];
        assert!(all.rows >= 110, "{part}: {} rows", all.rows);
        assert!(all.caught * 100 >= all.rows * caught_min, "{part}: {all:?}");
        assert!(all.wronged * 100 <= all.rows * wronged_max, "{part}: {all:?}");
    }
}

/// Least share of the changed posts that must be caught, in percent.
const CAUGHT_MIN: usize = 95;
/// Largest share of the true posts that may be held down, in percent.
const WRONGED_MAX: usize = 5;

/// Checks of all claims of our own, and of sentences that nobody would check, so that the index is
/// no small one.
pub(crate) fn checks() -> Vec<ClaimReview> {
    let lines = |text: &'static str| text.lines().filter(|line| !line.starts_with('#'));
    let mut claims: BTreeSet<(&str, &str)> =
        rows(OWN).iter().chain(&rows(UNSEEN)).map(|row| (row.lang, row.claim)).collect();
    for line in lines(include_str!("../../config/pairs/pairs.tsv")) {
        let columns: Vec<&str> = line.split('\t').collect();
        claims.insert((columns[0], columns[1]));
    }
    claims.extend(
        lines(include_str!("../../config/pairs/ordinary.txt"))
            .filter_map(|line| line.split_once('\t')),
    );
    let own = claims.into_iter().enumerate().map(|(at, (lang, claim))| ClaimReview {
        url: Some(format!("https://checks.example/{at}")),
        claim_reviewed: Some(claim.to_owned()),
        in_language: Some(lang.to_owned()),
        ..ClaimReview::default()
    });
    let labelled = include_str!("../data/labelled/checks.jsonl").lines();
    own.chain(labelled.map(crate::told::read)).collect()
}

/// A finder over checks; with the model that `TEST_MODEL` names, if it names one.
pub(crate) fn finder(dir: &Path, checks: &[ClaimReview], model: Option<&Path>) -> Finder {
    let store = Arc::new(Store::open(dir).expect("a database"));
    let publishers = Arc::new(Publishers::shipped().expect("a table"));
    let now = chrono::DateTime::UNIX_EPOCH;
    for checks in checks.chunks(200) {
        store.put_reviews(checks, Trust::Imported, &publishers, now).expect("stored");
    }
    let index = Arc::new(Index::open(&dir.join("search")).expect("an index"));
    catch_up(&store, &index, &Analyzers::new(), Effort::SPARING).expect("indexed");
    let (settings, models) = (MatchSettings::default(), Models::shipped().expect("models"));
    let finder = Finder::new(Arc::clone(&store), index, publishers, settings, models);
    let finder = finder.expect("a finder");
    assert!(finder.counts().expect("counted").0 > 1_000);
    if let Some(model) = model {
        let mut encoder = Encoder::open(model).expect("a model");
        let vectors = Vectors::in_memory(encoder.dimensions()).expect("room for vectors");
        let changes = store.changes_after(0, usize::MAX >> 1).expect("changes");
        for stored in changes.into_iter().filter_map(|change| change.stored) {
            let vector = encoder.encode(&vector_text(&stored.review)).expect("a vector");
            vectors.put(&[(stored.row, 0, vector)]).expect("kept");
        }
        finder.understand(Arc::new(Meaning::new(encoder, Arc::new(vectors))));
    }
    finder
}

/// Of all rows of a list: changed posts answered with a match; true posts answered with a match,
/// and with at least a similar check, of the right claim.
fn answered(finder: &Finder, list: &'static str, audience: Audience) -> [usize; 3] {
    let mut counts = [0; 3];
    for row in rows(list) {
        let answer = |text: &str| {
            let post = Post { lang: Some(row.lang.to_owned()), ..Post::of(text) };
            let answer = finder.answer(&post, audience).expect("an answer");
            let first = answer.matches.first().and_then(|first| first.claim_reviewed.clone());
            (answer.decision, first.as_deref() == Some(row.claim))
        };
        counts[0] += usize::from(answer(row.changed).0 == Decision::Match);
        match answer(row.same) {
            (Decision::Match, true) => {
                counts[1] += 1;
                counts[2] += 1;
            }
            (Decision::Possible, true) => counts[2] += 1,
            _ => {}
        }
    }
    counts
}

#[test]
fn changed_posts_are_hardly_ever_answered_with_a_match_and_true_ones_are() {
    let model = std::env::var_os("TEST_MODEL");
    let ways = [None, model.as_deref().map(Path::new)];
    for model in ways.into_iter().take(if model.is_some() { 2 } else { 1 }) {
        let dir = tempfile::tempdir().expect("a directory");
        let finder = finder(dir.path(), &checks(), model);
        let floors = if model.is_some() { BY_MEANING_MIN } else { BY_WORDS_MIN };
        for (name, list, changed_max) in
            [("own", OWN, CHANGED_MAX), ("unseen", UNSEEN, UNSEEN_CHANGED_MAX)]
        {
            let total = rows(list).len();
            let [changed, stated, offered] = answered(&finder, list, Audience::Private);
            let way = format!("{name}, model {model:?}");
            println!("{way}, asked: {changed} {stated} {offered} of {total}");
            assert!(changed * 100 <= total * changed_max, "{changed} of {total} changed posts");
            assert!(stated * 100 >= total * floors[0], "{stated} of {total} stated");
            assert!(offered * 100 >= total * floors[1], "{offered} of {total} offered");
            let [changed, stated, offered] = answered(&finder, list, Audience::Moderators);
            println!("{way}, unasked: {changed} {stated} {offered} of {total}");
            assert!(changed * 100 <= total * changed_max, "{changed} of {total}, unasked");
        }
    }
}

/// Largest share of the changed posts that may be answered with a match, in percent.
const CHANGED_MAX: usize = 2;
/// The same of those that were written by who did not know the guards.
const UNSEEN_CHANGED_MAX: usize = 5;
/// Least shares of the true posts that must be stated, and at least offered, in percent.
const BY_MEANING_MIN: [usize; 2] = [40, 80];
const BY_WORDS_MIN: [usize; 2] = [35, 85];
