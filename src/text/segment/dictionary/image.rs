//! jieba's dictionary, read where it lies: the files that `build.rs` made are part of the program, so loading costs nothing.
//!
//! Not for a lexicon's own words: those are `added`.

use super::layout::{CHARACTERS, COMMON, Doubles, FIRST_CHARACTER, Node};

/// Sum of the frequencies of all words.
#[allow(clippy::unreadable_literal, reason = "written by build.rs")]
pub const TOTAL: u64 = include!(concat!(env!("OUT_DIR"), "/total.rs"));

/// Where in the nodes those of pairs of common codes begin.
#[allow(clippy::unreadable_literal, reason = "written by build.rs")]
const FIRST_DOUBLE: u32 = include!(concat!(env!("OUT_DIR"), "/first_double.rs"));

static DOUBLES: &[[u8; 8]] = include_bytes!(concat!(env!("OUT_DIR"), "/doubles.bin")).as_chunks().0;
static CODES: &[[u8; 2]] = include_bytes!(concat!(env!("OUT_DIR"), "/codes.bin")).as_chunks().0;
static NODES: &[[u8; 8]] = include_bytes!(concat!(env!("OUT_DIR"), "/nodes.bin")).as_chunks().0;
static FREQUENCIES: &[[u8; 8]] = include_bytes!(concat!(env!("OUT_DIR"), "/frequencies.bin")).as_chunks().0;

/// Added to a character outside the block: above all codes of the block, so that no two characters share one.
const OUTSIDE: u32 = 0x1_0000;

/// The code of a character: small for those of the dictionary, above 0 and its own for any.
#[inline]
pub fn code(c: char) -> u32 {
    let place = u32::from(c).wrapping_sub(FIRST_CHARACTER) as usize;
    if place < CHARACTERS
        && let Some(bytes) = CODES.get(place)
    {
        return u32::from(u16::from_le_bytes(*bytes));
    }
    u32::from(c) + OUTSIDE
}

/// The code of a character of three bytes that the dictionary may have.
#[inline]
pub fn code_of_bytes(bytes: [u8; 3]) -> Option<u32> {
    let [high, middle, low] = bytes.map(u32::from);
    // Of a character of another length, or of another part of it, the first byte is not of this kind, and the place too large.
    let place = ((high ^ 0xE0) << 12 | (middle & 0x3F) << 6 | low & 0x3F).wrapping_sub(FIRST_CHARACTER);
    CODES.get(place as usize).map(|bytes| u32::from(u16::from_le_bytes(*bytes)))
}

/// Frequencies that words have, rising, after a 0.
pub fn frequencies() -> impl ExactSizeIterator<Item = u64> {
    FREQUENCIES.iter().map(|bytes| u64::from_le_bytes(*bytes))
}

/// The frequency at a place that a node names; 0 at place 0.
pub fn frequency(place: usize) -> u64 {
    FREQUENCIES.get(place).map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// A prefix of words: where its node is, and the node.
#[derive(Debug, Clone, Copy)]
pub struct Prefix {
    place: u32,
    node: Node,
}

impl Prefix {
    /// No prefix of any word.
    pub const NONE: Self = Self { place: 0, node: Node(0) };

    /// The prefix of one character: no word and no prefix if no word begins with it.
    #[inline]
    pub fn first(code: u32) -> Self {
        let node = node(code).filter(|node| node.parent() == 0).unwrap_or_default();
        Self { place: code, node }
    }

    /// The prefix of two characters; none of any word if no word begins with them.
    #[inline]
    pub fn pair(first: u32, second: u32) -> Self {
        if first | second < COMMON {
            let cell = DOUBLES.get(Doubles::place(first, second)).map(|bytes| Doubles(u64::from_le_bytes(*bytes)));
            let place = cell.and_then(|cell| cell.node(second)).map(|place| place + FIRST_DOUBLE);
            let found = place.and_then(|place| Some(Self { place, node: node(place)? }));
            found.unwrap_or(Self::NONE)
        } else {
            Self::first(first).then(second).unwrap_or(Self::NONE)
        }
    }

    /// The prefix of two characters or more with one more.
    #[inline]
    pub fn then(self, code: u32) -> Option<Self> {
        if !self.node.may_have_child(code) {
            return None;
        }
        let place = self.node.base() + code;
        let node = node(place).filter(|node| node.parent() == self.place)?;
        Some(Self { place, node })
    }

    /// Whether it is a prefix of any word.
    #[inline]
    pub fn is_any(self) -> bool {
        self.place > 0
    }

    /// Whether it may be with one character more.
    #[inline]
    pub fn may_have(self, code: u32) -> bool {
        self.node.may_have_child(code)
    }

    /// See [`Node::is_whole`].
    #[inline]
    pub fn is_whole(self) -> bool {
        self.node.is_whole()
    }

    /// Place of the frequency of the word that it is; 0 if it is none.
    #[inline]
    pub fn frequency(self) -> usize {
        self.node.frequency()
    }

    /// Whether it is a proper name.
    pub fn is_name(self) -> bool {
        self.node.is_name()
    }

    /// The prefix that these codes are.
    pub fn of(codes: impl IntoIterator<Item = u32>) -> Option<Self> {
        let mut codes = codes.into_iter();
        let first = codes.next()?;
        let Some(second) = codes.next() else { return Some(Self::first(first)) };
        codes.try_fold(Self::pair(first, second), Self::then)
    }
}

#[inline]
fn node(place: u32) -> Option<Node> {
    NODES.get(place as usize).map(|bytes| Node(u64::from_le_bytes(*bytes)))
}
