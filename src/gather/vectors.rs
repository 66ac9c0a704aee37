//! The vectors catch up with the database: each check that may be sent has one, of the text it has
//! now. Slow (milliseconds a check), so it is done beside everything else, and taken up again from
//! where it was.

use std::collections::HashSet;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use crate::claim::review::ClaimReview;
use crate::claim::text::cut_at_word;
use crate::index::vectors::Vectors;
use crate::store::{Change, Store};

/// Changes read at once.
const BATCH: usize = 500;
/// Vectors kept at once: what a crash loses, some hundred milliseconds of work.
const KEPT_AT_ONCE: usize = 64;
/// Characters of the summary that count.
const SUMMARY_CHARS_MAX: usize = 600;
/// Checks without a vector after which it is not the checks that are wrong.
const FAILURES_MAX: u64 = 20;

/// How far it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VectorCounts {
    /// Checks that were looked at.
    pub seen: u64,
    /// Vectors that were made.
    pub made: u64,
    /// Vectors that were there already.
    pub kept: u64,
    /// Vectors of checks that are not to be sent any more, taken away.
    pub removed: u64,
    /// Checks that no vector could be made of.
    pub failed: u64,
    /// Whether nothing is left to do.
    pub done: bool,
}

/// Makes the vectors that are missing, with `encode`, and removes those that should not be there.
/// Tells `progress` now and then. Ends early, and without harm, when `stop` is called; the next
/// call goes on. Only what changed since the last complete call is looked at.
///
/// # Errors
/// If database or disk fail, or `encode` fails again and again.
pub fn catch_up_vectors(
    store: &Store,
    vectors: &Vectors,
    encode: &mut dyn FnMut(&str) -> Result<Vec<f32>>,
    progress: &mut dyn FnMut(VectorCounts),
    stop: &CancellationToken,
) -> Result<VectorCounts> {
    let from = vectors.reached();
    let mut live = HashSet::new();
    let mut work =
        Work { vectors, encode, stop, counts: VectorCounts::default(), waiting: Vec::new() };
    let mut sequence = from;
    let mut newest = store.sequence()?;
    loop {
        let changes = store.changes_after(sequence, BATCH)?;
        let Some(last) = changes.last() else { break };
        sequence = last.sequence;
        for change in &changes {
            if change.stored.is_some() {
                live.insert(change.row);
            }
            work.follow(change)?;
        }
        work.keep()?;
        progress(work.counts);
        if stop.is_cancelled() {
            return Ok(work.counts);
        }
        // Somebody may wait for what came meanwhile, and nobody for what has been missing long.
        newest = work.follow_newer(store, newest)?;
    }
    if from == 0 {
        // Rows that the database has never heard of: it was put back to an earlier state.
        let strange = vectors.rows().into_iter().filter(|row| !live.contains(row));
        work.remove(&strange.collect::<Vec<_>>())?;
    }
    vectors.reach(sequence);
    work.counts.done = true;
    Ok(work.counts)
}

/// The text whose vector stands for a check: title, claim and the beginning of the summary, each
/// once.
pub fn vector_text(review: &ClaimReview) -> String {
    let summary = review.summary(SUMMARY_CHARS_MAX);
    let summary = summary.as_deref().map(|summary| cut_at_word(summary, SUMMARY_CHARS_MAX));
    let mut parts: Vec<&str> = Vec::with_capacity(3);
    for part in [review.name.as_deref(), review.claim_reviewed.as_deref(), summary] {
        if let Some(part) = part.map(str::trim)
            && !part.is_empty()
            && !parts.contains(&part)
        {
            parts.push(part);
        }
    }
    parts.join(". ")
}

/// What is being done.
struct Work<'a> {
    vectors: &'a Vectors,
    encode: &'a mut dyn FnMut(&str) -> Result<Vec<f32>>,
    stop: &'a CancellationToken,
    counts: VectorCounts,
    /// Made, and not kept yet.
    waiting: Vec<(u64, u64, Vec<f32>)>,
}

