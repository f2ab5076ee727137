//! Parquet: any column that can be written as text, as text.
//!
//! Not for the tables that a run writes (`tables`): this reads surveys that others export. What such a file says of itself is not believed
//! (`pages`), and what it unpacks to is handed out in small pieces: one value of its dictionaries may stand in any number of rows.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryViewArray, RecordBatch, StringArray, StringBuilder};
use arrow::compute::{can_cast_types, cast};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use jiff::Timestamp;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::metadata::PageIndexPolicy;

use super::pages::{allowed, broken, look_at_footer, look_at_pages, too_much};
use super::reject::Reason;
use super::rows::{Fault, Rows, positions};
use super::source::Source;
use super::zone::Zone;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::foreign;

fn unreadable(source: &Source, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    broken(source, &error.to_string()).source(error)
}

/// What the footer says, texts as views: those do not copy a dictionary's value into every row that has it.
fn open(source: &Source) -> Result<(std::fs::File, ArrowReaderMetadata)> {
    let mut file = source.file()?;
    look_at_footer(source, &mut file)?;
    let options = || ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Skip);
    let footer = read(source, || {
        let footer = ArrowReaderMetadata::load(&file, options())?;
        let schema = with_views(footer.schema());
        ArrowReaderMetadata::try_new(Arc::clone(footer.metadata()), options().with_schema(schema))
    })?;
    Ok((file, footer))
}

/// What the crate reads, which panics on some bytes that contradict themselves.
fn read<T, E: std::error::Error + Send + Sync + 'static>(
    source: &Source,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T> {
    let done = foreign::call(work).ok_or_else(|| broken(source, "its pages contradict themselves"))?;
    done.map_err(|error| unreadable(source, error))
}

fn with_views(schema: &SchemaRef) -> SchemaRef {
    let view = |kind: &DataType| match kind {
        DataType::Utf8 | DataType::LargeUtf8 => Some(DataType::Utf8View),
        DataType::Binary | DataType::LargeBinary => Some(DataType::BinaryView),
        _ => None,
    };
    let field = |field: &Arc<Field>| {
        let kind = match field.data_type() {
            DataType::Dictionary(_, values) => view(values),
            kind => view(kind),
        };
        kind.map_or_else(|| Arc::clone(field), |kind| Arc::new(field.as_ref().clone().with_data_type(kind)))
    };
    let fields: Vec<Arc<Field>> = schema.fields().iter().map(field).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// Whether a column has one value in a row that can be written as text. A list can be cast to text too, but is many.
fn is_plain(field: &Field) -> bool {
    let kind = field.data_type();
    matches!(kind, DataType::BinaryView) || (!kind.is_nested() && can_cast_types(kind, &DataType::Utf8))
}

/// The names of the top-level columns; code `duplicate_column`, and those of what the footer may not say.
pub(super) fn columns(source: &Source) -> Result<Vec<String>> {
    let (_, footer) = open(source)?;
    let names: Vec<String> = footer.schema().fields().iter().map(|field| field.name().clone()).collect();
    if let Some((_, name)) = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
        let message = format!("two columns are called `{name}`");
        return Err(Error::new(ErrorKind::Input, "duplicate_column", message).at(Place::file(&source.path)));
    }
    Ok(names)
}

/// The columns that are nested, whose values are no text: they are blank.
pub(super) fn nested(source: &Source) -> Result<Vec<String>> {
    let (_, footer) = open(source)?;
    Ok(footer.schema().fields().iter().filter(|field| !is_plain(field)).map(|field| field.name().clone()).collect())
}

/// Rows of a Parquet file.
#[derive(Debug)]
pub(super) struct Batch {
    /// A column for each that was asked for, as text or of another kind that can be written so; none where it is blank.
    columns: Vec<Option<ArrayRef>>,
    rows: usize,
    /// The rows that cannot be used, in their order.
    faults: Vec<(usize, Fault)>,
}

impl Batch {
    /// About how many bytes it has.
    pub(super) fn bytes(&self) -> u64 {
        self.columns.iter().flatten().map(|column| column.get_array_memory_size() as u64).sum()
    }
}

