//! What stands around a period's figures: the score of every period, who answers for what, where blame concentrates, what was done, and what was
//! not used.
//!
//! Not for cells and their drivers (`figures`), nor for comments (`typical`).

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;

use super::rows::{count, estimate, rows};
use crate::contribution::Estimate;
use crate::error::Result;
use crate::survey::{Calendar, UNDATED};
use crate::tables::{ALL_PERIODS, Manifest, Named, PartId, Table, day_at, number_at, word_at};

/// The total of one period.
#[derive(Debug, Clone)]
pub struct Point {
    /// Its label.
    pub period: String,
    /// Respondents with a score.
    pub n: u64,
    /// The Net Promoter Score; none where nobody gave a score.
    pub nps: Option<Estimate>,
    /// Whether the base is small.
    pub low_base: bool,
    /// Whether the point before is of the period right before in the calendar.
    pub follows: bool,
}

/// A function of the organisation.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name, or `unowned`.
    pub function: String,
    /// Drivers that it has a part of.
    pub drivers: u64,
    /// Its part of the detractors, of all scored respondents, 0–1.
    pub detractor: Estimate,
    /// Its part of the promoters.
    pub promoter: Estimate,
    /// Change of its net contribution against the period before.
    pub change: Option<f64>,
    /// `up`, `down`, `flat`.
    pub direction: Option<String>,
}

/// Where blame of a driver lasts and concentrates.
#[derive(Debug, Clone)]
pub struct Blame {
    /// The driver's id.
    pub driver: String,
    /// Respondents who blame it.
    pub n: u64,
    /// Share of the last periods in which it was above the floor, 0–1, and how many those are.
    pub persistence: Option<(f64, u64)>,
    /// Where most of it is; none where no value of the segment has enough respondents, or nobody blames it.
    pub concentration: Option<Concentration>,
}

/// The value of a segment at which a driver is blamed most.
#[derive(Debug, Clone)]
pub struct Concentration {
    /// The segment's column.
    pub segment: String,
    /// The value.
    pub value: String,
    /// The location quotient.
    pub quotient: Estimate,
    /// Whether that is beyond chance, 0–1; none where it was not tested.
    pub q: Option<f64>,
}

/// An action of the responsibility file.
#[derive(Debug, Clone)]
pub struct Action {
    /// The driver's id.
    pub driver: String,
    /// Who acts.
    pub function: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// What is done.
    pub action: String,
    /// Since when.
    pub start: Date,
    /// Detractor contribution before and after, 0–1.
    pub before: Option<f64>,
    /// After its start.
    pub after: Option<f64>,
    /// The difference with its limits.
    pub change: Option<Estimate>,
    /// `improved`, `worse`, `no_evidence`, `no_data`.
    pub verdict: String,
}

/// How the output's days became periods; none where that is not known.
fn calendar(manifest: &Manifest) -> Option<Calendar> {
    manifest.last_mapping().map(|mapping| mapping.calendar)
}

/// The first and the last day of a period, or of all that have a day; none where they have none.
pub fn days(manifest: &Manifest, period: &str) -> Option<(Date, Date)> {
    let calendar = calendar(manifest)?;
    if period != ALL_PERIODS {
        return Some((calendar.starts(period)?, calendar.ends(period)?));
    }
    let mut dated =
        manifest.periods.iter().filter(|(label, info)| info.comments > 0 && calendar.starts(label).is_some());
    let (first, _) = dated.next()?;
    let last = dated.next_back().map_or(first, |(label, _)| label);
    Some((calendar.starts(first)?, calendar.ends(last)?))
}

/// The total of every period, in their order; periods without anybody are left out.
pub fn trend(out: &Path, manifest: &Manifest) -> Result<Vec<Point>> {
    let mut points = Vec::new();
    for (period, _) in manifest.periods.iter().filter(|(_, info)| info.comments > 0) {
        let columns = ["cell_level", "n", "nps", "nps_low", "nps_high", "low_base"];
        let total = rows(out, manifest, &PartId::new(Table::Nps, period), &columns, |named, row| {
            if named.words("cell_level")?.value(row) != "total" {
                return Ok(None);
            }
            Ok(Some(Point {
                period: period.clone(),
                n: count(named, "n", row)?,
                nps: estimate(named, "nps", row)?,
                low_base: named.flags("low_base")?.value(row),
                follows: false,
            }))
        })?;
        points.extend(total);
    }
    if let Some(calendar) = calendar(manifest) {
        for at in 1..points.len() {
            points[at].follows = calendar.previous(&points[at].period).as_ref() == Some(&points[at - 1].period);
        }
    }
    Ok(points)
}

/// The functions of a period's total, in the order of the table.
pub fn functions(out: &Path, manifest: &Manifest, period: &str) -> Result<Vec<Function>> {
    let of = |name: &str| [name.to_owned(), format!("{name}_low"), format!("{name}_high")];
    let mut columns: Vec<String> =
        ["cell_level", "function", "drivers", "change", "change_direction"].map(str::to_owned).to_vec();
    columns.extend(of("promoter_contribution").into_iter().chain(of("detractor_contribution")));
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    rows(out, manifest, &PartId::new(Table::Functions, period), &columns, |named, row| {
        let parts = (estimate(named, "promoter_contribution", row)?, estimate(named, "detractor_contribution", row)?);
        let ("total", (Some(promoter), Some(detractor))) = (named.words("cell_level")?.value(row), parts) else {
            return Ok(None);
        };
        Ok(Some(Function {
            function: named.words("function")?.value(row).to_owned(),
            drivers: count(named, "drivers", row)?,
            detractor,
            promoter,
            change: number_at(named.numbers("change")?, row),
            direction: word_at(named.words("change_direction")?, row).map(str::to_owned),
        }))
    })
}

