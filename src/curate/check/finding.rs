//! A finding, with the place and the lines that show it.
//!
//! Not for how it is printed (`cli`), nor for what may be found (`rules`).

use std::ops::Range;
use std::path::PathBuf;

use serde::{Serialize, Serializer};

use super::rules::Rule;
use crate::error::Place;

/// Something that should be mended.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Of which sort it is.
    #[serde(serialize_with = "as_code", rename = "code")]
    pub rule: &'static Rule,
    /// The file.
    pub file: PathBuf,
    /// Line and column, from 1, columns in characters; where it is about more than the file as a whole.
    pub at: Option<(u64, u64)>,
    /// The line of the file, and the characters of it that are meant: from, to.
    pub excerpt: Option<Excerpt>,
    /// What is found, in one sentence.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

/// A line of a file and what is meant of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// The line without its end.
    pub line: String,
    /// Where it begins, in characters of the line, from 0.
    pub from: usize,
    /// Where it ends; after `from`.
    pub to: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference to the field")]
fn as_code<S: Serializer>(rule: &&'static Rule, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(rule.code)
}

impl Finding {
    /// Of a whole file or folder.
    pub(super) fn of_file(rule: &'static Rule, file: impl Into<PathBuf>, message: String, help: String) -> Self {
        Self { rule, file: file.into(), at: None, excerpt: None, message, help }
    }

    /// Of these bytes of a file that holds `text`.
    pub(super) fn of_bytes(
        rule: &'static Rule,
        (file, text): (impl Into<PathBuf>, &str),
        bytes: Range<usize>,
        message: String,
        help: String,
    ) -> Self {
        let file = file.into();
        let start = text.floor_char_boundary(bytes.start.min(text.len()));
        let end = text.ceil_char_boundary(bytes.end.min(text.len())).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = text[line_start..line_end].trim_end_matches('\r');
        let chars = |text: &str| text.chars().count();
        let from = chars(&text[line_start..start]).min(chars(line));
        let to = (from + chars(&text[start..end.min(line_end).max(start)])).clamp(from + 1, chars(line).max(from + 1));
        let place = Place::of_byte(&file, text, start);
        Self {
            rule,
            at: place.line.zip(place.column),
            file,
            excerpt: Some(Excerpt { line: line.to_owned(), from, to }),
            message,
            help,
        }
    }

    /// Where it is, for messages.
    pub fn place(&self) -> Place {
        match self.at {
            Some((line, column)) => Place::line(&self.file, line, Some(column)),
            None => Place::file(&self.file),
        }
    }

    /// What findings are sorted by: file, place, code.
    pub(super) fn key(&self) -> (&PathBuf, Option<(u64, u64)>, &'static str, &str) {
        (&self.file, self.at, self.rule.code, &self.message)
    }
}
