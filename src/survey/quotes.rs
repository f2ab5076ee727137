//! Whether a quoted field is open, by the rules of the `csv` crate, which takes in silence what a quote that is never closed swallows.
//!
//! Not for splitting: it only watches the bytes that the `csv` crate splits (`delimited`).

use std::sync::mpsc::Sender;

/// The state of the quotes after the bytes seen so far.
pub(super) struct Quotes {
    delimiter: u8,
    at: Within,
    byte: u64,
    line: u64,
    /// The line of the last quote that opened a field.
    opened: u64,
    /// Told of each byte after which a quoted field of several lines goes on behind its closing quote.
    torn: Sender<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    FieldStart,
    Plain,
    Quoted,
    /// Right after a quote inside a quoted field: a second one is text, anything else ends the quoting.
    QuoteInQuoted,
}

impl Quotes {
    pub(super) const fn new(delimiter: u8, torn: Sender<u64>) -> Self {
        Self { delimiter, at: Within::FieldStart, byte: 0, line: 1, opened: 1, torn }
    }

    /// Whether a quote is open.
    pub(super) fn is_open(&self) -> bool {
        self.at == Within::Quoted
    }

    /// The line of the last quote that opened a field, from 1.
    pub(super) const fn opened(&self) -> u64 {
        self.opened
    }

    pub(super) fn see(&mut self, bytes: &[u8]) {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            // Within a field most bytes change nothing.
            let next = match self.at {
                Within::Plain => memchr::memchr2(self.delimiter, b'\n', rest),
                Within::Quoted => memchr::memchr(b'"', rest),
                Within::FieldStart | Within::QuoteInQuoted => Some(0),
            };
            let passed = next.unwrap_or(rest.len());
            if self.at == Within::Quoted {
                self.line += memchr::memchr_iter(b'\n', &rest[..passed]).count() as u64;
            }
            self.byte += passed as u64;
            at += passed;
            if next.is_some() {
                self.see_one(bytes[at]);
                at += 1;
            }
        }
    }

    fn see_one(&mut self, byte: u8) {
        self.at = match (self.at, byte) {
            (Within::Quoted, b'"') => Within::QuoteInQuoted,
            (Within::Quoted, _) | (Within::QuoteInQuoted, b'"') => Within::Quoted,
            (Within::FieldStart, b'"') => {
                self.opened = self.line;
                Within::Quoted
            }
            (_, b'\n') => Within::FieldStart,
            (_, byte) if byte == self.delimiter => Within::FieldStart,
            (at, byte) => {
                // The CR of a line end follows a closing quote rightly.
                if at == Within::QuoteInQuoted && byte != b'\r' && self.line > self.opened {
                    // Nobody listens once the reader is gone.
                    let _ = self.torn.send(self.byte);
                }
                Within::Plain
            }
        };
        self.byte += 1;
        self.line += u64::from(byte == b'\n');
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Passing over what changes nothing comes to the same as looking at every byte, wherever the input is cut into pieces.
        #[test]
        fn looking_ahead_changes_nothing(text in "[a\",\n\r]{0,40}", cut in 0usize..40) {
            let (slow_torn, slow_found) = channel();
            let (torn, found) = channel();
            let (mut slow, mut quick) = (Quotes::new(b',', slow_torn), Quotes::new(b',', torn));
            for byte in text.bytes() {
                slow.see_one(byte);
            }
            let cut = cut.min(text.len());
            quick.see(&text.as_bytes()[..cut]);
            quick.see(&text.as_bytes()[cut..]);
            prop_assert!(slow.at == quick.at);
            prop_assert_eq!((slow.byte, slow.line, slow.opened), (quick.byte, quick.line, quick.opened));
            drop((slow, quick));
            prop_assert_eq!(slow_found.iter().collect::<Vec<_>>(), found.iter().collect::<Vec<_>>());
        }
    }
}
