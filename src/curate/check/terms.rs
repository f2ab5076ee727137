//! Terms as they are written, and what is wrong with each by itself.
//!
//! Not for terms beside each other (`lists`), nor for what they find in a text: `matching` asks the engine.

use std::ops::Range;

use regex_syntax::hir::Hir;

use super::Parsed;
use super::finding::Finding;
use super::rules::{
    BROKEN_REGEX, BROKEN_TERM, COMMON_TERM, EMPTY_MATCH, MISTAKEN_DASH, Rule, SEVERAL_TERMS, WRONG_LANGUAGE,
};
use super::source::Source;
use crate::lexicon::format::{Boundary, DriverFile, LexiconFile, PolarityFile, Terms, Usage, WrittenTerm};
use crate::lexicon::slip::{Slip, slip, slip_of_word};
use crate::lexicon::term::{self, Pattern, Phrase};
use crate::lexicon::{Resolved, Sense, WordClass};
use crate::text::chars::is_han;
use crate::text::normalize::{Folded, Normalizer};

/// A list of terms: whose, and what they say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum List {
    /// Of a driver. Words that name it only where something is said of it stand among its aspects.
    Driver(String, Sense),
    /// Of all drivers.
    Words(WordClass),
}

impl List {
    /// As messages call it.
    pub(super) fn called(&self) -> String {
        match self {
            Self::Driver(driver, sense) => format!("{} of {driver}", sense.as_str()),
            Self::Words(class) => format!("the words of {}", class.as_str()),
        }
    }
}

/// A term as it is written.
#[derive(Debug, Clone)]
pub(super) struct Written<'s> {
    pub(super) source: &'s Source,
    pub(super) bytes: Range<usize>,
    pub(super) list: List,
    /// Whether the list is of English terms.
    pub(super) english: bool,
    /// The term, or what is taken away.
    pub(super) text: &'s str,
    /// It takes away what is inherited.
    pub(super) removes: bool,
    /// It stands under `aspect_if_judged`.
    pub(super) if_judged: bool,
    pub(super) usage: Usage,
    /// Its text as texts are folded; what is the same here finds the same.
    pub(super) alike: String,
}

impl Written<'_> {
    pub(super) fn finding(&self, rule: &'static Rule, message: String, help: impl Into<String>) -> Finding {
        self.source.finding(rule, self.bytes.clone(), message, help.into())
    }

    /// Where it stands, for messages about another term.
    pub(super) fn place(&self) -> String {
        crate::error::Place::of_byte(&self.source.path, &self.source.text, self.bytes.start).to_string()
    }
}

/// Folds terms as texts are folded.
pub(super) struct Folding {
    normalizer: Normalizer,
    folded: Folded,
}

impl Folding {
    pub(super) fn new() -> crate::error::Result<Self> {
        Ok(Self { normalizer: Normalizer::new()?, folded: Folded::default() })
    }

    /// What is the same for terms that find the same.
    pub(super) fn alike(&mut self, written: &str) -> String {
        // Case says something in a regular expression: \b and \B.
        if written.starts_with("re:") {
            return written.to_owned();
        }
        self.normalizer.fold(written, &mut self.folded);
        self.folded.text.trim().to_owned()
    }
}

/// All terms of a driver's file.
pub(super) fn of_driver<'s>(source: &'s Source, file: &'s DriverFile, folding: &mut Folding) -> Vec<Written<'s>> {
    let mut all = Vec::new();
    let mut add = |sense, terms: &'s Terms, if_judged| {
        let list = List::Driver(file.id.get_ref().clone(), sense);
        for (english, terms) in [(false, &terms.zh), (true, &terms.en)] {
            for term in terms {
                let mut written = written(source, term, &list, english, folding);
                written.if_judged = if_judged;
                written.usage.bare &= !if_judged;
                all.push(written);
            }
        }
    };
    for (sense, terms) in file.lists() {
        add(sense, terms, false);
    }
    add(Sense::Aspect, &file.aspect_if_judged, true);
    all
}

/// All terms of a file of words for all drivers.
pub(super) fn of_words<'s>(source: &'s Source, file: &'s PolarityFile, folding: &mut Folding) -> Vec<Written<'s>> {
    let english = source.stem == "en";
    let mut all = Vec::new();
    for (class, terms) in file.lists() {
        let list = List::Words(class);
        all.extend(terms.iter().map(|term| written(source, term, &list, english, folding)));
    }
    all
}

fn written<'s>(
    source: &'s Source,
    term: &'s toml::Spanned<WrittenTerm>,
    list: &List,
    english: bool,
    folding: &mut Folding,
) -> Written<'s> {
    let text = term.get_ref().text().trim();
    let (text, removes) = text.strip_prefix("- ").map_or((text, false), |removed| (removed.trim(), true));
    Written {
        source,
        bytes: term.span(),
        list: list.clone(),
        english,
        text,
        removes,
        if_judged: false,
        usage: term.get_ref().usage(),
        alike: folding.alike(text),
    }
}

