//! From observations to what a regression needs: sums within control groups, the predictors that can be used, and the fit.
//!
//! Not for what is made of the fit: shares of R² and robust standard errors have modules of their own. Predictors are −1, 0 or +1
//! and mostly 0, so that sums are made over the entries that are not 0 and centred afterwards.

use std::collections::BTreeMap;

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::{Note, Observation, Observations};
use crate::types::Stance;

/// A predictor whose variance, after the predictors before it, is below this part of its own variance is collinear; one whose
/// variance within groups is below this part of its sum of squares cannot be told from a constant.
const NO_VARIANCE: f64 = 1e-9;

/// A predictor that is not 0, as twice its number and, where it is −1, one more.
#[derive(Debug, Clone, Copy)]
struct Entry(u32);

impl Entry {
    /// `sign` is −1 or 1. No lexicon has so many drivers that the number does not fit.
    const fn new(predictor: usize, sign: i8) -> Self {
        Self((predictor as u32) << 1 | (sign < 0) as u32)
    }

    const fn predictor(self) -> usize {
        (self.0 >> 1) as usize
    }

    const fn sign(self) -> f64 {
        if self.0 & 1 == 0 { 1.0 } else { -1.0 }
    }
}

/// One observation as a regression sees it.
#[derive(Debug)]
pub(super) struct Row<'a> {
    entries: &'a [Entry],
    /// The mean score less the group's mean.
    pub(super) score: f64,
    /// The sum of squared differences of scores from their mean.
    pub(super) spread: f64,
    /// The weight of each respondent.
    pub(super) weight: f64,
    /// How many respondents.
    pub(super) count: f64,
    /// Place in [`Sample::groups`].
    pub(super) group: usize,
}

/// A control group: the respondents whose mean is taken out.
#[derive(Debug)]
pub(super) struct Group {
    /// The sum of weights.
    pub(super) weight: f64,
    /// The weighted mean of each predictor.
    pub(super) means: Vec<f64>,
    /// A score of the group, from which the others are measured, so that like scores have no variance at all.
    anchor: f64,
    /// The mean of the score, measured from the anchor.
    mean_score: f64,
}

/// Groups and predictors of one regression, and the observations, which are gone over for each sum: rows of all would take more memory
/// than everything else about a large survey. Of each of `columns` columns there are `PER` predictors: predictor `PER`·column + i is the
/// i-th number (−1, 0 or 1) that `encode` makes of a stance on the column, and 0 without one.
pub(super) struct Sample<'o, O, const PER: usize> {
    observations: &'o O,
    columns: usize,
    encode: fn(Stance) -> [i8; PER],
    pub(super) groups: Vec<Group>,
    /// By control cell, the place in `groups`.
    places: BTreeMap<u32, usize>,
    respondents: u64,
}

impl<'o, O: Observations, const PER: usize> Sample<'o, O, PER> {
    pub(super) fn new(columns: usize, observations: &'o O, encode: fn(Stance) -> [i8; PER]) -> Self {
        let (groups, places) = (Vec::new(), BTreeMap::new());
        let mut sample = Self { observations, columns, encode, groups, places, respondents: 0 };
        let mut entries = Vec::new();
        observations.each(|observation| {
            if observation.count == 0 {
                return;
            }
            sample.encode(observation, &mut entries);
            let Self { groups, places, .. } = &mut sample;
            let place = *places.entry(observation.group).or_insert_with(|| {
                groups.push(Group::new(PER * columns, observation.score));
                groups.len() - 1
            });
            let weight = observation.weight * observation.count as f64;
            for entry in &entries {
                groups[place].means[entry.predictor()] += weight * entry.sign();
            }
            groups[place].add(weight, observation.score);
            sample.respondents += observation.count;
        });
        sample.groups.iter_mut().for_each(Group::finish);
        sample
    }

