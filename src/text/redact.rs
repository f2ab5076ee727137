//! Redaction: phone numbers, e-mail addresses, identity and bank cards, licence plates and account names are blotted out before anything else sees a comment.
//!
//! Not for names or addresses of people, which no pattern knows. Each character is replaced by one of the same length (`*` for one
//! byte, `·` for two, `＊` for three), so that every offset holds in the delivered and in the redacted text.
//!
//! Patterns look at a view of the text, in which full-width characters, the many blanks and dashes, and characters without
//! width are as a keyboard would have them.

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
    /// Bank card numbers.
    pub bank_card: u32,
    /// Licence plates of the People's Republic of China.
    pub plate: u32,
    /// Account names of messengers: `WeChat`, QQ.
    pub account: u32,
}

impl Redactions {
    /// All together.
    pub const fn total(self) -> u32 {
        self.phone + self.email + self.id_card + self.bank_card + self.plate + self.account
    }

    /// Each kind that occurs, by its name in files.
    pub fn by_kind(self) -> impl Iterator<Item = (&'static str, u32)> {
        let kinds = [
            ("phone", self.phone),
            ("email", self.email),
            ("id_card", self.id_card),
            ("bank_card", self.bank_card),
            ("plate", self.plate),
            ("account", self.account),
        ];
        kinds.into_iter().filter(|(_, count)| *count > 0)
    }
}

impl AddAssign for Redactions {
    fn add_assign(&mut self, other: Self) {
        self.phone += other.phone;
        self.email += other.email;
        self.id_card += other.id_card;
        self.bank_card += other.bank_card;
        self.plate += other.plate;
        self.account += other.account;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    IdCard,
    BankCard,
    Email,
    Phone,
    Plate,
    Account,
}

/// Patterns on the view, in the order in which they take what they find. A group `n` or `m` is what is blotted out where that is
/// not all of it. Digits right before or after a find speak against it: it is part of a longer number.
const PATTERNS: [(Kind, &str); 13] = [
    // Region, birth date, serial number and check digit, perhaps in groups.
    (
        Kind::IdCard,
        r"[1-9][0-9]{5}[ -]?(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[ -]?[0-9]{3}[0-9Xx]",
    ),
    (Kind::Email, r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}"),
    // Sixteen to nineteen digits, whole or by fours, with the right check digit (looked at after the match).
    (Kind::BankCard, r"[3-6][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?:[ -]?[0-9]{1,3})?"),
    // Province, office, five or six characters.
    (
        Kind::Plate,
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滬遼魯蘇贛陝閩貴粵寧瓊雲][A-HJ-NP-Z][· .-]?[A-HJ-NP-Z0-9]{5,6}",
    ),
    (
        Kind::Account,
        r"(?i)(?:(?:微信|we ?chat|\bvx|\bwx|v信)(?: ?(?:号|號|id))?[ :：是為为]{0,2}(?P<n>[a-z][a-z0-9_-]{4,18}[a-z0-9_])|\bqq(?:号|號)?[ :：是]{0,2}(?P<m>[1-9][0-9]{4,10}))",
    ),
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
        r"(?i)(?:电话|電話|手机|手機|热线|熱線|致电|致電|\btel|phone|mobile|whatsapp|\bcall|\bring)(?:号码|號碼|号|號| ?no\.?| number)?[ :：.是為为]{0,3}(?: ?(?:me|us|is|at|on) ){0,2}(?P<n>[2-9][0-9]{2,3}[ -]?[0-9]{4})",
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
    /// Goes up with every change to what is found, so that an output knows which of its rows a later run is to redact again.
    pub const VERSION: u32 = 1;

    /// Compiles the patterns.
    pub fn new() -> Self {
        let patterns = PATTERNS.iter().filter_map(|(kind, pattern)| Some((*kind, Regex::new(pattern).ok()?))).collect();
        Self { patterns }
    }

    /// The text with everything found blotted out, and how many of each kind; `None` where nothing is found, as in any text that was
    /// redacted before.
    pub fn redact(&self, text: &str) -> Option<(String, Redactions)> {
        let (mut clean, mut counts) = self.pass(text)?;
        // One find may hide another: a number in groups reaches into the next one, which is taken already, and only after that one is
        // blotted out it ends where it should.
        while let Some((cleaner, more)) = self.pass(&clean) {
            clean = cleaner;
            counts += more;
        }
        Some((clean, counts))
    }

