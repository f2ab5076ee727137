//! `verbatim init`: looks at a survey and writes a `verbatim.toml` that says what was found and what can be set.
//!
//! Not for the file's text (`file`, `survey`), and never a guess: where the data allows two readings it stops, as `run` does.

mod file;
mod survey;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use anstyle::Style;
use clap::Args;

use self::file::{Looked, file};
use self::survey::candidates;
use super::columns::ColumnArgs;
use super::settings::{FILE, Settings};
use super::{Outcome, output, usage};
use crate::engine::config::DEFAULT_LEXICON;
use crate::engine::fitting::FirstComments;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::lexicon::Lexicon;
use crate::survey::{Mapping, Sample, map_columns, open, sample};
use crate::tag::tagger::TaggerOptions;
use crate::text::Redactor;
use crate::typed::word;
use crate::whole;

/// Flags of `verbatim init`.
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Files, globs, or `-` for standard input: CSV, TSV, XLSX, JSON Lines, Parquet
    #[arg(required = true)]
    inputs: Vec<String>,
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = FILE)]
    config: PathBuf,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
    /// A lexicon: a bundled name or a folder; repeat to overlay [default: core]
    #[arg(long, value_name = "NAME|DIR")]
    lexicon: Vec<String>,
    #[command(flatten)]
    columns: ColumnArgs,
}

/// Looks and writes.
pub(super) fn init(args: &InitArgs) -> Result<Outcome> {
    if !args.force && args.config.exists() {
        return Err(exists(&args.config));
    }
    let folder = folder_of(&args.config)?;
    let (read, wanted) = Settings::default().columns(&args.columns)?;
    if !args.lexicon.is_empty() {
        Lexicon::load(&args.lexicon)?;
    }
    let sources = open(&args.inputs, &read)?;
    let sample = sample(&sources)?;
    let (mapping, mut notices) = map_columns(&sample, &wanted)?;
    let advice = if args.lexicon.is_empty() { advice(&sample, &mapping)? } else { None };
    notices.extend(advice.clone());
    let beside = |names: &[String], is_path: fn(&str) -> bool| -> Result<Vec<String>> {
        names
            .iter()
            .map(|name| if is_path(name) { seen_from(folder.as_deref(), name) } else { Ok(name.clone()) })
            .collect()
    };
    let looked = Looked {
        inputs: beside(&args.inputs, |input| input != "-")?,
        lexicons: beside(&args.lexicon, |name| Path::new(name).join("lexicon.toml").is_file())?,
        advice: advice.as_deref(),
        named: &args.columns,
        sources: &sources,
        sample: &sample,
        mapping: &mapping,
    };
    write(&args.config, &file(&looked), args.force)?;
    output::print(&said(args, &notices, &candidates(&looked)))?;
    Ok(Outcome::Done)
}

/// A sentence where the default lexicon names few drivers in the survey.
fn advice(sample: &Sample, mapping: &Mapping) -> Result<Option<String>> {
    let redactor = Redactor::new();
    let first = FirstComments::of(sample, mapping, Some(&redactor), TaggerOptions::default());
    first.advice(&first.tagger(DEFAULT_LEXICON)?)
}

/// What was found, and the next command; `write!` into a `String` cannot fail.
fn said(args: &InitArgs, notices: &[String], candidates: &[(String, usize)]) -> String {
    const STRONG: Style = Style::new().bold();
    const FAINT: Style = Style::new().dimmed();
    let mut out = String::new();
    for notice in notices {
        let _ = writeln!(out, "{FAINT}·{FAINT:#} {notice}");
    }
    if args.columns.by.is_empty() && !candidates.is_empty() {
        let names: Vec<String> =
            candidates.iter().map(|(name, values)| format!("`{name}` ({values} values)")).collect();
        let _ = writeln!(out, "{FAINT}·{FAINT:#} segments: none; these could be: {}", names.join(", "));
    }
    let config = args.config.display().to_string();
    let named = match config.as_str() {
        FILE => String::new(),
        other => format!(" --config {}", word(other)),
    };
    let stdin = if args.inputs.iter().any(|input| input == "-") { " < SURVEY" } else { "" };
    let _ =
        writeln!(out, "\nwritten: {STRONG}{config}{STRONG:#}\nnext:    {STRONG}verbatim run{named}{stdin}{STRONG:#}");
    out
}

fn exists(config: &Path) -> Error {
    usage("config_exists", format!("{} is there already", config.display()))
        .at(Place::file(config))
        .help("Add `--force` to write over it, or name another file with `--config`.")
}

fn write(config: &Path, text: &str, force: bool) -> Result<()> {
    // Without --force not even a file that appeared meanwhile is written over.
    let written = if force {
        whole::write(config, text.as_bytes())
    } else {
        let made = OpenOptions::new().write(true).create_new(true).open(config);
        made.and_then(|mut file| file.write_all(text.as_bytes()).inspect_err(|_| drop(std::fs::remove_file(config))))
    };
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(config),
        _ => Error::io(ErrorKind::Output, "write", config, error),
    })
}

/// The folder in which the file will lie; none where it is the working directory.
fn folder_of(config: &Path) -> Result<Option<PathBuf>> {
    let Some(folder) = config.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(None) };
    folder.canonicalize().map(Some).map_err(|error| Error::io(ErrorKind::Output, "write into", folder, error))
}

/// A path as seen from the file's folder; absolute paths stay as they are, and so does every path where the file lies in the
/// working directory.
fn seen_from(folder: Option<&Path>, path: &str) -> Result<String> {
    let Some(folder) = folder.filter(|_| !Path::new(path).is_absolute()) else { return Ok(path.to_owned()) };
    let here = std::env::current_dir()
        .and_then(|here| here.canonicalize())
        .map_err(|error| Error::io(ErrorKind::Usage, "read", ".", error))?;
    let whole = here.join(path);
    let parts = |path: &Path| -> Vec<_> {
        path.components().filter(|part| *part != Component::CurDir).map(|part| part.as_os_str().to_owned()).collect()
    };
    let (from, to) = (parts(folder), parts(&whole));
    let shared = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n(Component::ParentDir.as_os_str(), from.len() - shared);
    let relative: PathBuf = up.chain(to[shared..].iter().map(AsRef::as_ref)).collect();
    Ok(relative.display().to_string())
}
