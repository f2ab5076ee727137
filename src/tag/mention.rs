//! What tagging finds: mentions with their evidence, and the tags of a whole comment.
//!
//! Plain data; offsets are bytes of the delivered text unless a name says characters.

use crate::lexicon::TermIx;
use crate::types::{DriverIx, Polarity, Residual, Said, Voice, Voices};

/// A range of bytes in the delivered text, on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One after the last byte.
    pub end: u32,
}

impl Span {
    /// As an index into the delivered text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Why a mention has its polarity; the words are in `docs/lexicon.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// The driver's own positive or negative term.
    OwnTerm,
    /// A cue that counts beside an aspect term.
    BesideAspect,
    /// The nearest general praise or blame of the clause.
    GeneralWord,
    /// Praise or blame in the next clause, which names no driver.
    NextClause,
    /// Praise or blame in a clause before that goes on in this one.
    ClauseBefore,
    /// By a word of the next clause, which speaks of the present where this one speaks of an earlier time.
    Now,
    /// An earlier time, of which the next clause says how it is now: neutral.
    Earlier,
    /// The opposite of what is said of all the rest.
    Except,
    /// A negator right before the aspect: there is none of it.
    Absent,
    /// Blame in the sentence of somebody of whom nothing else is said.
    Sentence,
    /// A negator in the clause, or of people in the sentence, that turns nothing: somebody did not do something.
    Undone,
    /// A wish or advice in the clause.
    Wish,
    /// Praise that is only asked about.
    Asked,
    /// Praise that is only a condition.
    Condition,
    /// The question that was asked.
    Question,
    /// Nothing: the aspect is only named.
    Bare,
}

impl Rule {
    /// All rules, in the order of their numbers.
    pub const ALL: [Self; 16] = [
        Self::OwnTerm,
        Self::BesideAspect,
        Self::GeneralWord,
        Self::NextClause,
        Self::ClauseBefore,
        Self::Now,
        Self::Earlier,
        Self::Except,
        Self::Absent,
        Self::Sentence,
        Self::Undone,
        Self::Wish,
        Self::Asked,
        Self::Condition,
        Self::Question,
        Self::Bare,
    ];

    /// The rule that tables call by this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == word)
    }

    /// The word that tables use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OwnTerm => "own_term",
            Self::BesideAspect => "beside_aspect",
            Self::GeneralWord => "general_word",
            Self::NextClause => "next_clause",
            Self::ClauseBefore => "clause_before",
            Self::Now => "now",
            Self::Earlier => "earlier",
            Self::Except => "except",
            Self::Sentence => "sentence",
            Self::Undone => "undone",
            Self::Absent => "absent",
            Self::Wish => "wish",
            Self::Asked => "asked",
            Self::Condition => "condition",
            Self::Question => "question",
            Self::Bare => "bare",
        }
    }
}

/// A word that played a part, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// The term.
    pub term: TermIx,
    /// Where it stands.
    pub span: Span,
}

/// A driver mentioned at one place of one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// Which of the comment's questions, by place.
    pub question: u16,
    /// The driver.
    pub driver: DriverIx,
    /// What it says.
    pub polarity: Polarity,
    /// The driver's term.
    pub term: TermIx,
    /// Where the term stands.
    pub span: Span,
    /// The word that gave an aspect its side.
    pub cue: Option<Evidence>,
    /// The nearest negator that turned it.
    pub negator: Option<Evidence>,
    /// Whether an odd number of negators turned it.
    pub negated: bool,
    /// The clause's number in its answer, from 0.
    pub clause: u32,
    /// Why it has its polarity.
    pub rule: Rule,
    /// What it does: praises or tells of a problem, suggests, asks.
    pub voices: Voices,
}

/// The side that a whole comment takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sentiment {
    /// More praise than blame.
    Positive,
    /// Neither.
    Neutral,
    /// As much of both.
    Mixed,
    /// More blame than praise.
    Negative,
}

impl Sentiment {
    /// All sides, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Positive, Self::Neutral, Self::Mixed, Self::Negative];

    /// The side that tables call by this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.as_str() == word)
    }

    /// The word that tables use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Neutral => "neutral",
            Self::Mixed => "mixed",
            Self::Negative => "negative",
        }
    }
}

/// The tags of one respondent's comment, over all its answers; reused from comment to comment.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and any of them may hold together")]
pub struct CommentTags {
    /// All mentions, by question and place.
    pub mentions: Vec<Mention>,
    /// What the comment says of each driver that it mentions, by driver.
    pub said: Vec<Said>,
    /// Places of praise: positive mentions, and praise that belongs to no driver.
    pub praises: u32,
    /// Places of blame, likewise.
    pub blames: u32,
    /// Whether a wish or advice occurs.
    pub wishes: bool,
    /// Whether something is asked.
    pub asks: bool,
    /// Whether any answer says something.
    pub says_something: bool,
    /// Whether Chinese occurs.
    pub zh: bool,
    /// Whether English occurs.
    pub en: bool,
}

impl CommentTags {
    /// Empties it for the next comment.
    pub fn clear(&mut self) {
        let Self { mentions, said, .. } = std::mem::take(self);
        *self = Self { mentions, said, ..Self::default() };
        self.mentions.clear();
        self.said.clear();
    }

    /// The bucket that takes the credit where no driver is mentioned; `None` where one is.
    pub fn residual(&self) -> Option<Residual> {
        if !self.said.is_empty() {
            return None;
        }
        Some(if !self.says_something {
            Residual::NoComment
        } else if self.praises > self.blames {
            Residual::GeneralPraise
        } else if self.blames > self.praises {
            Residual::GeneralBlame
        } else {
            Residual::NoDriver
        })
    }

    /// The side that the whole comment takes; `None` where it says nothing.
    pub fn sentiment(&self) -> Option<Sentiment> {
        self.says_something.then(|| match self.praises.cmp(&self.blames) {
            std::cmp::Ordering::Greater => Sentiment::Positive,
            std::cmp::Ordering::Less => Sentiment::Negative,
            std::cmp::Ordering::Equal if self.praises > 0 => Sentiment::Mixed,
            std::cmp::Ordering::Equal => Sentiment::Neutral,
        })
    }

    /// (praise − blame) / (praise + blame + 1): −1 to 1, for ranking whole comments.
    pub fn balance(&self) -> f64 {
        let (praises, blames) = (f64::from(self.praises), f64::from(self.blames));
        (praises - blames) / (praises + blames + 1.0)
    }

    /// What the comment does as a whole, of drivers or of none: a wish that names no driver is a suggestion here alone. A wish about a
    /// driver is a complaint about it, and therefore a problem here too.
    pub fn voices(&self) -> Voices {
        let does = [self.praises > 0, self.blames > 0, self.wishes, self.asks];
        Voice::ALL.into_iter().zip(does).filter(|(_, does)| *does).map(|(voice, _)| voice).collect()
    }
}
