//! A trie of patterns in one hash table, with a few bits that tell at most places of a text that no pattern begins there.
//!
//! Not for what patterns stand for (`patterns`). A step is one look into one table of eight bytes an edge: an automaton or a double
//! array of the same patterns is several times larger than the processor's near memory, and waits for it at nearly every character.

/// Patterns, each with a value. They are found by their first two characters in one step, and where only one is left, by comparing
/// its rest.
pub(super) struct Trie {
    /// The pairs of characters with which patterns begin.
    pairs: Table,
    /// From node to node by a character.
    edges: Table,
    /// The patterns of one character.
    singles: Table,
    /// For each node the value of the pattern that ends there.
    values: Vec<u32>,
    rests: Vec<Rest>,
    /// The characters of all rests, one after the other.
    rest_chars: Vec<char>,
    may_be_pair: Bits,
    may_be_single: Bits,
}

/// What follows where only one pattern is left.
struct Rest {
    start: u32,
    length: u32,
    value: u32,
}

impl Trie {
    /// A trie of these patterns, in their order; none of them is empty or there twice.
    ///
    /// # Errors
    /// Where there are too many; the message says of what.
    pub(super) fn new(patterns: &[(String, u32)]) -> Result<Self, String> {
        let mut growing = Growing::default();
        let mut chars: Vec<char> = Vec::new();
        let mut shared = 0;
        for (at, (pattern, value)) in patterns.iter().enumerate() {
            chars.clear();
            chars.extend(pattern.chars());
            let next = patterns.get(at + 1).map_or(0, |(next, _)| in_common(pattern, next));
            growing.add(&chars, *value, shared, shared.max(next) + 1);
            shared = next;
        }
        let Growing { pairs, edges, singles, values, rests, rest_chars, .. } = growing;
        if values.len().max(rests.len()) as u64 > Slot::NODE {
            return Err(format!("more than {} beginnings of patterns", Slot::NODE));
        }
        Ok(Self {
            may_be_pair: Bits::of(&pairs),
            may_be_single: Bits::of(&singles),
            pairs: Table::of(&pairs),
            edges: Table::of(&edges),
            singles: Table::of(&singles),
            values,
            rests,
            rest_chars,
        })
    }

    /// All patterns that these characters begin with, the shortest first: their lengths in characters, and their values. There are
    /// at least two characters.
    #[inline]
    pub(super) fn walk(&self, chars: &[char], mut found: impl FnMut(usize, u32)) {
        let &[first, second, ..] = chars else { return };
        if self.may_be_single.has(mixed(u64::from(first)))
            && let Some(slot) = self.singles.get(u64::from(first))
        {
            found(1, self.values[slot.node() as usize]);
        }
        let key = pair(first, second);
        if self.may_be_pair.has(mixed(key)) {
            self.walk_on(chars, key, found);
        }
    }

    fn walk_on(&self, chars: &[char], key: u64, mut found: impl FnMut(usize, u32)) {
        let mut next = self.pairs.get(key);
        for (length, c) in (2..).zip(&chars[2..]) {
            let Some(slot) = next else { return };
            if slot.is(Slot::ENDS) {
                found(length, self.values[slot.node() as usize]);
            } else if slot.is(Slot::LEAF) {
                let Rest { start, length: rest, value } = self.rests[slot.node() as usize];
                let rest = &self.rest_chars[start as usize..(start + rest) as usize];
                if chars[length..].starts_with(rest) {
                    found(length + rest.len(), value);
                }
            }
            if slot.is(Slot::LEAF) {
                return;
            }
            next = self.edges.get(edge(slot.node(), *c));
        }
    }
}

/// How many characters two patterns begin with in common.
fn in_common(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count()
}

/// A trie that grows by patterns in their order.
#[derive(Default)]
struct Growing {
    pairs: Vec<Slot>,
    edges: Vec<Slot>,
    singles: Vec<Slot>,
    values: Vec<u32>,
    rests: Vec<Rest>,
    rest_chars: Vec<char>,
    /// The nodes of the last pattern, from its second character on.
    path: Vec<u32>,
}

impl Growing {
    /// Adds a pattern that shares its first `shared` characters with the one before, and is the only one with its first `alone`
    /// characters, if it has so many.
    fn add(&mut self, chars: &[char], value: u32, shared: usize, alone: usize) {
        if let [only] = chars {
            let node = self.node(value);
            self.singles.push(Slot::new(u64::from(*only), node, Slot::ENDS));
            return;
        }
        self.path.truncate(shared.saturating_sub(1));
        for length in self.path.len() + 2..=chars.len() {
            let c = chars[length - 1];
            let key = self.path.last().map_or_else(|| pair(chars[0], c), |from| edge(*from, c));
            let ends = length == chars.len();
            let is_alone = length >= alone;
            let node = if is_alone && !ends { self.rest(&chars[length..], value) } else { self.node(value) };
            let flags = if ends { Slot::ENDS } else { 0 } | if is_alone { Slot::LEAF } else { 0 };
            let list = if length == 2 { &mut self.pairs } else { &mut self.edges };
            list.push(Slot::new(key, node, flags));
            if is_alone {
                return;
            }
            self.path.push(node);
        }
    }

