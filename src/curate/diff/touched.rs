//! Which texts a change of the rules may touch, and by which change: a small lexicon of what changed, looked for in the same way.
//!
//! Not for tags. A text in which nothing of what changed may stand is tagged alike by both lexicons, so that of a survey only the rest has to be
//! tagged again. Why that is so: a term stands where its characters stand, or those of a slip or of a form drawn out, whatever else the
//! lexicon holds; what counts in a text follows from the places in it; and a run is cut by the words in it ([`Segmenters::weigh_alike`]).
//! Changes of a driver as a whole count as changes of its terms and of those of drivers under it.
//!
//! [`Segmenters::weigh_alike`]: crate::text::segment::Segmenters

use std::collections::BTreeMap;

use super::rules::{Change, Kind};
use crate::error::Result;
use crate::lexicon::format::{Boundary, Usage};
use crate::lexicon::needed::Needed;
use crate::lexicon::patterns::What;
use crate::lexicon::resolve::ResolvedTerm;
use crate::lexicon::{Lexicon, Resolved, WordClass};
use crate::tag::Tagger;
use crate::text::chars::Chars;
use crate::text::normalize::Folded;

/// Which texts may be tagged otherwise.
pub(super) enum Reach {
    /// None: nothing changed by which texts are tagged.
    None,
    /// Those in which something stands that changed.
    Some(Box<Touched>),
    /// All: runs are cut by other weights.
    All,
}

/// What changed, ready to be looked for.
pub(super) struct Touched {
    lexicon: Lexicon,
    /// By term of that lexicon: the index of its change.
    changes: Vec<usize>,
}

/// Where something that changed stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Bytes of the text as delivered.
    pub(super) start: u32,
    pub(super) end: u32,
    /// The index of the change.
    pub(super) change: usize,
}

/// Buffers that are used again from text to text.
#[derive(Default)]
pub(super) struct Scratch {
    folded: Folded,
    chars: Chars,
    needed: Needed,
    bare: String,
    pub(super) places: Vec<Place>,
}

impl Touched {
    /// Of all changes that may change tags; none where there are none.
    pub(super) fn new(before: &Resolved, after: &Resolved, changes: &[Change]) -> Result<Option<Self>> {
        let mut written: BTreeMap<&str, usize> = BTreeMap::new();
        for kind in [Kind::Term, Kind::WholeWord] {
            for (ix, change) in changes.iter().enumerate().filter(|(_, change)| change.kind == kind) {
                written.entry(&change.what).or_insert(ix);
            }
        }
        for (ix, change) in changes.iter().enumerate() {
            if matches!(change.kind, Kind::Driver | Kind::Parent | Kind::People) {
                for resolved in [before, after] {
                    for term in terms_of(resolved, &change.what) {
                        written.entry(term).or_insert(ix);
                    }
                }
            }
        }
        if written.is_empty() {
            return Ok(None);
        }
        let mut small = Resolved::default();
        // Anywhere in the text, since a driver's term may have stood so; and on boundaries as a negator does, which may end inside a longer
        // word, since only such terms have slips and forms drawn out.
        let used = |boundary| ResolvedTerm::unwritten(Usage { boundary, bare: true, general: true });
        for (class, boundary) in [(WordClass::Positive, Boundary::Any), (WordClass::Negator, Boundary::Word)] {
            let terms = written.keys().map(|term| ((*term).to_owned(), used(boundary)));
            small.words.insert(class, terms.collect());
        }
        let whole_answers =
            [before, after].into_iter().filter_map(|resolved| resolved.words.get(&WordClass::NoComment));
        let whole_answers = whole_answers.flatten().filter(|(term, _)| written.contains_key(term.as_str()));
        small.words.insert(WordClass::NoComment, whole_answers.map(|(term, of)| (term.clone(), of.clone())).collect());
        let lexicon = Lexicon::compile(&small)?;
        let change_of = |id: &str| id.split_once(':').and_then(|(_, term)| written.get(term)).copied();
        let changes = lexicon.terms().map(|(_, term)| change_of(&term.id).unwrap_or_default()).collect();
        Ok(Some(Self { lexicon, changes }))
    }

    /// Whether a text may be touched; `scratch` then holds where.
    pub(super) fn touches(&self, text: &str, tagger: &Tagger, scratch: &mut Scratch) -> bool {
        let (mut folded, mut chars) = (std::mem::take(&mut scratch.folded), std::mem::take(&mut scratch.chars));
        tagger.normalizer.fold(text, &mut folded);
        chars.read(&folded.text);
        let touches = self.touches_folded(&folded, &chars, tagger, scratch);
        (scratch.folded, scratch.chars) = (folded, chars);
        touches
    }

    /// As [`Self::touches`], of a text that is folded already.
    pub(super) fn touches_folded(
        &self,
        folded: &Folded,
        chars: &Chars,
        tagger: &Tagger,
        scratch: &mut Scratch,
    ) -> bool {
        let Scratch { needed, bare, places, .. } = scratch;
        places.clear();
        let mut place = |start: u32, end: u32, what: What| {
            let term = match what {
                What::Term(term) => term,
                What::Part { compound, .. } => self.lexicon.compounds[compound as usize].term,
            };
            let delivered = folded.delivered(start..end);
            let change = self.changes[term.0 as usize];
            places.push(Place { start: delivered.start, end: delivered.end, change });
        };
        self.lexicon.scan(folded, chars, tagger.joins(), needed, |found| {
            found.uses.iter().for_each(|one| place(found.start, found.end, one.what));
        });
        self.lexicon.scan_regexes(folded, needed, place);
        !places.is_empty() || self.lexicon.is_no_comment(&folded.text, bare) && !bare.is_empty()
    }
}

/// The terms of a driver and of those under it.
fn terms_of<'a>(resolved: &'a Resolved, id: &'a str) -> impl Iterator<Item = &'a str> {
    let under = resolved.drivers.keys().filter(move |one| resolved.lineage(one).any(|(above, _)| above == id));
    let terms = under.flat_map(|one| resolved.drivers[one].terms.values());
    terms.flat_map(|terms| terms.keys().map(String::as_str))
}
