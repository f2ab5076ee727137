//! `verbatim lexicon diff`: what a change to a lexicon does.
//!
//! Not for what differs (`curate::diff`), nor for how it looks (`differences`, `curate::diff::page`).

use std::path::{Path, PathBuf};

use clap::Args;

use super::super::columns::{ColumnArgs, parsed};
use super::super::redaction::RedactArgs;
use super::super::settings::Settings;
use super::super::{Outcome, output};
use super::{differences, named};
use crate::contribution::Credit;
use crate::curate::diff::sheets::{FILES, Sheets};
use crate::curate::diff::{DiffConfig, diff as compare, page};
use crate::error::{Error, ErrorKind, Result};
use crate::whole;

/// Flags of `verbatim lexicon diff`.
#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// The lexicon as it was: a folder, a bundled name, a git revision (HEAD, main:lexicons/mine), or an output (out, out@2026-W23) for
    /// that by which it was tagged
    before: String,
    /// The lexicon as it is [default: this folder]
    #[arg(default_value = ".")]
    after: String,
    /// What the change does to comments: a survey file, or the folder that a run wrote
    #[arg(long, value_name = "SURVEY|OUT")]
    on: Option<String>,
    /// Most samples for each change
    #[arg(long, value_name = "N", default_value_t = 3)]
    samples: usize,
    /// Write a page for people too
    #[arg(long, value_name = "FILE", requires = "on")]
    html: Option<PathBuf>,
    /// Write tables too: every change, every mention that differs, every figure
    #[arg(long, value_name = "DIR", requires = "on")]
    parquet: Option<PathBuf>,
    /// The configuration file [default: ./verbatim.toml where it exists]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    columns: ColumnArgs,
    /// How drivers share a respondent's credit: equal, grouped [default: equal]
    #[arg(long, value_parser = parsed::<Credit>)]
    credit: Option<Credit>,
    /// A tokenizer.json whose pre-tokenizer cuts English
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
    #[command(flatten)]
    redact: RedactArgs,
    /// Threads that tag [default: one for each processor]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

/// Compares two lexicons.
pub(super) fn diff(args: &DiffArgs) -> Result<Outcome> {
    let settings = Settings::load(args.config.as_deref())?;
    let (read, wanted) = settings.columns(&args.columns)?;
    let config = DiffConfig {
        on: args.on.clone(),
        read,
        wanted,
        tokenizer: settings.tokenizer(args.tokenizer.as_deref()),
        redact: args.redact.over(settings.redaction()),
        credit: args.credit.or(settings.credit()).unwrap_or_default(),
        samples: args.samples,
        threads: args.threads.unwrap_or_default(),
    };
    let (before, after) =
        rayon::join(|| named::load(&args.before, Some(&args.after)), || named::load(&args.after, Some(&args.before)));
    let mut sheets = args.parquet.as_deref().map(Sheets::create).transpose()?;
    let each = |one: &_| sheets.as_mut().map_or(Ok(()), |sheets| sheets.push(one));
    let found = compare(&before?, &after?, &config, each)?;
    if let (Some(sheets), Some(survey)) = (sheets, &found.survey) {
        sheets.finish(&found.changes, &survey.moves)?;
    }
    if let Some(path) = &args.html {
        write(path, &page::page(&found))?;
    }
    if args.json {
        output::print_json(&found)?;
    } else if !args.quiet {
        for notice in found.survey.iter().flat_map(|survey| &survey.notices) {
            output::note(notice);
        }
        output::print(&differences::rendered(&found))?;
        if let Some(folder) = &args.parquet {
            output::print(&format!("\n{}: {}\n", folder.display(), FILES.join(", ")))?;
        }
    }
    Ok(Outcome::Done)
}

fn write(path: &Path, content: &str) -> Result<()> {
    whole::write(path, content.as_bytes()).map_err(|error| Error::io(ErrorKind::Output, "write", path, error))
}
