//! Delimited text (CSV, TSV, …): the header, and rows with exact positions.
//!
//! Not for what columns mean, nor for the rules of quotes (`records`), nor for finding the delimiter (`delimiter`).

use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;

use super::cut::{Cutter, Ends, Over, Piece};
use super::delimiter::blank_lines;
use super::encoding::Encoding;
use super::header::{self, Header, Top};
use super::limits::{Limits, raise, size};
use super::records::{Record, line_feeds};
use super::reject::Reason;
use super::rows::{At, Fault, Rows, Stop, positions};
use super::source::{Format, ReadOptions, Source};
use crate::error::{Error, ErrorKind, Place, Result};

/// How the rows of one source are laid out.
#[derive(Debug)]
pub(super) struct Layout {
    delimiter: u8,
    /// The columns of the header.
    all: Vec<String>,
    /// Where the wanted ones are among them.
    wanted: Vec<usize>,
    /// Whether the text was in another encoding.
    transcoded: bool,
    limits: Limits,
}

/// A source whose header is read.
pub(super) struct Opened {
    /// What follows the header.
    pub(super) cutter: Cutter,
    /// The piece in which the header is, where rows follow in it.
    pub(super) first: Option<Piece>,
    /// Where they start in it.
    pub(super) from: usize,
    /// Lines before them.
    pub(super) lines: u64,
    all: Vec<String>,
}

/// How much is read for the header alone.
const HEADER: usize = 64 * 1024;

/// How much of the start the header is found in, in bytes.
const LOOKED_AT: u64 = 256 * 1024;

/// Finds where the header is, and keeps it where it is not the first record alone. Codes: `ambiguous_header`, `duplicate_column`.
pub(super) fn find_header(source: &mut Source, format: Format, options: &ReadOptions) -> Result<()> {
    let Format::Delimited { delimiter, encoding, bare_cr } = format else { return Ok(()) };
    let mut start = Vec::new();
    source.text(encoding)?.take(LOOKED_AT).read_to_end(&mut start).map_err(|e| source.unreadable(e))?;
    if bare_cr {
        start.iter_mut().filter(|b| **b == b'\r').for_each(|b| *b = b'\n');
    }
    // A second mark is passed over, as the first one is.
    let from = if start.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let top = top(&start, delimiter, source.limits.columns, from, start.len() as u64 == LOOKED_AT);
    if top.is_empty() {
        return Ok(());
    }
    let header = header::find(&top, &[], options.header, header::Layout::Text).map_err(|why| {
        Error::new(ErrorKind::Ambiguous, "ambiguous_header", format!("which row is the header cannot be told: {why}"))
            .at(Place::file(&source.path))
            .help("Say on which line it starts, from 1: `--header 2`, or `--header 1-2` where it has two rows.")
    })?;
    if (header.first, header.last) == (0, 0) {
        return Ok(());
    }
    let rows = header.rows;
    let lines = if header.rows.first == header.rows.last { "line" } else { "lines" };
    source.notices.push(format!("{}: header on {lines} {rows} (`--header` overrides)", source.name));
    let names: Vec<String> = header.names.iter().enumerate().map(|(index, name)| called(name, index)).collect();
    source.limits.allow_columns(names.len()).map_err(|error| error.at(Place::file(&source.path)))?;
    unique(&names, &source.path, header.rows.first)?;
    source.header = Some(Arc::new(Header { names, ..header }));
    Ok(())
}

/// The first records, as text; the last one only where it is whole.
fn top(start: &[u8], delimiter: u8, columns: u64, from: usize, is_cut: bool) -> Vec<Top> {
    let (mut record, mut at, mut line, mut top) = (Record::keeping(columns), from, 1, Vec::new());
    while top.len() < header::LOOKED_AT {
        let blank = blank_lines(&start[at..]);
        (at, line) = (at + blank, line + blank as u64);
        if at == start.len() {
            break;
        }
        let end = record.read(start, delimiter, at);
        if record.open.is_some() || (is_cut && end == start.len()) {
            break;
        }
        let text = |index| String::from_utf8_lossy(record.field(start, index)).trim().to_owned();
        let cells: Vec<String> = (0..record.len()).map(text).collect();
        if !record.is_blank() {
            top.push(Top { line, cells });
        }
        line += line_feeds(&start[at..end]);
        at = end;
    }
    top
}

