//! `verbatim forget`: respondents or customers out of an output, for good.
//!
//! Not for any work itself: `engine::forget` does that.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::output::{BAD, FAINT, GOOD};
use super::run::in_place;
use super::{Outcome, output, usage};
use crate::engine::RunConfig;
use crate::engine::forget::{Forgotten, Place, Role, Scan, Whom, forget as take_out, would_forget};
use crate::error::{Error, ErrorKind, Result};
use crate::harmless::on_a_line;

/// Flags of `verbatim forget`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub(super) struct ForgetArgs {
    /// Ids of respondents or customers, as they stand in the tables; last the folder that `verbatim run` wrote
    #[arg(value_name = "ID... OUT", required = true)]
    ids_and_out: Vec<String>,
    /// More ids, one a line
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// All ids are respondents'
    #[arg(long, conflicts_with = "customer")]
    respondent: bool,
    /// All ids are customers': all answers of theirs go
    #[arg(long)]
    customer: bool,
    /// Say what would go, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// The tokenizer.json by which the output was tagged, where it was tagged by one
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
    /// Threads [default: one for each processor]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
    /// Print what was done as JSON
    #[arg(long)]
    json: bool,
    /// Print nothing but errors
    #[arg(long, short, conflicts_with = "json")]
    quiet: bool,
}

/// Takes them out.
pub(super) fn forget(args: &ForgetArgs) -> Result<Outcome> {
    // Clap sees to it that there is one.
    let Some((out, ids)) = args.ids_and_out.split_last() else { return Err(usage("no_ids", "no folder is named")) };
    let (out, mut ids) = (Path::new(out), ids.to_vec());
    if let Some(file) = &args.from {
        ids.extend(lines(file)?);
    }
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| !id.is_empty() && seen.insert(id.clone()));
    if ids.is_empty() {
        return Err(usage("no_ids", "nobody is named who is to be forgotten")
            .help("Name ids before the folder, as in `verbatim forget r17 r18 out`, or a file of them with --from."));
    }
    let config = RunConfig {
        out: out.to_path_buf(),
        threads: args.threads,
        tokenizer: args.tokenizer.clone(),
        ..RunConfig::default()
    };
    let role = match (args.respondent, args.customer) {
        (true, _) => Some(Role::Respondent),
        (_, true) => Some(Role::Customer),
        _ => None,
    };
    let whom = Whom { ids, role };
    let forgotten = if args.dry_run { would_forget(out, &whom, &config)? } else { take_out(out, &whom, config)? };
    let said = |error| if args.dry_run { error } else { in_place(error) };
    if args.json {
        output::print_json(&forgotten).map_err(said)?;
    } else if !args.quiet {
        output::print(&page(out, &forgotten)).map_err(said)?;
    }
    let nobody = forgotten.ids.iter().any(|named| named.answers + named.contacts + named.listed == 0);
    let is_left = forgotten.scan.as_ref().is_some_and(|scan| !scan.left.is_empty());
    Ok(if nobody || is_left { Outcome::Findings } else { Outcome::Done })
}

/// The ids of a file.
fn lines(file: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(file).map_err(|error| Error::io(ErrorKind::Usage, "read", file, error))?;
    Ok(text.trim_start_matches('\u{feff}').lines().map(|line| line.trim().to_owned()).collect())
}

// Writing to a String cannot fail, so that the results of `writeln!` below are let go.
fn page(out: &Path, forgotten: &Forgotten) -> String {
    let mut page = String::new();
    for named in &forgotten.ids {
        let id = on_a_line(&named.id);
        let _ = match (named.answers, named.contacts, named.listed) {
            (0, 0, 0) => writeln!(page, "{BAD}{id}: nobody of this id is in {}{BAD:#}", out.display()),
            (0, 0, listed) => writeln!(page, "{id}: no answer, {listed} row(s) of lists"),
            (answers, 0, _) => writeln!(page, "{id}: {answers} answer(s)"),
            (answers, contacts, _) => writeln!(page, "{id}: {answers} answer(s), {contacts} contact(s)"),
        };
    }
    for notice in &forgotten.notices {
        let _ = writeln!(page, "· {notice}");
    }
    let Forgotten { answers, periods, examples, scan, .. } = forgotten;
    if *answers > 0 {
        let quoted = if *examples > 0 {
            format!(", and {examples} example(s) of kept lexicons that quoted them")
        } else {
            String::new()
        };
        let taken = if scan.is_some() { "taken out" } else { "would be taken out" };
        let _ = writeln!(page, "{taken}: {answers} answer(s) of {}{quoted}", periods.join(", "));
    }
    match scan {
        None => {
            let _ = writeln!(page, "{} is as it was (--dry-run)", out.display());
        }
        Some(scan) => {
            page.push_str(&of_scan(out, scan));
            let _ = writeln!(
                page,
                "{FAINT}survey files, exports and reports still hold them: take them out there too, or the next run brings them back{FAINT:#}"
            );
        }
    }
    page
}

/// Where it was looked, and what is left.
fn of_scan(out: &Path, scan: &Scan) -> String {
    let mut page = String::new();
    let looked = format!("{} files and {} cells were looked through", scan.files, scan.cells);
    if scan.left.is_empty() {
        let _ = writeln!(page, "{GOOD}nothing of them is left in {}{GOOD:#}: {looked}", out.display());
    } else {
        let _ = writeln!(
            page,
            "{BAD}{} place(s) in {} are not rid of them{BAD:#}: {looked}",
            scan.left.len(),
            out.display()
        );
    }
    let place = |place: &Place| {
        let column = place.column.as_ref().map(|column| format!(" ({})", on_a_line(column))).unwrap_or_default();
        format!("{}{column}: {}", on_a_line(&place.file), place.what)
    };
    for left in &scan.left {
        let _ = writeln!(page, "  {}", place(left));
    }
    if !scan.left.is_empty() {
        let _ = writeln!(
            page,
            "help: what else was named is taken out. Look at these files: those that are yours, take away or change; `not read` may hold anything. Please report a table of the engine's."
        );
    }
    for mentioned in &scan.mentioned {
        let _ = writeln!(page, "· {}, as somebody else wrote it: see whether it means them", place(mentioned));
    }
    if scan.short_texts > 0 {
        let _ = writeln!(
            page,
            "{FAINT}{} answer(s) were too short to be told from those of others; their rows are gone{FAINT:#}",
            scan.short_texts
        );
    }
    page
}
