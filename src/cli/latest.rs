//! The second half of what `verbatim run` prints: what changed in the last period, segments, and roll-ups.
//!
//! Not for figures of its own: everything is read back from the tables.

use std::fmt::Write as _;

use super::output::{BAD, FAINT, GOOD, STRONG};
use super::output::{aligned, cut};
use crate::engine::RunReport;
use crate::error::Result;
use crate::report::{Cell, Driver, Figures, Wanted};
use crate::tables::ALL_PERIODS;
use crate::typed::word;

/// Changes that are listed.
const CHANGES_SHOWN: usize = 6;
/// Values of a segment that are listed.
const VALUES_SHOWN: usize = 6;
/// Values of a roll-up that are listed.
const ROLLUPS_SHOWN: usize = 6;
/// Columns for a segment's value.
const VALUE_WIDTH: usize = 24;

// Writing to a String cannot fail, so that the results of `writeln!` below are let go.

/// Of the output folder's tables: the last period of the run that has respondents, and the segments and roll-ups of all periods together.
/// Nothing where nobody has a score.
pub(super) fn page(report: &RunReport) -> Result<String> {
    let mut page = String::new();
    if report.all.is_none() {
        return Ok(page);
    }
    let read = |period: &str, by: &[String]| {
        let wanted = Wanted { period: Some(period.to_owned()), by: by.to_vec(), year_ago: false };
        Figures::read(&report.out, &wanted)
    };
    let filled = report.by_period.iter().rev().map(|cell| cell.period.as_str());
    let last = filled.filter(|period| report.periods.iter().any(|touched| touched == period));
    let last = last.into_iter().find(|period| *period != crate::survey::UNDATED && *period != ALL_PERIODS);
    if let Some(last) = last {
        for cell in &read(last, &[])?.cells {
            changed(&mut page, last, cell);
        }
    }
    for segment in &report.segments {
        values(&mut page, segment, &read(ALL_PERIODS, std::slice::from_ref(segment))?, report);
    }
    for cell in &read(ALL_PERIODS, &[])?.cells {
        rollups(&mut page, cell);
    }
    Ok(page)
}

/// What differs from the period before beyond chance, parents apart from what stands beneath them.
fn changed(page: &mut String, period: &str, cell: &Cell) {
    let Some(change) = &cell.change else { return };
    let Some(delta) = change.change else { return };
    let points = |share: f64| format!("{:+.1}", 100.0 * share);
    let limits = |low: Option<f64>, high: Option<f64>| match (low, high) {
        (Some(low), Some(high)) => format!("({} to {})", points(low), points(high)),
        _ => String::new(),
    };
    let against = &change.compared_with;
    let _ = writeln!(page, "\n{STRONG}What changed in {period}{STRONG:#} {FAINT}(against {against}){FAINT:#}");
    let _ = writeln!(page, "  NPS {} {}", points(delta), limits(change.low, change.high));
    let moved = |driver: &&Driver| {
        driver.change.as_ref().is_some_and(|it| matches!(it.direction.as_deref(), Some("up" | "down")))
    };
    let all: Vec<&Driver> = cell.drivers.iter().filter(moved).collect();
    // A parent moves with what stands beneath it; it is worth a line where nothing beneath it moved by itself.
    let above = |driver: &Driver, id: &str| {
        let parent = |id: &String| cell.drivers.iter().find(|it| it.driver == *id).and_then(|it| it.parent.clone());
        std::iter::successors(driver.parent.clone(), parent).any(|above| above == id)
    };
    let explained = |it: &&Driver| it.level == "parent" && all.iter().any(|other| above(other, &it.driver));
    let mut flagged: Vec<&Driver> = all.iter().copied().filter(|driver| !explained(driver)).collect();
    flagged.sort_by(|a, b| {
        let size = |driver: &Driver| driver.change.as_ref().and_then(|it| it.change).map_or(0.0, f64::abs);
        size(b).total_cmp(&size(a)).then_with(|| a.driver.cmp(&b.driver))
    });
    for driver in flagged.iter().take(CHANGES_SHOWN) {
        let Some(change) = &driver.change else { continue };
        let up = change.direction.as_deref() == Some("up");
        let (style, mark) = if up { (GOOD, "▲") } else { (BAD, "▼") };
        let _ = writeln!(
            page,
            "  {style}{mark}{style:#} {} {}  {} {}",
            driver.name_zh,
            driver.name_en,
            points(change.change.unwrap_or_default()),
            limits(change.low, change.high),
        );
    }
    if flagged.is_empty() {
        let tested = cell.drivers.iter().any(|it| it.change.as_ref().is_some_and(|change| change.q.is_some()));
        let nothing =
            if tested { "no driver moved beyond chance (q < 5 %)" } else { "too few respondents to test any driver" };
        let _ = writeln!(page, "  {FAINT}{nothing}{FAINT:#}");
    }
    let effect = |driver: &Driver| driver.change.as_ref().and_then(|it| it.lexicon_effect).unwrap_or_default();
    let gone = cell.gone.iter().map(|gone| gone.lexicon_effect.abs());
    let kept = cell.drivers.iter().filter(|it| it.level == "leaf").map(|it| effect(it).abs());
    let by_rules: f64 = kept.chain(gone).sum();
    if by_rules > 5e-4 {
        let _ = writeln!(
            page,
            "  {FAINT}{against} was tagged by other rules and is tagged again here; what that alone moved stands apart, as `lexicon_effect`{FAINT:#}"
        );
    }
}