    /// Hands over each observation of anybody.
    pub(super) fn each(&self, mut take: impl FnMut(&Row<'_>)) {
        let mut entries = Vec::new();
        self.observations.each(|observation| {
            if observation.count == 0 {
                return;
            }
            self.encode(observation, &mut entries);
            let place = self.places[&observation.group];
            let group = &self.groups[place];
            take(&Row {
                entries: &entries,
                score: observation.score - group.anchor - group.mean_score,
                spread: observation.spread,
                weight: observation.weight,
                count: observation.count as f64,
                group: place,
            });
        });
    }

    /// The predictors of an observation that are not 0, into `entries`.
    fn encode(&self, observation: &Observation<'_>, entries: &mut Vec<Entry>) {
        debug_assert!(observation.stances.is_sorted_by(|left, right| left.0 < right.0), "each column once, ascending");
        entries.clear();
        for &(column, stance) in observation.stances.iter().filter(|stance| usize::from(stance.0) < self.columns) {
            for (place, sign) in (self.encode)(stance).into_iter().enumerate().filter(|&(_, sign)| sign != 0) {
                entries.push(Entry::new(PER * usize::from(column) + place, sign));
            }
        }
    }

    /// The weighted sums of squares and products within groups: of predictors with each other (both triangles), of predictors
    /// with the score, and of the score.
    fn moments(&self) -> (DMatrix<f64>, DVector<f64>, f64) {
        let predictors = PER * self.columns;
        let mut products = DMatrix::zeros(predictors, predictors);
        let mut with_score = DVector::zeros(predictors);
        let mut score = 0.0;
        self.each(|row| {
            let weight = row.total_weight();
            score += weight * row.score * row.score + row.weight * row.spread;
            for (place, entry) in row.entries.iter().enumerate() {
                let (right, weighted) = (entry.predictor(), weight * entry.sign());
                // The score is centred, so that the predictor need not be.
                with_score[right] += weighted * row.score;
                for left in &row.entries[..=place] {
                    products[(left.predictor(), right)] += weighted * left.sign();
                }
            }
        });
        let squares: Vec<f64> = (0..predictors).map(|predictor| products[(predictor, predictor)]).collect();
        for group in &self.groups {
            let present: Vec<usize> = (0..predictors).filter(|&predictor| group.means[predictor] != 0.0).collect();
            for (place, &right) in present.iter().enumerate() {
                let weighted = group.weight * group.means[right];
                for &left in &present[..=place] {
                    products[(left, right)] -= weighted * group.means[left];
                }
            }
        }
        for (predictor, square) in squares.into_iter().enumerate() {
            let variance = &mut products[(predictor, predictor)];
            if *variance <= NO_VARIANCE * square {
                *variance = 0.0;
            }
        }
        products.fill_lower_triangle_with_upper_triangle();
        (products, with_score, score)
    }
}

impl Row<'_> {
    /// The predictors that are not 0.
    pub(super) fn entries(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.entries.iter().map(|entry| (entry.predictor(), entry.sign()))
    }

    /// The weight of all respondents together.
    fn total_weight(&self) -> f64 {
        self.weight * self.count
    }
}

impl Group {
    fn new(predictors: usize, anchor: f64) -> Self {
        Self { weight: 0.0, means: vec![0.0; predictors], anchor, mean_score: 0.0 }
    }

    /// Adds respondents of this weight together, and their score; means are sums until [`Group::finish`].
    fn add(&mut self, weight: f64, score: f64) {
        self.weight += weight;
        self.mean_score += weight * (score - self.anchor);
    }

    fn finish(&mut self) {
        for mean in &mut self.means {
            *mean /= self.weight;
        }
        self.mean_score /= self.weight;
    }
}

