//! A column whose values repeat: for each value its place in a dictionary.
//!
//! Not for the dictionary: `dictionary` gives places.

use parquet::basic::Encoding;
use parquet::errors::Result;
use parquet::schema::types::ColumnDescPtr;

use super::chunk::{Chunk, Levels, Packer, Pages};
use super::dictionary::{Dictionary, Entries};
use super::hybrid;

/// The column of a row group while rows come.
#[derive(Default)]
pub(in super::super) struct Coded<D> {
    levels: Levels,
    places: Vec<u32>,
    dictionary: D,
}

impl<D: Dictionary> Coded<D> {
    /// The value of a row of a column that every row has.
    pub(in super::super) fn push(&mut self, key: D::Key) {
        let place = self.dictionary.place(key);
        self.places.push(place);
    }

    /// As [`Coded::push`], or none.
    pub(in super::super) fn push_option(&mut self, key: Option<D::Key>) {
        self.levels.definition.push(u8::from(key.is_some()));
        if let Some(key) = key {
            self.push(key);
        }
    }

    /// The list of a row, whose values are all there.
    pub(in super::super) fn push_list(&mut self, keys: impl Iterator<Item = D::Key>) {
        let mut repetition = 0;
        for key in keys {
            self.push_leveled(repetition, 1, Some(key));
            repetition = 1;
        }
        if repetition == 0 {
            self.push_leveled(0, 0, None);
        }
    }

    /// One value of a list of lists, or that there is none, with its levels.
    pub(in super::super) fn push_leveled(&mut self, repetition: u8, definition: u8, key: Option<D::Key>) {
        self.levels.repetition.push(repetition);
        self.levels.definition.push(definition);
        if let Some(key) = key {
            self.push(key);
        }
    }

    /// The chunk of `rows` rows.
    pub(in super::super) fn finish(
        self,
        column: &ColumnDescPtr,
        rows: usize,
        entries: impl FnOnce(&D) -> Entries,
        packer: &mut Packer,
    ) -> Result<Chunk> {
        let Entries { page, count, bounds } = entries(&self.dictionary);
        let values = if column.max_def_level() > 0 { self.levels.definition.len() } else { self.places.len() };
        let width = hybrid::width(count.saturating_sub(1) as u32);
        let mut body = Vec::new();
        self.levels.write(0..values, column, &mut body);
        body.push(width as u8);
        hybrid::write(&self.places, width, &mut body);
        let mut pages = Pages::new(column, packer);
        pages.dictionary(&page, count)?;
        pages.data(&body, values, Encoding::RLE_DICTIONARY)?;
        pages.close(rows, bounds, values - self.places.len(), Encoding::RLE_DICTIONARY)
    }
}
