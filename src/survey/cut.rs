//! Cuts text into pieces that end where a record ends: the one step of reading that has to go through the bytes in their order.
//!
//! Not for what is in a record (`records`, `jsonl`): all that is looked at here is quotes and line ends.

use std::io;

use super::rows::MAX_ROW;
use super::source::Bytes;

/// What ends a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// A LF that no quote holds, in text whose fields this byte separates.
    Outside {
        /// The byte between fields.
        delimiter: u8,
        /// Whether CR stands for LF.
        bare_cr: bool,
    },
    /// Any LF.
    Lines,
}

/// Whole records of one source.
#[derive(Debug)]
pub(super) struct Piece {
    /// The records: starts where one starts, and ends where one ends; the last one of a source may lack its line end.
    pub(super) text: Vec<u8>,
    /// Where the text starts in the source's UTF-8 form.
    pub(super) byte: u64,
    /// What stands behind the text instead of a record.
    pub(super) broken: Option<Broken>,
}

/// Why no record follows, though the source has not ended.
#[derive(Debug)]
pub(super) enum Broken {
    /// The next record is longer than [`MAX_ROW`].
    TooLong,
    /// The bytes cannot be read.
    Unreadable(io::Error),
}

/// Takes pieces off the front of a text.
pub(super) struct Cutter {
    bytes: Bytes,
    ends: Ends,
    /// What is read and not yet handed out; starts where a record starts.
    rest: Vec<u8>,
    /// Where `rest` starts in the source's UTF-8 form.
    byte: u64,
    is_over: bool,
}

impl Cutter {
    /// Cuts what is read from `bytes`, whose first byte is the source's byte `start`.
    pub(super) fn new(bytes: Bytes, ends: Ends, start: u64) -> Self {
        Self { bytes, ends, rest: Vec::new(), byte: start, is_over: false }
    }

    /// The next piece, of about `size` bytes, or more where one record has more; `None` at the end. `buffer` is written over, so that
    /// its memory is used again.
    pub(super) fn next(&mut self, size: usize, buffer: Vec<u8>) -> Option<Piece> {
        if self.is_over {
            return None;
        }
        let mut text = buffer;
        text.clear();
        text.append(&mut self.rest);
        let mut seen = Seen::default();
        let mut wanted = size.max(1);
        let mut broken = None;
        while !self.is_over {
            broken = self.fill(&mut text, wanted).err().map(Broken::Unreadable);
            self.is_over = broken.is_some() || text.len() < wanted;
            seen.look(&text, self.ends, self.is_over);
            if seen.end > 0 {
                break;
            }
            if broken.is_none() && text.len() as u64 > MAX_ROW {
                broken = Some(Broken::TooLong);
                self.is_over = true;
            }
            wanted = 2 * text.len().max(size);
        }
        // What cannot be read further, or is no record, is not handed out; the end of the source ends its last record.
        if !self.is_over || broken.is_some() {
            self.rest.extend_from_slice(&text[seen.end..]);
            text.truncate(seen.end);
        }
        let byte = self.byte;
        self.byte += text.len() as u64;
        (!text.is_empty() || broken.is_some()).then_some(Piece { text, byte, broken })
    }