/// Batches of one Parquet file.
pub(super) struct Batches {
    reader: ParquetRecordBatchReader,
    source: Source,
    columns: Vec<String>,
    /// Bytes of text in a batch.
    size: usize,
    /// What was read and is not yet handed out, and how many bytes each of its rows counts as.
    read: Option<(RecordBatch, Vec<usize>)>,
    unpacked: u64,
    /// Rows that are yet to come, by the footer.
    left: u64,
}

/// What rows may take while they are read, in bytes, a value counting as at least [`VALUE`].
const READ: usize = 64 * 1024 * 1024;
const VALUE: usize = 64;

/// The rows of a Parquet file with these columns, so many at a time, and no more than about so many bytes.
pub(super) fn open_rows(source: &Source, columns: &[String], rows: usize, size: usize) -> Result<Batches> {
    let (mut file, footer) = open(source)?;
    let all: Vec<String> = footer.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut roots = positions(source, &all, columns)?;
    roots.retain(|root| is_plain(footer.schema().field(*root)));
    let mask = ProjectionMask::roots(footer.parquet_schema(), roots.iter().copied());
    let leaves: Vec<usize> =
        (0..footer.parquet_schema().num_columns()).filter(|leaf| mask.leaf_included(*leaf)).collect();
    let asked = look_at_pages(source, &mut file, footer.metadata(), &leaves)?;
    let values = READ / VALUE / leaves.len().max(1);
    let differences = READ as u64 / asked.differences.max(1);
    let rows = rows.min(values).min(usize::try_from(differences).unwrap_or(usize::MAX)).max(1);
    let left = footer.metadata().file_metadata().num_rows();
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, footer);
    let reader = read(source, || builder.with_projection(mask).with_batch_size(rows).build())?;
    Ok(Batches {
        reader,
        source: source.clone(),
        columns: columns.to_vec(),
        size,
        read: None,
        unpacked: 0,
        left: u64::try_from(left).unwrap_or(0),
    })
}

impl Batches {
    /// The next batch; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Batch>> {
        let (batch, lengths) = match self.read.take() {
            Some(read) => read,
            None => match read(&self.source, || self.reader.next().transpose())? {
                Some(batch) => {
                    self.left = self.left.checked_sub(batch.num_rows() as u64).ok_or_else(|| self.other_number())?;
                    let lengths = lengths(&batch, usize::try_from(self.source.limits.field).unwrap_or(usize::MAX));
                    (batch, lengths)
                }
                None if self.left > 0 => return Err(self.other_number()),
                None => return Ok(None),
            },
        };
        let mut together = 0_usize;
        let fitting = lengths.iter().take_while(|length| {
            together = together.saturating_add(**length);
            together <= self.size
        });
        let rows = fitting.count().max(1).min(lengths.len());
        self.unpacked += lengths[..rows].iter().map(|length| *length as u64).sum::<u64>();
        if self.unpacked > allowed(&self.source) {
            return Err(too_much(&self.source));
        }
        let front = batch.slice(0, rows);
        if rows < lengths.len() {
            self.read = Some((batch.slice(rows, lengths.len() - rows), lengths[rows..].to_vec()));
        }
        Ok(Some(self.batch(&front)))
    }

    fn other_number(&self) -> Error {
        broken(&self.source, "it has another number of rows than its footer says")
    }

    /// Takes texts out of the pages, which are many times as large, and finds the rows that cannot be used.
    fn batch(&self, rows: &RecordBatch) -> Batch {
        let limits = &self.source.limits;
        let mut sizes = vec![0_u64; rows.num_rows()];
        let mut faults: Vec<Option<Fault>> = (0..rows.num_rows()).map(|_| None).collect();
        let mut column = |name: &String| {
            let column = rows.column_by_name(name)?;
            let values = match column.data_type() {
                DataType::Utf8View => column.as_string_view().clone().to_binary_view(),
                DataType::BinaryView => column.as_binary_view().clone(),
                _ => return Some(Arc::clone(column)),
            };
            Some(texts(&values, |row, bytes| {
                sizes[row] += bytes.len() as u64;
                let fault = &mut faults[row];
                if bytes.len() as u64 > limits.field {
                    fault.get_or_insert_with(|| Fault::field_too_large(name, limits));
                    return None;
                }
                let text = simdutf8::basic::from_utf8(bytes).ok();
                if text.is_none() {
                    let why = "bytes that are not UTF-8";
                    fault.get_or_insert_with(|| Fault::field(Reason::BadEncoding, name, why));
                }
                text
            }))
        };
        let columns = self.columns.iter().map(&mut column).collect();
        for (fault, size) in faults.iter_mut().zip(sizes) {
            if size > limits.row {
                fault.get_or_insert_with(|| Fault::row_too_large(limits));
            }
        }
        let faults = faults.into_iter().enumerate().filter_map(|(row, fault)| Some((row, fault?))).collect();
        Batch { columns, rows: rows.num_rows(), faults }
    }
}

