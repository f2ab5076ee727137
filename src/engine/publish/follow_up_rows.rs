//! Rows of `follow_ups`: whom to get back to, about what, and who does it.
//!
//! Not any text, nor who agreed (`engine::consent`). What explains a score is what takes its credit (`contribution::credit`).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;

use super::super::consent::Consents;
use super::super::count::TagColumns;
use super::super::respondents::Respondents;
use super::super::work::arrow_bug;
use super::{Tables, Totals};
use crate::contribution::{CellFigures, Credit, DriverFigures, DriverTree, Row, Taker, credits};
use crate::error::Result;
use crate::tables::{
    ALL_PERIODS, FollowUpRow, Kind, Layout, Named, PartId, PartInfo, PartReader, PartWriter, RowLabel, Table,
    comments_schema, day, read_part, respondents_of, word_at,
};
use crate::types::{Band, Residual, Said, Stance};

/// The part of a band's drivers that comes first.
const FIRST: f64 = 0.5;

/// A driver as a follow-up of one band sees it.
struct Weight {
    label: Arc<RowLabel>,
    /// The functions that own most of it.
    function: Option<String>,
    /// Who answers for it.
    owner: Option<String>,
    /// What it makes of the band in the period, 0–1.
    points: f64,
    /// Whether it is among those that make half of what drivers make.
    first: bool,
}

/// By what takes credit, for one band.
type Weights = HashMap<Taker, Weight>;

/// Stages `follow_ups` of a touched period, whose `comments` are staged.
pub(super) fn stage(
    tables: &Tables<'_>,
    totals: &Totals,
    consents: &Consents,
    period: Option<&str>,
    label: &str,
) -> Result<Option<(PartId, PartInfo)>> {
    let part = PartId::new(Table::Comments, label);
    if !tables.merged.parts.contains_key(&part) {
        return Ok(None);
    }
    let comments = tables.output.stage(Table::Comments, label);
    // This run has just written the file: its digest tells nothing.
    list(tables, totals, consents, period, label, |columns| read_part(&comments, None, Some(columns))).map(Some)
}

/// Stages `follow_ups` of a period of the lexicon at hand that keeps its `comments`; nothing where the output has no list of it.
pub(super) fn stage_again(
    tables: &Tables<'_>,
    totals: &Totals,
    consents: &Consents,
    label: &str,
) -> Result<Option<(PartId, PartInfo)>> {
    let [comments, held] = [Table::Comments, Table::FollowUps].map(|table| PartId::new(table, label));
    let Some(before) = tables.before.filter(|before| before.part(&held).is_some()) else { return Ok(None) };
    let open = |columns: &[&str]| {
        let read = |columns: &[&str]| before.read_part(tables.output.root(), &comments, Some(columns));
        let reader = match read(columns) {
            // Engines that did not ask for consent wrote no such column.
            Err(error) if error.code() == "no_such_column" => {
                let others: Vec<&str> = columns.iter().copied().filter(|column| *column != "consent").collect();
                read(&others)
            }
            reader => reader,
        };
        reader?.ok_or_else(|| arrow_bug(&format!("{label} has a list and no comments")))
    };
    let period = (label != ALL_PERIODS).then_some(label);
    list(tables, totals, consents, period, label, open).map(Some)
}

/// Stages the list of a period whose `comments` are read by `open`, of which it names columns.
fn list(
    tables: &Tables<'_>,
    totals: &Totals,
    consents: &Consents,
    period: Option<&str>,
    label: &str,
    open: impl Fn(&[&str]) -> Result<PartReader>,
) -> Result<(PartId, PartInfo)> {
    // A period of which nobody is left has a list without rows.
    let weights =
        Band::ALL.map(|band| totals.of(period).map_or_else(Weights::new, |total| weights(tables, total, band)));
    let mut writer = tables.sheets.follow_ups.writer(tables.output.stage(Table::FollowUps, label));
    let listed = Listed { tables, consents, label, weights };
    listed.each(open, |rows| writer.push(&tables.sheets.follow_ups.rows(rows)?))?;
    Ok((PartId::new(Table::FollowUps, label), writer.finish()?))
}

