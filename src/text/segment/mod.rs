//! Segmenters: tokens of a run, one file per language, and the one place that knows which languages there are.
//!
//! Not for matching terms: this says where words begin and end, `tag` says which words count. A further language is a file with
//! a [`Segmenter`], and a line in [`Segmenters::new`].

pub mod dictionary;
mod en;
mod joins;
mod zh;

use std::path::PathBuf;

use super::chars::{is_han, is_latin_letter};
use super::runs::{Run, Script};
use crate::Result;

pub use en::English;
pub use joins::Joins;
pub use zh::Chinese;

/// A token: bytes `start..end` of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

/// Cuts the runs of one script into tokens.
pub trait Segmenter: Send + Sync {
    /// The language and what cuts it, as runs record it: `zh: jieba-rs …`.
    fn name(&self) -> &str;

    /// The script whose runs it takes.
    fn script(&self) -> Script;

    /// Appends the tokens of `run` to `out`, in order and apart; `offset` is added to each position.
    fn tokens(&self, run: &str, offset: u32, out: &mut Vec<Token>);

    /// Whether no token can start or end between these two ASCII characters of a run, whatever stands around them.
    fn joins(&self, _before: u8, _after: u8) -> bool {
        false
    }

    /// Whether bytes `start..end` of `token`, not all of it, are a word of their own inside it.
    fn is_inner(&self, _token: &str, _start: u32, _end: u32) -> bool {
        false
    }

    /// Appends the words inside `token` (one token's text) to `out`; `offset` is added to each position.
    fn inner(&self, token: &str, offset: u32, out: &mut Vec<Token>) {
        let bounds = || (0..=token.len()).filter(|i| token.is_char_boundary(*i)).map(|i| i as u32);
        for start in bounds() {
            for end in bounds().filter(|end| *end > start) {
                if self.is_inner(token, start, end) {
                    out.push(Token { start: start + offset, end: end + offset });
                }
            }
        }
    }
}

/// Where tokens start and end: one bit for each byte of a text.
#[derive(Debug, Clone, Default)]
pub struct Bounds {
    starts: Vec<u64>,
    ends: Vec<u64>,
}

impl Bounds {
    /// Takes in the tokens of a text, in place of those of another.
    pub fn mark(&mut self, folded: &str, tokens: &[Token]) {
        for bits in [&mut self.starts, &mut self.ends] {
            bits.clear();
            bits.resize(folded.len() / 64 + 1, 0);
        }
        for token in tokens {
            self.starts[token.start as usize / 64] |= 1 << (token.start % 64);
            self.ends[token.end as usize / 64] |= 1 << (token.end % 64);
        }
    }

    /// Whether a token starts at this byte.
    pub fn is_start(&self, byte: u32) -> bool {
        self.starts[byte as usize / 64] >> (byte % 64) & 1 == 1
    }

    /// Whether a token ends before this byte.
    pub fn is_end(&self, byte: u32) -> bool {
        self.ends[byte as usize / 64] >> (byte % 64) & 1 == 1
    }

    /// Whether bytes `start..end` are whole tokens in a row.
    pub fn are_row(&self, start: u32, end: u32) -> bool {
        self.is_start(start) && self.is_end(end)
    }
}

/// What the segmenters are made from.
#[derive(Debug, Clone, Default)]
pub struct SegmentOptions {
    /// Words that the Chinese segmenter keeps whole: the lexicon's Chinese terms and its own list. Of a word with other characters
    /// in it, its Chinese stretches are taken. Folded, as the text is.
    pub user_words: Vec<String>,
    /// A `tokenizer.json` whose pre-tokenizer replaces the built-in one for English.
    pub english: Option<PathBuf>,
    /// Whether jieba-rs and `tokenizers` themselves cut, which is what the quick ways are held against.
    pub definition: bool,
}

/// The segmenters of all languages.
pub struct Segmenters {
    all: Vec<Box<dyn Segmenter>>,
    joins: Joins,
    total: u64,
}

impl Segmenters {
    /// Loads every language's segmenter. Fails only where `options.english` cannot be used.
    pub fn new(options: &SegmentOptions) -> Result<Self> {
        let user_words = options.user_words.iter().map(String::as_str);
        let english = English::new(options.english.as_deref(), options.definition)?;
        let chinese = if options.definition { Chinese::by_jieba(user_words) } else { Chinese::new(user_words) };
        let (joins, total) = (Joins::of(&english), chinese.total());
        Ok(Self { all: vec![Box::new(chinese), Box::new(english)], joins, total })
    }

    /// Whether both cut a text alike that holds none of the user words that only one of them has; their English is the same.
    pub(crate) fn weigh_alike(&self, other: &Self) -> bool {
        self.total == other.total
    }

