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
