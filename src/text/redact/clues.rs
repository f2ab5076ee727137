//! A quick look that tells which patterns are worth trying on a text; most texts need none.
//!
//! Not for finding anything. What it sees is in the delivered text, not in the view.

use regex::Regex;

use super::accounts::CHINESE_WORDS;
use super::names::{LONGEST_TOP, is_top};
use super::patterns::Gate;

/// What a quick look sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a clue of its own, and any of them may hold together")]
pub(super) struct Clues {
    digits: u32,
    at: bool,
    spelled: bool,
    words: bool,
    /// What stands in plates that have few digits.
    plate: bool,
    /// Letters of Latin beside characters of other scripts.
    mixed: bool,
}

/// What the looks need, made once.
pub(super) struct Look {
    words: Option<Regex>,
    dots: [memchr::memmem::Finder<'static>; 2],
    chinese_dot: memchr::memmem::Finder<'static>,
}

/// How people write the dot of an address in letters.
const DOTS: [&str; 2] = ["dot", "DOT"];
/// The same in Chinese, with what most addresses end with: the word has other uses.
const CHINESE_DOT: &str = "点c";

impl Look {
    pub(super) fn new() -> Self {
        Self {
            words: Regex::new(CHINESE_WORDS).ok(),
            dots: DOTS.map(memchr::memmem::Finder::new),
            chinese_dot: memchr::memmem::Finder::new(CHINESE_DOT),
        }
    }

    /// What a text has.
    pub(super) fn at(&self, text: &str) -> Clues {
        let bytes = text.as_bytes();
        let Seen { letters, digits, other, at, entity } = Seen::of(bytes);
        let wide = other && wide(bytes);
        // All that is ever found has a digit, a letter of Latin or `@`, which most Chinese comments do not have.
        if !letters && digits == 0 && !wide && !at {
            return Clues::default();
        }
        let dot =
            || self.dots.iter().any(|dot| dot.find(bytes).is_some()) || other && self.chinese_dot.find(bytes).is_some();
        let chinese = || other && self.words.as_ref().is_some_and(|words| words.is_match(text));
        Clues {
            digits: if wide { digits + wide_digits(bytes) } else { digits },
            at: at || wide || entity,
            spelled: letters && (host(bytes) || dot()),
            words: wide || entity || latin_word(bytes) || chinese(),
            mixed: other && letters || wide || entity,
            // `·` begins with a byte that no character of Chinese begins with; 粤 is on plates of Hong Kong.
            plate: other
                && letters
                && (1..3).contains(&digits)
                && (memchr::memchr(0xC2, bytes).is_some() || text.contains('粤')),
        }
    }
}

impl Clues {
    /// Whether the text may hold what this gate leads to.
    pub(super) const fn allow(self, gate: Gate) -> bool {
        match gate {
            Gate::Digits(least) => self.digits >= least,
            Gate::Plate => self.mixed && (self.digits >= 3 || self.plate),
            Gate::At => self.at,
            Gate::Spelled => self.spelled,
            Gate::Names => self.words,
            Gate::Numbers => self.words && self.digits >= 5,
        }
    }
}

/// The half-width characters of a text, and whether there are others.
#[expect(clippy::struct_excessive_bools, reason = "each is seen by itself")]
struct Seen {
    digits: u32,
    letters: bool,
    other: bool,
    at: bool,
    entity: bool,
}

impl Seen {
    /// One pass without a branch, of which the compiler makes vectors: so all is kept in bytes, which no block of 128 overflows.
    fn of(bytes: &[u8]) -> Self {
        let (mut total, mut letters, mut other, mut at, mut entity) = (0_u32, 0_u8, 0_u8, 0_u8, 0_u8);
        for block in bytes.chunks(128) {
            let mut digits = 0_u8;
            for byte in block {
                digits += u8::from(byte.wrapping_sub(b'0') < 10);
                letters |= u8::from((byte | 0x20).wrapping_sub(b'a') < 26);
                other |= byte;
                at |= u8::from(*byte == b'@');
                entity |= u8::from(*byte == b'&');
            }
            total += u32::from(digits);
        }
        Self { digits: total, letters: letters > 0, other: other >= 0x80, at: at > 0, entity: entity > 0 }
    }
}

/// Whether a full-width digit, letter or `＠` may be there: EF BC 90 to EF BC BA, EF BD 81 to EF BD 9A, without the marks at
/// EF BC 9A to EF BC 9F, which many comments have.
#[expect(clippy::needless_bitwise_bool, reason = "a branch would keep the compiler from making vectors")]
fn wide(bytes: &[u8]) -> bool {
    let Some(last) = bytes.len().checked_sub(2) else { return false };
    let mut found = 0_u8;
    for ((first, second), third) in bytes[..last].iter().zip(&bytes[1..=last]).zip(&bytes[2..]) {
        let upper = (*second == 0xBC) & (third.wrapping_sub(0x90) < 0x2B) & (third.wrapping_sub(0x9A) >= 6);
        let lower = (*second == 0xBD) & (third.wrapping_sub(0x81) < 26);
        found |= u8::from((*first == 0xEF) & (upper | lower));
    }
    found > 0
}

/// Full-width digits.
fn wide_digits(bytes: &[u8]) -> u32 {
    bytes.windows(3).filter(|three| matches!(three, [0xEF, 0xBC, 0x90..=0x99])).count() as u32
}

/// Whether a dot stands there with the end of an address after it: `gmail.com`.
fn host(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'.', bytes).any(|at| {
        let rest = &bytes[at + 1..];
        let letters = rest.iter().take(LONGEST_TOP + 1).take_while(|byte| byte.is_ascii_alphabetic()).count();
        letters >= 2 && std::str::from_utf8(&rest[..letters]).is_ok_and(is_top)
    })
}

