//! Text encodings: telling in which one bytes are, and reading them as UTF-8.
//!
//! Not for tables and records: what is told apart here is bytes, whatever format they hold.

use std::fmt;
use std::io::{self, Read};

use encoding_rs::{BIG5, CoderResult, Decoder, GB18030, WINDOWS_1252};
use serde::{Serialize, Serializer};

use super::frequent;
use crate::error::{Error, ErrorKind, Result};

/// A text encoding of the WHATWG standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// UTF-8.
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);
    /// GB 18030, which holds GBK and GB 2312.
    pub const GB18030: Self = Self(GB18030);
    /// Big5, with the Hong Kong characters.
    pub const BIG5: Self = Self(BIG5);
    /// Windows-1252, which holds Latin-1.
    pub const WINDOWS_1252: Self = Self(WINDOWS_1252);
    /// UTF-16, lowest byte first.
    pub const UTF_16LE: Self = Self(encoding_rs::UTF_16LE);
    /// UTF-16, highest byte first.
    pub const UTF_16BE: Self = Self(encoding_rs::UTF_16BE);

    /// The encoding that a label such as `gbk`, `gb18030`, `big5`, `latin1` or `utf-8` names; code `unknown_encoding`.
    pub fn parse(label: &str) -> Result<Self> {
        encoding_rs::Encoding::for_label(label.as_bytes()).map(Self).ok_or_else(|| {
            Error::new(ErrorKind::Usage, "unknown_encoding", format!("`{label}` is not a known encoding"))
                .help("Use `--encoding utf-8`, `gb18030`, `big5`, `windows-1252`, `utf-16le` or `utf-16be`.")
        })
    }

    /// Its name in the standard, such as `GBK` or `UTF-8`.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The encoding of the byte order mark at the start of the bytes, and the mark's length in bytes.
    pub fn of_mark(start: &[u8]) -> Option<(Self, usize)> {
        encoding_rs::Encoding::for_bom(start).map(|(encoding, length)| (Self(encoding), length))
    }

    /// UTF-16 where the start of an input has no byte order mark and is that all the same, which can be told by ASCII: marks between
    /// fields and line ends, at the least, that every table has. `None` where the bytes are anything else.
    pub(super) fn of_pairs(start: &[u8]) -> Option<Self> {
        let pairs = start.as_chunks::<2>().0;
        let printed = |byte: &u8| (0x20..0x7f).contains(byte);
        // Two characters of ASCII are seldom one of another script, and most of a text never.
        if pairs.iter().filter(|pair| pair.iter().all(printed)).count() * 2 > pairs.len() {
            return None;
        }
        let ascii = |order: fn([u8; 2]) -> u16| {
            let (mut ascii, mut line_ends, mut private) = (0, 0, 0);
            for pair in pairs {
                match order(*pair) {
                    0x0a | 0x0d => line_ends += 1,
                    0x09 | 0x20..=0x7e => ascii += 1,
                    // No text has these, and what is read in the wrong order does.
                    ..=0x1f | 0x7f | 0xfffe | 0xffff => return None,
                    // Chinese in UTF-8 has a third of these.
                    0xe000..=0xf8ff => private += 1,
                    _ => {}
                }
            }
            let all = ascii + line_ends;
            (line_ends > 0 && all >= 4 && all * 50 >= pairs.len() && private * 50 <= pairs.len()).then_some(all)
        };
        match (ascii(u16::from_le_bytes), ascii(u16::from_be_bytes)) {
            (Some(low), high) if high.is_none_or(|high| low > 4 * high) => Some(Self::UTF_16LE),
            (low, Some(high)) if low.is_none_or(|low| high > 4 * low) => Some(Self::UTF_16BE),
            _ => None,
        }
    }

    /// Whether the start of an input has the byte order mark of UTF-32, of which that of UTF-16 is the front.
    pub(super) fn is_utf_32(start: &[u8]) -> bool {
        start.starts_with(b"\xff\xfe\0\0") || start.starts_with(b"\0\0\xfe\xff")
    }

    /// The encoding in which bytes that are not UTF-8 make the most plausible text; `None` where two are about as plausible, or
    /// none is.
    pub(super) fn plausible(bytes: &[u8]) -> Option<Self> {
        let mut judged = [Self::GB18030, Self::BIG5, Self::WINDOWS_1252].map(|encoding| {
            let text = encoding.0.decode_without_bom_handling(bytes).0;
            let plausible =
                if encoding == Self::WINDOWS_1252 { frequent::western(&text) } else { frequent::chinese(&text) };
            (plausible, encoding)
        });
        judged.sort_by(|a, b| b.0.total_cmp(&a.0));
        (judged[0].0 >= PLAUSIBLE && judged[0].0 - judged[1].0 >= MARGIN).then_some(judged[0].1)
    }
}

