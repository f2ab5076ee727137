//! Phone numbers: their patterns, and what a find must be.
//!
//! Numbers that anybody may call stay: 400 and 800, and the toll-free codes of other countries.

use std::ops::Range;

use super::find::{Digits, Find, is_day, word};
use super::kinds::Kind;
use super::patterns::{Gate, Written, sep};

/// Words after which a short number is a phone number.
const PHONE_WORD: &str = concat!(
    r"(?i)(?:电话|電話|手机|手機|座机|座機|致电|致電|回电|回電|打我|打给我|打給我|联系方式|聯絡|联系我|短信到",
    r"|(?-u:\b)(?:tel|telephone|phone|mobile|cell|whats ?app|call|ring|text|reach|(?:my|contact) (?:number|no)))",
    r"(?: ?(?:号码|號碼|号|號|no\.?|number|#))?[ :.,=是为為係(]{0,3}(?:(?:me|us|him|her|is|at|on|to) ?:? ?){0,3}$"
);

/// In the order in which they take what they find.
pub(super) static PATTERNS: [Written; 10] = [
    // Mainland mobile, in whatever groups people make.
    Written::new(
        Kind::Phone,
        Gate::Digits(11),
        concat!(r"(?:[(（]?(?:\+|00)?86\)?", sep!(), r")?1", sep!(), r"[3-9](?:", sep!(), r"[0-9]){9}"),
        None,
        mobile,
    ),
    // Mainland landline with the code of the country.
    Written::new(
        Kind::Phone,
        Gate::Digits(11),
        concat!(
            r"\(?(?:\+|00)86\)?",
            sep!(),
            r"\(?0?[1-9][0-9]{1,2}\)?",
            sep!(),
            r"[2-9][0-9]{2,3}",
            sep!(),
            "[0-9]{4}"
        ),
        None,
        phone,
    ),
    // Hong Kong, Macau and Singapore with their codes.
    Written::new(
        Kind::Phone,
        Gate::Digits(10),
        concat!(
            r"(?:\(?(?:\+|00)\(?(?:85[23]|65)\)?|\(85[23]\)|85[23][ -])",
            sep!(),
            r"[2-9][0-9]{3}",
            sep!(),
            "[0-9]{4}"
        ),
        None,
        phone,
    ),
    // North America.
    Written::new(
        Kind::Phone,
        Gate::Digits(10),
        concat!(
            r"(?:(?:\(?\+1\)?|001)",
            sep!(),
            r"\(?[2-9][0-9]{2}\)?",
            sep!(),
            r"|(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?-?|[2-9][0-9]{2}[.-]))[2-9][0-9]{2}",
            sep!(),
            "[0-9]{4}"
        ),
        None,
        phone,
    ),
    // Any country, with its plus, or with the two noughts in its place.
    Written::new(
        Kind::Phone,
        Gate::Digits(8),
        concat!(
            r"(?:\(?\+\(?[1-9][0-9]{0,2}|00(?:44|886|8[1246]|6[0-6]|3[0-9]|4[0-9]))\)?",
            r"(?:",
            sep!(),
            r"\([0-9]{1,5}\))?(?:",
            sep!(),
            r"[0-9]){6,14}"
        ),
        None,
        abroad,
    ),
    // Mainland landline: area code in brackets or apart from the number, perhaps with an extension.
    Written::new(
        Kind::Phone,
        Gate::Digits(10),
        concat!(
            r"(?:\(0(?:10|2[0-9]|[3-9][0-9]{2})\) ?-? ?|0(?:10|2[0-9]|[3-9][0-9]{2}) ?[ .-] ?)[1-9][0-9]{2,3}",
            sep!(),
            "[0-9]{4}(?:-[0-9]{1,5})?"
        ),
        None,
        phone,
    ),
    // The same in one piece.
    Written::new(
        Kind::Phone,
        Gate::Digits(11),
        r"0(?:(?:10|2[0-9])[2-9][0-9]{3}|[3-9][1-9][0-9][2-9][0-9]{2,3})[0-9]{4}",
        None,
        phone,
    ),
    // The same, digit by digit.
    Written::new(Kind::Phone, Gate::Digits(11), r"0(?:[ -][0-9]){10,11}", None, phone),
    // British numbers, and mobiles of Taiwan.
    Written::new(
        Kind::Phone,
        Gate::Digits(10),
        concat!(
            r"(?:\(?0(?:7[0-9]{3}|20|2[3489]|1[0-9]1|11[0-9]|1[2-9][0-9]{2,3})\)?",
            sep!(),
            r"[0-9]{3,4}",
            sep!(),
            "[0-9]{3,4}|09[0-9]{2}[ -][0-9]{3}[ -]?[0-9]{3})"
        ),
        None,
        british,
    ),
    // Where the text says that it is a phone number, shorter ones and those of any shape.
    Written::new(
        Kind::Phone,
        Gate::Digits(7),
        concat!(r"\(?[0-9]\)?(?:", sep!(), r"[0-9]\)?){6,11}"),
        Some(PHONE_WORD),
        announced_phone,
    ),
];

