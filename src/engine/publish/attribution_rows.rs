//! Rows of `attribution`: how lasting the blame of a driver is, and where it concentrates.
//!
//! Not how either is computed: `contribution::attribution` does that.

use super::cells::Blame;
use super::{Tables, Totals};
use crate::contribution::attribution::{Group, Persistence, Tally, concentration, persistence};
use crate::contribution::change::adjust;
use crate::contribution::{Base, CellFigures, Estimate, Row, SegmentValue, Taker};
use crate::lexicon::Controllable;
use crate::tables::AttributionRow;
use crate::types::DriverIx;

/// The rows of one period (none: all together), a driver after the other.
pub(super) fn rows(
    tables: &Tables<'_>,
    totals: &Totals,
    period: Option<&str>,
    blames: &[Blame],
) -> Vec<AttributionRow> {
    let Some(total) = totals.of(period) else { return Vec::new() };
    // Over the last calendar periods up to this one.
    let last: Option<Vec<Option<&CellFigures>>> =
        period.map(|period| tables.last_periods(period).iter().map(|label| totals.of(Some(label))).collect());
    let (mut rows, mut p) = (Vec::new(), Vec::new());
    for (at, driver) in total.drivers.iter().enumerate() {
        let (Row::Parent(ix) | Row::Taker(Taker::Leaf(ix))) = driver.row else { continue };
        let row = AttributionRow {
            label: tables.labels.row(driver.row),
            function: tables.owning_functions(ix),
            owner: tables.owner(ix),
            controllable: tables.controllable(ix),
            persistence: last.as_ref().and_then(|last| lasting(tables, last, at)),
            segment: None,
            value: None,
            quotient: None,
            quotient_q: None,
            blaming: driver.mentions.blaming.n,
        };
        if blames.is_empty() {
            rows.push(row);
            continue;
        }
        for blame in blames {
            let found = concentrated(tables, blame, at);
            p.push(found.as_ref().map(|(.., p)| *p));
            let (value, quotient) = found.map(|(value, quotient, _)| (value, quotient)).unzip();
            rows.push(AttributionRow {
                segment: Some(tables.shop.layout.segments[blame.column].clone()),
                value,
                quotient,
                ..row.clone()
            });
        }
    }
    for (row, q) in rows.iter_mut().zip(adjust(&p)) {
        row.quotient_q = q;
    }
    rows
}

/// How lasting the blame of the driver in this row is over these periods; none of one in which nobody answered.
fn lasting(tables: &Tables<'_>, last: &[Option<&CellFigures>], at: usize) -> Option<Persistence> {
    let low = |cell: &CellFigures| (cell.n > 0).then(|| cell.drivers[at].detractor_contribution.low);
    let lows: Vec<Option<f64>> = last.iter().map(|cell| cell.and_then(low)).collect();
    persistence(&lows, tables.config.persistence_floor)
}

/// The value of a segment column at which blame of the driver in this row concentrates most, with its quotient and p.
fn concentrated(tables: &Tables<'_>, blame: &Blame, at: usize) -> Option<(String, Estimate, f64)> {
    let tally = |base: &Base| Tally { n: base.n, weight: base.weight, weight_squared: base.weight_squared };
    let groups: Vec<Group> = blame
        .values
        .iter()
        .map(|value| Group { blaming: tally(&value.blaming[at]), all: tally(&value.everyone) })
        .collect();
    let found = concentration(&groups, tables.config.confidence, tables.config.low_base)?;
    let SegmentValue::Is(value) = &blame.values[found.at].value else { return None };
    Some((value.clone(), Estimate { value: found.quotient, low: found.low, high: found.high }, found.p))
}

impl Tables<'_> {
    /// The functions that own most of a driver.
    pub(super) fn owning_functions(&self, driver: DriverIx) -> Option<String> {
        let responsibility = self.shop.tagger.lexicon().responsibility();
        let duties = responsibility.of(driver);
        let most = duties.iter().map(|duty| duty.weight).max()?;
        let names = duties.iter().filter(|duty| duty.weight == most);
        Some(names.map(|duty| responsibility.functions()[duty.function].as_str()).collect::<Vec<_>>().join(" / "))
    }

    /// Who answers for a driver.
    pub(super) fn owner(&self, driver: DriverIx) -> Option<String> {
        self.shop.tagger.lexicon().responsibility().owner(driver).map(str::to_owned)
    }

    /// Whether its owner can change it.
    fn controllable(&self, driver: DriverIx) -> Option<&'static str> {
        self.shop.tagger.lexicon().driver(driver).controllable.map(Controllable::as_str)
    }
}
