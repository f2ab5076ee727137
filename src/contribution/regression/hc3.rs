//! Coefficients with standard errors that hold where the spread of scores differs between respondents (HC3).
//!
//! Not for the fit itself, nor for what coefficients say of a driver.

use nalgebra::{DMatrix, DVector};
use statrs::function::beta::checked_beta_reg;

use super::moments::{Fit, Row, Sample};
use super::{Note, Observations};

/// A respondent whose leverage leaves less than this to 1 is met by the fit wherever the score lies.
const FULL_LEVERAGE: f64 = 1e-10;

/// A coefficient that takes no more than this part of its precision from a respondent does not depend on him or her.
const NO_PART: f64 = 1e-14;

/// Squares of residuals below this part of what they are compared with are rounding.
const NO_RESIDUAL: f64 = 1e-20;

/// A coefficient with its heteroskedasticity-consistent standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    /// Points of score, against respondents without such a mention.
    pub value: f64,
    /// The standard error (HC3) in points of score, above 0.
    pub se: f64,
    /// Two-sided p of no effect, 0 to 1.
    pub p: f64,
}

/// The coefficient of each predictor with its HC3 standard error (`MacKinnon` & White 1985), or why it is missing.
///
/// A coefficient that would be lost if one respondent were left out has no standard error; that respondent, whom the fit meets
/// wherever the score lies, has no part in the errors of the others, which do not depend on him or her. `None` where the fit
/// meets every score exactly.
pub(super) fn coefficients<O: Observations, const PER: usize>(
    sample: &Sample<'_, O, PER>,
    fit: &Fit,
) -> Option<Vec<Result<Coefficient, Note>>> {
    let variances = Variances::new(sample, fit).finish(sample, fit)?;
    let mut coefficients: Vec<Result<Coefficient, Note>> =
        fit.notes.iter().map(|note| Err(note.unwrap_or(Note::NoStandardError))).collect();
    for (position, (&predictor, variance)) in fit.used.iter().zip(variances).enumerate() {
        let coefficient =
            variance.and_then(|variance| Coefficient::new(fit.coefficient(position), variance, fit.degrees));
        if let Some(coefficient) = coefficient {
            coefficients[predictor] = Ok(coefficient);
        }
    }
    Some(coefficients)
}

impl Coefficient {
    /// `None` where a number would not be finite or the standard error not above 0.
    fn new(value: f64, variance: f64, degrees: u64) -> Option<Self> {
        let se = variance.sqrt();
        let degrees = degrees as f64;
        let t = value / se;
        // Student's t by the incomplete beta function (Abramowitz & Stegun 1964, 26.7.1), which keeps its digits in the tails.
        let p = checked_beta_reg(0.5 * degrees, 0.5, degrees / (degrees + t * t)).ok()?;
        (value.is_finite() && se.is_finite() && se > 0.0 && p.is_finite()).then_some(Self {
            value,
            se,
            p: p.clamp(0.0, 1.0),
        })
    }
}

/// The diagonal of the HC3 covariance, by used predictor.
///
/// `(XᵀWX)⁻¹ [Σ count·w²·e²/(1 − h)²·xxᵀ] (XᵀWX)⁻¹` with centred x, where e is the residual of a respondent and
/// `h = w·(1/W + xᵀ(XᵀWX)⁻¹x)` the leverage, W being the group's sum of weights.
struct Variances {
    inverse: DMatrix<f64>,
    coefficients: DVector<f64>,
    /// By predictor: its position among those used.
    positions: Vec<Option<usize>>,
    /// By group: means of the used predictors, the same times the inverse, and their part in the prediction.
    groups: Vec<(DVector<f64>, DVector<f64>, f64)>,
}

impl Variances {
    fn new<O: Observations, const PER: usize>(sample: &Sample<'_, O, PER>, fit: &Fit) -> Self {
        let inverse = fit.inverse();
        let coefficients = DVector::from_fn(fit.used.len(), |position, _| fit.coefficient(position));
        let mut positions = vec![None; fit.notes.len()];
        for (position, &predictor) in fit.used.iter().enumerate() {
            positions[predictor] = Some(position);
        }
        let groups = sample
            .groups
            .iter()
            .map(|group| {
                let means = DVector::from_iterator(fit.used.len(), fit.used.iter().map(|&used| group.means[used]));
                let influence = &inverse * &means;
                let prediction = means.dot(&coefficients);
                (means, influence, prediction)
            })
            .collect();
        Self { inverse, coefficients, positions, groups }
    }

