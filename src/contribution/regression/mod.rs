//! Scores explained by what respondents say of each driver: importance (shares of R²) and asymmetry (reward against penalty).
//!
//! Not for credits, contributions or intervals, and not for choosing the drivers, the cells or the smallest base: a caller gives
//! [`Observation`]s whose drivers are numbered columns, and gets numbers by column. Nothing here is random, and no NaN or
//! infinity leaves it.
//!
//! [`importance()`] shares out R² by `lmg` or `johnson`; [`asymmetry()`] fits rewards and penalties, with the standard errors of
//! `hc3`. Both start from the sums of `moments`, in which the control groups are already absorbed.

mod asymmetry;
mod hc3;
mod johnson;
mod lmg;
mod moments;
#[cfg(test)]
mod reference;

pub use asymmetry::{Side, asymmetry};
pub use hc3::Coefficient;

use moments::{Fit, Sample};

use crate::types::Stance;

/// The most columns for which all orderings are gone through ([`ImportanceMethod::Lmg`]); the work doubles with each column.
const LMG_COLUMNS: usize = 18;

/// An R² up to this is rounding, and there is nothing to share out.
const NOTHING_EXPLAINED: f64 = 1e-16;

/// Respondents who are alike in everything that the regression sees but their scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation<'a> {
    /// Columns (drivers) mentioned and what is said of them: each column once, ascending. A column that is not among those of
    /// the regression is passed over.
    pub stances: &'a [(u16, Stance)],
    /// The mean of their scores, finite.
    pub score: f64,
    /// The sum of squared differences of their scores from the mean, 0 or more.
    pub spread: f64,
    /// The sampling weight of each of these respondents, finite and above 0.
    pub weight: f64,
    /// How many respondents; with 0 the observation is passed over.
    pub count: u64,
    /// The control cell, whose mean is taken out of score and predictors; 0 where there is none.
    pub group: u32,
}

/// How R² is shared among columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImportanceMethod {
    /// The mean gain in R² over all orderings of the columns, which is their Shapley value (Lindeman, Merenda & Gold 1980).
    Lmg,
    /// Relative weights (Johnson 2000).
    Johnson,
}

impl ImportanceMethod {
    /// The word that tables use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lmg => "lmg",
            Self::Johnson => "johnson",
        }
    }
}

/// Why a number is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Note {
    /// The predictor is a linear combination of predictors before it (and of the groups).
    Collinear,
    /// The coefficient has no standard error: it hangs on a single respondent, or on respondents whom the fit meets exactly.
    NoStandardError,
    /// The predictor does not vary within any group.
    Constant,
}

impl Note {
    /// The word that tables use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Collinear => "collinear",
            Self::NoStandardError => "no_standard_error",
            Self::Constant => "constant",
        }
    }
}

/// Observations that are gone over as often as a regression has to: there may be more than should stand in memory. They come in the
/// same order each time.
pub trait Observations {
    /// Hands over each.
    fn each(&self, take: impl FnMut(&Observation<'_>));
}

impl Observations for Vec<Observation<'_>> {
    fn each(&self, take: impl FnMut(&Observation<'_>)) {
        self.iter().for_each(take);
    }
}

/// How much of the score's variation each column explains.
#[derive(Debug, Clone, PartialEq)]
pub struct Importance {
    /// How R² was shared.
    pub method: ImportanceMethod,
    /// The within-group R² of the regression on all columns that have no note; 0 to 1.
    pub r_squared: f64,
    /// One for each column, in order.
    pub columns: Vec<ColumnImportance>,
}

/// One column's part in an [`Importance`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColumnImportance {
    /// The share of R², with the sign of the coefficient; −1 to 1, and the absolute values of all columns sum to 1. `None` with
    /// a note, and where R² is 0.
    pub importance: Option<f64>,
    /// The least squares coefficient: points of score from a neutral mention (or none) to a positive one. `None` with a note.
    pub coefficient: Option<f64>,
    /// Why the column was left out of the regression.
    pub note: Option<Note>,
}

/// How much of the score's variation each of the columns `0..columns` explains.
///
/// Weighted least squares of the score on all columns, each of them +1 where the respondent's stance is positive, −1 where it is
/// negative, else 0; control groups are absorbed by within-group centring (Frisch & Waugh 1933). R² is shared by LMG (Lindeman,
/// Merenda & Gold 1980; Grömping 2006) for up to 18 columns that vary and are not collinear, by relative weights (Johnson 2000)
/// above. Among collinear columns the first in order is kept.
///
/// `None`: there is nothing to explain, because the score does not vary within any group or because there are not more
/// respondents than groups and usable columns.
pub fn importance(columns: usize, observations: &impl Observations) -> Option<Importance> {
    let sample = Sample::new(columns, observations, encode);
    let fit = Fit::new(&sample)?;
    let (method, shares) = if fit.used.len() <= LMG_COLUMNS {
        (ImportanceMethod::Lmg, lmg::shares(&fit.correlation, &fit.with_score))
    } else {
        (ImportanceMethod::Johnson, johnson::shares(&fit.correlation, &fit.with_score)?)
    };
    let total: f64 = shares.iter().sum();
    let explained = total > NOTHING_EXPLAINED;
    let mut figures: Vec<ColumnImportance> =
        fit.notes.iter().map(|note| ColumnImportance { importance: None, coefficient: None, note: *note }).collect();
    for (position, (&column, share)) in fit.used.iter().zip(shares).enumerate() {
        let coefficient = fit.coefficient(position);
        figures[column].coefficient = Some(coefficient);
        figures[column].importance = explained.then(|| (share / total).copysign(coefficient));
    }
    Some(Importance { method, r_squared: fit.r_squared, columns: figures })
}

/// The predictor of a stance.
fn encode(stance: Stance) -> [i8; 1] {
    match stance {
        Stance::Positive => [1],
        Stance::Negative => [-1],
        Stance::Neutral | Stance::Mixed => [0],
    }
}

#[cfg(test)]
mod tests {
    use super::reference::{Answer, Dense, Survey, surveys};
    use super::*;
    use proptest::prelude::*;

