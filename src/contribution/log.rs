//! Who answered what, in few bytes: for each respondent the numbers of a place, a comment and an answer.
//!
//! Not for what the numbers stand for, nor for counting those who are alike. Small numbers are short, and what is common in a survey
//! comes early and so has a small number: a respondent takes three to five bytes, so that millions of them stand in memory.

use super::varint;

/// The numbers of one respondent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// The combination of segment values.
    pub(super) place: u32,
    pub(super) comment: u32,
    /// Score, band and weight.
    pub(super) answer: u32,
}

/// Entries in the order in which they came.
#[derive(Debug, Clone)]
pub(super) struct Log {
    /// Full ones, and the one that is being filled; no entry lies in two.
    chunks: Vec<Vec<u8>>,
    entries: u64,
    /// Whether entries have a place other than 0.
    has_places: bool,
}

/// Bytes of a chunk, once there are many: little is wasted, and nothing is copied to grow.
const CHUNK: usize = 16 * 1024;
/// Bytes of the first chunk.
const FIRST: usize = 64;

impl Log {
    /// An empty log. Without places, all entries have place 0.
    pub(super) fn new(has_places: bool) -> Self {
        Self { chunks: Vec::new(), entries: 0, has_places }
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> u64 {
        self.entries
    }

    pub(super) fn push(&mut self, entry: Entry) {
        let fits = |chunk: &Vec<u8>| chunk.capacity() - chunk.len() >= 3 * varint::LONGEST;
        if !self.chunks.last().is_some_and(fits) {
            let size = self.chunks.iter().map(Vec::capacity).sum::<usize>().clamp(FIRST, CHUNK);
            self.chunks.push(Vec::with_capacity(size));
        }
        let Some(chunk) = self.chunks.last_mut() else { return };
        if self.has_places {
            varint::put(chunk, entry.place);
        }
        varint::put(chunk, entry.comment);
        varint::put(chunk, entry.answer);
        self.entries += 1;
    }

    /// All entries.
    pub(super) fn iter(&self) -> impl Iterator<Item = Entry> {
        let has_places = self.has_places;
        self.chunks.iter().flat_map(move |chunk| {
            let mut bytes = chunk.iter();
            std::iter::from_fn(move || {
                if bytes.as_slice().is_empty() {
                    return None;
                }
                let place = if has_places { varint::take(&mut bytes) } else { 0 };
                Some(Entry { place, comment: varint::take(&mut bytes), answer: varint::take(&mut bytes) })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_goes_in_comes_out(
            numbers in prop::collection::vec((any::<u32>(), any::<u32>(), any::<u8>()), 0..500),
            shift in 0..32_u32,
            has_places: bool,
        ) {
            let entry = |(place, comment, answer): (u32, u32, u8)| Entry {
                place: if has_places { place >> shift } else { 0 },
                comment: comment >> shift,
                answer: u32::from(answer),
            };
            let entries: Vec<Entry> = numbers.into_iter().map(entry).collect();
            let mut log = Log::new(has_places);
            for entry in &entries {
                log.push(*entry);
            }
            prop_assert_eq!(log.len(), entries.len() as u64);
            prop_assert!(log.iter().eq(entries));
        }
    }
}
