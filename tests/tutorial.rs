//! The tutorial is run as it stands: every command in it, in an empty folder, in order; every file in it is written; and what it shows is
//! what is printed.
//!
//! A block of `console` holds commands (`$ …`), each with the lines that it prints; `…` on a line of its own stands for any lines, and hashes
//! for any hash. A block whose first line names a file (`toml ours/drivers/noise.toml`) is that file. `UPDATE_DOCS=1 cargo test --test
//! tutorial` writes what is printed into the page; where the page leaves lines out, it still does.

#![allow(clippy::unwrap_used, reason = "a test ends where a value is missing")]

use std::path::{Path, PathBuf};
use std::process::Command;

fn page() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/tutorial.md")
}

/// A command as people type it, in a shell that finds the program.
fn typed(command: &str, dir: &Path) -> (String, Option<i32>) {
    let program = Path::new(env!("CARGO_BIN_EXE_verbatim"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(
        std::iter::once(program.parent().unwrap().to_path_buf()).chain(std::env::split_paths(&path)),
    );
    let mut shell = Command::new("bash");
    shell.args(["-c", &format!("exec 2>&1; {command}")]).current_dir(dir).env("PATH", path.unwrap());
    shell.env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE").env("COLUMNS", "100");
    for (name, value) in [("NAME", "Quality team"), ("EMAIL", "quality@example.org")] {
        shell.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
    }
    shell.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    let done = shell.output().expect("bash runs the tutorial's commands");
    (String::from_utf8(done.stdout).unwrap(), done.status.code())
}

/// Hashes change with every word of a lexicon, and times with every run.
fn without_hashes(line: &str) -> String {
    regex::Regex::new(r"\b[0-9a-f]{12}\b").unwrap().replace_all(line.trim_end(), "0123456789ab").into_owned()
}

/// Whether the lines printed are those shown, `…` standing for any number of them.
fn shows(shown: &[&str], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((&"…", rest)) => (0..=printed.len()).any(|skipped| shows(rest, &printed[skipped..])),
        Some((first, rest)) => printed
            .split_first()
            .is_some_and(|(next, printed)| without_hashes(first) == without_hashes(next) && shows(rest, printed)),
    }
}

#[test]
fn every_command_of_the_tutorial_prints_what_it_shows() {
    let dir = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(page()).unwrap();
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    let mut fresh = String::new();
    let (mut commands, mut wrong) = (0, Vec::new());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        fresh.push_str(line);
        fresh.push('\n');
        let Some(kind) = line.strip_prefix("```").filter(|kind| !kind.is_empty()) else { continue };
        let mut block = Vec::new();
        while let Some(line) = lines.next_if(|line| *line != "```") {
            block.push(line);
        }
        if let Some((_, file)) = kind.split_once(' ') {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, block.join("\n") + "\n").unwrap();
        }
        if kind != "console" {
            for line in block {
                fresh.push_str(line);
                fresh.push('\n');
            }
            continue;
        }
        let mut steps = block.split(|line| line.starts_with("$ "));
        assert!(steps.next().is_some_and(<[&str]>::is_empty), "a block begins with a command: {block:?}");
        let typed_in = block.iter().filter_map(|line| line.strip_prefix("$ "));
        for (command, shown) in typed_in.zip(steps) {
            commands += 1;
            let (printed, code) = typed(command, dir.path());
            let printed: Vec<&str> = printed.lines().collect();
            if !shows(shown, &printed) {
                wrong.push(format!("$ {command} (exit code {code:?})\n{}", printed.join("\n")));
            }
            let kept = if update && !shown.contains(&"…") { printed } else { shown.to_vec() };
            for line in std::iter::once(format!("$ {command}").as_str()).chain(kept) {
                fresh.push_str(line);
                fresh.push('\n');
            }
        }
    }
    assert!(commands > 0, "the tutorial has no commands");
    if update {
        std::fs::write(page(), fresh).unwrap();
    } else {
        assert!(wrong.is_empty(), "docs/tutorial.md shows something else than:\n{}", wrong.join("\n\n"));
    }
}
