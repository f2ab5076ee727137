//! Terms on their way into a lexicon: folded, taken apart, gathered until the tries can be built.
//!
//! Not for what the compiled lexicon offers (`compile`).

use std::collections::HashSet;
use std::sync::Arc;

use super::super::driver::Driver;
use super::super::expressions::{Expressions, Wrong};
use super::super::format::Boundary;
use super::super::limits::{self, Limits};
use super::super::patterns::{Gathered, NO_CHARACTERS, Use, What};
use super::super::placeholder;
use super::super::resolve::{Origin, Resolved, ResolvedDriver, TermSet};
use super::super::responsibility::Responsibilities;
use super::super::rollup::Rollups;
use super::super::sense::Sense;
use super::super::term::{self, Pattern, Phrase};
use super::{Compound, Lexicon, Owner, TermInfo, TermIx, skeleton};
use crate::error::{Error, ErrorKind, Result};
use crate::text::chars::is_alphanumeric;
use crate::text::normalize::{Folded, Normalizer};
use crate::types::DriverIx;

/// What is gathered before the tries are built.
pub(super) struct Building {
    normalizer: Arc<Normalizer>,
    folded: Folded,
    terms: Vec<TermInfo>,
    /// Where each of them is written.
    origins: Vec<Origin>,
    patterns: Gathered,
    compounds: Vec<Compound>,
    regexes: Vec<(What, TermIx, String)>,
    states: HashSet<String>,
    no_comment: HashSet<String>,
    pub(super) user_words: Vec<String>,
}

impl Building {
    pub(super) fn new(normalizer: Normalizer) -> Self {
        Self {
            normalizer: Arc::new(normalizer),
            folded: Folded::default(),
            terms: Vec::new(),
            origins: Vec::new(),
            patterns: Gathered::default(),
            compounds: Vec::new(),
            regexes: Vec::new(),
            states: HashSet::new(),
            no_comment: HashSet::new(),
            user_words: Vec::new(),
        }
    }

    fn fold(&mut self, written: &str) -> &str {
        self.normalizer.fold(written, &mut self.folded);
        self.folded.text.trim()
    }

    /// No term both praises and blames its driver.
    pub(super) fn check_sides(&mut self, id: &str, driver: &ResolvedDriver) -> Result<()> {
        for (praise, blame) in [(Sense::Positive, Sense::Negative), (Sense::BesidePositive, Sense::BesideNegative)] {
            let (Some(praising), Some(blaming)) = (driver.terms.get(&praise), driver.terms.get(&blame)) else {
                continue;
            };
            let praising: HashSet<String> = praising.keys().map(|written| self.alike(written)).collect();
            for (written, term) in blaming {
                if praising.contains(&self.alike(written)) {
                    let message = format!("`{written}` both praises and blames `{id}`");
                    return Err(Error::new(ErrorKind::Lexicon, "conflicting_term", message)
                        .at(term.origin.place())
                        .help("Delete it from one of the two lists; an inherited one is taken away by \"- …\"."));
                }
            }
        }
        Ok(())
    }

    /// What is the same for terms that find the same.
    fn alike(&mut self, written: &str) -> String {
        // Case says something in a regular expression: \b and \B.
        if written.starts_with("re:") { written.to_owned() } else { self.fold(written).to_owned() }
    }

    pub(super) fn add_states(&mut self, terms: &TermSet) -> Result<()> {
        for (written, term) in terms {
            let folded = self.fold(written).to_owned();
            if !folded.chars().all(|c| is_alphanumeric(c) || c == '\'') {
                let message = format!("state:{written}: a word of `states` is one word, without spaces and signs");
                return Err(Error::new(ErrorKind::Lexicon, "term", message).at(term.origin.place()));
            }
            self.states.insert(folded);
        }
        Ok(())
    }

    pub(super) fn add_no_comment(&mut self, terms: &TermSet) {
        for written in terms.keys() {
            let mut bare = String::new();
            skeleton(self.fold(written), &mut bare);
            self.no_comment.insert(bare);
        }
    }

