//! Records as the columns of a row group of `comments`.
//!
//! Not for what the columns mean: the table's schema (`tables::comments`) says, and the tests hold the two together.

use parquet::errors::Result as ParquetResult;
use parquet::schema::types::ColumnDescPtr;

use super::super::encode::{ByBits, ByNumber, ByText, Chunk, Coded, Entries, Packer, Texts};
use super::super::layout::Layout;
use super::record::Record;
use crate::error::Result;
use crate::lexicon::Lexicon;
use crate::tag::Sentiment;
use crate::types::{Band, Consent, DriverIx, Residual, Stance, Voice, Voices};

/// The languages that are told apart, by their number in the dictionary.
const LANGUAGES: [&str; 2] = ["zh", "en"];

/// The columns of a row group while records come.
pub(super) struct CommentColumns<'a> {
    rows: usize,
    id: Texts,
    customer: Option<Coded<ByText<'a>>>,
    consent: Coded<ByNumber>,
    date: Coded<ByNumber>,
    segments: Vec<Coded<ByText<'a>>>,
    score: Coded<ByBits>,
    band: Coded<ByNumber>,
    weight: Coded<ByBits>,
    languages: Coded<ByNumber>,
    texts: Vec<Texts>,
    driver: Coded<ByNumber>,
    stance: Coded<ByNumber>,
    driver_voice: Coded<ByNumber>,
    sentiment: Coded<ByNumber>,
    voice: Coded<ByNumber>,
    residual: Coded<ByNumber>,
}

impl<'a> CommentColumns<'a> {
    /// The columns of a survey of this layout.
    pub(super) fn new(layout: &Layout) -> Self {
        Self {
            rows: 0,
            id: Texts::default(),
            customer: layout.customer.then(Coded::default),
            consent: Coded::default(),
            date: Coded::default(),
            segments: layout.segments.iter().map(|_| Coded::default()).collect(),
            score: Coded::default(),
            band: Coded::default(),
            weight: Coded::default(),
            languages: Coded::default(),
            texts: layout.texts.iter().map(|_| Texts::default()).collect(),
            driver: Coded::default(),
            stance: Coded::default(),
            driver_voice: Coded::default(),
            sentiment: Coded::default(),
            voice: Coded::default(),
            residual: Coded::default(),
        }
    }

    /// Adds the rows of all `records`.
    pub(super) fn extend(&mut self, mut records: &'a [u8]) -> Result<()> {
        while let Some(record) = Record::next(&mut records)? {
            self.push(record)?;
        }
        Ok(())
    }

    fn push(&mut self, mut record: Record<'a>) -> Result<()> {
        self.rows += 1;
        self.id.push(record.id);
        if let Some(customer) = &mut self.customer {
            customer.push_option(record.customer);
        }
        self.consent.push_option(record.consent.map(|consent| consent as u32));
        self.date.push_option(record.date.map(i32::cast_unsigned));
        for segment in &mut self.segments {
            segment.push(record.segment()?);
        }
        self.score.push_option(record.score);
        self.band.push_option(record.band.map(|band| band as u32));
        self.weight.push(record.weight as f64 / 1e6);
        let there = [record.zh, record.en];
        self.languages.push_list((0..).zip(there).filter(|(_, there)| *there).map(|(language, _)| language));
        for text in &mut self.texts {
            text.push_option(record.text()?);
        }
        let said = record.said()?;
        self.driver.push_list(said.clone().map(|said| said.driver.0.into()));
        self.stance.push_list(said.clone().map(|said| said.stance as u32));
        self.push_driver_voices(said.map(|said| said.voices));
        self.sentiment.push_option(record.sentiment.map(|side| side as u32));
        self.voice.push_list(record.voices.iter().map(|voice| voice as u32));
        self.residual.push_option(record.residual.map(|bucket| bucket as u32));
        Ok(())
    }

    /// For each driver of a row its list of voices.
    fn push_driver_voices(&mut self, drivers: impl Iterator<Item = Voices>) {
        let mut repetition = 0;
        for voices in drivers {
            if voices == Voices::NONE {
                self.driver_voice.push_leveled(repetition, 1, None);
            }
            for voice in voices.iter() {
                self.driver_voice.push_leveled(repetition, 2, Some(voice as u32));
                repetition = 2;
            }
            repetition = 1;
        }
        if repetition == 0 {
            self.driver_voice.push_leveled(0, 0, None);
        }
    }

    /// The chunks of the row group, in the order of `columns`, which are the schema's.
    pub(super) fn finish(
        self,
        columns: &[ColumnDescPtr],
        lexicon: &Lexicon,
        packer: &mut Packer,
    ) -> ParquetResult<Vec<Chunk>> {
        let words = |word: fn(usize) -> &'static str| {
            move |places: &ByNumber| {
                Entries::texts(places.numbers().iter().map(move |number| word(*number as usize).as_bytes()))
            }
        };
        let texts = |texts: &ByText<'a>| Entries::texts(texts.texts().iter().copied());
        let doubles = |numbers: &ByBits| Entries::doubles(numbers.numbers());
        let days = |numbers: &ByNumber| Entries::days(numbers.numbers());
        let drivers = |numbers: &ByNumber| {
            Entries::texts(numbers.numbers().iter().map(|at| lexicon.driver(DriverIx(*at as u16)).id.as_bytes()))
        };
        let voices = words(|at| Voice::ALL[at].as_str());
        let (rows, mut columns) = (self.rows, columns.iter());
        let mut next = || columns.next().ok_or_else(too_few);
        let mut chunks = vec![self.id.finish(next()?, packer)?];
        if let Some(customer) = self.customer {
            chunks.push(customer.finish(next()?, rows, texts, packer)?);
        }
        chunks.push(self.consent.finish(next()?, rows, words(|at| Consent::ALL[at].as_str()), packer)?);
        chunks.push(self.date.finish(next()?, rows, days, packer)?);
        for segment in self.segments {
            chunks.push(segment.finish(next()?, rows, texts, packer)?);
        }
        chunks.push(self.score.finish(next()?, rows, doubles, packer)?);
        chunks.push(self.band.finish(next()?, rows, words(|at| Band::ALL[at].as_str()), packer)?);
        chunks.push(self.weight.finish(next()?, rows, doubles, packer)?);
        chunks.push(self.languages.finish(next()?, rows, words(|at| LANGUAGES[at]), packer)?);
        for text in self.texts {
            chunks.push(text.finish(next()?, packer)?);
        }
        chunks.push(self.driver.finish(next()?, rows, drivers, packer)?);
        chunks.push(self.stance.finish(next()?, rows, words(|at| Stance::ALL[at].as_str()), packer)?);
        chunks.push(self.driver_voice.finish(next()?, rows, voices, packer)?);
        chunks.push(self.sentiment.finish(next()?, rows, words(|at| Sentiment::ALL[at].as_str()), packer)?);
        chunks.push(self.voice.finish(next()?, rows, voices, packer)?);
        chunks.push(self.residual.finish(next()?, rows, words(|at| Residual::ALL[at].as_str()), packer)?);
        Ok(chunks)
    }
}

/// The error of a schema with fewer columns than the rows; the schema is made from the same layout, so that it cannot be.
pub(super) fn too_few() -> parquet::errors::ParquetError {
    parquet::errors::ParquetError::General("the schema has fewer columns than the rows".to_owned())
}
