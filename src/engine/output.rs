//! The periods that a run touches: new rows staged as they come, then merged with what the output held, counted, and put in
//! place together.
//!
//! Known ids are replaced, also where the new answer lies in another period. Other rows of a touched period stay, tagged again where
//! they were tagged by another lexicon, redacted and tagged again where they were not redacted and this run's are. Periods that are
//! not touched keep their files. Rows that stay come first, in their order, then the new ones in theirs.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use rayon::prelude::*;

use super::config::RunConfig;
use super::count::{count, needed_columns};
use super::work::{PeriodRows, Redacted, Shop, arrow_bug};
use crate::contribution::Cells;
use crate::error::{Error, ErrorKind, Result};
use crate::survey::Mapping;
use crate::tables::{
    Layout, Manifest, Output, PartId, PartInfo, PartWriter, PeriodInfo, Table, comments_schema, mentions_schema,
    read_part, respondents_of,
};

/// The largest part of a period's respondents that `--replace` may lose without `--force`.
const LARGEST_LOSS: f64 = 0.05;

/// A table of respondents that is being written for one period.
struct Part {
    writer: PartWriter,
    path: PathBuf,
}

/// The two tables of respondents of one period.
struct Staged {
    comments: Part,
    mentions: Part,
    /// Whether this run has rows for the period; else it only takes respondents out who moved to another one.
    has_new: bool,
}

/// The same, with its files complete.
struct Ended {
    comments: (PartInfo, PathBuf),
    mentions: (PartInfo, PathBuf),
    has_new: bool,
}

/// What this run adds to an output folder.
pub(crate) struct Touched<'a> {
    output: &'a Output,
    shop: &'a Shop,
    /// What the output held before.
    before: Option<Manifest>,
    staged: BTreeMap<String, Staged>,
    /// Hashes of this run's ids; kept only where the output already holds periods.
    ids: HashSet<u64>,
}

/// What became of the touched periods.
pub(crate) struct Merged {
    /// Parts that are staged and their digests.
    pub(crate) parts: BTreeMap<PartId, PartInfo>,
    /// All periods of the output after the run.
    pub(crate) periods: BTreeMap<String, PeriodInfo>,
    /// Those that the run touched.
    pub(crate) touched: BTreeSet<String>,
    /// Of those, the ones of which this run has answers.
    pub(crate) answered: BTreeSet<String>,
    /// Of those, the ones whose respondents this run changes: it has answers of theirs, or takes respondents out of them.
    pub(crate) moved: BTreeSet<String>,
    /// Earlier rows that new ones took the place of.
    pub(crate) replaced: u64,
    /// Periods of other lexicons that `all` counts under this one.
    pub(crate) retagged_for_all: usize,
    /// What was blanked out in earlier rows of touched periods.
    pub(crate) redactions: Redacted,
    /// Periods that were not redacted as this run's rows are, and keep their files.
    pub(crate) unredacted: usize,
}

impl Merged {
    /// A sentence on each sort of earlier period that is not as this run's rows are.
    pub(crate) fn notices(&self) -> Vec<String> {
        let mut notices = Vec::new();
        if self.retagged_for_all > 0 {
            notices.push(format!(
                "{} earlier period(s) were tagged with other lexicons: comparisons and `period=all` count them under this one, their own tables stay as they were (`--restate` writes them anew)",
                self.retagged_for_all
            ));
        }
        if self.unredacted > 0 {
            notices.push(format!(
                "{} earlier period(s) were written without redaction, or with that of another version, and may hold personal data: this run does not touch them; run their input again, or into a new output folder",
                self.unredacted
            ));
        }
        notices
    }
}

impl Staged {
    fn end(self) -> Result<Ended> {
        let end = |part: Part| Ok((part.writer.finish()?, part.path));
        Ok(Ended { comments: end(self.comments)?, mentions: end(self.mentions)?, has_new: self.has_new })
    }
}

impl<'a> Touched<'a> {
    pub(crate) fn new(output: &'a Output, shop: &'a Shop) -> Result<Self> {
        let before = Manifest::read(output.root())?;
        if let Some(before) = before.as_ref().filter(|before| !before.periods.is_empty()) {
            check_same_shape(output, before, shop)?;
        }
        Ok(Self { output, shop, before, staged: BTreeMap::new(), ids: HashSet::new() })
    }

    /// What the output held before.
    pub(crate) fn before(&self) -> Option<&Manifest> {
        self.before.as_ref()
    }

