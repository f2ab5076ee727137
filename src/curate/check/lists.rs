//! What is wrong with terms beside each other: in one list, on both sides, in two lists of a driver, taken away.
//!
//! Not for single terms (`terms`), nor for terms of two drivers (`shared`), nor for what terms find in a text: `matching` asks the engine.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::rules::{CONFLICTING_TERM, COVERED_TERM, DUPLICATE_TERM, NOTHING_TO_REMOVE, OUTRANKED_TERM};
use super::terms::{Folding, List, Written};
use super::{Parsed, shared};
use crate::lexicon::format::Boundary;
use crate::lexicon::resolve::TermSet;
use crate::lexicon::term::{self, Pattern, Phrase};
use crate::lexicon::{Resolved, Sense, WordClass};
use crate::nearest::nearest;

/// Terms by list, in the order in which they are written.
pub(super) type Lists<'a, 's> = BTreeMap<&'a List, Vec<&'a Written<'s>>>;

/// What stands in lists in the end, with what is inherited: by list and by what is the same for terms that find the same.
pub(super) type Kept = BTreeMap<List, BTreeMap<String, Standing>>;

/// A term that stands in a list.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) written: String,
    /// Where, for messages.
    pub(super) place: String,
    boundary: Boundary,
    /// Whether what this lexicon extends has it.
    pub(super) is_inherited: bool,
}