/// What is wrong with each by itself.
pub(super) fn alone(terms: &[Written<'_>], found: &mut Vec<Finding>) {
    for term in terms.iter().filter(|term| !term.removes) {
        let text = term.text;
        match term::parse(text) {
            Err(why) => found.push(term.finding(
                &BROKEN_TERM,
                format!("`{text}` cannot be read: {why}"),
                "docs/lexicon.md shows how terms are written.",
            )),
            Ok(Pattern::Regex(regex)) => of_regex(term, &regex, found),
            Ok(Pattern::Words(phrase)) => common(term, &phrase, found),
            Ok(Pattern::Near { .. } | Pattern::Together(_)) => {}
        }
        if term.english && !text.starts_with("re:") && text.chars().any(is_han) {
            found.push(term.finding(
                &WRONG_LANGUAGE,
                format!("`{text}` is Chinese, and stands in an English list"),
                "Move it to the list `zh`.",
            ));
        }
    }
}

/// Terms that can be read and are not meant so; `base`: what is inherited.
pub(super) fn slips(terms: &[Written<'_>], parsed: &Parsed<'_>, base: &Resolved, found: &mut Vec<Finding>) {
    for term in terms.iter().filter(|term| !term.removes) {
        let (slip, inherited, way_out) = match &term.list {
            List::Driver(driver, sense) => {
                let Some(slip) = slip(term.text) else { continue };
                let files = parsed.drivers.iter().filter(|(_, file)| file.id.get_ref() == driver);
                let examples = files.flat_map(|(_, file)| &file.example).map(|example| example.text.get_ref().as_str());
                if slip.is_meant(term.text, examples) {
                    continue;
                }
                let inherited = base.drivers.get(driver).and_then(|driver| driver.terms.get(sense));
                (slip, inherited, " If it is one term, an [[example]] of the driver that holds it says so.")
            }
            List::Words(class) => {
                let Some(slip) = slip_of_word(term.text) else { continue };
                (slip, base.words.get(class), "")
            }
        };
        let message = slip.message(term.text);
        found.push(match slip {
            Slip::Several(terms) => term.finding(&SEVERAL_TERMS, message, apart(&terms) + way_out),
            Slip::Dash(removed) => {
                let help = if inherited.is_some_and(|terms| terms.contains_key(removed)) {
                    format!("Write \"- {removed}\": a half-width `-`, then a blank.")
                } else {
                    let list = term.list.called();
                    format!(
                        "{list} inherits no `{removed}`: delete this line, or write \"{removed}\" if it should count."
                    )
                };
                term.finding(&MISTAKEN_DASH, message, help)
            }
        });
    }
}

/// Words that are kept whole, several of them in one.
pub(super) fn whole(source: &Source, head: &LexiconFile, found: &mut Vec<Finding>) {
    for term in head.words.iter() {
        let text = term.get_ref().text();
        if let Some(slip @ Slip::Several(terms)) = &slip_of_word(text) {
            found.push(source.finding(&SEVERAL_TERMS, term.span(), slip.message(text), apart(terms)));
        }
    }
}

fn apart(terms: &[&str]) -> String {
    format!("Write each by itself: \"{}\".", terms.join("\", \""))
}

fn of_regex(term: &Written<'_>, regex: &str, found: &mut Vec<Finding>) {
    let text = term.text;
    match crate::lexicon::regex_problem(regex) {
        Some(why) => {
            let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            let help = "Regular expressions are of the linear-time kind: no look-around, no back-references. In TOML a backslash is written twice, or the text in single quotes.";
            found.push(term.finding(&BROKEN_REGEX, format!("`{text}` cannot be compiled: {why}"), help));
        }
        None if matches_nothing(regex) => {
            found.push(term.finding(
                &EMPTY_MATCH,
                format!("`{text}` matches where there is nothing"),
                "Let it need at least one character: `+` in place of `*`.",
            ));
        }
        None => {}
    }
}

fn matches_nothing(regex: &str) -> bool {
    regex_syntax::parse(regex).is_ok_and(|hir: Hir| hir.properties().minimum_len() == Some(0))
}

/// Terms that stand nearly everywhere.
fn common(term: &Written<'_>, phrase: &Phrase, found: &mut Vec<Finding>) {
    // A cue counts beside an aspect alone, and what is excluded counts nowhere.
    let counts_alone = match &term.list {
        List::Driver(_, sense) => matches!(sense, Sense::Aspect | Sense::Positive | Sense::Negative),
        List::Words(class) => matches!(class, WordClass::Positive | WordClass::Negative),
    };
    let letters = term.alike.chars().count();
    let text = term.text;
    let why = if term.usage.boundary == Boundary::Any && letters == 1 && term.alike.chars().all(char::is_alphanumeric) {
        "it counts inside every longer word that has this one character"
    } else if term.usage.boundary == Boundary::Any && letters < 4 && term.alike.chars().all(|c| c.is_ascii_alphabetic())
    {
        "it counts inside every longer word that has these letters"
    } else if phrase.open_end && phrase.text.chars().count() < 3 {
        "it finds every word that begins so"
    } else {
        return;
    };
    if counts_alone {
        found.push(term.finding(
            &COMMON_TERM,
            format!("`{text}` is too short: {why}"),
            "Write the longer words that are meant; `--on SURVEY` says how often a term fires.",
        ));
    }
}
