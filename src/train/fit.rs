//! The two fits: ranking by listwise softmax (Cao et al. 2007, top one), deciding by logistic
//! regression. Inputs are standardised inside and the weights given back for inputs as they are.

use super::newton::{Local, minimise};

/// Penalty on the ranking's weights, chosen on CheckThat! dev among 1 and 10.
const RANKING_RIDGE: f64 = 10.0;
/// Penalty on the decision's weights.
const DECISION_RIDGE: f64 = 3.0;
/// Spread below which an input says nothing.
const SPREAD_MIN: f64 = 1e-9;

/// One query: the inputs of its candidates and which of them are right.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Inputs, one candidate each.
    pub rows: Vec<Vec<f64>>,
    /// Whether each is right.
    pub right: Vec<bool>,
}

/// One case to decide.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its inputs.
    pub inputs: Vec<f64>,
    /// Whether it is right.
    pub right: bool,
    /// How often it counts.
    pub weight: f64,
}

/// Weights under which right candidates stand before wrong ones. `used` says which inputs may have
/// one.
pub fn ranking(lists: &[List], used: &[bool]) -> Vec<f64> {
    let useful = |list: &&List| list.right.contains(&true) && list.right.contains(&false);
    let lists: Vec<&List> = lists.iter().filter(useful).collect();
    let scale = Scale::of(lists.iter().flat_map(|list| &list.rows), used);
    let lists: Vec<(Vec<Vec<f64>>, &[bool])> = lists
        .iter()
        .map(|list| (list.rows.iter().map(|row| scale.apply(row)).collect(), &list.right[..]))
        .collect();
    let fitted = minimise(used.len(), |w| {
        let mut local = Local::ridge(w, RANKING_RIDGE);
        for (rows, right) in &lists {
            let scores: Vec<f64> = rows.iter().map(|row| dot(w, row)).collect();
            let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let mass: f64 = scores.iter().map(|score| (score - most).exp()).sum();
            let rights = right.iter().filter(|right| **right).count() as f64;
            let mut mean = vec![0.0; w.len()];
            for ((row, score), right) in rows.iter().zip(&scores).zip(*right) {
                let chance = (score - most).exp() / mass;
                let target = f64::from(*right) / rights;
                local.loss -= target * (score - most - mass.ln());
                local.tilt(row, chance - target);
                local.bend(row, chance);
                for (mean, value) in mean.iter_mut().zip(row) {
                    *mean += chance * value;
                }
            }
            local.bend(&mean, -1.0);
        }
        local
    });
    scale.undo(&fitted)
}

/// Bias and weights that tell right from wrong with calibrated probabilities.
pub fn decision(cases: &[Case], used: &[bool]) -> (f64, Vec<f64>) {
    let scale = Scale::of(cases.iter().map(|case| &case.inputs), used);
    let rows: Vec<Vec<f64>> = cases
        .iter()
        .map(|case| {
            let mut row = scale.apply(&case.inputs);
            row.push(1.0);
            row
        })
        .collect();
    let fitted = minimise(used.len() + 1, |w| {
        let mut local = Local::ridge(w, DECISION_RIDGE);
        for (row, case) in rows.iter().zip(cases) {
            let score = dot(w, row);
            let chance = 1.0 / (1.0 + (-score).exp());
            let signed = if case.right { -score } else { score };
            // ln(1 + e^x), safe for large x.
            local.loss += case.weight * (signed.max(0.0) + (-signed.abs()).exp().ln_1p());
            local.tilt(row, case.weight * (chance - f64::from(case.right)));
            local.bend(row, case.weight * chance * (1.0 - chance));
        }
        local
    });
    let (weights, bias) = fitted.split_at(used.len());
    let weights = scale.undo(weights);
    let shift: f64 = weights.iter().zip(&scale.means).map(|(weight, mean)| weight * mean).sum();
    (bias.first().copied().unwrap_or_default() - shift, weights)
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// Mean 0 and spread 1 for each input; 0 for those that are not used.
struct Scale {
    means: Vec<f64>,
    factors: Vec<f64>,
}

impl Scale {
    fn of<'a>(rows: impl Iterator<Item = &'a Vec<f64>> + Clone, used: &[bool]) -> Self {
        let n = rows.clone().count().max(1) as f64;
        let mut means = vec![0.0; used.len()];
        for row in rows.clone() {
            for (mean, value) in means.iter_mut().zip(row) {
                *mean += value / n;
            }
        }
        let mut squares = vec![0.0; used.len()];
        for row in rows {
            for ((square, value), mean) in squares.iter_mut().zip(row).zip(&means) {
                *square += (value - mean).powi(2) / n;
            }
        }
        let factor = |(square, used): (&f64, &bool)| {
            let spread = square.sqrt();
            if *used && spread > SPREAD_MIN { 1.0 / spread } else { 0.0 }
        };
        Self { factors: squares.iter().zip(used).map(factor).collect(), means }
    }

    fn apply(&self, row: &[f64]) -> Vec<f64> {
        let parts = row.iter().zip(&self.means).zip(&self.factors);
        parts.map(|((value, mean), factor)| (value - mean) * factor).collect()
    }

    fn undo(&self, weights: &[f64]) -> Vec<f64> {
        weights.iter().zip(&self.factors).map(|(weight, factor)| weight * factor).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_input_that_tells_gets_the_weight() {
        let list = |good: f64| List {
            rows: vec![
                vec![good, 7.0, 1.0],
                vec![good - 1.0, 7.0, 0.0],
                vec![good - 2.0, 7.0, 1.0],
            ],
            right: vec![true, false, false],
        };
        let lists: Vec<List> = (0..30).map(|at| list(f64::from(at))).collect();
        let found = ranking(&lists, &[true, true, false]);
        assert!(found[0] > 0.0 && found[1] == 0.0 && found[2] == 0.0, "{found:?}");
    }

    #[test]
    fn probabilities_are_those_of_the_cases() {
        let cases: Vec<Case> = (0..4_000)
            .map(|at| {
                let strong = at % 2 == 0;
                let right = if strong { at % 10 != 0 } else { at % 10 == 1 };
                Case { inputs: vec![f64::from(strong)], right, weight: 1.0 }
            })
            .collect();
        let (bias, weights) = decision(&cases, &[true]);
        let chance = |score: f64| 1.0 / (1.0 + (-score).exp());
        assert!((chance(bias + weights[0]) - 0.8).abs() < 0.01);
        assert!((chance(bias) - 0.2).abs() < 0.01);
    }
}
