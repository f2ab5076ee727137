//! A lexicon ready for matching: every folded term in tries, and what each stands for; built once, shared by all threads.
//!
//! Not for deciding what counts as a mention (`tag`).

mod building;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use building::Building;

use super::driver::{self, Driver};
use super::expressions::Expressions;
use super::limits::Limits;
use super::needed::Needed;
use super::patterns::{Cues, Patterns, Place, Use, What};
use super::resolve::{LexiconName, Resolved};
use super::responsibility::Responsibilities;
use super::rollup::{Rollup, Rollups};
use super::sense::{Sense, WordClass};
use crate::error::Result;
use crate::text::chars::{Chars, is_alphanumeric};
use crate::text::normalize::{Folded, Normalizer};
use crate::text::segment::Joins;
use crate::types::DriverIx;

/// A term's place in the list of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TermIx(pub u32);

/// What a term belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A driver.
    Driver(DriverIx, Sense),
    /// No driver: praise, blame, negation, …
    Word(WordClass),
}

/// One term.
#[derive(Debug, Clone)]
pub struct TermInfo {
    /// Stable id: `noise.negative:吵`, `praise:很好`.
    pub id: String,
    /// What it belongs to.
    pub owner: Owner,
    /// Whether an aspect counts where nothing is said of it.
    pub bare: bool,
    /// Whether words that praise or blame anything speak of an aspect.
    pub general: bool,
}

/// A term of several parts.
#[derive(Debug, Clone)]
pub(crate) struct Compound {
    pub(crate) term: TermIx,
    pub(crate) parts: u8,
    /// The most tokens before each part but the first; none: all in one clause, in any order.
    pub(crate) gaps: Option<Vec<u8>>,
}

/// A compiled lexicon.
pub struct Lexicon {
    /// The lexicons that it was made of, a base before what extends it.
    pub names: Vec<LexiconName>,
    /// BLAKE3 of the meaning, in hexadecimal.
    pub hash: String,
    drivers: Vec<Driver>,
    by_id: HashMap<String, DriverIx>,
    rollups: Rollups,
    responsibilities: Responsibilities,
    terms: Vec<TermInfo>,
    patterns: Patterns,
    pub(crate) compounds: Vec<Compound>,
    expressions: Expressions<What>,
    normalizer: Arc<Normalizer>,
    /// Single words, which are looked for in few answers.
    states: HashSet<String>,
    no_comment: HashSet<String>,
    /// The bytes of the longest of them.
    longest_no_comment: usize,
    user_words: Vec<String>,
}

impl Lexicon {
    /// Loads and compiles the lexicons of these names: bundled ones, or folders; a later one overlays an earlier one.
    ///
    /// # Errors
    /// `unknown_lexicon`, or what is wrong in a file, with its line and column.
    pub fn load<S: AsRef<str>>(names: &[S]) -> Result<Self> {
        Self::load_within(names, &Limits::default())
    }

    /// As [`Self::load`], within these limits; code `lexicon_too_large`.
    pub fn load_within<S: AsRef<str>>(names: &[S], limits: &Limits) -> Result<Self> {
        Ok(Self::load_resolved(names, limits)?.0)
    }

    /// As [`Self::load_within`], with what was compiled.
    pub(crate) fn load_resolved<S: AsRef<str>>(names: &[S], limits: &Limits) -> Result<(Self, Resolved)> {
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        // What folds the terms is made ready while they are read.
        let (resolved, normalizer) =
            rayon::join(|| Resolved::load_within(&names, limits), || Normalizer::new().inspect(Normalizer::warm));
        let resolved = resolved?;
        Ok((Self::compile_with(&resolved, normalizer?, limits)?, resolved))
    }

    /// Gives back the memory that matching takes for speed alone; it takes it again with the next texts.
    pub(crate) fn rest(&mut self) {
        self.expressions.rest();
    }

    /// Compiles a resolved lexicon.
    pub fn compile(resolved: &Resolved) -> Result<Self> {
        Self::compile_with(resolved, Normalizer::new()?, &Limits::default())
    }

    fn compile_with(resolved: &Resolved, normalizer: Normalizer, limits: &Limits) -> Result<Self> {
        let drivers = driver::drivers(resolved)?;
        let mut building = Building::new(normalizer);
        for (ix, (id, driver)) in resolved.drivers.iter().enumerate() {
            building.check_sides(id, driver)?;
            for (sense, terms) in &driver.terms {
                let owner = Owner::Driver(DriverIx(ix as u16), *sense);
                building.add_set(&format!("{id}.{}", sense.as_str()), owner, terms)?;
            }
        }
        for (class, terms) in &resolved.words {
            match class {
                WordClass::NoComment => building.add_no_comment(terms),
                WordClass::State => building.add_states(terms)?,
                _ => building.add_set(class.as_str(), Owner::Word(*class), terms)?,
            }
        }
        building.user_words.extend(resolved.whole_words.iter().cloned());
        building.finish(resolved, drivers, limits)
    }

    /// The drivers, sorted by id; a [`DriverIx`] is a place in this list.
    pub fn drivers(&self) -> &[Driver] {
        &self.drivers
    }

