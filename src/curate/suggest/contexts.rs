//! What a word is known by: the company that it keeps, and the form that it has.
//!
//! *You shall know a word by the company it keeps* (Firth 1957): for every place of a candidate, the words and the terms of the lexicon
//! right before and after it, one further, within four words, and in its clause. The form is its characters, beginnings and endings.
//! Both become vectors of unit length, weighted by tf–idf: ln(1 + count) · ln(N / df).
//!
//! Not for what follows from them (`judgement`, `alike`).

use std::collections::HashMap;

use indexmap::IndexSet;
use rayon::prelude::*;

use super::candidates::{Candidate, Gram, LONGEST};
use super::reading::{Known, ReadClause, ReadComment, Reading, Side};
use super::variants;
use crate::text::chars::is_han;

/// Of a frequent word so many comments are enough, taken at equal distances.
const ENOUGH: u32 = 500;
/// How far company reaches, in words.
const REACH: usize = 4;
/// Company that fewer candidates keep says nothing of others.
const FEWEST_COMPANY: usize = 3;
/// A form that one word has says nothing of others.
const FEWEST_FORMS: usize = 2;
/// Before and after a row of words stands more than one thing, by this entropy in nats, or it is a part of a longer one.
const LEAST_ENTROPY: f64 = 0.3;

/// A vector of unit length: numbers of features, ascending, and values.
pub(super) type Sparse = Vec<(u32, f64)>;

/// The inner product.
pub(super) fn dot(one: &Sparse, other: &Sparse) -> f64 {
    let (mut sum, mut at) = (0.0, 0);
    for (feature, value) in one {
        while other.get(at).is_some_and(|(next, _)| next < feature) {
            at += 1;
        }
        if let Some((next, with)) = other.get(at)
            && next == feature
        {
            sum += value * with;
        }
    }
    sum
}

/// On which sides a candidate stands: comments of promoters and detractors, sentences that praise and that blame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sides {
    pub(super) scores: (u32, u32),
    pub(super) sentences: (u32, u32),
}

/// What candidates are known by.
pub(super) struct Contexts {
    pub(super) company: Vec<Sparse>,
    pub(super) forms: Vec<Sparse>,
    pub(super) sides: Vec<Sides>,
    /// Whether it stands by itself, and is no part of something longer.
    pub(super) stands: Vec<bool>,
    /// Whether it has Chinese characters.
    pub(super) is_chinese: Vec<bool>,
}

/// Where in the company of a word something stands.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
enum Spot {
    Before,
    After,
    TwoBefore,
    TwoAfter,
    Near,
    Clause,
}

/// A feature: a word or a term's list at a spot.
fn feature(spot: Spot, is_list: bool, number: u32) -> u64 {
    u64::from(spot as u8) << 40 | u64::from(is_list) << 32 | u64::from(number)
}

/// A number for what stands in the lexicon.
fn of_known(known: Known) -> Option<u32> {
    match known {
        Known::List(list) => Some(u32::from(list.driver.0) << 8 | list.side as u32),
        Known::Word(class) => Some(1 << 31 | class as u32),
        Known::Beside => None,
    }
}

/// Neither a word nor a term: the clause begins or ends here.
const EDGE: u32 = u32::MAX;

#[derive(Default)]
struct Gathered {
    counts: HashMap<u64, u32>,
    sides: Sides,
    /// The last comment, and the last sentence in it, that was counted.
    last: Option<(usize, u32)>,
}

