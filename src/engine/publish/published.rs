//! What the tables of an earlier run say of a period that another lexicon tagged, so that what the rules alone moved can be told.
//!
//! Not for any figure of this run.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::Array;

use super::change_rows::Was;
use crate::error::Result;
use crate::tables::{CellLabel, Layout, Level, Named, PartReader, RowLabel, Table};

/// The net contributions of a period, by cell and driver.
pub(super) struct Published {
    cells: HashMap<CellLabel, BTreeMap<(String, Level), Was>>,
}

impl Published {
    /// Of the contributions of a period, of which `open` reads columns; none where there are no such.
    pub(super) fn read(
        open: impl FnOnce(&[&str]) -> Result<Option<PartReader>>,
        layout: &Layout,
    ) -> Result<Option<Self>> {
        let segments = layout.segment_columns();
        let words = ["cell_level", "driver", "parent", "level", "name_zh", "name_en"];
        let columns: Vec<&str> =
            words.into_iter().chain(["net_contribution"]).chain(segments.iter().map(String::as_str)).collect();
        let Some(reader) = open(&columns)? else { return Ok(None) };
        let mut cells: HashMap<CellLabel, BTreeMap<(String, Level), Was>> = HashMap::new();
        for batch in reader {
            let batch = batch?;
            let named = Named::new(&batch, Table::Contributions.as_str());
            let [level, driver, parent, kind, zh, en] = words.map(|name| named.words(name));
            let (level, driver, parent, kind, zh, en) = (level?, driver?, parent?, kind?, zh?, en?);
            let values = segments.iter().map(|name| named.words(name)).collect::<Result<Vec<_>>>()?;
            let net = named.numbers("net_contribution")?;
            for row in (0..batch.num_rows()).filter(|row| net.is_valid(*row)) {
                let Some(known) = Level::parse(kind.value(row)).filter(|level| *level != Level::Rollup) else {
                    continue;
                };
                let cell = CellLabel {
                    level: level.value(row).to_owned(),
                    segments: values.iter().map(|column| column.value(row).to_owned()).collect(),
                };
                let label = RowLabel {
                    driver: driver.value(row).to_owned(),
                    parent: parent.is_valid(row).then(|| parent.value(row).to_owned()),
                    level: known,
                    name_zh: zh.value(row).to_owned(),
                    name_en: en.value(row).to_owned(),
                };
                let was = Was { net: net.value(row), label: Arc::new(label) };
                cells.entry(cell).or_default().insert((driver.value(row).to_owned(), known), was);
            }
        }
        Ok(Some(Self { cells }))
    }

    /// By driver and level, what the tables say of a cell: a leaf that has become a parent is another row; none where they do not have it, as where it was too small to stand alone.
    pub(super) fn cell(&self, label: &CellLabel) -> Option<BTreeMap<(String, Level), Was>> {
        self.cells.get(label).cloned()
    }
}
