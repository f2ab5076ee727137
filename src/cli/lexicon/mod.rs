//! `verbatim lexicon …`: what people do who keep a lexicon.
//!
//! Not for tagging a survey (`run`) nor for one text (`explain`).

mod check;
mod diagnostics;
mod diff;
mod differences;
mod export;
mod import;
pub(super) mod named;
mod new;
mod rules;
mod show;
mod suggest;
mod test;

use clap::{Args, Subcommand};

use super::Outcome;
use crate::error::Result;

/// Flags of `verbatim lexicon`.
#[derive(Debug, Args)]
pub(super) struct LexiconArgs {
    #[command(subcommand)]
    command: LexiconCommand,
}

#[derive(Debug, Subcommand)]
enum LexiconCommand {
    /// Say everything that is wrong with lexicons, each with its place and how to mend it; exit code 1 where there are errors or warnings.
    Check(check::CheckArgs),
    /// Say what a change to a lexicon does: to its rules, to the comments of a survey, and to its figures.
    Diff(Box<diff::DiffArgs>),
    /// Make a folder with a lexicon to begin with: commented files, which the check finds nothing wrong with.
    New(new::NewArgs),
    /// Print what lexicons mean together: every term, and the file and line that it comes from.
    Show(show::ShowArgs),
    /// Print the JSON Schema of a file, by which editors complete and check it.
    Schema(new::SchemaArgs),
    /// Say what the check looks for, and why.
    Rules(rules::RulesArgs),
    /// Propose terms that a survey has and lexicons lack: each with its driver and side, why, comments that show it, and where to add it.
    Suggest(suggest::SuggestArgs),
    /// Write a lexicon as sheets to edit (XLSX, CSV), or as a dictionary for quanteda or LIWC.
    Export(export::ExportArgs),
    /// Bring edited sheets, or a dictionary of quanteda or LIWC, into a lexicon: shows what changes, and asks before it writes.
    Import(import::ImportArgs),
    /// Run the examples that lexicons carry; exit code 1 where one fails.
    Test(test::TestArgs),
}

/// Carries out a command on lexicons.
pub(super) fn lexicon(args: &LexiconArgs) -> Result<Outcome> {
    match &args.command {
        LexiconCommand::Check(args) => check::check(args),
        LexiconCommand::Diff(args) => diff::diff(args),
        LexiconCommand::New(args) => new::new(args),
        LexiconCommand::Show(args) => show::show(args),
        LexiconCommand::Schema(args) => new::schema(args),
        LexiconCommand::Rules(args) => rules::rules(args),
        LexiconCommand::Suggest(args) => suggest::suggest(args),
        LexiconCommand::Export(args) => export::export(args),
        LexiconCommand::Import(args) => import::import(args),
        LexiconCommand::Test(args) => test::test(args),
    }
}
