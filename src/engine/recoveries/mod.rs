//! What quality teams bring back from contacts, into the output that they were made from.
//!
//! Not for answers of a survey (`pipeline`): a new score of a contact is no answer, and moves no figure but those of recovery.

mod results;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;

use self::results::{Results, Written};
use crate::error::Result;
use crate::harmless::on_a_line;
use crate::survey::{Judged, Mapping};
use crate::tables::{
    ALL_PERIODS, Manifest, Named, Output, PartId, PartWriter, RecoveryRow, Table, day_at, number_at, recoveries_of,
    recoveries_rows, recoveries_schema, word_at,
};
use crate::text::Redactor;
use crate::types::Band;

/// What an import did: rows = taken + open + refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Rows of the file.
    pub rows: u64,
    /// Of them, contacts that the output holds now.
    pub taken: u64,
    /// Of those, contacts that it held already, by respondent and day.
    pub replaced: u64,
    /// Rows of a list that nobody has filled in: no day, and nothing found.
    pub open: u64,
    /// Rows that were not taken, each with its line and why.
    pub refused: Vec<Refused>,
    /// Contacts that the output holds in all.
    pub contacts: u64,
}

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Its line in the file, from 1.
    pub line: u64,
    /// The id that it names; none where the line cannot be read. Where the output does not have it, personal data in it is blotted out.
    pub id: Option<String>,
    /// Why, in a few words; it quotes nothing of the row.
    pub why: String,
}

/// What an output knows of a respondent.
#[derive(Default)]
struct Known {
    period: String,
    answered: Option<Date>,
    score: Option<f64>,
    band: Option<Band>,
    driver: Option<String>,
    function: Option<String>,
    owner: Option<String>,
}

/// The contacts of an output, by day and respondent.
type Contacts = BTreeMap<(Date, String), RecoveryRow>;

/// Takes contacts in: columns `id` and `date` (the year first, as spreadsheets write days; not after `today`), and where they are there
/// `resolved` (yes, no, 是, 否) and `score`, which may be blank. In a file with a column `new_score` that is the score after the contact, and
/// `score` the one of the answer. Rows without a day in which nothing was found are open.
///
/// A contact that the output holds already, with the same respondent on the same day, keeps what it said of the answer, and what the file
/// leaves blank.
///
/// # Errors
/// `no_output`; `bad_results` where the file is not of this shape as a whole. Rows that cannot be used are in [`Imported::refused`].
pub fn import_recoveries(out: &Path, file: &Path, today: Date) -> Result<Imported> {
    let Results { rows, contacts: written, open, mut refused } = results::read(file, today)?;
    // Before the lock, which would be left in a folder that is no output.
    Manifest::of_tables(out)?;
    let output = Output::open(out)?;
    let mut manifest = Manifest::of_tables(out)?;
    let mapping = manifest.last_mapping();
    let ids = written.iter().map(|row| row.id.as_str()).chain(refused.iter().filter_map(|row| row.id.as_deref()));
    let known = known(out, &manifest, &ids.collect())?;
    let part = PartId::of_all_periods(Table::Recoveries);
    let mut contacts = Contacts::new();
    for batch in manifest.read_part(out, &part, None)?.into_iter().flatten() {
        contacts.extend(recoveries_of(&batch?)?.into_iter().map(|row| ((row.contacted, row.id.clone()), row)));
    }
    let (mut taken, mut replaced) = (0, 0);
    for row in written {
        let held = contacts.get(&(row.contacted, row.id.clone()));
        match contact(&row, held, &known, mapping.as_ref()) {
            Ok(found) => {
                taken += 1;
                replaced += u64::from(contacts.insert((found.contacted, found.id.clone()), found).is_some());
            }
            Err(why) => refused.push(Refused { line: row.line, id: Some(row.id), why: why.to_owned() }),
        }
    }
    refused.sort_by_key(|refused| refused.line);
    // Whatever stands where an id should may be a phone number.
    let redactor = Redactor::new();
    for id in refused.iter_mut().filter_map(|refused| refused.id.as_mut()).filter(|id| !known.contains_key(id.as_str()))
    {
        *id = redactor.message(&format!("`{}`", on_a_line(id).replace('`', " "))).replace('`', "");
    }
    let contacts: Vec<RecoveryRow> = contacts.into_values().collect();
    if taken > 0 {
        let mut writer = PartWriter::create(&output.stage(Table::Recoveries, ALL_PERIODS), &recoveries_schema())?;
        writer.push(&recoveries_rows(&contacts)?)?;
        manifest.files.insert(part.key(), writer.finish()?);
        output.commit(&[part], &[], &manifest)?;
    }
    Ok(Imported { rows, taken, replaced, open, refused, contacts: contacts.len() as u64 })
}

