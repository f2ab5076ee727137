//! What `verbatim evaluate` prints for people: a table of measures, what was left out, the worst misses.
//!
//! Not for figures of its own: everything comes from the evaluation.

use std::fmt::Write as _;

use anstyle::Style;

use super::output::{FAINT, STRONG};
use super::output::{aligned, cut_around};
use crate::evaluate::Evaluation;
use crate::evaluate::measure::{Accuracy, Auc, Measures};
use crate::evaluate::misses::{Because, Miss};
use crate::evaluate::report::{Counted, DriverReport, GoldReport};

/// Columns for a text.
const TEXT_WIDTH: usize = 120;
/// The heads of the table, beside the driver.
const HEADS: [&str; 14] =
    ["driver", "gold", "found", "P", "R", "F1", "4-way F1", "neg", "neg P", "neg R", "n", "3-way acc", "n", "± acc"];

/// Renders the evaluation; `write!` into a `String` cannot fail.
pub(super) fn rendered(found: &Evaluation) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{FAINT}lexicon   {} ({}){FAINT:#}", found.lexicons.join(" + "), &found.lexicon_hash[..12]);
    let _ = writeln!(out, "{FAINT}comments  {} read from {}{FAINT:#}", found.comments, found.columns.join(", "));
    if found.rejected > 0 {
        let _ = writeln!(out, "{FAINT}          {} rows could not be used{FAINT:#}", found.rejected);
    }
    if let Some(gold) = &found.gold {
        labels(&mut out, gold);
    }
    if let Some(scores) = &found.scores {
        let column = found.score.as_deref().unwrap_or_default();
        auc(&mut out, &format!("score {column}: promoters above detractors"), scores);
    }
    if let Some(gold) = &found.gold {
        gold.drivers.iter().for_each(|driver| misses(&mut out, driver));
    }
    out
}

fn labels(out: &mut String, gold: &GoldReport) {
    let unit = if gold.by_column { "answers" } else { "comments" };
    let _ = writeln!(out, "{FAINT}labels    {} comments have some; units are {unit}{FAINT:#}", gold.comments);
    if gold.ids_without_text > 0 {
        let _ = writeln!(out, "{FAINT}          {} ids of labels have no comment{FAINT:#}", gold.ids_without_text);
    }
    if gold.other_columns > 0 {
        let _ =
            writeln!(out, "{FAINT}          {} labels are of columns that are not read{FAINT:#}", gold.other_columns);
    }
    measured(out, gold);
    listed(out, "drivers that the lexicon lacks", &gold.lacking, gold.lacking.len() as u64);
    listed(out, "labels that stand for no driver", &gold.unmapped, gold.unmapped_labels);
    if let Some(overall) = &gold.overall {
        auc(out, "whole comments: positive above negative", overall);
    }
}

/// The table of measures.
pub(super) fn measured(out: &mut String, gold: &GoldReport) {
    if let Some(total) = &gold.total {
        table(out, gold, total);
    }
}

fn table(out: &mut String, gold: &GoldReport, total: &Measures) {
    let mut rows = vec![HEADS.iter().map(|head| (*head).to_owned()).collect()];
    rows.extend(gold.drivers.iter().map(|driver| cells(&driver.driver, &driver.measures)));
    rows.push(cells("all", total));
    let lines = aligned(&rows);
    let _ = writeln!(out);
    for (at, line) in lines.iter().enumerate() {
        let style = if at == 0 || at + 1 == lines.len() { STRONG } else { Style::new() };
        let _ = writeln!(out, "{style}{line}{style:#}");
    }
    if gold.drivers.iter().any(|driver| driver.measures.gold == 0) {
        let _ = writeln!(out, "{FAINT}(a driver that no label names does not count in `all`){FAINT:#}");
    }
    let side = |of: Accuracy| format!("{} of {}", share(of.accuracy), of.n);
    let _ = writeln!(
        out,
        "given the mention: accuracy {} (positive, neutral, negative; macro-F1 {}), {} (where both took a side)",
        side(total.given_mention),
        share(total.given_mention_macro_f1),
        side(total.given_side),
    );
}

fn cells(name: &str, of: &Measures) -> Vec<String> {
    vec![
        name.to_owned(),
        of.gold.to_string(),
        of.found.to_string(),
        share(of.precision),
        share(of.recall),
        share(of.f1),
        share(of.macro_f1),
        of.negative_gold.to_string(),
        share(of.negative_precision),
        share(of.negative_recall),
        of.given_mention.n.to_string(),
        share(of.given_mention.accuracy),
        of.given_side.n.to_string(),
        share(of.given_side.accuracy),
    ]
}

fn share(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

fn listed(out: &mut String, what: &str, all: &[Counted], n: u64) {
    if all.is_empty() {
        return;
    }
    let names: Vec<String> = all.iter().map(|one| format!("{} ({})", one.name, one.labels)).collect();
    let more = n - all.len() as u64;
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    let _ = writeln!(out, "\nnot evaluated, {what}: {}{more}", names.join(", "));
}

fn auc(out: &mut String, what: &str, of: &Auc) {
    let _ =
        writeln!(out, "\n{STRONG}AUC {}{STRONG:#}  {what} ({} against {})", share(of.auc), of.positive, of.negative);
}

fn misses(out: &mut String, driver: &DriverReport) {
    if driver.misses.iter().all(|kind| kind.shown.is_empty()) {
        return;
    }
    let with = if driver.with.is_empty() { String::new() } else { format!(", with {}", driver.with.join(", ")) };
    let _ = writeln!(out, "\n{STRONG}{}{STRONG:#}{with}", driver.driver);
    for kind in driver.misses.iter().filter(|kind| !kind.shown.is_empty()) {
        let _ = writeln!(out, "  {} ({})", kind.kind.as_str(), kind.n);
        kind.shown.iter().for_each(|one| miss(out, one));
    }
}

fn miss(out: &mut String, one: &Miss) {
    let column = one.column.as_ref().map_or_else(String::new, |column| format!(" {column}"));
    let _ = writeln!(out, "    {FAINT}{}{column}{FAINT:#}  {}", one.id, cut_around(&one.text, one.focus, TEXT_WIDTH));
    let because: Vec<String> = one.because.iter().map(reason).collect();
    let because = if because.is_empty() { String::new() } else { format!(", by {}", because.join("; ")) };
    let _ = writeln!(out, "      {FAINT}expected {}, got {}{because}{FAINT:#}", one.expected, one.got);
}

fn reason(because: &Because) -> String {
    let mut words = because.term.clone();
    for (sign, other) in [('+', &because.cue), ('¬', &because.negator)] {
        if let Some(other) = other {
            let _ = write!(words, " {sign} {other}");
        }
    }
    format!("{words} [{}]", because.rule)
}