    /// Stages new rows.
    pub(crate) fn push(&mut self, rows: &PeriodRows) -> Result<()> {
        if self.before.as_ref().is_some_and(|before| !before.periods.is_empty()) {
            self.ids.extend(rows.comments.column(0).as_string::<i32>().iter().flatten().map(hash));
        }
        if !self.staged.contains_key(&rows.period) {
            let staged = self.stage(&rows.period, true)?;
            self.staged.insert(rows.period.clone(), staged);
        }
        let Some(staged) = self.staged.get_mut(&rows.period) else { return Ok(()) };
        staged.comments.writer.push(&rows.comments)?;
        staged.mentions.writer.push(&rows.mentions)
    }

    fn stage(&self, period: &str, has_new: bool) -> Result<Staged> {
        let comments = self.part(Table::Comments, period)?;
        Ok(Staged { comments, mentions: self.part(Table::Mentions, period)?, has_new })
    }

    /// Also touches the periods that hold a respondent whose new answer lies in another one: nobody counts twice.
    fn touch_left_periods(&mut self) -> Result<()> {
        let Some(before) = &self.before else { return Ok(()) };
        let mut left = Vec::new();
        for period in before.periods.keys().filter(|period| !self.staged.contains_key(*period)) {
            let part = PartId::new(Table::Comments, period.as_str());
            let Some(reader) = before.read_part(self.output.root(), &part, Some(&["id"]))? else { continue };
            for batch in reader {
                let batch = batch?;
                if batch.column(0).as_string::<i32>().iter().flatten().any(|id| self.ids.contains(&hash(id))) {
                    left.push(period.clone());
                    break;
                }
            }
        }
        for period in left {
            let staged = self.stage(&period, false)?;
            self.staged.insert(period, staged);
        }
        Ok(())
    }

    /// Also touches the periods that other lexicons tagged.
    fn touch_other_lexicons(&mut self) -> Result<()> {
        let Some(before) = &self.before else { return Ok(()) };
        let here = &self.shop.tagger.lexicon().hash;
        let others = before.periods.iter().filter(|(_, info)| info.lexicon_hash != *here).map(|(period, _)| period);
        for period in others.filter(|period| !self.staged.contains_key(*period)).cloned().collect::<Vec<_>>() {
            let staged = self.stage(&period, false)?;
            self.staged.insert(period, staged);
        }
        Ok(())
    }

    /// A new part: at its staged place, or beside it where rows of an earlier run are to come before.
    fn part(&self, table: Table, period: &str) -> Result<Part> {
        let place = self.output.stage(table, period);
        let path = if self.held(period).is_some() { place.with_extension("new") } else { place };
        let schema = match table {
            Table::Mentions => mentions_schema(),
            _ => comments_schema(&self.shop.layout),
        };
        Ok(Part { writer: PartWriter::create(&path, &schema)?, path })
    }

    /// What the output held of a period.
    fn held(&self, period: &str) -> Option<&PeriodInfo> {
        self.before.as_ref().and_then(|before| before.periods.get(period))
    }

    /// Merges the new rows with what the output held, and counts all that `cells` has not counted yet.
    pub(crate) fn merge(mut self, config: &RunConfig, config_hash: &str, cells: &mut Cells) -> Result<Merged> {
        let answered = self.staged.keys().cloned().collect();
        self.touch_left_periods()?;
        let moved = self.staged.keys().cloned().collect();
        if config.restate {
            self.touch_other_lexicons()?;
        }
        let Self { output, shop, before, staged, ids } = self;
        let hash = shop.tagger.lexicon().hash.clone();
        let mut merged = Merged {
            parts: BTreeMap::new(),
            periods: before.as_ref().map(|before| before.periods.clone()).unwrap_or_default(),
            touched: staged.keys().cloned().collect(),
            answered,
            moved,
            replaced: 0,
            retagged_for_all: 0,
            redactions: Redacted::new(),
            unredacted: 0,
        };
        let RunConfig { replace, force, .. } = *config;
        let merging = Merging { output, shop, before: before.as_ref(), ids: &ids, replace, force };
        // Ending a file compresses most of it.
        let ended: Result<Vec<(String, Ended)>> =
            staged.into_par_iter().map(|(period, staged)| Ok((period, staged.end()?))).collect();
        for (period, ended) in ended? {
            let comments = merging.period(&period, ended, cells, &mut merged)?;
            let invited = merged.periods.get(&period).and_then(|held| held.invited);
            let info = PeriodInfo {
                lexicon_hash: hash.clone(),
                lexicons: shop.lexicons(),
                config_hash: config_hash.to_owned(),
                comments,
                redaction: shop.redaction(),
                invited,
            };
            merged.periods.insert(period, info);
        }
        if let Some(before) = &before {
            for (period, info) in before.periods.iter().filter(|(period, _)| !merged.touched.contains(*period)) {
                let same = info.lexicon_hash == hash;
                merged.retagged_for_all += usize::from(!same);
                merged.unredacted += usize::from(shop.is_to_redact(info) && info.comments > 0);
                merging.count_untouched(before, period, info, cells)?;
            }
        }
        Ok(merged)
    }
}

