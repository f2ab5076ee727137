//! Terms that a survey proposes for a lexicon: which words of it are like the terms that the lexicon has, of which driver, on which side.
//!
//! Not for adding them: a person reads, and adds a word or does not.
//!
//! 1. `reading`: the comments as the engine cuts and tags them.
//! 2. `candidates`: words and rows of up to three that the lexicon lacks, and those that it has. `function_words`: what is none.
//! 3. `contexts`: the company that each keeps, and its form.
//! 4. `judgement`: how much each is like what the lexicon has, by a logistic regression that has not seen it; `keyness`: how far it is the
//!    survey's own word.
//! 5. `alike`: of which list, by the terms that it is nearest to; `variants`: of which term it is another spelling; `sides`: praise or
//!    blame, by score or by sentence.
//! 6. `samples`: comments that show it; [`paste`]: where it goes.
//!
//! Suggestions come by the probability to be a term times the logarithm of the comments that have it: what one line of a lexicon gains grows
//! with the comments, and frequent words of the language are frequent too. A row of words that holds a better suggestion comes after all
//! others. The same survey and lexicon give the same suggestions, whatever the threads: sums are made in the order of the comments, and
//! features are sorted.

mod alike;
mod candidates;
mod contexts;
mod function_words;
mod judgement;
mod keyness;
pub mod paste;
mod reading;
mod samples;
mod sides;
mod variants;

use std::collections::HashSet;
use std::fmt::Write as _;

use rayon::prelude::*;
use serde::Serialize;

use self::alike::{Likeness, Terms};
use self::candidates::{Candidate, Gram};
use self::contexts::{Contexts, Sides};
use self::reading::{Reading, Side};
use self::samples::{Found, Sample};
use self::sides::{LogOdds, log_odds};
pub use self::variants::Variant;
use crate::error::{Error, ErrorKind, Result};
use crate::evaluate::texts::Texts;
use crate::nearest::nearest;
use crate::tag::Tagger;
use crate::text::chars::is_han;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct SuggestOptions {
    /// Ids of drivers; none: all.
    pub drivers: Vec<String>,
    /// The most suggestions.
    pub limit: usize,
    /// The most comments that show each.
    pub samples: usize,
    /// How often a term stands in the survey, at least.
    pub min_count: u32,
}

impl Default for SuggestOptions {
    fn default() -> Self {
        Self { drivers: Vec::new(), limit: 30, samples: 2, min_count: 5 }
    }
}

/// A term that the lexicon lacks.
#[derive(Debug, Clone, Serialize)]
pub struct Suggestion {
    /// The term, folded.
    pub term: String,
    /// `zh` or `en`: the list of terms.
    pub language: &'static str,
    /// The driver's id.
    pub driver: String,
    /// The list: `aspect`, `positive` or `negative`.
    pub list: &'static str,
    /// How likely it is a term as the lexicon has them, 0 to 1; for the order alone.
    pub likeness: f64,
    /// The comments that have it.
    pub comments: u32,
    /// The places where it stands.
    pub places: u32,
    /// In how many of these comments a term of the driver stands in its clause.
    pub beside: u32,
    /// On which side it stands.
    pub side: SideOf,
    /// Terms of the lexicon that are used as it is, the most alike first, three at most.
    pub alike: Vec<String>,
    /// The term of which it is another spelling.
    pub variant_of: Option<VariantOf>,
    /// Why, in a phrase.
    pub why: String,
    /// The driver's file in the folder of a lexicon, whether it is there or not: `drivers/<id>.toml`.
    pub file: String,
    /// What that file says where it says this alone: TOML.
    pub paste: String,
    /// Comments that have it, redacted.
    pub samples: Vec<Sample>,
}

/// On which side of a survey a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SideOf {
    /// What is counted: comments of promoters and detractors, or sentences that praise and blame.
    pub by: By,
    /// With praise, or of promoters.
    pub positive: u32,
    /// With blame, or of detractors.
    pub negative: u32,
    /// Log odds, in nats, above 0 for praise; none where the survey has one side alone.
    pub log_odds: Option<f64>,
    /// Their distance from 0 in standard errors.
    pub z: Option<f64>,
}

/// What sides are known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// By the score of the comment.
    Score,
    /// By what the lexicon finds in the sentence.
    Sentence,
}

/// A term written otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VariantOf {
    /// As the lexicon has it, folded.
    pub term: String,
    /// What is otherwise.
    pub how: Variant,
}

/// How much the logarithm of a candidate's comments weighs in the order, as a power of it: of 0, ¼, ½, 1 and 2 on the texts of `tests/suggest.rs`,
/// ¼ finds most.
const COMMONNESS: f64 = 0.25;