/// The least plausibility at which bytes are read in an encoding. Real Chinese text has 0.5 to 0.8, a wrong decoding below 0.15.
const PLAUSIBLE: f64 = 0.3;
/// The least distance to the next encoding.
const MARGIN: f64 = 0.15;

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Encoding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Whether bytes that come in pieces are UTF-8.
#[derive(Debug, Default)]
pub(super) struct Utf8Check {
    /// A character that the last piece cut in two: its first 1 to 3 bytes.
    cut: Vec<u8>,
    invalid: bool,
}

impl Utf8Check {
    /// Takes the next piece.
    pub(super) fn push(&mut self, piece: &[u8]) {
        if self.invalid {
            return;
        }
        let mut piece = piece;
        while !self.cut.is_empty() && !piece.is_empty() {
            self.cut.push(piece[0]);
            piece = &piece[1..];
            match std::str::from_utf8(&self.cut) {
                Ok(_) => self.cut.clear(),
                Err(error) if error.error_len().is_some() => return self.invalid = true,
                Err(_) => {}
            }
        }
        if let Err(error) = simdutf8::compat::from_utf8(piece) {
            match error.error_len() {
                None => self.cut.extend_from_slice(&piece[error.valid_up_to()..]),
                Some(_) => self.invalid = true,
            }
        }
    }

    /// Whether all pieces together are UTF-8.
    pub(super) fn valid(&self) -> bool {
        !self.invalid && self.cut.is_empty()
    }
}

/// How far bytes are from UTF-8: sequences of more than one byte that are, and sequences that are not.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nearness {
    /// Characters of two to four bytes.
    pub(super) valid: u64,
    /// Sequences that are not UTF-8.
    pub(super) invalid: u64,
}

impl Nearness {
    /// Counts one piece, which should end where a line does.
    pub(super) fn push(&mut self, piece: &[u8]) {
        for chunk in piece.utf8_chunks() {
            self.valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count() as u64;
            self.invalid += u64::from(!chunk.invalid().is_empty());
        }
    }

    /// Whether so few sequences are invalid (at most 1 % of all beyond ASCII) that the bytes are UTF-8 with some damage.
    pub(super) fn is_near(self) -> bool {
        self.valid > 0 && self.invalid * 100 <= self.valid + self.invalid
    }
}

/// Reads bytes of any encoding as UTF-8; what is malformed becomes U+FFFD.
pub(super) struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    raw_end: usize,
    /// Decoded text, so that callers may read less than a character at a time.
    text: Vec<u8>,
    text_at: usize,
    text_end: usize,
    done: bool,
}

/// Bytes that are read, and bytes that are decoded, at a time.
const PIECE: usize = 64 * 1024;

