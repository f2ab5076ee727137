//! Batches of raw rows from all sources, one source after the other, in bounded memory and on any number of threads.
//!
//! [`Blocks`] takes blocks off the sources, which is quick; whoever holds a [`Block`] splits it into rows, which is not, side by side
//! with others; then each block gets its turn, in order ([`Split::in_turn`]), and is a [`RawBatch`]. A [`Reader`] does all of it in one
//! thread. Not for what fields mean: scores, dates and weights are read in `respondents`.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::blocks::{Content, Open};
use super::ids::hash;
use super::mapping::Mapping;
use super::reject::{Reason, Reject};
use super::rows::{Fault, Rows};
use super::source::{ReadOptions, Source};
use super::turns::{Before, Turn, Turns};
use crate::error::{Error, ErrorKind, Result};

/// Rows of one source as text.
#[derive(Debug, Clone)]
pub struct RawBatch {
    /// Index of the source among those that the reader was given.
    pub source: usize,
    /// The columns that the mapping uses, each once, in the order of [`Mapping::columns`]; Utf8, an empty field is null.
    pub batch: RecordBatch,
    /// For each row the line on which it starts, from 1; in Parquet the row number.
    pub lines: Vec<u64>,
    /// For each row the byte at which it starts, from 0 in the UTF-8 form; 0 in Parquet.
    pub bytes: Vec<u64>,
    /// For each row its number in the file, from 1, where rejects count.
    pub rows: Vec<u64>,
    /// The rows among those read for this batch that could not be split, or whose id an earlier row has, in their order.
    pub rejects: Vec<Reject>,
    /// Rows of delimited text passed over because they hold nothing in any column, such as `,,,`.
    pub blank: u64,
}

/// No block has more bytes than this and one row: so that its offsets fit an `i32`, and memory stays bounded.
const LARGEST_BLOCK: usize = 64 * 1024 * 1024;

/// Into how many blocks small inputs are cut, so that there is work for every thread.
const BLOCKS_OF_SMALL: u64 = 32;
/// But none has fewer bytes than this.
const SMALLEST_BLOCK: u64 = 16 * 1024;

/// The bytes of a block of these sources, as far as it takes to have some blocks.
fn share(sources: &[Source]) -> usize {
    let bytes: u64 = sources.iter().map(|source| source.bytes).sum();
    usize::try_from((bytes / BLOCKS_OF_SMALL).max(SMALLEST_BLOCK)).unwrap_or(LARGEST_BLOCK)
}

/// What all blocks of a reader share.
#[derive(Debug)]
struct Shared {
    sources: Vec<Source>,
    columns: Vec<String>,
    schema: SchemaRef,
    /// Where the id is among the columns.
    id: Option<usize>,
}

/// The blocks of all sources, in the order given; a block never spans two. `Send`, and the same rows whatever the size of a block.
///
/// An id that an earlier row of any source has makes a row a reject (`duplicate_id`), whether or not the earlier one turns out to be
/// usable.
pub struct Blocks {
    shared: Arc<Shared>,
    turns: Arc<Turns>,
    size: usize,
    current: usize,
    open: Option<Open>,
    number: u64,
}

impl Blocks {
    /// The blocks of these sources; code `different_columns` comes from [`Blocks::next`], where a source lacks a column.
    pub fn new(sources: Vec<Source>, mapping: &Mapping, options: &ReadOptions) -> Result<Self> {
        if options.block_bytes == 0 {
            return Err(Error::new(ErrorKind::Usage, "bad_block_bytes", "a block has at least one byte"));
        }
        let size = options.block_bytes.min(LARGEST_BLOCK).min(share(&sources));
        let columns = mapping.columns();
        let fields: Vec<Field> = columns.iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
        let id = mapping.id.as_ref().and_then(|id| columns.iter().position(|column| column == id));
        Ok(Self {
            shared: Arc::new(Shared { sources, columns, schema: Arc::new(Schema::new(fields)), id }),
            turns: Arc::new(Turns::default()),
            size,
            current: 0,
            open: None,
            number: 0,
        })
    }

