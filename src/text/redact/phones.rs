//! Phone numbers: their patterns, and what a find must be.
//!
//! Not the check of mobile numbers of the mainland, which is in `mobiles`. Numbers that anybody may call stay: 400 and 800, and the
//! toll-free codes of other countries.

use std::ops::Range;

use super::context::{is_code, is_money, speaks_of_phones};
use super::find::{Digits, Find, is_day, word};
use super::kinds::Kind;
use super::mobiles::mobile;
use super::patterns::{Gate, Written, sep};

/// Between two numbers of a list.
macro_rules! and {
    () => {
        r" ?(?:[、/&]|和|或者?|(?-u:\b)(?:or|and)(?-u:\b)) ?"
    };
}

/// Words after which a short number is a phone number; or a number that is blotted out, of whose list it is the next one.
const PHONE_WORD: &str = concat!(
    r"(?i)(?:(?:电话|電話|手机|手機|座机|座機|固话|固話|传真|傳真|致电|致電|回电|回電|联系方式|聯絡|联系我|短信到|分机",
    r"|打(?:给|給)?(?:我|他|她)(?:家里?|公司|单位|办公室)?",
    r"|香港|澳[门門]|台[湾灣]|新加坡|马来西亚|日本|韩国|泰国|英国|美国|加拿大|澳洲|区号 ?0[0-9]{2,3}[,， ]{1,2}",
    r"|(?-u:\b)(?:tel|telephone|phone|ph|mobile|mob|cell|hp|fax|sms|hk|whats ?app|call|ring|text|reach",
    r"|(?:my|contact)(?: (?:[hu]k|us|sg|new|old|home|office|work|local|direct|phone|mobile|cell))? (?:number|no|num)))",
    r"(?: ?(?:号码|號碼|号|號|no\.?|number|#))?(?:一直|现在|还|就|都|写的?|留的?|填的?|改)?",
    r#"[ :.,=是成为為係(\[【“”"'「『]{0,3}(?:(?:me|us|him|her|is|at|on|to) ?[:,]? ?){0,3}"#,
    r"|[*]{11,14}",
    and!(),
    r")(?:[*]{7,18}",
    and!(),
    r"){0,2}$"
);

/// A pattern of so many digits at least, and its check.
macro_rules! number {
    ($digits:literal, $check:ident, $word:expr, $($part:expr),+) => {
        Written::new(Kind::Phone, Gate::Digits($digits), concat!($($part),+), $word, $check)
    };
}

/// Between two groups of a mobile number, or nothing; marks that other numbers have too are a matter of its check.
macro_rules! mobile_sep {
    () => {
        r"(?: {1,2}| ?[-./_,*·。] ?)?"
    };
}

/// The code of an area of the mainland, without its nought.
macro_rules! area {
    () => {
        "(?:10|2[0-9]|[3-9][0-9]{2})"
    };
}

