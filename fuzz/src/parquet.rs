//! Surveys in Parquet.

use std::sync::Arc;

use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use verbatim::arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};

/// Reads a survey in Parquet.
pub fn target(data: &[u8]) {
    // All else is read as text, which is another target.
    if data.starts_with(b"PAR1") {
        super::survey::holds(data, None);
    }
}

/// Small tables, plain and compressed, of one row group and of some.
pub fn seeds() -> Vec<Vec<u8>> {
    let columns: [(&str, ArrayRef); 4] = [
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
        ("score", Arc::new(Float64Array::from(vec![Some(0.0), None, Some(9.0), Some(10.0)]))),
        ("comment", Arc::new(StringArray::from(vec![Some("太吵"), Some("quiet"), None, Some("quiet")]))),
        ("date", Arc::new(Date32Array::from(vec![20_000, 20_001, 20_002, 20_003]))),
    ];
    let table = RecordBatch::try_from_iter(columns).expect("columns of one length are a table");
    let packings = [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(ZstdLevel::default())];
    let written = packings.into_iter().flat_map(|packing| {
        [1024, 2].map(|rows| {
            let properties =
                WriterProperties::builder().set_compression(packing).set_max_row_group_row_count(Some(rows)).build();
            let mut writer =
                ArrowWriter::try_new(Vec::new(), table.schema(), Some(properties)).expect("a known schema");
            writer.write(&table).expect("memory takes everything");
            writer.into_inner().expect("memory takes everything")
        })
    });
    written.collect()
}