impl Contexts {
    pub(super) fn new(reading: &Reading, candidates: &[Candidate]) -> Self {
        // Each thread goes through the survey for candidates of its own, so what is counted of one does not depend on how many there are.
        let share = candidates.len().div_ceil(rayon::current_num_threads()).max(1);
        let gathered: Vec<Vec<Gathered>> = candidates.par_chunks(share).map(|some| gather(reading, some)).collect();
        let gathered: Vec<Gathered> = gathered.into_iter().flatten().collect();
        let stands =
            candidates.iter().zip(&gathered).map(|(of, by)| of.gram.words().len() == 1 || by.stands()).collect();
        let sides = gathered.iter().map(|of| of.sides).collect();
        let company: Vec<Vec<(u64, u32)>> = gathered.into_iter().map(|of| of.counts.into_iter().collect()).collect();
        let mut names = IndexSet::new();
        let mut forms = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            let mut of = HashMap::new();
            for form in self::forms(&candidate.text) {
                *of.entry(names.insert_full(form).0 as u64).or_insert(0_u32) += 1;
            }
            forms.push(of.into_iter().collect());
        }
        let is_chinese = candidates.iter().map(|of| of.text.contains(is_han)).collect();
        Self {
            company: weighed(company, FEWEST_COMPANY),
            forms: weighed(forms, FEWEST_FORMS),
            sides,
            stands,
            is_chinese,
        }
    }
}

/// What stands around some candidates, and on which sides they stand.
fn gather(reading: &Reading, candidates: &[Candidate]) -> Vec<Gathered> {
    let by_gram: HashMap<Gram, usize> = candidates.iter().enumerate().map(|(at, of)| (of.gram, at)).collect();
    let mut gathered: Vec<Gathered> = candidates.iter().map(|_| Gathered::default()).collect();
    for (number, comment) in reading.comments.iter().enumerate() {
        for clause in &comment.clauses {
            let mut has = None;
            for from in 0..clause.words.len() {
                for to in from + 1..=(from + LONGEST).min(clause.words.len()) {
                    let Some(at) = by_gram.get(&Gram::new(&clause.words[from..to])) else { continue };
                    gathered[*at].take_side(number, comment, clause);
                    let every = candidates[*at].comments.div_ceil(ENOUGH) as usize;
                    if number.is_multiple_of(every) {
                        let has = has.get_or_insert_with(|| lists_by_word(clause));
                        gathered[*at].keep_company(clause, has, from, to);
                    }
                }
            }
        }
    }
    gathered
}

impl Gathered {
    /// Adds what stands around the words `from..to` of a clause.
    fn keep_company(&mut self, clause: &ReadClause, has: &[Vec<u32>], from: usize, to: usize) {
        let counts = &mut self.counts;
        let mut note = |spot, is_list, number| *counts.entry(feature(spot, is_list, number)).or_insert(0) += 1;
        let words = &clause.words;
        let spots = [
            (Spot::Before, from.checked_sub(1)),
            (Spot::After, Some(to)),
            (Spot::TwoBefore, from.checked_sub(2)),
            (Spot::TwoAfter, Some(to + 1)),
        ];
        for (spot, at) in spots {
            let beside = at.filter(|at| *at < words.len());
            match beside {
                Some(at) => {
                    note(spot, false, words[at]);
                    has[at].iter().for_each(|list| note(spot, true, *list));
                }
                None if matches!(spot, Spot::Before | Spot::After) => note(spot, false, EDGE),
                None => {}
            }
        }
        let near = (from.saturating_sub(REACH)..from).chain(to..(to + REACH).min(words.len()));
        near.for_each(|at| note(Spot::Near, false, words[at]));
        let mut lists: Vec<u32> = (0..from).chain(to..words.len()).flat_map(|at| has[at].iter().copied()).collect();
        lists.sort_unstable();
        lists.dedup();
        for list in lists {
            note(Spot::Clause, true, list);
        }
    }

    /// Adds the sides of a place, once a comment and once a sentence.
    fn take_side(&mut self, number: usize, comment: &ReadComment, clause: &ReadClause) {
        let Self { sides, last, .. } = self;
        let is_new = |of: &(u32, u32), side: bool| if side { (of.0 + 1, of.1) } else { (of.0, of.1 + 1) };
        if last.is_none_or(|(comment, _)| comment != number)
            && let Some(side) = comment.promotes
        {
            sides.scores = is_new(&sides.scores, side);
        }
        if *last != Some((number, clause.sentence))
            && let Some(side) = clause.praises
        {
            sides.sentences = is_new(&sides.sentences, side);
        }
        *last = Some((number, clause.sentence));
    }

