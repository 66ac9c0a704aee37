//! The measures, as information retrieval and forecasting define them. Pure.

use serde::Serialize;

use crate::doors::Chance;

/// Average precision at five of a ranking: precision at each right place among the first five,
/// summed, divided by as many right answers as could stand there.
pub(super) fn average_precision_at_5(judged: &[bool], right: usize) -> f64 {
    let mut found = 0.0;
    let mut sum = 0.0;
    for (place, is_right) in judged.iter().take(5).enumerate() {
        if *is_right {
            found += 1.0;
            sum += found / (place + 1) as f64;
        }
    }
    if right == 0 { 0.0 } else { sum / right.min(5) as f64 }
}

/// One over the place of the first right answer; 0 without one.
pub(super) fn reciprocal_rank(judged: &[bool]) -> f64 {
    judged.iter().position(|right| *right).map_or(0.0, |place| 1.0 / (place + 1) as f64)
}

/// How well confidences are kept: of all reported at 0.9, nine in ten should be right.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Expected calibration error over ten bins of equal mass (Guo et al. 2017, with equal mass).
    pub ece: f64,
    /// Its 95 % interval by bootstrap.
    pub interval: [f64; 2],
    /// The reliability table: posts, mean confidence, share that is right.
    pub bins: Vec<(usize, f64, f64)>,
}

/// Calibration of (confidence, right) pairs.
pub(super) fn calibration(
    mut told: Vec<(f64, bool)>,
    resamples: usize,
    chance: &Chance,
) -> Calibration {
    let bins = bins(&mut told);
    let mut errors: Vec<f64> = (0..resamples)
        .map(|_| {
            let mut again: Vec<(f64, bool)> =
                (0..told.len()).map(|_| told[chance.below(told.len())]).collect();
            error(&self::bins(&mut again))
        })
        .collect();
    errors.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (errors.len() as f64 * share) as usize;
        errors.get(place.min(errors.len().saturating_sub(1))).copied().unwrap_or_default()
    };
    Calibration { ece: error(&bins), interval: [at(0.025), at(0.975)], bins }
}

/// Ten bins of equal mass: posts, mean confidence, share that is right.
fn bins(told: &mut [(f64, bool)]) -> Vec<(usize, f64, f64)> {
    const BINS: usize = 10;
    told.sort_by(|one, other| one.0.total_cmp(&other.0));
    let edge = |bin: usize| told.len() * bin / BINS;
    (0..BINS)
        .map(|bin| &told[edge(bin)..edge(bin + 1)])
        .filter(|bin| !bin.is_empty())
        .map(|bin| {
            let posts = bin.len() as f64;
            let confidence = bin.iter().map(|(confidence, _)| confidence).sum::<f64>() / posts;
            let right = bin.iter().filter(|(_, right)| *right).count() as f64 / posts;
            (bin.len(), confidence, right)
        })
        .collect()
}

fn error(bins: &[(usize, f64, f64)]) -> f64 {
    let posts: usize = bins.iter().map(|bin| bin.0).sum();
    bins.iter().map(|(n, told, right)| *n as f64 * (told - right).abs()).sum::<f64>()
        / posts.max(1) as f64
}

/// Recall at a share of false alerts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Curve {
    /// Share of ordinary posts that would alert.
    pub false_alerts: f64,
    /// The confidence above which is alerted.
    pub threshold: f64,
    /// Share of queries whose first answer is right and above it.
    pub recall: f64,
}

/// Recall at each share of false alerts. `asked` are the first answers to the queries, `ordinary`
/// the confidences of the first answers to posts that should match nothing.
pub(super) fn curve(asked: &[(f64, bool)], ordinary: &[f64], shares: &[f64]) -> Vec<Curve> {
    let mut falling = ordinary.to_vec();
    falling.sort_by(|one, other| other.total_cmp(one));
    let point = |share: &f64| {
        let allowed = (falling.len() as f64 * share) as usize;
        let threshold = falling.get(allowed).copied().unwrap_or_default();
        let found = asked.iter().filter(|(told, right)| *right && *told > threshold).count();
        let recall = found as f64 / asked.len().max(1) as f64;
        Curve { false_alerts: *share, threshold, recall }
    };
    shares.iter().map(point).collect()
}

