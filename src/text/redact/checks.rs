//! Whether a find stands for itself and is what its pattern looks for: check digits, calendars, lengths, neighbours.
//!
//! Not what may be a find: [`super::patterns`]. A check returns the part that is to be blotted out, which may be shorter than the find,
//! since digits in groups reach into whatever comes next.

use std::ops::Range;

use super::names;
use super::view::View;

/// What a pattern found, with what is around it.
pub(super) struct Find<'v> {
    pub(super) view: &'v View<'v>,
    /// All of it.
    pub(super) whole: Range<usize>,
    /// Its group `n`, where it has one, else all of it.
    pub(super) range: Range<usize>,
    /// Where what the same pattern took before ends: that is blotted out and no part of anything.
    pub(super) floor: usize,
    /// Whether a word stands before it that says what it is.
    pub(super) word: bool,
}

impl Find<'_> {
    fn text(&self) -> &str {
        &self.view.text()[self.range.clone()]
    }

    /// The characters before the find, the nearest first; what has no width may also stand between two numbers.
    fn before(&self) -> (Option<char>, Option<char>) {
        if self.view.apart(self.range.start) {
            return (None, None);
        }
        let mut before = self.view.text()[self.floor.min(self.range.start)..self.range.start].chars().rev();
        (before.next(), before.next())
    }

    /// The text after this byte.
    fn after(&self, end: usize) -> &str {
        if self.view.apart(end) { "" } else { &self.view.text()[end..] }
    }

    /// Whether a number that ends here is no part of a longer one, or of an amount: `13812345678.50`.
    fn ends(&self, end: usize) -> bool {
        let mut after = self.after(end).chars();
        match after.next() {
            Some('.') => {
                let decimals = after.take(3).take_while(char::is_ascii_digit).count();
                !(1..=2).contains(&decimals)
            }
            next => !digit(next),
        }
    }

    /// Whether a number begins with the find: none goes on into it, and it is no part of a code such as `SN13812345678`.
    fn begins(&self) -> bool {
        let (before, second) = self.before();
        if digit(before) || before == Some('.') && digit(second) {
            return false;
        }
        let code = self.view.text()[self.floor.min(self.range.start)..self.range.start].trim_end_matches('-');
        let letters = code.len() - code.trim_end_matches(|c: char| c.is_ascii_uppercase()).len();
        let letters = &code[code.len() - letters.min(code.len())..];
        letters.is_empty() || names::BEFORE_NUMBERS.contains(&letters) || self.view.apart(self.range.start)
    }

    /// Whether the find is joined to something before it by a hyphen: `112-0755-1234567`.
    fn joined(&self) -> bool {
        let (before, second) = self.before();
        before == Some('-') && second.is_some_and(|c| c.is_ascii_alphanumeric())
    }
}

fn digit(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_digit())
}

fn word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The digits of a find: all of them, and how long the groups are that something stands between.
#[derive(Debug, Default)]
struct Digits {
    all: Vec<u8>,
    groups: Vec<usize>,
    /// Where the group ends in the find, in bytes.
    ends: Vec<usize>,
}

impl Digits {
    fn of(text: &str) -> Self {
        let mut digits = Self::default();
        let mut last = None;
        for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
            if last.is_some_and(|last| last + 1 == at) {
                // The group before is this one: `last` is set with the first group.
                if let (Some(group), Some(end)) = (digits.groups.last_mut(), digits.ends.last_mut()) {
                    *group += 1;
                    *end = at + 1;
                }
            } else {
                digits.groups.push(1);
                digits.ends.push(at + 1);
            }
            digits.all.push(byte - b'0');
            last = Some(at);
        }
        digits
    }

    /// Whether the first groups are as people make them: one, digits one by one, or few of them and none of a digit alone.
    fn regular(&self, groups: usize) -> bool {
        let (groups, all) = (&self.groups[..groups], self.groups[..groups].iter().sum::<usize>());
        match groups {
            [] => false,
            [_] => true,
            [first, rest @ ..] => groups.len() == all || *first >= 3 && rest.iter().all(|group| *group >= 2),
        }
    }

    /// Whether the first groups are one, digits one by one, fours with a rest, or six and the rest.
    fn as_on_a_card(&self, groups: usize) -> bool {
        let groups = &self.groups[..groups];
        match groups {
            [_] | [6, _] | [4, 6, 5] => true,
            // What has no width may have joined two of them.
            [fours @ .., _] => fours.iter().all(|group| group % 4 == 0) || groups.iter().all(|group| *group == 1),
            [] => false,
        }
    }

    /// The group ends at which so many digits are taken, the most digits first: how many groups, and how many digits.
    fn prefixes(&self, of: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
        let sum = move |groups: usize| (groups, self.groups[..groups].iter().sum::<usize>());
        (1..=self.groups.len()).rev().map(sum).filter(move |(_, digits)| of.contains(digits))
    }
}

