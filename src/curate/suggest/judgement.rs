//! How much a candidate is like what the lexicon has: logistic regression on company and form.
//!
//! Terms of the lexicon are told from all other candidates. Those are not all of them none: some are the terms that are looked for (learning
//! from positive and unlabelled examples: Elkan & Noto 2008). A candidate is judged by a regression that has not seen it, in which what is
//! like terms comes out high, and only the order counts.
//!
//! Fitted by coordinate descent in the dual (Yu, Huang & Lin 2011, "Dual coordinate descent methods for logistic regression and maximum
//! entropy models"), with the penalty ½‖w‖² and C = ½. Not for which driver a candidate is of (`alike`).

use rayon::prelude::*;

use super::contexts::{Contexts, Sparse};

/// A candidate is judged by what was learnt from the other four fifths.
const FOLDS: usize = 5;
/// The cost of what is judged wrongly, beside the penalty.
const COST: f64 = 0.5;
/// Rounds over all examples; a test holds how little slope is left.
const ROUNDS: usize = 20;
/// Company weighs three times what form does: a word may look like any other.
const COMPANY: f64 = 3.0;

/// The probability of each to be a term, 0 to 1, by regressions that have not seen it.
pub(super) fn judged(contexts: &Contexts, is_term: &[bool]) -> Vec<f64> {
    let offset = features(&contexts.company);
    let size = (offset + features(&contexts.forms)) as usize + 1;
    let rows: Vec<Sparse> = contexts.company.iter().zip(&contexts.forms).map(|(c, f)| row(c, f, offset)).collect();
    let of_fold = |fold: usize| {
        let seen: Vec<usize> = (0..rows.len()).filter(|at| at % FOLDS != fold).collect();
        let weights = fit(&rows, is_term, &seen, size);
        (fold..rows.len()).step_by(FOLDS).map(|at| (at, logistic(value(&weights, &rows[at])))).collect::<Vec<_>>()
    };
    let folds: Vec<Vec<(usize, f64)>> = (0..FOLDS).into_par_iter().map(of_fold).collect();
    let mut judged = vec![0.0; rows.len()];
    for (at, value) in folds.into_iter().flatten() {
        judged[at] = value;
    }
    judged
}

/// One more than the highest number of a feature.
fn features(rows: &[Sparse]) -> u32 {
    rows.iter().filter_map(|row| row.last()).map(|(at, _)| at + 1).max().unwrap_or_default()
}

/// Company, form, and a constant, which takes the last place.
fn row(company: &Sparse, form: &Sparse, offset: u32) -> Sparse {
    let company = company.iter().map(|(at, value)| (*at, COMPANY * value));
    company.chain(form.iter().map(|(at, value)| (at + offset, *value))).collect()
}

/// The last weight is the constant's.
fn value(weights: &[f64], row: &Sparse) -> f64 {
    let constant = weights.last().copied().unwrap_or_default();
    constant + row.iter().map(|(at, value)| weights[*at as usize] * value).sum::<f64>()
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The weights of a regression on the rows `seen`.
fn fit(rows: &[Sparse], is_term: &[bool], seen: &[usize], size: usize) -> Vec<f64> {
    // How far a dual variable stays from the ends of its range, where the logarithms have none.
    let least = COST * 1e-9;
    let mut weights = vec![0.0; size];
    let mut duals = vec![COST * 1e-3; rows.len()];
    let sign = |at: usize| if is_term[at] { 1.0 } else { -1.0 };
    let add = |weights: &mut Vec<f64>, at: usize, by: f64| {
        for (feature, value) in &rows[at] {
            weights[*feature as usize] += by * value;
        }
        if let Some(constant) = weights.last_mut() {
            *constant += by;
        }
    };
    for at in seen {
        add(&mut weights, *at, sign(*at) * duals[*at]);
    }
    for round in 0..ROUNDS {
        for turn in 0..seen.len() {
            // Neighbours in the alphabet are alike: rows are taken in another order, one that is the same every time.
            let at = seen[(turn * 7919 + round * 104_729) % seen.len()];
            let square = 1.0 + rows[at].iter().map(|(_, value)| value * value).sum::<f64>();
            let slope = sign(at) * value(&weights, &rows[at]);
            let before = duals[at];
            // Newton's steps on the problem of this one variable, halved where they would leave its range.
            let mut dual = before;
            for _ in 0..5 {
                let first = (dual / (COST - dual)).ln() + slope + square * (dual - before);
                let second = COST / (dual * (COST - dual)) + square;
                let next = dual - first / second;
                dual = if next <= 0.0 {
                    dual / 10.0
                } else if next >= COST {
                    f64::midpoint(dual, COST)
                } else {
                    next
                };
                dual = dual.clamp(least, COST - least);
            }
            add(&mut weights, at, sign(at) * (dual - before));
            duals[at] = dual;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::super::contexts::Sides;
    use super::*;

    #[test]
    fn what_is_like_terms_comes_first() {
        // Feature 0 is that of terms, 1 of others, 2 of both; every tenth row is a term that the lexicon lacks.
        let company: Vec<Sparse> = (0..60).map(|at| vec![(u32::from(at % 3 == 0), 0.8), (2, 0.6)]).collect();
        let is_term: Vec<bool> = (0..60).map(|at| at % 3 != 0 && at % 10 != 1).collect();
        let count = company.len();
        let forms = vec![Sparse::new(); count];
        let contexts = Contexts { company, forms, sides: vec![Sides::default(); count], stands: vec![true; count] };
        let judged = judged(&contexts, &is_term);
        for (at, judged) in judged.iter().enumerate() {
            assert_eq!(*judged > 0.5, at % 3 != 0, "{at}: {judged}");
        }
    }

    #[test]
    fn the_fit_is_where_the_gradient_is_nothing() {
        let rows: Vec<Sparse> =
            vec![vec![(0, 1.0)], vec![(0, 0.5), (1, 0.5)], vec![(1, 1.0)], vec![(0, -1.0), (1, 0.2)]];
        let is_term = [true, true, false, false];
        let weights = fit(&rows, &is_term, &[0, 1, 2, 3], 3);
        let mut gradient = weights.clone();
        for (row, is_term) in rows.iter().zip(is_term) {
            let miss = logistic(value(&weights, row)) - f64::from(u8::from(is_term));
            for (at, value) in row {
                gradient[*at as usize] += COST * miss * value;
            }
            gradient[2] += COST * miss;
        }
        assert!(gradient.iter().all(|slope| slope.abs() < 1e-3), "{gradient:?}");
    }
}
