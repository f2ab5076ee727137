//! `verbatim lexicon test`: the examples that lexicons carry; and comments that people have labelled.
//!
//! Not for how well a lexicon does in every respect (`evaluate`): here it passes or fails, and what is to blame is named.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::super::evaluate::parse_text;
use super::super::evaluation::measured;
use super::super::output::{BAD, FAINT, STRONG};
use super::super::output::{aligned, cut_around};
use super::super::settings::{lexicon_limits, redaction_of_shown};
use super::super::{Outcome, explain, output};
use super::named::named_or_default;
use crate::error::Result;
use crate::evaluate::blame::Blamed;
use crate::evaluate::report::{DriverReport, GoldReport};
use crate::evaluate::{EvaluateConfig, Evaluation, ExampleFailure, ExampleReport, evaluate, run_examples_of};
use crate::lexicon::{Lexicon, bundled_names};
use crate::tag::Tagger;
use crate::tag::tagger::TaggerOptions;
use crate::types::{Role, Share};

/// Most terms that are blamed in one list.
const BLAMED_SHOWN: usize = 10;
/// Columns of a comment.
const TEXT_WIDTH: usize = 88;

/// Flags of `verbatim lexicon test`.
#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// Lexicons: bundled names or folders [default: this folder where it is one, else those of verbatim.toml, else all bundled ones; with --gold: core]
    #[arg(value_name = "NAME|DIR")]
    lexicons: Vec<String>,
    /// Labels that people gave to comments, instead of the examples: a file with the columns id, label, polarity, and column where labels
    /// are of single answers
    #[arg(long, value_name = "FILE", requires = "on")]
    gold: Option<PathBuf>,
    /// The comments that are labelled
    #[arg(long, value_name = "FILE", requires = "gold")]
    on: Option<String>,
    /// What labels stand for: a file with the columns label, driver [default: a label is a driver's id]
    #[arg(long, value_name = "FILE", requires = "gold")]
    map: Option<PathBuf>,
    /// The column of the id
    #[arg(long, value_name = "COL", requires = "gold")]
    id: Option<String>,
    /// A column of comments, with its question [default: those that the labels name]
    #[arg(long, value_name = "COL[=ROLE]", value_parser = parse_text, requires = "gold")]
    text: Vec<(String, Option<Role>)>,
    /// A driver fails whose precision is lower, 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = parse_share, requires = "gold")]
    min_precision: Option<Share>,
    /// A driver fails whose recall is lower, 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = parse_share, requires = "gold")]
    min_recall: Option<Share>,
    /// Drivers with fewer labels are not failed
    #[arg(long, value_name = "N", default_value_t = 20, requires = "gold")]
    min_labels: u64,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

fn parse_share(written: &str) -> Result<Share, String> {
    let share = written.parse().ok().and_then(Share::new);
    share.ok_or_else(|| format!("`{written}` is no share from 0 to 1, such as 0.7"))
}

/// Runs the examples, or compares with labels.
pub(super) fn test(args: &TestArgs) -> Result<Outcome> {
    let named = named_or_default(&args.lexicons)?;
    match (&args.gold, &args.on) {
        (Some(gold), Some(on)) => test_gold(args, named, gold, on),
        _ => examples(args, named),
    }
}

