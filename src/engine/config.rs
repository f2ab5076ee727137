//! What a run is asked to do: inputs, columns, lexicons, rules and where the tables go.
//!
//! Not for flags or `verbatim.toml`: the command line makes this of them.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::json;

use super::invited::Invited;
use crate::contribution::{Credit, DriverTree, Grouping};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::Lexicon;
use crate::survey::{Mapping, ReadOptions, Wanted};
use crate::tables::Layout;
use crate::tag::tagger::{Question, SegmentMode, TaggerOptions};

/// The lexicon where none is named.
pub const DEFAULT_LEXICON: &str = "core";

/// Everything that one run is asked to do.
#[derive(Debug, Clone)]
pub struct RunConfig {
    /// Files, globs, or `-`.
    pub inputs: Vec<String>,
    /// How inputs are read.
    pub read: ReadOptions,
    /// Which column is what; what is left out is found from the data.
    pub wanted: Wanted,
    /// Lexicons by name or folder; a later one overlays an earlier one.
    pub lexicons: Vec<String>,
    /// A `tokenizer.json` whose pre-tokenizer cuts English.
    pub tokenizer: Option<PathBuf>,
    /// How many people were invited; none: nothing new is known. No part of [`RunConfig::hash`]: it is data of periods, and changes
    /// from week to week.
    pub invited: Option<Invited>,
    /// Where the tables go.
    pub out: PathBuf,
    /// How drivers share the credit of one respondent.
    pub credit: Credit,
    /// The effective base below which a cell is flagged.
    pub low_base: f64,
    /// The confidence of intervals, between 0 and 1.
    pub confidence: f64,
    /// Threads that tag; 0: one for each processor.
    pub threads: usize,
    /// Which runs of script are segmented; tags do not depend on it.
    pub segment: SegmentMode,
    /// Whether personal data in texts and segments is blanked out before anything else.
    pub redact: bool,
    /// Rewrite the touched periods from this input alone.
    pub replace: bool,
    /// Go on where `replace` would lose more than 5 % of a period's respondents.
    pub force: bool,
}

impl Default for RunConfig {
    fn default() -> Self {
        Self {
            inputs: Vec::new(),
            read: ReadOptions::default(),
            wanted: Wanted::default(),
            lexicons: vec![DEFAULT_LEXICON.to_owned()],
            tokenizer: None,
            invited: None,
            out: PathBuf::from("out"),
            credit: Credit::default(),
            low_base: 30.0,
            confidence: 0.95,
            threads: 0,
            segment: SegmentMode::default(),
            redact: true,
            replace: false,
            force: false,
        }
    }
}

impl RunConfig {
    /// The cells of this run: the total and each segment column, for each period and all together.
    pub(crate) fn grouping(&self, mapping: &Mapping) -> Result<Grouping> {
        let standard = Grouping::standard(mapping.by.len());
        let grouping =
            Grouping { credit: self.credit, low_base: self.low_base, confidence: self.confidence, ..standard };
        grouping.check(mapping.by.len())?;
        Ok(grouping)
    }

    /// BLAKE3 of everything, but the inputs and the lexicons, that the tables depend on.
    pub(crate) fn hash(&self, mapping: &Mapping) -> Result<String> {
        let tokenizer = match &self.tokenizer {
            None => None,
            Some(path) => {
                let bytes = std::fs::read(path).map_err(|error| Error::io(ErrorKind::Usage, "read", path, error))?;
                Some(blake3::hash(&bytes).to_hex().to_string())
            }
        };
        let meaning = json!({
            "mapping": mapping,
            "credit": self.credit.as_str(),
            "low_base": self.low_base,
            "confidence": self.confidence,
            "redact": self.redact,
            "tokenizer": tokenizer,
        });
        Ok(blake3::hash(meaning.to_string().as_bytes()).to_hex().to_string())
    }

    /// The tagger's options for these columns.
    pub(crate) fn tagger_options(&self, layout: &Layout) -> TaggerOptions {
        let roles = layout.texts.iter().map(|text| text.role);
        TaggerOptions {
            english: self.tokenizer.clone(),
            segment: self.segment,
            questions: layout
                .text_columns()
                .into_iter()
                .zip(roles)
                .map(|(column, role)| Question { column, role })
                .collect(),
        }
    }
}

/// The drivers of a lexicon as a tree; a [`crate::types::DriverIx`] means the same driver in both.
pub fn driver_tree(lexicon: &Lexicon) -> Result<Arc<DriverTree>> {
    let drivers = lexicon
        .drivers()
        .iter()
        .map(|driver| (driver.id.clone(), driver.parent.map(|parent| lexicon.driver(parent).id.clone())));
    Ok(Arc::new(DriverTree::new(drivers.collect())?))
}