    /// The driver at this place.
    pub fn driver(&self, ix: DriverIx) -> &Driver {
        &self.drivers[usize::from(ix.0)]
    }

    /// The place of the driver with this id.
    pub fn driver_ix(&self, id: &str) -> Option<DriverIx> {
        self.by_id.get(id).copied()
    }

    /// Whether `ancestor` is above `driver` in the tree.
    pub fn is_above(&self, ancestor: DriverIx, driver: DriverIx) -> bool {
        let mut at = self.driver(driver).parent;
        while let Some(parent) = at {
            if parent == ancestor {
                return true;
            }
            at = self.driver(parent).parent;
        }
        false
    }

    /// The attributes that group drivers across the tree, in the order in which they are shown. Each has values, and each value is
    /// that of a driver.
    pub fn rollups(&self) -> &[Rollup] {
        &self.rollups.all
    }

    /// A driver's value of the attribute at this place of [`Self::rollups`], as a place in its values: the driver's own, else that of
    /// the nearest driver above it that has the attribute; `None` where none has.
    pub fn rollup_value(&self, attribute: usize, driver: DriverIx) -> Option<usize> {
        self.rollups.value(attribute, driver)
    }

    /// Who answers for which driver.
    pub fn responsibility(&self) -> &Responsibilities {
        &self.responsibilities
    }

    /// The term at this place.
    pub fn term(&self, ix: TermIx) -> &TermInfo {
        &self.terms[ix.0 as usize]
    }

    /// All terms, by place.
    pub(crate) fn terms(&self) -> impl Iterator<Item = (TermIx, &TermInfo)> {
        (0..).map(TermIx).zip(&self.terms)
    }

    /// How many terms it holds.
    pub fn term_count(&self) -> usize {
        self.terms.len()
    }

    /// What folded its terms; texts are folded by the same.
    pub(crate) fn normalizer(&self) -> Arc<Normalizer> {
        Arc::clone(&self.normalizer)
    }

    /// Words that the Chinese segmenter must know: its own terms and the words to be kept whole.
    pub fn user_words(&self) -> &[String] {
        &self.user_words
    }

    /// Whether a folded clause tells how something is, or was.
    pub(crate) fn states_something(&self, clause: &str) -> bool {
        clause.split(|c| !(is_alphanumeric(c) || c == '\'')).any(|word| self.states.contains(word))
    }

    /// Whether a whole answer, without its punctuation, says that there is no comment. `skeleton` is folded text as
    /// [`skeleton`] leaves it.
    pub fn says_nothing(&self, skeleton: &str) -> bool {
        skeleton.is_empty() || self.no_comment.contains(skeleton)
    }

    /// As [`Self::says_nothing`], of a folded text; `bare` is scratch, and the text's skeleton where the answer is yes.
    pub(crate) fn is_no_comment(&self, folded: &str, bare: &mut String) -> bool {
        bare.clear();
        for c in folded.chars().filter(|c| is_alphanumeric(*c) || is_symbol(*c)) {
            bare.push(c);
            if bare.len() > self.longest_no_comment {
                return false;
            }
        }
        self.says_nothing(bare)
    }

    /// Every place where a term, or a part of one, may stand in a folded text, in no particular order; `needed` then holds what
    /// [`Self::scan_regexes`] needs of the same text.
    pub(crate) fn scan(
        &self,
        folded: &Folded,
        chars: &Chars,
        joins: &Joins,
        needed: &mut Needed,
        found: impl FnMut(Place<'_>),
    ) {
        self.expressions.begin(needed);
        self.patterns.scan(folded, chars, joins, needed, found);
    }

    /// The cues of a place that [`Self::scan`] found.
    pub(crate) fn cues(&self, cues: Cues) -> &[Use] {
        self.patterns.cues(cues)
    }

    /// Every place where a regular expression of the lexicon matches; `needed` is as [`Self::scan`] of the same text left it.
    pub(crate) fn scan_regexes(&self, folded: &Folded, needed: &mut Needed, found: impl FnMut(u32, u32, What)) {
        self.expressions.scan(&folded.text, needed, found);
    }

    /// Whether a text of symbols and punctuation alone says something: an emoticon, say.
    pub(crate) fn draws(&self, chars: &Chars) -> bool {
        self.patterns.draws(chars)
    }

    /// How many places a scan finds; for the benchmark of matching alone.
    #[doc(hidden)]
    pub fn count_places(&self, folded: &Folded, joins: &Joins) -> usize {
        let mut chars = Chars::default();
        chars.read(&folded.text);
        let (mut places, mut needed) = (0, Needed::default());
        self.scan(folded, &chars, joins, &mut needed, |_| places += 1);
        self.scan_regexes(folded, &mut needed, |_, _, _| places += 1);
        places
    }
}

/// What is left of a folded answer without punctuation and white space, for [`Lexicon::says_nothing`]. Symbols and emoji stay:
/// they may say something.
pub fn skeleton(folded: &str, out: &mut String) {
    out.clear();
    out.extend(folded.chars().filter(|c| c.is_alphanumeric() || is_symbol(*c)));
}

/// Emoji and other pictures, but no punctuation.
fn is_symbol(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}')
}
