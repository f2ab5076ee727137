//! `verbatim lexicon import`: sheets that were edited, or a dictionary of another program, into the files of a lexicon.
//!
//! Not for what is read, found and written (`curate::sheets`).

use std::fmt::Write as _;
use std::io::{IsTerminal, stdin};
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::super::settings::lexicon_limits;
use super::super::{Outcome, output};
use crate::curate::sheets::grid::{MOST_PROBLEMS, Problem};
use crate::curate::sheets::import::{Import, Ready, import as prepare};
use crate::curate::sheets::shown::{flat, shown};
use crate::error::{Error, ErrorKind, Place, Result};

/// Flags of `verbatim lexicon import`.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// What to import: a workbook (.xlsx) or a folder of CSV as `export` writes them, a dictionary of quanteda (.yml) or LIWC (.dic)
    #[arg(value_name = "FILE|DIR")]
    from: PathBuf,
    /// The lexicon's folder; one that does not exist is made
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// Write without asking
    #[arg(long, short)]
    yes: bool,
    /// Print the changes, or what is wrong, as JSON; writes only with --yes
    #[arg(long)]
    json: bool,
    /// Print nothing but what is wrong; writes only with --yes
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
}

/// Imports a lexicon.
pub(super) fn import(args: &ImportArgs) -> Result<Outcome> {
    match prepare(&args.from, &args.into, &lexicon_limits()?)? {
        Import::Refused(problems) => {
            if args.json {
                output::print_json(&json!({ "problems": problems }))?;
            } else {
                output::print(&listed(&problems))?;
            }
            let count = match problems.len() {
                1 => "is a problem".to_owned(),
                MOST_PROBLEMS.. => format!("are {MOST_PROBLEMS} problems, and perhaps more"),
                few => format!("are {few} problems"),
            };
            Err(Error::new(ErrorKind::Input, "bad_sheet", format!("there {count}, and nothing was written"))
                .at(Place::file(&args.from))
                .help("Mend what is listed, and import again."))
        }
        Import::Ready(ready) => carry_out(args, ready),
    }
}

fn listed(problems: &[Problem]) -> String {
    let mut out = String::new();
    for Problem { at, message, help } in problems {
        // Writing into a text cannot fail, here and below.
        let _ = writeln!(out, "{at}: {}", flat(message));
        if !help.is_empty() {
            let _ = writeln!(out, "  help: {}", flat(help));
        }
    }
    out.push('\n');
    out
}

fn carry_out(args: &ImportArgs, ready: Ready) -> Result<Outcome> {
    for other in &ready.others {
        output::note(&format!("The sheet `{}` is none of a lexicon's, and was not read.", flat(other)));
    }
    let into = args.into.display();
    let changes = ready.changes.clone();
    if changes.is_empty() {
        if args.json {
            output::print_json(&json!({ "changes": changes, "written": Vec::<String>::new() }))?;
        } else if !args.quiet {
            output::print(&format!("{into} says the same already: nothing to write\n"))?;
        }
        return Ok(Outcome::Done);
    }
    let is_silent = args.json || args.quiet;
    if !is_silent {
        output::print(&shown(&changes))?;
    }
    let is_wanted =
        args.yes || (!is_silent && stdin().is_terminal() && asked(&format!("Write these changes to {into}?")));
    let written = if is_wanted { ready.write()? } else { Vec::new() };
    if args.json {
        output::print_json(&json!({ "changes": changes, "written": written }))?;
    } else if !is_wanted {
        output::note("Nothing was written. Say --yes to write these changes.");
    } else if !args.quiet {
        let many = if written.len() == 1 { "file" } else { "files" };
        let next = format!("Next: `verbatim lexicon check {into}` and `verbatim lexicon test {into}`.");
        output::print(&format!("{} {many} of {into} written\n\n{next}\n", written.len()))?;
    }
    Ok(if is_wanted { Outcome::Done } else { Outcome::Findings })
}

/// Asks on the terminal; anything but yes is no.
fn asked(question: &str) -> bool {
    output::ask(&format!("{question} [y/N] "));
    let mut answer = String::new();
    stdin().read_line(&mut answer).is_ok_and(|_| matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "是"))
}
