//! Short lists of numbers, each kept once and known by its place: what comments say, combinations of segment values, scores.
//!
//! Not for what the numbers mean. A survey has hundreds of thousands of such lists, so they lie behind each other in one block of memory.

use hashbrown::HashTable;

/// Distinct lists of numbers, in the order in which they first came.
#[derive(Debug, Clone, Default)]
pub(super) struct Lists {
    numbers: Vec<u32>,
    /// By list: where it ends in `numbers`.
    ends: Vec<u32>,
    places: HashTable<u32>,
}

impl Lists {
    /// The place of this list, which is kept if it is new.
    pub(super) fn intern(&mut self, list: &[u32]) -> u32 {
        let key = hash(list);
        if let Some(at) = self.places.find(key, |at| slice(&self.numbers, &self.ends, *at) == list) {
            return *at;
        }
        let at = self.ends.len() as u32;
        self.numbers.extend_from_slice(list);
        self.ends.push(self.numbers.len() as u32);
        let Self { numbers, ends, places } = self;
        places.insert_unique(key, at, |at| hash(slice(numbers, ends, *at)));
        at
    }

    /// The list at a place that [`Lists::intern`] gave.
    pub(super) fn get(&self, at: u32) -> &[u32] {
        slice(&self.numbers, &self.ends, at)
    }

    /// How many lists there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// All of them, by place.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &[u32]> {
        (0..self.ends.len() as u32).map(|at| self.get(at))
    }
}

fn slice<'a>(numbers: &'a [u32], ends: &[u32], at: u32) -> &'a [u32] {
    let at = at as usize;
    let start = if at == 0 { 0 } else { ends[at - 1] };
    &numbers[start as usize..ends[at] as usize]
}

/// Quick, and spread well enough for a table in memory: nothing depends on its order.
fn hash(list: &[u32]) -> u64 {
    const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = list.iter().fold(list.len() as u64, |so_far, number| {
        (so_far.rotate_left(23) ^ u64::from(*number)).wrapping_mul(MULTIPLIER)
    });
    let mixed = (mixed ^ mixed >> 32).wrapping_mul(MULTIPLIER);
    mixed ^ mixed >> 29
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_list_is_kept_once(lists in prop::collection::vec(prop::collection::vec(0..4_u32, 0..4), 0..200)) {
            let mut kept = Lists::default();
            let mut known: Vec<Vec<u32>> = Vec::new();
            for list in &lists {
                let wanted = known.iter().position(|it| it == list).unwrap_or_else(|| {
                    known.push(list.clone());
                    known.len() - 1
                });
                prop_assert_eq!(kept.intern(list) as usize, wanted);
            }
            prop_assert_eq!(kept.len(), known.len());
            prop_assert!(kept.iter().eq(known.iter().map(Vec::as_slice)));
        }
    }
}
