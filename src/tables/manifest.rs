//! `_run.json`: what the output folder holds, and of what it was made.
//!
//! The same work gives the same bytes, so that there is no time, host or number of threads here: those go to [`super::log`].

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind as IoKind;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::journal::{Journal, is_unfinished};
use super::layout::Layout;
use super::part::PartInfo;
use super::partition::{PartId, Table};
use super::read::{PartReader, read_part};
use super::schema::SCHEMA_VERSION;
use super::seal;
use super::walk::files_below;
use crate::contribution::Credit;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::survey::DateFormat;
use crate::survey::Mapping;

/// The manifest's name in the output folder.
pub(super) const FILE: &str = "_run.json";

/// What the output folder holds, and of what it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// `verbatim`.
    pub engine: String,
    /// The engine's version.
    pub engine_version: String,
    /// The version of the tables' columns.
    pub schema_version: u32,
    /// The lexicons of this run, in the order in which they were laid over each other.
    pub lexicons: Vec<LexiconInfo>,
    /// The lexicons as this run was given them: bundled names, folders as seen from where it ran, or `_lexicon/<hash>` for a copy that the
    /// output keeps. Empty where it was given none.
    #[serde(default)]
    pub lexicons_given: Vec<String>,
    /// Hash of all that the lexicons say.
    pub lexicon_hash: String,
    /// Hash of the configuration.
    pub config_hash: String,
    /// What the configuration says besides the mapping: credit, confidence, cells, redaction; null where an earlier engine did not keep it.
    #[serde(default)]
    pub configuration: Value,
    /// The confidence of the intervals, between 0 and 1.
    #[serde(default)]
    pub confidence: f64,
    /// How drivers share a respondent's credit: `equal` or `grouped`.
    #[serde(default)]
    pub credit: Credit,
    /// Which input column was taken for what.
    pub mapping: Value,
    /// How dates are written in each column that any run so far took for the date.
    #[serde(default)]
    pub date_formats: BTreeMap<String, DateFormat>,
    /// The columns that the survey gives the tables.
    pub layout: Layout,
    /// Whether this run's input is the sample survey that comes with the binary, because none was named; none: an earlier engine wrote it.
    #[serde(default)]
    pub is_sample: Option<bool>,
    /// The input files of this run, in the order of their digests.
    pub inputs: Vec<InputInfo>,
    /// Rows read by this run.
    pub rows_in: u64,
    /// Of them, rows that were tagged.
    pub rows_tagged: u64,
    /// Of them, rows that were refused.
    pub rows_rejected: u64,
    /// Respondents that the output did not have before.
    pub rows_added: u64,
    /// Respondents that took the place of what the output had under their ids.
    pub rows_replaced: u64,
    /// Redactions in what this run wrote, by kind: in its own rows, and in earlier ones that had not been redacted.
    pub redactions: BTreeMap<String, u64>,
    /// The column by which consent was last asked for, as `--consent` takes it; none where no run of this output asked. Once asked, silence is no.
    #[serde(default)]
    pub consent: Option<String>,
    /// All periods of the output by label.
    pub periods: BTreeMap<String, PeriodInfo>,
    /// BLAKE3 of each file of the lexicons that the output keeps, in hexadecimal, by path. Of those that an earlier engine kept, nothing.
    #[serde(default)]
    pub kept: BTreeMap<String, String>,
    /// All files of the output by path, those of earlier runs too.
    pub files: BTreeMap<String, PartInfo>,
}

/// A lexicon that a run used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LexiconInfo {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// An input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputInfo {
    /// Its name, as the run was given it.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub digest: String,
    /// Rows in it.
    pub rows: u64,
}

/// A period of the output.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PeriodInfo {
    /// Hash of the lexicons under which all of its rows were tagged.
    pub lexicon_hash: String,
    /// Those lexicons.
    #[serde(default)]
    pub lexicons: Vec<LexiconInfo>,
    /// Hash of the configuration by which its tables of figures were made.
    #[serde(default)]
    pub config_hash: String,
    /// The confidence of its intervals, between 0 and 1; none where that is not known.
    #[serde(default)]
    pub confidence: Option<f64>,
    /// Rows of `comments` in it.
    pub comments: u64,
    /// Version of the redaction that all of its rows went through, another one for each choice of kinds and patterns; 0 where some are as
    /// they were delivered, or nothing is known.
    #[serde(default)]
    pub redaction: u32,
    /// How many people were invited to answer in it, where a run was told.
    #[serde(default)]
    pub invited: Option<u64>,
}

impl Default for Manifest {
    /// This engine's manifest of an output that holds nothing.
    fn default() -> Self {
        Self {
            engine: env!("CARGO_PKG_NAME").to_string(),
            engine_version: env!("CARGO_PKG_VERSION").to_string(),
            schema_version: SCHEMA_VERSION,
            lexicons: Vec::new(),
            lexicons_given: Vec::new(),
            lexicon_hash: String::new(),
            config_hash: String::new(),
            configuration: Value::Null,
            confidence: 0.95,
            credit: Credit::Equal,
            mapping: Value::Null,
            date_formats: BTreeMap::new(),
            layout: Layout::default(),
            is_sample: None,
            inputs: Vec::new(),
            rows_in: 0,
            rows_tagged: 0,
            rows_rejected: 0,
            rows_added: 0,
            rows_replaced: 0,
            redactions: BTreeMap::new(),
            consent: None,
            periods: BTreeMap::new(),
            kept: BTreeMap::new(),
            files: BTreeMap::new(),
        }
    }
}

