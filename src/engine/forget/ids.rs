//! Ids where no ids stand: in files of others, notes, names of files.
//!
//! Not for columns of ids, where they are compared as a whole whatever they are. Elsewhere a short id is anything, and so is a word without
//! digits: only long ones are looked for.

use std::collections::BTreeSet;

use memchr::memmem;

/// Bytes from which on an id is looked for.
const LONG: usize = 6;

/// Those of some ids that are long.
pub(super) struct LongIds<'a> {
    ids: BTreeSet<&'a str>,
    finders: Vec<memmem::Finder<'a>>,
}

impl<'a> LongIds<'a> {
    pub(super) fn of(ids: impl Iterator<Item = &'a String>) -> Self {
        // One without digits may be a word of the language.
        let is_long = |id: &&str| id.len() >= LONG && id.bytes().any(|b| b.is_ascii_digit());
        let ids: BTreeSet<&str> = ids.map(String::as_str).filter(is_long).collect();
        Self { finders: ids.iter().map(|id| memmem::Finder::new(id.as_bytes())).collect(), ids }
    }

    /// Whether the word is one of them.
    pub(super) fn is(&self, word: &str) -> bool {
        self.ids.contains(word)
    }

    /// Whether the text holds one that is not a part of a longer word, id or number.
    pub(super) fn in_text(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let at = |at: Option<usize>| at.and_then(|at| bytes.get(at));
        let is_word = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let is_digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
        // In a number, not at the end of a sentence; a comma also parts the columns of a file.
        let is_point = |b: Option<&u8>| b == Some(&b'.');
        self.finds(bytes, |start, end| {
            let (before, after) = (at(start.checked_sub(1)), at(Some(end)));
            let in_number = is_point(before) && is_digit(at(start.checked_sub(2)))
                || is_point(after) && is_digit(at(Some(end + 1)));
            !(is_word(before) || is_word(after) || in_number)
        })
    }

    /// Whether the name of a file has one in it, alone or beside other words.
    pub(super) fn in_name(&self, name: &str) -> bool {
        let bytes = name.as_bytes();
        let is_word = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
        self.finds(bytes, |start, end| !is_word(start.checked_sub(1)) && !is_word(Some(end)))
    }

    /// Whether any stands at a place that will do, by its start and its end.
    fn finds(&self, bytes: &[u8], will_do: impl Fn(usize, usize) -> bool) -> bool {
        let here = |finder: &memmem::Finder<'_>| {
            finder.find_iter(bytes).any(|start| will_do(start, start + finder.needle().len()))
        };
        self.finders.iter().any(here)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_id_is_found_as_a_word_and_a_name_of_a_file_may_hold_it() {
        let named = ["r12", "cust-4711", "100123", "nobody"].map(str::to_owned);
        let ids = LongIds::of(named.iter());
        for (text, is_there, is_named) in [
            ("of cust-4711.", true, true),
            ("客户cust-4711说", true, true),
            ("\"100123\",9", true, true),
            ("8,100123,9", true, true),
            ("cust-47112", false, false),
            ("xcust-4711", false, false),
            ("file-cust-4711.csv", false, true),
            // Another respondent, and numbers.
            ("100123-2", false, true),
            ("0.100123", false, true),
            ("100123.5", false, true),
            ("r12 nobody", false, false),
            ("", false, false),
        ] {
            assert_eq!(ids.in_text(text), is_there, "{text}");
            assert_eq!(ids.in_name(text), is_named, "{text}");
        }
        assert!(ids.is("100123") && !ids.is("r12") && !ids.is("100123 "));
    }
}
