//! What holds for any text, on the bundled lexicon and a random mixture of its terms, real words and junk.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use proptest::prelude::*;

use super::{Scratch, SegmentMode, Tagger, TaggerOptions, tags};
use crate::lexicon::compile::Owner;
use crate::lexicon::placeholder;
use crate::lexicon::resolve::Resolved;
use crate::lexicon::term::{Pattern, parse};
use crate::lexicon::{Lexicon, Sense, TermIx, WordClass};
use crate::tag::matching::find;
use crate::tag::mention::Mention;
use crate::text::normalize::Folded;

/// A term of words alone, folded.
struct Plain {
    term: TermIx,
    text: String,
}

struct Bundled {
    demand: Tagger,
    full: Tagger,
    /// By a lexicon in which each term stands twice.
    twice: Tagger,
    plain: Vec<Plain>,
    written: Vec<String>,
}

fn bundled() -> &'static Bundled {
    static BUNDLED: OnceLock<Bundled> = OnceLock::new();
    BUNDLED.get_or_init(|| {
        let lexicon = Arc::new(Lexicon::load(&["appliance"]).unwrap());
        let [demand, full] = [SegmentMode::Demand, SegmentMode::Full].map(|segment| {
            Tagger::new(lexicon.clone(), TaggerOptions { segment, ..TaggerOptions::default() }).unwrap()
        });
        let twice = Tagger::new(Arc::new(written_twice()), TaggerOptions::default()).unwrap();
        let (mut plain, mut written) = (Vec::new(), Vec::new());
        let mut folded = Folded::default();
        for ix in 0..lexicon.term_count() as u32 {
            let info = lexicon.term(TermIx(ix));
            let (_, term) = info.id.split_once(':').unwrap();
            let Ok(Pattern::Words(phrase)) = parse(term) else { continue };
            written.push(phrase.text.clone());
            demand.normalizer.fold(&phrase.text, &mut folded);
            let text = folded.text.trim().to_owned();
            let literal = !phrase.open_end && !placeholder::holds(&phrase);
            if matches!(info.owner, Owner::Driver(..)) && literal && text.chars().any(char::is_alphanumeric) {
                plain.push(Plain { term: TermIx(ix), text });
            }
        }
        plain.sort_by_key(|plain| std::cmp::Reverse(plain.text.len()));
        Bundled { demand, full, twice, plain, written }
    })
}

/// The bundled lexicon with each term once more, written with a space after it.
fn written_twice() -> Lexicon {
    let mut resolved = Resolved::load(&["appliance"]).unwrap();
    let of_drivers = resolved.drivers.values_mut().flat_map(|driver| driver.terms.values_mut());
    let of_words = resolved.words.iter_mut().filter(|(class, _)| **class != WordClass::State).map(|(_, terms)| terms);
    for terms in of_drivers.chain(of_words) {
        let again: Vec<_> = terms.iter().map(|(written, term)| (format!("{written} "), term.clone())).collect();
        terms.extend(again);
    }
    Lexicon::compile(&resolved).unwrap()
}

/// What tags say, with terms by their names.
fn told(tagger: &Tagger, text: &str) -> String {
    let mut tags = tags(tagger, text);
    let name = |term: TermIx| tagger.lexicon.term(term).id.trim_end();
    let mentions: Vec<_> = std::mem::take(&mut tags.mentions)
        .into_iter()
        .map(|mention| {
            let evidence = [Some(mention.term), mention.cue.map(|cue| cue.term), mention.negator.map(|of| of.term)];
            let spans = [Some(mention.span), mention.cue.map(|cue| cue.span), mention.negator.map(|of| of.span)];
            let Mention { driver, polarity, negated, clause, rule, voices, .. } = mention;
            (evidence.map(|term| term.map(name)), spans, (driver, polarity, negated, clause, rule, voices))
        })
        .collect();
    format!("{tags:?} {mentions:?}")
}

/// Segments everything and tries every term at every character.
fn naive(tagger: &Tagger, plain: &[Plain], text: &str) -> BTreeSet<(u32, u32, TermIx)> {
    let mut scratch = Scratch::default();
    tagger.read(text, &mut scratch);
    scratch.tokens.clear();
    let folded = &scratch.folded.text;
    for run in &scratch.runs {
        tagger.segmenters.segment(folded, run, &mut scratch.tokens);
    }
    let mut found = BTreeSet::new();
    for (start, _) in folded.char_indices() {
        for plain in plain.iter().filter(|plain| folded[start..].starts_with(&plain.text)) {
            let (from, to) = (start as u32, (start + plain.text.len()) as u32);
            if tagger.segmenters.is_word(folded, &scratch.tokens, from, to) {
                found.insert((from, to, plain.term));
            }
        }
    }
    found
}