/// What a column of the header is called.
fn called(name: &str, index: usize) -> String {
    if name.is_empty() { format!("column_{}", index + 1) } else { name.to_owned() }
}

fn unique(names: &[String], path: &std::path::Path, line: u64) -> Result<()> {
    let mut seen = HashSet::new();
    match names.iter().find(|name| !seen.insert(name.as_str())) {
        Some(twice) => {
            let message = format!("two columns are called `{twice}`");
            Err(Error::new(ErrorKind::Input, "duplicate_column", message)
                .at(Place::line(path, line, None))
                .help("Give each column of the header a name of its own."))
        }
        None => Ok(()),
    }
}

/// The names of the header; an empty one becomes `column_<number>`. Codes: `duplicate_column`, `empty_input`, `bad_header`,
/// `too_many_columns`.
pub(super) fn columns(source: &Source) -> Result<Vec<String>> {
    Ok(opened(source, HEADER)?.all)
}

/// Opens a source to read these columns, in pieces of about so many bytes; codes as of [`columns`], and `different_columns`.
pub(super) fn open(source: &Source, columns: &[String], size: usize) -> Result<(Opened, Layout)> {
    let mut opened = opened(source, size)?;
    let all = std::mem::take(&mut opened.all);
    let wanted = positions(source, &all, columns)?;
    let Format::Delimited { delimiter, encoding, .. } = source.format else { return Err(no_text(source)) };
    Ok((opened, Layout { delimiter, all, wanted, transcoded: encoding != Encoding::UTF_8, limits: source.limits }))
}

fn no_text(source: &Source) -> Error {
    Error::new(ErrorKind::Input, "not_a_table", "the input is not delimited text").at(Place::file(&source.path))
}

fn opened(source: &Source, size: usize) -> Result<Opened> {
    let Format::Delimited { delimiter, encoding, bare_cr } = source.format else { return Err(no_text(source)) };
    let start = source.text_start(encoding);
    let mut cutter =
        Cutter::new(source.text(encoding)?, Ends::Outside { delimiter, bare_cr }, start, source.limits.row);
    let mut record = Record::keeping(source.limits.columns);
    let mut lines = 0;
    // The records above the last one of the header.
    let (mut passed, last) = (0, source.header.as_ref().map_or(0, |header| header.last));
    while let Some(piece) = cutter.next(size, Vec::new()) {
        let text = &piece.text;
        // A second mark is passed over, as the first one is.
        let mut from = if piece.byte == start && text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        while from < text.len() {
            let blank = blank_lines(&text[from..]);
            from += blank;
            lines += blank as u64;
            if from == text.len() {
                break;
            }
            let end = record.read(text, delimiter, from);
            if let Some(before) = record.open {
                return Err(Stop::OpenQuote(NEVER_CLOSED.to_owned()).error(source, lines + before + 1));
            }
            let line = lines + 1;
            lines += record.line_feeds + u64::from(text[from..end].ends_with(b"\n"));
            from = end;
            if !record.is_blank() && passed < last {
                passed += 1;
            } else if !record.is_blank() {
                let all = match &source.header {
                    Some(header) => header.names.clone(),
                    None => names(source, &record, text, line)?,
                };
                let more = from < text.len() || piece.over.is_some() || piece.broken.is_some();
                let first = more.then_some(piece);
                return Ok(Opened { cutter, first, from, lines, all });
            }
        }
        if let Some(over) = piece.over {
            return Err(header_over(source, &over, lines));
        }
        if let Some(broken) = piece.broken {
            return Err(Stop::Unreadable(broken).error(source, lines + 1));
        }
    }
    let message = format!("{} has no header", source.path.display());
    Err(Error::new(ErrorKind::Input, "empty_input", message).at(Place::file(&source.path)))
}