    fn importance_of(survey: &Survey) -> Option<Importance> {
        importance(survey.columns, &survey.observations())
    }

    fn assert_close(got: f64, wanted: f64) {
        assert!((got - wanted).abs() < 1e-12, "{got}, not {wanted}");
    }

    #[test]
    fn correlated_columns_share_what_both_explain() {
        // Centred sums of squares: A 1, B ¾, score 44, A·B ½, A·score 6, B·score 5. R²(A) = 36/44, R²(B) = (25/¾)/44 =
        // (100/3)/44, R²(AB) = 1 as score = 2 + 4A + 4B. LMG of A = ½·(36 + 44 − 100/3)/44 = 35/66, of B 31/66.
        let survey = Survey::plain(2, &[("++", 10.0), ("+.", 6.0), ("0.", 2.0), ("m.", 2.0)]);
        let got = importance_of(&survey).unwrap();
        assert_eq!(got.method, ImportanceMethod::Lmg);
        assert_close(got.r_squared, 1.0);
        for (column, share) in got.columns.iter().zip([35.0 / 66.0, 31.0 / 66.0]) {
            assert_close(column.importance.unwrap(), share);
            assert_close(column.coefficient.unwrap(), 4.0);
            assert_eq!(column.note, None);
        }
    }

    #[test]
    fn orthogonal_columns_take_their_own_with_the_sign_of_their_effect() {
        // Score = 5 + 3A − B on a balanced design: sums of squares 36 and 4 of 40. The second group lies 2 higher, no more.
        let answers = |group, shift| {
            [("++", 7.0), ("+-", 9.0), ("-+", 1.0), ("--", 3.0)]
                .map(|(stances, score)| Answer::new(stances, score + shift, 2.5, 3, group))
        };
        let got = importance_of(&Survey::new(2, [answers(4, 0.0), answers(1, 2.0)].concat())).unwrap();
        assert_close(got.columns[0].importance.unwrap(), 0.9);
        assert_close(got.columns[1].importance.unwrap(), -0.1);
        assert_close(got.columns[0].coefficient.unwrap(), 3.0);
        assert_close(got.columns[1].coefficient.unwrap(), -1.0);
        assert_close(got.r_squared, 1.0);
    }

    #[test]
    fn importance_agrees_with_other_software() {
        // R² and coefficients: statsmodels 0.15.0, WLS with group dummies; shares from its R² of each subset.
        let got = importance_of(&asymmetry::tests::survey()).unwrap();
        assert_close(got.r_squared, 0.936_984_924_160_998_3);
        let wanted = [(0.649_142_384_254_432, 3.197_152_773_314_48), (0.350_857_615_745_567, 2.082_283_565_781_864)];
        for (column, (share, coefficient)) in got.columns.iter().zip(wanted) {
            assert_close(column.importance.unwrap(), share);
            assert_close(column.coefficient.unwrap(), coefficient);
        }
    }