/// Texts of these bytes, where `read` gives any.
fn texts(values: &BinaryViewArray, mut read: impl FnMut(usize, &[u8]) -> Option<&str>) -> ArrayRef {
    let mut texts = StringBuilder::with_capacity(values.len(), 0);
    for (row, value) in values.iter().enumerate() {
        texts.append_option(value.and_then(|bytes| read(row, bytes)));
    }
    Arc::new(texts.finish())
}

/// How many bytes each row has, a field that is longer than the longest counting as that.
fn lengths(batch: &RecordBatch, longest: usize) -> Vec<usize> {
    let mut lengths = vec![batch.num_columns(); batch.num_rows()];
    for column in batch.columns() {
        let views = match column.data_type() {
            DataType::Utf8View => column.as_string_view().views(),
            DataType::BinaryView => column.as_binary_view().views(),
            _ => continue,
        };
        for (length, view) in lengths.iter_mut().zip(views) {
            // The low half of its low half is the length.
            *length += (*view as u32 as usize).min(longest);
        }
    }
    lengths
}

/// Makes rows of a batch, up to `limit` of them. Nested columns are blank.
pub(super) fn split(source: &Source, batch: &mut Batch, limit: u64, rows: &mut Rows) -> Result<()> {
    let as_texts = |column: &Option<ArrayRef>| match column {
        Some(column) => as_text(column).map_err(|e| unreadable(source, e)),
        None => Ok(StringArray::new_null(batch.rows)),
    };
    let texts: Vec<StringArray> = batch.columns.iter().map(as_texts).collect::<Result<_>>()?;
    let mut faults = std::mem::take(&mut batch.faults).into_iter().peekable();
    for row in 0..batch.rows {
        if rows.read == limit {
            break;
        }
        let place = rows.count(rows.lines, 0);
        rows.lines += 1;
        match faults.next_if(|(at, _)| *at == row) {
            Some((_, fault)) => rows.faults.push((place, fault)),
            None => rows.push(place, texts.iter().map(|c| if c.is_valid(row) { c.value(row) } else { "" })),
        }
    }
    Ok(())
}

/// A column as text. Dictionaries are unpacked first, so that their values are cast as any other.
fn as_text(column: &ArrayRef) -> Result<StringArray, ArrowError> {
    let plain = match column.data_type() {
        DataType::Dictionary(_, values) => &cast(column, values)?,
        _ => column,
    };
    if let DataType::Timestamp(unit, Some(zone)) = plain.data_type()
        && !zone.starts_with(['+', '-'])
    {
        return moments(plain, *unit, zone);
    }
    Ok(cast(plain, &DataType::Utf8)?.as_string::<i32>().clone())
}

