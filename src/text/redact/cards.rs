//! Identity cards and bank cards: their patterns, and their check digits.

use std::ops::Range;

use super::context::is_code;
use super::find::{Digits, Find, digit, is_day};
use super::kinds::Kind;
use super::patterns::{Gate, Written, sep};

/// Words in whose sentence eighteen places are an identity card, even where the check digit is wrong.
const ID_WORD: &str =
    r"(?i)(?:身份证|身份證|证件|證件|(?-u:\b)id(?: card| number| no)?(?-u:\b)|(?-u:\b)id$)[^。！？!?\r\n]{0,16}$";
/// What such a sentence may say after it: `这串证件号`.
const ID_WORDS_AFTER: [&str; 4] = ["身份证", "身份證", "证件", "證件"];
/// How far after it, in bytes.
const AFTER: usize = 24;
/// Words after which sixteen to nineteen digits are a bank card, even where the check digit is wrong.
const CARD_WORD: &str = r"(?i)(?:银行卡|銀行卡|储蓄卡|信用卡|借记卡|(?-u:\b)(?:bank|credit|debit) card)(?: ?(?:号码|号|號|no\.?|number))?[ :,=是为為(]{0,3}(?:is )?$";

/// In the order in which they take what they find.
pub(super) static PATTERNS: [Written; 2] = [
    // Region, birth date, serial number and check digit, in whatever groups.
    Written::new(
        Kind::IdCard,
        Gate::Digits(17),
        concat!(r"[1-8](?:", sep!(), r"[0-9]){16}", sep!(), "[0-9Xx]"),
        Some(ID_WORD),
        id_card,
    ),
    // Fifteen to nineteen digits, of which the check takes as many as pass.
    Written::new(
        Kind::BankCard,
        Gate::Digits(15),
        concat!(r"[2-69](?:", sep!(), r"[0-9]){14,18}"),
        Some(CARD_WORD),
        bank_card,
    ),
];

/// Eighteen places: a province, a birthday, and the check digit of ISO 7064, MOD 11-2; which may be wrong where a word says what it is.
fn id_card(find: &Find<'_>) -> Option<Range<usize>> {
    let text = find.text();
    let digits = Digits::of(text);
    let province = digits.all[0] * 10 + digits.all[1];
    let known = matches!(province, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83);
    let born = is_day(&digits.all[6..14]);
    let rest = find.after(find.range.end);
    let rest = &rest[..rest.floor_char_boundary(AFTER)];
    let named = || find.word() || ID_WORDS_AFTER.iter().any(|word| rest.contains(word));
    let holds = check_digit(&digits.all[..17]) == text.bytes().next_back()?.to_ascii_uppercase();
    let after = find.after(find.range.end).chars().next();
    let (before, second) = find.before();
    let part = digit(before) || digit(after) || before == Some('.') && digit(second);
    (known && born && !part && (holds && !find.joined() || named())).then(|| find.range.clone())
}

/// The check digit of seventeen digits, by ISO 7064, MOD 11-2.
fn check_digit(digits: &[u8]) -> u8 {
    let sum = digits.iter().fold(0_u32, |sum, digit| (sum + u32::from(*digit)) * 2 % 11);
    b"10X98765432"[sum as usize % 11]
}

/// Fifteen to nineteen digits with the first ones of an issuer and the check digit of Luhn; which may be wrong where a word says what
/// it is.
fn bank_card(find: &Find<'_>) -> Option<Range<usize>> {
    let digits = Digits::of(find.text());
    if !find.begins() || find.joined() {
        return None;
    }
    let issued = |number: &[u8]| match number {
        [3, 4 | 7, ..] => number.len() == 15,
        [9, 5, 5, 8, ..] => number.len() == 19,
        [3, 5 | 6 | 8, ..] | [4..=6, ..] => number.len() >= 16,
        [2, 2..=7, ..] => number.len() == 16 && find.word(),
        _ => false,
    };
    digits.prefixes(15..20).find_map(|(groups, count)| {
        let number = &digits.all[..count];
        let end = find.range.start + digits.ends[groups - 1];
        let fits = issued(number) && digits.as_on_a_card(groups) && find.ends(end);
        (fits && (luhn(number) && !is_code(find) || find.word())).then_some(find.range.start..end)
    })
}

/// The check that card numbers pass: every second digit from the right counts double.
fn luhn(number: &[u8]) -> bool {
    let digits = number.iter().rev().map(|digit| u32::from(*digit));
    let sum: u32 = digits.enumerate().map(|(i, d)| if i % 2 == 1 { d * 2 / 10 + d * 2 % 10 } else { d }).sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        Digits::of(text).all
    }

    #[test]
    fn check_digits_are_those_of_the_standards() {
        for (number, expected) in [("11010519491231002", b'X'), ("44052418800101001", b'4')] {
            assert_eq!(check_digit(&digits(number)), expected, "{number}");
        }
        for (number, holds) in
            [("4111 1111 1111 1111", true), ("4111 1111 1111 1112", false), ("378282246310005", true)]
        {
            assert_eq!(luhn(&digits(number)), holds, "{number}");
        }
    }
}
