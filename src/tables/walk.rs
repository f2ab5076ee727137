//! The files below a folder of an output, by their paths in the output.
//!
//! Not for what is in them, nor for which of them belong there.

use std::fs;
use std::io::ErrorKind as IoKind;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// All files below `inside`, a path with `/` in the output folder `out`, empty for all of it: each with its path in the output, and where it
/// lies, in no order. None where there is no such folder.
pub(crate) fn files_below(out: &Path, inside: &str) -> Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    let mut open = vec![(inside.to_owned(), out.join(inside))];
    while let Some((inside, folder)) = open.pop() {
        let failed = |error| Error::io(ErrorKind::Output, "read", &folder, error);
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == IoKind::NotFound => continue,
            entries => entries.map_err(failed)?,
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
            let inside = if inside.is_empty() { name } else { format!("{inside}/{name}") };
            if path.is_dir() { open.push((inside, path)) } else { files.push((inside, path)) }
        }
    }
    Ok(files)
}