    /// Reads until the text has so many bytes, or to the end.
    fn fill(&mut self, text: &mut Vec<u8>, wanted: usize) -> io::Result<()> {
        let mut filled = text.len();
        text.resize(wanted.max(filled), 0);
        let outcome = loop {
            if filled == text.len() {
                break Ok(());
            }
            match self.bytes.read(&mut text[filled..]) {
                Ok(0) => break Ok(()),
                Ok(read) => {
                    if matches!(self.ends, Ends::Outside { bare_cr: true, .. }) {
                        // One byte for one byte, so that positions hold.
                        text[filled..filled + read].iter_mut().filter(|b| **b == b'\r').for_each(|b| *b = b'\n');
                    }
                    filled += read;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        text.truncate(filled);
        outcome
    }
}

/// What is known of the records of a text that starts where one starts.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Seen {
    /// All before this byte is looked at.
    upto: usize,
    /// Whether a quoted field is open there.
    quoted: bool,
    /// Where the last whole record ends; 0 where none does.
    end: usize,
}

impl Seen {
    /// Looks at the rest of the text, of which more may follow unless it is `whole`.
    ///
    /// Only quotes are stopped at. A quote opens a field where a field starts: behind a delimiter, behind a LF, or first of all.
    /// Elsewhere outside it is text. Inside, one that a second one follows is text, and any other closes: what follows then is outside,
    /// whatever it is. So outside and inside are told by the byte before a quote and the byte behind it, and a LF outside ends a record.
    fn look(&mut self, text: &[u8], ends: Ends, whole: bool) {
        let Ends::Outside { delimiter, .. } = ends else {
            self.end = memchr::memrchr(b'\n', &text[self.upto..]).map_or(self.end, |at| self.upto + at + 1);
            self.upto = text.len();
            return;
        };
        loop {
            let found = memchr::memchr(b'"', &text[self.upto..]).map(|at| self.upto + at);
            let passed = found.unwrap_or(text.len());
            if !self.quoted {
                self.end = memchr::memrchr(b'\n', &text[self.upto..passed]).map_or(self.end, |at| self.upto + at + 1);
            }
            self.upto = passed;
            let Some(quote) = found else { return };
            if !self.quoted {
                self.quoted = quote == 0 || text[quote - 1] == b'\n' || text[quote - 1] == delimiter;
                self.upto += 1;
                continue;
            }
            match text.get(quote + 1) {
                Some(b'"') => self.upto += 2,
                // Whether a second quote follows is not yet read.
                None if !whole => return,
                _ => {
                    self.quoted = false;
                    self.upto += 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use proptest::prelude::*;

    use super::*;

    const CSV: Ends = Ends::Outside { delimiter: b',', bare_cr: false };

    fn pieces(text: &[u8], ends: Ends, size: usize) -> Vec<Vec<u8>> {
        let mut cutter = Cutter::new(Box::new(Cursor::new(text.to_vec())), ends, 3);
        let mut pieces: Vec<Vec<u8>> = Vec::new();
        let mut buffer = Vec::new();
        while let Some(piece) = cutter.next(size, buffer) {
            assert!(piece.broken.is_none());
            assert_eq!(piece.byte, 3 + pieces.iter().map(|piece| piece.len() as u64).sum::<u64>());
            pieces.push(piece.text.clone());
            buffer = piece.text;
        }
        pieces
    }

    /// Where records end, by every byte of the automaton.
    fn ends_slowly(text: &[u8]) -> Vec<usize> {
        #[derive(PartialEq)]
        enum Within {
            Start,
            Plain,
            Quoted,
            Quote,
        }
        let (mut at, mut ends) = (Within::Start, Vec::new());
        for (place, byte) in text.iter().enumerate() {
            at = match (at, byte) {
                (Within::Quoted, b'"') => Within::Quote,
                (Within::Start | Within::Quote, b'"') | (Within::Quoted, _) => Within::Quoted,
                (_, b'\n') => {
                    ends.push(place + 1);
                    Within::Start
                }
                (_, b',') => Within::Start,
                _ => Within::Plain,
            };
        }
        ends
    }

    proptest! {
        /// Every piece ends at a record's end, nothing is lost, and where pieces are as small as can be, every end is one.
        #[test]
        fn pieces_end_where_records_end(text in "[a\",\n\r]{0,60}", size in 1usize..20) {
            let ends = ends_slowly(text.as_bytes());
            for size in [1, size] {
                let pieces = pieces(text.as_bytes(), CSV, size);
                prop_assert_eq!(pieces.concat(), text.as_bytes());
                let mut at = 0;
                let mut found: Vec<usize> = pieces.iter().map(|piece| { at += piece.len(); at }).collect();
                // The last piece ends at the end of the text, wherever that is.
                found.pop_if(|last| *last == text.len());
                prop_assert!(found.iter().all(|end| ends.contains(end)), "{:?} of {:?}", found, ends);
            }
            let lines = pieces(text.as_bytes(), Ends::Lines, size);
            prop_assert_eq!(lines.concat(), text.as_bytes());
            prop_assert!(lines.iter().rev().skip(1).all(|piece| piece.ends_with(b"\n")));
        }
    }

    #[test]
    fn a_bare_cr_is_a_line_end_where_the_source_has_no_other() {
        let mac = Ends::Outside { delimiter: b',', bare_cr: true };
        assert_eq!(pieces(b"a,b\r1,2\r3,4", mac, 1), [&b"a,b\n"[..], b"1,2\n", b"3,4"]);
    }

    struct Failing;

    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }

    #[test]
    fn what_is_no_record_is_not_handed_out() {
        let mut text = b"a\nb\n\"".to_vec();
        text.resize(text.len() + MAX_ROW as usize + 1, b'x');
        for size in [1, 1 << 20] {
            let mut cutter = Cutter::new(Box::new(Cursor::new(text.clone())), CSV, 0);
            let (mut whole, mut broken) = (Vec::new(), None);
            while let Some(piece) = cutter.next(size, Vec::new()) {
                whole.extend(piece.text);
                broken = piece.broken;
            }
            assert_eq!(whole, b"a\nb\n");
            assert!(matches!(broken, Some(Broken::TooLong)), "{broken:?}");
        }
        let bytes = Box::new(Cursor::new(b"a\nb".to_vec()).chain(Failing));
        let mut cutter = Cutter::new(bytes, CSV, 0);
        let piece = cutter.next(100, Vec::new()).unwrap();
        assert_eq!(piece.text, b"a\n");
        assert!(matches!(piece.broken, Some(Broken::Unreadable(_))));
        assert!(cutter.next(100, Vec::new()).is_none());
    }
}
