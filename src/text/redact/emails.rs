//! E-mail addresses: their patterns, and where they end.

use std::ops::Range;

use super::find::Find;
use super::kinds::Kind;
use super::names;
use super::patterns::{Gate, Written};

/// In the order in which they take what they find.
pub(super) static PATTERNS: [Written; 2] = [
    Written::new(
        Kind::Email,
        Gate::At,
        r"[A-Za-z0-9._%+\-]{1,64} ?@ ?[A-Za-z0-9\-]{1,63}(?: ?[.。] ?[A-Za-z0-9\-]{1,63}){1,4}",
        None,
        email,
    ),
    // `ann at mail dot com`, `ann (at) mail (dot) com`.
    Written::new(
        Kind::Email,
        Gate::Dot,
        r"(?i)[a-z0-9._%+\-]{1,64}(?: at | ?[(\[{]at[)\]}] ?| ?@ ?)[a-z0-9\-]{1,63}(?:(?: dot | ?[(\[{]dot[)\]}] ?)[a-z0-9\-]{1,63}){1,4}",
        None,
        spelled_email,
    ),
];

/// An address as it is meant to be written, or with blanks around its signs.
fn email(find: &Find<'_>) -> Option<Range<usize>> {
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
fn spelled_email(find: &Find<'_>) -> Option<Range<usize>> {
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
