//! Where terms of the lexicon stand in a folded text: which candidates stand on word boundaries, and terms of several parts.
//!
//! Not for finding candidates (`candidates`), nor for what a hit means: exclusion, overlap and polarity come after (`polarity`).
//!
//! Only runs of script that hold a candidate are segmented: each run is segmented by itself, so the others cannot change
//! what is found. Where a term of several parts that counts the tokens between them has all its parts in the text, all runs are.

use super::candidates::{Candidate, hit};
use super::tagger::{Scratch, SegmentMode};
use crate::lexicon::compile::Owner;
use crate::lexicon::patterns::{Use, What};
use crate::lexicon::{Lexicon, TermIx, WordClass};
use crate::text::clauses::{Clause, clauses};
use crate::text::segment::{Bounds, Segmenters, Token};

/// A term of the lexicon at its place; bytes of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) term: TermIx,
    pub(crate) owner: Owner,
    pub(crate) clause: u32,
    /// It is made of whole tokens, and no word inside a longer one.
    pub(crate) whole: bool,
}

impl Hit {
    /// What hits are sorted by: start, longer first, term; packed so that comparing is quick.
    pub(crate) fn place(&self) -> u128 {
        u128::from(self.start) << 64 | u128::from(!self.end) << 32 | u128::from(self.term.0)
    }
}

/// A part of a term of several parts, accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    pub(super) compound: u32,
    pub(super) place: u8,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Fills `scratch.hits` (sorted by start, longer first) and `scratch.clauses` from `scratch.folded` and `scratch.runs`.
pub(crate) fn find(lexicon: &Lexicon, segmenters: &Segmenters, mode: SegmentMode, scratch: &mut Scratch) {
    let Scratch {
        folded,
        chars,
        runs,
        tokens,
        bounds,
        candidates,
        qualities,
        parts,
        hits,
        clauses: clause_list,
        breaks,
        ..
    } = scratch;
    let text = folded.text.as_str();
    qualities.clear();
    hits.clear();
    parts.clear();
    let counts_tokens = candidates.gather(lexicon, segmenters.joins(), folded, chars, parts, hits);

    tokens.clear();
    let candidates = candidates.sorted();
    // A candidate that began in an earlier run may reach into this one: its end must lie on a boundary of this run.
    let (mut next, mut reached) = (0, 0);
    for run in runs.iter() {
        let mut inside = false;
        while let Some(candidate) = candidates.get(next).filter(|candidate| candidate.start < run.end) {
            if !candidate.one.anywhere {
                inside |= candidate.start >= run.start;
                reached = reached.max(candidate.end);
            }
            next += 1;
        }
        if inside || reached > run.start || counts_tokens || mode == SegmentMode::Full {
            segmenters.segment(text, run, tokens);
        }
    }
    bounds.mark(text, tokens);

    for candidate in candidates {
        let Candidate { start, one: Use { what, owner, anywhere, .. }, quality, .. } = *candidate;
        let accepted = accepted_end(segmenters, text, tokens, bounds, candidate);
        match (what, accepted) {
            (What::Term(_), Some(end)) if quality => qualities.push((start, end)),
            (What::Term(term), Some(end)) => {
                let whole = anywhere || bounds.are_row(start, end);
                hits.push(Hit { start, end, term, owner, clause: 0, whole });
            }
            (What::Term(term), None) if candidate.one.may_open_a_token() && bounds.is_start(start) => {
                hits.push(Hit { start, end: candidate.end, term, owner, clause: 0, whole: false });
            }
            (What::Part { compound, part }, Some(end)) => parts.push(Part { compound, place: part, start, end }),
            (_, None) => {}
        }
    }
    contrast_starts(hits, breaks);
    clauses(text, breaks, clause_list);

    join_parts(lexicon, tokens, parts, clause_list, hits);
    hits.sort_unstable_by_key(Hit::place);
    let mut clause = 0;
    for hit in hits.iter_mut() {
        while clause + 1 < clause_list.len() && clause_list[clause].end <= hit.start {
            clause += 1;
        }
        hit.clause = clause as u32;
    }
    hits.dedup();
}

