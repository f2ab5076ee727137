//! What `verbatim run` prints when it is done: a short summary for people.
//!
//! Not for figures of its own: everything comes from the report.

use std::fmt::Write as _;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::output::{BAD, FAINT, GOOD, STRONG};
use super::output::{aligned, bar, cut, left, right};
use crate::engine::RunReport;
use crate::engine::report::{CellSummary, DriverSummary};
use crate::engine::timings::Stop;

/// Drivers in each of the two lists.
const DRIVERS_SHOWN: usize = 8;
/// Columns for a driver's name.
const NAME_WIDTH: usize = 34;
/// Columns for a bar.
const BAR_WIDTH: usize = 24;
/// Periods that are listed one by one.
const PERIODS_SHOWN: usize = 13;

/// Renders the report around what the tables say of the last period, segments and roll-ups; `write!` into a `String` cannot fail.
pub(super) fn run(report: &RunReport, latest: &str) -> String {
    let mut out = String::new();
    for notice in &report.notices {
        let _ = writeln!(out, "{FAINT}· {notice}{FAINT:#}");
    }
    let _ =
        writeln!(out, "{FAINT}· lexicon: {} ({}){FAINT:#}", report.lexicons.join(" + "), &report.lexicon_hash[..12]);
    if let Some(all) = &report.all {
        cell(&mut out, all, report);
    }
    periods(&mut out, report);
    out.push_str(latest);
    rows(&mut out, report);
    out
}

/// Where the time went, a line for each stop.
pub(super) fn timings(stops: &[Stop]) -> String {
    let head = ["stop", "seconds", "rows", "MiB", "µs a row"].map(str::to_owned).to_vec();
    let line = |stop: &Stop| {
        let some = |is_there: bool, text: String| if is_there { text } else { String::new() };
        vec![
            stop.stop.to_owned(),
            format!("{:.3}", stop.seconds),
            some(stop.rows > 0, stop.rows.to_string()),
            some(stop.bytes > 0, format!("{:.1}", stop.bytes as f64 / f64::from(1 << 20))),
            some(stop.rows > 0, format!("{:.3}", 1e6 * stop.seconds / stop.rows as f64)),
        ]
    };
    let lines = aligned(&std::iter::once(head).chain(stops.iter().map(line)).collect::<Vec<_>>());
    format!("{}\n(seconds of all threads together)", lines.join("\n"))
}

fn cell(out: &mut String, all: &CellSummary, report: &RunReport) {
    let dated: Vec<&CellSummary> =
        report.by_period.iter().filter(|cell| cell.period != crate::survey::UNDATED).collect();
    let span = match dated.as_slice() {
        [] | [_] => String::new(),
        [first, .., last] => format!(" · {} to {}", first.period, last.period),
    };
    let (Some(nps), Some(low), Some(high)) = (all.nps, all.nps_low, all.nps_high) else {
        let _ = writeln!(
            out,
            "\n{STRONG}No scores{STRONG:#}: {} comments are tagged, and take no part in shares.",
            all.unscored
        );
        return;
    };
    let _ = writeln!(
        out,
        "\n{STRONG}NPS {}{STRONG:#}  ({} %: {} to {})  ·  {} scored{}{span}",
        signed(nps),
        whole_percent(report.confidence),
        signed(low),
        signed(high),
        all.n,
        if all.unscored > 0 { format!(", {} unscored", all.unscored) } else { String::new() },
    );
    let share = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), percent);
    let _ = writeln!(
        out,
        "{GOOD}promoters {}{GOOD:#}  ·  passives {}  ·  {BAD}detractors {}{BAD:#}",
        share(all.promoter_share),
        share(all.passive_share),
        share(all.detractor_share),
    );
    let _ = writeln!(
        out,
        "a driver is named in {} of comments, {} of detractors'{}",
        share(all.coverage),
        share(all.coverage_detractors),
        if all.low_base { "  (small base)" } else { "" },
    );
    let list = |title: &str, style: Style, whole: Option<f64>, of: fn(&DriverSummary) -> f64, out: &mut String| {
        let Some(whole) = whole.filter(|whole| *whole > 0.0) else { return };
        drivers(out, title, style, whole, all, of);
    };
    list("What makes promoters", GOOD, all.promoter_share, |driver| driver.promoter_contribution, out);
    list("What makes detractors", BAD, all.detractor_share, |driver| driver.detractor_contribution, out);
}

