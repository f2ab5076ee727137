//! A file whose digest and size are known when its last byte is written, without reading it again.
//!
//! Not for what is in it: Parquet parts (`part`, `rows`).

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::part::PartInfo;
use crate::error::{Error, ErrorKind, Result};
use crate::interrupt::uninterrupted;

/// Bytes that are kept before they are written.
const BUFFER: usize = 256 * 1024;

/// A file of which every byte is hashed on its way. It is open only while bytes go out, because a run writes two files for each of
/// its periods, and ten years of weeks are more files than a process may have open.
pub(super) struct Digesting {
    path: PathBuf,
    buffer: Vec<u8>,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Digesting {
    /// An empty file at `path`, in place of any that is there; its folder is made where it is not there.
    pub(super) fn create(path: &Path) -> Result<Self> {
        // Nothing is staged any more once an interruption has swept.
        uninterrupted(|| path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| File::create(path)))
            .map_err(|error| Error::io(ErrorKind::Output, "create", path, error))?;
        Ok(Self { path: path.to_path_buf(), buffer: Vec::new(), hasher: blake3::Hasher::new(), bytes: 0 })
    }

    fn spill(&mut self) -> io::Result<()> {
        let mut file = File::options().append(true).open(&self.path)?;
        // Much at once is hashed several times as fast as a little.
        self.hasher.update(&self.buffer);
        file.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    /// Writes what is left of the file, which holds `rows` rows. It is on the disk when the run is committed.
    pub(super) fn end(mut self, rows: u64) -> Result<PartInfo> {
        self.spill().map_err(|error| Error::io(ErrorKind::Output, "write", &self.path, error))?;
        Ok(PartInfo { rows, bytes: self.bytes, digest: self.hasher.finalize().to_hex().to_string() })
    }
}

impl Write for Digesting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len() as u64;
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER {
            self.spill()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
