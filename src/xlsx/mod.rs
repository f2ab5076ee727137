//! Workbooks (XLSX) that come from outside: looked at before they are opened, then read cell by cell.
//!
//! A workbook is an archive of XML, and what it says of itself need not be true: a kilobyte can ask for terabytes. [`Workbook::open`] goes
//! once through every part that a reader will read, unpacks it in pieces, believes no number that stands in it, and refuses what takes
//! more than [`Limits`] allow. Only then calamine reads it, which keeps in memory:
//!
//! - the archive's directory: bounded by the number of entries, which is read from the archive's end before the directory is;
//! - one event of XML at a time (a tag, a text): [`LARGEST_EVENT`]; the names of the elements that are open: [`DEEPEST`];
//! - shared strings, of which it reserves as many as are claimed: [`Limits::strings`];
//! - styles, each with a copy of its font and number format: [`LARGEST_STYLES`];
//! - relations, names of sheets and defined names: [`LARGEST_PART`].
//!
//! It is never asked for a range of cells (which it makes as large as the sheet claims), for formulas spread out, tables, pictures or
//! macros. Entity declarations, which could expand, are refused.
//!
//! Not for what cells mean: a survey's are read in `survey`, a lexicon's in `curate::sheets`.

mod archive;
mod cells;
mod parts;
mod place;
mod scan;
mod sheet;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub(crate) use cells::{Cell, Fault};
pub(crate) use place::{Merge, column_letters};

use crate::error::{Error, ErrorKind, Place, Result};
use crate::foreign;

/// How large one tag or one text of XML may be, in bytes, and all that one cell or one shared string holds.
pub(crate) const LARGEST_EVENT: usize = 16 << 20;
/// How deep elements may stand in each other; spreadsheets come to about ten.
pub(crate) const DEEPEST: usize = 100;
/// What styles may take, in bytes, each counted with what it copies.
pub(crate) const LARGEST_STYLES: u64 = 128 << 20;
/// What any part may unpack to that is neither a sheet nor the shared strings, in bytes.
pub(crate) const LARGEST_PART: u64 = 16 << 20;
/// How many entries an archive may have.
pub(crate) const MOST_ENTRIES: u64 = 10_000;
/// How many merged ranges of cells a sheet may have.
pub(crate) const MOST_MERGES: usize = 100_000;
/// How many formulas without a value a sheet may have.
const MOST_UNVALUED: usize = 1_000_000;
/// Parts that unpack to less than this, in bytes, may have any ratio: a sheet of nothing packs very well.
const RATIO_FROM: u64 = 16 << 20;

/// What a workbook may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// What all parts that are read unpack to together, in bytes; and what the cells of all sheets hold, where a text that many cells
    /// share counts once for each, and one of merged cells once for each row ([`Workbook::allow_merged`]).
    pub unpacked: u64,
    /// How many times as large as in the archive one part may become, where that is more than 16 MiB.
    pub ratio: u64,
    /// What the shared strings may take in memory, in bytes: their text, and 64 bytes for each.
    pub strings: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { unpacked: 4 << 30, ratio: 250, strings: 256 << 20 }
    }
}

/// A workbook that was looked at and takes no more than it may.
#[derive(Debug, Clone)]
pub(crate) struct Workbook {
    path: PathBuf,
    /// Its sheets of cells, in the order in which the spreadsheet shows them.
    pub(crate) sheets: Vec<Sheet>,
    /// What all its cells hold, in bytes.
    held: u64,
    limits: Limits,
}

/// What is known of a sheet before its cells are read. Rows and columns count from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// Its name.
    pub(crate) name: String,
    /// Whether the spreadsheet does not show it.
    pub(crate) is_hidden: bool,
    /// How many cells hold something.
    pub(crate) cells: u64,
    /// For each column the number of the last row that holds something, from 1; 0 where none does.
    pub(crate) last_rows: Vec<u32>,
    /// Cells with a formula and no value, as programs write them that work nothing out: row and column, in their order.
    pub(crate) unvalued: Vec<(u32, u32)>,
    /// Its merged ranges, by their first row.
    pub(crate) merges: Vec<Merge>,
    /// Columns with numbers beyond 2⁵³, which a spreadsheet rounds, with the row of the first.
    pub(crate) rounded: Vec<(u32, u32)>,
}

impl Workbook {
    /// Looks at a workbook.
    ///
    /// # Errors
    /// `workbook` where it cannot be read or is none, `workbook_too_large` where it takes more than it may, `io`.
    pub(crate) fn open(path: &Path, limits: &Limits) -> Result<Self> {
        let (sheets, held) = parts::look(path, limits).map_err(|wrong| wrong.error(path))?;
        Ok(Self { path: path.to_path_buf(), sheets, held, limits: *limits })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The sheet of this name.
    pub(crate) fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }
}

/// A number of bytes for people.
pub(crate) fn size(bytes: u64) -> String {
    const MIB: u64 = 1 << 20;
    match bytes {
        bytes if bytes > 0 && bytes.is_multiple_of(MIB) => format!("{} MiB", bytes / MIB),
        bytes if bytes > 0 && bytes.is_multiple_of(1024) => format!("{} KiB", bytes / 1024),
        bytes => format!("{bytes} bytes"),
    }
}

/// Why a workbook is not read.
#[derive(Debug)]
enum Wrong {
    /// It is none, or damaged: what is wrong with it.
    Damaged(String),
    /// It takes more than it may: what of it.
    TooLarge(String),
    /// The file cannot be read.
    Io(std::io::Error),
}

impl Wrong {
    fn damaged(why: impl Into<String>) -> Self {
        Self::Damaged(why.into())
    }

    /// Has other people's code read it: where that panics, it is damaged.
    fn guarded<T, E: Into<Self>>(read: impl FnOnce() -> Result<T, E>) -> Result<T, Self> {
        foreign::call(read).map_or_else(|| Err(Self::damaged("its reader gave up")), |read| read.map_err(Into::into))
    }

    fn error(self, path: &Path) -> Error {
        let (code, message, help) = match self {
            Self::Io(error) => return Error::io(ErrorKind::Input, "read", path, error),
            Self::Damaged(why) => (
                "workbook",
                format!("this is no workbook that can be read: {why}"),
                "Open it in a spreadsheet and save it as .xlsx (\"Excel workbook\"), without a password.",
            ),
            Self::TooLarge(what) => (
                "workbook_too_large",
                format!("the workbook is refused: {what}"),
                "Save the sheet that is meant alone, as a new workbook, or as CSV in UTF-8.",
            ),
        };
        Error::new(ErrorKind::Input, code, message).at(Place::file(path)).help(help)
    }
}

impl From<zip::result::ZipError> for Wrong {
    fn from(error: zip::result::ZipError) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<quick_xml::Error> for Wrong {
    fn from(error: quick_xml::Error) -> Self {
        match error {
            quick_xml::Error::Io(error) if error.kind() == std::io::ErrorKind::FileTooLarge => scan::too_large(),
            error => Self::Damaged(error.to_string()),
        }
    }
}

impl From<calamine::XlsxError> for Wrong {
    fn from(error: calamine::XlsxError) -> Self {
        Self::Damaged(error.to_string())
    }
}
