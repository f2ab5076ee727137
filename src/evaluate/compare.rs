//! Gold against tags, unit by unit.
//!
//! Not for measures (`measure`), nor for showing texts (`misses`).

use super::gold::{Gold, Targets};
use super::measure::{Tally, polarity};
use super::table::Side;
use super::texts::Comment;
use crate::tag::Mention;
use crate::types::{DriverIx, Polarity, Stance};

/// What the engine says of a comment.
#[derive(Debug, Clone)]
pub struct Said {
    /// Praise against blame, −1 to 1.
    pub balance: f64,
    /// The mentions.
    pub mentions: Vec<Mention>,
}

/// How a unit is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Blame that is not found.
    MissedNegative,
    /// Another mention that is not found.
    Missed,
    /// A mention where the gold has none.
    False,
    /// A mention with another side than the gold's.
    WrongPolarity,
}

impl Kind {
    /// All kinds, the worst first.
    pub const ALL: [Self; 4] = [Self::MissedNegative, Self::Missed, Self::False, Self::WrongPolarity];

    /// For people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissedNegative => "missed negative",
            Self::Missed => "missed",
            Self::False => "false",
            Self::WrongPolarity => "wrong polarity",
        }
    }

    /// How the two differ; none where they agree or the gold's side is not known.
    pub fn of(gold: Option<Side>, found: Option<Stance>) -> Option<Self> {
        match (gold, found) {
            (None, None) => None,
            (None, Some(_)) => Some(Self::False),
            (Some(side), None) if side.polarity() == Some(Polarity::Negative) => Some(Self::MissedNegative),
            (Some(_), None) => Some(Self::Missed),
            (Some(side), Some(found)) => {
                side.polarity().filter(|expected| *expected != polarity(found)).map(|_| Self::WrongPolarity)
            }
        }
    }
}

/// A unit on which gold and tags differ.
#[derive(Debug, Clone, Copy)]
pub struct Difference {
    /// How.
    pub kind: Kind,
    /// The comment, by its place among those evaluated.
    pub comment: usize,
    /// The answer; none: the whole comment.
    pub question: Option<u16>,
    /// The driver, by its place among the targets.
    pub target: usize,
    /// What is expected.
    pub gold: Option<Side>,
    /// What is said.
    pub found: Option<Stance>,
}

/// A unit in which the driver is found.
#[derive(Debug, Clone, Copy)]
pub struct FoundUnit {
    /// The comment, by its place among those evaluated.
    pub comment: usize,
    /// The answer; none: the whole comment.
    pub question: Option<u16>,
    /// The driver, by its place among the targets.
    pub target: usize,
    /// How it differs from the gold; none where it does not.
    pub kind: Option<Kind>,
}

/// All units, counted.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Comments that have been compared.
    pub comments: u64,
    /// The counts of each target.
    pub tallies: Vec<Tally>,
    /// Where gold and tags differ.
    pub differences: Vec<Difference>,
    /// Where tags find the driver.
    pub found: Vec<FoundUnit>,
}

