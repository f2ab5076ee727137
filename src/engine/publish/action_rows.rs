//! Rows of `actions`: each action of the responsibility file with its driver before and after it.
//!
//! Not how they are judged (`contribution::actions`), nor how the file is read (`engine::actions`).

use std::collections::BTreeMap;

use super::{Tables, Totals};
use crate::contribution::actions::{Judged, Period, judge};
use crate::contribution::{CellFigures, Row, Taker};
use crate::engine::actions::Action;
use crate::error::Result;
use crate::tables::{
    ALL_PERIODS, ActionRow, Named, PartId, PartInfo, PartWriter, Table, actions_rows, actions_schema, day_at,
    number_at, word_at,
};
use crate::types::DriverIx;

impl Tables<'_> {
    /// Stages `actions`. What is done is free text, and redacted as comments are; functions and owners are names that are given on
    /// purpose.
    pub(crate) fn actions(
        &self,
        actions: &[Action],
        totals: &Totals,
        parts: &mut BTreeMap<PartId, PartInfo>,
    ) -> Result<()> {
        let lexicon = self.shop.tagger.lexicon();
        let clean = |what: &str| self.shop.redactor.as_ref().and_then(|redactor| redactor.redact(what));
        let row = |action: &Action| {
            let driver = lexicon.driver(action.driver);
            ActionRow {
                driver: driver.id.clone(),
                name_zh: driver.name_zh.clone(),
                name_en: driver.name_en.clone(),
                function: action.function.clone(),
                owner: action.owner.clone(),
                action: clean(&action.what).map_or_else(|| action.what.clone(), |(clean, _)| clean),
                start: action.start,
                target: action.target,
                judged: self.judged(action, totals),
            }
        };
        let rows: Vec<ActionRow> = actions.iter().map(row).collect();
        let mut writer = PartWriter::create(&self.output.stage(Table::Actions, ALL_PERIODS), &actions_schema())?;
        writer.push(&actions_rows(&rows)?)?;
        parts.insert(PartId::of_all_periods(Table::Actions), writer.finish()?);
        Ok(())
    }

    /// The actions that the output holds; a sentence where that says something. Those of drivers that no lexicon has any more are left out.
    pub(crate) fn held_actions(&self, notices: &mut Vec<String>) -> Result<Vec<Action>> {
        let part = PartId::of_all_periods(Table::Actions);
        let columns = ["driver", "function", "owner", "action", "start", "target"];
        let reader = match self.before {
            Some(before) => before.read_part(self.output.root(), &part, Some(&columns))?,
            None => None,
        };
        let (mut actions, mut gone) = (Vec::new(), 0);
        for batch in reader.into_iter().flatten() {
            let batch = batch?;
            let named = Named::new(&batch, Table::Actions.as_str());
            let [driver, function, owner, action] = ["driver", "function", "owner", "action"].map(|it| named.words(it));
            let (driver, function, owner, action) = (driver?, function?, owner?, action?);
            let (start, target) = (named.days("start")?, named.numbers("target")?);
            for row in 0..named.rows() {
                let Some(driver) = self.shop.tagger.lexicon().driver_ix(driver.value(row)) else {
                    gone += 1;
                    continue;
                };
                actions.push(Action {
                    driver,
                    function: function.value(row).to_owned(),
                    owner: word_at(owner, row).map(str::to_owned),
                    what: action.value(row).to_owned(),
                    start: day_at(start, row),
                    target: number_at(target, row),
                });
            }
        }
        if !actions.is_empty() {
            notices.push(format!(
                "{} action(s) of an earlier run are judged anew (`--actions` replaces them)",
                actions.len()
            ));
        }
        if gone > 0 {
            notices.push(format!(
                "{gone} action(s) of an earlier run name drivers that no lexicon has any more, and are left out"
            ));
        }
        Ok(actions)
    }

    /// The periods that end before the action starts against those that begin on its first day or later: the one in which it starts is
    /// both, and counts for neither.
    fn judged(&self, action: &Action, totals: &Totals) -> Option<Judged> {
        let calendar = self.shop.mapping.calendar;
        let row = self.row_of(action.driver);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for cell in totals.iter().filter(|cell| cell.n > 0) {
            let Some(label) = cell.key.period.as_deref() else { continue };
            let (Some(starts), Some(ends)) = (calendar.starts(label), calendar.ends(label)) else { continue };
            if starts >= action.start {
                after.extend(period(cell, row));
            } else if ends < action.start {
                before.extend(period(cell, row));
            }
        }
        judge(&before, &after, self.config.confidence)
    }

    /// The row that stands for a driver: of a parent, the sum of its leaves.
    fn row_of(&self, driver: DriverIx) -> Row {
        if self.shop.tree.is_leaf(driver) { Row::Taker(Taker::Leaf(driver)) } else { Row::Parent(driver) }
    }
}

fn period(cell: &CellFigures, row: Row) -> Option<Period> {
    let driver = cell.driver(row)?;
    Some(Period {
        weight: cell.weight,
        contribution: driver.detractor_contribution.value,
        variance: driver.detractor_variance,
        credited: driver.blamed_by,
    })
}
