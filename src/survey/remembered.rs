//! What short values were read as, for columns in which the same few come again and again: scores, days, weights.
//!
//! Not for what a value means: a value that is not remembered is read as if nothing were.

/// Places; a value has one of them, and takes it from the value that had it before.
const PLACES: usize = 1024;
/// The longest value that is remembered, in bytes.
const LONGEST: usize = 15;

/// What the last values were read as.
#[derive(Debug)]
pub(super) struct Remembered<V> {
    places: Vec<Option<(u128, V)>>,
}

impl<V: Copy> Remembered<V> {
    /// Remembers nothing yet; nothing at all where the column is not there.
    pub(super) fn new(is_there: bool) -> Self {
        Self { places: vec![None; if is_there { PLACES } else { 0 }] }
    }

    /// What `read` makes of the value, which must depend on the value alone.
    pub(super) fn get(&mut self, value: &str, read: impl FnOnce(&str) -> V) -> V {
        let Some(key) = key(value) else { return read(value) };
        let Some(place) = self.places.get_mut(place(key)) else { return read(value) };
        match place {
            Some((held, meaning)) if *held == key => *meaning,
            _ => place.insert((key, read(value))).1,
        }
    }
}

/// A number of its own for each value that is short enough: its bytes and its length.
fn key(value: &str) -> Option<u128> {
    let mut bytes = [0; LONGEST + 1];
    bytes[..LONGEST].get_mut(..value.len())?.copy_from_slice(value.as_bytes());
    bytes[LONGEST] = value.len() as u8;
    Some(u128::from_le_bytes(bytes))
}

fn place(key: u128) -> usize {
    // Fibonacci hashing: the upper bits of a product with 2⁶⁴ by the golden ratio.
    let folded = (key as u64 ^ (key >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (folded >> 54) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Whatever came before, a value is read as if it were the first.
        #[test]
        fn nothing_is_mistaken_for_another(values in prop::collection::vec("[0-9\u{0}好]{0,7}|[a-z0-9-]{10,20}", 0..600)) {
            let mut remembered = Remembered::new(true);
            for value in &values {
                let read = |value: &str| value.bytes().fold(value.len() as u64, |sum, byte| 31 * (sum % (1 << 50)) + u64::from(byte));
                prop_assert_eq!(remembered.get(value, read), read(value));
            }
        }
    }

    #[test]
    fn a_value_is_read_once() {
        let mut remembered = Remembered::new(true);
        assert_eq!(remembered.get("2026-06-03", |_| 1), 1);
        assert_eq!(remembered.get("2026-06-03", |_| 2), 1);
        assert_eq!(remembered.get("2026-06-03T08:30", |_| 3), 3);
        assert_eq!(Remembered::new(false).get("7", |_| 4), 4);
    }
}
