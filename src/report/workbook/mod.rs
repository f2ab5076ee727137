//! The tables as sheets, for people who will not leave their spreadsheet: a workbook, or a folder of CSV files.
//!
//! Not for editing and taking back (a lexicon's sheets: `curate::sheets`), nor for any number: all stand in the tables.
//!
//! - `rows`: a table's rows as cells, one at a time: a year of comments takes no more memory than a batch.
//! - `xlsx`, `csv`: cells as files.
//! - `about`, `charts`: the first two sheets of a workbook.

mod about;
mod charts;
mod csv;
mod rows;
mod xlsx;

use std::path::{Path, PathBuf};

use super::figures::period_of;
use super::page::Lang;
use crate::error::{Error, ErrorKind, Result};
use crate::tables::{Manifest, PartId, Table};

/// The order of the sheets: figures first.
const SHEETS: [Table; 12] = [
    Table::Nps,
    Table::Contributions,
    Table::Changes,
    Table::Functions,
    Table::Attribution,
    Table::Voices,
    Table::Actions,
    Table::FollowUps,
    Table::Recoveries,
    Table::Comments,
    Table::Mentions,
    Table::Rejects,
];

/// Rows that a sheet holds below its head.
const MOST_ROWS: u64 = 1_048_575;

/// What is exported.
#[derive(Debug, Clone)]
pub struct ExportOptions {
    /// The period's label, or `all` for every row of the output; not given: the last one.
    pub period: Option<String>,
    /// The language of the first two sheets; not given: that of most comments.
    pub lang: Option<Lang>,
}

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The period's label, or `all`.
    pub period: String,
    /// Tables with their rows.
    pub tables: Vec<(Table, u64)>,
    /// The files.
    pub files: Vec<PathBuf>,
    /// Texts that were cut because no cell holds them.
    pub cut: u64,
}

/// Writes a workbook; the same output makes the same bytes.
///
/// # Errors
/// `no_output`, `unknown_period`, `empty_period`, `too_many_rows` where a table has more rows than a sheet holds, those of damaged files, and
/// where the file cannot be written.
pub fn xlsx(out: &Path, options: &ExportOptions, file: &Path) -> Result<Exported> {
    let manifest = Manifest::of_tables(out)?;
    let period = period_of(&manifest, options.period.as_deref())?;
    fits(&manifest, &period, MOST_ROWS)?;
    xlsx::write(&Source { out, manifest: &manifest, period: &period }, options.lang, file)
}

/// Writes a CSV file for each table.
///
/// # Errors
/// As [`xlsx`], but for the number of rows: there is no most.
pub fn csv(out: &Path, options: &ExportOptions, folder: &Path) -> Result<Exported> {
    let manifest = Manifest::of_tables(out)?;
    let period = period_of(&manifest, options.period.as_deref())?;
    csv::write(&Source { out, manifest: &manifest, period: &period }, folder)
}

/// Where the rows come from.
#[derive(Clone, Copy)]
struct Source<'a> {
    out: &'a Path,
    manifest: &'a Manifest,
    period: &'a str,
}

/// Whether a table is of all periods together, whatever the period.
const fn is_whole(table: Table) -> bool {
    matches!(table, Table::Actions | Table::Recoveries | Table::Rejects)
}

/// The parts of a table that belong to a period; to `all` every part.
fn parts(manifest: &Manifest, table: Table, period: &str) -> Vec<PartId> {
    let parts = manifest.files.keys().filter_map(|key| PartId::parse(key)).filter(|part| part.table == table);
    let is_wanted = |part: &PartId| period == crate::tables::ALL_PERIODS || is_whole(table) || part.period == period;
    parts.filter(is_wanted).collect()
}

fn rows_of(manifest: &Manifest, table: Table, period: &str) -> u64 {
    parts(manifest, table, period).iter().filter_map(|part| manifest.part(part)).map(|info| info.rows).sum()
}

/// Makes sure that a sheet holds each table.
fn fits(manifest: &Manifest, period: &str, most: u64) -> Result<()> {
    for table in SHEETS {
        let rows = rows_of(manifest, table, period);
        if rows > most {
            let message = format!("`{}` has {rows} rows, and a sheet holds {most}", table.as_str());
            return Err(Error::new(ErrorKind::Usage, "too_many_rows", message)
                .help("Export one period (--period LABEL), or write CSV (--csv DIR), which has no largest sheet."));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::PartInfo;

    fn manifest() -> Manifest {
        let mut manifest = Manifest::default();
        for (table, period, rows) in [
            (Table::Comments, "2026-W01", 3),
            (Table::Comments, "2026-W02", 4),
            (Table::Nps, "2026-W02", 1),
            (Table::Nps, "all", 1),
            (Table::Rejects, "all", 2),
        ] {
            let info = PartInfo { rows, bytes: 0, digest: String::new() };
            manifest.files.insert(PartId::new(table, period).key(), info);
        }
        manifest
    }

    #[test]
    fn a_period_has_its_rows_and_all_has_every_row() {
        let manifest = manifest();
        for (table, period, rows) in [
            (Table::Comments, "2026-W02", 4),
            (Table::Comments, "all", 7),
            (Table::Nps, "2026-W02", 1),
            (Table::Nps, "all", 2),
            (Table::Rejects, "2026-W02", 2),
            (Table::Voices, "all", 0),
        ] {
            assert_eq!(rows_of(&manifest, table, period), rows, "{table:?} {period}");
        }
    }

    #[test]
    fn more_rows_than_a_sheet_holds_are_refused_with_the_way_out() {
        let manifest = manifest();
        assert!(fits(&manifest, "all", 7).is_ok());
        let error = fits(&manifest, "all", 6).unwrap_err();
        assert_eq!((error.code(), error.message()), ("too_many_rows", "`comments` has 7 rows, and a sheet holds 6"));
        assert!(error.way_out().unwrap().contains("--period"));
        assert!(fits(&manifest, "2026-W02", 6).is_ok());
    }
}
