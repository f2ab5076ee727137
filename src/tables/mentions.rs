//! The table `mentions`: one row per driver mention, with where it stands and why it counts as it does.
//!
//! Not where mentions are found: `tag` makes a list of them per respondent, and this lays the lists out flat.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, FieldRef, Fields, SchemaRef};

use super::batch::{batch, column, conform, misfit, unfit};
use super::partition::Table;
use super::schema::{describe, described, list_of, table_schema};
use crate::error::Result;
use crate::tag::batch::mention_fields;

const NAME: &str = Table::Mentions.as_str();

/// What each field of a mention holds.
const DESCRIPTIONS: [(&str, &str); 17] = [
    ("question", "Column of `comments` that holds the text."),
    ("driver", "Id of the driver that is mentioned."),
    ("parent", "Id of the driver's parent; null for a driver at the top."),
    ("polarity", "What this mention says of the driver: `positive`, `negative` or `neutral`."),
    ("start_char", "Where the matched text starts, in characters from 0."),
    ("end_char", "Where the matched text ends, in characters from 0; the first one after it."),
    ("start_byte", "Where the matched text starts, in UTF-8 bytes from 0."),
    ("end_byte", "Where the matched text ends, in UTF-8 bytes from 0; the first one after it."),
    ("text", "The matched text, as it stands in the redacted comment."),
    ("term", "Id of the lexicon term that matched."),
    ("cue", "Text of the word that decided the polarity; null where the term itself or its driver decided it."),
    ("cue_start_byte", "Where the cue starts, in UTF-8 bytes from 0; null without cue."),
    ("cue_end_byte", "Where the cue ends, in UTF-8 bytes from 0; null without cue."),
    ("negator", "Text of the word that turned the polarity; null where nothing did."),
    ("negated", "Whether a negator turned the polarity."),
    ("clause", "Number of the clause in its text, from 0."),
    ("rule", "Name of the rule that decided the polarity."),
];

/// One mention, as `tag` puts it into the list column `mentions` and as the table has it beside the id.
pub fn mention_struct() -> Fields {
    describe(&mention_fields(), &DESCRIPTIONS)
}

/// The schema of `mentions`: the respondent's id, and the fields of [`mention_struct`].
pub fn mentions_schema() -> SchemaRef {
    let id = described("id", DataType::Utf8, false, "Respondent's id, as in `comments`.");
    let fields: Vec<FieldRef> = std::iter::once(Arc::new(id)).chain(mention_struct().iter().cloned()).collect();
    table_schema(Table::Mentions, fields)
}

/// The rows of `mentions`: the lists in the column `mentions` of `tags` laid out flat, each mention beside its row's id.
pub fn mentions_rows(ids: &dyn Array, tags: &RecordBatch) -> Result<RecordBatch> {
    if ids.len() != tags.num_rows() {
        return Err(misfit(NAME, format!("{} ids and {} tagged rows", ids.len(), tags.num_rows())));
    }
    let lists = column(NAME, tags, "mentions", &list_of(DataType::Struct(mention_struct())))?;
    let lists = lists.as_list::<i32>();
    let (owners, slots) = flat(lists.offsets(), |row| lists.is_valid(row));
    let ids = take(ids, &owners, None).map_err(unfit(NAME))?;
    let values = contiguous(lists.values(), &slots)?;
    let mentions = values.as_struct();
    if mentions.null_count() > 0 {
        return Err(misfit(NAME, "a mention is null"));
    }
    let schema = mentions_schema();
    let columns = std::iter::once(&ids).chain(mentions.columns()).zip(schema.fields());
    let columns = columns.map(|(array, field)| conform(NAME, field.name(), array, field.data_type()));
    let columns = columns.collect::<Result<Vec<_>>>()?;
    batch(NAME, schema, columns)
}

/// For each mention of the lists in turn: the row whose it is, and its place among the lists' values.
fn flat(offsets: &[i32], is_valid: impl Fn(usize) -> bool) -> (UInt32Array, Vec<u32>) {
    let (mut owners, mut slots) = (Vec::new(), Vec::new());
    for (row, range) in offsets.windows(2).enumerate() {
        // A null list may still span values, which are nobody's.
        if is_valid(row) {
            let range = range[0].unsigned_abs()..range[1].unsigned_abs();
            owners.extend(std::iter::repeat_n(row as u32, range.len()));
            slots.extend(range);
        }
    }
    (UInt32Array::from(owners), slots)
}

/// The values at `slots`: a slice where they are one run, which they are unless a list is null.
fn contiguous(values: &ArrayRef, slots: &[u32]) -> Result<ArrayRef> {
    match slots {
        [] => Ok(values.slice(0, 0)),
        [first, .., last] if (last - first) as usize + 1 == slots.len() => {
            Ok(values.slice(*first as usize, slots.len()))
        }
        _ => take(values, &UInt32Array::from(slots.to_vec()), None).map_err(unfit(NAME)),
    }
}