    /// The next block; `None` at the end. `buffer` is written over, so that its memory is used again ([`Block::split`] gives it back).
    ///
    /// After an error there are no more blocks.
    pub fn next(&mut self, buffer: Vec<u8>) -> Option<Result<Block>> {
        let mut buffer = buffer;
        while let Some(source) = self.shared.sources.get(self.current) {
            let open = match self.open.take().map_or_else(|| Open::new(source, &self.shared.columns, self.size), Ok) {
                Ok(open) => self.open.insert(open),
                Err(error) => return Some(Err(self.failed(error))),
            };
            match open.next(buffer) {
                Ok(Some(content)) => {
                    let turn = Turn::new(&self.turns, self.number);
                    self.number += 1;
                    return Some(Ok(Block { shared: Arc::clone(&self.shared), source: self.current, content, turn }));
                }
                Ok(None) => {
                    if let Err(error) = source.check_unchanged() {
                        return Some(Err(self.failed(error)));
                    }
                    self.open = None;
                    self.current += 1;
                    buffer = Vec::new();
                }
                Err(error) => return Some(Err(self.failed(error))),
            }
        }
        None
    }

    fn failed(&mut self, error: Error) -> Error {
        self.current = self.shared.sources.len();
        error
    }
}

/// Whole rows of one source, not yet split. Whoever takes blocks splits each and takes its turn before taking the next one, or drops it.
#[derive(Debug)]
pub struct Block {
    shared: Arc<Shared>,
    source: usize,
    content: Content,
    turn: Turn,
}

impl Block {
    /// About how many bytes it has.
    pub fn bytes(&self) -> u64 {
        self.content.bytes()
    }

    /// Splits it into rows, and gives its memory back to be used again. What cannot be split is told by [`Split::in_turn`].
    pub fn split(self) -> (Split, Vec<u8>) {
        let Self { shared, source, mut content, turn } = self;
        let mut rows = Rows::new(shared.columns.len(), content.bytes() as usize);
        let split = content.split(&shared.sources[source], u64::MAX, &mut rows);
        let columns = rows.finish();
        let ids = shared.id.map(|at| ids(&columns[at])).unwrap_or_default();
        let lines_before = content.lines_before();
        let outcome = split.map(|()| rows);
        (Split { shared, source, lines_before, outcome, columns, ids, turn }, content.into_buffer())
    }
}

/// For each row that has an id, its place in the batch and the hash of the id.
fn ids(column: &ArrayRef) -> Vec<(u32, u64)> {
    let ids = (0u32..).zip(column.as_string::<i32>());
    ids.filter_map(|(row, id)| Some((row, id?.trim())))
        .filter(|(_, id)| !id.is_empty())
        .map(|(r, id)| (r, hash(id)))
        .collect()
}

/// The rows of one block, which does not know yet what came before.
pub struct Split {
    shared: Arc<Shared>,
    source: usize,
    /// Where this is the first block of its source: the lines before it.
    lines_before: Option<u64>,
    outcome: Result<Rows>,
    columns: Vec<ArrayRef>,
    ids: Vec<(u32, u64)>,
    turn: Turn,
}

impl Split {
    /// How many rows were read, whether they can be used or not.
    pub fn rows(&self) -> u64 {
        self.outcome.as_ref().map_or(0, |rows| rows.read)
    }