/// What a driver makes of a band.
fn points(driver: &DriverFigures, band: Band) -> f64 {
    match band {
        Band::Detractor => driver.detractor_contribution.value,
        Band::Passive => driver.passive_contribution.value,
        Band::Promoter => driver.promoter_contribution.value,
    }
}

fn weights(tables: &Tables<'_>, total: &CellFigures, band: Band) -> Weights {
    let of_driver = |driver: &DriverFigures| match driver.row {
        Row::Taker(taker @ (Taker::Leaf(ix) | Taker::General(ix))) => {
            Some((taker, ix, points(driver, band), driver.row))
        }
        _ => None,
    };
    let mut drivers: Vec<_> = total.drivers.iter().filter_map(of_driver).collect();
    // Of equal ones the first in the order of tables.
    drivers.sort_by(|(_, _, one, _), (_, _, other, _)| other.total_cmp(one));
    let all: f64 = drivers.iter().map(|(_, _, points, _)| points).sum();
    let mut before = 0.0;
    let mut weights = Weights::new();
    for (taker, ix, points, row) in drivers {
        let first = points > 0.0 && before < FIRST * all;
        before += points;
        let (label, function, owner) = (tables.labels.row(row), tables.owning_functions(ix), tables.owner(ix));
        weights.insert(taker, Weight { label, function, owner, points, first });
    }
    weights
}

/// Those of one period who are listed.
struct Listed<'a> {
    tables: &'a Tables<'a>,
    consents: &'a Consents,
    label: &'a str,
    weights: [Weights; 3],
}

impl Listed<'_> {
    /// Calls `each` with the rows of one batch of comments after the other.
    fn each(
        &self,
        open: impl Fn(&[&str]) -> Result<PartReader>,
        mut each: impl FnMut(&[FollowUpRow]) -> Result<()>,
    ) -> Result<()> {
        let shop = self.tables.shop;
        // Texts are most of the file, and say nothing here.
        let layout = Layout { texts: Vec::new(), ..shop.layout.clone() };
        let schema = comments_schema(&layout);
        let columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let open = || open(&columns);
        let newest = if layout.customer { newest(open()?, self.label, &layout)? } else { HashMap::new() };
        let (mut said, mut before) = (Vec::new(), 0);
        for batch in open()? {
            let batch = batch?;
            let rows = respondents_of(&batch, self.label, &layout)?;
            let (respondents, tags) = (Respondents::of(&rows, &layout)?, TagColumns::of(&batch)?);
            let mut found = Vec::new();
            for row in 0..batch.num_rows() {
                let Some(band) = respondents.band(row)? else { continue };
                let customer = respondents.customer(row);
                let is_newest = customer.and_then(|customer| newest.get(customer)).is_none_or(|at| *at == before + row);
                if !is_newest || !self.consents.allow(customer, respondents.consent(row)?) {
                    continue;
                }
                tags.said(row, &shop.tree, &mut said)?;
                found.push(self.row(&respondents, row, band, &said));
            }
            before += batch.num_rows();
            each(&found)?;
        }
        Ok(())
    }

    fn row(&self, respondents: &Respondents<'_>, row: usize, band: Band, said: &[Said]) -> FollowUpRow {
        let takers = explaining(&self.tables.shop.tree, band, said);
        let of_band = &self.weights[band as usize];
        let mut named: Vec<&Weight> = takers.iter().filter_map(|taker| of_band.get(taker)).collect();
        named.sort_by(|one, other| {
            other.points.total_cmp(&one.points).then_with(|| one.label.driver.cmp(&other.label.driver))
        });
        FollowUpRow {
            id: respondents.id(row).to_owned(),
            customer: respondents.customer(row).map(str::to_owned),
            date: respondents.date(row).map(day),
            segments: respondents.segments(row).map(str::to_owned).collect(),
            score: respondents.score(row),
            kind: Kind::of(band),
            priority: match named.as_slice() {
                [] => 3,
                named if named.iter().any(|weight| weight.first) => 1,
                _ => 2,
            },
            driver: named.first().map(|weight| {
                (weight.label.driver.clone(), weight.label.name_zh.clone(), weight.label.name_en.clone())
            }),
            drivers: named.iter().map(|weight| weight.label.driver.as_str()).collect::<Vec<_>>().join(" / "),
            function: named.first().and_then(|weight| weight.function.clone()),
            owner: named.first().and_then(|weight| weight.owner.clone()),
        }
    }
}

