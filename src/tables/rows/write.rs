//! The records of all periods into the files of `comments` and `mentions`, by all threads.
//!
//! Not for what is in a row group (`comments`, `mentions`). The unit of work is one row group: any thread makes any, and whoever
//! completes the one that a file waits for appends it. Threads take row groups in the order of the files, so that no more of them
//! wait than there are threads, whether a run has one period or a thousand.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};

use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowSchemaConverter;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnDescPtr;

use super::super::comments::comments_schema;
use super::super::encode::{Chunk, Packer};
use super::super::layout::Layout;
use super::super::mentions::mentions_schema;
use super::super::part::{PartInfo, failed, start};
use super::super::partition::Table;
use super::super::sink::Digesting;
use super::comments::CommentColumns;
use super::mentions::MentionColumns;
use super::store::{Rows, Store};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::Lexicon;

/// The two files of one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PeriodParts {
    pub(crate) comments: PartInfo,
    pub(crate) mentions: PartInfo,
}

/// Writes the records of every period of `store`, by the threads of the pool in which it is called; the files are on the disk when
/// it returns. `place` says where the file of a table and period goes.
pub(crate) fn write_periods(
    store: &Store,
    lexicon: &Lexicon,
    layout: &Layout,
    place: impl Fn(Table, &str) -> PathBuf,
) -> Result<BTreeMap<String, PeriodParts>> {
    let comments = Shape::new(Table::Comments, comments_schema(layout))?;
    let mentions = Shape::new(Table::Mentions, mentions_schema())?;
    let mut parts = Vec::new();
    for (period, rows) in store.iter() {
        for (shape, groups, count) in [
            (&comments, rows.comment_groups(), rows.respondents()),
            (&mentions, rows.mention_groups(), rows.mentions()),
        ] {
            let path = place(shape.table, period);
            let state = Mutex::new(State { writer: None, waiting: BTreeMap::new(), next: 0 });
            parts.push(Part { path, shape, rows, groups, count, state });
        }
    }
    let work = Work { store, lexicon, layout, parts: &parts };
    let infos = work.run()?;
    let mut infos = infos.into_iter();
    let mut periods = BTreeMap::new();
    for (period, _) in store.iter() {
        let (Some(comments), Some(mentions)) = (infos.next(), infos.next()) else { return Err(stopped()) };
        periods.insert(period.to_owned(), PeriodParts { comments, mentions });
    }
    Ok(periods)
}

/// The columns of a table.
struct Shape {
    table: Table,
    schema: SchemaRef,
    columns: Vec<ColumnDescPtr>,
}

impl Shape {
    fn new(table: Table, schema: SchemaRef) -> Result<Self> {
        let converted = ArrowSchemaConverter::new().convert(&schema).map_err(unwritable)?;
        Ok(Self { table, schema, columns: converted.columns().to_vec() })
    }
}

/// One file.
struct Part<'a> {
    path: PathBuf,
    shape: &'a Shape,
    rows: &'a Rows,
    groups: usize,
    /// Rows of the file.
    count: u64,
    state: Mutex<State>,
}

/// How far a file is.
struct State {
    writer: Option<SerializedFileWriter<Digesting>>,
    /// Row groups that are made before those that come before them.
    waiting: BTreeMap<usize, Vec<Chunk>>,
    next: usize,
}

/// All row groups of all files.
struct Work<'a> {
    store: &'a Store,
    lexicon: &'a Lexicon,
    layout: &'a Layout,
    parts: &'a [Part<'a>],
}