/// `+86`, `0755-1234567`, `138 1234 5678`: taken where it stands for itself and is no service number.
fn phone(find: &Find<'_>) -> Option<Range<usize>> {
    let digits = Digits::of(find.text());
    let whole = balanced(find, find.range.end);
    (find.begins() && !find.joined() && find.ends(find.range.end) && !service(&digits.all)).then_some(whole)
}

/// Eleven digits, perhaps with 86 before them, in the groups in which people write them.
fn mobile(find: &Find<'_>) -> Option<Range<usize>> {
    let text = find.text();
    let places: Vec<usize> = text.bytes().enumerate().filter(|(_, b)| b.is_ascii_digit()).map(|(at, _)| at).collect();
    let number = &text[places[places.len() - 11]..];
    let digits = Digits::of(number);
    let marks: Vec<u8> = number.bytes().filter(|b| !b.is_ascii_digit()).collect();
    let even = marks.windows(2).all(|pair| pair[0] == pair[1]);
    let usual =
        matches!(digits.groups[..], [3, 4, 4] | [4, 4, 3] | [3, 8]) || even && digits.regular(digits.groups.len());
    // The code of another country makes it a number of that country.
    let before =
        find.view.text()[find.floor.min(find.range.start)..find.range.start].trim_end_matches([' ', '-', '.', ')']);
    let abroad = before.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with('+') && !before.ends_with('+');
    (usual && !abroad && find.begins() && find.ends(find.range.end)).then(|| balanced(find, find.range.end))
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
    if !find.word {
        return None;
    }
    let digits = Digits::of(find.text());
    let (groups, count) = match digits.groups[..] {
        [first, ..] if (7..=12).contains(&first) => (1, first),
        [4, 4, ..] => (2, 8),
        _ => digits.prefixes(7..13).find(|(groups, _)| digits.regular(*groups))?,
    };
    let end = find.range.start + digits.ends[groups - 1];
    let number = &digits.all[..count];
    let after = find.after(end).chars().next();
    let amount = after.is_some_and(|c| "元块塊万萬分%年月日".contains(c));
    let day = count == 8 && is_day(number);
    (find.begins() && find.ends(end) && !service(number) && !amount && !day && !word(after))
        .then(|| balanced(find, end))
}

/// The find up to here, without a bracket of the sentence.
fn balanced(find: &Find<'_>, end: usize) -> Range<usize> {
    let text = &find.view.text()[find.range.start..end];
    let closes = find.after(end).starts_with(')') && text.matches('(').count() > text.matches(')').count();
    let start = find.range.start + usize::from(text.starts_with('(') && !text.contains(')'));
    start..if closes && start == find.range.start { end + 1 } else { end }
}

/// Whether anybody may call this number: 400 and 800 here, the toll-free codes of North America and Britain.
fn service(number: &[u8]) -> bool {
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
