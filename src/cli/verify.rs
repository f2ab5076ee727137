//! `verbatim verify`: whether an output folder is what the engine wrote.
//!
//! Not for any looking itself: `engine::verify` does that.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::output::{BAD, GOOD};
use super::{Outcome, output};
use crate::engine::RunConfig;
use crate::engine::verify::{Mended, Verified, mend, verify as look};
use crate::error::Result;

/// Flags of `verbatim verify`.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The folder that `verbatim run` wrote
    #[arg(default_value = "out")]
    out: PathBuf,
    /// First put in place, or sweep away, what an interrupted run left; then make tables anew that are damaged or gone, from the answers that the
    /// output holds
    #[arg(long)]
    mend: bool,
    /// The tokenizer.json by which the output was tagged, where it was tagged by one
    #[arg(long, value_name = "FILE", requires = "mend")]
    tokenizer: Option<PathBuf>,
    /// Threads for --mend [default: one for each processor]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Print nothing but errors: the exit code says whether all is as written
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
}

/// What is printed as JSON.
#[derive(Serialize)]
struct Printed<'a> {
    /// Whether an interrupted run had left something.
    mended: bool,
    /// Files that were made anew.
    remade: &'a [String],
    /// Sentences on what could not be brought back.
    notices: &'a [String],
    #[serde(flatten)]
    verified: &'a Verified,
}

/// Looks at an output.
pub(super) fn verify(args: &VerifyArgs) -> Result<Outcome> {
    let config = RunConfig { tokenizer: args.tokenizer.clone(), threads: args.threads, ..RunConfig::default() };
    let mended = if args.mend { mend(&args.out, config)? } else { Mended::default() };
    let verified = look(&args.out)?;
    if args.json {
        let Mended { left, files, notices } = &mended;
        output::print_json(&Printed { mended: *left, remade: files, notices, verified: &verified })?;
    } else if !args.quiet {
        output::print(&page(args, &verified, &mended))?;
    }
    Ok(if verified.findings.is_empty() { Outcome::Done } else { Outcome::Findings })
}

// Writing to a String cannot fail, so that the results of `writeln!` below are let go.
fn page(args: &VerifyArgs, verified: &Verified, mended: &Mended) -> String {
    let mut page = String::new();
    let out = args.out.display();
    if mended.left {
        let _ = writeln!(page, "what an interrupted run had left is put in place or swept away");
    }
    for file in &mended.files {
        let _ = writeln!(page, "{GOOD}made anew{GOOD:#}  {file}");
    }
    for notice in &mended.notices {
        let _ = writeln!(page, "{notice}");
    }
    for finding in &verified.findings {
        let _ = writeln!(page, "{BAD}{}{BAD:#}  {}: {}", finding.code, finding.file, finding.message);
    }
    let Verified { periods, files, bytes, lexicons, findings, help } = verified;
    let all = format!("{out}: {periods} period(s), {files} files, {bytes} bytes, {lexicons} lexicon(s)");
    if findings.is_empty() {
        let _ = writeln!(page, "{all}: {GOOD}all as written{GOOD:#}");
        return page;
    }
    let _ = writeln!(page, "{all}: {} not as written", findings.len());
    if let Some(help) = help {
        let _ = writeln!(page, "help: {help}");
    }
    page
}
