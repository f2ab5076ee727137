//! `verbatim comments`: the comments behind a figure on the terminal, without a BI tool.
//!
//! Not for which they are (`report::comments`).

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;

use super::output::{BAD, FAINT, GOOD, STRONG};
use super::{Outcome, output};
use crate::error::{Error, ErrorKind, Result};
use crate::harmless::{guarded, on_a_line};
use crate::report::{Answer, Comment, CommentFilter, Comments, comments as read};
use crate::tables::{ALL_PERIODS, Manifest};
use crate::types::{Band, Residual, Stance};
use crate::whole::{WholeFile, csv_done};

/// Comments that are printed where nothing else is said.
const SHOWN: u64 = 20;

/// Flags of `verbatim comments`.
#[derive(Debug, Args)]
pub(super) struct CommentsArgs {
    /// The folder that `verbatim run` wrote
    #[arg(default_value = "out")]
    out: PathBuf,
    /// Those that mention this driver or one beneath it, or are in this residual bucket (`no_driver`, `contrary`, …)
    #[arg(long, value_name = "ID")]
    driver: Option<String>,
    /// Those that name no driver and neither praise nor blame: the bucket `no_driver`
    #[arg(long, conflicts_with = "driver")]
    no_driver: bool,
    /// Those of promoters, passives or detractors
    #[arg(long, value_enum)]
    side: Option<Side>,
    /// Those that say this of the driver; without --driver, of everything
    #[arg(long, value_enum)]
    polarity: Option<Polarity>,
    /// The period, or `all` [default: the last one]
    #[arg(long, value_name = "LABEL")]
    period: Option<String>,
    /// Most comments shown or written [default: 20 on the terminal, else all]
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Write them to a CSV file, for a spreadsheet
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    csv: Option<PathBuf>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Whose comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Side {
    Promoter,
    Passive,
    Detractor,
}

/// What they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Polarity {
    Positive,
    Negative,
    Neutral,
    Mixed,
}

impl CommentsArgs {
    fn filter(&self) -> CommentFilter {
        let no_driver = self.no_driver.then(|| Residual::NoDriver.as_str().to_owned());
        CommentFilter {
            period: self.period.clone(),
            driver: self.driver.clone().or(no_driver),
            side: self.side.map(|side| match side {
                Side::Promoter => Band::Promoter,
                Side::Passive => Band::Passive,
                Side::Detractor => Band::Detractor,
            }),
            polarity: self.polarity.map(|polarity| match polarity {
                Polarity::Positive => Stance::Positive,
                Polarity::Negative => Stance::Negative,
                Polarity::Neutral => Stance::Neutral,
                Polarity::Mixed => Stance::Mixed,
            }),
        }
    }
}

/// Shows the comments.
pub(super) fn comments(args: &CommentsArgs) -> Result<Outcome> {
    if let Some(path) = &args.csv {
        let (found, written) = csv(args, path)?;
        output::print(&format!("{}: {written} of {}\n", path.display(), counted(found.count)))?;
        return Ok(Outcome::Done);
    }
    let most = args.limit.unwrap_or(if args.json { u64::MAX } else { SHOWN });
    let mut shown = Vec::new();
    let found = read(&args.out, &args.filter(), |comment| {
        if (shown.len() as u64) < most {
            shown.push(comment);
        }
        Ok(())
    })?;
    if args.json {
        let driver = found.driver.as_ref().map(|(id, zh, en)| json!({ "driver": id, "name_zh": zh, "name_en": en }));
        let comments: Vec<_> = shown.iter().map(as_json).collect();
        let (period, count) = (&found.period, found.count);
        output::print_json(&json!({ "period": period, "driver": driver, "count": count, "comments": comments }))?;
    } else {
        output::print(&page(&found, &shown, args))?;
    }
    Ok(Outcome::Done)
}

fn as_json(comment: &Comment) -> serde_json::Value {
    let drivers = comment.drivers.iter().map(|(id, polarity)| json!({ "driver": id, "polarity": polarity }));
    let drivers: Vec<_> = drivers.collect();
    json!({
        "period": comment.period,
        "id": comment.id,
        "score": comment.score,
        "band": comment.band,
        "sentiment": comment.sentiment,
        "residual": comment.residual,
        "answers": comment.answers,
        "drivers": drivers,
    })
}

fn counted(count: u64) -> String {
    if count == 1 { "1 comment".to_owned() } else { format!("{count} comments") }
}

// Writing to a String cannot fail, so that the results of `writeln!` below are let go.