/// In the order in which they take what they find.
pub(super) static PATTERNS: [Written; 10] = [
    // Mainland mobile, in whatever groups people make.
    number!(
        11,
        mobile,
        None,
        r"(?:[(（]?(?:\+|00)?86\)?",
        sep!(),
        ")?1",
        mobile_sep!(),
        "[3-9](?:",
        mobile_sep!(),
        "[0-9]){9}"
    ),
    // Mainland landline with the code of the country.
    number!(
        11,
        phone,
        None,
        r"(?:\(?(?:\+|00)86\)?",
        sep!(),
        r"(?:\(0\) ?)?\(?0?[1-9][0-9]{1,2}\)?",
        sep!(),
        "|86-0?",
        area!(),
        "-)[2-9][0-9]{2,3}",
        sep!(),
        "[0-9]{4}"
    ),
    // Hong Kong, Macau and Singapore with their codes.
    number!(
        10,
        phone,
        None,
        r"(?:(?:\(?(?:\+|00)\(?(?:85[23]|65)\)?|\(85[23]\)|85[23][ -])",
        sep!(),
        "[2-9][0-9]{3}|852[4-79][0-9]{3})",
        sep!(),
        "[0-9]{4}"
    ),
    // North America.
    number!(
        10,
        phone,
        None,
        r"(?:(?:\(?\+1\)?|001)",
        sep!(),
        r"\(?[2-9][0-9]{2}\)?",
        sep!(),
        r"|(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?-?|[2-9][0-9]{2}[.-]))[2-9][0-9]{2}",
        sep!(),
        "[0-9]{4}"
    ),
    // Any country, with its plus, or with the two noughts in its place.
    number!(
        8,
        abroad,
        None,
        r"(?:\(?\+\(?[1-9][0-9]{0,2}|00(?:44|886|8[1246]|6[0-6]|3[0-9]|4[0-9]))\)?",
        "(?:",
        sep!(),
        r"\([0-9]{1,5}\))?(?:",
        sep!(),
        "[0-9]){6,14}"
    ),
    // Mainland landline: area code in brackets or apart from the number, perhaps with an extension.
    number!(
        10,
        phone,
        None,
        r"(?:\(0",
        area!(),
        r"\) ?-? ?|0",
        area!(),
        " ?[ .-] ?)[1-9][0-9]{2,3}",
        sep!(),
        "[0-9]{4}(?:-[0-9]{1,5})?"
    ),
    // The same in one piece.
    number!(11, phone, None, "0(?:(?:10|2[0-9])[2-9][0-9]{3}|[3-9][1-9][0-9][2-9][0-9]{2,3})[0-9]{4}"),
    // The same, digit by digit.
    number!(11, phone, None, "0(?:[ -][0-9]){10,11}"),
    // British numbers, and mobiles of Taiwan.
    number!(
        10,
        british,
        None,
        r"(?:\(?0(?:7[0-9]{3}|20|2[3489]|1[0-9]1|11[0-9]|1[2-9][0-9]{2,3})\)?",
        sep!(),
        "[0-9]{3,4}",
        sep!(),
        "[0-9]{3,4}|09[0-9]{2}[ -][0-9]{3}[ -]?[0-9]{3})"
    ),
    // Where the text says that it is a phone number, shorter ones and those of any shape.
    number!(7, announced_phone, Some(PHONE_WORD), r"\(?[0-9]\)?(?:", sep!(), r"[0-9]\)?){6,11}"),
];

/// `+86`, `0755-1234567`, `138 1234 5678`: taken where it stands for itself and is no service number, no code and no day.
fn phone(find: &Find<'_>) -> Option<Range<usize>> {
    let digits = Digits::of(find.text());
    let end = find.range.end;
    let stands = find.begins() && !find.joined() && find.ends(end) && !service(&digits.all);
    let day = || ends_in_day(&digits.all) && !speaks_of_phones(find);
    (stands && !is_code(find) && !day()).then(|| balanced(find, end))
}

/// Whether a day of this century stands where a landline has its number after the area code: `021-20260521`.
fn ends_in_day(number: &[u8]) -> bool {
    let code = if matches!(number, [0, 1 | 2, ..]) { 3 } else { 4 };
    number[0] == 0 && matches!(number[code..], [2, 0, _, _, _, _, _, _, ..]) && is_day(&number[code..code + 8])
}

/// A number with the code of its country: as many groups as numbers of that country may have digits.
fn abroad(find: &Find<'_>) -> Option<Range<usize>> {
    let digits = Digits::of(find.text());
    let noughts = digits.all.iter().take(2).take_while(|d| **d == 0).count();
    let most = longest(&digits.all[noughts..]) + noughts;
    // Two noughts begin many a code; after them all digits of a country's numbers must be there.
    let least = if noughts == 0 { 8 } else { 13 };
    let begins = noughts == 0 || find.begins() && !find.joined();
    let end = digits
        .prefixes(least..most + 1)
        .map(|(groups, _)| find.range.start + digits.ends[groups - 1])
        .find(|end| find.ends(*end))?;
    (begins && !service(&digits.all[noughts..])).then(|| balanced(find, end))
}

