//! Ctrl-C and a polite kill: the process ends at once, but never in the middle of what must not be left half done, and sweeps what it had laid
//! aside.
//!
//! Not for what is laid aside, nor for kill -9, after which the next run sweeps.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The exit code of a process that was interrupted, as shells have it: 128 and the number of SIGINT.
const EXIT: i32 = 130;

/// What an interruption finds.
#[derive(Debug, Default)]
struct Work {
    /// Folders and files to be swept, which nobody needs when the process ends.
    aside: Vec<PathBuf>,
    /// Whether the work is done that the process was started for: nothing is undone any more.
    is_kept: bool,
    /// Whether an output folder is changed by it, rather than other files.
    is_of_output: bool,
}

static WORK: Mutex<Work> = Mutex::new(Work { aside: Vec::new(), is_kept: false, is_of_output: false });

/// Whoever holds it cannot be interrupted. A panic elsewhere leaves nothing half done here.
fn work() -> MutexGuard<'static, Work> {
    WORK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A folder or a file that is swept where the process is interrupted before this is dropped.
#[derive(Debug)]
pub(crate) struct Aside(PathBuf);

impl Aside {
    /// Of this folder, whether it is there yet or not.
    pub(crate) fn new(folder: &Path) -> Self {
        work().aside.push(folder.to_path_buf());
        Self(folder.to_path_buf())
    }

    /// Of a file that `make` makes, and of which it says where it is: no interruption comes between the two.
    pub(crate) fn of<T, E>(make: impl FnOnce() -> Result<(T, PathBuf), E>) -> Result<(T, Self), E> {
        let mut work = work();
        let (file, path) = make()?;
        work.aside.push(path.clone());
        Ok((file, Self(path)))
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        let mut work = work();
        if let Some(at) = work.aside.iter().position(|folder| *folder == self.0) {
            work.aside.swap_remove(at);
        }
    }
}

/// From now on an interruption says what the output folder holds.
pub(crate) fn changes_output() {
    work().is_of_output = true;
}

/// Does what must not be left half done: an interruption waits for its end.
pub(crate) fn uninterrupted<T>(does: impl FnOnce() -> T) -> T {
    let _work = work();
    does()
}

/// [`uninterrupted`], of what the process was started for: where it succeeds, that is done.
pub(crate) fn kept<T, E>(does: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let mut work = work();
    let done = does();
    work.is_kept |= done.is_ok();
    done
}

/// What an interruption came into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interrupted {
    /// Nothing that would leave anything behind.
    Idle,
    /// Work on an output folder, of which nothing is in place yet, and nothing is left.
    Unfinished,
    /// Work on an output folder that was done already.
    Done,
    /// Other files, of which nothing is in place yet, and nothing is left.
    FilesUnfinished,
    /// Other files that are in their places already.
    FilesDone,
}

/// From now on Ctrl-C sweeps, says so by `tell`, and ends the process with exit code 130.
///
/// Where the system does not let signals be handled, they end the process as ever.
pub(crate) fn listen(tell: impl Fn(Interrupted) + Send + 'static) {
    let _ = ctrlc::set_handler(move || {
        // Never given back: nothing new begins while the process ends.
        let work = work();
        for path in &work.aside {
            // What stays of an output is swept by the next run.
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
        tell(match &*work {
            Work { is_kept: true, is_of_output: true, .. } => Interrupted::Done,
            Work { is_kept: true, .. } => Interrupted::FilesDone,
            Work { is_of_output: true, .. } => Interrupted::Unfinished,
            Work { aside, .. } if aside.is_empty() => Interrupted::Idle,
            Work { .. } => Interrupted::FilesUnfinished,
        });
        std::process::exit(EXIT);
    });
}
