//! What an output holds of those who are to be forgotten: their answers, their contacts, and where lists name them.
//!
//! Not for taking anything out, nor for files that are not tables (`scan`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch, StringArray};
use arrow::compute::filter_record_batch;

use super::super::work::arrow_bug;
use super::{Named, Role, Whom};
use crate::error::{Error, ErrorKind, Result};
use crate::tables::{ALL_PERIODS, Manifest, Output, PartId, PartInfo, PartWriter, Table, recoveries_schema};

/// What the output holds of those who are to be forgotten.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Ids of respondents, of whom nothing is to be left.
    pub(super) respondents: BTreeSet<String>,
    /// Ids of customers, of whom nothing is to be left.
    pub(super) customers: BTreeSet<String>,
    /// The periods that hold answers of theirs.
    pub(super) periods: BTreeSet<String>,
    /// The periods whose lists name them.
    pub(super) listed: BTreeSet<String>,
    /// The customers of the answers, whether all of theirs go or not.
    pub(super) answered_as: BTreeSet<String>,
    /// What they wrote.
    pub(super) texts: BTreeSet<String>,
    pub(super) answers: u64,
    pub(super) contacts: u64,
    /// By id that was named: what is held under it.
    named: BTreeMap<String, Named>,
    /// The respondents of each id that was named.
    of: BTreeMap<String, BTreeSet<String>>,
    /// Of the ids that were named, those that are a respondent's.
    are_respondents: BTreeSet<String>,
    /// Of the ids that were named, those that are a customer's with answers of other respondents, and how many.
    are_customers: BTreeMap<String, u64>,
}

impl Found {
    /// Looks for them.
    ///
    /// # Errors
    /// `ambiguous_id`, where the role of an id is neither said nor clear; what reading damaged tables gives.
    pub(super) fn of(out: &Path, before: &Manifest, whom: &Whom) -> Result<Self> {
        let mut found = Self::default();
        for id in &whom.ids {
            found.named.insert(id.clone(), Named { id: id.clone(), answers: 0, contacts: 0, listed: 0 });
            let mut of = BTreeSet::new();
            if whom.role != Some(Role::Customer) {
                // Of somebody whose answer is in no period any more, there may be contacts.
                of.insert(id.clone());
            }
            found.of.insert(id.clone(), of);
        }
        if whom.role != Some(Role::Respondent) {
            found.customers.extend(whom.ids.iter().cloned());
        }
        for period in before.periods.keys() {
            found.answers(out, before, whom, period)?;
        }
        for period in before.periods.keys() {
            found.lists(out, before, whom, period)?;
        }
        found.respondents = found.of.values().flatten().cloned().collect();
        found.count_contacts(out, before)?;
        found.is_clear(whom)?;
        Ok(found)
    }

    /// For each id that was named, in that order, what is held under it.
    pub(super) fn named(&self, ids: &[String]) -> Vec<Named> {
        ids.iter().filter_map(|id| self.named.get(id).cloned()).collect()
    }

    fn answers(&mut self, out: &Path, before: &Manifest, whom: &Whom, period: &str) -> Result<()> {
        let texts = before.layout.text_columns();
        let columns: Vec<&str> = ["id"]
            .into_iter()
            .chain(before.layout.customer.then_some("customer"))
            .chain(texts.iter().map(String::as_str))
            .collect();
        let part = PartId::new(Table::Comments, period);
        for batch in before.read_part(out, &part, Some(&columns))?.into_iter().flatten() {
            let batch = batch?;
            let rows = Ids::of(&batch, Table::Comments)?;
            for row in 0..batch.num_rows() {
                let (id, customer) = rows.at(row);
                let names = self.names(whom, id, customer);
                if names.is_empty() {
                    continue;
                }
                self.answers += 1;
                self.periods.insert(period.to_owned());
                self.answered_as.extend(customer.map(str::to_owned));
                for name in names {
                    self.named.entry(name.clone()).and_modify(|named| named.answers += 1);
                    self.of.entry(name).or_default().insert(id.to_owned());
                }
                let said = texts.iter().filter_map(|name| words(&batch, name)).filter(|column| column.is_valid(row));
                self.texts.extend(said.map(|column| column.value(row).to_owned()));
            }
        }
        Ok(())
    }

