//! The dictionary against jieba-rs, which is what it has to be.

use std::sync::LazyLock;

use jieba_rs::Jieba;
use proptest::prelude::*;

use super::*;

/// jieba's list of words, as `build.rs` reads it.
const LIST: &str = include_str!("../../../../data/dictionary/jieba.txt");

/// Words of lexicons: some that the dictionary has, some that hold or cross its words, some with characters that it has not.
const USER_WORDS: [&str; 14] = [
    "颜值",
    "颜值高",
    "服务",
    "服务态度差",
    "运行声音",
    "声音大",
    "好服务",
    "慢死了",
    "𠮷野家",
    "㐂好",
    "二〇",
    "的的",
    "的的的",
    "上门服务态度",
];

/// Runs with ways to cut that are as likely as each other.
const TIES: [&str; 4] = ["哈哈哈哈哈", "太太太差", "卫生间的牙膏用量太太太少了", "哄哄哄"];

/// A word that no run holds: its characters are for private use.
const NEVER: &str = "\u{e000}\u{e001}";

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);
static PLAIN: LazyLock<Words> = LazyLock::new(|| Words::new([]));
static WITH: LazyLock<(Jieba, Words)> = LazyLock::new(|| (with(&USER_WORDS), Words::new(USER_WORDS)));

/// jieba with user words, as the rule for them says.
fn with(words: &[&str]) -> Jieba {
    let mut jieba = JIEBA.clone();
    for word in words.iter().filter(|word| !JIEBA.has_word(word)) {
        jieba.add_word(word, Some(JIEBA.suggest_freq(word)), None);
    }
    let left_over = Words::new(words.iter().copied()).left_over();
    if left_over > 0 {
        jieba.add_word(NEVER, Some(left_over as usize), None);
    }
    jieba
}

fn cut(words: &Words, run: &str) -> Vec<usize> {
    let mut out = Vec::new();
    words.cut(run, &mut Scratch::default(), |end| out.push(end));
    out
}

fn cut_by_jieba(jieba: &Jieba, run: &str) -> Vec<usize> {
    jieba.cut(run, false).iter().map(|token| token.byte_end).collect()
}

/// Whether jieba tags the text as one word, a proper name.
fn is_name_by_jieba(jieba: &Jieba, text: &str) -> bool {
    let tags = jieba.tag(text, false);
    matches!(tags.as_slice(), [tag] if ["nr", "ns", "nt", "nz"].iter().any(|name| tag.tag.starts_with(name)))
}

fn is_in_block(word: &str) -> bool {
    word.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c))
}

#[test]
fn every_word_of_the_list_is_known_as_jieba_knows_it() {
    let (mut scratch, mut total, mut known) = (Scratch::default(), 0, 0);
    for line in LIST.lines() {
        let [word, frequency, _] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let frequency: u64 = frequency.parse().unwrap();
        total += frequency;
        if !is_in_block(word) {
            assert_eq!(PLAIN.word(word), None, "{word}");
            continue;
        }
        known += 1;
        assert_eq!(PLAIN.word(word).map(|word| word.frequency), Some(frequency), "{word}");
        if word.chars().nth(1).is_some() {
            assert_eq!(PLAIN.is_name(word, &mut scratch), is_name_by_jieba(&JIEBA, word), "{word}");
        }
    }
    assert_eq!((total, known), (image::TOTAL, 348_974));
}

#[test]
fn the_list_is_that_of_jieba_rs() {
    for (line, word) in LIST.lines().filter_map(|line| Some((line, line.split(' ').next()?))) {
        assert!(JIEBA.has_word(word), "{line}");
        // All that jieba-rs tells of a frequency: it suggests no less.
        let frequency: usize = line.split(' ').nth(1).and_then(|frequency| frequency.parse().ok()).unwrap();
        assert!(JIEBA.suggest_freq(word) >= frequency, "{line}");
    }
}

#[test]
fn suggested_frequencies_are_those_of_jieba() {
    let mut scratch = Scratch::default();
    for word in USER_WORDS {
        let suggested = PLAIN.suggest_frequency(word, &mut scratch);
        assert_eq!(suggested, JIEBA.suggest_freq(word) as u64, "{word}");
        assert_eq!(WITH.1.word(word).unwrap().frequency, suggested.max(1), "{word}");
    }
}

