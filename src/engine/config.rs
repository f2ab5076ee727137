//! What a run is asked to do: inputs, columns, lexicons, rules and where the tables go.
//!
//! Not for flags or `verbatim.toml`: the command line makes this of them.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::invited::Invited;
use super::work::Shop;
use crate::contribution::{Credit, DriverTree, Grouping, Matrix, Rollup};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::Lexicon;
use crate::lexicon::limits::Limits as LexiconLimits;
use crate::survey::{ConsentValues, Mapping, ReadOptions, Wanted};
use crate::tables::{Layout, UNOWNED};
use crate::tag::tagger::{Question, SegmentMode, TaggerOptions};
use crate::text::Redaction;

/// The lexicon where none is named, and the output folder remembers none.
pub const DEFAULT_LEXICON: &str = "core";

/// Everything that one run is asked to do.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct RunConfig {
    /// Files, globs, or `-`.
    pub inputs: Vec<String>,
    /// Whether they are the sample survey that comes with the binary; the manifest keeps it, so that no survey is mixed with it.
    pub is_sample: bool,
    /// How inputs are read.
    pub read: ReadOptions,
    /// Which column is what; what is left out is found from the data.
    pub wanted: Wanted,
    /// Lexicons by name or folder; a later one overlays an earlier one. None: those that the output's last run was given, else
    /// [`DEFAULT_LEXICON`].
    pub lexicons: Vec<String>,
    /// How large the lexicons may be.
    pub lexicon_limits: LexiconLimits,
    /// A `tokenizer.json` whose pre-tokenizer cuts English.
    pub tokenizer: Option<PathBuf>,
    /// How many people were invited; none: nothing new is known. No part of the hash of the configuration: it is data of periods, and
    /// changes from week to week.
    pub invited: Option<Invited>,
    /// Where the tables go.
    pub out: PathBuf,
    /// How drivers share the credit of one respondent.
    pub credit: Credit,
    /// The effective base below which a cell is flagged.
    pub low_base: f64,
    /// The confidence of intervals, between 0 and 1.
    pub confidence: f64,
    /// How many segment columns a cell is told apart by at most: 1, or 2 for pairs.
    pub cube: usize,
    /// Cells of pairs with fewer respondents than this are taken together.
    pub smallest_cell: u64,
    /// Segment columns whose combinations regressions absorb.
    pub control: Vec<String>,
    /// The responsibility file.
    pub actions: Option<PathBuf>,
    /// Over how many of the last periods persistence is looked at.
    pub persistence_periods: usize,
    /// The detractor contribution above which the lower limit of a lasting driver is.
    pub persistence_floor: f64,
    /// Threads that tag; 0: one for each processor.
    pub threads: usize,
    /// Which runs of script are segmented; tags do not depend on it.
    pub segment: SegmentMode,
    /// Which personal data in texts and segments is blanked out before anything else.
    pub redact: Redaction,
    /// Tag the periods of other lexicons again and rewrite them.
    pub restate: bool,
    /// Rewrite the touched periods from this input alone.
    pub replace: bool,
    /// Go on where `replace` would lose more than 5 % of a period's respondents, where ids would take as many into other periods, and where
    /// answers without ids come again; and make anew what is damaged of the periods that `replace` replaces.
    pub force: bool,
}

impl Default for RunConfig {
    fn default() -> Self {
        Self {
            inputs: Vec::new(),
            is_sample: false,
            read: ReadOptions::default(),
            wanted: Wanted::default(),
            lexicons: Vec::new(),
            lexicon_limits: LexiconLimits::default(),
            tokenizer: None,
            invited: None,
            out: PathBuf::from("out"),
            credit: Credit::default(),
            low_base: 30.0,
            confidence: 0.95,
            cube: 1,
            smallest_cell: 10,
            control: Vec::new(),
            actions: None,
            persistence_periods: 8,
            persistence_floor: 0.01,
            threads: 0,
            segment: SegmentMode::default(),
            redact: Redaction::default(),
            restate: false,
            replace: false,
            force: false,
        }
    }
}

