//! Looks at what a Parquet file says of itself before anything of it is unpacked: its footer, and the head of every page that is to be read.
//!
//! Not for what is in the pages: the `parquet` crate unpacks them, into as much memory as they say to need. A file of a few KB can say, and
//! mean, any number of GB.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};

use super::limits::{raise, size};
use super::source::Source;
use super::thrift::{LIST, STRUCT, Thrift};
use crate::error::{Error, ErrorKind, Place, Result};

/// What pages that are read ask for.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Asked {
    /// The largest page whose values are written as differences from the one before, in bytes; each of its values may be as long.
    pub(super) differences: u64,
}

/// A file of fewer bytes counts as so many where what it unpacks to is limited.
const SMALLEST: u64 = 64 * 1024;

/// What a value counts as, however small it is.
const VALUE: u64 = 8;

/// What one value of a dictionary takes beside its bytes.
const ENTRY: u64 = 16;

/// Groups within groups of a schema.
const DEEPEST: usize = 64;

/// Leaves of nested columns, for each column that may be.
const LEAVES: u64 = 4;

/// How many bytes may come out of this source.
pub(super) fn allowed(source: &Source) -> u64 {
    source.limits.unpacked.saturating_mul(source.bytes.max(SMALLEST))
}

/// What a source unpacks to that is more than it may.
pub(super) fn too_much(source: &Source) -> Error {
    let message = format!(
        "{} has {} and unpacks to more than {}",
        source.path.display(),
        size(source.bytes),
        size(allowed(source))
    );
    refused(source, "unpacks_too_large", message, "unpacked")
}

fn refused(source: &Source, code: &'static str, message: String, limit: &str) -> Error {
    Error::new(ErrorKind::Input, code, message)
        .at(Place::file(&source.path))
        .help(format!("If the file is what it should be, raise the limit: {}.", raise(limit)))
}

/// A file that contradicts itself.
pub(super) fn broken(source: &Source, why: &str) -> Error {
    let message = format!("{} cannot be read as Parquet: {why}", source.path.display());
    Error::new(ErrorKind::Input, "not_a_table", message).at(Place::file(&source.path))
}

/// Looks at the footer. Codes: `footer_too_large`, `too_many_columns`, `not_a_table`.
pub(super) fn look_at_footer(source: &Source, file: &mut File) -> Result<()> {
    let unreadable = |error| source.unreadable(error);
    let length = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
    let mut end = [0; 8];
    if length < 12 {
        return Err(broken(source, "it has no footer"));
    }
    file.seek(SeekFrom::End(-8)).map_err(unreadable)?;
    file.read_exact(&mut end).map_err(unreadable)?;
    let footer = u64::from(u32::from_le_bytes([end[0], end[1], end[2], end[3]]));
    if end[4..] != *b"PAR1" || footer + 8 > length {
        return Err(broken(source, "it has no footer"));
    }
    if footer > source.limits.footer {
        let message = format!("the footer of {} has more than {}", source.path.display(), size(source.limits.footer));
        return Err(refused(source, "footer_too_large", message, "footer"));
    }
    let mut bytes = vec![0; footer as usize];
    file.seek(SeekFrom::Start(length - 8 - footer)).map_err(unreadable)?;
    file.read_exact(&mut bytes).map_err(unreadable)?;
    let outline = Outline::read(&bytes).ok_or_else(|| broken(source, "its footer is damaged"))?;
    let at_file = |error: Error| error.at(Place::file(&source.path));
    source.limits.allow_columns(usize::try_from(outline.columns).unwrap_or(usize::MAX)).map_err(at_file)?;
    if outline.elements / LEAVES > source.limits.columns.saturating_add(1) {
        source.limits.allow_columns(usize::MAX).map_err(at_file)?;
    }
    if outline.depth > DEEPEST {
        return Err(broken(source, "its columns are nested too deep"));
    }
    Ok(())
}

/// The extent of a schema.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outline {
    /// Top-level columns.
    columns: u64,
    /// Groups and leaves, with the root.
    elements: u64,
    /// Groups within groups.
    depth: usize,
}

impl Outline {
    fn read(footer: &[u8]) -> Option<Self> {
        let mut outline = Self::default();
        Thrift::new(footer).fields(|thrift, number, kind| {
            if (number, kind) != (2, LIST) {
                return Some(false);
            }
            let (kind, length) = thrift.list()?;
            if kind != STRUCT {
                return None;
            }
            outline = Self { elements: length, ..Self::default() };
            // For each group that is open, how many of its children are yet to come.
            let mut open: Vec<u64> = Vec::new();
            for element in 0..length {
                let mut children = 0;
                thrift.fields(|thrift, number, kind| {
                    Some(match (number, kind) {
                        (5, 5) => {
                            children = u64::try_from(thrift.integer()?).ok()?;
                            true
                        }
                        _ => false,
                    })
                })?;
                if element == 0 {
                    outline.columns = children;
                }
                if let Some(left) = open.last_mut() {
                    *left -= 1;
                }
                if children > 0 {
                    // A group whose last child is a group is over when that is; it is deep all the same.
                    open.push(children);
                    outline.depth = outline.depth.max(open.len());
                } else {
                    while open.pop_if(|left| *left == 0).is_some() {}
                }
            }
            Some(true)
        })?;
        Some(outline)
    }
}

