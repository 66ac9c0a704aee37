//! What decisions say of the thresholds: how often the matcher was right at and above each.

use anyhow::Result;
use serde::Serialize;

use crate::claim::sketch::SAME_POST;
use crate::store::{Doubt, Pair, Store, Verdict};

/// Thresholds that are looked at.
const THRESHOLDS: [f64; 11] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99];
/// A threshold is proposed if the matcher was surely so often right above it: to state, and to
/// offer.
const STATED_MIN: f64 = 0.95;
const OFFERED_MIN: f64 = 0.6;
/// What a reader's "not the same claim" counts, where a moderator's decision counts one: readers
/// press it for other reasons, too.
const DOUBT_WEIGHT: f64 = 0.25;
/// Standard normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.96;

/// Decisions at and above one threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Row {
    /// The threshold.
    pub threshold: f64,
    /// Decisions at or above it.
    pub decided: usize,
    /// Of these, right.
    pub right: usize,
    /// The share that is right.
    pub precision: f64,
    /// Its 95 % interval (Wilson 1927).
    pub interval: [f64; 2],
}

/// What decisions speak for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Decisions in all.
    pub decided: usize,
    /// Of these, right.
    pub right: usize,
    /// By threshold.
    pub rows: Vec<Row>,
    /// The lowest threshold above which the matcher may state; `None`: too few decisions speak for
    /// one.
    pub match_min: Option<f64>,
    /// The lowest above which it may offer.
    pub possible_min: Option<f64>,
    /// What readers add to that.
    pub readers: Readers,
}

/// What readers say who press "not the same claim": a weak sign, and no decision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Readers {
    /// How often they said so, each reader once a check.
    pub said: usize,
    /// Of these, of questions and checks that no moderator decided about.
    pub undecided: usize,
    /// As how much of a wrong match each of those is counted here.
    pub weight: f64,
    /// As above, with them.
    pub match_min: Option<f64>,
    /// As above, with them.
    pub possible_min: Option<f64>,
}

/// What the decisions so far speak for.
///
/// # Errors
/// If the database fails.
pub fn report(store: &Store) -> Result<Report> {
    let pairs = store.pairs()?;
    let doubts = store.doubts(None)?;
    let mut known = std::collections::HashSet::new();
    let doubts: Vec<&Doubt> = doubts
        .iter()
        .filter(|one| one.reader.is_none() || known.insert((&one.reader, &one.review_id)))
        .collect();
    let undecided = doubts.iter().filter(|doubt| !is_decided(doubt, &pairs));
    let undecided: Vec<f64> = undecided.filter_map(|doubt| doubt.confidence).collect();
    let decided: Vec<(f64, bool)> =
        pairs.iter().map(|pair| (pair.confidence, pair.verdict == Verdict::Right)).collect();
    Ok(of(&decided, doubts.len(), &undecided))
}

/// Whether a moderator decided about the check and a post much like what was asked.
fn is_decided(doubt: &Doubt, pairs: &[Pair]) -> bool {
    let Some(sketch) = &doubt.sketch else { return false };
    let mut same = pairs.iter().filter(|pair| pair.review_id == doubt.review_id);
    same.any(|pair| pair.sketch.likeness(sketch) >= SAME_POST)
}

fn of(decided: &[(f64, bool)], said: usize, undecided: &[f64]) -> Report {
    let row = |threshold: f64| {
        let above = decided.iter().filter(|(confidence, _)| *confidence >= threshold);
        let (count, right) =
            above.fold((0, 0), |(count, right), one| (count + 1, right + usize::from(one.1)));
        let precision = if count == 0 { 0.0 } else { right as f64 / count as f64 };
        let interval = wilson(right as f64, count as f64);
        Row { threshold, decided: count, right, precision, interval }
    };
    let rows: Vec<Row> = THRESHOLDS.into_iter().map(row).collect();
    let intervals = rows.iter().filter(|row| row.decided > 0);
    let intervals: Vec<_> = intervals.map(|row| (row.threshold, row.interval)).collect();
    let doubted: Vec<_> = rows
        .iter()
        .filter_map(|row| {
            let doubts = undecided.iter().filter(|confidence| **confidence >= row.threshold);
            let count = row.decided as f64 + doubts.count() as f64 * DOUBT_WEIGHT;
            (count > 0.0).then(|| (row.threshold, wilson(row.right as f64, count)))
        })
        .collect();
    let [(match_min, possible_min), with] =
        [&intervals, &doubted].map(|rows| (lowest(rows, STATED_MIN), lowest(rows, OFFERED_MIN)));
    Report {
        decided: decided.len(),
        right: decided.iter().filter(|one| one.1).count(),
        match_min,
        possible_min,
        readers: Readers {
            said,
            undecided: undecided.len(),
            weight: DOUBT_WEIGHT,
            match_min: with.0,
            possible_min: with.1,
        },
        rows,
    }
}

/// The lowest threshold from which on every one is surely right so often.
fn lowest(rows: &[(f64, [f64; 2])], least: f64) -> Option<f64> {
    let good = rows.iter().rev().take_while(|(_, interval)| interval[0] >= least);
    good.last().map(|(threshold, _)| *threshold)
}

/// The interval of a share (Wilson 1927).
fn wilson(right: f64, n: f64) -> [f64; 2] {
    if n <= 0.0 {
        return [0.0, 1.0];
    }
    let z2 = Z * Z;
    let share = right / n;
    let middle = share + z2 / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    [middle - spread, middle + spread].map(|edge| (edge / (1.0 + z2 / n)).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        let near = |got: [f64; 2], low: f64, high: f64| {
            assert!((got[0] - low).abs() < 1e-3 && (got[1] - high).abs() < 1e-3, "{got:?}");
        };
        near(wilson(8.0, 10.0), 0.490, 0.943);
        near(wilson(0.0, 10.0), 0.0, 0.278);
        near(wilson(100.0, 100.0), 0.963, 1.0);
        near(wilson(0.0, 0.0), 0.0, 1.0);
    }

    #[test]
    fn thresholds_are_proposed_where_decisions_speak_for_them() {
        let mut decided = vec![(0.96, true); 120];
        decided.extend(vec![(0.75, true); 60]);
        decided.extend(vec![(0.75, false); 20]);
        decided.extend(vec![(0.45, false); 60]);
        let told = of(&decided, 0, &[]);
        assert_eq!((told.decided, told.right), (260, 180));
        assert_eq!(told.match_min, Some(0.8));
        assert_eq!(told.possible_min, Some(0.3));
        let few = of(&decided[..10], 0, &[]);
        assert_eq!((few.match_min, few.possible_min), (None, Some(0.3)));
        assert_eq!(of(&[], 0, &[]).match_min, None);
    }

    #[test]
    fn readers_weigh_a_quarter_and_decide_nothing() {
        let mut decided = vec![(0.96, true); 120];
        decided.extend(vec![(0.75, true); 60]);
        let few = of(&decided, 4, &[0.75; 4]);
        assert_eq!((few.decided, few.right), (180, 180), "they are no decisions");
        assert_eq!((few.match_min, few.readers.match_min), (Some(0.3), Some(0.3)));
        let many = of(&decided, 80, &[0.75; 80]);
        assert_eq!((many.match_min, many.readers.match_min), (Some(0.3), Some(0.8)));
        assert_eq!(many.readers.possible_min, Some(0.3));
        assert_eq!((many.readers.said, many.readers.undecided), (80, 80));
        assert_eq!(of(&[], 9, &[0.9; 9]).readers.match_min, None);
    }
}
