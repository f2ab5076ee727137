//! One comment under two lexicons: which mentions it gains, loses, or has on another side, and by which change of the rules.
//!
//! Not for which comments have to be looked at (`touched`), nor for what is told of them (`groups`).

use std::sync::Arc;

use serde::Serialize;

use super::rules::Change;
use super::touched::{self, Place, Reach};
use crate::contribution::DriverTree;
use crate::tag::mention::{Evidence, Span};
use crate::tag::{CommentTags, Mention, Tagger, tagger};
use crate::types::{DriverIx, Residual, Role, Said, Voices};

/// How a mention differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It is there under the second lexicon alone.
    Gained,
    /// It was there under the first alone.
    Lost,
    /// It is on another side.
    Flipped,
    /// It says the same by other words of the text, or by another rule.
    Otherwise,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Gained, Self::Lost, Self::Flipped, Self::Otherwise];

    /// The word for it, as tables have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gained => "gained",
            Self::Lost => "lost",
            Self::Flipped => "flipped",
            Self::Otherwise => "otherwise",
        }
    }
}

/// A mention that differs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Differs {
    pub(super) kind: Kind,
    /// What it was; none where it is gained.
    pub(super) before: Option<Mention>,
    /// What it is; none where it is lost.
    pub(super) after: Option<Mention>,
    /// The index of the change that did it; none where that cannot be told.
    pub(super) change: Option<usize>,
}

impl Differs {
    /// The mention as it is, or as it was where it is lost.
    pub(super) fn shown(&self) -> Option<&Mention> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

/// One of the two.
pub(super) struct Side {
    pub(super) tagger: Tagger,
    pub(super) tree: Arc<DriverTree>,
}

/// Both, and what changed between them.
pub(super) struct Pair {
    pub(super) before: Side,
    pub(super) after: Side,
    pub(super) changes: Vec<Change>,
    /// By driver of the first lexicon: the same one of the second.
    same: Vec<Option<DriverIx>>,
    reach: Reach,
}

/// What a thread needs, used again from comment to comment.
#[derive(Default)]
pub(super) struct Scratch {
    touched: touched::Scratch,
    tagging: tagger::Scratch,
    /// Tags by the first lexicon and by the second.
    pub(super) before: CommentTags,
    pub(super) after: CommentTags,
    /// By question: where something that changed stands.
    places: Vec<Vec<Place>>,
    pub(super) differs: Vec<Differs>,
}

impl Pair {
    pub(super) fn new(before: Side, after: Side, changes: Vec<Change>, reach: Reach) -> Self {
        let drivers = before.tree.iter().map(|driver| after.tree.ix(before.tree.id(driver)));
        Self { same: drivers.collect(), before, after, changes, reach }
    }

    /// Whether the two may tag a comment otherwise; `scratch` then knows where what changed stands. `is_tagged`: the scratch has just tagged
    /// it by the first lexicon.
    pub(super) fn may_differ(&self, answers: &[(u16, Role, &str)], is_tagged: bool, scratch: &mut Scratch) -> bool {
        let touched = match &self.reach {
            Reach::None => return false,
            Reach::Some(touched) => touched,
            Reach::All => return true,
        };
        let mut any = false;
        scratch.places.iter_mut().for_each(Vec::clear);
        for (question, _, text) in answers {
            let tagger = &self.before.tagger;
            any |= if is_tagged && answers.len() == 1 {
                // Tagging has folded it.
                let tagger::Scratch { folded, chars, .. } = &scratch.tagging;
                touched.touches_folded(folded, chars, tagger, &mut scratch.touched)
            } else {
                touched.touches(text, tagger, &mut scratch.touched)
            };
            let at = usize::from(*question);
            if scratch.places.len() <= at {
                scratch.places.resize(at + 1, Vec::new());
            }
            scratch.places[at].append(&mut scratch.touched.places);
        }
        any
    }

    /// Tags by the first lexicon.
    pub(super) fn tag_before(&self, answers: &[(u16, Role, &str)], scratch: &mut Scratch) {
        let Scratch { tagging, before, .. } = scratch;
        self.before.tagger.tag_comment(answers.iter().copied(), tagging, before);
    }

    /// Tags by the second lexicon, and finds how its mentions differ from those by the first.
    pub(super) fn tag_after(&self, answers: &[(u16, Role, &str)], scratch: &mut Scratch) {
        let Scratch { tagging, before, after, differs, places, .. } = scratch;
        self.after.tagger.tag_comment(answers.iter().copied(), tagging, after);
        self.compare(&before.mentions, &after.mentions, differs);
        for one in differs.iter_mut() {
            one.change = self.change_of(one, places);
        }
    }

