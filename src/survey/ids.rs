//! Which ids came before, in bounded memory.
//!
//! Not for order: whoever asks does so in the order of the rows (`turns`).
//!
//! Ids are remembered by 64 bits of a hash: at 10 million ids a false alarm has a chance of 3 in a million. The latest stand in a set
//! in memory. When it is full, they go to an unnamed temporary file, merged with those that are there, in the order of their hashes.
//! What is in the file is then found by reading one page of it, and a filter of [`FILTER_BITS`] bits an id spares nearly all ids
//! that are new even that. This was chosen over a first pass that finds ids that come twice, which would split the input twice, and
//! over a filter alone, which is not exact.

use std::collections::HashSet;
use std::fs::File;
use std::hash::{BuildHasherDefault, DefaultHasher, Hasher};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// Ids in the set before it goes to the file: as many as its table of 2²¹ places takes.
const LATEST: usize = (1 << 21) / 8 * 7;

/// Bits of the filter for each id in the file.
const FILTER_BITS: usize = 10;

/// Ids in a page of the file.
const PAGE: usize = 512;

const WIDTH: usize = size_of::<u64>();

/// The hash by which an id is remembered: the same on every machine and in every run.
pub(super) fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(id.as_bytes());
    hasher.finish()
}

/// Passes a hash on as it is.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// The ids that came.
#[derive(Debug)]
pub(super) struct Ids {
    latest: HashSet<u64, BuildHasherDefault<AsItIs>>,
    most: usize,
    earlier: Option<Earlier>,
}

impl Default for Ids {
    fn default() -> Self {
        Self::holding(LATEST)
    }
}

impl Ids {
    /// No ids yet; so many are held in memory at most.
    fn holding(most: usize) -> Self {
        Self { latest: HashSet::default(), most, earlier: None }
    }

    /// Enters the hash of an id; whether it is new. An error where the temporary file cannot be written or read.
    pub(super) fn insert(&mut self, hash: u64) -> io::Result<bool> {
        if let Some(earlier) = &self.earlier
            && earlier.holds(hash)?
        {
            return Ok(false);
        }
        if self.latest.len() == self.most && !self.latest.contains(&hash) {
            let mut latest: Vec<u64> = self.latest.drain().collect();
            latest.sort_unstable();
            self.earlier = Some(Earlier::merged(self.earlier.take(), &latest)?);
        }
        Ok(self.latest.insert(hash))
    }
}

/// Hashes in a file, in ascending order, each once.
#[derive(Debug)]
struct Earlier {
    file: File,
    /// The first hash of each page.
    firsts: Vec<u64>,
    filter: Filter,
    count: usize,
}

impl Earlier {
    /// Those of the file and those that are new to it, which are sorted.
    fn merged(before: Option<Self>, new: &[u64]) -> io::Result<Self> {
        let count = new.len() + before.as_ref().map_or(0, |before| before.count);
        let mut merged = Self {
            file: tempfile::tempfile()?,
            firsts: Vec::with_capacity(count.div_ceil(PAGE)),
            filter: Filter::new(count),
            count: 0,
        };
        let mut out = BufWriter::with_capacity(64 * 1024, merged.file.try_clone()?);
        let mut write = |hash: u64| {
            if merged.count.is_multiple_of(PAGE) {
                merged.firsts.push(hash);
            }
            merged.count += 1;
            merged.filter.insert(hash);
            out.write_all(&hash.to_le_bytes())
        };
        let mut new = new.iter().copied().peekable();
        if let Some(before) = before {
            let mut file = before.file;
            file.seek(SeekFrom::Start(0))?;
            let mut held = BufReader::with_capacity(64 * 1024, file);
            for _ in 0..before.count {
                let mut bytes = [0; WIDTH];
                held.read_exact(&mut bytes)?;
                let hash = u64::from_le_bytes(bytes);
                while let Some(smaller) = new.next_if(|new| *new < hash) {
                    write(smaller)?;
                }
                write(hash)?;
            }
        }
        new.try_for_each(&mut write)?;
        out.flush()?;
        drop(out);
        Ok(merged)
    }

    fn holds(&self, hash: u64) -> io::Result<bool> {
        if !self.filter.may_hold(hash) {
            return Ok(false);
        }
        let Some(page) = self.firsts.partition_point(|first| *first <= hash).checked_sub(1) else { return Ok(false) };
        let length = PAGE.min(self.count - page * PAGE);
        let mut bytes = [0; PAGE * WIDTH];
        let mut file = &self.file;
        file.seek(SeekFrom::Start((page * PAGE * WIDTH) as u64))?;
        file.read_exact(&mut bytes[..length * WIDTH])?;
        let (hashes, _) = bytes[..length * WIDTH].as_chunks::<WIDTH>();
        Ok(hashes.binary_search_by_key(&hash, |bytes| u64::from_le_bytes(*bytes)).is_ok())
    }
}

/// Says of most hashes that are not held that they are not, and never that of one that is: four bits of one word each.
#[derive(Debug)]
struct Filter {
    words: Vec<u64>,
}

impl Filter {
    fn new(count: usize) -> Self {
        Self { words: vec![0; (count * FILTER_BITS).div_ceil(64).max(1)] }
    }

    /// The word of a hash, by its upper bits, and its four bits there, by the lower ones.
    fn place(&self, hash: u64) -> (usize, u64) {
        let word = (u128::from(hash) * self.words.len() as u128) >> 64;
        (word as usize, (0..4).fold(0, |bits, nth| bits | 1 << ((hash >> (6 * nth)) & 63)))
    }

    fn insert(&mut self, hash: u64) {
        let (word, bits) = self.place(hash);
        self.words[word] |= bits;
    }

    fn may_hold(&self, hash: u64) -> bool {
        let (word, bits) = self.place(hash);
        self.words[word] & bits == bits
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever the room in memory, an id is new exactly once.
        #[test]
        fn ids_are_new_once(ids in prop::collection::vec(0u16..900, 0..2000), most in 1usize..700) {
            let mut all = HashSet::new();
            let mut bounded = Ids::holding(most);
            for id in ids {
                let hash = hash(&id.to_string());
                prop_assert_eq!(bounded.insert(hash).unwrap(), all.insert(hash));
            }
        }
    }

    #[test]
    fn the_filter_clears_nearly_all_that_is_new() {
        let mut filter = Filter::new(50_000);
        (0..50_000).for_each(|id| filter.insert(hash(&format!("R{id}"))));
        assert!((0..50_000).all(|id| filter.may_hold(hash(&format!("R{id}")))));
        let alarms = (50_000..100_000).filter(|id| filter.may_hold(hash(&format!("R{id}")))).count();
        assert!(alarms < 2_500, "{alarms}");
    }
}
