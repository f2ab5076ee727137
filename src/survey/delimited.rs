//! Delimited text (CSV, TSV, …): finding the delimiter, the header, and rows with exact positions.
//!
//! Not for what columns mean; the splitting itself is the `csv` crate's.

use std::collections::HashSet;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};

use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::encoding::Encoding;
use super::quotes::Quotes;
use super::reject::Reason;
use super::rows::{Fault, MAX_FIELD, MAX_ROW, Row, Rows, positions};
use super::source::{Bytes, Format, ReadOptions, Source};
use crate::error::{Error, ErrorKind, Place, Result};

/// The delimiters that are tried.
const DELIMITERS: [u8; 4] = *b",\t;|";

/// How much of the start the delimiter is found in, in bytes and in records.
const LOOKED_AT: u64 = 256 * 1024;
const RECORDS: usize = 200;

/// How a delimited source is to be read: delimiter and line ends.
pub(super) fn format(source: &Source, encoding: Encoding, options: &ReadOptions) -> Result<Format> {
    if let Some(given) = options.delimiter.filter(|byte| !byte.is_ascii() || b"\"\r\n".contains(byte)) {
        let message = format!("byte {given} cannot stand between fields");
        return Err(Error::new(ErrorKind::Usage, "bad_delimiter", message)
            .help("Use `--delimiter ,`, `--delimiter ';'`, `--delimiter '|'` or `--delimiter tab`."));
    }
    let mut start = Vec::new();
    source.text(encoding)?.take(LOOKED_AT).read_to_end(&mut start).map_err(|e| source.unreadable(e))?;
    let bare_cr = start.contains(&b'\r') && !start.contains(&b'\n');
    if bare_cr {
        start.iter_mut().filter(|b| **b == b'\r').for_each(|b| *b = b'\n');
    }
    let delimiter = match options.delimiter {
        Some(given) => given,
        None => find(&start).ok_or_else(|| {
            Error::new(
                ErrorKind::Ambiguous,
                "ambiguous_delimiter",
                format!("more than one delimiter splits {} evenly", source.path.display()),
            )
            .at(Place::file(&source.path))
            .help("Say which it is: `--delimiter ,`, `--delimiter ';'`, `--delimiter '|'` or `--delimiter tab`.")
        })?,
    };
    Ok(Format::Delimited { delimiter, encoding, bare_cr })
}

