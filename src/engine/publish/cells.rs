//! The tables of one period's cells: `nps`, `contributions`, `voices`, `changes`, `functions`, and what `attribution` needs of them.
//!
//! Levels are gone through one after the other, and their cells some at a time, so that a cube never stands in memory as a whole.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use rayon::prelude::*;

use super::change_rows::{self, Earlier};
use super::{Published, Tables, Totals, rows};
use crate::contribution::change::{self, Measured};
use crate::contribution::mix::{MixRate, Share, mix_and_rate};
use crate::contribution::{Base, CellFigures, Grouped, Member, SegmentValue};
use crate::engine::invited::invited_in;
use crate::error::Result;
use crate::tables::{CellLabel, Comparison, FunctionRow, PartId, PartInfo, SheetWriter, Table};

/// Cells that are worked on while the ones before are written.
const CHUNK: usize = 512;
/// Cells whose rows one thread makes at once: few enough to stay in its cache.
const SLICE: usize = 32;

/// With which earlier period a period is compared.
pub(super) struct Compared {
    pub(super) comparison: Comparison,
    pub(super) period: Arc<str>,
    /// What its tables say, where another lexicon tagged them.
    pub(super) published: Option<Published>,
}

/// Who blames which driver, by the values of one segment column.
pub(super) struct Blame {
    /// The segment column.
    pub(super) column: usize,
    pub(super) values: Vec<ValueBlame>,
}

/// Who blames which driver at one value.
pub(super) struct ValueBlame {
    pub(super) value: SegmentValue,
    pub(super) everyone: Base,
    /// By row of the dense list.
    pub(super) blaming: Vec<Base>,
}

impl ValueBlame {
    /// Of a cell of one segment column; none of others.
    fn of(cell: &CellFigures) -> Option<Self> {
        let [column] = cell.key.level[..] else { return None };
        Some(Self {
            value: cell.key.segments[column].clone(),
            everyone: cell.everyone,
            blaming: cell.drivers.iter().map(|driver| driver.mentions.blaming).collect(),
        })
    }
}

/// One period, all tables of its cells.
pub(super) struct Period<'a> {
    pub(super) tables: &'a Tables<'a>,
    pub(super) grouped: &'a Grouped<'a>,
    /// The cell of everybody, which is made already.
    pub(super) totals: &'a Totals,
    /// The label under which its tables stand.
    pub(super) label: &'a str,
    /// The period in the reduction; none: all together.
    pub(super) only: Option<&'a str>,
    /// Whether all tables are written, or only those that look at other periods too.
    pub(super) whole: bool,
    pub(super) compared: Vec<Compared>,
}

/// The files of a period, and who blames what in it.
pub(super) struct Written {
    pub(super) parts: Vec<(PartId, PartInfo)>,
    pub(super) blames: Vec<Blame>,
}

/// The files that are being written.
struct Writers<'a> {
    nps: Option<SheetWriter<'a>>,
    contributions: Option<SheetWriter<'a>>,
    voices: Option<SheetWriter<'a>>,
    changes: SheetWriter<'a>,
    functions: SheetWriter<'a>,
}

/// The rows of some cells, ready to be written.
#[derive(Default)]
struct Made {
    nps: Option<RecordBatch>,
    contributions: Option<RecordBatch>,
    voices: Option<RecordBatch>,
    changes: Option<RecordBatch>,
    functions: Option<RecordBatch>,
    blames: Vec<ValueBlame>,
}

impl Writers<'_> {
    /// Writes rows, the tables beside each other.
    fn push(&mut self, made: &[Made]) -> Result<()> {
        let Self { nps, contributions, voices, changes, functions } = self;
        let push = |writer: Option<&mut SheetWriter<'_>>, rows: fn(&Made) -> Option<&RecordBatch>| -> Result<()> {
            let Some(writer) = writer else { return Ok(()) };
            made.iter().filter_map(rows).try_for_each(|batch| writer.push(batch))
        };
        let (first, (second, third)) = rayon::join(
            || push(contributions.as_mut(), |made| made.contributions.as_ref()),
            || {
                rayon::join(
                    || push(voices.as_mut(), |made| made.voices.as_ref()),
                    || {
                        push(nps.as_mut(), |made| made.nps.as_ref())?;
                        push(Some(changes), |made| made.changes.as_ref())?;
                        push(Some(functions), |made| made.functions.as_ref())
                    },
                )
            },
        );
        first.and(second).and(third)
    }
}

