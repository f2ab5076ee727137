//! `verbatim follow-up …`: whom to get back to, and what came of it.
//!
//! Not for the list (`call_list`), nor for what becomes of results (`engine::recoveries`).

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::call_list::{ListArgs, list};
use super::run::in_place;
use super::{Outcome, output};
use crate::engine::recoveries::{Imported, import_recoveries};
use crate::error::Result;
use crate::harmless::on_a_line;

/// Flags of `verbatim follow-up`.
#[derive(Debug, Args)]
pub(super) struct FollowUpArgs {
    #[command(subcommand)]
    command: FollowUpCommand,
}

#[derive(Debug, Subcommand)]
enum FollowUpCommand {
    /// Say whom to get back to, the most urgent first, with the comment and what came of the last contact.
    List(ListArgs),
    /// Take in what contacts found: CSV or XLSX with the columns id, date, resolved (yes, no) and score, or a list that is filled in; exit code 1 where rows cannot be used.
    Import(ImportArgs),
}

#[derive(Debug, Args)]
struct ImportArgs {
    /// What the contacts found, as CSV or XLSX. Days begin with the year, as spreadsheets write them: 2026-07-01, 2026/7/1 9:30, 2026年7月1日
    #[arg(value_name = "RESULTS.csv")]
    results: PathBuf,
    /// The folder that `verbatim run` wrote
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

/// Carries out a command on follow-ups.
pub(super) fn follow_up(args: &FollowUpArgs) -> Result<Outcome> {
    match &args.command {
        FollowUpCommand::List(args) => list(args),
        FollowUpCommand::Import(args) => import(args),
    }
}

fn import(args: &ImportArgs) -> Result<Outcome> {
    let imported = import_recoveries(&args.out, &args.results, jiff::Zoned::now().date())?;
    if args.json {
        output::print_json(&imported).map_err(in_place)?;
    } else if !args.quiet {
        output::print(&told(&imported, args)).map_err(in_place)?;
    }
    Ok(if imported.refused.is_empty() { Outcome::Done } else { Outcome::Findings })
}

fn told(imported: &Imported, args: &ImportArgs) -> String {
    let mut told = String::new();
    for refused in &imported.refused {
        // Writing into a text cannot fail, here and below.
        let id = refused.id.as_ref().map_or_else(String::new, |id| format!("{}: ", on_a_line(id)));
        let _ = writeln!(told, "{}:{}: {id}{}", args.results.display(), refused.line, refused.why);
    }
    let _ = writeln!(
        told,
        "{} rows in = {} contacts taken ({} of them known before) + {} open + {} refused; {} contacts in all",
        imported.rows,
        imported.taken,
        imported.replaced,
        imported.open,
        imported.refused.len(),
        imported.contacts
    );
    told
}
