//! `verbatim.toml`: the configuration of a survey, with flags laid over it.
//!
//! Not for what is found in the data where neither says anything: `survey` does that.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::columns::{ColumnArgs, delimiter};
use super::lexicon::named::all_kept;
use super::redaction::RedactSettings;
use super::run::RunArgs;
use crate::contribution::Credit;
use crate::engine::{Invited, RunConfig};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::survey::{Granularity, Limits, ReadOptions, Wanted, WeekStart};
use crate::text::Redaction;
use crate::types::Role;

/// The file that is read where none is named.
pub(super) const FILE: &str = "verbatim.toml";

/// The file; every key may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(super) struct Settings {
    survey: SurveySettings,
    tagging: TaggingSettings,
    redact: RedactSettings,
    figures: FigureSettings,
    output: OutputSettings,
    limits: Limits,
    /// The folder of the file: its relative paths start there.
    #[serde(skip)]
    folder: Option<PathBuf>,
}

/// `[survey]`: inputs and columns.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
struct SurveySettings {
    inputs: Vec<String>,
    id: Option<String>,
    customer: Option<String>,
    consent: Option<String>,
    score: Option<String>,
    scale: Option<String>,
    text: Vec<TextSettings>,
    date: Option<String>,
    date_format: Option<String>,
    weight: Option<String>,
    by: Vec<String>,
    time_zone: Option<String>,
    period: Option<Granularity>,
    week_start: Option<WeekStart>,
    invited: Option<Invited>,
    delimiter: Option<String>,
    encoding: Option<String>,
    sheet: Option<String>,
    header: Option<String>,
}

/// A comment column: its name, or its name and its question.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(untagged, expecting = "expected a column's name, or { column = \"…\", role = \"why|good|improve|other\" }")]
enum TextSettings {
    Column(String),
    WithRole(TextWithRole),
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
struct TextWithRole {
    column: String,
    #[serde(default)]
    role: Role,
}

/// `[tagging]`: lexicons and text.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
struct TaggingSettings {
    lexicons: Vec<String>,
    tokenizer: Option<PathBuf>,
    redact: Option<bool>,
    limits: crate::lexicon::limits::Limits,
}

/// `[figures]`: how the numbers are made.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
struct FigureSettings {
    credit: Option<Credit>,
    low_base: Option<f64>,
    confidence: Option<f64>,
    cube: Option<usize>,
    smallest_cell: Option<u64>,
    control: Vec<String>,
    actions: Option<PathBuf>,
    persistence_periods: Option<usize>,
    persistence_floor: Option<f64>,
}

/// `[output]`: where the tables go.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
struct OutputSettings {
    dir: Option<PathBuf>,
}

impl Settings {
    /// Reads the named file; or `./verbatim.toml`, where that exists.
    pub(super) fn load(named: Option<&Path>) -> Result<Self> {
        let path = match named {
            Some(path) => path,
            None if Path::new(FILE).is_file() => Path::new(FILE),
            None => return Ok(Self::default()),
        };
        let text = std::fs::read_to_string(path).map_err(|error| Error::io(ErrorKind::Usage, "read", path, error))?;
        let mut settings = Self::parse(&text).map_err(|error| {
            let at = match error.span() {
                Some(span) => Place::of_byte(path, &text, span.start),
                None => Place::file(path),
            };
            Error::new(ErrorKind::Usage, "config", error.message().trim().to_owned())
                .at(at)
                .help("`verbatim init INPUT` writes a file with all keys and what they mean.")
        })?;
        settings.redact.check(path, &text)?;
        settings.tagging.limits.check().map_err(|error| error.at(Place::file(path)))?;
        settings.folder = path.parent().map(Path::to_path_buf);
        Ok(settings)
    }

    /// Reads the file's text.
    pub(super) fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// A path of the file, as seen from the working directory.
    fn beside(&self, path: impl AsRef<Path>) -> PathBuf {
        match &self.folder {
            // `-` is the standard input wherever the file lies.
            Some(folder) if path.as_ref() != Path::new("-") => folder.join(path),
            _ => path.as_ref().to_path_buf(),
        }
    }

    /// A lexicon of the file: a folder beside it, or a bundled name.
    fn lexicon(&self, name: &str) -> String {
        let folder = self.beside(name);
        if folder.join("lexicon.toml").is_file() { folder.display().to_string() } else { name.to_owned() }
    }

    /// The lexicons that the file names.
    pub(super) fn lexicons(&self) -> Vec<String> {
        self.tagging.lexicons.iter().map(|name| self.lexicon(name)).collect()
    }

    /// Whether the file leaves the lexicons open.
    pub(super) fn names_no_lexicon(&self) -> bool {
        self.tagging.lexicons.is_empty()
    }

