//! The part of the tables' columns that a survey decides: its segments, its questions, and whether it has customer ids.
//!
//! Not how the columns of an input are found: that is `survey`'s mapping.

use serde::{Deserialize, Serialize};

use crate::survey::Mapping;
pub use crate::survey::TextColumn;

/// Which columns the survey gives the tables.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Layout {
    /// Segments in the configured order, without `seg_`.
    pub segments: Vec<String>,
    /// Questions in the configured order.
    pub texts: Vec<TextColumn>,
    /// Whether there is a customer id besides the respondent's.
    pub customer: bool,
}

impl From<&Mapping> for Layout {
    fn from(mapping: &Mapping) -> Self {
        Self { segments: mapping.by.clone(), texts: mapping.texts.clone(), customer: mapping.customer.is_some() }
    }
}

impl Layout {
    /// The names of the segment columns: `seg_<name>`.
    pub fn segment_columns(&self) -> Vec<String> {
        self.segments.iter().map(|name| format!("seg_{name}")).collect()
    }

    /// The names of the text columns: `text` where there is one question, else `text_<name>` for each.
    pub fn text_columns(&self) -> Vec<String> {
        match self.texts.as_slice() {
            [_] => vec!["text".to_string()],
            texts => texts.iter().map(|text| format!("text_{}", text.name)).collect(),
        }
    }
}
