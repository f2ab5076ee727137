//! Thrift's compact protocol, as far as it takes to see how large a Parquet file says to be before it is believed.
//!
//! Not for what the file says in full: the `parquet` crate reads that, and asks for as much memory as the file says.

/// What a value is, as the protocol numbers it.
pub(super) type Kind = u8;

pub(super) const BINARY: Kind = 8;
pub(super) const LIST: Kind = 9;
pub(super) const STRUCT: Kind = 12;

/// No value that Parquet has lies deeper.
const DEEPEST: usize = 32;

/// Bytes, and the place from which they are read on; whatever reads gives none where they end, or are none of Thrift's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thrift<'a> {
    bytes: &'a [u8],
    /// The place.
    pub(super) at: usize,
}

impl<'a> Thrift<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// An integer of 16, 32 or 64 bits.
    pub(super) fn integer(&mut self) -> Option<i64> {
        let written = self.varint()?;
        Some((written >> 1).cast_signed() ^ -(written & 1).cast_signed())
    }

    /// The kind and the number of the values of a list.
    pub(super) fn list(&mut self) -> Option<(Kind, u64)> {
        let head = self.byte()?;
        let length = match head >> 4 {
            15 => self.varint()?,
            short => u64::from(short),
        };
        Some((head & 0x0f, length))
    }

    /// Goes through the fields of a struct: `each` is given number and kind of every one, reads it or says `Some(false)`, in which case it is passed
    /// over.
    pub(super) fn fields(&mut self, mut each: impl FnMut(&mut Self, i64, Kind) -> Option<bool>) -> Option<()> {
        let mut number = 0_i64;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            number = match head >> 4 {
                0 => self.integer()?,
                step => number.checked_add(i64::from(step))?,
            };
            let kind = head & 0x0f;
            if !each(self, number, kind)? {
                self.pass(kind, DEEPEST)?;
            }
        }
    }

    /// Passes over a value of a field.
    fn pass(&mut self, kind: Kind, deepest: usize) -> Option<()> {
        let deepest = deepest.checked_sub(1)?;
        match kind {
            // A field's boolean is in its kind.
            1 | 2 => {}
            3 => self.at = self.at.checked_add(1)?,
            4..=6 => {
                self.varint()?;
            }
            7 => self.at = self.at.checked_add(8)?,
            BINARY => {
                let length = usize::try_from(self.varint()?).ok()?;
                self.at = self.at.checked_add(length)?;
            }
            LIST | 10 => {
                let (kind, length) = self.list()?;
                for _ in 0..length {
                    self.pass_element(kind, deepest)?;
                }
            }
            11 => {
                let length = self.varint()?;
                let kinds = if length == 0 { 0 } else { self.byte()? };
                for _ in 0..length {
                    self.pass_element(kinds >> 4, deepest)?;
                    self.pass_element(kinds & 0x0f, deepest)?;
                }
            }
            STRUCT => {
                loop {
                    let head = self.byte()?;
                    if head == 0 {
                        break;
                    }
                    // The number of the field, where it is no step.
                    if head >> 4 == 0 {
                        self.varint()?;
                    }
                    self.pass(head & 0x0f, deepest)?;
                }
            }
            13 => self.at = self.at.checked_add(16)?,
            _ => return None,
        }
        // A length may say more than there is.
        (self.at <= self.bytes.len()).then_some(())
    }

    /// Passes over a value of a list or a map, where a boolean has a byte of its own.
    fn pass_element(&mut self, kind: Kind, deepest: usize) -> Option<()> {
        self.pass(if matches!(kind, 1 | 2) { 3 } else { kind }, deepest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_read_and_all_else_is_passed_over() {
        // 1: true, 2: i32 -3, 4: "ab", 5: list of two i32, 6: struct with an i64, 8: map of one, 300: i32 200.
        let bytes =
            b"\x11\x15\x05\x28\x02ab\x19\x25\x02\x04\x1c\x16\x08\x00\x2b\x01\x85\x01x\x02\x05\xd8\x04\x90\x03\x00rest";
        let (mut thrift, mut seen) = (Thrift::new(bytes), Vec::new());
        let whole = thrift.fields(|thrift, number, kind| {
            let value = if kind == 5 { Some(thrift.integer()?) } else { None };
            seen.push((number, kind, value));
            Some(value.is_some())
        });
        assert_eq!(whole, Some(()));
        let wanted = [
            (1, 1, None),
            (2, 5, Some(-3)),
            (4, 8, None),
            (5, 9, None),
            (6, 12, None),
            (8, 11, None),
            (300, 5, Some(200)),
        ];
        assert_eq!(seen, wanted);
        assert_eq!(&bytes[thrift.at..], b"rest");
        // Cut off anywhere before its end, it says so.
        for end in 0..bytes.len() - 4 {
            assert_eq!(Thrift::new(&bytes[..end]).fields(|_, _, _| Some(false)), None, "{end}");
        }
    }

    #[test]
    fn no_length_and_no_depth_is_believed() {
        let deep = vec![0x1c; 1 << 20];
        let long = b"\x19\xf8\xff\xff\xff\xff\x0f";
        let far = b"\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
        for bytes in [&deep[..], long, far] {
            assert_eq!(Thrift::new(bytes).fields(|_, _, _| Some(false)), None);
        }
    }
}
