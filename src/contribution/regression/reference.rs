//! The slow and obvious way, for tests: one row for each respondent, a dummy for each group, and a fresh fit for every question.
//!
//! Not for use outside tests. Random surveys for properties are made here too.

use std::ops::RangeInclusive;

use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

use super::Observation;
use crate::types::Stance;

/// Observations that own their stances.
#[derive(Debug, Clone)]
pub(super) struct Survey {
    pub(super) columns: usize,
    pub(super) answers: Vec<Answer>,
}

#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) stances: Vec<(u16, Stance)>,
    pub(super) score: f64,
    pub(super) weight: f64,
    pub(super) count: u64,
    pub(super) group: u32,
}

impl Answer {
    /// `stances` has a letter for each column: `+`, `-`, `m` mixed, `0` neutral, `.` not mentioned.
    pub(super) fn new(stances: &str, score: f64, weight: f64, count: u64, group: u32) -> Self {
        let stances = stances.chars().enumerate().filter_map(|(column, letter)| {
            let stance = match letter {
                '+' => Stance::Positive,
                '-' => Stance::Negative,
                'm' => Stance::Mixed,
                '0' => Stance::Neutral,
                _ => return None,
            };
            Some((u16::try_from(column).unwrap(), stance))
        });
        Self { stances: stances.collect(), score, weight, count, group }
    }
}

impl Survey {
    pub(super) fn new(columns: usize, answers: Vec<Answer>) -> Self {
        Self { columns, answers }
    }

    /// One respondent of weight 1 in group 0 for each pair of stances and score.
    pub(super) fn plain(columns: usize, answers: &[(&str, f64)]) -> Self {
        Self::new(columns, answers.iter().map(|&(stances, score)| Answer::new(stances, score, 1.0, 1, 0)).collect())
    }

    pub(super) fn observations(&self) -> Vec<Observation<'_>> {
        let observations = self.answers.iter().map(|answer| Observation {
            stances: &answer.stances,
            score: answer.score,
            spread: 0.0,
            weight: answer.weight,
            count: answer.count,
            group: answer.group,
        });
        observations.collect()
    }
}

impl Survey {
    /// As [`Survey::observations`], with respondents who differ in nothing but scores taken together.
    pub(super) fn together(&self) -> Vec<Observation<'_>> {
        let mut all: Vec<(&Answer, Vec<(f64, u64)>)> = Vec::new();
        for answer in &self.answers {
            let same = |of: &Answer| {
                of.stances == answer.stances
                    && of.weight.to_bits() == answer.weight.to_bits()
                    && of.group == answer.group
            };
            match all.iter_mut().find(|(of, _)| same(of)) {
                Some((_, scores)) => scores.push((answer.score, answer.count)),
                None => all.push((answer, vec![(answer.score, answer.count)])),
            }
        }
        let mut observations = Vec::new();
        for (answer, scores) in all {
            let Answer { stances, weight, group, .. } = answer;
            let count: u64 = scores.iter().map(|(_, count)| count).sum();
            let score = scores.iter().map(|(score, count)| score * *count as f64).sum::<f64>() / count as f64;
            let spread = scores.iter().map(|(one, count)| (one - score).powi(2) * *count as f64).sum();
            observations.push(Observation { stances, score, spread, weight: *weight, count, group: *group });
        }
        observations
    }
}

/// Random weighted surveys in up to three groups, some with columns that do not vary or that repeat others.
pub(super) fn surveys(columns: RangeInclusive<usize>, answers: RangeInclusive<usize>) -> impl Strategy<Value = Survey> {
    columns.prop_flat_map(move |columns| {
        let stances =
            prop::collection::vec(prop::sample::select(vec!['+', '+', '-', '-', 'm', '0', '.', '.', '.']), columns);
        let weight = prop::sample::select(vec![0.25, 1.0, 1.0, 1.5, 3.7]);
        let answer =
            (stances, 0..=10_u8, weight, 1..=3_u64, 0..3_u32).prop_map(|(stances, score, weight, count, group)| {
                Answer::new(&stances.into_iter().collect::<String>(), f64::from(score), weight, count, group)
            });
        prop::collection::vec(answer, answers.clone()).prop_map(move |answers| Survey::new(columns, answers))
    })
}