/// The values of one segment, those of small base last.
fn values(page: &mut String, segment: &str, figures: &Figures, report: &RunReport) {
    let _ = writeln!(page, "\n{STRONG}By {segment}{STRONG:#}");
    let mut rows = Vec::new();
    for cell in figures.cells.iter().take(VALUES_SHOWN) {
        let value = cell.segments.first().map_or("", |(_, value)| value);
        let score = cell.nps.map_or_else(
            || vec!["no scores".to_owned()],
            |nps| vec![format!("NPS {:+.1}", nps.value), format!("({:+.1} to {:+.1})", nps.low, nps.high)],
        );
        let mut row = vec![format!("  {}", cut(value, VALUE_WIDTH))];
        row.extend(score);
        row.push(format!("n {}{}", cell.n, if cell.low_base { "  small base" } else { "" }));
        rows.push(row);
    }
    for line in aligned(&rows) {
        let _ = writeln!(page, "{line}");
    }
    if figures.cells.len() > VALUES_SHOWN {
        let more = figures.cells.len() - VALUES_SHOWN;
        let out = report.out.display().to_string();
        let (out, by) = (word(&out), word(segment));
        let _ = writeln!(page, "  {FAINT}… {more} more (`verbatim drivers {out} --period all --by {by}`){FAINT:#}");
    }
}

/// What makes detractors, by each roll-up of the lexicon: a line for each.
fn rollups(page: &mut String, cell: &Cell) {
    let mut by_rollup: Vec<(&str, Vec<&Driver>)> = Vec::new();
    for driver in cell.drivers.iter().filter(|driver| driver.level == "rollup") {
        let rollup = driver.parent.as_deref().unwrap_or_default();
        match by_rollup.last_mut() {
            Some((known, drivers)) if *known == rollup => drivers.push(driver),
            _ => by_rollup.push((rollup, vec![driver])),
        }
    }
    let blamed = |driver: &Driver| driver.detractor_contribution.value;
    by_rollup.retain(|(_, drivers)| drivers.iter().any(|driver| blamed(driver) > 0.0));
    if by_rollup.is_empty() {
        return;
    }
    let _ = writeln!(
        page,
        "\n{STRONG}What makes detractors, rolled up{STRONG:#} {FAINT}(points of all respondents){FAINT:#}"
    );
    for (rollup, mut drivers) in by_rollup {
        drivers.retain(|driver| blamed(driver) > 0.0);
        drivers.sort_by(|a, b| blamed(b).total_cmp(&blamed(a)).then_with(|| a.driver.cmp(&b.driver)));
        let part = |driver: &&Driver| format!("{} {} {:.1}", driver.name_zh, driver.name_en, 100.0 * blamed(driver));
        let parts: Vec<String> = drivers.iter().take(ROLLUPS_SHOWN).map(part).collect();
        let more = if drivers.len() > ROLLUPS_SHOWN { " · …" } else { "" };
        let _ = writeln!(page, "  {rollup}: {}{more}", parts.join(" · "));
    }
}