/// An error where the new rows cannot stand in one table with those that the output holds: other ids, weights, segments or questions,
/// other periods, another scale.
fn check_same_shape(output: &Output, before: &Manifest, shop: &Shop) -> Result<()> {
    let (held, here) = (&before.layout, &shop.layout);
    let roles = |layout: &Layout| -> Vec<String> {
        layout.texts.iter().map(|text| format!("{}={}", text.name, text.role.as_str())).collect()
    };
    let now = serde_json::to_value(&shop.mapping).unwrap_or_default();
    // Keys that an earlier engine did not write have their defaults.
    let then = serde_json::from_value::<Mapping>(before.mapping.clone()).and_then(serde_json::to_value);
    let then = then.unwrap_or_else(|_| before.mapping.clone());
    // Null in the manifest: no column.
    let mapped = |mapping: &serde_json::Value, key: &str| match &mapping[key] {
        serde_json::Value::Null => "none".to_owned(),
        serde_json::Value::String(name) => name.clone(),
        other => other.to_string(),
    };
    let key = |what, key: &str, flag| (what, mapped(&then, key), mapped(&now, key), flag);
    let shapes = [
        ("segments", listed(&held.segments), listed(&here.segments), "--by"),
        ("questions", listed(&roles(held)), listed(&roles(here)), "--text"),
        key("customer ids", "customer", "--customer"),
        key("respondent ids", "id", "--id"),
        key("weights", "weight", "--weight"),
        key("periods", "period", "--period"),
        key("first days of the week", "week_start", "--week-start"),
        key("time zones", "time_zone", "--time-zone"),
        key("scores", "scale", "--scale"),
    ];
    match shapes.into_iter().find(|(_, held, here, _)| held != here) {
        None => Ok(()),
        Some((what, held, here, flag)) => Err(Error::new(
            ErrorKind::Output,
            "other_layout",
            format!("{} holds tables with other {what}: {held} there, {here} here", output.root().display()),
        )
        .help(format!("Give the same {flag} as before, or name another folder with --out."))),
    }
}

/// `[a, b]`
fn listed(names: &[String]) -> String {
    format!("[{}]", names.join(", "))
}

/// The merge of touched periods with what the output held.
struct Merging<'a> {
    output: &'a Output,
    shop: &'a Shop,
    before: Option<&'a Manifest>,
    ids: &'a HashSet<u64>,
    replace: bool,
    force: bool,
}

/// What the output held of a touched period.
#[derive(Clone, Copy)]
struct Held<'a> {
    period: &'a str,
    before: &'a Manifest,
    info: &'a PeriodInfo,
    /// Whether only this run's rows are to be left.
    replace: bool,
}