/// One row for each respondent.
#[derive(Debug, Clone)]
pub(super) struct Dense {
    predictors: DMatrix<f64>,
    dummies: DMatrix<f64>,
    score: DVector<f64>,
    weights: DVector<f64>,
}

impl Dense {
    /// `predict(stance)` gives the `PER` predictors of a column.
    pub(super) fn new<const PER: usize>(survey: &Survey, predict: impl Fn(Stance) -> [f64; PER]) -> Self {
        let people: Vec<&Answer> =
            survey.answers.iter().flat_map(|answer| (0..answer.count).map(move |_| answer)).collect();
        let mut groups: Vec<u32> = people.iter().map(|answer| answer.group).collect();
        groups.sort_unstable();
        groups.dedup();
        let mut predictors = DMatrix::zeros(people.len(), PER * survey.columns);
        for (person, answer) in people.iter().enumerate() {
            for &(column, stance) in &answer.stances {
                for (place, value) in predict(stance).into_iter().enumerate() {
                    predictors[(person, PER * usize::from(column) + place)] = value;
                }
            }
        }
        Self {
            predictors,
            dummies: DMatrix::from_fn(people.len(), groups.len(), |person, group| {
                f64::from(u8::from(people[person].group == groups[group]))
            }),
            score: DVector::from_iterator(people.len(), people.iter().map(|answer| answer.score)),
            weights: DVector::from_iterator(people.len(), people.iter().map(|answer| answer.weight)),
        }
    }

    /// +1, 0, −1 for each column.
    pub(super) fn signed(survey: &Survey) -> Self {
        Self::new(survey, |stance| match stance {
            Stance::Positive => [1.0],
            Stance::Negative => [-1.0],
            Stance::Neutral | Stance::Mixed => [0.0],
        })
    }

    /// Reward and penalty for each column.
    pub(super) fn indicators(survey: &Survey) -> Self {
        Self::new(survey, |stance| match stance {
            Stance::Positive => [1.0, 0.0],
            Stance::Negative => [0.0, 1.0],
            Stance::Mixed => [1.0, 1.0],
            Stance::Neutral => [0.0, 0.0],
        })
    }

    fn people(&self) -> usize {
        self.score.len()
    }

    /// Without one respondent, and without the group of which nobody is then left.
    fn without(&self, person: usize) -> Self {
        let dummies = self.dummies.clone().remove_row(person);
        let groups: Vec<usize> = (0..dummies.ncols()).filter(|&group| dummies.column(group).sum() > 0.0).collect();
        Self {
            predictors: self.predictors.clone().remove_row(person),
            dummies: dummies.select_columns(&groups),
            score: self.score.clone().remove_row(person),
            weights: self.weights.clone().remove_row(person),
        }
    }

    /// The chosen predictors and all dummies.
    fn design(&self, chosen: &[usize]) -> DMatrix<f64> {
        let chosen = self.predictors.select_columns(chosen);
        DMatrix::from_fn(self.people(), chosen.ncols() + self.dummies.ncols(), |person, column| {
            column
                .checked_sub(chosen.ncols())
                .map_or_else(|| chosen[(person, column)], |dummy| self.dummies[(person, dummy)])
        })
    }

    /// Rows times the roots of the weights.
    fn weighted(&self, mut design: DMatrix<f64>) -> DMatrix<f64> {
        for (mut row, weight) in design.row_iter_mut().zip(&self.weights) {
            row *= weight.sqrt();
        }
        design
    }

    /// Rank of the chosen predictors with all dummies.
    pub(super) fn rank(&self, chosen: &[usize]) -> usize {
        let triangle = self.design(chosen).col_piv_qr().r();
        (0..triangle.nrows().min(triangle.ncols())).filter(|&place| triangle[(place, place)].abs() > 1e-9).count()
    }

    /// The predictors that raise the rank when they are added in order.
    pub(super) fn usable(&self) -> Vec<usize> {
        self.usable_among(&(0..self.predictors.ncols()).collect::<Vec<usize>>())
    }

    fn usable_among(&self, chosen: &[usize]) -> Vec<usize> {
        let mut used = Vec::new();
        for &predictor in chosen {
            let before = self.rank(&used);
            used.push(predictor);
            if self.rank(&used) == before {
                used.pop();
            }
        }
        used
    }

