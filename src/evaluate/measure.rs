//! From counts to measures: precision, recall and F1 of mention, macro-F1 over the four sides, accuracy, AUC.
//!
//! Not for what is counted (`compare`). A measure without a base is none, never 0.

use serde::Serialize;

use super::table::Side;
use crate::types::{Polarity, Stance};

/// Number of classes: positive, neutral, negative, none.
const CLASSES: usize = 4;
const POSITIVE: usize = 0;
const NEUTRAL: usize = 1;
const NEGATIVE: usize = 2;
const NONE: usize = 3;

fn class(polarity: Option<Polarity>) -> usize {
    match polarity {
        Some(Polarity::Positive) => POSITIVE,
        Some(Polarity::Neutral) => NEUTRAL,
        Some(Polarity::Negative) => NEGATIVE,
        None => NONE,
    }
}

/// What the engine says in three words: mixed is neutral.
pub fn polarity(stance: Stance) -> Polarity {
    match stance {
        Stance::Positive => Polarity::Positive,
        Stance::Negative => Polarity::Negative,
        Stance::Neutral | Stance::Mixed => Polarity::Neutral,
    }
}

/// Counts of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    gold: u64,
    found: u64,
    both: u64,
    /// Gold by found, over [`CLASSES`]; units whose gold side is not known are not in it.
    sides: [[u64; CLASSES]; CLASSES],
}

impl Tally {
    /// Counts one unit.
    pub fn add(&mut self, gold: Option<Side>, found: Option<Stance>) {
        self.gold += u64::from(gold.is_some());
        self.found += u64::from(found.is_some());
        self.both += u64::from(gold.is_some() && found.is_some());
        let expected = match gold {
            None => None,
            Some(side) => match side.polarity() {
                None => return,
                known => known,
            },
        };
        self.sides[class(expected)][class(found.map(polarity))] += 1;
    }

    /// Whether the gold has it anywhere.
    pub fn is_labelled(&self) -> bool {
        self.gold > 0
    }

    /// Adds the counts of another.
    pub fn merge(&mut self, other: &Self) {
        self.gold += other.gold;
        self.found += other.found;
        self.both += other.both;
        for (row, more) in self.sides.iter_mut().zip(&other.sides) {
            for (cell, more) in row.iter_mut().zip(more) {
                *cell += more;
            }
        }
    }

    /// F1 of one class among the first `classes` ones; none where neither side has it.
    fn f1(&self, of: usize, classes: usize) -> Option<f64> {
        let gold: u64 = self.sides[of][..classes].iter().sum();
        let found: u64 = self.sides[..classes].iter().map(|row| row[of]).sum();
        share(2 * self.sides[of][of], gold + found)
    }

    /// The mean F1 over those of the first `classes` classes that the gold or the tags have.
    fn macro_f1(&self, classes: usize) -> Option<f64> {
        let each: Vec<f64> = (0..classes).filter_map(|of| self.f1(of, classes)).collect();
        (!each.is_empty()).then(|| each.iter().sum::<f64>() / each.len() as f64)
    }

    /// Units of these classes on both sides, and those among them that agree.
    fn agreement(&self, classes: &[usize]) -> Accuracy {
        let all = classes.iter().flat_map(|gold| classes.iter().map(|found| self.sides[*gold][*found])).sum();
        let same = classes.iter().map(|of| self.sides[*of][*of]).sum();
        Accuracy { n: all, accuracy: share(same, all) }
    }

