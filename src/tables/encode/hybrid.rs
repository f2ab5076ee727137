//! The hybrid of runs and packed bits in which Parquet writes levels and places in a dictionary.
//!
//! Not for reading: the crate `parquet` reads.

/// Values that are packed together.
const GROUP: usize = 8;

/// The bits that numbers up to `largest` need.
pub(super) fn width(largest: u32) -> u32 {
    u32::BITS - largest.leading_zeros()
}

/// Appends `values`, each below 2^`width`, to `out`: eight or more of the same as a run, others packed by eights.
pub(super) fn write<T: Copy + PartialEq + Into<u32>>(values: &[T], width: u32, out: &mut Vec<u8>) {
    let (mut at, mut literals) = (0, 0);
    while at < values.len() {
        let run = run_of(&values[at..]);
        if run >= GROUP {
            pack(&values[literals..at], width, out);
            varint((run as u64) << 1, out);
            let value: u32 = values[at].into();
            out.extend_from_slice(&value.to_le_bytes()[..width.div_ceil(8) as usize]);
            at += run;
            literals = at;
        } else {
            // Packed values come by eights but for the last ones, so a run may only begin where eight end.
            at = (at + GROUP).min(values.len());
        }
    }
    pack(&values[literals..], width, out);
}

/// How many of the first values are the same.
fn run_of<T: Copy + PartialEq>(values: &[T]) -> usize {
    let first = values[0];
    // Most runs end at once; only where the first eight are the same is the end looked for.
    let near = values.len().min(GROUP);
    match values[1..near].iter().position(|value| *value != first) {
        Some(at) => at + 1,
        None => near + values[near..].iter().take_while(|value| **value == first).count(),
    }
}

/// Values one after the other, lowest bit first; the last eight are filled up with zeros.
fn pack<T: Copy + Into<u32>>(values: &[T], width: u32, out: &mut Vec<u8>) {
    if values.is_empty() {
        return;
    }
    varint((values.len().div_ceil(GROUP) as u64) << 1 | 1, out);
    for group in values.chunks(GROUP) {
        if width <= 16 {
            let mut bits = 0_u128;
            for (at, value) in group.iter().enumerate() {
                bits |= u128::from((*value).into()) << (at as u32 * width);
            }
            out.extend_from_slice(&bits.to_le_bytes()[..width as usize]);
        } else {
            let (mut bits, mut held) = (0_u64, 0);
            for at in 0..GROUP {
                bits |= group.get(at).map_or(0, |value| u64::from((*value).into())) << held;
                held += width;
                while held >= 8 {
                    out.push(bits as u8);
                    bits >>= 8;
                    held -= 8;
                }
            }
        }
    }
}

/// A number of seven bits a byte, lowest first.
fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the format's description says, value by value.
    fn read(bytes: &[u8], width: u32, count: usize) -> Vec<u32> {
        let (mut at, mut values) = (0, Vec::new());
        while values.len() < count {
            let (mut header, mut shift) = (0_u64, 0);
            loop {
                header |= u64::from(bytes[at] & 0x7f) << shift;
                shift += 7;
                at += 1;
                if bytes[at - 1] < 0x80 {
                    break;
                }
            }
            let number = header >> 1;
            if header & 1 == 0 {
                let wide = width.div_ceil(8) as usize;
                let value = (0..wide).fold(0, |value, byte| value | u32::from(bytes[at + byte]) << (8 * byte));
                at += wide;
                values.extend(std::iter::repeat_n(value, number as usize));
            } else {
                let bit = |place: usize| u32::from(bytes[at + place / 8] >> (place % 8) & 1);
                for value in 0..number as usize * GROUP {
                    values.push((0..width).fold(0, |sum, of| sum | bit(value * width as usize + of as usize) << of));
                }
                at += number as usize * width as usize;
            }
        }
        assert_eq!(at, bytes.len());
        values.truncate(count);
        values
    }

    #[test]
    fn a_width_holds_the_largest() {
        for (largest, bits) in [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (255, 8), (256, 9), (u32::MAX, 32)] {
            assert_eq!(width(largest), bits);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_the_same(
            runs in prop::collection::vec((any::<u32>(), 1_usize..30), 0..30),
            largest in prop_oneof![Just(0_u32), 1_u32..4, 1_u32..70_000, Just(u32::MAX)],
        ) {
            let below = |value: u32| if largest == u32::MAX { value } else { value % (largest + 1) };
            let values: Vec<u32> = runs.iter().flat_map(|(value, len)| std::iter::repeat_n(below(*value), *len)).collect();
            let mut bytes = Vec::new();
            write(&values, width(largest), &mut bytes);
            prop_assert_eq!(read(&bytes, width(largest), values.len()), values);
        }
    }
}
