//! Parquet: any column that can be written as text, as text.
//!
//! Not for the tables that a run writes (`tables`): this reads surveys that others export.

use std::fs::File;

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::compute::{can_cast_types, cast};
use arrow::datatypes::DataType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::rows::{Fault, MAX_FIELD, Rows, positions};
use super::source::Source;
use crate::error::{Error, ErrorKind, Place, Result};

fn broken(source: &Source, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    let message = format!("{} cannot be read as Parquet: {error}", source.path.display());
    Error::new(ErrorKind::Input, "not_a_table", message).at(Place::file(&source.path)).source(error)
}

/// What the reader of Parquet gives; where it panics, the file is damaged.
fn read<T, E: std::error::Error + Send + Sync + 'static>(
    source: &Source,
    read: impl FnOnce() -> Result<T, E>,
) -> Result<T> {
    let damaged = || {
        let message = format!("{} cannot be read as Parquet: it is damaged", source.path.display());
        Error::new(ErrorKind::Input, "not_a_table", message)
            .at(Place::file(&source.path))
            .help("Export or copy it once more.")
    };
    crate::foreign::call(read).ok_or_else(damaged)?.map_err(|error| broken(source, error))
}

fn open(source: &Source) -> Result<(ParquetRecordBatchReaderBuilder<File>, Vec<String>)> {
    let file = source.file()?;
    let builder = read(source, || ParquetRecordBatchReaderBuilder::try_new(file))?;
    let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    Ok((builder, names))
}

/// The names of the top-level columns; code `duplicate_column`.
pub(super) fn columns(source: &Source) -> Result<Vec<String>> {
    let names = open(source)?.1;
    if let Some((_, name)) = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
        let message = format!("two columns are called `{name}`");
        return Err(Error::new(ErrorKind::Input, "duplicate_column", message).at(Place::file(&source.path)));
    }
    Ok(names)
}

/// Batches of one Parquet file.
pub(super) struct Batches {
    reader: ParquetRecordBatchReader,
    source: Source,
}

/// The rows of a Parquet file with these columns, so many at a time.
pub(super) fn open_rows(source: &Source, columns: &[String], rows: usize) -> Result<Batches> {
    let (builder, all) = open(source)?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), positions(source, &all, columns)?);
    let reader = read(source, || builder.with_projection(mask).with_batch_size(rows).build())?;
    Ok(Batches { reader, source: source.clone() })
}

impl Batches {
    /// The next batch; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<RecordBatch>> {
        read(&self.source, || self.reader.next().transpose())
    }
}

/// Makes rows of a batch, up to `limit` of them, with these columns, in this order. Nested columns are blank.
pub(super) fn split(
    source: &Source,
    columns: &[String],
    batch: &RecordBatch,
    limit: u64,
    rows: &mut Rows,
) -> Result<()> {
    let as_texts = |name: &String| {
        let column = batch.column_by_name(name).filter(|c| can_cast_types(c.data_type(), &DataType::Utf8));
        match column {
            Some(column) => read(source, || as_text(column.as_ref())),
            None => Ok(StringArray::new_null(batch.num_rows())),
        }
    };
    let texts: Vec<StringArray> = columns.iter().map(as_texts).collect::<Result<_>>()?;
    let field = |column: &StringArray, row: usize| column.is_valid(row).then(|| column.value(row).len());
    for row in 0..batch.num_rows() {
        if rows.read == limit {
            break;
        }
        let place = rows.count(rows.lines, 0);
        rows.lines += 1;
        let too_large = |column: &&StringArray| field(column, row).is_some_and(|length| length > MAX_FIELD);
        match texts.iter().zip(columns).rev().find(|(column, _)| too_large(column)) {
            Some((_, name)) => rows.faults.push((place, Fault::too_large(name))),
            None => rows.push(place, texts.iter().map(|c| if c.is_valid(row) { c.value(row) } else { "" })),
        }
    }
    Ok(())
}

/// A column as text. Dictionaries are unpacked first, so that their values are cast as any other.
fn as_text(column: &dyn Array) -> Result<StringArray, arrow::error::ArrowError> {
    let plain = match column.data_type() {
        DataType::Dictionary(_, values) => cast(column, values)?,
        _ => arrow::array::make_array(column.to_data()),
    };
    Ok(cast(&plain, &DataType::Utf8)?.as_string::<i32>().clone())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Float64Array};
    use parquet::arrow::ArrowWriter;

    use super::*;
    use crate::survey::ReadOptions;

    /// The reader panics on some damaged pages ("Decoder for dict should have been set"): a damaged file was told as a bug of the engine.
    #[test]
    fn a_parquet_file_that_its_reader_panics_on_is_an_error_of_the_file() {
        let columns: [(&str, ArrayRef); 2] = [
            ("score", Arc::new(Float64Array::from(vec![0.0, 9.0, 10.0]))),
            ("comment", Arc::new(StringArray::from(vec!["太吵", "quiet", "quiet"]))),
        ];
        let table = RecordBatch::try_from_iter(columns).unwrap();
        let mut writer = ArrowWriter::try_new(Vec::new(), table.schema(), None).unwrap();
        writer.write(&table).unwrap();
        let whole = writer.into_inner().unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        let panicked = std::cell::Cell::new(0);
        let columns_of = super::columns;
        let read = |bytes: &[u8]| -> Result<()> {
            std::fs::write(file.path(), bytes).unwrap();
            for source in crate::survey::open(&[file.path().display().to_string()], &ReadOptions::default())? {
                let mut batches = open_rows(&source, &columns_of(&source)?, 1)?;
                while batches.next()?.is_some() {}
            }
            Ok(())
        };
        assert!(read(&whole).is_ok());
        for at in 4..whole.len() {
            for change in [1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80] {
                let mut damaged = whole.clone();
                damaged[at] ^= change;
                if let Err(error) = read(&damaged) {
                    panicked.set(panicked.get() + usize::from(error.message().ends_with("it is damaged")));
                }
            }
        }
        assert!(panicked.get() > 0, "the reader panics no more: nothing is tested here");
    }
}
