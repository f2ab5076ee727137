//! Scores explained by what respondents say of each driver: importance (shares of R²) and asymmetry (reward against penalty).
//!
//! Not for credits, contributions or intervals, and not for choosing the drivers, the cells or the smallest base: a caller gives
//! [`Observation`]s whose drivers are numbered columns, and gets numbers by column. Nothing here is random, and no NaN or
//! infinity leaves it.
//!
//! [`importance`] shares out R² by [`lmg`] or [`johnson`]; [`asymmetry`] fits rewards and penalties. Both start from the sums of
//! [`moments`], in which the control groups are already absorbed.

mod asymmetry;
mod johnson;
mod lmg;
mod moments;
#[cfg(test)]
mod reference;

pub use asymmetry::{Asymmetry, Coefficient, Side, asymmetry};

use moments::{Fit, Sample};

use crate::types::Stance;

/// The most columns for which all orderings are gone through ([`ImportanceMethod::Lmg`]); the work doubles with each column.
const LMG_COLUMNS: usize = 18;

/// An R² up to this is rounding, and there is nothing to share out.
const NOTHING_EXPLAINED: f64 = 1e-16;

/// Respondents who are alike in everything that the regression sees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation<'a> {
    /// Columns (drivers) mentioned and what is said of them: each column once, ascending. A column that is not among those of
    /// the regression is passed over.
    pub stances: &'a [(u16, Stance)],
    /// The score, finite.
    pub score: f64,
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
pub fn importance(columns: usize, observations: &[Observation<'_>]) -> Option<Importance> {
    let sample = Sample::new(columns, observations, |stance| match stance {
        Stance::Positive => [1],
        Stance::Negative => [-1],
        Stance::Neutral | Stance::Mixed => [0],
    });
    let fit = Fit::new(&sample)?;
    let (method, shares) = if fit.used.len() <= LMG_COLUMNS {
        (ImportanceMethod::Lmg, lmg::shares(&fit.correlation, &fit.with_score))
    } else {
        (ImportanceMethod::Johnson, johnson::shares(&fit.correlation, &fit.with_score)?)
    };
    let total: f64 = shares.iter().sum();
    let explained = fit.r_squared > NOTHING_EXPLAINED && total > 0.0;
    let mut figures: Vec<ColumnImportance> =
        fit.notes.iter().map(|note| ColumnImportance { importance: None, coefficient: None, note: *note }).collect();
    for (position, (&column, share)) in fit.used.iter().zip(shares).enumerate() {
        let coefficient = fit.coefficient(position);
        figures[column].coefficient = Some(coefficient);
        figures[column].importance = explained.then(|| (share / total).copysign(coefficient));
    }
    Some(Importance { method, r_squared: fit.r_squared, columns: figures })
}
