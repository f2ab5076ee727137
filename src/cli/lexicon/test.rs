//! `verbatim lexicon test`: the examples that lexicons carry.
//!
//! Not for labels of real comments (`evaluate`).

use std::fmt::Write as _;

use clap::Args;

use super::super::{Outcome, explain, output};
use crate::error::Result;
use crate::evaluate::{ExampleFailure, ExampleReport, run_examples};
use crate::lexicon::bundled_names;

/// Flags of `verbatim lexicon test`.
#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// Lexicons: bundled names or folders [default: all bundled ones]
    #[arg(value_name = "NAME|DIR")]
    lexicons: Vec<String>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

/// Runs the examples.
pub(super) fn test(args: &TestArgs) -> Result<Outcome> {
    let names = if args.lexicons.is_empty() { bundled_names() } else { args.lexicons.clone() };
    let reports = names.iter().map(|name| run_examples(name)).collect::<Result<Vec<_>>>()?;
    if args.json {
        output::print_json(&reports)?;
    } else if !args.quiet {
        output::print(&reports.iter().map(rendered).collect::<String>())?;
    }
    let all_hold = reports.iter().all(|report| report.failures.is_empty());
    Ok(if all_hold { Outcome::Done } else { Outcome::Findings })
}

/// For people; `write!` into a `String` cannot fail.
fn rendered(report: &ExampleReport) -> String {
    let mut out = String::new();
    for failure in &report.failures {
        failure_lines(&mut out, failure);
    }
    let ExampleReport { lexicon, examples, failures, .. } = report;
    let hold = examples - failures.len();
    let _ = writeln!(out, "{lexicon} ({:.12}): {hold} of {examples} examples hold", report.hash);
    out
}

fn failure_lines(out: &mut String, failure: &ExampleFailure) {
    let ExampleFailure { place, driver, expected, got, explanation, .. } = failure;
    let _ = writeln!(out, "{place}: {driver}: expected {expected}, got {got} ({})", failure.role.as_str());
    let _ = writeln!(out, "  {}", explanation.text);
    for mention in explanation.mentions.iter().filter(|mention| &mention.driver == driver) {
        let _ = writeln!(out, "  {}", explain::in_one_line(mention));
    }
    out.push('\n');
}
