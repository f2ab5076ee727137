//! Everything that led to the tags of one text, for people: tokens, clauses, mentions and their evidence.
//!
//! Not for batches: strings are made freely here.

use serde::Serialize;

use super::mention::{CommentTags, Evidence};
use super::tagger::{Scratch, SegmentMode, Tagger};
use super::{Sentiment, matching};
use crate::text::chars::char_offset;
use crate::types::{Polarity, Residual, Role, Voice};

/// Why a text got its tags. Offsets are characters of the text as given.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The text as given.
    pub text: String,
    /// As it is matched: lower-case, Simplified, half-width.
    pub folded: String,
    /// `zh`, `en`.
    pub languages: Vec<&'static str>,
    /// Its words, by the segmenters.
    pub tokens: Vec<String>,
    /// Its clauses.
    pub clauses: Vec<String>,
    /// Its mentions.
    pub mentions: Vec<ExplainedMention>,
    /// Driver and what the text says of it.
    pub drivers: Vec<(String, &'static str)>,
    /// The side of the whole text.
    pub sentiment: Option<&'static str>,
    /// praise, problem, suggestion, question.
    pub voice: Vec<&'static str>,
    /// The bucket where no driver is mentioned.
    pub residual: Option<&'static str>,
}

/// A mention with all its evidence in words.
#[derive(Debug, Clone, Serialize)]
pub struct ExplainedMention {
    /// The driver's id.
    pub driver: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// What the mention says.
    pub polarity: Polarity,
    /// The term's id.
    pub term: String,
    /// The term's place.
    pub at: Words,
    /// The word that gave the side.
    pub cue: Option<Words>,
    /// The word that turned it.
    pub negator: Option<Words>,
    /// Whether it was turned.
    pub negated: bool,
    /// The clause's number, from 0.
    pub clause: u32,
    /// The rule that decided.
    pub rule: &'static str,
    /// What it does: praise, problem, suggestion, question.
    pub voice: Vec<&'static str>,
}

/// Words of the text and their place.
#[derive(Debug, Clone, Serialize)]
pub struct Words {
    /// As delivered.
    pub text: String,
    /// First character, from 0.
    pub start: u32,
    /// One after the last character.
    pub end: u32,
    /// First byte, from 0.
    pub start_byte: u32,
    /// One after the last byte.
    pub end_byte: u32,
}

impl Tagger {
    /// Tags one text and tells why.
    pub fn explain(&self, text: &str, role: Role) -> Explanation {
        let mut scratch = Scratch::default();
        let mut tags = CommentTags::default();
        self.tag_comment([(0, role, text)], &mut scratch, &mut tags);
        if tags.says_something {
            matching::find(&self.lexicon, &self.segmenters, SegmentMode::Full, &mut scratch);
        }
        let folded = &scratch.folded.text;
        let slice = |start: u32, end: u32| folded[start as usize..end as usize].trim().to_owned();
        let words = |evidence: &Evidence| Words {
            text: text[evidence.span.range()].to_owned(),
            start: char_offset(text, evidence.span.start),
            end: char_offset(text, evidence.span.end),
            start_byte: evidence.span.start,
            end_byte: evidence.span.end,
        };
        let mentions = tags.mentions.iter().map(|mention| {
            let driver = self.lexicon.driver(mention.driver);
            ExplainedMention {
                driver: driver.id.clone(),
                name_zh: driver.name_zh.clone(),
                name_en: driver.name_en.clone(),
                polarity: mention.polarity,
                term: self.lexicon.term(mention.term).id.clone(),
                at: words(&Evidence { term: mention.term, span: mention.span }),
                cue: mention.cue.as_ref().map(words),
                negator: mention.negator.as_ref().map(words),
                negated: mention.negated,
                clause: mention.clause,
                rule: mention.rule.as_str(),
                voice: mention.voices.iter().map(Voice::as_str).collect(),
            }
        });
        Explanation {
            text: text.to_owned(),
            languages: [(tags.zh, "zh"), (tags.en, "en")].into_iter().filter(|(is, _)| *is).map(|(_, l)| l).collect(),
            tokens: scratch.tokens.iter().map(|token| slice(token.start, token.end)).collect(),
            clauses: scratch.clauses.iter().map(|clause| slice(clause.start, clause.end)).collect(),
            mentions: mentions.collect(),
            drivers: tags
                .said
                .iter()
                .map(|said| (self.lexicon.driver(said.driver).id.clone(), said.stance.as_str()))
                .collect(),
            sentiment: tags.sentiment().map(Sentiment::as_str),
            voice: tags.voices().iter().map(Voice::as_str).collect(),
            residual: tags.residual().map(Residual::as_str),
            folded: folded.clone(),
        }
    }
}