    fn pass(&self, text: &str) -> Option<(String, Redactions)> {
        let clues = Clues::of(text);
        if clues == Clues::default() {
            return None;
        }
        let view = View::of(text);
        let mut found: Vec<(Kind, Range<usize>)> = Vec::new();
        for (kind, pattern) in &self.patterns {
            if !clues.allow(*kind) {
                continue;
            }
            let mut at = 0;
            while let Some(captures) = pattern.captures_at(&view.text, at) {
                let range = what(&captures);
                let free = found.iter().all(|(_, other)| range.end <= other.start || other.end <= range.start);
                if free && holds(*kind, &view, &range) {
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
                Kind::BankCard => counts.bank_card += 1,
                Kind::Plate => counts.plate += 1,
                Kind::Account => counts.account += 1,
            }
            let Range { start, end } = view.origin(&range);
            out.push_str(&text[done..start]);
            out.extend(text[start..end].chars().map(blot));
            done = end;
        }
        out.push_str(&text[done..]);
        Some((out, counts))
    }
}

/// What a quick look sees, which decides whether a closer one is worth it.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Clues {
    digits: u32,
    at: bool,
}

impl Clues {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut clues = Self::default();
        for (i, byte) in bytes.iter().enumerate() {
            match byte {
                b'0'..=b'9' => clues.digits += 1,
                b'@' => clues.at = true,
                // ０ to ９ are EF BC 90 to EF BC 99, ＠ is EF BC A0.
                0xEF => match bytes.get(i + 1..i + 3) {
                    Some([0xBC, 0x90..=0x99]) => clues.digits += 1,
                    Some([0xBC, 0xA0]) => clues.at = true,
                    _ => {}
                },
                _ => {}
            }
        }
        clues
    }

    /// Whether the text may hold one of this kind. An account name without a digit is looked for only where the text has one.
    const fn allow(self, kind: Kind) -> bool {
        match kind {
            Kind::Email => self.at,
            Kind::Plate | Kind::Account => self.digits > 0,
            Kind::Phone => self.digits >= 7,
            Kind::IdCard => self.digits >= 17,
            Kind::BankCard => self.digits >= 16,
        }
    }
}

/// The part of a match that is blotted out.
fn what(captures: &Captures<'_>) -> Range<usize> {
    ["n", "m"]
        .iter()
        .find_map(|group| captures.name(group))
        .or_else(|| captures.get(0))
        .map_or(0..0, |found| found.range())
}

/// Whether a match stands for itself: no part of a longer number or word, with as many digits as its kind has, and checked.
fn holds(kind: Kind, view: &View, range: &Range<usize>) -> bool {
    let text = &*view.text;
    let found = &text[range.clone()];
    // What has no width may also stand between two numbers.
    let before = text[..range.start].chars().next_back().filter(|_| !view.apart(range.start));
    let mut after = text[range.end..].chars().take_while(|_| !view.apart(range.end));
    let (after, second) = (after.next(), after.next());
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    match kind {
        Kind::Email => return true,
        // "微信 payment" and "微信good" are no accounts: one has a digit or a mark in its name, or is announced by a colon.
        Kind::Account => {
            let named = found.contains(|c: char| !c.is_ascii_alphabetic());
            let announced = text[..range.start].trim_end().ends_with([':', '：', '号', '號']);
            return !word(after) && (named || announced);
        }
        Kind::Plate => return !word(after) && found.contains(|c: char| c.is_ascii_digit()),
        Kind::IdCard | Kind::BankCard | Kind::Phone => {}
    }
    // "13800138000.5" is an amount.
    if digit(before) || digit(after) || after == Some('.') && digit(second) {
        return false;
    }
    let digits = found.bytes().filter(u8::is_ascii_digit).count();
    match kind {
        Kind::IdCard => !word(before) && !word(after),
        Kind::BankCard => luhn(found),
        _ => (if found.contains('+') { 8 } else { 7 }..=15).contains(&digits),
    }
}

/// The check that card numbers pass: every second digit from the right counts double.
fn luhn(number: &str) -> bool {
    let digits = number.bytes().rev().filter(u8::is_ascii_digit).map(|b| u32::from(b - b'0'));
    let sum: u32 = digits.enumerate().map(|(i, d)| if i % 2 == 1 { d * 2 / 10 + d * 2 % 10 } else { d }).sum();
    sum.is_multiple_of(10)
}

