//! A table of figures, made ready once for all its files: its columns, its schema, and how a small file of it is written.
//!
//! For tables of figures alone, of which a run writes hundreds of files with a few rows each. A file of few rows is written plain: what
//! compression, dictionaries and statistics cost to set up for each column is many times what they would save.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::arrow::{ARROW_SCHEMA_META_KEY, ArrowSchemaConverter, ArrowWriter, encode_arrow_schema};
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::SchemaDescriptor;

use super::batch::{batch, misfit, unfit};
use super::columns::Column;
use super::part::{CREATED_BY, PartInfo, PartWriter, failed, footer};
use super::partition::Table;
use crate::error::{Error, ErrorKind, Result};
use crate::interrupt::uninterrupted;

/// The most rows of a file that is written plain.
const FEW_ROWS: usize = 512;

/// How the segment values of a row are had.
type Values<R> = fn(&R) -> &[String];

/// A table of rows `R`.
pub struct Sheet<R> {
    table: Table,
    columns: Vec<Column<R>>,
    /// The segments of the survey, and how a row's values of them are had; none for a table without cells.
    segments: Option<(usize, Values<R>)>,
    schema: SchemaRef,
}

impl<R> Sheet<R> {
    pub(super) fn new(table: Table, columns: Vec<Column<R>>, segments: Option<(usize, Values<R>)>) -> Self {
        let schema = super::columns::schema(table, &columns);
        Self { table, columns, segments, schema }
    }

    /// The schema of its files.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// A batch of rows, in the order given.
    ///
    /// An error where a row has not exactly one value a segment.
    pub fn rows(&self, rows: &[R]) -> Result<RecordBatch> {
        if let Some((wanted, values)) = self.segments
            && let Some(wrong) = rows.iter().map(|row| values(row).len()).find(|len| *len != wanted)
        {
            let problem = format!("a cell has {wrong} segment values, and there are {wanted} segments");
            return Err(misfit(self.table.as_str(), problem));
        }
        let arrays = self.columns.iter().map(|column| column.values(rows)).collect();
        batch(self.table.as_str(), Arc::clone(&self.schema), arrays)
    }
}

/// How the small files of one table are written.
#[derive(Clone)]
pub struct SheetFormat {
    schema: SchemaRef,
    parquet: SchemaDescriptor,
    properties: WriterProperties,
}

impl SheetFormat {
    /// Of files of this schema.
    pub fn new(schema: &SchemaRef) -> Result<Self> {
        let parquet = ArrowSchemaConverter::new().convert(schema);
        let parquet = parquet.map_err(|error| misfit("figures", &error).source(error))?;
        let arrow = KeyValue::new(ARROW_SCHEMA_META_KEY.to_owned(), encode_arrow_schema(schema));
        let properties = WriterProperties::builder()
            .set_created_by(CREATED_BY.to_owned())
            .set_compression(Compression::UNCOMPRESSED)
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_offset_index_disabled(true)
            .set_key_value_metadata(Some(footer(schema).into_iter().chain([arrow]).collect()))
            .build();
        Ok(Self { schema: Arc::clone(schema), parquet, properties })
    }

    /// The bytes of a file with these rows.
    fn bytes(&self, rows: &RecordBatch) -> parquet::errors::Result<Vec<u8>> {
        let options = ArrowWriterOptions::new()
            .with_properties(self.properties.clone())
            .with_skip_arrow_metadata(true)
            .with_parquet_schema(self.parquet.clone());
        let mut writer = ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(&self.schema), options)?;
        if rows.num_rows() > 0 {
            writer.write(rows)?;
        }
        writer.into_inner()
    }
}

/// A file of a table of figures that is being written; its bytes depend on its rows alone.
pub struct SheetWriter<'a> {
    path: PathBuf,
    format: &'a SheetFormat,
    /// Its rows, as long as they are few.
    few: Vec<RecordBatch>,
    rows: usize,
    /// The file, once they are not.
    many: Option<PartWriter>,
}

impl<'a> SheetWriter<'a> {
    /// A file at `path`, which is made when its rows are known.
    pub fn new(path: PathBuf, format: &'a SheetFormat) -> Self {
        Self { path, format, few: Vec::new(), rows: 0, many: None }
    }

    /// Adds rows of the table.
    pub fn push(&mut self, batch: &RecordBatch) -> Result<()> {
        self.rows += batch.num_rows();
        if self.many.is_none() && self.rows > FEW_ROWS {
            let mut writer = PartWriter::create(&self.path, &self.format.schema)?;
            self.few.drain(..).try_for_each(|batch| writer.push(&batch))?;
            self.many = Some(writer);
        }
        if let Some(writer) = &mut self.many {
            return writer.push(batch);
        }
        self.few.push(batch.clone());
        Ok(())
    }

    /// Ends the file. It is on the disk when the run is committed.
    pub fn finish(self) -> Result<PartInfo> {
        if let Some(writer) = self.many {
            return writer.finish();
        }
        let table = "figures";
        let rows = concat_batches(&self.format.schema, &self.few).map_err(unfit(table))?;
        let bytes = self.format.bytes(&rows).map_err(|error| failed(&self.path, error))?;
        write(&self.path, &bytes).map_err(|error| Error::io(ErrorKind::Output, "write", &self.path, error))?;
        Ok(PartInfo {
            rows: rows.num_rows() as u64,
            bytes: bytes.len() as u64,
            digest: blake3::hash(&bytes).to_hex().to_string(),
        })
    }
}

/// Writes a new file, and makes its folder only where it is not there: it almost always is.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // Nothing is staged any more once an interruption has swept.
    let file = uninterrupted(|| match File::create(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            File::create(path)
        }
        file => file,
    });
    file?.write_all(bytes)
}
