//! Columns whose values stand one after the other: texts that do not repeat, and bits.
//!
//! Not for values that repeat: `coded`.

use parquet::basic::Encoding;
use parquet::errors::Result;
use parquet::schema::types::ColumnDescPtr;

use super::chunk::{Chunk, Levels, Packer, Pages};
use super::dictionary::Bounds;

/// A page of texts is closed when it holds so many bytes.
const PAGE_BYTES: usize = 1 << 20;

/// Where a page ends.
#[derive(Clone, Copy, Default)]
struct End {
    /// In the bytes of all texts.
    byte: usize,
    /// In rows.
    row: usize,
}

/// A column of texts of a row group while rows come.
#[derive(Default)]
pub(in super::super) struct Texts {
    levels: Levels,
    bytes: Vec<u8>,
    /// Of all pages that are full.
    ends: Vec<End>,
    rows: usize,
    nulls: usize,
}

impl Texts {
    /// The text of a row of a column that every row has.
    pub(in super::super) fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
        self.bytes.extend_from_slice(text);
        self.end_row();
    }

    /// As [`Texts::push`], or none.
    pub(in super::super) fn push_option(&mut self, text: Option<&[u8]>) {
        self.levels.definition.push(u8::from(text.is_some()));
        if let Some(text) = text {
            self.push(text);
        } else {
            self.nulls += 1;
            self.end_row();
        }
    }

    fn end_row(&mut self) {
        self.rows += 1;
        let begun = self.ends.last().copied().unwrap_or_default();
        if self.bytes.len() - begun.byte >= PAGE_BYTES {
            self.ends.push(End { byte: self.bytes.len(), row: self.rows });
        }
    }

    /// The chunk of all rows.
    pub(in super::super) fn finish(mut self, column: &ColumnDescPtr, packer: &mut Packer) -> Result<Chunk> {
        if self.ends.last().copied().unwrap_or_default().row < self.rows {
            self.ends.push(End { byte: self.bytes.len(), row: self.rows });
        }
        let mut begun = End::default();
        let mut pages = Pages::new(column, packer);
        let mut body = Vec::new();
        for end in &self.ends {
            body.clear();
            self.levels.write(begun.row..end.row, column, &mut body);
            body.extend_from_slice(&self.bytes[begun.byte..end.byte]);
            pages.data(&body, end.row - begun.row, Encoding::PLAIN)?;
            begun = *end;
        }
        pages.close(self.rows, Bounds::None, self.nulls, Encoding::PLAIN)
    }
}

/// A column of yes and no that every row has.
#[derive(Default)]
pub(in super::super) struct Bits {
    bytes: Vec<u8>,
    rows: usize,
}

impl Bits {
    /// The value of a row.
    pub(in super::super) fn push(&mut self, yes: bool) {
        if self.rows.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(yes) << (self.rows % 8);
        }
        self.rows += 1;
    }

    /// The chunk of all rows.
    pub(in super::super) fn finish(self, column: &ColumnDescPtr, packer: &mut Packer) -> Result<Chunk> {
        let mut pages = Pages::new(column, packer);
        pages.data(&self.bytes, self.rows, Encoding::PLAIN)?;
        pages.close(self.rows, Bounds::None, 0, Encoding::PLAIN)
    }
}