    /// The measures.
    pub fn measures(&self) -> Measures {
        let negative = self.sides[NEGATIVE][NEGATIVE];
        Measures {
            gold: self.gold,
            found: self.found,
            both: self.both,
            precision: share(self.both, self.found),
            recall: share(self.both, self.gold),
            f1: share(2 * self.both, self.gold + self.found),
            units: self.sides.iter().flatten().sum(),
            macro_f1: self.macro_f1(CLASSES),
            negative_gold: self.sides[NEGATIVE].iter().sum(),
            negative_found: self.sides.iter().map(|row| row[NEGATIVE]).sum(),
            negative_precision: share(negative, self.sides.iter().map(|row| row[NEGATIVE]).sum()),
            negative_recall: share(negative, self.sides[NEGATIVE].iter().sum()),
            given_mention: self.agreement(&[POSITIVE, NEUTRAL, NEGATIVE]),
            given_mention_macro_f1: self.macro_f1(NONE),
            given_side: self.agreement(&[POSITIVE, NEGATIVE]),
            confusion: self.sides,
        }
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// A share of units that agree.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Accuracy {
    /// The units.
    pub n: u64,
    /// The share on the same side.
    pub accuracy: Option<f64>,
}

/// How well tags agree with labels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measures {
    /// Units that the gold has as mentioned.
    pub gold: u64,
    /// Units that the engine has.
    pub found: u64,
    /// Units that both have.
    pub both: u64,
    /// Of the found ones, those that the gold has.
    pub precision: Option<f64>,
    /// Of the gold ones, those that are found.
    pub recall: Option<f64>,
    /// Harmonic mean of the two.
    pub f1: Option<f64>,
    /// Units whose gold side is known, those without mention among them: the base of what follows.
    pub units: u64,
    /// Mean F1 over positive, neutral, negative and none; a class that neither side has does not count.
    pub macro_f1: Option<f64>,
    /// Units that the gold has as negative.
    pub negative_gold: u64,
    /// Units that the engine has as negative.
    pub negative_found: u64,
    /// Precision of negative.
    pub negative_precision: Option<f64>,
    /// Recall of negative.
    pub negative_recall: Option<f64>,
    /// Where both have a mention: the same of positive, neutral, negative.
    pub given_mention: Accuracy,
    /// Where both have a mention: mean F1 over positive, neutral, negative.
    pub given_mention_macro_f1: Option<f64>,
    /// Where both took positive or negative: the same.
    pub given_side: Accuracy,
    /// Units by gold (rows) and found: positive, neutral, negative, none.
    pub confusion: [[u64; CLASSES]; CLASSES],
}

/// How often a comment of the better side ranks above one of the worse; ties count half.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Auc {
    /// The area under the ROC curve; none where a side is empty.
    pub auc: Option<f64>,
    /// Comments of the better side.
    pub positive: u64,
    /// Comments of the worse side.
    pub negative: u64,
}

