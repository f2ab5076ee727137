//! Redaction: phone numbers, e-mail addresses and identity numbers are blotted out before anything else sees a comment.
//!
//! Not for names or addresses of people, which no pattern knows. Each character is replaced by one of the same length (`*` for one
//! byte, `＊` for three), so that every offset holds in the delivered and in the redacted text.

use std::borrow::Cow;
use std::ops::{AddAssign, Range};

use regex::{Captures, Regex};

/// How many of each kind were blotted out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Redactions {
    /// Phone numbers.
    pub phone: u32,
    /// E-mail addresses.
    pub email: u32,
    /// Identity card numbers of the People's Republic of China.
    pub id_card: u32,
}

impl Redactions {
    /// All together.
    pub const fn total(self) -> u32 {
        self.phone + self.email + self.id_card
    }
}

impl AddAssign for Redactions {
    fn add_assign(&mut self, other: Self) {
        self.phone += other.phone;
        self.email += other.email;
        self.id_card += other.id_card;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    IdCard,
    Email,
    Phone,
}

/// Patterns on half-width text, in the order in which they take what they find. A group `n` is what is blotted out where that is
/// not all of it. Digits right before or after a find speak against it: it is part of a longer number.
const PATTERNS: [(Kind, &str); 10] = [
    // Region, birth date, serial number and check digit, perhaps in groups.
    (
        Kind::IdCard,
        r"[1-9][0-9]{5}[ -]?(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[ -]?[0-9]{3}[0-9Xx]",
    ),
    (Kind::Email, r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}"),
    // Mainland mobile, whole or 3-4-4.
    (Kind::Phone, r"(?:\(?(?:\+|00)?86\)?[ -]?)?1[3-9][0-9][ .-]?[0-9]{4}[ .-]?[0-9]{4}"),
    // Hong Kong with its code.
    (Kind::Phone, r"(?:\+|00)852[ -]?[0-9]{4}[ -]?[0-9]{4}"),
    // International, with its plus: any country, 8 to 15 digits (counted after the match).
    (Kind::Phone, r"\(?\+[0-9]{1,3}\)?[ .-]?(?:\([0-9]{1,5}\)[ .-]?)?[0-9]{1,15}(?:[ .-]?[0-9]{2,15}){0,4}"),
    // Mainland landline: area code in brackets or apart from the number, perhaps with an extension.
    (Kind::Phone, r"(?:\(0[0-9]{2,3}\)[ -]?|0[0-9]{2,3}[ -])[0-9]{7,8}(?:-[0-9]{1,5})?"),
    // Service numbers.
    (Kind::Phone, r"[48]00(?:-?[0-9]{7}|[ -][0-9]{3}[ -][0-9]{4}|[ -][0-9]{4}[ -][0-9]{3})"),
    // British mobile; North American with both separators.
    (Kind::Phone, r"07[0-9]{3} ?[0-9]{3} ?[0-9]{3}"),
    (Kind::Phone, r"(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[.-])[0-9]{3}[.-][0-9]{4}"),
    // A short local number is one only where the text says so.
    (
        Kind::Phone,
        r"(?i)(?:电话|電話|手机|手機|热线|熱線|致电|致電|号码|號碼|\btel|phone|mobile|whatsapp|\bcall|\bring)(?:号码|號碼|号|號| ?no\.?| number)?[ :：.是為为]{0,3}(?: ?(?:me|us|is|at|on) ){0,2}(?P<n>[2-9][0-9]{2,3}[ -]?[0-9]{4})",
    ),
];

/// Finds and blots out what identifies a person; made once, shared by all threads.
pub struct Redactor {
    patterns: Vec<(Kind, Regex)>,
}

impl Default for Redactor {
    fn default() -> Self {
        Self::new()
    }
}

impl Redactor {
    /// Compiles the patterns.
    pub fn new() -> Self {
        let patterns = PATTERNS.iter().filter_map(|(kind, pattern)| Some((*kind, Regex::new(pattern).ok()?))).collect();
        Self { patterns }
    }

