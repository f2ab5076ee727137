//! Whether a driver costs more when it fails than it earns when it does well: reward and penalty in one regression.
//!
//! Not for importance, and not a "Kano class": what a coefficient means for a product is for people to say.

use super::hc3::{Coefficient, coefficients};
use super::moments::{Fit, Sample};
use super::{Note, Observations};
use crate::types::Stance;

/// The side on which a driver moves the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Blame lowers it; praise is not shown to raise it.
    Penalty,
    /// Praise raises it; blame is not shown to lower it.
    Reward,
    /// Praise raises it and blame lowers it.
    Both,
    /// Neither is shown.
    Neither,
}

impl Side {
    /// The word that tables use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Penalty => "penalty",
            Self::Reward => "reward",
            Self::Both => "both",
            Self::Neither => "none",
        }
    }
}

/// What praise and blame of one column do to the score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asymmetry {
    /// The effect of a positive (or mixed) mention.
    pub reward: Option<Coefficient>,
    /// The effect of a negative (or mixed) mention.
    pub penalty: Option<Coefficient>,
    /// Which effects are significant and go the way they should, up for reward and down for penalty; a missing coefficient is
    /// not significant. `None` where both are missing.
    pub side: Option<Side>,
    /// Why a coefficient is missing; where both are, for two reasons, the first of [`Note`]'s order.
    pub note: Option<Note>,
}

/// Reward and penalty of each of the columns `0..columns`, from one regression (penalty-reward contrast, Brandt 1988).
///
/// Weighted least squares of the score on two indicators for each column: reward is 1 where the respondent's stance is positive
/// or mixed, penalty is 1 where it is negative or mixed. Control groups are absorbed by within-group centring. Covariances are
/// HC3 (`MacKinnon` & White 1985), leverages with the groups' means in them; p is two-sided from Student's t with respondents −
/// groups − usable indicators degrees of freedom. A p below `significance` counts, for example below 0.05.
///
/// Among collinear indicators the first is kept, columns in order and each reward before its penalty. A coefficient that would
/// be lost if one respondent were left out has no standard error and is missing; the other mentions of this respondent are
/// judged all the same, by the respondents who are left.
///
/// `None`: there is nothing to explain, as in [`importance`](super::importance), or the fit meets every score exactly.
pub fn asymmetry(columns: usize, observations: &impl Observations, significance: f64) -> Option<Vec<Asymmetry>> {
    let sample = Sample::new(columns, observations, encode);
    let fit = Fit::new(&sample)?;
    let coefficients = coefficients(&sample, &fit)?;
    let (pairs, _) = coefficients.as_chunks();
    Some(pairs.iter().map(|&[reward, penalty]| Asymmetry::new(reward, penalty, significance)).collect())
}

/// The indicators of a stance: reward, penalty.
pub(super) fn encode(stance: Stance) -> [i8; 2] {
    match stance {
        Stance::Positive => [1, 0],
        Stance::Negative => [0, 1],
        Stance::Mixed => [1, 1],
        Stance::Neutral => [0, 0],
    }
}

