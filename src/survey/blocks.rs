//! One way to take blocks off sources of every format, and to split them.
//!
//! Not for the order of blocks (`turns`), nor for what becomes of their rows (`reader`).

use std::sync::Arc;

use super::cut::{Cutter, Piece};
use super::rows::{Rows, Stop};
use super::sheet_rows::Gathered;
use super::source::{Format, Source};
use super::{delimited, jsonl, parquet, sheet};
use crate::error::Result;

/// A source that blocks are taken off.
pub(super) struct Open {
    bytes: Bytes,
    /// The lines before the next block, where none was taken yet.
    lines_before: Option<u64>,
    size: usize,
}

enum Bytes {
    Text {
        cutter: Cutter,
        layout: Layout,
        /// The rest of a piece whose front was the header.
        first: Option<(Piece, usize)>,
    },
    Parquet(Box<parquet::Batches>),
    Sheet(sheet::Blocks),
}

#[derive(Debug, Clone)]
enum Layout {
    Delimited(Arc<delimited::Layout>),
    JsonLines(Arc<jsonl::Layout>),
}

/// Rows of Parquet are taken for about so many bytes each, and read at most so many at a time.
const PARQUET_ROW: usize = 128;
const PARQUET_ROWS: usize = 8192;

impl Open {
    /// Opens a source to take blocks of about `size` bytes with these columns; code `different_columns` where it lacks one.
    pub(super) fn new(source: &Source, columns: &[String], size: usize) -> Result<Self> {
        let (bytes, lines) = match source.format {
            Format::Delimited { .. } => {
                let (opened, layout) = delimited::open(source, columns, size)?;
                let first = opened.first.map(|piece| (piece, opened.from));
                let layout = Layout::Delimited(Arc::new(layout));
                (Bytes::Text { cutter: opened.cutter, layout, first }, opened.lines)
            }
            Format::JsonLines { encoding } => {
                let layout = Layout::JsonLines(Arc::new(jsonl::Layout::new(columns, encoding, source.limits)));
                (Bytes::Text { cutter: jsonl::open(source, encoding)?, layout, first: None }, 0)
            }
            Format::Parquet => {
                let rows = (size / PARQUET_ROW).clamp(1, PARQUET_ROWS);
                (Bytes::Parquet(Box::new(parquet::open_rows(source, columns, rows, size)?)), 0)
            }
            Format::Workbook => {
                let (blocks, before) = sheet::open(source, columns, size)?;
                (Bytes::Sheet(blocks), before)
            }
        };
        Ok(Self { bytes, lines_before: Some(lines), size })
    }

    /// The next block; `None` at the end. `buffer` is written over, so that its memory is used again.
    pub(super) fn next(&mut self, buffer: Vec<u8>) -> Result<Option<Content>> {
        let of = match &mut self.bytes {
            Bytes::Text { cutter, layout, first } => {
                let next = first.take().or_else(|| Some((cutter.next(self.size, buffer)?, 0)));
                next.map(|(piece, from)| Of::Text { piece, from, layout: layout.clone() })
            }
            Bytes::Parquet(batches) => batches.next()?.map(Of::Parquet),
            Bytes::Sheet(blocks) => blocks.next()?.map(Of::Sheet),
        };
        Ok(of.map(|of| Content { of, lines_before: self.lines_before.take() }))
    }
}

/// Whole rows of one source.
#[derive(Debug)]
pub(super) struct Content {
    of: Of,
    lines_before: Option<u64>,
}

#[derive(Debug)]
enum Of {
    Text {
        piece: Piece,
        /// Where rows start in it.
        from: usize,
        layout: Layout,
    },
    Parquet(parquet::Batch),
    Sheet(Gathered),
}

impl Content {
    /// About how many bytes there are.
    pub(super) fn bytes(&self) -> u64 {
        match &self.of {
            Of::Text { piece, from, .. } => (piece.text.len() - from) as u64,
            Of::Parquet(batch) => batch.bytes(),
            Of::Sheet(piece) => piece.bytes(),
        }
    }

    /// Where this is the first block of its source: the lines before it.
    pub(super) fn lines_before(&self) -> Option<u64> {
        self.lines_before
    }

    /// Splits it into rows, up to `limit` of them. What stands behind the rows of text stops the reading where all of
    /// them were read.
    pub(super) fn split(&mut self, source: &Source, limit: u64, rows: &mut Rows) -> Result<()> {
        let (piece, from, layout) = match &mut self.of {
            Of::Text { piece, from, layout } => (piece, *from, layout),
            Of::Parquet(batch) => return parquet::split(source, batch, limit, rows),
            Of::Sheet(piece) => {
                sheet::split(piece, limit, rows);
                return Ok(());
            }
        };
        let (text, byte) = (&piece.text[from..], piece.byte + from as u64);
        match layout {
            Layout::Delimited(layout) => layout.split(text, byte, limit, rows),
            Layout::JsonLines(layout) => layout.split(text, byte, limit, rows),
        }
        if let Some(over) = piece.over.take()
            && rows.stop.is_none()
            && rows.read < limit
        {
            let byte = piece.byte + piece.text.len() as u64;
            match layout {
                Layout::Delimited(layout) => layout.over(&over.start, over.is_closed, over.line_feeds, byte, rows),
                Layout::JsonLines(layout) => layout.over(over.line_feeds, byte, rows),
            }
        }
        if rows.stop.is_none() && rows.read < limit {
            rows.stop = piece.broken.take().map(|broken| (rows.lines, Stop::Unreadable(broken)));
        }
        Ok(())
    }

    /// The memory of its text.
    pub(super) fn into_buffer(self) -> Vec<u8> {
        match self.of {
            Of::Text { piece, .. } => piece.text,
            Of::Parquet(_) | Of::Sheet(_) => Vec::new(),
        }
    }
}