impl Comparison {
    /// Nothing counted yet.
    pub fn new(targets: &Targets) -> Self {
        Self {
            comments: 0,
            tallies: vec![Tally::default(); targets.list.len()],
            differences: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Counts the units of one comment. It must be one more than those before it, so that places count on; one that the gold does
    /// not have takes a place and is not compared.
    pub fn add(&mut self, gold: &Gold, targets: &Targets, comment: usize, of: &Comment, said: &Said) {
        if !gold.ids.contains(&of.id) {
            return;
        }
        self.comments += 1;
        let questions: Vec<Option<u16>> =
            if gold.by_column { (0..of.answers.len() as u16).map(Some).collect() } else { vec![None] };
        let units = gold.units.get(&of.id);
        for question in questions {
            let blank = question.is_some_and(|at| of.answers[usize::from(at)].is_none());
            for (target, (tally, driver)) in self.tallies.iter_mut().zip(&targets.list).enumerate() {
                let expected = units.and_then(|units| units.get(&(question, target))).copied();
                // A question that was not answered, and that nobody labelled, is no unit.
                if blank && expected.is_none() {
                    continue;
                }
                let found = stance(&said.mentions, question, &driver.covers);
                tally.add(expected, found);
                let kind = Kind::of(expected, found);
                if found.is_some() {
                    self.found.push(FoundUnit { comment, question, target, kind });
                }
                if let Some(kind) = kind {
                    self.differences.push(Difference { kind, comment, question, target, gold: expected, found });
                }
            }
        }
    }

    /// The counts of all targets together; one that no label names is left out, as nobody looked for it.
    pub fn total(&self) -> Tally {
        let mut total = Tally::default();
        self.tallies.iter().filter(|tally| tally.is_labelled()).for_each(|tally| total.merge(tally));
        total
    }
}

/// The mentions of one unit: of any of the drivers, in one answer or in all of them.
pub fn mentions<'a>(
    mentions: &'a [Mention],
    question: Option<u16>,
    drivers: &'a [DriverIx],
) -> impl Iterator<Item = &'a Mention> {
    let in_unit = move |mention: &&Mention| {
        question.is_none_or(|question| mention.question == question) && drivers.contains(&mention.driver)
    };
    mentions.iter().filter(in_unit)
}

/// What they say together; none where there is no mention.
pub fn stance(all: &[Mention], question: Option<u16>, drivers: &[DriverIx]) -> Option<Stance> {
    let mut polarities = mentions(all, question, drivers).map(|mention| mention.polarity);
    let first = Stance::from(polarities.next()?);
    Some(polarities.fold(first, Stance::and))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::TermIx;
    use crate::tag::Rule;
    use crate::tag::mention::Span;
    use crate::types::Voices;

    fn mention(question: u16, driver: u16, polarity: Polarity) -> Mention {
        Mention {
            question,
            driver: DriverIx(driver),
            polarity,
            term: TermIx(0),
            span: Span { start: 0, end: 1 },
            cue: None,
            negator: None,
            negated: false,
            clause: 0,
            rule: Rule::OwnTerm,
            voices: Voices::NONE,
        }
    }

    #[test]
    fn a_parent_has_the_stance_of_all_that_is_below_it() {
        use Polarity::{Negative as N, Neutral as O, Positive as P};
        // Driver 0 is above 1 and 2; 3 is elsewhere.
        let (parent, child): (&[_], &[_]) = (&[DriverIx(0), DriverIx(1), DriverIx(2)], &[DriverIx(1)]);
        let said = [mention(0, 1, P), mention(0, 3, N), mention(1, 2, N), mention(1, 0, O)];
        for (question, drivers, want) in [
            (None, parent, Some(Stance::Mixed)),
            (Some(0), parent, Some(Stance::Positive)),
            (Some(1), parent, Some(Stance::Negative)),
            (None, child, Some(Stance::Positive)),
            (Some(1), child, None),
            (Some(2), parent, None),
        ] {
            assert_eq!(stance(&said, question, drivers), want, "{question:?} {drivers:?}");
        }
        assert_eq!(stance(&said[3..], None, parent), Some(Stance::Neutral));
    }

    #[test]
    fn each_difference_has_its_kind() {
        for (gold, found, want) in [
            (None, None, None),
            (Some("negative"), None, Some(Kind::MissedNegative)),
            (Some("positive"), None, Some(Kind::Missed)),
            (Some(""), None, Some(Kind::Missed)),
            (None, Some(Stance::Neutral), Some(Kind::False)),
            (Some("negative"), Some(Stance::Mixed), Some(Kind::WrongPolarity)),
            (Some("conflict"), Some(Stance::Neutral), None),
            (Some("positive"), Some(Stance::Positive), None),
            (Some(""), Some(Stance::Negative), None),
        ] {
            assert_eq!(Kind::of(gold.and_then(Side::parse), found), want, "{gold:?} {found:?}");
        }
    }
}
