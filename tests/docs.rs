//! Pages that show what the program prints are what it prints: the README's block and the dictionary of tables.
//!
//! `UPDATE_DOCS=1 cargo test --test docs` writes them anew.

#![allow(clippy::unwrap_used, reason = "a test ends where a value is missing")]

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn printed(args: &[&str], dir: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_verbatim")).args(args).current_dir(dir).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Compares a page with what it should be, or writes it.
fn check(page: &str, fresh: &str) {
    let path = root().join(page);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, fresh).unwrap();
        return;
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == fresh, "{page} is stale: UPDATE_DOCS=1 cargo test --test docs");
}

#[test]
fn the_readme_shows_what_the_first_command_prints() {
    let dir = tempfile::tempdir().unwrap();
    let summary = printed(&["run"], dir.path());
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (before, rest) = readme.split_once("<!-- run-output -->\n").expect("the README marks the block");
    let (_, after) = rest.split_once("<!-- /run-output -->").expect("the README marks the block's end");
    check(
        "README.md",
        &format!("{before}<!-- run-output -->\n```text\n{}\n```\n<!-- /run-output -->{after}", summary.trim_end()),
    );
}

#[test]
fn the_page_of_tables_is_the_dictionary() {
    let dir = tempfile::tempdir().unwrap();
    check("docs/tables.md", &printed(&["schema", "--format", "markdown"], dir.path()));
}

#[test]
fn the_page_of_rules_is_what_the_check_looks_for() {
    let dir = tempfile::tempdir().unwrap();
    check("docs/lexicon-rules.md", &printed(&["lexicon", "rules", "--markdown"], dir.path()));
}

#[test]
fn schemas_are_those_that_new_lexicons_get() {
    let dir = tempfile::tempdir().unwrap();
    for file in ["lexicon", "driver", "polarity"] {
        check(&format!("docs/schema/{file}.json"), &printed(&["lexicon", "schema", file], dir.path()));
    }
}
