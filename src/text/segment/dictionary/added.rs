//! Words that a lexicon adds to the dictionary: a small trie of their own beside it.
//!
//! Not for what frequency they get: that is [`super::Words`].

use super::layout::pair_hash;

/// A word that the dictionary does not have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AddedWord {
    /// How often jieba takes it to occur, above 0.
    pub frequency: u64,
    /// Logarithm of its share of all words.
    pub weight: f64,
}

/// A prefix of added words, of two codes or more, by what it is without the last and the last; `id` is 0 of an empty slot.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// The prefix without its last code: its identifier, or the code that it is.
    parent: u32,
    code: u32,
    id: u32,
    /// Place in the list of words, plus 1; 0 where no word ends.
    word: u32,
}

/// Added words by their codes.
#[derive(Debug, Clone, Default)]
pub struct Added {
    /// A power of two of slots, at least a quarter of them empty; a prefix is at the first slot from its own on that was free.
    slots: Vec<Slot>,
    words: Vec<AddedWord>,
    /// Bits of pairs, by their number: 1 if words may begin with it. A power of two of 64 bits each.
    pairs: Vec<u64>,
}

/// Identifiers of prefixes are above this, and codes below.
const CODES: u32 = 1 << 22;

impl Added {
    /// The trie of these words: distinct, of two codes or more.
    pub fn new(words: &[(Vec<u32>, AddedWord)]) -> Self {
        let prefixes: usize = words.iter().map(|(codes, _)| codes.len()).sum();
        let slots = vec![Slot::default(); (prefixes * 4 / 3 + 1).next_power_of_two()];
        let mut added = Self { slots, words: Vec::new(), pairs: vec![0; (words.len() / 2).next_power_of_two()] };
        let mut last = CODES;
        for (codes, word) in words {
            let [first, rest @ ..] = codes.as_slice() else { continue };
            let (mut parent, mut end) = (*first, None);
            for code in rest {
                let place = added.place(parent, *code);
                if added.slots[place].id == 0 {
                    last += 1;
                    added.slots[place] = Slot { parent, code: *code, id: last, word: 0 };
                }
                parent = added.slots[place].id;
                end = Some(place);
            }
            if let Some(end) = end {
                added.words.push(*word);
                added.slots[end].word = added.words.len() as u32;
            }
            if let Some(second) = rest.first() {
                let (place, bit) = added.pair(*first, *second);
                added.pairs[place] |= bit;
            }
        }
        added
    }

    /// The slot of a prefix, or the free one where it belongs.
    fn place(&self, parent: u32, code: u32) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        let hash = (u64::from(parent) << 32 | u64::from(code)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut place = (hash >> 32) as usize & mask;
        loop {
            match self.slots.get(place) {
                Some(slot) if slot.id != 0 && (slot.parent != parent || slot.code != code) => {}
                _ => return place,
            }
            place = (place + 1) & mask;
        }
    }

    #[inline]
    fn pair(&self, left: u32, right: u32) -> (usize, u64) {
        let hash = pair_hash(left, right);
        ((hash >> 8) as usize & self.pairs.len().wrapping_sub(1), 1 << (hash >> 2 & 63))
    }

    /// Whether a word may begin with this pair of codes. False alarms are possible, misses are not.
    #[inline]
    pub fn may_begin(&self, left: u32, right: u32) -> bool {
        let (place, bit) = self.pair(left, right);
        self.pairs.get(place).is_some_and(|pairs| pairs & bit > 0)
    }

    /// Hands over length and word for each word at the beginning of `codes`, the shortest first.
    pub fn each_at_start(&self, codes: &[u32], mut each: impl FnMut(usize, AddedWord)) {
        let Some((first, rest)) = codes.split_first() else { return };
        let mut parent = *first;
        for (length, code) in (2..).zip(rest) {
            let Some(slot) = self.slot(parent, *code) else { return };
            if let Some(word) = self.word_of(slot) {
                each(length, word);
            }
            parent = slot.id;
        }
    }

    /// The word that these codes are.
    pub fn word(&self, mut codes: impl Iterator<Item = u32>) -> Option<AddedWord> {
        let (first, second) = (codes.next()?, codes.next()?);
        let pair = self.slot(first, second)?;
        self.word_of(codes.try_fold(pair, |slot, code| self.slot(slot.id, code))?)
    }

    #[inline]
    fn slot(&self, parent: u32, code: u32) -> Option<Slot> {
        let slot = *self.slots.get(self.place(parent, code))?;
        (slot.id != 0).then_some(slot)
    }

    #[inline]
    fn word_of(&self, slot: Slot) -> Option<AddedWord> {
        self.words.get((slot.word as usize).checked_sub(1)?).copied()
    }
}
