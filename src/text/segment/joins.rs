//! Pairs of ASCII characters between which no token can start or end, whatever stands around them: most places in English.
//!
//! Not for where tokens do start and end: that takes a segmenter.

use super::Segmenter;

/// The pairs, a bit each.
#[derive(Debug, Clone)]
pub struct Joins(Box<[u128; 128]>);

impl Joins {
    /// What this segmenter says of all pairs.
    pub(super) fn of(segmenter: &dyn Segmenter) -> Self {
        let mut pairs = Box::new([0; 128]);
        for (before, row) in (0u8..).zip(pairs.iter_mut()) {
            *row = (0..128u8).filter(|after| segmenter.joins(before, *after)).fold(0, |row, after| row | 1 << after);
        }
        Self(pairs)
    }

    /// Whether no token can start or end between these two characters.
    #[inline]
    pub fn join(&self, before: char, after: char) -> bool {
        before.is_ascii() && after.is_ascii() && self.0[before as usize] >> (after as u32) & 1 == 1
    }

    /// Whether this byte of a text lies inside a word: no token can start or end there.
    #[inline]
    pub fn are_around(&self, text: &str, byte: u32) -> bool {
        let (head, rest) = text.as_bytes().split_at(byte as usize);
        let (Some(before), Some(after)) = (head.last(), rest.first()) else { return false };
        self.join(char::from(*before), char::from(*after))
    }
}
