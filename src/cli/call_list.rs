//! `verbatim follow-up list`: whom to call, on the terminal, and as a CSV file that is filled in and imported.
//!
//! Not for which they are (`report::calls`), nor for taking results in (`follow_up`).

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::output::{BAD, FAINT, GOOD, STRONG};
use super::{Outcome, output};
use crate::error::{Error, ErrorKind, Result};
use crate::harmless::{guarded, on_a_line};
use crate::report::{Call, CallFilter, Calls, calls};
use crate::tables::{ALL_PERIODS, Kind};
use crate::whole::{WholeFile, csv_done};

/// Calls that are printed where nothing else is said.
const SHOWN: usize = 20;

/// The columns of the file: what is known, then what is filled in.
const COLUMNS: [&str; 18] = [
    "id",
    "period",
    "answered",
    "score",
    "kind",
    "priority",
    "driver",
    "name_zh",
    "name_en",
    "function",
    "owner",
    "comment",
    "last_contact",
    "last_verdict",
    "last_score",
    "date",
    "resolved",
    "new_score",
];

/// Flags of `verbatim follow-up list`.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// The folder that `verbatim run` wrote
    #[arg(default_value = "out")]
    out: PathBuf,
    /// What the contact is for: detractors to call back, passives to win over, promoters to thank [default: all]
    #[arg(long, value_enum)]
    kind: Option<ListedKind>,
    /// Those whose driver this function owns
    #[arg(long, value_name = "NAME")]
    function: Option<String>,
    /// The period, or `all` [default: the last one]
    #[arg(long, value_name = "LABEL")]
    period: Option<String>,
    /// Those whom nobody has contacted since the answer
    #[arg(long)]
    open: bool,
    /// Most respondents shown or written [default: 20 on the terminal, else all]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Write them to a CSV file whose columns `date`, `resolved` and `new_score` are filled in and imported
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    csv: Option<PathBuf>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// What a contact is for, as the tables call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum ListedKind {
    CallBack,
    WinOver,
    Thank,
}

/// Lists whom to call.
pub(super) fn list(args: &ListArgs) -> Result<Outcome> {
    let kind = args.kind.map(|kind| match kind {
        ListedKind::CallBack => Kind::CallBack,
        ListedKind::WinOver => Kind::WinOver,
        ListedKind::Thank => Kind::Thank,
    });
    let shown = (args.csv.is_none() && !args.json).then_some(SHOWN);
    let filter = CallFilter {
        period: args.period.clone(),
        kind,
        function: args.function.clone(),
        open: args.open,
        limit: args.limit.or(shown),
    };
    let found = calls(&args.out, &filter)?;
    let all = found.all;
    if let Some(path) = &args.csv {
        write(path, &found.calls)?;
        output::print(&format!("{}: {} of {all} to contact\n", path.display(), found.calls.len()))?;
    } else if args.json {
        output::print_json(&found)?;
    } else {
        output::print(&page(&found))?;
    }
    Ok(Outcome::Done)
}

// Writing to a String cannot fail, so that the results of `writeln!` below are let go.

fn page(found: &Calls) -> String {
    let (mut out, all) = (String::new(), found.all);
    let _ = writeln!(out, "{STRONG}{}{STRONG:#} · {all} to contact", found.period);
    for call in &found.calls {
        let _ = writeln!(out, "\n{}", one(call, found.period == ALL_PERIODS));
    }
    let left = all - found.calls.len();
    if left > 0 {
        let _ = writeln!(
            out,
            "\n{FAINT}… {left} more (`--limit {all}` shows them, `--csv FILE` writes all, to be filled in){FAINT:#}"
        );
    }
    out
}

fn one(call: &Call, with_period: bool) -> String {
    let style = match call.kind {
        "call_back" => BAD,
        "thank" => GOOD,
        _ => FAINT,
    };
    let score = call.score.map_or_else(String::new, |score| score.to_string());
    let mut facts = vec![format!("priority {}", call.priority), call.kind.to_owned()];
    facts.extend(call.answered.clone());
    facts.extend(with_period.then(|| call.period.clone()));
    let facts = facts.join(" · ");
    let mut out =
        format!("{STRONG}{}{STRONG:#}  {style}{score}{style:#}  {FAINT}{facts}{FAINT:#}", on_a_line(&call.id));
    let names = call.name_zh.iter().zip(&call.name_en).map(|(zh, en)| format!("{zh} {en}"));
    let about: Vec<String> = names.chain(call.function.clone()).chain(call.owner.clone()).collect();
    if !about.is_empty() {
        let _ = write!(out, "\n  {}", on_a_line(&about.join(" · ")));
    }
    if !call.comment.is_empty() {
        let _ = write!(out, "\n  {}", on_a_line(&call.comment));
    }
    if let Some(contacted) = &call.contacted {
        let verdict = match call.resolved {
            Some(true) => "resolved",
            Some(false) => "not resolved",
            None => "no verdict",
        };
        let score = call.new_score.map(|score| format!(", now {score}")).unwrap_or_default();
        let _ = write!(out, "\n  {FAINT}last contact {contacted}: {verdict}{score}{FAINT:#}");
    }
    out
}

/// Writes the file that is filled in.
fn write(path: &Path, calls: &[Call]) -> Result<()> {
    let failed = |error: csv::Error| {
        Error::new(ErrorKind::Output, "io", format!("cannot write {}: {error}", path.display())).source(error)
    };
    let io = |error| Error::io(ErrorKind::Output, "write", path, error);
    let mut file = WholeFile::create(path).map_err(io)?;
    // The mark without which Excel takes Chinese for something else.
    file.write_all("\u{feff}".as_bytes()).map_err(io)?;
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
    out.write_record(COLUMNS).map_err(failed)?;
    for call in calls {
        out.write_record(cells(call).iter().map(|cell| guarded(cell))).map_err(failed)?;
    }
    csv_done(out).map_err(io)
}

/// A row of the file.
fn cells(call: &Call) -> [String; COLUMNS.len()] {
    let number = |number: Option<f64>| number.map_or_else(String::new, |number| number.to_string());
    let word = |word: &Option<String>| word.clone().unwrap_or_default();
    let verdict = call.resolved.map_or("", |is| if is { "yes" } else { "no" });
    [
        call.id.clone(),
        call.period.clone(),
        word(&call.answered),
        number(call.score),
        call.kind.to_owned(),
        call.priority.to_string(),
        word(&call.driver),
        word(&call.name_zh),
        word(&call.name_en),
        word(&call.function),
        word(&call.owner),
        call.comment.clone(),
        word(&call.contacted),
        verdict.to_owned(),
        number(call.new_score),
        String::new(),
        String::new(),
        String::new(),
    ]
}