    pub(super) fn add_set(&mut self, prefix: &str, owner: Owner, terms: &TermSet) -> Result<()> {
        for (written, of) in terms {
            let usage = of.usage;
            let ix = TermIx(self.terms.len() as u32);
            let id = format!("{prefix}:{written}");
            let wrong =
                |why: String| Error::new(ErrorKind::Lexicon, "term", format!("{id}: {why}")).at(of.origin.place());
            let anywhere = usage.boundary == Boundary::Any;
            let added = match term::parse(written).map_err(&wrong)? {
                Pattern::Words(phrase) => self.add_phrase(&phrase, ix, owner, What::Term(ix), anywhere),
                Pattern::Near { parts, gaps } => self.add_compound(ix, owner, &parts, Some(gaps), anywhere),
                Pattern::Together(parts) => self.add_compound(ix, owner, &parts, None, anywhere),
                Pattern::Regex(regex) => {
                    self.regexes.push((What::Term(ix), ix, regex));
                    Ok(())
                }
            };
            added.map_err(wrong)?;
            self.origins.push(of.origin.clone());
            self.terms.push(TermInfo { id, owner, bare: usage.bare, general: usage.general });
        }
        Ok(())
    }

    fn add_compound(
        &mut self,
        term: TermIx,
        owner: Owner,
        parts: &[Phrase],
        gaps: Option<Vec<u8>>,
        anywhere: bool,
    ) -> Result<(), String> {
        let compound = self.compounds.len() as u32;
        let count = u8::try_from(parts.len()).map_err(|_| "too many parts".to_owned())?;
        for (part, phrase) in (0..count).zip(parts) {
            self.add_phrase(phrase, term, owner, What::Part { compound, part }, anywhere)?;
        }
        self.compounds.push(Compound { term, parts: count, gaps });
        Ok(())
    }

    fn add_phrase(
        &mut self,
        phrase: &Phrase,
        term: TermIx,
        owner: Owner,
        what: What,
        anywhere: bool,
    ) -> Result<(), String> {
        if placeholder::holds(phrase) {
            let regex = placeholder::regex(phrase, |words| self.fold(words).to_owned());
            self.regexes.push((what, term, regex));
            return Ok(());
        }
        let folded = self.fold(&phrase.text).to_owned();
        if folded.is_empty() {
            return Err("nothing is left of it after folding".to_owned());
        }
        if folded.contains(NO_CHARACTERS) {
            return Err("it holds a code point that is no character (U+FFFE or U+FFFF)".to_owned());
        }
        if folded.chars().count() > 1 && folded.chars().all(crate::text::chars::is_han) {
            self.user_words.push(folded.clone());
        }
        // A term of symbols alone (an emoji, a kaomoji) has no word boundary that it could stand on.
        let anywhere = anywhere || !folded.chars().any(char::is_alphanumeric);
        self.patterns.add(&folded, phrase.slips, Use { what, owner, open_end: phrase.open_end, anywhere });
        Ok(())
    }

    pub(super) fn finish(mut self, resolved: &Resolved, drivers: Vec<Driver>, limits: &Limits) -> Result<Lexicon> {
        let too_large = |why: String| {
            Error::new(ErrorKind::Lexicon, "lexicon_too_large", format!("the lexicon cannot be compiled: {why}"))
        };
        let written = self.regexes.iter().map(|(what, _, pattern)| (*what, pattern.clone()));
        // Three things of which none needs another.
        let (expressions, (spelled, hash)) =
            rayon::join(|| Expressions::new(written, limits), || (self.patterns.spell(), resolved.hash()));
        let (expressions, needed) = expressions.map_err(|(at, why)| {
            let (_, term, _) = &self.regexes[at];
            Error::new(ErrorKind::Lexicon, "regex", format!("{}: {why}", self.terms[term.0 as usize].id))
                .at(self.origins[term.0 as usize].place())
                .help(match &why {
                    Wrong::Written(_) => {
                        "Regular expressions are of the linear-time kind: no look-around, no back-references."
                            .to_owned()
                    }
                    Wrong::TooLarge(name, _) => limits::raise(name),
                })
        })?;
        let patterns = spelled.finish(needed).map_err(too_large)?;
        self.user_words.sort();
        self.user_words.dedup();
        Ok(Lexicon {
            names: resolved.lexicons.clone(),
            hash,
            by_id: (0u16..).zip(&drivers).map(|(ix, driver)| (driver.id.clone(), DriverIx(ix))).collect(),
            drivers,
            rollups: Rollups::new(resolved),
            responsibilities: Responsibilities::new(resolved),
            terms: self.terms,
            patterns,
            compounds: self.compounds,
            normalizer: self.normalizer,
            expressions,
            longest_no_comment: self.no_comment.iter().map(String::len).max().unwrap_or_default(),
            states: self.states,
            no_comment: self.no_comment,
            user_words: self.user_words,
        })
    }
}
