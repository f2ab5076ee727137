//! The tables that a run makes of its figures and rejects: staged, to be put in place with the rest.
//!
//! Not for tables of respondents, which are staged as batches come (`output`), nor for any figure.

mod action_rows;
mod attribution_rows;
mod cells;
mod change_rows;
mod follow_up_rows;
pub(crate) mod labels;
mod published;
pub(crate) mod rows;
pub(crate) mod sheets;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use self::cells::{Compared, Period, Written};
use self::labels::Labels;
use self::published::Published;
use self::sheets::Sheets;
use super::actions::Action;
use super::config::RunConfig;
use super::consent::Consents;
use super::damage::is_of_a_part;
use super::output::Merged;
use super::work::Shop;
use crate::contribution::change::Rule;
use crate::contribution::{CellFigures, Grouped};
use crate::error::{Error, Result};
use crate::survey::Reject;
use crate::tables::{
    ALL_PERIODS, Comparison, Manifest, Output, PartId, PartInfo, PartWriter, PeriodInfo, RejectRow, Table, read_part,
    recoveries_schema, rejects_merged, rejects_schema,
};

/// Periods whose tables are made at a time.
const PERIODS_AT_ONCE: usize = 4;

/// The tables that are made of figures and rejects.
pub(crate) struct Tables<'a> {
    pub(crate) output: &'a Output,
    pub(crate) shop: &'a Shop,
    pub(crate) config: &'a RunConfig,
    pub(crate) labels: &'a Labels<'a>,
    /// Its tables of figures.
    pub(crate) sheets: &'a Sheets,
    pub(crate) before: Option<&'a Manifest>,
    pub(crate) merged: &'a Merged,
    /// How changes are judged.
    pub(crate) rule: Rule,
    /// The configuration of this run.
    pub(crate) config_hash: &'a str,
    /// Parts that are staged besides: periods that are written anew by the lexicons that tagged them. A run has none.
    pub(crate) anew: &'a BTreeMap<PartId, PartInfo>,
}

/// The cell of everybody, by period; all together last, as none.
pub(crate) struct Totals {
    cells: Vec<CellFigures>,
    /// By period, its place among them.
    places: HashMap<Option<String>, usize>,
}

impl Totals {
    /// Of all periods; with what comes of regressions for those that are `written` and for all together.
    pub(crate) fn new(grouped: &Grouped<'_>, written: &BTreeSet<String>) -> Self {
        // All together takes longest, and is begun first.
        let mut periods = grouped.periods();
        periods.reverse();
        let cells = |period: Option<&str>| {
            let members = grouped.members(period, &[]);
            match period {
                Some(label) if !written.contains(label) => grouped.figures_without_regressions(&members),
                _ => grouped.figures(&members),
            }
        };
        let mut cells: Vec<CellFigures> = periods.into_par_iter().with_max_len(1).flat_map_iter(cells).collect();
        cells.reverse();
        let places = cells.iter().enumerate().map(|(at, cell)| (cell.key.period.clone(), at)).collect();
        Self { cells, places }
    }

    /// Of one period, if anybody answered in it.
    pub(crate) fn of(&self, period: Option<&str>) -> Option<&CellFigures> {
        self.places.get(&period.map(str::to_owned)).map(|at| &self.cells[*at])
    }

    /// All of them, in the order of time.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &CellFigures> {
        self.cells.iter()
    }
}