/// Where the candidate ends if it stands as words, with its open ending taken to the end of its token.
fn accepted_end(
    segmenters: &Segmenters,
    text: &str,
    tokens: &[Token],
    bounds: &Bounds,
    candidate: &Candidate,
) -> Option<u32> {
    let Candidate { start, end, one: Use { open_end, anywhere, .. }, .. } = *candidate;
    if anywhere || bounds.are_row(start, end) {
        return Some(end);
    }
    if !open_end && Segmenters::is_surely_none(text, bounds, start, end) {
        return None;
    }
    let mut end = end;
    if open_end {
        let at = tokens.partition_point(|token| token.end < end);
        if let Some(token) = tokens.get(at).filter(|token| token.start < end) {
            end = token.end;
        }
    }
    segmenters.is_word(text, tokens, start, end).then_some(end)
}

/// Where contrasts begin, in order; one that begins inside an earlier one (only in "my only") is part of it.
fn contrast_starts(hits: &[Hit], starts: &mut Vec<u32>) {
    let of = |hit: &Hit, class| hit.whole && hit.owner == Owner::Word(class);
    // The present after an earlier time is a contrast too: 以前好现在差.
    let earlier = hits.iter().filter(|hit| of(hit, WordClass::Earlier)).map(|hit| hit.end).min();
    let later = |hit: &Hit| of(hit, WordClass::Later) && earlier.is_some_and(|earlier| earlier <= hit.start);
    let contrast = |hit: &&Hit| of(hit, WordClass::Contrast) || later(hit);
    starts.clear();
    starts.extend(hits.iter().filter(contrast).map(|hit| hit.start));
    if starts.len() < 2 {
        return;
    }
    let mut places: Vec<(u32, u32)> = hits.iter().filter(contrast).map(|hit| (hit.start, hit.end)).collect();
    places.sort_unstable();
    starts.clear();
    let mut reached = 0;
    for group in places.chunk_by(|a, b| a.0 == b.0) {
        let (start, end) = group[group.len() - 1];
        if start >= reached {
            starts.push(start);
            reached = end;
        }
    }
}

/// The clause in which a byte lies.
pub(crate) fn clause_of(clauses: &[Clause], byte: u32) -> u32 {
    clauses.partition_point(|clause| clause.end <= byte).min(clauses.len().saturating_sub(1)) as u32
}

/// Puts the parts of terms of several parts together.
fn join_parts(lexicon: &Lexicon, tokens: &[Token], parts: &mut [Part], clauses: &[Clause], hits: &mut Vec<Hit>) {
    if parts.is_empty() {
        return;
    }
    parts.sort_unstable();
    for group in parts.chunk_by(|a, b| a.compound == b.compound) {
        let compound = &lexicon.compounds[group[0].compound as usize];
        for first in group.iter().filter(|part| part.place == 0) {
            let joined = match &compound.gaps {
                Some(gaps) => near(group, first, gaps, tokens, clauses),
                None => together(group, first, compound.parts, clauses),
            };
            if let Some((start, end)) = joined {
                hits.push(hit(lexicon, compound.term, start, end));
            }
        }
    }
}

/// `A ~3 B`: after `first`, each further part at the nearest place that its gap allows, inside one sentence.
fn near(group: &[Part], first: &Part, gaps: &[u8], tokens: &[Token], clauses: &[Clause]) -> Option<(u32, u32)> {
    let sentence = |byte| clauses.get(clause_of(clauses, byte) as usize).map(|clause| clause.sentence);
    let mut end = first.end;
    for (part, gap) in (1u8..).zip(gaps) {
        let from = tokens.partition_point(|token| token.start < end);
        // Where more tokens than may be between end before a candidate, they do so before all that come after it.
        let too_far = tokens[from..].get(usize::from(*gap)).map_or(u32::MAX, |token| token.end);
        let candidates = &group[group.partition_point(|candidate| (candidate.place, candidate.start) < (part, end))..];
        let next = candidates
            .iter()
            .take_while(|candidate| candidate.place == part && candidate.start < too_far)
            .find(|candidate| sentence(candidate.start) == sentence(first.start))?;
        end = next.end;
    }
    Some((first.start, end))
}

/// `A & B`: every part in the clause of `first`.
fn together(group: &[Part], first: &Part, parts: u8, clauses: &[Clause]) -> Option<(u32, u32)> {
    let clause = clause_of(clauses, first.start);
    let (mut start, mut end) = (first.start, first.end);
    for part in 1..parts {
        let from = clauses.get(clause as usize).map_or(0, |clause| clause.start);
        let at = group.partition_point(|candidate| (candidate.place, candidate.start) < (part, from));
        let next = group
            .get(at)
            .filter(|candidate| candidate.place == part && clause_of(clauses, candidate.start) == clause)?;
        start = start.min(next.start);
        end = end.max(next.end);
    }
    Some((start, end))
}
