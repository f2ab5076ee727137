//! Inputs made of seeds: pieces changed, doubled, taken from others, words that mean something put in.
//!
//! Not random: an input follows from its number and the seed.

/// A generator of numbers: `SplitMix64`, by Vigna.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 where that is 0.
    fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { (self.next() % end as u64) as usize }
    }

    /// A place in `bytes`, and a short stretch from there.
    fn stretch(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(bytes.len());
        let most = if self.below(8) == 0 { bytes.len() } else { 16 };
        start..(start + self.below(most + 1)).min(bytes.len())
    }
}

/// Inputs stay small: many of them find more than few large ones.
const LARGEST: usize = 4096;

/// Bytes at the edges of what they may mean.
const EDGES: [u8; 12] = [0, 1, 0x7f, 0x80, 0xc2, 0xe4, 0xed, 0xf0, 0xfe, 0xff, b'"', b'\n'];

/// Fills `out` with input `number`.
pub fn input(seeds: &[Vec<u8>], words: &[&str], seed: u64, number: u64, out: &mut Vec<u8>) {
    let mut numbers = Numbers(seed ^ number.wrapping_mul(0xd134_2543_de82_ef95));
    numbers.next();
    out.clear();
    out.extend_from_slice(&seeds[numbers.below(seeds.len())]);
    for _ in 0..=numbers.below(6) {
        let at = numbers.below(out.len() + 1);
        match numbers.below(if words.is_empty() { 8 } else { 12 }) {
            0 if !out.is_empty() => {
                let at = at % out.len();
                out[at] ^= 1 << numbers.below(8);
            }
            1 if !out.is_empty() => {
                let at = at % out.len();
                out[at] = EDGES[numbers.below(EDGES.len())];
            }
            2 => out.insert(at, EDGES[numbers.below(EDGES.len())]),
            3 => {
                let stretch = numbers.stretch(out);
                out.drain(stretch);
            }
            4 => {
                let stretch = numbers.stretch(out);
                let again = out[stretch].repeat(1 + numbers.below(4));
                out.splice(at..at, again);
            }
            5 => {
                let other = &seeds[numbers.below(seeds.len())];
                let stretch = numbers.stretch(other);
                let end = (at + numbers.below(stretch.len() + 1)).min(out.len());
                out.splice(at..end, other[stretch].iter().copied());
            }
            6 if out.len() >= 8 => {
                let (at, wide) = (at % (out.len() - 7), [1, 2, 4, 8][numbers.below(4)]);
                let number = [0, 1, u64::MAX, u64::MAX / 2, 1 << 31, 1 << 16, numbers.next()][numbers.below(7)];
                out[at..at + wide].copy_from_slice(&number.to_le_bytes()[..wide]);
            }
            7 if numbers.below(4) == 0 => out.truncate(at),
            _ if !words.is_empty() => {
                let word = words[numbers.below(words.len())].as_bytes();
                let end = if numbers.below(3) == 0 { (at + word.len()).min(out.len()) } else { at };
                out.splice(at..end, word.iter().copied());
            }
            _ => {}
        }
    }
    out.truncate(LARGEST);
}