/// By customer, the place among all rows of the newest answer with a score: nobody is called twice about one period. Of one day the last row
/// counts, and one without a date is older than all others.
fn newest(
    comments: impl Iterator<Item = Result<RecordBatch>>,
    label: &str,
    layout: &Layout,
) -> Result<HashMap<String, usize>> {
    let mut newest: HashMap<String, (Option<i32>, usize)> = HashMap::new();
    let mut before = 0;
    for batch in comments {
        let rows = respondents_of(&batch?, label, layout)?;
        let respondents = Respondents::of(&rows, layout)?;
        for row in 0..rows.num_rows() {
            let (Some(customer), Some(_)) = (respondents.customer(row), respondents.band(row)?) else { continue };
            let answer = (respondents.date(row), before + row);
            let held = newest.entry(customer.to_owned()).or_insert(answer);
            *held = (*held).max(answer);
        }
        before += rows.num_rows();
    }
    Ok(newest.into_iter().map(|(customer, (_, at))| (customer, at)).collect())
}

impl Tables<'_> {
    /// Stages the lists of untouched periods again without the customers whose last word is no; a sentence where there are any.
    pub(crate) fn withdrawn(
        &self,
        consents: &Consents,
        parts: &mut BTreeMap<PartId, PartInfo>,
    ) -> Result<Option<String>> {
        let Some(before) = self.before.filter(|_| consents.knows_customers()) else { return Ok(None) };
        let mut gone = 0;
        for period in before.periods.keys().filter(|period| !self.merged.touched.contains(*period)) {
            let part = PartId::new(Table::FollowUps, period.as_str());
            let Some(reader) = before.read_part(self.output.root(), &part, None)? else { continue };
            let schema = reader.schema().clone();
            let (mut kept, mut here) = (Vec::new(), 0);
            for batch in reader {
                let batch = batch?;
                let customers = Named::new(&batch, Table::FollowUps.as_str()).words("customer")?;
                let keep: BooleanArray = (0..batch.num_rows())
                    .map(|row| Some(word_at(customers, row).is_none_or(|customer| !consents.refused(customer))))
                    .collect();
                here += keep.len() - keep.true_count();
                kept.push(filter_record_batch(&batch, &keep).map_err(|error| arrow_bug(&error.to_string()))?);
            }
            if here == 0 {
                continue;
            }
            let mut writer = PartWriter::create(&self.output.stage(Table::FollowUps, period), &schema)?;
            kept.iter().try_for_each(|batch| writer.push(batch))?;
            parts.insert(part, writer.finish()?);
            gone += here;
        }
        let customers = "customer(s) who no longer agree are taken off the lists of follow-ups of other periods";
        Ok((gone > 0).then(|| format!("consent: {gone} {customers}")))
    }
}

/// What explains the score. What holds a passive back is what it blames, where it blames anything.
fn explaining(tree: &DriverTree, band: Band, said: &[Said]) -> Vec<Taker> {
    let blames = |said: &&Said| matches!(said.stance, Stance::Negative | Stance::Mixed);
    let only_blame = band == Band::Passive && said.iter().any(|said| blames(&said));
    let stances: Vec<_> =
        said.iter().filter(|said| !only_blame || blames(said)).map(|said| (said.driver, said.stance)).collect();
    let mut takers = Vec::new();
    credits(tree, Credit::Equal, band, &stances, Residual::NoDriver, &mut takers);
    takers.into_iter().map(|(taker, _)| taker).collect()
}