    #[test]
    fn columns_without_a_part_are_noted_and_take_none() {
        // Column 0 is always praised, 1 never mentioned, 3 repeats 2, 5 = 2 + 4; 6 is blamed where 2 is praised; 7 varies only
        // between groups.
        let answers = [
            ("+.++.+-+", 9.0, 0),
            ("+.++.+-+", 8.0, 0),
            ("+....0.+", 6.0, 0),
            ("+...-- +", 2.0, 0),
            ("+...-- .", 1.0, 1),
            ("+..0.  .", 7.0, 1),
            ("+.m.     ", 5.0, 1),
        ];
        let answers = answers.map(|(stances, score, group)| Answer::new(stances, score, 1.0, 1, group));
        let got = importance_of(&Survey::new(9, answers.to_vec())).unwrap();
        let notes: Vec<Option<&str>> = got.columns.iter().map(|column| column.note.map(Note::as_str)).collect();
        let (constant, collinear) = (Some("constant"), Some("collinear"));
        assert_eq!(notes, [constant, constant, None, collinear, None, collinear, collinear, constant, constant]);
        for column in &got.columns {
            assert_eq!(column.importance.is_none(), column.note.is_some(), "{column:?}");
            assert_eq!(column.coefficient.is_none(), column.note.is_some(), "{column:?}");
        }
        let sum: f64 = got.columns.iter().filter_map(|column| column.importance).map(f64::abs).sum();
        assert_close(sum, 1.0);
    }

    #[test]
    fn there_may_be_nothing_to_explain() {
        let single = Survey::plain(1, &[("+", 9.0)]);
        let same_scores = Survey::plain(1, &[("+", 0.1), ("-", 0.1), (".", 0.1), ("+", 0.1)]);
        let no_residuals = Survey::plain(1, &[("+", 9.0), ("-", 1.0)]);
        let only_between_groups = [(".", 3.0, 0), ("+", 3.0, 0), ("-", 8.0, 1), (".", 8.0, 1)];
        let only_between_groups =
            only_between_groups.map(|(stances, score, group)| Answer::new(stances, score, 0.3, 7, group));
        let not_a_number = Survey::plain(1, &[("+", f64::NAN), ("-", 1.0), (".", 2.0), ("+", 3.0)]);
        let endless = Survey::plain(1, &[("+", 1e300), ("-", -1e300), (".", 2.0), ("+", 3.0)]);
        for survey in [
            Survey::plain(2, &[]),
            single,
            same_scores,
            no_residuals,
            Survey::new(1, only_between_groups.to_vec()),
            not_a_number,
            endless,
        ] {
            assert_eq!(importance_of(&survey), None, "{survey:?}");
            assert_eq!(asymmetry(survey.columns, &survey.observations(), 0.05), None, "{survey:?}");
        }
    }

    #[test]
    fn nothing_is_shared_where_nothing_is_explained() {
        // Means are the same but for rounding.
        let scores = [("+", 0.1), ("+", 2.3), ("+", 7.7), ("-", 0.1), ("-", 7.7), ("-", 2.3)];
        let answers = scores.map(|(stances, score)| Answer::new(stances, score, 0.1, 7, 0));
        let got = importance_of(&Survey::new(1, answers.to_vec())).unwrap();
        assert_close(got.r_squared, 0.0);
        assert_eq!((got.columns[0].importance, got.columns[0].note), (None, None));
        assert_close(got.columns[0].coefficient.unwrap(), 0.0);
        let got = importance_of(&Survey::plain(1, &[(".", 4.0), (".", 8.0)])).unwrap();
        assert_eq!((got.columns[0].importance, got.columns[0].note), (None, Some(Note::Constant)));
    }

    #[test]
    fn empty_observations_and_other_columns_are_passed_over() {
        let mut survey = Survey::plain(3, &[("+..", 9.0), ("-.+", 3.0), ("..-", 6.0), (".+.", 2.0), ("+-.", 8.0)]);
        let wanted = importance(2, &survey.observations());
        assert!(wanted.is_some());
        for answer in &mut survey.answers {
            answer.stances.retain(|stance| stance.0 < 2);
        }
        survey.answers.insert(0, Answer::new("+-", 1e9, 1.0, 0, 7));
        assert_eq!(importance(2, &survey.observations()), wanted);
    }

    #[test]
    fn only_usable_columns_count_for_the_method() {
        // Column k is praised by respondent k alone; respondents 19 and 20 mention none of them. A column more is constant.
        for (columns, method) in [(18_u16, ImportanceMethod::Lmg), (19, ImportanceMethod::Johnson)] {
            let answers = (0..=columns + 1).map(|person| {
                let stances = if person < columns { vec![(person, Stance::Positive)] } else { Vec::new() };
                Answer { stances, score: f64::from(person % 7), weight: 1.0, count: 1, group: 0 }
            });
            let got = importance_of(&Survey::new(usize::from(columns) + 1, answers.collect())).unwrap();
            assert_eq!(got.method, method);
            assert_eq!(got.columns[usize::from(columns)].note, Some(Note::Constant));
            let sum: f64 = got.columns.iter().filter_map(|column| column.importance).map(f64::abs).sum();
            assert_close(sum, 1.0);
        }
    }