/// `+86`, `0755-1234567`, `138 1234 5678`: taken where it stands for itself and is no service number.
pub(super) fn phone(find: &Find<'_>) -> Option<Range<usize>> {
    let digits = Digits::of(find.text());
    let whole = balanced(find, find.range.end);
    (find.begins() && !find.joined() && find.ends(find.range.end) && !service(&digits.all)).then_some(whole)
}

/// Eleven digits, perhaps with 86 before them, in the groups in which people write them.
pub(super) fn mobile(find: &Find<'_>) -> Option<Range<usize>> {
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
pub(super) fn abroad(find: &Find<'_>) -> Option<Range<usize>> {
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
pub(super) fn british(find: &Find<'_>) -> Option<Range<usize>> {
    let digits = Digits::of(find.text());
    let whole = digits.groups.len() == 1 && !digits.all.starts_with(&[0, 7]);
    let count = digits.all.len();
    let fits = count == 11 || count == 10 && digits.all.starts_with(&[0, 9]);
    if whole || !fits { None } else { phone(find) }
}

/// A number after a word that says what it is.
pub(super) fn announced_phone(find: &Find<'_>) -> Option<Range<usize>> {
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
    let day = count == 8 && calendar(number).is_some();
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
        [4, 0, 0, ..] | [8, 0, 0, ..] => national.len() == 10,
        [8, a @ (3..=8), b, ..] => a == b && national.len() == 10,
        [0, 8, 0, 0 | 8, ..] => true,
        _ => false,
    }
}

/// The day that eight digits name.
fn calendar(digits: &[u8]) -> Option<(u32, u32, u32)> {
    let number = |part: &[u8]| part.iter().fold(0, |sum, digit| sum * 10 + u32::from(*digit));
    let (year, month, day) = (number(&digits[..4]), number(&digits[4..6]), number(&digits[6..8]));
    ((1850..=2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day))
        .then_some((year, month, day))
}

/// Eighteen places: a province, a birthday, and the check digit of ISO 7064, MOD 11-2; which may be wrong where a word says what it is.
pub(super) fn id_card(find: &Find<'_>) -> Option<Range<usize>> {
    let text = find.text();
    let digits = Digits::of(text);
    let province = digits.all[0] * 10 + digits.all[1];
    let known = matches!(province, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83);
    let born = calendar(&digits.all[6..14]).is_some();
    let holds = check_digit(&digits.all[..17]) == text.bytes().next_back()?.to_ascii_uppercase() || find.word;
    let after = find.after(find.range.end).chars().next();
    let (before, second) = find.before();
    let stands = !digit(before) && !(before == Some('.') && digit(second)) && !digit(after);
    (known && born && holds && stands && (find.word || !find.joined())).then(|| find.range.clone())
}

/// The check digit of seventeen digits, by ISO 7064, MOD 11-2.
fn check_digit(digits: &[u8]) -> u8 {
    let sum = digits.iter().fold(0_u32, |sum, digit| (sum + u32::from(*digit)) * 2 % 11);
    b"10X98765432"[sum as usize % 11]
}

/// Fifteen to nineteen digits with the first ones of an issuer and the check digit of Luhn; which may be wrong where a word says what
/// it is.
pub(super) fn bank_card(find: &Find<'_>) -> Option<Range<usize>> {
    let digits = Digits::of(find.text());
    if !find.begins() || find.joined() {
        return None;
    }
    let issued = |number: &[u8]| match number {
        [3, 4 | 7, ..] => number.len() == 15,
        [9, 5, 5, 8, ..] => number.len() == 19,
        [3, 5 | 6 | 8, ..] | [4 | 6, ..] => number.len() >= 16,
        [5, ..] => number.len() >= 16,
        [2, 2..=7, ..] => number.len() == 16 && find.word,
        _ => false,
    };
    digits.prefixes(15..20).find_map(|(groups, count)| {
        let number = &digits.all[..count];
        let end = find.range.start + digits.ends[groups - 1];
        let fits = issued(number) && digits.as_on_a_card(groups) && find.ends(end);
        (fits && (luhn(number) || find.word)).then_some(find.range.start..end)
    })
}

/// The check that card numbers pass: every second digit from the right counts double.
fn luhn(number: &[u8]) -> bool {
    let digits = number.iter().rev().map(|digit| u32::from(*digit));
    let sum: u32 = digits.enumerate().map(|(i, d)| if i % 2 == 1 { d * 2 / 10 + d * 2 % 10 } else { d }).sum();
    sum.is_multiple_of(10)
}

/// A plate has three digits at least, and nothing goes on after it.
pub(super) fn plate(find: &Find<'_>) -> Option<Range<usize>> {
    let digits = find.text().bytes().filter(u8::is_ascii_digit).count();
    let after = find.after(find.range.end).chars().next();
    let amount = after.is_some_and(|c| "元块塊万萬%".contains(c));
    (digits >= 3 && !word(after) && !amount).then(|| find.range.clone())
}

/// An address as it is meant to be written, or with blanks around its signs.
pub(super) fn email(find: &Find<'_>) -> Option<Range<usize>> {
    let text = find.text();
    let (local, domain) = text.split_once('@')?;
    let name = local.trim_end();
    let start = find.range.start + (name.len() - name.trim_start_matches(['.', '-', '+', '%']).len());
    let blank_before = name.len() < local.len();
    let host = domain.trim_start();
    let (spaced, mut at, mut end) =
        (blank_before || host.len() < domain.len(), local.len() + 1 + domain.len() - host.len(), None);
    for (i, label) in host.split_inclusive(['.', '。']).enumerate() {
        let bare = label.trim_end_matches(['.', '。']).trim().trim_end_matches('-');
        let indent = label.len() - label.trim_start().len();
        let letters = bare.bytes().take_while(u8::is_ascii_alphabetic).count();
        let loose = spaced || indent > 0 || text[..at].ends_with([' ', '。']);
        let top = &bare[..letters];
        let known = if loose { names::COMMON_TOPS.contains(&top) } else { names::is_top(top) };
        // The rest of the last label is of the sentence: `ann@mail.com-Ann`.
        if i > 0 && (known || !loose && letters >= 2 && letters == bare.len() && end.is_none()) {
            end = Some(at + indent + letters);
        }
        at += label.len();
    }
    let end = end?;
    // `us @hotel.com` names a handle.
    let handle = blank_before
        && name.bytes().all(|b| b.is_ascii_alphabetic())
        && !names::has_provider(host)
        && host.len() == domain.len();
    (!handle && start < find.range.start + name.len()).then_some(start..find.range.start + end)
}

/// `ann at mail dot com`: where it ends as addresses do, and the name is no word of a sentence.
pub(super) fn spelled_email(find: &Find<'_>) -> Option<Range<usize>> {
    let text = find.text();
    let lower = text.to_ascii_lowercase();
    let end = names::tops().filter_map(|top| {
        let at = lower.rfind(top)?;
        let before = lower[..at].trim_end_matches([')', ']', '}', ' ']);
        let alone = !lower[at + top.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        (before.ends_with("dot") && before.len() < at && alone).then_some(at + top.len())
    });
    let end = end.max()?;
    let name = text.split([' ', '(', '[', '{', '@']).next()?;
    let plain = name.bytes().all(|b| b.is_ascii_alphabetic());
    let marked = text.contains(['(', '[', '{', '@']);
    (!plain || marked || find.word || names::has_provider(text)).then_some(find.range.start..find.range.start + end)
}

/// What announces a name: all of the find before it.
fn lead<'f>(find: &'f Find<'_>) -> &'f str {
    find.view.text()[find.whole.start..find.range.start].trim_end()
}

/// Six to twenty letters, digits and marks, of which not all are letters; or letters that are announced, or read as a Chinese name.
pub(super) fn wechat(find: &Find<'_>) -> Option<Range<usize>> {
    let name = find.text();
    let lead = lead(find).to_ascii_lowercase();
    let announced = lead.ends_with([':', '=', '号', '號', '码', '碼']) || lead.ends_with("id");
    let holds = if name.contains(|c: char| c.is_ascii_digit() || c == '_') {
        true
    } else {
        let syllables = names::pinyin(&name.to_ascii_lowercase().replace('-', ""));
        let attached = syllables == 2 && name.len() >= 7 && !lead.ends_with(|c: char| c.is_ascii());
        !names::is_word(name) && (announced || syllables >= 3 || attached)
    };
    fits(find, holds)
}

/// The same after another name, where it is not the word for another messenger: `、QQ12345678`.
pub(super) fn wechat_listed(find: &Find<'_>) -> Option<Range<usize>> {
    let name = find.text();
    let letters = name.len() - name.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    let label = letters == 2 && name[2..].bytes().all(|b| b.is_ascii_digit());
    if label { None } else { wechat(find) }
}

/// Words after which a code stands, or an amount, and no name.
const CODES: [&str; 9] = ["单", "订", "編", "编", "型", "网址", "版本", "额", "价"];

/// The name in a sentence that speaks of a messenger before its colon: it has a digit or a mark, and is no code.
pub(super) fn account_afar(find: &Find<'_>) -> Option<Range<usize>> {
    let name = find.text();
    let code = CODES.iter().any(|word| lead(find).contains(word));
    let letters = name.bytes().filter(u8::is_ascii_alphabetic).count();
    let holds = name.starts_with(|c: char| c.is_ascii_lowercase()) && letters < name.len() && !name.contains('-');
    fits(find, !code && letters >= 2 && holds)
}

/// A name that is said afterwards to be one: it has a digit or a mark.
pub(super) fn account_before(find: &Find<'_>) -> Option<Range<usize>> {
    let (before, _) = find.before();
    let holds = !find.text().bytes().all(|b| b.is_ascii_alphabetic()) && !word(before) && before != Some('-');
    (holds && find.range.len() <= 20).then(|| find.range.clone())
}

fn fits(find: &Find<'_>, holds: bool) -> Option<Range<usize>> {
    let length = find.range.len();
    (holds && length <= 20 && !word(find.after(find.range.end).chars().next())).then(|| find.range.clone())
}

/// Five to eleven digits: the first group, or groups that are short by themselves.
pub(super) fn qq(find: &Find<'_>) -> Option<Range<usize>> {
    let digits = Digits::of(find.text());
    let groups = if digits.groups[0] >= 5 {
        1
    } else {
        digits.prefixes(5..12).map(|(groups, _)| groups).find(|groups| digits.regular(*groups))?
    };
    let end = find.range.start + digits.ends[groups - 1];
    let after = find.after(end).chars().next();
    let amount = after.is_some_and(|c| "元块塊万萬分%年月日个人次步".contains(c));
    (find.ends(end) && !word(after) && !amount).then_some(find.range.start..end)
}

/// The same in a sentence that speaks of QQ before its colon.
pub(super) fn qq_afar(find: &Find<'_>) -> Option<Range<usize>> {
    if CODES.iter().any(|word| lead(find).contains(word)) { None } else { qq(find) }
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

    #[test]
    fn groups_are_regular_as_people_make_them() {
        for (text, regular) in [
            ("13812345678", true),
            ("138 1234 5678", true),
            ("1 3 8 1 2", true),
            ("1 38 1234 5678", false),
            ("138 1 2345678", false),
        ] {
            let digits = Digits::of(text);
            assert_eq!(digits.regular(digits.groups.len()), regular, "{text}");
        }
    }

    #[test]
    fn a_day_is_in_the_calendar() {
        assert_eq!(calendar(&digits("19491231")), Some((1949, 12, 31)));
        for text in ["19491331", "19490001", "19491200", "17001231"] {
            assert_eq!(calendar(&digits(text)), None, "{text}");
        }
    }
}
