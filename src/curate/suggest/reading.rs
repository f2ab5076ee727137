//! The comments of a survey as the engine reads them: words by number, clause by clause, with the terms that the lexicon has there and
//! the side that each sentence takes.
//!
//! Not for what is made of them: counting (`candidates`), company (`contexts`).

use indexmap::IndexSet;
use rayon::prelude::*;

use crate::evaluate::texts::{Comment, Texts};
use crate::lexicon::compile::Owner;
use crate::lexicon::{Sense, WordClass};
use crate::tag::matching;
use crate::tag::tagger::{Scratch, SegmentMode};
use crate::tag::{CommentTags, Tagger};
use crate::text::clauses::Clause;
use crate::types::{Band, DriverIx, Polarity, Role};

/// Comments that are read at once before their words are numbered: enough for all threads, little memory.
const AT_ONCE: usize = 4096;

/// A driver's list of terms that a suggestion may be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct List {
    pub(super) driver: DriverIx,
    pub(super) side: Side,
}

/// What the terms of such a list say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Side {
    Aspect,
    Positive,
    Negative,
}

impl Side {
    const fn of(sense: Sense) -> Option<Self> {
        match sense {
            Sense::Aspect => Some(Self::Aspect),
            Sense::Positive => Some(Self::Positive),
            Sense::Negative => Some(Self::Negative),
            Sense::BesidePositive | Sense::BesideNegative | Sense::Exclude => None,
        }
    }
}

/// What stands in the lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Known {
    /// In a list that a suggestion may be for.
    List(List),
    /// In another list of a driver: a cue, or what excludes.
    Beside,
    /// Among the words of all drivers.
    Word(WordClass),
}

/// A term of the lexicon in a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// Its first word, and the one after its last.
    pub(super) from: u32,
    pub(super) to: u32,
    /// It is these words, and no part of them.
    pub(super) whole: bool,
    pub(super) known: Known,
}

/// One clause.
#[derive(Debug, Clone)]
pub(super) struct ReadClause {
    /// The sentence's number in its comment.
    pub(super) sentence: u32,
    /// The side that the sentence takes; none where it takes none, or both alike.
    pub(super) praises: Option<bool>,
    pub(super) words: Vec<u32>,
    pub(super) standing: Vec<Standing>,
}

/// One comment.
#[derive(Debug, Clone)]
pub(super) struct ReadComment {
    /// Whether it is a promoter's; none where it is neither a promoter's nor a detractor's.
    pub(super) promotes: Option<bool>,
    pub(super) clauses: Vec<ReadClause>,
}

/// A survey, read.
pub(super) struct Reading {
    /// The words, folded, by number.
    pub(super) words: IndexSet<String>,
    /// In the order of the survey.
    pub(super) comments: Vec<ReadComment>,
}

impl Reading {
    /// Reads all comments; the same for any number of threads.
    pub(super) fn new(texts: &Texts, tagger: &Tagger) -> Self {
        let mut reading = Self { words: IndexSet::new(), comments: Vec::new() };
        let roles: Vec<Role> = texts.columns.iter().map(|column| column.role).collect();
        for chunk in texts.comments.chunks(AT_ONCE) {
            let fresh = || (Scratch::default(), CommentTags::default());
            let read: Vec<Vec<Cut>> = chunk
                .par_iter()
                .map_init(fresh, |(scratch, tags), comment| cut_comment(comment, &roles, tagger, scratch, tags))
                .collect();
            for (comment, answers) in chunk.iter().zip(read) {
                reading.add(comment.band, answers);
            }
        }
        reading
    }

    fn add(&mut self, band: Option<Band>, answers: Vec<Cut>) {
        let promotes = match band {
            Some(Band::Promoter) => Some(true),
            Some(Band::Detractor) => Some(false),
            Some(Band::Passive) | None => None,
        };
        let (mut clauses, mut sentences) = (Vec::new(), 0);
        for Cut { folded, clauses: of_answer } in answers {
            let first = sentences;
            for CutClause { sentence, praises, tokens, standing } in of_answer {
                sentences = sentences.max(first + sentence + 1);
                let words = tokens.iter().map(|(start, end)| self.number(&folded[*start as usize..*end as usize]));
                let words = words.collect();
                clauses.push(ReadClause { sentence: first + sentence, praises, words, standing });
            }
        }
        self.comments.push(ReadComment { promotes, clauses });
    }

