//! The tables of figures, made ready once a run for the hundreds of files that it writes.
//!
//! Not for rows.

use std::path::PathBuf;

use arrow::array::RecordBatch;

use crate::error::Result;
use crate::tables::{
    AttributionRow, ChangeRow, ContributionRow, FollowUpRow, FunctionRow, Layout, NpsRow, Sheet, SheetFormat,
    SheetWriter, VoiceRow, attribution_sheet, changes_sheet, contributions_sheet, follow_ups_sheet, functions_sheet,
    nps_sheet, voices_sheet,
};

/// One table.
pub(crate) struct Prepared<R> {
    sheet: Sheet<R>,
    format: SheetFormat,
}

impl<R> Prepared<R> {
    fn new(sheet: Sheet<R>) -> Result<Self> {
        let format = SheetFormat::new(sheet.schema())?;
        Ok(Self { sheet, format })
    }

    /// A batch of rows.
    pub(crate) fn rows(&self, rows: &[R]) -> Result<RecordBatch> {
        self.sheet.rows(rows)
    }

    /// A file of the table.
    pub(crate) fn writer(&self, path: PathBuf) -> SheetWriter<'_> {
        SheetWriter::new(path, &self.format)
    }
}

/// All of them.
pub(crate) struct Sheets {
    pub(crate) nps: Prepared<NpsRow>,
    pub(crate) contributions: Prepared<ContributionRow>,
    pub(crate) voices: Prepared<VoiceRow>,
    pub(crate) changes: Prepared<ChangeRow>,
    pub(crate) functions: Prepared<FunctionRow>,
    pub(crate) attribution: Prepared<AttributionRow>,
    pub(crate) follow_ups: Prepared<FollowUpRow>,
}

impl Sheets {
    /// For a survey of this layout.
    pub(crate) fn new(layout: &Layout) -> Result<Self> {
        Ok(Self {
            nps: Prepared::new(nps_sheet(layout))?,
            contributions: Prepared::new(contributions_sheet(layout))?,
            voices: Prepared::new(voices_sheet(layout))?,
            changes: Prepared::new(changes_sheet(layout))?,
            functions: Prepared::new(functions_sheet(layout))?,
            attribution: Prepared::new(attribution_sheet())?,
            follow_ups: Prepared::new(follow_ups_sheet(layout))?,
        })
    }
}
