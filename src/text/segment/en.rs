//! English: words by a pre-tokenizer of the `tokenizers` crate, built in or read from a `tokenizer.json`.
//!
//! Not for sub-words: a file's normalizer, model and post-processor are not used, because tokens must be stretches of the folded
//! text, on which terms are matched and from which evidence leads back to what was delivered.

use std::fs;
use std::path::Path;

use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer, SplitDelimiterBehavior};

use super::super::runs::Script;
use super::{Segmenter, Token};
use crate::{Error, ErrorKind, Place, Result};

/// A word with its inner apostrophes, or one other character that is no space: "check-in" is three tokens, "can't" one.
const WORDS: &str = r"\w+(?:'\w+)*|[^\w\s]";

/// The longest run that a file's pre-tokenizer cuts, in bytes. Its patterns may take time by the square of a run's length; what is longer is no
/// prose, and is cut by the built-in rule.
const LONGEST_BY_FILE: usize = 8 << 10;

/// The English segmenter.
pub struct English {
    words: Split,
    /// A file's pre-tokenizer, in place of `words`; or `words` as one, where the pipeline itself is to cut.
    file: Option<PreTokenizerWrapper>,
    name: String,
}

impl English {
    /// The built-in rule, or the pre-tokenizer of `file`: an error of kind [`ErrorKind::Usage`] at the file where it has none or
    /// cannot be read.
    ///
    /// `definition`: the pipeline of `tokenizers` itself cuts by the built-in rule, where the same is known sooner.
    pub fn new(file: Option<&Path>, definition: bool) -> Result<Self> {
        let words = Split::new(SplitPattern::Regex(WORDS.into()), SplitDelimiterBehavior::Removed, true)
            .map_err(|e| Error::new(ErrorKind::Usage, "english_rule", format!("the built-in rule: {e}")))?;
        let name = match file {
            None => "en: tokenizers 0.23, words with inner apostrophes".to_owned(),
            Some(file) => format!("en: tokenizers 0.23, pre-tokenizer of {}", file.display()),
        };
        let built_in = definition.then(|| PreTokenizerWrapper::Split(words.clone()));
        Ok(Self { file: file.map(read).transpose()?.or(built_in), words, name })
    }

    /// Tokens of a file's pre-tokenizer: made of the run's own characters, without the spaces that some keep at a word's start.
    fn by_file(file: &PreTokenizerWrapper, run: &str, offset: u32, out: &mut Vec<Token>) -> tokenizers::Result<()> {
        let mut text = PreTokenizedString::from(run);
        file.pre_tokenize(&mut text)?;
        let mut done = 0;
        for (_, (start, end), _) in text.get_splits(OffsetReferential::Original, OffsetType::Byte) {
            // Pieces of one character (byte-level splits) would overlap once moved to its boundaries.
            let start = run.ceil_char_boundary(start.max(done));
            let end = run.ceil_char_boundary(end);
            if start >= end {
                continue;
            }
            done = end;
            let piece = &run[start..end];
            let start = start + piece.len() - piece.trim_start().len();
            let end = start + piece.trim().len();
            if start < end {
                out.push(Token { start: offset + start as u32, end: offset + end as u32 });
            }
        }
        Ok(())
    }
}

/// The pre-tokenizer of a `tokenizer.json`.
fn read(file: &Path) -> Result<PreTokenizerWrapper> {
    const HELP: &str =
        "Give a tokenizer.json of the Hugging Face tokenizers library with a `pre_tokenizer`, or none at all.";
    let wrong =
        |message: String| Error::new(ErrorKind::Usage, "english_tokenizer", message).at(Place::file(file)).help(HELP);
    let text = fs::read_to_string(file).map_err(|e| wrong(format!("cannot read the English tokenizer: {e}")))?;
    let mut parsed: serde_json::Value =
        serde_json::from_str(&text).map_err(|e| wrong(format!("the English tokenizer is not JSON: {e}")))?;
    match parsed.get_mut("pre_tokenizer").map(serde_json::Value::take) {
        None | Some(serde_json::Value::Null) => Err(wrong("the English tokenizer has no `pre_tokenizer`".into())),
        Some(value) => serde_json::from_value(value)
            .map_err(|e| wrong(format!("the English tokenizer's `pre_tokenizer` is not one that can be used: {e}"))),
    }
}

impl Segmenter for English {
    fn name(&self) -> &str {
        &self.name
    }

    fn script(&self) -> Script {
        Script::Latin
    }

    fn joins(&self, before: u8, after: u8) -> bool {
        self.file.is_none() && is_ascii_word(before) && is_ascii_word(after)
    }

    fn tokens(&self, run: &str, offset: u32, out: &mut Vec<Token>) {
        let before = out.len();
        if let Some(file) = self.file.as_ref().filter(|_| run.len() <= LONGEST_BY_FILE) {
            if Self::by_file(file, run, offset, out).is_ok() {
                return;
            }
            // A pattern of the file gave up on this text (backtracking has a limit): the built-in rule never does.
            out.truncate(before);
        }
        if run.is_ascii() {
            ascii_words(run, offset, out);
            return;
        }
        // The same as `self.words.pre_tokenize`, without its copies of the text and its table of every byte's origin.
        out.extend(
            self.words
                .regex
                .find_iter(run)
                .map(|(start, end)| Token { start: offset + start as u32, end: offset + end as u32 }),
        );
    }
}

