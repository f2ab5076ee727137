//! `verbatim forget`: respondents or customers out of an output, for good.
//!
//! Not for any work itself: `engine::forget` does that.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::output::{BAD, FAINT, GOOD};
use super::{Outcome, output, usage};
use crate::engine::RunConfig;
use crate::engine::forget::{Forgotten, forget as take_out};
use crate::error::{Error, ErrorKind, Result};
use crate::harmless::on_a_line;

/// Flags of `verbatim forget`.
#[derive(Debug, Args)]
pub(super) struct ForgetArgs {
    /// Ids of respondents or customers, as they stand in the tables; last the folder that `verbatim run` wrote
    #[arg(value_name = "ID... OUT", required = true)]
    ids_and_out: Vec<String>,
    /// More ids, one a line
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
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
    let forgotten = take_out(out, &ids, config)?;
    if args.json {
        output::print_json(&forgotten)?;
    } else if !args.quiet {
        output::print(&page(out, &forgotten))?;
    }
    let nobody = forgotten.ids.iter().any(|named| named.answers + named.contacts == 0);
    Ok(if nobody { Outcome::Findings } else { Outcome::Done })
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
        let _ = match (named.answers, named.contacts) {
            (0, 0) => writeln!(page, "{BAD}{id}: nobody of this id is in {}{BAD:#}", out.display()),
            (answers, 0) => writeln!(page, "{id}: {answers} answer(s)"),
            (answers, contacts) => writeln!(page, "{id}: {answers} answer(s), {contacts} contact(s)"),
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
        let _ = writeln!(page, "taken out: {answers} answer(s) of {}{quoted}", periods.join(", "));
    }
    let _ = writeln!(
        page,
        "{GOOD}nothing of them is left in {}{GOOD:#}: {} files and {} cells were looked through",
        out.display(),
        scan.files,
        scan.cells
    );
    if scan.short_texts > 0 {
        let _ = writeln!(
            page,
            "{FAINT}{} answer(s) were too short to be told from those of others; their rows are gone{FAINT:#}",
            scan.short_texts
        );
    }
    let _ = writeln!(
        page,
        "{FAINT}survey files, exports and reports still hold them: take them out there too, or the next run brings them back{FAINT:#}"
    );
    page
}
