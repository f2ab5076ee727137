//! Bytes that can be read only once, held so that they can be read again: the standard input.
//!
//! Not for files, which can be opened as often as is needed.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

/// Up to so many bytes stay in memory.
const IN_MEMORY: u64 = 8 * 1024 * 1024;

/// The bytes: in memory where they are few, else in a temporary file without a name, which goes when the process does.
#[derive(Debug, Clone)]
pub(super) enum Held {
    Memory(Arc<[u8]>),
    File(Arc<Mutex<File>>),
}

impl Held {
    /// Takes all bytes.
    pub(super) fn take(bytes: impl Read) -> io::Result<Self> {
        Self::taken(bytes, IN_MEMORY)
    }

    fn taken(mut bytes: impl Read, in_memory: u64) -> io::Result<Self> {
        let mut start = Vec::new();
        bytes.by_ref().take(in_memory + 1).read_to_end(&mut start)?;
        if start.len() as u64 <= in_memory {
            return Ok(Self::Memory(Arc::from(start)));
        }
        let mut file = tempfile::tempfile()?;
        io::copy(&mut start.as_slice().chain(bytes), &mut file)?;
        Ok(Self::File(Arc::new(Mutex::new(file))))
    }

    /// Reads them from the start; many may, side by side.
    pub(super) fn read(&self) -> Box<dyn Read + Send> {
        match self {
            Self::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
            Self::File(file) => Box::new(Place { file: Arc::clone(file), at: 0 }),
        }
    }
}

/// A place in a file that others read too.
struct Place {
    file: Arc<Mutex<File>>,
    at: u64,
}

impl Read for Place {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // Where another one reads does not count, so that one who died while reading leaves nothing broken.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let read = file.read(out)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_again_wherever_they_are_held() {
        for in_memory in [10, 9] {
            let held = Held::taken(&b"0123456789"[..], in_memory).unwrap();
            assert_eq!(matches!(held, Held::Memory(_)), in_memory == 10);
            let (mut one, mut other) = (held.read(), held.read());
            let mut read = [Vec::new(), Vec::new()];
            one.by_ref().take(4).read_to_end(&mut read[0]).unwrap();
            other.read_to_end(&mut read[1]).unwrap();
            one.read_to_end(&mut read[0]).unwrap();
            assert_eq!(read, [b"0123456789"; 2]);
        }
    }
}