    /// The list of a period may name somebody of whom there is no answer, where an earlier engine left one behind.
    fn lists(&mut self, out: &Path, before: &Manifest, whom: &Whom, period: &str) -> Result<()> {
        let columns: Vec<&str> = ["id"].into_iter().chain(before.layout.customer.then_some("customer")).collect();
        let part = PartId::new(Table::FollowUps, period);
        for batch in before.read_part(out, &part, Some(&columns))?.into_iter().flatten() {
            let batch = batch?;
            let rows = Ids::of(&batch, Table::FollowUps)?;
            for row in 0..batch.num_rows() {
                let (id, customer) = rows.at(row);
                let mut names = self.names(whom, id, customer);
                names.extend(self.whose(id));
                for name in names {
                    self.listed.insert(period.to_owned());
                    self.named.entry(name.clone()).and_modify(|named| named.listed += 1);
                    self.of.entry(name).or_default().insert(id.to_owned());
                }
            }
        }
        Ok(())
    }

    fn count_contacts(&mut self, out: &Path, before: &Manifest) -> Result<()> {
        let part = PartId::of_all_periods(Table::Recoveries);
        for batch in before.read_part(out, &part, Some(&["id"]))?.into_iter().flatten() {
            let batch = batch?;
            let rows = Ids::of(&batch, Table::Recoveries)?;
            for row in 0..batch.num_rows() {
                let (id, _) = rows.at(row);
                let whose = self.whose(id);
                self.contacts += u64::from(!whose.is_empty());
                for name in whose {
                    if name == id {
                        self.are_respondents.insert(name.clone());
                    }
                    self.named.entry(name).and_modify(|named| named.contacts += 1);
                }
            }
        }
        Ok(())
    }

    /// The ids that were named under which a row of this respondent and this customer stands.
    fn names(&mut self, whom: &Whom, id: &str, customer: Option<&str>) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        if whom.role != Some(Role::Customer) && self.named.contains_key(id) {
            self.are_respondents.insert(id.to_owned());
            names.insert(id.to_owned());
        }
        if let Some(customer) = customer.filter(|customer| self.customers.contains(*customer)) {
            if customer != id {
                *self.are_customers.entry(customer.to_owned()).or_default() += 1;
            }
            names.insert(customer.to_owned());
        }
        names
    }

    /// The ids that were named to which this respondent belongs.
    fn whose(&self, respondent: &str) -> BTreeSet<String> {
        let whose = self.of.iter().filter(|(_, respondents)| respondents.contains(respondent));
        whose.map(|(name, _)| name.clone()).collect()
    }

    /// Sees that an id means either a respondent or a customer: who names one does not want the answers of the other gone.
    fn is_clear(&self, whom: &Whom) -> Result<()> {
        let mut both = self.are_customers.iter().filter(|(id, _)| self.are_respondents.contains(*id));
        let Some((id, _)) = both.next().filter(|_| whom.role.is_none()) else { return Ok(()) };
        let more = both.count();
        let more = if more > 0 { format!(", and {more} more id(s) are so too") } else { String::new() };
        let message = format!("`{id}` is a respondent, and also a customer whose answers are other respondents'{more}");
        Err(Error::new(ErrorKind::Usage, "ambiguous_id", message).help(
            "Say which one is meant: `--respondent` takes the respondent out, `--customer` all answers of the customer. Nothing was changed.",
        ))
    }
}

/// Stages the contacts without those of these respondents.
pub(super) fn stage_contacts(
    output: &Output,
    before: &Manifest,
    gone: &BTreeSet<String>,
) -> Result<(PartId, PartInfo)> {
    let part = PartId::of_all_periods(Table::Recoveries);
    let mut writer = PartWriter::create(&output.stage(Table::Recoveries, ALL_PERIODS), &recoveries_schema())?;
    for batch in before.read_part(output.root(), &part, None)?.into_iter().flatten() {
        let batch = batch?;
        let rows = Ids::of(&batch, Table::Recoveries)?;
        let keep: BooleanArray = (0..batch.num_rows()).map(|row| Some(!gone.contains(rows.at(row).0))).collect();
        writer.push(&filter_record_batch(&batch, &keep).map_err(|error| arrow_bug(&error.to_string()))?)?;
    }
    Ok((part, writer.finish()?))
}

/// The columns that say whose a row is.
pub(super) struct Ids<'a> {
    id: &'a StringArray,
    customer: Option<&'a StringArray>,
}

impl<'a> Ids<'a> {
    pub(super) fn of(batch: &'a RecordBatch, table: Table) -> Result<Self> {
        let id = words(batch, "id").ok_or_else(|| arrow_bug(&format!("{} have no column `id`", table.as_str())))?;
        Ok(Self { id, customer: words(batch, "customer") })
    }

    /// The respondent and the customer of a row.
    pub(super) fn at(&self, row: usize) -> (&'a str, Option<&'a str>) {
        let customer = self.customer.filter(|column| column.is_valid(row));
        (self.id.value(row), customer.map(|column| column.value(row)))
    }
}

fn words<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a StringArray> {
    batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>())
}
