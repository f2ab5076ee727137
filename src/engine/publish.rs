//! The tables that a run makes of its figures and rejects: staged, to be put in place with the rest.
//!
//! Not for tables of respondents, which are staged as batches come (`output`), nor for any figure.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::invited::invited_in;
use super::output::Merged;
use super::rows::{contribution_rows, nps_row};
use super::work::Shop;
use crate::contribution::CellFigures;
use crate::error::Result;
use crate::survey::Reject;
use crate::tables::{
    ALL_PERIODS, Manifest, Output, PartId, PartInfo, PartWriter, RejectRow, Table, contributions_rows,
    contributions_schema, nps_rows, nps_schema, rejects_merged, rejects_schema,
};

/// The tables that are made of figures and rejects.
pub(crate) struct Tables<'a> {
    pub(crate) output: &'a Output,
    pub(crate) shop: &'a Shop,
    pub(crate) before: Option<&'a Manifest>,
}

impl Tables<'_> {
    /// Stages `nps` and `contributions` of the touched periods and of all together.
    pub(crate) fn figures(
        &self,
        figures: &[CellFigures],
        merged: &Merged,
        parts: &mut BTreeMap<PartId, PartInfo>,
    ) -> Result<()> {
        // A period that everybody left has no cells, and its tables are empty.
        let touched = merged.touched.iter().map(String::as_str).filter(|period| *period != ALL_PERIODS);
        let mut by_period: BTreeMap<&str, Vec<&CellFigures>> = touched.map(|period| (period, Vec::new())).collect();
        by_period.insert(ALL_PERIODS, Vec::new());
        for cell in figures {
            // Where the survey has no periods, its one period and all together are the same cells.
            match cell.key.period.as_deref() {
                None => by_period.entry(ALL_PERIODS).or_default().push(cell),
                Some(period) if period != ALL_PERIODS && merged.touched.contains(period) => {
                    by_period.entry(period).or_default().push(cell);
                }
                Some(_) => {}
            }
        }
        let staged: Result<Vec<_>> =
            by_period.into_par_iter().map(|(period, cells)| self.period_figures(period, &cells, merged)).collect();
        parts.extend(staged?.into_iter().flatten());
        Ok(())
    }

    fn period_figures(&self, period: &str, cells: &[&CellFigures], merged: &Merged) -> Result<[(PartId, PartInfo); 2]> {
        let Shop { layout, tree, tagger, .. } = self.shop;
        let invited = invited_in(period, &merged.periods);
        let rows: Vec<_> = cells.iter().map(|cell| nps_row(cell, &layout.segments, invited)).collect();
        let mut nps = self.writer(Table::Nps, period)?;
        nps.push(&nps_rows(&rows, layout)?)?;
        let mut contributions = self.writer(Table::Contributions, period)?;
        for cell in cells {
            let rows: Vec<_> = contribution_rows(cell, &layout.segments, tagger.lexicon(), tree).collect();
            contributions.push(&contributions_rows(&rows, layout)?)?;
        }
        Ok([
            (PartId::new(Table::Nps, period), nps.finish()?),
            (PartId::new(Table::Contributions, period), contributions.finish()?),
        ])
    }

    /// Stages `rejects`: those of other inputs stay.
    pub(crate) fn rejects(&self, rejects: &[(usize, Reject)], parts: &mut BTreeMap<PartId, PartInfo>) -> Result<()> {
        let rows: Vec<RejectRow> = rejects
            .iter()
            .map(|(source, reject)| RejectRow {
                file: reject.source.clone(),
                file_digest: self.shop.sources[*source].digest.clone(),
                line: Some(reject.line),
                byte: Some(reject.byte),
                column: reject.column.clone(),
                reason: reject.reason.as_str().to_owned(),
                message: reject.message.clone(),
            })
            .collect();
        let part = PartId::of_all_periods(Table::Rejects);
        let old = match self.before {
            Some(before) => before.read_part(self.output.root(), &part, None)?,
            None => None,
        };
        let inputs = self.shop.sources.iter().map(|source| source.digest.clone()).collect();
        let mut writer = self.writer(Table::Rejects, ALL_PERIODS)?;
        writer.push(&rejects_merged(old.into_iter().flatten(), &rows, &inputs)?)?;
        parts.insert(part, writer.finish()?);
        Ok(())
    }

    fn writer(&self, table: Table, period: &str) -> Result<PartWriter> {
        let schema = match table {
            Table::Nps => nps_schema(&self.shop.layout),
            Table::Contributions => contributions_schema(&self.shop.layout),
            _ => rejects_schema(),
        };
        PartWriter::create(&self.output.stage(table, period), &schema)
    }

    /// All files of the output after the run: those of earlier runs that stay, and the new ones.
    pub(crate) fn files(&self, parts: &BTreeMap<PartId, PartInfo>) -> BTreeMap<String, PartInfo> {
        let mut files = self.before.map(|before| before.files.clone()).unwrap_or_default();
        files.extend(parts.iter().map(|(part, info)| (part.key(), info.clone())));
        files
    }
}
