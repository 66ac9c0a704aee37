//! Newton's method for the two convex losses that are fitted here, in a few dozen dimensions:
//! exact, deterministic, without a step size to choose.

/// Steps after which fitting has surely converged.
const STEPS_MAX: usize = 50;
/// Halvings of a step that overshoots.
const HALVINGS_MAX: usize = 20;
/// A step that gains less than this ends it.
const GAIN_MIN: f64 = 1e-9;

/// A loss with its slope and curvature at one point.
#[derive(Debug, Clone)]
pub(super) struct Local {
    pub(super) loss: f64,
    pub(super) slope: Vec<f64>,
    pub(super) curvature: Vec<Vec<f64>>,
}

impl Local {
    /// Nothing but the ridge penalty `ridge / 2 * |w|^2`.
    pub(super) fn ridge(w: &[f64], ridge: f64) -> Self {
        let n = w.len();
        let mut curvature = vec![vec![0.0; n]; n];
        for (at, row) in curvature.iter_mut().enumerate() {
            row[at] = ridge;
        }
        Self {
            loss: ridge / 2.0 * w.iter().map(|w| w * w).sum::<f64>(),
            slope: w.iter().map(|w| ridge * w).collect(),
            curvature,
        }
    }

    /// Adds `scale * x x^T` to the curvature.
    pub(super) fn bend(&mut self, x: &[f64], scale: f64) {
        for (row, one) in self.curvature.iter_mut().zip(x) {
            for (cell, other) in row.iter_mut().zip(x) {
                *cell += scale * one * other;
            }
        }
    }

    /// Adds `scale * x` to the slope.
    pub(super) fn tilt(&mut self, x: &[f64], scale: f64) {
        for (slope, x) in self.slope.iter_mut().zip(x) {
            *slope += scale * x;
        }
    }
}

/// Where a strictly convex loss is least, from 0.
pub(super) fn minimise(dimensions: usize, at: impl Fn(&[f64]) -> Local) -> Vec<f64> {
    let mut w = vec![0.0; dimensions];
    let mut here = at(&w);
    for _ in 0..STEPS_MAX {
        let Some(step) = solve(here.curvature.clone(), &here.slope) else { break };
        let mut length = 1.0;
        let mut next = None;
        for _ in 0..HALVINGS_MAX {
            let there: Vec<f64> = w.iter().zip(&step).map(|(w, step)| w - length * step).collect();
            let local = at(&there);
            if local.loss < here.loss {
                next = Some((there, local));
                break;
            }
            length /= 2.0;
        }
        let Some((there, local)) = next else { break };
        let gain = here.loss - local.loss;
        (w, here) = (there, local);
        if gain < GAIN_MIN {
            break;
        }
    }
    w
}

/// Solves `a x = b` for a symmetric, positive definite `a` by Cholesky's decomposition.
fn solve(mut a: Vec<Vec<f64>>, b: &[f64]) -> Option<Vec<f64>> {
    let n = b.len();
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            let rest = a[i][j] - dot;
            a[i][j] = if i == j {
                if rest <= 0.0 {
                    return None;
                }
                rest.sqrt()
            } else {
                rest / a[j][j]
            };
        }
    }
    let mut x = b.to_vec();
    for i in 0..n {
        let dot: f64 = (0..i).map(|k| a[i][k] * x[k]).sum();
        x[i] = (x[i] - dot) / a[i][i];
    }
    for i in (0..n).rev() {
        let dot: f64 = (i + 1..n).map(|k| a[k][i] * x[k]).sum();
        x[i] = (x[i] - dot) / a[i][i];
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bowl_is_least_at_its_bottom() {
        // (w0 - 3)^2 + 2 (w1 + 1)^2
        let found = minimise(2, |w| Local {
            loss: (w[0] - 3.0).powi(2) + 2.0 * (w[1] + 1.0).powi(2),
            slope: vec![2.0 * (w[0] - 3.0), 4.0 * (w[1] + 1.0)],
            curvature: vec![vec![2.0, 0.0], vec![0.0, 4.0]],
        });
        assert!((found[0] - 3.0).abs() < 1e-9 && (found[1] + 1.0).abs() < 1e-9, "{found:?}");
        assert!(solve(vec![vec![0.0]], &[1.0]).is_none());
    }
}
