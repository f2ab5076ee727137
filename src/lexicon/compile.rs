//! A lexicon ready for matching: every folded term in tries, and what each stands for; built once, shared by all threads.
//!
//! Not for deciding what counts as a mention (`tag`).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::expressions::Expressions;
use super::format::Boundary;
use super::patterns::{Cues, Gathered, NO_CHARACTERS, Patterns, Place, ScanScratch, Use, What};
use super::placeholder;
use super::resolve::{DriverExample, LexiconName, Resolved, TermSet};
pub use super::resolve::{Sense, WordClass};
use super::term::{self, Pattern, Phrase};
use crate::error::{Error, ErrorKind, Result};
use crate::text::chars::is_alphanumeric;
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

/// A driver as the rest of the engine knows it.
#[derive(Debug, Clone)]
pub struct Driver {
    /// Its id.
    pub id: String,
    /// The driver under which it stands.
    pub parent: Option<DriverIx>,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// Whether its aspects are people and what they do.
    pub people: bool,
    /// Its tests, each with the lexicon that wrote it.
    pub examples: Vec<DriverExample>,
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
        Self::compile(&Resolved::load(names)?)
    }

    /// Compiles a resolved lexicon.
    pub fn compile(resolved: &Resolved) -> Result<Self> {
        let drivers = drivers(resolved)?;
        let mut building = Building::new()?;
        for (ix, (id, driver)) in resolved.drivers.iter().enumerate() {
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
        building.finish(resolved, drivers)
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

    /// The term at this place.
    pub fn term(&self, ix: TermIx) -> &TermInfo {
        &self.terms[ix.0 as usize]
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

    /// Every place where a term, or a part of one, may stand in a folded text, in no particular order; `tried` then holds what
    /// [`Self::scan_regexes`] needs of the same text.
    pub(crate) fn scan(
        &self,
        folded: &Folded,
        joins: &Joins,
        scratch: &mut ScanScratch,
        tried: &mut Vec<u32>,
        found: impl FnMut(Place<'_>),
    ) {
        self.expressions.begin(tried);
        self.patterns.scan(folded, joins, scratch, tried, found);
    }

    /// The cues of a place that [`Self::scan`] found.
    pub(crate) fn cues(&self, cues: Cues) -> &[Use] {
        self.patterns.cues(cues)
    }

    /// Every place where a regular expression of the lexicon matches; `tried` is as [`Self::scan`] of the same text left it.
    pub(crate) fn scan_regexes(&self, folded: &Folded, tried: &mut Vec<u32>, found: impl FnMut(u32, u32, What)) {
        self.expressions.scan(&folded.text, tried, found);
    }

    /// Whether a text of symbols and punctuation alone says something: an emoticon, say.
    pub(crate) fn draws(&self, folded: &str, scratch: &mut ScanScratch) -> bool {
        self.patterns.draws(folded, scratch)
    }

    /// How many places a scan finds; for the benchmark of matching alone.
    #[doc(hidden)]
    pub fn count_places(&self, folded: &Folded, joins: &Joins) -> usize {
        let (mut places, mut tried) = (0, Vec::new());
        self.scan(folded, joins, &mut ScanScratch::default(), &mut tried, |_| places += 1);
        self.scan_regexes(folded, &mut tried, |_, _, _| places += 1);
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

fn drivers(resolved: &Resolved) -> Result<Vec<Driver>> {
    if resolved.drivers.len() > usize::from(u16::MAX) {
        return Err(Error::new(ErrorKind::Lexicon, "too_many_drivers", "a lexicon holds at most 65,535 drivers"));
    }
    let place: HashMap<&str, DriverIx> =
        resolved.drivers.keys().enumerate().map(|(ix, id)| (id.as_str(), DriverIx(ix as u16))).collect();
    Ok(resolved
        .drivers
        .iter()
        .map(|(id, driver)| Driver {
            id: id.clone(),
            parent: driver.parent.as_deref().and_then(|parent| place.get(parent).copied()),
            name_zh: driver.name_zh.clone(),
            name_en: driver.name_en.clone(),
            people: driver.people,
            examples: driver.examples.clone(),
        })
        .collect())
}

/// What is gathered before the tries are built.
struct Building {
    normalizer: Arc<Normalizer>,
    folded: Folded,
    terms: Vec<TermInfo>,
    patterns: Gathered,
    compounds: Vec<Compound>,
    regexes: Vec<(What, TermIx, String)>,
    states: HashSet<String>,
    no_comment: HashSet<String>,
    user_words: Vec<String>,
}

impl Building {
    fn new() -> Result<Self> {
        Ok(Self {
            normalizer: Arc::new(Normalizer::new()?),
            folded: Folded::default(),
            terms: Vec::new(),
            patterns: Gathered::default(),
            compounds: Vec::new(),
            regexes: Vec::new(),
            states: HashSet::new(),
            no_comment: HashSet::new(),
            user_words: Vec::new(),
        })
    }

    fn fold(&mut self, written: &str) -> &str {
        self.normalizer.fold(written, &mut self.folded);
        self.folded.text.trim()
    }

    fn add_states(&mut self, terms: &TermSet) -> Result<()> {
        for written in terms.keys() {
            let folded = self.fold(written).to_owned();
            if !folded.chars().all(|c| is_alphanumeric(c) || c == '\'') {
                let message = format!("state:{written}: a word of `states` is one word, without spaces and signs");
                return Err(Error::new(ErrorKind::Lexicon, "term", message));
            }
            self.states.insert(folded);
        }
        Ok(())
    }

    fn add_no_comment(&mut self, terms: &TermSet) {
        for written in terms.keys() {
            let mut bare = String::new();
            skeleton(self.fold(written), &mut bare);
            self.no_comment.insert(bare);
        }
    }

    fn add_set(&mut self, prefix: &str, owner: Owner, terms: &TermSet) -> Result<()> {
        for (written, usage) in terms {
            let ix = TermIx(self.terms.len() as u32);
            let id = format!("{prefix}:{written}");
            let wrong = |why: String| Error::new(ErrorKind::Lexicon, "term", format!("{id}: {why}"));
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

    fn finish(mut self, resolved: &Resolved, drivers: Vec<Driver>) -> Result<Lexicon> {
        let too_large = |why: String| {
            Error::new(ErrorKind::Lexicon, "lexicon_too_large", format!("the lexicon cannot be compiled: {why}"))
        };
        let written = self.regexes.iter().map(|(what, _, pattern)| (*what, pattern.clone()));
        let expressions = Expressions::new(written).map_err(|(at, why)| {
            let (_, term, _) = &self.regexes[at];
            Error::new(ErrorKind::Lexicon, "regex", format!("{}: {why}", self.terms[term.0 as usize].id))
                .help("Regular expressions are of the linear-time kind: no look-around, no back-references.")
        })?;
        let patterns = self.patterns.finish(expressions.words()).map_err(too_large)?;
        self.user_words.sort();
        self.user_words.dedup();
        Ok(Lexicon {
            names: resolved.lexicons.clone(),
            hash: resolved.hash(),
            by_id: (0u16..).zip(&drivers).map(|(ix, driver)| (driver.id.clone(), DriverIx(ix))).collect(),
            drivers,
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
