//! Which words and short rows of words of a survey may be terms, and which of them the lexicon has.
//!
//! Not for what they would stand for (`contexts`, `alike`).
//!
//! A candidate is a row of one to three words in one clause. It neither begins nor ends with a word of the grammar, nor, where it is several
//! words, with a word that the lexicon has for all drivers (很, not, 但是), nor is it made of such words alone; no driver's term stands inside it,
//! since then the comment is tagged already, and what stands inside a term is not counted.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::function_words;
use super::reading::{Known, List, ReadClause, Reading, Standing};
use crate::lexicon::Lexicon;
use crate::lexicon::compile::Owner;
use crate::lexicon::term::{self, Pattern};
use crate::text::chars::is_han;
use crate::text::normalize::Folded;

/// The most words of a candidate.
pub(super) const LONGEST: usize = 3;
/// Fewer comments than this may be one respondent's way of writing.
const FEWEST_COMMENTS: u32 = 3;
/// The most frequent are looked at, so that memory and time stay bounded whatever the survey: far more than anybody reads.
const MOST: usize = 20_000;
/// The place of a word that is not there.
const NONE: u32 = u32::MAX;

/// A row of words, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Gram([u32; LONGEST]);

impl Gram {
    pub(super) fn new(words: &[u32]) -> Self {
        let mut gram = [NONE; LONGEST];
        gram[..words.len()].copy_from_slice(words);
        Self(gram)
    }

    pub(super) fn words(&self) -> &[u32] {
        let len = self.0.iter().take_while(|word| **word != NONE).count();
        &self.0[..len]
    }
}

/// A candidate, or a term of the lexicon that the survey has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) gram: Gram,
    /// As a term is written.
    pub(super) text: String,
    /// The lists that have it; empty: it is new.
    pub(super) lists: Vec<List>,
    /// How often it stands in the survey, and in how many comments.
    pub(super) places: u32,
    pub(super) comments: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    places: u32,
    comments: u32,
    /// The last comment that has it, from 1.
    last: u32,
}

/// What a row of words is at a place.
enum Status {
    /// Terms of these lists; of none where the lexicon has it otherwise.
    Term(BTreeSet<List>),
    /// It may be one.
    Free,
    /// It cannot be one here.
    Not,
}

/// Words that a row cannot begin or end with, and those that it cannot hold; by number.
struct Kinds {
    grammar: Vec<bool>,
    wordy: Vec<bool>,
}

/// Counts the words of the survey, and keeps those that stand there `floor` times or more; by text.
pub(super) fn gather(reading: &Reading, lexicon: &Lexicon, floor: u32) -> Vec<Candidate> {
    let kinds = Kinds {
        grammar: reading.words.iter().map(|word| function_words::is_one(word)).collect(),
        wordy: reading.words.iter().map(|word| is_wordy(word)).collect(),
    };
    let mut known: HashMap<Gram, BTreeSet<List>> = HashMap::new();
    let mut all: HashMap<Gram, Count> = HashMap::new();
    let mut alone: HashMap<Gram, Count> = HashMap::new();
    for len in 1..=LONGEST {
        let mut counts: HashMap<Gram, Count> = HashMap::new();
        for (comment, of_comment) in (1..).zip(&reading.comments) {
            for clause in &of_comment.clauses {
                for (from, words) in clause.words.windows(len).enumerate() {
                    // What is frequent enough is made of what is.
                    let parts = words.windows(len.saturating_sub(1).max(1));
                    if len > 1 && !parts.map(Gram::new).all(|part| all.get(&part).is_some_and(|of| of.places >= floor))
                    {
                        continue;
                    }
                    let gram = Gram::new(words);
                    count(all.entry(gram).or_default(), comment);
                    match status(clause, from, words, &kinds) {
                        Status::Term(lists) => {
                            known.entry(gram).or_default().extend(lists);
                            count(counts.entry(gram).or_default(), comment);
                        }
                        Status::Free => count(counts.entry(gram).or_default(), comment),
                        Status::Not => {}
                    }
                }
            }
        }
        counts.retain(|_, of| of.places >= floor && of.comments >= FEWEST_COMMENTS);
        alone.extend(counts);
    }
    let written = written(lexicon);
    let total: u64 = all.iter().filter(|(gram, _)| gram.words().len() == 1).map(|(_, of)| u64::from(of.places)).sum();
    let mut found = Vec::new();
    for (gram, of) in alone {
        let text = text(reading, gram.words());
        let lists = match known.get(&gram) {
            // A word of all drivers, or a cue: known, and of no list that could be suggested.
            Some(lists) if lists.is_empty() => continue,
            Some(lists) => lists.iter().copied().collect(),
            None if written.all.contains(&text) || is_none(&text, &written.general) => continue,
            None if !hangs_together(gram, &all, total) => continue,
            None => Vec::new(),
        };
        found.push(Candidate { gram, text, lists, places: of.places, comments: of.comments });
    }
    found.sort_unstable_by(|one, other| {
        (other.comments, other.places, &one.text, one.gram).cmp(&(one.comments, one.places, &other.text, other.gram))
    });
    found.truncate(MOST);
    found.sort_unstable_by(|one, other| (&one.text, one.gram).cmp(&(&other.text, other.gram)));
    found.dedup_by(|next, kept| next.text == kept.text);
    found
}

