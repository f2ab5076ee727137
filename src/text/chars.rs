//! Characters: offsets in characters from offsets in bytes, and the few character classes that all of `text` shares.
//!
//! Not for folding characters into others: that is `normalize`.

/// A text as its characters, each with the byte where it starts; used again from text to text.
#[derive(Debug, Clone, Default)]
pub struct Chars {
    chars: Vec<char>,
    starts: Vec<u32>,
}

/// Stands for no character; no term of a lexicon holds it.
pub const NOTHING: char = '\u{FFFE}';

impl Chars {
    /// How many of [`NOTHING`] follow the last character, so that whoever looks a few characters ahead need not ask for the end.
    pub const AHEAD: usize = 8;

    /// Takes in a text in place of another.
    pub fn read(&mut self, text: &str) {
        self.chars.clear();
        self.starts.clear();
        self.chars.reserve(text.len() + Self::AHEAD);
        self.starts.reserve(text.len() + 1);
        for (start, c) in text.char_indices() {
            self.chars.push(c);
            self.starts.push(start as u32);
        }
        self.starts.push(text.len() as u32);
        self.chars.extend([NOTHING; Self::AHEAD]);
    }

    /// How many characters the text has.
    pub fn len(&self) -> usize {
        self.chars.len().saturating_sub(Self::AHEAD)
    }

    /// Whether the text has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The characters from this one on, and [`Self::AHEAD`] times [`NOTHING`] after the last.
    #[inline]
    pub fn from(&self, at: usize) -> &[char] {
        &self.chars[at..]
    }

    /// The byte where character `at` starts; of one past the last, the text's length.
    #[inline]
    pub fn start(&self, at: usize) -> u32 {
        self.starts[at]
    }
}

/// How many characters stand before byte `byte` of `text`. A byte inside a character counts as the character's start; one past
/// the end as the end.
pub fn char_offset(text: &str, byte: u32) -> u32 {
    let head = &text.as_bytes()[..text.floor_char_boundary((byte as usize).min(text.len()))];
    if head.is_ascii() {
        return head.len() as u32;
    }
    head.iter().filter(|b| starts_char(**b)).count() as u32
}

/// Character offsets of one text for byte offsets that mostly rise: counts only on from the last answer.
#[derive(Debug, Clone)]
pub struct CharOffsets<'t> {
    text: &'t str,
    byte: usize,
    chars: u32,
}

impl<'t> CharOffsets<'t> {
    /// Starts at the text's beginning.
    pub fn new(text: &'t str) -> Self {
        Self { text, byte: 0, chars: 0 }
    }

    /// As [`char_offset`].
    pub fn at(&mut self, byte: u32) -> u32 {
        let byte = self.text.floor_char_boundary((byte as usize).min(self.text.len()));
        if byte < self.byte {
            (self.byte, self.chars) = (0, 0);
        }
        let between = &self.text.as_bytes()[self.byte..byte];
        self.chars += between.iter().filter(|b| starts_char(**b)).count() as u32;
        self.byte = byte;
        self.chars
    }
}

/// Whether this byte of UTF-8 begins a character.
const fn starts_char(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// A Chinese character: the unified ideographs and their extensions, compatibility ideographs, 〇 and 々.
#[inline]
pub const fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{3005}'
        | '\u{3007}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{323AF}')
}

/// Whether a question mark stands in the text, of either width.
pub fn holds_question_mark(text: &str) -> bool {
    // The wide one is EF BC 9F.
    memchr::memchr2_iter(b'?', 0xEF, text.as_bytes()).any(|at| text[at..].starts_with(['?', '？']))
}

/// As `char::is_alphanumeric`, without its search through tables for the characters that most texts are made of.
#[inline]
pub fn is_alphanumeric(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}')
        || !c.is_ascii() && !is_common_punctuation(c) && c.is_alphanumeric()
}

/// Punctuation, for certain: of Chinese, full-width, and general.
const fn is_common_punctuation(c: char) -> bool {
    matches!(c,
        '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}'
        | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}'
        | '\u{2010}'..='\u{206F}')
}

/// A letter of the Latin script, with or without diacritics.
#[inline]
pub fn is_latin_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
        || matches!(c, '\u{AA}' | '\u{BA}' | '\u{C0}'..='\u{2AF}' | '\u{1E00}'..='\u{1EFF}')
            && !matches!(c, '\u{D7}' | '\u{F7}')
}

/// A character that a stretch of Latin text may hold: letters and digits, their diacritics, ASCII and Western punctuation, spaces.
/// Line breaks are none, so that no stretch reaches over two lines.
#[inline]
pub fn is_latin_text(c: char) -> bool {
    (c.is_ascii() && c != '\n')
        || matches!(c, '\u{A0}'..='\u{36F}' | '\u{1E00}'..='\u{1EFF}' | '\u{2010}'..='\u{2027}' | '\u{20A0}'..='\u{20CF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn character_offsets_count_characters() {
        for (text, byte, chars) in
            [("", 0, 0), ("abc", 2, 2), ("服务好", 3, 1), ("服务好", 4, 1), ("服务ok", 7, 3), ("服", 99, 1)]
        {
            assert_eq!(char_offset(text, byte), chars, "{text} {byte}");
            assert_eq!(CharOffsets::new(text).at(byte), chars, "{text} {byte}");
        }
    }

    #[test]
    fn question_marks_are_of_either_width() {
        for (text, holds) in
            [("", false), ("好？", true), ("ok?", true), ("好！，", false), ("￥，？", true), ("\u{FEFF}a", false)]
        {
            assert_eq!(holds_question_mark(text), holds, "{text}");
        }
    }

    #[test]
    fn the_short_way_knows_the_same_letters_and_digits() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_alphanumeric(c), c.is_alphanumeric(), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn both_ways_of_counting_agree(text in "\\PC{0,20}", bytes in prop::collection::vec(0u32..80, 0..6)) {
            let mut offsets = CharOffsets::new(&text);
            for byte in bytes {
                prop_assert_eq!(offsets.at(byte), char_offset(&text, byte));
            }
        }
    }
}
