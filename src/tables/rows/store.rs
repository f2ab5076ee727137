//! The records of all periods while a run goes on: in memory up to a limit, then in one file beside the output.
//!
//! Not for what a record holds. One file for all periods, and a list of where each has its records in it, because ten years of
//! weeks are more files than a process may have open, and because many small files cost more than one large one.
//!
//! Where row groups begin is found as records come in: it depends on a period's records and their order alone, never on how many
//! came at once or on what was put aside.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::record::{Head, Record, damaged};
use crate::error::{Error, ErrorKind, Result};
use crate::interrupt::uninterrupted;

/// How much there may be of what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Rows of a row group at most.
    pub(super) group_rows: u32,
    /// A row group of `comments` ends with the row that brings its texts to so many bytes: what one takes in memory must not depend
    /// on how much people write.
    pub(super) group_text: u64,
    /// Bytes of records that are kept in memory; beyond them all are put aside.
    pub(super) in_memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { group_rows: 32_768, group_text: 16 << 20, in_memory: 24 << 20 }
    }
}

/// Where the records of a run are.
pub(crate) struct Store {
    periods: BTreeMap<String, Rows>,
    /// Bytes of records in memory.
    held: usize,
    limits: Limits,
    aside: Aside,
}

/// A file of records that did not fit into memory; it goes when the run ends.
struct Aside {
    path: PathBuf,
    file: Option<File>,
    len: u64,
}

impl Drop for Aside {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // What is left of it lies among what the next run sweeps away.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The records of one period, one after the other, in places.
#[derive(Default)]
pub(crate) struct Rows {
    extents: Vec<Extent>,
    /// Bytes of all records.
    len: u64,
    respondents: u64,
    /// Of all of them.
    mentions: u64,
    /// Row groups of `comments`.
    comment_groups: Vec<Start>,
    /// Row groups of `mentions`.
    mention_groups: Vec<Start>,
    /// Of the last row group of `comments`.
    in_group: u32,
    text_in_group: u64,
}

/// Bytes that are set aside in memory at once for the records of a period.
const EXTENT_BYTES: usize = 32 << 10;

/// Records that lie side by side.
enum Extent {
    Memory(Vec<u8>),
    Aside(Range<u64>),
}

impl Extent {
    fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Aside(range) => range.end - range.start,
        }
    }
}

/// Where a row group begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Start {
    /// The place of its first record among the bytes of all.
    at: u64,
    /// The end of that record.
    after: u64,
    /// Mentions of that record that belong to the row group before.
    skip: u32,
}

/// The records of one row group of `mentions`.
pub(super) struct MentionGroup {
    pub(super) records: Vec<u8>,
    /// Mentions of the first record that belong to the row group before.
    pub(super) skip: u32,
    /// Mentions of the row group.
    pub(super) rows: u32,
}

impl Rows {
    /// Appends records, which are whole.
    fn push(&mut self, records: &[u8], limits: Limits) -> Result<()> {
        self.walk(records, limits)?;
        match self.extents.last_mut() {
            Some(Extent::Memory(bytes)) if bytes.capacity() - bytes.len() >= records.len() => {
                bytes.extend_from_slice(records);
            }
            _ => {
                // Grown by doubling, the buffers of all periods would take twice the memory that they need.
                let mut bytes = Vec::with_capacity(records.len().max(EXTENT_BYTES));
                bytes.extend_from_slice(records);
                self.extents.push(Extent::Memory(bytes));
            }
        }
        Ok(())
    }

    /// Finds the row groups that begin in these records.
    fn walk(&mut self, mut records: &[u8], limits: Limits) -> Result<()> {
        while let Some(head) = Head::of(records)? {
            records = &records[head.len..];
            let start = Start { at: self.len, after: self.len + head.len as u64, skip: 0 };
            let full = self.in_group == limits.group_rows || self.text_in_group >= limits.group_text;
            if full || self.comment_groups.is_empty() {
                self.comment_groups.push(start);
                (self.in_group, self.text_in_group) = (0, 0);
            }
            self.in_group += 1;
            self.text_in_group += u64::from(head.text_bytes);
            let end = self.mentions + u64::from(head.mentions);
            // The first mention of the row group that comes next; a record may hold several.
            let mut first = self.mention_groups.len() as u64 * u64::from(limits.group_rows);
            while first < end {
                self.mention_groups.push(Start { skip: (first - self.mentions) as u32, ..start });
                first += u64::from(limits.group_rows);
            }
            self.mentions = end;
            self.respondents += 1;
            self.len = start.after;
        }
        Ok(())
    }