    /// The text with everything found blotted out, and how many of each kind; `None` where nothing is found.
    pub fn redact(&self, text: &str) -> Option<(String, Redactions)> {
        if !may_hold_any(text) {
            return None;
        }
        let view = View::of(text);
        let mut found: Vec<(Kind, Range<usize>)> = Vec::new();
        for (kind, pattern) in &self.patterns {
            if *kind == Kind::Email && !view.text.contains('@') {
                continue;
            }
            let mut at = 0;
            while let Some(captures) = pattern.captures_at(&view.text, at) {
                let range = what(&captures);
                let free = found.iter().all(|(_, other)| range.end <= other.start || other.end <= range.start);
                if free && holds(*kind, &view.text, &range) {
                    at = range.end;
                    found.push((*kind, range));
                } else {
                    // Another may begin inside this one.
                    let start = captures.get(0).map_or(range.start, |whole| whole.start());
                    at = view.text.ceil_char_boundary(start + 1);
                }
            }
        }
        if found.is_empty() {
            return None;
        }
        found.sort_unstable_by_key(|(_, range)| range.start);
        let mut counts = Redactions::default();
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for (kind, range) in found {
            match kind {
                Kind::IdCard => counts.id_card += 1,
                Kind::Email => counts.email += 1,
                Kind::Phone => counts.phone += 1,
            }
            let (start, end) = (view.origin(range.start), view.origin(range.end));
            out.push_str(&text[done..start]);
            out.extend(text[start..end].chars().map(blot));
            done = end;
        }
        out.push_str(&text[done..]);
        Some((out, counts))
    }
}

/// Whether it is worth looking: six digits in all, or an at sign.
fn may_hold_any(text: &str) -> bool {
    let bytes = text.as_bytes();
    // ０ to ９ are EF BC 90 to EF BC 99, ＠ is EF BC A0.
    let wide = |i: usize| bytes[i] == 0xEF && bytes.get(i + 1) == Some(&0xBC);
    let mut digits = 0;
    for (i, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'@' => return true,
            0xEF if wide(i) => match bytes.get(i + 2) {
                Some(0x90..=0x99) => digits += 1,
                Some(0xA0) => return true,
                _ => {}
            },
            _ => {}
        }
        if digits >= 6 {
            return true;
        }
    }
    false
}

/// The part of a match that is blotted out.
fn what(captures: &Captures<'_>) -> Range<usize> {
    captures.name("n").or_else(|| captures.get(0)).map_or(0..0, |found| found.range())
}

/// Whether a match stands for itself: no part of a longer number, and as many digits as its kind has.
fn holds(kind: Kind, text: &str, range: &Range<usize>) -> bool {
    if kind == Kind::Email {
        return true;
    }
    let before = text[..range.start].chars().next_back();
    let mut after = text[range.end..].chars();
    let (after, second) = (after.next(), after.next());
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    // "1380013800.5" is an amount.
    if digit(before) || digit(after) || after == Some('.') && digit(second) {
        return false;
    }
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    if kind == Kind::IdCard {
        return !letter(before) && !letter(after);
    }
    let number = &text[range.clone()];
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let fewest = if number.contains('+') { 8 } else { 7 };
    (fewest..=15).contains(&digits)
}

/// A character of the same length that says nothing.
fn blot(c: char) -> char {
    match c.len_utf8() {
        1 => '*',
        3 => '＊',
        // Nothing that is found holds any other.
        _ => c,
    }
}

/// The text with full-width ASCII made half-width, and the way back; the text itself where it has none.
struct View<'t> {
    text: Cow<'t, str>,
    /// For each byte of the view, and its end, the byte of the text; empty where they are the same.
    origins: Vec<u32>,
}

