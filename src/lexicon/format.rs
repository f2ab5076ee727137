//! The files of a lexicon as they are written: what serde reads, with positions kept for messages.
//!
//! Not for what the files mean together (`resolve`), nor for how a term is read (`term`). The page for people is `docs/lexicon.md`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::sense::{Sense, WordClass};

/// `lexicon.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LexiconFile {
    /// The lexicon's name, as `--lexicon` takes it.
    pub name: String,
    /// Its version, for people.
    pub version: String,
    /// The lexicon that it starts from: a bundled name, or a folder relative to this one.
    #[serde(default)]
    pub extends: Option<Spanned<String>>,
    /// One sentence in each language.
    #[serde(default)]
    pub description: Names,
    /// Words that the segmenter must keep whole though no driver claims them.
    #[serde(default)]
    pub words: Terms,
    /// Attributes that group drivers across the tree.
    #[serde(default)]
    pub rollup: BTreeMap<Spanned<String>, RollupFile>,
}

/// An attribute that groups drivers across the tree: `[rollup.<id>]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollupFile {
    /// Its names.
    #[serde(default)]
    pub name: Names,
    /// Its values and their names. The order in which they stand in the file is theirs; spans tell it.
    #[serde(default)]
    pub values: BTreeMap<Spanned<String>, Names>,
}

/// A name in Chinese and in English.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// In Chinese.
    #[serde(default)]
    pub zh: Option<String>,
    /// In English.
    #[serde(default)]
    pub en: Option<String>,
}

/// Terms by language.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Chinese terms, Simplified.
    #[serde(default)]
    pub zh: Vec<Spanned<WrittenTerm>>,
    /// English terms.
    #[serde(default)]
    pub en: Vec<Spanned<WrittenTerm>>,
}

impl Terms {
    /// All terms, Chinese first.
    pub fn iter(&self) -> impl Iterator<Item = &Spanned<WrittenTerm>> + Clone {
        self.zh.iter().chain(&self.en)
    }
}

/// A term as written: a string, or a string with its options.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(untagged, expecting = "a term: a string, or { term = \"…\", boundary = \"any\" }")]
pub enum WrittenTerm {
    /// `"吵"`
    Plain(String),
    /// `{ term = "慢", boundary = "any" }`
    Options(TermOptions),
}

/// A term with options.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermOptions {
    /// The term itself.
    pub term: String,
    /// Where it may stand.
    #[serde(default)]
    pub boundary: Boundary,
    /// Whether an aspect counts where nothing is said of it.
    #[serde(default = "yes")]
    pub bare: bool,
    /// Whether words that praise or blame anything speak of an aspect.
    #[serde(default = "yes")]
    pub general: bool,
}

const fn yes() -> bool {
    true
}

/// How a term is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Usage {
    /// Where it may stand.
    pub boundary: Boundary,
    /// Whether it counts as a mention where nothing is said of it; of aspects.
    pub bare: bool,
    /// Whether words that praise or blame anything speak of it; of aspects.
    pub general: bool,
}

/// Where a term may stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Boundary {
    /// On the boundaries of the segmentation.
    #[default]
    Word,
    /// Anywhere, inside longer words too.
    Any,
}

impl WrittenTerm {
    /// The term's text as written.
    pub fn text(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Options(options) => &options.term,
        }
    }

    /// How it is used.
    pub fn usage(&self) -> Usage {
        match self {
            Self::Plain(_) => Usage { boundary: Boundary::Word, bare: true, general: true },
            Self::Options(TermOptions { boundary, bare, general, .. }) => {
                Usage { boundary: *boundary, bare: *bare, general: *general }
            }
        }
    }
}

/// Cues that count only beside an aspect term.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BesideAspect {
    /// Cues that praise.
    #[serde(default)]
    pub positive: Terms,
    /// Cues that blame.
    #[serde(default)]
    pub negative: Terms,
}