/// [`WORDS`] in a run of ASCII alone.
fn ascii_words(run: &str, offset: u32, out: &mut Vec<Token>) {
    let bytes = run.as_bytes();
    let is_word = |at: usize| bytes.get(at).copied().is_some_and(is_ascii_word);
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        at += 1;
        if is_word(start) {
            while is_word(at) || bytes.get(at) == Some(&b'\'') && is_word(at + 1) {
                at += 1;
            }
        } else if bytes[start].is_ascii_whitespace() || bytes[start] == b'\x0b' {
            continue;
        }
        out.push(Token { start: offset + start as u32, end: offset + at as u32 });
    }
}

/// What `\w` is of ASCII.
const fn is_ascii_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    fn cut(english: &English, text: &str) -> String {
        let mut out = Vec::new();
        english.tokens(text, 0, &mut out);
        out.iter().map(|t| &text[t.start as usize..t.end as usize]).collect::<Vec<_>>().join("/")
    }

    fn file(content: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        file
    }

    #[test]
    fn words_keep_their_apostrophes() {
        let english = English::new(None, false).unwrap();
        for (text, expected) in [
            ("i can't check-in!", "i/can't/check/-/in/!"),
            ("'twas \"fine\"", "'/twas/\"/fine/\""),
            ("café's menu, 3.5", "café's/menu/,/3/./5"),
            ("  ", ""),
            ("rock'n'roll'", "rock'n'roll/'"),
        ] {
            assert_eq!(cut(&english, text), expected, "{text}");
        }
    }

    #[test]
    fn a_files_pre_tokenizer_is_used() {
        for (pre_tokenizer, expected) in [
            (r#"{"type": "WhitespaceSplit"}"#, "check-in/was/bad!"),
            (r#"{"type": "BertPreTokenizer"}"#, "check/-/in/was/bad/!"),
            (
                r#"{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}"#,
                "check/-/in/was/bad/!",
            ),
            (
                r#"{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}"#,
                "check-in/was/bad!",
            ),
        ] {
            let file = file(&format!("{{\"pre_tokenizer\": {pre_tokenizer}}}"));
            assert_eq!(
                cut(&English::new(Some(file.path()), false).unwrap(), "check-in was bad!"),
                expected,
                "{pre_tokenizer}"
            );
        }
    }

    /// Each place was compared with all that follow it: a megabyte of letters took minutes.
    #[test]
    fn a_long_run_is_cut_by_the_built_in_rule() {
        let file = file(
            r#"{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(?=.*=)a"}, "behavior": "Isolated", "invert": false}}"#,
        );
        let english = English::new(Some(file.path()), false).unwrap();
        let of = |length: usize| "a".repeat(length - 1) + "=";
        assert_eq!(cut(&english, &of(5)), "a/a/a/a/=");
        assert_eq!(cut(&english, &of(LONGEST_BY_FILE)).len(), 2 * LONGEST_BY_FILE - 1);
        assert_eq!(cut(&english, &of(1_000_000)).matches('/').count(), 1);
    }

    #[test]
    fn a_file_that_cannot_be_used_is_a_usage_error_at_the_file() {
        for content in ["", "{}", r#"{"pre_tokenizer": null}"#, r#"{"pre_tokenizer": {"type": "Nothing"}}"#] {
            let file = file(content);
            let error = English::new(Some(file.path()), false).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Usage, "{content}");
            assert_eq!(error.place(), Some(&Place::file(file.path())));
        }
        assert_eq!(English::new(Some(Path::new("/nowhere/t.json")), false).err().unwrap().kind(), ErrorKind::Usage);
    }

    proptest! {
        #[test]
        fn the_short_way_gives_what_the_pre_tokenizer_gives(text in "([a-zé0-9' .,_\\-!\"\t\x0b\x0c]|[a-z' _.]){0,30}") {
            static ENGLISH: LazyLock<English> = LazyLock::new(|| English::new(None, false).unwrap());
            static LONG: LazyLock<English> = LazyLock::new(|| English::new(None, true).unwrap());
            let english = &*ENGLISH;
            let (mut short, mut long) = (Vec::new(), Vec::new());
            english.tokens(&text, 7, &mut short);
            LONG.tokens(&text, 7, &mut long);
            prop_assert_eq!(short, long);
        }

        #[test]
        fn tokens_of_a_byte_level_file_lie_on_boundaries(text in "(\\PC|[a-z é]){0,20}") {
            static BYTE_LEVEL: LazyLock<PreTokenizerWrapper> = LazyLock::new(|| {
                let json = r#"{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}"#;
                serde_json::from_str(json).unwrap()
            });
            let mut out = Vec::new();
            English::by_file(&BYTE_LEVEL, &text, 0, &mut out).unwrap();
            let mut at = 0;
            for token in out {
                prop_assert!(token.start >= at && token.end > token.start);
                prop_assert!(text.is_char_boundary(token.start as usize) && text.is_char_boundary(token.end as usize));
                at = token.end;
            }
        }
    }
}