    /// The entries of a row among used predictors.
    fn entries<'a>(&'a self, row: &'a Row<'_>) -> impl Iterator<Item = (usize, f64)> + 'a {
        row.entries().filter_map(|(predictor, sign)| Some((self.positions[predictor]?, sign)))
    }

    /// The variances, `None` for a coefficient that has none; `None` for all where every residual is 0.
    fn finish<O: Observations, const PER: usize>(
        &self,
        sample: &Sample<'_, O, PER>,
        fit: &Fit,
    ) -> Option<Vec<Option<f64>>> {
        let size = fit.used.len();
        let mut variances = vec![0.0; size];
        let mut hangs = vec![false; size];
        let mut residual_squares = 0.0;
        let mut influence = DVector::zeros(size);
        sample.each(|row| {
            let (means, mean_influence, mean_prediction) = &self.groups[row.group];
            influence.copy_from(mean_influence);
            influence.neg_mut();
            let mut residual = row.score + mean_prediction;
            for (position, sign) in self.entries(row) {
                influence.axpy(sign, &self.inverse.column(position), 1.0);
                residual -= sign * self.coefficients[position];
            }
            // Of all scores, which are spread about the row's mean.
            let squares = row.count * residual * residual + row.spread;
            residual_squares += row.weight * squares;
            let quadratic: f64 = self.entries(row).map(|(position, sign)| sign * influence[position]).sum::<f64>()
                - means.dot(&influence);
            let slack = 1.0 - row.weight * (sample.groups[row.group].weight.recip() + quadratic);
            if slack > FULL_LEVERAGE {
                let scale = row.weight / slack;
                let scale = scale * scale * squares;
                for (variance, influence) in variances.iter_mut().zip(&influence) {
                    *variance += scale * (influence * influence);
                }
            } else {
                for (position, (hangs, influence)) in hangs.iter_mut().zip(&influence).enumerate() {
                    *hangs |= row.weight * influence * influence > NO_PART * self.inverse[(position, position)];
                }
            }
        });
        if residual_squares <= NO_RESIDUAL * fit.score_squares {
            return None;
        }
        let residual_variance = residual_squares / fit.degrees as f64;
        let judged = variances.into_iter().zip(hangs).enumerate().map(|(position, (variance, hangs))| {
            let classical = self.inverse[(position, position)] * residual_variance;
            (!hangs && variance > NO_RESIDUAL * classical).then_some(variance)
        });
        Some(judged.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::asymmetry::{encode, tests::survey};
    use super::super::reference::{Dense, Survey, surveys};
    use super::*;
    use proptest::prelude::*;

    fn coefficients_of(survey: &Survey) -> Option<Vec<Result<Coefficient, Note>>> {
        let observations = survey.observations();
        let sample = Sample::new(survey.columns, &observations, encode);
        coefficients(&sample, &Fit::new(&sample)?)
    }

    #[test]
    fn errors_agree_with_other_software() {
        // statsmodels 0.15.0: WLS with group dummies, .fit(cov_type="HC3", use_t=True).
        let wanted = [
            (2.595_395_371_394_63, 0.334_921_595_326_075, 1.980_025_553_696_603e-6),
            (-3.705_969_669_393_117, 0.499_149_641_947_321, 3.229_143_120_835_304e-6),
            (1.979_473_710_022_831, 0.486_654_049_522_83, 1.153_053_790_708_61e-3),
            (-2.152_587_038_379_169, 0.666_144_464_344_22, 6.031_670_288_252_109e-3),
        ];
        let got = coefficients_of(&survey()).unwrap();
        for (got, (value, se, p)) in got.into_iter().zip(wanted) {
            let got = got.unwrap();
            assert!((got.value - value).abs() < 1e-12, "{got:?}");
            assert!((got.se - se).abs() < 1e-12, "{got:?}");
            assert!((got.p / p - 1.0).abs() < 1e-9, "{got:?}");
        }
    }

    #[test]
    fn p_is_that_of_students_t_in_the_tails_and_with_many_respondents() {
        // SciPy, 2·t.sf(t, degrees).
        for (degrees, t, wanted) in [
            (1, 0.001, 0.999_363_380_439_815_9),
            (1, 30.0, 0.021_212_804_811_070_85),
            (3, 2.5, 0.087_706_647_008_065_56),
            (30, 8.0, 6.265_822_475_700_759e-9),
            (1_000, 0.5, 0.617_185_080_833_874_7),
            (1_000, 30.0, 1.537_468_744_404_309_5e-141),
            (100_000, 2.5, 0.012_420_919_192_559_051),
            (5_000_000, 0.001, 0.999_202_115_612_072_2),
            (5_000_000, 0.5, 0.617_075_099_456_056_2),
            (5_000_000, 2.5, 0.012_419_362_421_612_422),
            (5_000_000, 8.0, 1.244_454_858_464_048_2e-15),
        ] {
            let got = Coefficient::new(-t, 1.0, degrees).unwrap().p;
            assert!((got / wanted - 1.0).abs() < 1e-6, "{t} with {degrees}: {got}, not {wanted}");
        }
        assert_eq!(Coefficient::new(1.0, f64::INFINITY, 5), None);
        assert_eq!(Coefficient::new(1.0, 0.0, 5), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn errors_are_those_of_the_hat_matrix(survey in surveys(1..=4, 25..=45)) {
            let got = coefficients_of(&survey);
            prop_assume!(got.is_some());
            let got = got.unwrap();
            let dense = Dense::indicators(&survey);
            let used = dense.usable();
            let (variances, leverages) = dense.hc3(&used);
            prop_assume!(leverages.iter().all(|leverage| *leverage < 1.0 - 1e-6));
            prop_assert_eq!(got.iter().filter(|got| got.is_ok()).count(), used.len());
            let values = dense.coefficients(&used);
            for ((&predictor, variance), value) in used.iter().zip(variances).zip(&values) {
                let got = got[predictor].unwrap();
                prop_assert!((got.value - value).abs() < 1e-9, "{} {}", got.value, value);
                prop_assert!((got.se - variance.sqrt()).abs() < 1e-9, "{} {}", got.se, variance.sqrt());
            }
        }

        #[test]
        fn errors_are_those_of_leaving_out_each_respondent(survey in surveys(1..=3, 3..=14)) {
            let got = coefficients_of(&survey);
            prop_assume!(got.is_some());
            let got = got.unwrap();
            let dense = Dense::indicators(&survey);
            let used = dense.usable();
            for (&predictor, variance) in used.iter().zip(dense.jackknife(&used)) {
                match (got[predictor], variance) {
                    (Ok(got), Some(variance)) => {
                        prop_assert!((got.se - variance.sqrt()).abs() < 1e-8, "{} {}", got.se, variance.sqrt());
                    }
                    // Where the fit meets all on whom a coefficient depends.
                    (Err(_), Some(variance)) => prop_assert!(variance < 1e-16, "{}", variance),
                    (got, None) => prop_assert_eq!(got, Err(Note::NoStandardError)),
                }
            }
        }
    }
}