fn examples(args: &TestArgs, lexicons: Vec<String>) -> Result<Outcome> {
    let names = if lexicons.is_empty() { bundled_names() } else { lexicons };
    let limits = lexicon_limits()?;
    let report = |name: &String| {
        let lexicon = Arc::new(Lexicon::load_within(&[name], &limits)?);
        Ok(run_examples_of(&Tagger::new(lexicon, TaggerOptions::default())?))
    };
    let reports = names.iter().map(report).collect::<Result<Vec<_>>>()?;
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

/// What a lexicon does on labels, and whether it passes.
#[derive(Debug, Serialize)]
struct Tested {
    #[serde(flatten)]
    evaluation: Evaluation,
    /// Drivers that are below what was asked for, each with why.
    failed: Vec<String>,
}

fn test_gold(args: &TestArgs, named: Vec<String>, gold: &std::path::Path, on: &str) -> Result<Outcome> {
    let defaults = EvaluateConfig::default();
    // Each by itself, as examples are.
    let each: Vec<Vec<String>> =
        if named.is_empty() { vec![defaults.lexicons] } else { named.into_iter().map(|name| vec![name]).collect() };
    let mut tested = Vec::new();
    for lexicons in each {
        let evaluation = evaluate(&EvaluateConfig {
            texts: on.to_owned(),
            gold: Some(gold.to_path_buf()),
            map: args.map.clone(),
            lexicons,
            lexicon_limits: lexicon_limits()?,
            id: args.id.clone(),
            columns: args.text.clone(),
            redact: redaction_of_shown()?,
            misses: 1,
            ..EvaluateConfig::default()
        })?;
        let drivers = evaluation.gold.iter().flat_map(|gold| &gold.drivers);
        let failed = drivers.filter_map(|driver| failed(args, driver)).collect();
        tested.push(Tested { evaluation, failed });
    }
    if args.json {
        output::print_json(&tested)?;
    } else if !args.quiet {
        tested[0].evaluation.notices.iter().for_each(|notice| output::note(notice));
        output::print(&tested.iter().map(|it| told(it, args)).collect::<String>())?;
    }
    let all_pass = tested.iter().all(|it| it.failed.is_empty());
    Ok(if all_pass { Outcome::Done } else { Outcome::Findings })
}

/// Why a driver fails; none where it passes.
fn failed(args: &TestArgs, driver: &DriverReport) -> Option<String> {
    let DriverReport { driver, measures, .. } = driver;
    if measures.gold < args.min_labels {
        return None;
    }
    let below = |what: &str, is: Option<f64>, least: Option<Share>| {
        let (is, least) = (is.unwrap_or_default(), least?.get());
        (is < least).then(|| format!("{what} {is:.3} is below {least}"))
    };
    let why: Vec<String> = below("precision", measures.precision, args.min_precision)
        .into_iter()
        .chain(below("recall", measures.recall, args.min_recall))
        .collect();
    (!why.is_empty()).then(|| format!("{driver}: {}", why.join(", ")))
}

fn told(tested: &Tested, args: &TestArgs) -> String {
    let mut out = String::new();
    let Tested { evaluation, failed } = tested;
    let Some(gold) = &evaluation.gold else { return out };
    let _ = writeln!(out, "{STRONG}{}{STRONG:#} ({:.12})", evaluation.lexicons.join(" + "), evaluation.lexicon_hash);
    measured(&mut out, gold);
    blamed(&mut out, "Found where the labels have nothing, by term", &gold.blame.mentions);
    blamed(&mut out, "On another side than the label, by the word and the rule that decided", &gold.blame.sides);
    missed(&mut out, gold);
    out.push('\n');
    for driver in failed {
        let _ = writeln!(out, "{BAD}failed{BAD:#} {driver}");
    }
    let verdict = match (args.min_precision.or(args.min_recall), failed.len()) {
        (None, _) => "nothing is failed: --min-precision and --min-recall say how well each driver must do".to_owned(),
        (_, 0) => "all drivers do as well as asked".to_owned(),
        (_, 1) => "1 driver does worse than asked".to_owned(),
        (_, failed) => format!("{failed} drivers do worse than asked"),
    };
    let _ = writeln!(out, "{verdict}\n");
    out
}

fn blamed(out: &mut String, what: &str, all: &[Blamed]) {
    if all.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{STRONG}{what}{STRONG:#}");
    let rows: Vec<Vec<String>> = all
        .iter()
        .take(BLAMED_SHOWN)
        .map(|it| {
            let rule = it.rule.map(|rule| format!(" [{rule}]")).unwrap_or_default();
            vec![format!("  {}{rule}", it.term), format!("{} of {} wrong", it.wrong, it.units)]
        })
        .collect();
    for line in aligned(&rows) {
        let _ = writeln!(out, "{line}");
    }
    if all.len() > BLAMED_SHOWN {
        let _ = writeln!(out, "  {FAINT}… {} more: `--json` has all of them{FAINT:#}", all.len() - BLAMED_SHOWN);
    }
}

/// Of what no term finds, a text for each driver.
fn missed(out: &mut String, gold: &GoldReport) {
    use crate::evaluate::compare::Kind;
    let mut head = format!("\n{STRONG}Missed: no term of the driver is in these{STRONG:#}\n");
    for driver in &gold.drivers {
        let missed = driver.misses.iter().filter(|kind| matches!(kind.kind, Kind::Missed | Kind::MissedNegative));
        let (mut n, mut shown) = (0, None);
        for kind in missed {
            n += kind.n;
            shown = shown.or(kind.shown.first());
        }
        if let Some(one) = shown {
            out.push_str(&std::mem::take(&mut head));
            let text = cut_around(&one.text, one.focus, TEXT_WIDTH);
            let _ = writeln!(out, "  {} ({n})  {FAINT}{}{FAINT:#} {text}", driver.driver, one.id);
        }
    }
}