/// What is wrong with terms beside each other, and beside those that are inherited.
pub(super) fn together(
    terms: &[Written<'_>],
    (parsed, base): (&Parsed<'_>, &Resolved),
    folding: &mut Folding,
    found: &mut Vec<Finding>,
) {
    let mut lists: Lists<'_, '_> = BTreeMap::new();
    for term in terms {
        lists.entry(&term.list).or_default().push(term);
    }
    let mut kept = inherited(base, folding);
    for (list, terms) in &lists {
        twice(terms, found);
        covered(terms, found);
        removed(list, terms, base, kept.entry((*list).clone()).or_default(), found);
        back_again(terms, found);
    }
    for (list, terms) in &lists {
        let known = kept.entry((*list).clone()).or_default();
        for term in terms.iter().filter(|term| !term.removes) {
            known.insert(
                term.alike.clone(),
                Standing {
                    written: term.text.to_owned(),
                    place: term.place(),
                    boundary: term.usage.boundary,
                    is_inherited: false,
                },
            );
        }
    }
    both_sides(&lists, &kept, found);
    outranked(&lists, &kept, found);
    shared::check(&lists, &kept, (parsed, base), found);
}

/// What is inherited, by list: the terms, and where each is written.
fn inherited(base: &Resolved, folding: &mut Folding) -> Kept {
    let drivers = base
        .drivers
        .iter()
        .flat_map(|(id, driver)| driver.terms.iter().map(|(sense, terms)| (List::Driver(id.clone(), *sense), terms)));
    let words = base.words.iter().map(|(class, terms)| (List::Words(*class), terms));
    let mut all = Kept::new();
    for (list, terms) in drivers.chain(words) {
        let of_list = all.entry(list).or_default();
        for (written, term) in terms {
            let place = term.origin.place().to_string();
            let standing =
                Standing { written: written.clone(), place, boundary: term.usage.boundary, is_inherited: true };
            of_list.insert(folding.alike(written), standing);
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
            Some(one) => found.push(again(term, one)),
        }
    }
}

/// What is taken away and added in one list, whose order says nothing: it counts, as if neither line were there.
fn back_again(terms: &[&Written<'_>], found: &mut Vec<Finding>) {
    for removal in terms.iter().filter(|term| term.removes) {
        let is_same =
            |term: &&&Written<'_>| !term.removes && term.text == removal.text && term.if_judged == removal.if_judged;
        if let Some(added) = terms.iter().find(is_same) {
            let message =
                format!("`{}` is taken away and added in one list, at {}: it counts", removal.text, added.place());
            found.push(removal.finding(&DUPLICATE_TERM, message, "Delete one of the two lines."));
        }
    }
}

/// Of a term that finds what `one` finds, which stands in the same list before it.
fn again(term: &Written<'_>, one: &Written<'_>) -> Finding {
    let (text, place) = (term.text, one.place());
    let (message, help) = if one.text != text {
        let message = format!(
            "`{text}` finds what `{}` finds, which stands at {place}: matching does not tell the spellings apart",
            one.text
        );
        (message, "Delete one of them.")
    } else if term.if_judged
        && !one.if_judged
        && let List::Driver(driver, _) = &term.list
    {
        let message = format!(
            "`{text}` stands under aspect_if_judged of {driver}, and under aspect at {place}: it counts only where \
             something is said of it"
        );
        (message, "Delete it under aspect if that is meant; if it counts alone too, under aspect_if_judged.")
    } else {
        let message = format!("`{text}` stands twice in {}, first at {place}", term.list.called());
        (message, "Delete one of them.")
    };
    term.finding(&DUPLICATE_TERM, message, help)
}

/// A term of words alone.
struct Words<'t, 's> {
    term: &'t Written<'s>,
    /// Its words, folded, without the marks for an open ending and for slips of the pen.
    stem: &'t str,
    open_end: bool,
    slips: bool,
}

impl<'t, 's> Words<'t, 's> {
    fn of(term: &'t Written<'s>) -> Option<Self> {
        let Ok(Pattern::Words(Phrase { text, open_end, slips })) = term::parse(term.text) else { return None };
        let mut stem = term.alike.as_str();
        for (marked, mark) in [(open_end, '*'), (slips, '~')] {
            if marked {
                stem = stem.strip_suffix(mark)?;
            }
        }
        // What a number may be is not written in the term.
        (!text.contains('<')).then_some(Self { term, stem, open_end, slips })
    }

    /// Whether it finds everything that `other`, which is another term, finds.
    fn covers(&self, other: &Self) -> bool {
        let Some(rest) = other.stem.strip_prefix(self.stem) else { return false };
        let same_words = rest.is_empty();
        if self.term.alike == other.term.alike || self.term.usage != other.term.usage {
            return false;
        }
        // The slips of a word are those of its own letters.
        if other.slips && !(self.slips && same_words) {
            return false;
        }
        if self.open_end {
            // An ending goes to the end of its word, and no further: `cheese*` is not all of "cheese-board".
            let in_word = rest.chars().all(|c| c.is_ascii_alphanumeric());
            self.term.usage.boundary == Boundary::Word && in_word
        } else {
            self.slips && same_words && !other.open_end
        }
    }
}

/// Words that an open ending of the same list finds anyway, or a word whose slips of the pen are forgiven.
fn covered(terms: &[&Written<'_>], found: &mut Vec<Finding>) {
    let words: Vec<Words<'_, '_>> =
        terms.iter().filter(|term| !term.removes).filter_map(|term| Words::of(term)).collect();
    let wide: Vec<&Words<'_, '_>> = words.iter().filter(|words| words.open_end || words.slips).collect();
    for narrow in &words {
        if let Some(by) = wide.iter().find(|wide| wide.covers(narrow)) {
            let (by, term) = (by.term, narrow.term);
            let message = format!("`{}` finds everything that `{}` finds", by.text, term.text);
            let help = format!("Delete it, or write another term than `{}`.", by.text);
            found.push(term.finding(&COVERED_TERM, message, help));
        }
    }
}

/// Takes away what is taken away: what is written as it is here, as loading does.
fn removed(
    list: &List,
    terms: &[&Written<'_>],
    base: &Resolved,
    kept: &mut BTreeMap<String, Standing>,
    found: &mut Vec<Finding>,
) {
    let inherited = of_base(list, base);
    for term in terms.iter().filter(|term| term.removes) {
        if inherited.is_some_and(|inherited| inherited.contains_key(term.text)) {
            kept.remove(&term.alike);
            continue;
        }
        let alike = kept.get(&term.alike).map(|standing| standing.written.clone());
        let near = alike.or_else(|| {
            let near = nearest(&term.alike, kept.keys().map(String::as_str), str::to_owned)?;
            Some(kept.get(near)?.written.clone())
        });
        let help = near.map_or_else(
            || "Write it as the inherited list has it, or delete this line.".to_owned(),
            |near| format!("Did you mean \"- {near}\"?"),
        );
        let message = format!("`{}` is not inherited in {}, so it cannot be taken away", term.text, list.called());
        found.push(term.finding(&NOTHING_TO_REMOVE, message, help));
    }
}

/// What is inherited in a list, as written.
fn of_base<'b>(list: &List, base: &'b Resolved) -> Option<&'b TermSet> {
    match list {
        List::Driver(driver, sense) => base.drivers.get(driver)?.terms.get(sense),
        List::Words(class) => base.words.get(class),
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

fn both_sides(lists: &Lists<'_, '_>, kept: &Kept, found: &mut Vec<Finding>) {
    for (list, terms) in lists {
        let Some(other) = other_side(list) else { continue };
        let Some(opposite) = kept.get(&other) else { continue };
        for term in terms.iter().filter(|term| !term.removes) {
            let Some(Standing { place, .. }) = opposite.get(&term.alike) else { continue };
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

/// The lists of the same driver that have the place where the same term stands in this one: of hits of one length at one place, what
/// praises or blames by itself counts before an aspect, and both before a cue.
fn before(list: &List) -> Vec<List> {
    let List::Driver(driver, sense) = list else { return Vec::new() };
    let senses: &[Sense] = match sense {
        Sense::Aspect => &[Sense::Positive, Sense::Negative],
        Sense::BesidePositive | Sense::BesideNegative => &[Sense::Positive, Sense::Negative, Sense::Aspect],
        Sense::Positive | Sense::Negative | Sense::Exclude => &[],
    };
    senses.iter().map(|sense| List::Driver(driver.clone(), *sense)).collect()
}

/// Terms whose place another list of the same driver has wherever they stand.
fn outranked(lists: &Lists<'_, '_>, kept: &Kept, found: &mut Vec<Finding>) {
    for (list, terms) in lists {
        let before = before(list);
        for term in terms.iter().filter(|term| !term.removes) {
            let stands = |list: &List| {
                let standing = kept.get(list)?.get(&term.alike)?;
                let everywhere = standing.boundary == Boundary::Any || term.usage.boundary == Boundary::Word;
                everywhere.then(|| (list.called(), &standing.place))
            };
            if let Some((other, place)) = before.iter().find_map(stands) {
                let message =
                    format!("`{}` never counts in {}: it stands in {other} too ({place})", term.text, list.called());
                let help =
                    "Delete it here, or there if it should not count so; an inherited one is taken away by \"- …\".";
                found.push(term.finding(&OUTRANKED_TERM, message, help));
            }
        }
    }
}
