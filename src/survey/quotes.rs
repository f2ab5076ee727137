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
        for byte in bytes {
            self.at = match (self.at, *byte) {
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
            self.line += u64::from(*byte == b'\n');
        }
    }
}