    /// The names of the segmenters, in a fixed order, for the record of a run.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|segmenter| segmenter.name())
    }

    fn of(&self, script: Script) -> Option<&dyn Segmenter> {
        self.all.iter().map(AsRef::as_ref).find(|segmenter| segmenter.script() == script)
    }

    /// Appends the tokens of `run` to `out`. Called for the runs of a text in order, it leaves `out` sorted for [`Self::is_word`].
    pub fn segment(&self, folded: &str, run: &Run, out: &mut Vec<Token>) {
        let text = &folded[run.start as usize..run.end as usize];
        match self.of(run.script) {
            Some(segmenter) => segmenter.tokens(text, run.start, out),
            None => plain_tokens(text, run.start, out),
        }
    }

    /// Where it takes no segmentation to know that no token starts or ends: inside Latin words.
    pub const fn joins(&self) -> &Joins {
        &self.joins
    }

    /// Whether bytes `start..end` stand as a word or a row of words. `tokens` are those of the run, or of all runs in order.
    ///
    /// Each end is a token's end, or else lies inside a token and cuts a word from it that is a word of its own there: 服务 and
    /// 态度 are in 服务态度, 态度差 is in 服务态度|差, and 印度 is not in 印度尼西亚.
    pub fn is_word(&self, folded: &str, tokens: &[Token], start: u32, end: u32) -> bool {
        if start >= end {
            return false;
        }
        // The tokens that hold the first and the last byte.
        let first = tokens.partition_point(|t| t.end <= start);
        let last = tokens.partition_point(|t| t.end < end);
        let (Some(first), Some(last)) = (tokens.get(first), tokens.get(last)) else { return false };
        if first.start > start || last.start >= end {
            return false;
        }
        if first.start == last.start {
            return (first.start == start && first.end == end) || self.is_inner(folded, *first, start, end);
        }
        (first.start == start || self.is_inner(folded, *first, start, first.end))
            && (last.end == end || self.is_inner(folded, *last, last.start, end))
    }

    /// Whether bytes `start..end`, which are no row of tokens, are certainly no words at all, as [`Self::is_word`] would say: known without
    /// looking for their tokens. Only Chinese tokens have words inside, and of one character only behind a 好.
    pub fn is_surely_none(folded: &str, bounds: &Bounds, start: u32, end: u32) -> bool {
        let word = &folded.as_bytes()[start as usize..end as usize];
        let cuts_latin = |byte: Option<&u8>, is_bound: bool| !is_bound && byte.is_some_and(u8::is_ascii);
        cuts_latin(word.first(), bounds.is_start(start))
            || cuts_latin(word.last(), bounds.is_end(end))
            || matches!(word, [0xE5..=0xE9, _, _]) && !folded[..start as usize].ends_with(zh::HAO)
    }

    fn is_inner(&self, folded: &str, token: Token, start: u32, end: u32) -> bool {
        let text = &folded[token.start as usize..token.end as usize];
        self.segmenter_of(text).is_some_and(|s| s.is_inner(text, start - token.start, end - token.start))
    }

    /// The segmenter of the run that `token` is from: a token never reaches over two scripts.
    fn segmenter_of(&self, token: &str) -> Option<&dyn Segmenter> {
        let mut chars = token.chars();
        if chars.next().is_some_and(is_han) {
            self.of(Script::Han)
        } else if token.chars().any(is_latin_letter) {
            self.of(Script::Latin)
        } else {
            None
        }
    }
}