/// Looks at the head of every page of these leaves. Codes: `page_too_large`, `unpacks_too_large`, `not_a_table`.
pub(super) fn look_at_pages(
    source: &Source,
    file: &mut File,
    footer: &ParquetMetaData,
    leaves: &[usize],
) -> Result<Asked> {
    let (mut total, mut stored, mut asked) = (0_u64, 0_u64, Asked::default());
    let mut together = 0_u64;
    for leaf in leaves {
        let mut largest = (0, 0);
        for group in footer.row_groups() {
            let chunk = group.columns().get(*leaf).ok_or_else(|| broken(source, "a row group lacks a column"))?;
            let (from, to) =
                extent(chunk, source.bytes).ok_or_else(|| broken(source, "a column lies outside of it"))?;
            stored += to - from;
            if stored > source.bytes {
                return Err(broken(source, "its columns have more bytes than it has"));
            }
            let mut pages = Pages { source, file, at: from, to };
            let mut rows = 0_u64;
            while let Some(page) = pages.next()? {
                total = total.saturating_add(page.bytes).saturating_add(page.values.saturating_mul(VALUE));
                if page.is_dictionary {
                    if page.values > page.bytes {
                        return Err(broken(source, "a dictionary has more values than bytes"));
                    }
                    largest.0 = largest.0.max(page.bytes + page.values * ENTRY);
                } else {
                    largest.1 = largest.1.max(page.bytes);
                    rows += page.values;
                }
                if page.encoding == DELTA_BYTE_ARRAY {
                    asked.differences = asked.differences.max(page.bytes);
                }
            }
            if u64::try_from(group.num_rows()).ok() != Some(rows) {
                return Err(broken(source, "a column has another number of rows than its row group"));
            }
        }
        together = together.saturating_add(largest.0 + largest.1);
    }
    if together > source.limits.pages {
        let pages = size(source.limits.pages);
        let message = format!("the largest pages of {} unpack to more than {pages} together", source.path.display());
        return Err(refused(source, "page_too_large", message, "pages"));
    }
    if total > allowed(source) {
        return Err(too_much(source));
    }
    Ok(asked)
}

/// Where the bytes of a column's part of a row group start and end, within a file of this length.
fn extent(chunk: &ColumnChunkMetaData, length: u64) -> Option<(u64, u64)> {
    let data = u64::try_from(chunk.data_page_offset()).ok()?;
    let dictionary = chunk.dictionary_page_offset().map(u64::try_from).transpose().ok()?;
    // As the crate takes it: the dictionary goes before the data, where there is one.
    let from = dictionary.filter(|offset| *offset > 0).unwrap_or(data);
    let to = from.checked_add(u64::try_from(chunk.compressed_size()).ok()?)?;
    (to <= length).then_some((from, to))
}

const DELTA_BYTE_ARRAY: i64 = 7;

/// The head of one page.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page {
    /// Bytes when it is unpacked.
    bytes: u64,
    /// Bytes behind the head, in the file.
    stored: u64,
    values: u64,
    encoding: i64,
    is_dictionary: bool,
}

impl Page {
    /// Reads a head, and says how many bytes it has.
    fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let (mut thrift, mut page) = (Thrift::new(bytes), Self::default());
        let mut kind_of_page = None;
        thrift.fields(|thrift, number, kind| {
            match (number, kind) {
                (1, 5) => kind_of_page = Some(thrift.integer()?),
                (2, 5) => page.bytes = thrift.integer()?.try_into().ok()?,
                (3, 5) => page.stored = thrift.integer()?.try_into().ok()?,
                (5 | 7 | 8, STRUCT) => {
                    let encoding = if number == 8 { 4 } else { 2 };
                    thrift.fields(|thrift, number, kind| {
                        match kind {
                            5 if number == 1 => page.values = thrift.integer()?.try_into().ok()?,
                            5 if number == encoding => page.encoding = thrift.integer()?,
                            _ => return Some(false),
                        }
                        Some(true)
                    })?;
                }
                _ => return Some(false),
            }
            Some(true)
        })?;
        page.is_dictionary = kind_of_page? == 2;
        Some((page, thrift.at))
    }
}

/// The heads of the pages of one column in one row group.
struct Pages<'a> {
    source: &'a Source,
    file: &'a mut File,
    at: u64,
    to: u64,
}

/// A head is looked for in so many bytes, and where it has more, in so many.
const HEADS: [u64; 3] = [256, 16 * 1024, 4 * 1024 * 1024];