impl RunConfig {
    /// The cells of this run: the total, each segment column and, where asked for, each pair of them, for each period and all together.
    ///
    /// Errors are of kind [`ErrorKind::Usage`]: `bad_cube`, `unknown_segment`, and what [`Grouping::check`] finds.
    pub(crate) fn grouping(&self, shop: &Shop) -> Result<Grouping> {
        let segments = &shop.layout.segments;
        let standard = Grouping::standard(segments.len());
        let standard = match self.cube {
            1 => standard,
            2 => standard.with_pairs(segments.len()),
            other => {
                let message = format!("cells by {other} segment columns are not made");
                return Err(Error::new(ErrorKind::Usage, "bad_cube", message)
                    .help("Use `--cube 1` for each column by itself, `--cube 2` for pairs too."));
            }
        };
        let column = |name: &String| {
            segments.iter().position(|segment| segment == name).ok_or_else(|| {
                let message = format!("`{name}` is to be controlled for, and is no segment column");
                Error::new(ErrorKind::Usage, "unknown_segment", message)
                    .help(format!("Segment columns are {}: name it with --by too.", segments.join(", ")))
            })
        };
        let grouping = Grouping {
            credit: self.credit,
            low_base: self.low_base,
            confidence: self.confidence,
            smallest: self.smallest_cell,
            control: self.control.iter().map(column).collect::<Result<_>>()?,
            matrix: Some(Arc::clone(&shop.matrix)),
            ..standard
        };
        grouping.check(segments.len())?;
        self.check_figures(segments)?;
        Ok(grouping)
    }

    /// An error where segments cannot be told apart in tables, or persistence cannot be looked at.
    fn check_figures(&self, segments: &[String]) -> Result<()> {
        let wrong = |code, message: String, help: &str| Err(Error::new(ErrorKind::Usage, code, message).help(help));
        if let Some(name) = segments.iter().find(|name| *name == "total" || name.contains('×')) {
            let message = format!(
                "a segment cannot be called `{name}`: tables call cells of all segments `total`, and of pairs `a×b`"
            );
            return wrong("reserved_segment", message, "Rename the column.");
        }
        let folded: Vec<String> = segments.iter().map(|name| name.to_lowercase()).collect();
        let alike =
            (0..segments.len()).find_map(|at| Some((folded[..at].iter().position(|it| *it == folded[at])?, at)));
        if let Some((one, other)) = alike {
            let message = format!(
                "the segments `{}` and `{}` differ by case alone, and databases take their columns for one",
                segments[one], segments[other]
            );
            return wrong("reserved_segment", message, "Rename one of the columns, or leave it out.");
        }
        if !(0.0..1.0).contains(&self.persistence_floor) || self.persistence_periods == 0 {
            let message = format!(
                "persistence over {} periods with the floor {}",
                self.persistence_periods, self.persistence_floor
            );
            return wrong("bad_persistence", message, "Use at least 1 period, and a floor from 0 to below 1.");
        }
        Ok(())
    }

    /// BLAKE3 of everything that the tables of figures depend on, but the inputs, the lexicons and the responsibility file.
    pub(crate) fn hash(&self, mapping: &Mapping) -> Result<String> {
        // A column of dates may have another name every week; whom one may call moves no figure.
        let mapping = Mapping {
            blank: Vec::new(),
            date: None,
            date_format: None,
            consent: None,
            consent_values: ConsentValues::default(),
            ..mapping.clone()
        };
        let mut meaning = serde_json::to_value(self.rules()?).unwrap_or_default();
        meaning["mapping"] = serde_json::to_value(mapping).unwrap_or_default();
        Ok(blake3::hash(meaning.to_string().as_bytes()).to_hex().to_string())
    }