    /// Coefficients of the chosen predictors, which have full rank with the dummies, and then of the dummies.
    pub(super) fn coefficients(&self, chosen: &[usize]) -> DVector<f64> {
        let score = self.weighted(DMatrix::from_column_slice(self.people(), 1, self.score.as_slice()));
        let qr = self.weighted(self.design(chosen)).qr();
        qr.r().solve_upper_triangular(&qr.q().tr_mul(&score)).unwrap().column(0).into_owned()
    }

    pub(super) fn residuals(&self, chosen: &[usize]) -> DVector<f64> {
        &self.score - self.design(chosen) * self.coefficients(chosen)
    }

    /// The part of the score's variation within groups that the chosen predictors explain.
    pub(super) fn r_squared(&self, chosen: &[usize]) -> f64 {
        let squares = |chosen| -> f64 {
            let residuals: DVector<f64> = self.residuals(chosen);
            residuals.iter().zip(&self.weights).map(|(residual, weight)| weight * residual * residual).sum()
        };
        1.0 - squares(chosen) / squares(&[])
    }

    /// HC3 variances of the chosen predictors' coefficients and the leverages, by the n × n hat matrix.
    pub(super) fn hc3(&self, chosen: &[usize]) -> (Vec<f64>, Vec<f64>) {
        let design = self.design(chosen);
        let weights = DMatrix::from_diagonal(&self.weights);
        let bread = (design.transpose() * &weights * &design).try_inverse().unwrap();
        let hat = &design * &bread * design.transpose() * &weights;
        let residuals = self.residuals(chosen);
        let meat = DMatrix::from_diagonal(&DVector::from_fn(self.people(), |person, _| {
            (self.weights[person] * residuals[person] / (1.0 - hat[(person, person)])).powi(2)
        }));
        let covariance = &bread * design.transpose() * meat * &design * &bread;
        let variances = (0..chosen.len()).map(|place| covariance[(place, place)]).collect();
        (variances, hat.diagonal().iter().copied().collect())
    }

    /// The same variances as sums of squares of what leaving out one respondent does to the coefficient; `None` where leaving
    /// out somebody loses it.
    pub(super) fn jackknife(&self, chosen: &[usize]) -> Vec<Option<f64>> {
        let all = self.coefficients(chosen);
        let mut variances = vec![Some(0.0); chosen.len()];
        for person in 0..self.people() {
            let rest = self.without(person);
            let used = rest.usable_among(chosen);
            let moved = rest.coefficients(&used);
            for (place, predictor) in chosen.iter().enumerate() {
                // A predictor that is no combination of all others keeps its coefficient, whichever of the others are left out.
                let others: Vec<usize> = chosen.iter().copied().filter(|other| other != predictor).collect();
                let kept = rest.rank(&others) < rest.rank(chosen);
                let moved = used.iter().position(|other| other == predictor).filter(|_| kept).map(|place| moved[place]);
                variances[place] =
                    variances[place].zip(moved).map(|(variance, moved)| variance + (all[place] - moved).powi(2));
            }
        }
        variances
    }

    /// Johnson's relative weights by their textbook: from the singular value decomposition of the standardised predictors.
    pub(super) fn relative_weights(&self, chosen: &[usize]) -> Vec<f64> {
        let standardise = |column: DMatrix<f64>| {
            let dummies = self.weighted(self.dummies.clone()).qr().q();
            let centred = &column - &dummies * dummies.tr_mul(&column);
            let norms: Vec<f64> = centred.column_iter().map(|column| column.norm()).collect();
            DMatrix::from_fn(centred.nrows(), centred.ncols(), |row, column| centred[(row, column)] / norms[column])
        };
        let x = standardise(self.weighted(self.predictors.select_columns(chosen)));
        let y = standardise(self.weighted(DMatrix::from_column_slice(self.people(), 1, self.score.as_slice())));
        let svd = x.clone().svd(true, true);
        let nearest = svd.u.unwrap() * svd.v_t.unwrap();
        let loadings = x.tr_mul(&nearest).map(|loading| loading * loading);
        let coefficients = nearest.tr_mul(&y).map(|coefficient| coefficient * coefficient);
        (loadings * coefficients).iter().copied().collect()
    }
}
