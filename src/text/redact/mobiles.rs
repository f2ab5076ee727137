//! What a mobile number of the mainland must be: its groups, what it begins after, and where it ends.
//!
//! Not its pattern, which is with those of the other phone numbers.

use std::ops::Range;

use super::context::{is_code, is_money, speaks_of_phones};
use super::find::{Digits, Find, digit, word};
use super::names::{BEFORE_NUMBERS, CODE_LETTERS};
use super::phones::{balanced, service};

/// Eleven digits, perhaps with 86 before them, in the groups in which people write them.
pub(super) fn mobile(find: &Find<'_>) -> Option<Range<usize>> {
    let text = find.text();
    let places: Vec<usize> = text.bytes().enumerate().filter(|(_, b)| b.is_ascii_digit()).map(|(at, _)| at).collect();
    let number = &text[places[places.len() - 11]..];
    let digits = Digits::of(number);
    let end = find.range.end;
    let after = find.after(end);
    let ends = find.ends(end) || digits.groups.len() == 1 && time_follows(after);
    // `M13812345678X`.
    let inside = !find.capitals().is_empty() && word(after.chars().next());
    let stands = ends && !inside && begins(find) && !of_another_country(find);
    let amount = || is_money(after) && !speaks_of_phones(find);
    (stands && grouped(find, number, &digits) && !is_code(find) && !amount()).then(|| balanced(find, end))
}

/// Whether the groups are those in which people write mobile numbers. Some of them, and some marks between them, other numbers have
/// too: these only where the sentence speaks of phones.
fn grouped(find: &Find<'_>, number: &str, digits: &Digits) -> bool {
    let marks: Vec<char> = number.chars().filter(|c| !c.is_ascii_digit()).collect();
    let even = marks.windows(2).all(|pair| pair[0] == pair[1]);
    let plain = marks.iter().all(|mark| matches!(mark, ' ' | '-' | '.'));
    match digits.groups[..] {
        [3, 4, 4] if plain => true,
        [3, 4, 4] => even && (matches!(marks[0], '·' | '_') && alone(find) || speaks_of_phones(find)),
        [4, 4, 3] | [3, 8] => plain,
        [3, 4, 3, 1] | [1, 3, 3, 4] => plain && even && !service(&digits.all) && speaks_of_phones(find),
        _ => plain && even && digits.regular(digits.groups.len()),
    }
}

/// Whether no name of a file goes on around the find: `IMG_138_1234_5678.jpg`.
fn alone(find: &Find<'_>) -> bool {
    let (before, _) = find.before();
    let mut after = find.after(find.range.end).chars();
    let next = after.next();
    !(word(before) || word(next) || next == Some('.') && word(after.next()))
}

/// Whether the number begins with the find. Capitals before so many digits are a word (`APP`) more often than a code.
fn begins(find: &Find<'_>) -> bool {
    let (before, second) = find.before();
    if digit(before) || before == Some('.') && digit(second) {
        return before == Some('.') && numbered(find);
    }
    let capitals = find.capitals();
    let joined = before.is_some_and(|c| c.is_ascii_uppercase());
    match capitals.len() {
        0 => true,
        1 | 2 => BEFORE_NUMBERS.contains(&capitals) || capitals == "NO" && speaks_of_phones(find),
        _ => BEFORE_NUMBERS.contains(&capitals) || joined && !CODE_LETTERS.contains(&capitals),
    }
}

/// Whether the digits and the dot before the find number a list: `1.`, `12.`.
fn numbered(find: &Find<'_>) -> bool {
    let Some(before) = find.preceding().strip_suffix('.') else { return false };
    let rest = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &before[rest.len()..];
    let other = rest.ends_with(|c: char| c.is_ascii_alphanumeric() || ".-$¥".contains(c)) || rest.ends_with("版本");
    matches!(number.len(), 1 | 2) && !number.starts_with('0') && !other
}

/// Whether the code of another country stands before the find: `+49 (0)`, `0049`.
fn of_another_country(find: &Find<'_>) -> bool {
    let gap = [' ', '-', '.', ')'];
    let before = find.preceding().trim_end_matches(gap);
    let before = before.strip_suffix("(0").map_or(before, |before| before.trim_end_matches(gap));
    let rest = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let code = &before[rest.len()..];
    rest.ends_with('+') && !code.is_empty() || code.starts_with("00") && matches!(code.len(), 4 | 5) && code != "0086"
}

/// Whether a time or a year follows without a gap: `13:30以后`, `2026年办的`.
fn time_follows(after: &str) -> bool {
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = &after[..after.len() - rest.len()];
    let minutes = rest.strip_prefix(':').is_some_and(|rest| rest.bytes().take_while(u8::is_ascii_digit).count() == 2);
    match number.len() {
        1 | 2 => minutes && number.parse::<u8>().is_ok_and(|hour| hour < 24),
        4 => rest.starts_with('年') && (number.starts_with("19") || number.starts_with("20")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_years_are_told_from_more_digits() {
        for (after, expected) in [
            ("13:30以后", true),
            ("9:00", true),
            ("2026年5月", true),
            ("25:00", false),
            ("13:3", false),
            ("901", false),
            ("2026号", false),
            ("", false),
        ] {
            assert_eq!(time_follows(after), expected, "{after}");
        }
    }
}
