//! Records as the columns of a row group of `mentions`.
//!
//! Not for what the columns mean: the table's schema (`tables::mentions`) says, and the tests hold the two together.

use parquet::errors::Result as ParquetResult;
use parquet::schema::types::ColumnDescPtr;

use super::super::encode::{Bits, ByNumber, ByText, Chunk, Coded, Entries, Packer};
use super::super::layout::Layout;
use super::comments::too_few;
use super::record::{MentionRecord, Record};
use super::store::MentionGroup;
use crate::error::Result;
use crate::lexicon::{Lexicon, TermIx};
use crate::tag::Rule;
use crate::types::{DriverIx, Polarity};

/// The columns of a row group while records come.
#[derive(Default)]
pub(super) struct MentionColumns<'a> {
    rows: usize,
    /// The ids of those who mention anything, each once; a respondent's mentions are side by side.
    ids: Vec<&'a [u8]>,
    id: Coded<ByNumber>,
    question: Coded<ByNumber>,
    driver: Coded<ByNumber>,
    parent: Coded<ByNumber>,
    polarity: Coded<ByNumber>,
    start_char: Coded<ByNumber>,
    end_char: Coded<ByNumber>,
    start_byte: Coded<ByNumber>,
    end_byte: Coded<ByNumber>,
    text: Coded<ByText<'a>>,
    term: Coded<ByNumber>,
    cue: Coded<ByText<'a>>,
    cue_start_byte: Coded<ByNumber>,
    cue_end_byte: Coded<ByNumber>,
    negator: Coded<ByText<'a>>,
    negated: Bits,
    clause: Coded<ByNumber>,
    rule: Coded<ByNumber>,
}

impl<'a> MentionColumns<'a> {
    /// Adds the mentions of a row group.
    pub(super) fn extend(&mut self, group: &'a MentionGroup, layout: &Layout, lexicon: &Lexicon) -> Result<()> {
        let (mut records, mut skip, last) = (group.records.as_slice(), group.skip, group.rows as usize);
        let mut texts = Vec::with_capacity(layout.texts.len());
        while self.rows < last {
            let Some(mut record) = Record::next(&mut records)? else { break };
            if record.head.mentions == 0 {
                continue;
            }
            for _ in &layout.segments {
                record.segment()?;
            }
            texts.clear();
            for _ in &layout.texts {
                texts.push(record.text()?);
            }
            record.skip_said()?;
            let id = self.ids.len() as u32;
            self.ids.push(record.id);
            // Characters are counted on within an answer, whose mentions stand in order.
            let (mut question, mut chars) = (usize::MAX, CharCount::default());
            for number in 0..record.head.mentions {
                if self.rows == last {
                    break;
                }
                let mention = record.mention(&texts)?;
                if number < skip {
                    continue;
                }
                if mention.question != question {
                    (question, chars) = (mention.question, CharCount::default());
                }
                let text = texts[question].unwrap_or_default();
                let start = chars.at(text, mention.span.start as usize);
                self.push(id, &mention, (start, start + characters(mention.span.text)), lexicon);
            }
            skip = 0;
        }
        Ok(())
    }

    fn push(&mut self, id: u32, mention: &MentionRecord<'a>, chars: (u32, u32), lexicon: &Lexicon) {
        self.rows += 1;
        self.id.push(id);
        self.question.push(mention.question as u32);
        self.driver.push(mention.driver.0.into());
        self.parent.push_option(lexicon.driver(mention.driver).parent.map(|parent| parent.0.into()));
        self.polarity.push(mention.polarity as u32);
        self.start_char.push(chars.0);
        self.end_char.push(chars.1);
        self.start_byte.push(mention.span.start);
        self.end_byte.push(mention.span.end);
        self.text.push(mention.span.text);
        self.term.push(mention.term.0);
        self.cue.push_option(mention.cue.as_ref().map(|cue| cue.text));
        self.cue_start_byte.push_option(mention.cue.as_ref().map(|cue| cue.start));
        self.cue_end_byte.push_option(mention.cue.as_ref().map(|cue| cue.end));
        self.negator.push_option(mention.negator.as_ref().map(|negator| negator.text));
        self.negated.push(mention.negated);
        self.clause.push(mention.clause);
        self.rule.push(mention.rule as u32);
    }

    /// The chunks of the row group, in the order of `columns`, which are the schema's.
    pub(super) fn finish(
        self,
        columns: &[ColumnDescPtr],
        layout: &Layout,
        lexicon: &Lexicon,
        packer: &mut Packer,
    ) -> ParquetResult<Vec<Chunk>> {
        let questions = layout.text_columns();
        let (rows, ids, mut columns) = (self.rows, self.ids, columns.iter());
        let mut next = || columns.next().ok_or_else(too_few);
        let texts = |texts: &ByText<'a>| Entries::texts(texts.texts().iter().copied());
        let naturals = |numbers: &ByNumber| Entries::naturals(numbers.numbers());
        let drivers = |numbers: &ByNumber| {
            Entries::texts(numbers.numbers().iter().map(|at| lexicon.driver(DriverIx(*at as u16)).id.as_bytes()))
        };
        let named = |numbers: &ByNumber, word: &dyn Fn(usize) -> &'static str| {
            Entries::texts(numbers.numbers().iter().map(|at| word(*at as usize).as_bytes()))
        };
        Ok(vec![
            self.id.finish(
                next()?,
                rows,
                |places| Entries::texts(places.numbers().iter().map(|at| ids[*at as usize])),
                packer,
            )?,
            self.question.finish(
                next()?,
                rows,
                |places| Entries::texts(places.numbers().iter().map(|at| questions[*at as usize].as_bytes())),
                packer,
            )?,
            self.driver.finish(next()?, rows, drivers, packer)?,
            self.parent.finish(next()?, rows, drivers, packer)?,
            self.polarity.finish(next()?, rows, |at| named(at, &|at| Polarity::ALL[at].as_str()), packer)?,
            self.start_char.finish(next()?, rows, naturals, packer)?,
            self.end_char.finish(next()?, rows, naturals, packer)?,
            self.start_byte.finish(next()?, rows, naturals, packer)?,
            self.end_byte.finish(next()?, rows, naturals, packer)?,
            self.text.finish(next()?, rows, texts, packer)?,
            self.term.finish(
                next()?,
                rows,
                |places| Entries::texts(places.numbers().iter().map(|at| lexicon.term(TermIx(*at)).id.as_bytes())),
                packer,
            )?,
            self.cue.finish(next()?, rows, texts, packer)?,
            self.cue_start_byte.finish(next()?, rows, naturals, packer)?,
            self.cue_end_byte.finish(next()?, rows, naturals, packer)?,
            self.negator.finish(next()?, rows, texts, packer)?,
            self.negated.finish(next()?, packer)?,
            self.clause.finish(next()?, rows, naturals, packer)?,
            self.rule.finish(next()?, rows, |at| named(at, &|at| Rule::ALL[at].as_str()), packer)?,
        ])
    }
}

/// How many characters stand before a place of one text, counted on from the place that was asked for last.
#[derive(Default)]
struct CharCount {
    byte: usize,
    chars: u32,
}

impl CharCount {
    fn at(&mut self, text: &[u8], byte: usize) -> u32 {
        if byte < self.byte {
            *self = Self::default();
        }
        self.chars += text.get(self.byte..byte).map_or(0, characters);
        self.byte = byte;
        self.chars
    }
}

/// How many characters of UTF-8 begin in these bytes.
fn characters(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u32
}