    /// How many row groups there are of `comments`.
    pub(super) fn comment_groups(&self) -> usize {
        self.comment_groups.len()
    }

    /// How many row groups there are of `mentions`.
    pub(super) fn mention_groups(&self) -> usize {
        self.mention_groups.len()
    }

    /// How many records there are.
    pub(super) fn respondents(&self) -> u64 {
        self.respondents
    }

    /// How many mentions there are.
    pub(super) fn mentions(&self) -> u64 {
        self.mentions
    }
}

impl Store {
    /// An empty store, which puts aside to a file at `path` what does not fit.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self::with_limits(path, Limits::default())
    }

    pub(super) fn with_limits(path: PathBuf, limits: Limits) -> Self {
        Self { periods: BTreeMap::new(), held: 0, limits, aside: Aside { path, file: None, len: 0 } }
    }

    /// Appends records to a period's, which may be none.
    pub(crate) fn push(&mut self, period: &str, records: &[u8]) -> Result<()> {
        if !self.periods.contains_key(period) {
            self.periods.insert(period.to_owned(), Rows::default());
        }
        if let Some(rows) = self.periods.get_mut(period) {
            rows.push(records, self.limits)?;
        }
        self.held += records.len();
        if self.held > self.limits.in_memory {
            self.put_aside()?;
        }
        Ok(())
    }

    /// The periods, in order.
    pub(crate) fn periods(&self) -> impl Iterator<Item = &str> {
        self.periods.keys().map(String::as_str)
    }

    /// Whether the period is here.
    pub(crate) fn has(&self, period: &str) -> bool {
        self.periods.contains_key(period)
    }

    /// Takes the records of a period out, so that others may come before them; [`Store::append`] puts them back.
    pub(crate) fn take(&mut self, period: &str) -> Rows {
        self.periods.remove(period).unwrap_or_default()
    }

    /// Puts records after those that the period has.
    pub(crate) fn append(&mut self, period: &str, rows: Rows) -> Result<()> {
        let mut all = self.take(period);
        for extent in rows.extents {
            match &extent {
                Extent::Memory(bytes) => all.walk(bytes, self.limits)?,
                Extent::Aside(range) => {
                    let mut bytes = Vec::new();
                    self.aside.read(range.clone(), &mut bytes)?;
                    all.walk(&bytes, self.limits)?;
                }
            }
            all.extents.push(extent);
        }
        self.periods.insert(period.to_owned(), all);
        Ok(())
    }

    /// The periods and their records, in the periods' order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Rows)> {
        self.periods.iter().map(|(period, rows)| (period.as_str(), rows))
    }

    /// The records of a row group of `comments`, and how many they are.
    pub(super) fn comment_group(&self, rows: &Rows, group: usize) -> Result<Vec<u8>> {
        let start = rows.comment_groups.get(group).ok_or_else(damaged)?.at;
        let end = rows.comment_groups.get(group + 1).map_or(rows.len, |next| next.at);
        self.read(rows, start..end)
    }

    /// The records of a row group of `mentions`.
    pub(super) fn mention_group(&self, rows: &Rows, group: usize) -> Result<MentionGroup> {
        let start = rows.mention_groups.get(group).ok_or_else(damaged)?;
        let end = match rows.mention_groups.get(group + 1) {
            None => rows.len,
            Some(next) if next.skip > 0 => next.after,
            Some(next) => next.at,
        };
        let most = u64::from(self.limits.group_rows);
        let count = (rows.mentions - group as u64 * most).min(most) as u32;
        Ok(MentionGroup { records: self.read(rows, start.at..end)?, skip: start.skip, rows: count })
    }

    /// The bytes of a range of a period's records.
    fn read(&self, rows: &Rows, range: Range<u64>) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity((range.end - range.start) as usize);
        let mut begin = 0;
        for extent in &rows.extents {
            let end = begin + extent.len();
            let wanted = range.start.max(begin)..range.end.min(end);
            if wanted.start < wanted.end {
                let (from, to) = (wanted.start - begin, wanted.end - begin);
                match extent {
                    Extent::Memory(held) => bytes.extend_from_slice(&held[from as usize..to as usize]),
                    Extent::Aside(at) => self.aside.read(at.start + from..at.start + to, &mut bytes)?,
                }
            }
            begin = end;
        }
        Ok(bytes)
    }

    /// Puts all records that are in memory aside.
    fn put_aside(&mut self) -> Result<()> {
        let Self { periods, held, aside, .. } = self;
        let begin = aside.len;
        let failed = |error| Error::io(ErrorKind::Output, "write", &aside.path, error);
        let file = match &mut aside.file {
            Some(file) => file,
            none => {
                // Nothing is put aside any more once an interruption has swept.
                let made = uninterrupted(|| {
                    aside.path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| File::create(&aside.path))
                });
                none.insert(made.map_err(failed)?)
            }
        };
        let mut out = BufWriter::with_capacity(1 << 20, file);
        let mut at = begin;
        for rows in periods.values_mut() {
            for extent in std::mem::take(&mut rows.extents) {
                let range = match extent {
                    Extent::Aside(range) => range,
                    Extent::Memory(bytes) => {
                        out.write_all(&bytes).map_err(failed)?;
                        at += bytes.len() as u64;
                        at - bytes.len() as u64..at
                    }
                };
                match rows.extents.last_mut() {
                    Some(Extent::Aside(before)) if before.end == range.start => before.end = range.end,
                    _ => rows.extents.push(Extent::Aside(range)),
                }
            }
        }
        out.flush().map_err(failed)?;
        drop(out);
        aside.len = at;
        *held = 0;
        Ok(())
    }
}