impl Tables<'_> {
    /// Stages all that follows from respondents: figures, lists, contacts, actions; with a sentence on each thing that people should know.
    /// `actions`: of a responsibility file, where this run has one; else those that the output has stay.
    pub(crate) fn stage(
        &self,
        grouped: &Grouped<'_>,
        totals: &Totals,
        actions: Option<Vec<Action>>,
        parts: &mut BTreeMap<PartId, PartInfo>,
    ) -> Result<Vec<String>> {
        let consents = Consents::read(self)?;
        let mut notices = Vec::new();
        let actions = match actions {
            Some(actions) => actions,
            None => self.held_actions(&mut notices).or_else(|error| {
                notices.push(self.starts_anew(Table::Actions, error, "`--actions FILE` brings them in again")?);
                Ok(Vec::new())
            })?,
        };
        notices.extend(self.stale());
        self.figures(grouped, totals, &consents, parts)?;
        notices.extend(self.withdrawn(&consents, parts)?);
        notices.extend(self.recoveries(parts)?);
        self.actions(&actions, totals, parts)?;
        Ok(notices)
    }

    /// Stages all that follows from the respondents who stay where others are forgotten. `consents`: theirs; `lists`: untouched periods whose
    /// lists of follow-ups are made again.
    pub(crate) fn stage_without(
        &self,
        grouped: &Grouped<'_>,
        totals: &Totals,
        consents: &Consents,
        lists: &[&str],
        parts: &mut BTreeMap<PartId, PartInfo>,
    ) -> Result<()> {
        // Nobody asked about actions.
        let damaged = self.merged.damage.has(&PartId::of_all_periods(Table::Actions));
        let actions = if damaged { Vec::new() } else { self.held_actions(&mut Vec::new())? };
        self.figures(grouped, totals, consents, parts)?;
        for label in lists {
            parts.extend(follow_up_rows::stage_again(self, totals, consents, label)?);
        }
        self.recoveries(parts)?;
        self.actions(&actions, totals, parts)
    }

    /// Stages all tables of figures: of the touched periods and of all together; of later ones, what looks back at those.
    fn figures(
        &self,
        grouped: &Grouped<'_>,
        totals: &Totals,
        consents: &Consents,
        parts: &mut BTreeMap<PartId, PartInfo>,
    ) -> Result<()> {
        // Where the survey has no periods, its one period and all together are the same cells.
        let touched = self.merged.touched.iter().map(String::as_str).filter(|period| *period != ALL_PERIODS);
        let mut jobs: Vec<(Option<&str>, bool)> = touched.map(|period| (Some(period), true)).collect();
        jobs.extend(self.looking_back().into_iter().map(|period| (Some(period), false)));
        jobs.push((None, true));
        // A thread that waits takes up the next period: a few at a time, or all of them would stand in memory half done.
        for some in jobs.chunks(PERIODS_AT_ONCE) {
            let staged: Result<Vec<_>> = some
                .par_iter()
                .map(|(period, whole)| self.period(grouped, totals, consents, *period, *whole))
                .collect();
            parts.extend(staged?.into_iter().flatten());
        }
        Ok(())
    }

    /// The periods that keep their files but for what they say of touched ones: their tables of this lexicon and this configuration.
    fn looking_back(&self) -> Vec<&str> {
        let here = &self.shop.tagger.lexicon().hash;
        let same = |info: &PeriodInfo| info.lexicon_hash == *here && info.config_hash == self.config_hash;
        self.that_look_back().filter(|(_, info)| same(info)).map(|(period, _)| period).collect()
    }

    /// A sentence where periods of another lexicon or configuration say something of touched ones, and keep it as it was.
    fn stale(&self) -> Option<String> {
        let fresh = self.looking_back();
        let stale = self.that_look_back().map(|(period, _)| period).filter(|period| !fresh.contains(period));
        Some(format!(
            "{}: written by another lexicon or configuration, and compared with periods that are touched here; they keep their changes as they were (`--restate`, or their input again, renews them)",
            first_to_last(&stale.collect::<Vec<_>>())?
        ))
    }

    /// The same once every lexicon of the output has had its turn: what is left is of another configuration.
    pub(crate) fn stale_after_all(&self) -> Option<String> {
        let is_stale = |(period, info): &(&str, &PeriodInfo)| {
            info.config_hash != self.config_hash && !self.merged.moved.contains(*period)
        };
        let stale = self.that_look_back().filter(is_stale).map(|(period, _)| period);
        Some(format!(
            "{}: written by another configuration, and compared with periods out of which somebody is taken; they keep their changes as they were (their input again renews them)",
            first_to_last(&stale.collect::<Vec<_>>())?
        ))
    }

    /// The periods that keep their files and look back at touched ones.
    fn that_look_back(&self) -> impl Iterator<Item = (&str, &PeriodInfo)> {
        let looks = move |period: &str| {
            let compared = [self.period_of(Comparison::Previous, period), self.period_of(Comparison::YearAgo, period)];
            let mut earlier = compared.into_iter().flatten().chain(self.last_periods(period));
            earlier.any(|earlier| self.merged.touched.contains(&earlier) || self.merged.moved.contains(&earlier))
        };
        let held = self.before.into_iter().flat_map(|before| &before.periods);
        let kept = held.filter(|(period, info)| info.comments > 0 && !self.merged.touched.contains(*period));
        kept.filter(move |(period, _)| looks(period)).map(|(period, info)| (period.as_str(), info))
    }

    fn period(
        &self,
        grouped: &Grouped<'_>,
        totals: &Totals,
        consents: &Consents,
        period: Option<&str>,
        whole: bool,
    ) -> Result<Vec<(PartId, PartInfo)>> {
        let label = period.unwrap_or(ALL_PERIODS);
        let mut compared = Vec::new();
        for comparison in Comparison::ALL {
            let earlier = period.and_then(|period| self.period_of(comparison, period));
            let Some(earlier) = earlier.filter(|earlier| totals.of(Some(earlier)).is_some()) else { continue };
            let published = self.published(&earlier)?;
            compared.push(Compared { comparison, period: Arc::from(earlier), published });
        }
        let written = Period { tables: self, grouped, totals, label, only: period, whole, compared }.write()?;
        let Written { mut parts, blames } = written;
        let mut attribution = self.sheets.attribution.writer(self.output.stage(Table::Attribution, label));
        let rows = attribution_rows::rows(self, totals, period, &blames);
        attribution.push(&self.sheets.attribution.rows(&rows)?)?;
        parts.push((PartId::new(Table::Attribution, label), attribution.finish()?));
        parts.extend(follow_up_rows::stage(self, totals, consents, period, label)?);
        Ok(parts)
    }

    /// What the tables say of an earlier period, where other rules tagged it and nothing but the rules moves it.
    fn published(&self, period: &str) -> Result<Option<Published>> {
        let Some(before) = self.before else { return Ok(None) };
        let Some(info) = before.periods.get(period) else { return Ok(None) };
        let part = PartId::new(Table::Contributions, period);
        if info.lexicon_hash != self.shop.tagger.lexicon().hash
            && let Some(staged) = self.anew.get(&part)
        {
            let path = self.output.stage(Table::Contributions, period);
            return Published::read(
                |columns| read_part(&path, Some(staged), Some(columns)).map(Some),
                &self.shop.layout,
            );
        }
        let by_rules_alone = info.lexicon_hash != self.shop.tagger.lexicon().hash
            && info.config_hash == self.config_hash
            && info.redaction == self.shop.redaction()
            && !self.merged.moved.contains(period);
        if !by_rules_alone {
            return Ok(None);
        }
        // What is damaged is staged by the pass of its own lexicon, and the last pass compares with that.
        if self.merged.damage.has(&part) {
            return Ok(None);
        }
        Published::read(|columns| before.read_part(self.output.root(), &part, Some(columns)), &self.shop.layout)
    }

    /// The label of the period with which one is compared, whether anybody answered in it or not.
    fn period_of(&self, comparison: Comparison, period: &str) -> Option<String> {
        let calendar = self.shop.mapping.calendar;
        match comparison {
            Comparison::Previous => calendar.previous(period),
            Comparison::YearAgo => calendar.year_before(period),
        }
    }

    /// The calendar periods over which persistence is looked at, this one first.
    fn last_periods(&self, period: &str) -> Vec<String> {
        let calendar = self.shop.mapping.calendar;
        let before = std::iter::successors(Some(period.to_owned()), |label| calendar.previous(label));
        before.take(self.config.persistence_periods).collect()
    }

    /// A sentence on a table of all periods that cannot be read and starts anew: what is gone, and what brings it back (`back`). The error where
    /// it is another one.
    fn starts_anew(&self, table: Table, error: Error, back: &str) -> Result<String> {
        if !is_of_a_part(&error) {
            return Err(error);
        }
        let held = self.before.and_then(|before| before.part(&PartId::of_all_periods(table)));
        let rows = held.map_or(0, |info| info.rows);
        Ok(format!(
            "`{table}` of earlier runs is damaged, and starts anew: {rows} row(s) are gone ({back})",
            table = table.as_str()
        ))
    }

    /// Stages `rejects`: those of other inputs stay. A sentence where they cannot.
    pub(crate) fn rejects(
        &self,
        rejects: &[(usize, Reject)],
        parts: &mut BTreeMap<PartId, PartInfo>,
    ) -> Result<Option<String>> {
        let rows: Vec<RejectRow> = rejects
            .iter()
            .map(|(source, reject)| RejectRow {
                file: reject.source.clone(),
                file_digest: self.shop.sources[*source].digest.clone(),
                sheet: self.shop.sources[*source].sheet().map(str::to_owned),
                line: Some(reject.line),
                byte: Some(reject.byte),
                column: reject.column.clone(),
                reason: reject.reason.as_str().to_owned(),
                message: reject.message.clone(),
            })
            .collect();
        let part = PartId::of_all_periods(Table::Rejects);
        let old = self.before.map_or(Ok(None), |before| before.read_part(self.output.root(), &part, None));
        let (old, notice) = match old {
            Ok(old) => (old, None),
            Err(error) => {
                let back = "running their files again lists them again";
                (None, Some(self.starts_anew(Table::Rejects, error, back)?))
            }
        };
        let sources = self.shop.sources.iter();
        let inputs = sources.map(|source| (source.digest.clone(), source.sheet().map(str::to_owned))).collect();
        let mut writer = PartWriter::create(&self.output.stage(Table::Rejects, ALL_PERIODS), &rejects_schema())?;
        writer.push(&rejects_merged(old.into_iter().flatten(), &rows, &inputs)?)?;
        parts.insert(part, writer.finish()?);
        Ok(notice)
    }

    /// Stages `recoveries` without rows where the output has none yet: views over it are made once, and read what comes later. Or where it is
    /// damaged and to be made anew, with a sentence on what is gone.
    pub(crate) fn recoveries(&self, parts: &mut BTreeMap<PartId, PartInfo>) -> Result<Option<String>> {
        let part = PartId::of_all_periods(Table::Recoveries);
        let held = self.before.and_then(|before| before.part(&part));
        if held.is_some() && !self.merged.damage.has(&part) {
            return Ok(None);
        }
        let path = self.output.stage(Table::Recoveries, ALL_PERIODS);
        parts.insert(part, PartWriter::create(&path, &recoveries_schema())?.finish()?);
        Ok(held.map(|info| {
            format!(
                "`recoveries` of earlier runs is damaged, and starts anew: {} row(s) are gone (`verbatim follow-up import RESULTS --out {}` brings them in again)",
                info.rows,
                self.output.root().display()
            )
        }))
    }

    /// All files of the output after the run: those of earlier runs that stay, and the new ones.
    pub(crate) fn files(&self, parts: &BTreeMap<PartId, PartInfo>) -> BTreeMap<String, PartInfo> {
        let mut files = self.before.map(|before| before.files.clone()).unwrap_or_default();
        files.extend(parts.iter().map(|(part, info)| (part.key(), info.clone())));
        files
    }
}

/// `a to c`; none of no periods.
fn first_to_last(periods: &[&str]) -> Option<String> {
    match periods {
        [] => None,
        [first, .., last] => Some(format!("{first} to {last}")),
        [only] => Some((*only).to_owned()),
    }
}