/// The AUC of values, each of the better side or not; exact, by ranks (Mann and Whitney 1947).
pub fn auc(mut values: Vec<(f64, bool)>) -> Auc {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut positive, mut negative) = (0_u64, 0_u64);
    // Twice the wins, so that a tie is a whole number.
    let mut wins = 0_u128;
    // Whether two balances are the same fraction is what is asked: division is correctly rounded, so equal fractions are equal.
    #[expect(clippy::float_cmp)]
    for tied in values.chunk_by(|a, b| a.0 == b.0) {
        let better = tied.iter().filter(|(_, better)| *better).count() as u64;
        let worse = tied.len() as u64 - better;
        wins += u128::from(better) * u128::from(2 * negative + worse);
        positive += better;
        negative += worse;
    }
    let pairs = 2 * u128::from(positive) * u128::from(negative);
    Auc { auc: (pairs > 0).then(|| wins as f64 / pairs as f64), positive, negative }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(units: &[(&str, &str, u64)]) -> Tally {
        let mut tally = Tally::default();
        for (gold, found, n) in units {
            let gold = Some(*gold).filter(|word| *word != "none").and_then(Side::parse);
            let found = Stance::parse(found);
            (0..*n).for_each(|_| tally.add(gold, found));
        }
        tally
    }

    fn near(got: Option<f64>, want: f64) {
        assert!(got.is_some_and(|got| (got - want).abs() < 1e-12), "{got:?} is not {want}");
    }

    #[test]
    fn mention_counts_whatever_its_side() {
        // Gold 6, found 5, both 4.
        let measures = tally(&[
            ("positive", "positive", 2),
            ("negative", "positive", 1),
            ("", "neutral", 1),
            ("negative", "none", 2),
            ("none", "negative", 1),
            ("none", "none", 10),
        ])
        .measures();
        assert_eq!((measures.gold, measures.found, measures.both, measures.units), (6, 5, 4, 16));
        near(measures.precision, 4.0 / 5.0);
        near(measures.recall, 4.0 / 6.0);
        near(measures.f1, 8.0 / 11.0);
        near(measures.negative_precision, 0.0);
        near(measures.negative_recall, 0.0);
        near(measures.given_mention.accuracy, 2.0 / 3.0);
        assert_eq!(measures.given_mention.n, 3);
        // Positive 2·2/(2+3), negative 0/(3+1), none 2·10/(11+12); neutral is nowhere, as the unknown unit does not count.
        near(measures.macro_f1, (4.0 / 5.0 + 0.0 + 20.0 / 23.0) / 3.0);
        // Given a mention: positive 2·2/(2+3), negative 0/(1+0).
        near(measures.given_mention_macro_f1, (4.0 / 5.0) / 2.0);
    }

    #[test]
    fn all_four_classes_count_and_mixed_is_neutral() {
        let measures = tally(&[
            ("positive", "positive", 3),
            ("positive", "mixed", 1),
            ("conflict", "mixed", 2),
            ("neutral", "negative", 1),
            ("negative", "negative", 4),
            ("negative", "positive", 1),
            ("negative", "none", 1),
            ("none", "neutral", 1),
            ("none", "none", 6),
        ])
        .measures();
        let f1 = [6.0 / (4.0 + 4.0), 4.0 / (3.0 + 4.0), 8.0 / (6.0 + 5.0), 12.0 / (7.0 + 7.0)];
        near(measures.macro_f1, f1.iter().sum::<f64>() / 4.0);
        near(measures.negative_precision, 4.0 / 5.0);
        near(measures.negative_recall, 4.0 / 6.0);
        near(measures.given_mention.accuracy, 9.0 / 12.0);
        assert_eq!(measures.given_side.n, 8);
        near(measures.given_side.accuracy, 7.0 / 8.0);
    }

    #[test]
    fn what_has_no_base_is_none() {
        let measures = Tally::default().measures();
        assert_eq!((measures.f1, measures.macro_f1, measures.given_mention.accuracy), (None, None, None));
        let silent = tally(&[("none", "none", 3)]).measures();
        assert_eq!((silent.precision, silent.recall, silent.f1), (None, None, None));
        near(silent.macro_f1, 1.0);
    }

    #[test]
    fn merged_counts_are_counts_of_all() {
        let (one, other) = (&[("positive", "positive", 2)][..], &[("", "none", 1), ("none", "negative", 1)][..]);
        let mut merged = tally(one);
        merged.merge(&tally(other));
        assert_eq!(merged, tally(&[one, other].concat()));
    }

    #[test]
    fn auc_counts_ties_half() {
        for (values, want) in [
            (&[(1.0, true), (0.0, false)][..], Some(1.0)),
            (&[(0.0, true), (1.0, false)], Some(0.0)),
            (&[(0.0, true), (0.0, false)], Some(0.5)),
            (&[(-0.0, true), (0.0, false)], Some(0.5)),
            // Pairs: 3>1, 3>2, 2>1 win, 2=2 ties: 3.5 of 4.
            (&[(3.0, true), (2.0, true), (2.0, false), (1.0, false)], Some(0.875)),
            // 1 against 0 and 1: 1.5; 0 against 0 and 1: 0.5; 0 again: 0.5; of 6.
            (&[(0.0, true), (1.0, true), (0.0, true), (0.0, false), (1.0, false)], Some(2.5 / 6.0)),
            (&[(1.0, true)], None),
            (&[], None),
        ] {
            assert_eq!(auc(values.to_vec()).auc, want, "{values:?}");
        }
        let counted = auc(vec![(0.5, true), (0.5, true), (0.1, false)]);
        assert_eq!((counted.positive, counted.negative), (2, 1));
    }
}
