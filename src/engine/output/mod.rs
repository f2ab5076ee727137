//! The periods that a run touches: new rows stored as they come, then merged with what the output held, counted, and written
//! together.
//!
//! Known ids are replaced, also where the new answer lies in another period. Other rows of a touched period stay, tagged again where
//! they were tagged by another lexicon, redacted and tagged again where they were not redacted and this run's are. Periods that are
//! not touched keep their files. Rows that stay come first, in their order, then the new ones in theirs.

mod again;
mod copies;
mod held;
pub(in crate::engine) mod ids;
mod merging;
mod rewritten;
mod shape;

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::AsArray;

use super::config::RunConfig;
use super::damage::Damage;
use super::work::{Records, Redacted, Shop};
use crate::contribution::Cells;
use crate::error::Result;
use crate::tables::{Manifest, Output, PartId, PartInfo, PeriodInfo, Store, Table, record_ids, write_periods};
use again::Answers;
use copies::Copies;
use ids::{Ids, Moves};
use merging::{Merging, Tally};

/// What this run adds to an output folder.
pub(crate) struct Touched<'a> {
    output: &'a Output,
    shop: &'a Shop,
    /// What the output held before.
    before: Option<Manifest>,
    /// New rows, by period.
    store: Store,
    /// This run's ids; kept only where the output already holds periods.
    ids: Ids,
    /// What can be told apart of this run's answers; kept only where the output holds periods, and neither it nor the run has ids.
    answers: Answers,
    /// What its files have in common; kept only where there are several, without ids.
    copies: Copies,
    /// What they take out of periods that this run does not touch otherwise.
    moves: Moves,
    /// Where respondents are forgotten: all periods that hold any of them, whose ids are in `ids` too.
    left: Option<BTreeSet<String>>,
    /// What of the output is damaged and to be made anew.
    damage: Damage,
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
    /// Earlier rows that are in no table any more, because only this run's were to be left of their periods.
    pub(crate) gone: u64,
    /// A sentence for each set of lexicons by which periods were published that this run tags by its own.
    pub(crate) rewritten: Vec<String>,
    /// Periods of other lexicons that `all` counts under this one.
    pub(crate) retagged_for_all: usize,
    /// What was blanked out in earlier rows of touched periods.
    pub(crate) redactions: Redacted,
    /// Periods that were not redacted as this run's rows are, and keep their files.
    pub(crate) unredacted: usize,
    /// What of the output was damaged and is made anew.
    pub(crate) damage: Damage,
}

