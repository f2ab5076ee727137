//! Inputs: finding them, and looking at each once for digest, size, format and encoding.
//!
//! Not for rows: reading them is the work of `delimited`, `jsonl`, `parquet` and `sheet`.

use std::collections::HashSet;
use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;
use serde::Serialize;

use super::encoding::{Encoding, Nearness, Transcoder, Utf8Check};
use super::header::{Header, HeaderRows};
use super::held::Held;
use super::limits::{Limits, raise};
use super::{delimited, delimiter, jsonl, parquet, sheet};
use crate::error::{Error, ErrorKind, Place, Result};

/// What the user says of how inputs are to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// The byte between fields; found from the data where not given.
    pub delimiter: Option<u8>,
    /// The label of the encoding; found from the data where not given.
    pub encoding: Option<String>,
    /// The sheet of workbooks that holds the survey; the only one that holds anything where not given.
    pub sheet: Option<String>,
    /// The rows of the header of text and workbooks; found from the data where not given.
    pub header: Option<HeaderRows>,
    /// About how many bytes of text are split and tagged together, at least 1; results do not depend on it.
    pub block_bytes: usize,
    /// How large inputs may be.
    pub limits: Limits,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            delimiter: None,
            encoding: None,
            sheet: None,
            header: None,
            block_bytes: 1024 * 1024,
            limits: Limits::default(),
        }
    }
}

/// How an input holds its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Records of fields with a byte between them, with a header.
    Delimited {
        /// The byte between fields.
        delimiter: u8,
        /// The encoding of the bytes.
        encoding: Encoding,
        /// Lines end in a bare CR, as on the Mac before 2001.
        bare_cr: bool,
    },
    /// One JSON object a line.
    JsonLines {
        /// The encoding of the bytes.
        encoding: Encoding,
    },
    /// Apache Parquet.
    Parquet,
    /// A sheet of an Excel workbook (XLSX).
    Workbook,
}

/// One input file or the standard input, looked at once.
#[derive(Clone, Serialize)]
pub struct Source {
    /// The file's base name, or `-`.
    pub name: String,
    /// The file, as the user named it; `-` for the standard input.
    #[serde(skip)]
    pub path: PathBuf,
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 of the bytes, in hex.
    pub digest: String,
    /// How it holds its rows.
    pub format: Format,
    /// Sentences for people on what was found: an encoding that is not UTF-8, damage.
    #[serde(skip)]
    pub notices: Vec<String>,
    /// Length of the byte order mark, in bytes.
    #[serde(skip)]
    mark: usize,
    /// How large it may be.
    #[serde(skip)]
    pub(super) limits: Limits,
    /// The bytes of the standard input, which can be read only once.
    #[serde(skip)]
    held: Option<Held>,
    /// By what the file is known again when it has been read.
    #[serde(skip)]
    stamp: Option<Stamp>,
    /// The table of a workbook.
    #[serde(skip)]
    pub(super) table: Option<Arc<sheet::Table>>,
    /// The header of delimited text, where it is not its first record alone.
    #[serde(skip)]
    pub(super) header: Option<Arc<Header>>,
}

