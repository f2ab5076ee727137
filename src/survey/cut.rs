//! Cuts text into pieces that end where a record ends: the one step of reading that has to go through the bytes in their order.
//!
//! Not for what is in a record (`records`, `jsonl`): all that is looked at here is quotes and line ends.

use std::io;

use super::records::line_feeds;
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
    /// A record behind the text that is too long to be handed out; the next piece starts behind it.
    pub(super) over: Option<Over>,
    /// Why no record follows, though the source has not ended: the bytes cannot be read.
    pub(super) broken: Option<io::Error>,
}

/// A record that is longer than the limit, of which no more than its start is kept.
#[derive(Debug)]
pub(super) struct Over {
    /// As many of its bytes as a record may have.
    pub(super) start: Vec<u8>,
    /// How many bytes it has, with its line end.
    bytes: u64,
    /// LF in it, with that at its end.
    pub(super) line_feeds: u64,
    /// Whether it ends where no quote is open; a source may end before that.
    pub(super) is_closed: bool,
}

/// Takes pieces off the front of a text.
pub(super) struct Cutter {
    bytes: Bytes,
    ends: Ends,
    /// The longest record that is handed out, in bytes.
    longest: usize,
    /// What is read and not yet handed out; starts where a record starts.
    rest: Vec<u8>,
    /// Where `rest` starts in the source's UTF-8 form.
    byte: u64,
    is_over: bool,
}

impl Cutter {
    /// Cuts what is read from `bytes`, whose first byte is the source's byte `start`, into records of at most so many bytes.
    pub(super) fn new(bytes: Bytes, ends: Ends, start: u64, longest: u64) -> Self {
        let longest = usize::try_from(longest).unwrap_or(usize::MAX);
        Self { bytes, ends, longest, rest: Vec::new(), byte: start, is_over: false }
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
        let (mut broken, mut over) = (None, None);
        while !self.is_over {
            broken = self.fill(&mut text, wanted).err();
            self.is_over = broken.is_some() || text.len() < wanted;
            seen.look(&text, self.ends, self.is_over, Wanted::Last);
            if seen.end > 0 {
                break;
            }
            if broken.is_none() && text.len() > self.longest {
                (over, broken) = self.pass(&mut text, seen);
                break;
            }
            wanted = 2 * text.len().max(size);
        }
        // What cannot be read further, or is no record, is not handed out; the end of the source ends its last record.
        if over.is_none() && (!self.is_over || broken.is_some()) {
            self.rest.extend_from_slice(&text[seen.end..]);
            text.truncate(seen.end);
        }
        let byte = self.byte;
        self.byte += text.len() as u64 + over.as_ref().map_or(0, |over| over.bytes);
        let is_some = !text.is_empty() || over.is_some() || broken.is_some();
        is_some.then_some(Piece { text, byte, over, broken })
    }

    /// Goes over a record that is too long, of which `text` is the start and `seen` what is known of it, keeping as much as a record may
    /// have; leaves the text empty, and what stands behind the record in `rest`.
    fn pass(&mut self, text: &mut Vec<u8>, mut seen: Seen) -> (Option<Over>, Option<io::Error>) {
        let mut over = Over { start: text[..self.longest].to_vec(), bytes: 0, line_feeds: 0, is_closed: true };
        loop {
            seen.look(text, self.ends, self.is_over, Wanted::First);
            // The byte before the next one that is looked at says whether a quote opens a field.
            let passed = match seen.end {
                0 if self.is_over => text.len(),
                0 => seen.upto.saturating_sub(1),
                end => end,
            };
            over.bytes += passed as u64;
            over.line_feeds += line_feeds(&text[..passed]);
            text.drain(..passed);
            if seen.end > 0 || self.is_over {
                over.is_closed = !seen.quoted;
                // What stands behind it is yet to be handed out.
                self.is_over = false;
                self.rest = std::mem::take(text);
                return (Some(over), None);
            }
            seen.upto -= passed;
            let wanted = text.len() + PASSED;
            if let Err(error) = self.fill(text, wanted) {
                self.is_over = true;
                text.clear();
                return (None, Some(error));
            }
            self.is_over = text.len() < wanted;
        }
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

/// Bytes of a record that is too long that are gone over at a time.
const PASSED: usize = 1024 * 1024;

/// Which end of a record is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    First,
    Last,
}

impl Wanted {
    /// Where behind this byte, and before that one, the line ends behind which records end.
    fn line_end(self, text: &[u8], from: usize, to: usize) -> Option<usize> {
        let found = match self {
            Self::First => memchr::memchr(b'\n', &text[from..to]),
            Self::Last => memchr::memrchr(b'\n', &text[from..to]),
        };
        found.map(|at| from + at + 1)
    }
}

/// What is known of the records of a text that starts where one starts.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Seen {
    /// All before this byte is looked at.
    upto: usize,
    /// Whether a quoted field is open there.
    quoted: bool,
    /// Where the last whole record ends, or the first one; 0 where none does.
    end: usize,
}