fn page(found: &Comments, shown: &[Comment], args: &CommentsArgs) -> String {
    let mut out = String::new();
    let mut head = vec![found.period.clone()];
    head.extend(found.driver.as_ref().map(|(_, zh, en)| format!("{zh} {en}")));
    head.extend(args.filter().side.map(|side| format!("{}s", side.as_str())));
    head.extend(args.filter().polarity.map(|polarity| polarity.as_str().to_owned()));
    let _ = writeln!(out, "{STRONG}{}{STRONG:#} · {}", head.join(" · "), counted(found.count));
    for comment in shown {
        let _ = writeln!(out, "\n{}", one(comment, found.period == ALL_PERIODS));
    }
    let left = found.count - shown.len() as u64;
    if left > 0 {
        let all = found.count;
        let _ = writeln!(
            out,
            "\n{FAINT}… {left} more (`--limit {all}` shows them, `--csv FILE` writes all for a spreadsheet){FAINT:#}"
        );
    }
    out
}

/// A comment: whose it is, what it says, and what was found in it.
fn one(comment: &Comment, with_period: bool) -> String {
    let style = match comment.band.as_deref() {
        Some("promoter") => GOOD,
        Some("detractor") => BAD,
        _ => FAINT,
    };
    let score = comment.score.map_or_else(|| "no score".to_owned(), |score| score.to_string());
    let period = if with_period { format!("  {FAINT}{}{FAINT:#}", comment.period) } else { String::new() };
    let mut out = format!("{STRONG}{}{STRONG:#}  {style}{score}{style:#}{period}", on_a_line(&comment.id));
    for answer in &comment.answers {
        let question =
            if comment.answers.len() > 1 { format!("{FAINT}{}:{FAINT:#} ", answer.question) } else { String::new() };
        let (open, close) = (format!("{STRONG}["), format!("]{STRONG:#}"));
        let _ = write!(out, "\n  {question}{}", answer.marked(&open, &close, on_a_line));
    }
    let drivers = comment.drivers.iter().map(|(driver, polarity)| format!("{driver} {polarity}"));
    let drivers = drivers.chain(comment.residual.clone()).collect::<Vec<_>>().join(" · ");
    let _ = write!(out, "\n  {FAINT}{drivers}{FAINT:#}");
    out
}

/// Writes the file; also how many comments it holds.
fn csv(args: &CommentsArgs, path: &Path) -> Result<(Comments, u64)> {
    let failed = |error: csv::Error| {
        Error::new(ErrorKind::Output, "io", format!("cannot write {}: {error}", path.display())).source(error)
    };
    let questions = Manifest::read(&args.out)?.unwrap_or_default().layout.text_columns();
    let start = || -> Result<csv::Writer<WholeFile>> {
        let io = |error| Error::io(ErrorKind::Output, "write", path, error);
        let mut file = WholeFile::create(path).map_err(io)?;
        // The mark without which Excel takes Chinese for something else.
        file.write_all("\u{feff}".as_bytes()).map_err(io)?;
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
        let head = ["period", "id", "score", "band"].into_iter().chain(questions.iter().map(String::as_str));
        out.write_record(head.chain(["evidence", "drivers", "sentiment", "residual"])).map_err(failed)?;
        Ok(out)
    };
    let most = args.limit.unwrap_or(u64::MAX);
    let mut written = 0;
    // Made with the first comment, so that a driver that is not there leaves no file.
    let mut out = None;
    let found = read(&args.out, &args.filter(), |comment| {
        if written == most {
            return Ok(());
        }
        written += 1;
        let out = match &mut out {
            Some(out) => out,
            none => none.insert(start()?),
        };
        out.write_record(cells(&comment, &questions).iter().map(|cell| guarded(cell))).map_err(failed)
    })?;
    let out = out.map_or_else(start, Ok)?;
    csv_done(out).map_err(|error| Error::io(ErrorKind::Output, "write", path, error))?;
    Ok((found, written))
}

/// A row of the file.
fn cells(comment: &Comment, questions: &[String]) -> Vec<String> {
    let score = comment.score.map_or_else(String::new, |score| score.to_string());
    let mut cells = vec![comment.period.clone(), comment.id.clone(), score, comment.band.clone().unwrap_or_default()];
    let answer = |question: &String| comment.answers.iter().find(|answer| answer.question == *question);
    cells.extend(questions.iter().map(|question| answer(question).map_or_else(String::new, |it| it.text.clone())));
    let words = |answer: &Answer| {
        let words = answer.evidence.iter().filter_map(|(start, end)| answer.text.get(*start..*end).map(str::to_owned));
        words.collect::<Vec<_>>()
    };
    cells.push(comment.answers.iter().flat_map(words).collect::<Vec<_>>().join(" | "));
    let drivers = comment.drivers.iter().map(|(driver, polarity)| format!("{driver} {polarity}"));
    cells.push(drivers.collect::<Vec<_>>().join(" | "));
    cells.extend([&comment.sentiment, &comment.residual].map(|word| word.clone().unwrap_or_default()));
    cells
}