/// A first row that is longer than any may be.
fn header_over(source: &Source, over: &Over, lines: u64) -> Error {
    if !over.is_closed {
        return Stop::OpenQuote(NEVER_CLOSED.to_owned()).error(source, lines + 1);
    }
    let message = format!("the header has more than {}", size(source.limits.row));
    Error::new(ErrorKind::Input, "bad_header", message)
        .at(Place::line(&source.path, lines + 1, None))
        .help(format!("The first row must name the columns; where it does, raise the limit: {}.", raise("row")))
}

fn names(source: &Source, record: &Record, text: &[u8], line: u64) -> Result<Vec<String>> {
    source.limits.allow_columns(record.len()).map_err(|error| error.at(Place::line(&source.path, line, None)))?;
    let mut names = Vec::new();
    for index in 0..record.len() {
        let Ok(name) = std::str::from_utf8(record.field(text, index)) else {
            let message = format!("the header's field {} is not text in UTF-8", index + 1);
            return Err(Error::new(ErrorKind::Input, "bad_header", message)
                .at(Place::line(&source.path, line, None))
                .help("Say the file's encoding with `--encoding`."));
        };
        names.push(called(name.trim(), index));
    }
    unique(&names, &source.path, line)?;
    Ok(names)
}

const NEVER_CLOSED: &str = "a quote is opened here and never closed: all that follows would be one field";

/// So many lines inside one field that each look like a row are rows.
const ROWS_WITHIN: usize = 5;
/// In a table as wide as this it takes fewer, because a sentence seldom has as many delimiters.
const WIDE: usize = 4;
const ROWS_WITHIN_WIDE: usize = 2;

fn closed_below(rows: usize) -> Stop {
    Stop::OpenQuote(format!(
        "a quote is opened in this row and closed below others: {rows} lines in its field look like rows"
    ))
}

impl Layout {
    /// Splits whole records into rows, up to `limit` of them; the first byte of `text` from which they are taken is the source's
    /// byte `byte`.
    pub(super) fn split(&self, text: &[u8], byte: u64, limit: u64, rows: &mut Rows) {
        // One look at all is quicker than one at each field; where it finds damage, each field says whether it is its own.
        let whole = simdutf8::basic::from_utf8(text).ok();
        let is_clean = whole.is_some_and(|text| !self.transcoded || !text.contains('\u{fffd}'));
        let mut record = Record::keeping(self.limits.columns);
        let mut at = 0;
        while rows.read < limit {
            let blank = blank_lines(&text[at..]);
            at += blank;
            rows.lines += blank as u64;
            if at == text.len() {
                break;
            }
            let end = record.read(text, self.delimiter, at);
            let bytes = (end - at) as u64;
            if bytes > self.limits.row {
                let start = &text[at..at + self.limits.row as usize];
                let line_feeds = line_feeds(&text[at..end]);
                self.over(start, record.open.is_none(), line_feeds, byte + at as u64, rows);
                if rows.stop.is_some() {
                    return;
                }
                at = end;
                continue;
            }
            if let Some(before) = record.open {
                rows.stop = Some((rows.lines + before, Stop::OpenQuote(NEVER_CLOSED.to_owned())));
                return;
            }
            let line = rows.lines;
            rows.lines += record.line_feeds + u64::from(text[end - 1] == b'\n');
            if record.is_blank() {
                at = end;
                continue;
            }
            if record.is_void(text) {
                // It is no answer, but has its number: ids that are made of numbers are those of earlier runs.
                rows.count(line, byte + at as u64);
                rows.blank += 1;
            } else {
                let place = rows.count(line, byte + at as u64);
                match self.judge(text, &record, is_clean && bytes <= self.limits.field) {
                    Ok(None) => self.push(text, whole, &record, place, rows),
                    Ok(Some(fault)) => {
                        rows.faults.push((place, Fault { more_lines: record.line_feeds, ..fault }));
                    }
                    Err(stop) => {
                        rows.stop = Some((line, stop));
                        return;
                    }
                }
            }
            at = end;
        }
    }

