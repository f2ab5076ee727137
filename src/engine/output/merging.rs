//! What the output held of a period, merged with this run: rows that stay become records before the new ones, and are counted.
//!
//! Not for new rows, nor for files: `output` brings the two together.

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;

use super::again::Compared;
use super::held::{HeldMentions, Names, stay};
use super::ids::{Ids, Moves, Now};
use crate::contribution::Cells;
use crate::engine::count::{count, needed_columns};
use crate::engine::damage::Damage;
use crate::engine::work::{Blanking, Records, Redacted, Shop, arrow_bug};
use crate::error::{Error, ErrorKind, Result};
use crate::tables::{Manifest, Output, PartId, PeriodInfo, Store, Table, respondents_of};

/// The largest part of a period's respondents that `--replace` may lose, or that may go into other periods, without `--force`.
pub(super) const LARGEST_LOSS: f64 = 0.05;

/// The merge of touched periods with what the output held.
pub(super) struct Merging<'a> {
    pub(super) output: &'a Output,
    pub(super) shop: &'a Shop,
    pub(super) before: &'a Manifest,
    /// This run's ids.
    pub(super) ids: &'a Ids,
    /// Whether these are to be forgotten.
    pub(super) forgets: bool,
    pub(super) force: bool,
    /// What is damaged, and not read where only this run's rows are to be left.
    pub(super) damage: &'a Damage,
}

/// What is counted of the rows that the output held.
pub(super) struct Tally<'a> {
    pub(super) cells: &'a mut Cells,
    /// What was blanked out in rows that stay.
    pub(super) redactions: &'a mut Redacted,
    /// Earlier rows that new ones took the place of.
    pub(super) replaced: &'a mut u64,
    /// Earlier rows that are gone, because only this run's are to be left.
    pub(super) gone: &'a mut u64,
    /// Of those that were replaced, what lies in other periods.
    pub(super) moves: &'a mut Moves,
    /// What comes again in this run, where answers have no ids; none where nobody asks.
    pub(super) compared: Option<Compared>,
}

