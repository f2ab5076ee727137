//! The table `comments`: one row per respondent, with score, segments, redacted text and what was found in it.
//!
//! Not where a comment is judged: `tag` does that, and this puts its columns beside the respondent's. The table is also what
//! re-tagging starts from, so that everything of the respondent can be had back from it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch, StringArray, new_null_array};
use arrow::datatypes::{DataType, Field, Fields, Float64Type, Int64Type, Schema, SchemaRef};

use super::batch::{batch, column, misfit};
use super::layout::Layout;
use super::partition::Table;
use super::schema::{BLANK, describe, described, list_of, long_text, table_schema};
use crate::error::Result;
use crate::tag::batch::driver_fields;
use crate::types::Role;

const NAME: &str = Table::Comments.as_str();

/// The columns that come from the tagged batch; all others are the respondent's.
const TAGGED: [&str; 5] = ["languages", "drivers", "sentiment", "voice", "residual"];

/// A driver of a comment, with what the respondent says of it over all mentions.
pub(super) fn driver_struct() -> Fields {
    const DESCRIPTIONS: [(&str, &str); 3] = [
        ("driver", "Id of the driver."),
        ("polarity", "What the respondent says of it over all mentions: `positive`, `negative`, `neutral` or `mixed`."),
        (
            "voice",
            "What the respondent does in saying it: any of `praise`, `problem` (blame that is no wish), `suggestion` (a wish about it), `question`.",
        ),
    ];
    let fields = driver_fields();
    // As the Parquet format names the elements of lists.
    let named = fields.iter().map(|field| match field.data_type() {
        DataType::List(of) => field.as_ref().clone().with_data_type(list_of(of.data_type().clone())),
        _ => field.as_ref().clone(),
    });
    describe(&named.collect(), &DESCRIPTIONS)
}

/// The schema of `comments` for a survey of this layout.
pub fn comments_schema(layout: &Layout) -> SchemaRef {
    let questions = layout.texts.iter().map(|text| match text.role {
        Role::Why => "why the respondent gave this score",
        Role::Good => "what was good",
        Role::Improve => "what could be better",
        Role::Other => "another open question",
    });
    let texts: Vec<(String, &str)> = layout.text_columns().into_iter().zip(questions).collect();
    schema_of(&layout.segment_columns(), &texts, layout.customer)
}

/// The schema for these column names, each text with what was asked; also made by the dictionary, whose names are patterns.
pub(super) fn schema_of(segments: &[String], texts: &[(String, &str)], customer: bool) -> SchemaRef {
    let mut fields = vec![described(
        "id",
        DataType::Utf8,
        false,
        "Respondent's id, unique in its period, not redacted; where the input has none, the start of the file's digest and the row number, in workbooks the number of the sheet between them.",
    )];
    if customer {
        fields.push(described(
            "customer",
            DataType::Utf8,
            true,
            "Customer's id, not redacted, where the survey has one besides the respondent's.",
        ));
    }
    fields.push(described(
        "consent",
        DataType::Utf8,
        true,
        "Whether the respondent may be contacted: `yes` or `no`; null where nobody asked, or nothing was said.",
    ));
    fields.push(described("date", DataType::Date32, true, "Day of the answer."));
    for segment in segments {
        fields.push(described(
            segment,
            DataType::Utf8,
            false,
            "The respondent's value of this segment, with personal data blanked out at the same length; `(blank)` where the input has none.",
        ));
    }
    fields.extend([
        described(
            "score",
            DataType::Float64,
            true,
            "Answer to the recommendation question, on the survey's own scale; null where blank, and where it is a label without a number.",
        ),
        described("band", DataType::Utf8, true, "`promoter`, `passive` or `detractor`; null where the score is blank."),
        described(
            "weight",
            DataType::Float64,
            false,
            "Sampling weight, above 0, exact to a millionth; 1 where the survey has none or leaves it blank.",
        ),
        described(
            "languages",
            list_of(DataType::Utf8),
            false,
            "Languages found in the texts, as ISO 639-1 codes such as `zh` and `en`.",
        ),
    ]);
    for (name, question) in texts {
        fields.push(long_text(
            name,
            format!("Answer to {question}, with personal data blanked out at the same length; null where blank."),
        ));
    }
    fields.extend([
        described(
            "drivers",
            list_of(DataType::Struct(driver_struct())),
            false,
            "Drivers mentioned in the texts, each once with the respondent's polarity over all its mentions.",
        ),
        described("sentiment", DataType::Utf8, true, "`positive`, `negative`, `neutral` or `mixed` over all texts; null where there is no comment."),
        described("voice", list_of(DataType::Utf8), false, "What the texts do as a whole, of drivers or of none: any of `praise`, `problem`, `suggestion`, `question`; a wish about a driver is a problem here too."),
        described(
            "residual",
            DataType::Utf8,
            true,
            "Bucket to which the respondent's credit goes where it goes to no driver: `general_praise`, `general_blame`, `no_driver` or `no_comment` where none is mentioned, `contrary` where drivers are mentioned only against the side of the score; else null.",
        ),
    ]);
    table_schema(Table::Comments, fields)
}

