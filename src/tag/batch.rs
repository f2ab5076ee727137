//! Tagging over Arrow batches: answers in columns, tags out as columns with nested lists.
//!
//! Not for files or tables: what is delivered, and under which names, is `tables`.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayBuilder, ArrayRef, BooleanBuilder, ListArray, RecordBatch, StringArray, StringBuilder, StructArray,
    UInt32Builder,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};

use super::mention::{CommentTags, Mention};
use super::tagger::{Scratch, Tagger};
use crate::error::{Error, ErrorKind, Result};
use crate::text::CharOffsets;
use crate::types::{Role, Voices};

fn text(name: &str, nullable: bool) -> Field {
    Field::new(name, DataType::Utf8, nullable)
}

fn number(name: &str, nullable: bool) -> Field {
    Field::new(name, DataType::UInt32, nullable)
}

/// The fields of a mention, in the column `mentions` of what [`Tagger::tag`] returns.
pub fn mention_fields() -> Fields {
    Fields::from(vec![
        text("question", false),
        text("driver", false),
        text("parent", true),
        text("polarity", false),
        number("start_char", false),
        number("end_char", false),
        number("start_byte", false),
        number("end_byte", false),
        text("text", false),
        text("term", false),
        text("cue", true),
        number("cue_start_byte", true),
        number("cue_end_byte", true),
        text("negator", true),
        Field::new("negated", DataType::Boolean, false),
        number("clause", false),
        text("rule", false),
    ])
}

/// The fields of a driver with what the whole comment says of it, in the column `drivers`.
pub fn driver_fields() -> Fields {
    Fields::from(vec![text("driver", false), text("polarity", false), Field::new("voice", list_of_text(), false)])
}

fn list_of(fields: Fields) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Struct(fields), false)))
}

fn list_of_text() -> DataType {
    DataType::List(Arc::new(text("item", false)))
}

/// The columns that [`Tagger::tag`] returns: `languages` (zh, en), `drivers`, `sentiment`, `voice`, `residual`, `mentions`.
pub fn tags_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("languages", list_of_text(), false),
        Field::new("drivers", list_of(driver_fields()), false),
        text("sentiment", true),
        Field::new("voice", list_of_text(), false),
        text("residual", true),
        Field::new("mentions", list_of(mention_fields()), false),
    ]))
}

impl Tagger {
    /// Tags every row of a batch: its questions' columns must be there as `Utf8`, redacted; null is no answer.
    ///
    /// Returns a batch of [`tags_schema`] with as many rows.
    ///
    /// # Errors
    /// Where a question's column is missing or holds no `Utf8`.
    pub fn tag(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let mut answers: Vec<(u16, Role, &StringArray)> = Vec::with_capacity(self.questions.len());
        for (ix, question) in (0u16..).zip(&self.questions) {
            let column = batch
                .column_by_name(&question.column)
                .and_then(|column| column.as_any().downcast_ref::<StringArray>())
                .ok_or_else(|| {
                    Error::new(
                        ErrorKind::Usage,
                        "text_column",
                        format!("the batch has no Utf8 column `{}` to tag", question.column),
                    )
                })?;
            answers.push((ix, question.role, column));
        }
        let mut scratch = Scratch::default();
        let mut tags = CommentTags::default();
        let mut columns = Columns::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            let given = answers
                .iter()
                .filter(|(_, _, column)| column.is_valid(row))
                .map(|(ix, role, column)| (*ix, *role, column.value(row)));
            self.tag_comment(given, &mut scratch, &mut tags);
            columns.push(self, &tags, |question| answers[usize::from(question)].2.value(row))?;
        }
        columns.finish()
    }
}

/// The columns under construction.
#[derive(Default)]
struct Columns {
    languages: TextLists,
    driver: StringBuilder,
    stance: StringBuilder,
    driver_voice: TextLists,
    driver_ends: Ends,
    sentiment: StringBuilder,
    voice: TextLists,
    residual: StringBuilder,
    mentions: MentionColumns,
    mention_ends: Ends,
}

/// The ends of a list column's rows.
struct Ends(Vec<i32>);

impl Default for Ends {
    fn default() -> Self {
        Self(vec![0])
    }
}

impl Ends {
    fn push(&mut self, len: usize) -> Result<()> {
        let len = i32::try_from(len).map_err(|_| {
            Error::new(ErrorKind::Usage, "batch_too_large", "a batch holds more than 2^31 mentions")
                .help("Give smaller batches.")
        })?;
        self.0.push(len);
        Ok(())
    }

    fn list(self, values: ArrayRef) -> Result<ArrayRef> {
        let field = Arc::new(Field::new_list_field(values.data_type().clone(), false));
        let list = ListArray::try_new(field, OffsetBuffer::new(self.0.into()), values, None).map_err(from_arrow)?;
        Ok(Arc::new(list))
    }
}

/// A column of lists of words.
#[derive(Default)]
struct TextLists {
    words: StringBuilder,
    ends: Ends,
}

impl TextLists {
    /// One list.
    fn push(&mut self, voices: Voices) -> Result<()> {
        for voice in voices.iter() {
            self.words.append_value(voice.as_str());
        }
        self.ends.push(self.words.len())
    }

    fn finish(mut self) -> Result<ArrayRef> {
        self.ends.list(Arc::new(self.words.finish()))
    }
}

