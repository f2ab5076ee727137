//! `verbatim drivers`: the figures of an output folder on the terminal, without a BI tool.
//!
//! Not for any number: they are read back from the tables.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::output::{BAD, FAINT, GOOD, STRONG};
use super::summary::whole_percent;
use super::{Outcome, output};
use crate::contribution::Estimate;
use crate::error::Result;
use crate::report::{Cell, Change, Driver, Figures, Wanted};

/// Columns for a driver's name.
const NAME_WIDTH: usize = 36;

/// Flags of `verbatim drivers`.
#[derive(Debug, Args)]
pub(super) struct DriversArgs {
    /// The folder that `verbatim run` wrote
    #[arg(default_value = "out")]
    out: PathBuf,
    /// The period, or `all` [default: the last one]
    #[arg(long, value_name = "LABEL")]
    period: Option<String>,
    /// Segments whose values are shown, each by itself; two for each pair
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    by: Vec<String>,
    /// Compare with the same period a year before, not with the period before
    #[arg(long)]
    year_ago: bool,
    /// Which rows: leaves and what no driver explains, parents, roll-ups
    #[arg(long, value_enum, default_value = "leaf")]
    level: Rows,
    /// Most drivers shown for each cell
    #[arg(long, value_name = "N", default_value_t = 12)]
    top: usize,
    /// Print as JSON, with every row
    #[arg(long)]
    json: bool,
}

/// Which rows are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Rows {
    Leaf,
    Parent,
    Rollup,
}

impl Rows {
    fn has(self, driver: &Driver) -> bool {
        match self {
            Self::Leaf => matches!(driver.level, "leaf" | "residual"),
            Self::Parent => {
                driver.level == "parent"
                    || driver.level == "residual"
                    || driver.parent.is_none() && driver.level == "leaf"
            }
            Self::Rollup => matches!(driver.level, "rollup" | "residual"),
        }
    }
}

/// Shows the figures.
pub(super) fn drivers(args: &DriversArgs) -> Result<Outcome> {
    let wanted = Wanted { period: args.period.clone(), by: args.by.clone(), year_ago: args.year_ago };
    let figures = Figures::read(&args.out, &wanted)?;
    if args.json {
        output::print_json(&figures)?;
    } else {
        output::print(&page(&figures, args))?;
    }
    Ok(Outcome::Done)
}

// Writing to a String cannot fail, so that the results of `writeln!` below are let go.

fn page(figures: &Figures, args: &DriversArgs) -> String {
    let mut out = String::new();
    for cell in &figures.cells {
        head(&mut out, figures, cell);
        table(&mut out, cell, args);
        out.push('\n');
    }
    let _ = writeln!(
        out,
        "{FAINT}points of all scored respondents, in brackets at {} %; sorted by what makes detractors{FAINT:#}",
        whole_percent(figures.confidence),
    );
    let _ = writeln!(
        out,
        "{FAINT}▲ ▼ better or worse than chance explains (q < 5 %), · not; blank: too few to test{FAINT:#}"
    );
    let _ = writeln!(out, "{FAINT}lexicon: {}{FAINT:#}", figures.lexicons.join(" + "));
    out
}

fn head(out: &mut String, figures: &Figures, cell: &Cell) {
    let values: Vec<String> = cell.segments.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let place = if values.is_empty() { String::new() } else { format!(" · {}", values.join(" · ")) };
    let base = if cell.low_base { "  (small base)" } else { "" };
    let _ = writeln!(out, "{STRONG}{}{place}{STRONG:#} · {} scored{base}", figures.period, cell.n);
    let Some(nps) = cell.nps else {
        let _ = writeln!(out, "no scores");
        return;
    };
    let share = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", 100.0 * share));
    let _ = write!(out, "{STRONG}NPS {:+.1}{STRONG:#} ({:+.1} to {:+.1})", nps.value, nps.low, nps.high);
    if let Some(change) = &cell.change
        && let Some(delta) = change.change
    {
        let moved = format!("{} {}", points(delta), mark(change));
        let _ = write!(out, " · {} against {}", moved.trim_end(), change.compared_with);
    }
    let _ = writeln!(
        out,
        "\n{GOOD}promoters {}{GOOD:#} · {BAD}detractors {}{BAD:#} · a driver is named in {} of comments{}",
        share(cell.promoter_share),
        share(cell.detractor_share),
        share(cell.coverage),
        cell.response_rate.map_or_else(String::new, |rate| format!(" · response rate {:.1} %", 100.0 * rate)),
    );
}