fn mixture() -> impl Strategy<Value = String> {
    let written = &bundled().written;
    let piece = prop_oneof![
        6 => prop::sample::select(written.as_slice()),
        2 => prop::sample::select(&["的", "我", "今天", "师傅说", "会不会", "傲慢", "the", "was", "a", "i'm", "5", "APP"][..])
            .prop_map(str::to_owned),
        2 => prop::sample::select(&["，", "。", " ", ", ", ". ", "！", "\n", "&amp;", "😀", "　", "’", "-", "Ａ", "ー"][..])
            .prop_map(str::to_owned),
        1 => "\\PC{0,3}",
    ];
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn segmenting_on_demand_changes_nothing(text in mixture()) {
        let (demand, full) = (tags(&bundled().demand, &text), tags(&bundled().full, &text));
        prop_assert_eq!(format!("{demand:?}"), format!("{full:?}"));
    }

    #[test]
    fn writing_each_term_twice_changes_nothing(text in mixture()) {
        prop_assert_eq!(told(&bundled().demand, &text), told(&bundled().twice, &text));
    }

    #[test]
    fn offsets_are_inside_and_on_characters(text in mixture()) {
        for mention in &tags(&bundled().demand, &text).mentions {
            let spans = [Some(mention.span), mention.cue.map(|cue| cue.span), mention.negator.map(|negator| negator.span)];
            for span in spans.into_iter().flatten() {
                prop_assert!(span.start < span.end);
                prop_assert!(text.get(span.range()).is_some(), "{:?}", mention);
            }
        }
    }

    #[test]
    fn a_naive_matcher_finds_the_same(text in mixture()) {
        let Bundled { demand, plain, .. } = bundled();
        let mut scratch = Scratch::default();
        if !demand.read(&text, &mut scratch) {
            return Ok(());
        }
        find(&demand.lexicon, &demand.segmenters, SegmentMode::Demand, &mut scratch);
        let is_plain: BTreeSet<TermIx> = plain.iter().map(|plain| plain.term).collect();
        let got: BTreeSet<_> = scratch
            .hits
            .iter()
            .filter(|hit| is_plain.contains(&hit.term))
            .map(|hit| (hit.start, hit.end, hit.term))
            .collect();
        let named: BTreeSet<_> = scratch
            .hits
            .iter()
            .filter_map(|hit| if let Owner::Driver(driver, Sense::Aspect) = hit.owner { Some(driver) } else { None })
            .collect();
        // Of the cues of a driver that the text does not name, only the place is told.
        let (must, may): (BTreeSet<_>, BTreeSet<_>) =
            naive(demand, plain, &text).into_iter().partition(|(_, _, term)| match demand.lexicon.term(*term).owner {
                Owner::Driver(driver, Sense::BesidePositive | Sense::BesideNegative) => named.contains(&driver),
                Owner::Driver(..) | Owner::Word(_) => true,
            });
        prop_assert!(must.is_subset(&got), "{must:?} in {got:?}");
        prop_assert!(got.difference(&must).all(|hit| may.contains(hit)), "{got:?}");
        for (start, end, _) in may.difference(&got) {
            prop_assert!(scratch.qualities.contains(&(*start, *end)));
        }
    }
}

/// "only" in "my only" breaks no clause in two: a contrast lies in one clause, whatever comes before it.
#[test]
fn a_contrast_inside_another_breaks_nothing() {
    let tagger = &bundled().demand;
    let mut scratch = Scratch::default();
    for text in ["the waitress. my only issue is the price", "waitress, but then my only issue is the price"] {
        assert!(tagger.read(text, &mut scratch));
        let contrasts = scratch.hits.iter().filter(|hit| hit.owner == Owner::Word(WordClass::Contrast));
        assert!(contrasts.clone().count() > 1, "{text}: a contrast inside another");
        for hit in contrasts {
            let clause = scratch.clauses[hit.clause as usize];
            assert!(clause.start <= hit.start && hit.end <= clause.end, "{text}: {hit:?} in {clause:?}");
        }
        tags(tagger, text);
    }
}

/// Praise is compared with the degree and excess words that touch it, not with all of a clause: these would take minutes.
#[test]
fn a_long_clause_of_praise_is_tagged_in_time() {
    for piece in ["好1", "太好"] {
        let tags = tags(&bundled().demand, &piece.repeat(200_000 / piece.len()));
        assert!(tags.mentions.len() < 200_000, "{piece}");
    }
}