impl Merging<'_> {
    /// Ends one period; returns its rows of `comments`.
    fn period(&self, period: &str, ended: Ended, cells: &mut Cells, merged: &mut Merged) -> Result<u64> {
        let Ended { comments: new_comments, mentions: new_mentions, has_new } = ended;
        let replace = self.replace && has_new;
        let held = self.before.and_then(|before| Some((before, before.periods.get(period)?)));
        let (comments, mentions) = match held {
            None => (new_comments.0, new_mentions.0),
            Some((before, info)) => {
                let held = Held { period, before, info, replace };
                self.merge_held(held, &[new_comments, new_mentions], cells, merged)?
            }
        };
        let rows = comments.rows;
        merged.parts.insert(PartId::new(Table::Comments, period), comments);
        merged.parts.insert(PartId::new(Table::Mentions, period), mentions);
        Ok(rows)
    }

    /// Rows that stay, then the new ones.
    fn merge_held(
        &self,
        held: Held<'_>,
        new: &[(PartInfo, PathBuf); 2],
        cells: &mut Cells,
        merged: &mut Merged,
    ) -> Result<(PartInfo, PartInfo)> {
        let Held { period, before, info, replace } = held;
        let lexicon = self.shop.tagger.lexicon();
        let redact = self.shop.is_to_redact(info);
        let same = info.lexicon_hash == lexicon.hash && !redact;
        let layout = &self.shop.layout;
        let mut comments = PartWriter::create(&self.output.stage(Table::Comments, period), &comments_schema(layout))?;
        let mut mentions = PartWriter::create(&self.output.stage(Table::Mentions, period), &mentions_schema())?;
        let mut lost = 0;
        for batch in self.read(before, Table::Comments, period, None)? {
            let (kept, known) = self.without_new(&batch?)?;
            merged.replaced += known;
            lost += kept.num_rows() as u64;
            if replace || kept.num_rows() == 0 {
                continue;
            }
            if same {
                count(&kept, period, layout, cells)?;
                comments.push(&kept)?;
            } else {
                let mut respondents = respondents_of(&kept, period, layout)?;
                if redact {
                    respondents = self.shop.redact(respondents, &mut merged.redactions)?;
                }
                for rows in self.shop.tag_by_period(&respondents)? {
                    count(&rows.comments, period, layout, cells)?;
                    comments.push(&rows.comments)?;
                    mentions.push(&rows.mentions)?;
                }
            }
        }
        if replace {
            self.check_loss(period, lost, info.comments)?;
        } else if same {
            for batch in self.read(before, Table::Mentions, period, None)? {
                mentions.push(&self.without_new(&batch?)?.0)?;
            }
        }
        for (writer, (part, path)) in [&mut comments, &mut mentions].into_iter().zip(new) {
            for batch in read_part(path, Some(part), None)? {
                writer.push(&batch?)?;
            }
            fs::remove_file(path).map_err(|error| Error::io(ErrorKind::Output, "remove", path, error))?;
        }
        Ok((comments.finish()?, mentions.finish()?))
    }

    fn check_loss(&self, period: &str, lost: u64, held: u64) -> Result<()> {
        if self.force || (lost as f64) <= LARGEST_LOSS * held as f64 {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Output,
            "replace_loses_rows",
            format!("--replace would take {lost} of the {held} respondents out of period {period}"),
        )
        .help("Leave --replace out to merge, or add --force where they are to go."))
    }

    /// Counts a period that keeps its files; one of another lexicon is tagged again for this, so that all periods together are
    /// counted under one. Its segments are redacted as this run's are, because they stand in the cells of all periods.
    fn count_untouched(&self, before: &Manifest, period: &str, info: &PeriodInfo, cells: &mut Cells) -> Result<()> {
        let same = info.lexicon_hash == self.shop.tagger.lexicon().hash;
        let redacted = |rows: RecordBatch| {
            if self.shop.is_to_redact(info) { self.shop.redact(rows, &mut Redacted::new()) } else { Ok(rows) }
        };
        let layout = &self.shop.layout;
        let needed = needed_columns(layout);
        let needed: Vec<&str> = needed.iter().map(String::as_str).collect();
        for batch in self.read(before, Table::Comments, period, same.then_some(needed.as_slice()))? {
            let batch = batch?;
            if same {
                count(&redacted(batch)?, period, layout, cells)?;
            } else {
                for rows in self.shop.tag_by_period(&redacted(respondents_of(&batch, period, layout)?)?)? {
                    count(&rows.comments, period, layout, cells)?;
                }
            }
        }
        Ok(())
    }

    fn read(
        &self,
        before: &Manifest,
        table: Table,
        period: &str,
        columns: Option<&[&str]>,
    ) -> Result<impl Iterator<Item = Result<RecordBatch>> + use<>> {
        let part = PartId::new(table, period);
        let reader = before.read_part(self.output.root(), &part, columns)?;
        reader.ok_or_else(|| {
            Error::new(ErrorKind::Damaged, "missing_file", format!("the manifest lists no {}", part.key()))
                .help("Run into a new output folder.")
        })
    }

    /// The rows whose ids are not among this run's, and how many are.
    fn without_new(&self, batch: &RecordBatch) -> Result<(RecordBatch, u64)> {
        let ids = batch.column_by_name("id").and_then(|column| column.as_string_opt::<i32>());
        let ids = ids.ok_or_else(|| arrow_bug("no column `id`"))?;
        let keep: BooleanArray = ids.iter().map(|id| Some(id.is_none_or(|id| !self.ids.contains(&hash(id))))).collect();
        let known = (keep.len() - keep.true_count()) as u64;
        let kept = filter_record_batch(batch, &keep).map_err(|error| arrow_bug(&error.to_string()))?;
        Ok((kept, known))
    }
}

/// The same on every machine and in every run: `DefaultHasher::new` has fixed keys.
fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}