/// A character of the same length that says nothing.
fn blot(c: char) -> char {
    match c.len_utf8() {
        1 => '*',
        2 => '·',
        3 => '＊',
        // Nothing that is found holds any other.
        _ => c,
    }
}

/// How patterns see a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// As it is.
    Plain,
    /// As its half-width form.
    Wide,
    /// As a blank.
    Space,
    /// As a hyphen, where a number goes on after it: in a sentence it is none.
    Dash,
    /// Not at all: it has no width.
    Unseen,
}

impl Look {
    fn of(c: char) -> Self {
        match c {
            '\u{FF01}'..='\u{FF5E}' => Self::Wide,
            '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => Self::Space,
            // Hyphens, en and em dashes, the minus, and their small forms.
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => Self::Dash,
            // Soft hyphen, zero-width blanks and joiners, and the marks of direction that come with numbers from an address book.
            '\u{AD}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206F}'
            | '\u{FEFF}' => Self::Unseen,
            _ => Self::Plain,
        }
    }
}

/// The half-width form of a character that has one.
fn half(c: char) -> char {
    if Look::of(c) == Look::Wide { char::from_u32(c as u32 - 0xFEE0).unwrap_or(c) } else { c }
}

/// The text as patterns see it, and the way back; the text itself where they see it as it is.
struct View<'t> {
    source: &'t str,
    text: Cow<'t, str>,
    /// For each byte of the view, where its character starts in the source; empty where the two are the same.
    origins: Vec<u32>,
}

impl<'t> View<'t> {
    fn of(source: &'t str) -> Self {
        if source.chars().all(|c| Look::of(c) == Look::Plain) {
            return Self { source, text: Cow::Borrowed(source), origins: Vec::new() };
        }
        let (mut text, mut origins) = (String::with_capacity(source.len()), Vec::with_capacity(source.len()));
        for (i, c) in source.char_indices() {
            let seen = match Look::of(c) {
                Look::Unseen => continue,
                Look::Space => ' ',
                Look::Dash if goes_on(&source[i + c.len_utf8()..]) => '-',
                Look::Wide | Look::Dash | Look::Plain => half(c),
            };
            text.push(seen);
            origins.resize(text.len(), i as u32);
        }
        Self { source, text: Cow::Owned(text), origins }
    }

    /// Where a part of the view lies in the source, without what has no width around it.
    fn origin(&self, part: &Range<usize>) -> Range<usize> {
        if self.origins.is_empty() || part.is_empty() {
            return part.clone();
        }
        self.start(part.start)..self.source.ceil_char_boundary(self.start(part.end - 1) + 1)
    }

    /// Where the character of this byte starts in the source.
    fn start(&self, byte: usize) -> usize {
        self.origins[byte] as usize
    }

    /// Whether something without width stands in the source before the character at this byte.
    fn apart(&self, byte: usize) -> bool {
        byte > 0 && byte < self.origins.len() && self.origin(&(byte - 1..byte)).end < self.start(byte)
    }
}

