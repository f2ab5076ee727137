//! The files below a folder of an output, by their paths in the output.
//!
//! Not for what is in them, nor for which of them belong there.

use std::collections::{HashMap, VecDeque};
use std::fs;
use std::io::ErrorKind as IoKind;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// So many times a folder is walked at most, where links lead to it. They may lead in circles.
const WALKED: u8 = 4;

/// All files below `inside`, a path with `/` in the output folder `out`, empty for all of it: each with its path in the output, and where it
/// lies, in no order. None where there is no such folder. What lies behind links is there too, as whoever reads the whole folder finds it; folders
/// come before links to them.
pub(crate) fn files_below(out: &Path, inside: &str) -> Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    let mut folders = vec![(inside.to_owned(), out.join(inside))];
    let mut links = VecDeque::new();
    let mut walked: HashMap<PathBuf, u8> = HashMap::new();
    while let Some((inside, folder)) = folders.pop().or_else(|| links.pop_front()) {
        let failed = |error| Error::io(ErrorKind::Output, "read", &folder, error);
        // Of a folder that is not there, the error is that of reading it.
        if let Ok(real) = fs::canonicalize(&folder) {
            let times = walked.entry(real).or_default();
            *times += 1;
            if *times > WALKED {
                continue;
            }
        }
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == IoKind::NotFound => continue,
            entries => entries.map_err(failed)?,
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
            let inside = if inside.is_empty() { name } else { format!("{inside}/{name}") };
            if !path.is_dir() {
                files.push((inside, path));
            } else if path.is_symlink() {
                links.push_back((inside, path));
            } else {
                folders.push((inside, path));
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    use std::os::unix::fs::symlink;

    /// A folder with a part below `rejects`.
    fn out() -> tempfile::TempDir {
        let out = tempfile::tempdir().unwrap();
        fs::create_dir_all(out.path().join("rejects/period=all")).unwrap();
        fs::write(out.path().join("rejects/period=all/part-0.parquet"), "").unwrap();
        out
    }

    /// Each further link to a folder around it doubled the walk, forty times.
    #[test]
    fn links_that_lead_in_circles_end() {
        let out = out();
        for link in ["rejects/back", "rejects/again", "rejects/period=all/up"] {
            symlink(out.path().join("rejects"), out.path().join(link)).unwrap();
        }
        let files = files_below(out.path(), "rejects").unwrap();
        assert!(files.len() <= 1 + usize::from(WALKED) * 4, "{files:?}");
        assert!(files.iter().any(|(inside, _)| inside == "rejects/period=all/part-0.parquet"));
        assert!(files_below(out.path(), "nowhere").unwrap().is_empty());
    }

    /// Whichever the disk names first: the link took the folder's place for some names.
    #[test]
    fn a_folder_and_a_link_to_it_are_two() {
        for link in ["a", "period=all2", "z"] {
            let out = out();
            symlink(out.path().join("rejects/period=all"), out.path().join("rejects").join(link)).unwrap();
            let mut files: Vec<String> =
                files_below(out.path(), "rejects").unwrap().into_iter().map(|(inside, _)| inside).collect();
            files.sort();
            let mut expected =
                [format!("rejects/{link}/part-0.parquet"), "rejects/period=all/part-0.parquet".to_owned()];
            expected.sort();
            assert_eq!(files, expected);
        }
    }
}
