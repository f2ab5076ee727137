//! Rows of an earlier run that stay as they are: `comments` and `mentions` put together again as records.
//!
//! Not for rows that are tagged or redacted again: those go the way of new ones. What one lexicon wrote, the same lexicon knows by
//! name; anything else in the tables is an error.

use std::borrow::Cow;
use std::collections::HashMap;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray, UInt32Array};
use arrow::datatypes::UInt32Type;

use crate::contribution::Cells;
use crate::engine::count::{TagColumns, text, unfit, unknown};
use crate::engine::respondents::Respondents;
use crate::engine::work::{Records, counted};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::{Lexicon, TermIx};
use crate::tables::{Layout, Row, respondents_of};
use crate::tag::mention::{Evidence, Span};
use crate::tag::{Mention, Rule, Sentiment};
use crate::types::{Polarity, Voices};

/// What the tables call by name, by its number.
pub(super) struct Names<'a> {
    lexicon: &'a Lexicon,
    layout: &'a Layout,
    questions: Vec<String>,
    terms: HashMap<&'a str, TermIx>,
}

impl<'a> Names<'a> {
    pub(super) fn new(lexicon: &'a Lexicon, layout: &'a Layout) -> Self {
        let terms = (0..lexicon.term_count() as u32).map(TermIx).map(|ix| (lexicon.term(ix).id.as_str(), ix));
        Self { lexicon, layout, questions: layout.text_columns(), terms: terms.collect() }
    }
}

/// Counts rows of `comments`, and appends them to `records` with their mentions, which come in the same order.
pub(super) fn stay(
    comments: &RecordBatch,
    period: &str,
    mentions: &mut HeldMentions<'_, impl Iterator<Item = Result<RecordBatch>>>,
    cells: &mut Cells,
    records: &mut Records,
) -> Result<()> {
    let layout = mentions.names.layout;
    let batch = respondents_of(comments, period, layout)?;
    let (respondents, tags) = (Respondents::of(&batch, layout)?, TagColumns::of(comments)?);
    let sentiment = text(comments, "sentiment")?;
    let languages = comments.column_by_name("languages").and_then(|column| column.as_list_opt::<i32>());
    let languages = languages.ok_or_else(|| unfit("languages"))?;
    let (mut said, mut found) = (Vec::new(), Vec::new());
    for row in 0..comments.num_rows() {
        tags.said(row, cells.tree(), &mut said)?;
        let segments: Vec<Cow<str>> = respondents.segments(row).map(Cow::Borrowed).collect();
        let texts: Vec<Option<Cow<str>>> = respondents.texts(row).map(|text| text.map(Cow::Borrowed)).collect();
        let (id, score) = (respondents.id(row), respondents.score(row));
        let (band, weight) = (respondents.band(row)?, respondents.weight(row)?);
        let (voices, residual) = (tags.voices(row)?, tags.residual(row));
        mentions.take(id, &texts, &mut found)?;
        let spoken = languages.value(row);
        let spoken = spoken.as_string_opt::<i32>().ok_or_else(|| unfit("languages"))?;
        let side = sentiment.is_valid(row).then(|| sentiment.value(row));
        let written = Row {
            id,
            customer: respondents.customer(row),
            consent: respondents.consent(row)?,
            date: respondents.date(row),
            score,
            band,
            weight,
            segments: &segments,
            texts: &texts,
            zh: spoken.iter().any(|language| language == Some("zh")),
            en: spoken.iter().any(|language| language == Some("en")),
            sentiment: side.map(|word| Sentiment::parse(word).ok_or_else(|| unfit("sentiment"))).transpose()?,
            voices,
            residual,
            said: &said,
            mentions: &found,
        };
        let values: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
        cells.add(&counted(&written, period, &values));
        records.push(period, &written);
    }
    Ok(())
}

/// The mentions of a period, respondent by respondent.
pub(super) struct HeldMentions<'a, I> {
    batches: I,
    names: &'a Names<'a>,
    columns: Option<Columns>,
    /// The next row of `columns`.
    row: usize,
}

impl<'a, I: Iterator<Item = Result<RecordBatch>>> HeldMentions<'a, I> {
    /// Of batches of `mentions` in the file's order.
    pub(super) fn new(batches: I, names: &'a Names<'a>) -> Self {
        Self { batches, names, columns: None, row: 0 }
    }

