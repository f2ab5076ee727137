//! The image of the dictionary from its list of words: compiled into `build.rs` only.
//!
//! Not for reading the image: that is `image`.

use std::collections::{BTreeMap, HashMap};

use super::layout::{CELLS, CHARACTERS, COMMON, Doubles, Ending, FIRST_CHARACTER, Node};

/// Tags of proper names begin with these: people, places, organisations, others.
const NAMES: [&str; 4] = ["nr", "ns", "nt", "nz"];

/// A word of the list whose characters all have codes.
struct Listed {
    codes: Vec<u32>,
    frequency: u64,
    is_name: bool,
}

/// The image's parts, as they are written.
pub struct Image {
    /// Sum of the frequencies of all words of the list.
    total: u64,
    /// The code of each character of the block.
    codes: Vec<u16>,
    /// Frequencies that words have, rising, after a 0.
    frequencies: Vec<u64>,
    nodes: Vec<Node>,
    /// Where in `nodes` those of pairs of common codes begin.
    first_double: usize,
    doubles: Vec<Doubles>,
}

impl Image {
    /// Reads a list of lines `word frequency tag`. Words with characters outside the block count in the total only: a run of
    /// Chinese characters never holds them. Errors name the line that cannot be read or the limit that the list passes.
    pub fn of(text: &str) -> Result<Self, String> {
        let codes = codes(text);
        let (mut words, mut total) = (Vec::new(), 0);
        for (number, line) in text.lines().enumerate() {
            let (word, frequency, tag) =
                parts(line).ok_or_else(|| format!("line {} is not a word: {line}", number + 1))?;
            total += frequency;
            let word_codes: Option<Vec<u32>> =
                word.chars().map(|c| place(c).and_then(|i| codes.get(i)).map(|code| u32::from(*code))).collect();
            if let Some(codes) = word_codes {
                words.push(Listed { codes, frequency, is_name: NAMES.iter().any(|name| tag.starts_with(name)) });
            }
        }
        words.sort_unstable_by(|a, b| a.codes.cmp(&b.codes));
        let mut frequencies: Vec<u64> = words.iter().map(|w| w.frequency).chain([0]).collect();
        frequencies.sort_unstable();
        frequencies.dedup();
        if frequencies.len() > Node::FREQUENCIES {
            return Err(format!("{} frequencies: a node has room for {}", frequencies.len(), Node::FREQUENCIES));
        }
        let prefixes = prefixes(&words);
        let (nodes, first_double) = nodes(&words, &prefixes, &frequencies, total)?;
        Ok(Self { total, codes, frequencies, nodes, first_double, doubles: doubles(&prefixes) })
    }