/// Whether a number goes on with this: with a digit or a bracket.
fn goes_on(rest: &str) -> bool {
    let next = rest.chars().find(|c| Look::of(*c) != Look::Unseen).map(half);
    next.is_some_and(|c| c.is_ascii_digit() || c == '(')
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
            ("卡号6222 0212 3456 7894.", "卡号*******************."),
            ("车牌京A12345停这", "车牌＊******停这"),
            ("粤B·D12345", "＊*·******"),
            ("加我微信号abc_12345谢谢", "加我微信号*********谢谢"),
            ("wechat: annlee 3pm", "wechat: ****** 3pm"),
            ("QQ：12345678", "QQ：********"),
            ("两个13812345678、13912345678", "两个***********、***********"),
            ("138\u{A0}1234\u{A0}5678", "***·****·****"),
            ("138\u{2009}1234\u{202F}5678", "***＊****＊****"),
            ("138\u{3000}1234\u{3000}5678", "***＊****＊****"),
            ("138–1234–5678", "***＊****＊****"),
            ("138—1234―5678", "***＊****＊****"),
            ("138\u{2011}1234\u{2010}5678", "***＊****＊****"),
            ("138\u{2212}1234－5678", "***＊****＊****"),
            ("138\u{200B}1234\u{200C}5678", "***＊****＊****"),
            ("1\u{200D}3\u{2060}8\u{FEFF}12345678", "*＊*＊*＊********"),
            ("138\u{AD}1234\u{AD}5678", "***·****·****"),
            ("１３８\u{A0}１２３４—５６７８", "＊＊＊·＊＊＊＊＊＊＊＊＊"),
            ("打138–\u{200B}1234\u{A0}5678。", "打***＊＊****·****。"),
            ("(020)\u{A0}12345678", "*****·********"),
            ("010—12345678", "***＊********"),
            ("+44\u{A0}20\u{A0}7946\u{A0}0958", "***·**·****·****"),
            ("+1\u{A0}(415)\u{202F}555‑2671", "**·*****＊***＊****"),
            ("400–123–4567", "***＊***＊****"),
            ("卡号6222\u{A0}0212\u{2009}3456\u{200B}7894", "卡号****·****＊****＊****"),
            ("110101\u{A0}19900307\u{A0}1234", "******·********·****"),
            ("京A–12345", "＊*＊*****"),
            ("微信号：\u{A0}abc_12345", "微信号：\u{A0}*********"),
            ("a\u{200B}1@qq\u{200B}.com", "*＊****＊****"),
            // What has no width stays where it is only around a number, also between two.
            ("\u{202A}13812345678\u{202C}", "\u{202A}***********\u{202C}"),
            ("13812345678\u{200B}13912345678", "***********\u{200B}***********"),
            // A dash of the sentence is no part of an address.
            ("write me—ann@b.cn", "write me—********"),
            // The first number goes on into the second, unless that one is blotted out.
            ("+1 415 555 2671 13812345678", "*************** ***********"),
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
            "6222021234567891",
            "订单号码23456789",
            "wechat payment took 3 minutes",
            "微信good 100分",
            "贵A类房间3间",
            "@小王 服务好",
            "24小时 365天 100分",
            "10:30-11:30, 1-2, 3-4, 5-6",
            "2023–08–15 12:30–13:45",
            "9123\u{A0}4567",
            "花了1\u{202F}380\u{202F}000元",
            "1380000—1390000元",
            "1381234567\u{200B}a",
        ] {
            assert_eq!(redactor.redact(text), None, "{text}");
        }
    }

    #[test]
    fn kinds_are_counted_apart() {
        let (_, counts) =
            Redactor::new().redact("13812345678 a@b.cn 110101199003071234 010-12345678 京A12345 qq12345").unwrap();
        assert_eq!(counts, Redactions { phone: 2, email: 1, id_card: 1, bank_card: 0, plate: 1, account: 1 });
    }

    /// What people, address books and web pages put between the groups of a number.
    const SEPARATORS: &str = "[- .\u{A0}\u{AD}\u{2000}-\u{200F}\u{2010}-\u{2015}\u{202A}-\u{202F}\u{205F}\u{2060}\u{2212}\u{3000}\u{FE58}\u{FE63}\u{FEFF}\u{FF0D}]?";

    static REDACTOR: LazyLock<Redactor> = LazyLock::new(Redactor::new);

    proptest! {
        #[test]
        fn lengths_stay(text in "(\\PC|13812345678|[0-9０-９]{1,12}|a@b\\.cn|[-+ .电话]|[\u{A0}\u{AD}\u{2009}-\u{2015}\u{202F}\u{2060}\u{2212}\u{FEFF}]){0,16}") {
            if let Some((redacted, _)) = REDACTOR.redact(&text) {
                prop_assert_eq!(redacted.len(), text.len());
                let lengths = |text: &str| text.chars().map(char::len_utf8).collect::<Vec<_>>();
                prop_assert_eq!(lengths(&redacted), lengths(&text));
                prop_assert!(redacted.chars().zip(text.chars()).all(|(new, old)| new == old || new == blot(old)));
                prop_assert_eq!(REDACTOR.redact(&redacted), None);
            }
        }

        #[test]
        fn no_separator_hides_a_number(
            before in "[一-三]{0,2}",
            one in SEPARATORS,
            other in SEPARATORS,
            unseen in "[\u{200B}-\u{200D}\u{2060}\u{FEFF}]{0,2}",
            wide in any::<bool>(),
        ) {
            let number = format!("138{one}12{unseen}34{other}5678");
            let number = if wide { number.replace('1', "１").replace('8', "８") } else { number };
            let (redacted, counts) = REDACTOR.redact(&format!("{before}{number}{before}")).expect("a number");
            let blotted: String = number.chars().map(blot).collect();
            prop_assert_eq!(redacted, format!("{before}{blotted}{before}"));
            prop_assert_eq!(counts, Redactions { phone: 1, ..Redactions::default() });
        }
    }
}