/// `drivers/<id>.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DriverFile {
    /// The driver's id; equal to the file's name.
    pub id: Spanned<String>,
    /// The driver under which it stands.
    #[serde(default)]
    pub parent: Option<Spanned<String>>,
    /// Its names.
    #[serde(default)]
    pub name: Names,
    /// `false` switches an inherited driver off.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// Whether its aspects are people and what they do: a bare one takes the blame of its sentence, and what was not done; blame between
    /// one and a thing is none of the thing.
    #[serde(default)]
    pub people: Option<bool>,
    /// Its values of the attributes that group drivers across the tree; empty: none, whatever the driver above it has.
    #[serde(default)]
    pub rollup: BTreeMap<Spanned<String>, Spanned<String>>,
    /// Whether its owner can change it.
    #[serde(default)]
    pub controllable: Option<Controllable>,
    /// Terms that name the driver.
    #[serde(default)]
    pub aspect: Terms,
    /// Words that name it, but only where something is said of it.
    #[serde(default)]
    pub aspect_if_judged: Terms,
    /// Terms that praise it by themselves.
    #[serde(default)]
    pub positive: Terms,
    /// Terms that blame it by themselves.
    #[serde(default)]
    pub negative: Terms,
    /// Cues beside its aspect terms.
    #[serde(default)]
    pub beside_aspect: BesideAspect,
    /// Wider expressions inside which nothing of it counts.
    #[serde(default)]
    pub exclude: Terms,
    /// Its tests.
    #[serde(default)]
    pub example: Vec<Example>,
}

impl DriverFile {
    /// Its lists but for [`Self::aspect_if_judged`], each with what its terms say.
    pub fn lists(&self) -> [(Sense, &Terms); 6] {
        [
            (Sense::Aspect, &self.aspect),
            (Sense::Positive, &self.positive),
            (Sense::Negative, &self.negative),
            (Sense::BesidePositive, &self.beside_aspect.positive),
            (Sense::BesideNegative, &self.beside_aspect.negative),
            (Sense::Exclude, &self.exclude),
        ]
    }
}

/// Whether those who own a driver can change it, as they themselves declare (controllability of a service failure, Folkes 1984).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Controllable {
    /// They can.
    Yes,
    /// In part, or only together with others.
    Partly,
    /// They cannot: where a place lies, the weather.
    No,
}

impl Controllable {
    /// The word that tables and files use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::No => "no",
        }
    }
}

/// A sentence and what the driver's mention in it must be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The sentence.
    pub text: Spanned<String>,
    /// What the comment says of the driver.
    pub expect: Expect,
    /// The question to which it is an answer.
    #[serde(default)]
    pub role: crate::types::Role,
}

/// What an example expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words of the file format, which docs/lexicon.md explains")]
pub enum Expect {
    Positive,
    Negative,
    Neutral,
    Mixed,
    None,
}

impl Expect {
    /// The word that files use.
    pub fn as_str(self) -> &'static str {
        self.stance().map_or("none", crate::types::Stance::as_str)
    }

    /// The stance that it stands for; `None` where the driver is not mentioned.
    pub fn stance(self) -> Option<crate::types::Stance> {
        use crate::types::Stance;
        match self {
            Self::Positive => Some(Stance::Positive),
            Self::Negative => Some(Stance::Negative),
            Self::Neutral => Some(Stance::Neutral),
            Self::Mixed => Some(Stance::Mixed),
            Self::None => None,
        }
    }
}

