//! Redaction of any text.

use std::sync::LazyLock;

use verbatim::text::Redactor;

use super::Seed;

/// What was redacted stays as it is; each character is itself, or a blot of its length.
pub fn target(data: &[u8]) -> bool {
    static REDACTOR: LazyLock<Redactor> = LazyLock::new(Redactor::new);
    let text = String::from_utf8_lossy(&data[..data.len().min(1 << 12)]);
    let Some((clean, counts)) = REDACTOR.redact(&text) else { return false };
    assert!(counts.total() > 0, "what is blotted out is counted");
    assert_ne!(clean, *text, "something was found");
    assert!(REDACTOR.redact(&clean).is_none(), "redacting what was redacted changes it: {text:?} {clean:?}");
    let mut before = text.char_indices();
    for (at, c) in clean.char_indices() {
        let (was_at, was) = before.next().expect("no character is added");
        assert_eq!(at, was_at, "offsets hold");
        let blot = ['*', '·', '＊', '\u{1F7B6}'][was.len_utf8() - 1];
        assert!(c == was || c == blot, "{was:?} became {c:?}");
    }
    assert!(before.next().is_none(), "no character is lost");
    true
}

/// Comments with made-up personal data.
pub fn seeds() -> Vec<Seed> {
    let texts = [
        "打我电话138 0013 8000或者 010-62345678 转 12",
        "mail a.b+c@example.com or call +44 20 7946 0958",
        "身份证11010519491231002X，车牌京A·12345",
        "card 4111 1111 1111 1111 exp 12/27; IBAN DE89 3704 0044 0532 0130 00",
        "微信号：abc_12345 QQ 123456789",
        "&#49;３８00138０００ zero(1)three",
    ];
    let order = "订单号 202606011234567 等了 3 个小时";
    texts.into_iter().map(Seed::valid).chain([Seed::refused(order)]).collect()
}

/// Pieces of personal data.
pub const WORDS: &[&str] = &[
    "138", "0013", "8000", "-", " ", "+86", "(", ")", "@", ".com", "微信", "QQ", "电话", "card", "京A", "X", "1", "０",
    "一", "&#49;", "&nbsp;", "\u{a0}", "\u{2013}", "\u{200b}", "*", "＊", "转", "ext.", "号", "/",
];
