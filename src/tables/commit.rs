//! The output folder: one writer at a time, and a run's files in place all together or not at all.
//!
//! Files are staged in `_commit/`, on the same file system; then a journal of renames is written, which is the moment at which
//! the new state holds; then the renames are made, the manifest's last. A crash before the journal leaves the old state, a crash
//! after it the new one, which the next [`Output::open`] finishes. Not what is in the files.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::journal::{FOLDER, Journal, Step, WHOLE, holds_staged, is_unfinished, sweep};
use super::lexicons;
use super::log;
use super::manifest::{self, Manifest};
use super::partition::{PartId, Table};
use super::sync::{all_synced, contents_synced, synced, write_synced};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::interrupt::{Aside, changes_output, kept, uninterrupted};

/// The lock's name in the output folder; it stays there, empty of meaning, when nobody holds it.
const LOCK: &str = "_lock";

/// The name in [`FOLDER`] of the file for what does not fit into memory; no table is called so.
const ASIDE: &str = "_rows";

/// An output folder that this process alone writes, until it is dropped.
#[derive(Debug)]
pub struct Output {
    root: PathBuf,
    /// Held, not used: what is staged goes where the process is interrupted.
    _staged: Aside,
    /// Held, not used: the lock ends with the file.
    _lock: File,
}

impl Output {
    /// Opens the folder `out`, which is made where it is not there: takes its lock, and finishes or undoes what a crash left.
    pub fn open(out: &Path) -> Result<Self> {
        changes_output();
        if !out.is_dir() {
            fs::create_dir_all(out).map_err(|error| not_made(out, error))?;
            // Or the folder itself might be gone after a power cut, with all that was synced in it.
            let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty());
            synced(parent.unwrap_or(Path::new(".")))?;
        }
        check_ours(out)?;
        let lock = lock(out)?;
        match Journal::read(out)? {
            Some(journal) => uninterrupted(|| journal.finish(out))?,
            None => sweep(out)?,
        }
        let staged = Aside::new(&out.join(FOLDER));
        Ok(Self { root: out.to_path_buf(), _staged: staged, _lock: lock })
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the file of `table` for `period` is to be written; [`Output::commit`] puts it in its place.
    pub fn stage(&self, table: Table, period: &str) -> PathBuf {
        self.staged(&PartId::new(table, period))
    }

    /// Where a run may put aside what does not fit into memory: among what is swept away, whatever becomes of the run.
    pub(crate) fn aside(&self) -> PathBuf {
        self.root.join(FOLDER).join(ASIDE)
    }

    /// Makes the staged files of `entries` and the `manifest` the output's, and takes the files of `deletions` away.
    ///
    /// All or nothing: on an error, as after a crash, the next [`Output::open`] finds either the old state or the new one.
    pub fn commit(&self, entries: &[PartId], deletions: &[PartId], manifest: &Manifest) -> Result<()> {
        self.commit_rewritten(entries, deletions, &[], manifest)
    }

    /// As [`Output::commit`], with files of kept lexicons, by their paths, that are staged to take the place of themselves.
    pub(crate) fn commit_rewritten(
        &self,
        entries: &[PartId],
        deletions: &[PartId],
        rewritten: &[String],
        manifest: &Manifest,
    ) -> Result<()> {
        kept(|| {
            let journal = self.prepare(entries, deletions, rewritten, manifest)?;
            journal.finish(&self.root).map_err(|error| error.help(WHOLE))
        })?;
        self.drop_lexicons(manifest);
        Ok(())
    }

    /// Everything up to and with the moment at which the new state holds.
    pub(super) fn prepare(
        &self,
        entries: &[PartId],
        deletions: &[PartId],
        rewritten: &[String],
        manifest: &Manifest,
    ) -> Result<Journal> {
        self.check(entries, deletions, manifest)?;
        self.check_one_disk(entries)?;
        let folder = self.root.join(FOLDER);
        fs::create_dir_all(&folder).map_err(|error| Error::io(ErrorKind::Output, "create", &folder, error))?;
        let staged = folder.join(manifest::FILE);
        let lexicons = self.staged_lexicons()?;
        let manifest = Manifest { kept: self.kept(manifest, &lexicons, rewritten)?, ..manifest.clone() };
        write_synced(&staged, &manifest.to_bytes()?)
            .map_err(|error| Error::io(ErrorKind::Output, "write", &staged, error))?;
        // Contents first, then names.
        let files = entries.iter().map(|part| self.staged(part)).chain(lexicons.files.iter().cloned());
        contents_synced(&files.collect::<Vec<_>>())?;
        all_synced(&lexicons.folders)?;
        synced(&folder)?;
        self.put_lexicons(&lexicons, rewritten)?;
        synced(&self.root)?;
        let mut steps: Vec<Step> = entries.iter().map(|part| rename(&part.staged(), part.key())).collect();
        steps.extend(deletions.iter().map(|part| Step::Delete { path: part.key() }));
        steps.extend(rewritten.iter().map(|path| rename(path, path.clone())));
        steps.push(rename(manifest::FILE, manifest::FILE.to_string()));
        let journal = Journal { steps };
        // Once it is written, nothing can be taken back.
        journal.check_free(&self.root)?;
        journal.write(&self.root)?;
        Ok(journal)
    }

