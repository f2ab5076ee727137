//! What people said: labels → the drivers that they stand for, and the side that each unit has.
//!
//! Not for reading files (`table`), nor for what the engine says (`compare`).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::table::{LabelRow, Labels, Side};
use super::texts::Texts;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::lexicon::Lexicon;
use crate::types::DriverIx;

/// The label of a whole comment.
pub const OVERALL: &str = "overall";

/// A driver that is evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its id.
    pub id: String,
    /// Itself and all drivers below it, in their order.
    pub covers: Vec<DriverIx>,
}

/// The drivers that are evaluated, by id, and the labels that stand for them.
#[derive(Debug, Clone, Default)]
pub struct Targets {
    /// The drivers.
    pub list: Vec<Target>,
    /// Drivers of the map that the lexicon lacks.
    pub lacking: Vec<String>,
    /// The places in `list` and in `lacking` of what a label stands for.
    by_label: HashMap<String, Places>,
}

#[derive(Debug, Clone, Default)]
struct Places {
    list: BTreeSet<usize>,
    lacking: BTreeSet<usize>,
}

impl Targets {
    /// The drivers that the map names, each with all below it; without a map those that labels call by their id, each with those below it
    /// that no label names.
    pub fn new(lexicon: &Lexicon, labels: Option<&Labels>, map: Option<&[(String, String)]>) -> Self {
        let pairs: Vec<(&str, &str)> = if let Some(map) = map {
            map.iter().map(|(label, driver)| (label.as_str(), driver.as_str())).collect()
        } else {
            let labels = labels.iter().flat_map(|labels| &labels.rows).map(|row| row.label.as_str());
            labels.filter(|label| lexicon.driver_ix(label).is_some()).map(|label| (label, label)).collect()
        };
        let named: BTreeSet<&str> = pairs.iter().map(|(_, driver)| *driver).collect();
        let (mut list, mut lacking) = (Vec::new(), Vec::new());
        for &id in &named {
            match lexicon.driver_ix(id) {
                Some(driver) => {
                    let mut covers = covers(lexicon, driver);
                    if map.is_none() {
                        // Who labels with the drivers themselves, and has a child's label, does not say the parent's for it.
                        covers.retain(|below| *below == driver || !named.contains(lexicon.driver(*below).id.as_str()));
                    }
                    list.push(Target { id: id.to_owned(), covers });
                }
                None => lacking.push(id.to_owned()),
            }
        }
        let mut by_label: HashMap<String, Places> = HashMap::new();
        for (label, driver) in pairs {
            let places = by_label.entry(label.to_owned()).or_default();
            if let Ok(at) = list.binary_search_by(|target| target.id.as_str().cmp(driver)) {
                places.list.insert(at);
            } else if let Ok(at) = lacking.binary_search_by(|id| id.as_str().cmp(driver)) {
                places.lacking.insert(at);
            }
        }
        Self { list, lacking, by_label }
    }
}

/// A driver and all that are below it.
fn covers(lexicon: &Lexicon, driver: DriverIx) -> Vec<DriverIx> {
    let all = (0u16..).zip(lexicon.drivers()).map(|(at, _)| DriverIx(at));
    all.filter(|other| *other == driver || lexicon.is_above(driver, *other)).collect()
}

/// The units of one comment that are labelled: answer (none: the whole comment) and place of the driver among the targets.
pub type Units = BTreeMap<(Option<u16>, usize), Side>;

/// All labels, by unit.
#[derive(Debug, Clone, Default)]
pub struct Gold {
    /// The ids that have labels, of whatever kind: only they are evaluated.
    pub ids: HashSet<String>,
    /// Whether units are single answers.
    pub by_column: bool,
    /// The units of each id.
    pub units: HashMap<String, Units>,
    /// The side of whole comments.
    pub overall: HashMap<String, Side>,
    /// Labels that stand for no driver, with their number.
    pub unmapped: BTreeMap<String, u64>,
    /// Labels of each driver that the lexicon lacks.
    pub lacking: BTreeMap<String, u64>,
    /// Labels of columns that are not read.
    pub other_columns: u64,
    /// Ids without a comment.
    pub without_text: u64,
}

impl Gold {
    /// Sorts the labels by what they stand for. Code `bad_labels` where a label of one answer does not say of which.
    pub fn new(labels: &Labels, targets: &Targets, texts: &Texts) -> Result<Self> {
        let columns: Vec<&str> = texts.columns.iter().map(|column| column.name.as_str()).collect();
        let mut gold = Self { by_column: labels.by_column, ..Self::default() };
        let nothing = Places::default();
        for row in &labels.rows {
            gold.ids.insert(row.id.clone());
            if row.label == OVERALL {
                join(gold.overall.entry(row.id.clone()), row.side);
                continue;
            }
            let places = match targets.by_label.get(&row.label) {
                Some(places) => places,
                None if row.label.is_empty() => &nothing,
                None => {
                    *gold.unmapped.entry(row.label.clone()).or_default() += 1;
                    continue;
                }
            };
            for at in &places.lacking {
                *gold.lacking.entry(targets.lacking[*at].clone()).or_default() += 1;
            }
            if places.list.is_empty() {
                continue;
            }
            let question = if labels.by_column { question(row, labels, &columns)? } else { None };
            if labels.by_column && question.is_none() {
                gold.other_columns += 1;
                continue;
            }
            let units = gold.units.entry(row.id.clone()).or_default();
            for at in &places.list {
                units.entry((question, *at)).and_modify(|side| *side = side.and(row.side)).or_insert(row.side);
            }
        }
        let there: HashSet<&str> = texts.comments.iter().map(|comment| comment.id.as_str()).collect();
        gold.without_text = gold.ids.iter().filter(|id| !there.contains(id.as_str())).count() as u64;
        Ok(gold)
    }
}

