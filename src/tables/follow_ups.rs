//! The table `follow_ups`: one row per respondent to get back to, with what held the score and who answers for it.
//!
//! Not where it is decided who that is (`engine::publish`). There is no text here: `comments` has it, redacted, under the same id.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use jiff::civil::Date;

use super::columns::{Column, count, date_or_null, number_or_null, word, word_or_null};
use super::layout::Layout;
use super::partition::Table;
use super::sheet::Sheet;
use crate::error::Result;
use crate::types::Band;

/// One respondent to get back to.
#[derive(Debug, Clone)]
pub struct FollowUpRow {
    /// The respondent's id.
    pub id: String,
    /// The customer's id, where the survey has one.
    pub customer: Option<String>,
    /// Day of the answer.
    pub date: Option<Date>,
    /// One value a segment.
    pub segments: Vec<String>,
    /// The score given.
    pub score: Option<f64>,
    /// What the call is for.
    pub kind: Kind,
    /// 1 to 3.
    pub priority: u64,
    /// Id of the driver that explains the score, and its names; none where none is named.
    pub driver: Option<(String, String, String)>,
    /// All drivers that explain the score, joined by ` / `.
    pub drivers: String,
    /// The function that owns most of the driver.
    pub function: Option<String>,
    /// Who answers for the driver.
    pub owner: Option<String>,
}

/// What a follow-up is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A detractor: call back, and put it right.
    CallBack,
    /// A passive: what holds the customer back.
    WinOver,
    /// A promoter: thank, and ask to recommend.
    Thank,
}

impl Kind {
    /// All kinds, the most urgent first.
    pub const ALL: [Self; 3] = [Self::CallBack, Self::WinOver, Self::Thank];

    /// The kind that tables call by this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// What a respondent of this band is called for.
    pub const fn of(band: Band) -> Self {
        match band {
            Band::Detractor => Self::CallBack,
            Band::Passive => Self::WinOver,
            Band::Promoter => Self::Thank,
        }
    }

    /// The word that tables use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CallBack => "call_back",
            Self::WinOver => "win_over",
            Self::Thank => "thank",
        }
    }
}

type Row = FollowUpRow;

fn follow_up_columns(segments: &[String], customer: bool) -> Vec<Column<Row>> {
    let mut columns = vec![word("id", "Respondent's id, as in `comments`.", |r: &Row| &r.id)];
    if customer {
        columns.push(word_or_null("customer", "Customer's id, as in `comments`.", |r: &Row| r.customer.as_deref()));
    }
    columns.push(date_or_null("date", "Day of the answer.", |r: &Row| r.date));
    for (at, name) in segments.iter().enumerate() {
        columns.push(word(name, "The respondent's value of this segment, as in `comments`.", move |r: &Row| {
            r.segments.get(at).map_or("", String::as_str)
        }));
    }
    columns.extend([
        number_or_null("score", "Answer to the recommendation question, on the survey's own scale.", |r: &Row| r.score),
        word("kind", "What the contact is for: `call_back` (a detractor), `win_over` (a passive), `thank` (a promoter).", |r: &Row| {
            r.kind.as_str()
        }),
        count(
            "priority",
            "1: one of the drivers behind the score is among those that together make half of what drivers make of this band in the period; 2: other drivers are; 3: none is named.",
            |r: &Row| r.priority,
        ),
        word_or_null(
            "driver",
            "Id of the driver that explains the score, and of several the one that makes most of this band in the period; null where none is named.",
            |r: &Row| r.driver.as_ref().map(|(id, ..)| id.as_str()),
        ),
        word_or_null("name_zh", "Its name in Chinese.", |r: &Row| r.driver.as_ref().map(|(_, zh, _)| zh.as_str())),
        word_or_null("name_en", "Its name in English.", |r: &Row| r.driver.as_ref().map(|(.., en)| en.as_str())),
        word_or_null(
            "drivers",
            "Ids of all drivers that explain the score, joined by ` / `; null where none is named.",
            |r: &Row| Some(r.drivers.as_str()).filter(|drivers| !drivers.is_empty()),
        ),
        word_or_null("function", "The function that owns most of the driver, as in `attribution`.", |r: &Row| r.function.as_deref()),
        word_or_null("owner", "Who answers for the driver, as in `attribution`.", |r: &Row| r.owner.as_deref()),
    ]);
    columns
}

/// The table `follow_ups` of a survey of this layout, to make many batches of it.
pub fn follow_ups_sheet(layout: &Layout) -> Sheet<FollowUpRow> {
    Sheet::new(Table::FollowUps, follow_up_columns(&layout.segment_columns(), layout.customer), None)
}

/// The schema of `follow_ups`.
pub fn follow_ups_schema(layout: &Layout) -> SchemaRef {
    Arc::clone(follow_ups_sheet(layout).schema())
}

/// The rows of `follow_ups`, in the order given.
pub fn follow_ups_rows(rows: &[FollowUpRow], layout: &Layout) -> Result<RecordBatch> {
    follow_ups_sheet(layout).rows(rows)
}
