//! What is wrong with single terms, and with terms beside each other: in one list, on both sides, of two drivers, taken away.
//!
//! Not for what terms find in a text: `matching` asks the engine.

use std::collections::BTreeMap;
use std::ops::Range;

use regex_syntax::hir::Hir;

use super::finding::Finding;
use super::rules::{
    BROKEN_REGEX, BROKEN_TERM, COMMON_TERM, CONFLICTING_TERM, COVERED_TERM, DUPLICATE_TERM, EMPTY_MATCH,
    NOTHING_TO_REMOVE, Rule, SHARED_TERM, WRONG_LANGUAGE,
};
use super::source::Source;
use crate::lexicon::format::{Boundary, DriverFile, PolarityFile, Terms, WrittenTerm};
use crate::lexicon::term::{self, Pattern, Phrase};
use crate::lexicon::{Resolved, Sense, WordClass};
use crate::nearest::nearest;
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
    pub(super) boundary: Boundary,
    /// Its text as texts are folded; what is the same here finds the same.
    pub(super) alike: String,
}

impl Written<'_> {
    pub(super) fn finding(&self, rule: &'static Rule, message: String, help: impl Into<String>) -> Finding {
        self.source.finding(rule, self.bytes.clone(), message, help.into())
    }

    /// Line of its file, for messages about another term.
    fn place(&self) -> String {
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
    for (sense, terms) in file.lists().into_iter().chain([(Sense::Aspect, &file.aspect_if_judged)]) {
        let list = List::Driver(file.id.get_ref().clone(), sense);
        let Terms { zh, en } = terms;
        for (english, terms) in [(false, zh), (true, en)] {
            all.extend(terms.iter().map(|term| written(source, term, &list, english, folding)));
        }
    }
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
        boundary: term.get_ref().usage().boundary,
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
    let why = if term.boundary == Boundary::Any && letters == 1 && term.alike.chars().all(char::is_alphanumeric) {
        "it counts inside every longer word that has this one character"
    } else if term.boundary == Boundary::Any && letters < 4 && term.alike.chars().all(|c| c.is_ascii_alphabetic()) {
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

/// What is wrong with terms beside each other, and beside those that are inherited.
pub(super) fn together(terms: &[Written<'_>], base: &Resolved, folding: &mut Folding, found: &mut Vec<Finding>) {
    let mut lists: BTreeMap<&List, Vec<&Written<'_>>> = BTreeMap::new();
    for term in terms {
        lists.entry(&term.list).or_default().push(term);
    }
    let mut kept: BTreeMap<List, BTreeMap<String, String>> = inherited(base, folding);
    for (list, terms) in &lists {
        twice(terms, found);
        covered(terms, found);
        removed(list, terms, kept.entry((*list).clone()).or_default(), found);
    }
    for (list, terms) in &lists {
        let known = kept.entry((*list).clone()).or_default();
        for term in terms.iter().filter(|term| !term.removes) {
            known.insert(term.alike.clone(), term.place());
        }
    }
    both_sides(&lists, &kept, found);
    shared(&lists, &kept, base, found);
}

/// What is inherited, by list: the terms, and where each is written.
fn inherited(base: &Resolved, folding: &mut Folding) -> BTreeMap<List, BTreeMap<String, String>> {
    let drivers = base
        .drivers
        .iter()
        .flat_map(|(id, driver)| driver.terms.iter().map(|(sense, terms)| (List::Driver(id.clone(), *sense), terms)));
    let words = base.words.iter().map(|(class, terms)| (List::Words(*class), terms));
    let mut all = BTreeMap::new();
    for (list, terms) in drivers.chain(words) {
        let of_list: &mut BTreeMap<String, String> = all.entry(list).or_default();
        for (written, term) in terms {
            of_list.insert(folding.alike(written), term.origin.place().to_string());
        }
    }
    all
}

fn twice(terms: &[&Written<'_>], found: &mut Vec<Finding>) {
    let mut first: BTreeMap<&str, &Written<'_>> = BTreeMap::new();
    for term in terms.iter().filter(|term| !term.removes) {
        match first.get(term.alike.as_str()) {
            None => {
                first.insert(&term.alike, term);
            }
            Some(one) => {
                let message = if one.text == term.text {
                    format!("`{}` stands twice in {}, first at {}", term.text, term.list.called(), one.place())
                } else {
                    format!(
                        "`{}` finds what `{}` finds, which stands at {}: matching does not tell the spellings apart",
                        term.text,
                        one.text,
                        one.place()
                    )
                };
                found.push(term.finding(&DUPLICATE_TERM, message, "Delete one of them."));
            }
        }
    }
}

/// Words that an open ending of the same list finds anyway.
fn covered(terms: &[&Written<'_>], found: &mut Vec<Finding>) {
    let open: Vec<&&Written<'_>> = terms
        .iter()
        .filter(|term| {
            !term.removes && term.alike.ends_with('*') && !term.text.starts_with("re:") && !term.alike.contains(' ')
        })
        .collect();
    for term in
        terms.iter().filter(|term| !term.removes && !term.text.starts_with("re:") && !term.alike.contains([' ', '~']))
    {
        let by = open.iter().find(|open| {
            let stem = open.alike.trim_end_matches('*');
            term.alike != open.alike && term.alike.trim_end_matches('*').starts_with(stem)
        });
        if let Some(by) = by {
            let message = format!("`{}` finds everything that `{}` finds", by.text, term.text);
            found.push(term.finding(
                &COVERED_TERM,
                message,
                format!("Delete it, or write another term than `{}`.", by.text),
            ));
        }
    }
}

/// Takes away what is taken away.
fn removed(list: &List, terms: &[&Written<'_>], kept: &mut BTreeMap<String, String>, found: &mut Vec<Finding>) {
    for term in terms.iter().filter(|term| term.removes) {
        if kept.remove(&term.alike).is_none() {
            let near = nearest(&term.alike, kept.keys().map(String::as_str), str::to_owned);
            let help = near.map_or_else(
                || "Write it as the inherited list has it, or delete this line.".to_owned(),
                |near| format!("Did you mean \"- {near}\"?"),
            );
            found.push(term.finding(
                &NOTHING_TO_REMOVE,
                format!("`{}` is not inherited in {}, so it cannot be taken away", term.text, list.called()),
                help,
            ));
        }
    }
}

/// The list on the other side, if there is one.
fn other_side(list: &List) -> Option<List> {
    Some(match list {
        List::Driver(driver, Sense::Negative) => List::Driver(driver.clone(), Sense::Positive),
        List::Driver(driver, Sense::BesideNegative) => List::Driver(driver.clone(), Sense::BesidePositive),
        List::Driver(driver, Sense::Positive) => List::Driver(driver.clone(), Sense::Negative),
        List::Driver(driver, Sense::BesidePositive) => List::Driver(driver.clone(), Sense::BesideNegative),
        List::Words(WordClass::Negative) => List::Words(WordClass::Positive),
        List::Words(WordClass::Positive) => List::Words(WordClass::Negative),
        List::Driver(..) | List::Words(_) => return None,
    })
}

fn both_sides(
    lists: &BTreeMap<&List, Vec<&Written<'_>>>,
    kept: &BTreeMap<List, BTreeMap<String, String>>,
    found: &mut Vec<Finding>,
) {
    for (list, terms) in lists {
        let Some(other) = other_side(list) else { continue };
        let Some(opposite) = kept.get(&other) else { continue };
        for term in terms.iter().filter(|term| !term.removes) {
            let Some(place) = opposite.get(&term.alike) else { continue };
            // Where both are written here, the one that blames is shown.
            let written_here = lists
                .get(&other)
                .is_some_and(|terms| terms.iter().any(|other| !other.removes && other.alike == term.alike));
            let is_praise = matches!(
                list,
                List::Driver(_, Sense::Positive | Sense::BesidePositive) | List::Words(WordClass::Positive)
            );
            if written_here && is_praise {
                continue;
            }
            let message = format!("`{}` stands in {} and in {} ({place})", term.text, list.called(), other.called());
            found.push(term.finding(
                &CONFLICTING_TERM,
                message,
                "Delete it from one of the two lists; an inherited one is taken away by \"- …\".",
            ));
        }
    }
}

/// Terms that two drivers claim, neither of which stands under the other.
fn shared(
    lists: &BTreeMap<&List, Vec<&Written<'_>>>,
    kept: &BTreeMap<List, BTreeMap<String, String>>,
    base: &Resolved,
    found: &mut Vec<Finding>,
) {
    let counts = |sense: &Sense| matches!(sense, Sense::Aspect | Sense::Positive | Sense::Negative);
    let mut claims: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (list, terms) in kept {
        if let List::Driver(driver, sense) = list
            && counts(sense)
        {
            for term in terms.keys() {
                claims.entry(term).or_default().push(driver);
            }
        }
    }
    let related = |one: &str, other: &str| {
        base.lineage(one).any(|(id, _)| id == other) || base.lineage(other).any(|(id, _)| id == one)
    };
    for (list, terms) in lists {
        let List::Driver(driver, sense) = list else { continue };
        if !counts(sense) {
            continue;
        }
        for term in terms.iter().filter(|term| !term.removes) {
            let others: Vec<&str> = claims.get(term.alike.as_str()).into_iter().flatten().copied().collect();
            let mut others: Vec<&str> =
                others.into_iter().filter(|other| other != driver && !related(driver, other)).collect();
            others.sort_unstable();
            others.dedup();
            if !others.is_empty() {
                let message = format!("`{}` of {driver} is claimed by {} too", term.text, others.join(", "));
                found.push(term.finding(
                    &SHARED_TERM,
                    message,
                    "Both are mentioned wherever it stands; delete it from one of them if the other is not meant.",
                ));
            }
        }
    }
}
