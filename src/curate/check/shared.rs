//! Terms that two drivers claim, neither of which stands under the other.
//!
//! Not for terms that one driver claims twice (`lists`).

use std::collections::{BTreeMap, BTreeSet};

use super::Parsed;
use super::finding::Finding;
use super::lists::{Kept, Lists, Standing};
use super::rules::SHARED_TERM;
use super::terms::List;
use crate::lexicon::{Resolved, Sense};
use crate::text::chars::is_han;

/// Who claims a term, and in which list.
type Claim<'k> = (&'k str, Sense, &'k Standing);

/// Adds a note to each term of this lexicon that another driver claims too.
pub(super) fn check(
    lists: &Lists<'_, '_>,
    kept: &Kept,
    (parsed, base): (&Parsed<'_>, &Resolved),
    found: &mut Vec<Finding>,
) {
    let mut claims: BTreeMap<&str, Vec<Claim<'_>>> = BTreeMap::new();
    for (list, terms) in kept {
        if let List::Driver(driver, sense) = list
            && counts(*sense)
        {
            for (term, standing) in terms {
                claims.entry(term).or_default().push((driver, *sense, standing));
            }
        }
    }
    let tree = Tree::new(parsed, base);
    let files: BTreeSet<&str> = parsed.drivers.iter().map(|(_, file)| file.id.get_ref().as_str()).collect();
    for (list, terms) in lists {
        let List::Driver(driver, sense) = list else { continue };
        for term in terms.iter().filter(|term| !term.removes && counts(*sense)) {
            let all = claims.get(term.alike.as_str()).into_iter().flatten();
            let mut others: Vec<&Claim<'_>> =
                all.filter(|(other, ..)| other != driver && !tree.is_related(driver, other)).collect();
            others.sort_by_key(|(other, sense, _)| (*other, *sense));
            others.dedup_by_key(|(other, ..)| *other);
            let Some(first) = others.first() else { continue };
            let named: Vec<String> =
                others.iter().map(|(other, _, standing)| format!("{other} ({})", standing.place)).collect();
            let message = format!("`{}` of {driver} is claimed too by {}", term.text, named.join(" and "));
            found.push(term.finding(&SHARED_TERM, message, help(first, &files)));
        }
    }
}

const fn counts(sense: Sense) -> bool {
    matches!(sense, Sense::Aspect | Sense::Positive | Sense::Negative)
}

/// What to do where the other driver is not meant; `files`: drivers that have a file in this lexicon.
fn help((other, sense, standing): &Claim<'_>, files: &BTreeSet<&str>) -> String {
    if !standing.is_inherited {
        return "If only one of them is meant, delete it from the other one's list.".to_owned();
    }
    let Standing { written, .. } = standing;
    let language = if written.chars().any(is_han) { "zh" } else { "en" };
    let line = format!("{language} = [\"- {written}\"] below [{}]", sense.as_str());
    if files.contains(other) {
        format!("If {other} is not meant, take it away there: in drivers/{other}.toml {line}.")
    } else {
        format!("If {other} is not meant, take it away there: drivers/{other}.toml with id = \"{other}\", and {line}.")
    }
}

/// Which driver stands under which, as this lexicon has it in the end.
struct Tree<'a> {
    parents: BTreeMap<&'a str, &'a str>,
}

impl<'a> Tree<'a> {
    fn new(parsed: &'a Parsed<'_>, base: &'a Resolved) -> Self {
        let inherited = base.drivers.iter().filter_map(|(id, driver)| Some((id.as_str(), driver.parent.as_deref()?)));
        let own = parsed
            .drivers
            .iter()
            .filter_map(|(_, file)| Some((file.id.get_ref().as_str(), file.parent.as_ref()?.get_ref().as_str())));
        Self { parents: inherited.chain(own).collect() }
    }

    fn is_related(&self, one: &str, other: &str) -> bool {
        self.is_under(one, other) || self.is_under(other, one)
    }

    fn is_under(&self, id: &str, above: &str) -> bool {
        let mut at = self.parents.get(id);
        // A circle is told elsewhere, and has no more drivers than there are parents.
        for _ in 0..=self.parents.len() {
            match at {
                None => return false,
                Some(parent) if *parent == above => return true,
                Some(parent) => at = self.parents.get(parent),
            }
        }
        false
    }
}
