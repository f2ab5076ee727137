//! A file that is there whole or not at all: written beside its place, then moved there.
//!
//! Not for the tables of an output, which come together by a journal (`tables::commit`). A device or a pipe is written as it is.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::interrupt::{Aside, uninterrupted};

/// A file on its way. Where it is dropped before [`WholeFile::done`], what was at its place is still there.
#[derive(Debug)]
pub(crate) struct WholeFile {
    to: To,
    /// The first error of writing. From then on nothing is written, and who writes is not told before the end: archives that are cut short in
    /// the middle of writing try to end themselves, and complain.
    failed: Option<io::Error>,
}

#[derive(Debug)]
enum To {
    /// Written beside, and swept where the process is interrupted.
    Beside {
        out: BufWriter<NamedTempFile>,
        place: PathBuf,
        aside: Aside,
    },
    Direct(BufWriter<File>),
}

/// Writes a file as a whole.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = WholeFile::create(path)?;
    file.write_all(bytes)?;
    file.done()
}

/// Puts a CSV file in its place when its last row is written.
pub(crate) fn csv_done(out: csv::Writer<WholeFile>) -> io::Result<()> {
    out.into_inner().map_err(|error| io::Error::other(error.error().to_string()))?.done()
}

impl WholeFile {
    /// A file that will be at `path`, whose folder is there.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let there = fs::metadata(path).ok();
        if there.as_ref().is_some_and(|there| !there.is_file()) {
            return Ok(Self::of(To::Direct(BufWriter::new(File::create(path)?))));
        }
        // What a link leads to is written, not the link.
        let place = if there.is_some() { path.canonicalize()? } else { path.to_path_buf() };
        let folder = folder_of(&place);
        let made = Aside::of(|| {
            let file = builder(there.as_ref().map(fs::Metadata::permissions)).tempfile_in(folder)?;
            let aside = file.path().to_path_buf();
            Ok::<_, io::Error>((file, aside))
        });
        match made {
            Ok((file, aside)) => Ok(Self::of(To::Beside { out: BufWriter::new(file), place, aside })),
            // Somebody may write the file, and make none beside it.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && there.is_some() => {
                Ok(Self::of(To::Direct(BufWriter::new(File::create(&place)?))))
            }
            Err(error) => Err(error),
        }
    }

    fn of(to: To) -> Self {
        Self { to, failed: None }
    }

    /// Puts it in its place, or tells the first error there was.
    pub(crate) fn done(self) -> io::Result<()> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        match self.to {
            To::Direct(mut out) => out.flush(),
            To::Beside { out, place, aside } => {
                let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
                // Or its name might be there after a power cut, and its content not.
                file.as_file().sync_all()?;
                uninterrupted(|| file.persist(&place)).map_err(|error| error.error)?;
                drop(aside);
                // It is whole already; a folder that cannot be synced does not change that.
                let _ = File::open(folder_of(&place)).and_then(|folder| folder.sync_all());
                Ok(())
            }
        }
    }

    /// Does something with the file unless something failed before; `otherwise` where it did.
    fn unless_failed<T>(&mut self, otherwise: T, does: impl FnOnce(&mut dyn WriteSeek) -> io::Result<T>) -> T {
        if self.failed.is_some() {
            return otherwise;
        }
        let done = match &mut self.to {
            To::Beside { out, .. } => does(out),
            To::Direct(out) => does(out),
        };
        done.unwrap_or_else(|error| {
            self.failed = Some(error);
            otherwise
        })
    }
}

/// The folder in which a file lies.
fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

trait WriteSeek: Write + Seek {}
impl<T: Write + Seek> WriteSeek for T {}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(self.unless_failed(bytes.len(), |out| out.write_all(bytes).map(|()| bytes.len())))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_failed((), |out| out.flush());
        Ok(())
    }
}

impl Seek for WholeFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        Ok(self.unless_failed(0, |out| out.seek(to)))
    }
}

/// Makes files that may be read and written by whom the old one may, or as new ones are: those for secrets are the system's alone.
fn builder(old: Option<Permissions>) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".verbatim-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Less what the process's mask takes away.
        builder.permissions(old.unwrap_or_else(|| Permissions::from_mode(0o666)));
    }
    #[cfg(not(unix))]
    drop(old);
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_there_when_it_is_done_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.html");
        fs::write(&path, "old").unwrap();
        let mut file = WholeFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        drop(file);
        assert_eq!(
            (fs::read_to_string(&path).unwrap().as_str(), names(folder.path())),
            ("old", vec!["page.html".into()])
        );
        write(&path, b"new").unwrap();
        assert_eq!(
            (fs::read_to_string(&path).unwrap().as_str(), names(folder.path())),
            ("new", vec!["page.html".into()])
        );
        assert!(write(&folder.path().join("no/page.html"), b"new").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_permissions_stay_and_devices_are_written() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("page.html"), folder.path().join("link.html"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write(&link, b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        let fresh = folder.path().join("fresh.html");
        write(&fresh, b"x").unwrap();
        assert_ne!(
            fs::metadata(&fresh).unwrap().permissions().mode() & 0o044,
            0,
            "others may read it, as any new file"
        );
        write(Path::new("/dev/null"), b"x").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