    fn stands(&self) -> bool {
        [Spot::Before, Spot::After].into_iter().all(|spot| {
            let of_spot = |feature: &u64| feature >> 32 == u64::from(spot as u8) << 8;
            let mut counts: Vec<u32> =
                self.counts.iter().filter(|(feature, _)| of_spot(feature)).map(|(_, count)| *count).collect();
            counts.sort_unstable();
            let all = f64::from(counts.iter().sum::<u32>());
            let part = |count: &u32| f64::from(*count) / all;
            -counts.iter().map(|count| part(count) * part(count).ln()).sum::<f64>() >= LEAST_ENTROPY
        })
    }
}

/// By word of a clause, the lists of the terms that hold it.
fn lists_by_word(clause: &ReadClause) -> Vec<Vec<u32>> {
    let mut has = vec![Vec::new(); clause.words.len()];
    for of in &clause.standing {
        let Some(number) = of_known(of.known) else { continue };
        for lists in &mut has[of.from as usize..of.to as usize] {
            if !lists.contains(&number) {
                lists.push(number);
            }
        }
    }
    has
}

/// The forms of a term: what it is made of, begins and ends with.
fn forms(text: &str) -> Vec<String> {
    let mut forms = Vec::new();
    if text.contains(is_han) {
        let chars: Vec<char> = text.chars().collect();
        let (first, last) = (chars[0], chars[chars.len() - 1]);
        forms.extend([format!("^{first}"), format!("{last}$"), format!("#{}", chars.len())]);
        forms.extend(chars.iter().map(char::to_string));
        forms.extend(chars.windows(2).map(|pair| pair.iter().collect()));
    } else {
        let words: Vec<&str> = text.split(' ').collect();
        forms.push(format!("#{}", words.len()));
        for word in &words {
            forms.extend([(*word).to_owned(), format!("{}~", variants::stem(word))]);
        }
        let last: Vec<char> = words.last().map(|word| word.chars().collect()).unwrap_or_default();
        forms.extend((2..=3).filter_map(|len| Some(last.get(last.len().checked_sub(len)?..)?.iter().collect())));
    }
    forms
}

/// tf–idf of counts, of features that `fewest` rows or more have, to unit length.
fn weighed(rows: Vec<Vec<(u64, u32)>>, fewest: usize) -> Vec<Sparse> {
    let mut having: HashMap<u64, u32> = HashMap::new();
    for (feature, _) in rows.iter().flatten() {
        *having.entry(*feature).or_insert(0) += 1;
    }
    let mut kept: Vec<(u64, u32)> = having.into_iter().filter(|(_, count)| *count as usize >= fewest).collect();
    kept.sort_unstable();
    let all = rows.len() as f64;
    let number: HashMap<u64, (u32, f64)> =
        (0..).zip(&kept).map(|(at, (feature, count))| (*feature, (at, (all / f64::from(*count)).ln()))).collect();
    let weigh = |row: Vec<(u64, u32)>| {
        let value =
            |(feature, count): (u64, u32)| number.get(&feature).map(|(at, idf)| (*at, f64::from(count).ln_1p() * idf));
        let mut row: Sparse = row.into_iter().filter_map(value).collect();
        row.sort_unstable_by_key(|(at, _)| *at);
        let length = row.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
        if length > 0.0 {
            for (_, value) in &mut row {
                *value /= length;
            }
        }
        row
    };
    rows.into_iter().map(weigh).collect()
}

/// Whether a list's terms take a side by themselves.
pub(super) const fn judges(side: Side) -> bool {
    matches!(side, Side::Positive | Side::Negative)
}
