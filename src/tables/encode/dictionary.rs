//! Dictionaries of a column: each value that occurs has a place, in the order in which values come first.
//!
//! Not for which value a row has: `coded` keeps the places.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Finds the place of a value, which is new or was there.
pub(in super::super) trait Dictionary {
    /// What a value is known by.
    type Key;

    /// The place of this value.
    fn place(&mut self, key: Self::Key) -> u32;
}

/// Numbers below this are looked up in a table.
const DIRECT: usize = 1 << 16;
/// A number that has no place yet.
const NONE: u32 = u32::MAX;

/// Values known by a number: drivers, terms, rules, offsets.
#[derive(Default)]
pub(in super::super) struct ByNumber {
    /// The place of each small number.
    direct: Vec<u32>,
    far: HashMap<u32, u32, Quick>,
    numbers: Vec<u32>,
}

impl ByNumber {
    /// The numbers that occur, by place.
    pub(in super::super) fn numbers(&self) -> &[u32] {
        &self.numbers
    }
}

impl Dictionary for ByNumber {
    type Key = u32;

    fn place(&mut self, number: u32) -> u32 {
        let (at, next) = (number as usize, self.numbers.len() as u32);
        let place = if at < DIRECT {
            if at >= self.direct.len() {
                self.direct.resize((at + 1).next_power_of_two(), NONE);
            }
            &mut self.direct[at]
        } else {
            self.far.entry(number).or_insert(NONE)
        };
        if *place == NONE {
            *place = next;
            self.numbers.push(number);
        }
        *place
    }
}

/// Values known by their own bytes.
#[derive(Default)]
pub(in super::super) struct ByText<'a> {
    places: HashMap<&'a [u8], u32, Quick>,
    texts: Vec<&'a [u8]>,
}

impl<'a> ByText<'a> {
    /// The texts that occur, by place.
    pub(in super::super) fn texts(&self) -> &[&'a [u8]] {
        &self.texts
    }
}

impl<'a> Dictionary for ByText<'a> {
    type Key = &'a [u8];

    fn place(&mut self, text: &'a [u8]) -> u32 {
        let Self { places, texts } = self;
        *places.entry(text).or_insert_with(|| {
            texts.push(text);
            texts.len() as u32 - 1
        })
    }
}

/// Floating numbers, known by their bits.
#[derive(Default)]
pub(in super::super) struct ByBits {
    places: HashMap<u64, u32, Quick>,
    numbers: Vec<f64>,
}

impl ByBits {
    /// The numbers that occur, by place.
    pub(in super::super) fn numbers(&self) -> &[f64] {
        &self.numbers
    }
}

impl Dictionary for ByBits {
    type Key = f64;

    fn place(&mut self, number: f64) -> u32 {
        let Self { places, numbers } = self;
        *places.entry(number.to_bits()).or_insert_with(|| {
            numbers.push(number);
            numbers.len() as u32 - 1
        })
    }
}

/// A quick hash. Nothing depends on its order, and nobody gains by making its values meet: a row group has few.
type Quick = BuildHasherDefault<Folding>;

/// Eight bytes at a time, multiplied to 128 bits whose halves are folded.
#[derive(Default)]
struct Folding(u64);

impl Folding {
    fn fold(&mut self, word: u64) {
        // An odd number without pattern: the golden ratio's digits.
        let product = u128::from(self.0 ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
        self.0 = (product >> 64) as u64 ^ product as u64;
    }
}

impl Hasher for Folding {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.fold(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.fold(u64::from_le_bytes(last) ^ (bytes.len() as u64) << 56);
    }

    fn write_u32(&mut self, number: u32) {
        self.fold(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.fold(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.fold(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The least and the largest of a column's values, as far as readers may skip by them.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Bounds {
    None,
    Text(Vec<u8>, Vec<u8>),
    Integer(i32, i32),
    Double(f64, f64),
}

/// Longer texts are no bounds: they would only make the footer larger.
const LONGEST_BOUND: usize = 64;

/// A dictionary as it is written.
pub(in super::super) struct Entries {
    pub(super) page: Vec<u8>,
    pub(super) count: usize,
    pub(super) bounds: Bounds,
}

impl Entries {
    /// Of texts.
    pub(in super::super) fn texts<'t>(texts: impl Iterator<Item = &'t [u8]> + Clone) -> Self {
        let (mut page, mut count) = (Vec::new(), 0);
        for text in texts.clone() {
            page.extend_from_slice(&(text.len() as u32).to_le_bytes());
            page.extend_from_slice(text);
            count += 1;
        }
        let bounds = match (texts.clone().min(), texts.max()) {
            (Some(least), Some(most)) if least.len() <= LONGEST_BOUND && most.len() <= LONGEST_BOUND => {
                Bounds::Text(least.to_vec(), most.to_vec())
            }
            _ => Bounds::None,
        };
        Self { page, count, bounds }
    }

    /// Of whole numbers from 0.
    pub(in super::super) fn naturals(numbers: &[u32]) -> Self {
        let bounds = (numbers.iter().min(), numbers.iter().max());
        Self::integers(numbers, bounds)
    }

    /// Of days, whose numbers are those of `i32` by their bits.
    pub(in super::super) fn days(numbers: &[u32]) -> Self {
        let signed = |number: &&u32| number.cast_signed();
        let bounds = (numbers.iter().min_by_key(signed), numbers.iter().max_by_key(signed));
        Self::integers(numbers, bounds)
    }

    fn integers(numbers: &[u32], bounds: (Option<&u32>, Option<&u32>)) -> Self {
        let page = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        let bounds = match bounds {
            (Some(least), Some(most)) => Bounds::Integer(least.cast_signed(), most.cast_signed()),
            _ => Bounds::None,
        };
        Self { page, count: numbers.len(), bounds }
    }

    /// Of floating numbers.
    pub(in super::super) fn doubles(numbers: &[f64]) -> Self {
        let page = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        let mut bounds = Bounds::None;
        for number in numbers {
            // The format asks for the zero below and the zero above, because the two are equal; a number that is none has no order.
            let (least, most) = if *number == 0.0 { (-0.0, 0.0) } else { (*number, *number) };
            bounds = match bounds {
                _ if number.is_nan() => return Self { page, count: numbers.len(), bounds: Bounds::None },
                Bounds::Double(below, above) => Bounds::Double(below.min(least), above.max(most)),
                _ => Bounds::Double(least, most),
            };
        }
        Self { page, count: numbers.len(), bounds }
    }
}