    /// Names and bytes of the files: numbers are little-endian.
    pub fn files(&self) -> [(&'static str, Vec<u8>); 6] {
        [
            ("total.rs", self.total.to_string().into_bytes()),
            ("codes.bin", self.codes.iter().flat_map(|code| code.to_le_bytes()).collect()),
            ("frequencies.bin", self.frequencies.iter().flat_map(|f| f.to_le_bytes()).collect()),
            ("nodes.bin", self.nodes.iter().flat_map(|node| node.0.to_le_bytes()).collect()),
            ("first_double.rs", self.first_double.to_string().into_bytes()),
            ("doubles.bin", self.doubles.iter().flat_map(|cell| cell.0.to_le_bytes()).collect()),
        ]
    }
}

/// Word, frequency (above 0) and tag of a line.
fn parts(line: &str) -> Option<(&str, u64, &str)> {
    let mut parts = line.split_ascii_whitespace();
    let (word, frequency, tag) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
    (frequency > 0 && parts.next().is_none()).then_some((word, frequency, tag))
}

/// Place of a character in the block.
fn place(c: char) -> Option<usize> {
    let place = u32::from(c).checked_sub(FIRST_CHARACTER)? as usize;
    (place < CHARACTERS).then_some(place)
}

/// A code for each character of the block, 1 for the one that is used most: what is used much lies close together.
fn codes(text: &str) -> Vec<u16> {
    let mut uses = vec![0_u64; CHARACTERS];
    for (word, frequency, _) in text.lines().filter_map(parts) {
        for place in word.chars().filter_map(place) {
            uses[place] += frequency;
        }
    }
    let mut order: Vec<usize> = (0..CHARACTERS).collect();
    order.sort_by_key(|place| std::cmp::Reverse(uses[*place]));
    let mut codes = vec![0; CHARACTERS];
    for (code, place) in (1..).zip(order) {
        codes[place] = code;
    }
    codes
}

/// A prefix of words, on the way to a node.
struct Prefix {
    /// The words that begin with it: a stretch of the sorted list.
    words: std::ops::Range<usize>,
    parent: usize,
    code: u32,
    length: usize,
    children: Vec<usize>,
}

impl Prefix {
    /// Whether it is two common codes, so that its node lies apart.
    fn is_double(&self, all: &[Self]) -> bool {
        self.length == 2 && self.code < COMMON && all[self.parent].code < COMMON
    }
}

/// The array of nodes, and where in it those of pairs of common codes begin.
fn nodes(words: &[Listed], prefixes: &[Prefix], frequencies: &[u64], total: u64) -> Result<(Vec<Node>, usize), String> {
    let apart: Vec<bool> = prefixes.iter().map(|prefix| prefix.is_double(prefixes)).collect();
    let bases = bases(prefixes, &apart);
    let mut slots = vec![0; prefixes.len()];
    for (i, prefix) in prefixes.iter().enumerate().skip(1).filter(|(i, _)| !apart[*i]) {
        slots[i] = bases[prefix.parent] + prefix.code as usize;
    }
    let first_double = slots.iter().max().map_or(0, |last| last + 1);
    let mut length = first_double;
    for (i, _) in apart.iter().enumerate().filter(|(_, apart)| **apart) {
        slots[i] = length;
        length += 1;
    }
    if length > Node::MOST {
        return Err(format!("{length} nodes: a node has room for {}", Node::MOST));
    }
    let places: HashMap<u64, usize> = frequencies.iter().enumerate().map(|(i, f)| (*f, i)).collect();
    let mut nodes = vec![Node::default(); length];
    let singles: HashMap<u32, u64> =
        words.iter().filter(|w| w.codes.len() == 1).map(|w| (w.codes[0], w.frequency)).collect();
    for (i, prefix) in prefixes.iter().enumerate().skip(1) {
        let first = &words[prefix.words.start];
        let word = (first.codes.len() == prefix.length).then_some(first).map(|word| Ending {
            frequency: places[&word.frequency],
            is_name: word.is_name,
            is_whole: word.codes.len() == 2 && is_whole(word, &singles, total),
        });
        nodes[slots[i]] = Node::new(
            slots[prefix.parent] as u32,
            bases[i] as u32,
            word,
            prefix.children.iter().filter(|child| !apart[**child]).map(|child| prefixes[*child].code),
        );
    }
    Ok((nodes, first_double))
}

/// Whether a word of two characters is twice as likely as its characters side by side, or more: so much that a lexicon's words,
/// which only raise the total, and rounding cannot turn it.
fn is_whole(word: &Listed, singles: &HashMap<u32, u64>, total: u64) -> bool {
    // A character that is no word by itself is at most as likely as one seen once.
    let seen = |code: u32| u128::from(singles.get(&code).copied().unwrap_or(1));
    u128::from(word.frequency) * u128::from(total) >= 2 * seen(word.codes[0]) * seen(word.codes[1])
}

/// Which pairs of common codes begin words.
fn doubles(prefixes: &[Prefix]) -> Vec<Doubles> {
    let mut bits = vec![0_u32; CELLS];
    for prefix in prefixes.iter().filter(|prefix| prefix.is_double(prefixes)) {
        bits[Doubles::place(prefixes[prefix.parent].code, prefix.code)] |= 1 << (prefix.code % 32);
    }
    let mut before = 0;
    let cell = |bits: u32| {
        let cell = Doubles::new(before, bits);
        before += bits.count_ones();
        cell
    };
    bits.into_iter().map(cell).collect()
}

/// All prefixes, the shorter first, those of one length in the order of their codes.
fn prefixes(words: &[Listed]) -> Vec<Prefix> {
    let root = Prefix { words: 0..words.len(), parent: 0, code: 0, length: 0, children: Vec::new() };
    let mut all = vec![root];
    let mut next = 0;
    while next < all.len() {
        let (stretch, length) = (all[next].words.clone(), all[next].length);
        let mut start = stretch.start;
        while start < stretch.end {
            let code = words[start].codes.get(length).copied();
            let same = words[start..stretch.end].iter().take_while(|w| w.codes.get(length).copied() == code).count();
            if let Some(code) = code {
                let child = all.len();
                all[next].children.push(child);
                let words = start..start + same;
                all.push(Prefix { words, parent: next, code, length: length + 1, children: Vec::new() });
            }
            start += same;
        }
        next += 1;
    }
    all
}

/// A base for every prefix that has children which do not lie `apart`, so that no two children of any share a slot; 0 for the
/// others and the root.
fn bases(prefixes: &[Prefix], apart: &[bool]) -> Vec<usize> {
    let codes = |prefix: usize| {
        prefixes[prefix].children.iter().filter(|child| !apart[**child]).map(|child| prefixes[*child].code as usize)
    };
    let mut by_children: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for prefix in 1..prefixes.len() {
        let children = codes(prefix).count();
        if children > 0 {
            by_children.entry(children).or_default().push(prefix);
        }
    }
    let mut free = Free::new(Node::MOST * 2);
    free.take(0);
    codes(0).for_each(|code| free.take(code));
    let mut bases = vec![0; prefixes.len()];
    // The most children first: they are the hardest to place.
    for group in by_children.values().rev() {
        // Slots that had no room for the one before have hardly any for the next.
        let mut from = free.first();
        for &prefix in group {
            let codes: Vec<usize> = codes(prefix).collect();
            let base = free.fit(&codes, from.saturating_sub(codes[0]));
            if codes.len() < MANY {
                from = base + codes[0] - SLACK.min(base);
            }
            for code in &codes {
                free.take(base + code);
            }
            bases[prefix] = base;
        }
    }
    bases
}

/// Prefixes with so many children are few, and each is tried everywhere.
const MANY: usize = 16;

/// How many slots before the last place found are looked at again.
const SLACK: usize = 64;

/// Which slots are free: a bit for each.
struct Free(Vec<u64>);

impl Free {
    fn new(slots: usize) -> Self {
        Self(vec![u64::MAX; slots / 64])
    }

    fn take(&mut self, slot: usize) {
        self.0[slot / 64] &= !(1 << (slot % 64));
    }

    /// The first slot of a word of slots that has a free one.
    fn first(&self) -> usize {
        self.0.iter().take_while(|word| **word == 0).count() * 64
    }

    /// 64 slots from `slot` on, as bits.
    fn from(&self, slot: usize) -> u64 {
        let (i, shift) = (slot / 64, slot % 64);
        if shift == 0 { self.0[i] } else { self.0[i] >> shift | self.0[i + 1] << (64 - shift) }
    }

    /// The lowest base of `from` or above, and above 0, whose slots for these codes are all free.
    fn fit(&self, codes: &[usize], from: usize) -> usize {
        let mut base = from.max(1);
        loop {
            let mut fits = u64::MAX;
            for code in codes {
                fits &= self.from(base + code);
                if fits == 0 {
                    break;
                }
            }
            if fits != 0 {
                return base + fits.trailing_zeros() as usize;
            }
            base += 64;
        }
    }
}