    /// How inputs are read and which column is what, by file and flags.
    pub(super) fn columns(&self, args: &ColumnArgs) -> Result<(ReadOptions, Wanted)> {
        let survey = &self.survey;
        let either = |flag: &Option<String>, key: &Option<String>| flag.clone().or_else(|| key.clone());
        let delimiter = either(&args.delimiter, &survey.delimiter).map(|written| delimiter(&written)).transpose()?;
        let encoding = either(&args.encoding, &survey.encoding);
        let sheet = either(&args.sheet, &survey.sheet);
        let header = survey.header.as_deref().map(str::parse).transpose()?;
        let header = args.header.or(header);
        let texts = if args.text.is_empty() {
            survey.text.iter().map(TextSettings::column_and_role).collect()
        } else {
            args.text.clone()
        };
        let wanted = Wanted {
            id: either(&args.id, &survey.id),
            customer: either(&args.customer, &survey.customer),
            consent: either(&args.consent, &survey.consent),
            score: either(&args.score, &survey.score),
            texts,
            date: either(&args.date, &survey.date),
            date_format: either(&args.date_format, &survey.date_format),
            weight: either(&args.weight, &survey.weight),
            scale: either(&args.scale, &survey.scale),
            by: if args.by.is_empty() { survey.by.clone() } else { args.by.clone() },
            blank: Vec::new(),
            period: args.period.or(survey.period),
            week_start: args.week_start.or(survey.week_start),
            time_zone: either(&args.time_zone, &survey.time_zone),
        };
        let mut limits = self.limits;
        args.limit.iter().try_for_each(|written| limits.set(written))?;
        limits.check()?;
        Ok((ReadOptions { delimiter, encoding, sheet, header, limits, ..ReadOptions::default() }, wanted))
    }

    /// The run that file and flags ask for together; a flag goes before the file's key.
    pub(super) fn overlaid_by(&self, args: &RunArgs) -> Result<RunConfig> {
        let mut config = RunConfig::default();
        let survey = &self.survey;
        config.inputs = if args.inputs.is_empty() {
            survey.inputs.iter().map(|input| self.beside(input).display().to_string()).collect()
        } else {
            args.inputs.clone()
        };
        (config.read, config.wanted) = self.columns(&args.columns)?;
        config.wanted.blank.clone_from(&args.blank);
        if let Some(bytes) = args.block_bytes {
            config.read.block_bytes = bytes;
        }
        if !args.lexicon.is_empty() {
            config.lexicons = all_kept(&args.lexicon)?;
        } else if !self.tagging.lexicons.is_empty() {
            config.lexicons = self.lexicons();
        }
        config.lexicon_limits = self.tagging.limits;
        config.tokenizer = self.tokenizer(args.tokenizer.as_deref());
        config.redact = args.redact.over(self.redaction());
        if let Some(out) = args.out.clone().or_else(|| self.output.dir.as_ref().map(|dir| self.beside(dir))) {
            config.out = out;
        }
        self.figures(args, &mut config);
        config.invited = match super::run::invited(&args.invited)? {
            Some(invited) => Some(invited),
            None => survey.invited.clone(),
        };
        config.threads = args.threads.unwrap_or(config.threads);
        config.segment = args.segment.unwrap_or(config.segment);
        config.restate = args.restate;
        config.replace = args.replace;
        config.force = args.force;
        Ok(config)
    }

    /// How drivers share a respondent's credit, where the file says it.
    pub(super) fn credit(&self) -> Option<Credit> {
        self.figures.credit
    }

    /// The tokenizer that the flag names, else that of the file.
    pub(super) fn tokenizer(&self, flag: Option<&Path>) -> Option<PathBuf> {
        flag.map(Path::to_path_buf).or_else(|| self.tagging.tokenizer.as_ref().map(|path| self.beside(path)))
    }

    /// Which personal data is blanked out, by the file.
    pub(super) fn redaction(&self) -> Redaction {
        if self.tagging.redact.unwrap_or(true) { self.redact.redaction() } else { Redaction::off() }
    }

    /// How the numbers are made.
    fn figures(&self, args: &RunArgs, config: &mut RunConfig) {
        let figures = &self.figures;
        if let Some(credit) = args.credit.or(figures.credit) {
            config.credit = credit;
        }
        config.low_base = figures.low_base.unwrap_or(config.low_base);
        config.confidence = figures.confidence.unwrap_or(config.confidence);
        config.cube = args.cube.or(figures.cube).unwrap_or(config.cube);
        config.smallest_cell = args.smallest_cell.or(figures.smallest_cell).unwrap_or(config.smallest_cell);
        config.control = if args.control.is_empty() { figures.control.clone() } else { args.control.clone() };
        config.actions = args.actions.clone().or_else(|| figures.actions.as_ref().map(|path| self.beside(path)));
        config.persistence_periods = figures.persistence_periods.unwrap_or(config.persistence_periods);
        config.persistence_floor = figures.persistence_floor.unwrap_or(config.persistence_floor);
    }
}

/// Which personal data commands blank out that show texts and have no flag for it: all kinds, and the patterns of ./verbatim.toml.
pub(super) fn redaction_of_shown() -> Result<Redaction> {
    Ok(Settings::load(None)?.redact.all())
}

/// How large lexicons may be, by ./verbatim.toml.
pub(super) fn lexicon_limits() -> Result<crate::lexicon::limits::Limits> {
    Ok(Settings::load(None)?.tagging.limits)
}

impl TextSettings {
    fn column_and_role(&self) -> (String, Role) {
        match self {
            Self::Column(column) => (column.clone(), super::columns::role_of(column)),
            Self::WithRole(text) => (text.column.clone(), text.role),
        }
    }
}