/// What changes when a file does.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
    /// The file system and the file's number on it, where there are such.
    file: (u64, u64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let file = {
            use std::os::unix::fs::MetadataExt as _;
            (metadata.dev(), metadata.ino())
        };
        #[cfg(not(unix))]
        let file = (0, 0);
        Self { bytes: metadata.len(), modified: metadata.modified().ok(), file }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("path", &self.path)
            .field("digest", &self.digest)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// Bytes that can be read in another thread.
pub(super) type Bytes = Box<dyn Read + Send>;

impl Source {
    /// The bytes as they are.
    fn raw(&self) -> Result<Bytes> {
        match &self.held {
            Some(held) => Ok(held.read()),
            None => Ok(Box::new(self.file()?)),
        }
    }

    /// The open file.
    pub(super) fn file(&self) -> Result<File> {
        File::open(&self.path).map_err(|e| Error::io(ErrorKind::Input, "open", &self.path, e))
    }

    /// The text as UTF-8, without byte order mark; damaged UTF-8 comes as it is.
    pub(super) fn text(&self, encoding: Encoding) -> Result<Bytes> {
        let mut raw = self.raw()?;
        io::copy(&mut raw.by_ref().take(self.mark as u64), &mut io::sink()).map_err(|e| self.unreadable(e))?;
        if encoding == Encoding::UTF_8 { Ok(raw) } else { Ok(Box::new(Transcoder::new(raw, encoding))) }
    }

    /// Where the text starts in the UTF-8 form: after the byte order mark of a UTF-8 file.
    pub(super) fn text_start(&self, encoding: Encoding) -> u64 {
        if encoding == Encoding::UTF_8 { self.mark as u64 } else { 0 }
    }

    /// Sees that the file is the one that was looked at first, now that it has been read: its digest tells of what was tagged. Code
    /// `input_changed`.
    pub(super) fn check_unchanged(&self) -> Result<()> {
        let Some(stamp) = &self.stamp else { return Ok(()) };
        let now = std::fs::metadata(&self.path).map(|metadata| Stamp::of(&metadata));
        if now.is_ok_and(|now| now == *stamp) {
            return Ok(());
        }
        let message = format!("{} changed while it was read; nothing of it is kept", self.path.display());
        Err(Error::new(ErrorKind::Input, "input_changed", message)
            .at(Place::file(&self.path))
            .help("Run again when whoever writes the file is done with it."))
    }

    /// The sheet of a workbook that is read.
    pub fn sheet(&self) -> Option<&str> {
        self.table.as_ref().map(|table| table.sheet.as_str())
    }

    /// The error of a failed read.
    pub(super) fn unreadable(&self, error: io::Error) -> Error {
        Error::io(ErrorKind::Input, "read", &self.path, error)
    }

    /// The id of a row that has none: `<first 12 hex digits of the digest>-<row number>`, of a workbook
    /// `<digits>-<number of the sheet, from 1>-<row number>`. The sheet's name may say anything, and is no part of it.
    pub fn made_id(&self, row: u64) -> String {
        let digits = &self.digest[..12];
        match &self.table {
            None => format!("{digits}-{row}"),
            Some(table) => format!("{digits}-{}-{row}", table.number),
        }
    }
}

/// Finds and looks at all inputs: paths, globs, or `-` for the standard input. They come in the order of their digests.
///
/// Codes: `no_input` where a path or glob names no file, `same_input_twice`, `empty_input`, `not_a_table`, `ambiguous_encoding`,
/// `ambiguous_delimiter`, `bad_delimiter`, `unknown_encoding`, `bad_limit`, `too_many_files`, `footer_too_large`, `unpacks_too_large`, `io`.
pub fn open(inputs: &[String], options: &ReadOptions) -> Result<Vec<Source>> {
    if inputs.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "no_input", "no input is named")
            .help("Name one or more files, a glob such as `week-*.csv`, or `-` for the standard input."));
    }
    options.limits.check()?;
    // Of many inputs some are looked at side by side; the first that fails, as they were named, is the one that is told of.
    let looked: Vec<Result<Source>> =
        expand(inputs, &options.limits)?.into_par_iter().map(|path| look(path, options)).collect();
    let mut sources = looked.into_iter().collect::<Result<Vec<Source>>>()?;
    sources.sort_by(|a, b| a.digest.cmp(&b.digest));
    if let Some(pair) = sources.windows(2).find(|pair| pair[0].digest == pair[1].digest) {
        let (one, other) = (pair[0].path.display(), pair[1].path.display());
        return Err(Error::new(
            ErrorKind::Input,
            "same_input_twice",
            format!("{one} and {other} have the same content"),
        )
        .help("Name each input once; the same answers would count twice."));
    }
    Ok(sources)
}

