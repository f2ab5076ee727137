//! The text of the `verbatim.toml` that `verbatim init` writes: every key of `settings`, those that were found with
//! their value, all others commented out.
//!
//! Not for finding anything: it says what `survey` found, with numbers of the sample.

use std::fmt::Write as _;

use super::survey::survey;
use crate::cli::columns::ColumnArgs;
use crate::contribution::Credit;
use crate::engine::RunConfig;
use crate::engine::config::DEFAULT_LEXICON;
use crate::lexicon::bundled_names;
use crate::survey::{Limits, Mapping, SAMPLE_ROWS, Sample, Source};
use crate::text::Redactor;
use crate::text::redact::Kind;

/// A survey that was looked at, and what was asked.
pub(super) struct Looked<'a> {
    /// Inputs as the file names them.
    pub(super) inputs: Vec<String>,
    /// Lexicons as the file names them; none: the default.
    pub(super) lexicons: Vec<String>,
    /// A sentence where the default lexicon names few drivers in this survey.
    pub(super) advice: Option<&'a str>,
    /// What flags named.
    pub(super) named: &'a ColumnArgs,
    /// The inputs.
    pub(super) sources: &'a [Source],
    /// Their sample.
    pub(super) sample: &'a Sample,
    /// What each column is.
    pub(super) mapping: &'a Mapping,
}

/// One key: its value where it is set, else a default or an example that is commented out.
pub(super) struct Key {
    name: &'static str,
    meaning: &'static str,
    set: Option<String>,
    otherwise: String,
    note: String,
}

impl Key {
    /// A key that is set where `set` is some.
    pub(super) fn new(
        name: &'static str,
        meaning: &'static str,
        set: Option<String>,
        otherwise: String,
        note: String,
    ) -> Self {
        Self { name, meaning, set, otherwise, note }
    }

    /// A key that is left at its default.
    fn default(name: &'static str, meaning: &'static str, otherwise: String) -> Self {
        Self::new(name, meaning, None, otherwise, String::new())
    }
}

/// The whole file; `write!` into a `String` cannot fail.
pub(super) fn file(looked: &Looked) -> String {
    let mut out = String::new();
    let names: Vec<&str> = looked.sources.iter().map(|source| source.name.as_str()).collect();
    let rows = looked.sample.rows.len();
    let first = if rows >= SAMPLE_ROWS { "the first " } else { "" };
    let _ = writeln!(
        out,
        "# How `verbatim run` reads a survey; `verbatim run --config FILE` where this is not ./verbatim.toml."
    );
    let _ = writeln!(out, "# Written by `verbatim init` after {first}{rows} rows of {}.", one_line(&names.join(", ")));
    let _ = writeln!(
        out,
        "# A key that is commented out shows its default, or an example. A flag of `run` goes before a key."
    );
    let redactor = Redactor::new();
    for (section, keys) in [
        ("survey", survey(looked)),
        ("tagging", tagging(looked).into()),
        ("redact", redact().into()),
        ("figures", figures().into()),
        ("output", output().into()),
        ("limits", limits().into()),
        ("tagging.limits", lexicon_limits().into()),
    ] {
        let _ = writeln!(out, "\n[{section}]");
        for key in keys {
            let (mark, value) = key.set.as_ref().map_or(("# ", &key.otherwise), |value| ("", value));
            // A note may quote a value of the survey.
            let note = redactor.message(&key.note);
            let note = if note.is_empty() { String::new() } else { format!("  # {}", one_line(&note)) };
            let _ = writeln!(out, "# {}\n{mark}{} = {value}{note}", key.meaning, key.name);
        }
    }
    out
}

fn tagging(looked: &Looked) -> [Key; 3] {
    let config = RunConfig::default();
    [
        Key::new(
            "lexicons",
            "Lexicons, a later one laid over an earlier one: bundled names, or folders relative to the folder of this file.",
            (!looked.lexicons.is_empty()).then(|| list(&looked.lexicons)),
            list(&[DEFAULT_LEXICON.to_owned()]),
            match looked.advice {
                Some(advice) => advice.to_owned(),
                None => format!("bundled: {}", bundled_names().join(", ")),
            },
        ),
        Key::default(
            "tokenizer",
            "A tokenizer.json whose pre-tokenizer cuts English; without it, words are cut at blanks and marks.",
            quoted("tokenizer.json"),
        ),
        Key::default(
            "redact",
            "Blank out personal data in comments and segments; [redact] says which.",
            (!config.redact.is_off()).to_string(),
        ),
    ]
}

fn limits() -> [Key; Limits::MEANINGS.len()] {
    let values = Limits::default().values();
    std::array::from_fn(|at| Key::default(Limits::MEANINGS[at].0, Limits::MEANINGS[at].1, values[at].to_string()))
}

fn redact() -> [Key; 2] {
    let kinds = Kind::ALL.map(|kind| kind.as_str().to_owned());
    [
        Key::default("kinds", "Kinds of personal data that are blanked out.", list(&kinds)),
        Key::default(
            "pattern",
            "Patterns of your own, blanked out too; each may be a section [[redact.pattern]] as well.",
            r"[{ name = 'order_number', regex = '[A-Z]{2}[0-9]{8}' }]".to_owned(),
        ),
    ]
}

fn figures() -> [Key; 9] {
    let config = RunConfig::default();
    [
        Key::default(
            "credit",
            "How drivers share a respondent's credit: equal, or grouped (first among top-level drivers, then below each).",
            quoted(Credit::default().as_str()),
        ),
        Key::default("low_base", "The effective base below which a cell is flagged.", format!("{:?}", config.low_base)),
        Key::default("confidence", "The confidence of intervals, between 0 and 1.", format!("{:?}", config.confidence)),
        Key::default(
            "cube",
            "Cells by at most so many segment columns: 1, or 2 for each pair of them too.",
            config.cube.to_string(),
        ),
        Key::default(
            "smallest_cell",
            "Cells of pairs with fewer respondents are taken together as `(small)`.",
            config.smallest_cell.to_string(),
        ),
        Key::default(
            "control",
            "Segment columns to hold constant where importance is measured.",
            list(&["region".to_owned()]),
        ),
        Key::default(
            "actions",
            "The responsibility file (driver, function, owner, action, start, target as CSV), relative to the folder of this file.",
            quoted("actions.csv"),
        ),
        Key::default(
            "persistence_periods",
            "Over how many of the last periods the persistence of a driver is looked at.",
            config.persistence_periods.to_string(),
        ),
        Key::default(
            "persistence_floor",
            "The detractor contribution above which the lower limit of a lasting driver is, 0 to 1.",
            format!("{:?}", config.persistence_floor),
        ),
    ]
}

fn output() -> [Key; 1] {
    [Key::default(
        "dir",
        "The folder for the tables, relative to the folder of this file; without the key it is ./out.",
        quoted(&RunConfig::default().out.display().to_string()),
    )]
}

fn lexicon_limits() -> [Key; 8] {
    RunConfig::default()
        .lexicon_limits
        .named()
        .map(|(name, meaning, value)| Key::default(name, meaning, value.to_string()))
}

/// A TOML basic string on one line: JSON's escapes are TOML's, but for U+007F, which TOML does not take as it is.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

pub(super) fn list(names: &[String]) -> String {
    format!("[{}]", names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", "))
}

/// Text of the survey inside a comment: a control character would end it, or is not allowed in it.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}