impl<R: Read> Transcoder<R> {
    /// Reads `inner`, whose byte order mark is already taken off.
    pub(super) fn new(inner: R, encoding: Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.0.new_decoder_without_bom_handling(),
            raw: vec![0; PIECE],
            raw_at: 0,
            raw_end: 0,
            text: vec![0; PIECE],
            text_at: 0,
            text_end: 0,
            done: false,
        }
    }

    /// Decodes until there is text or the end.
    fn fill(&mut self) -> io::Result<()> {
        while self.text_at == self.text_end && !self.done {
            if self.raw_at == self.raw_end {
                self.raw_at = 0;
                self.raw_end = self.inner.read(&mut self.raw)?;
            }
            let last = self.raw_end == 0;
            let raw = &self.raw[self.raw_at..self.raw_end];
            let (result, read, written, _) = self.decoder.decode_to_utf8(raw, &mut self.text, last);
            self.raw_at += read;
            (self.text_at, self.text_end) = (0, written);
            self.done = last && result == CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.fill()?;
        let length = out.len().min(self.text_end - self.text_at);
        out[..length].copy_from_slice(&self.text[self.text_at..self.text_at + length]);
        self.text_at += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_checked_as_one() {
        for (text, valid) in [("满意 café 😀".as_bytes(), true), (b"caf\xe9", false), (b"\xe6\xbb", false), (b"", true)]
        {
            for size in 1..=text.len().max(1) {
                let mut check = Utf8Check::default();
                text.chunks(size).for_each(|piece| check.push(piece));
                assert_eq!(check.valid(), valid, "{text:?} by {size}");
            }
        }
    }

    #[test]
    fn a_transcoder_reads_as_the_whole_would() {
        let text = "服务很好，价格便宜。".repeat(20_000);
        for encoding in [Encoding::GB18030, Encoding::UTF_8] {
            let bytes = encoding.0.encode(&text).0.into_owned();
            let mut read = String::new();
            Transcoder::new(&bytes[..], encoding).read_to_string(&mut read).unwrap();
            assert_eq!(read, text);
        }
        let mut read = String::new();
        Transcoder::new(&b"ok \xff\xff\n\x81"[..], Encoding::GB18030).read_to_string(&mut read).unwrap();
        assert!(read.starts_with("ok \u{fffd}") && read.ends_with('\u{fffd}'), "{read}");
    }

    #[test]
    fn utf_16_is_told_without_its_mark() {
        let utf_16 =
            |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(order).collect() };
        for text in ["id,score,comment\r\n1,9,一切都好，一一\r\n", "评论,评分\n很好,9\n太吵,1\n"] {
            assert_eq!(Encoding::of_pairs(&utf_16(text, u16::to_le_bytes)), Some(Encoding::UTF_16LE), "{text}");
            assert_eq!(Encoding::of_pairs(&utf_16(text, u16::to_be_bytes)), Some(Encoding::UTF_16BE), "{text}");
        }
        let nul = "id,comment\n1,a\0\n\0b\n\0\n2,c\n".repeat(20);
        let chinese = "编号,评论\n1,很好\0\n2,很好\n".repeat(20);
        for bytes in [nul.as_bytes(), chinese.as_bytes(), &[0; 64], b""] {
            assert_eq!(Encoding::of_pairs(bytes), None);
        }
        assert!(Encoding::is_utf_32(b"\xff\xfe\0\0i\0\0\0") && !Encoding::is_utf_32(b"\xff\xfei\0"));
    }

    #[test]
    fn labels_name_encodings() {
        for (label, name) in [("gbk", "GBK"), ("GB18030", "gb18030"), ("latin1", "windows-1252"), ("Big5", "Big5")] {
            assert_eq!(Encoding::parse(label).unwrap().name(), name);
        }
        assert_eq!(Encoding::parse("klingon").unwrap_err().code(), "unknown_encoding");
    }

    #[test]
    fn a_little_damage_leaves_utf_8() {
        let mut near = Nearness::default();
        near.push("服务很好".repeat(50).as_bytes());
        near.push(b"\xff\n");
        assert!(near.is_near());
        near.push(b"\xff a \xff a \xff");
        assert!(!near.is_near());
        assert!(!Nearness::default().is_near());
    }
}
