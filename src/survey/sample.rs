//! A sample of all sources, from which columns, scale and date format are found.
//!
//! Not for figures: nothing that a run reports is computed from the sample.

use arrow::array::{Array, AsArray};
use indexmap::IndexSet;

use super::blocks::Open;
use super::rows::{Rows, columns};
use super::source::{Format, Source};
use crate::error::{Error, ErrorKind, Place, Result};

/// Most rows of a sample.
pub const SAMPLE_ROWS: usize = 10_000;

/// Most bytes of a sample, a field counting as at least [`FIELD`]; rows of common surveys come nowhere near it.
const SAMPLE_BYTES: usize = 128 * 1024 * 1024;
const FIELD: usize = size_of::<Option<String>>();

/// The first rows of every source, as text; the same whatever the batch size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sample {
    /// All columns, in the order of the first source.
    pub columns: Vec<String>,
    /// At most [`SAMPLE_ROWS`] rows, about as many of each source, and fewer where they are very large; a blank field is none, rows that
    /// cannot be split are left out.
    pub rows: Vec<Vec<Option<String>>>,
    /// The questions that stand under the names of columns, in their order; empty where the header of no source has both.
    pub labels: Vec<String>,
    /// Columns with numbers that a spreadsheet has rounded (beyond 2⁵³), with the first place.
    pub rounded: Vec<(String, Place)>,
    /// Sheets of workbooks that hold something and are neither shown nor read.
    pub hidden_sheets: Vec<String>,
    /// What was found about the sources, in sentences for people.
    pub notices: Vec<String>,
}

/// Reads the sample. Code `different_columns` where a source has other columns than the first one (their order is free, and a source
/// of JSON Lines may lack some; where all are JSON Lines, the columns are those that any of them has).
pub fn sample(sources: &[Source]) -> Result<Sample> {
    let each = SAMPLE_ROWS.div_ceil(sources.len().max(1)) as u64;
    let found: Vec<Vec<String>> = sources.iter().map(|source| columns(source, each)).collect::<Result<_>>()?;
    let mut sample = Sample { columns: common(sources, &found)?, ..Sample::default() };
    for (source, own) in sources.iter().zip(&found) {
        sample.notices.extend(source.notices.iter().cloned());
        sample.describe(source);
        let present: Vec<String> = sample.columns.iter().filter(|c| own.contains(c)).cloned().collect();
        sample.take(source, &present, each, SAMPLE_BYTES / sources.len())?;
    }
    Ok(sample)
}

/// Bytes that are read at a time.
const BLOCK: usize = 256 * 1024;

impl Sample {
    /// Takes what a header says beside names, and what is known of numbers.
    fn describe(&mut self, source: &Source) {
        let labelled: Vec<(&String, &String)> = match (&source.table, &source.header) {
            (Some(table), _) => table.columns.iter().map(|(name, _)| name).zip(&table.labels).collect(),
            (None, Some(header)) => header.names.iter().zip(&header.labels).collect(),
            (None, None) => Vec::new(),
        };
        if self.labels.is_empty() && !labelled.is_empty() {
            let label =
                |column: &String| labelled.iter().find(|(name, _)| *name == column).map(|(_, label)| (*label).clone());
            self.labels = self.columns.iter().map(|column| label(column).unwrap_or_default()).collect();
        }
        self.hidden_sheets.extend(source.table.iter().flat_map(|table| &table.hidden).cloned());
        for (column, row) in source.table.iter().flat_map(|table| &table.rounded) {
            if self.rounded.iter().all(|(known, _)| known != column) {
                self.rounded.push((column.clone(), Place::line(&source.path, *row, None)));
            }
        }
    }

    /// Takes up to `each` rows of a source, which has these columns, and about so many bytes.
    fn take(&mut self, source: &Source, present: &[String], each: u64, bytes: usize) -> Result<()> {
        let mut open = Open::new(source, present, BLOCK)?;
        let places: Vec<Option<usize>> =
            self.columns.iter().map(|column| present.iter().position(|own| own == column)).collect();
        let (mut lines, mut left, mut buffer, mut taken_bytes) = (0, each, Vec::new(), 0);
        while left > 0
            && self.rows.len() < SAMPLE_ROWS
            && let Some(mut content) = open.next(buffer)?
        {
            lines = content.lines_before().unwrap_or(lines);
            let mut rows = Rows::new(present.len(), content.bytes() as usize);
            content.split(source, left, &mut rows)?;
            if let Some((line, stop)) = rows.stop.take() {
                return Err(stop.error(source, lines + line + 1));
            }
            lines += rows.lines;
            left -= rows.read;
            let taken = rows.finish();
            let taken: Vec<_> = taken.iter().map(AsArray::as_string::<i32>).collect();
            for row in 0..rows.places.len().min(SAMPLE_ROWS - self.rows.len()) {
                if taken_bytes >= bytes {
                    return Ok(());
                }
                let value = |place: &Option<usize>| {
                    let column = taken[(*place)?];
                    let value = column.is_valid(row).then(|| column.value(row))?;
                    (!value.trim().is_empty()).then(|| value.to_owned())
                };
                let fields: Vec<Option<String>> = places.iter().map(value).collect();
                taken_bytes += fields.iter().map(|field| FIELD + field.as_ref().map_or(0, String::len)).sum::<usize>();
                self.rows.push(fields);
            }
            buffer = content.into_buffer();
        }
        Ok(())
    }
}

/// The columns that all sources have.
fn common(sources: &[Source], found: &[Vec<String>]) -> Result<Vec<String>> {
    let json = |source: &Source| matches!(source.format, Format::JsonLines { .. });
    let Some(first) = sources.iter().position(|source| !json(source)) else {
        // A set that keeps the order in which they came.
        let all: IndexSet<&String> = found.iter().flatten().collect();
        let together = sources.first().map(|source| source.limits.allow_columns(all.len()));
        together.transpose()?;
        return Ok(all.into_iter().cloned().collect());
    };
    for (source, own) in sources.iter().zip(found) {
        let lacks: Vec<&String> = found[first].iter().filter(|name| !own.contains(name) && !json(source)).collect();
        let adds: Vec<&String> = own.iter().filter(|name| !found[first].contains(name)).collect();
        if lacks.is_empty() && adds.is_empty() {
            continue;
        }
        let list = |verb: &str, names: &[&String]| match names {
            [] => String::new(),
            names => {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                format!(", {verb} {}", names.join(", "))
            }
        };
        let message = format!(
            "{} has other columns than {}{}{}",
            source.path.display(),
            sources[first].path.display(),
            list("lacks", &lacks),
            list("adds", &adds)
        );
        return Err(Error::new(ErrorKind::Input, "different_columns", message)
            .at(Place::file(&source.path))
            .help("Give inputs with the same columns, or run once for each kind of file."));
    }
    Ok(found[first].clone())
}