#[derive(Default)]
struct MentionColumns {
    question: StringBuilder,
    driver: StringBuilder,
    parent: StringBuilder,
    polarity: StringBuilder,
    start_char: UInt32Builder,
    end_char: UInt32Builder,
    start_byte: UInt32Builder,
    end_byte: UInt32Builder,
    text: StringBuilder,
    term: StringBuilder,
    cue: StringBuilder,
    cue_start_byte: UInt32Builder,
    cue_end_byte: UInt32Builder,
    negator: StringBuilder,
    negated: BooleanBuilder,
    clause: UInt32Builder,
    rule: StringBuilder,
}

impl Columns {
    fn with_capacity(rows: usize) -> Self {
        let mut columns = Self::default();
        columns.driver_ends.0.reserve(rows);
        columns.mention_ends.0.reserve(rows);
        columns
    }

    fn push<'a>(&mut self, tagger: &Tagger, tags: &CommentTags, answer: impl Fn(u16) -> &'a str) -> Result<()> {
        let lexicon = tagger.lexicon();
        for (there, word) in [(tags.zh, "zh"), (tags.en, "en")] {
            if there {
                self.languages.words.append_value(word);
            }
        }
        self.languages.ends.push(self.languages.words.len())?;
        for said in &tags.said {
            self.driver.append_value(&lexicon.driver(said.driver).id);
            self.stance.append_value(said.stance.as_str());
            self.driver_voice.push(said.voices)?;
        }
        self.driver_ends.push(self.driver.len())?;
        self.sentiment.append_option(tags.sentiment().map(super::Sentiment::as_str));
        self.voice.push(tags.voices())?;
        self.residual.append_option(tags.residual().map(crate::types::Residual::as_str));
        for of_answer in tags.mentions.chunk_by(|a, b| a.question == b.question) {
            let answer = answer(of_answer[0].question);
            let mut chars = CharOffsets::new(answer);
            for mention in of_answer {
                self.mentions.push(tagger, mention, answer, &mut chars);
            }
        }
        self.mention_ends.push(self.mentions.driver.len())
    }

    fn finish(mut self) -> Result<RecordBatch> {
        let drivers = StructArray::try_new(
            driver_fields(),
            vec![Arc::new(self.driver.finish()), Arc::new(self.stance.finish()), self.driver_voice.finish()?],
            None,
        )
        .map_err(from_arrow)?;
        let columns: Vec<ArrayRef> = vec![
            self.languages.finish()?,
            self.driver_ends.list(Arc::new(drivers))?,
            Arc::new(self.sentiment.finish()),
            self.voice.finish()?,
            Arc::new(self.residual.finish()),
            self.mention_ends.list(Arc::new(self.mentions.finish()?))?,
        ];
        RecordBatch::try_new(tags_schema(), columns).map_err(from_arrow)
    }
}

impl MentionColumns {
    fn push(&mut self, tagger: &Tagger, mention: &Mention, answer: &str, chars: &mut CharOffsets<'_>) {
        let lexicon = tagger.lexicon();
        let driver = lexicon.driver(mention.driver);
        let range = mention.span.range();
        self.question.append_value(&tagger.questions()[usize::from(mention.question)].column);
        self.driver.append_value(&driver.id);
        self.parent.append_option(driver.parent.map(|parent| lexicon.driver(parent).id.as_str()));
        self.polarity.append_value(mention.polarity.as_str());
        let start_char = chars.at(mention.span.start);
        self.start_char.append_value(start_char);
        self.end_char.append_value(start_char + answer[range.clone()].chars().count() as u32);
        self.start_byte.append_value(mention.span.start);
        self.end_byte.append_value(mention.span.end);
        self.text.append_value(&answer[range]);
        self.term.append_value(&lexicon.term(mention.term).id);
        self.cue.append_option(mention.cue.map(|cue| &answer[cue.span.range()]));
        self.cue_start_byte.append_option(mention.cue.map(|cue| cue.span.start));
        self.cue_end_byte.append_option(mention.cue.map(|cue| cue.span.end));
        self.negator.append_option(mention.negator.map(|negator| &answer[negator.span.range()]));
        self.negated.append_value(mention.negated);
        self.clause.append_value(mention.clause);
        self.rule.append_value(mention.rule.as_str());
    }

    fn finish(mut self) -> Result<StructArray> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.question.finish()),
            Arc::new(self.driver.finish()),
            Arc::new(self.parent.finish()),
            Arc::new(self.polarity.finish()),
            Arc::new(self.start_char.finish()),
            Arc::new(self.end_char.finish()),
            Arc::new(self.start_byte.finish()),
            Arc::new(self.end_byte.finish()),
            Arc::new(self.text.finish()),
            Arc::new(self.term.finish()),
            Arc::new(self.cue.finish()),
            Arc::new(self.cue_start_byte.finish()),
            Arc::new(self.cue_end_byte.finish()),
            Arc::new(self.negator.finish()),
            Arc::new(self.negated.finish()),
            Arc::new(self.clause.finish()),
            Arc::new(self.rule.finish()),
        ];
        StructArray::try_new(mention_fields(), columns, None).map_err(from_arrow)
    }
}

/// Arrow refuses only columns that do not fit their schema, which the builders above cannot make; it is passed on all the same.
fn from_arrow(error: arrow::error::ArrowError) -> Error {
    Error::new(ErrorKind::Usage, "arrow", error.to_string()).source(error)
}
