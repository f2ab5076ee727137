//! What `tag` hands over for a batch of respondents: a row each, in the same order.
//!
//! Not a table: `comments` and `mentions` are made from it.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};

use super::mentions::mention_struct;
use super::schema::{described, list_of};

/// A driver of a comment, with what the respondent says of it over all mentions.
pub fn driver_struct() -> Fields {
    Fields::from(vec![
        described("driver", DataType::Utf8, false, "Id of the driver."),
        described(
            "polarity",
            DataType::Utf8,
            false,
            "What the respondent says of it over all mentions: `positive`, `negative`, `neutral` or `mixed`.",
        ),
    ])
}

/// The columns of a tagged batch: `languages`, `drivers`, `sentiment`, `voice`, `residual`, `mentions`.
pub fn tags_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("languages", list_of(DataType::Utf8), false),
        Field::new("drivers", list_of(DataType::Struct(driver_struct())), false),
        Field::new("sentiment", DataType::Utf8, true),
        Field::new("voice", list_of(DataType::Utf8), false),
        Field::new("residual", DataType::Utf8, true),
        Field::new("mentions", list_of(DataType::Struct(mention_struct())), false),
    ]))
}
