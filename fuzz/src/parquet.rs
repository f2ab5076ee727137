//! Surveys in Parquet.

use std::sync::Arc;

use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use verbatim::arrow::array::types::Int64Type;
use verbatim::arrow::array::{
    ArrayRef, Date32Array, Float64Array, Int64Array, Int64Builder, ListArray, MapBuilder, RecordBatch, StringArray,
    StringBuilder, StructArray,
};
use verbatim::arrow::datatypes::{DataType, Field};

use super::Seed;

/// Reads a survey in Parquet.
pub fn target(data: &[u8]) -> bool {
    // All else is read as text, which is another target.
    data.starts_with(b"PAR1") && super::survey::holds(data, None)
}

/// Columns that have more in a row than one value: a list, a struct, a map.
fn nested() -> [(&'static str, ArrayRef); 3] {
    let lists = [Some(vec![Some(1), None]), None, Some(vec![]), Some(vec![Some(2), Some(3)])];
    let mut map = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
    for row in 0..4 {
        for key in ["a", "b"].into_iter().take(row) {
            map.keys().append_value(key);
            map.values().append_value(9);
        }
        map.append(row != 2).expect("as many keys as values");
    }
    let field = Arc::new(Field::new("inner", DataType::Int64, false));
    let inner: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3, 4]));
    [
        ("list", Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(lists))),
        ("struct", Arc::new(StructArray::from(vec![(field, inner)]))),
        ("map", Arc::new(map.finish())),
    ]
}

/// Small tables, plain and compressed, of one row group and of some, with nested columns and without.
pub fn seeds() -> Vec<Seed> {
    let columns: [(&'static str, ArrayRef); 4] = [
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
        ("score", Arc::new(Float64Array::from(vec![Some(0.0), None, Some(9.0), Some(10.0)]))),
        ("comment", Arc::new(StringArray::from(vec![Some("太吵"), Some("quiet"), None, Some("quiet")]))),
        ("date", Arc::new(Date32Array::from(vec![20_000, 20_001, 20_002, 20_003]))),
    ];
    let plain = RecordBatch::try_from_iter(columns.clone()).expect("columns of one length are a table");
    let all =
        RecordBatch::try_from_iter(columns.into_iter().chain(nested())).expect("columns of one length are a table");
    let write = |table: &RecordBatch, packing, rows| {
        let properties =
            WriterProperties::builder().set_compression(packing).set_max_row_group_row_count(Some(rows)).build();
        let mut writer = ArrowWriter::try_new(Vec::new(), table.schema(), Some(properties)).expect("a known schema");
        writer.write(table).expect("memory takes everything");
        writer.into_inner().expect("memory takes everything")
    };
    let packings = [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(ZstdLevel::default())];
    let mut seeds: Vec<Vec<u8>> =
        packings.into_iter().flat_map(|packing| [1024, 2].map(|rows| write(&plain, packing, rows))).collect();
    seeds.extend([1024, 2].map(|rows| write(&all, Compression::UNCOMPRESSED, rows)));
    seeds.into_iter().map(Seed::valid).collect()
}