#[test]
fn more_words_weigh_the_others_as_before_up_to_what_is_set_aside() {
    let none = Words::new([]);
    let one = Words::new(["颜值"]);
    let more = Words::new(USER_WORDS);
    assert_eq!((none.total(), more.total()), (image::TOTAL, one.total()));
    let sum = |words: &Words| SET_ASIDE - words.left_over();
    assert_eq!(none.left_over(), 0);
    assert!(sum(&one) > 0 && sum(&one) < sum(&more));
}

#[test]
fn where_ways_are_equal_jieba_decides() {
    for run in TIES {
        let (mut scratch, mut out) = (Scratch::default(), Vec::new());
        PLAIN.cut(run, &mut scratch, |end| out.push(end));
        assert_eq!(scratch.routes, 1, "{run}");
        assert_eq!(out, cut_by_jieba(&JIEBA, run), "{run}");
    }
}

/// Windows far apart in a run so long that sums differ by far more than in a short one.
#[test]
fn long_runs_are_cut_as_jieba_cuts_them() {
    for part in ["服务态度很好", "的", "没有问题部分类型", "中华人民共和国", TIES[0]] {
        let run = part.repeat(4000);
        assert_eq!(cut(&PLAIN, &run), cut_by_jieba(&JIEBA, &run), "{part}");
    }
}

/// Runs of Chinese: any characters, common ones that make many words with each other, and words of the list and lexicons.
fn run() -> impl Strategy<Value = String> {
    let words: Vec<&str> = LIST.lines().filter_map(|line| line.split(' ').next()).filter(|w| is_in_block(w)).collect();
    let word = (0..words.len()).prop_map(move |i| words[i].to_owned());
    let part = prop_oneof![
        4 => "[的一是不了在人有我他这中大来上个国和也子时道说出得于为]{1,4}",
        4 => word,
        2 => prop::sample::select(USER_WORDS.to_vec()).prop_map(str::to_owned),
        1 => "[\u{4E00}-\u{9FFF}]",
        1 => "[〇々㐂𠮷\u{F900}\u{2A6E0}\u{2EBF0}\u{2F800}\u{31350}]",
    ];
    prop::collection::vec(part, 1..12).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn cuts_are_those_of_jieba(run in run()) {
        prop_assert_eq!(cut(&PLAIN, &run), cut_by_jieba(&JIEBA, &run), "{}", run);
        prop_assert_eq!(cut(&WITH.1, &run), cut_by_jieba(&WITH.0, &run), "{} with user words", run);
    }

    #[test]
    fn words_are_those_of_jieba(run in run(), start in 0_usize..8, length in 1_usize..6) {
        let word: String = run.chars().skip(start).take(length).collect();
        let (jieba, words) = &*WITH;
        prop_assert_eq!(words.word(&word).is_some(), jieba.has_word(&word), "{}", word);
        prop_assert_eq!(PLAIN.word(&word).is_some(), JIEBA.has_word(&word), "{}", word);
        let mut scratch = Scratch::default();
        if word.chars().count() > 1 {
            prop_assert_eq!(words.is_name(&word, &mut scratch), is_name_by_jieba(jieba, &word), "{}", word);
            prop_assert_eq!(PLAIN.suggest_frequency(&word, &mut scratch), JIEBA.suggest_freq(&word) as u64, "{}", word);
        }
    }

}

proptest! {
    // Each case copies jieba's dictionary.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_lexicons_words_are_found_whatever_they_are(
        own in prop::collection::vec("[的一是不了在人有我他这中大来上个国㐂𠮷]{2,6}", 0..40),
        run in "[的一是不了在人有我他这中大来上个国㐂𠮷]{1,20}",
    ) {
        let words: Vec<&str> = own.iter().map(String::as_str).collect();
        let (jieba, words) = (with(&words), Words::new(words));
        prop_assert_eq!(cut(&words, &run), cut_by_jieba(&jieba, &run));
        for word in &own {
            prop_assert!(words.word(word).is_some());
        }
    }
}