/// Whether a word of Latin letters that announces an account may be there: `wx` and `vx`, also with a
/// blank, a `v` by itself, a `q` that no `u` follows, all at the beginning of a word; `chat`, `xin`.
fn latin_word(bytes: &[u8]) -> bool {
    let Some(fives) = bytes.len().checked_sub(4) else { return false };
    // What begins the text begins a word, and what ends it is followed by nothing.
    let mut found = word_in(b' ', bytes[0], bytes[1], bytes[2], bytes[3]);
    if let [.., w, x, y, z] = *bytes {
        found |= word_in(w, x, y, z, b' ') | word_in(x, y, z, b' ', b' ');
    }
    let pairs = bytes[..fives].iter().zip(&bytes[1..]).zip(bytes[2..].iter().zip(&bytes[3..]));
    for (((before, a), (b, c)), d) in pairs.zip(&bytes[4..]) {
        found |= word_in(*before, *a, *b, *c, *d);
    }
    found > 0
}

/// 1 where these four bytes begin such a word.
#[inline]
#[expect(clippy::needless_bitwise_bool, reason = "a branch would keep the compiler from making vectors")]
#[expect(clippy::many_single_char_names, reason = "bytes in their order")]
fn word_in(before: u8, a: u8, b: u8, c: u8, d: u8) -> u8 {
    let letter = |byte: u8| (byte | 0x20).wrapping_sub(b'a') < 26;
    let (x, c_is_x) = (b | 0x20 == b'x', c | 0x20 == b'x');
    let a = a | 0x20;
    let wx = (a == b'w') & (x | (b == b' ') & c_is_x);
    let v = (a == b'v') & (x | !letter(b));
    let q = (a == b'q') & (b | 0x20 != b'u');
    let chat = (a == b'c') & (b | 0x20 == b'h') & (c | 0x20 == b'a') & (d | 0x20 == b't');
    let xin = (a == b'x') & (b | 0x20 == b'i') & (c | 0x20 == b'n');
    u8::from(!letter(before) & (wx | v | q) | chat | xin)
}
