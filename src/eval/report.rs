//! The report of a measurement: for machines as it is, for people as a table.

use std::fmt;

use serde::Serialize;

use super::measure::{
    Band, Calibration, Curve, Gate, average_precision_at_5, bands, calibration, curve,
    reciprocal_rank,
};
use super::{Found, Labelled, Measured, Unasked};
use crate::answer::Judged;
use crate::claim::answer::Decision;
use crate::claim::bands::{Bands, MatchSettings};
use crate::doors::Chance;

/// Shares of false alerts at which recall is told.
const FALSE_ALERTS: [f64; 3] = [0.0007, 0.0028, 0.014];
/// Gates that are compared, beside the one that is set; the first lets everything pass.
const GATES: [f64; 6] = [0.0, 0.01, 0.02, 0.05, 0.1, 0.2];
/// Resamples for the interval of the calibration error.
const RESAMPLES: usize = 1_000;
/// Seed of the resampling, so that a report repeats itself.
const SEED: u64 = 22;

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Queries with a right answer among the checks.
    pub queries: usize,
    /// Queries left out because none of their right checks is there.
    pub unanswerable: usize,
    /// Mean average precision at 5.
    pub map_at_5: f64,
    /// Mean reciprocal rank.
    pub mrr: f64,
    /// Share of queries with a right answer among the first 1, 5 and 10.
    pub success: [f64; 3],
    /// Recall at shares of false alerts; empty without ordinary posts.
    pub curve: Vec<Curve>,
    /// What gates before the encoder cost and save; empty without ordinary posts.
    pub gates: Vec<Gate>,
    /// The bands of each audience.
    pub bands: Vec<Audience>,
    /// Calibration over first answers to the queries, with and without their right checks.
    pub calibration: Calibration,
    /// Milliseconds a question, p50 and p99.
    pub ms: [f64; 2],
    /// Ordinary posts a second through the path of feeds, with all cores.
    pub posts_per_second: Option<f64>,
}

/// What an audience would be told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audience {
    /// Its name in `[match]`.
    pub name: &'static str,
    /// Lower ends of its bands.
    pub thresholds: [f64; 2],
    /// What would be stated.
    pub r#match: Band,
    /// What would be offered.
    pub possible: Band,
}

impl Report {
    /// Sums up what was measured.
    pub fn of(set: &Labelled, measured: &Measured, settings: &MatchSettings) -> Self {
        let n = set.queries.len().max(1) as f64;
        let mut report = Self {
            queries: set.queries.len(),
            unanswerable: set.unanswerable,
            map_at_5: 0.0,
            mrr: 0.0,
            success: [0.0; 3],
            curve: Vec::new(),
            gates: Vec::new(),
            bands: Vec::new(),
            calibration: Calibration { ece: 0.0, interval: [0.0; 2], bins: Vec::new() },
            ms: [0.5, 0.99].map(|share| percentile(&measured.asked, share)),
            posts_per_second: measured.posts_per_second,
        };
        let mut firsts = Vec::with_capacity(set.queries.len());
        for (at, found) in measured.asked.iter().enumerate() {
            let (judged, right) = set.judged(at, found.list.iter().map(|one| one.id.as_str()));
            report.map_at_5 += average_precision_at_5(&judged, right) / n;
            report.mrr += reciprocal_rank(&judged) / n;
            for (depth, success) in [1, 5, 10].into_iter().zip(&mut report.success) {
                *success += f64::from(judged.iter().take(depth).any(|right| *right)) / n;
            }
            firsts.push((confidence(found), judged.first().copied().unwrap_or_default()));
        }
        let ordinary: Vec<f64> = measured.ordinary.iter().map(confidence).collect();
        if !ordinary.is_empty() {
            report.curve = curve(&firsts, &ordinary, &FALSE_ALERTS);
            report.gates = gates(set, &measured.unasked, settings.gate);
        }
        report.bands = audiences(measured, &firsts, settings);
        let mut told = firsts;
        told.extend(measured.bereft.iter().map(|found| (confidence(found), false)));
        report.calibration = calibration(told, RESAMPLES, &Chance::seeded(SEED));
        report
    }
}

fn confidence(found: &Found) -> f64 {
    found.list.first().map_or(0.0, |first| first.confidence)
}

