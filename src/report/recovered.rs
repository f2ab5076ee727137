//! What contacts after the answer are worth, of the rows of `recoveries`; and of customers who answered again.
//!
//! Not for the sums: `contribution::recovery` makes them.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::Array;
use rayon::prelude::*;

use crate::contribution::recovery::{Contact, Recovery};
use crate::error::Result;
use crate::tables::{ALL_PERIODS, Manifest, Named, PartId, RecoveryRow, Table, recoveries_of, word_at};
use crate::types::Band;

/// What contacts are worth.
#[derive(Debug, Clone)]
pub struct Recovered {
    /// All contacts with respondents of the period.
    pub all: Recovery,
    /// By function, those of most contacts first; empty for none.
    pub by_function: Vec<(String, Recovery)>,
    /// By driver.
    pub by_driver: Vec<(String, Recovery)>,
    /// Customers who answered again: from each answer to the next, whenever that was.
    pub again: Recovery,
}

/// Reads what came of the contacts with respondents of a period, or of all of them.
pub fn recovered(out: &Path, manifest: &Manifest, period: &str) -> Result<Recovered> {
    let confidence = manifest.confidence;
    let mut rows: Vec<RecoveryRow> = Vec::new();
    let part = PartId::of_all_periods(Table::Recoveries);
    for batch in manifest.read_part(out, &part, None)?.into_iter().flatten() {
        rows.extend(recoveries_of(&batch?)?);
    }
    rows.retain(|row| period == ALL_PERIODS || row.answered_in == period);
    let by = |key: fn(&RecoveryRow) -> Option<&str>| {
        let mut groups: BTreeMap<String, Vec<Contact>> = BTreeMap::new();
        for row in &rows {
            groups.entry(key(row).unwrap_or_default().to_owned()).or_default().push(contact(row));
        }
        let mut groups: Vec<(String, Recovery)> =
            groups.into_iter().map(|(name, contacts)| (name, Recovery::of(&contacts, confidence))).collect();
        groups.sort_by(|(a, one), (b, other)| other.contacts.cmp(&one.contacts).then_with(|| a.cmp(b)));
        groups
    };
    Ok(Recovered {
        all: Recovery::of(&rows.iter().map(contact).collect::<Vec<_>>(), confidence),
        by_function: by(|row| row.function.as_deref()),
        by_driver: by(|row| row.driver.as_deref()),
        again: again(out, manifest, period)?,
    })
}

fn contact(row: &RecoveryRow) -> Contact {
    Contact { resolved: row.resolved, days: row.days(), bands: row.band_before.zip(row.band_after) }
}

/// An answer of a customer: day, id, band, period.
type Answer = (i32, String, Band, String);

/// Customers who answered again; of one period, those whose later answer is in it.
fn again(out: &Path, manifest: &Manifest, period: &str) -> Result<Recovery> {
    let confidence = manifest.confidence;
    if !manifest.layout.customer {
        return Ok(Recovery::of(&[], confidence));
    }
    let of_period = |label: &String| -> Result<Vec<(String, Answer)>> {
        let part = PartId::new(Table::Comments, label.as_str());
        let mut answers = Vec::new();
        for batch in manifest.read_part(out, &part, Some(&["id", "customer", "date", "band"]))?.into_iter().flatten() {
            let batch = batch?;
            let named = Named::new(&batch, Table::Comments.as_str());
            let (ids, customers) = (named.words("id")?, named.words("customer")?);
            let (dates, bands) = (named.days("date")?, named.words("band")?);
            for row in (0..named.rows()).filter(|row| dates.is_valid(*row)) {
                let band = word_at(bands, row).and_then(Band::parse);
                if let (Some(customer), Some(band)) = (word_at(customers, row), band) {
                    answers.push((
                        customer.to_owned(),
                        (dates.value(row), ids.value(row).to_owned(), band, label.clone()),
                    ));
                }
            }
        }
        Ok(answers)
    };
    let labels: Vec<&String> = manifest.periods.keys().collect();
    let answers: Vec<Vec<(String, Answer)>> = labels.into_par_iter().map(of_period).collect::<Result<_>>()?;
    let mut by_customer: BTreeMap<String, Vec<Answer>> = BTreeMap::new();
    for (customer, answer) in answers.into_iter().flatten() {
        by_customer.entry(customer).or_default().push(answer);
    }
    let mut contacts = Vec::new();
    for answers in by_customer.values_mut() {
        answers.sort();
        for pair in answers.windows(2) {
            let ((before, _, was, _), (after, _, is, label)) = (&pair[0], &pair[1]);
            if period == ALL_PERIODS || label == period {
                contacts.push(Contact { resolved: None, days: Some(after - before), bands: Some((*was, *is)) });
            }
        }
    }
    Ok(Recovery::of(&contacts, confidence))
}