/// The weighted least squares fit of the score on all predictors that can be used, standardised.
#[derive(Debug)]
pub(super) struct Fit {
    /// The predictors used, ascending; all below are in this order.
    pub(super) used: Vec<usize>,
    /// Why each predictor is not used; one for each of all predictors.
    pub(super) notes: Vec<Option<Note>>,
    /// Their correlations within groups.
    pub(super) correlation: DMatrix<f64>,
    /// Their correlations with the score.
    pub(super) with_score: DVector<f64>,
    /// The within-group R², 0 to 1.
    pub(super) r_squared: f64,
    /// Respondents less groups and predictors used; at least 1.
    pub(super) degrees: u64,
    /// The weighted sum of squares of the score within groups, above 0.
    pub(super) score_squares: f64,
    /// Roots of the predictors' weighted sums of squares within groups, above 0.
    scales: Vec<f64>,
    standardised: DVector<f64>,
    factor: Cholesky<f64, Dyn>,
}

impl Fit {
    /// `None` where the score does not vary within groups, where no degree of freedom is left for residuals, or where numbers
    /// are too large or too small to reckon with.
    pub(super) fn new<O: Observations, const PER: usize>(sample: &Sample<'_, O, PER>) -> Option<Self> {
        let (products, with_score, score_squares) = sample.moments();
        if !(score_squares > 0.0 && score_squares.is_finite()) {
            return None;
        }
        let (used, notes) = usable(&products);
        let taken = u64::try_from(used.len() + sample.groups.len()).ok()?;
        let degrees = sample.respondents.checked_sub(taken).filter(|&degrees| degrees > 0)?;
        let scales: Vec<f64> = used.iter().map(|&predictor| products[(predictor, predictor)].sqrt()).collect();
        let size = used.len();
        let correlation = DMatrix::from_fn(size, size, |row, column| {
            if row == column { 1.0 } else { products[(used[row], used[column])] / (scales[row] * scales[column]) }
        });
        let score_scale = score_squares.sqrt();
        let with_score =
            DVector::from_fn(size, |position, _| with_score[used[position]] / (scales[position] * score_scale));
        let factor = Cholesky::new(correlation.clone())?;
        let standardised = factor.solve(&with_score);
        let r_squared = standardised.dot(&with_score);
        r_squared.is_finite().then_some(())?;
        Some(Self {
            used,
            notes,
            correlation,
            with_score,
            r_squared: r_squared.clamp(0.0, 1.0),
            degrees,
            score_squares,
            scales,
            standardised,
            factor,
        })
    }

    /// The least squares coefficient of the used predictor at `position`: points of score for one unit of the predictor.
    pub(super) fn coefficient(&self, position: usize) -> f64 {
        self.standardised[position] * self.score_squares.sqrt() / self.scales[position]
    }

    /// The inverse of the predictors' matrix of weighted sums of squares and products within groups.
    pub(super) fn inverse(&self) -> DMatrix<f64> {
        let mut inverse = self.factor.inverse();
        for (row, left) in self.scales.iter().enumerate() {
            for (column, right) in self.scales.iter().enumerate() {
                inverse[(row, column)] /= left * right;
            }
        }
        inverse
    }
}

/// The predictors that vary and that are not linear combinations of the predictors before them, ascending; and for each of all
/// predictors why it is not among them. By elimination in the given order.
fn usable(products: &DMatrix<f64>) -> (Vec<usize>, Vec<Option<Note>>) {
    let predictors = products.nrows();
    let mut left = products.clone();
    let mut used = Vec::new();
    let mut notes = vec![None; predictors];
    for predictor in 0..predictors {
        let own = products[(predictor, predictor)];
        let pivot = left[(predictor, predictor)];
        if own <= 0.0 {
            notes[predictor] = Some(Note::Constant);
        } else if pivot <= NO_VARIANCE * own {
            notes[predictor] = Some(Note::Collinear);
        } else {
            used.push(predictor);
            for column in predictor + 1..predictors {
                let factor = left[(predictor, column)] / pivot;
                if factor != 0.0 {
                    for row in predictor + 1..=column {
                        left[(row, column)] -= factor * left[(predictor, row)];
                    }
                }
            }
        }
    }
    (used, notes)
}

