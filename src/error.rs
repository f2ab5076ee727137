//! The one error of the library: what went wrong, where, and how to mend it.
//!
//! Not for findings in data: a row that cannot be used is a [`crate::survey::Reject`], and a run goes on.
//!
//! One struct rather than one enum per folder: users see the same four parts everywhere (a stable code, a sentence, a place, a
//! way out), and callers decide by [`ErrorKind`] alone.

use std::fmt;
use std::path::{Path, PathBuf};

/// The result of everything that can fail in this library.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What sort of thing went wrong; stable, for callers that decide by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The command line or `verbatim.toml` asks for something that does not exist or does not fit together.
    Usage,
    /// The data allows more than one reading; a flag settles it.
    Ambiguous,
    /// An input cannot be read at all.
    Input,
    /// A lexicon's file is wrong.
    Lexicon,
    /// The output folder cannot be read or written, or holds something else.
    Output,
    /// A file that the engine wrote earlier no longer has the content it had.
    Damaged,
    /// Another process is writing the same output.
    Busy,
}

/// Where in which file; lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as the user named it.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Column in characters, from 1; given only with a line.
    pub column: Option<u64>,
}

impl Place {
    /// A place that is a whole file.
    pub fn file(file: impl AsRef<Path>) -> Self {
        Self { file: file.as_ref().to_path_buf(), line: None, column: None }
    }

    /// A line of a file, and where known the column.
    pub fn line(file: impl AsRef<Path>, line: u64, column: Option<u64>) -> Self {
        Self { file: file.as_ref().to_path_buf(), line: Some(line), column }
    }
}

impl Place {
    /// The place of byte `byte` of a file that holds `text`.
    pub fn of_byte(file: impl AsRef<Path>, text: &str, byte: usize) -> Self {
        let before = &text[..text.floor_char_boundary(byte)];
        let line = before.matches('\n').count() as u64 + 1;
        let column = before.rsplit('\n').next().map_or(0, |start| start.chars().count()) as u64 + 1;
        Self::line(file, line, Some(column))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        Ok(())
    }
}

/// An error with a stable code, a sentence, a place and a way out.
#[derive(Debug)]
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    code: &'static str,
    message: String,
    place: Option<Place>,
    help: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of `kind` with a stable `code` (`snake_case`, part of the public interface) and one sentence.
    pub fn new(kind: ErrorKind, code: &'static str, message: impl Into<String>) -> Self {
        Self { inner: Box::new(Inner { kind, code, message: message.into(), place: None, help: None, source: None }) }
    }

    /// A file that could not be opened, read, written or renamed: `verb` says which ("read", "write", …).
    pub fn io(kind: ErrorKind, verb: &str, file: impl AsRef<Path>, source: std::io::Error) -> Self {
        Self::new(kind, "io", format!("cannot {verb} {}: {source}", file.as_ref().display())).source(source)
    }

    /// Adds where it happened.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.inner.place = Some(place);
        self
    }

    /// Adds how to mend it: a full sentence that names the flag, key or command.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.inner.help = Some(help.into());
        self
    }

    /// Adds the error beneath.
    #[must_use]
    pub fn source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.inner.source = Some(Box::new(source));
        self
    }

    /// What sort of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The stable code, such as `ambiguous_scale`.
    pub fn code(&self) -> &'static str {
        self.inner.code
    }

    /// What went wrong, in one sentence without the way out.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// Where it happened, if it is a place in a file.
    pub fn place(&self) -> Option<&Place> {
        self.inner.place.as_ref()
    }

    /// How to mend it, if that is known.
    pub fn way_out(&self) -> Option<&str> {
        self.inner.help.as_deref()
    }
}

impl fmt::Display for Error {
    /// `error[code]: sentence`, then the place and the way out on lines of their own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error[{}]: {}", self.inner.code, self.inner.message)?;
        if let Some(place) = &self.inner.place {
            write!(f, "\n  --> {place}")?;
        }
        if let Some(help) = &self.inner.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner.source.as_deref().map(|e| e as &(dyn std::error::Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_reads_as_code_sentence_place_and_way_out() {
        let error = Error::new(ErrorKind::Ambiguous, "ambiguous_scale", "all scores are 1 to 5")
            .at(Place::line("week.csv", 2, Some(7)))
            .help("Say `--scale 1-5` or `--scale 0-10`.");
        assert_eq!(
            error.to_string(),
            "error[ambiguous_scale]: all scores are 1 to 5\n  --> week.csv:2:7\n  help: Say `--scale 1-5` or `--scale 0-10`."
        );
        assert_eq!(error.kind(), ErrorKind::Ambiguous);
    }
}