/// `polarity/<language>.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolarityFile {
    /// Praise for whatever the clause speaks of.
    #[serde(default)]
    pub positive: Vec<Spanned<WrittenTerm>>,
    /// Blame for it.
    #[serde(default)]
    pub negative: Vec<Spanned<WrittenTerm>>,
    /// Words that say that it is neither good nor bad.
    #[serde(default)]
    pub neutral: Vec<Spanned<WrittenTerm>>,
    /// Words that turn what follows.
    #[serde(default)]
    pub negators: Vec<Spanned<WrittenTerm>>,
    /// Words that turn what follows, and before an aspect say that there is none.
    #[serde(default)]
    pub absence: Vec<Spanned<WrittenTerm>>,
    /// Words that take away the side of what follows.
    #[serde(default)]
    pub hedges: Vec<Spanned<WrittenTerm>>,
    /// Negators that begin a clause and tell somebody not to: blame after them stays blame.
    #[serde(default)]
    pub forbids: Vec<Spanned<WrittenTerm>>,
    /// Words over which a negation goes on ("or").
    #[serde(default)]
    pub joins: Vec<Spanned<WrittenTerm>>,
    /// Words past which no negation reaches.
    #[serde(default)]
    pub stops: Vec<Spanned<WrittenTerm>>,
    /// Words that carry no side and may stand between a negator and its word.
    #[serde(default)]
    pub degree: Vec<Spanned<WrittenTerm>>,
    /// Expressions that say nothing, so that no word inside them does.
    #[serde(default)]
    pub asides: Vec<Spanned<WrittenTerm>>,
    /// Words that turn praise into blame.
    #[serde(default)]
    pub excess: Vec<Spanned<WrittenTerm>>,
    /// Words that begin a clause of their own.
    #[serde(default)]
    pub contrast: Vec<Spanned<WrittenTerm>>,
    /// Wishes and advice.
    #[serde(default)]
    pub wishes: Vec<Spanned<WrittenTerm>>,
    /// English words of a sentence that tells how something is, so that praise in an answer to `improve` is praise.
    #[serde(default)]
    pub states: Vec<Spanned<WrittenTerm>>,
    /// Words of an earlier time.
    #[serde(default)]
    pub earlier: Vec<Spanned<WrittenTerm>>,
    /// Words of the present time: what they say goes before what was said of an earlier one.
    #[serde(default)]
    pub later: Vec<Spanned<WrittenTerm>>,
    /// Words before an exception.
    #[serde(default)]
    pub except: Vec<Spanned<WrittenTerm>>,
    /// Words for all but the exception.
    #[serde(default)]
    pub rest: Vec<Spanned<WrittenTerm>>,
    /// Words that begin a condition.
    #[serde(default)]
    pub conditions: Vec<Spanned<WrittenTerm>>,
    /// Words that make a question of their clause.
    #[serde(default)]
    pub questions: Vec<Spanned<WrittenTerm>>,
    /// With these begins an answer that has nothing to complain of.
    #[serde(default)]
    pub openers: Vec<Spanned<WrittenTerm>>,
    /// Whole answers that say that there is none.
    #[serde(default)]
    pub no_comment: Vec<Spanned<WrittenTerm>>,
}

impl PolarityFile {
    /// Its lists, each with what its words do.
    pub fn lists(&self) -> [(WordClass, &[Spanned<WrittenTerm>]); 23] {
        [
            (WordClass::Positive, &self.positive),
            (WordClass::Negative, &self.negative),
            (WordClass::Neutral, &self.neutral),
            (WordClass::Negator, &self.negators),
            (WordClass::Absence, &self.absence),
            (WordClass::Hedge, &self.hedges),
            (WordClass::Forbid, &self.forbids),
            (WordClass::Join, &self.joins),
            (WordClass::Stop, &self.stops),
            (WordClass::Degree, &self.degree),
            (WordClass::Aside, &self.asides),
            (WordClass::Excess, &self.excess),
            (WordClass::Contrast, &self.contrast),
            (WordClass::Wish, &self.wishes),
            (WordClass::State, &self.states),
            (WordClass::Earlier, &self.earlier),
            (WordClass::Later, &self.later),
            (WordClass::Except, &self.except),
            (WordClass::Rest, &self.rest),
            (WordClass::Condition, &self.conditions),
            (WordClass::Question, &self.questions),
            (WordClass::Opener, &self.openers),
            (WordClass::NoComment, &self.no_comment),
        ]
    }
}

/// A row of `responsibility.csv`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Responsibility {
    /// The driver's id.
    pub driver: String,
    /// The function of the organisation.
    pub function: String,
    /// 9 (owns it), 3 (contributes), 1 (touches it) or 0.
    pub weight: u8,
    /// Who answers for it; may be empty.
    #[serde(default)]
    pub owner: String,
}