/// The files that the inputs name; a file that is there is taken by its name, even if that reads as a glob.
fn expand(inputs: &[String], limits: &Limits) -> Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for input in inputs {
        let none = |why: &str| {
            Err(Error::new(ErrorKind::Input, "no_input", format!("`{input}` {why}"))
                .help("Name a file, a glob in quotes such as `'week-*.csv'`, or `-` for the standard input."))
        };
        let path = Path::new(input);
        if input == "-" || path.is_file() {
            paths.push(path.to_path_buf());
        } else if path.is_dir() {
            return none("is a folder");
        } else {
            let Ok(found) = glob::glob(input) else { return none("is neither a file nor a glob") };
            let mut found: Vec<PathBuf> = found.filter_map(Result::ok).filter(|path| path.is_file()).collect();
            if found.is_empty() {
                return none("matches no file");
            }
            found.sort();
            paths.append(&mut found);
        }
    }
    // One file that two globs match is one input.
    let mut seen = HashSet::new();
    paths.retain(|path| seen.insert(path.clone()));
    if paths.len() as u64 > limits.files {
        let message = format!("{} files are named, and a run reads at most {}", paths.len(), limits.files);
        return Err(Error::new(ErrorKind::Input, "too_many_files", message)
            .help(format!("Put files together, run once for each period, or raise the limit: {}.", raise("files"))));
    }
    Ok(paths)
}

/// What one pass over the bytes tells.
struct Look {
    bytes: u64,
    digest: String,
    utf8: bool,
    start: Vec<u8>,
}

/// How much of the start of an input is kept for telling its format.
const START: usize = 64 * 1024;

fn look(path: PathBuf, options: &ReadOptions) -> Result<Source> {
    let name = path.file_name().map_or_else(|| "-".to_owned(), |name| name.to_string_lossy().into_owned());
    let mut held = None;
    if path.as_os_str() == "-" {
        held = Some(Held::take(io::stdin().lock()).map_err(|e| Error::io(ErrorKind::Input, "read", &path, e))?);
    }
    let mut source = Source {
        name,
        path,
        bytes: 0,
        digest: String::new(),
        format: Format::Parquet,
        notices: Vec::new(),
        mark: 0,
        limits: options.limits,
        held,
        stamp: None,
        table: None,
        header: None,
    };
    if source.held.is_none() {
        let metadata = source.file()?.metadata().map_err(|e| source.unreadable(e))?;
        source.stamp = Some(Stamp::of(&metadata));
    }
    let look = pass(&source)?;
    source.bytes = look.bytes;
    source.digest = look.digest;
    if look.start.iter().all(u8::is_ascii_whitespace) && look.bytes <= START as u64 {
        return Err(Error::new(ErrorKind::Input, "empty_input", format!("{} is empty", source.path.display())));
    }
    if look.start.starts_with(b"PAR1") {
        if source.held.is_some() {
            return Err(parquet_from_stdin());
        }
        let nested: Vec<String> = parquet::nested(&source)?.iter().map(|name| format!("`{name}`")).collect();
        if !nested.is_empty() {
            let columns = nested.join(", ");
            source.notices.push(format!("{}: nested columns are read as blank: {columns}", source.name));
        }
        return Ok(source);
    }
    if look.start.starts_with(b"PK\x03\x04") && !is_open_document(&look.start) {
        return workbook(source, options);
    }
    refuse(&source, &look.start)?;
    let encoding = encoding(&mut source, look.utf8, &look.start, options)?;
    source.format = if jsonl::is_json_lines(&source, encoding)? {
        Format::JsonLines { encoding }
    } else {
        let format = delimiter::format(&source, encoding, options)?;
        delimited::find_header(&mut source, format, options)?;
        format
    };
    Ok(source)
}

fn parquet_from_stdin() -> Error {
    Error::new(ErrorKind::Input, "not_a_table", "Parquet cannot be read from the standard input")
        .help("Write it to a file and name that.")
}

fn workbook(mut source: Source, options: &ReadOptions) -> Result<Source> {
    if source.held.is_some() {
        let message = "a workbook cannot be read from the standard input";
        return Err(Error::new(ErrorKind::Input, "not_a_table", message).help("Write it to a file and name that."));
    }
    let (table, notices) = sheet::look(&source, options)?;
    source.format = Format::Workbook;
    source.notices = notices;
    source.table = Some(Arc::new(table));
    Ok(source)
}