impl Work<'_> {
    fn follow(&mut self, change: &Change) -> Result<()> {
        if self.stop.is_cancelled() {
            return Ok(());
        }
        self.counts.seen += 1;
        let Some(stored) = &change.stored else { return self.remove(&[change.row]) };
        let text = vector_text(&stored.review);
        let hash = text_hash(&text);
        if self.vectors.has(change.row, hash) {
            self.counts.kept += 1;
            return Ok(());
        }
        match (self.encode)(&text) {
            Ok(vector) => {
                self.counts.made += 1;
                self.waiting.push((change.row, hash, vector));
            }
            // The old vector is of another text; and one strange check must not stop all others.
            Err(error) => {
                self.counts.failed += 1;
                if self.counts.made == 0 && self.counts.failed >= FAILURES_MAX {
                    return Err(error.context("making vectors of checks"));
                }
                self.remove(&[change.row])?;
            }
        }
        if self.waiting.len() >= KEPT_AT_ONCE { self.keep() } else { Ok(()) }
    }

    /// Follows all changes after `newest` and returns the last of them.
    fn follow_newer(&mut self, store: &Store, mut newest: u64) -> Result<u64> {
        while !self.stop.is_cancelled() {
            let changes = store.changes_after(newest, BATCH)?;
            let Some(last) = changes.last() else { break };
            newest = last.sequence;
            for change in &changes {
                self.follow(change)?;
            }
            self.keep()?;
        }
        Ok(newest)
    }

    fn keep(&mut self) -> Result<()> {
        self.vectors.put(&self.waiting).context("keeping vectors of checks")?;
        self.waiting.clear();
        Ok(())
    }

    fn remove(&mut self, rows: &[u64]) -> Result<()> {
        let before = self.vectors.len();
        self.vectors.remove(rows)?;
        self.counts.removed += before.saturating_sub(self.vectors.len()) as u64;
        Ok(())
    }
}

