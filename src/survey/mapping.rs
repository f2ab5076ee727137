//! Which column is what: what the user asks for ([`Wanted`]) and what is used ([`Mapping`]).
//!
//! Not for the choice itself (`choose`, `names`).

use serde::{Deserialize, Serialize};

use super::consent::ConsentValues;
use super::dates::DateFormat;
use super::period::{Calendar, Granularity, WeekStart};
use super::scale::Scale;
use super::zone::Zone;
use crate::types::Role;

/// What the user asks for, by flags or `verbatim.toml`; what is left out is found from the data.
///
/// `none` for id, customer, consent, score, date or weight is no column, unless a column is called so.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The column of the respondent's id.
    pub id: Option<String>,
    /// The column of the score.
    pub score: Option<String>,
    /// The columns of comments, each with its question.
    pub texts: Vec<(String, Role)>,
    /// The column of the date.
    pub date: Option<String>,
    /// How dates are written, in `strptime`'s letters.
    pub date_format: Option<String>,
    /// The column of the sampling weight.
    pub weight: Option<String>,
    /// The scale, as [`Scale::parse`] reads it.
    pub scale: Option<String>,
    /// The columns of segments.
    pub by: Vec<String>,
    /// Those of `by` that the input lacks: all its answers are [`BLANK`](super::BLANK) there.
    pub blank: Vec<String>,
    /// The column of the customer's id, which many respondents may share.
    pub customer: Option<String>,
    /// The column that says whether the respondent may be contacted; what its values mean may follow, as in `agree:1=yes,2=no`.
    pub consent: Option<String>,
    /// How long a period is; not given: weeks where there is a date column, else one period.
    pub period: Option<Granularity>,
    /// The day on which a week starts; not given: Monday.
    pub week_start: Option<WeekStart>,
    /// The time zone in whose days timestamps with offsets lie, as [`Zone`] reads it; not given: the days as written.
    pub time_zone: Option<String>,
}

/// One column of comments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextColumn {
    /// The column.
    pub name: String,
    /// The question that it answers.
    pub role: Role,
}

/// What is used; goes to the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The column of the respondent's id; none: digest prefix and row number.
    pub id: Option<String>,
    /// The column of the customer's id.
    pub customer: Option<String>,
    /// The column that says whether the respondent may be contacted; none: nobody was asked.
    #[serde(default)]
    pub consent: Option<String>,
    /// What values of that column mean that have a meaning of their own.
    #[serde(default, skip_serializing_if = "ConsentValues::is_empty")]
    pub consent_values: ConsentValues,
    /// The column of the score; none: every respondent is unscored.
    pub score: Option<String>,
    /// The scale of the score.
    pub scale: Scale,
    /// The columns of comments, at least one.
    pub texts: Vec<TextColumn>,
    /// The column of the date.
    pub date: Option<String>,
    /// How its dates are written; given where `date` is.
    pub date_format: Option<DateFormat>,
    /// The column of the weight; none: every respondent weighs 1.
    pub weight: Option<String>,
    /// The columns of segments.
    pub by: Vec<String>,
    /// Those of `by` that the input lacks: all its answers are [`BLANK`](super::BLANK) there. No part of the hash of the configuration:
    /// it is of one input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blank: Vec<String>,
    /// How days become periods; of [`Granularity::None`] where there is no date column. In the manifest, the keys `period` and
    /// `week_start`.
    #[serde(flatten)]
    pub calendar: Calendar,
    /// The time zone in whose days timestamps with offsets lie; none: the days as written.
    #[serde(default)]
    pub time_zone: Option<Zone>,
}

impl Mapping {
    /// A mapping that reads these columns as comments, and nothing else.
    pub fn of_texts(texts: Vec<TextColumn>) -> Self {
        Self {
            id: None,
            customer: None,
            consent: None,
            consent_values: ConsentValues::default(),
            score: None,
            scale: Scale::default(),
            texts,
            date: None,
            date_format: None,
            weight: None,
            by: Vec::new(),
            blank: Vec::new(),
            calendar: Calendar::default(),
            time_zone: None,
        }
    }

    /// The column of consent as [`Wanted::consent`] has it, with what its values mean.
    pub fn consent_written(&self) -> Option<String> {
        let column = self.consent.as_ref()?;
        let is_bare = self.consent_values.is_empty();
        Some(if is_bare { column.clone() } else { format!("{column}:{}", self.consent_values) })
    }

    /// The input columns that are used, each once: id, customer, consent, score, date, weight, segments that are not blank, texts.
    pub fn columns(&self) -> Vec<String> {
        let single = [&self.id, &self.customer, &self.consent, &self.score, &self.date, &self.weight];
        let segments = self.by.iter().filter(|name| !self.blank.contains(name));
        let all = single.into_iter().flatten().chain(segments).chain(self.texts.iter().map(|text| &text.name));
        let mut columns: Vec<String> = Vec::new();
        for name in all {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        columns
    }

    /// The name in the respondents' table of a column of comments: `text` where there is one, else `text_<column>`.
    pub fn text_column(&self, text: &TextColumn) -> String {
        if self.texts.len() == 1 { "text".to_owned() } else { format!("text_{}", text.name) }
    }

    /// The name in the respondents' table of a segment column: `seg_<column>`.
    pub fn segment_column(column: &str) -> String {
        format!("seg_{column}")
    }
}
