//! Whom to get back to: `follow_ups` of an output with the comment and what came of the contacts so far, the most urgent first.
//!
//! Not who is listed (`engine::publish`), nor what contacts are worth (`recovered`). Comments are redacted, as the tables have them.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use arrow::array::Array;
use jiff::civil::Date;
use serde::Serialize;

use super::figures::period_of;
use super::recovered::{by_respondent, contacts, is_after};
use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;
use crate::tables::{ALL_PERIODS, Kind, Manifest, Named, PartId, RecoveryRow, Table, day_at, number_at, word_at};

/// Which follow-ups are wanted; all that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct CallFilter {
    /// The period's label, or `all`; not given: the last one.
    pub period: Option<String>,
    /// For this alone.
    pub kind: Option<Kind>,
    /// Those whose driver this function owns.
    pub function: Option<String>,
    /// Those whom nobody has contacted since the answer.
    pub open: bool,
    /// At most so many; not given: all.
    pub limit: Option<usize>,
}

/// The follow-ups of a period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calls {
    /// The period's label, or `all`.
    pub period: String,
    /// How many are as wanted, whatever the limit.
    #[serde(skip)]
    pub all: usize,
    /// By priority, then call-backs before others, then the lowest score first.
    pub calls: Vec<Call>,
}

/// A respondent to get back to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Call {
    /// The period of the answer.
    pub period: String,
    /// The respondent's id.
    pub id: String,
    /// The customer's id, where the survey has one.
    pub customer: Option<String>,
    /// Day of the answer, `2026-07-01`.
    pub answered: Option<String>,
    /// The score given.
    pub score: Option<f64>,
    /// `call_back`, `win_over` or `thank`.
    pub kind: &'static str,
    /// 1 to 3.
    pub priority: u64,
    /// Id of the driver behind the score.
    pub driver: Option<String>,
    /// Its name in Chinese.
    pub name_zh: Option<String>,
    /// Its name in English.
    pub name_en: Option<String>,
    /// Who owns the driver.
    pub function: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The answers, redacted, joined by ` / `.
    pub comment: String,
    /// Day of the last contact since the answer, `2026-07-03`.
    pub contacted: Option<String>,
    /// The last verdict of a contact.
    pub resolved: Option<bool>,
    /// The last score given after a contact.
    pub new_score: Option<f64>,
}

/// Reads the follow-ups that are wanted.
///
/// # Errors
/// `no_output`, `unknown_period`; `unknown_function` where nobody is to be called about a driver of it; those of damaged files.
pub fn calls(out: &Path, filter: &CallFilter) -> Result<Calls> {
    let manifest = Manifest::of_tables(out)?;
    let period = period_of(&manifest, filter.period.as_deref())?;
    let contacts = contacts(out, &manifest)?;
    let by_id = by_respondent(&contacts);
    let mut calls = Vec::new();
    for label in manifest.periods.keys().filter(|label| period == ALL_PERIODS || **label == period) {
        listed(out, &manifest, label, &by_id, &mut calls)?;
    }
    if let Some(function) = &filter.function {
        let known: BTreeSet<&str> = calls.iter().filter_map(|call| call.function.as_deref()).collect();
        if !known.is_empty() && !known.contains(function.as_str()) {
            let near = nearest(function, known.iter().copied(), str::to_lowercase);
            let near = near.map(|near| format!("Did you mean `{near}`? ")).unwrap_or_default();
            let message = format!("nobody in {period} is to be called about a driver of `{function}`");
            return Err(Error::new(ErrorKind::Usage, "unknown_function", message)
                .help(format!("{near}The functions are {}.", known.into_iter().collect::<Vec<_>>().join(", "))));
        }
    }
    calls.retain(|call| {
        filter.kind.is_none_or(|kind| kind.as_str() == call.kind)
            && filter.function.as_ref().is_none_or(|function| call.function.as_ref() == Some(function))
            && !(filter.open && call.contacted.is_some())
    });
    let by_kind = |call: &Call| Kind::ALL.iter().position(|kind| kind.as_str() == call.kind);
    calls.sort_by(|one, other| {
        let key = |call: &Call| (call.priority, by_kind(call));
        let score = |call: &Call| call.score.unwrap_or_default();
        let place = |call: &Call| (call.answered.clone(), call.id.clone());
        let urgent = key(one).cmp(&key(other)).then_with(|| score(one).total_cmp(&score(other)));
        urgent.then_with(|| place(one).cmp(&place(other)))
    });
    let all = calls.len();
    calls.truncate(filter.limit.unwrap_or(all));
    fill_comments(out, &manifest, &mut calls)?;
    Ok(Calls { period, all, calls })
}

