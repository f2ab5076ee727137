//! The files of a lexicon, edited by what differs: nothing else of them changes, neither comments nor layout.
//!
//! Not for finding what differs (`difference`), nor for putting files in place (`import`).
//!
//! - `document`: keys, examples and roll-ups of a TOML file.
//! - `list`: a list of terms.
//! - `rows`: `responsibility.csv`.

mod document;
mod list;
mod rollups;
mod rows;

use std::collections::BTreeMap;

use super::difference::Change;
use crate::error::Result;

/// The files that change, each with its path in the lexicon's folder: its text, or `None` where it is deleted. `current`: the files that
/// are there.
///
/// # Errors
/// Where a file is written in a way that cannot be edited.
pub fn edit(current: &BTreeMap<String, String>, changes: &[Change]) -> Result<BTreeMap<String, Option<String>>> {
    let mut by_file: BTreeMap<String, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        by_file.entry(change.file()).or_default().push(change);
    }
    let mut edited = BTreeMap::new();
    for (path, changes) in by_file {
        let before = current.get(&path).map(String::as_str);
        let after = if changes.iter().any(|change| matches!(change, Change::Driver { is_new: false, .. })) {
            None
        } else if path == "responsibility.csv" {
            Some(rows::rows(before, &changes)?)
        } else {
            Some(document::edited(&path, before, &changes)?)
        };
        edited.insert(path, after);
    }
    Ok(edited)
}
