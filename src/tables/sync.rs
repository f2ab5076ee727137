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

/// From so many on, everything on their file system is taken to the disk at once, where that can be asked for: it takes about as long as a
/// few files do, but waits for what other programs have written as well.
#[cfg(target_os = "linux")]
const MANY: usize = 32;

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
    if at_once(folders)? { Ok(()) } else { each(folders, |folder| synced(folder)) }
}

/// Sees the contents of many files onto the disk, in no order.
pub(super) fn contents_synced(files: &[PathBuf]) -> Result<()> {
    if at_once(files)? {
        return Ok(());
    }
    each(files, |path| {
        // Opened for writing, without which some systems sync nothing.
        let synced = File::options().append(true).open(path).and_then(|file| file.sync_all());
        synced.map_err(|error| Error::io(ErrorKind::Output, "sync", path, error))
    })
}

/// Sees everything on the file systems of these paths onto the disk, if they are many and the system can; whether it did.
#[cfg(target_os = "linux")]
fn at_once(paths: &[PathBuf]) -> Result<bool> {
    use std::collections::BTreeMap;
    use std::os::unix::fs::MetadataExt as _;

    // Before Linux 5.8 a disk that fails would go unnoticed.
    if paths.len() < MANY || version(&rustix::system::uname().release().to_string_lossy()) < Some((5, 8)) {
        return Ok(false);
    }
    let wrong = |path: &Path| {
        let path = path.to_path_buf();
        move |error: io::Error| Error::io(ErrorKind::Output, "sync", &path, error)
    };
    // A folder of the output may be another disk.
    let mut systems = BTreeMap::new();
    for path in paths {
        systems.entry(path.metadata().map_err(wrong(path))?.dev()).or_insert(path);
    }
    for path in systems.into_values() {
        let file = File::open(path).map_err(wrong(path))?;
        rustix::fs::syncfs(&file).map_err(|error| wrong(path)(error.into()))?;
    }
    Ok(true)
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps)]
fn at_once(_: &[PathBuf]) -> Result<bool> {
    Ok(false)
}

/// The first two numbers of a version: of 6.1.0-27-amd64, 6 and 1.
#[cfg(target_os = "linux")]
fn version(release: &str) -> Option<(u32, u32)> {
    let mut numbers = release.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// Does something with each, some at a time and in no order; an error where it fails for one.
pub(super) fn each<T: Sync>(all: &[T], act: impl Fn(&T) -> Result<()> + Sync) -> Result<()> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            act(one)?;
        }
        Ok(())
    };
    std::thread::scope(|threads| {
        // Where there is no thread to be had, the others and this one do with less.
        let spawn = |_| std::thread::Builder::new().spawn_scoped(threads, work).ok();
        let others: Vec<_> = (1..AT_ONCE.min(all.len())).filter_map(spawn).collect();
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
                seen.lock().unwrap().push(path.clone());
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
        let error = contents_synced(&[there.clone(), gone.clone()]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Output);
        let mut many = vec![there; 100];
        contents_synced(&many).unwrap();
        many.push(gone);
        assert_eq!(contents_synced(&many).unwrap_err().kind(), ErrorKind::Output);
        all_synced(&vec![folder.path().to_path_buf(); 100]).unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_release_begins_with_its_version() {
        for (release, expected) in
            [("6.1.0-27-amd64", Some((6, 1))), ("5.10", Some((5, 10))), ("4", None), ("linux", None), ("", None)]
        {
            assert_eq!(version(release), expected, "{release}");
        }
        assert!(Some((4, 18)) < Some((5, 8)) && None < Some((5, 8)));
    }
}
