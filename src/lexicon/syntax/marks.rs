//! Marks of a Chinese keyboard, and what TOML has in their place.
//!
//! Not for marks inside texts: there they are what people write.

/// What a mark is, and what to write for it; nothing where it is none of these.
pub(super) fn half(mark: char) -> Option<(&'static str, &'static str)> {
    Some(match mark {
        '，' => ("a full-width comma", ","),
        '、' => ("a Chinese comma", ","),
        '；' => ("a full-width semicolon", ","),
        '：' => ("a full-width colon", "="),
        '＝' => ("a full-width equals sign", "="),
        '＃' => ("a full-width hash sign", "#"),
        '［' | '【' | '〔' | '（' => ("a full-width bracket", "["),
        '］' | '】' | '〕' | '）' => ("a full-width bracket", "]"),
        '｛' => ("a full-width bracket", "{"),
        '｝' => ("a full-width bracket", "}"),
        '“' | '”' | '„' | '‟' => ("a curly quote", "\""),
        '‘' | '’' => ("a curly quote", "'"),
        '＂' => ("a full-width quote", "\""),
        '＇' => ("a full-width quote", "'"),
        '「' | '」' | '『' | '』' | '《' | '》' => ("a Chinese quote", "\""),
        '．' | '。' => ("a full-width stop", "."),
        '＿' => ("a full-width underscore", "_"),
        '－' => ("a full-width dash", "-"),
        '\u{3000}' => ("a full-width blank", " "),
        '\u{a0}' | '\u{2002}' | '\u{2003}' | '\u{2009}' | '\u{202f}' => ("a blank that TOML does not know", " "),
        _ => return None,
    })
}

/// The quotes that may end a text that begins with this one in the place of a plain quote; none where it is none of them.
pub(super) const fn closers(quote: char) -> Option<&'static [char]> {
    match quote {
        '“' | '”' | '„' | '‟' | '＂' => Some(&['”', '“', '‟', '＂', '"']),
        '‘' | '’' | '＇' => Some(&['’', '‘', '＇', '\'']),
        '「' | '」' => Some(&['」', '"']),
        '『' | '』' => Some(&['』', '"']),
        '《' | '》' => Some(&['》', '"']),
        _ => None,
    }
}