    /// Enters a row that is too long, of which this is the start: a reject, or the end of the reading where a quote makes one row of many.
    pub(super) fn over(&self, start: &[u8], is_closed: bool, line_feeds: u64, byte: u64, rows: &mut Rows) {
        let mut record = Record::keeping(self.limits.columns);
        record.read(start, self.delimiter, 0);
        let within = self.lines_within(start, &record);
        if !is_closed {
            rows.stop = Some((rows.lines + record.open.unwrap_or(0), Stop::OpenQuote(NEVER_CLOSED.to_owned())));
        } else if self.are_rows(within) {
            rows.stop = Some((rows.lines, closed_below(within.1)));
        } else {
            let place = rows.count(rows.lines, byte);
            rows.faults.push((place, Fault::row_too_large(&self.limits)));
            rows.lines += line_feeds;
        }
    }

    fn push(&self, text: &[u8], whole: Option<&str>, record: &Record, place: At, rows: &mut Rows) {
        if let Some(text) = whole {
            rows.push(place, self.wanted.iter().map(|at| record.text(text, *at).unwrap_or_default()));
        } else {
            // Each field was judged to be text.
            let field = |at: &usize| simdutf8::basic::from_utf8(record.field(text, *at)).unwrap_or_default();
            rows.push(place, self.wanted.iter().map(field));
        }
    }

    /// What is wrong with a record, where anything is; `is_clean` where each field is known to be text that is not too long.
    fn judge(&self, text: &[u8], record: &Record, is_clean: bool) -> Result<Option<Fault>, Stop> {
        if record.line_feeds > 0
            && let Some(fault) = self.quotes(text, record)?
        {
            return Ok(Some(fault));
        }
        let (got, wanted) = (record.len(), self.all.len());
        if got != wanted {
            return Ok(Some(Fault::row(Reason::BadColumns, format!("{got} fields, and the header has {wanted}"))));
        }
        Ok(if is_clean { None } else { self.fault(text, record) })
    }

    /// A quote that is closed rows below the one where it should be, by the opening quote of another field: its field holds rows. Where
    /// that is sure, an error, because rows would be lost; where it may be, a reject.
    fn quotes(&self, text: &[u8], record: &Record) -> Result<Option<Fault>, Stop> {
        let torn = record.is_torn;
        let within = self.lines_within(text, record);
        if self.are_rows(within) || torn && self.all.len() > 1 && within.1 > 0 {
            return Err(closed_below(within.1));
        }
        let message = "text follows the quote that closes a field of several lines";
        Ok(torn.then(|| Fault::row(Reason::BadQuotes, message)))
    }

    /// Whether so many lines inside a field, of which so many look like rows, are rows.
    fn are_rows(&self, (lines, rows): (usize, usize)) -> bool {
        let enough = if self.all.len() < WIDE { ROWS_WITHIN } else { ROWS_WITHIN_WIDE };
        self.all.len() > 1 && rows == lines && rows >= enough
    }

    /// Of the lines that lie whole inside a field of this record: how many there are, and how many have as many fields as a row.
    fn lines_within(&self, text: &[u8], record: &Record) -> (usize, usize) {
        let (mut lines, mut rows) = (0, 0);
        for field in (0..record.len()).map(|index| record.field(text, index)).filter(|field| line_feeds(field) > 1) {
            let within: Vec<&[u8]> = field.split(|b| *b == b'\n').collect();
            for line in within.iter().take(within.len().saturating_sub(1)).skip(1).filter(|line| !line.is_empty()) {
                lines += 1;
                rows += usize::from(line.split(|b| *b == self.delimiter).count() == self.all.len());
            }
        }
        (lines, rows)
    }

    fn fault(&self, text: &[u8], record: &Record) -> Option<Fault> {
        for (index, name) in self.all.iter().enumerate() {
            let field = record.field(text, index);
            if field.len() as u64 > self.limits.field {
                return Some(Fault::field_too_large(name, &self.limits));
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