/// Blame of the leaves and parents of a period, by driver and segment column.
pub fn blame(out: &Path, manifest: &Manifest, period: &str) -> Result<Vec<Blame>> {
    let columns = [
        "driver",
        "level",
        "n_blaming",
        "persistence",
        "persistence_periods",
        "segment",
        "concentration_value",
        "concentration",
        "concentration_low",
        "concentration_high",
        "concentration_q",
    ];
    let part = PartId::new(Table::Attribution, period);
    let read = |columns: &[&str]| rows(out, manifest, &part, columns, blame_of);
    match read(&columns) {
        // Engines that did not test wrote no such column.
        Err(error) if error.code() == "no_such_column" => read(&columns[..columns.len() - 1]),
        read => read,
    }
}

fn blame_of(named: &Named<'_>, row: usize) -> Result<Option<Blame>> {
    let word = |name: &str| named.words(name).map(|column| word_at(column, row).map(str::to_owned));
    let concentration = match (word("segment")?, word("concentration_value")?, estimate(named, "concentration", row)?) {
        (Some(segment), Some(value), Some(quotient)) => {
            let q = named.numbers("concentration_q").ok().and_then(|column| number_at(column, row));
            Some(Concentration { segment, value, quotient, q })
        }
        _ => None,
    };
    let periods = count(named, "persistence_periods", row)?;
    Ok(Some(Blame {
        driver: named.words("driver")?.value(row).to_owned(),
        n: count(named, "n_blaming", row)?,
        persistence: number_at(named.numbers("persistence")?, row).map(|share| (share, periods)),
        concentration,
    }))
}

/// What moved beyond chance in a period.
#[derive(Debug, Clone)]
pub struct Moved {
    /// The period's label.
    pub period: String,
    /// Ids of leaves with the change of their net contribution, the largest first; at least one.
    pub drivers: Vec<(String, f64)>,
}

/// The last period before this one in which a driver moved beyond chance against the period before it. `period` is a label or `all`, before which
/// are all.
pub fn last_moved(out: &Path, manifest: &Manifest, period: &str) -> Result<Option<Moved>> {
    let earlier = manifest.periods.iter().rev().filter(|(label, info)| {
        info.comments > 0 && *label != UNDATED && (period == ALL_PERIODS || label.as_str() < period)
    });
    let columns = ["cell_level", "comparison", "driver", "level", "change", "direction"];
    for (label, _) in earlier {
        let mut moved = rows(out, manifest, &PartId::new(Table::Changes, label), &columns, |named, row| {
            let word = |name: &str| named.words(name).map(|column| word_at(column, row));
            let is_of_total = word("cell_level")? == Some("total") && word("comparison")? == Some("previous");
            let is_leaf = word("level")? == Some("leaf");
            if !is_of_total || !is_leaf || !matches!(word("direction")?, Some("up" | "down")) {
                return Ok(None);
            }
            Ok(Some((
                word("driver")?.unwrap_or_default().to_owned(),
                number_at(named.numbers("change")?, row).unwrap_or_default(),
            )))
        })?;
        if !moved.is_empty() {
            moved.sort_by(|(a, one), (b, other)| other.abs().total_cmp(&one.abs()).then_with(|| a.cmp(b)));
            return Ok(Some(Moved { period: label.clone(), drivers: moved }));
        }
    }
    Ok(None)
}

/// The actions that the output judges.
pub fn actions(out: &Path, manifest: &Manifest) -> Result<Vec<Action>> {
    let columns = [
        "driver",
        "function",
        "owner",
        "action",
        "start",
        "before",
        "after",
        "change",
        "change_low",
        "change_high",
        "verdict",
    ];
    rows(out, manifest, &PartId::new(Table::Actions, ALL_PERIODS), &columns, |named, row| {
        let word = |name: &str| named.words(name).map(|column| column.value(row).to_owned());
        Ok(Some(Action {
            driver: word("driver")?,
            function: word("function")?,
            owner: word_at(named.words("owner")?, row).map(str::to_owned),
            action: word("action")?,
            start: day_at(named.days("start")?, row),
            before: number_at(named.numbers("before")?, row),
            after: number_at(named.numbers("after")?, row),
            change: estimate(named, "change", row)?,
            verdict: word("verdict")?,
        }))
    })
}

/// Rows that were not used, by reason.
pub fn rejects(out: &Path, manifest: &Manifest) -> Result<BTreeMap<String, u64>> {
    let mut reasons = BTreeMap::new();
    let parts = manifest.files.keys().filter_map(|key| PartId::parse(key));
    for part in parts.filter(|part| part.table == Table::Rejects) {
        for reason in rows(out, manifest, &part, &["reason"], |named, row| {
            Ok(Some(named.words("reason")?.value(row).to_owned()))
        })? {
            *reasons.entry(reason).or_insert(0) += 1;
        }
    }
    Ok(reasons)
}
