//! R² shared by the mean gain over all orderings (LMG, the Shapley value of R²).
//!
//! Not for many predictors: work and memory double with each one.

use nalgebra::{DMatrix, DVector};

/// Each predictor's part of R²: its gain in R² when it is added, over all orderings of the predictors (Lindeman, Merenda & Gold
/// 1980; Grömping 2006, J. Stat. Softw. 17(1)). Each is at least 0 and they sum to R².
///
/// `correlation` is the predictors' correlation matrix, of full rank; `with_score` are their correlations with the score.
pub(super) fn shares(correlation: &DMatrix<f64>, with_score: &DVector<f64>) -> Vec<f64> {
    let predictors = with_score.len();
    let mut subsets = Subsets::new(correlation, with_score);
    subsets.walk(0, 0, 0, 0.0);
    let weights = weights(predictors);
    // The set of all predictors comes before none of them.
    let weights: Vec<f64> = (0..subsets.explained.len())
        .map(|subset| weights.get(subset.count_ones() as usize).copied().unwrap_or(0.0))
        .collect();
    (0..predictors)
        .map(|predictor| {
            // Subsets without and with the predictor alternate in runs of this length.
            let run = 1 << predictor;
            let runs = subsets.explained.chunks_exact(2 * run).zip(weights.chunks_exact(2 * run));
            let share: f64 = runs
                .map(|(explained, weights)| {
                    let (without, with) = explained.split_at(run);
                    let gains = without.iter().zip(with).map(|(without, with)| with - without);
                    gains.zip(weights).map(|(gain, weight)| gain * weight).sum::<f64>()
                })
                .sum();
            // A gain is never negative; rounding may make it so.
            share.max(0.0)
        })
        .collect()
}

/// The share of orderings in which just a given set of s of the other predictors comes before a predictor, by s:
/// s!(p − s − 1)!/p!, which is 1/(p·C(p − 1, s)) (Shapley 1953).
fn weights(predictors: usize) -> Vec<f64> {
    let mut binomial = 1.0;
    (0..predictors)
        .map(|before| {
            let weight = 1.0 / (predictors as f64 * binomial);
            binomial *= (predictors - 1 - before) as f64 / (before + 1) as f64;
            weight
        })
        .collect()
}

/// R² of every subset of predictors, by a walk in which a predictor is taken or left, first to last.
///
/// To take a predictor is one elimination step on the predictors that come after it, so that no subset is fitted afresh: 2^j
/// steps on p − j predictors, and 3·2^p operations in all.
struct Subsets {
    predictors: usize,
    /// By how many predictors are taken: products of the predictors still to come, and last the score, after those taken are
    /// partialled out. Upper triangles, row by row.
    partial: Vec<Vec<f64>>,
    /// R² by subset; bit k is predictor k.
    explained: Vec<f64>,
}

impl Subsets {
    fn new(correlation: &DMatrix<f64>, with_score: &DVector<f64>) -> Self {
        let predictors = with_score.len();
        let width = predictors + 1;
        let mut partial = vec![vec![0.0; width * width]; width];
        for row in 0..predictors {
            for column in row..predictors {
                partial[0][row * width + column] = correlation[(row, column)];
            }
            partial[0][row * width + predictors] = with_score[row];
        }
        Self { predictors, partial, explained: vec![0.0; 1 << predictors] }
    }

    /// Fills in all subsets that agree with `subset` on the predictors before `next`; `taken` of these are in it and they
    /// explain `explained`.
    fn walk(&mut self, next: usize, taken: usize, subset: usize, explained: f64) {
        if next == self.predictors {
            self.explained[subset] = explained;
            return;
        }
        self.walk(next + 1, taken, subset, explained);
        let gain = self.take(next, taken);
        self.walk(next + 1, taken + 1, subset | 1 << next, explained + gain);
    }

    /// Partials `pivot` out of the predictors after it and the score; gives what it adds to R².
    fn take(&mut self, pivot: usize, taken: usize) -> f64 {
        let width = self.predictors + 1;
        let (before, after) = self.partial.split_at_mut(taken + 1);
        let (before, after) = (&before[taken], &mut after[0]);
        let pivot_row = &before[pivot * width..(pivot + 1) * width];
        // Above 0: at least the pivot after all predictors before it, as the matrix has full rank in this order.
        let own = pivot_row[pivot];
        for row in pivot + 1..self.predictors {
            let factor = pivot_row[row] / own;
            let source = &before[row * width + row..(row + 1) * width];
            let target = &mut after[row * width + row..(row + 1) * width];
            for ((target, source), pivot) in target.iter_mut().zip(source).zip(&pivot_row[row..]) {
                *target = source - factor * pivot;
            }
        }
        pivot_row[self.predictors] * pivot_row[self.predictors] / own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_count_the_orderings() {
        // s!(3 − s)!/4! for s = 0..4: 6/24, 2/24, 2/24, 6/24.
        let wanted = [0.25, 1.0 / 12.0, 1.0 / 12.0, 0.25];
        for (got, wanted) in weights(4).into_iter().zip(wanted) {
            assert!((got - wanted).abs() < 1e-15, "{got}, not {wanted}");
        }
        assert!(weights(0).is_empty());
    }

    #[test]
    fn like_predictors_share_alike() {
        // p predictors that correlate c with each other and r with the score: R² = p·r²/(1 + (p − 1)·c), for each the same.
        let (correlation, with_score) = (0.3, 0.2);
        for predictors in [1, 2, 5, 12] {
            let matrix =
                DMatrix::from_fn(predictors, predictors, |row, column| if row == column { 1.0 } else { correlation });
            let got = shares(&matrix, &DVector::from_element(predictors, with_score));
            let wanted = with_score * with_score / (1.0 + (predictors as f64 - 1.0) * correlation);
            assert!(got.iter().all(|share| (share - wanted).abs() < 1e-14), "{got:?}, not {wanted}");
        }
    }

    #[test]
    fn a_predictor_that_adds_nothing_alone_or_to_others_takes_nothing() {
        let got = shares(&DMatrix::identity(3, 3), &DVector::from_vec(vec![0.6, 0.0, -0.5]));
        for (got, wanted) in got.into_iter().zip([0.36, 0.0, 0.25]) {
            assert!((got - wanted).abs() < 1e-15, "{got}, not {wanted}");
        }
    }

    #[test]
    fn no_predictors_share_nothing() {
        assert!(shares(&DMatrix::zeros(0, 0), &DVector::zeros(0)).is_empty());
    }
}
