//! What customers write, where it must do no harm: on a terminal, which takes some characters for commands, and in a CSV file, which a
//! spreadsheet searches for formulas.
//!
//! Not for personal data (`text::redact`), nor for HTML, which `maud` escapes.

/// How a cell begins that a spreadsheet takes for a formula.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// A cell of a CSV file that no spreadsheet takes for a formula: one that begins like it, or so after quotes, gets a `'` before it.
pub(crate) fn guarded(cell: &str) -> String {
    if needs_guard(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// The cell that [`guarded`] was given.
pub(crate) fn unguarded(cell: &str) -> String {
    cell.strip_prefix('\'').filter(|rest| needs_guard(rest)).unwrap_or(cell).to_owned()
}

fn needs_guard(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(FORMULA)
}

/// A text on one line in which every character is one to be seen: line ends are `⏎`, control characters their pictures (`␛`), and those that
/// turn the direction of writing `�`.
pub(crate) fn on_a_line(text: &str) -> String {
    text.replace("\r\n", "\n").chars().map(seen).collect()
}

fn seen(c: char) -> char {
    match c {
        '\n' | '\u{2028}' | '\u{2029}' => '⏎',
        '\t' => ' ',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '␡',
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_every_cell_comes_back() {
        for cell in ["=1+1", "- 小声点", "+1", "@a", "'=1", "''-", "'", "'ok", "007", "\tx", "it's", "", "－", "\n="]
        {
            let written = guarded(cell);
            assert!(!written.starts_with(FORMULA), "{cell}");
            assert_eq!(unguarded(&written), cell);
        }
        assert_eq!(unguarded("=1+1"), "=1+1");
        assert_eq!(unguarded("'ok"), "'ok");
    }

    #[test]
    fn a_terminal_is_told_nothing() {
        for (text, shown) in [
            ("太吵了\r\n很差", "太吵了⏎很差"),
            ("\u{1b}[31mred\u{7}", "␛[31mred␇"),
            ("a\tb\0", "a b␀"),
            ("\u{202e}gnitirw\u{9b}2J", "\u{fffd}gnitirw\u{fffd}2J"),
            ("👍🏽 ok", "👍🏽 ok"),
        ] {
            assert_eq!(on_a_line(text), shown);
        }
    }
}
