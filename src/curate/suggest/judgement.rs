//! How much a candidate is like what the lexicon has: logistic regression on company and form.
//!
//! Terms of the lexicon are told from all other candidates. Those are not all of them none: some are the terms that are looked for (learning
//! from positive and unlabelled examples: Elkan & Noto 2008). So a candidate that is like terms counts less as an example of what is none,
//! the next time: by as much as it is judged to be one. A candidate is judged by a regression that has not seen it, in which what is like
//! terms comes out high, and only the order counts.
//!
//! Fitted by coordinate descent in the dual (Yu, Huang & Lin 2011, "Dual coordinate descent methods for logistic regression and maximum
//! entropy models"), with the penalty ½‖w‖² and C = ½. Not for which driver a candidate is of (`alike`).

use rayon::prelude::*;

use super::contexts::{Contexts, Sparse};

/// A candidate is judged by what was learnt from four fifths of the candidates, its own not among them, and from all terms.
const FOLDS: usize = 5;
/// The most that one example costs that is judged wrongly, beside the penalty.
const COST: f64 = 0.5;
/// No example weighs less than this part of one, so that a dual variable has a range.
const LEAST_WEIGHT: f64 = 1e-3;
/// Rounds over all examples; a test holds how little slope is left.
const ROUNDS: usize = 20;
/// Regressions are fitted so often, each with what the one before it has judged. Of one and three on the texts of `tests/suggest.rs`, three
/// find more.
const TIMES: usize = 3;
/// Company weighs three times what form does: a word may look like any other.
const COMPANY: f64 = 3.0;
/// Of a Chinese word it weighs twice what form does: its characters say more (鲈鱼 is a fish). Of 2, 3 and 4 on the texts of `tests/suggest.rs`,
/// 2 finds most in Chinese.
const COMPANY_OF_CHINESE: f64 = 2.0;

/// The probability of each to be a term, 0 to 1, by regressions that have not seen it; terms are: 1.
pub(super) fn judged(contexts: &Contexts, is_term: &[bool]) -> Vec<f64> {
    let offset = features(&contexts.company);
    let size = (offset + features(&contexts.forms)) as usize + 1;
    let rows: Vec<Sparse> = (0..is_term.len()).map(|at| row(contexts, at, offset)).collect();
    let mut judged = vec![0.0; rows.len()];
    for _ in 0..TIMES {
        // Nothing is judged before the first time, and all examples weigh the same.
        let cost =
            |(judged, is_term): (&f64, &bool)| if *is_term { COST } else { COST * (1.0 - judged).max(LEAST_WEIGHT) };
        let costs: Vec<f64> = judged.iter().zip(is_term).map(cost).collect();
        judged = judged_by(&rows, is_term, &costs, size);
    }
    judged
}

/// The probability of each row to be a term, by regressions on all terms and on the other folds of the others; `costs`: what it costs to
/// judge each wrongly.
fn judged_by(rows: &[Sparse], is_term: &[bool], costs: &[f64], size: usize) -> Vec<f64> {
    let of_fold = |fold: usize| {
        let seen: Vec<usize> = (0..rows.len()).filter(|at| is_term[*at] || at % FOLDS != fold).collect();
        let weights = fit(rows, is_term, &seen, costs, size);
        let asked = (fold..rows.len()).step_by(FOLDS).filter(|at| !is_term[*at]);
        asked.map(|at| (at, logistic(value(&weights, &rows[at])))).collect::<Vec<_>>()
    };
    let folds: Vec<Vec<(usize, f64)>> = (0..FOLDS).into_par_iter().map(of_fold).collect();
    let mut judged: Vec<f64> = is_term.iter().map(|is_term| f64::from(u8::from(*is_term))).collect();
    for (at, value) in folds.into_iter().flatten() {
        judged[at] = value;
    }
    judged
}

/// One more than the highest number of a feature.
fn features(rows: &[Sparse]) -> u32 {
    rows.iter().filter_map(|row| row.last()).map(|(at, _)| at + 1).max().unwrap_or_default()
}

/// Company, and form behind it.
fn row(contexts: &Contexts, at: usize, offset: u32) -> Sparse {
    let weight = if contexts.is_chinese[at] { COMPANY_OF_CHINESE } else { COMPANY };
    let company = contexts.company[at].iter().map(|(feature, value)| (*feature, weight * value));
    company.chain(contexts.forms[at].iter().map(|(feature, value)| (feature + offset, *value))).collect()
}

