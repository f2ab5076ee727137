//! What is told of comments that differ: counted by the change that did it, with samples.
//!
//! Not how it is printed (`cli`), nor how it was found (`pair`).

use std::collections::BTreeMap;

use serde::Serialize;

use super::pair::Kind;
use super::rules::Change;
use crate::types::Polarity;

/// A mention that differs, in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MentionChange {
    /// The respondent's id.
    pub id: String,
    /// The label of the period.
    pub period: String,
    /// The column of the question, as tables have it: `text`, or `text_<name>`.
    pub question: String,
    /// The answer, redacted.
    pub answer: String,
    /// How the mention differs.
    pub kind: Kind,
    /// The driver's id.
    pub driver: String,
    /// What it was; none where it is gained.
    pub before: Option<Found>,
    /// What it is; none where it is lost.
    pub after: Option<Found>,
    /// The index in the list of changes of the one that did it; none where that cannot be told.
    pub change: Option<usize>,
}

impl MentionChange {
    /// The mention as it is, or as it was where it is lost.
    pub fn shown(&self) -> Option<&Found> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

/// A mention as one of the two lexicons finds it. Bytes are of the answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// What it says.
    pub polarity: Polarity,
    /// The term's id.
    pub term: String,
    /// Where the term stands.
    pub at: (u32, u32),
    /// Where the word stands that gave the side.
    pub cue: Option<(u32, u32)>,
    /// Where the word stands that turned it.
    pub negator: Option<(u32, u32)>,
    /// The rule that decided.
    pub rule: &'static str,
}

/// What one change of the rules did to comments.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Group {
    /// The change; none: it cannot be told.
    pub change: Option<Change>,
    /// Comments with a mention that differs by it.
    pub comments: u64,
    /// Mentions gained, lost, flipped, and found otherwise.
    pub mentions: [u64; 4],
    /// The same by driver, in the order of ids.
    pub drivers: BTreeMap<String, [u64; 4]>,
    /// Some of them, of different comments, in the order of the survey.
    pub samples: Vec<MentionChange>,
}

/// Groups while comments are taken.
#[derive(Debug, Default)]
pub(super) struct Groups {
    by_change: BTreeMap<Option<usize>, Group>,
    /// Most samples of a kind that are kept of a group.
    most: usize,
}

impl Groups {
    pub(super) fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Takes the mentions of one comment that differ.
    pub(super) fn take(&mut self, differing: &[MentionChange]) {
        let mut seen: Vec<Option<usize>> = Vec::new();
        for one in differing {
            let group = self.by_change.entry(one.change).or_default();
            let kind = one.kind as usize;
            group.mentions[kind] += 1;
            group.drivers.entry(one.driver.clone()).or_default()[kind] += 1;
            if seen.contains(&one.change) {
                continue;
            }
            seen.push(one.change);
            group.comments += 1;
            if group.samples.iter().filter(|sample| sample.kind == one.kind).count() < self.most {
                group.samples.push(one.clone());
            }
        }
    }

    /// The groups, those of most comments first, each with samples of all its kinds in turn.
    pub(super) fn finish(self, changes: &[Change]) -> Vec<Group> {
        let most = self.most;
        let mut groups: Vec<Group> = Vec::new();
        for (change, mut group) in self.by_change {
            group.change = change.map(|ix| changes[ix].clone());
            let mut kept = Vec::new();
            for nth in 0..most {
                let of_kind = |kind| group.samples.iter().enumerate().filter(move |(_, it)| it.kind == kind).nth(nth);
                kept.extend(Kind::ALL.into_iter().filter_map(of_kind).map(|(at, _)| at));
            }
            kept.truncate(most);
            kept.sort_unstable();
            group.samples = kept.into_iter().map(|at| group.samples[at].clone()).collect();
            groups.push(group);
        }
        groups.sort_by(|one, other| other.comments.cmp(&one.comments).then_with(|| one.change.cmp(&other.change)));
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(id: &str, kind: Kind, change: Option<usize>) -> MentionChange {
        MentionChange {
            id: id.to_owned(),
            period: String::new(),
            question: "text".to_owned(),
            answer: String::new(),
            kind,
            driver: "noise".to_owned(),
            before: None,
            after: None,
            change,
        }
    }

    #[test]
    fn comments_are_counted_once_and_samples_are_of_all_kinds() {
        let changes: Vec<Change> = ["a", "b"]
            .map(|what| Change {
                kind: super::super::rules::Kind::Term,
                what: what.to_owned(),
                before: Vec::new(),
                after: Vec::new(),
            })
            .to_vec();
        let mut groups = Groups::new(2);
        groups.take(&[one("1", Kind::Gained, Some(0)), one("1", Kind::Lost, Some(0))]);
        groups.take(&[one("2", Kind::Gained, Some(0)), one("2", Kind::Gained, Some(1))]);
        groups.take(&[one("3", Kind::Gained, Some(0))]);
        groups.take(&[one("4", Kind::Lost, Some(0))]);
        groups.take(&[one("5", Kind::Lost, None)]);
        let groups = groups.finish(&changes);
        let told = groups.iter().map(|it| {
            let samples: Vec<&str> = it.samples.iter().map(|sample| sample.id.as_str()).collect();
            (it.change.as_ref().map(|it| it.what.as_str()), it.comments, it.mentions, samples)
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                (Some("a"), 4, [3, 2, 0, 0], vec!["1", "4"]),
                (None, 1, [0, 1, 0, 0], vec!["5"]),
                (Some("b"), 1, [1, 0, 0, 0], vec!["2"]),
            ]
        );
    }
}