/// The delimiter that splits the first records most evenly; a file without any has one column.
fn find(start: &[u8]) -> Option<u8> {
    let mut found: Vec<(f64, usize, u8)> = DELIMITERS
        .into_iter()
        .filter_map(|delimiter| {
            let mut reader = builder(delimiter).from_reader(start);
            let counts: Vec<usize> = reader
                .byte_records()
                .map_while(std::result::Result::ok)
                .map(|record| record.len())
                .take(RECORDS)
                .collect();
            let header = *counts.first()?;
            // The last record may be cut; with few records it counts all the same.
            let even = counts.iter().filter(|count| **count == header).count() as f64 / counts.len() as f64;
            (header > 1).then_some((even, header, delimiter))
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    match found[..] {
        [] => Some(b','),
        [(one, columns, _), (other, same, _), ..] if one - other < 0.05 && columns == same => None,
        [(_, _, first), ..] => Some(first),
    }
}

/// A record ends at LF alone: a bare CR belongs to the text around it, and the CR of CRLF is taken off the last field.
fn builder(delimiter: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .terminator(Terminator::Any(b'\n'))
        .buffer_capacity(256 * 1024);
    builder
}

/// What watches the bytes on their way to the `csv` crate.
struct Watched {
    inner: Bytes,
    bare_cr: bool,
    read: u64,
    last: u8,
    /// Where the current row starts, to stop a quote that nothing closes.
    row: Arc<AtomicU64>,
    quotes: Quotes,
}

impl Read for Watched {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.read > self.row.load(Ordering::Relaxed) + MAX_ROW {
            return Err(io::Error::other("a row has more than 16 MiB: a quote in it is never closed"));
        }
        let read = self.inner.read(out)?;
        if self.bare_cr {
            // One byte for one byte, so that positions hold.
            out[..read].iter_mut().filter(|b| **b == b'\r').for_each(|b| *b = b'\n');
        }
        self.read += read as u64;
        self.last = if read > 0 { out[read - 1] } else { self.last };
        self.quotes.see(&out[..read]);
        Ok(read)
    }
}

/// Records with the exact place of each.
struct Records {
    reader: csv::Reader<Watched>,
    record: ByteRecord,
    row: Arc<AtomicU64>,
    /// Bytes after which a quoted field of several lines went on behind its closing quote, in the order of the file.
    torn: Receiver<u64>,
    next_torn: Option<u64>,
    start: u64,
    line: u64,
    byte: u64,
    source: Source,
}

impl Records {
    fn open(source: &Source) -> Result<Self> {
        let Format::Delimited { delimiter, encoding, bare_cr } = source.format else {
            return Err(Error::new(ErrorKind::Input, "not_a_table", "the input is not delimited text"));
        };
        let row = Arc::new(AtomicU64::new(0));
        let inner = source.text(encoding)?;
        let (torn_at, torn) = channel();
        let quotes = Quotes::new(delimiter, torn_at);
        let watched = Watched { inner, bare_cr, read: 0, last: b'\n', row: Arc::clone(&row), quotes };
        Ok(Self {
            reader: builder(delimiter).from_reader(watched),
            record: ByteRecord::new(),
            row,
            torn,
            next_torn: None,
            start: source.text_start(encoding),
            line: 1,
            byte: 0,
            source: source.clone(),
        })
    }

    /// The next record that is not a blank line.
    fn next(&mut self) -> Result<bool> {
        loop {
            let (line, byte) = (self.reader.position().line(), self.reader.position().byte());
            self.row.store(byte, Ordering::Relaxed);
            let more = self.reader.read_byte_record(&mut self.record).map_err(|error| {
                let message = format!("cannot read {}: {error}", self.source.path.display());
                Error::new(ErrorKind::Input, "io", message).at(Place::line(&self.source.path, line, None)).source(error)
            })?;
            if !more {
                return Ok(false);
            }
            let watched = self.reader.get_ref();
            // The whole of what was read is behind this record, and still a quote is open: it swallowed all rows after it.
            if watched.quotes.is_open() && self.reader.position().byte() == watched.read {
                let message = "a quote is opened here and never closed: all that follows would be one field";
                return Err(open_quote(&self.source, watched.quotes.opened(), message));
            }
            // `csv` counts LF, and passes over empty lines without saying so: of all LF passed, those that are neither in a
            // field nor the record's end are empty lines before it, of one byte each.
            let passed = self.reader.position().line() - line;
            let at_end = self.reader.position().byte() == self.reader.get_ref().read;
            let ended = u64::from(!(at_end && self.reader.get_ref().last != b'\n'));
            let empty = if passed > ended {
                // Saturates where an open quote takes the file's last LF into its field.
                passed.saturating_sub(ended + line_feeds(self.record.as_slice()))
            } else {
                0
            };
            self.line = line + empty;
            self.byte = self.start + byte + empty;
            if self.record.len() > 1 || !matches!(self.record.get(0), None | Some(b"" | b"\r")) {
                return Ok(true);
            }
        }
    }

    /// Whether a quoted field of this record, of several lines, went on behind its closing quote.
    fn is_torn(&mut self) -> bool {
        let end = self.reader.position().byte();
        let mut torn = false;
        loop {
            self.next_torn = self.next_torn.or_else(|| self.torn.try_recv().ok());
            match self.next_torn {
                Some(at) if at <= end => (torn, self.next_torn) = (true, None),
                _ => return torn,
            }
        }
    }

    /// Of the lines that lie whole inside a field of this record: how many there are, and how many have as many fields as a row.
    fn lines_within(&self, columns: usize) -> (usize, usize) {
        let Format::Delimited { delimiter, .. } = self.source.format else { return (0, 0) };
        let (mut lines, mut rows) = (0, 0);
        for field in &self.record {
            let within: Vec<&[u8]> = field.split(|b| *b == b'\n').collect();
            for line in within.iter().take(within.len().saturating_sub(1)).skip(1).filter(|line| !line.is_empty()) {
                lines += 1;
                rows += usize::from(line.split(|b| *b == delimiter).count() == columns);
            }
        }
        (lines, rows)
    }

    /// A field, without the CR that ends its line.
    fn field(&self, index: usize) -> &[u8] {
        let field = self.record.get(index).unwrap_or_default();
        if index + 1 == self.record.len() { field.strip_suffix(b"\r").unwrap_or(field) } else { field }
    }
}

fn open_quote(source: &Source, line: u64, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Input, "open_quote", message)
        .at(Place::line(&source.path, line, None))
        .help("Close the quote, or double it (\"\") where it belongs to the text.")
}

/// LF inside the fields of a record; rare enough to be counted one by one.
fn line_feeds(fields: &[u8]) -> u64 {
    fields.split(|b| *b == b'\n').count() as u64 - 1
}

/// The names of the header; an empty one becomes `column_<number>`. Codes: `duplicate_column`, `empty_input`, `bad_header`.
pub(super) fn columns(source: &Source) -> Result<Vec<String>> {
    header(&mut Records::open(source)?)
}

