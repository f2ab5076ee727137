//! A survey in a file, read as a run reads it: every row comes out once, as a respondent or as a reject, whatever the blocks were.
//!
//! Not a target: `csv`, `xlsx` and `parquet` are, which differ in the bytes that they begin with.

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use verbatim::Result;
use verbatim::arrow::array::RecordBatch;
use verbatim::arrow::compute::concat_batches;
use verbatim::survey::{ReadOptions, Reader, Wanted, map_columns, open, respondents, sample};
use verbatim::types::Role;

thread_local! {
    /// One file for all executions of a thread; where the system has a folder in memory, there.
    static FILE: tempfile::NamedTempFile = file();
}

/// A new file, in memory where there is such a folder.
pub fn file() -> tempfile::NamedTempFile {
    let memory = Path::new("/dev/shm");
    let file = if memory.is_dir() { tempfile::NamedTempFile::new_in(memory) } else { tempfile::NamedTempFile::new() };
    file.expect("a temporary file can be made")
}

/// Calls `each` with a file that holds these bytes.
pub fn with_file<T>(bytes: &[u8], each: impl FnOnce(&Path) -> T) -> T {
    FILE.with(|file| {
        let mut handle = file.as_file();
        handle.seek(SeekFrom::Start(0)).expect("a file can be gone back in");
        handle.write_all(bytes).expect("a temporary file can be written");
        handle.set_len(bytes.len() as u64).expect("a file can be cut");
        each(file.path())
    })
}

/// What is read of a survey: respondents as a table, and rejects by line and reason.
#[derive(Debug, PartialEq)]
struct Rows {
    respondents: Option<RecordBatch>,
    rejects: Vec<(u64, &'static str)>,
}

fn read(path: &Path, options: &ReadOptions) -> Result<Rows> {
    let sources = open(&[path.display().to_string()], options)?;
    let found = sample(&sources)?;
    // What columns are called is found where it can be; else the first one is a comment, so that rows are read in any case.
    let first = found.columns.first().cloned().unwrap_or_default();
    let none = || Some("none".to_owned());
    let mapping = map_columns(&found, &Wanted::default()).or_else(|_| {
        let wanted = Wanted {
            texts: vec![(first, Role::Why)],
            id: none(),
            score: none(),
            date: none(),
            weight: none(),
            ..Wanted::default()
        };
        map_columns(&found, &wanted)
    });
    let (mapping, _) = mapping?;
    let mut rows = Rows { respondents: None, rejects: Vec::new() };
    let mut tables = Vec::new();
    let (mut total, mut last) = (0, 0);
    for batch in Reader::new(sources.clone(), &mapping, options)? {
        let batch = batch?;
        assert_eq!(batch.rows.len(), batch.batch.num_rows());
        assert!(batch.rows.is_sorted_by(|a, b| a < b), "rows are numbered in their order");
        assert!(batch.rows.first().is_none_or(|first| *first > last), "no row comes twice");
        last = batch.rows.last().copied().unwrap_or(last);
        total += batch.rows.len() as u64 + batch.rejects.len() as u64 + batch.blank;
        let (table, rejects) = respondents(&batch, &sources[batch.source], &mapping)?;
        assert_eq!(table.num_rows() + rejects.len(), batch.rows.len(), "rows in = respondents + rejects");
        tables.push(table);
        rows.rejects.extend(batch.rejects.iter().chain(&rejects).map(|reject| (reject.line, reject.reason.as_str())));
    }
    rows.respondents =
        tables.first().map(|first| concat_batches(&first.schema(), &tables).expect("tables of one kind"));
    assert!(last <= total, "row {last} of {total}");
    // Rejects of splitting come before those of fields, block by block.
    rows.rejects.sort_unstable();
    Ok(rows)
}

/// Reads these bytes in blocks of two sizes: the same comes of both. Says whether that were respondents.
pub fn holds(bytes: &[u8], encoding: Option<&str>) -> bool {
    with_file(bytes, |path| {
        let options = ReadOptions { encoding: encoding.map(str::to_owned), ..ReadOptions::default() };
        let whole = read(path, &options);
        let parts = read(path, &ReadOptions { block_bytes: 16, ..options });
        match (whole, parts) {
            (Ok(whole), Ok(parts)) => {
                assert_eq!(whole, parts);
                whole.respondents.is_some_and(|respondents| respondents.num_rows() > 0)
            }
            (Err(whole), Err(parts)) => {
                assert_eq!(whole.to_string(), parts.to_string());
                false
            }
            (whole, parts) => panic!("in one block: {whole:?}; in many: {parts:?}"),
        }
    })
}
