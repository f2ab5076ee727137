//! What differs as Parquet: one file of changes of the rules, one of mentions, one of figures that move.
//!
//! Not part of the output of a run: these are files of a comparison, which no dashboard reads by itself.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::groups::{Found, MentionChange};
use super::moves::{Both, Moves};
use super::rules::Change;
use crate::error::{Error, ErrorKind, Result};
use crate::tables::{PartWriter, described, list_of, long_text};
use crate::together::Together;

/// The names of the files.
pub const FILES: [&str; 3] = ["lexicon_changes.parquet", "mention_changes.parquet", "contribution_moves.parquet"];
/// Rows that are made into a batch at once.
const ROWS: usize = 1_024;

/// Writes the three files into a folder. They come into their places when all are whole; dropped before that, the folder is as it was.
pub struct Sheets {
    aside: Together,
    mentions: PartWriter,
    schema: SchemaRef,
    waiting: Vec<MentionChange>,
}

impl Sheets {
    /// Begins them; the folder is made where it is not there.
    pub fn create(folder: &Path) -> Result<Self> {
        let aside = Together::begin(folder)?;
        let schema = Arc::new(Schema::new(mention_fields()));
        let mentions = PartWriter::create(&aside.path(FILES[1]), &schema)?;
        Ok(Self { aside, mentions, schema, waiting: Vec::new() })
    }

    /// Adds a mention.
    pub fn push(&mut self, one: &MentionChange) -> Result<()> {
        self.waiting.push(one.clone());
        if self.waiting.len() < ROWS { Ok(()) } else { self.write() }
    }

    /// Ends all three, and puts them in place of those of an earlier comparison.
    ///
    /// # Errors
    /// Where one cannot be written; then those of the earlier comparison stay.
    pub fn finish(mut self, changes: &[Change], moves: &Moves) -> Result<()> {
        self.write()?;
        self.mentions.finish()?;
        let write = |name: &str, fields: Vec<Field>, columns: Vec<ArrayRef>| -> Result<()> {
            let schema = Arc::new(Schema::new(fields));
            let mut writer = PartWriter::create(&self.aside.path(name), &schema)?;
            writer.push(&batch(&schema, columns)?)?;
            writer.finish().map(|_| ())
        };
        write(FILES[0], change_fields(), change_columns(changes))?;
        write(FILES[2], move_fields(), move_columns(moves))?;
        self.aside.put(&FILES)
    }

    fn write(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.waiting);
        self.mentions.push(&batch(&self.schema, mention_columns(&rows))?)
    }
}

fn batch(schema: &SchemaRef, columns: Vec<ArrayRef>) -> Result<RecordBatch> {
    RecordBatch::try_new(Arc::clone(schema), columns)
        .map_err(|error| Error::new(ErrorKind::Output, "table_misfit", error.to_string()).source(error))
}

fn word(name: &str, nullable: bool, description: &str) -> Field {
    described(name, DataType::Utf8, nullable, description)
}

fn count(name: &str, nullable: bool, description: &str) -> Field {
    described(name, DataType::Int64, nullable, description)
}

fn words<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn words_or_null<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

fn change_fields() -> Vec<Field> {
    vec![
        count("change", false, "Number of the change, from 0; `mention_changes` names it."),
        word(
            "kind",
            false,
            "`term`, `driver`, `parent`, `people`, `name`, `controllable`, `rollup`, `whole_word`, `attribute`, `responsibility`.",
        ),
        word("what", false, "The term as written, the driver's id, the word, or the attribute's id."),
        described(
            "before",
            list_of(DataType::Utf8),
            false,
            "What it was, such as the lists of a term that it left; empty where it was not there.",
        ),
        described(
            "after",
            list_of(DataType::Utf8),
            false,
            "What it is, such as the lists that it came to; empty where it is gone.",
        ),
    ]
}

fn change_columns(changes: &[Change]) -> Vec<ArrayRef> {
    let lists = |of: fn(&Change) -> &Vec<String>| -> ArrayRef {
        let DataType::List(field) = list_of(DataType::Utf8) else { return words(std::iter::empty()) };
        let mut lists = ListBuilder::new(StringBuilder::new()).with_field(field);
        for change in changes {
            for value in of(change) {
                lists.values().append_value(value);
            }
            lists.append(true);
        }
        Arc::new(lists.finish())
    };
    vec![
        Arc::new(Int64Array::from_iter_values((0..).take(changes.len()))),
        words(changes.iter().map(|it| it.kind.as_str())),
        words(changes.iter().map(|it| it.what.as_str())),
        lists(|it| &it.before),
        lists(|it| &it.after),
    ]
}