    /// What the first lexicon found said, in the drivers of the second: where nothing that changed stands.
    pub(super) fn carried(&self, said: &[Said], into: &mut Vec<Said>) {
        into.clear();
        into.extend(said.iter().filter_map(|one| Some(Said { driver: self.same[usize::from(one.driver.0)]?, ..*one })));
    }

    fn compare(&self, before: &[Mention], after: &[Mention], differs: &mut Vec<Differs>) {
        differs.clear();
        let (mut lost, mut gained): (Vec<Mention>, Vec<Mention>) = (Vec::new(), Vec::new());
        let mut left: Vec<&Mention> = after.iter().collect();
        for one in before {
            let same = left.iter().position(|other| self.is_at(one, other) && one.span == other.span);
            match same.map(|at| left.remove(at)) {
                Some(other) if self.is_same(one, other) => {}
                Some(other) => differs.push(of(one, other)),
                None => lost.push(*one),
            }
        }
        gained.extend(left);
        for one in lost {
            let near = |other: &Mention| one.span.start < other.span.end && other.span.start < one.span.end;
            match gained.iter().position(|other| self.is_at(&one, other) && near(other)) {
                Some(at) => differs.push(of(&one, &gained.remove(at))),
                None => differs.push(Differs { kind: Kind::Lost, before: Some(one), after: None, change: None }),
            }
        }
        let new = |one| Differs { kind: Kind::Gained, before: None, after: Some(one), change: None };
        differs.extend(gained.into_iter().map(new));
        differs.sort_by_key(|one| one.shown().map(|mention| (mention.question, mention.span, one.kind)));
    }

    /// Whether both are of one driver in one answer.
    fn is_at(&self, before: &Mention, after: &Mention) -> bool {
        before.question == after.question && self.same[usize::from(before.driver.0)] == Some(after.driver)
    }

    /// Whether two mentions of one driver at one place are the same in all that the tables say of them.
    fn is_same(&self, before: &Mention, after: &Mention) -> bool {
        let (one, other) = (self.before.tagger.lexicon(), self.after.tagger.lexicon());
        let place = |evidence: Option<Evidence>| evidence.map(|it| it.span);
        before.polarity == after.polarity
            && before.rule == after.rule
            && before.negated == after.negated
            && before.clause == after.clause
            && before.voices == after.voices
            && place(before.cue) == place(after.cue)
            && place(before.negator) == place(after.negator)
            && one.term(before.term).id == other.term(after.term).id
    }

    /// The change that made a mention differ: of those that stand in its answer, one that is part of its evidence, else the nearest; where
    /// several are, the one that is the mention's own term, then the longest.
    fn change_of(&self, one: &Differs, places: &[Vec<Place>]) -> Option<usize> {
        let sides = [(&self.before, &one.before), (&self.after, &one.after)];
        let mut evidence: Vec<Span> = Vec::new();
        let mut terms: Vec<&str> = Vec::new();
        for (side, mention) in sides.into_iter().filter_map(|(side, mention)| Some((side, mention.as_ref()?))) {
            evidence.push(mention.span);
            evidence.extend([mention.cue, mention.negator].into_iter().flatten().map(|it| it.span));
            terms.extend(side.tagger.lexicon().term(mention.term).id.split_once(':').map(|(_, term)| term));
        }
        let distance = |place: &Place| {
            let to = |span: &Span| span.start.saturating_sub(place.end).max(place.start.saturating_sub(span.end));
            evidence.iter().map(to).min().unwrap_or_default()
        };
        let rank = |place: &&Place| {
            let is_own = terms.contains(&self.changes[place.change].what.as_str());
            (distance(place), !is_own, std::cmp::Reverse(place.end - place.start), place.change)
        };
        let places = places.get(usize::from(one.shown()?.question))?;
        places.iter().min_by_key(rank).map(|place| place.change)
    }
}

/// What a comment says as a whole, as counting takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) voices: Voices,
    pub(super) residual: Option<Residual>,
}

impl From<&CommentTags> for Whole {
    fn from(tags: &CommentTags) -> Self {
        Self { voices: tags.voices(), residual: tags.residual() }
    }
}

fn of(before: &Mention, after: &Mention) -> Differs {
    let kind = if before.polarity == after.polarity { Kind::Otherwise } else { Kind::Flipped };
    Differs { kind, before: Some(*before), after: Some(*after), change: None }
}
