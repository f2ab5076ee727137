//! Whether a driver costs more when it fails than it earns when it does well: reward and penalty in one regression.
//!
//! Not for importance, and not a "Kano class": what a coefficient means for a product is for people to say.

use nalgebra::{DMatrix, DVector};
use statrs::function::beta::checked_beta_reg;

use super::moments::{Fit, Row, Sample};
use super::{Note, Observation};
use crate::types::Stance;

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
/// HC3 (MacKinnon & White 1985), leverages with the groups' means in them; p is two-sided from Student's t with respondents −
/// groups − usable indicators degrees of freedom. A p below `significance` counts, for example below 0.05.
///
/// Among collinear indicators the first is kept, columns in order and each reward before its penalty. A coefficient that would
/// be lost if one respondent were left out has no standard error and is missing; the other mentions of this respondent are
/// judged all the same, by the respondents who are left.
///
/// `None`: there is nothing to explain, as in [`importance`](super::importance), or the fit meets every score exactly.
pub fn asymmetry(columns: usize, observations: &[Observation<'_>], significance: f64) -> Option<Vec<Asymmetry>> {
    let sample = Sample::new(columns, observations, |stance| match stance {
        Stance::Positive => [1, 0],
        Stance::Negative => [0, 1],
        Stance::Mixed => [1, 1],
        Stance::Neutral => [0, 0],
    });
    let fit = Fit::new(&sample)?;
    let variances = Variances::new(&sample, &fit).finish(&sample, &fit)?;
    let mut coefficients: Vec<Result<Coefficient, Note>> =
        fit.notes.iter().map(|note| Err(note.unwrap_or(Note::NoStandardError))).collect();
    for (position, (&predictor, variance)) in fit.used.iter().zip(variances).enumerate() {
        if let Some(coefficient) =
            variance.and_then(|variance| Coefficient::new(fit.coefficient(position), variance, fit.degrees))
        {
            coefficients[predictor] = Ok(coefficient);
        }
    }
    let (pairs, _) = coefficients.as_chunks();
    Some(pairs.iter().map(|&[reward, penalty]| Asymmetry::new(reward, penalty, significance)).collect())
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

impl Coefficient {
    /// `None` where any of the numbers is not finite.
    fn new(value: f64, variance: f64, degrees: u64) -> Option<Self> {
        let se = variance.sqrt();
        let degrees = degrees as f64;
        let t = value / se;
        // Student's t by the incomplete beta function (Abramowitz & Stegun 1964, 26.7.1), which keeps its digits in the tails.
        let p = checked_beta_reg(0.5 * degrees, 0.5, degrees / (degrees + t * t)).ok()?;
        (value.is_finite() && se.is_finite() && p.is_finite()).then_some(Self { value, se, p: p.clamp(0.0, 1.0) })
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
    fn new(sample: &Sample, fit: &Fit) -> Self {
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
    fn entries<'a>(&'a self, sample: &'a Sample, row: &'a Row) -> impl Iterator<Item = (usize, f64)> + 'a {
        sample.entries(row).filter_map(|(predictor, sign)| Some((self.positions[predictor]?, sign)))
    }

    /// The variances, `None` for a coefficient that has none; `None` for all where every residual is 0.
    fn finish(&self, sample: &Sample, fit: &Fit) -> Option<Vec<Option<f64>>> {
        let size = fit.used.len();
        let mut variances = vec![0.0; size];
        let mut hangs = vec![false; size];
        let mut residual_squares = 0.0;
        let mut influence = DVector::zeros(size);
        for row in &sample.rows {
            let (means, mean_influence, mean_prediction) = &self.groups[row.group];
            influence.copy_from(mean_influence);
            influence.neg_mut();
            let mut residual = row.score + mean_prediction;
            for (position, sign) in self.entries(sample, row) {
                influence.axpy(sign, &self.inverse.column(position), 1.0);
                residual -= sign * self.coefficients[position];
            }
            residual_squares += row.total_weight() * residual * residual;
            let quadratic: f64 =
                self.entries(sample, row).map(|(position, sign)| sign * influence[position]).sum::<f64>()
                    - means.dot(&influence);
            let slack = 1.0 - row.weight * (sample.groups[row.group].weight.recip() + quadratic);
            if slack > FULL_LEVERAGE {
                let scale = row.weight * residual / slack;
                for (variance, influence) in variances.iter_mut().zip(&influence) {
                    *variance += row.count * (scale * influence) * (scale * influence);
                }
            } else {
                for (position, (hangs, influence)) in hangs.iter_mut().zip(&influence).enumerate() {
                    *hangs |= row.weight * influence * influence > NO_PART * self.inverse[(position, position)];
                }
            }
        }
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