    /// Sees that files can be moved to where they belong: once the journal is written, nothing can be taken back. Code `other_disk`.
    #[cfg(unix)]
    fn check_one_disk(&self, entries: &[PartId]) -> Result<()> {
        use std::os::unix::fs::MetadataExt as _;
        let disk = |path: &Path| fs::metadata(path).ok().map(|path| path.dev());
        let own = disk(&self.root);
        let mut seen = BTreeSet::new();
        for part in entries {
            let file = part.file(&self.root);
            let folders = file.ancestors().skip(1).take_while(|folder| *folder != self.root);
            for folder in folders.filter(|folder| folder.exists()) {
                if seen.insert(folder.to_path_buf()) && disk(folder) != own {
                    let message = format!("{} lies on another disk than the output that it is of", folder.display());
                    return Err(Error::new(ErrorKind::Output, "other_disk", message).at(Place::file(folder)).help(
                        "Files come into an output all at once, which no two disks can do: keep all of it on one, or link the whole output folder.",
                    ));
                }
            }
        }
        Ok(())
    }

    /// Where disks cannot be told apart, the journal's renames fail.
    #[cfg(not(unix))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps)]
    fn check_one_disk(&self, _: &[PartId]) -> Result<()> {
        Ok(())
    }

    fn staged(&self, part: &PartId) -> PathBuf {
        self.root.join(FOLDER).join(part.staged())
    }

    /// Sees that the manifest lists exactly what the folder will hold: a wrong one would come to light only at the next reading.
    fn check(&self, entries: &[PartId], deletions: &[PartId], manifest: &Manifest) -> Result<()> {
        let wrong = |part: &str, problem: &str| {
            Err(Error::new(
                ErrorKind::Output,
                "manifest_mismatch",
                format!("the manifest and the files differ: {part} {problem}"),
            )
            .at(Place::file(&self.root))
            .help("`verbatim verify` says what of the output is damaged, and what mends it; where nothing is, please report this with the input that shows it."))
        };
        for part in entries {
            let staged = fs::metadata(self.staged(part)).ok().map(|file| file.len());
            match (staged, manifest.part(part)) {
                (None, _) => return wrong(&part.key(), "is not staged"),
                (_, None) => return wrong(&part.key(), "is not in the manifest"),
                (Some(bytes), Some(info)) if bytes != info.bytes => return wrong(&part.key(), "has another size"),
                _ => {}
            }
        }
        if let Some(part) = deletions.iter().find(|part| manifest.part(part).is_some() || entries.contains(part)) {
            return wrong(&part.key(), "is to be removed and to be kept");
        }
        for key in manifest.files.keys() {
            let known = PartId::parse(key);
            if !known.is_some_and(|part| entries.contains(&part) || part.file(&self.root).is_file()) {
                return wrong(key, "is neither staged nor there");
            }
        }
        Ok(())
    }
}

impl Drop for Output {
    /// What a run staged that failed takes room on the disk that may just have been lacking.
    fn drop(&mut self) {
        if holds_staged(&self.root) && !is_unfinished(&self.root) {
            // What stays is swept by the next run.
            let _ = sweep(&self.root);
        }
    }
}

/// The error of an output folder that cannot be made, with where it leads if it is a link.
fn not_made(out: &Path, error: std::io::Error) -> Error {
    let error = Error::io(ErrorKind::Output, "create", out, error);
    match fs::read_link(out) {
        Ok(target) if !out.exists() => error.help(format!(
            "It is a link to {}, which is not there: make that folder, or name another one with `--out`.",
            target.display()
        )),
        _ => error,
    }
}

/// The step that puts a staged file in its place.
fn rename(staged: &str, to: String) -> Step {
    Step::Rename { from: format!("{FOLDER}/{staged}"), to }
}

/// An error where the folder holds somebody else's data.
fn check_ours(out: &Path) -> Result<()> {
    if out.join(manifest::FILE).exists() || Journal::path(out).exists() {
        return Ok(());
    }
    let failed = |error| Error::io(ErrorKind::Output, "read", out, error);
    for entry in fs::read_dir(out).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // A table's folder without a manifest is not known to be whole, or to be ours, unless there is nothing in it.
        let empty_table =
            || Table::parse(&name).is_some() && fs::read_dir(entry.path()).is_ok_and(|mut dir| dir.next().is_none());
        if ![FOLDER, LOCK, log::FILE, lexicons::FOLDER].contains(&name.as_ref()) && !empty_table() {
            let message =
                format!("the folder holds `{name}` and no `{}`: it is not an output of this engine", manifest::FILE);
            return Err(Error::new(ErrorKind::Output, "output_not_ours", message)
                .at(Place::file(out))
                .help("Name an empty or a new folder with `--out`."));
        }
    }
    Ok(())
}

/// Takes the lock, and writes into it whose it is.
fn lock(out: &Path) -> Result<File> {
    let path = out.join(LOCK);
    let failed = |error| Error::io(ErrorKind::Output, "lock", &path, error);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // Whatever a link leads to is somebody else's, and would be emptied.
        options.custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    let mut file = options.open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(busy(out, &mut file)),
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(failed)?;
    Ok(file)
}

fn busy(out: &Path, lock: &mut File) -> Error {
    let mut pid = String::new();
    // Where a locked file cannot be read either, the message does without the number.
    let _ = lock.take(32).read_to_string(&mut pid);
    let holder = match pid.trim() {
        "" => "another process".to_string(),
        pid => format!("process {pid}"),
    };
    Error::new(ErrorKind::Busy, "output_busy", format!("{holder} is writing this output"))
        .at(Place::file(out))
        .help("Wait until it is done, or name another folder with `--out`.")
}

#[cfg(test)]
mod tests;