fn count(of: &mut Count, comment: u32) {
    of.places += 1;
    of.comments += u32::from(of.last != comment);
    of.last = comment;
}

fn status(clause: &ReadClause, from: usize, words: &[u32], kinds: &Kinds) -> Status {
    let (from, to) = (from as u32, (from + words.len()) as u32);
    let same = |of: &&Standing| of.whole && (of.from, of.to) == (from, to);
    let mut lists = BTreeSet::new();
    let mut is_known = false;
    for of in clause.standing.iter().filter(same) {
        is_known = true;
        if let Known::List(list) = of.known {
            lists.insert(list);
        }
    }
    if is_known {
        return Status::Term(lists);
    }
    let grammar = |word: Option<&u32>| word.is_none_or(|word| kinds.grammar[*word as usize]);
    if grammar(words.first()) || grammar(words.last()) || !words.iter().all(|word| kinds.wordy[*word as usize]) {
        return Status::Not;
    }
    for of in &clause.standing {
        let touches = of.from < to && from < of.to;
        let is_inside = from <= of.from && of.to <= to;
        let is_edge = is_inside && (of.from == from || of.to == to);
        match of.known {
            Known::List(_) if touches => return Status::Not,
            Known::Word(_) if is_edge && words.len() > 1 => return Status::Not,
            Known::List(_) | Known::Beside | Known::Word(_) => {}
        }
    }
    Status::Free
}

/// Whether the words of a row stand together e times as often as they would by chance (pointwise mutual information of at least 1 nat:
/// Church & Hanks 1990).
fn hangs_together(gram: Gram, all: &HashMap<Gram, Count>, total: u64) -> bool {
    let words = gram.words();
    let places = |gram: &Gram| all.get(gram).map_or(0.0, |of| f64::from(of.places));
    let apart: f64 = words.iter().map(|word| (places(&Gram::new(&[*word])) / total as f64).ln()).sum();
    words.len() == 1 || (places(&gram) / total as f64).ln() - apart >= 1.0
}

/// Letters, and no number; of Latin ones more than one.
fn is_wordy(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_alphabetic)
        && word.chars().all(|c| c.is_alphanumeric() || c == '\'')
        && (word.len() > 1 || !word.is_ascii())
}

/// The row as a term is written: blanks between words but Chinese ones.
fn text(reading: &Reading, words: &[u32]) -> String {
    let mut text = String::new();
    for word in words {
        let word = reading.word(*word);
        let joins = text.ends_with(is_han) || word.starts_with(is_han);
        if !(text.is_empty() || joins) {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

/// The terms of a lexicon that are words in a row, folded.
#[derive(Default)]
struct Written {
    all: HashSet<String>,
    /// Of these the words of all drivers.
    general: HashSet<String>,
}

fn written(lexicon: &Lexicon) -> Written {
    let normalizer = lexicon.normalizer();
    let mut folded = Folded::default();
    let mut written = Written::default();
    for (_, term) in lexicon.terms() {
        let as_written = term.id.split_once(':').map_or("", |(_, written)| written);
        if let Ok(Pattern::Words(phrase)) = term::parse(as_written) {
            normalizer.fold(&phrase.text, &mut folded);
            let text = folded.text.trim().to_owned();
            if matches!(term.owner, Owner::Word(_)) {
                written.general.insert(text.clone());
            }
            written.all.insert(text);
        }
    }
    written
}

/// Whether a Chinese word can be no term: it is made of words of the grammar and of all drivers alone, though the segmenter keeps it whole
/// (比较满意, 看起来), or of one character three times or more (哈哈哈).
fn is_none(text: &str, general: &HashSet<String>) -> bool {
    if !text.chars().all(is_han) {
        return false;
    }
    let mut chars = text.chars();
    let first = chars.next();
    if text.chars().count() >= 3 && chars.all(|c| Some(c) == first) {
        return true;
    }
    // The places that such words reach from the beginning.
    let mut reached = vec![0];
    let mut at = 0;
    while let Some(from) = reached.get(at).copied() {
        at += 1;
        let ends = text[from..].char_indices().map(|(at, c)| from + at + c.len_utf8());
        let words = ends.filter(|to| function_words::is_one(&text[from..*to]) || general.contains(&text[from..*to]));
        for to in words {
            if !reached.contains(&to) {
                reached.push(to);
            }
        }
    }
    reached.contains(&text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_letters() {
        for (word, want) in
            [("慢", true), ("slow", true), ("q弹", true), ("it's", true), ("n", false), ("3", false), ("，", false)]
        {
            assert_eq!(is_wordy(word), want, "{word}");
        }
    }

    #[test]
    fn general_words_together_are_no_term() {
        let general: HashSet<String> = ["很", "漂亮", "满意", "没得说"].map(str::to_owned).into();
        for (word, want) in [
            ("很漂亮", true),
            ("比较满意", true),
            ("看起来", true),
            ("没得说", true),
            ("没得", true),
            ("漂亮话", false),
            ("上菜", false),
            ("哈哈哈", true),
            ("肉肉", false),
            ("哈哈镜", false),
            ("app很", false),
            ("soooo", false),
        ] {
            assert_eq!(is_none(word, &general), want, "{word}");
        }
    }

    #[test]
    fn rows_have_their_words() {
        for words in [&[7][..], &[7, 0], &[1, 2, 3]] {
            assert_eq!(Gram::new(words).words(), words);
        }
    }
}