/// Tokens where no language has a segmenter: a stretch of letters and digits is one, any other character but space is one.
fn plain_tokens(run: &str, offset: u32, out: &mut Vec<Token>) {
    let mut word = None;
    for (i, c) in run.char_indices() {
        let at = offset + i as u32;
        if c.is_alphanumeric() {
            word.get_or_insert(at);
            continue;
        }
        if let Some(start) = word.take() {
            out.push(Token { start, end: at });
        }
        if !c.is_whitespace() {
            out.push(Token { start: at, end: at + c.len_utf8() as u32 });
        }
    }
    if let Some(start) = word {
        out.push(Token { start, end: offset + run.len() as u32 });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::runs::runs;
    use super::*;

    fn segmenters(words: &[&str]) -> Segmenters {
        let user_words = words.iter().map(ToString::to_string).collect();
        Segmenters::new(&SegmentOptions { user_words, ..SegmentOptions::default() }).unwrap()
    }

    fn cut(segmenters: &Segmenters, text: &str) -> (Vec<Run>, Vec<Token>) {
        let (mut all, mut tokens) = (Vec::new(), Vec::new());
        runs(text, &mut all);
        for run in &all {
            segmenters.segment(text, run, &mut tokens);
        }
        (all, tokens)
    }

    #[test]
    fn terms_match_whole_words() {
        let segmenters = segmenters(&["颜值", "态度差", "闪退", "app闪退", "上门服务", "上门服务态度"]);
        for (text, term, expected) in [
            ("很傲慢", "慢", false),
            ("上菜慢", "慢", true),
            ("上菜很慢", "慢", true),
            ("太贵了", "贵", true),
            ("好烂", "烂", true),
            ("好烂", "好", false),
            ("安排不周到", "不", true),
            ("安排不周到", "不周到", true),
            ("贵宾厅", "贵", false),
            ("颜值高", "值", false),
            ("颜值高", "颜值", true),
            ("值这个价", "值", true),
            ("牛排好吃", "排", false),
            ("印度尼西亚", "印度", false),
            ("印度菜", "印度", true),
            ("服务态度好", "服务", true),
            ("服务态度好", "态度", true),
            ("服务态度好", "服务态度", true),
            ("服务态度差", "态度差", true),
            ("服务态度好", "务态", false),
            ("声音大", "声音", true),
            ("声音大", "声音大", true),
            ("声音大", "大", true),
            ("上门服务态度好", "上门服务", true),
            ("app闪退了", "app闪退", true),
            ("myapp闪退了", "app闪退", false),
            ("the check-in was slow", "check-in", true),
            ("the check-in was slow", "check", true),
            ("the check in was slow", "check in", true),
            ("i can't stay", "can't", true),
            ("i can't stay", "can", false),
            ("loudly said", "loud", false),
            ("so loud!", "loud", true),
            ("so loud!", "loud!", true),
            ("room 12 was fine", "room 1", false),
        ] {
            let (_, tokens) = cut(&segmenters, text);
            let start = text.find(term).unwrap();
            let got = segmenters.is_word(text, &tokens, start as u32, (start + term.len()) as u32);
            assert_eq!(got, expected, "{term} in {text}");
        }
    }

    #[test]
    fn inner_words_are_listed_with_their_places() {
        let segmenters = segmenters(&[]);
        let han = segmenters.of(Script::Han).unwrap();
        let mut out = Vec::new();
        han.inner("服务态度", 100, &mut out);
        assert_eq!(out, [Token { start: 100, end: 106 }, Token { start: 106, end: 112 }]);
        out.clear();
        han.inner("印度尼西亚", 0, &mut out);
        assert_eq!(out, []);
    }

    #[test]
    fn any_position_may_be_asked() {
        let segmenters = segmenters(&[]);
        let text = "好😀 a-b服务态度 ";
        let (_, tokens) = cut(&segmenters, text);
        let bounds: Vec<u32> = (0..=text.len()).filter(|i| text.is_char_boundary(*i)).map(|i| i as u32).collect();
        for start in &bounds {
            for end in &bounds {
                segmenters.is_word(text, &tokens, *start, *end);
            }
        }
    }

    proptest! {
        #[test]
        fn tokens_tile_the_runs(text in "(\\PC|[a-z'’ -]|服务态度|很慢|[\n。，😀ー]){0,20}") {
            let segmenters = crate::text::segment::tests::shared();
            let (runs, tokens) = cut(segmenters, &text);
            let mut at = 0;
            for token in &tokens {
                prop_assert!(token.end > token.start);
                // What lies between two tokens is white space.
                prop_assert!(text[at..token.start as usize].trim().is_empty(), "{:?}", tokens);
                prop_assert!(text.is_char_boundary(token.end as usize));
                at = token.end as usize;
                prop_assert!(runs.iter().any(|r| r.start <= token.start && token.end <= r.end));
                prop_assert!(segmenters.is_word(&text, &tokens, token.start, token.end));
            }
            prop_assert!(text[at..].trim().is_empty());
        }
    }

    proptest! {
        #[test]
        fn what_is_surely_none_is_none(text in "(很|慢|好|烂|服务|态度|印度尼西亚|服务态度|a|ab|can't| |，|3){0,8}") {
            let segmenters = shared();
            let (_, tokens) = cut(segmenters, &text);
            let mut bounds = Bounds::default();
            bounds.mark(&text, &tokens);
            let places: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).chain([text.len() as u32]).collect();
            for (at, start) in places.iter().enumerate() {
                for end in &places[at + 1..] {
                    if !bounds.are_row(*start, *end) && Segmenters::is_surely_none(&text, &bounds, *start, *end) {
                        prop_assert!(!segmenters.is_word(&text, &tokens, *start, *end), "{} {}..{}", text, start, end);
                    }
                }
            }
        }
    }

    fn shared() -> &'static Segmenters {
        static SHARED: std::sync::OnceLock<Segmenters> = std::sync::OnceLock::new();
        SHARED.get_or_init(|| segmenters(&[]))
    }
}