impl Aside {
    /// Appends a range of the file to `bytes`. Each reader has a place of its own, so that many may read at once.
    fn read(&self, range: Range<u64>, bytes: &mut Vec<u8>) -> Result<()> {
        let failed = |error| Error::io(ErrorKind::Output, "read", &self.path, error);
        let mut file = open(&self.path)?;
        file.seek(SeekFrom::Start(range.start)).map_err(failed)?;
        let len = range.end - range.start;
        let read = file.take(len).read_to_end(bytes).map_err(failed)?;
        if read as u64 == len { Ok(()) } else { Err(damaged()) }
    }
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| Error::io(ErrorKind::Output, "read", path, error))
}

/// The ids of records, in their order.
pub(crate) fn record_ids(mut records: &[u8]) -> impl Iterator<Item = Result<&[u8]>> {
    std::iter::from_fn(move || Record::next(&mut records).map(|record| record.map(|record| record.id)).transpose())
}

/// What is stored of an answer besides its id and what tags say.
pub(crate) struct Told<'a> {
    pub(crate) date: Option<i32>,
    pub(crate) score: Option<f64>,
    /// In millionths.
    pub(crate) weight: u64,
    pub(crate) segments: Vec<&'a [u8]>,
    pub(crate) texts: Vec<Option<&'a [u8]>>,
}

/// Shows what records of so many segments and questions hold, one after the other.
pub(crate) fn told_of(mut records: &[u8], segments: usize, texts: usize, mut show: impl FnMut(Told<'_>)) -> Result<()> {
    while let Some(mut record) = Record::next(&mut records)? {
        let segments = (0..segments).map(|_| record.segment()).collect::<Result<_>>()?;
        let texts = (0..texts).map(|_| record.text()).collect::<Result<_>>()?;
        let Record { date, score, weight, .. } = record;
        show(Told { date, score, weight, segments, texts });
    }
    Ok(())
}