/// Instants as they are written in their zone, which has a name: with the offset that it has then. Where nobody knows the zone they are given in UTC with
/// its name behind them, which no date format reads: `2026-06-01T00:00:00Z[China Standard Time]`.
fn moments(column: &ArrayRef, unit: TimeUnit, zone: &str) -> Result<StringArray, ArrowError> {
    let known = Zone::of_a_table(zone);
    let written = |moment: Timestamp| match &known {
        Some(zone) => zone.written(moment),
        None => format!("{moment}[{zone}]"),
    };
    let moment = |count: i64| {
        let moment = match unit {
            TimeUnit::Second => Timestamp::from_second(count),
            TimeUnit::Millisecond => Timestamp::from_millisecond(count),
            TimeUnit::Microsecond => Timestamp::from_microsecond(count),
            TimeUnit::Nanosecond => Timestamp::from_nanosecond(count.into()),
        };
        // What no calendar has stays a number, which no date format reads.
        moment.map_or_else(|_| count.to_string(), written)
    };
    let counts = cast(column, &DataType::Int64)?;
    Ok(counts.as_primitive::<Int64Type>().iter().map(|count| count.map(moment)).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::types::Int32Type;
    use arrow::array::{
        ArrayRef, DictionaryArray, FixedSizeListArray, Float64Array, Int32Array, LargeListArray, ListArray, MapBuilder,
        NullArray, StructArray, TimestampMicrosecondArray, TimestampSecondArray,
    };
    use parquet::arrow::ArrowWriter;
    use parquet::file::properties::WriterProperties;

    use super::*;
    use crate::survey::ReadOptions;

    /// A list of no, one or many values a row was counted as rows, so that any survey with one was refused as damaged.
    #[test]
    fn a_survey_with_a_list_a_struct_or_a_map_is_read_without_them() {
        let lists = || [Some(vec![Some(1), None]), None, Some(vec![]), Some(vec![Some(2), Some(3), Some(4)])];
        let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
        for row in 0..4 {
            for key in ["a", "b"].into_iter().take(row) {
                map.keys().append_value(key);
                map.values().append_value("good");
            }
            map.append(row != 2).unwrap();
        }
        let field = Arc::new(Field::new("inner", DataType::Int32, false));
        let nested: [(&str, ArrayRef); 6] = [
            ("list", Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists()))),
            ("large", Arc::new(LargeListArray::from_iter_primitive::<Int32Type, _, _>(lists()))),
            ("pair", {
                let pairs = (0..4).map(|row| (row != 1).then(|| vec![Some(row), None]));
                Arc::new(FixedSizeListArray::from_iter_primitive::<Int32Type, _, _>(pairs, 2))
            }),
            ("struct", Arc::new(StructArray::from(vec![(field, Arc::new(Int32Array::from(vec![1; 4])) as ArrayRef)]))),
            ("map", Arc::new(map.finish())),
            ("of_lists", {
                let lists: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists()));
                let field = Arc::new(Field::new("list", lists.data_type().clone(), true));
                Arc::new(StructArray::from(vec![(field, lists)]))
            }),
        ];
        let of_words = DictionaryArray::<Int32Type>::from_iter([Some("a"), None, Some("b"), Some("a")]);
        let plain: [(&str, ArrayRef); 3] = [
            ("comment", Arc::new(StringArray::from(vec![Some("太吵"), Some("quiet"), None, Some("quiet")]))),
            ("word", Arc::new(of_words)),
            ("nothing", Arc::new(NullArray::new(4))),
        ];
        let names: Vec<String> = nested.iter().map(|(name, _)| (*name).to_owned()).collect();
        let all: Vec<String> = nested.iter().chain(&plain).map(|(name, _)| (*name).to_owned()).collect();
        let table = {
            let columns = nested.into_iter().chain(plain).map(|(name, column)| (name, column, true));
            RecordBatch::try_from_iter_with_nullable(columns).unwrap()
        };
        let properties = WriterProperties::builder().set_max_row_group_row_count(Some(3)).build();
        let mut writer = ArrowWriter::try_new(Vec::new(), table.schema(), Some(properties)).unwrap();
        writer.write(&table).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), writer.into_inner().unwrap()).unwrap();
        let source = &crate::survey::open(&[file.path().display().to_string()], &ReadOptions::default()).unwrap()[0];
        assert_eq!(super::nested(source).unwrap(), names);
        for wanted in [&all[..], &names[..], &all[..1]] {
            let mut batches = open_rows(source, wanted, 2, 1 << 20).unwrap();
            let mut rows = Rows::new(wanted.len(), 100);
            while let Some(mut batch) = batches.next().unwrap() {
                split(source, &mut batch, u64::MAX, &mut rows).unwrap();
            }
            assert_eq!((rows.read, &rows.faults[..]), (4, &[][..]));
            for (name, column) in wanted.iter().zip(rows.finish()) {
                let texts: Vec<Option<&str>> = column.as_string::<i32>().iter().collect();
                match name.as_str() {
                    "comment" => assert_eq!(texts, [Some("太吵"), Some("quiet"), None, Some("quiet")]),
                    "word" => assert_eq!(texts, [Some("a"), None, Some("b"), Some("a")]),
                    _ => assert_eq!(texts, [None; 4], "{name}"),
                }
            }
        }
    }

    /// The reader panics on some damaged pages ("Decoder for dict should have been set"): a damaged file was told as a bug of the engine.
    #[test]
    fn a_parquet_file_that_its_reader_panics_on_is_an_error_of_the_file() {
        let columns: [(&str, ArrayRef); 2] = [
            ("score", Arc::new(Float64Array::from(vec![Some(0.0), None, Some(9.0), Some(10.0)]))),
            ("comment", Arc::new(StringArray::from(vec![Some("太吵"), Some("quiet"), None, Some("quiet")]))),
        ];
        let table = RecordBatch::try_from_iter(columns).unwrap();
        let mut writer = ArrowWriter::try_new(Vec::new(), table.schema(), None).unwrap();
        writer.write(&table).unwrap();
        let whole = writer.into_inner().unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        let columns_of = super::columns;
        let read = |bytes: &[u8]| -> Result<()> {
            std::fs::write(file.path(), bytes).unwrap();
            for source in crate::survey::open(&[file.path().display().to_string()], &ReadOptions::default())? {
                let mut batches = open_rows(&source, &columns_of(&source)?, 1, 1 << 20)?;
                while batches.next()?.is_some() {}
            }
            Ok(())
        };
        assert!(read(&whole).is_ok());
        let panics = |damaged: &[u8]| {
            read(damaged).is_err_and(|error| error.message().ends_with("its pages contradict themselves"))
        };
        let changes = || (0..8).map(|bit| 1 << bit).chain([3, 5, 6, 7, 0xff]);
        let mut damaged = whole.clone();
        let found = (4..whole.len()).any(|at| {
            let found = changes().any(|change| {
                damaged[at] = whole[at] ^ change;
                panics(&damaged)
            });
            damaged[at] = whole[at];
            found
        });
        assert!(found, "the reader panics no more: nothing is tested here");
    }

    /// Timestamps of a zone with a name, which Spark and pandas write, were refused.
    #[test]
    fn timestamps_of_a_zone_with_a_name_are_read_as_they_are_written_there() {
        // 2026-05-31 23:30 in UTC, and in January.
        let moments = [Some(1_780_270_200_000_000), None, Some(1_768_519_800_000_000), Some(i64::MAX)];
        for (zone, first, third) in [
            ("UTC", "2026-05-31T23:30:00Z", "2026-01-15T23:30:00Z"),
            ("Asia/Shanghai", "2026-06-01T07:30:00+08:00", "2026-01-16T07:30:00+08:00"),
            ("Europe/London", "2026-06-01T00:30:00+01:00", "2026-01-15T23:30:00Z"),
            ("+08:00", "2026-06-01T07:30:00+08:00", "2026-01-16T07:30:00+08:00"),
        ] {
            let known = if zone == "+08:00" { &moments[..3] } else { &moments };
            let column = TimestampMicrosecondArray::from(known.to_vec()).with_timezone(zone);
            let texts = as_text(&(Arc::new(column) as ArrayRef)).unwrap();
            assert_eq!((texts.value(0), texts.is_null(1), texts.value(2)), (first, true, third), "{zone}");
            assert!(known.len() == 3 || texts.value(3) == i64::MAX.to_string(), "{zone}");
        }
        let seconds = TimestampSecondArray::from(vec![1_780_270_200]).with_timezone("Asia/Shanghai");
        let texts = as_text(&(Arc::new(seconds) as ArrayRef)).unwrap();
        assert_eq!(texts.value(0), "2026-06-01T07:30:00+08:00");
        for (zone, text) in [
            ("Z", "2026-05-31T23:30:00Z"),
            ("UTC+8", "2026-06-01T07:30:00+08:00"),
            ("gmt-03:30", "2026-05-31T20:00:00-03:30"),
            ("UTC+0545", "2026-06-01T05:15:00+05:45"),
            ("UTC+15", "2026-05-31T23:30:00Z[UTC+15]"),
            ("China Standard Time", "2026-05-31T23:30:00Z[China Standard Time]"),
        ] {
            let column = TimestampSecondArray::from(vec![1_780_270_200]).with_timezone(zone);
            assert_eq!(as_text(&(Arc::new(column) as ArrayRef)).unwrap().value(0), text, "{zone}");
        }
    }
}
