//! `verbatim lexicon export`: a lexicon as sheets to edit, or as a dictionary of another program.
//!
//! Not for what is written (`curate::sheets`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::super::settings::lexicon_limits;
use super::super::{Outcome, output};
use crate::curate::sheets::dictionary::Format;
use crate::curate::sheets::dictionary::said::Unsaid;
use crate::curate::sheets::export::{Target, export as write};
use crate::curate::sheets::shown::flat;
use crate::error::Result;

/// Flags of `verbatim lexicon export`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub(super) struct ExportArgs {
    /// The lexicon: a folder or a bundled name
    #[arg(value_name = "NAME|DIR")]
    lexicon: String,
    #[command(flatten)]
    to: To,
    /// Write all that the lexicon means, what it extends included, as one that extends nothing [default: what its own files say]
    #[arg(long)]
    resolved: bool,
    /// Replace files that are there
    #[arg(long)]
    overwrite: bool,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Print nothing but errors
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct To {
    /// A workbook to edit and import again
    #[arg(long, value_name = "FILE.xlsx")]
    xlsx: Option<PathBuf>,
    /// A folder of CSV files that say the same as the workbook
    #[arg(long, value_name = "DIR")]
    csv: Option<PathBuf>,
    /// A dictionary for quanteda, in YAML; exit code 1 where it cannot say all
    #[arg(long, value_name = "FILE.yml")]
    quanteda: Option<PathBuf>,
    /// A dictionary for LIWC; exit code 1 where it cannot say all
    #[arg(long, value_name = "FILE.dic")]
    liwc: Option<PathBuf>,
}

impl To {
    fn target(&self) -> Option<Target> {
        let xlsx = self.xlsx.clone().map(Target::Xlsx);
        let csv = self.csv.clone().map(Target::Csv);
        let quanteda = self.quanteda.clone().map(|path| Target::Dictionary(Format::Quanteda, path));
        let liwc = self.liwc.clone().map(|path| Target::Dictionary(Format::Liwc, path));
        xlsx.or(csv).or(quanteda).or(liwc)
    }
}

/// Exports a lexicon.
pub(super) fn export(args: &ExportArgs) -> Result<Outcome> {
    // clap sees to it that there is one.
    let Some(target) = args.to.target() else { return Ok(Outcome::Done) };
    let exported = write(&args.lexicon, args.resolved, &target, args.overwrite, &lexicon_limits()?)?;
    if args.json {
        let (files, unsaid) = (&exported.files, &exported.unsaid);
        output::print_json(&json!({ "files": files, "terms": exported.terms, "unsaid": unsaid }))?;
    } else if !args.quiet {
        let mut out = left_out(&exported.unsaid);
        for file in &exported.files {
            // Writing into a text cannot fail.
            let _ = writeln!(out, "{}", file.display());
        }
        let _ = writeln!(out, "{} terms", exported.terms);
        output::print(&out)?;
    }
    Ok(if exported.unsaid.is_empty() { Outcome::Done } else { Outcome::Findings })
}

/// What the format cannot say: how much of each kind, and every term.
fn left_out(unsaid: &[Unsaid]) -> String {
    if unsaid.is_empty() {
        return String::new();
    }
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for one in unsaid {
        *counts.entry((one.kind, one.why)).or_default() += 1;
    }
    let mut out = "The format cannot say, and these are left out:\n".to_owned();
    let width = counts.values().map(|count| count.to_string().len()).max().unwrap_or_default();
    for ((kind, why), count) in &counts {
        // Writing into a text cannot fail, here and below.
        let _ = writeln!(out, "  {}  {kind}: {why}", output::right(&count.to_string(), width));
    }
    out.push('\n');
    for one in unsaid.iter().filter(|one| one.kind == "term") {
        let _ = writeln!(out, "  {}  ({})", flat(&one.what), one.why);
    }
    out.push('\n');
    out
}
