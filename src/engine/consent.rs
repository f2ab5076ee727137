//! Who may be contacted, over all that an output holds: that a run asked stays known, and so does what respondents and customers said.
//!
//! Not how a survey writes it (`survey::consent`), nor who is called (`publish::follow_up_rows`). In doubt nobody is.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use arrow::array::{Array, AsArray, Date32Array, RecordBatch, StringArray};
use arrow::datatypes::Date32Type;

use super::damage::Damage;
use super::output::ids::hash;
use super::publish::Tables;
use super::work::arrow_bug;
use crate::error::Result;
use crate::nearest::nearest;
use crate::survey::{Mapping, Sample, Wanted};
use crate::tables::{Manifest, Output, PartId, PartReader, Table, read_part};
use crate::typed::word;
use crate::types::Consent;

/// The column by which an output last asked, as `--consent` takes it; none where it never asked.
pub(crate) fn last_asked(before: &Manifest) -> Option<String> {
    // Engines that did not keep it have it in the mapping of their last run.
    let mapped = || before.last_mapping()?.consent_written();
    before.consent.clone().or_else(mapped)
}

/// Fills in the column by which the output asked, or what its values mean, where the user leaves it open; a sentence where the input has no
/// such column.
pub(crate) fn remember(wanted: &mut Wanted, before: &Manifest, sample: &Sample) -> Option<String> {
    let held = last_asked(before).filter(|_| !before.periods.is_empty())?;
    let has = |column: &str| sample.columns.iter().any(|name| name == column);
    let column = match held.rsplit_once(':') {
        Some((column, values)) if !has(&held) && values.contains('=') => column,
        _ => held.as_str(),
    };
    let then = "nobody in it counts as having agreed, and whose answer it replaces keeps what was said before";
    match wanted.consent.as_deref() {
        None => {}
        Some("none") if !has("none") => return Some(format!("consent: this input does not ask; {then}")),
        Some(named) => {
            if named == column {
                wanted.consent = Some(held);
            }
            return None;
        }
    }
    let single = [&wanted.id, &wanted.customer, &wanted.score, &wanted.date, &wanted.weight];
    let texts = wanted.texts.iter().map(|(name, _)| name);
    if has(column) && !single.into_iter().flatten().chain(texts).any(|named| named == column) {
        wanted.consent = Some(held);
        return None;
    }
    let columns = sample.columns.iter().map(String::as_str);
    let near = nearest(column, columns, str::to_lowercase).map_or(Cow::Borrowed("COLUMN"), word);
    Some(format!(
        "CONSENT: this input has no column `{column}`, by which the output asked who may be contacted: {then} (`--consent {near}` names another column, `--consent none` says that there is none)"
    ))
}

/// A sentence where consents could not be read.
pub(crate) fn unclear(rows: u64, mapping: &Mapping) -> Option<String> {
    let column = mapping.consent.as_ref().filter(|_| rows > 0)?;
    Some(format!(
        "consent: of {rows} row(s) `{column}` says neither yes nor no; they count as nothing said, and are in no list of follow-ups (`--consent \"{column}:VALUE=yes\"` says what a value means)"
    ))
}

/// What respondents said before, for those whom this run does not ask.
#[derive(Debug, Default)]
pub(crate) struct HeldConsent(HashMap<u64, Consent>);

impl HeldConsent {
    /// Of everybody in the output whose answer can be read; of nobody where this run asks.
    pub(crate) fn read(output: &Output, mapping: &Mapping, damage: &Damage) -> Result<Self> {
        let mut held = Self::default();
        let Some(before) = Manifest::read(output.root())?.filter(|_| mapping.consent.is_none()) else {
            return Ok(held);
        };
        if last_asked(&before).is_none() {
            return Ok(held);
        }
        for period in before.periods.keys() {
            let part = PartId::new(Table::Comments, period.as_str());
            if damage.has(&part) {
                continue;
            }
            for batch in asked_for(before.read_part(output.root(), &part, Some(&["id", "consent"])))? {
                let batch = batch?;
                let (ids, consents) = (words(&batch, "id")?, words(&batch, "consent")?);
                let said = (0..batch.num_rows()).filter_map(|row| Some((row, consent_at(consents, row)?)));
                held.0.extend(said.map(|(row, consent)| (hash(ids.value(row)), consent)));
            }
        }
        Ok(held)
    }

