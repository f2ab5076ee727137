//! Views over an output folder for databases: the tables by name, and what every dashboard asks of them.
//!
//! Not for running SQL, nor for any number: a view selects, and computes nothing that a table has.
//!
//! - `dialect`: how a database quotes, calls types, and makes views.
//! - `tables`: a view or table for each folder, with the columns that this engine writes.
//! - `views`: the score, drivers, changes, functions, comments.

mod dialect;
mod tables;
mod views;

use std::fmt::Write as _;
use std::path::Path;

pub use dialect::Dialect;

use crate::error::Result;
use crate::tables::Manifest;

/// The script for an output folder; `path` is the folder as the database sees it.
///
/// It may be run again: what is there is replaced, or left as it is where it holds rows.
///
/// # Errors
/// `no_output` where the folder holds no tables, and those of a damaged manifest.
pub fn script(out: &Path, path: &str, dialect: Dialect) -> Result<String> {
    let manifest = Manifest::of_tables(out)?;
    let mut script = String::new();
    for line in dialect.preface() {
        // Writing into a text cannot fail, here and below.
        let _ = writeln!(script, "-- {line}");
    }
    for statement in dialect.settings() {
        let _ = writeln!(script, "{statement};");
    }
    script.push_str(&tables::tables(&manifest, path, dialect));
    for view in views::views(&manifest, dialect) {
        let _ = writeln!(script, "\n-- {}", view.about);
        let _ = writeln!(script, "{} {} AS\n{};", dialect.create_view(), view.name, view.select);
        if let Some(comment) = dialect.view_comment(view.name, view.about) {
            let _ = writeln!(script, "{comment};");
        }
    }
    Ok(script)
}
