//! What a pattern found, with what is around it; and the digits of it.
//!
//! Not for what a find must be: each kind has a file of its own for its patterns and their checks.

use std::ops::Range;

use super::names::BEFORE_NUMBERS;
use super::patterns::Pattern;
use super::view::View;

/// How many bytes before a find are looked at for the word that announces it.
const BEFORE: usize = 48;

/// What a pattern found, with what is around it.
pub(super) struct Find<'v> {
    pub(super) view: &'v View<'v>,
    /// All of it.
    pub(super) whole: Range<usize>,
    /// Its group `n`, where it has one, else all of it.
    pub(super) range: Range<usize>,
    /// Where what the same pattern took before ends: that is blotted out and no part of anything.
    pub(super) floor: usize,
    /// What found it.
    pub(super) pattern: &'v Pattern,
}

impl Find<'_> {
    pub(super) fn text(&self) -> &str {
        &self.view.text()[self.range.clone()]
    }

    /// The text before the find, as far as it may tell what the find is.
    pub(super) fn preceding(&self) -> &str {
        let text = self.view.text();
        let start = text.floor_char_boundary(self.range.start.saturating_sub(BEFORE)).max(self.floor);
        &text[start.min(self.range.start)..self.range.start]
    }

    /// Whether a word stands before the find that says what it is.
    pub(super) fn word(&self) -> bool {
        self.pattern.word().is_some_and(|word| word.is_match(self.preceding()))
    }

    /// The characters before the find, the nearest first; what has no width may also stand between two numbers.
    pub(super) fn before(&self) -> (Option<char>, Option<char>) {
        if self.view.apart(self.range.start) {
            return (None, None);
        }
        let mut before = self.view.text()[self.floor.min(self.range.start)..self.range.start].chars().rev();
        (before.next(), before.next())
    }

    /// The text after this byte.
    pub(super) fn after(&self, end: usize) -> &str {
        if self.view.apart(end) { "" } else { &self.view.text()[end..] }
    }

    /// Whether a number that ends here is no part of a longer one, or of an amount: `13812345678.50`.
    pub(super) fn ends(&self, end: usize) -> bool {
        let mut after = self.after(end).chars();
        match after.next() {
            Some('.') => {
                let decimals = after.take(3).take_while(char::is_ascii_digit).count();
                !(1..=2).contains(&decimals)
            }
            next => !digit(next),
        }
    }

    /// Whether a number begins with the find: none goes on into it, and it is no part of a code such as `SN13812345678`.
    pub(super) fn begins(&self) -> bool {
        let (before, second) = self.before();
        if digit(before) || before == Some('.') && digit(second) {
            return false;
        }
        let letters = self.capitals();
        letters.is_empty() || BEFORE_NUMBERS.contains(&letters)
    }

    /// The capitals that are joined to the find, perhaps by hyphens: of a code such as `SN13812345678`.
    pub(super) fn capitals(&self) -> &str {
        if self.view.apart(self.range.start) {
            return "";
        }
        let code = self.preceding().trim_end_matches('-');
        &code[code.trim_end_matches(|c: char| c.is_ascii_uppercase()).len()..]
    }

    /// Whether the find is joined to something before it by a hyphen: `112-0755-1234567`.
    pub(super) fn joined(&self) -> bool {
        let (before, second) = self.before();
        before == Some('-') && second.is_some_and(|c| c.is_ascii_alphanumeric())
    }
}

/// Whether a digit stands here.
pub(super) fn digit(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_digit())
}

/// Whether a letter or a digit of Latin stands here, or a mark of names.
pub(super) fn word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The digits of a find: all of them, and how long the groups are that something stands between.
#[derive(Debug, Default)]
pub(super) struct Digits {
    pub(super) all: Vec<u8>,
    pub(super) groups: Vec<usize>,
    /// Where the group ends in the find, in bytes.
    pub(super) ends: Vec<usize>,
}

impl Digits {
    pub(super) fn of(text: &str) -> Self {
        let mut digits = Self::default();
        let mut last = None;
        for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
            if last.is_some_and(|last| last + 1 == at) {
                // The group before is this one: `last` is set with the first group.
                if let (Some(group), Some(end)) = (digits.groups.last_mut(), digits.ends.last_mut()) {
                    *group += 1;
                    *end = at + 1;
                }
            } else {
                digits.groups.push(1);
                digits.ends.push(at + 1);
            }
            digits.all.push(byte - b'0');
            last = Some(at);
        }
        digits
    }

    /// Whether the first groups are as people make them: one, digits one by one, or few of them and none of a digit alone.
    pub(super) fn regular(&self, groups: usize) -> bool {
        let (groups, all) = (&self.groups[..groups], self.groups[..groups].iter().sum::<usize>());
        match groups {
            [] => false,
            [_] => true,
            [first, rest @ ..] => groups.len() == all || *first >= 3 && rest.iter().all(|group| *group >= 2),
        }
    }

    /// Whether the first groups are one, digits one by one, fours with a rest, or sixes with a rest.
    pub(super) fn as_on_a_card(&self, groups: usize) -> bool {
        let groups = &self.groups[..groups];
        match groups {
            [_] | [6, _] | [6, 6, _] | [4, 6, 5] => true,
            // What has no width may have joined two of them.
            [fours @ .., _] => fours.iter().all(|group| group % 4 == 0) || groups.iter().all(|group| *group == 1),
            [] => false,
        }
    }

    /// The group ends at which so many digits are taken, the most digits first: how many groups, and how many digits.
    pub(super) fn prefixes(&self, of: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
        let sum = move |groups: usize| (groups, self.groups[..groups].iter().sum::<usize>());
        (1..=self.groups.len()).rev().map(sum).filter(move |(_, digits)| of.contains(digits))
    }
}

/// Whether eight digits name a day.
pub(super) fn is_day(digits: &[u8]) -> bool {
    let number = |part: &[u8]| part.iter().fold(0, |sum, digit| sum * 10 + u32::from(*digit));
    let (year, month, day) = (number(&digits[..4]), number(&digits[4..6]), number(&digits[6..8]));
    (1850..=2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_regular_as_people_make_them() {
        for (text, regular) in [
            ("13812345678", true),
            ("138 1234 5678", true),
            ("1 3 8 1 2", true),
            ("1 38 1234 5678", false),
            ("138 1 2345678", false),
        ] {
            let digits = Digits::of(text);
            assert_eq!(digits.regular(digits.groups.len()), regular, "{text}");
        }
    }

    #[test]
    fn a_day_is_in_the_calendar() {
        for (text, expected) in
            [("19491231", true), ("19491331", false), ("19490001", false), ("19491200", false), ("17001231", false)]
        {
            assert_eq!(is_day(&Digits::of(text).all), expected, "{text}");
        }
    }
}
