//! Chinese: words by jieba's dictionary ([`super::dictionary`]) and the lexicon's own words.
//!
//! Not a model: the hidden Markov model is off, so that the same dictionary always cuts the same text the same way.
//!
//! Two things are not as the dictionary has them: a degree word or negator that it joins to its word is cut off ([`Chinese`]'s
//! `apart`), and what it calls a proper name has no words inside.
//!
//! One rule for user words: a word that the dictionary has keeps its frequency; any other gets the frequency that jieba suggests
//! from the dictionary alone, so that what a lexicon's other words are does not change it. Nor does it change a run that does not hold
//! it: what all words' frequencies add up to is the same whatever they are, up to a million.

use std::cell::RefCell;
use std::collections::BTreeSet;

use jieba_rs::Jieba;

use super::super::chars::is_han;
use super::super::runs::Script;
use super::dictionary::{Scratch, Words};
use super::{Segmenter, Token};

thread_local! {
    /// For callers that bring no buffers.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// 太 joined to something of which it says no degree.
const TAI_WORDS: &str = "阳空平极子后太监原行湖保医古虚阴爷郎婆岁公师祖学宗傅史守尉妃妹翁和仓白炎";

/// Further words of two characters that the dictionary joins: the degree word or negator, and what it is cut from. Not 不错, 不过 or
/// 最好, which are words of their own.
const APART: [(char, &str); 6] =
    [('不', "贵慢乱坏多大远值够"), ('真', "好差贵"), ('更', "好"), ('较', "慢"), ('最', "差"), ('也', "好")];

/// A degree word that the dictionary joins to what it belongs to, and that stays joined.
pub(super) const HAO: char = '好';

/// What 好 only says the degree of, among the words that the dictionary joins to it. They stay joined, since 好 by itself is praise;
/// but what it says the degree of is a word inside.
const AFTER_HAO: &str = "丑凶困惨懒烂烦爽瘦笨紧累酷险静";

/// A word that no run of Chinese holds: its characters are for private use.
const NEVER: &str = "\u{e000}\u{e001}";

/// Tags of proper names: people, places, organisations, others.
const NAMES: [&str; 4] = ["nr", "ns", "nt", "nz"];

/// The Chinese segmenter.
pub struct Chinese {
    words: Words,
    /// jieba-rs itself, where it is to cut: with the same words it gives the same cuts.
    jieba: Option<Box<Jieba>>,
    /// User words of four characters or more: found inside longer tokens too, though jieba's search mode stops at three.
    long: BTreeSet<String>,
}

impl Chinese {
    /// The dictionary with the Chinese stretches, of two characters or more, of `user_words`.
    pub fn new<'w>(user_words: impl IntoIterator<Item = &'w str>) -> Self {
        let words = stretches(user_words);
        let long = words.iter().filter(|word| word.chars().nth(3).is_some()).map(ToString::to_string).collect();
        Self { words: Words::new(words), jieba: None, long }
    }

    /// The same by jieba-rs, which takes a tenth of a second to load.
    pub fn by_jieba<'w>(user_words: impl IntoIterator<Item = &'w str> + Clone) -> Self {
        let plain = Jieba::new();
        let mut jieba = Box::new(plain.clone());
        for word in stretches(user_words.clone()).into_iter().filter(|word| !plain.has_word(word)) {
            jieba.add_word(word, Some(plain.suggest_freq(word)), None);
        }
        let quick = Self::new(user_words);
        let left_over = quick.words.left_over() as usize;
        if left_over > 0 {
            jieba.add_word(NEVER, Some(left_over), None);
        }
        Self { jieba: Some(jieba), ..quick }
    }

    /// What the frequencies of all words add up to: where two have the same, a run is cut alike by both if it holds none of the user
    /// words that only one of them has.
    pub(super) fn total(&self) -> u64 {
        self.words.total()
    }

    /// Cuts a run of Chinese characters; `each` gets the byte after each token.
    fn cut(&self, run: &str, mut each: impl FnMut(usize)) {
        match &self.jieba {
            Some(jieba) => jieba.cut(run, false).iter().for_each(|token| each(token.byte_end)),
            None => SCRATCH.with_borrow_mut(|scratch| self.words.cut(run, scratch, each)),
        }
    }

    fn has_word(&self, word: &str) -> bool {
        self.jieba.as_ref().map_or_else(|| self.words.word(word).is_some(), |jieba| jieba.has_word(word))
    }

    fn is_name(&self, token: &str) -> bool {
        let Some(jieba) = &self.jieba else {
            return SCRATCH.with_borrow_mut(|scratch| self.words.is_name(token, scratch));
        };
        // A token that its own text alone does not give again has no one tag.
        matches!(jieba.tag(token, false).as_slice(), [tag] if NAMES.iter().any(|name| tag.tag.starts_with(name)))
    }

    /// Where to cut a token in which the dictionary has joined a degree word or a negator to what it belongs to (很慢, 太贵, 不周到):
    /// 慢 and 贵 would not be found, and 周到 would be found without its negator.
    fn apart(&self, token: &str) -> Option<usize> {
        let mut chars = token.chars();
        let (head, said) = (chars.next()?, chars.next()?);
        // Most words begin with none of these.
        if !matches!(head, '不' | '没' | '很' | '太' | '真' | '更' | '较' | '最' | '也') {
            return None;
        }
        let cut = head.len_utf8();
        let apart = if chars.next().is_some() {
            matches!(head, '不' | '没') && self.has_word(&token[cut..])
        } else {
            match head {
                '很' => true,
                '太' => !TAI_WORDS.contains(said),
                _ => APART.iter().any(|(degree, all)| *degree == head && all.contains(said)),
            }
        };
        apart.then_some(cut)
    }
}

