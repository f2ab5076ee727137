//! Files that come into a folder together: written aside in it, then put in their places, all or none.
//!
//! Not for the output of a run (`tables::commit`), which is journalled besides, nor for one file (`whole`). An interruption waits while they are put in
//! place; a process that is killed in that moment leaves files of two states, of which the next one makes one.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Place, Result};
use crate::interrupt::{Aside, kept};

/// The folder's name in the one where the files belong.
const FOLDER: &str = ".verbatim-aside";
/// The name in it of the file that is locked as long as somebody writes there.
const LOCK: &str = "_lock";

/// A folder in another one, for files that are not whole yet. Dropped, it is gone, and the other one is as it was.
#[derive(Debug)]
pub(crate) struct Together {
    /// None once it is given back: what is locked cannot be removed everywhere.
    lock: Option<File>,
    files: PathBuf,
    folder: PathBuf,
    /// Held, not used: after the files only may the folders that were made be empty.
    _made: Made,
    _aside: Aside,
}

/// Folders that were not there, the innermost first.
#[derive(Debug)]
struct Made(Vec<PathBuf>);

impl Drop for Made {
    fn drop(&mut self) {
        for folder in &self.0 {
            // One that holds something by now stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

impl Together {
    /// Makes it in `folder`, and that where it is not there; sweeps what a process left that was killed. Code `output_busy` where another one
    /// writes there.
    pub(crate) fn begin(folder: &Path) -> Result<Self> {
        let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let made = Made(folder.ancestors().take_while(is_missing).map(Path::to_path_buf).collect());
        let files = folder.join(FOLDER);
        let (lock, aside) = Aside::of(|| {
            let failed = |source| Error::io(ErrorKind::Output, "write into", folder, source);
            fs::create_dir_all(&files).map_err(failed)?;
            let path = files.join(LOCK);
            let lock = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(failed)?;
            match lock.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(busy(folder)),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
            sweep(&files).map_err(failed)?;
            Ok((lock, files.clone()))
        })?;
        Ok(Self { lock: Some(lock), files, folder: folder.to_path_buf(), _made: made, _aside: aside })
    }

    /// Where the file of this name is written.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.files.join(name)
    }

    /// Puts the files of these names in their places, over what is there.
    ///
    /// # Errors
    /// Where one cannot be put there; then none is.
    pub(crate) fn put(self, names: &[&str]) -> Result<()> {
        kept(|| {
            for (at, name) in names.iter().enumerate() {
                if let Err(source) = self.replace(name) {
                    names[..at].iter().for_each(|name| self.put_back(name));
                    let help = "No file was replaced. Move away what is in the way, or name another folder.";
                    return Err(Error::io(ErrorKind::Output, "write", self.folder.join(name), source).help(help));
                }
            }
            Ok(())
        })
    }

    /// The place of a file: what a link leads to is written, not the link.
    fn place(&self, name: &str) -> PathBuf {
        let place = self.folder.join(name);
        place.canonicalize().unwrap_or(place)
    }

    /// Where a file is kept that another one takes the place of.
    fn before(&self, name: &str) -> PathBuf {
        self.path(&format!("{name}.before"))
    }

    fn replace(&self, name: &str) -> io::Result<()> {
        let place = self.place(name);
        if let Ok(there) = fs::symlink_metadata(&place) {
            if !there.is_file() {
                return Err(io::Error::other("what is there is no file"));
            }
            // Not every file system has links.
            fs::hard_link(&place, self.before(name)).or_else(|_| fs::copy(&place, self.before(name)).map(drop))?;
            // Whoever may read the old one may read the new one.
            fs::set_permissions(self.path(name), there.permissions())?;
        }
        fs::rename(self.path(name), place)
    }

    /// Undoes one that was replaced. What fails here cannot be mended from here: the error that led here is told.
    fn put_back(&self, name: &str) {
        let (place, before) = (self.place(name), self.before(name));
        let _ = if before.exists() { fs::rename(before, place) } else { fs::remove_file(place) };
    }
}

impl Drop for Together {
    fn drop(&mut self) {
        self.lock = None;
        // What stays is swept by the next one.
        let _ = fs::remove_dir_all(&self.files);
    }
}

fn busy(folder: &Path) -> Error {
    let message = format!("another process is writing files into {}", folder.display());
    Error::new(ErrorKind::Busy, "output_busy", message)
        .at(Place::file(folder))
        .help("Wait until it is done, or name another folder.")
}

/// Removes all but the lock.
fn sweep(files: &Path) -> io::Result<()> {
    for entry in fs::read_dir(files)? {
        let entry = entry?;
        if entry.file_name() != LOCK {
            let path = entry.path();
            if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = ["a.csv", "b.csv", "c.csv"];

    /// What stands in a folder: names and texts, `/` for a folder.
    fn held(folder: &Path) -> Vec<(String, String)> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        let mut held: Vec<_> = entries
            .map(|entry| {
                let text = fs::read_to_string(entry.path()).unwrap_or_else(|_| "/".to_owned());
                (entry.file_name().into_string().unwrap(), text)
            })
            .collect();
        held.sort();
        held
    }

    fn begun(folder: &Path) -> Together {
        let together = Together::begin(folder).unwrap();
        for name in NAMES {
            fs::write(together.path(name), "new").unwrap();
        }
        together
    }

    fn all(text: &str) -> Vec<(String, String)> {
        NAMES.iter().map(|name| ((*name).to_owned(), text.to_owned())).collect()
    }

    #[test]
    fn files_come_into_their_places_all_together_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("made/here");
        drop(begun(&folder));
        assert!(!folder.parent().unwrap().exists(), "folders that were made for nothing go");
        begun(&folder).put(&NAMES).unwrap();
        assert_eq!(held(&folder), all("new"));
        for name in NAMES {
            fs::write(folder.join(name), "old").unwrap();
        }
        drop(begun(&folder));
        assert_eq!(held(&folder), all("old"));
        // The last one cannot be put in its place.
        fs::remove_file(folder.join("c.csv")).unwrap();
        fs::remove_file(folder.join("b.csv")).unwrap();
        fs::create_dir(folder.join("c.csv")).unwrap();
        let error = begun(&folder).put(&NAMES).unwrap_err();
        assert!(error.to_string().contains("No file was replaced"), "{error}");
        assert_eq!(held(&folder), [("a.csv".to_owned(), "old".to_owned()), ("c.csv".to_owned(), "/".to_owned())]);
    }

    #[test]
    fn what_a_killed_process_left_is_swept_and_who_is_at_work_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let aside = folder.path().join(FOLDER);
        fs::create_dir(&aside).unwrap();
        fs::write(aside.join("a.csv"), "half").unwrap();
        fs::write(aside.join(".verbatim-x"), "half").unwrap();
        let first = begun(folder.path());
        let error = Together::begin(folder.path()).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Busy, "output_busy"));
        first.put(&NAMES).unwrap();
        assert_eq!(held(folder.path()), all("new"));
    }
}