    /// The next mentions, as long as they are of this respondent, into `found` (cleared first).
    fn take(&mut self, id: &str, texts: &[Option<Cow<'_, str>>], found: &mut Vec<Mention>) -> Result<()> {
        found.clear();
        while let (names, Some((columns, row))) = (self.names, self.next_row()?) {
            if columns.id.value(row) != id {
                break;
            }
            found.push(columns.mention(row, names, texts)?);
            self.row += 1;
        }
        Ok(())
    }

    /// Sees that no mention is left that no comment had.
    pub(super) fn end(&mut self) -> Result<()> {
        match self.next_row()? {
            None => Ok(()),
            Some(_) => Err(strange("a mention of nobody in `comments`")),
        }
    }

    /// The next row and the columns in which it is; none at the end.
    fn next_row(&mut self) -> Result<Option<(&Columns, usize)>> {
        while self.columns.as_ref().is_none_or(|columns| self.row == columns.id.len()) {
            let Some(batch) = self.batches.next() else { return Ok(None) };
            (self.columns, self.row) = (Some(Columns::of(&batch?)?), 0);
        }
        Ok(self.columns.as_ref().map(|columns| (columns, self.row)))
    }
}

/// The columns of a batch of `mentions`.
struct Columns {
    id: StringArray,
    question: StringArray,
    driver: StringArray,
    polarity: StringArray,
    start_byte: UInt32Array,
    end_byte: UInt32Array,
    text: StringArray,
    term: StringArray,
    cue: StringArray,
    cue_start_byte: UInt32Array,
    cue_end_byte: UInt32Array,
    negator: StringArray,
    negated: BooleanArray,
    clause: UInt32Array,
    rule: StringArray,
}

impl Columns {
    fn of(batch: &RecordBatch) -> Result<Self> {
        let column = |name: &str| batch.column_by_name(name).ok_or_else(|| odd(name));
        let text = |name: &str| column(name)?.as_string_opt::<i32>().cloned().ok_or_else(|| odd(name));
        let number = |name: &str| column(name)?.as_primitive_opt::<UInt32Type>().cloned().ok_or_else(|| odd(name));
        Ok(Self {
            id: text("id")?,
            question: text("question")?,
            driver: text("driver")?,
            polarity: text("polarity")?,
            start_byte: number("start_byte")?,
            end_byte: number("end_byte")?,
            text: text("text")?,
            term: text("term")?,
            cue: text("cue")?,
            cue_start_byte: number("cue_start_byte")?,
            cue_end_byte: number("cue_end_byte")?,
            negator: text("negator")?,
            negated: column("negated").map(ArrayRef::as_boolean_opt)?.cloned().ok_or_else(|| odd("negated"))?,
            clause: number("clause")?,
            rule: text("rule")?,
        })
    }

    fn mention<'a>(&'a self, row: usize, names: &Names<'_>, texts: &[Option<Cow<'_, str>>]) -> Result<Mention> {
        let question = self.question.value(row);
        let question = names.questions.iter().position(|name| name == question).ok_or_else(|| odd("question"))?;
        let answer = texts.get(question).and_then(|text| text.as_deref()).ok_or_else(|| odd("question"))?;
        let span = |start: &UInt32Array, end: &UInt32Array, text: &str, name: &str| {
            let span = Span { start: start.value(row), end: end.value(row) };
            if answer.get(span.range()) == Some(text) { Ok(span) } else { Err(odd(name)) }
        };
        // The term of a cue or a negator is not in the tables, and nothing that is written asks for it.
        let evidence = |span| Evidence { term: TermIx(0), span };
        let there = |column: &'a StringArray| column.is_valid(row).then(|| column.value(row));
        let cue = there(&self.cue).map(|cue| span(&self.cue_start_byte, &self.cue_end_byte, cue, "cue")).transpose()?;
        // The tables have a negator's text alone: any place with this text gives the same.
        let found = |word: &str| {
            let start = answer.find(word).ok_or_else(|| odd("negator"))? as u32;
            Ok(Span { start, end: start + word.len() as u32 })
        };
        let negator = there(&self.negator).map(found).transpose()?;
        let driver = self.driver.value(row);
        Ok(Mention {
            question: question as u16,
            driver: names.lexicon.driver_ix(driver).ok_or_else(|| unknown(driver))?,
            polarity: Polarity::parse(self.polarity.value(row)).ok_or_else(|| odd("polarity"))?,
            term: *names.terms.get(self.term.value(row)).ok_or_else(|| odd("term"))?,
            span: span(&self.start_byte, &self.end_byte, self.text.value(row), "text")?,
            cue: cue.map(evidence),
            negator: negator.map(evidence),
            negated: self.negated.value(row),
            clause: self.clause.value(row),
            rule: Rule::parse(self.rule.value(row)).ok_or_else(|| odd("rule"))?,
            voices: Voices::NONE,
        })
    }
}

fn odd(column: &str) -> Error {
    strange(&format!("column `{column}` of `mentions` is not what this engine writes"))
}

fn strange(problem: &str) -> Error {
    Error::new(ErrorKind::Output, "table_misfit", problem.to_owned()).help("Run into a new output folder.")
}
