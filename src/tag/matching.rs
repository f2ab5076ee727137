//! Where terms of the lexicon stand in a folded text: automaton, word boundaries, terms of several parts, regular expressions.
//!
//! Not for what a hit means: exclusion, overlap and polarity come after (`polarity`).
//!
//! Only runs of script that hold a candidate are segmented: each run is segmented by itself, so the others cannot change
//! what is found. Where a term of several parts may stand, all runs are, because it counts the tokens between its parts.

use super::tagger::{Scratch, SegmentMode};
use crate::lexicon::compile::{Owner, Spelled, What};
use crate::lexicon::{Lexicon, TermIx, WordClass};
use crate::text::clauses::{Clause, clauses};
use crate::text::segment::{Segmenters, Token};

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

/// A place that may be a hit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    start: u32,
    end: u32,
    what: What,
    open_end: bool,
    anywhere: bool,
}

/// A part of a term of several parts, accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    compound: u32,
    place: u8,
    start: u32,
    end: u32,
}

/// Fills `scratch.hits` (sorted by start, longer first) and `scratch.clauses` from `scratch.folded` and `scratch.runs`.
pub(crate) fn find(lexicon: &Lexicon, segmenters: &Segmenters, mode: SegmentMode, scratch: &mut Scratch) {
    let Scratch { folded, runs, tokens, candidates, parts, hits, clauses: clause_list, breaks, tried, .. } = scratch;
    let text = folded.text.as_str();
    candidates.clear();
    hits.clear();
    parts.clear();
    let mut all_runs = mode == SegmentMode::Full;
    lexicon.scan(text, |start, end, uses| {
        for found in uses {
            all_runs |= matches!(found.what, What::Part { .. });
            let (open_end, anywhere) = (found.open_end, found.anywhere);
            let drawn_out = found.spelled == Spelled::DrawnOut;
            if !drawn_out || folded.delivered(start..end).len() > (end - start) as usize {
                candidates.push(Candidate { start, end, what: found.what, open_end, anywhere });
            }
        }
    });
    lexicon.scan_regexes(text, tried, |start, end, what| match what {
        What::Part { compound, part } => {
            all_runs = true;
            parts.push(Part { compound, place: part, start, end });
        }
        What::Term(term) => {
            if let Some((start, end)) = without_punctuation(text, start, end) {
                hits.push(hit(lexicon, term, start, end));
            }
        }
    });

    tokens.clear();
    candidates.sort_unstable_by_key(|candidate| candidate.start);
    let mut next = 0;
    for run in runs.iter() {
        while next < candidates.len() && candidates[next].start < run.start {
            next += 1;
        }
        // A candidate that began in an earlier run may reach into this one: its end must lie on a boundary of this run.
        let reached = candidates[..next].iter().rev().take(REACH).any(|candidate| candidate.end > run.start);
        let inside = candidates.get(next).is_some_and(|candidate| candidate.start < run.end);
        if all_runs || reached || inside {
            segmenters.segment(text, run, tokens);
        }
    }

    for candidate in candidates.iter() {
        let Some(end) = accepted_end(segmenters, text, tokens, candidate) else {
            if let What::Term(term) = candidate.what
                && opens_a_token(lexicon, tokens, term, candidate.start)
            {
                hits.push(Hit { whole: false, ..hit(lexicon, term, candidate.start, candidate.end) });
            }
            continue;
        };
        match candidate.what {
            What::Term(term) => {
                let whole = candidate.anywhere || is_row(tokens, candidate.start, end);
                hits.push(Hit { whole, ..hit(lexicon, term, candidate.start, end) });
            }
            What::Part { compound, part } => parts.push(Part { compound, place: part, start: candidate.start, end }),
        }
    }
    contrast_starts(hits, breaks);
    clauses(text, breaks, clause_list);

    join_parts(lexicon, tokens, parts, clause_list, hits);
    for hit in hits.iter_mut() {
        hit.clause = clause_of(clause_list, hit.start);
    }
    hits.sort_unstable_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end), hit.term));
    hits.dedup();
}

/// How many earlier candidates are looked at for one that reaches into a run: more than can start within one term's length
/// in practice; a miss would only refuse a term that spans two scripts.
const REACH: usize = 64;

fn hit(lexicon: &Lexicon, term: TermIx, start: u32, end: u32) -> Hit {
    Hit { start, end, term, owner: lexicon.term(term).owner, clause: 0, whole: true }
}

/// Where the candidate ends if it stands as words, with its open ending taken to the end of its token.
fn accepted_end(segmenters: &Segmenters, text: &str, tokens: &[Token], candidate: &Candidate) -> Option<u32> {
    if candidate.anywhere {
        return Some(candidate.end);
    }
    let mut end = candidate.end;
    if candidate.open_end {
        let at = tokens.partition_point(|token| token.end < end);
        if let Some(token) = tokens.get(at).filter(|token| token.start < end) {
            end = token.end;
        }
    }
    segmenters.is_word(text, tokens, candidate.start, end).then_some(end)
}

/// Whether a negator begins a longer token (没 in 没坏过): it negates nothing outside, but other drivers' terms inside that token.
fn opens_a_token(lexicon: &Lexicon, tokens: &[Token], term: TermIx, start: u32) -> bool {
    matches!(lexicon.term(term).owner, Owner::Word(WordClass::Negator | WordClass::Absence))
        && tokens.binary_search_by_key(&start, |token| token.start).is_ok()
}

/// Where contrasts begin, in order; one that begins inside an earlier one (only in "my only") is part of it.
fn contrast_starts(hits: &mut [Hit], starts: &mut Vec<u32>) {
    starts.clear();
    hits.sort_unstable_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
    let mut reached = 0;
    for hit in hits.iter().filter(|hit| hit.whole && hit.owner == Owner::Word(WordClass::Contrast)) {
        if hit.start >= reached {
            starts.push(hit.start);
            reached = hit.end;
        }
    }
}

/// Whether bytes `start..end` are whole tokens in a row.
fn is_row(tokens: &[Token], start: u32, end: u32) -> bool {
    tokens.binary_search_by_key(&start, |token| token.start).is_ok()
        && tokens.binary_search_by_key(&end, |token| token.end).is_ok()
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
        let next =
            group.iter().filter(|candidate| candidate.place == part && candidate.start >= end).find(|candidate| {
                let between = tokens[from..].iter().take_while(|token| token.end <= candidate.start).count();
                between <= usize::from(*gap) && sentence(candidate.start) == sentence(first.start)
            })?;
        end = next.end;
    }
    Some((first.start, end))
}

/// `A & B`: every part in the clause of `first`.
fn together(group: &[Part], first: &Part, parts: u8, clauses: &[Clause]) -> Option<(u32, u32)> {
    let clause = clause_of(clauses, first.start);
    let (mut start, mut end) = (first.start, first.end);
    for part in 1..parts {
        let next =
            group.iter().find(|candidate| candidate.place == part && clause_of(clauses, candidate.start) == clause)?;
        start = start.min(next.start);
        end = end.max(next.end);
    }
    Some((start, end))
}
