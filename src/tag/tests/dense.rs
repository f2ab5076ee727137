//! Answers of very many terms: what is found by indexes there is what is found by looking at everything, and takes no longer than it should.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{SegmentMode, tagger, tags};
use crate::lexicon::WordClass;
use crate::lexicon::compile::Owner;
use crate::tag::CommentTags;

/// What stands between two copies of a text, so that neither says anything of the other.
const BETWEEN: &str = "。xx。xx。";
/// So many copies have more terms than it takes for indexes.
const COPIES: usize = 48;

/// Terms of the lexicon of these tests, but for words of an earlier time, of which the whole answer matters.
const PIECES: [&str; 54] = [
    "服务",
    "态度",
    "噪音",
    "价格",
    "停车位",
    "排队",
    "热情",
    "傲慢",
    "快",
    "慢",
    "安静",
    "吵",
    "贵",
    "便宜",
    "没有异味",
    "没脏过",
    "不",
    "不是",
    "没有",
    "没",
    "不算",
    "好",
    "很好",
    "差",
    "大",
    "小",
    "很",
    "非常",
    "和",
    "就",
    "的",
    "但是",
    "除了",
    "其他",
    "staff ",
    "service ",
    "noise ",
    "price ",
    "friendly ",
    "rude ",
    "loud ",
    "low ",
    "not ",
    "no ",
    "don't ",
    "didn't ",
    "or ",
    "and ",
    "good ",
    "bad ",
    "too ",
    "except for ",
    "everything was good ",
    "the ",
];

/// The mentions of copy `copy` of a text, as if it stood alone.
fn told(tags: &CommentTags, copy: usize, bytes: u32, clauses: u32) -> Vec<String> {
    let (from, first) = (bytes * copy as u32, clauses * copy as u32);
    let here = tags.mentions.iter().filter(|mention| (from..from + bytes).contains(&mention.span.start));
    let told = here.map(|mention| {
        let spans = [Some(mention.span), mention.cue.map(|it| it.span), mention.negator.map(|it| it.span)];
        let spans = spans.map(|span| span.map(|span| (span.start - from, span.end - from)));
        (mention.driver, mention.polarity, mention.term, mention.rule, mention.negated, mention.clause - first, spans)
    });
    told.map(|told| format!("{told:?}")).collect()
}

fn text() -> impl Strategy<Value = String> {
    let end = prop::sample::select(&["", "", "", "", "", "，", ", ", "。", " ", "'", "？"][..]);
    prop::collection::vec((prop::sample::select(&PIECES[..]), end), 1..24)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, end)| [piece, end]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn each_of_many_copies_says_what_one_says(text in text()) {
        let tagger = tagger(SegmentMode::Demand);
        let one = format!("{text}{BETWEEN}");
        let alone = tags(tagger, &one);
        let many = tags(tagger, &one.repeat(COPIES));
        let mut scratch = crate::tag::Scratch::default();
        tagger.places(&one, &mut scratch);
        let (bytes, clauses) = (one.len() as u32, scratch.clauses.len() as u32);
        let expected = told(&alone, 0, bytes, clauses);
        for copy in 0..COPIES {
            prop_assert_eq!(told(&many, copy, bytes, clauses), expected.clone(), "copy {} of {}", copy, one);
        }
        let times = COPIES as u32;
        prop_assert_eq!((many.praises, many.blames), (alone.praises * times, alone.blames * times));
    }
}

/// One clause of a hundred kilobytes of each of these took minutes: everything in it was compared with everything else.
#[test]
fn a_long_clause_of_terms_is_tagged_in_time() {
    let tagger = tagger(SegmentMode::Demand);
    for piece in [
        "不",
        "不吵",
        "吵不",
        "not noisy ",
        "not ",
        "好不",
        "服务",
        "服务好",
        "服务不好",
        "没噪音",
        "噪音小",
        "服务小",
        "the noise is good ",
        "noise, ",
        "staff ",
        "the service, noise, staff ",
        "没有异味和灰尘和",
        "noisy or loud or ",
        "staff nobody loud ",
        "low high noise ",
        "the staff didn't look up ",
        "not good noise ",
        "服务好吗",
        "no noise ",
        "除了服务其他都好",
        "希望，服务，",
        "店员不理",
        "don't be rude ",
        "以前好现在差",
        "店员不理不理",
        "好好",
    ] {
        let started = Instant::now();
        tags(tagger, &piece.repeat(100_000 / piece.len()));
        let took = started.elapsed();
        // Without optimisation, and beside other tests.
        assert!(took < Duration::from_secs(20), "{piece}: {took:?}");
    }
}

/// The index is on where this property needs it.
#[test]
fn copies_are_dense() {
    let mut scratch = crate::tag::Scratch::default();
    let hits = tagger(SegmentMode::Demand).places(&format!("噪音{BETWEEN}").repeat(COPIES), &mut scratch);
    assert!(hits.len() >= 48 && hits.iter().all(|hit| hit.owner != Owner::Word(WordClass::Earlier)));
}
