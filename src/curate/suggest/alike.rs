//! Which list a candidate belongs to: that of the terms which it is most like.
//!
//! The nearest terms by company and form vote (k nearest neighbours: Cover & Hart 1967), each by the square of its likeness; where praise
//! and blame both have votes, the side on which the candidate stands weighs them.
//!
//! Not for whether it is a term at all (`judgement`).

use std::collections::{BTreeMap, HashMap};

use super::candidates::Candidate;
use super::contexts::{Contexts, Sparse, dot, judges};
use super::reading::{List, Side};
use super::sides::LogOdds;
use super::variants::{self, Variant};
use crate::text::chars::is_han;

/// The terms that vote: the fewest that outvote a chance likeness or two.
const VOTERS: usize = 15;
/// What of likeness is company; the rest is form.
const COMPANY: f64 = 0.8;

/// The terms of the lexicon that the survey has, by place in the candidates, each with what it is known by.
pub(super) struct Terms<'a> {
    candidates: &'a [Candidate],
    contexts: &'a Contexts,
    all: Vec<usize>,
    /// Terms by what their variants share with them.
    by_key: HashMap<String, Vec<usize>>,
}

/// What a candidate is like.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Likeness {
    pub(super) list: List,
    /// Terms of this list, the most alike first, by place in the candidates.
    pub(super) alike: Vec<usize>,
    pub(super) variant: Option<(Variant, usize)>,
}

impl<'a> Terms<'a> {
    pub(super) fn new(candidates: &'a [Candidate], contexts: &'a Contexts) -> Self {
        let all: Vec<usize> = (0..candidates.len()).filter(|at| !candidates[*at].lists.is_empty()).collect();
        let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
        for at in &all {
            for key in keys(&candidates[*at].text) {
                by_key.entry(key).or_default().push(*at);
            }
        }
        Self { candidates, contexts, all, by_key }
    }

    /// The term of which the candidate is a variant.
    pub(super) fn variant(&self, at: usize) -> Option<(Variant, usize)> {
        let word = &self.candidates[at].text;
        let terms = keys(word).into_iter().filter_map(|key| self.by_key.get(&key)).flatten();
        let variants = terms.filter_map(|term| Some((variants::variant(word, &self.candidates[*term].text)?, *term)));
        variants.min()
    }

    /// What the candidate at this place is like; `side`: on which side it stands. `None` where it is like nothing.
    pub(super) fn likeness(&self, at: usize, side: Option<LogOdds>) -> Option<Likeness> {
        let variant = self.variant(at);
        let Contexts { company, forms, .. } = self.contexts;
        let like = |rows: &[Sparse], term: usize| dot(&rows[at], &rows[term]);
        let likeness = |term: &usize| {
            let is_variant = variant.is_some_and(|(_, of)| of == *term);
            let like = COMPANY * like(company, *term) + (1.0 - COMPANY) * like(forms, *term);
            (if is_variant { 1.0 } else { like }, *term)
        };
        let mut nearest: Vec<(f64, usize)> = self.all.iter().map(likeness).filter(|(like, _)| *like > 0.0).collect();
        nearest.sort_unstable_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        nearest.truncate(VOTERS);
        let mut votes: BTreeMap<List, f64> = BTreeMap::new();
        for (like, term) in &nearest {
            let lists = &self.candidates[*term].lists;
            // Another spelling of a term says what the term says.
            for list in
                lists.iter().filter(|list| variant.is_none_or(|(_, of)| self.candidates[of].lists.contains(list)))
            {
                *votes.entry(*list).or_default() += like * like / lists.len() as f64;
            }
        }
        // The odds of praise against blame are multiplied by those of the sides on which it stands.
        let half = side.map_or(0.0, |side| side.value / 2.0);
        let weighed = |(list, votes): (List, f64)| match list.side {
            Side::Aspect => (list, votes),
            Side::Positive => (list, votes * half.exp()),
            Side::Negative => (list, votes * (-half).exp()),
        };
        let (list, _) = votes.into_iter().map(weighed).fold(None, |best: Option<(List, f64)>, next| match best {
            Some(best) if best.1 >= next.1 => Some(best),
            _ => Some(next),
        })?;
        let of_list = |term: &usize| self.candidates[*term].lists.contains(&list);
        let mut alike: Vec<usize> = nearest.iter().map(|(_, term)| *term).filter(of_list).collect();
        if alike.is_empty() {
            // The side turned it: what it is like stands on the other one.
            let same = |list: &List, of: &List| list.driver == of.driver && judges(list.side) == judges(of.side);
            let of_driver = |term: &usize| self.candidates[*term].lists.iter().any(|of| same(&list, of));
            alike = nearest.iter().map(|(_, term)| *term).filter(of_driver).collect();
        }
        Some(Likeness { list, alike, variant: variant.filter(|(_, term)| of_list(term)) })
    }
}

/// What a word shares with its variants: its stem, itself without any one letter, its Chinese characters in order.
fn keys(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().collect();
    if word.contains(is_han) {
        let mut sorted = chars;
        sorted.sort_unstable();
        return vec![sorted.into_iter().collect()];
    }
    let without = |at: usize| chars[..at].iter().chain(&chars[at + 1..]).collect();
    let mut keys: Vec<String> = (1..chars.len()).map(without).collect();
    keys.push(word.to_owned());
    keys.push(format!("{}~", variants::stem(word)));
    keys.sort_unstable();
    keys.dedup();
    keys
}