/// One side's drivers, largest first, then what they leave; the parts add up to the side's share.
fn drivers(out: &mut String, title: &str, style: Style, whole: f64, all: &CellSummary, of: fn(&DriverSummary) -> f64) {
    let _ = writeln!(
        out,
        "\n{STRONG}{title}{STRONG:#} {FAINT}(points of all respondents; adds up to {}){FAINT:#}",
        percent(whole)
    );
    let mut named: Vec<&DriverSummary> =
        all.drivers.iter().filter(|driver| !driver.residual && of(driver) > 0.0).collect();
    named.sort_by(|a, b| of(b).total_cmp(&of(a)).then_with(|| a.driver.cmp(&b.driver)));
    let largest = all.drivers.iter().map(of).fold(f64::MIN_POSITIVE, f64::max);
    let mut line = |name: String, value: f64, style: Style, bar_of: f64| {
        let name = left(&cut(&name, NAME_WIDTH), NAME_WIDTH);
        let _ = write!(out, "  {name} {}", right(&percent(value), 7));
        match bar(bar_of / largest, BAR_WIDTH).as_str() {
            "" => out.push('\n'),
            bar => {
                let _ = writeln!(out, "  {style}{bar}{style:#}");
            }
        }
    };
    for driver in named.iter().take(DRIVERS_SHOWN) {
        line(format!("{} {}", driver.name_zh, driver.name_en), of(driver), style, of(driver));
    }
    let rest: f64 = named.iter().skip(DRIVERS_SHOWN).map(|driver| of(driver)).sum();
    if rest > 0.0 {
        // Together they may outweigh any one driver, so a bar would mislead.
        line(format!("{} more drivers", named.len() - DRIVERS_SHOWN), rest, FAINT, 0.0);
    }
    for bucket in all.drivers.iter().filter(|driver| driver.residual && of(driver) > 0.0) {
        line(format!("{} {}", bucket.name_zh, bucket.name_en), of(bucket), FAINT, of(bucket));
    }
}

fn periods(out: &mut String, report: &RunReport) {
    if report.by_period.len() < 2 {
        return;
    }
    let _ = writeln!(out, "\n{STRONG}By period{STRONG:#}");
    let hidden = report.by_period.len().saturating_sub(PERIODS_SHOWN);
    if hidden > 0 {
        let _ = writeln!(out, "  {FAINT}… {hidden} earlier{FAINT:#}");
    }
    let width = report.by_period.iter().map(|period| period.period.width()).max().unwrap_or(0);
    for period in report.by_period.iter().skip(hidden) {
        let label = left(&period.period, width);
        match (period.nps, period.nps_low, period.nps_high) {
            (Some(nps), Some(low), Some(high)) => {
                let _ = writeln!(
                    out,
                    "  {label}  NPS {}  ({} to {})  n {}{}",
                    right(&signed(nps), 6),
                    signed(low),
                    signed(high),
                    period.n,
                    if period.low_base { "  small base" } else { "" },
                );
            }
            _ => {
                let _ = writeln!(out, "  {label}  no scores  ({} unscored)", period.unscored);
            }
        }
    }
}

fn rows(out: &mut String, report: &RunReport) {
    let _ = writeln!(
        out,
        "\n{} rows in = {} tagged + {} rejected{}",
        report.rows_in,
        report.rows_tagged,
        report.rows_rejected,
        if report.rows_replaced > 0 {
            format!("  ({} new, {} in place of earlier answers)", report.rows_added, report.rows_replaced)
        } else {
            String::new()
        },
    );
    for (reason, count) in &report.rejects {
        let _ = writeln!(out, "  {count} {reason}");
    }
    for reject in &report.first_rejects {
        let _ = writeln!(out, "  {FAINT}{reject}{FAINT:#}");
    }
    let more = report.rows_rejected.saturating_sub(report.first_rejects.len() as u64);
    if more > 0 {
        let _ = writeln!(out, "  {FAINT}… and {more} more, in the table `rejects`{FAINT:#}");
    }
    if !report.redactions.is_empty() {
        let kinds: Vec<String> = report.redactions.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let _ = writeln!(out, "blanked out before tagging: {}", kinds.join(", "));
    }
    let _ = writeln!(out, "tables: {}{}", report.out.display(), std::path::MAIN_SEPARATOR);
}

/// 0.1234 → `12.3 %`.
fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// 0.95 → `95`, 0.999 → `99.9`.
pub(super) fn whole_percent(share: f64) -> f64 {
    (1e6 * share).round() / 1e4
}

/// 12.34 → `+12.3`.
fn signed(points: f64) -> String {
    format!("{points:+.1}")
}