    /// What the respondent of this id said before, where this run does not ask.
    pub(crate) fn of(&self, id: &str) -> Option<Consent> {
        if self.0.is_empty() { None } else { self.0.get(&hash(id)).copied() }
    }
}

/// What is known of consent after a run.
#[derive(Debug)]
pub(crate) struct Consents {
    /// What silence says.
    silence: Consent,
    /// What each customer said last, and when; of those who said anything.
    customers: HashMap<u64, (i32, Consent)>,
}

impl Consents {
    /// Of all periods: those that are staged, and those that stay.
    pub(crate) fn read(tables: &Tables<'_>) -> Result<Self> {
        let asked = tables.shop.mapping.consent.is_some() || tables.before.and_then(last_asked).is_some();
        let mut consents = Self::silent(asked);
        if !asked || !tables.shop.layout.customer {
            return Ok(consents);
        }
        for period in tables.merged.periods.keys() {
            let part = PartId::new(Table::Comments, period.as_str());
            let columns = Some(["customer", "date", "consent"].as_slice());
            let reader = match (tables.merged.parts.contains_key(&part), tables.before) {
                // This run has just written the file: its digest tells nothing.
                (true, _) => read_part(&tables.output.stage(Table::Comments, period), None, columns).map(Some),
                (false, Some(before)) => before.read_part(tables.output.root(), &part, columns),
                (false, None) => Ok(None),
            };
            for batch in asked_for(reader)? {
                consents.take(&batch?, |_| true)?;
            }
        }
        Ok(consents)
    }

    /// Of all periods of the output folder `out`, as if these respondents had never answered.
    pub(crate) fn of_output(out: &Path, before: &Manifest, without: &BTreeSet<String>) -> Result<Self> {
        let asked = last_asked(before).is_some();
        let mut consents = Self::silent(asked);
        if !asked || !before.layout.customer {
            return Ok(consents);
        }
        for period in before.periods.keys() {
            let part = PartId::new(Table::Comments, period.as_str());
            let columns = Some(["id", "customer", "date", "consent"].as_slice());
            for batch in asked_for(before.read_part(out, &part, columns))? {
                let batch = batch?;
                let ids = words(&batch, "id")?;
                consents.take(&batch, |row| !without.contains(ids.value(row)))?;
            }
        }
        Ok(consents)
    }

    /// Of nobody: silence is no once anybody was asked.
    fn silent(asked: bool) -> Self {
        Self { silence: if asked { Consent::No } else { Consent::Yes }, customers: HashMap::new() }
    }

    /// Takes the rows of a batch that count.
    fn take(&mut self, batch: &RecordBatch, counts: impl Fn(usize) -> bool) -> Result<()> {
        let (customers, said) = (words(batch, "customer")?, words(batch, "consent")?);
        let dates: &Date32Array = batch
            .column_by_name("date")
            .and_then(|column| column.as_primitive_opt::<Date32Type>())
            .ok_or_else(|| arrow_bug("comments have no column `date`"))?;
        for row in (0..batch.num_rows()).filter(|row| customers.is_valid(*row) && counts(*row)) {
            let Some(consent) = consent_at(said, row) else { continue };
            // Nobody knows when an answer without a date was given: its no may be the last word, its yes is not.
            let undated = if consent == Consent::No { i32::MAX } else { i32::MIN };
            let day = if dates.is_valid(row) { dates.value(row) } else { undated };
            self.say(customers.value(row), day, consent);
        }
        Ok(())
    }

    /// Of two words of one day a no counts.
    fn say(&mut self, customer: &str, day: i32, consent: Consent) {
        let said = self.customers.entry(hash(customer)).or_insert((day, consent));
        *said = (*said).max((day, consent));
    }