fn join(entry: std::collections::hash_map::Entry<'_, String, Side>, side: Side) {
    entry.and_modify(|before| *before = before.and(side)).or_insert(side);
}

/// The answer that a label is about; none where its column is not read.
fn question(row: &LabelRow, labels: &Labels, columns: &[&str]) -> Result<Option<u16>> {
    let Some(column) = &row.column else {
        if columns.len() == 1 {
            return Ok(Some(0));
        }
        let message = "the label does not say which column it is about".to_owned();
        return Err(Error::new(ErrorKind::Input, "bad_labels", message)
            .at(Place::line(&labels.file, row.line, None))
            .help("Fill in its `column`, or read one column alone with `--text COLUMN`."));
    };
    Ok(columns.iter().position(|name| name == column).map(|at| at as u16))
}

#[cfg(test)]
mod tests {
    use super::super::table::Labels;
    use super::super::texts::Comment;
    use super::*;
    use crate::survey::TextColumn;
    use crate::types::{Polarity, Role};

    fn labels(rows: &[(&str, &str, &str, &str)], by_column: bool) -> Labels {
        let row = |(id, label, word, column): &(&str, &str, &str, &str)| LabelRow {
            line: 2,
            id: (*id).to_owned(),
            label: (*label).to_owned(),
            side: Side::parse(word).unwrap(),
            column: Some((*column).to_owned()).filter(|column| !column.is_empty()),
        };
        Labels { file: "gold.csv".into(), rows: rows.iter().map(row).collect(), by_column }
    }

    fn texts(columns: &[&str], ids: &[&str]) -> Texts {
        let answers = vec![Some("x".to_owned()); columns.len()];
        let comment = |id: &&str| Comment { id: (*id).to_owned(), answers: answers.clone(), band: None };
        Texts {
            columns: columns.iter().map(|name| TextColumn { name: (*name).to_owned(), role: Role::Why }).collect(),
            comments: ids.iter().map(comment).collect(),
            rejected: 0,
            notices: Vec::new(),
            score: None,
        }
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(label, driver)| ((*label).to_owned(), (*driver).to_owned())).collect()
    }

    #[test]
    fn a_target_covers_what_is_below_it() {
        let lexicon = Lexicon::load(&["core"]).unwrap();
        let map = pairs(&[("s", "surroundings"), ("n", "noise"), ("x", "no_such_driver"), ("n2", "noise")]);
        let targets = Targets::new(&lexicon, None, Some(&map));
        let ids = |target: &Target| -> Vec<String> {
            target.covers.iter().map(|driver| lexicon.driver(*driver).id.clone()).collect()
        };
        assert_eq!(targets.list.iter().map(|target| target.id.as_str()).collect::<Vec<_>>(), ["noise", "surroundings"]);
        assert_eq!(ids(&targets.list[0]), ["noise"]);
        assert_eq!(ids(&targets.list[1]), ["cleanliness", "environment", "noise", "surroundings"]);
        assert_eq!(targets.lacking, ["no_such_driver"]);
    }

    #[test]
    fn labels_are_sorted_by_what_they_stand_for() {
        let lexicon = Lexicon::load(&["core"]).unwrap();
        let rows = labels(
            &[
                ("1", "quiet", "positive", ""),
                ("1", "loud", "negative", ""),
                ("2", "loud", "", ""),
                ("2", "gratitude", "positive", ""),
                ("3", "", "", ""),
                ("4", "gratitude", "", ""),
                ("4", "far", "negative", ""),
                ("5", "overall", "conflict", ""),
            ],
            false,
        );
        let map = pairs(&[("quiet", "noise"), ("loud", "noise"), ("far", "distance")]);
        let targets = Targets::new(&lexicon, Some(&rows), Some(&map));
        let gold = Gold::new(&rows, &targets, &texts(&["text"], &["1", "2", "3", "5"])).unwrap();
        assert_eq!(gold.ids.len(), 5);
        assert_eq!(gold.units["1"][&(None, 0)].polarity(), Some(Polarity::Neutral), "praise and blame of one unit");
        assert_eq!(gold.units["2"][&(None, 0)], Side::Unknown);
        assert!(!gold.units.contains_key("3"));
        assert_eq!(gold.unmapped, BTreeMap::from([("gratitude".to_owned(), 2)]));
        assert_eq!(gold.lacking, BTreeMap::from([("distance".to_owned(), 1)]));
        assert_eq!(gold.overall["5"].polarity(), Some(Polarity::Neutral));
        assert_eq!(gold.without_text, 1);
    }

    #[test]
    fn without_a_map_a_label_is_a_drivers_id() {
        let lexicon = Lexicon::load(&["core"]).unwrap();
        let rows = labels(&[("1", "noise", "negative", "good"), ("1", "loud", "", "good")], true);
        let targets = Targets::new(&lexicon, Some(&rows), None);
        let gold = Gold::new(&rows, &targets, &texts(&["why", "good"], &["1"])).unwrap();
        assert_eq!(gold.units["1"].keys().copied().collect::<Vec<_>>(), [(Some(1), 0)]);
        assert_eq!(gold.unmapped.len(), 1);
        let elsewhere = Gold::new(&rows, &targets, &texts(&["why"], &["1"])).unwrap();
        assert_eq!((elsewhere.units.len(), elsewhere.other_columns), (0, 1));
        let vague = labels(&[("1", "noise", "negative", "")], true);
        let error = Gold::new(&vague, &targets, &texts(&["why", "good"], &["1"])).unwrap_err();
        assert_eq!(error.code(), "bad_labels");
    }
}