/// Whether an archive is a spreadsheet of another kind, which begins with its name.
fn is_open_document(start: &[u8]) -> bool {
    start.get(30..).is_some_and(|start| start.starts_with(b"mimetypeapplication/vnd.oasis.opendocument"))
}

/// What a spreadsheet can do.
const SAVE: &str =
    "Open it in a spreadsheet and save it as .xlsx (\"Excel workbook\") without a password, or as CSV in UTF-8.";

/// Refuses what is certainly no table of text.
fn refuse(source: &Source, start: &[u8]) -> Result<()> {
    if let Some(what) = marked_up(start) {
        return Err(Error::new(ErrorKind::Input, "not_a_table", format!("{} is {what}", source.path.display()))
            .at(Place::file(&source.path))
            .help(SAVE));
    }
    let what = match start {
        start if Encoding::is_utf_32(start) => "in UTF-32",
        [b'P', b'K', 3, 4, ..] => "an OpenDocument file",
        [0xd0, 0xcf, 0x11, 0xe0, ..] => "an old Excel workbook (.xls), or a workbook with a password",
        [0x1f, 0x8b, ..] => "compressed with gzip",
        [b'%', b'P', b'D', b'F', ..] => "a PDF",
        [b'(', 0xb5, 0x2f, 0xfd, ..] => "compressed with zstd",
        _ => return Ok(()),
    };
    Err(Error::new(ErrorKind::Input, "not_a_table", format!("{} is {what}", source.path.display()))
        .at(Place::file(&source.path))
        .help(if matches!(start[0], b'P' | 0xd0) {
            SAVE
        } else {
            "Give it as CSV in UTF-8, XLSX, JSON Lines or Parquet."
        }))
}

/// What bytes are that begin with a tag: pages that are saved with the name of a workbook.
fn marked_up(start: &[u8]) -> Option<&'static str> {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let begins = |tag: &str| start.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()));
    if ["<!doctype html", "<!--", "<html", "<head", "<meta", "<body", "<table"].into_iter().any(begins) {
        Some("an HTML page, whatever its name says")
    } else if begins("<?xml") {
        Some("XML, whatever its name says")
    } else {
        None
    }
}

/// How much is read and looked at together.
const PASS: usize = 4 * 1024 * 1024;

/// Digest, size and strict UTF-8, in one pass. While one piece is digested and checked, on as many threads as are free, the next one is
/// read.
fn pass(source: &Source) -> Result<Look> {
    let mut raw = source.raw()?;
    let mut hasher = blake3::Hasher::new();
    let mut check = Utf8Check::default();
    let mut look = Look { bytes: 0, digest: String::new(), utf8: true, start: Vec::new() };
    let (mut piece, mut next) = (Vec::new(), Vec::new());
    read_piece(&mut raw, &mut piece).map_err(|e| source.unreadable(e))?;
    while !piece.is_empty() {
        look.bytes += piece.len() as u64;
        let room = START - look.start.len();
        look.start.extend_from_slice(&piece[..piece.len().min(room)]);
        if piece.len() < PASS {
            hasher.update(&piece);
            check.push(&piece);
            break;
        }
        let (read, _) = rayon::join(
            || read_piece(&mut raw, &mut next),
            || rayon::join(|| hasher.update_rayon(&piece), || check.push(&piece)),
        );
        read.map_err(|e| source.unreadable(e))?;
        std::mem::swap(&mut piece, &mut next);
    }
    look.digest = hasher.finalize().to_hex().to_string();
    look.utf8 = check.valid();
    Ok(look)
}

/// Reads up to [`PASS`] bytes; fewer only at the end.
fn read_piece(raw: &mut Bytes, piece: &mut Vec<u8>) -> io::Result<()> {
    piece.clear();
    raw.by_ref().take(PASS as u64).read_to_end(piece)?;
    Ok(())
}