    /// A new node; the value counts where a pattern ends there.
    fn node(&mut self, value: u32) -> u32 {
        self.values.push(value);
        self.values.len() as u32 - 1
    }

    fn rest(&mut self, chars: &[char], value: u32) -> u32 {
        self.rests.push(Rest { start: self.rest_chars.len() as u32, length: chars.len() as u32, value });
        self.rest_chars.extend_from_slice(chars);
        self.rests.len() as u32 - 1
    }
}

/// The key of two characters.
#[inline]
fn pair(first: char, second: char) -> u64 {
    u64::from(first) << Slot::BITS | u64::from(second)
}

/// The key of a step from a node by a character.
#[inline]
fn edge(from: u32, by: char) -> u64 {
    u64::from(from) << Slot::BITS | u64::from(by)
}

/// One step: its key of 42 bits, the node to which it leads in 20, and two flags.
#[derive(Clone, Copy)]
struct Slot(u64);

impl Slot {
    /// Of a character, in a key.
    const BITS: u32 = 21;
    /// The highest number of a node, less one: they are written one higher, so that an empty slot is 0.
    const NODE: u64 = (1 << 20) - 2;
    /// A pattern ends at the node.
    const ENDS: u64 = 1 << 63;
    /// No step leads on. Where no pattern ends either, only one is left, and the number is that of its rest.
    const LEAF: u64 = 1 << 62;
    const EMPTY: Self = Self(0);

    const fn new(key: u64, node: u32, flags: u64) -> Self {
        Self(flags | key << 20 | (node as u64 + 1))
    }

    #[inline]
    const fn key(self) -> u64 {
        (self.0 & !(Self::ENDS | Self::LEAF)) >> 20
    }

    #[inline]
    const fn node(self) -> u32 {
        (self.0 & ((1 << 20) - 1)) as u32 - 1
    }

    #[inline]
    const fn is(self, flag: u64) -> bool {
        self.0 & flag != 0
    }
}

/// Steps by a hash of their keys, in a power of two of slots, at most two thirds of them in use.
struct Table(Vec<Slot>);

impl Table {
    fn of(steps: &[Slot]) -> Self {
        let mut table = Self(vec![Slot::EMPTY; (steps.len() * 3 / 2).max(2).next_power_of_two()]);
        for step in steps {
            let mut at = table.first(step.key());
            while table.0[at].0 != Slot::EMPTY.0 {
                at = (at + 1) & (table.0.len() - 1);
            }
            table.0[at] = *step;
        }
        table
    }

    #[inline]
    fn first(&self, key: u64) -> usize {
        (mixed(key) >> (64 - self.0.len().ilog2())) as usize
    }

    #[inline]
    fn get(&self, key: u64) -> Option<Slot> {
        let mut at = self.first(key);
        // A third of the slots is empty.
        loop {
            let slot = self.0[at];
            if slot.0 == Slot::EMPTY.0 {
                return None;
            }
            if slot.key() == key {
                return Some(slot);
            }
            at = (at + 1) & (self.0.len() - 1);
        }
    }
}

/// A set of keys: it may have more than were put in, so that a table is asked in vain now and then. Small enough to stay near the
/// processor, which the tables are not.
struct Bits(Vec<u64>);

impl Bits {
    /// About one bit in sixteen is set.
    fn of(steps: &[Slot]) -> Self {
        let mut bits = Self(vec![0; (steps.len() / 4).max(2).next_power_of_two()]);
        for step in steps {
            let (word, bit) = bits.place(mixed(step.key()));
            bits.0[word] |= bit;
        }
        bits
    }

    #[inline]
    fn has(&self, mixed: u64) -> bool {
        let (word, bit) = self.place(mixed);
        self.0[word] & bit != 0
    }

    #[inline]
    fn place(&self, mixed: u64) -> (usize, u64) {
        ((mixed >> (64 - self.0.len().ilog2())) as usize, 1 << (mixed >> 24 & 63))
    }
}

/// Spreads keys: multiplicative hashing, whose high bits depend on all of a key.
#[inline]
const fn mixed(key: u64) -> u64 {
    (key ^ key >> 20).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::chars::NOTHING;

    proptest! {
        /// The patterns that a text begins with are those that comparing it with every pattern finds, and the bits never hide one.
        #[test]
        fn every_pattern_is_found(
            patterns in prop::collection::btree_set("(不|好|吃|a|b|c){1,6}", 0..40),
            text in "(不|好|吃|a|b|c|x){0,9}",
        ) {
            let patterns: Vec<(String, u32)> = patterns.into_iter().zip(7..).collect();
            let trie = Trie::new(&patterns).unwrap();
            let chars: Vec<char> = text.chars().chain([NOTHING; 4]).collect();
            let mut found = Vec::new();
            trie.walk(&chars, |length, value| found.push((length, value)));
            let begins = patterns.iter().filter(|(pattern, _)| text.starts_with(pattern.as_str()));
            let mut all: Vec<(usize, u32)> = begins.map(|(pattern, value)| (pattern.chars().count(), *value)).collect();
            all.sort_unstable();
            prop_assert_eq!(found, all);
        }
    }

    #[test]
    fn no_patterns_begin_anywhere() {
        let trie = Trie::new(&[]).unwrap();
        trie.walk(&['a', 'b'], |_, _| panic!("nothing is there"));
    }
}