/// Looks through a survey for terms that the tagger's lexicon lacks; the best first.
///
/// # Errors
/// `unknown_driver` where the lexicon has no driver that is asked for.
pub fn suggest(texts: &Texts, tagger: &Tagger, options: &SuggestOptions) -> Result<Vec<Suggestion>> {
    let lexicon = tagger.lexicon();
    for id in &options.drivers {
        if lexicon.driver_ix(id).is_none() {
            let known = lexicon.drivers().iter().map(|driver| driver.id.as_str());
            let near = nearest(id, known, str::to_lowercase).map(|near| format!("Did you mean `{near}`?"));
            let error = Error::new(ErrorKind::Usage, "unknown_driver", format!("there is no driver `{id}`"));
            return Err(error.help(near.unwrap_or_else(|| "`verbatim lexicon show` lists the drivers.".to_owned())));
        }
    }
    let reading = Reading::new(texts, tagger);
    let candidates = candidates::gather(&reading, lexicon, options.min_count);
    let contexts = Contexts::new(&reading, &candidates);
    let terms = Terms::new(&candidates, &contexts);
    let documents = Documents::of(&reading);
    let own = keyness::own(&candidates, &reading);
    let ranked = ranked(&candidates, &contexts, &terms, &own);

    let wanted = |likeness: &Likeness| {
        options.drivers.is_empty() || options.drivers.contains(&lexicon.driver(likeness.list.driver).id)
    };
    let mut chosen: Vec<(Ranked, Likeness)> = Vec::new();
    for some in ranked.chunks(options.limit.max(1)) {
        let like = |one: &Ranked| Some((*one, terms.likeness(one.at, documents.side(&contexts.sides[one.at]).1)?));
        let likes: Vec<Option<(Ranked, Likeness)>> = some.par_iter().map(like).collect();
        chosen.extend(likes.into_iter().flatten().filter(|(_, likeness)| wanted(likeness)));
        if chosen.len() >= options.limit {
            break;
        }
    }
    chosen.truncate(options.limit);

    let wanted: Vec<_> = chosen.iter().map(|(one, like)| (candidates[one.at].gram, like.list.driver)).collect();
    let found = samples::find(&wanted, &reading, texts, tagger, options.samples);
    let told = chosen.iter().zip(found).map(|((one, likeness), found)| {
        let candidate = &candidates[one.at];
        let side = documents.side(&contexts.sides[one.at]);
        told(candidate, one.likeness, likeness, &candidates, side, found, &lexicon.driver(likeness.list.driver).id)
    });
    Ok(told.collect())
}

/// A candidate with its rank.
#[derive(Debug, Clone, Copy)]
struct Ranked {
    at: usize,
    likeness: f64,
}

/// The candidates that the lexicon lacks, the best first; those that hold a better one come last.
fn ranked(candidates: &[Candidate], contexts: &Contexts, terms: &Terms<'_>, own: &[f64]) -> Vec<Ranked> {
    let is_term: Vec<bool> = candidates.iter().map(|candidate| !candidate.lists.is_empty()).collect();
    let judged = judgement::judged(contexts, &is_term);
    let new = |at: &usize| !is_term[*at] && contexts.stands[*at];
    let rank = |at: usize| {
        // Another spelling of a term is a term as likely as not, whatever company a few places show.
        let likeness = if terms.variant(at).is_some() { judged[at].max(0.5) } else { judged[at] };
        Ranked { at, likeness: likeness * own[at] }
    };
    let mut ranked: Vec<Ranked> = (0..candidates.len()).filter(new).map(rank).collect();
    // Likeness first: among words that are about as like terms, those of more comments are worth more.
    let gain = |one: &Ranked| one.likeness * f64::from(candidates[one.at].comments).ln().powf(COMMONNESS);
    ranked.sort_by(|one, other| gain(other).total_cmp(&gain(one)).then(one.at.cmp(&other.at)));
    longer_last(ranked, candidates)
}

/// Puts what holds a better candidate after all others: a lexicon that has the better one finds its comments by that.
fn longer_last(ranked: Vec<Ranked>, candidates: &[Candidate]) -> Vec<Ranked> {
    let mut better: HashSet<Gram> = HashSet::new();
    let (mut first, mut last) = (Vec::with_capacity(ranked.len()), Vec::new());
    for one in ranked {
        let gram = candidates[one.at].gram;
        let words = gram.words();
        let holds_one = (1..words.len()).any(|len| words.windows(len).any(|part| better.contains(&Gram::new(part))));
        let place = if holds_one { &mut last } else { &mut first };
        place.push(one);
        better.insert(gram);
    }
    first.extend(last);
    first
}