/// The encoding: as given, by byte order mark, UTF-8, nearly UTF-8, or by its characters.
fn encoding(source: &mut Source, utf8: bool, start: &[u8], options: &ReadOptions) -> Result<Encoding> {
    let marked = Encoding::of_mark(start);
    let found = if let Some(label) = &options.encoding {
        let given = Encoding::parse(label)?;
        source.mark = marked.filter(|(encoding, _)| *encoding == given).map_or(0, |(_, length)| length);
        return Ok(given);
    } else if let Some((encoding, length)) = marked {
        source.mark = length;
        encoding
    } else if let Some(pairs) = Encoding::of_pairs(start) {
        source.notices.push(format!("{}: read as {pairs}, by its characters (`--encoding` overrides)", source.name));
        return Ok(pairs);
    } else if utf8 {
        Encoding::UTF_8
    } else {
        return by_characters(source);
    };
    if found != Encoding::UTF_8 {
        source.notices.push(format!("{}: read as {found}, by its byte order mark", source.name));
    }
    Ok(found)
}

/// How many bytes of lines that hold more than ASCII are judged.
const JUDGED: usize = 256 * 1024;

/// Where no more than one in so many lines with more than ASCII is damaged, the text is UTF-8.
const NEARLY_ALL: u64 = 10;

fn by_characters(source: &mut Source) -> Result<Encoding> {
    let mut near = Nearness::default();
    let mut judged: Vec<u8> = Vec::new();
    let (mut beyond, mut damaged) = (0_u64, 0_u64);
    lines(source, |line| {
        near.push(line);
        if !line.is_ascii() {
            beyond += 1;
            damaged += u64::from(simdutf8::basic::from_utf8(line).is_err());
        }
        if judged.len() < JUDGED && !line.is_ascii() {
            judged.extend_from_slice(line);
        }
    })?;
    if near.is_near() {
        source.notices.push(format!(
            "{}: read as UTF-8; {} sequences of bytes are damaged, and their rows are rejects",
            source.name, near.invalid
        ));
        return Ok(Encoding::UTF_8);
    }
    if damaged * NEARLY_ALL <= beyond {
        // Whatever else these lines are, the others would be spoilt by it.
        let lines = if damaged == 1 { "line" } else { "lines" };
        let message = format!("{} is UTF-8 but for {damaged} {lines}", source.path.display());
        return Err(Error::new(ErrorKind::Ambiguous, "ambiguous_encoding", message).at(Place::file(&source.path)).help(format!(
            "Say `--encoding utf-8`, and {damaged} {lines} of {beyond} with more than ASCII become rejects; or save all of it in one encoding. Any other encoding would spoil the rest."
        )));
    }
    let found = Encoding::plausible(&judged).ok_or_else(|| {
        Error::new(
            ErrorKind::Ambiguous,
            "ambiguous_encoding",
            format!("{} is not UTF-8, and its encoding cannot be told", source.path.display()),
        )
        .help("Say `--encoding gb18030`, `--encoding big5` or `--encoding windows-1252`.")
    })?;
    source.notices.push(format!("{}: read as {found}, by its characters (`--encoding` overrides)", source.name));
    Ok(found)
}

/// Calls `each` with every line; a line of more than 1 MiB comes in pieces.
fn lines(source: &Source, mut each: impl FnMut(&[u8])) -> Result<()> {
    let mut raw = source.raw()?;
    let mut buffer: Vec<u8> = Vec::new();
    let mut piece = vec![0; 1024 * 1024];
    loop {
        let read = raw.read(&mut piece).map_err(|e| source.unreadable(e))?;
        if read == 0 {
            each(&buffer);
            return Ok(());
        }
        buffer.extend_from_slice(&piece[..read]);
        // A byte below 0x30 is no part of a character of more bytes in any of the encodings.
        let whole = match buffer.iter().rposition(|b| *b == b'\n') {
            Some(at) => at + 1,
            None if buffer.len() > piece.len() => buffer.len(),
            None => 0,
        };
        buffer[..whole].split_inclusive(|b| *b == b'\n').for_each(&mut each);
        buffer.drain(..whole);
    }
}