/// How many digits a number has at most, with the code of its country.
fn longest(number: &[u8]) -> usize {
    match *number {
        // With the nought that some write before the area code.
        [4, 4, ..] | [8, 5, 2 | 3, ..] | [6, 5, ..] => {
            if number.starts_with(&[4, 4, 0]) {
                13
            } else if number[0] == 4 {
                12
            } else if number[0] == 8 {
                11
            } else {
                10
            }
        }
        [1 | 7, ..] | [3, 3 | 4, ..] | [6, 1 | 4 | 6, ..] | [8, 4, ..] => 11,
        [8, 1 | 2 | 6, ..] | [9, 1, ..] | [3, 9, ..] | [6, 0 | 3, ..] | [8, 8, 6, ..] => 12,
        _ => 15,
    }
}

/// British numbers have eleven digits; those that begin with 07 may be in one piece.
fn british(find: &Find<'_>) -> Option<Range<usize>> {
    let digits = Digits::of(find.text());
    let whole = digits.groups.len() == 1 && !digits.all.starts_with(&[0, 7]);
    let count = digits.all.len();
    let fits = count == 11 || count == 10 && digits.all.starts_with(&[0, 9]);
    if whole || !fits { None } else { phone(find) }
}

/// A number after a word that says what it is.
fn announced_phone(find: &Find<'_>) -> Option<Range<usize>> {
    let digits = Digits::of(find.text());
    let (groups, count) = match digits.groups[..] {
        [first, ..] if (7..=12).contains(&first) => (1, first),
        [4, 4, ..] => (2, 8),
        [1, 3, 3, 4] => (4, 11),
        _ => digits.prefixes(7..13).find(|(groups, _)| digits.regular(*groups))?,
    };
    let end = find.range.start + digits.ends[groups - 1];
    let number = &digits.all[..count];
    let after = find.after(end);
    let next = after.chars().next();
    let amount = is_money(after) || next.is_some_and(|c| "分%年月日".contains(c));
    let day = count == 8 && (is_day(number) || digits.groups.starts_with(&[4, 4]) && is_range(number));
    let stands = find.begins() && find.ends(end) && !service(number) && !amount && !day && !word(next);
    let end = if count <= 8 { end + extension(after) } else { end };
    (stands && find.word()).then(|| balanced(find, end))
}

/// Whether two years stand here, `2019-2023`, or two round numbers, `2000-3000`.
fn is_range(number: &[u8]) -> bool {
    let halves = || number.chunks(4);
    halves().all(|half| matches!(half, [1, 9, _, _] | [2, 0, _, _])) || halves().all(|half| half.ends_with(&[0, 0]))
}

/// How long the extension is that follows a number: `-8012`.
fn extension(after: &str) -> usize {
    let rest = after.strip_prefix('-').unwrap_or_default();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let ends = (1..=5).contains(&digits) && !word(rest[digits..].chars().next());
    if ends { digits + 1 } else { 0 }
}

/// The find up to here, without a bracket of the sentence.
pub(super) fn balanced(find: &Find<'_>, end: usize) -> Range<usize> {
    let text = &find.view.text()[find.range.start..end];
    let closes = find.after(end).starts_with(')') && text.matches('(').count() > text.matches(')').count();
    let start = find.range.start + usize::from(text.starts_with('(') && !text.contains(')'));
    start..if closes && start == find.range.start { end + 1 } else { end }
}

/// Whether anybody may call this number: 400 and 800 here, the toll-free codes of North America and Britain.
pub(super) fn service(number: &[u8]) -> bool {
    let national = match number {
        [8, 6, rest @ ..] if number.len() == 12 => rest,
        [1, rest @ ..] if number.len() == 11 => rest,
        all => all,
    };
    match national {
        [4 | 8, 0, 0, ..] => national.len() == 10,
        [8, a @ (3..=8), b, ..] => a == b && national.len() == 10,
        [0, 8, 0, 0 | 8, ..] => true,
        _ => false,
    }
}
