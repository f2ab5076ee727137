//! The tables of one period's cells: `nps`, `contributions`, `voices`, `changes`, `functions`, and what `attribution` needs of them.
//!
//! Levels are gone through one after the other, and their cells some at a time, so that a cube never stands in memory as a whole.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use rayon::prelude::*;

use super::change_rows::{self, Earlier};
use super::{Published, Tables, rows};
use crate::contribution::change::{self, Measured};
use crate::contribution::mix::{MixRate, Share, mix_and_rate};
use crate::contribution::{Base, CellFigures, Grouped, Member, SegmentValue};
use crate::engine::invited::invited_in;
use crate::error::Result;
use crate::tables::{
    CellLabel, Comparison, FunctionRow, PartId, PartInfo, PartWriter, Table, changes_rows, contributions_rows,
    functions_rows, nps_rows, voices_rows,
};

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
struct Writers {
    nps: Option<PartWriter>,
    contributions: Option<PartWriter>,
    voices: Option<PartWriter>,
    changes: PartWriter,
    functions: PartWriter,
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

impl Writers {
    /// Writes rows, the tables beside each other.
    fn push(&mut self, made: &[Made]) -> Result<()> {
        let Self { nps, contributions, voices, changes, functions } = self;
        let push = |writer: Option<&mut PartWriter>, rows: fn(&Made) -> Option<&RecordBatch>| -> Result<()> {
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
        let one = |table: Table| self.tables.writer(table, self.label);
        let if_whole = |table: Table| self.whole.then(|| one(table)).transpose();
        let mut writers = Writers {
            nps: if_whole(Table::Nps)?,
            contributions: if_whole(Table::Contributions)?,
            voices: if_whole(Table::Voices)?,
            changes: one(Table::Changes)?,
            functions: one(Table::Functions)?,
        };
        let mut blames = Vec::new();
        for level in self.grouped.levels() {
            blames.extend(self.level(level, &mut writers)?);
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

    fn level(&self, level: &[usize], writers: &mut Writers) -> Result<Option<Blame>> {
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
                writers.changes.push(&changes_rows(&rows.collect::<Vec<_>>(), &self.tables.shop.layout)?)?;
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
        let (layout, labels) = (&self.tables.shop.layout, self.tables.labels);
        let cells =
            if self.whole { self.grouped.figures(members) } else { self.grouped.figures_without_regressions(members) };
        let labelled: Vec<(&CellFigures, Arc<CellLabel>)> =
            cells.iter().map(|cell| (cell, labels.cell(&cell.key))).collect();
        let mut made = self.make_changes(&labelled, earlier)?;
        if self.whole {
            let invited = invited_in(self.label, &self.tables.merged.periods);
            let rows: Vec<_> = labelled.iter().map(|(cell, label)| rows::nps(cell, label, invited)).collect();
            made.nps = Some(nps_rows(&rows, layout)?);
            let rows: Vec<_> =
                labelled.iter().flat_map(|(cell, label)| rows::contributions(cell, label, labels)).collect();
            made.contributions = Some(contributions_rows(&rows, layout)?);
            let rows: Vec<_> = labelled.iter().flat_map(|(cell, label)| rows::voices(cell, label, labels)).collect();
            made.voices = Some(voices_rows(&rows, layout)?);
        }
        made.blames = cells.iter().filter_map(ValueBlame::of).collect();
        Ok(made)
    }

    /// The cells' changes, and their functions, which hold their own.
    fn make_changes(&self, cells: &[(&CellFigures, Arc<CellLabel>)], earlier: &[EarlierLevel<'_>]) -> Result<Made> {
        let (layout, labels) = (&self.tables.shop.layout, self.tables.labels);
        // By comparison: the figures of the same cells in the earlier period, where it has them.
        let mut before: Vec<HashMap<&[SegmentValue], CellFigures>> = Vec::new();
        for level in earlier {
            let known = cells.iter().filter_map(|(cell, _)| Some((*cell, level.members.get(&cell.key.segments)?)));
            let (cells, members): (Vec<_>, Vec<_>) = known.map(|(cell, member)| (cell, member.clone())).unzip();
            let figures = self.grouped.figures_without_regressions(&members);
            before.push(cells.iter().map(|cell| cell.key.segments.as_slice()).zip(figures).collect());
        }
        let (mut changes, mut functions) = (Vec::new(), Vec::new());
        for (cell, label) in cells {
            for (level, before) in earlier.iter().zip(&before) {
                let mix = match cell.key.level.as_slice() {
                    [column] => level.mixes.get(&cell.key.segments[*column]).copied(),
                    _ => None,
                };
                let earlier = Earlier { compared: level.compared, cell: before.get(cell.key.segments.as_slice()), mix };
                changes.extend(change_rows::rows(labels, &self.tables.rule, label, cell, &earlier));
            }
            let then = |comparison: Comparison| {
                let at = earlier.iter().position(|level| level.compared.comparison == comparison)?;
                before[at].get(cell.key.segments.as_slice())
            };
            functions.extend(self.function_rows(cell, label, Comparison::ALL.map(then)));
        }
        Ok(Made {
            changes: Some(changes_rows(&changes, layout)?),
            functions: Some(functions_rows(&functions, layout)?),
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
