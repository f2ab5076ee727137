//! Files that come into a folder together: written aside in it, then put in their places, all or none.
//!
//! Not for the output of a run (`tables::commit`), which is journalled besides.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::{Error, ErrorKind, Result};

/// A folder in another one, for files that are not whole yet. Dropped, it is gone, and the other one is as it was.
pub(super) struct Aside {
    // The inner folder goes first: only then may the outer one be empty.
    files: TempDir,
    _made: Made,
    folder: PathBuf,
}

/// Folders that were not there, the innermost first.
struct Made(Vec<PathBuf>);

impl Drop for Made {
    fn drop(&mut self) {
        for folder in &self.0 {
            // One that holds something by now stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

impl Aside {
    /// Makes it in `folder`, and that where it is not there.
    pub(super) fn create(folder: &Path) -> Result<Self> {
        let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let made = Made(folder.ancestors().take_while(is_missing).map(Path::to_path_buf).collect());
        let files = fs::create_dir_all(folder)
            .and_then(|()| tempfile::Builder::new().prefix(".verbatim-diff-").tempdir_in(folder))
            .map_err(|source| Error::io(ErrorKind::Output, "write into", folder, source))?;
        Ok(Self { files, _made: made, folder: folder.to_path_buf() })
    }

    /// Where the file of this name is written.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    /// Puts the files of these names in their places, over what is there.
    ///
    /// # Errors
    /// Where one cannot be put there; then none is.
    pub(super) fn put(self, names: &[&str]) -> Result<()> {
        for (at, name) in names.iter().enumerate() {
            if let Err(source) = self.replace(name) {
                names[..at].iter().for_each(|name| self.put_back(name));
                let help = "No file was replaced. Move away what is in the way, or name another folder.";
                return Err(Error::io(ErrorKind::Output, "write", self.folder.join(name), source).help(help));
            }
        }
        Ok(())
    }

    /// Where a file is kept that another one takes the place of.
    fn kept(&self, name: &str) -> PathBuf {
        self.path(&format!("{name}.before"))
    }

    fn replace(&self, name: &str) -> io::Result<()> {
        let target = self.folder.join(name);
        if fs::symlink_metadata(&target).is_ok() {
            // Not every file system has links.
            fs::hard_link(&target, self.kept(name)).or_else(|_| fs::copy(&target, self.kept(name)).map(drop))?;
        }
        fs::rename(self.path(name), target)
    }

    /// Undoes one that was replaced. What fails here cannot be mended from here: the error that led here is told.
    fn put_back(&self, name: &str) {
        let (target, kept) = (self.folder.join(name), self.kept(name));
        let _ = if fs::symlink_metadata(&kept).is_ok() { fs::rename(kept, target) } else { fs::remove_file(target) };
    }
}