#[cfg(test)]
mod tests {
    use super::super::encode;
    use super::super::reference::{Answer, Survey};
    use super::*;

    fn fit(survey: &Survey) -> Option<Fit> {
        Fit::new(&Sample::new(survey.columns, &survey.observations(), encode))
    }

    #[test]
    fn sums_are_those_within_groups() {
        // Group 5: weights 1, 1, 2; A 1, −1, 0 with mean 0; B 1, 1, 0 with mean ½; scores 8, 4, 2 with mean 4.
        // Group 2: weights 3, 3 (count 2 each of 1.5); A 1, 0 with mean ½; B 0, 0; scores 9, 7 with mean 8.
        // A·A = 2 + 3·½ = 3.5, B·B = 4·¼ = 1, A·B = 0; A·score = 4·1 + 3·1 = 7, B·score = 4; score² = 16 + 2·4 + 3 + 3 = 30.
        let answers = [
            ("++", 8.0, 1.0, 1, 5),
            ("-+", 4.0, 1.0, 1, 5),
            ("..", 2.0, 1.0, 2, 5),
            ("+m", 9.0, 1.5, 2, 2),
            ("0.", 7.0, 1.5, 2, 2),
        ];
        let answers =
            answers.map(|(stances, score, weight, count, group)| Answer::new(stances, score, weight, count, group));
        let survey = Survey::new(2, answers.to_vec());
        let (products, with_score, score) = Sample::new(2, &survey.observations(), encode).moments();
        assert_eq!(products, DMatrix::from_row_slice(2, 2, &[3.5, 0.0, 0.0, 1.0]));
        assert_eq!((with_score, score), (DVector::from_vec(vec![7.0, 4.0]), 30.0));
        // The columns do not correlate: coefficients 7/3.5 and 4/1, R² = (7²/3.5 + 4²)/30; 8 respondents less 2 groups and 2.
        let fit = fit(&survey).unwrap();
        for (got, wanted) in [(fit.coefficient(0), 2.0), (fit.coefficient(1), 4.0), (fit.r_squared, 1.0)] {
            assert!((got - wanted).abs() < 1e-14, "{got}, not {wanted}");
        }
        assert_eq!(fit.degrees, 4);
    }

    #[test]
    fn far_off_scores_lose_no_digits() {
        let scores = [("+.", 3.0), ("+-", 1.0), ("-.", 2.0), (".+", 5.0), ("..", 4.0), ("--", 1.0)];
        let near = fit(&Survey::plain(2, &scores)).unwrap();
        let far = fit(&Survey::plain(2, &scores.map(|(stances, score)| (stances, score + 1e9)))).unwrap();
        assert!((near.r_squared - far.r_squared).abs() < 1e-12);
        assert!((near.coefficient(0) - far.coefficient(0)).abs() < 1e-12);
    }

    #[test]
    fn one_in_millions_is_variation() {
        let answers = [("+", 9.0, 5_000_000), ("+", 8.0, 1), (".", 2.0, 2)];
        let answers = answers.map(|(stances, score, count)| Answer::new(stances, score, 1.0, count, 0));
        let got = fit(&Survey::new(1, answers.to_vec())).unwrap();
        assert_eq!(got.used, [0]);
        assert!((got.coefficient(0) - (45_000_008.0 / 5_000_001.0 - 2.0)).abs() < 1e-8, "{}", got.coefficient(0));
    }

    #[test]
    fn a_column_that_is_nearly_another_is_still_used() {
        // One of a million differs, and it is the score's only explanation.
        let answers = [("++", 5.0, 500_000), ("..", 5.0, 499_999), (".+", 9.0, 1)];
        let answers = answers.map(|(stances, score, count)| Answer::new(stances, score, 1.0, count, 0));
        let got = fit(&Survey::new(2, answers.to_vec())).unwrap();
        assert_eq!(got.used, [0, 1]);
        assert!((got.coefficient(1) - 4.0).abs() < 1e-6, "{}", got.coefficient(1));
    }
}