fn mention_fields() -> Vec<Field> {
    let mut fields = vec![
        word("id", false, "Respondent's id, not redacted."),
        word("period", false, "Label of the period."),
        word("question", false, "Column of the answer: `text`, or `text_<name>`."),
        long_text("answer", "The answer, with personal data blanked out at the same length.".to_owned()),
        word(
            "kind",
            false,
            "`gained`, `lost`, `flipped` (on another side), `otherwise` (the same by other words or another rule).",
        ),
        word("driver", false, "Id of the driver."),
        count("change", true, "Number of the change that did it; null where that cannot be told."),
    ];
    for (side, which) in [("before", "first"), ("after", "second")] {
        let of = |what: &str| format!("{what} under the {which} lexicon; null where it is not there.");
        fields.extend([
            word(&format!("polarity_{side}"), true, &of("What the mention says")),
            word(&format!("term_{side}"), true, &of("Id of its term")),
            count(&format!("start_byte_{side}"), true, &of("First byte of the term in the answer")),
            count(&format!("end_byte_{side}"), true, &of("One after the last byte of the term")),
            word(&format!("rule_{side}"), true, &of("The rule that decided")),
        ]);
    }
    fields
}

fn mention_columns(rows: &[MentionChange]) -> Vec<ArrayRef> {
    let mut columns = vec![
        words(rows.iter().map(|it| it.id.as_str())),
        words(rows.iter().map(|it| it.period.as_str())),
        words(rows.iter().map(|it| it.question.as_str())),
        words(rows.iter().map(|it| it.answer.as_str())),
        words(rows.iter().map(|it| it.kind.as_str())),
        words(rows.iter().map(|it| it.driver.as_str())),
        Arc::new(rows.iter().map(|it| it.change.map(|ix| (ix as u64).cast_signed())).collect::<Int64Array>()),
    ];
    let sides: [fn(&MentionChange) -> Option<&Found>; 2] = [|it| it.before.as_ref(), |it| it.after.as_ref()];
    for side in sides {
        let place = |of: fn(&Found) -> u32| -> ArrayRef {
            Arc::new(rows.iter().map(|it| side(it).map(|found| i64::from(of(found)))).collect::<Int64Array>())
        };
        columns.extend([
            words_or_null(rows.iter().map(|it| side(it).map(|found| found.polarity.as_str()))),
            words_or_null(rows.iter().map(|it| side(it).map(|found| found.term.as_str()))),
            place(|found| found.at.0),
            place(|found| found.at.1),
            words_or_null(rows.iter().map(|it| side(it).map(|found| found.rule))),
        ]);
    }
    columns
}

/// The figures of `contribution_moves`, each with its name.
const FIGURES: [(&str, &str); 3] = [
    ("promoter_contribution", "Its part of the share of promoters"),
    ("detractor_contribution", "Its part of the share of detractors"),
    ("net_contribution", "The first less the second"),
];

fn move_fields() -> Vec<Field> {
    let mut fields = vec![
        word("driver", false, "Id, as in `contributions`."),
        word("parent", true, "Id of what is above it."),
        word("level", false, "`leaf`, `parent`, `residual` or `rollup`, as in `contributions`."),
        word("name_zh", false, "Name in Chinese."),
        word("name_en", false, "Name in English."),
        count("respondents_before", false, "Respondents who mention it, under the first lexicon."),
        count("respondents_after", false, "The same under the second."),
    ];
    for (name, description) in FIGURES {
        for (side, which) in [("before", "first"), ("after", "second")] {
            let description = format!("{description}, −1–1, under the {which} lexicon.");
            fields.push(described(format!("{name}_{side}"), DataType::Float64, false, &description));
        }
    }
    fields
}

fn move_columns(moves: &Moves) -> Vec<ArrayRef> {
    let rows = &moves.rows;
    let count = |at: usize| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|it| it.respondents[at].cast_signed())))
    };
    let mut columns = vec![
        words(rows.iter().map(|it| it.driver.as_str())),
        words_or_null(rows.iter().map(|it| it.parent.as_deref())),
        words(rows.iter().map(|it| it.level)),
        words(rows.iter().map(|it| it.name_zh.as_str())),
        words(rows.iter().map(|it| it.name_en.as_str())),
        count(0),
        count(1),
    ];
    let figures: [fn(&super::moves::Moved) -> Both; 3] = [|it| it.promoter, |it| it.detractor, |it| it.net];
    for of in figures {
        for at in 0..2 {
            columns.push(Arc::new(Float64Array::from_iter_values(rows.iter().map(|it| of(it)[at]))));
        }
    }
    columns
}
