//! Folding, segmenting and tagging any text.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use verbatim::tag::{CommentTags, Scratch};
use verbatim::text::{Folded, Normalizer, SegmentOptions, Segmenters, Token, clauses, runs};
use verbatim::types::Role;

use super::Seed;
use super::small::taggers;

/// What the naive matcher needs.
struct Naive {
    normalizer: Normalizer,
    segmenters: Segmenters,
    /// Folded terms of words alone, each with its id.
    terms: Vec<(String, String)>,
}

fn naive() -> &'static Naive {
    static NAIVE: OnceLock<Naive> = OnceLock::new();
    NAIVE.get_or_init(|| {
        let lexicon = taggers()[0].lexicon();
        let normalizer = Normalizer::new().expect("the folding is there");
        let options =
            SegmentOptions { user_words: lexicon.user_words().to_vec(), definition: true, ..SegmentOptions::default() };
        let segmenters = Segmenters::new(&options).expect("the built-in tokenizer can be made");
        let resolved = verbatim::doors::lexicon(&super::small::files()).expect("the small lexicon is one");
        let mut terms = Vec::new();
        let mut folded = Folded::default();
        for (id, driver) in &resolved.drivers {
            for (sense, list) in &driver.terms {
                for written in list.keys() {
                    normalizer.fold(written, &mut folded);
                    terms.push((folded.text.trim().to_owned(), format!("{id}.{}:{written}", sense.as_str())));
                }
            }
        }
        Naive { normalizer, segmenters, terms }
    })
}

/// Tokens lie in order on boundaries, with nothing but blanks between them; clauses tile; mentions lie inside on boundaries; segmenting on
/// demand changes nothing; the terms of drivers stand where trying each at every character finds them. Takes what mentions a driver.
pub fn target(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&data[..data.len().min(1 << 12)]);
    let text = text.as_ref();
    let naive = naive();
    let mut folded = Folded::default();
    naive.normalizer.fold(text, &mut folded);
    let all = folded.text.as_str();

    let (mut parts, mut tokens, mut cuts) = (Vec::new(), Vec::<Token>::new(), Vec::new());
    runs(all, &mut parts);
    let mut done = 0;
    for run in &parts {
        assert!(run.start == done, "runs tile the text");
        done = run.end;
        naive.segmenters.segment(all, run, &mut tokens);
    }
    assert_eq!(done as usize, all.len(), "runs tile the text");
    let mut done = 0;
    for token in &tokens {
        assert!(token.start >= done && token.end > token.start, "tokens come in order");
        assert!(all[done as usize..token.start as usize].chars().all(char::is_whitespace), "between tokens are blanks");
        assert!(all.is_char_boundary(token.end as usize));
        done = token.end;
    }
    assert!(all[done as usize..].chars().all(char::is_whitespace), "after tokens are blanks");
    clauses(all, &[], &mut cuts);
    let mut done = 0;
    for clause in &cuts {
        assert!(clause.start == done && clause.end > clause.start && all.is_char_boundary(clause.end as usize));
        done = clause.end;
    }
    assert_eq!(done as usize, all.len(), "clauses tile the text");

    let [demand, full] = taggers();
    let [quick, slow] = [demand, full].map(|tagger| {
        let mut tags = CommentTags::default();
        tagger.tag_comment([(0, Role::Why, text)], &mut Scratch::default(), &mut tags);
        tags
    });
    assert_eq!(format!("{quick:?}"), format!("{slow:?}"), "segmenting on demand changes nothing");
    for mention in &quick.mentions {
        let spans = [Some(mention.span), mention.cue.map(|cue| cue.span), mention.negator.map(|negator| negator.span)];
        for span in spans.into_iter().flatten() {
            assert!(span.start < span.end && text.get(span.range()).is_some(), "{mention:?}");
        }
    }
    let places = verbatim::doors::places(demand, text);
    if places.is_empty() && !quick.says_something {
        return false;
    }
    let of_drivers = |id: &str| id.split_once(':').is_some_and(|(owner, _)| owner.contains('.'));
    // "slooow" is slow, which a matcher that compares letters cannot know.
    let plain = |from: u32, to: u32| !folded.is_drawn_out(from..to);
    let found: BTreeSet<_> = places.into_iter().filter(|(from, to, id)| of_drivers(id) && plain(*from, *to)).collect();
    let mut expected = BTreeSet::new();
    for (start, _) in all.char_indices() {
        for (term, id) in naive.terms.iter().filter(|(term, _)| all[start..].starts_with(term)) {
            let (from, to) = (start as u32, (start + term.len()) as u32);
            if plain(from, to) && naive.segmenters.is_word(all, &tokens, from, to) {
                expected.insert((from, to, id.clone()));
            }
        }
    }
    assert_eq!(found, expected, "a naive matcher finds the same");
    !found.is_empty() && !quick.mentions.is_empty()
}

/// Comments.
pub fn seeds() -> Vec<Seed> {
    let texts = [
        "噪音很大，但是服务不错。希望安静一点！",
        "The staff were not very friendly or kind, but quiet & clean :-)",
        "没有人理，太吵架了吗？声音不是太吵",
        "It&#39;s loud and clear; no noise at night. Ｓｏｕｎｄ　ｌｅｖｅｌ",
        "服務態度很好👍🏽以前不好 now everything was great except for the sound level",
        "sloooow staff e\u{301}\u{200d}好好好好",
    ];
    texts.map(Seed::valid).into()
}

/// Terms, and what comes between them.
pub const WORDS: &[&str] = &[
    "噪音",
    "安静",
    "吵",
    "吵架",
    "服务态度",
    "没有人",
    "不",
    "没有",
    "很",
    "和",
    "但是",
    "的",
    "noise",
    "loud and clear",
    "not ",
    "no one",
    "don't ",
    " or ",
    "too ",
    "except for ",
    "everything ",
    "，",
    "。",
    "! ",
    "?",
    " ",
    "\n",
    "&amp;",
    "&#128512;",
    "\u{200d}",
    "\u{fe0f}",
    "\u{301}",
    "👍",
    "Ａ",
    "ſ",
    "İ",
    "ß",
    "臺",
    "\u{ffff}",
    "'",
    "…",
];