impl Merging<'_> {
    /// Puts the rows of a touched period that stay into `store`, none of them where `replace` says that only this run's are to be left.
    pub(super) fn period(
        &self,
        period: &str,
        info: &PeriodInfo,
        replace: bool,
        store: &mut Store,
        tally: &mut Tally<'_>,
    ) -> Result<()> {
        if replace {
            return self.replaced(period, info, tally);
        }
        let Self { shop, .. } = self;
        let redactor = shop.to_redact(info);
        let same = info.lexicon_hash == shop.tagger.lexicon().hash
            && redactor.is_none()
            && !self.damage.has(&PartId::new(Table::Mentions, period));
        let names = Names::new(shop.tagger.lexicon(), &shop.layout);
        // Rows that are tagged again need none.
        let mentions = same.then(|| self.read(Table::Mentions, period, None)).transpose()?.into_iter().flatten();
        let mut mentions = HeldMentions::new(mentions.map(|batch| Ok(self.without_new(&batch?, period)?.kept)), &names);
        let mut moved = 0;
        for batch in self.read(Table::Comments, period, None)? {
            let Parted { kept, known, elsewhere } = self.without_new(&batch?, period)?;
            *tally.replaced += known;
            moved += elsewhere;
            if kept.num_rows() == 0 {
                continue;
            }
            if let Some(compared) = &mut tally.compared {
                compared.extend(&kept, period, &shop.layout)?;
            }
            let mut records = Records::default();
            if same {
                stay(&kept, period, &mut mentions, tally.cells, &mut records)?;
            } else {
                let blanking = redactor.map(|redactor| Blanking { redactor, counts: tally.redactions });
                let respondents = respondents_of(&kept, period, &shop.layout)?;
                shop.tag(&respondents, blanking, tally.cells, |period, row| records.push(period, row))?;
            }
            for (period, records) in records.iter() {
                store.push(period, records)?;
            }
        }
        tally.moves.add(period, moved, info.comments);
        if same { mentions.end() } else { Ok(()) }
    }

    /// Counts what the output held of a period of which only this run's rows are to be left; nothing where that cannot be read.
    fn replaced(&self, period: &str, info: &PeriodInfo, tally: &mut Tally<'_>) -> Result<()> {
        if self.damage.has(&PartId::new(Table::Comments, period)) {
            return Ok(());
        }
        let (mut lost, mut moved) = (0, 0);
        // Answers without ids are known again by what they say.
        let columns = tally.compared.is_none().then_some(["id"].as_slice());
        for batch in self.read(Table::Comments, period, columns)? {
            let Parted { kept, known, elsewhere } = self.without_new(&batch?, period)?;
            *tally.replaced += known;
            moved += elsewhere;
            lost += match &mut tally.compared {
                Some(compared) => compared.lost(&kept, period, &self.shop.layout)?,
                None => kept.num_rows() as u64,
            };
        }
        *tally.gone += lost;
        tally.moves.add(period, moved, info.comments);
        // Before what is lost: whose ids begin anew is told so, and not to add --force.
        if !self.force {
            tally.moves.check()?;
        }
        self.check_loss(period, lost, info.comments)
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
    pub(super) fn count_untouched(&self, period: &str, info: &PeriodInfo, cells: &mut Cells) -> Result<()> {
        let Self { shop, .. } = self;
        let same = info.lexicon_hash == shop.tagger.lexicon().hash;
        let needed = needed_columns(&shop.layout);
        // Who is in this run is in none of the periods that stay, unless it forgets them.
        let id = self.forgets.then_some("id");
        let needed: Vec<&str> = needed.iter().map(String::as_str).chain(id).collect();
        // What is found in rows that are not written is nobody's.
        let mut counts = Redacted::new();
        for batch in self.read(Table::Comments, period, same.then_some(needed.as_slice()))? {
            let batch = if self.forgets { self.without_new(&batch?, period)?.kept } else { batch? };
            let blanking = shop.to_redact(info).map(|redactor| Blanking { redactor, counts: &mut counts });
            if same {
                count(&batch, period, &shop.layout, blanking, cells)?;
            } else {
                shop.tag(&respondents_of(&batch, period, &shop.layout)?, blanking, cells, |_, _| {})?;
            }
        }
        Ok(())
    }

    fn read(
        &self,
        table: Table,
        period: &str,
        columns: Option<&[&str]>,
    ) -> Result<impl Iterator<Item = Result<RecordBatch>> + use<>> {
        let part = PartId::new(table, period);
        let reader = self.before.read_part(self.output.root(), &part, columns)?;
        reader.ok_or_else(|| {
            Error::new(ErrorKind::Damaged, "missing_file", format!("the manifest lists no {}", part.key()))
                .help("Run into a new output folder.")
        })
    }

    /// Parts the rows of a period by whether their ids are among this run's.
    fn without_new(&self, batch: &RecordBatch, period: &str) -> Result<Parted> {
        let ids = batch.column_by_name("id").and_then(|column| column.as_string_opt::<i32>());
        let ids = ids.ok_or_else(|| arrow_bug("no column `id`"))?;
        let (mut known, mut elsewhere) = (0, 0);
        let keep: BooleanArray = ids
            .iter()
            .map(|id| {
                let now = id.and_then(|id| self.ids.now(id, period));
                known += u64::from(now.is_some());
                elsewhere += u64::from(now == Some(Now::Elsewhere));
                Some(now.is_none())
            })
            .collect();
        let kept = filter_record_batch(batch, &keep).map_err(|error| arrow_bug(&error.to_string()))?;
        Ok(Parted { kept, known, elsewhere })
    }
}

/// Rows of a period of the output.
struct Parted {
    /// Those whose ids are not among this run's.
    kept: RecordBatch,
    /// How many of the others there are.
    known: u64,
    /// Of these, those whose new answer lies in another period.
    elsewhere: u64,
}
