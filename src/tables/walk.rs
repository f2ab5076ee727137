//! The files below a folder of an output, by their paths in the output.
//!
//! Not for what is in them, nor for which of them belong there.

use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind as IoKind;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// All files below `inside`, a path with `/` in the output folder `out`, empty for all of it: each with its path in the output, and where it
/// lies, in no order. None where there is no such folder. Folders behind links are walked too, each folder once, since links may lead in circles.
pub(crate) fn files_below(out: &Path, inside: &str) -> Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    let mut open = vec![(inside.to_owned(), out.join(inside))];
    let mut walked = HashSet::new();
    while let Some((inside, folder)) = open.pop() {
        let failed = |error| Error::io(ErrorKind::Output, "read", &folder, error);
        // Of a folder that is not there, the error is that of reading it.
        if fs::canonicalize(&folder).is_ok_and(|real| !walked.insert(real)) {
            continue;
        }
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Each further link to a folder around it doubled the walk, forty times.
    #[test]
    fn links_that_lead_in_circles_are_walked_once() {
        let out = tempfile::tempdir().unwrap();
        fs::create_dir_all(out.path().join("rejects/period=all")).unwrap();
        fs::write(out.path().join("rejects/period=all/part-0.parquet"), "").unwrap();
        for link in ["rejects/back", "rejects/again", "rejects/period=all/up"] {
            std::os::unix::fs::symlink(out.path().join("rejects"), out.path().join(link)).unwrap();
        }
        let files = files_below(out.path(), "rejects").unwrap();
        assert_eq!(files.len(), 1, "{files:?}");
        assert!(files_below(out.path(), "nowhere").unwrap().is_empty());
    }
}
