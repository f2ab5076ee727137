//! Chinese: words by jieba's dictionary and the lexicon's own words.
//!
//! Not a model: the hidden Markov model is off, so that the same dictionary always cuts the same text the same way.
//!
//! Two things are not as the dictionary has them: a degree word or negator that it joins to its word is cut off ([`Chinese`]'s
//! `apart`), and what it calls a proper name has no words inside.
//!
//! One rule for user words: a word that the dictionary has keeps its frequency; any other gets the frequency that jieba suggests
//! from the dictionary alone, so that what a lexicon's other words are does not change it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jieba_rs::Jieba;

use super::super::chars::is_han;
use super::super::runs::Script;
use super::{Segmenter, Token};

/// The dictionary as jieba-rs carries it: parsed once a process.
static DICTIONARY: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Tags of proper names: people, places, organisations, others.
const NAMES: [&str; 4] = ["nr", "ns", "nt", "nz"];

/// 太 joined to something of which it says no degree.
const TAI_WORDS: &str = "阳空平极子后太监原行湖保医古虚阴爷郎婆岁公师祖学宗傅史守尉妃妹翁和仓白炎";

/// Further words of two characters that the dictionary joins: the degree word or negator, and what it is cut from. Not 不错, 不过 or
/// 最好, which are words of their own.
const APART: [(char, &str); 6] =
    [('不', "贵慢乱坏多大远值够"), ('真', "好差贵"), ('更', "好"), ('较', "慢"), ('最', "差"), ('也', "好")];

/// What 好 only says the degree of, among the words that the dictionary joins to it. They stay joined, since 好 by itself is praise;
/// but what it says the degree of is a word inside.
const AFTER_HAO: &str = "丑凶困惨懒烂烦爽瘦笨紧累酷险静";

/// The Chinese segmenter.
pub struct Chinese {
    jieba: Jieba,
    /// User words of four characters or more: found inside longer tokens too, though jieba's search mode stops at three.
    long: BTreeSet<String>,
}

impl Chinese {
    /// Loads the dictionary and adds the Chinese stretches, of two characters or more, of `user_words`.
    pub fn new<'w>(user_words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut jieba = DICTIONARY.clone();
        let words: BTreeSet<&str> = user_words
            .into_iter()
            .flat_map(|word| word.split(|c| !is_han(c)))
            .filter(|word| word.chars().nth(1).is_some())
            .collect();
        for word in &words {
            if !DICTIONARY.has_word(word) {
                jieba.add_word(word, Some(DICTIONARY.suggest_freq(word)), None);
            }
        }
        let long = words.iter().filter(|w| w.chars().nth(3).is_some()).map(ToString::to_string).collect();
        Self { jieba, long }
    }

    /// Loads the dictionary, if it is not there yet.
    pub fn prepare() {
        LazyLock::force(&DICTIONARY);
    }

    fn is_name(&self, token: &str) -> bool {
        let tags = self.jieba.tag(token, false);
        // A token that its own text alone does not give again has no one tag.
        matches!(tags.as_slice(), [tag] if NAMES.iter().any(|name| tag.tag.starts_with(name)))
    }

    /// Where to cut a token in which the dictionary has joined a degree word or a negator to what it belongs to (很慢, 太贵, 不周到):
    /// 慢 and 贵 would not be found, and 周到 would be found without its negator.
    fn apart(&self, token: &str) -> Option<usize> {
        let mut chars = token.chars();
        let (head, said) = (chars.next()?, chars.next()?);
        let cut = head.len_utf8();
        let apart = if chars.next().is_some() {
            matches!(head, '不' | '没') && self.jieba.has_word(&token[cut..])
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
        for token in self.jieba.cut(run, false) {
            let (mut start, end) = (token.byte_start as u32 + offset, token.byte_end as u32 + offset);
            if let Some(cut) = self.apart(token.word) {
                out.push(Token { start, end: start + cut as u32 });
                start += cut as u32;
            }
            out.push(Token { start, end });
        }
    }

    /// The words that jieba's search mode gives (two or three characters, in the dictionary or the user words), and longer user
    /// words; none inside a proper name. Also one character after a 好 of degree.
    fn is_inner(&self, token: &str, start: u32, end: u32) -> bool {
        let Some(word) = token.get(start as usize..end as usize) else { return false };
        if word.is_empty() || word.len() == token.len() {
            return false;
        }
        if let Some(said) = token.strip_prefix('好')
            && said == word
            && said.len() < 4
            && AFTER_HAO.contains(said)
        {
            return true;
        }
        let is_word = match word.chars().take(4).count() {
            2 | 3 => self.jieba.has_word(word),
            4 => self.long.contains(word),
            _ => false,
        };
        is_word && !self.is_name(token)
    }
}

#[cfg(test)]
mod tests {
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
}
