//! How one written term is read: words, open endings, slips, proximity, regular expressions.
//!
//! Not for finding it in a text (`tag`), nor for folding it (`compile` does that with the folding of `text`).

use super::variants;

/// A term, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// Words in a row.
    Words(Phrase),
    /// `A ~3 B`: each part after the one before, at most so many tokens between them.
    Near {
        /// The parts, two or more.
        parts: Vec<Phrase>,
        /// The most tokens before each part but the first.
        gaps: Vec<u8>,
    },
    /// `A & B`: all in one clause, in any order.
    Together(Vec<Phrase>),
    /// `re:/…/` on the folded text.
    Regex(String),
}

/// Words in a row, perhaps with an open ending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// The words, as written.
    pub text: String,
    /// Whether any ending may follow (`rattl*`).
    pub open_end: bool,
    /// Whether one slip of the pen is forgiven (`outrageous~`).
    pub slips: bool,
}

/// The longest proximity that a term may ask for, in tokens.
pub const MAX_GAP: u8 = 9;

/// Reads a written term.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn parse(written: &str) -> Result<Pattern, String> {
    let written = written.trim();
    if written.is_empty() {
        return Err("the term is empty".to_owned());
    }
    if let Some(rest) = written.strip_prefix("re:") {
        let Some(inner) = rest.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) else {
            return Err("a regular expression is written re:/…/".to_owned());
        };
        if inner.is_empty() {
            return Err("the regular expression is empty".to_owned());
        }
        return Ok(Pattern::Regex(inner.to_owned()));
    }
    let near = written.split_whitespace().any(|word| word.starts_with('~'));
    let together = written.split_whitespace().any(|word| word == "&");
    match (near, together) {
        (true, true) => Err("`~` and `&` cannot stand in one term".to_owned()),
        (true, false) => parse_near(written),
        (false, true) => {
            Ok(Pattern::Together(written.split(" & ").map(parse_phrase).collect::<Result<Vec<Phrase>, String>>()?))
        }
        (false, false) => Ok(Pattern::Words(parse_phrase(written)?)),
    }
}

fn parse_near(written: &str) -> Result<Pattern, String> {
    let mut parts = Vec::new();
    let mut gaps = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    for word in written.split_whitespace() {
        if let Some(number) = word.strip_prefix('~') {
            let gap: u8 = number.parse().map_err(|_| format!("`{word}` needs a number of tokens, such as ~3"))?;
            if gap > MAX_GAP {
                return Err(format!("`{word}` reaches too far: at most ~{MAX_GAP}"));
            }
            parts.push(parse_phrase(&words.join(" "))?);
            gaps.push(gap);
            words.clear();
        } else {
            words.push(word);
        }
    }
    parts.push(parse_phrase(&words.join(" "))?);
    Ok(Pattern::Near { parts, gaps })
}

fn parse_phrase(written: &str) -> Result<Phrase, String> {
    let written = written.trim();
    let (text, open_end) = match written.strip_suffix('*') {
        Some(stem) => (stem, true),
        None => (written, false),
    };
    let (text, slips) = match text.strip_suffix('~') {
        Some(word) if word.chars().all(|c| c.is_ascii_alphabetic()) => (word, true),
        _ => (text, false),
    };
    if slips && text.len() < variants::SHORTEST {
        return Err(format!("`~` (one slip of the pen) is for words of at least {} letters", variants::SHORTEST));
    }
    if text.is_empty() {
        return Err("a part of the term is empty".to_owned());
    }
    if text.contains('*') && text.chars().any(char::is_alphanumeric) {
        return Err("`*` stands only at the end of a word".to_owned());
    }
    if open_end && !text.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        return Err("`*` (any ending) is for English words".to_owned());
    }
    Ok(Phrase { text: text.to_owned(), open_end, slips })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, open_end: bool) -> Phrase {
        Phrase { text: text.to_owned(), open_end, slips: false }
    }

    #[test]
    fn terms_are_read_as_the_page_says() {
        for (written, want) in [
            ("噪音", Pattern::Words(words("噪音", false))),
            ("sound level", Pattern::Words(words("sound level", false))),
            ("rattl*", Pattern::Words(words("rattl", true))),
            ("call & back", Pattern::Together(vec![words("call", false), words("back", false)])),
            (
                "服务员 ~3 不理",
                Pattern::Near { parts: vec![words("服务员", false), words("不理", false)], gaps: vec![3] },
            ),
            (
                "no one ~2 answer* ~4 phone",
                Pattern::Near {
                    parts: vec![words("no one", false), words("answer", true), words("phone", false)],
                    gaps: vec![2, 4],
                },
            ),
            ("re:/等了?[0-9]+天/", Pattern::Regex("等了?[0-9]+天".to_owned())),
            ("R&D", Pattern::Words(words("R&D", false))),
            ("outrageous~", Pattern::Words(Phrase { text: "outrageous".to_owned(), open_end: false, slips: true })),
            ("^o~", Pattern::Words(words("^o~", false))),
        ] {
            assert_eq!(parse(written), Ok(want), "{written}");
        }
    }

    #[test]
    fn a_broken_term_says_what_is_wrong() {
        for (written, part) in [
            ("", "empty"),
            ("re:/", "re:/…/"),
            ("a ~x b", "number of tokens"),
            ("a ~10 b", "too far"),
            ("~3 b", "empty"),
            ("a ~3", "empty"),
            ("a & b ~2 c", "one term"),
            ("吵*", "English"),
            ("ra*tl", "end of a word"),
            ("quiet~", "7 letters"),
        ] {
            let error = parse(written).expect_err(written);
            assert!(error.contains(part), "{written}: {error}");
        }
    }
}
