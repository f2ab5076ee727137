//! What a term says: of its driver, or as a word of no driver.
//!
//! Not for what is made of that in a clause (`tag`).

use serde::Serialize;

/// What a driver's term says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sense {
    /// Names the driver.
    Aspect,
    /// Praises it by itself.
    Positive,
    /// Blames it by itself.
    Negative,
    /// Praises it beside an aspect term.
    BesidePositive,
    /// Blames it beside an aspect term.
    BesideNegative,
    /// Inside this nothing of the driver counts.
    Exclude,
}

impl Sense {
    /// As it stands in term ids.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aspect => "aspect",
            Self::Positive => "positive",
            Self::Negative => "negative",
            Self::BesidePositive => "beside_positive",
            Self::BesideNegative => "beside_negative",
            Self::Exclude => "exclude",
        }
    }
}

/// What a word that belongs to no driver does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WordClass {
    /// Praises whatever the clause speaks of.
    Positive,
    /// Blames it.
    Negative,
    /// Says that it is neither good nor bad.
    Neutral,
    /// Turns what follows.
    Negator,
    /// Turns it too, and before an aspect says that there is none.
    Absence,
    /// Takes away the side of what follows.
    Hedge,
    /// Tells somebody not to, where it begins a clause.
    Forbid,
    /// Carries a negation on to what follows.
    Join,
    /// No negation reaches past it.
    Stop,
    /// Carries no side.
    Degree,
    /// Says nothing, and no word inside it does.
    Aside,
    /// Turns praise into blame.
    Excess,
    /// Begins a clause of its own.
    Contrast,
    /// A wish or advice.
    Wish,
    /// Tells how something is.
    State,
    /// Speaks of an earlier time.
    Earlier,
    /// Speaks of the present.
    Later,
    /// Begins an exception.
    Except,
    /// Stands for all but an exception.
    Rest,
    /// Begins a condition.
    Condition,
    /// Makes a question of its clause.
    Question,
    /// Begins an answer that has nothing to complain of.
    Opener,
    /// As a whole answer: there is no comment.
    NoComment,
}

impl WordClass {
    /// The key of its list in `polarity/*.toml`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Negator => "negators",
            Self::Absence => "absence",
            Self::Hedge => "hedges",
            Self::Forbid => "forbids",
            Self::Join => "joins",
            Self::Stop => "stops",
            Self::Degree => "degree",
            Self::Aside => "asides",
            Self::Excess => "excess",
            Self::Contrast => "contrast",
            Self::Wish => "wishes",
            Self::State => "states",
            Self::Earlier => "earlier",
            Self::Later => "later",
            Self::Except => "except",
            Self::Rest => "rest",
            Self::Condition => "conditions",
            Self::Question => "questions",
            Self::Opener => "openers",
            Self::NoComment => "no_comment",
        }
    }

    /// As it stands in term ids.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "praise",
            Self::Negative => "blame",
            Self::Neutral => "neutral",
            Self::Negator => "negator",
            Self::Absence => "absence",
            Self::Hedge => "hedge",
            Self::Forbid => "forbid",
            Self::Join => "join",
            Self::Stop => "stop",
            Self::Degree => "degree",
            Self::Aside => "aside",
            Self::Excess => "excess",
            Self::Contrast => "contrast",
            Self::Wish => "wish",
            Self::State => "state",
            Self::Earlier => "earlier",
            Self::Later => "later",
            Self::Except => "except",
            Self::Rest => "rest",
            Self::Condition => "condition",
            Self::Question => "question",
            Self::Opener => "opener",
            Self::NoComment => "no_comment",
        }
    }
}
