//! Whether a text holds what somebody wrote who is forgotten, however it was copied: redacted or not, with other line ends and blanks.
//!
//! Not for where it is looked (`examples`, `scan`), nor for ids. Of what was written, short answers are many people's.

use std::collections::BTreeSet;

use memchr::memmem;

use crate::text::Redactor;

/// Characters from which on an answer is somebody's own.
const OWN: usize = 8;
/// Characters that must be the same where others are blotted out, or a blotted number would be quoted by any other.
const SAME: usize = 4;

/// What was written by those who are forgotten.
pub(super) struct Quotes<'a> {
    redactor: &'a Redactor,
    answers: Vec<Answer>,
    short: u64,
}

/// One answer.
struct Answer {
    /// As it was stored, and redacted.
    ways: Vec<Vec<char>>,
    stored: memmem::Finder<'static>,
}

impl<'a> Quotes<'a> {
    /// Of these answers as they are stored; `redactor` blots out of copies what may be blotted out of them.
    pub(super) fn new(texts: &BTreeSet<String>, redactor: &'a Redactor) -> Self {
        let own = |text: &&String| text.trim().chars().count() >= OWN;
        let answers: Vec<Answer> = texts
            .iter()
            .filter(own)
            .map(|text| Answer {
                ways: ways(text, redactor),
                stored: memmem::Finder::new(plain(text).as_bytes()).into_owned(),
            })
            .collect();
        Self { redactor, short: (texts.len() - answers.len()) as u64, answers }
    }

    /// How many answers are so short that nobody can be told by them.
    pub(super) fn short(&self) -> u64 {
        self.short
    }

    /// Whether a sentence that somebody wrote down quotes an answer as a whole.
    pub(super) fn quoted_by(&self, sentence: &str) -> bool {
        let sentences = ways(sentence, self.redactor);
        self.answers.iter().any(|answer| {
            answer.ways.iter().any(|way| sentences.iter().any(|sentence| way == sentence || holds(sentence, way)))
        })
    }

    /// Whether a file of others, decoded, holds an answer as it was stored.
    pub(super) fn held_by(&self, content: &str) -> bool {
        if self.answers.is_empty() {
            return false;
        }
        let content = plain(content);
        self.answers.iter().any(|answer| answer.stored.find(content.as_bytes()).is_some())
    }
}

/// A text as it is and redacted, with each run of blanks and line ends as one blank.
fn ways(text: &str, redactor: &Redactor) -> Vec<Vec<char>> {
    let redacted = redactor.redact(text).map(|(redacted, _)| redacted);
    [Some(text), redacted.as_deref()].into_iter().flatten().map(|text| plain(text).chars().collect()).collect()
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the sentence holds the answer; what is blotted out in either is the same as anything of its length in the other, since versions of
/// redaction find different things.
fn holds(sentence: &[char], answer: &[char]) -> bool {
    sentence.len() >= answer.len()
        && sentence.windows(answer.len()).any(|part| {
            let mut same = 0;
            part.iter().zip(answer).all(|(one, other)| {
                same += usize::from(one == other && *one != ' ' && !is_blot(*one));
                one == other || (is_blot(*one) || is_blot(*other)) && one.len_utf8() == other.len_utf8()
            }) && same >= SAME
        })
}

/// Whether redaction writes this character for one of its length.
fn is_blot(c: char) -> bool {
    matches!(c, '*' | '·' | '＊' | '\u{1F7B6}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_told_however_it_was_copied() {
        let redactor = Redactor::new();
        let stored = |text: &str| redactor.redact(text).map_or_else(|| text.to_owned(), |(clean, _)| clean);
        let number = "太吵了，打13812345678没人接，晚上根本睡不着";
        for (answer, sentence, is_quoted) in [
            ("晚上噪音太大睡不着觉", "晚上噪音太大睡不着觉", true),
            ("晚上噪音太大睡不着觉", "有人说：晚上噪音太大睡不着觉。", true),
            ("晚上噪音太大睡不着觉", "晚上噪音太大", false),
            // Line ends and blanks of other systems.
            ("Flat 12: far too loud\r\nand they left", "Flat 12: far too loud\nand they left", true),
            ("Flat 12: far too loud\r\nand they left", "so: Flat 12:  far too loud and they left!", true),
            ("Flat 14: far too\tloud", "Flat 14: far too\u{a0}loud", true),
            // Either is redacted, or both.
            (&stored(number), number, true),
            (number, &stored(number), true),
            (&stored(number), &stored(number), true),
            (&stored(number), "太吵了，打13812345679没人接，晚上根本睡得着", false),
            // A number and little else is anybody's, but for the sentence that is the same.
            (&stored("13812345678"), "电话13900000000转", false),
            (&stored("13812345678"), "arrived on time", false),
            (&stored("电话13812345678"), "电话13812345678", true),
            ("短短短", "短短短", false),
            ("12345678", "1234567", false),
        ] {
            let quotes = Quotes::new(&BTreeSet::from([answer.to_owned()]), &redactor);
            assert_eq!(quotes.quoted_by(sentence), is_quoted, "{answer:?} in {sentence:?}");
        }
        let quotes = Quotes::new(&BTreeSet::from(["a\r\nlong answer".to_owned(), "短".to_owned()]), &redactor);
        assert!(quotes.held_by("<p>a long\n answer</p>") && !quotes.held_by("a long"));
        assert_eq!(quotes.short(), 1);
    }
}
