//! HTML entities that survey tools leave in comments.
//!
//! Not an HTML parser: tags stay as they are, and what is no known entity stays an ampersand.

/// The named entities that occur in comments.
const NAMED: [(&str, char); 30] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{A0}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("zwnj", '\u{200C}'),
    ("zwj", '\u{200D}'),
    ("shy", '\u{AD}'),
    ("hellip", '…'),
    ("mdash", '—'),
    ("ndash", '–'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("middot", '·'),
    ("bull", '•'),
    ("deg", '°'),
    ("times", '×'),
    ("euro", '€'),
    ("pound", '£'),
    ("yen", '¥'),
    ("copy", '©'),
    ("eacute", 'é'),
];

/// The longest entity, in bytes: `&#x10FFFF;`.
const LONGEST: usize = 10;

/// The character of the entity with which `text` starts, and the entity's length in bytes.
pub(in crate::text) fn decode(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    let length = body.bytes().take(LONGEST - 1).position(|b| b == b';')?;
    let name = &body[..length];
    let c = match name.strip_prefix('#') {
        None => NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c)?,
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16).ok()?,
                None if number.bytes().all(|b| b.is_ascii_digit()) => number.parse().ok()?,
                _ => return None,
            };
            char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))?
        }
    };
    Some((c, length + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_known_by_name_and_number() {
        for (text, expected) in [
            ("&amp;x", Some(('&', 5))),
            ("&#39;s", Some(('\'', 5))),
            ("&#x670D;", Some(('服', 8))),
            ("&#X670d;", Some(('服', 8))),
            ("&nbsp;", Some(('\u{A0}', 6))),
            ("&", None),
            ("&;", None),
            ("&#;", None),
            ("&#x;", None),
            ("&#0;", None),
            ("&#xD800;", None),
            ("&#+39;", None),
            ("&服务;", None),
            ("R&D;", None),
            ("& more;", None),
        ] {
            assert_eq!(decode(text), expected, "{text}");
        }
    }
}
