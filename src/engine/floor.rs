//! What no run can be quicker than: the survey read, parsed and written as `comments` and `mentions`, with empty tags.
//!
//! Not a way to do anything: `benches/compare` measures a run against it. Nothing is redacted, folded, tagged or counted, and no table of
//! figures is made. What is left goes through the same stops as in a run: the inputs' digests, blocks, rows, ids, respondents, records by
//! period, row groups by all threads, the sync of every file, and the commit.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use super::respondents::Respondents;
use super::work::Records;
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::Lexicon;
use crate::survey::{self, Blocks, Mapping, RawBatch, ReadOptions, Source, Wanted};
use crate::tables::{
    InputInfo, Layout, Manifest, Output, PartId, PartInfo, PeriodInfo, Row, Store, Table, write_periods,
};
use crate::types::Voices;

/// Reads the survey `input` on so many threads (0: one for each processor) and writes `comments` and `mentions` into the folder `out`,
/// which holds nothing yet; gives the rows that were written. `by`: the columns that are segments.
///
/// # Errors
/// Where the input cannot be read, or the output cannot be written.
pub fn floor(input: &str, by: Vec<String>, out: &Path, threads: usize) -> Result<u64> {
    let read = ReadOptions::default();
    let sources = survey::open(&[input.to_owned()], &read)?;
    let sample = survey::sample(&sources)?;
    let (mapping, _) = survey::map_columns(&sample, &Wanted { by, ..Wanted::default() })?;
    let layout = Layout::from(&mapping);
    let output = Output::open(out)?;
    let pool = super::pipeline::threads(threads)?;
    let blocks = Mutex::new(Blocks::new(sources.clone(), &mapping, &read)?);
    let store = Mutex::new(Store::new(output.aside()));
    let desk = Desk { sources: &sources, mapping: &mapping, layout: &layout };
    std::thread::scope(|scope| {
        let work = || desk.work(&blocks, &store);
        let workers: Vec<_> = (0..pool.current_num_threads()).map(|_| scope.spawn(work)).collect();
        // A panic is a bug; it goes on to the caller as one.
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    let store = store.into_inner().map_err(|_| poisoned())?;
    let lexicon = Lexicon::load::<&str>(&[])?;
    let parts =
        pool.install(|| write_periods(&store, &lexicon, &layout, |table, period| output.stage(table, period)))?;
    drop(store);
    let mut files: BTreeMap<PartId, PartInfo> = BTreeMap::new();
    let mut periods = BTreeMap::new();
    for (period, of_period) in parts {
        periods.insert(period.clone(), PeriodInfo { comments: of_period.comments.rows, ..PeriodInfo::default() });
        files.insert(PartId::new(Table::Comments, period.as_str()), of_period.comments);
        files.insert(PartId::new(Table::Mentions, period.as_str()), of_period.mentions);
    }
    let rows = periods.values().map(|period| period.comments).sum();
    let manifest = Manifest {
        mapping: serde_json::to_value(&mapping).unwrap_or_default(),
        layout: layout.clone(),
        inputs: sources.iter().map(|source| info(source, rows)).collect(),
        rows_in: rows,
        rows_tagged: rows,
        rows_added: rows,
        periods,
        files: files.iter().map(|(part, info)| (part.key(), info.clone())).collect(),
        ..Manifest::default()
    };
    output.commit(&files.into_keys().collect::<Vec<PartId>>(), &[], &manifest)?;
    Ok(rows)
}

fn info(source: &Source, rows: u64) -> InputInfo {
    InputInfo { name: source.name.clone(), bytes: source.bytes, digest: source.digest.clone(), rows }
}

fn poisoned() -> Error {
    Error::new(ErrorKind::Input, "bug", "another thread failed on a row of the input")
}

/// What all workers share.
struct Desk<'a> {
    sources: &'a [Source],
    mapping: &'a Mapping,
    layout: &'a Layout,
}

impl Desk<'_> {
    /// Takes blocks until there are none, and stores their respondents as records; blocks come in no order.
    fn work(&self, blocks: &Mutex<Blocks>, store: &Mutex<Store>) -> Result<()> {
        let mut buffer = Vec::new();
        loop {
            let next = blocks.lock().map_err(|_| poisoned())?.next(std::mem::take(&mut buffer));
            let Some(block) = next else { return Ok(()) };
            let (split, spare) = block?.split();
            buffer = spare;
            let records = self.records(&split.in_turn()?)?;
            let mut store = store.lock().map_err(|_| poisoned())?;
            for (period, records) in records.iter() {
                store.push(period, records)?;
            }
        }
    }

    /// The respondents of a batch as records without tags.
    fn records(&self, raw: &RawBatch) -> Result<Records> {
        let (rows, _) = survey::respondents(raw, &self.sources[raw.source], self.mapping)?;
        let respondents = Respondents::of(&rows, self.layout)?;
        let (mut segments, mut texts): (Vec<Cow<str>>, Vec<Option<Cow<str>>>) = (Vec::new(), Vec::new());
        let mut records = Records::default();
        for row in 0..rows.num_rows() {
            segments.clear();
            segments.extend(respondents.segments(row).map(Cow::Borrowed));
            texts.clear();
            texts.extend(respondents.texts(row).map(|text| text.map(Cow::Borrowed)));
            let record = Row {
                id: respondents.id(row),
                customer: respondents.customer(row),
                consent: respondents.consent(row)?,
                date: respondents.date(row),
                score: respondents.score(row),
                band: respondents.band(row)?,
                weight: respondents.weight(row)?,
                segments: &segments,
                texts: &texts,
                zh: false,
                en: false,
                sentiment: None,
                voices: Voices::NONE,
                residual: None,
                said: &[],
                mentions: &[],
            };
            records.push(respondents.period(row), &record);
        }
        Ok(records)
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;
    use arrow::datatypes::Float64Type;

    use super::*;

    #[test]
    fn all_rows_are_written_without_tags() {
        let folder = tempfile::tempdir().unwrap();
        let (survey, out) = (folder.path().join("survey.csv"), folder.path().join("out"));
        let answers = [(8, "2026-06-02"), (9, "2026-06-09"), (10, "2026-06-03")]
            .map(|(score, day)| format!("{score},{score},{day},north,师傅态度很好 13800138000\n"));
        let rows = format!("id,score,date,region,text\n{}", answers.concat());
        std::fs::write(&survey, rows).unwrap();
        assert_eq!(floor(&survey.display().to_string(), vec!["region".to_owned()], &out, 2).unwrap(), 3);

        let manifest = Manifest::read(&out).unwrap().unwrap();
        let sizes: Vec<(&str, u64)> =
            manifest.periods.iter().map(|(period, info)| (period.as_str(), info.comments)).collect();
        assert_eq!(sizes, [("2026-W23", 2), ("2026-W24", 1)]);
        let part = |table| manifest.read_part(&out, &PartId::new(table, "2026-W24"), None).unwrap().unwrap();
        let comments: Vec<_> = part(Table::Comments).map(Result::unwrap).collect();
        let column = |name: &str| comments[0].column_by_name(name).unwrap().clone();
        assert_eq!(column("text").as_string::<i32>().value(0), "师傅态度很好 13800138000");
        assert_eq!(column("seg_region").as_string::<i32>().value(0), "north");
        assert_eq!(column("score").as_primitive::<Float64Type>().values().as_ref(), [9.0]);
        assert!(column("drivers").as_list::<i32>().value(0).is_empty());
        assert_eq!(part(Table::Mentions).map(|batch| batch.unwrap().num_rows()).sum::<usize>(), 0);
    }
}
