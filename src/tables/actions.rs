//! The table `actions`: one row per action of the responsibility file, with what the driver did before and after it.
//!
//! Not where any of it is judged, nor where the file is read.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::columns::{Column, count, date, number_or_null, word, word_or_null};
use super::partition::Table;
use super::sheet::Sheet;
use crate::contribution::actions::{Judged, Verdict};
use crate::error::Result;

/// One action.
#[derive(Debug, Clone)]
pub struct ActionRow {
    /// Id of the driver.
    pub driver: String,
    /// The driver's Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// The function that acts.
    pub function: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// What is done.
    pub action: String,
    /// The day on which it starts.
    pub start: jiff::civil::Date,
    /// The detractor contribution that is wanted, 0–1.
    pub target: Option<f64>,
    /// The comparison; none where there is no period on one side.
    pub judged: Option<Judged>,
}

type Row = ActionRow;

fn judged(get: fn(&Judged) -> f64) -> impl Fn(&Row) -> Option<f64> + 'static {
    move |r: &Row| r.judged.as_ref().map(get)
}

fn action_columns() -> Vec<Column<Row>> {
    vec![
        word("driver", "Id of the driver.", |r: &Row| &r.driver),
        word("name_zh", "The driver's name in Chinese.", |r: &Row| &r.name_zh),
        word("name_en", "The driver's name in English.", |r: &Row| &r.name_en),
        word("function", "The function that acts.", |r: &Row| &r.function),
        word_or_null("owner", "Who answers for it.", |r: &Row| r.owner.as_deref()),
        word("action", "What is done; redacted as comments are.", |r: &Row| &r.action),
        date("start", "The day on which it starts.", |r: &Row| r.start),
        number_or_null("target", "The detractor contribution that is wanted, 0–1.", |r: &Row| r.target),
        count("periods", "Periods compared on each side of the start.", |r: &Row| {
            r.judged.as_ref().map_or(0, |it| it.periods as u64)
        }),
        number_or_null(
            "before",
            "Detractor contribution over the periods before, 0–1; null where there are none.",
            judged(|it| it.before),
        ),
        number_or_null("after", "The same over the periods after.", judged(|it| it.after)),
        number_or_null("change", "`after` less `before`.", judged(|it| it.change)),
        number_or_null("change_low", "Lower limit of the interval of `change`.", judged(|it| it.low)),
        number_or_null("change_high", "Upper limit of the interval of `change`.", judged(|it| it.high)),
        number_or_null("p", "Two-sided p-value of `change`, 0–1.", |r: &Row| r.judged.as_ref().and_then(|it| it.p)),
        word(
            "verdict",
            "`improved` or `worse` where the change is told from none, else `no_evidence`; `no_data` where a side has no period.",
            |r: &Row| r.judged.as_ref().map_or("no_data", |it| Verdict::as_str(it.verdict)),
        ),
    ]
}

/// The table `actions`, to make many batches of it.
pub fn actions_sheet() -> Sheet<ActionRow> {
    Sheet::new(Table::Actions, action_columns(), None)
}

/// The schema of `actions`.
pub fn actions_schema() -> SchemaRef {
    Arc::clone(actions_sheet().schema())
}

/// The rows of `actions`, in the order given.
pub fn actions_rows(rows: &[ActionRow]) -> Result<RecordBatch> {
    actions_sheet().rows(rows)
}