impl Merged {
    /// A sentence on each sort of earlier period that is not as this run's rows are, or is made anew. `before`: what the output held.
    pub(crate) fn notices(&self, before: Option<&Manifest>) -> Vec<String> {
        let mut notices = self.rewritten.clone();
        notices.extend(before.into_iter().flat_map(|before| self.damage.made_anew(before, &self.periods)));
        if self.gone > 0 {
            notices.push(format!(
                "--replace: {} respondent(s) that the output held are not in these files, and are in no table any more",
                self.gone
            ));
        }
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

impl<'a> Touched<'a> {
    pub(crate) fn new(output: &'a Output, shop: &'a Shop) -> Result<Self> {
        let before = Manifest::read(output.root())?;
        if let Some(before) = before.as_ref().filter(|before| !before.periods.is_empty()) {
            Damage::check_listed(output.root(), before)?;
            shape::check_same_shape(output, before, shop)?;
        }
        let (store, damage) = (Store::new(output.aside()), Damage::default());
        let (ids, answers, moves) = (Ids::default(), Answers::default(), Moves::default());
        let copies = Copies::default();
        Ok(Self { output, shop, before, store, ids, answers, copies, moves, left: None, damage })
    }

    /// What is damaged of periods that this run replaces is not read, but made anew.
    pub(crate) fn making_anew(mut self, damage: Damage) -> Self {
        self.damage = damage;
        self
    }

    /// Takes respondents out, and nobody in: of the periods that hold any of them, those that the lexicon at hand tagged are written anew, and
    /// none counts them any more.
    pub(crate) fn forgetting<'i>(mut self, ids: impl Iterator<Item = &'i str>, periods: BTreeSet<String>) -> Self {
        self.ids.forget(ids);
        self.left = Some(periods);
        self
    }

    /// What the output held before.
    pub(crate) fn before(&self) -> Option<&Manifest> {
        self.before.as_ref()
    }

    /// Takes new rows in, of the source with this index; sources come one after the other.
    pub(crate) fn push(&mut self, source: usize, records: &Records) -> Result<()> {
        let joins = self.before.as_ref().is_some_and(|before| !before.periods.is_empty());
        for (period, records) in records.iter() {
            if joins {
                self.ids.extend(period, record_ids(records))?;
                // The output has none either: its layout is the same.
                if self.shop.mapping.id.is_none() {
                    self.answers.extend(period, records, &self.shop.layout)?;
                }
            }
            if self.shop.mapping.id.is_none() && self.shop.sources.len() > 1 {
                self.copies.extend(source, records, &self.shop.layout)?;
            }
            self.store.push(period, records)?;
        }
        Ok(())
    }

    /// Also touches the periods that hold a respondent whose new answer lies in another one: nobody counts twice.
    fn touch_left_periods(&mut self) -> Result<()> {
        let Some(before) = &self.before else { return Ok(()) };
        let mut left = Vec::new();
        for (period, info) in before.periods.iter().filter(|(period, _)| !self.store.has(period)) {
            let part = PartId::new(Table::Comments, period.as_str());
            let Some(reader) = before.read_part(self.output.root(), &part, Some(&["id"]))? else { continue };
            let mut moved = 0;
            for batch in reader {
                let batch = batch?;
                let ids = batch.column(0).as_string::<i32>().iter().flatten();
                // Of these the run has no answer in this period.
                moved += ids.filter(|id| self.ids.now(id, period).is_some()).count() as u64;
            }
            if moved > 0 {
                self.moves.add(period, moved, info.comments);
                left.push(period.clone());
            }
        }
        for period in left {
            self.store.push(&period, &[])?;
        }
        Ok(())
    }

    /// Touches those of these periods that the lexicon at hand tagged.
    fn touch_those_of_this_lexicon(&mut self, periods: &BTreeSet<String>) -> Result<()> {
        let Some(before) = &self.before else { return Ok(()) };
        let here = &self.shop.tagger.lexicon().hash;
        for period in periods {
            if before.periods.get(period).is_some_and(|info| info.lexicon_hash == *here) {
                self.store.push(period, &[])?;
            }
        }
        Ok(())
    }

    /// Also touches the periods that other lexicons tagged.
    fn touch_other_lexicons(&mut self) -> Result<()> {
        let Some(before) = &self.before else { return Ok(()) };
        let here = &self.shop.tagger.lexicon().hash;
        for (period, _) in before.periods.iter().filter(|(_, info)| info.lexicon_hash != *here) {
            self.store.push(period, &[])?;
        }
        Ok(())
    }

    /// Touches what else is to be written anew than the periods of new rows; the periods whose respondents the run changes.
    fn touch(&mut self, config: &RunConfig) -> Result<BTreeSet<String>> {
        let moved = match self.left.take() {
            None => {
                self.touch_left_periods()?;
                let moved = periods(&self.store);
                for period in self.damage.of_figures(self.before.as_ref()) {
                    self.store.push(&period, &[])?;
                }
                moved
            }
            Some(left) => {
                self.touch_those_of_this_lexicon(&left)?;
                // Where nobody is taken out, nobody comes or goes.
                if self.ids.is_empty() { BTreeSet::new() } else { left }
            }
        };
        if config.restate {
            self.touch_other_lexicons()?;
        }
        Ok(moved)
    }

    /// Merges the new rows with what the output held, counts all that `cells` has not counted yet, and writes the touched periods,
    /// by the threads of the pool in which it is called.
    pub(crate) fn merge(mut self, config: &RunConfig, config_hash: &str, cells: &mut Cells) -> Result<Merged> {
        let answered = periods(&self.store);
        let forgets = self.left.is_some();
        if let Some(before) = self.before.as_ref().filter(|_| !forgets) {
            self.damage.check_mended(self.output.root(), before, &answered)?;
        }
        let moved = self.touch(config)?;
        let Self { output, shop, before, mut store, ids, mut answers, mut moves, copies, left: _, damage } = self;
        if !config.force {
            copies.check(&shop.sources)?;
        }
        drop(copies);
        if let Some(before) = before.as_ref().filter(|_| damage.is_none()) {
            Damage::check_there(output.root(), before, &periods(&store))?;
        }
        let lexicon = shop.tagger.lexicon();
        let mut merged = Merged {
            parts: BTreeMap::new(),
            periods: before.as_ref().map(|before| before.periods.clone()).unwrap_or_default(),
            touched: periods(&store),
            answered,
            moved,
            replaced: 0,
            gone: 0,
            rewritten: Vec::new(),
            retagged_for_all: 0,
            redactions: Redacted::new(),
            unredacted: 0,
            damage,
        };
        if let Some(before) = &before {
            let is_touched = |period: &str| merged.touched.contains(period);
            merged.rewritten = rewritten::rewritten(before, &lexicon.hash, is_touched, output.root());
            let merging =
                Merging { output, shop, before, ids: &ids, forgets, force: config.force, damage: &merged.damage };
            let mut again = Vec::new();
            for (period, info) in before.periods.iter().filter(|(period, _)| merged.touched.contains(*period)) {
                let new = store.take(period);
                // What is whole has answers that these files may lack.
                let replace = config.replace && merged.answered.contains(period) && merged.damage.takes(period);
                store.push(period, &[])?;
                let (redactions, replaced, gone) = (&mut merged.redactions, &mut merged.replaced, &mut merged.gone);
                let compared = if config.force { None } else { answers.compare(period) };
                let mut tally = Tally { cells, redactions, replaced, gone, moves: &mut moves, compared };
                merging.period(period, info, replace, &mut store, &mut tally)?;
                again.extend(tally.compared.and_then(|compared| Some((period.clone(), compared.found()?))));
                store.append(period, new)?;
            }
            if !again.is_empty() {
                return Err(again::error(&again));
            }
            if !forgets && !config.force {
                moves.check()?;
            }
        }
        let parts = write_periods(&store, lexicon, &shop.layout, |table, period| output.stage(table, period))?;
        drop(store);
        for (period, parts) in parts {
            let invited = merged.periods.get(&period).and_then(|held| held.invited);
            let info = PeriodInfo {
                lexicon_hash: lexicon.hash.clone(),
                lexicons: shop.lexicons(),
                config_hash: config_hash.to_owned(),
                confidence: Some(config.confidence),
                comments: parts.comments.rows,
                redaction: shop.redaction(),
                invited,
            };
            merged.parts.insert(PartId::new(Table::Comments, period.as_str()), parts.comments);
            merged.parts.insert(PartId::new(Table::Mentions, period.as_str()), parts.mentions);
            merged.periods.insert(period, info);
        }
        if let Some(before) = &before {
            let merging =
                Merging { output, shop, before, ids: &ids, forgets, force: config.force, damage: &merged.damage };
            for (period, info) in before.periods.iter().filter(|(period, _)| !merged.touched.contains(*period)) {
                let same = info.lexicon_hash == lexicon.hash;
                merged.retagged_for_all += usize::from(!same);
                merged.unredacted += usize::from(shop.to_redact(info).is_some() && info.comments > 0);
                merging.count_untouched(period, info, cells)?;
            }
        }
        Ok(merged)
    }
}

/// The periods of which it holds rows, or that are to be written.
fn periods(store: &Store) -> BTreeSet<String> {
    store.periods().map(str::to_owned).collect()
}