impl Asymmetry {
    fn new(reward: Result<Coefficient, Note>, penalty: Result<Coefficient, Note>, significance: f64) -> Self {
        let raises = reward.is_ok_and(|reward| reward.p < significance && reward.value > 0.0);
        let lowers = penalty.is_ok_and(|penalty| penalty.p < significance && penalty.value < 0.0);
        let side = match (raises, lowers) {
            (true, true) => Side::Both,
            (true, false) => Side::Reward,
            (false, true) => Side::Penalty,
            (false, false) => Side::Neither,
        };
        Self {
            reward: reward.ok(),
            penalty: penalty.ok(),
            side: (reward.is_ok() || penalty.is_ok()).then_some(side),
            note: reward.err().into_iter().chain(penalty.err()).min(),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::importance;
    use super::super::reference::{Answer, Survey, surveys};
    use super::*;
    use proptest::prelude::*;

    fn asymmetry_of(survey: &Survey) -> Option<Vec<Asymmetry>> {
        asymmetry(survey.columns, &survey.observations(), 0.05)
    }

    /// Twenty respondents in two groups; other software's numbers for it are in the tests that use it.
    pub(in super::super) fn survey() -> Survey {
        let answers = [
            ("+.", 9.0, 1.0, 2, 0),
            ("+-", 6.0, 0.5, 1, 0),
            ("-.", 2.0, 2.0, 1, 0),
            (".+", 8.0, 1.0, 3, 0),
            ("..", 7.0, 1.0, 2, 0),
            ("--", 1.0, 1.5, 1, 0),
            ("m.", 5.0, 1.0, 2, 1),
            ("++", 10.0, 0.75, 1, 1),
            ("-+", 4.0, 1.0, 1, 1),
            (".-", 3.0, 1.25, 2, 1),
            ("..", 6.0, 1.0, 3, 1),
            ("0m", 7.0, 1.0, 1, 1),
        ];
        Survey::new(
            2,
            answers
                .map(|(stances, score, weight, count, group)| Answer::new(stances, score, weight, count, group))
                .to_vec(),
        )
    }

    #[test]
    fn one_indicator_by_hand() {
        // Means 9 and 4, so the reward is 5. HC3 with leverages 1/n in each half: Σe²/(n − 1)² = 2/1² + 8/2² = 4. t = 2.5 with
        // 3 degrees of freedom: p = 1 − (2/π)·(u/(1 + u²) + atan u) with u = 2.5/√3.
        let got =
            asymmetry_of(&Survey::plain(1, &[("+", 10.0), ("+", 8.0), (".", 2.0), ("0", 4.0), (".", 6.0)])).unwrap();
        let reward = got[0].reward.unwrap();
        let u = 2.5 / 3.0_f64.sqrt();
        let p = 1.0 - std::f64::consts::FRAC_2_PI * (u / (1.0 + u * u) + u.atan());
        for (got, wanted) in [(reward.value, 5.0), (reward.se, 2.0), (reward.p, p)] {
            assert!((got - wanted).abs() < 1e-12, "{got}, not {wanted}");
        }
        assert_eq!((got[0].penalty, got[0].note), (None, Some(Note::Constant)));
        assert_eq!(got[0].side, Some(Side::Neither));
    }

    #[test]
    fn each_column_gets_its_own_coefficients() {
        // As in the test of the errors.
        let got = asymmetry_of(&survey()).unwrap();
        let wanted = [(2.595_395_371_394_63, -3.705_969_669_393_117), (1.979_473_710_022_831, -2.152_587_038_379_169)];
        for (got, (reward, penalty)) in got.iter().zip(wanted) {
            assert!((got.reward.unwrap().value - reward).abs() < 1e-12, "{got:?}");
            assert!((got.penalty.unwrap().value - penalty).abs() < 1e-12, "{got:?}");
            assert_eq!((got.side, got.note), (Some(Side::Both), None));
        }
    }

    #[test]
    fn a_side_needs_significance_and_the_right_direction() {
        let found = |value, p| Ok(Coefficient { value, se: 1.0, p });
        let table = [
            (found(1.0, 0.01), found(-1.0, 0.01), Some(Side::Both), None),
            (found(1.0, 0.01), found(-1.0, 0.05), Some(Side::Reward), None),
            (found(1.0, 0.05), found(-1.0, 0.01), Some(Side::Penalty), None),
            (found(1.0, 0.2), found(-1.0, 0.2), Some(Side::Neither), None),
            (found(-1.0, 0.01), found(1.0, 0.01), Some(Side::Neither), None),
            (Err(Note::Constant), found(-1.0, 0.01), Some(Side::Penalty), Some(Note::Constant)),
            (found(1.0, 0.01), Err(Note::NoStandardError), Some(Side::Reward), Some(Note::NoStandardError)),
            (Err(Note::Constant), Err(Note::Collinear), None, Some(Note::Collinear)),
            (Err(Note::Constant), Err(Note::NoStandardError), None, Some(Note::NoStandardError)),
        ];
        for (reward, penalty, side, note) in table {
            let got = Asymmetry::new(reward, penalty, 0.05);
            assert_eq!((got.side, got.note), (side, note), "{reward:?} {penalty:?}");
        }
    }

    #[test]
    fn the_later_of_collinear_indicators_is_missing() {
        // Column 0 is only ever mixed, so that its penalty repeats its reward; column 1's penalty repeats both.
        let got = asymmetry_of(&Survey::plain(
            2,
            &[("m-", 3.0), ("m-", 4.0), (".+", 8.0), (".+", 7.0), ("..", 6.0), ("..", 7.0), ("..", 8.0)],
        ))
        .unwrap();
        assert!(got[0].reward.is_some() && got[0].penalty.is_none());
        assert!(got[1].reward.is_some() && got[1].penalty.is_none());
        assert!(got.iter().all(|column| column.note == Some(Note::Collinear)));
    }

    #[test]
    fn who_alone_mentions_a_driver_does_not_spoil_the_others() {
        let answers = [("+.", 9.0), ("+.", 10.0), ("-.", 2.0), ("-.", 4.0), ("-.", 1.0), ("..", 7.0), ("..", 6.0)];
        let without = asymmetry_of(&Survey::plain(2, &answers)).unwrap();
        // Only this respondent mentions the second driver, whose coefficient takes up all of the score.
        let with = asymmetry_of(&Survey::plain(2, &[&answers[..], &[("+-", 0.0)]].concat())).unwrap();
        assert_eq!((with[1].penalty, with[1].side, with[1].note), (None, None, Some(Note::NoStandardError)));
        for (with, without) in [(with[0].reward, without[0].reward), (with[0].penalty, without[0].penalty)] {
            let (with, without) = (with.unwrap(), without.unwrap());
            assert!((with.value - without.value).abs() < 1e-12, "{with:?} {without:?}");
            assert!((with.se - without.se).abs() < 1e-12, "{with:?} {without:?}");
            assert!((with.p / without.p - 1.0).abs() < 1e-9, "{with:?} {without:?}");
        }
    }

    #[test]
    fn respondents_whom_the_fit_meets_give_no_errors() {
        let all = [("+", 9.0), ("+", 9.0), ("-", 2.0), ("-", 2.0), (".", 5.0), (".", 5.0)];
        assert_eq!(asymmetry_of(&Survey::plain(1, &all)), None);
        // In group 1, where alone the driver is mentioned, all is met; in group 0 there is something left.
        let mut survey = Survey::plain(1, &all);
        survey.answers.iter_mut().for_each(|answer| answer.group = 1);
        survey.answers.extend([7.0, 3.0, 8.0].map(|score| Answer::new(".", score, 1.0, 1, 0)));
        let got = asymmetry_of(&survey).unwrap();
        assert_eq!((got[0].reward, got[0].penalty, got[0].side), (None, None, None));
        assert_eq!(got[0].note, Some(Note::NoStandardError));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_weight_makes_a_number_that_is_none(
            survey in surveys(1..=5, 2..=25),
            powers in prop::collection::vec(-6..=6_i32, 25),
        ) {
            let mut survey = survey;
            for (answer, power) in survey.answers.iter_mut().zip(powers) {
                answer.weight = 10.0_f64.powi(power);
            }
            for column in asymmetry_of(&survey).iter().flatten() {
                for found in [column.reward, column.penalty].into_iter().flatten() {
                    prop_assert!(found.value.is_finite() && found.se.is_finite() && found.se > 0.0, "{:?}", found);
                    prop_assert!((0.0..=1.0).contains(&found.p), "{:?}", found);
                }
                prop_assert_eq!(column.note.is_some(), column.reward.is_none() || column.penalty.is_none());
            }
            if let Some(importance) = importance(survey.columns, &survey.observations()) {
                prop_assert!((0.0..=1.0).contains(&importance.r_squared));
                let shares: Vec<f64> = importance.columns.iter().filter_map(|column| column.importance).collect();
                prop_assert!(shares.is_empty() || (shares.iter().copied().map(f64::abs).sum::<f64>() - 1.0).abs() < 1e-9);
                prop_assert!(importance.columns.iter().filter_map(|column| column.coefficient).all(f64::is_finite));
            }
        }

        #[test]
        fn respondents_who_differ_in_scores_alone_may_be_taken_together(survey in surveys(1..=2, 4..=60)) {
            let (left, right) = (survey.observations(), survey.together());
            let near = |left: f64, right: f64| (left - right).abs() < 1e-9 * (1.0 + left.abs());
            let (one, other) = (importance(survey.columns, &left), importance(survey.columns, &right));
            prop_assert_eq!(one.is_some(), other.is_some());
            if let (Some(one), Some(other)) = (one, other) {
                prop_assert!(near(one.r_squared, other.r_squared));
                for (one, other) in one.columns.iter().zip(&other.columns) {
                    prop_assert_eq!(one.note, other.note);
                    prop_assert!(near(one.coefficient.unwrap_or_default(), other.coefficient.unwrap_or_default()));
                }
            }
            let (left, right) = (asymmetry(survey.columns, &left, 0.05), asymmetry(survey.columns, &right, 0.05));
            prop_assert_eq!(left.is_some(), right.is_some());
            for (left, right) in left.iter().flatten().zip(right.iter().flatten()) {
                prop_assert_eq!(left.note, right.note);
                for (left, right) in [(left.reward, right.reward), (left.penalty, right.penalty)] {
                    let both = left.zip(right);
                    prop_assert_eq!(both.is_some(), left.is_some() || right.is_some());
                    prop_assert!(both.is_none_or(|(left, right)| near(left.value, right.value) && near(left.se, right.se)));
                }
            }
        }

        #[test]
        fn order_does_not_matter((survey, answers) in surveys(1..=4, 4..=40).prop_flat_map(|survey| {
            let answers = Just(survey.answers.clone()).prop_shuffle();
            (Just(survey), answers)
        })) {
            let shuffled = Survey::new(survey.columns, answers);
            let (left, right) = (asymmetry_of(&survey), asymmetry_of(&shuffled));
            prop_assert_eq!(left.is_some(), right.is_some());
            for (left, right) in left.iter().flatten().zip(right.iter().flatten()) {
                prop_assert_eq!(left.note, right.note);
                for (left, right) in [(left.reward, right.reward), (left.penalty, right.penalty)] {
                    prop_assert_eq!(left.is_some(), right.is_some());
                    if let (Some(left), Some(right)) = (left, right) {
                        prop_assert!((left.value - right.value).abs() < 1e-9);
                        prop_assert!((left.se - right.se).abs() < 1e-9);
                        prop_assert!((left.p - right.p).abs() < 1e-8);
                    }
                }
            }
        }
    }
}
