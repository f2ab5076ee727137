//! What quality teams bring back from contacts, into the output that they were made from.
//!
//! Not for answers of a survey (`pipeline`): a new score of a contact is no answer, and moves no figure but those of recovery.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;

use crate::error::{Error, ErrorKind, Place, Result};
use crate::survey::{DateFormat, Judged, Mapping, SmallFile};
use crate::tables::{
    ALL_PERIODS, Manifest, Named, Output, PartId, PartWriter, RecoveryRow, Table, day_at, number_at, recoveries_of,
    recoveries_rows, recoveries_schema, word_at,
};
use crate::types::{Band, Consent};

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Rows of the file.
    pub rows: u64,
    /// Of them, contacts that the output holds now.
    pub taken: u64,
    /// Of those, contacts that it held already, by respondent and day.
    pub replaced: u64,
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
    /// The id that it names; none where the line cannot be read.
    pub id: Option<String>,
    /// Why, in a few words; it quotes nothing of the row.
    pub why: String,
}

/// A row as written.
struct Written {
    line: u64,
    id: String,
    date: String,
    resolved: String,
    score: String,
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

/// Takes contacts in: columns `id` and `date` (2026-07-01), and `resolved` (yes, no, 是, 否) and `score` where they are there; both may be blank.
/// A contact with the same respondent on the same day takes the place of the one before.
///
/// # Errors
/// `no_output`; `bad_results` where the file is not of this shape as a whole. Rows that cannot be used are in [`Imported::refused`].
pub fn import_recoveries(out: &Path, file: &Path) -> Result<Imported> {
    let (written, mut refused) = read(file)?;
    let missing = || {
        Error::new(ErrorKind::Usage, "no_output", format!("{} holds no tables", out.display()))
            .help("`verbatim run SURVEY --out DIR` writes them.")
    };
    if !out.is_dir() {
        return Err(missing());
    }
    let output = Output::open(out)?;
    let mut manifest = Manifest::read(out)?.filter(|manifest| !manifest.periods.is_empty()).ok_or_else(missing)?;
    let mapping: Option<Mapping> = serde_json::from_value(manifest.mapping.clone()).ok();
    let known = known(out, &manifest, &written.iter().map(|row| row.id.as_str()).collect())?;
    let part = PartId::of_all_periods(Table::Recoveries);
    let mut contacts: BTreeMap<(Date, String), RecoveryRow> = BTreeMap::new();
    for batch in manifest.read_part(out, &part, None)?.into_iter().flatten() {
        contacts.extend(recoveries_of(&batch?)?.into_iter().map(|row| ((row.contacted, row.id.clone()), row)));
    }
    let (rows, mut taken, mut replaced) = ((written.len() + refused.len()) as u64, 0, 0);
    for row in written {
        match contact(&row, &known, mapping.as_ref()) {
            Ok(found) => {
                taken += 1;
                replaced += u64::from(contacts.insert((found.contacted, found.id.clone()), found).is_some());
            }
            Err(why) => refused.push(Refused { line: row.line, id: Some(row.id), why: why.to_owned() }),
        }
    }
    refused.sort_by_key(|refused| refused.line);
    let contacts: Vec<RecoveryRow> = contacts.into_values().collect();
    if taken > 0 {
        let mut writer = PartWriter::create(&output.stage(Table::Recoveries, ALL_PERIODS), &recoveries_schema())?;
        writer.push(&recoveries_rows(&contacts)?)?;
        manifest.files.insert(part.key(), writer.finish()?);
        output.commit(&[part], &[], &manifest)?;
    }
    Ok(Imported { rows, taken, replaced, refused, contacts: contacts.len() as u64 })
}

/// The columns that must be there, and those that may.
const MUST: [&str; 2] = ["id", "date"];
const MAY: [&str; 3] = ["resolved", "score", "new_score"];

/// The rows of a file of results, and those that cannot be read.
fn read(file: &Path) -> Result<(Vec<Written>, Vec<Refused>)> {
    let read = SmallFile::read(file, &MUST, &MAY).map_err(|error| {
        let place = error.place().cloned().unwrap_or_else(|| Place::file(file));
        Error::new(ErrorKind::Usage, "bad_results", error.message()).at(place).help(
            "The file has the columns id and date (2026-07-01), and resolved (yes, no) and score, which may be blank.",
        )
    })?;
    let written = |(line, fields): (u64, Vec<String>)| {
        let mut fields = fields.into_iter();
        let mut next = || fields.next().unwrap_or_default();
        let (id, date, resolved, score, new_score) = (next(), next(), next(), next(), next());
        Written { line, id, date, resolved, score: if score.is_empty() { new_score } else { score } }
    };
    let refused = read.unreadable.into_iter().map(|(line, why)| Refused { line, id: None, why }).collect();
    Ok((read.rows.into_iter().map(written).collect(), refused))
}

/// The contact that a row tells of, or why it is none.
fn contact(
    row: &Written,
    known: &HashMap<String, Known>,
    mapping: Option<&Mapping>,
) -> Result<RecoveryRow, &'static str> {
    let whose = known.get(&row.id).ok_or("nobody with this id is in the output")?;
    let contacted = DateFormat::year_first(&row.date).ok_or("the date is not a day such as 2026-07-01")?;
    if whose.answered.is_some_and(|answered| contacted < answered) {
        return Err("the contact is before the answer");
    }
    let resolved = match row.resolved.as_str() {
        "" => None,
        written => match Consent::read(written) {
            Some(consent) => Some(consent == Consent::Yes),
            None => return Err("`resolved` is neither yes nor no"),
        },
    };
    let (score_after, band_after) = match mapping.map(|mapping| mapping.scale.judge(&row.score)) {
        Some(Judged::Scored { score, band }) => (score, Some(band)),
        Some(Judged::Missing) => (None, None),
        None if row.score.is_empty() => (None, None),
        _ => return Err("the score is not on the survey's scale"),
    };
    Ok(RecoveryRow {
        id: row.id.clone(),
        answered_in: whose.period.clone(),
        answered: whose.answered,
        contacted,
        resolved,
        score_before: whose.score,
        band_before: whose.band,
        score_after,
        band_after,
        driver: whose.driver.clone(),
        function: whose.function.clone(),
        owner: whose.owner.clone(),
    })
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
