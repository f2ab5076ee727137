//! Why a file is not TOML, in words of those who write lexicons: one mistake for one cause, where the cause stands.
//!
//! Not for files that are TOML, whatever they say (`shape`, `format`). What this does not know is said as the TOML library says it.

mod marks;
mod scan;

use std::ops::Range;

use toml::de::{DeTable, Error};

use self::scan::{Entry, Open, Scan};

/// A mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Where it stands.
    pub(crate) bytes: Range<usize>,
    /// What it is, in one sentence.
    pub(crate) message: String,
    /// How to mend it; may be empty.
    pub(crate) help: String,
}

/// Why a text is not TOML, in the order of its lines; nothing where it is.
pub(crate) fn mistakes(text: &str) -> Vec<Mistake> {
    let (_, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() { Vec::new() } else { of(text, &errors) }
}

/// Why a text is not TOML, where the library says `errors` of it, at least one.
pub(crate) fn of(text: &str, errors: &[Error]) -> Vec<Mistake> {
    let scan = scan::scan(text);
    // What stands behind such a mark is read otherwise than it is meant, so that nothing else need be true.
    if let Some(mistake) = of_marks(text, &scan) {
        return vec![mistake];
    }
    let mut mistakes: Vec<Mistake> = scan.open.iter().map(of_open).collect();
    let unpaired = scan.unpaired.iter().map(|(bytes, quotes)| Mistake {
        bytes: bytes.clone(),
        message: format!("a quote is missing in this line: it has {quotes}"),
        help: "Each text stands between two: \"…\", \"…\".".to_owned(),
    });
    mistakes.extend(unpaired);
    if scan.open.is_empty() {
        let mut errors: Vec<(usize, &Error)> =
            errors.iter().map(|error| (error.span().map_or(text.len(), |span| span.start), error)).collect();
        errors.sort_by_key(|(start, _)| *start);
        // Behind the first of a line the library reads on, and stumbles over the same mistake again.
        errors.dedup_by_key(|(start, _)| line(text, *start));
        // A text without end swallows the comma behind it, too.
        let is_told = |(start, error): &(usize, &Error)| {
            let after = usize::from(error.message().starts_with("missing comma"));
            let of_lines = line(text, *start).saturating_sub(after)..=line(text, *start);
            scan.unpaired.iter().any(|(bytes, _)| of_lines.contains(&line(text, bytes.start)))
        };
        let others = errors.into_iter().filter(|error| !is_told(error));
        mistakes.extend(others.map(|(_, error)| of_library(text, &scan, error)));
    }
    mistakes.sort_by_key(|mistake| mistake.bytes.start);
    mistakes
}

/// Of all marks that are not half-width one mistake, at the first.
fn of_marks(text: &str, scan: &Scan) -> Option<Mistake> {
    let &(start, mark) = scan.marks.first()?;
    let (what, half) = marks::half(mark)?;
    let message = if mark.is_whitespace() || half == " " {
        format!("{what} stands here: write a plain one")
    } else {
        format!("`{mark}` is {what}: write `{half}`")
    };
    let next = scan.marks.get(1).map(|(next, _)| line(text, *next));
    let more = match (scan.marks.len() - 1, next) {
        (1, Some(next)) => format!(" 1 more stands in line {next}."),
        (more, Some(next)) => format!(" {more} more stand in this file, the next in line {next}."),
        (_, None) => String::new(),
    };
    let help = format!("Outside of texts in quotes all marks are half-width.{more}");
    Some(Mistake { bytes: start..start + mark.len_utf8(), message, help })
}

fn of_open(open: &Open) -> Mistake {
    let (message, help) = if open.is_list {
        ("the list that begins here has no `]`", "Write `]` after its last term.")
    } else {
        ("what begins here has no `}`", "Write `}` after its last value.")
    };
    Mistake { bytes: open.at..open.at + 1, message: message.to_owned(), help: help.to_owned() }
}

fn of_library(text: &str, scan: &Scan, error: &Error) -> Mistake {
    let bytes = error.span().unwrap_or(text.len()..text.len());
    let message = error.message().trim().lines().collect::<Vec<_>>().join("; ");
    if message == "duplicate key"
        && let Some((message, help)) = twice(text, scan, bytes.start)
    {
        return Mistake { bytes, message, help };
    }
    let begins = text.get(bytes.start..).and_then(|rest| rest.chars().next());
    let is_letter = begins.is_some_and(char::is_alphabetic);
    let is_key = scan.entries.iter().any(|entry| entry.bytes.start == bytes.start);
    let help = if message.starts_with("key with no value") || message.starts_with("invalid unquoted key") {
        "A line is a key with its value (id = \"noise\"), a table ([aspect]), or a comment, which begins with `#`."
    } else if is_letter && !is_key && (message.starts_with("invalid") || message.contains("must be quoted")) {
        // A word without quotes is taken for the only words that TOML has: numbers, true and false.
        "A text stands between quotes: \"…\"."
    } else if message.starts_with("missing comma") {
        "Write a comma between the two."
    } else if message.starts_with("extra comma") {
        "Delete one of the commas."
    } else if message.starts_with("unclosed") && message.contains("table") {
        "Write the bracket that closes it."
    } else if message.starts_with("unexpected key or value") {
        "Each key begins a line of its own."
    } else {
        "docs/lexicon.md shows what a file may hold."
    };
    Mistake { bytes, message, help: help.to_owned() }
}

/// Of a key or table that is there already.
fn twice(text: &str, scan: &Scan, at: usize) -> Option<(String, String)> {
    let again = scan.entries.iter().find(|entry| entry.bytes.contains(&at))?;
    let first = scan.entries.iter().find(|entry| entry.path == again.path && entry.bytes.start < again.bytes.start)?;
    let first_line = line(text, first.bytes.start);
    let name = &text[again.bytes.clone()];
    if again.is_table {
        let help = format!("Put what stands below both under one [{name}].");
        return Some((format!("[{name}] stands twice, first in line {first_line}"), help));
    }
    let is_list = |entry: &Entry| {
        let value = text[entry.bytes.end..].trim_start_matches([' ', '\t']).strip_prefix('=');
        value.is_some_and(|value| value.trim_start().starts_with('['))
    };
    let help = if is_list(first) && is_list(again) {
        format!("Join the two lists: {name} = [\"…\", \"…\"].")
    } else {
        "Delete one of the two lines.".to_owned()
    };
    let table = again.table();
    let place = if table.is_empty() { "this file".to_owned() } else { format!("[{table}]") };
    Some((format!("`{name}` stands twice in {place}, first in line {first_line}"), help))
}

/// The number of the line of a byte, from 1.
fn line(text: &str, byte: usize) -> usize {
    text[..text.floor_char_boundary(byte)].matches('\n').count() + 1
}

#[cfg(test)]
mod tests;