    fn number(&mut self, word: &str) -> u32 {
        let at = match self.words.get_index_of(word) {
            Some(at) => at,
            None => self.words.insert_full(word.to_owned()).0,
        };
        at as u32
    }

    /// A word by its number.
    pub(super) fn word(&self, number: u32) -> &str {
        self.words.get_index(number as usize).map_or("", String::as_str)
    }
}

/// An answer, cut.
pub(super) struct Cut {
    pub(super) folded: String,
    pub(super) clauses: Vec<CutClause>,
}

/// A clause of it; places are bytes of the folded text.
pub(super) struct CutClause {
    sentence: u32,
    praises: Option<bool>,
    pub(super) tokens: Vec<(u32, u32)>,
    standing: Vec<Standing>,
}

fn cut_comment(
    comment: &Comment,
    roles: &[Role],
    tagger: &Tagger,
    scratch: &mut Scratch,
    tags: &mut CommentTags,
) -> Vec<Cut> {
    let given = comment.answers.iter().zip(roles).filter_map(|(answer, role)| Some((answer.as_deref()?, *role)));
    given.map(|(answer, role)| cut(answer, role, tagger, scratch, tags)).collect()
}

/// Cuts one answer, all of it; afterwards `scratch` holds it folded.
pub(super) fn cut(answer: &str, role: Role, tagger: &Tagger, scratch: &mut Scratch, tags: &mut CommentTags) -> Cut {
    tagger.tag_comment([(0, role, answer)], scratch, tags);
    if !tags.says_something {
        return Cut { folded: String::new(), clauses: Vec::new() };
    }
    matching::find(&tagger.lexicon, &tagger.segmenters, SegmentMode::Full, scratch);
    let sides = sides(&scratch.clauses, tags);
    let mut clauses = Vec::with_capacity(scratch.clauses.len());
    let (mut token, mut hit) = (0, 0);
    for clause in &scratch.clauses {
        let first = token;
        token += scratch.tokens[first..].iter().take_while(|token| token.start < clause.end).count();
        let tokens = &scratch.tokens[first..token];
        let mut standing = Vec::new();
        while let Some(found) = scratch.hits.get(hit).filter(|found| found.start < clause.end) {
            hit += 1;
            let known = match found.owner {
                Owner::Driver(driver, sense) => match Side::of(sense) {
                    Some(side) => Known::List(List { driver, side }),
                    None => Known::Beside,
                },
                Owner::Word(class) if found.whole => Known::Word(class),
                Owner::Word(_) => continue,
            };
            let from = tokens.partition_point(|token| token.end <= found.start);
            let to = tokens.partition_point(|token| token.start < found.end);
            if from < to {
                let whole = tokens[from].start == found.start && tokens[to - 1].end == found.end;
                standing.push(Standing { from: from as u32, to: to as u32, whole, known });
            }
        }
        clauses.push(CutClause {
            sentence: clause.sentence,
            praises: sides[clause.sentence as usize],
            tokens: tokens.iter().map(|token| (token.start, token.end)).collect(),
            standing,
        });
    }
    Cut { folded: scratch.folded.text.clone(), clauses }
}

/// By sentence, whether more of its mentions praise or blame.
fn sides(clauses: &[Clause], tags: &CommentTags) -> Vec<Option<bool>> {
    let mut balance = vec![0_i32; clauses.last().map_or(0, |clause| clause.sentence as usize + 1)];
    for mention in &tags.mentions {
        let Some(clause) = clauses.get(mention.clause as usize) else { continue };
        balance[clause.sentence as usize] += match mention.polarity {
            Polarity::Positive => 1,
            Polarity::Negative => -1,
            Polarity::Neutral => 0,
        };
    }
    balance.into_iter().map(|balance| (balance != 0).then_some(balance > 0)).collect()
}
