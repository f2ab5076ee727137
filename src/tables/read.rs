//! Reading a table's file back, after making sure that it is the file that was written.
//!
//! Parquet as arrow-rs writes it has no page checksums: a damaged file may read as wrong numbers. So the digest comes first,
//! wherever the manifest has one. Not for input files of a survey, which `survey` reads.

use std::fs::File;
use std::io::{ErrorKind as IoKind, Seek};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::part::PartInfo;
use crate::error::{Error, ErrorKind, Place, Result};

/// Rows of a batch that is read back.
const BATCH_ROWS: usize = 8_192;

/// The batches of one file.
pub struct PartReader {
    path: PathBuf,
    schema: SchemaRef,
    order: Vec<usize>,
    batches: ParquetRecordBatchReader,
}

/// Opens the file at `path`; where `expected` is given, its size and digest are checked before anything of it is believed.
/// `columns` names the columns to read, in the order wanted; all of them where it is `None`.
pub fn read_part(path: &Path, expected: Option<&PartInfo>, columns: Option<&[&str]>) -> Result<PartReader> {
    let mut file = open(path, expected.is_some())?;
    if let Some(expected) = expected {
        check(&mut file, path, expected)?;
    }
    let unreadable = |error| damaged("damaged_file", path, &format!("this file cannot be read as Parquet: {error}"));
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(unreadable)?.with_batch_size(BATCH_ROWS);
    let schema = builder.schema().clone();
    let roots = match columns {
        None => (0..schema.fields().len()).collect(),
        Some(names) => names.iter().map(|name| root(&schema, name, path)).collect::<Result<Vec<_>>>()?,
    };
    // The file gives columns in its own order; `order` says where among those each wanted one is.
    let mut read = roots.clone();
    read.sort_unstable();
    read.dedup();
    let order = roots.iter().map(|root| read.partition_point(|other| other < root)).collect();
    let mask = ProjectionMask::roots(builder.parquet_schema(), read);
    let schema = schema.project(&roots).map_err(|error| unreadable(error.into()))?.into();
    let batches = builder.with_projection(mask).build().map_err(unreadable)?;
    Ok(PartReader { path: path.to_path_buf(), schema, order, batches })
}

impl PartReader {
    /// The columns of its batches.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }
}

impl Iterator for PartReader {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.batches.next()?.and_then(|batch| batch.project(&self.order)?.with_schema(self.schema.clone()));
        Some(batch.map_err(|error| damaged("damaged_file", &self.path, &format!("this file cannot be read: {error}"))))
    }
}

fn root(schema: &SchemaRef, name: &str, path: &Path) -> Result<usize> {
    schema.index_of(name).map_err(|_| {
        Error::new(ErrorKind::Output, "no_such_column", format!("the table has no column `{name}`"))
            .at(Place::file(path))
    })
}

/// Sees that the file at `path` is the one that was written, by its size and its digest.
pub(crate) fn check_part(path: &Path, expected: &PartInfo) -> Result<()> {
    check(&mut open(path, true)?, path, expected)
}

/// Opens the file of a table; `listed`: the manifest says that it is there.
fn open(path: &Path, listed: bool) -> Result<File> {
    File::open(path).map_err(|error| match error.kind() {
        IoKind::NotFound if listed => {
            damaged("missing_file", path, "the manifest lists this file, and it is not there")
        }
        _ => Error::io(ErrorKind::Output, "read", path, error),
    })
}

fn check(file: &mut File, path: &Path, expected: &PartInfo) -> Result<()> {
    let failed = |error| Error::io(ErrorKind::Output, "read", path, error);
    let bytes = file.metadata().map_err(failed)?.len();
    if bytes != expected.bytes {
        let problem = format!("this file has {bytes} bytes, and had {} when it was written", expected.bytes);
        return Err(damaged("damaged_file", path, &problem));
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(&mut *file).map_err(failed)?;
    if hasher.finalize().to_hex().as_str() != expected.digest {
        return Err(damaged("damaged_file", path, "the content of this file is not what was written"));
    }
    file.rewind().map_err(failed)
}

fn damaged(code: &'static str, path: &Path, problem: &str) -> Error {
    Error::new(ErrorKind::Damaged, code, problem)
        .at(Place::file(path))
        .help(format!(
            "Restore the file from a backup; or `verbatim verify {}` names all that is damaged, and the command that mends it.",
            // The folder of the output: a file lies in one of its period, which lies in one of its table.
            path.ancestors().nth(3).unwrap_or(path).display()
        ))
}
