//! One Parquet file, written so that its bytes depend on its rows alone.
//!
//! Not where the file goes: `commit` gives the path, aside, and puts the file in its place later.
//!
//! Parquet pages and dictionaries end where the writer happens to look, which is after each batch it is given. So rows are first
//! gathered into chunks of a fixed size, whatever the sizes of the batches in which they come.

use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::compute::BatchCoalescer;
use arrow::datatypes::{DataType, FieldRef, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use serde::{Deserialize, Serialize};

use super::batch::{batch as rows_of, conform, misfit};
use super::partition::Table;
use super::schema::{LONG_TEXT, TABLE_KEY, VERSION_KEY};
use super::sink::Digesting;
use crate::error::{Error, ErrorKind, Result};

/// Rows that are handed to the Parquet writer at once.
const CHUNK_ROWS: usize = 2_048;
/// Rows of a row group: a whole number of chunks.
const GROUP_ROWS: usize = 16 * CHUNK_ROWS;
/// Rows of a page at most: small enough that page statistics help a reader to skip.
const PAGE_ROWS: usize = 8 * CHUNK_ROWS;

/// What the manifest says of a file: enough to know it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartInfo {
    /// Rows in it.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub digest: String,
}

/// A Parquet file that is being written.
pub struct PartWriter {
    path: PathBuf,
    schema: SchemaRef,
    gather: BatchCoalescer,
    writer: ArrowWriter<Digesting>,
    rows: u64,
}

impl PartWriter {
    /// Starts a file of `schema` at `path`, whose folder is made where it is not there.
    pub fn create(path: &Path, schema: &SchemaRef) -> Result<Self> {
        let writer = start(path, schema)?;
        let gather = BatchCoalescer::new(schema.clone(), CHUNK_ROWS);
        Ok(Self { path: path.to_path_buf(), schema: schema.clone(), gather, writer, rows: 0 })
    }

    /// Adds rows, whose columns are those of the schema.
    pub fn push(&mut self, batch: &RecordBatch) -> Result<()> {
        let table = self.schema.metadata().get(TABLE_KEY).map_or("", String::as_str);
        let names = |schema: &SchemaRef| schema.fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
        if names(&self.schema) != names(batch.schema_ref()) {
            return Err(misfit(table, "the columns of a batch are not those of the table"));
        }
        // Also where only the descriptions inside a list differ, as they do in a part that another version wrote.
        let columns = self.schema.fields().iter().zip(batch.columns());
        let columns = columns.map(|(field, array)| conform(table, field.name(), array, field.data_type()));
        let batch = rows_of(table, self.schema.clone(), columns.collect::<Result<Vec<_>>>()?)?;
        self.rows += batch.num_rows() as u64;
        self.gather.push_batch(batch).map_err(|error| failed(&self.path, error))?;
        self.write_gathered()
    }

    /// Ends the file. It is on the disk when the run is committed.
    pub fn finish(mut self) -> Result<PartInfo> {
        self.gather.finish_buffered_batch().map_err(|error| failed(&self.path, error))?;
        self.write_gathered()?;
        self.writer.into_inner().map_err(|error| failed(&self.path, error))?.end(self.rows)
    }

    fn write_gathered(&mut self) -> Result<()> {
        while let Some(chunk) = self.gather.next_completed_batch() {
            self.writer.write(&chunk).map_err(|error| failed(&self.path, error))?;
        }
        Ok(())
    }
}

/// A file of `schema` without rows, in which row groups may be put that are made by Arrow or otherwise.
pub(super) fn start(path: &Path, schema: &SchemaRef) -> Result<ArrowWriter<Digesting>> {
    let file = Digesting::create(path)?;
    ArrowWriter::try_new(file, schema.clone(), Some(properties(schema))).map_err(|error| failed(path, error))
}

pub(super) fn failed(path: &Path, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Output, "write_failed", format!("cannot write {}: {error}", path.display())).source(error)
}

/// Who wrote a file, as its footer says.
pub(super) const CREATED_BY: &str = concat!("verbatim version ", env!("CARGO_PKG_VERSION"));

/// What a footer says of the table. The Arrow schema holds it too, but `DuckDB` and Spark only see what stands in the footer by itself.
pub(super) fn footer(schema: &SchemaRef) -> Vec<KeyValue> {
    let entry = |key: &str| Some(KeyValue::new(key.to_string(), schema.metadata().get(key)?.clone()));
    [VERSION_KEY, TABLE_KEY].into_iter().filter_map(entry).collect()
}

/// How tables are written.
fn properties(schema: &SchemaRef) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_created_by(CREATED_BY.to_string())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_dictionary_enabled(true)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_key_value_metadata(Some(footer(schema)));
    for field in schema.fields().iter().filter(|field| field.metadata().contains_key(LONG_TEXT)) {
        let column = ColumnPath::from(field.name().as_str());
        properties = properties
            .set_column_dictionary_enabled(column.clone(), false)
            .set_column_statistics_enabled(column, EnabledStatistics::None);
    }
    // Figures hardly ever repeat: a dictionary of them would be built in vain. Scores and weights of respondents do.
    let is_figure = |field: &&FieldRef| *field.data_type() == DataType::Float64;
    let of_respondents = schema.metadata().get(TABLE_KEY).is_some_and(|table| table == Table::Comments.as_str());
    for field in schema.fields().iter().filter(is_figure).filter(|_| !of_respondents) {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(field.name().as_str()), false);
    }
    properties.build()
}