impl Pages<'_> {
    fn next(&mut self) -> Result<Option<Page>> {
        if self.at >= self.to {
            return Ok(None);
        }
        let (mut read, mut bytes) = (None, Vec::new());
        for head in HEADS {
            let head = head.min(self.to - self.at);
            self.bytes(&mut bytes, head).map_err(|error| self.source.unreadable(error))?;
            read = Page::read(&bytes);
            if read.is_some() || head == self.to - self.at {
                break;
            }
        }
        let (page, length) = read.ok_or_else(|| broken(self.source, "the head of a page is damaged"))?;
        self.at += length as u64 + page.stored;
        if self.at > self.to {
            return Err(broken(self.source, "a page is longer than its column"));
        }
        Ok(Some(page))
    }

    fn bytes(&mut self, bytes: &mut Vec<u8>, count: u64) -> io::Result<()> {
        bytes.clear();
        self.file.seek(SeekFrom::Start(self.at))?;
        (&mut *self.file).take(count).read_to_end(bytes)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, DictionaryArray, Int8Array, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;

    use super::super::{Limits, Mapping, ReadOptions, Reader, TextColumn, open, sample};
    use super::*;
    use crate::types::Role;

    fn written(column: ArrayRef) -> Vec<u8> {
        let batch = RecordBatch::try_from_iter([("text", column)]).unwrap();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap()
    }

    /// How many rows and rejects a file has, or the code of its error.
    fn read(bytes: &[u8], limits: Limits) -> Result<(usize, usize), &'static str> {
        let file = tempfile::NamedTempFile::with_suffix(".parquet").unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let options = ReadOptions { limits, ..ReadOptions::default() };
        let code = |error: Error| error.code();
        let sources = open(&[file.path().display().to_string()], &options).map_err(code)?;
        sample(&sources).map_err(code)?;
        let mapping = Mapping::of_texts(vec![TextColumn { name: "text".to_owned(), role: Role::Why }]);
        let (mut rows, mut rejects) = (0, 0);
        for batch in Reader::new(sources, &mapping, &options).map_err(code)? {
            let batch = batch.map_err(code)?;
            assert!(batch.batch.get_array_memory_size() < 4 << 20);
            rows += batch.batch.num_rows();
            rejects += batch.rejects.len();
        }
        Ok((rows, rejects))
    }

    /// One text of so many bytes, in so many rows of a file of 1 KB.
    fn one_text(bytes: usize, rows: usize) -> Vec<u8> {
        let values = StringArray::from(vec!["a".repeat(bytes)]);
        let column = DictionaryArray::new(Int8Array::from(vec![0; rows]), Arc::new(values));
        written(Arc::new(column))
    }

    #[test]
    fn a_dictionary_of_one_long_text_is_not_unpacked_at_once() {
        let limits = Limits { unpacked: 1_000_000, ..Limits::default() };
        assert_eq!(read(&one_text(100_000, 1000), limits), Ok((1000, 0)));
        assert_eq!(read(&one_text(2_000_000, 50), limits), Ok((0, 50)));
        let limits = Limits { unpacked: 1, ..limits };
        assert_eq!(read(&one_text(100_000, 1000), limits), Err("unpacks_too_large"));
    }

    #[test]
    fn pages_and_footers_have_limits() {
        let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..100).map(|n| format!("{n}").repeat(100))));
        let bytes = written(texts);
        assert_eq!(read(&bytes, Limits::default()), Ok((100, 0)));
        assert_eq!(read(&bytes, Limits { pages: 1000, ..Limits::default() }), Err("page_too_large"));
        assert_eq!(read(&bytes, Limits { footer: 50, ..Limits::default() }), Err("footer_too_large"));
        // Cut off anywhere, it is no Parquet, or says that it lacks something.
        for end in (4..bytes.len()).step_by(97) {
            assert_eq!(read(&bytes[..end], Limits::default()), Err("not_a_table"), "{end}");
        }
    }

    /// The part of a footer that says the schema: for each element its children.
    fn schema(children: &[u8]) -> Vec<u8> {
        let mut footer = vec![0x29, 0xfc];
        let mut left = children.len();
        while left > 0x7f {
            footer.push((left & 0x7f) as u8 | 0x80);
            left >>= 7;
        }
        footer.push(left as u8);
        footer.extend(children.iter().flat_map(|count| [0x55, count << 1, 0]));
        footer.push(0);
        footer
    }

    #[test]
    fn groups_within_groups_are_counted_before_anything_recurses() {
        for (children, columns, depth) in
            [(&[3, 0, 0, 0][..], 3, 1), (&[2, 2, 0, 0, 0], 2, 2), (&[1; 5000], 1, 5000), (&[2, 1, 1, 0, 1, 0], 2, 3)]
        {
            let outline = Outline::read(&schema(children)).unwrap();
            let wanted = Outline { columns, elements: children.len() as u64, depth };
            assert_eq!(outline, wanted, "{:?}", &children[..4]);
        }
        assert_eq!(Outline::read(&schema(&[3, 0])[..5]), None);
    }

    #[test]
    fn a_footer_that_recurses_without_end_is_an_error() {
        let footer = schema(&vec![1; 20_000]);
        let mut bytes = b"PAR1".to_vec();
        bytes.extend(&footer);
        bytes.extend((footer.len() as u32).to_le_bytes());
        bytes.extend(b"PAR1");
        assert_eq!(read(&bytes, Limits { columns: 100_000, ..Limits::default() }), Err("not_a_table"));
    }
}
