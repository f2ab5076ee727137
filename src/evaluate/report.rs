//! What an evaluation gives: plain data for people and for JSON.
//!
//! Not for how it is shown: that is the command line's.

use serde::Serialize;

use super::blame::Blame;
use super::compare::Comparison;
use super::gold::{Gold, Targets};
use super::measure::{Auc, Measures};
use super::misses::Misses;
use super::texts::Texts;
use crate::lexicon::Lexicon;

/// Most labels without a driver that are listed.
const LABELS_LISTED: usize = 20;

/// How well tags agree with labels and scores.
#[derive(Debug, Clone, Serialize)]
pub struct Evaluation {
    /// The lexicons, each with its version.
    pub lexicons: Vec<String>,
    /// BLAKE3 of what they mean together.
    pub lexicon_hash: String,
    /// What was found about the comments' file, in sentences for people.
    pub notices: Vec<String>,
    /// The columns of comments, each with its role.
    pub columns: Vec<String>,
    /// Comments that were read.
    pub comments: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// What the labels say; only where there are labels.
    pub gold: Option<GoldReport>,
    /// The AUC of promoters against detractors, where scores are asked for.
    pub scores: Option<Auc>,
    /// The column of the score, with its scale.
    pub score: Option<String>,
}

/// The comparison with labels.
#[derive(Debug, Clone, Serialize)]
pub struct GoldReport {
    /// Comments that have labels: those that are compared.
    pub comments: u64,
    /// Ids of labels without a comment.
    pub ids_without_text: u64,
    /// Whether units are single answers.
    pub by_column: bool,
    /// The measures of each driver, by id.
    pub drivers: Vec<DriverReport>,
    /// All units of the drivers that labels name; none where no driver is evaluated.
    pub total: Option<Measures>,
    /// Drivers of the map that the lexicon lacks, with their labels: not evaluated.
    pub lacking: Vec<Counted>,
    /// Labels that stand for no driver, the most frequent first: not evaluated.
    pub unmapped: Vec<Counted>,
    /// How many such labels there are in all, and how often they are given.
    pub unmapped_labels: u64,
    /// How often they are given.
    pub unmapped_rows: u64,
    /// Labels of columns that are not read.
    pub other_columns: u64,
    /// What of the lexicon is to blame where the two differ.
    pub blame: Blame,
    /// The AUC of whole comments, positive against negative; only where the labels have an `overall`.
    pub overall: Option<Auc>,
}

/// One driver.
#[derive(Debug, Clone, Serialize)]
pub struct DriverReport {
    /// Its id.
    pub driver: String,
    /// The drivers below it, which count for it.
    pub with: Vec<String>,
    /// The measures.
    #[serde(flatten)]
    pub measures: Measures,
    /// Where it is missed.
    pub misses: Vec<Misses>,
}

/// A word and its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The label or the driver.
    pub name: String,
    /// How many labels.
    pub labels: u64,
}

/// What the report is made of.
pub(super) struct Parts<'a> {
    pub(super) lexicon: &'a Lexicon,
    pub(super) texts: &'a Texts,
    pub(super) gold: Option<&'a Gold>,
    pub(super) targets: &'a Targets,
    pub(super) comparison: &'a Comparison,
    pub(super) misses: Vec<Vec<Misses>>,
    pub(super) blame: Blame,
    pub(super) overall: Option<Auc>,
    pub(super) scores: Option<Auc>,
}

/// Puts the report together.
pub(super) fn evaluation(parts: Parts<'_>) -> Evaluation {
    let Parts { lexicon, texts, gold, targets, comparison, misses, blame, overall, scores } = parts;
    Evaluation {
        lexicons: lexicon.names.iter().map(|name| format!("{} {}", name.name, name.version)).collect(),
        lexicon_hash: lexicon.hash.clone(),
        notices: texts.notices.clone(),
        columns: texts.columns.iter().map(|column| format!("{}={}", column.name, column.role.as_str())).collect(),
        comments: texts.comments.len() as u64,
        rejected: texts.rejected,
        gold: gold.map(|gold| GoldReport {
            comments: comparison.comments,
            ids_without_text: gold.without_text,
            by_column: gold.by_column,
            drivers: drivers(lexicon, targets, comparison, misses),
            total: (!targets.list.is_empty()).then(|| comparison.total().measures()),
            lacking: lacking(gold, targets),
            unmapped: unmapped(gold),
            unmapped_labels: gold.unmapped.len() as u64,
            unmapped_rows: gold.unmapped.values().sum(),
            other_columns: gold.other_columns,
            blame,
            overall,
        }),
        scores,
        score: texts.score.clone(),
    }
}

fn drivers(
    lexicon: &Lexicon,
    targets: &Targets,
    comparison: &Comparison,
    misses: Vec<Vec<Misses>>,
) -> Vec<DriverReport> {
    let each = targets.list.iter().zip(&comparison.tallies).zip(misses);
    each.map(|((target, tally), misses)| DriverReport {
        driver: target.id.clone(),
        with: target.covers.iter().map(|ix| lexicon.driver(*ix).id.clone()).filter(|id| *id != target.id).collect(),
        measures: tally.measures(),
        misses,
    })
    .collect()
}

fn lacking(gold: &Gold, targets: &Targets) -> Vec<Counted> {
    let labels = |id: &String| gold.lacking.get(id).copied().unwrap_or_default();
    targets.lacking.iter().map(|id| Counted { name: id.clone(), labels: labels(id) }).collect()
}

fn unmapped(gold: &Gold) -> Vec<Counted> {
    let mut all: Vec<Counted> =
        gold.unmapped.iter().map(|(name, labels)| Counted { name: name.clone(), labels: *labels }).collect();
    all.sort_by(|a, b| b.labels.cmp(&a.labels).then_with(|| a.name.cmp(&b.name)));
    all.truncate(LABELS_LISTED);
    all
}