    /// Waits until all blocks before this one have had their turn; then numbers lines and rows, and refuses ids that came before.
    ///
    /// Codes: `open_quote`, `io`, `not_a_table`; `stopped` where an earlier block failed.
    pub fn in_turn(self) -> Result<RawBatch> {
        let Self { shared, source, lines_before, outcome, columns, ids, turn } = self;
        let (rows, lines, numbers, known) = turn.take(|before| {
            let rows = outcome?;
            if let Some(lines) = lines_before {
                (before.lines, before.rows) = (lines, 0);
            }
            let (lines, numbers) = (before.lines, before.rows);
            if let Some((line, stop)) = rows.stop {
                return Err(stop.error(&shared.sources[source], lines + line + 1));
            }
            before.lines += rows.lines;
            before.rows += rows.read;
            Ok((rows, lines, numbers, known(before, &ids)?))
        })?;
        let Rows { places, faults, blank, .. } = rows;
        let name = &shared.sources[source].name;
        let reject = |line: u64, byte, fault: Fault| Reject {
            source: name.clone(),
            line: lines + line + 1,
            byte,
            column: fault.column,
            reason: fault.reason,
            message: match (lines + line + 1, fault.more_lines) {
                (_, 0) => fault.message,
                (first, more) => format!("{}; the row takes in lines {first} to {}", fault.message, first + more),
            },
        };
        let mut rejects: Vec<Reject> = faults.into_iter().map(|(at, fault)| reject(at.line, at.byte, fault)).collect();
        let mut raw = RawBatch {
            source,
            batch: RecordBatch::try_new(Arc::clone(&shared.schema), columns).map_err(mismatch)?,
            lines: places.iter().map(|at| lines + at.line + 1).collect(),
            bytes: places.iter().map(|at| at.byte).collect(),
            rows: places.iter().map(|at| numbers + at.number).collect(),
            rejects: Vec::new(),
            blank,
        };
        if !known.is_empty() {
            let column = shared.id.map_or("", |at| &shared.columns[at]);
            for row in &known {
                let at = places[*row as usize];
                let fault = Fault::field(Reason::DuplicateId, column, "an earlier row has the same id");
                rejects.push(reject(at.line, at.byte, fault));
            }
            // Both kinds were in order by themselves.
            rejects.sort_by_key(|reject| (reject.line, reject.byte));
            raw = raw.without(&known)?;
        }
        raw.rejects = rejects;
        Ok(raw)
    }
}

/// The rows whose ids came before, in their order.
fn known(before: &mut Before, ids: &[(u32, u64)]) -> Result<Vec<u32>> {
    let mut known = Vec::new();
    for (row, hash) in ids {
        let is_new = before.ids.insert(*hash).map_err(|error| {
            let folder = std::env::temp_dir();
            Error::io(ErrorKind::Output, "keep ids in", &folder, error)
        })?;
        if !is_new {
            known.push(*row);
        }
    }
    Ok(known)
}

impl RawBatch {
    /// The batch without these rows, which are in ascending order.
    fn without(self, rows: &[u32]) -> Result<Self> {
        let mut keep = vec![true; self.lines.len()];
        for row in rows {
            keep[*row as usize] = false;
        }
        let kept = |values: Vec<u64>| {
            values.into_iter().zip(&keep).filter_map(|(value, keep)| keep.then_some(value)).collect()
        };
        Ok(Self {
            source: self.source,
            lines: kept(self.lines),
            bytes: kept(self.bytes),
            rows: kept(self.rows),
            batch: filter_record_batch(&self.batch, &BooleanArray::from(keep)).map_err(mismatch)?,
            rejects: self.rejects,
            blank: self.blank,
        })
    }
}

/// An error of arrow's that no input can cause.
pub(super) fn mismatch(error: arrow::error::ArrowError) -> Error {
    Error::new(ErrorKind::Input, "bad_batch", format!("rows do not make a table: {error}")).source(error)
}

/// Reads all sources in one thread, block by block.
pub struct Reader {
    blocks: Blocks,
    buffer: Vec<u8>,
    is_over: bool,
}

impl Reader {
    /// A reader of these sources; what [`Blocks::new`] and [`Blocks::next`] say holds here too.
    pub fn new(sources: Vec<Source>, mapping: &Mapping, options: &ReadOptions) -> Result<Self> {
        Ok(Self { blocks: Blocks::new(sources, mapping, options)?, buffer: Vec::new(), is_over: false })
    }
}

impl Iterator for Reader {
    type Item = Result<RawBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let batch = self.blocks.next(std::mem::take(&mut self.buffer)).map(|block| {
            let (split, buffer) = block?.split();
            self.buffer = buffer;
            split.in_turn()
        });
        self.is_over = !matches!(batch, Some(Ok(_)));
        batch
    }
}
