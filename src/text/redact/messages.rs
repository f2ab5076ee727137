//! Sentences for people that quote a survey: names of columns, answers that are no scores, days that are none.
//!
//! Not for comments: what stands in backquotes here has no words around it by which a number could be known, so any long one goes.

use std::ops::Range;

use super::Redactor;
use super::view::blot;

/// Digits from which on a number may be somebody's: a local phone number has seven.
const LONG: usize = 7;

impl Redactor {
    /// The sentence with what is found blotted out, and with every number of seven digits or more in backquotes, but days
    /// (`2026-06-01`).
    pub fn message(&self, sentence: &str) -> String {
        let mut clean = self.redact(sentence).map_or_else(|| sentence.to_owned(), |(clean, _)| clean);
        let mut at = 0;
        while let Some(open) = clean[at..].find('`') {
            let start = at + open + 1;
            let Some(length) = clean[start..].find('`') else { break };
            for number in numbers(&clean[start..start + length]) {
                let number = start + number.start..start + number.end;
                let blotted: String = clean[number.clone()].chars().map(blot).collect();
                clean.replace_range(number, &blotted);
            }
            at = start + length + 1;
        }
        clean
    }
}

/// The long numbers of a text: digits with no more than two marks of numbers between them.
fn numbers(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + first;
        let (mut end, mut digits, mut marks) = (start, 0, 0);
        for (i, byte) in text.bytes().enumerate().skip(start) {
            match byte {
                b'0'..=b'9' => (end, digits, marks) = (i + 1, digits + 1, 0),
                b' ' | b'-' | b'.' | b'(' | b')' if marks < 2 => marks += 1,
                _ => break,
            }
        }
        if digits >= LONG && !is_day(&text[start..end]) {
            found.push(start..end);
        }
        at = end;
    }
    found
}

/// `2026-06-01`, perhaps with an hour after it.
fn is_day(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).take(10).collect();
    shape == "0000-00-00" && text.len() <= 13
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_numbers_are_blotted_out() {
        let redactor = Redactor::new();
        for (sentence, expected) in [
            ("the columns are `9671 4751`, `9`, `a 1234567`", "the columns are `*********`, `9`, `a *******`"),
            ("mail `ann@mail.com`", "mail `************`"),
            ("there is no period `2026-06-01`", "there is no period `2026-06-01`"),
            ("`--scale \"0-60=detractor,61-80=passive\"`", "`--scale \"0-60=detractor,61-80=passive\"`"),
            ("1234567 rows in `a`", "1234567 rows in `a`"),
            ("an open ` 1234567", "an open ` 1234567"),
        ] {
            assert_eq!(redactor.message(sentence), expected);
        }
    }
}