    /// Whether a respondent may be contacted who said this; the customer's last word goes before it.
    pub(crate) fn allow(&self, customer: Option<&str>, said: Option<Consent>) -> bool {
        let last = customer.and_then(|customer| self.last(customer));
        last.or(said).unwrap_or(self.silence) == Consent::Yes
    }

    /// The customer's last word, if there is any.
    pub(crate) fn last(&self, customer: &str) -> Option<Consent> {
        self.customers.get(&hash(customer)).map(|(_, consent)| *consent)
    }

    /// Whether the customer's last word is no.
    pub(crate) fn refused(&self, customer: &str) -> bool {
        self.last(customer) == Some(Consent::No)
    }

    /// Whether any customer has said anything.
    pub(crate) fn knows_customers(&self) -> bool {
        !self.customers.is_empty()
    }
}

/// The batches of a reader; none of a file without the columns that are read, as engines that did not ask for consent wrote them.
fn asked_for(reader: Result<Option<PartReader>>) -> Result<impl Iterator<Item = Result<RecordBatch>>> {
    let reader = match reader {
        Err(error) if error.code() == "no_such_column" => None,
        reader => reader?,
    };
    Ok(reader.into_iter().flatten())
}

fn words<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a StringArray> {
    let column = batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
    column.ok_or_else(|| arrow_bug(&format!("comments have no column `{name}`")))
}

fn consent_at(column: &StringArray, row: usize) -> Option<Consent> {
    column.is_valid(row).then(|| Consent::parse(column.value(row))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_of_a_customer_counts_and_in_doubt_it_is_no() {
        use Consent::{No, Yes};
        for (said, last) in [
            (&[(1, Yes), (5, No)][..], No),
            (&[(5, No), (1, Yes)], No),
            (&[(1, No), (5, Yes)], Yes),
            (&[(5, Yes), (5, No)], No),
            (&[(5, Yes), (i32::MAX, No)], No),
            (&[(i32::MIN, Yes), (1, No)], No),
        ] {
            let mut consents = Consents { silence: No, customers: HashMap::new() };
            for (day, consent) in said {
                consents.say("x", *day, *consent);
            }
            assert_eq!(consents.allow(Some("x"), None), last == Yes, "{said:?}");
            assert_eq!(consents.refused("x"), last == No, "{said:?}");
            assert!(!consents.allow(Some("y"), None) && consents.allow(Some("y"), Some(Yes)));
            assert!(!consents.allow(None, None) && !consents.refused("y"));
        }
    }

    fn sample(columns: &[&str]) -> Sample {
        Sample { columns: columns.iter().map(|name| (*name).to_owned()).collect(), ..Sample::default() }
    }

    #[test]
    fn a_column_that_is_gone_is_said_and_one_that_is_there_is_taken() {
        let mut before = Manifest { consent: Some("agree:1=yes,2=no".to_owned()), ..Manifest::default() };
        before.periods.insert("2026-W23".to_owned(), crate::tables::PeriodInfo::default());
        let remembered = |columns: &[&str], consent: Option<&str>| {
            let mut wanted = Wanted { consent: consent.map(str::to_owned), ..Wanted::default() };
            let said = remember(&mut wanted, &before, &sample(columns));
            (wanted.consent, said.unwrap_or_default())
        };
        assert_eq!(remembered(&["id", "agree"], None), (before.consent.clone(), String::new()));
        assert_eq!(remembered(&["id", "agree"], Some("agree")), (before.consent.clone(), String::new()));
        assert_eq!(remembered(&["id", "ok"], Some("ok")), (Some("ok".to_owned()), String::new()));
        let (taken, said) = remembered(&["id", "agree2"], None);
        assert_eq!(taken, None);
        assert!(said.contains("no column `agree`") && said.contains("--consent agree2"), "{said}");
        assert!(remembered(&["id"], Some("none")).1.starts_with("consent: this input does not ask"));
    }
}