fn table(out: &mut String, cell: &Cell, args: &DriversArgs) {
    let mut shown: Vec<&Driver> = cell.drivers.iter().filter(|driver| args.level.has(driver) && driver.n > 0).collect();
    let detractors = |driver: &Driver| driver.detractor_contribution.value;
    shown.sort_by(|a, b| detractors(b).total_cmp(&detractors(a)).then_with(|| a.driver.cmp(&b.driver)));
    let more = shown.len().saturating_sub(args.top);
    let owned = shown.iter().any(|driver| driver.owner.is_some());
    let compared = shown.iter().any(|driver| driver.change.is_some());
    let effect = |driver: &Driver| driver.change.as_ref().and_then(|change| change.lexicon_effect);
    let effects = shown.iter().any(|driver| effect(driver).is_some_and(|effect| effect.abs() >= 5e-4));
    let weighed = shown.iter().any(|driver| driver.importance.is_some());
    let mut rows = vec![header([compared, effects, weighed, owned])];
    for driver in shown.iter().take(args.top) {
        // Values of several roll-ups may have one name.
        let rollup = driver.parent.as_ref().filter(|_| driver.level == "rollup");
        let rollup = rollup.map_or_else(String::new, |rollup| format!("{rollup}: "));
        let name = output::cut(&format!("{rollup}{} {}", driver.name_zh, driver.name_en), NAME_WIDTH);
        let mut row = vec![
            name,
            driver.n.to_string(),
            with_limits(&driver.detractor_contribution),
            with_limits(&driver.promoter_contribution),
            points(driver.net_contribution.value),
        ];
        if compared {
            row.push(driver.change.as_ref().map_or_else(String::new, |change| {
                change.change.map_or_else(String::new, |delta| format!("{} {}", points(delta), mark(change)))
            }));
        }
        if effects {
            row.push(effect(driver).map_or_else(String::new, points));
        }
        if weighed {
            row.push(driver.importance.map_or_else(String::new, |share| format!("{:.0} %", 100.0 * share.abs())));
        }
        if owned {
            row.push(driver.owner.clone().unwrap_or_default());
        }
        rows.push(row);
    }
    let lines = output::aligned(&rows);
    let _ = writeln!(out, "{FAINT}{}{FAINT:#}", lines[0]);
    for line in &lines[1..] {
        let _ = writeln!(out, "{line}");
    }
    if more > 0 {
        let _ = writeln!(out, "{FAINT}… {more} more (`--top {}` shows them){FAINT:#}", shown.len());
    }
}

/// The names of the columns, those that not every page has by whether it has them.
fn header([compared, effects, weighed, owned]: [bool; 4]) -> Vec<String> {
    let columns = [
        ("", true),
        ("n", true),
        ("detractors", true),
        ("promoters", true),
        ("net", true),
        ("change", compared),
        ("by rules", effects),
        ("importance", weighed),
        ("owner", owned),
    ];
    columns.into_iter().filter(|(_, shown)| *shown).map(|(name, _)| name.to_owned()).collect()
}

/// `8.4 (4.1–15.3)`, in points.
fn with_limits(estimate: &Estimate) -> String {
    format!("{:.1} ({:.1}–{:.1})", 100.0 * estimate.value, 100.0 * estimate.low, 100.0 * estimate.high)
}

/// `+1.2`, in points of the NPS; what rounds to nothing has no sign.
fn points(share: f64) -> String {
    let text = format!("{:+.1}", 100.0 * share);
    if text == "-0.0" || text == "+0.0" { "0.0".to_owned() } else { text }
}

fn mark(change: &Change) -> &'static str {
    match change.direction.as_deref() {
        Some("up") => "▲",
        Some("down") => "▼",
        Some(_) => "·",
        None => " ",
    }
}