/// How many documents there are on each side.
struct Documents {
    by: By,
    all: (u32, u32),
}

impl Documents {
    fn of(reading: &Reading) -> Self {
        let add = |all: (u32, u32), praises: bool| if praises { (all.0 + 1, all.1) } else { (all.0, all.1 + 1) };
        let scores = reading.comments.iter().filter_map(|comment| comment.promotes).fold((0, 0), add);
        if scores.0 > 0 && scores.1 > 0 {
            return Self { by: By::Score, all: scores };
        }
        let sentences = reading.comments.iter().flat_map(|comment| {
            // Clauses of one sentence stand together, and have one side.
            comment.clauses.chunk_by(|one, next| one.sentence == next.sentence).filter_map(|of| of[0].praises)
        });
        Self { by: By::Sentence, all: sentences.fold((0, 0), add) }
    }

    fn side(&self, sides: &Sides) -> ((u32, u32), Option<LogOdds>, By) {
        let word = match self.by {
            By::Score => sides.scores,
            By::Sentence => sides.sentences,
        };
        (word, log_odds(word, self.all), self.by)
    }
}

/// A suggestion, told.
fn told(
    candidate: &Candidate,
    likeness: f64,
    like: &Likeness,
    candidates: &[Candidate],
    (counts, log_odds, by): ((u32, u32), Option<LogOdds>, By),
    found: Found,
    driver: &str,
) -> Suggestion {
    let side = like.list.side;
    let list = match side {
        Side::Aspect => "aspect",
        Side::Positive => "positive",
        Side::Negative => "negative",
    };
    let language = if candidate.text.contains(is_han) { "zh" } else { "en" };
    let text = |at: &usize| candidates[*at].text.clone();
    let mut suggestion = Suggestion {
        term: candidate.text.clone(),
        language,
        driver: driver.to_owned(),
        list,
        likeness,
        comments: candidate.comments,
        places: candidate.places,
        beside: found.beside,
        side: SideOf {
            by,
            positive: counts.0,
            negative: counts.1,
            log_odds: log_odds.map(|odds| odds.value),
            z: log_odds.map(|odds| odds.z),
        },
        alike: like.alike.iter().take(3).map(text).collect(),
        variant_of: like.variant.map(|(how, at)| VariantOf { term: text(&at), how }),
        why: String::new(),
        file: paste::file_of(driver),
        paste: String::new(),
        samples: found.samples,
    };
    suggestion.why = why(&suggestion);
    suggestion.paste = paste::new_file(driver, &[&suggestion]);
    suggestion
}

/// Why, in a phrase: what it is like, what it stands beside, on which side.
fn why(of: &Suggestion) -> String {
    let mut why = match (&of.variant_of, &of.alike[..]) {
        (Some(VariantOf { term, how }), _) => match how {
            Variant::Ending => format!("`{term}` with another ending"),
            Variant::Letter => format!("one letter from `{term}`"),
            Variant::Order => format!("`{term}` in another order"),
        },
        (None, []) => "its company is that of the driver's terms".to_owned(),
        (None, [one]) => format!("used as {one} is"),
        (None, [one, other, ..]) => format!("used as {one} and {other} are"),
    };
    // Writing into a text cannot fail.
    if of.beside > 0 {
        let _ = write!(
            why,
            "; beside terms of {} in {} comment{}",
            of.driver,
            of.beside,
            if of.beside == 1 { "" } else { "s" }
        );
    }
    let SideOf { by, positive, negative, .. } = of.side;
    if of.list != "aspect" {
        let _ = match by {
            By::Score => write!(why, "; of {positive} promoters and {negative} detractors"),
            By::Sentence => write!(why, "; in {positive} sentences of praise and {negative} of blame"),
        };
    }
    why
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_a_better_one_comes_last() {
        let candidate = |words: &[u32]| Candidate {
            gram: Gram::new(words),
            text: format!("{words:?}"),
            lists: Vec::new(),
            places: 5,
            comments: 5,
        };
        let candidates: Vec<Candidate> = [&[1, 2][..], &[2], &[3, 2], &[4, 1, 2], &[5], &[2, 6]].map(candidate).into();
        let ranked = (0..candidates.len()).map(|at| Ranked { at, likeness: 0.5 }).collect();
        let order: Vec<usize> = longer_last(ranked, &candidates).iter().map(|one| one.at).collect();
        // The first one is better than its part, and stays.
        assert_eq!(order, [0, 1, 4, 2, 3, 5]);
    }
}
