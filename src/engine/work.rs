//! What a worker does with one batch: respondents, redaction, tags, rows of `comments` and `mentions` by period, counts.
//!
//! Not for order or files: a batch's result depends on the batch alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, StringBuilder, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::Schema;

use super::count::count;
use super::timings::Timings;
use crate::contribution::{Cells, DriverTree, Matrix};
use crate::error::{Error, ErrorKind, Result};
use crate::survey::{Mapping, RawBatch, Reject, Source, respondents};
use crate::tables::{Layout, LexiconInfo, PeriodInfo, comments_rows, mentions_rows};
use crate::tag::Tagger;
use crate::text::Redactor;
use crate::types::{Band, Residual, Stance};

/// What all workers share.
pub(crate) struct Shop {
    pub(crate) sources: Vec<Source>,
    pub(crate) mapping: Mapping,
    pub(crate) layout: Layout,
    pub(crate) tagger: Tagger,
    pub(crate) redactor: Option<Redactor>,
    pub(crate) tree: Arc<DriverTree>,
    /// Who owns which driver.
    pub(crate) matrix: Arc<Matrix>,
    pub(crate) timings: Timings,
}

/// Rows of the two tables of respondents, of one period.
pub(crate) struct PeriodRows {
    pub(crate) period: String,
    pub(crate) comments: RecordBatch,
    pub(crate) mentions: RecordBatch,
}

/// What became of one batch.
pub(crate) struct Worked {
    pub(crate) source: usize,
    pub(crate) rows_in: u64,
    /// Where the last row of the batch starts in its source.
    pub(crate) last_byte: u64,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) periods: Vec<PeriodRows>,
    pub(crate) cells: Cells,
    pub(crate) redactions: Redacted,
}

/// How many of each kind were blanked out.
pub(crate) type Redacted = BTreeMap<&'static str, u64>;

impl Shop {
    /// Takes one raw batch through all stops up to the writer.
    pub(crate) fn work(&self, raw: RawBatch) -> Result<Worked> {
        let source = &self.sources[raw.source];
        let rows_in = (raw.batch.num_rows() + raw.rejects.len()) as u64;
        let (rows, mut rejects) =
            self.timings.stop("respondents", rows_in, 0, || respondents(&raw, source, &self.mapping))?;
        let last_byte = raw.bytes.last().copied().unwrap_or_default();
        rejects.extend(raw.rejects);
        let mut redactions = Redacted::new();
        let rows = self.timings.stop("redact", rows_in, 0, || self.redact(rows, &mut redactions))?;
        let periods = self.tag_by_period(&rows)?;
        let mut cells = self.empty_cells();
        self.timings.stop("count", rows_in, 0, || {
            periods.iter().try_for_each(|part| count(&part.comments, &part.period, &self.layout, &mut cells))
        })?;
        Ok(Worked { source: raw.source, rows_in, last_byte, rejects, periods, cells, redactions })
    }

    /// The lexicons of this run, a base before what extends it.
    pub(crate) fn lexicons(&self) -> Vec<LexiconInfo> {
        let names = self.tagger.lexicon().names.iter();
        names.map(|name| LexiconInfo { name: name.name.clone(), version: name.version.clone() }).collect()
    }

    /// The version of the redaction that rows of this run go through; 0: none.
    pub(crate) fn redaction(&self) -> u32 {
        if self.redactor.is_some() { Redactor::VERSION } else { 0 }
    }

    /// Whether earlier rows of this period are to be redacted, as this run's are.
    pub(crate) fn is_to_redact(&self, period: &PeriodInfo) -> bool {
        self.redactor.is_some() && period.redaction != Redactor::VERSION
    }

    /// A reduction without respondents.
    pub(crate) fn empty_cells(&self) -> Cells {
        Cells::new(Arc::clone(&self.tree), self.layout.segments.clone())
    }

    /// Tags respondents and lays them out as tables, by period in the order of the labels.
    pub(crate) fn tag_by_period(&self, rows: &RecordBatch) -> Result<Vec<PeriodRows>> {
        let labels = rows.column_by_name("period").and_then(|column| column.as_string_opt::<i32>());
        let labels = labels.ok_or_else(|| arrow_bug("respondents have no column `period`"))?;
        let mut places: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (row, label) in labels.iter().enumerate() {
            places.entry(label.unwrap_or_default()).or_default().push(row as u32);
        }
        // Rows are put together by period before they are tagged: they are smaller than their tags, which can then be sliced.
        let sorted = if places.len() == 1 {
            rows.clone()
        } else {
            let order = UInt32Array::from_iter_values(places.values().flatten().copied());
            take_record_batch(rows, &order).map_err(|error| arrow_bug(&error.to_string()))?
        };
        let tags = self.timings.stop("tag", sorted.num_rows() as u64, 0, || self.tagger.tag(&sorted))?;
        let tags = contrary_named(&tags, &sorted)?;
        let mut periods = Vec::with_capacity(places.len());
        let mut start = 0;
        for (period, places) in places {
            let (part, part_tags) = (sorted.slice(start, places.len()), tags.slice(start, places.len()));
            start += places.len();
            let (comments, mentions) = self.timings.stop("lay out", part.num_rows() as u64, 0, || {
                Ok::<_, Error>((
                    comments_rows(&part, &part_tags, &self.layout)?,
                    mentions_rows(part.column(0), &part_tags)?,
                ))
            })?;
            periods.push(PeriodRows { period: period.to_owned(), comments, mentions });
        }
        Ok(periods)
    }

