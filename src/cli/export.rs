//! `verbatim export`: the tables as a workbook, or as a folder of CSV files.
//!
//! Not for what stands in them (`report::workbook`).

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Outcome, output};
use crate::error::Result;
use crate::report::page::Lang;
use crate::report::workbook::{ExportOptions, csv, xlsx};

/// Flags of `verbatim export`.
#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// The folder that `verbatim run` wrote
    #[arg(default_value = "out")]
    out: PathBuf,
    #[command(flatten)]
    to: To,
    /// The period, or `all` for every row of the output [default: the last one]
    #[arg(long, value_name = "LABEL")]
    period: Option<String>,
    /// The language of the first two sheets [default: that of most comments]
    #[arg(long, value_enum)]
    lang: Option<Language>,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct To {
    /// A workbook: charts, a sheet a table, and what each column holds
    #[arg(long, value_name = "FILE.xlsx")]
    xlsx: Option<PathBuf>,
    /// A folder of CSV files, one a table
    #[arg(long, value_name = "DIR", conflicts_with = "lang")]
    csv: Option<PathBuf>,
}

/// A language of the first two sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    /// Chinese
    Zh,
    /// English
    En,
}

/// Exports the tables.
pub(super) fn export(args: &ExportArgs) -> Result<Outcome> {
    let lang = args.lang.map(|lang| match lang {
        Language::Zh => Lang::Zh,
        Language::En => Lang::En,
    });
    let options = ExportOptions { period: args.period.clone(), lang };
    let exported = match (&args.to.xlsx, &args.to.csv) {
        (Some(file), _) => xlsx(&args.out, &options, file)?,
        (None, Some(folder)) => csv(&args.out, &options, folder)?,
        // clap sees to it that there is one.
        (None, None) => return Ok(Outcome::Done),
    };
    if !args.quiet {
        let mut out = format!("{}\n", exported.period);
        let lines = exported.tables.iter().map(|(table, rows)| vec![format!("  {}", table.as_str()), rows.to_string()]);
        for line in output::aligned(&lines.collect::<Vec<_>>()) {
            // Writing into a text cannot fail, here and below.
            let _ = writeln!(out, "{line}");
        }
        if exported.cut > 0 {
            let _ = writeln!(out, "{} texts were cut at 32,767 characters: --csv DIR has them whole", exported.cut);
        }
        for file in &exported.files {
            let _ = writeln!(out, "{}", file.display());
        }
        output::print(&out)?;
    }
    Ok(Outcome::Done)
}
