//! The text as patterns see it, and the way back into the text.
//!
//! Full-width characters are as a keyboard would have them, blanks and dashes of all sorts are ` ` and `-`, entities of HTML are what
//! they stand for, and what has no width is not there. Not for folding, which comes after redaction: `text::normalize` does that.

use std::borrow::Cow;
use std::ops::Range;

use crate::text::normalize::entities;

/// How patterns see a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// As it is.
    Plain,
    /// As its half-width form.
    Wide,
    /// As a blank.
    Space,
    /// As a hyphen, where a number goes on after it: in a sentence it is none.
    Dash,
    /// Not at all: it has no width.
    Unseen,
}

impl Look {
    fn of(c: char) -> Self {
        match c {
            '\u{FF01}'..='\u{FF5E}' => Self::Wide,
            '\t' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => {
                Self::Space
            }
            // Hyphens, en and em dashes, the minus, and their small forms.
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => Self::Dash,
            // Soft hyphen, zero-width blanks and joiners, and the marks of direction that come with numbers from an address book.
            '\u{AD}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206F}'
            | '\u{FE0F}'
            | '\u{20E3}'
            | '\u{FEFF}' => Self::Unseen,
            _ => Self::Plain,
        }
    }
}

/// The half-width form of a character that has one.
fn half(c: char) -> char {
    if Look::of(c) == Look::Wide { char::from_u32(c as u32 - 0xFEE0).unwrap_or(c) } else { c }
}

/// A character of the same length that says nothing.
pub(super) fn blot(c: char) -> char {
    match c.len_utf8() {
        1 => '*',
        2 => '·',
        3 => '＊',
        // There is no mark of four bytes that is as plain; U+1F7B6 is an asterisk too.
        _ => '\u{1F7B6}',
    }
}

/// The text as patterns see it; the text itself where they see it as it is.
pub(super) struct View<'t> {
    text: Cow<'t, str>,
    /// For each byte of the view, where its character lies in the source; empty where the two are the same.
    origins: Vec<(u32, u32)>,
}

impl<'t> View<'t> {
    pub(super) fn of(source: &'t str) -> Self {
        if source.chars().all(|c| Look::of(c) == Look::Plain && c != '&') {
            return Self { text: Cow::Borrowed(source), origins: Vec::new() };
        }
        let (mut text, mut origins) = (String::with_capacity(source.len()), Vec::with_capacity(source.len()));
        let mut at = 0;
        while let Some((c, length)) = char_at(&source[at..]) {
            let start = at;
            at += length;
            let seen = match Look::of(c) {
                Look::Unseen => continue,
                Look::Space => ' ',
                Look::Dash if goes_on(&source[at..]) => '-',
                Look::Wide | Look::Dash | Look::Plain => half(c),
            };
            text.push(seen);
            origins.resize(text.len(), (start as u32, at as u32));
        }
        Self { text: Cow::Owned(text), origins }
    }

    /// The view's text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Blots out a part of the view, so that no pattern takes it again.
    pub(super) fn blot(&mut self, part: Range<usize>) {
        let blotted: String = self.text[part.clone()].chars().map(blot).collect();
        self.text.to_mut().replace_range(part, &blotted);
    }

    /// Where a part of the view lies in the source, without what has no width around it.
    pub(super) fn origin(&self, part: &Range<usize>) -> Range<usize> {
        if self.origins.is_empty() || part.is_empty() {
            return part.clone();
        }
        self.origins[part.start].0 as usize..self.origins[part.end - 1].1 as usize
    }

    /// Whether something without width stands in the source before the character at this byte.
    pub(super) fn apart(&self, byte: usize) -> bool {
        byte > 0 && byte < self.origins.len() && self.origins[byte - 1].1 < self.origins[byte].0
    }
}

/// The first character of a text, or that of the entity with which it starts; and its length in the text, in bytes.
fn char_at(text: &str) -> Option<(char, usize)> {
    let c = text.chars().next()?;
    if c == '&'
        && let Some(decoded) = entities::decode(text)
    {
        return Some(decoded);
    }
    Some((c, c.len_utf8()))
}

/// Whether a number goes on with this: with a digit or a bracket.
fn goes_on(rest: &str) -> bool {
    // More than a few characters without width stand in no number; a bound keeps the whole look linear.
    let next = rest.chars().take(8).find(|c| Look::of(*c) != Look::Unseen).map(half);
    next.is_some_and(|c| c.is_ascii_digit() || c == '(')
}
