//! What decisions say of the thresholds: how often the matcher was right at and above each.

use anyhow::Result;
use serde::Serialize;

use crate::store::{Store, Verdict};

/// Thresholds that are looked at.
const THRESHOLDS: [f64; 11] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99];
/// A threshold is proposed if the matcher was surely so often right above it: to state, and to
/// offer.
const STATED_MIN: f64 = 0.95;
const OFFERED_MIN: f64 = 0.6;
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
}

/// What the decisions so far speak for.
///
/// # Errors
/// If the database fails.
pub fn report(store: &Store) -> Result<Report> {
    let decided = store.pairs()?;
    let decided: Vec<(f64, bool)> =
        decided.iter().map(|pair| (pair.confidence, pair.verdict == Verdict::Right)).collect();
    Ok(of(&decided))
}

fn of(decided: &[(f64, bool)]) -> Report {
    let row = |threshold: f64| {
        let above = decided.iter().filter(|(confidence, _)| *confidence >= threshold);
        let (count, right) =
            above.fold((0, 0), |(count, right), one| (count + 1, right + usize::from(one.1)));
        let precision = if count == 0 { 0.0 } else { right as f64 / count as f64 };
        Row { threshold, decided: count, right, precision, interval: wilson(right, count) }
    };
    let rows: Vec<Row> = THRESHOLDS.into_iter().map(row).collect();
    // Above a proposed threshold no higher one may be worse.
    let lowest = |least: f64| {
        let good = rows.iter().rev().filter(|row| row.decided > 0);
        good.take_while(|row| row.interval[0] >= least).last().map(|row| row.threshold)
    };
    Report {
        decided: decided.len(),
        right: decided.iter().filter(|one| one.1).count(),
        match_min: lowest(STATED_MIN),
        possible_min: lowest(OFFERED_MIN),
        rows,
    }
}

/// The interval of a share (Wilson 1927).
fn wilson(right: usize, count: usize) -> [f64; 2] {
    if count == 0 {
        return [0.0, 1.0];
    }
    let (n, z2) = (count as f64, Z * Z);
    let share = right as f64 / n;
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
        near(wilson(8, 10), 0.490, 0.943);
        near(wilson(0, 10), 0.0, 0.278);
        near(wilson(100, 100), 0.963, 1.0);
        near(wilson(0, 0), 0.0, 1.0);
    }

    #[test]
    fn thresholds_are_proposed_where_decisions_speak_for_them() {
        let mut decided = vec![(0.96, true); 120];
        decided.extend(vec![(0.75, true); 60]);
        decided.extend(vec![(0.75, false); 20]);
        decided.extend(vec![(0.45, false); 60]);
        let told = of(&decided);
        assert_eq!((told.decided, told.right), (260, 180));
        assert_eq!(told.match_min, Some(0.8));
        assert_eq!(told.possible_min, Some(0.3));
        let few = of(&decided[..10]);
        assert_eq!((few.match_min, few.possible_min), (None, Some(0.3)));
        assert_eq!(of(&[]).match_min, None);
    }
}