impl Segmenter for Chinese {
    fn name(&self) -> &'static str {
        "zh: jieba-rs 0.11, its dictionary and user words, HMM off, degree words and negators apart"
    }

    fn script(&self) -> Script {
        Script::Han
    }

    fn tokens(&self, run: &str, offset: u32, out: &mut Vec<Token>) {
        let mut start = 0;
        self.cut(run, |end| {
            if let Some(cut) = self.apart(&run[start..end]) {
                out.push(Token { start: start as u32 + offset, end: (start + cut) as u32 + offset });
                start += cut;
            }
            out.push(Token { start: start as u32 + offset, end: end as u32 + offset });
            start = end;
        });
    }

    /// The words that jieba's search mode gives (two or three characters, in the dictionary or the user words), and longer user
    /// words; none inside a proper name. Also one character after a 好 of degree.
    fn is_inner(&self, token: &str, start: u32, end: u32) -> bool {
        let Some(word) = token.get(start as usize..end as usize) else { return false };
        if word.is_empty() || word.len() == token.len() {
            return false;
        }
        if let Some(said) = token.strip_prefix(HAO)
            && said == word
            && said.len() < 4
            && AFTER_HAO.contains(said)
        {
            return true;
        }
        let is_word = match word.chars().take(4).count() {
            2 | 3 => self.has_word(word),
            4 => self.long.contains(word),
            _ => false,
        };
        is_word && !self.is_name(token)
    }
}

/// The Chinese stretches of words, of two characters or more.
fn stretches<'w>(words: impl IntoIterator<Item = &'w str>) -> BTreeSet<&'w str> {
    let stretches = words.into_iter().flat_map(|word| word.split(|c| !is_han(c)));
    stretches.filter(|word| word.chars().nth(1).is_some()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(chinese: &Chinese, text: &str) -> String {
        let mut out = Vec::new();
        chinese.tokens(text, 0, &mut out);
        out.iter().map(|t| &text[t.start as usize..t.end as usize]).collect::<Vec<_>>().join("/")
    }

    #[test]
    fn the_dictionary_cuts() {
        let chinese = Chinese::new([]);
        for (text, expected) in [
            ("服务态度很好", "服务态度/很/好"),
            ("上菜很慢太贵了", "上菜/很/慢/太/贵/了"),
            ("好烂好吃好看", "好烂/好吃/好看"),
            ("太阳太太", "太阳/太太"),
            ("不贵也不错", "不/贵/也/不错"),
            ("安排不周到", "安排/不/周到"),
            ("没问题", "没/问题"),
            ("不锈钢", "不锈钢"),
            ("二〇二〇年", "二/〇/二/〇/年"),
        ] {
            assert_eq!(cut(&chinese, text), expected, "{text}");
        }
    }

    #[test]
    fn one_character_is_a_word_inside_only_after_a_degree() {
        let chinese = Chinese::new([]);
        assert!(chinese.is_inner("好烂", 3, 6));
        for (token, start, end) in [("好烂", 0, 3), ("好吃", 3, 6), ("傲慢", 3, 6), ("好烂", 3, 7), ("好", 3, 3)]
        {
            assert!(!chinese.is_inner(token, start, end), "{token}");
        }
    }

    #[test]
    fn user_words_stay_whole() {
        assert_eq!(cut(&Chinese::new([]), "颜值高"), "颜/值/高");
        assert_eq!(cut(&Chinese::new(["颜值"]), "颜值高"), "颜值/高");
        assert_eq!(cut(&Chinese::new(["app闪退"]), "闪退"), "闪退");
    }

    #[test]
    fn a_user_words_frequency_does_not_depend_on_the_others() {
        let words = ["颜值", "颜值高", "运行声音", "声音大"];
        let (forward, backward) = (Chinese::new(words), Chinese::new(words.into_iter().rev()));
        for text in ["颜值高", "运行声音大", "颜值真高"] {
            assert_eq!(cut(&forward, text), cut(&backward, text));
        }
    }

    proptest! {
        #[test]
        fn jieba_gives_the_same_tokens_and_words_inside(
            run in "([好的了不服务很慢〇𠮷太贵]|上门服务态度差|颜值|没有问题|部分类型|很快捷|印度尼西亚|好烂){0,12}",
        ) {
            static BOTH: std::sync::LazyLock<[Chinese; 2]> = std::sync::LazyLock::new(|| {
                let words = ["颜值", "态度差", "上门服务态度", "个性化服务"];
                [Chinese::new(words), Chinese::by_jieba(words)]
            });
            let [quick, jieba] = &*BOTH;
            let (mut some, mut all) = (Vec::new(), Vec::new());
            quick.tokens(&run, 0, &mut some);
            jieba.tokens(&run, 0, &mut all);
            prop_assert_eq!(&some, &all);
            for Token { start, end } in all {
                let token = &run[start as usize..end as usize];
                let (mut some, mut all) = (Vec::new(), Vec::new());
                quick.inner(token, 0, &mut some);
                jieba.inner(token, 0, &mut all);
                prop_assert_eq!(some, all, "{}", token);
            }
        }
    }
}