fn header(records: &mut Records) -> Result<Vec<String>> {
    let source = records.source.clone();
    if !records.next()? {
        let message = format!("{} has no header", source.path.display());
        return Err(Error::new(ErrorKind::Input, "empty_input", message).at(Place::file(&source.path)));
    }
    let mut seen = HashSet::new();
    let mut names = Vec::new();
    for index in 0..records.record.len() {
        let Ok(name) = std::str::from_utf8(records.field(index)) else {
            let message = format!("the header's field {} is not text in UTF-8", index + 1);
            return Err(Error::new(ErrorKind::Input, "bad_header", message)
                .at(Place::line(&source.path, records.line, None))
                .help("Say the file's encoding with `--encoding`."));
        };
        let name = match name.trim() {
            "" => format!("column_{}", index + 1),
            name => name.to_owned(),
        };
        if !seen.insert(name.clone()) {
            let message = format!("two columns are called `{name}`");
            return Err(Error::new(ErrorKind::Input, "duplicate_column", message)
                .at(Place::line(&source.path, records.line, None))
                .help("Give each column of the header a name of its own."));
        }
        names.push(name);
    }
    Ok(names)
}

/// The rows below the header.
struct Delimited {
    records: Records,
    all: Vec<String>,
    wanted: Vec<usize>,
    transcoded: bool,
    number: u64,
}

/// The rows of a delimited source with these columns, in this order.
pub(super) fn rows(source: &Source, columns: &[String]) -> Result<Box<dyn Rows>> {
    let mut records = Records::open(source)?;
    let all = header(&mut records)?;
    let wanted = positions(source, &all, columns)?;
    let transcoded = matches!(source.format, Format::Delimited { encoding, .. } if encoding != Encoding::UTF_8);
    Ok(Box::new(Delimited { records, all, wanted, transcoded, number: 0 }))
}

/// So many lines inside one field that each look like a row are rows.
const ROWS_WITHIN: usize = 5;
/// In a table as wide as this it takes fewer, because a sentence seldom has as many delimiters.
const WIDE: usize = 4;
const ROWS_WITHIN_WIDE: usize = 2;

impl Delimited {
    /// A quote that is closed rows below the one where it should be, by the opening quote of another field: its field holds rows. Where
    /// that is sure, an error, because rows would be lost; where it may be, a reject.
    fn quotes(&mut self) -> Result<Option<Fault>> {
        let torn = self.records.is_torn();
        if line_feeds(self.records.record.as_slice()) == 0 {
            return Ok(None);
        }
        let (lines, rows) = self.records.lines_within(self.all.len());
        let enough = if self.all.len() < WIDE { ROWS_WITHIN } else { ROWS_WITHIN_WIDE };
        let line = self.records.line;
        if self.all.len() > 1 && rows > 0 && (torn || rows == lines && rows >= enough) {
            let message = format!(
                "a quote is opened in this row and closed below others: {rows} lines in its field look like rows"
            );
            return Err(open_quote(&self.records.source, line, message));
        }
        let message = "text follows the quote that closes a field of several lines";
        Ok(torn.then(|| Fault::row(Reason::BadQuotes, message)))
    }

    fn fault(&self) -> Option<Fault> {
        let (got, wanted) = (self.records.record.len(), self.all.len());
        if got != wanted {
            return Some(Fault::row(Reason::BadColumns, format!("{got} fields, and the header has {wanted}")));
        }
        for (index, name) in self.all.iter().enumerate() {
            let field = self.records.field(index);
            if field.len() > MAX_FIELD {
                return Some(Fault::too_large(name));
            }
            match simdutf8::basic::from_utf8(field) {
                Err(_) => return Some(Fault::field(Reason::BadEncoding, name, "bytes that are not UTF-8")),
                // What the transcoder could not read is U+FFFD by now.
                Ok(text) if self.transcoded && text.contains('\u{fffd}') => {
                    return Some(Fault::field(Reason::BadEncoding, name, "bytes that are no text in this encoding"));
                }
                Ok(_) => {}
            }
        }
        None
    }
}

impl Rows for Delimited {
    fn next(&mut self, row: &mut Row) -> Result<bool> {
        if !self.records.next()? {
            return Ok(false);
        }
        self.number += 1;
        (row.line, row.byte, row.number) = (self.records.line, self.records.byte, self.number);
        row.fields.resize_with(self.wanted.len(), String::new);
        row.fault = self.quotes()?.or_else(|| self.fault());
        if row.fault.is_none() {
            for (field, &index) in row.fields.iter_mut().zip(&self.wanted) {
                field.clear();
                // Checked above.
                field.push_str(simdutf8::basic::from_utf8(self.records.field(index)).unwrap_or_default());
            }
        }
        Ok(true)
    }
}