fn percentile(found: &[Found], share: f64) -> f64 {
    let mut times: Vec<f64> = found.iter().map(|found| found.ms).collect();
    times.sort_by(f64::total_cmp);
    let place = (times.len() as f64 * share) as usize;
    times.get(place.min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn audiences(
    measured: &Measured,
    firsts: &[(f64, bool)],
    settings: &MatchSettings,
) -> Vec<Audience> {
    let all = [&settings.private, &settings.group, &settings.feed];
    let names = Judged::AUDIENCES.iter().map(|(name, _)| *name);
    let one = |((place, bands_of), name): ((usize, &&Bands), &'static str)| {
        let band = |decision| {
            let inside = |found: &Found| {
                let first = found.list.first()?;
                let told = first.decisions.get(place).copied().unwrap_or(Decision::None);
                (told == decision).then_some(first.confidence)
            };
            let asked = measured.asked.iter().map(inside).zip(firsts.iter().map(|first| first.1));
            bands(asked, measured.bereft.iter().map(inside), measured.ordinary.iter().map(inside))
        };
        Audience {
            name,
            thresholds: [bands_of.match_min, bands_of.possible_min],
            r#match: band(Decision::Match),
            possible: band(Decision::Possible),
        }
    };
    all.iter().enumerate().zip(names).map(one).collect()
}

/// What each gate costs and saves.
fn gates(set: &Labelled, unasked: &Unasked, own: f64) -> Vec<Gate> {
    let mut all = GATES.to_vec();
    if !all.contains(&own) {
        all.push(own);
        all.sort_by(f64::total_cmp);
    }
    let passes = |gate: f64, words: &Found| confidence(words) >= gate;
    let one = |gate: f64| {
        // What does not pass is never told, so it counts as nothing.
        let told = |[words, full]: &[Found; 2]| {
            if passes(gate, words) { confidence(full) } else { 0.0 }
        };
        let asked: Vec<(f64, bool)> = unasked
            .asked
            .iter()
            .enumerate()
            .map(|(at, found)| {
                let (judged, _) = set.judged(at, found[1].list.iter().map(|one| one.id.as_str()));
                (told(found), judged.first().copied().unwrap_or_default())
            })
            .collect();
        let ordinary: Vec<f64> = unasked.ordinary.iter().map(told).collect();
        let passed = unasked.ordinary.iter().filter(|[words, _]| passes(gate, words)).count();
        let ms: f64 = unasked
            .ordinary
            .iter()
            .map(|[words, full]| if passes(gate, words) { full.ms } else { words.ms })
            .sum();
        let posts = unasked.ordinary.len() as f64;
        Gate {
            gate,
            passed: passed as f64 / posts,
            posts_per_second: posts * 1e3 * unasked.workers as f64 / ms.max(f64::MIN_POSITIVE),
            recall: curve(&asked, &ordinary, &FALSE_ALERTS).iter().map(|at| at.recall).collect(),
        }
    };
    all.into_iter().map(one).collect()
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { queries, unanswerable, map_at_5, mrr, success, .. } = self;
        writeln!(out, "queries {queries} (left out, their check is not there: {unanswerable})")?;
        writeln!(out, "MAP@5 {map_at_5:.4}  MRR {mrr:.4}")?;
        let [one, five, ten] = success;
        writeln!(out, "S@1 {one:.4}  S@5 {five:.4}  S@10 {ten:.4}")?;
        for Curve { false_alerts, threshold, recall } in &self.curve {
            let percent = false_alerts * 100.0;
            writeln!(
                out,
                "recall {recall:.4} at {percent:.2} % false alerts (above {threshold:.4})"
            )?;
        }
        for Gate { gate, passed, posts_per_second, recall } in &self.gates {
            let recall: Vec<String> = recall.iter().map(|recall| format!("{recall:.4}")).collect();
            write!(
                out,
                "unasked, gate {gate:.2}: {:.1} % of ordinary posts pass, ",
                passed * 100.0
            )?;
            writeln!(out, "{posts_per_second:.0} a second, recall {}", recall.join(" "))?;
        }
        for audience in &self.bands {
            let [stated, offered] = audience.thresholds;
            let rows =
                [("match", stated, audience.r#match), ("possible", offered, audience.possible)];
            for (band, from, Band { expected, told, right, bereft, ordinary }) in rows {
                let precision = right as f64 / (told + bereft).max(1) as f64;
                let recall = right as f64 / (*queries).max(1) as f64;
                let name = audience.name;
                write!(out, "{name:<8}{band:<9}from {from:.2}: {right} of {told} right, ")?;
                write!(out, "{bereft} where nothing is to be found, {ordinary} ordinary; ")?;
                write!(out, "precision {precision:.3} (expected {expected:.3}), ")?;
                writeln!(out, "recall {recall:.3}")?;
            }
        }
        let Calibration { ece, interval: [low, high], bins } = &self.calibration;
        writeln!(out, "calibration error {ece:.4} (95 % {low:.4} to {high:.4})")?;
        writeln!(out, "    posts  told   right")?;
        for (posts, told, right) in bins {
            writeln!(out, "    {posts:>5}  {told:.3}  {right:.3}")?;
        }
        let [median, slow] = self.ms;
        writeln!(out, "a question: p50 {median:.2} ms, p99 {slow:.2} ms")?;
        match self.posts_per_second {
            Some(rate) => writeln!(out, "ordinary posts: {rate:.0} a second"),
            None => Ok(()),
        }
    }
}
