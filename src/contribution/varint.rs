//! Small numbers in few bytes: seven bits a byte, the lowest first; the high bit says that more follow.
//!
//! Not for what the numbers are.

/// The most bytes that a number takes.
pub(super) const LONGEST: usize = 5;

/// Appends a number.
pub(super) fn put(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Takes a number that [`put`] wrote; 0 where there is none.
pub(super) fn take(bytes: &mut std::slice::Iter<'_, u8>) -> u32 {
    let (mut number, mut shift) = (0, 0);
    for byte in bytes {
        number |= u32::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            break;
        }
        shift += 7;
    }
    number
}