/// What a gate before the encoder costs and saves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gate {
    /// Probability by words alone from which on a post's meaning is looked at.
    pub gate: f64,
    /// Share of ordinary posts that pass it.
    pub passed: f64,
    /// Ordinary posts a second with all cores, reckoned from the time each took.
    pub posts_per_second: f64,
    /// Recall at each of the shares of false alerts.
    pub recall: Vec<f64>,
}

/// Posts in a band, and how many of them are right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Band {
    /// Mean confidence of the answers to queries in the band, with and without their right checks:
    /// the precision to be expected where every second post has its check.
    pub expected: f64,
    /// Answers to queries in the band.
    pub told: usize,
    /// Of these, right.
    pub right: usize,
    /// Answers in the band to queries whose right checks were taken away.
    pub bereft: usize,
    /// Answers in the band to ordinary posts.
    pub ordinary: usize,
}

/// Sums up one band. Each item is the confidence of an answer that lies in the band, or nothing for
/// one that does not; of the queries also whether it is right.
pub(super) fn bands(
    asked: impl Iterator<Item = (Option<f64>, bool)>,
    bereft: impl Iterator<Item = Option<f64>>,
    ordinary: impl Iterator<Item = Option<f64>>,
) -> Band {
    let mut band = Band::default();
    let mut told = 0.0;
    for (confidence, right) in asked {
        band.told += usize::from(confidence.is_some());
        band.right += usize::from(confidence.is_some() && right);
        told += confidence.unwrap_or_default();
    }
    for confidence in bereft.flatten() {
        band.bereft += 1;
        told += confidence;
    }
    band.ordinary = ordinary.flatten().count();
    band.expected = told / (band.told + band.bereft).max(1) as f64;
    band
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-12
    }

    #[test]
    fn ranking_measures_are_those_of_the_books() {
        assert!(close(average_precision_at_5(&[true, false, true], 2), (1.0 + 2.0 / 3.0) / 2.0));
        assert!(close(average_precision_at_5(&[false, true], 1), 0.5));
        assert!(close(average_precision_at_5(&[true; 8], 8), 1.0));
        assert!(close(average_precision_at_5(&[false; 5], 1), 0.0));
        assert!(close(average_precision_at_5(&[], 0), 0.0));
        assert!(close(reciprocal_rank(&[false, false, true]), 1.0 / 3.0));
        assert!(close(reciprocal_rank(&[false]), 0.0));
    }

    #[test]
    fn what_is_told_at_nine_in_ten_and_right_half_the_time_is_four_tenths_off() {
        let told = (0..100).map(|at| (0.9, at % 2 == 0)).collect();
        let found = calibration(told, 200, &Chance::seeded(1));
        assert!((found.ece - 0.4).abs() < 0.05, "{found:?}");
        assert!(found.interval[0] <= found.ece && found.ece <= found.interval[1] + 0.05);
        assert_eq!(found.bins.iter().map(|bin| bin.0).sum::<usize>(), 100);
        assert!(close(calibration(vec![], 10, &Chance::seeded(1)).ece, 0.0));
    }

    #[test]
    fn a_band_expects_what_it_was_told() {
        let asked = [(Some(0.9), true), (Some(1.0), false), (None, true)].into_iter();
        let band = bands(asked, [Some(0.8), None].into_iter(), [None, Some(0.9)].into_iter());
        assert!(close(band.expected, 0.9));
        assert_eq!((band.told, band.right, band.bereft, band.ordinary), (2, 1, 1, 1));
        assert!(close(bands([].into_iter(), [].into_iter(), [].into_iter()).expected, 0.0));
    }

    #[test]
    fn recall_is_counted_above_the_allowed_false_alerts() {
        let asked = [(0.9, true), (0.8, false), (0.5, true), (0.1, true)];
        let ordinary: Vec<f64> = (0..10).map(|at| f64::from(at) / 10.0).collect();
        let points = curve(&asked, &ordinary, &[0.0, 0.5]);
        assert!(close(points[0].threshold, 0.9) && close(points[0].recall, 0.0));
        assert!(close(points[1].threshold, 0.4) && close(points[1].recall, 0.5));
    }
}
