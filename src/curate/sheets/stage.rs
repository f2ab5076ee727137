//! The files of an import on their way: written beside the lexicon, so that they can be loaded there, or moved into their places.
//!
//! Not for what is written (`edit`). Whatever ends the program in between leaves the folder behind, so it is there only while it is worked with, and
//! never while a person is asked.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Place, Result};

/// The files of a lexicon, and what becomes of them.
#[derive(Debug)]
pub(super) struct Edited {
    pub(super) into: PathBuf,
    /// What the files held when they were read, by their paths in the folder.
    pub(super) current: BTreeMap<String, String>,
    /// Those that change; `None`: it is deleted.
    pub(super) changed: BTreeMap<String, Option<String>>,
}

/// A lexicon's files as they will be, in a folder beside it.
#[derive(Debug)]
pub(super) struct Stage<'e> {
    folder: tempfile::TempDir,
    into: PathBuf,
    edited: &'e Edited,
}

impl Edited {
    /// Writes all files, changed, into a folder beside the lexicon: what it extends by a relative path is found from there too.
    pub(super) fn stage(&self) -> Result<Stage<'_>> {
        let Self { into, current, changed } = self;
        let whole = if into.is_dir() { into.canonicalize() } else { std::path::absolute(into) };
        let into = whole.map_err(|source| Error::io(ErrorKind::Output, "find", into, source))?;
        let beside = into.parent().unwrap_or(&into);
        let failed = |source| Error::io(ErrorKind::Output, "write beside", &into, source);
        fs::create_dir_all(beside).map_err(failed)?;
        let folder = tempfile::Builder::new().prefix(".verbatim-import-").tempdir_in(beside).map_err(failed)?;
        let unchanged = current.iter().filter(|(path, _)| !changed.contains_key(*path));
        let changed = changed.iter().filter_map(|(path, text)| Some((path, text.as_ref()?)));
        for (path, text) in unchanged.chain(changed) {
            write(&folder.path().join(path), text).map_err(failed)?;
        }
        Ok(Stage { folder, into, edited: self })
    }
}

impl Stage<'_> {
    /// The folder in which the files lie.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Moves what changes into the lexicon's folder, a file at a time; where one cannot be moved, what was there is put back.
    /// Gives the files that were written or deleted, relative to the folder.
    pub(super) fn put(self) -> Result<Vec<String>> {
        self.check_unchanged()?;
        let mut done = Vec::new();
        // The head comes last: a folder without one is no lexicon yet.
        let (head, others): (Vec<_>, Vec<_>) =
            self.edited.changed.iter().partition(|(path, _)| *path == "lexicon.toml");
        for (path, text) in others.into_iter().chain(head) {
            let target = self.into.join(path);
            let moved = match text {
                Some(_) => target.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
                    self.keep_permissions(path, &target);
                    fs::rename(self.path().join(path), &target)
                }),
                None => fs::remove_file(&target),
            };
            if let Err(source) = moved {
                self.put_back(&done);
                return Err(Error::io(ErrorKind::Output, "write", &target, source).help("Nothing was changed."));
            }
            done.push(path.clone());
        }
        Ok(done)
    }

    /// The files are as they were read, and nothing lies where new ones go.
    fn check_unchanged(&self) -> Result<()> {
        let Edited { current, changed, .. } = self.edited;
        let is_other = |path: &String| {
            let place = self.into.join(path);
            match current.get(path) {
                Some(before) => fs::read_to_string(&place).ok().as_ref() != Some(before),
                // A link to nowhere is something too.
                None => fs::symlink_metadata(&place).is_ok(),
            }
        };
        let Some(path) = current.keys().chain(changed.keys()).find(|path| is_other(path)) else { return Ok(()) };
        let what = if current.contains_key(path) { "changed" } else { "made" };
        let path = self.into.join(path);
        let message = format!("{} was {what} while this was prepared", path.display());
        Err(Error::new(ErrorKind::Busy, "changed_meanwhile", message)
            .at(Place::file(&path))
            .help("Nothing was written. Import again."))
    }

    /// The new file may be read and written by whom the old one may.
    fn keep_permissions(&self, path: &str, target: &Path) {
        if let Ok(old) = fs::metadata(target) {
            // Where that cannot be, the file is as new ones are.
            let _ = fs::set_permissions(self.path().join(path), old.permissions());
        }
    }

    /// Undoes what was done. What fails here cannot be mended from here: the error that led here is told.
    fn put_back(&self, done: &[String]) {
        for path in done {
            let target = self.into.join(path);
            let _ = match self.edited.current.get(path) {
                Some(text) => fs::write(&target, text),
                None => fs::remove_file(&target),
            };
        }
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, text)
}