/// The rows of `comments`: `respondents` and, of the same row count and order, what was found in their texts.
///
/// `respondents` has the table's own columns with `weight` as `Int64` millionths; the period is the partition, and is left out.
pub fn comments_rows(respondents: &RecordBatch, tags: &RecordBatch, layout: &Layout) -> Result<RecordBatch> {
    if respondents.num_rows() != tags.num_rows() {
        let problem = format!("{} respondents and {} tagged rows", respondents.num_rows(), tags.num_rows());
        return Err(misfit(NAME, problem));
    }
    let schema = comments_schema(layout);
    let segments = layout.segment_columns();
    let columns = schema.fields().iter().map(|field| match field.name().as_str() {
        "weight" => {
            let micros = column(NAME, respondents, "weight", &DataType::Int64)?;
            let weights: Float64Array = micros.as_primitive::<Int64Type>().unary(|micros| micros as f64 / 1e6);
            Ok(Arc::new(weights) as ArrayRef)
        }
        name if TAGGED.contains(&name) => column(NAME, tags, name, field.data_type()),
        name if segments.iter().any(|segment| segment == name) => {
            Ok(blanks_named(&column(NAME, respondents, name, &DataType::Utf8)?))
        }
        name => column(NAME, respondents, name, field.data_type()),
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    batch(NAME, schema, columns)
}

/// The strings with `(blank)` in place of null.
fn blanks_named(values: &ArrayRef) -> ArrayRef {
    if values.null_count() == 0 {
        return values.clone();
    }
    let named: StringArray = values.as_string::<i32>().iter().map(|value| Some(value.unwrap_or(BLANK))).collect();
    Arc::new(named)
}

/// The respondents behind rows of `comments`: what [`comments_rows`] took, for tagging them again under another lexicon.
pub fn respondents_of(comments: &RecordBatch, period: &str, layout: &Layout) -> Result<RecordBatch> {
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for field in comments_schema(layout).fields() {
        let name = field.name().as_str();
        if TAGGED.contains(&name) {
            continue;
        }
        // Engines that did not ask for consent wrote no such column.
        let values = if name == "consent" && comments.column_by_name(name).is_none() {
            new_null_array(&DataType::Utf8, comments.num_rows())
        } else {
            column(NAME, comments, name, field.data_type())?
        };
        if name == "weight" {
            let micros: Int64Array = values.as_primitive::<Float64Type>().unary(|weight| (weight * 1e6).round() as i64);
            fields.push(Field::new("weight", DataType::Int64, false));
            columns.push(Arc::new(micros));
        } else {
            fields.push(field.as_ref().clone());
            columns.push(values);
        }
        if name == "id" {
            let periods = std::iter::repeat_n(period, comments.num_rows());
            fields.push(Field::new("period", DataType::Utf8, false));
            columns.push(Arc::new(StringArray::from_iter_values(periods)));
        }
    }
    batch(NAME, Arc::new(Schema::new(fields)), columns)
}
