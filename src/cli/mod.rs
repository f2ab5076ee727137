//! The command line: one file a command.
//!
//! Not for any work: a command turns flags into a call of the library and prints what came of it. Exit codes: 0 done, 1 done with
//! findings (rows that were refused, examples that failed), 2 could not.

mod call_list;
mod columns;
mod comments;
mod drivers;
mod evaluate;
mod evaluation;
mod explain;
mod export;
mod follow_up;
mod forget;
mod init;
mod latest;
mod lexicon;
mod output;
mod plan;
mod redaction;
mod report;
mod run;
mod schema;
mod settings;
mod sql;
mod summary;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::{Error, Result};
use crate::interrupt::{self, Interrupted};

/// What makes promoters and detractors, from what customers write.
#[derive(Debug, Parser)]
#[command(name = "verbatim", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read a survey, tag every comment, compute what each driver contributes, write the tables.
    Run(Box<run::RunArgs>),
    /// Show the figures of an output folder: drivers with intervals, changes, owners.
    Drivers(drivers::DriversArgs),
    /// Show the comments behind a figure: those of a driver, a side, or of no driver, with their evidence.
    Comments(comments::CommentsArgs),
    /// Write an output folder as one page for people: score, drivers, what changed, what to fix first, where, in their own words.
    Report(report::ReportArgs),
    /// Say whom to get back to, and take in what came of it.
    FollowUp(follow_up::FollowUpArgs),
    /// Write the tables of an output folder as a workbook or as CSV.
    Export(export::ExportArgs),
    /// Print views over an output folder for a database and the dashboards on it.
    Sql(sql::SqlArgs),
    /// Say how many answers a wanted margin needs, before anybody is asked.
    Plan(plan::PlanArgs),
    /// Look at a survey and write a verbatim.toml with every key: what was found, and what can be set.
    Init(init::InitArgs),
    /// Show why a text gets its tags: tokens, clauses, mentions with term, cue, negator and offsets.
    Explain(explain::ExplainArgs),
    /// Compare tags with labels that people gave, or with the score: measures for each driver, and the worst misses.
    Evaluate(evaluate::EvaluateArgs),
    /// Keep a lexicon: check, test and compare it, find terms for it, edit it as sheets.
    Lexicon(lexicon::LexiconArgs),
    /// Say whether an output folder is what was written: every file by its digest, and what does not belong there.
    Verify(verify::VerifyArgs),
    /// Take respondents or customers out of an output folder, out of every week, and prove it.
    Forget(forget::ForgetArgs),
    /// Print the dictionary of the tables.
    Schema(schema::SchemaArgs),
}

/// How a command that could be carried out ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Done.
    Done,
    /// Done, and there is something to look at.
    Findings,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    // A panic is a bug of ours: users get a sentence, where it happened, and exit code 2, never a backtrace.
    std::panic::set_hook(Box::new(|panic| {
        if crate::foreign::is_expected(panic.location().map(std::panic::Location::file)) {
            return;
        }
        let place = panic.location().map(|at| format!(" ({}:{})", at.file(), at.line())).unwrap_or_default();
        output::complain(
            &usage("bug", format!("the engine failed{place}")).help("Please report this with the input that shows it."),
        );
    }));
    interrupt::listen(|interrupted| {
        output::note(match interrupted {
            Interrupted::Idle => "interrupted",
            Interrupted::Unfinished => "interrupted: the output folder holds what it held before",
            Interrupted::Done => "interrupted, after the tables were put in place",
            Interrupted::FilesUnfinished => "interrupted: nothing was written, and what was there before is as it was",
            Interrupted::FilesDone => "interrupted, after all files were put in place",
        });
    });
    std::panic::catch_unwind(|| run_with(std::env::args_os())).unwrap_or_else(|_| ExitCode::from(2))
}

/// Runs a command line; the first argument is the program's name.
pub fn run_with(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors: clap prints them on standard output and counts them as such.
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let outcome = match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Drivers(args) => drivers::drivers(&args),
        Command::Comments(args) => comments::comments(&args),
        Command::Report(args) => report::report(&args),
        Command::Export(args) => export::export(&args),
        Command::FollowUp(args) => follow_up::follow_up(&args),
        Command::Sql(args) => sql::sql(&args),
        Command::Plan(args) => plan::plan(&args),
        Command::Init(args) => init::init(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::Evaluate(args) => evaluate::evaluate(&args),
        Command::Lexicon(args) => lexicon::lexicon(&args),
        Command::Verify(args) => verify::verify(&args),
        Command::Forget(args) => forget::forget(&args),
        Command::Schema(args) => schema::schema(&args),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::from(2)
        }
    }
}

/// An error of a command line that clap lets through.
fn usage(code: &'static str, message: impl Into<String>) -> Error {
    Error::new(crate::error::ErrorKind::Usage, code, message)
}

/// Loads a lexicon and a tagger for commands that tag single texts: where none is named, that of the folder or of verbatim.toml.
fn tagger(lexicons: &[String], tokenizer: Option<&std::path::Path>) -> Result<crate::tag::Tagger> {
    let mut names = lexicon::named::named_or_default(lexicons)?;
    if names.is_empty() {
        names.push(crate::engine::config::DEFAULT_LEXICON.to_owned());
    }
    let lexicon = std::sync::Arc::new(crate::lexicon::Lexicon::load_within(&names, &settings::lexicon_limits()?)?);
    let options = crate::tag::tagger::TaggerOptions { english: tokenizer.map(Into::into), ..Default::default() };
    crate::tag::Tagger::new(lexicon, options)
}