/// The last weight is the constant's.
fn value(weights: &[f64], row: &Sparse) -> f64 {
    let constant = weights.last().copied().unwrap_or_default();
    constant + row.iter().map(|(at, value)| weights[*at as usize] * value).sum::<f64>()
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The weights of a regression on the rows `seen`; `costs`: above 0, of all rows.
fn fit(rows: &[Sparse], is_term: &[bool], seen: &[usize], costs: &[f64], size: usize) -> Vec<f64> {
    let mut weights = vec![0.0; size];
    let mut duals: Vec<f64> = costs.iter().map(|cost| cost * 1e-3).collect();
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
            let cost = costs[at];
            // How far a dual variable stays from the ends of its range, where the logarithms have none.
            let least = cost * 1e-9;
            let before = duals[at];
            // Newton's steps on the problem of this one variable, halved where they would leave its range.
            let mut dual = before;
            for _ in 0..5 {
                let first = (dual / (cost - dual)).ln() + slope + square * (dual - before);
                let second = cost / (dual * (cost - dual)) + square;
                let next = dual - first / second;
                dual = if next <= 0.0 {
                    dual / 10.0
                } else if next >= cost {
                    f64::midpoint(dual, cost)
                } else {
                    next
                };
                dual = dual.clamp(least, cost - least);
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

    /// Candidates that are known by their company alone.
    fn contexts(company: Vec<Sparse>) -> Contexts {
        let count = company.len();
        Contexts {
            company,
            forms: vec![Sparse::new(); count],
            sides: vec![Sides::default(); count],
            stands: vec![true; count],
            is_chinese: vec![false; count],
        }
    }

    #[test]
    fn what_is_like_terms_comes_first() {
        // Feature 0 is that of terms, 1 of others, 2 of both; every tenth row is a term that the lexicon lacks.
        let company: Vec<Sparse> = (0..60).map(|at| vec![(u32::from(at % 3 == 0), 0.8), (2, 0.6)]).collect();
        let is_term: Vec<bool> = (0..60).map(|at| at % 3 != 0 && at % 10 != 1).collect();
        let contexts = contexts(company);
        let judged = judged(&contexts, &is_term);
        for (at, judged) in judged.iter().enumerate() {
            assert_eq!(*judged > 0.5, at % 3 != 0, "{at}: {judged}");
        }
    }

    #[test]
    fn what_is_judged_a_term_is_no_example_of_what_is_none() {
        // Feature 0 is that of terms, of which the lexicon lacks five of eight; every third row has feature 1.
        let company: Vec<Sparse> = (0..60).map(|at| vec![(u32::from(at % 3 == 0), 1.0)]).collect();
        let is_term: Vec<bool> = (0..60).map(|at| [1, 4, 7].contains(&(at % 12))).collect();
        let contexts = contexts(company);
        let rows: Vec<Sparse> = (0..60).map(|at| row(&contexts, at, 2)).collect();
        let once = judged_by(&rows, &is_term, &[COST; 60], 3);
        let judged = judged(&contexts, &is_term);
        for lacking in (0..60).filter(|at| at % 3 != 0 && !is_term[*at]) {
            assert!(once[lacking] < 0.5 && judged[lacking] > 0.5, "{lacking}: {} {}", once[lacking], judged[lacking]);
        }
        for other in (0..60).step_by(3) {
            assert!(judged[other] < 0.5, "{other}: {} {}", once[other], judged[other]);
        }
    }

    #[test]
    fn the_fit_is_where_the_gradient_is_nothing() {
        let rows: Vec<Sparse> =
            vec![vec![(0, 1.0)], vec![(0, 0.5), (1, 0.5)], vec![(1, 1.0)], vec![(0, -1.0), (1, 0.2)]];
        let is_term = [true, true, false, false];
        let costs = [0.5, 0.5, 0.2, 0.4];
        let weights = fit(&rows, &is_term, &[0, 1, 2, 3], &costs, 3);
        let mut gradient = weights.clone();
        for ((row, is_term), cost) in rows.iter().zip(is_term).zip(costs) {
            let miss = logistic(value(&weights, row)) - f64::from(u8::from(is_term));
            for (at, value) in row {
                gradient[*at as usize] += cost * miss * value;
            }
            gradient[2] += cost * miss;
        }
        assert!(gradient.iter().all(|slope| slope.abs() < 1e-3), "{gradient:?}");
    }
}
