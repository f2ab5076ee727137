//! Written terms as sets: adding, taking away, and where each was written.
//!
//! Not for what a term means (`super::super::term`) nor for folding it (`compile`).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use toml::Spanned;

use super::super::files::File;
use super::super::format::{Usage, WrittenTerm};
use super::super::term;
use crate::error::{Error, ErrorKind, Place, Result};

/// A set of terms as written, each with how it is used.
pub type TermSet = BTreeMap<String, ResolvedTerm>;

/// How a term is used, and where that is written. The place is not part of the meaning, so not of the hash.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct ResolvedTerm {
    /// How it is used.
    pub usage: Usage,
    /// Where it was last written.
    #[serde(skip)]
    pub origin: Origin,
}

impl ResolvedTerm {
    /// A term that no file holds.
    pub(crate) fn unwritten(usage: Usage) -> Self {
        let file = File { path: std::path::PathBuf::new(), stem: String::new(), text: String::new() };
        Self { usage, origin: Origin { file: Arc::new(file), byte: 0 } }
    }
}

/// A byte of a file. There are many terms and few messages, so line and column are counted where a message needs them.
#[derive(Clone)]
pub struct Origin {
    file: Arc<File>,
    byte: usize,
}

impl Origin {
    pub(super) fn new(file: &Arc<File>, byte: usize) -> Self {
        Self { file: Arc::clone(file), byte }
    }

    /// Its line and column.
    pub fn place(&self) -> Place {
        self.file.place(self.byte)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place())
    }
}

/// Changes a set by what a file writes for it: first every `- "term"` takes one out, then the others are added, so that the order of lines
/// says nothing.
pub(super) fn add_terms<'a>(
    set: &mut TermSet,
    terms: impl Iterator<Item = &'a Spanned<WrittenTerm>> + Clone,
    file: &Arc<File>,
) -> Result<()> {
    let read = |written: &'a Spanned<WrittenTerm>| (written.get_ref().text().trim(), written);
    for (text, written) in terms.clone().map(read) {
        let Some(removed) = text.strip_prefix("- ").map(str::trim) else { continue };
        if set.remove(removed).is_none() {
            return Err(Error::new(
                ErrorKind::Lexicon,
                "nothing_to_remove",
                format!("`{removed}` is not inherited, so it cannot be taken away"),
            )
            .at(Origin::new(file, written.span().start).place())
            .help("Write it as the inherited list has it, or delete this line."));
        }
    }
    for (text, written) in terms.map(read).filter(|(text, _)| !text.starts_with("- ")) {
        let origin = Origin::new(file, written.span().start);
        term::parse(text)
            .map_err(|why| Error::new(ErrorKind::Lexicon, "term", format!("`{text}`: {why}")).at(origin.place()))?;
        set.insert(text.to_owned(), ResolvedTerm { usage: written.get_ref().usage(), origin });
    }
    Ok(())
}