    /// Blanks out personal data in those columns of texts and segments that the rows have. Ids and customers stay: rows are joined by
    /// them, and two may be one when they are blanked out.
    pub(crate) fn redact(&self, rows: RecordBatch, counts: &mut Redacted) -> Result<RecordBatch> {
        let Some(redactor) = &self.redactor else { return Ok(rows) };
        let mut columns = rows.columns().to_vec();
        for name in self.layout.segment_columns().into_iter().chain(self.layout.text_columns()) {
            let Some((at, _)) = rows.schema_ref().column_with_name(&name) else { continue };
            let texts = columns[at].as_string::<i32>();
            if let Some(redacted) = redact_column(redactor, texts, counts) {
                columns[at] = Arc::new(redacted);
            }
        }
        RecordBatch::try_new(rows.schema(), columns).map_err(|error| arrow_bug(&error.to_string()))
    }
}

/// The column with personal data blanked out; `None` where there is none in it.
fn redact_column(redactor: &Redactor, texts: &StringArray, counts: &mut Redacted) -> Option<StringArray> {
    let mut changed: Vec<(usize, String)> = Vec::new();
    for (row, text) in texts.iter().enumerate() {
        if let Some((clean, found)) = text.and_then(|text| redactor.redact(text)) {
            for (kind, count) in found.by_kind() {
                *counts.entry(kind).or_default() += u64::from(count);
            }
            changed.push((row, clean));
        }
    }
    if changed.is_empty() {
        return None;
    }
    let mut changed = changed.into_iter().peekable();
    let mut built = StringBuilder::with_capacity(texts.len(), texts.value_data().len());
    for (row, text) in texts.iter().enumerate() {
        match changed.next_if(|(at, _)| *at == row) {
            Some((_, clean)) => built.append_value(clean),
            None => built.append_option(text),
        }
    }
    Some(built.finish())
}

/// The tags with `contrary` in the column `residual` of those who mention drivers only against the side of their score.
fn contrary_named(tags: &RecordBatch, respondents: &RecordBatch) -> Result<RecordBatch> {
    let wrong = || arrow_bug("tags lack a column");
    let bands =
        respondents.column_by_name("band").and_then(|column| column.as_string_opt::<i32>()).ok_or_else(wrong)?;
    let lists = tags.column_by_name("drivers").and_then(|column| column.as_list_opt::<i32>()).ok_or_else(wrong)?;
    let stances =
        lists.values().as_struct_opt().and_then(|pairs| pairs.column_by_name("polarity")).ok_or_else(wrong)?;
    let stances = stances.as_string::<i32>();
    let (at, _) = tags.schema_ref().column_with_name("residual").ok_or_else(wrong)?;
    let named: StringArray = tags
        .column(at)
        .as_string::<i32>()
        .iter()
        .enumerate()
        .map(|(row, residual)| {
            if residual.is_some() || !bands.is_valid(row) {
                return residual;
            }
            let against = match Band::parse(bands.value(row)) {
                Some(Band::Promoter) => Stance::Negative,
                Some(Band::Detractor) => Stance::Positive,
                _ => return residual,
            };
            let range = lists.value_offsets()[row]..lists.value_offsets()[row + 1];
            let all_against = range.into_iter().all(|at| stances.value(at.unsigned_abs() as usize) == against.as_str());
            all_against.then_some(Residual::Contrary.as_str())
        })
        .collect();
    let mut columns = tags.columns().to_vec();
    columns[at] = Arc::new(named) as ArrayRef;
    let schema: Arc<Schema> = tags.schema();
    RecordBatch::try_new(schema, columns).map_err(|error| arrow_bug(&error.to_string()))
}

/// An error of the engine's own making, which no input can cause.
pub(crate) fn arrow_bug(problem: &str) -> Error {
    Error::new(ErrorKind::Output, "table_misfit", format!("a batch is not what the engine makes: {problem}"))
        .help("Please report this with the input that shows it.")
}
