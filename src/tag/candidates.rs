//! Where terms may stand in a folded text, before any word boundary is known: terms, parts of terms, cues, regular expressions.
//!
//! Not for which of them do stand there: that takes segmentation (`matching`).

use super::matching::{Hit, Part};
use crate::lexicon::compile::Owner;
use crate::lexicon::needed::Needed;
use crate::lexicon::patterns::{Cues, Place, Use, What};
use crate::lexicon::{Lexicon, Sense, TermIx};
use crate::text::chars::Chars;
use crate::text::normalize::Folded;
use crate::text::segment::Joins;
use crate::types::DriverIx;

/// A place that may be a hit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) one: Use,
    /// It is a cue of drivers that the text does not name: a quality, but of what is not said.
    pub(super) quality: bool,
}

/// A place that may be a cue of some drivers.
#[derive(Debug, Clone, Copy)]
struct CuePlace {
    start: u32,
    end: u32,
    ends_inside: bool,
    cues: Cues,
}

/// The candidates of a text, with buffers that are used again from text to text.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    all: Vec<Candidate>,
    cues: Vec<CuePlace>,
    /// By driver: whether the text may name it.
    named: Vec<bool>,
    needed: Needed,
    parts_seen: Vec<(u32, u8)>,
}

impl Candidates {
    /// Takes in a text in place of another. What regular expressions match needs no boundaries: it is added to `parts` and `hits`.
    ///
    /// Whether there may be a term of several parts that counts the tokens between them.
    pub(super) fn gather(
        &mut self,
        lexicon: &Lexicon,
        joins: &Joins,
        folded: &Folded,
        chars: &Chars,
        parts: &mut Vec<Part>,
        hits: &mut Vec<Hit>,
    ) -> bool {
        let Self { all, cues, named, needed, parts_seen } = self;
        all.clear();
        cues.clear();
        named.clear();
        named.resize(lexicon.drivers().len(), false);
        let mut name = |owner: Owner| {
            if let Owner::Driver(driver, Sense::Aspect) = owner {
                named[usize::from(driver.0)] = true;
            }
        };
        lexicon.scan(folded, chars, joins, needed, |Place { start, end, ends_inside, uses, cues: of_drivers }| {
            for one in uses.iter().filter(|one| may_end(one, ends_inside)) {
                name(one.owner);
                all.push(Candidate { start, end, one: *one, quality: false });
            }
            cues.extend(of_drivers.map(|cues| CuePlace { start, end, ends_inside, cues }));
        });
        lexicon.scan_regexes(folded, needed, |start, end, what| match what {
            What::Part { compound, part } => {
                name(lexicon.term(lexicon.compounds[compound as usize].term).owner);
                parts.push(Part { compound, place: part, start, end });
            }
            What::Term(term) => {
                if let Some((start, end)) = without_punctuation(&folded.text, start, end) {
                    let hit = hit(lexicon, term, start, end);
                    name(hit.owner);
                    hits.push(hit);
                }
            }
        });
        for place in cues.iter() {
            add_cues(lexicon, named, place, all);
        }
        leave_out_incomplete(lexicon, all, parts, parts_seen)
    }

    /// All of them, by where they start.
    pub(super) fn sorted(&mut self) -> &[Candidate] {
        self.all.sort_unstable_by_key(|candidate| candidate.start);
        &self.all
    }
}

/// Leaves out parts of terms that do not have all their parts in the text. Whether one is left whose tokens between its parts count.
fn leave_out_incomplete(
    lexicon: &Lexicon,
    candidates: &mut Vec<Candidate>,
    parts: &mut Vec<Part>,
    places: &mut Vec<(u32, u8)>,
) -> bool {
    places.clear();
    places.extend(parts.iter().map(|part| (part.compound, part.place)));
    places.extend(candidates.iter().filter_map(|candidate| match candidate.one.what {
        What::Part { compound, part } => Some((compound, part)),
        What::Term(_) => None,
    }));
    if places.is_empty() {
        return false;
    }
    places.sort_unstable();
    places.dedup();
    let is_complete = |compound: u32| {
        let from = places.partition_point(|(one, _)| *one < compound);
        let to = places.partition_point(|(one, _)| *one <= compound);
        to - from == usize::from(lexicon.compounds[compound as usize].parts)
    };
    parts.retain(|part| is_complete(part.compound));
    candidates.retain(|candidate| match candidate.one.what {
        What::Part { compound, .. } => is_complete(compound),
        What::Term(_) => true,
    });
    places.iter().any(|(compound, _)| lexicon.compounds[*compound as usize].gaps.is_some() && is_complete(*compound))
}

pub(super) fn hit(lexicon: &Lexicon, term: TermIx, start: u32, end: u32) -> Hit {
    Hit { start, end, term, owner: lexicon.term(term).owner, clause: 0, whole: true }
}

fn may_end(one: &Use, ends_inside: bool) -> bool {
    !ends_inside || one.may_end_inside()
}

/// Adds the cues of a place whose drivers the text names. Those of other drivers say no more than that there is a quality here: one
/// stands for all, and what would hide a cue of a driver that is named hides none of these.
fn add_cues(lexicon: &Lexicon, named: &[bool], place: &CuePlace, candidates: &mut Vec<Candidate>) {
    let CuePlace { start, end, ends_inside, cues } = *place;
    let mut quality = None;
    for one in lexicon.cues(cues).iter().filter(|one| may_end(one, ends_inside)) {
        if matches!(one.owner, Owner::Driver(DriverIx(driver), _) if named[usize::from(driver)]) {
            candidates.push(Candidate { start, end, one: *one, quality: false });
        } else {
            quality.get_or_insert(Candidate { start, end, one: *one, quality: true });
        }
    }
    candidates.extend(quality);
}

/// A regular expression may look for the punctuation around it, but that is not part of what it found: with the comma before it, it
/// would stand in the clause before.
fn without_punctuation(text: &str, start: u32, end: u32) -> Option<(u32, u32)> {
    const AROUND: &[char] = &[' ', '\n', ',', '.', '!', '?', ';', ':', '，', '。', '！', '？', '；', '：', '、'];
    let found = &text[start as usize..end as usize];
    let from = found.len() - found.trim_start_matches(AROUND).len();
    let to = found.trim_end_matches(AROUND).len();
    (from < to).then_some((start + from as u32, start + to as u32))
}
