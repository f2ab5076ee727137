//! The files of an import on their way: written beside the lexicon, loaded there, then put in place.
//!
//! Not for what is written (`edit`).

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Place, Result};

/// A lexicon's files as they will be, in a folder beside it.
#[derive(Debug)]
pub(super) struct Stage {
    folder: tempfile::TempDir,
    into: PathBuf,
    /// What the files held when they were read.
    current: BTreeMap<String, String>,
    /// Those that change; `None`: it is deleted.
    edited: BTreeMap<String, Option<String>>,
}

impl Stage {
    /// Writes all files: those of `current`, as `edited` changes them.
    pub(super) fn new(
        into: &Path,
        current: BTreeMap<String, String>,
        edited: BTreeMap<String, Option<String>>,
    ) -> Result<Self> {
        let whole = if into.is_dir() { into.canonicalize() } else { std::path::absolute(into) };
        let into = whole.map_err(|source| Error::io(ErrorKind::Output, "find", into, source))?;
        let beside = into.parent().unwrap_or(&into);
        let failed = |source| Error::io(ErrorKind::Output, "write beside", &into, source);
        fs::create_dir_all(beside).map_err(failed)?;
        let folder = tempfile::Builder::new().prefix(".verbatim-import-").tempdir_in(beside).map_err(failed)?;
        let unchanged = current.iter().filter(|(path, _)| !edited.contains_key(*path));
        let changed = edited.iter().filter_map(|(path, text)| Some((path, text.as_ref()?)));
        for (path, text) in unchanged.chain(changed) {
            write(&folder.path().join(path), text).map_err(failed)?;
        }
        Ok(Self { folder, into, current, edited })
    }

    /// The folder in which the files lie.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Moves what changes into the lexicon's folder, a file at a time; where one cannot be moved, what was there is put back.
    /// Gives the files that were written or deleted, relative to the folder.
    pub(super) fn put(self) -> Result<Vec<String>> {
        for (path, before) in &self.current {
            let path = self.into.join(path);
            if fs::read_to_string(&path).ok().as_ref() != Some(before) {
                let message = format!("{} was changed while this was prepared", path.display());
                return Err(Error::new(ErrorKind::Busy, "changed_meanwhile", message)
                    .at(Place::file(&path))
                    .help("Nothing was written. Import again."));
            }
        }
        let mut done = Vec::new();
        // The head comes last: a folder without one is no lexicon yet.
        let (head, others): (Vec<_>, Vec<_>) = self.edited.iter().partition(|(path, _)| *path == "lexicon.toml");
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
            let _ = match self.current.get(path) {
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
