//! What an output folder remembers of the survey it holds: which column is what, how dates are written, the scale. A later week is read as
//! the earlier ones were, so that it needs no flags, and is not taken for another survey because it is short.
//!
//! Not for lexicons: those may change from week to week (`output` tags earlier answers again).

use crate::survey::{Mapping, Sample, Wanted};
use crate::tables::Manifest;

/// Fills what the user leaves open with what the output holds, as far as the input has the columns; a sentence where that was done.
pub(crate) fn remember(wanted: &mut Wanted, before: &Manifest, sample: &Sample) -> Option<String> {
    if before.periods.is_empty() {
        return None;
    }
    let Ok(held) = serde_json::from_value::<Mapping>(before.mapping.clone()) else { return None };
    let has = |column: &String| sample.columns.contains(column);
    let asked = wanted.clone();
    // A column that the user gives another part cannot have its old one too.
    let named: Vec<&String> = [&asked.id, &asked.customer, &asked.consent, &asked.score, &asked.date, &asked.weight]
        .into_iter()
        .flatten()
        .chain(asked.texts.iter().map(|(name, _)| name))
        .collect();
    let free = |column: &Option<String>| column.clone().filter(|column| has(column) && !named.contains(&column));
    let take = |slot: &mut Option<String>, held: &Option<String>| {
        if slot.is_none() {
            *slot = free(held);
        }
    };
    take(&mut wanted.id, &held.id);
    take(&mut wanted.customer, &held.customer);
    take(&mut wanted.score, &held.score);
    take(&mut wanted.date, &held.date);
    take(&mut wanted.weight, &held.weight);
    if wanted.scale.is_none() && wanted.score == held.score {
        wanted.scale = held.score.as_ref().map(|_| held.scale.to_string());
    }
    if wanted.date_format.is_none() && wanted.date.is_some() && wanted.date == held.date {
        wanted.date_format = held.date_format.map(|format| format.as_str().to_owned());
    }
    if wanted.texts.is_empty() && held.texts.iter().all(|text| free(&Some(text.name.clone())).is_some()) {
        wanted.texts = held.texts.into_iter().map(|text| (text.name, text.role)).collect();
    }
    let segments_are_free = |column: &String| has(column) && !wanted.texts.iter().any(|(text, _)| text == column);
    if wanted.by.is_empty() && held.by.iter().all(segments_are_free) {
        wanted.by = held.by;
    }
    if wanted.date.as_ref().is_some_and(has) {
        wanted.period.get_or_insert(held.calendar.granularity());
        wanted.week_start.get_or_insert(held.calendar.week_start());
        wanted.time_zone = wanted.time_zone.take().or_else(|| held.time_zone.map(String::from));
    }
    (*wanted != asked).then(|| "columns, scale and dates are read as in the output folder; flags change it".to_owned())
}
