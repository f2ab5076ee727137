//! The files of a lexicon as they lie in its folder, with everything that cannot be read said rather than given up on.
//!
//! Not for what they mean. Where files may lie is `lexicon::files`.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::finding::Finding;
use super::rules::{ENCODING, Rule, STRAY_FILE};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::files::{self, File, Listing};

/// One file.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    /// Its name without folder and ending.
    pub(super) stem: String,
    pub(super) text: String,
}

impl Source {
    /// A finding about these bytes of it.
    pub(super) fn finding(&self, rule: &'static Rule, bytes: Range<usize>, message: String, help: String) -> Finding {
        Finding::of_bytes(rule, (&self.path, &self.text), bytes, message, help)
    }
}

/// All files of one lexicon.
#[derive(Debug, Default)]
pub(super) struct Sources {
    pub(super) head: Option<Source>,
    pub(super) drivers: Vec<Source>,
    /// Names, without ending, of driver files that hold no text.
    pub(super) unread_drivers: Vec<String>,
    pub(super) polarity: Vec<Source>,
    pub(super) responsibility: Option<Source>,
}

impl Sources {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        let single = usize::from(self.head.is_some()) + usize::from(self.responsibility.is_some());
        single + self.drivers.len() + self.polarity.len()
    }
}

/// The files of the lexicon of this name, and what is wrong with them as files.
///
/// # Errors
/// Where there is no such lexicon, or its folder cannot be read.
pub(super) fn open(name: &str) -> Result<(Sources, Vec<Finding>)> {
    if let Some(root) = files::folder(name, None) {
        return read(&root);
    }
    let bundled = files::open(name, None)?;
    let one = |file: &File| Source { path: file.path.clone(), stem: file.stem.clone(), text: file.text.clone() };
    let sources = Sources {
        head: Some(one(&bundled.head)),
        drivers: bundled.drivers.iter().map(|file| one(file)).collect(),
        unread_drivers: Vec::new(),
        polarity: bundled.polarity.iter().map(|file| one(file)).collect(),
        responsibility: bundled.responsibility.as_ref().map(one),
    };
    Ok((sources, Vec::new()))
}

/// The files in a folder, and what is wrong with them as files.
///
/// # Errors
/// Where the folder cannot be read, or is none of a lexicon.
fn read(root: &Path) -> Result<(Sources, Vec<Finding>)> {
    let Listing { head, drivers, polarity, responsibility, stray } = files::list(root)?;
    let mut found: Vec<Finding> = stray
        .into_iter()
        .map(|stray| Finding::of_file(&STRAY_FILE, stray.path.clone(), stray.message(), stray.help))
        .collect();
    let mut one = |path: PathBuf| -> Result<Option<Source>> {
        match text(&path)? {
            Ok(text) => Ok(Some(Source { stem: files::stem(&path), path, text })),
            Err(finding) => {
                found.push(finding);
                Ok(None)
            }
        }
    };
    let mut sources = Sources { head: one(head)?, ..Sources::default() };
    for path in drivers {
        let stem = files::stem(&path);
        match one(path)? {
            Some(source) => sources.drivers.push(source),
            None => sources.unread_drivers.push(stem),
        }
    }
    for path in polarity {
        sources.polarity.extend(one(path)?);
    }
    if let Some(path) = responsibility {
        sources.responsibility = one(path)?;
    }
    Ok((sources, found))
}

/// The text of a file, or where it is none.
fn text(path: &Path) -> Result<Result<String, Finding>> {
    let bytes = std::fs::read(path).map_err(|source| Error::io(ErrorKind::Lexicon, "read", path, source))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map_or(bytes.as_slice(), |rest| rest);
    // Text that has a zero byte is none of UTF-8's, though each byte may be: UTF-16 looks so.
    let zero = bytes.iter().position(|byte| *byte == 0);
    let wrong = std::str::from_utf8(bytes).err().map(|error| error.valid_up_to()).into_iter().chain(zero).min();
    let Some(wrong) = wrong else { return Ok(Ok(String::from_utf8_lossy(bytes).into_owned())) };
    Ok(Err({
        // What is before the first wrong byte is text, and says on which line it lies.
        let before = std::str::from_utf8(&bytes[..wrong]).unwrap_or_default();
        let place = crate::error::Place::of_byte(path, before, before.len());
        let message = format!("{} is not UTF-8", path.display());
        let mut finding = Finding::of_file(&ENCODING, path, message, "Save the file as UTF-8.".to_owned());
        finding.at = place.line.zip(place.column);
        finding
    }))
}