/// Appends the follow-ups of one period, without their comments.
fn listed(
    out: &Path,
    manifest: &Manifest,
    period: &str,
    contacts: &HashMap<&str, Vec<&RecoveryRow>>,
    calls: &mut Vec<Call>,
) -> Result<()> {
    let fixed =
        ["id", "date", "score", "kind", "priority", "driver", "name_zh", "name_en", "function", "owner"].into_iter();
    let columns: Vec<&str> = fixed.chain(manifest.layout.customer.then_some("customer")).collect();
    let part = PartId::new(Table::FollowUps, period);
    for batch in manifest.read_part(out, &part, Some(&columns))?.into_iter().flatten() {
        let batch = batch?;
        let named = Named::new(&batch, Table::FollowUps.as_str());
        let (dates, priorities) = (named.days("date")?, named.counts("priority")?);
        for row in 0..named.rows() {
            let word = |name: &str| named.words(name).map(|column| word_at(column, row).map(str::to_owned));
            let Some(kind) = word("kind")?.and_then(|kind| Kind::parse(&kind)) else { continue };
            let id = word("id")?.unwrap_or_default();
            let answered: Option<Date> = dates.is_valid(row).then(|| day_at(dates, row));
            let about = contacts.get(id.as_str()).map(Vec::as_slice).unwrap_or_default();
            let about = || about.iter().rev().filter(|contact| is_after(contact, answered));
            calls.push(Call {
                period: period.to_owned(),
                customer: if manifest.layout.customer { word("customer")? } else { None },
                answered: answered.map(|day| day.to_string()),
                score: number_at(named.numbers("score")?, row),
                kind: kind.as_str(),
                priority: priorities.value(row).unsigned_abs(),
                driver: word("driver")?,
                name_zh: word("name_zh")?,
                name_en: word("name_en")?,
                function: word("function")?,
                owner: word("owner")?,
                comment: String::new(),
                contacted: about().next().map(|contact| contact.contacted.to_string()),
                resolved: about().find_map(|contact| contact.resolved),
                new_score: about().find_map(|contact| contact.score_after),
                id,
            });
        }
    }
    Ok(())
}

/// Puts the comments to the calls.
fn fill_comments(out: &Path, manifest: &Manifest, calls: &mut [Call]) -> Result<()> {
    let questions = manifest.layout.text_columns();
    let columns: Vec<&str> = ["id"].into_iter().chain(questions.iter().map(String::as_str)).collect();
    let mut by_period: HashMap<String, HashMap<String, &mut String>> = HashMap::new();
    for call in calls {
        by_period.entry(call.period.clone()).or_default().insert(call.id.clone(), &mut call.comment);
    }
    for (period, mut places) in by_period {
        let part = PartId::new(Table::Comments, period);
        for batch in manifest.read_part(out, &part, Some(&columns))?.into_iter().flatten() {
            let batch = batch?;
            let named = Named::new(&batch, Table::Comments.as_str());
            let ids = named.words("id")?;
            let texts = questions.iter().map(|name| named.words(name)).collect::<Result<Vec<_>>>()?;
            for row in 0..named.rows() {
                let Some(place) = places.get_mut(ids.value(row)) else { continue };
                let answers: Vec<&str> = texts.iter().filter_map(|text| word_at(text, row)).map(str::trim).collect();
                **place = answers.join(" / ");
            }
        }
    }
    Ok(())
}
