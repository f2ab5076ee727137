//! How well tags agree with labels that people gave, as `verbatim evaluate --json` found it.
//!
//! Not for measuring it (`evaluate`): a report only says what was measured, and whether it was by the rules that tagged its period.

use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};

/// What was measured.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Accuracy {
    /// The lexicons, each with its version.
    pub lexicons: Vec<String>,
    /// The hash of what they mean together.
    pub lexicon_hash: String,
    /// Against labels.
    pub gold: Labels,
}

/// The comparison with labels.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Labels {
    /// Comments with labels.
    pub comments: u64,
    /// Of all drivers that labels name.
    pub total: Agreement,
    /// By driver.
    pub drivers: Vec<OfDriver>,
}

/// How well the tags of a driver agree.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct OfDriver {
    /// Its id.
    pub driver: String,
    /// How well.
    #[serde(flatten)]
    pub agreement: Agreement,
}

/// How well tags agree.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Agreement {
    /// Mentions by the labels.
    pub gold: u64,
    /// Mentions by the tags.
    pub found: u64,
    /// Of those found, the share that labels have too; none where none is found.
    pub precision: Option<f64>,
    /// Of those of the labels, the share that is found; none where there is none.
    pub recall: Option<f64>,
    /// Where both praise or blame.
    pub given_side: Side,
}

/// Agreement on praise and blame.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Side {
    /// Mentions of which both say a side.
    pub n: u64,
    /// The share of them on which both say the same.
    pub accuracy: Option<f64>,
}

impl Accuracy {
    /// Reads what `verbatim evaluate --gold … --json` printed.
    ///
    /// # Errors
    /// `read` where the file cannot be read, `bad_accuracy` where it is something else.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|error| Error::io(ErrorKind::Usage, "read", path, error))?;
        serde_json::from_slice(&bytes).map_err(|error| {
            let message = format!("{}: this is not what an evaluation against labels prints: {error}", path.display());
            Error::new(ErrorKind::Usage, "bad_accuracy", message).source(error).help(
                "`verbatim evaluate COMMENTS --gold LABELS --lexicon OUT@PERIOD --json > accuracy.json` makes such a file.",
            )
        })
    }
}
