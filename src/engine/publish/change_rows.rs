//! Rows of `changes`: a cell against the same cell of an earlier period.
//!
//! Not how changes are computed and tested: `contribution::change` does that.

use std::collections::HashMap;
use std::sync::Arc;

use super::cells::Compared;
use super::labels::Labels;
use crate::contribution::change::{Change, Measured, Rule, changes};
use crate::contribution::mix::MixRate;
use crate::contribution::{CellFigures, DriverFigures, Row};
use crate::tables::{CellLabel, ChangeRow, ChangeSide, Level, RowLabel};

/// What a cell is compared with.
pub(super) struct Earlier<'a> {
    pub(super) compared: &'a Compared,
    /// The same cell in the earlier period; none where nobody answered.
    pub(super) cell: Option<&'a CellFigures>,
    /// Of a single segment value, what it adds to the change of the total.
    pub(super) mix: Option<MixRate>,
}

/// One row of figures on both sides; a side without it has none of it.
struct Pair<'a> {
    row: Row,
    now: Option<&'a DriverFigures>,
    then: Option<&'a DriverFigures>,
}

/// The score first, then drivers and buckets in the order of `contributions`, then rows that only the earlier period's lexicon had.
pub(super) fn rows(
    labels: &Labels<'_>,
    rule: &Rule,
    label: &Arc<CellLabel>,
    cell: &CellFigures,
    earlier: &Earlier<'_>,
) -> Vec<ChangeRow> {
    let make = Make { label, cell, earlier };
    let Some(then) = earlier.cell.filter(|then| then.n > 0 && cell.n > 0) else {
        // Its part of the change of the total is known even so.
        return earlier.mix.map(|_| make.nps(labels, None)).into_iter().collect();
    };
    let pairs = pairs(cell, then);
    let side = |cell: &CellFigures, side: Option<&DriverFigures>| {
        let nobody = Measured { net: 0.0, variance: 0.0, mass: 0.0, credited: 0, respondents: cell.n };
        side.map_or(nobody, |it| it.measured(cell.n))
    };
    let now: Vec<Measured> =
        [cell.measured()].into_iter().chain(pairs.iter().map(|pair| side(cell, pair.now))).collect();
    let before: Vec<Measured> =
        [then.measured()].into_iter().chain(pairs.iter().map(|pair| side(then, pair.then))).collect();
    let changes = changes(&now, &before, &rule_for(rule, cell, then));
    let mut published = earlier.compared.published.as_ref().and_then(|published| published.cell(label));
    let mut rows = vec![make.nps(labels, changes.first().copied())];
    for (pair, change) in pairs.iter().zip(&changes[1..]) {
        let row_label = labels.row(pair.row);
        let was = published.as_mut().map(|published| published.remove(&(row_label.driver.clone(), row_label.level)));
        let net = pair.then.map_or(0.0, |it| it.net_contribution.value);
        let effect = was.map(|was| net - was.map_or(0.0, |was| was.net));
        rows.push(ChangeRow {
            label: row_label,
            now: of_driver(cell, pair.now),
            before: of_driver(then, pair.then),
            change: Some(*change),
            lexicon_effect: effect,
            ..make.nps(labels, None)
        });
    }
    for (_, was) in published.into_iter().flatten() {
        let none = ChangeSide { n: cell.n, ..ChangeSide::default() };
        rows.push(ChangeRow {
            label: Arc::clone(&was.label),
            now: none,
            before: ChangeSide { n: then.n, ..none },
            change: None,
            lexicon_effect: Some(-was.net),
            ..make.nps(labels, None)
        });
    }
    for row in &mut rows {
        if row.label.level != Level::Nps {
            row.mix = None;
        }
    }
    rows
}

/// The rule for two cells: where the base of either is small, so is what a variance can be learnt from, and nothing is tested.
pub(super) fn rule_for(rule: &Rule, now: &CellFigures, then: &CellFigures) -> Rule {
    let least_expected = if now.low_base || then.low_base { f64::INFINITY } else { rule.least_expected };
    Rule { least_expected, ..*rule }
}

/// The score's row of a segment value that only the earlier period has; `cell` is that period's.
pub(super) fn gone(labels: &Labels<'_>, compared: &Compared, cell: &CellFigures, mix: MixRate) -> ChangeRow {
    ChangeRow {
        cell: labels.cell(&cell.key),
        label: labels.nps(),
        comparison: compared.comparison,
        compared_with: Arc::clone(&compared.period),
        now: ChangeSide::default(),
        before: of_score(cell),
        change: None,
        mix: Some(mix),
        lexicon_effect: compared.published.as_ref().map(|_| 0.0),
        low_base: true,
    }
}

/// What all rows of one cell share.
struct Make<'a> {
    label: &'a Arc<CellLabel>,
    cell: &'a CellFigures,
    earlier: &'a Earlier<'a>,
}

impl Make<'_> {
    /// The row of the score.
    fn nps(&self, labels: &Labels<'_>, change: Option<Change>) -> ChangeRow {
        let then = self.earlier.cell;
        ChangeRow {
            cell: Arc::clone(self.label),
            label: labels.nps(),
            comparison: self.earlier.compared.comparison,
            compared_with: Arc::clone(&self.earlier.compared.period),
            now: of_score(self.cell),
            before: then.map(of_score).unwrap_or_default(),
            change,
            mix: self.earlier.mix,
            // Rules change no score.
            lexicon_effect: self.earlier.compared.published.as_ref().map(|_| 0.0),
            low_base: self.cell.low_base || then.is_none_or(|then| then.low_base),
        }
    }
}

fn of_score(cell: &CellFigures) -> ChangeSide {
    let (promoter, detractor) = (cell.promoters(), cell.detractors());
    ChangeSide { n: cell.n, net: promoter - detractor, promoter, detractor }
}

fn of_driver(cell: &CellFigures, figures: Option<&DriverFigures>) -> ChangeSide {
    let none = ChangeSide { n: cell.n, ..ChangeSide::default() };
    figures.map_or(none, |it| ChangeSide {
        n: cell.n,
        net: it.net_contribution.value,
        promoter: it.promoter_contribution.value,
        detractor: it.detractor_contribution.value,
    })
}

/// The rows that either cell has, in the order of the table; roll-ups are not compared.
fn pairs<'a>(now: &'a CellFigures, then: &'a CellFigures) -> Vec<Pair<'a>> {
    let compared = |driver: &&DriverFigures| !matches!(driver.row, Row::Rollup { .. });
    let mut before: HashMap<Row, &DriverFigures> =
        then.drivers.iter().filter(compared).map(|driver| (driver.row, driver)).collect();
    let here = now.drivers.iter().filter(compared);
    let mut pairs: Vec<Pair<'a>> =
        here.map(|driver| Pair { row: driver.row, now: Some(driver), then: before.remove(&driver.row) }).collect();
    // Cells of several segment columns list only what somebody mentions; the earlier cell's other rows follow in its order.
    let others = then.drivers.iter().filter(|driver| before.contains_key(&driver.row));
    pairs.extend(others.map(|driver| Pair { row: driver.row, now: None, then: Some(driver) }));
    pairs
}

/// What a table said of one row.
#[derive(Debug, Clone)]
pub(super) struct Was {
    pub(super) net: f64,
    pub(super) label: Arc<RowLabel>,
}
