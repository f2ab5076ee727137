//! How the dictionary's image is laid out: what `build.rs` writes and [`super::image`] reads.
//!
//! Not for reading it: that is `image`. `build.rs` compiles this file too, so it knows nothing of the crate.
//!
//! Every character of the block `4E00..=9FFF` has a code, 1 for the one that words use most; no word of the dictionary has
//! another character. The words are a trie in one array of nodes: the child of node `n` by code `c` is node `base(n) + c`, if
//! that node's `parent` is `n`. The root is node 0 with base 0, so that a word's first character is the node of its own code.
//!
//! The second step is the one that most of all miss the processor's caches. So prefixes of two common characters lie apart, at
//! the array's end, in the order of their codes and without gaps: what texts use much lies in few places. A bit for each pair of
//! common characters says which are there, and how many bits are set before it, where.

/// The first character with a code.
pub const FIRST_CHARACTER: u32 = 0x4E00;

/// How many characters have one.
pub const CHARACTERS: usize = 0x5200;

/// Codes below this are common.
pub const COMMON: u32 = 1 << COMMON_BITS;

const COMMON_BITS: u32 = 11;

/// How many words of 64 bits hold the pairs of common codes that begin words: see [`Doubles`].
pub const CELLS: usize = 1 << (2 * COMMON_BITS - CELL_BITS);

const CELL_BITS: u32 = 5;

const PARENT_BITS: u32 = 20;
const BASE_BITS: u32 = 20;
const FREQUENCY_BITS: u32 = 13;

const BASE_AT: u32 = PARENT_BITS;
const FREQUENCY_AT: u32 = BASE_AT + BASE_BITS;
const NAME_AT: u32 = FREQUENCY_AT + FREQUENCY_BITS;
const WHOLE_AT: u32 = NAME_AT + 1;
const CHILDREN_AT: u32 = WHOLE_AT + 1;

/// A node of the trie: a prefix of words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Node(pub u64);

impl Node {
    /// The most nodes that there can be.
    pub const MOST: usize = 1 << PARENT_BITS;

    /// The most frequencies that there can be, 0 among them.
    pub const FREQUENCIES: usize = 1 << FREQUENCY_BITS;

    /// A node of a base above 0 if it has `children` (their codes), with the word that ends there.
    pub fn new(parent: u32, base: u32, word: Option<Ending>, children: impl Iterator<Item = u32>) -> Self {
        let word = word.map_or(0, |word| {
            (word.frequency as u64) << FREQUENCY_AT
                | u64::from(word.is_name) << NAME_AT
                | u64::from(word.is_whole) << WHOLE_AT
        });
        let bits = u64::from(parent) | u64::from(base) << BASE_AT | word;
        Self(children.fold(bits, |bits, code| bits | 1 << (CHILDREN_AT + Self::child_bit(code))))
    }

    /// The node that this one is a child of.
    #[inline]
    pub const fn parent(self) -> u32 {
        (self.0 & ((1 << PARENT_BITS) - 1)) as u32
    }

    /// What a code is added to for the child; 0 of a node without children.
    #[inline]
    pub const fn base(self) -> u32 {
        (self.0 >> BASE_AT & ((1 << BASE_BITS) - 1)) as u32
    }

    /// Place of the word's frequency in the list of frequencies; 0 where no word ends.
    #[inline]
    pub const fn frequency(self) -> usize {
        (self.0 >> FREQUENCY_AT & ((1 << FREQUENCY_BITS) - 1)) as usize
    }

    /// Whether the word that ends here is a proper name.
    #[inline]
    pub const fn is_name(self) -> bool {
        self.0 >> NAME_AT & 1 == 1
    }

    /// Whether the word that ends here has two characters and jieba never cuts it in two, for certain, where no other word of two
    /// characters or more begins at either.
    #[inline]
    pub const fn is_whole(self) -> bool {
        self.0 >> WHOLE_AT & 1 == 1
    }

    /// Whether there may be a child by this code: one of eight bits stands for it. Spares a look at memory far away.
    #[inline]
    pub const fn may_have_child(self, code: u32) -> bool {
        self.0 >> (CHILDREN_AT + Self::child_bit(code)) & 1 == 1
    }

    const fn child_bit(code: u32) -> u32 {
        code.wrapping_mul(0x9E37_79B1) >> 29
    }
}

/// A word that ends at a node.
#[derive(Debug, Clone, Copy)]
pub struct Ending {
    /// Place of its frequency in the list, above 0.
    pub frequency: usize,
    /// See [`Node::is_name`].
    pub is_name: bool,
    /// See [`Node::is_whole`].
    pub is_whole: bool,
}

/// Which of 32 neighbouring pairs of common codes, of the same left code, begin words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Doubles(pub u64);

impl Doubles {
    /// Place of the cell of a pair of common codes, below [`CELLS`].
    #[inline]
    pub const fn place(left: u32, right: u32) -> usize {
        (left << (COMMON_BITS - CELL_BITS) | right >> CELL_BITS) as usize
    }

    /// A cell before which `before` pairs begin words; `bits` says which of its own do.
    pub fn new(before: u32, bits: u32) -> Self {
        Self(u64::from(before) << 32 | u64::from(bits))
    }

    /// Place of the pair's node among those of all such pairs, if it begins a word.
    #[inline]
    pub const fn node(self, right: u32) -> Option<u32> {
        let bit = 1 << (right % (1 << CELL_BITS));
        let bits = self.0 as u32;
        if bits & bit == 0 {
            return None;
        }
        Some((self.0 >> 32) as u32 + (bits & (bit - 1)).count_ones())
    }
}

/// A number for a pair of codes, its high bits the most even.
#[inline]
pub const fn pair_hash(left: u32, right: u32) -> u32 {
    left.wrapping_mul(0x9E37_79B1).wrapping_add(right.wrapping_mul(0x85EB_CA77))
}