    /// The mean gain in R² of each of `used` over all orderings, each gone through.
    fn over_all_orderings(dense: &Dense, used: &[usize]) -> Vec<f64> {
        fn go(order: &mut Vec<usize>, gains: &mut [f64], r_squared: &[f64]) -> f64 {
            if order.len() == gains.len() {
                let mut taken = 0;
                for &place in order.iter() {
                    gains[place] += r_squared[taken | 1 << place] - r_squared[taken];
                    taken |= 1 << place;
                }
                return 1.0;
            }
            let mut orderings = 0.0;
            for place in 0..gains.len() {
                if !order.contains(&place) {
                    order.push(place);
                    orderings += go(order, gains, r_squared);
                    order.pop();
                }
            }
            orderings
        }
        let subset = |subset: usize| -> Vec<usize> {
            used.iter().enumerate().filter(|(place, _)| subset >> place & 1 == 1).map(|(_, &column)| column).collect()
        };
        let r_squared: Vec<f64> = (0..1 << used.len()).map(|chosen| dense.r_squared(&subset(chosen))).collect();
        let mut gains = vec![0.0; used.len()];
        let orderings = go(&mut Vec::new(), &mut gains, &r_squared);
        gains.iter().map(|gain| gain / orderings).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn importance_is_the_mean_gain_over_all_orderings(survey in surveys(1..=6, 6..=30)) {
            let dense = Dense::signed(&survey);
            let used = dense.usable();
            let got = importance_of(&survey);
            prop_assume!(got.is_some());
            let got = got.unwrap();
            let found: Vec<usize> = (0..survey.columns).filter(|&column| got.columns[column].note.is_none()).collect();
            prop_assert_eq!(&found, &used);
            let r_squared = dense.r_squared(&used);
            prop_assert!((got.r_squared - r_squared).abs() < 1e-10);
            prop_assume!(r_squared > 1e-4);
            let coefficients = dense.coefficients(&used);
            for ((&column, gain), coefficient) in used.iter().zip(over_all_orderings(&dense, &used)).zip(&coefficients) {
                let figures = got.columns[column];
                prop_assert!((figures.coefficient.unwrap() - coefficient).abs() < 1e-9);
                prop_assert!((figures.importance.unwrap().abs() - gain / r_squared).abs() < 1e-10 / r_squared);
                prop_assert!(figures.importance.unwrap() * coefficient >= 0.0 || coefficient.abs() < 1e-9);
            }
        }
    }

    /// Surveys on both sides of the limit of LMG (kept low, as tests are not optimised), with their answers in another order.
    fn shuffled() -> impl Strategy<Value = (Survey, Survey)> {
        prop_oneof![surveys(1..=8, 4..=60), surveys(21..=24, 40..=90)].prop_flat_map(|survey| {
            let columns = survey.columns;
            let answers = Just(survey.answers.clone()).prop_shuffle();
            (Just(survey), answers.prop_map(move |answers| Survey::new(columns, answers)))
        })
    }

    fn assert_alike(left: &Survey, right: &Survey) -> Result<(), TestCaseError> {
        let (left, right) = (importance_of(left), importance_of(right));
        prop_assert_eq!(left.is_some(), right.is_some());
        for (left, right) in left.iter().flat_map(|got| &got.columns).zip(right.iter().flat_map(|got| &got.columns)) {
            prop_assert_eq!(left.note, right.note);
            if let (Some(left), Some(right)) = (left.importance, right.importance) {
                // Where a coefficient is 0 but for rounding, its sign is rounding too.
                prop_assert!((left.abs() - right.abs()).abs() < 1e-9, "{} {}", left, right);
            }
            if let (Some(left), Some(right)) = (left.coefficient, right.coefficient) {
                prop_assert!((left - right).abs() < 1e-9, "{} {}", left, right);
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn neither_order_nor_doubling_matters((survey, shuffled) in shuffled()) {
            // Doubled respondents can only leave more degrees of freedom, so compare from a survey that has some.
            let Some(got) = importance_of(&survey) else { return Ok(()) };
            assert_alike(&survey, &shuffled)?;
            let mut doubled = survey.clone();
            doubled.answers.iter_mut().for_each(|answer| answer.count *= 2);
            assert_alike(&survey, &doubled)?;
            let mut heavier = survey.clone();
            heavier.answers.iter_mut().for_each(|answer| answer.weight *= 1e-5);
            assert_alike(&survey, &heavier)?;
            let shares: Vec<f64> = got.columns.iter().filter_map(|column| column.importance).map(f64::abs).collect();
            prop_assert!(shares.is_empty() || (shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
    }
}
