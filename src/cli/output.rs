//! What goes to the terminal: text in cells of a display width, errors, JSON, and a pipe that closes early.
//!
//! Not for what is said: commands and the summary decide that. All printing goes through here.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::error::{Error, ErrorKind, Result};
use crate::text::Redactor;

/// Heads and names.
pub(super) const STRONG: Style = Style::new().bold();
/// What is beside the point.
pub(super) const FAINT: Style = Style::new().dimmed();
/// What is good, and what is more.
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
/// What is bad, and what is less.
pub(super) const BAD: Style = AnsiColor::Red.on_default();

/// Prints text on standard output; styles are dropped where it is not a terminal.
pub(super) fn print(text: &str) -> Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(failed)
}

/// Prints a value as JSON, with a line end.
pub(super) fn print_json(value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value)
        .map_err(|error| Error::new(ErrorKind::Output, "json", format!("cannot write JSON: {error}")))?;
    text.push('\n');
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(failed)
}

/// Prints an error on standard error.
pub(super) fn complain(error: &Error) {
    // Where standard error is closed nobody is left to tell.
    let _ = writeln!(anstream::stderr().lock(), "{}", without_personal(&error.to_string()));
}

/// Prints a line for people on standard error, where results go to standard output.
pub(super) fn note(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{}", without_personal(line));
}

/// What is said on standard error may quote a survey: names of columns, answers that cannot be read.
fn without_personal(sentence: &str) -> String {
    Redactor::new().message(sentence)
}

/// The columns of a line: those of the terminal, within reason; 100 where there is none.
pub(super) fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(terminal_size::Width(columns), _)| usize::from(columns).clamp(60, 160))
}

/// Prints a question on standard error, whose answer is given on the same line.
pub(super) fn ask(question: &str) {
    let mut out = anstream::stderr().lock();
    let _ = write!(out, "{question}").and_then(|()| out.flush());
}

fn failed(error: io::Error) -> Error {
    Error::new(ErrorKind::Output, "stdout", format!("cannot write to standard output: {error}")).source(error)
}

/// Whether the reader of our output went away, which is no error: `verbatim schema | head`.
pub(super) fn is_broken_pipe(error: &Error) -> bool {
    let source = std::error::Error::source(error).and_then(|source| source.downcast_ref::<io::Error>());
    source.is_some_and(|source| source.kind() == io::ErrorKind::BrokenPipe)
}

/// `text` with spaces up to `width` columns; a Chinese character takes two.
pub(super) fn left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// `text` with spaces before it up to `width` columns.
pub(super) fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}

/// `text` cut to `width` columns, with `…` where something is cut off.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if kept.width() + unicode_width::UnicodeWidthChar::width(c).unwrap_or(0) + 1 > width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

/// `text` cut to `width` columns around the byte `focus`, with `…` where something is cut off, and line breaks as spaces.
pub(super) fn cut_around(text: &str, focus: usize, width: usize) -> String {
    let flat = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
    let whole = flat(text);
    if whole.width() <= width {
        return whole;
    }
    let (before, after) = text.split_at_checked(focus).unwrap_or(("", text));
    // Of what is before, so much that the rest fills the width, and at least a third of it.
    let room = (width / 3).max(width.saturating_sub(flat(after).width() + 1));
    let mut start = before.len();
    let mut taken = 0;
    for (at, c) in before.char_indices().rev() {
        taken += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if taken + 1 > room {
            break;
        }
        start = at;
    }
    let mark = if flat(&text[..start]).is_empty() { "" } else { "…" };
    cut(&format!("{mark}{}", flat(&text[if mark.is_empty() { 0 } else { start }..])), width)
}

/// Rows of cells as lines, columns aligned by display width: the first to the left, the others to the right.
pub(super) fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width =
        |at| rows.iter().filter_map(|row| row.get(at)).map(|cell: &String| cell.width()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(at, (cell, width))| if at == 0 { left(cell, *width) } else { right(cell, *width) });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// A bar of `share` of `width` columns, in eighths of a column.
pub(super) fn bar(share: f64, width: usize) -> String {
    const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    // In 0..=8·width by the clamp.
    #[expect(clippy::cast_sign_loss)]
    let eighths = (share.clamp(0.0, 1.0) * width as f64 * 8.0).round() as usize;
    let mut bar = "█".repeat(eighths / 8);
    if !eighths.is_multiple_of(8) {
        bar.push(EIGHTHS[eighths % 8]);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_the_same_width_in_chinese_and_english() {
        for text in ["噪音", "Noise", "价格 price", "很长很长很长很长的名字", ""] {
            assert_eq!(left(&cut(text, 12), 12).width(), 12, "{text}");
            assert_eq!(right(&cut(text, 12), 12).width(), 12, "{text}");
        }
    }

    #[test]
    fn a_cut_shows_what_it_is_about() {
        let text = "很长很长的开头，然后\n噪音很大，还有很多别的话要说";
        let focus = text.find("噪音").unwrap();
        for (width, want) in
            [(20, "…然后 噪音很大，还…"), (8, "…噪音很…"), (100, "很长很长的开头，然后 噪音很大，还有很多别的话要说")]
        {
            let shown = cut_around(text, focus, width);
            assert_eq!(shown, want);
            assert!(shown.width() <= width, "{shown}");
        }
        assert_eq!(cut_around("short  text", 0, 20), "short text");
        assert_eq!(cut_around("ends here", 5, 9), "ends here");
    }

    #[test]
    fn rows_are_aligned_by_display_width() {
        let rows =
            [vec!["噪音".to_owned(), "7".to_owned()], vec!["n".to_owned(), "12".to_owned()], vec!["x".to_owned()]];
        assert_eq!(aligned(&rows), ["噪音   7", "n     12", "x"]);
    }

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(bar(0.0, 4), "");
        assert_eq!(bar(1.0, 4), "████");
        assert_eq!(bar(0.5, 4), "██");
        assert_eq!(bar(0.28125, 4), "█▏");
        assert_eq!(bar(7.0, 2), "██");
    }
}