/// The figures of the same cells in an earlier period, where it has them, by segment values.
type Before<'a> = HashMap<&'a [SegmentValue], &'a CellFigures>;

/// An earlier period at one level.
struct EarlierLevel<'a> {
    compared: &'a Compared,
    members: HashMap<Vec<SegmentValue>, Member>,
    /// Of single segment columns, what each value adds to the total's change.
    mixes: HashMap<SegmentValue, MixRate>,
    /// Values that only the earlier period has.
    gone: Vec<Member>,
}

impl Period<'_> {
    /// Stages the tables; returns them, and who blames what.
    pub(super) fn write(&self) -> Result<Written> {
        let sheets = self.tables.sheets;
        let place = |table: Table| self.tables.output.stage(table, self.label);
        let mut writers = Writers {
            nps: self.whole.then(|| sheets.nps.writer(place(Table::Nps))),
            contributions: self.whole.then(|| sheets.contributions.writer(place(Table::Contributions))),
            voices: self.whole.then(|| sheets.voices.writer(place(Table::Voices))),
            changes: sheets.changes.writer(place(Table::Changes)),
            functions: sheets.functions.writer(place(Table::Functions)),
        };
        // All levels but the total's are made of the answers themselves.
        let earlier = self.compared.iter().map(|compared| Some(&*compared.period));
        let kept = std::iter::once(self.only).chain(earlier).filter(|_| self.grouped.levels().len() > 1);
        let _kept: Vec<_> = kept.map(|period| self.grouped.open(period)).collect();
        let mut blames = Vec::new();
        for level in self.grouped.levels() {
            if level.is_empty() {
                self.total(&mut writers)?;
            } else {
                blames.extend(self.level(level, &mut writers)?);
            }
        }
        let Writers { nps, contributions, voices, changes, functions } = writers;
        let mut parts = Vec::new();
        for (table, writer) in [
            (Table::Nps, nps),
            (Table::Contributions, contributions),
            (Table::Voices, voices),
            (Table::Changes, Some(changes)),
            (Table::Functions, Some(functions)),
        ] {
            if let Some(writer) = writer {
                parts.push((PartId::new(table, self.label), writer.finish()?));
            }
        }
        Ok(Written { parts, blames })
    }

    /// The cell of everybody.
    fn total(&self, writers: &mut Writers<'_>) -> Result<()> {
        let Some(cell) = self.totals.of(self.only) else { return Ok(()) };
        let alone =
            |compared| EarlierLevel { compared, members: HashMap::new(), mixes: HashMap::new(), gone: Vec::new() };
        let earlier: Vec<EarlierLevel<'_>> = self.compared.iter().map(alone).collect();
        let then = |compared: &Compared| self.totals.of(Some(&compared.period));
        let before: Vec<Before<'_>> = self
            .compared
            .iter()
            .map(|compared| then(compared).map(|then| (cell.key.segments.as_slice(), then)).into_iter().collect())
            .collect();
        writers.push(&[self.rows_of(std::slice::from_ref(cell), &earlier, &before)?])
    }

    fn level(&self, level: &[usize], writers: &mut Writers<'_>) -> Result<Option<Blame>> {
        let members = self.grouped.members(self.only, level);
        let earlier: Vec<EarlierLevel<'_>> =
            self.compared.iter().map(|compared| self.earlier(compared, level, &members)).collect();
        let mut blame = match level {
            [column] => Some(Blame { column: *column, values: Vec::new() }),
            _ => None,
        };
        let mut ready = Vec::new();
        for chunk in members.chunks(CHUNK) {
            let (written, made) = rayon::join(|| writers.push(&ready), || self.make(chunk, &earlier));
            written?;
            ready = made?;
            if let Some(blame) = &mut blame {
                blame.values.extend(ready.iter_mut().flat_map(|made| std::mem::take(&mut made.blames)));
            }
        }
        writers.push(&ready)?;
        for earlier in &earlier {
            for chunk in earlier.gone.chunks(CHUNK) {
                let figures = self.grouped.figures_without_regressions(chunk);
                let rows = figures.iter().filter_map(|cell| {
                    // None where one of the two periods has no scores, so that the total has no change.
                    let mix = level.first().and_then(|column| earlier.mixes.get(&cell.key.segments[*column]))?;
                    Some(change_rows::gone(self.tables.labels, earlier.compared, cell, *mix))
                });
                writers.changes.push(&self.tables.sheets.changes.rows(&rows.collect::<Vec<_>>())?)?;
            }
        }
        Ok(blame)
    }

    /// The rows of some cells, in their order.
    fn make(&self, members: &[Member], earlier: &[EarlierLevel<'_>]) -> Result<Vec<Made>> {
        members.par_chunks(SLICE).map(|slice| self.make_slice(slice, earlier)).collect()
    }

    /// All rows of a table together: making a batch costs more than its rows where they are few.
    fn make_slice(&self, members: &[Member], earlier: &[EarlierLevel<'_>]) -> Result<Made> {
        let cells =
            if self.whole { self.grouped.figures(members) } else { self.grouped.figures_without_regressions(members) };
        let figures: Vec<(Vec<&CellFigures>, Vec<CellFigures>)> =
            earlier.iter().map(|level| self.figures_before(&cells, level)).collect();
        let before: Vec<Before<'_>> = figures
            .iter()
            .map(|(cells, figures)| cells.iter().map(|cell| cell.key.segments.as_slice()).zip(figures).collect())
            .collect();
        self.rows_of(&cells, earlier, &before)
    }

    /// Those of the cells that the earlier period has too, and their figures then.
    fn figures_before<'c>(
        &self,
        cells: &'c [CellFigures],
        level: &EarlierLevel<'_>,
    ) -> (Vec<&'c CellFigures>, Vec<CellFigures>) {
        let known = cells.iter().filter_map(|cell| Some((cell, level.members.get(&cell.key.segments)?.clone())));
        let (cells, members): (Vec<_>, Vec<_>) = known.unzip();
        (cells, self.grouped.figures_without_regressions(&members))
    }

    /// The rows of these cells, against those of earlier periods; `before` has one for each of `earlier`.
    fn rows_of(&self, cells: &[CellFigures], earlier: &[EarlierLevel<'_>], before: &[Before<'_>]) -> Result<Made> {
        let (sheets, labels) = (self.tables.sheets, self.tables.labels);
        let labelled: Vec<(&CellFigures, Arc<CellLabel>)> =
            cells.iter().map(|cell| (cell, labels.cell(&cell.key))).collect();
        let mut made = self.make_changes(&labelled, earlier, before)?;
        if self.whole {
            let invited = invited_in(self.label, &self.tables.merged.periods);
            let rows: Vec<_> = labelled.iter().map(|(cell, label)| rows::nps(cell, label, invited)).collect();
            made.nps = Some(sheets.nps.rows(&rows)?);
            let rows: Vec<_> =
                labelled.iter().flat_map(|(cell, label)| rows::contributions(cell, label, labels)).collect();
            made.contributions = Some(sheets.contributions.rows(&rows)?);
            let rows: Vec<_> = labelled.iter().flat_map(|(cell, label)| rows::voices(cell, label, labels)).collect();
            made.voices = Some(sheets.voices.rows(&rows)?);
        }
        made.blames = cells.iter().filter_map(ValueBlame::of).collect();
        Ok(made)
    }

    /// The cells' changes, and their functions, which hold their own.
    fn make_changes(
        &self,
        cells: &[(&CellFigures, Arc<CellLabel>)],
        earlier: &[EarlierLevel<'_>],
        before: &[Before<'_>],
    ) -> Result<Made> {
        let (sheets, labels) = (self.tables.sheets, self.tables.labels);
        let (mut changes, mut functions) = (Vec::new(), Vec::new());
        for (cell, label) in cells {
            for (level, before) in earlier.iter().zip(before) {
                let mix = match cell.key.level.as_slice() {
                    [column] => level.mixes.get(&cell.key.segments[*column]).copied(),
                    _ => None,
                };
                let earlier =
                    Earlier { compared: level.compared, cell: before.get(cell.key.segments.as_slice()).copied(), mix };
                changes.extend(change_rows::rows(labels, &self.tables.rule, label, cell, &earlier));
            }
            let then = |comparison: Comparison| {
                let at = earlier.iter().position(|level| level.compared.comparison == comparison)?;
                before[at].get(cell.key.segments.as_slice()).copied()
            };
            functions.extend(self.function_rows(cell, label, Comparison::ALL.map(then)));
        }
        Ok(Made {
            changes: Some(sheets.changes.rows(&changes)?),
            functions: Some(sheets.functions.rows(&functions)?),
            ..Made::default()
        })
    }

    fn function_rows(
        &self,
        cell: &CellFigures,
        label: &Arc<CellLabel>,
        then: [Option<&CellFigures>; 2],
    ) -> Vec<FunctionRow> {
        let measured = |cell: &CellFigures| -> Vec<Measured> {
            let of = |it: &crate::contribution::FunctionFigures| Measured {
                net: it.net_contribution.value,
                variance: it.net_variance,
                mass: it.mass,
                credited: it.credited,
                respondents: cell.n,
            };
            cell.functions.iter().map(of).collect()
        };
        let now = measured(cell);
        let both = |then: Option<&CellFigures>| {
            let then = then.filter(|then| then.n > 0 && cell.n > 0)?;
            Some(change::changes(&now, &measured(then), &change_rows::rule_for(&self.tables.rule, cell, then)))
        };
        let [previous, year_ago] = then.map(both);
        let functions = cell.functions.iter().enumerate();
        functions
            .zip(self.tables.labels.functions())
            .map(|((at, figures), (name, drivers))| FunctionRow {
                cell: Arc::clone(label),
                function: Arc::clone(name),
                drivers: *drivers,
                figures: *figures,
                scored: cell.n > 0,
                changes: [&previous, &year_ago].map(|changes| changes.as_ref().map(|all| all[at])),
                low_base: cell.low_base,
            })
            .collect()
    }

    /// An earlier period's cells of one level, and what the values of a single segment column add to the change of the total.
    fn earlier<'c>(&self, compared: &'c Compared, level: &[usize], members: &[Member]) -> EarlierLevel<'c> {
        let before = self.grouped.members_of_any_size(Some(&compared.period), level);
        let mut mixes = HashMap::new();
        let mut gone = Vec::new();
        if let [column] = level {
            let value = |member: &Member| member.key.segments[*column].clone();
            let here: HashMap<SegmentValue, (f64, f64)> =
                members.iter().map(|member| (value(member), self.grouped.score(member))).collect();
            let there: HashMap<SegmentValue, (f64, f64)> =
                before.iter().map(|member| (value(member), self.grouped.score(member))).collect();
            gone = before.iter().filter(|member| !here.contains_key(&value(member))).cloned().collect();
            // This period's values in their order, then those that are gone in theirs.
            let values: Vec<SegmentValue> = members.iter().chain(&gone).map(value).collect();
            let shares = |side: &HashMap<SegmentValue, (f64, f64)>| -> Vec<Share> {
                let of = |value: &SegmentValue| side.get(value).copied().unwrap_or_default();
                let whole: f64 = values.iter().map(|value| of(value).0).sum();
                let share =
                    |(weight, nps): (f64, f64)| Share { share: if whole > 0.0 { weight / whole } else { 0.0 }, nps };
                values.iter().map(|value| share(of(value))).collect()
            };
            if let Some(parts) = mix_and_rate(&shares(&here), &shares(&there)) {
                mixes = values.into_iter().zip(parts).collect();
            }
        }
        let members = before.into_iter().map(|member| (member.key.segments.clone(), member)).collect();
        EarlierLevel { compared, members, mixes, gone }
    }
}