/// The contact that a row tells of, or why it is none. What a contact that is `held` says of the answer stays: the answer may have been
/// corrected since, or have moved to another period.
fn contact(
    row: &Written,
    held: Option<&RecoveryRow>,
    known: &HashMap<String, Known>,
    mapping: Option<&Mapping>,
) -> Result<RecoveryRow, &'static str> {
    let contact = match (held, known.get(&row.id)) {
        (Some(held), _) => held.clone(),
        (None, None) => return Err("nobody with this id is in the output"),
        (None, Some(whose)) => RecoveryRow {
            id: row.id.clone(),
            answered_in: whose.period.clone(),
            answered: whose.answered,
            contacted: row.contacted,
            resolved: None,
            score_before: whose.score,
            band_before: whose.band,
            score_after: None,
            band_after: None,
            driver: whose.driver.clone(),
            function: whose.function.clone(),
            owner: whose.owner.clone(),
        },
    };
    if contact.answered.is_some_and(|answered| contact.contacted < answered) {
        return Err("the contact is before the answer");
    }
    let judge = |written: &str| match mapping.map(|mapping| mapping.scale.judge(written)) {
        Some(Judged::Scored { score, band }) => Ok((score, Some(band))),
        Some(Judged::Missing) => Ok((None, None)),
        None if written.is_empty() => Ok((None, None)),
        _ => Err("the score is not on the survey's scale"),
    };
    // Somebody may have written the new score over that of the answer.
    if !row.score.is_empty() && judge(&row.score).map(|(score, _)| score) != Ok(contact.score_before) {
        return Err("`score` is not that of the answer; a new one goes into `new_score`");
    }
    let (score_after, band_after) = match judge(&row.new_score)? {
        (None, None) => (contact.score_after, contact.band_after),
        after => after,
    };
    Ok(RecoveryRow { resolved: row.resolved.or(contact.resolved), score_after, band_after, ..contact })
}

/// What the output knows of these respondents: their answers and their follow-ups.
fn known(out: &Path, manifest: &Manifest, ids: &HashSet<&str>) -> Result<HashMap<String, Known>> {
    let mut known: HashMap<String, Known> = HashMap::new();
    for period in manifest.periods.keys() {
        let part = PartId::new(Table::Comments, period.as_str());
        for batch in manifest.read_part(out, &part, Some(&["id", "date", "score", "band"]))?.into_iter().flatten() {
            let batch = batch?;
            let named = Named::new(&batch, Table::Comments.as_str());
            let (id, dates) = (named.words("id")?, named.days("date")?);
            for row in (0..named.rows()).filter(|row| ids.contains(id.value(*row))) {
                let is_dated = arrow::array::Array::is_valid(dates, row);
                let found = Known {
                    period: period.clone(),
                    answered: is_dated.then(|| day_at(dates, row)),
                    score: number_at(named.numbers("score")?, row),
                    band: word_at(named.words("band")?, row).and_then(Band::parse),
                    ..Known::default()
                };
                known.insert(id.value(row).to_owned(), found);
            }
        }
        let part = PartId::new(Table::FollowUps, period.as_str());
        let columns = ["id", "driver", "function", "owner"];
        for batch in manifest.read_part(out, &part, Some(&columns))?.into_iter().flatten() {
            let batch = batch?;
            let named = Named::new(&batch, Table::FollowUps.as_str());
            let id = named.words("id")?;
            for row in 0..named.rows() {
                let Some(found) = known.get_mut(id.value(row)) else { continue };
                let word = |name: &str| named.words(name).map(|column| word_at(column, row).map(str::to_owned));
                (found.driver, found.function, found.owner) = (word("driver")?, word("function")?, word("owner")?);
            }
        }
    }
    Ok(known)
}
