//! What contacts after the answer are worth, of the rows of `recoveries`; and of customers who answered again.
//!
//! Not for the sums: `contribution::recovery` makes them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use arrow::array::Array;
use rayon::prelude::*;

use crate::contribution::recovery::{Contact, Reached, Recovery};
use crate::error::Result;
use crate::tables::{ALL_PERIODS, Kind, Manifest, Named, PartId, RecoveryRow, Table, day_at, recoveries_of, word_at};
use crate::types::Band;

/// What contacts are worth.
#[derive(Debug, Clone)]
pub struct Recovered {
    /// Contacts with respondents of the period: call-backs, passives to win over, promoters to thank. Somebody without a score is in none.
    pub by_kind: [OfKind; 3],
    /// Call-backs by function, those of most respondents first; empty for none.
    pub by_function: Vec<(String, Recovery)>,
    /// Call-backs by driver.
    pub by_driver: Vec<(String, Recovery)>,
    /// Customers who answered again: from each answer to the next, whenever that was.
    pub again: Recovery,
    /// Periods besides this one whose respondents were contacted.
    pub elsewhere: BTreeSet<String>,
}

/// Contacts of one kind.
#[derive(Debug, Clone)]
pub struct OfKind {
    /// What they are for.
    pub kind: Kind,
    /// Respondents to contact: those in `follow_ups`, and those who were contacted and are not in it any more.
    pub wanted: u64,
    /// What came of it.
    pub recovery: Recovery,
}

impl Recovered {
    /// Calls to detractors.
    pub fn call_backs(&self) -> &OfKind {
        &self.by_kind[0]
    }

    /// All contacts of the period.
    pub fn contacts(&self) -> u64 {
        self.by_kind.iter().map(|of| of.recovery.contacts).sum()
    }
}

/// All contacts of an output, in the order of time.
pub(super) fn contacts(out: &Path, manifest: &Manifest) -> Result<Vec<RecoveryRow>> {
    let mut rows: Vec<RecoveryRow> = Vec::new();
    let part = PartId::of_all_periods(Table::Recoveries);
    for batch in manifest.read_part(out, &part, None)?.into_iter().flatten() {
        rows.extend(recoveries_of(&batch?)?);
    }
    rows.sort_by(|one, other| (one.contacted, &one.id).cmp(&(other.contacted, &other.id)));
    Ok(rows)
}

/// Contacts by the respondent's id, each in the order of time.
pub(super) fn by_respondent(contacts: &[RecoveryRow]) -> HashMap<&str, Vec<&RecoveryRow>> {
    let mut by_id: HashMap<&str, Vec<&RecoveryRow>> = HashMap::new();
    for contact in contacts {
        by_id.entry(contact.id.as_str()).or_default().push(contact);
    }
    by_id
}

/// A respondent with all contacts about one answer, of which the last says what it was about.
struct Respondent<'a> {
    last: &'a RecoveryRow,
    reached: Reached,
}

/// Reads what came of the contacts with respondents of a period, or of all of them.
pub fn recovered(out: &Path, manifest: &Manifest, period: &str) -> Result<Recovered> {
    let confidence = manifest.confidence;
    let rows = contacts(out, manifest)?;
    let is_here = |row: &&RecoveryRow| period == ALL_PERIODS || row.answered_in == period;
    let mut by_answer: BTreeMap<_, Vec<&RecoveryRow>> = BTreeMap::new();
    for row in rows.iter().filter(is_here) {
        by_answer.entry((row.id.as_str(), row.answered_in.as_str(), row.answered)).or_default().push(row);
    }
    let respondents: Vec<Respondent<'_>> = by_answer
        .values()
        .filter_map(|rows| {
            let contacts: Vec<Contact> = rows.iter().map(|row| contact(row)).collect();
            Some(Respondent { last: rows.last()?, reached: Reached::of(&contacts) })
        })
        .collect();
    let of_kind = |kind: Kind| respondents.iter().filter(move |it| it.last.band_before.map(Kind::of) == Some(kind));
    let by = |key: fn(&RecoveryRow) -> Option<&str>| {
        let mut groups: BTreeMap<String, Vec<Reached>> = BTreeMap::new();
        for respondent in of_kind(Kind::CallBack) {
            groups.entry(key(respondent.last).unwrap_or_default().to_owned()).or_default().push(respondent.reached);
        }
        let mut groups: Vec<(String, Recovery)> =
            groups.into_iter().map(|(name, reached)| (name, Recovery::of(&reached, confidence))).collect();
        groups.sort_by(|(a, one), (b, other)| other.people.cmp(&one.people).then_with(|| a.cmp(b)));
        groups
    };
    let waiting = waiting(out, manifest, period, &rows)?;
    let by_kind = Band::ALL.map(Kind::of).map(|kind| {
        let reached: Vec<Reached> = of_kind(kind).map(|respondent| respondent.reached).collect();
        let waiting = waiting.get(kind.as_str()).copied().unwrap_or_default();
        OfKind { kind, wanted: reached.len() as u64 + waiting, recovery: Recovery::of(&reached, confidence) }
    });
    Ok(Recovered {
        by_kind,
        by_function: by(|row| row.function.as_deref()),
        by_driver: by(|row| row.driver.as_deref()),
        again: again(out, manifest, period)?,
        elsewhere: rows.iter().filter(|row| !is_here(row)).map(|row| row.answered_in.clone()).collect(),
    })
}

/// Respondents in `follow_ups` of a period whom nobody has contacted, by kind. One whose answer has moved here since the contact is counted
/// where the contact is.
fn waiting(out: &Path, manifest: &Manifest, period: &str, contacts: &[RecoveryRow]) -> Result<BTreeMap<String, u64>> {
    let by_id = by_respondent(contacts);
    let mut waiting: BTreeMap<String, u64> = BTreeMap::new();
    for label in manifest.periods.keys().filter(|label| period == ALL_PERIODS || *label == period) {
        let part = PartId::new(Table::FollowUps, label.as_str());
        for batch in manifest.read_part(out, &part, Some(&["id", "date", "kind"]))?.into_iter().flatten() {
            let batch = batch?;
            let named = Named::new(&batch, Table::FollowUps.as_str());
            let (ids, dates, kinds) = (named.words("id")?, named.days("date")?, named.words("kind")?);
            for row in 0..named.rows() {
                let day = dates.is_valid(row).then(|| day_at(dates, row));
                let is_met = |contact: &&RecoveryRow| contact.answered_in == *label || is_after(contact, day);
                if !by_id.get(ids.value(row)).is_some_and(|contacts| contacts.iter().any(is_met)) {
                    *waiting.entry(kinds.value(row).to_owned()).or_default() += 1;
                }
            }
        }
    }
    Ok(waiting)
}

/// Whether a contact is about an answer of this day, or of no day.
pub(super) fn is_after(contact: &RecoveryRow, answered: Option<jiff::civil::Date>) -> bool {
    answered.is_none_or(|answered| contact.contacted >= answered)
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
    let mut moved = Vec::new();
    for answers in by_customer.values_mut() {
        answers.sort();
        for pair in answers.windows(2) {
            let ((before, _, was, _), (after, _, is, label)) = (&pair[0], &pair[1]);
            if period == ALL_PERIODS || label == period {
                let days = Some(after - before);
                moved.push(Reached { contacts: 1, resolved: None, days, bands: Some((*was, *is)) });
            }
        }
    }
    Ok(Recovery::of(&moved, confidence))
}
