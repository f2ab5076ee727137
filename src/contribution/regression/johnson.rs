//! R² shared by relative weights (Johnson 2000), for more predictors than all orderings can be gone through.
//!
//! Not for few predictors, for which the exact mean over orderings is used.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// Steps after which the eigenvalues are given up; they take a few for each predictor.
const MOST_STEPS: usize = 100_000;

/// Each predictor's part of R² by relative weights (Johnson 2000, Multivariate Behavioral Research 35(1)). Each is at least 0 and
/// they sum to R².
///
/// The predictors are replaced by the orthogonal variables nearest to them; the score's squared coefficients on these, which sum
/// to R², go back to the predictors by the squared correlations Λ between both: with `R = QΔ²Qᵀ`, `Λ = QΔQᵀ` and
/// `β = Λ⁻¹r`, the weight of k is `Σ_j Λ²_kj·β²_j`.
///
/// `correlation` is R, of full rank; `with_score` is r. `None` where the eigenvalues do not converge.
pub(super) fn shares(correlation: &DMatrix<f64>, with_score: &DVector<f64>) -> Option<Vec<f64>> {
    if with_score.is_empty() {
        // The eigenvalues of an empty matrix are not defined.
        return Some(Vec::new());
    }
    let eigen = SymmetricEigen::try_new(correlation.clone(), f64::EPSILON, MOST_STEPS)?;
    // R is positive definite; rounding may push its least eigenvalue to 0 or below, where its inverse root is left out.
    let roots = eigen.eigenvalues.map(|value| value.max(0.0).sqrt());
    let inverse_roots = roots.map(|root| if root > 0.0 { 1.0 / root } else { 0.0 });
    let vectors = &eigen.eigenvectors;
    let loadings = vectors * DMatrix::from_diagonal(&roots) * vectors.transpose();
    let coefficients = vectors * vectors.tr_mul(with_score).component_mul(&inverse_roots);
    let squares = coefficients.map(|coefficient| coefficient * coefficient);
    let shares = loadings.map(|loading| loading * loading) * squares;
    shares.iter().all(|share| share.is_finite()).then(|| shares.iter().copied().collect())
}

#[cfg(test)]
mod tests {
    use super::super::encode;
    use super::super::moments::{Fit, Sample};
    use super::super::reference::{Dense, surveys};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_predictors_by_hand() {
        // R = [[1, 0.6], [0.6, 1]] has eigenvalues 1.6 and 0.4; Λ has a = (√1.6 + √0.4)/2 = 3·√0.1 on its diagonal and
        // b = (√1.6 − √0.4)/2 = √0.1 off it, so a² = 0.9 and b² = 0.1. With r = Λβ and β = (0.5, −0.1): squares 0.25, 0.01.
        let root = 0.1_f64.sqrt();
        let (a, b) = (3.0 * root, root);
        let correlation = DMatrix::from_row_slice(2, 2, &[1.0, 0.6, 0.6, 1.0]);
        let with_score = DVector::from_vec(vec![a * 0.5 - b * 0.1, b * 0.5 - a * 0.1]);
        let got = shares(&correlation, &with_score).unwrap();
        for (got, wanted) in got.into_iter().zip([0.9 * 0.25 + 0.1 * 0.01, 0.1 * 0.25 + 0.9 * 0.01]) {
            assert!((got - wanted).abs() < 1e-14, "{got}, not {wanted}");
        }
    }

    #[test]
    fn no_predictors_share_nothing() {
        assert_eq!(shares(&DMatrix::zeros(0, 0), &DVector::zeros(0)), Some(Vec::new()));
    }

    #[test]
    fn a_matrix_that_is_only_just_regular_gives_finite_shares_that_sum_to_what_is_explained() {
        let near = 1.0 - 1e-9;
        let correlation = DMatrix::from_row_slice(2, 2, &[1.0, near, near, 1.0]);
        let got = shares(&correlation, &DVector::from_vec(vec![0.5, 0.5])).unwrap();
        assert!((got[0] - 0.125).abs() < 1e-6 && (got[1] - 0.125).abs() < 1e-6, "{got:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn shares_are_those_of_the_textbook(survey in surveys(1..=9, 6..=40)) {
            let observations = survey.observations();
            let sample = Sample::new(survey.columns, &observations, encode);
            let fit = Fit::new(&sample);
            prop_assume!(fit.as_ref().is_some_and(|fit| !fit.used.is_empty()));
            let fit = fit.unwrap();
            let got = shares(&fit.correlation, &fit.with_score).unwrap();
            let wanted = Dense::signed(&survey).relative_weights(&fit.used);
            prop_assert_eq!(got.len(), wanted.len());
            for (got, wanted) in got.iter().zip(wanted) {
                prop_assert!((got - wanted).abs() < 1e-9, "{} {}", got, wanted);
            }
            prop_assert!((got.iter().sum::<f64>() - fit.r_squared).abs() < 1e-10);
        }
    }
}
