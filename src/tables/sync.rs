//! Files and folders onto the disk, so that they are there after a power cut.
//!
//! Not what is in them, nor in which order a commit takes them there: that is `commit` and `journal`.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Error, ErrorKind, Result};

/// Files that are synced at once. Each waits for the disk and not for a core, and a file system takes those that wait at the same time
/// there together.
const AT_ONCE: usize = 8;

/// Writes a file and sees its content onto the disk.
pub(super) fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Sees the entries of a folder onto the disk: a rename is not there to stay before that.
pub(super) fn synced(folder: &Path) -> Result<()> {
    sync_folder(folder).map_err(|error| Error::io(ErrorKind::Output, "sync", folder, error))
}

/// [`synced`], of many folders in no order.
pub(super) fn all_synced(folders: &[PathBuf]) -> Result<()> {
    each(folders, synced)
}

/// Sees the contents of many files onto the disk, in no order.
pub(super) fn contents_synced(files: &[PathBuf]) -> Result<()> {
    each(files, |path| {
        // Opened for writing, without which some systems sync nothing.
        let synced = File::options().append(true).open(path).and_then(|file| file.sync_all());
        synced.map_err(|error| Error::io(ErrorKind::Output, "sync", path, error))
    })
}

/// Does something with each path, some at a time; an error where it fails for one.
fn each(paths: &[PathBuf], act: impl Fn(&Path) -> Result<()> + Sync) -> Result<()> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            act(path)?;
        }
        Ok(())
    };
    std::thread::scope(|threads| {
        // Where there is no thread to be had, the others and this one do with less.
        let spawn = |_| std::thread::Builder::new().spawn_scoped(threads, work).ok();
        let others: Vec<_> = (1..AT_ONCE.min(paths.len())).filter_map(spawn).collect();
        let own = work();
        others
            .into_iter()
            .map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .fold(own, Result::and)
    })
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be opened as a file, and the file system orders its entries by itself.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps)]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn each_path_is_taken_once_and_an_error_is_told() {
        for count in [0, 1, 5, 100] {
            let paths: Vec<PathBuf> = (0..count).map(|at| PathBuf::from(at.to_string())).collect();
            let seen = Mutex::new(Vec::new());
            each(&paths, |path| {
                seen.lock().unwrap().push(path.to_path_buf());
                Ok(())
            })
            .unwrap();
            let mut seen = seen.into_inner().unwrap();
            seen.sort();
            let mut wanted = paths.clone();
            wanted.sort();
            assert_eq!(seen, wanted);
        }
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("there");
        write_synced(&there, b"x").unwrap();
        contents_synced(std::slice::from_ref(&there)).unwrap();
        let gone = folder.path().join("gone");
        let error = contents_synced(&[there, gone]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Output);
    }
}
