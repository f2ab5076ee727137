//! How tables of figures call cells and rows.
//!
//! Not for any number.

use std::collections::HashMap;
use std::sync::Arc;

use crate::contribution::{CellKey, DriverTree, Matrix, Row, SCORE, SegmentValue, Taker};
use crate::lexicon::Lexicon;
use crate::tables::{ALL, CellLabel, Level, RowLabel, SMALL, UNOWNED};
use crate::types::{DriverIx, Residual};

/// The names of the score's own row.
const NPS_NAMES: (&str, &str) = ("净推荐值", "Net Promoter Score");
/// Names of the row of drivers that have no value of an attribute.
const NO_VALUE: (&str, &str) = ("未归类", "Not assigned");

/// Labels of every row, made once.
pub(crate) struct Labels<'a> {
    segments: &'a [String],
    rows: HashMap<Row, Arc<RowLabel>>,
    nps: Arc<RowLabel>,
    /// In the order of the matrix, what nobody owns last: the name, and how many drivers that take credit it has a part of.
    functions: Vec<(Arc<str>, u64)>,
}

impl<'a> Labels<'a> {
    pub(crate) fn new(lexicon: &Lexicon, tree: &DriverTree, matrix: &Matrix, segments: &'a [String]) -> Self {
        let mut rows = Vec::new();
        for driver in tree.iter() {
            if tree.is_leaf(driver) {
                rows.push(Row::Taker(Taker::Leaf(driver)));
            } else {
                rows.extend([Row::Parent(driver), Row::Taker(Taker::General(driver))]);
            }
        }
        rows.extend(Residual::ALL.map(|bucket| Row::Taker(Taker::Residual(bucket))));
        for (at, rollup) in tree.rollups().iter().enumerate() {
            let values = (0..rollup.values.len() as u16).map(Some).chain([None]);
            rows.extend(values.map(|value| Row::Rollup { rollup: at as u16, value }));
        }
        let label = |row: Row| (row, Arc::new(label(row, lexicon, tree)));
        let nps = RowLabel {
            driver: SCORE.to_owned(),
            parent: None,
            level: Level::Nps,
            name_zh: NPS_NAMES.0.to_owned(),
            name_en: NPS_NAMES.1.to_owned(),
        };
        Self {
            segments,
            rows: rows.into_iter().map(label).collect(),
            nps: Arc::new(nps),
            functions: functions(lexicon, tree, matrix),
        }
    }

    /// The label of a row of figures.
    pub(crate) fn row(&self, row: Row) -> Arc<RowLabel> {
        // Every row of the tree has one.
        self.rows.get(&row).cloned().unwrap_or_default()
    }

    /// The label of the score itself.
    pub(crate) fn nps(&self) -> Arc<RowLabel> {
        Arc::clone(&self.nps)
    }

    /// The functions as figures list them, each with the number of drivers that it has a part of.
    pub(crate) fn functions(&self) -> &[(Arc<str>, u64)] {
        &self.functions
    }

    /// The label of a cell.
    pub(crate) fn cell(&self, key: &CellKey) -> Arc<CellLabel> {
        let value = |value: &SegmentValue| match value {
            SegmentValue::All => ALL.to_owned(),
            // A value that is written like one of ours is told apart by quotes.
            SegmentValue::Is(value) if value == ALL || value == SMALL => format!("'{value}'"),
            SegmentValue::Is(value) => value.clone(),
            SegmentValue::Small => SMALL.to_owned(),
        };
        Arc::new(CellLabel {
            level: level_name(&key.level, self.segments),
            segments: key.segments.iter().map(value).collect(),
        })
    }
}

/// The functions of the matrix and what none of them owns, each with the number of leaves.
fn functions(lexicon: &Lexicon, tree: &DriverTree, matrix: &Matrix) -> Vec<(Arc<str>, u64)> {
    let names = lexicon.responsibility().functions();
    let mut counts = vec![0; names.len() + 1];
    for driver in tree.iter().filter(|driver| tree.is_leaf(*driver)) {
        let mut owned = false;
        for part in matrix.parts(usize::from(driver.0)) {
            counts[part.function] += 1;
            owned = true;
        }
        counts[names.len()] += u64::from(!owned);
    }
    names.iter().map(String::as_str).chain([UNOWNED]).map(Arc::from).zip(counts).collect()
}

/// `total`, a segment's name, or several joined by `×`.
pub(crate) fn level_name(level: &[usize], segments: &[String]) -> String {
    if level.is_empty() {
        return "total".to_owned();
    }
    level.iter().map(|column| segments[*column].as_str()).collect::<Vec<_>>().join("×")
}

fn label(row: Row, lexicon: &Lexicon, tree: &DriverTree) -> RowLabel {
    let names = |driver: DriverIx| {
        let driver = lexicon.driver(driver);
        (driver.name_zh.clone(), driver.name_en.clone())
    };
    let owned = |(zh, en): (&str, &str)| (zh.to_owned(), en.to_owned());
    let id = |driver: DriverIx| tree.id(driver).to_owned();
    let (level, parent, (name_zh, name_en)) = match row {
        Row::Parent(driver) => (Level::Parent, tree.parent(driver).map(id), names(driver)),
        Row::Taker(Taker::Leaf(driver)) => (Level::Leaf, tree.parent(driver).map(id), names(driver)),
        Row::Taker(Taker::General(driver)) => {
            let (zh, en) = names(driver);
            (Level::Leaf, Some(id(driver)), (format!("{zh}（笼统）"), format!("{en} (general)")))
        }
        Row::Taker(Taker::Residual(residual)) => (Level::Residual, None, owned(residual.names())),
        Row::Rollup { rollup, value } => {
            let rollup = usize::from(rollup);
            let declared = &lexicon.rollups()[rollup];
            let names = match value.map(|value| &declared.values[usize::from(value)]) {
                Some(value) => owned((&value.name_zh, &value.name_en)),
                None => owned(NO_VALUE),
            };
            (Level::Rollup, Some(declared.id.clone()), names)
        }
    };
    RowLabel { driver: row.id(tree), parent, level, name_zh, name_en }
}