/// What tells that a vector was made of another text: the beginning of its SHA-256.
pub fn text_hash(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    digest.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use chrono::Utc;

    use super::*;
    use crate::claim::publisher::Publishers;
    use crate::store::Trust;

    fn review(number: usize, summary: &str) -> ClaimReview {
        ClaimReview {
            id: Some(format!("check-{number}")),
            url: Some(format!("https://checks.example/{number}")),
            name: Some(format!("Title {number}")),
            claim_reviewed: Some(format!("Claim {number}")),
            abstract_: Some(summary.to_owned()),
            ..ClaimReview::default()
        }
    }

    fn take_in(store: &Store, reviews: &[ClaimReview]) {
        let publishers = Publishers::default();
        store.put_reviews(reviews, Trust::Imported, &publishers, Utc::now()).unwrap();
    }

    /// A vector that tells texts apart.
    fn vector(text: &str) -> Vec<f32> {
        let seed = text_hash(text);
        (0..8).map(|at| ((seed >> (8 * at)) & 255) as f32 / 255.0 - 0.5).collect()
    }

    fn run(store: &Store, vectors: &Vectors) -> VectorCounts {
        let mut encode = |text: &str| Ok(vector(text));
        let stop = CancellationToken::new();
        catch_up_vectors(store, vectors, &mut encode, &mut |_| {}, &stop).unwrap()
    }

    fn counts(seen: u64, made: u64, kept: u64, removed: u64) -> VectorCounts {
        VectorCounts { seen, made, kept, removed, failed: 0, done: true }
    }

    fn open(dir: &Path) -> (Store, Vectors) {
        (Store::open(dir).unwrap(), Vectors::open(&dir.join("search"), "one", 8).unwrap())
    }

    #[test]
    fn each_check_gets_the_vector_of_its_present_text() {
        let dir = tempfile::tempdir().unwrap();
        let (store, vectors) = open(dir.path());
        let reviews: Vec<_> = (0..150).map(|number| review(number, "It is false.")).collect();
        take_in(&store, &reviews);
        assert_eq!(run(&store, &vectors), counts(150, 150, 0, 0));
        assert_eq!(run(&store, &vectors), counts(0, 0, 0, 0), "only changes are looked at");
        take_in(&store, &[review(3, "It is half true."), reviews[4].clone()]);
        assert!(store.withdraw(&store.review(7).unwrap().unwrap().id, Utc::now()).unwrap());
        assert_eq!(run(&store, &vectors), counts(2, 1, 0, 1));
        drop(vectors);
        let (_, vectors) = open(dir.path());
        assert_eq!(
            run(&store, &vectors),
            counts(150, 0, 149, 0),
            "after a restart nothing is made"
        );
        for row in vectors.rows() {
            let text = vector_text(&store.review(row).unwrap().unwrap().review);
            assert!(vectors.has(row, text_hash(&text)));
        }
    }

    #[test]
    fn a_stop_loses_nothing_and_the_next_call_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let (store, vectors) = open(dir.path());
        take_in(&store, &(0..100).map(|number| review(number, "No.")).collect::<Vec<_>>());
        let stop = CancellationToken::new();
        let mut calls = 0;
        let mut encode = |text: &str| {
            calls += 1;
            if calls == 30 {
                stop.cancel();
            }
            Ok(vector(text))
        };
        let end = catch_up_vectors(&store, &vectors, &mut encode, &mut |_| {}, &stop).unwrap();
        assert_eq!((end.seen, end.made, end.done), (30, 30, false));
        assert_eq!(vectors.len(), 30);
        assert_eq!(run(&store, &vectors), counts(100, 70, 30, 0));
    }

    #[test]
    fn what_comes_meanwhile_goes_before_what_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let (store, vectors) = open(dir.path());
        let old: Vec<_> = (0..BATCH + 100).map(|number| review(number, "No.")).collect();
        take_in(&store, &old);
        let mut made = Vec::new();
        let mut encode = |text: &str| {
            made.push(text.to_owned());
            if made.len() == 10 {
                take_in(&store, &[review(9_999, "No.")]);
            }
            Ok(vector(text))
        };
        let stop = CancellationToken::new();
        let end = catch_up_vectors(&store, &vectors, &mut encode, &mut |_| {}, &stop).unwrap();
        assert!(end.done && end.made == BATCH as u64 + 101 && vectors.len() == BATCH + 101);
        assert_eq!(made.iter().position(|text| text.contains("Claim 9999")), Some(BATCH));
    }

    #[test]
    fn vectors_of_rows_that_the_database_does_not_know_go() {
        let dir = tempfile::tempdir().unwrap();
        let (store, vectors) = open(dir.path());
        vectors.put(&[(77, 1, vec![0.5; 8])]).unwrap();
        take_in(&store, &[review(0, "No.")]);
        assert_eq!(run(&store, &vectors), counts(1, 1, 0, 1));
        assert_eq!(vectors.rows(), [1]);
    }

    #[test]
    fn one_strange_check_is_left_out_and_a_broken_model_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let (store, vectors) = open(dir.path());
        take_in(&store, &(0..40).map(|number| review(number, "No.")).collect::<Vec<_>>());
        let stop = CancellationToken::new();
        let mut broken = |_: &str| anyhow::bail!("no vector");
        let error = catch_up_vectors(&store, &vectors, &mut broken, &mut |_| {}, &stop);
        assert_eq!(format!("{:#}", error.unwrap_err()), "making vectors of checks: no vector");
        let mut seen = Vec::new();
        let mut most = |text: &str| {
            if text.contains("Claim 5.") { anyhow::bail!("no vector") } else { Ok(vector(text)) }
        };
        let mut progress = |counts: VectorCounts| seen.push(counts);
        let end = catch_up_vectors(&store, &vectors, &mut most, &mut progress, &stop).unwrap();
        assert_eq!(end, VectorCounts { failed: 1, ..counts(40, 39, 0, 0) });
        assert_eq!(seen, [VectorCounts { done: false, ..end }]);
    }

    #[test]
    fn the_text_is_title_claim_and_summary_each_once() {
        assert_eq!(vector_text(&review(1, "No.")), "Title 1. Claim 1. No.");
        let same = ClaimReview { name: Some("Claim 1".to_owned()), ..review(1, "Claim 1") };
        assert_eq!(vector_text(&same), "Claim 1");
        let long = review(1, &"word ".repeat(1_000));
        assert_eq!(vector_text(&long).chars().count(), "Title 1. Claim 1. ".len() + 599);
        assert_eq!(vector_text(&ClaimReview::default()), "");
    }
}