impl Work<'_> {
    /// Does all of it; returns what became of each file, in their order.
    fn run(&self) -> Result<Vec<PartInfo>> {
        let groups: Vec<(usize, usize)> = self
            .parts
            .iter()
            .enumerate()
            .flat_map(|(at, part)| (0..part.groups).map(move |group| (at, group)))
            .collect();
        let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
        let error: Mutex<Option<Error>> = Mutex::new(None);
        let (full, complete) = channel::<(usize, Digesting)>();
        std::thread::scope(|threads| {
            // Seeing a file onto the disk is waiting, which must not keep a worker.
            let syncing = threads.spawn(move || {
                let mut infos = BTreeMap::new();
                for (at, file) in complete {
                    let count = self.parts[at].count;
                    infos.insert(at, file.end(count)?);
                }
                Ok(infos)
            });
            let outcome = self.empty_files(&full).and_then(|()| {
                // A worker takes the row groups that are left; the first error ends the work of all.
                rayon::broadcast(|_| {
                    let full = full.clone();
                    let mut packer = None;
                    while !failed.load(Ordering::Relaxed) {
                        let Some((at, group)) = groups.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                        if let Err(problem) = self.group(&self.parts[*at], *at, *group, &mut packer, &full) {
                            failed.store(true, Ordering::Relaxed);
                            if let Ok(mut first) = error.lock() {
                                first.get_or_insert(problem);
                            }
                        }
                    }
                });
                error.into_inner().ok().flatten().map_or(Ok(()), Err)
            });
            drop(full);
            // A panic of the other thread is a bug; it goes on to the caller as one.
            let infos: Result<BTreeMap<usize, PartInfo>> =
                syncing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            outcome?;
            let infos: Vec<PartInfo> = infos?.into_values().collect();
            if infos.len() == self.parts.len() { Ok(infos) } else { Err(stopped()) }
        })
    }

    /// Files without rows have no row group that would make them.
    fn empty_files(&self, full: &Sender<(usize, Digesting)>) -> Result<()> {
        for (at, part) in self.parts.iter().enumerate().filter(|(_, part)| part.groups == 0) {
            end(part, at, part.open()?, full)?;
        }
        Ok(())
    }

    /// Makes one row group, and appends what its file waits for.
    fn group(
        &self,
        part: &Part<'_>,
        at: usize,
        group: usize,
        packer: &mut Option<Packer>,
        full: &Sender<(usize, Digesting)>,
    ) -> Result<()> {
        let packer = match packer {
            Some(packer) => packer,
            none => none.insert(Packer::new().map_err(unwritable)?),
        };
        let chunks = if part.shape.table == Table::Comments {
            let records = self.store.comment_group(part.rows, group)?;
            let mut columns = CommentColumns::new(self.layout);
            columns.extend(&records)?;
            columns.finish(&part.shape.columns, self.lexicon, packer)
        } else {
            let records = self.store.mention_group(part.rows, group)?;
            let mut columns = MentionColumns::default();
            columns.extend(&records, self.layout, self.lexicon)?;
            columns.finish(&part.shape.columns, self.layout, self.lexicon, packer)
        };
        let chunks = chunks.map_err(|error| failed(&part.path, error))?;
        part.append(at, group, chunks, full)
    }
}

impl Part<'_> {
    fn open(&self) -> Result<SerializedFileWriter<Digesting>> {
        let started = start(&self.path, &self.shape.schema)?.into_serialized_writer();
        Ok(started.map_err(|error| failed(&self.path, error))?.0)
    }

    /// Appends a row group when those before it are there, and those after it that wait.
    fn append(&self, at: usize, group: usize, chunks: Vec<Chunk>, full: &Sender<(usize, Digesting)>) -> Result<()> {
        // A thread that died holding the lock takes the run with it.
        let mut state = self.state.lock().map_err(|_| stopped())?;
        state.waiting.insert(group, chunks);
        let State { writer, waiting, next } = &mut *state;
        let mut open = match writer.take() {
            Some(open) => open,
            None => self.open()?,
        };
        while let Some(chunks) = waiting.remove(next) {
            *next += 1;
            let failed = |error| failed(&self.path, error);
            let mut group = open.next_row_group().map_err(failed)?;
            for chunk in chunks {
                chunk.append(&mut group).map_err(failed)?;
            }
            group.close().map_err(failed)?;
        }
        if *next == self.groups {
            return end(self, at, open, full);
        }
        *writer = Some(open);
        Ok(())
    }
}

/// Ends a file, and hands it on to be seen onto the disk.
fn end(
    part: &Part<'_>,
    at: usize,
    writer: SerializedFileWriter<Digesting>,
    full: &Sender<(usize, Digesting)>,
) -> Result<()> {
    let file = writer.into_inner().map_err(|error| failed(&part.path, error))?;
    // Whoever takes it is gone only after an error, which it returns.
    let _ = full.send((at, file));
    Ok(())
}

fn unwritable(error: parquet::errors::ParquetError) -> Error {
    Error::new(ErrorKind::Output, "write_failed", format!("cannot write Parquet: {error}")).source(error)
}

fn stopped() -> Error {
    Error::new(ErrorKind::Output, "bug", "the engine failed while it wrote; nothing was kept")
        .help("Please report this: it is a bug, whatever the input holds.")
}