impl Manifest {
    /// The manifest of the output folder `out`; `None` where there is none.
    pub fn read(out: &Path) -> Result<Option<Self>> {
        let path = out.join(FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == IoKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io(ErrorKind::Output, "read", &path, error)),
        };
        let damaged = |error: serde_json::Error| {
            Error::new(ErrorKind::Damaged, "damaged_manifest", format!("the manifest cannot be read: {error}"))
                .at(Place::line(&path, error.line() as u64, Some(error.column() as u64)))
                .help("Restore the whole folder from one backup, for the file alone may be older than the tables; or run into a new output folder.")
                .source(error)
        };
        // The version first, and by itself: another version's manifest may have other keys.
        let Version { schema_version } = serde_json::from_slice(&bytes).map_err(damaged)?;
        if schema_version != SCHEMA_VERSION {
            let message =
                format!("the output has schema version {schema_version}, and this engine writes {SCHEMA_VERSION}");
            return Err(Error::new(ErrorKind::Output, "schema_version", message)
                .at(Place::file(&path))
                .help("Run into a new output folder, or use the engine version that the manifest names."));
        }
        let manifest = serde_json::from_slice(&bytes).map_err(damaged)?;
        seal::check(&bytes).map_err(|problem| {
            Error::new(ErrorKind::Damaged, "damaged_manifest", problem)
                .at(Place::file(&path))
                .help("Restore the whole folder from one backup, for the file alone may be older than the tables; or run into a new output folder.")
        })?;
        Ok(Some(manifest))
    }

    /// The manifest of the output folder `out`, which holds tables; `no_output` where it holds none, `unfinished_commit` where its first run was
    /// interrupted as it put them in place, `missing_manifest` where nothing says what they are.
    pub fn of_tables(out: &Path) -> Result<Self> {
        match Self::read(out)? {
            Some(manifest) if !manifest.periods.is_empty() => Ok(manifest),
            None if is_unfinished(out) => Err(unfinished(out)),
            None if Table::ALL.iter().any(|table| holds_something(&out.join(table.as_str()))) => {
                let message = format!("{} holds tables, and no `{FILE}` that says what they are", out.display());
                Err(Error::new(ErrorKind::Damaged, "missing_manifest", message)
                    .at(Place::file(out))
                    .help("Restore the whole folder from one backup, for the file alone may be older than the tables; or run the survey files into a new output folder."))
            }
            _ => Err(Error::new(ErrorKind::Usage, "no_output", format!("{} holds no tables", out.display()))
                .help("`verbatim run SURVEY --out DIR` writes them.")),
        }
    }

    /// The periods of which the output folder `out` has answers that this manifest does not list, in their order: it is older than they are, or they were
    /// put there.
    pub fn unlisted(&self, out: &Path) -> Vec<String> {
        let parts = files_below(out, Table::Comments.as_str()).unwrap_or_default();
        let parts = parts.into_iter().filter(|(key, _)| !self.files.contains_key(key));
        let periods: BTreeSet<String> = parts.filter_map(|(key, _)| Some(PartId::parse(&key)?.period)).collect();
        periods.into_iter().collect()
    }

    /// How the last run read its survey; none where another engine wrote that so that it cannot be read.
    pub(crate) fn last_mapping(&self) -> Option<Mapping> {
        serde_json::from_value(self.mapping.clone()).ok()
    }

    /// What it says of a part's file.
    pub fn part(&self, part: &PartId) -> Option<&PartInfo> {
        self.files.get(&part.key())
    }

    /// The rows of a part of the output folder `out`, its digest checked; `None` where the output has no such part.
    pub fn read_part(&self, out: &Path, part: &PartId, columns: Option<&[&str]>) -> Result<Option<PartReader>> {
        let read = self.part(part).map(|info| read_part(&part.file(out), Some(info), columns)).transpose();
        read.map_err(|error| match error.kind() {
            ErrorKind::Damaged => self.unless_changed(out, error),
            _ => error,
        })
    }

    /// The error of a part that is not as this manifest says, unless a run is changing the output, or has changed it since the manifest was read.
    fn unless_changed(&self, out: &Path, error: Error) -> Error {
        // In this order: a run's journal goes when its manifest is there.
        if is_unfinished(out) {
            return unfinished(out).source(error);
        }
        match Self::read(out) {
            Ok(Some(now)) if now != *self => {
                let message = "a run put other files in place here while these were read";
                Error::new(ErrorKind::Damaged, "unfinished_commit", message)
                    .at(Place::file(out))
                    .help("Give the command again: it reads what is there now.")
                    .source(error)
            }
            _ => error,
        }
    }

    /// The file's content.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|error| {
            Error::new(ErrorKind::Output, "write_failed", format!("cannot write the manifest: {error}")).source(error)
        })?;
        bytes.push(b'\n');
        Ok(seal::sealed(bytes))
    }
}

fn holds_something(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// The error of an output whose files are neither those of the last run nor those of the one before.
fn unfinished(out: &Path) -> Error {
    if let Err(error) = Journal::read(out)
        && error.kind() == ErrorKind::Damaged
    {
        return error;
    }
    let message = "a run is putting its files in place here, or was interrupted while it did";
    Error::new(ErrorKind::Damaged, "unfinished_commit", message)
        .at(Place::file(out))
        .help("Wait until the run is done; where none is running, `verbatim verify --mend` puts the rest in place.")
}

/// The one key that every version's manifest has.
#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}
