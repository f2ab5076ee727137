//! The pages of one column of one row group, ready to be put into a file.
//!
//! Not for what stands in the pages: `coded` and `plain` say.

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::page::{CompressedPage, Page, PageWriter as _};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, SerializedRowGroupWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;
use zstd::bulk::Compressor;

use super::dictionary::Bounds;
use super::hybrid;

/// One column of one row group, encoded and compressed.
pub(in super::super) struct Chunk {
    bytes: Bytes,
    close: ColumnCloseResult,
}

impl Chunk {
    /// Puts it into the row group, whose next column it is.
    pub(in super::super) fn append<W: std::io::Write + Send>(
        self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<()> {
        group.append_column(&self.bytes, self.close)
    }
}

/// What compresses pages; one for each thread at work.
pub(in super::super) struct Packer {
    zstd: Compressor<'static>,
}

impl Packer {
    /// As strong as all tables are compressed.
    pub(in super::super) fn new() -> Result<Self> {
        let level = ZstdLevel::default().compression_level();
        Ok(Self { zstd: Compressor::new(level).map_err(external)? })
    }
}

fn external(error: std::io::Error) -> ParquetError {
    ParquetError::External(Box::new(error))
}

/// For each value of a column, also those that are not there: where it stands in its lists, and how much of it is there.
#[derive(Default)]
pub(super) struct Levels {
    pub(super) repetition: Vec<u8>,
    pub(super) definition: Vec<u8>,
}

impl Levels {
    /// Writes those of some values, each sort with its length before it.
    pub(super) fn write(&self, range: std::ops::Range<usize>, column: &ColumnDescPtr, out: &mut Vec<u8>) {
        for (levels, largest) in
            [(&self.repetition, column.max_rep_level()), (&self.definition, column.max_def_level())]
        {
            if largest > 0 {
                let at = out.len();
                out.extend_from_slice(&[0; 4]);
                hybrid::write(&levels[range.clone()], hybrid::width(largest.unsigned_abs().into()), out);
                let len = (out.len() - at - 4) as u32;
                out[at..at + 4].copy_from_slice(&len.to_le_bytes());
            }
        }
    }
}

/// A chunk that grows page by page.
pub(super) struct Pages<'p> {
    column: ColumnDescPtr,
    packer: &'p mut Packer,
    sink: TrackedWrite<Vec<u8>>,
    /// The bytes of the dictionary's page, its header among them.
    dictionary: Option<u64>,
    uncompressed: u64,
    values: u64,
}

impl<'p> Pages<'p> {
    pub(super) fn new(column: &ColumnDescPtr, packer: &'p mut Packer) -> Self {
        let sink = TrackedWrite::new(Vec::new());
        Self { column: column.clone(), packer, sink, dictionary: None, uncompressed: 0, values: 0 }
    }

    /// The dictionary's page, which comes first.
    pub(super) fn dictionary(&mut self, entries: &[u8], count: usize) -> Result<()> {
        let (buf, num_values) = (self.compressed(entries)?, count as u32);
        let page = Page::DictionaryPage { buf, num_values, encoding: Encoding::PLAIN, is_sorted: false };
        self.write(CompressedPage::new(page, entries.len()))?;
        self.dictionary = Some(self.sink.bytes_written() as u64);
        Ok(())
    }

    /// A page of `count` values, those that are not there among them: their levels, then what is there.
    pub(super) fn data(&mut self, body: &[u8], count: usize, encoding: Encoding) -> Result<()> {
        let page = Page::DataPage {
            buf: self.compressed(body)?,
            num_values: count as u32,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        self.values += count as u64;
        self.write(CompressedPage::new(page, body.len()))
    }

    fn compressed(&mut self, bytes: &[u8]) -> Result<Bytes> {
        Ok(self.packer.zstd.compress(bytes).map_err(external)?.into())
    }

    fn write(&mut self, page: CompressedPage) -> Result<()> {
        let written = SerializedPageWriter::new(&mut self.sink).write_page(page)?;
        self.uncompressed += written.uncompressed_size as u64;
        Ok(())
    }

    /// Ends the chunk of `rows` rows.
    pub(super) fn close(self, rows: usize, bounds: Bounds, nulls: usize, encoding: Encoding) -> Result<Chunk> {
        let bytes = Bytes::from(self.sink.into_inner()?);
        let nulls = Some(nulls as u64);
        let statistics = match bounds {
            Bounds::None => None,
            Bounds::Text(least, most) => {
                Some(Statistics::byte_array(Some(least.into()), Some(most.into()), None, nulls, false))
            }
            Bounds::Integer(least, most) => Some(Statistics::int32(Some(least), Some(most), None, nulls, false)),
            Bounds::Double(least, most) => Some(Statistics::double(Some(least), Some(most), None, nulls, false)),
        };
        let mut encodings = vec![Encoding::RLE, encoding];
        if self.dictionary.is_some() {
            encodings.push(Encoding::PLAIN);
        }
        let metadata = ColumnChunkMetaData::builder(self.column)
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_encodings(encodings)
            .set_num_values(self.values.cast_signed())
            .set_total_compressed_size((bytes.len() as u64).cast_signed())
            .set_total_uncompressed_size(self.uncompressed.cast_signed())
            .set_dictionary_page_offset(self.dictionary.map(|_| 0))
            .set_data_page_offset(self.dictionary.unwrap_or_default().cast_signed());
        let metadata = match statistics {
            Some(statistics) => metadata.set_statistics(statistics),
            None => metadata,
        };
        let close = ColumnCloseResult {
            bytes_written: bytes.len() as u64,
            rows_written: rows as u64,
            metadata: metadata.build()?,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        Ok(Chunk { bytes, close })
    }
}
