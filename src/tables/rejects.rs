//! The table `rejects`: one row per input row that was not used, with where it is and why.
//!
//! Not where rows are refused: `survey` does that. The rows of earlier inputs stay, so that rows in = comments + rejects holds
//! over all runs of an output.

use std::collections::BTreeSet;

use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch, new_null_array};
use arrow::compute::{SortColumn, concat_batches, filter_record_batch, lexsort_to_indices, take_record_batch};
use arrow::datatypes::{DataType, SchemaRef};

use super::batch::{batch, column, unfit};
use super::columns::{Column, count_or_null, word, word_or_null};
use super::partition::Table;
use super::sheet::Sheet;
use crate::error::Result;

const NAME: &str = Table::Rejects.as_str();

/// One input row that was not used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RejectRow {
    /// The file's name, as the run was given it.
    pub file: String,
    /// The digest of the file's content.
    pub file_digest: String,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// Line from 1, where the format has lines.
    pub line: Option<u64>,
    /// Byte from 0 at which the row starts, where the format is text.
    pub byte: Option<u64>,
    /// The column whose value is the reason, if it is one.
    pub column: Option<String>,
    /// Stable code of the reason, such as `score_off_scale`.
    pub reason: String,
    /// One sentence for people.
    pub message: String,
}

type Row = RejectRow;

/// The columns in order.
fn reject_columns() -> Vec<Column<Row>> {
    vec![
        word("file", "Name of the input file, as the run was given it.", |r: &Row| &r.file),
        word("file_digest", "BLAKE3 digest of the file's content, in hexadecimal.", |r: &Row| &r.file_digest),
        word_or_null("sheet", "Sheet of a workbook; null where the file is none.", |r: &Row| r.sheet.as_deref()),
        count_or_null(
            "line",
            "Line of the row (of a workbook or Parquet file, the row) in the file, from 1.",
            |r: &Row| r.line,
        ),
        count_or_null("byte", "Byte at which the row starts, from 0; null where the format is not text.", |r: &Row| {
            r.byte
        }),
        word_or_null("column", "Column whose value is the reason; null where the whole row is.", |r: &Row| {
            r.column.as_deref()
        }),
        word("reason", "Stable code of the reason, such as `score_off_scale`.", |r: &Row| &r.reason),
        word("message", "The reason as a sentence.", |r: &Row| &r.message),
    ]
}

/// The table `rejects`, to make many batches of it.
pub fn rejects_sheet() -> Sheet<RejectRow> {
    Sheet::new(Table::Rejects, reject_columns(), None)
}

/// The schema of `rejects`.
pub fn rejects_schema() -> SchemaRef {
    Arc::clone(rejects_sheet().schema())
}

/// The rows of `rejects`, in the order given.
pub fn rejects_rows(rows: &[RejectRow]) -> Result<RecordBatch> {
    rejects_sheet().rows(rows)
}

/// What a run read whole: a file by its digest, or one sheet of it.
pub type ReadInput = (String, Option<String>);

/// The rows that earlier runs left (`old`), less those of inputs that this run read again (`inputs`), with this run's rows; sorted by file digest and
/// place, so that the table does not depend on the order in which files were ever given.
pub fn rejects_merged(
    old: impl IntoIterator<Item = Result<RecordBatch>>,
    new: &[RejectRow],
    inputs: &BTreeSet<ReadInput>,
) -> Result<RecordBatch> {
    let mut batches = vec![rejects_rows(new)?];
    for old in old {
        let old = kept(&old?, inputs)?;
        if old.num_rows() > 0 {
            batches.push(old);
        }
    }
    let merged = concat_batches(&rejects_schema(), &batches).map_err(unfit(NAME))?;
    sorted(&merged)
}

/// The rows whose file, or sheet of it, is not among `inputs`, under this version's schema. Earlier versions kept no sheet: rows of theirs leave with
/// any sheet of their file.
fn kept(old: &RecordBatch, inputs: &BTreeSet<ReadInput>) -> Result<RecordBatch> {
    let schema = rejects_schema();
    let columns = schema.fields().iter().map(|field| match old.column_by_name(field.name()) {
        None if field.is_nullable() => Ok(new_null_array(field.data_type(), old.num_rows())),
        _ => column(NAME, old, field.name(), field.data_type()),
    });
    let old = batch(NAME, schema.clone(), columns.collect::<Result<Vec<_>>>()?)?;
    let words = |name| column(NAME, &old, name, &DataType::Utf8);
    let (digests, sheets) = (words("file_digest")?, words("sheet")?);
    let is_read = |digest: &str, sheet: Option<&str>| {
        inputs.iter().any(|(read, of)| read == digest && (sheet.is_none() || of.as_deref() == sheet))
    };
    let rows = digests.as_string::<i32>().iter().zip(sheets.as_string::<i32>());
    let keep: BooleanArray =
        rows.map(|(digest, sheet)| Some(digest.is_none_or(|digest| !is_read(digest, sheet)))).collect();
    filter_record_batch(&old, &keep).map_err(unfit(NAME))
}

/// The rows by file digest, line and byte, and then by everything else, so that no two orders are possible.
fn sorted(rows: &RecordBatch) -> Result<RecordBatch> {
    if rows.num_rows() < 2 {
        return Ok(rows.clone());
    }
    let keys = ["file_digest", "sheet", "line", "byte", "column", "reason", "message", "file"];
    let keys = keys.iter().map(|name| {
        let values =
            column(NAME, rows, name, rows.schema_ref().field_with_name(name).map_err(unfit(NAME))?.data_type())?;
        Ok(SortColumn { values, options: None })
    });
    let order = lexsort_to_indices(&keys.collect::<Result<Vec<_>>>()?, None).map_err(unfit(NAME))?;
    take_record_batch(rows, &order).map_err(unfit(NAME))
}