impl Seen {
    /// Looks at the rest of the text, of which more may follow unless it is `whole`.
    ///
    /// Only quotes are stopped at. A quote opens a field where a field starts: behind a delimiter, behind a LF, or first of all.
    /// Elsewhere outside it is text. Inside, one that a second one follows is text, and any other closes: what follows then is outside,
    /// whatever it is. So outside and inside are told by the byte before a quote and the byte behind it, and a LF outside ends a record.
    fn look(&mut self, text: &[u8], ends: Ends, whole: bool, wanted: Wanted) {
        let Ends::Outside { delimiter, .. } = ends else {
            self.end = wanted.line_end(text, self.upto, text.len()).unwrap_or(self.end);
            self.upto = text.len();
            return;
        };
        loop {
            let found = memchr::memchr(b'"', &text[self.upto..]).map(|at| self.upto + at);
            let passed = found.unwrap_or(text.len());
            if !self.quoted {
                self.end = wanted.line_end(text, self.upto, passed).unwrap_or(self.end);
                if self.end > 0 && wanted == Wanted::First {
                    return;
                }
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
        let mut cutter = Cutter::new(Box::new(Cursor::new(text.to_vec())), ends, 3, u64::MAX);
        let mut pieces: Vec<Vec<u8>> = Vec::new();
        let mut buffer = Vec::new();
        while let Some(piece) = cutter.next(size, buffer) {
            assert!(piece.broken.is_none() && piece.over.is_none());
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

        /// Every record comes, whole where it is short enough; of a longer one its start, its length and its lines.
        #[test]
        fn records_that_are_too_long_are_told_of(text in "[a\",\n]{0,80}", size in 1usize..20, longest in 1usize..20) {
            let text = text.as_bytes();
            let mut ends = ends_slowly(text);
            if ends.last() != Some(&text.len()) && !text.is_empty() {
                ends.push(text.len());
            }
            let starts = [0].into_iter().chain(ends.iter().copied());
            let records: Vec<&[u8]> = starts.zip(&ends).map(|(from, to)| &text[from..*to]).collect();
            let mut cutter = Cutter::new(Box::new(Cursor::new(text.to_vec())), CSV, 0, longest as u64);
            let (mut next, mut byte) = (0, 0);
            while let Some(piece) = cutter.next(size, Vec::new()) {
                prop_assert!(piece.broken.is_none());
                prop_assert_eq!(piece.byte as usize, byte);
                let end = byte + piece.text.len();
                while byte < end {
                    byte += records[next].len();
                    next += 1;
                }
                prop_assert_eq!(byte, end);
                if let Some(over) = piece.over {
                    let record = records[next];
                    prop_assert!(record.len() > longest);
                    prop_assert_eq!(over.start, &record[..longest]);
                    prop_assert_eq!((over.bytes as usize, over.line_feeds), (record.len(), line_feeds(record)));
                    // A LF that is put behind it ends it, or is held by its quote.
                    let longer = [record, b"\n"].concat();
                    prop_assert_eq!(over.is_closed, record.ends_with(b"\n") && next + 1 < records.len() || ends_slowly(&longer).last() == Some(&longer.len()));
                    byte += record.len();
                    next += 1;
                }
            }
            prop_assert_eq!(next, records.len());
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
        let bytes = Box::new(Cursor::new(b"a\nb".to_vec()).chain(Failing));
        let mut cutter = Cutter::new(bytes, CSV, 0, u64::MAX);
        let piece = cutter.next(100, Vec::new()).unwrap();
        assert_eq!(piece.text, b"a\n");
        assert!(piece.broken.is_some());
        assert!(cutter.next(100, Vec::new()).is_none());
    }

    #[test]
    fn no_more_is_held_of_a_long_record_than_a_record_may_have() {
        let start = b"a\nb\n\"".to_vec();
        let end = b"\"\nc\n".to_vec();
        let long = io::repeat(b'x').take(200 << 20);
        let bytes = Box::new(Cursor::new(start).chain(long).chain(Cursor::new(end)));
        let mut cutter = Cutter::new(bytes, CSV, 0, 1 << 20);
        let mut pieces = Vec::new();
        while let Some(piece) = cutter.next(1 << 16, Vec::new()) {
            assert!(piece.text.capacity() <= 8 << 20, "{}", piece.text.capacity());
            let over = piece.over.map(|over| (over.start.len(), over.bytes, over.line_feeds, over.is_closed));
            pieces.push((String::from_utf8(piece.text).unwrap(), over));
        }
        let over = Some((1 << 20, (200 << 20) + 3, 1, true));
        assert_eq!(pieces, [("a\nb\n".to_owned(), None), (String::new(), over), ("c\n".to_owned(), None)]);
    }
}
