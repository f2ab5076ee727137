//! `verbatim follow-up …`: what came of getting back to people.
//!
//! Not for whom to get back to: the table `follow_ups` says that.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Outcome, output};
use crate::engine::recoveries::import_recoveries;
use crate::error::Result;

/// Flags of `verbatim follow-up`.
#[derive(Debug, Args)]
pub(super) struct FollowUpArgs {
    #[command(subcommand)]
    command: FollowUpCommand,
}

#[derive(Debug, Subcommand)]
enum FollowUpCommand {
    /// Take in what call-backs found: CSV with the columns id, date, resolved (yes, no) and score; exit code 1 where rows cannot be used.
    Import(ImportArgs),
}

#[derive(Debug, Args)]
struct ImportArgs {
    /// What the call-backs found
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
    let FollowUpCommand::Import(args) = &args.command;
    let imported = import_recoveries(&args.out, &args.results)?;
    if args.json {
        output::print_json(&imported)?;
    } else if !args.quiet {
        let mut told = String::new();
        for refused in &imported.refused {
            // Writing into a text cannot fail, here and below.
            let id = refused.id.as_ref().map_or_else(String::new, |id| format!("{id}: "));
            let _ = writeln!(told, "{}:{}: {id}{}", args.results.display(), refused.line, refused.why);
        }
        let _ = writeln!(
            told,
            "{} rows in = {} contacts taken ({} of them known before) + {} refused; {} contacts in all",
            imported.rows,
            imported.taken,
            imported.replaced,
            imported.refused.len(),
            imported.contacts
        );
        output::print(&told)?;
    }
    Ok(if imported.refused.is_empty() { Outcome::Done } else { Outcome::Findings })
}