impl<'t> View<'t> {
    fn of(text: &'t str) -> Self {
        let wide = |c: char| matches!(c, '\u{FF01}'..='\u{FF5E}' | '\u{3000}');
        if !text.contains(wide) {
            return Self { text: Cow::Borrowed(text), origins: Vec::new() };
        }
        let (mut half, mut origins) = (String::with_capacity(text.len()), Vec::with_capacity(text.len() + 1));
        for (i, c) in text.char_indices() {
            let narrow = match c {
                '\u{3000}' => ' ',
                c if wide(c) => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
                c => c,
            };
            half.push(narrow);
            origins.resize(half.len(), i as u32);
        }
        origins.push(text.len() as u32);
        Self { text: Cow::Owned(half), origins }
    }

    fn origin(&self, byte: usize) -> usize {
        self.origins.get(byte).map_or(byte, |origin| *origin as usize)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(Redactor::new().patterns.len(), PATTERNS.len());
    }

    #[test]
    fn what_identifies_a_person_is_blotted_out() {
        let redactor = Redactor::new();
        for (text, expected) in [
            ("我的电话13812345678请回电", "我的电话***********请回电"),
            ("138 1234 5678", "*************"),
            ("138-1234-5678。", "*************。"),
            ("+86 13812345678", "***************"),
            ("+8613812345678", "**************"),
            ("8613812345678", "*************"),
            ("１３８１２３４５６７８", "＊＊＊＊＊＊＊＊＊＊＊"),
            ("电话010-12345678转3", "电话************转3"),
            ("0755-1234567", "************"),
            ("（020）12345678", "＊***＊********"),
            ("打400-123-4567没人接", "打************没人接"),
            ("4001234567", "**********"),
            ("+852 9123 4567", "**************"),
            ("电话：9123 4567", "电话：*********"),
            ("WhatsApp 91234567 thanks", "WhatsApp ******** thanks"),
            ("call me on 9123 4567", "call me on *********"),
            ("+44 20 7946 0958", "****************"),
            ("+1 (415) 555-2671", "*****************"),
            ("07700 900123", "************"),
            ("415-555-2671", "************"),
            ("write to Ann.Lee@example.co.uk.", "write to *********************."),
            ("邮箱a1@qq.com谢谢", "邮箱*********谢谢"),
            ("ａ＠ｂ．ｃｏｍ", "＊＊＊＊＊＊＊"),
            ("身份证110101199003071234", "身份证******************"),
            ("11010119900307123X,", "******************,"),
            ("两个13812345678、13912345678", "两个***********、***********"),
        ] {
            let (got, counts) = redactor.redact(text).unwrap_or_else(|| panic!("nothing found in {text}"));
            assert_eq!(got, expected, "{text}");
            assert!(counts.total() >= 1);
        }
    }

    #[test]
    fn other_numbers_stay() {
        let redactor = Redactor::new();
        for text in [
            "",
            "服务很好",
            "噪音78分贝",
            "waited 2 hours",
            "KF-26GW",
            "花了12999元",
            "订单金额123456789",
            "订单号20230815123456789012",
            "9123 4567",
            "2023-08-15 12:30:45",
            "2020-1234567",
            "13812345678901",
            "1.3812345678",
            "amount 13812345678.50",
            "110101199013071234",
            "AB12345678",
            "@小王 服务好",
            "24小时 365天 100分",
            "10:30-11:30, 1-2, 3-4, 5-6",
        ] {
            assert_eq!(redactor.redact(text), None, "{text}");
        }
    }

    #[test]
    fn kinds_are_counted_apart() {
        let (_, counts) = Redactor::new().redact("13812345678 a@b.cn 110101199003071234 010-12345678").unwrap();
        assert_eq!(counts, Redactions { phone: 2, email: 1, id_card: 1 });
    }

    proptest! {
        #[test]
        fn lengths_stay(text in "(\\PC|13812345678|[0-9０-９]{1,12}|a@b\\.cn|[-+ .电话]){0,12}") {
            static REDACTOR: LazyLock<Redactor> = LazyLock::new(Redactor::new);
            if let Some((redacted, _)) = REDACTOR.redact(&text) {
                prop_assert_eq!(redacted.len(), text.len());
                let lengths = |text: &str| text.chars().map(char::len_utf8).collect::<Vec<_>>();
                prop_assert_eq!(lengths(&redacted), lengths(&text));
            }
        }
    }
}
