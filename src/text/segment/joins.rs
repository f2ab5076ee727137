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

#[cfg(test)]
mod tests {
    use super::super::{English, Token};
    use super::*;

    #[test]
    fn every_pair_is_as_the_segmenter_says() {
        let english = English::new(None, false).unwrap();
        let joins = Joins::of(&english);
        for before in 0..128u8 {
            for after in 0..128u8 {
                let text = format!("{}{}", char::from(before), char::from(after));
                let mut tokens = Vec::new();
                english.tokens(&text, 0, &mut tokens);
                // Where both are of one token, none can end between them; an apostrophe takes its neighbours to tell.
                let one = tokens == [Token { start: 0, end: 2 }];
                assert_eq!(joins.join(char::from(before), char::from(after)), one, "{text:?}");
                assert_eq!(joins.are_around(&text, 1), one, "{text:?}");
            }
        }
        assert!(!joins.join('é', 'a') && !joins.join('a', '好'));
        assert!(!joins.are_around("ab", 0) && !joins.are_around("ab", 2));
    }
}
