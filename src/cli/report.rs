//! `verbatim report`: an output folder as one page for people.
//!
//! Not for what it shows (`report`).

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Outcome, output};
use crate::error::{Error, ErrorKind, Result};
use crate::report::page::{self, Lang};
use crate::report::{Report, ReportOptions};
use crate::whole;

/// Flags of `verbatim report`.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// The folder that `verbatim run` wrote
    #[arg(default_value = "out")]
    out: PathBuf,
    /// The period, or `all` [default: the last one]
    #[arg(long, value_name = "LABEL")]
    period: Option<String>,
    /// Segments by which places are compared [default: all that the tables have]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    by: Vec<String>,
    /// The report's language [default: that of most comments]
    #[arg(long, value_enum)]
    lang: Option<Language>,
    /// Most comments shown of each driver and side
    #[arg(long, value_name = "N", default_value_t = 3)]
    quotes: usize,
    /// How well the lexicon does, for the last section: what `verbatim evaluate --gold LABELS --json` printed
    #[arg(long, value_name = "FILE")]
    accuracy: Option<PathBuf>,
    /// The file
    #[arg(long, short, value_name = "FILE", default_value = "report.html")]
    output: PathBuf,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

/// A language that reports are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    /// Chinese
    Zh,
    /// English
    En,
}

/// Writes the page.
pub(super) fn report(args: &ReportArgs) -> Result<Outcome> {
    let options = ReportOptions {
        period: args.period.clone(),
        by: args.by.clone(),
        quotes: args.quotes,
        accuracy: args.accuracy.clone(),
    };
    let report = Report::read(&args.out, &options)?;
    let lang = match args.lang {
        Some(Language::Zh) => Lang::Zh,
        Some(Language::En) => Lang::En,
        None => report.language,
    };
    let html = page::page(&report, lang);
    whole::write(&args.output, html.as_bytes())
        .map_err(|error| Error::io(ErrorKind::Output, "write", &args.output, error))?;
    if !args.quiet {
        let size = html.len().div_ceil(1024);
        let (path, period, lang) = (args.output.display(), &report.figures.period, lang.code());
        output::print(&format!("{path}: {period}, {lang}, {size} KiB\n"))?;
    }
    Ok(Outcome::Done)
}