    /// What the tables of figures depend on besides the survey, the lexicons and the responsibility file; the manifest keeps it.
    pub(crate) fn rules(&self) -> Result<Rules> {
        let tokenizer = match &self.tokenizer {
            None => None,
            Some(path) => {
                let bytes = std::fs::read(path).map_err(|error| Error::io(ErrorKind::Usage, "read", path, error))?;
                Some(blake3::hash(&bytes).to_hex().to_string())
            }
        };
        Ok(Rules {
            credit: self.credit,
            low_base: self.low_base,
            confidence: self.confidence,
            cube: self.cube,
            smallest_cell: self.smallest_cell,
            control: self.control.clone(),
            persistence: (self.persistence_periods as f64, self.persistence_floor),
            redact: self.redact.clone(),
            tokenizer,
        })
    }

    /// This configuration with the rules of an earlier run; a tokenizer's file is not known by its digest.
    pub(crate) fn by(self, rules: &Rules) -> Self {
        let (periods, floor) = rules.persistence;
        // Written as a whole number that a machine can count to, and not below 0 here.
        #[expect(clippy::cast_sign_loss)]
        let persistence_periods = periods.max(0.0) as usize;
        Self {
            credit: rules.credit,
            low_base: rules.low_base,
            confidence: rules.confidence,
            cube: rules.cube,
            smallest_cell: rules.smallest_cell,
            control: rules.control.clone(),
            persistence_periods,
            persistence_floor: floor,
            redact: rules.redact.clone(),
            ..self
        }
    }

    /// The tagger's options for these columns.
    pub(crate) fn tagger_options(&self, layout: &Layout) -> TaggerOptions {
        TaggerOptions { english: self.tokenizer.clone(), segment: self.segment, questions: questions(layout) }
    }
}

/// What the tables of figures depend on besides the survey, the lexicons and the responsibility file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rules {
    credit: Credit,
    low_base: f64,
    confidence: f64,
    cube: usize,
    smallest_cell: u64,
    control: Vec<String>,
    /// Periods, and the floor.
    persistence: (f64, f64),
    redact: Redaction,
    /// BLAKE3 of its file, in hexadecimal.
    pub(crate) tokenizer: Option<String>,
}

/// The questions of a survey, with the columns of their answers.
pub(crate) fn questions(layout: &Layout) -> Vec<Question> {
    let roles = layout.texts.iter().map(|text| text.role);
    layout.text_columns().into_iter().zip(roles).map(|(column, role)| Question { column, role }).collect()
}

/// The drivers of a lexicon as a tree, with its roll-ups; a [`crate::types::DriverIx`] means the same driver in both.
pub fn driver_tree(lexicon: &Lexicon) -> Result<Arc<DriverTree>> {
    let drivers = lexicon
        .drivers()
        .iter()
        .map(|driver| (driver.id.clone(), driver.parent.map(|parent| lexicon.driver(parent).id.clone())));
    let tree = DriverTree::new(drivers.collect())?;
    let rollups = lexicon.rollups().iter().enumerate().map(|(at, declared)| Rollup {
        id: declared.id.clone(),
        values: declared.values.iter().map(|value| value.id.clone()).collect(),
        of: tree.iter().map(|driver| lexicon.rollup_value(at, driver).map(|value| value as u16)).collect(),
    });
    let rollups = rollups.collect();
    Ok(Arc::new(tree.with_rollups(rollups)?))
}

/// Who owns which driver.
///
/// Errors: `bad_responsibility`, where the rows of a lexicon are no matrix.
pub(crate) fn responsibility_matrix(lexicon: &Lexicon) -> Result<Arc<Matrix>> {
    let responsibility = lexicon.responsibility();
    if responsibility.functions().iter().any(|function| function == UNOWNED) {
        let message = format!("a function cannot be called `{UNOWNED}`: tables call so what no function owns");
        return Err(Error::new(ErrorKind::Lexicon, "bad_responsibility", message)
            .help("Give it another name in responsibility.csv."));
    }
    let matrix = Matrix::new(responsibility.functions().len(), responsibility.matrix()).ok_or_else(|| {
        Error::new(ErrorKind::Lexicon, "bad_responsibility", "the responsibility rows are no matrix of 9, 3, 1 and 0")
    })?;
    Ok(Arc::new(matrix))
}
