//! E-mail addresses: their patterns, and where they begin and end.

use std::ops::Range;

use super::find::Find;
use super::kinds::Kind;
use super::names;
use super::patterns::{Gate, Written};

/// In the order in which they take what they find.
pub(super) static PATTERNS: [Written; 3] = [
    Written::new(
        Kind::Email,
        Gate::At,
        r"[A-Za-z0-9._%+\-]{0,64} ?@ ?[A-Za-z0-9\-]{1,63}(?: ?[.。] ?[A-Za-z0-9\-]{1,63}|,(?:com|cn|net)(?-u:\b)){1,4}",
        None,
        email,
    ),
    // Hosts in Chinese: `ann@例子.中国`.
    Written::new(
        Kind::Email,
        Gate::At,
        r"[A-Za-z0-9._%+\-]{0,64}@[A-Za-z0-9\-]{0,12}[一-鿿][A-Za-z0-9一-鿿\-]{0,12}\.(?:cn|com|net|hk|tw|中国|中國|公司|网络|网址|香港|台湾|台灣)",
        None,
        chinese_host,
    ),
    // `ann at mail dot com`, `ann (at) mail.com`, `ann艾特mail点com`, `ann # mail.com`.
    Written::new(
        Kind::Email,
        Gate::Spelled,
        r"(?i)[a-z0-9._%+\-]{1,64}(?: at | ?(?:[(\[{]at[)\]}]|[@#]|艾特) ?)[a-z0-9\-]{1,63}(?:(?: dot |\.| ?(?:[(\[{]dot[)\]}]|点) ?)[a-z0-9\-]{1,63}){1,4}",
        Some(
            r"(?i)(?:邮箱|邮件|电邮|信箱|(?-u:\b)(?:e-?mail|mail(?: me)?|write(?: to)?|contact|send(?: it)? to))(?: ?(?:地址|address))?[ :是为]{0,3}(?:is )?$",
        ),
        spelled_email,
    ),
];

/// Whether this stands in the name of an address: a letter of the scripts that people put blanks between, or a mark.
fn in_name(c: char) -> bool {
    let lettered = c < '\u{900}' || ('\u{1E00}'..'\u{2000}').contains(&c);
    let mark = c.is_ascii() && "._%+-'".contains(c) || matches!(c, '’' | '\u{300}'..='\u{36F}');
    mark || lettered && c.is_alphanumeric()
}

/// The longest name that an address has, in characters.
const LONGEST_NAME: usize = 64;

/// Where the name begins that stands before this byte: what a pattern finds of it ends at letters that are not of ASCII.
fn name_start(find: &Find<'_>, end: usize) -> usize {
    let before = &find.view.text()[find.floor.min(end)..end];
    let name = before.chars().rev().take(LONGEST_NAME).take_while(|c| in_name(*c)).map(char::len_utf8).sum::<usize>();
    let name = &before[before.len() - name..];
    end - name.trim_start_matches(['.', '-', '+', '%', '\'', '’']).len()
}

/// An address as it is meant to be written, or with blanks around its signs.
fn email(find: &Find<'_>) -> Option<Range<usize>> {
    let text = find.text();
    let (local, domain) = text.split_once('@')?;
    let until = find.range.start + local.trim_end().len();
    let start = name_start(find, until);
    let name = &find.view.text()[start..until];
    let blank_before = local.ends_with(' ');
    let host = domain.trim_start();
    let (spaced, mut at, mut end) =
        (blank_before || host.len() < domain.len(), local.len() + 1 + domain.len() - host.len(), None);
    for (i, label) in host.split_inclusive(['.', '。', ',']).enumerate() {
        let bare = label.trim_end_matches(['.', '。', ',']).trim().trim_end_matches('-');
        let indent = label.len() - label.trim_start().len();
        let letters = bare.bytes().take_while(u8::is_ascii_alphabetic).count();
        let loose = spaced || indent > 0 || text[..at].ends_with([' ', '。', ',']);
        let top = &bare[..letters];
        let known = if loose { names::COMMON_TOPS.contains(&top) } else { names::is_top(top) };
        // A comma is one of the sentence, unless the mail of a provider is before it.
        let known = known && (!text[..at].ends_with(',') || names::has_provider(&text[..at]));
        // The rest of the last label is of the sentence: `ann@mail.com-Ann`.
        if i > 0 && (known || !loose && letters >= 2 && letters == bare.len() && end.is_none()) {
            end = Some(at + indent + letters);
        }
        at += label.len();
    }
    let end = end?;
    // `us @hotel.com` names a handle.
    let handle = blank_before
        && name.chars().all(char::is_alphabetic)
        && !names::has_provider(host)
        && host.len() == domain.len();
    (!handle && start < until).then_some(start..find.range.start + end)
}

/// Longest name in Chinese, in characters.
const CHINESE_NAME: usize = 4;

/// An address with a host in Chinese; its name too may be in Chinese, where something parts it from the words before it.
fn chinese_host(find: &Find<'_>) -> Option<Range<usize>> {
    let until = find.range.start + find.text().find('@')?;
    let mut start = name_start(find, until);
    if start == until {
        let before = &find.view.text()[find.floor.min(until)..until];
        let parted = |c: char| !c.is_alphanumeric() || "是为為到给給".contains(c);
        let name: usize = before.chars().rev().take_while(|c| !parted(*c)).take(CHINESE_NAME).map(char::len_utf8).sum();
        start = until - name;
    }
    (start < until).then_some(start..find.range.end)
}

/// `ann at mail dot com`: where it ends as addresses do, and the name is no word of a sentence.
fn spelled_email(find: &Find<'_>) -> Option<Range<usize>> {
    let text = find.text();
    let lower = text.to_ascii_lowercase();
    let end = names::tops().filter_map(|top| {
        let at = lower.rfind(top)?;
        let before = lower[..at].trim_end_matches([')', ']', '}', ' ']);
        let alone = !lower[at + top.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        let dot = lower[..at].ends_with('.') || before.ends_with("点") || before.ends_with("dot") && before.len() < at;
        (dot && alone).then_some(at + top.len())
    });
    let end = end.max()?;
    let until = text.find([' ', '(', '[', '{', '@', '#', '艾'])?;
    let host = &text[until..];
    let until = find.range.start + until;
    let start = name_start(find, until);
    let name = &find.view.text()[start..until];
    let plain = name.chars().all(char::is_alphabetic);
    let provider = names::has_provider(host);
    // Capitals in an address that has none else are its signs: `ann AT mail DOT com`.
    let shouted = host.starts_with(" AT ") && text.contains(|c: char| c.is_ascii_lowercase());
    let bracketed = text.contains(['(', '[', '{', '艾']);
    let is_name = || shouted || !plain || names::is_chinese(name) || find.word();
    let holds = if lower.contains("dot") || text.contains('点') {
        bracketed || shouted || text.contains('@') || !plain || provider || find.word()
    } else if text.contains(['@', '#']) {
        // What is written with `@` is for the other patterns.
        text.contains('#') && provider && is_name()
    } else {
        bracketed || provider && !names::is_before_at(name) && (names::has_mail_only(host) || is_name())
    };
    (holds && start < until).then_some(start..find.range.start + end)
}
