//! The section `[survey]` of the file: which column is what, how that was found, and which columns could be segments.
//!
//! Not for the other sections, which no survey decides (`file`).

use std::collections::BTreeSet;

use super::file::{Key, Looked, list, quoted};
use crate::survey::{Format, Granularity, TextColumn};
use crate::text::Redactor;
use crate::types::Role;

/// A column of the sample: its values without blanks.
struct Values<'a>(Vec<&'a str>);

impl Looked<'_> {
    fn values(&self, column: &str) -> Values<'_> {
        let at = self.sample.columns.iter().position(|name| name == column);
        let rows = self.sample.rows.iter();
        let values = rows.filter_map(|row| row.get(at?)?.as_deref()).map(str::trim).filter(|value| !value.is_empty());
        Values(values.collect())
    }
}

/// How a value came to be, with a fact about its column.
fn how(named: bool, flag: &str, fact: &str) -> String {
    if named { format!("named with {flag}; {fact}") } else { format!("found by name and content; {fact}") }
}

/// What is said of a column that there is not.
fn without(named: bool, flag: &str, fact: &str) -> String {
    if named { format!("none, as {flag} says: {fact}") } else { format!("none found: {fact}") }
}

/// The value of a key: the column that was found, or that the user wants none.
fn column(found: Option<&String>, named: Option<&String>) -> Option<String> {
    found.or(named).map(|name| quoted(name))
}

impl Values<'_> {
    fn distinct(&self) -> usize {
        self.0.iter().collect::<BTreeSet<_>>().len()
    }

    /// Mean length in characters.
    fn length(&self) -> f64 {
        self.0.iter().map(|value| value.chars().count()).sum::<usize>() as f64 / self.0.len().max(1) as f64
    }

    /// Lowest and highest number, `0 to 10`; what is as long as a phone number may be one in a wrong column, and is blotted out.
    fn range(&self) -> Option<String> {
        let numbers = self.0.iter().filter_map(|value| value.parse::<f64>().ok()).filter(|number| number.is_finite());
        let (low, high) = numbers.fold(None, |range, number| {
            let (low, high): (f64, f64) = range.unwrap_or((number, number));
            Some((low.min(number), high.max(number)))
        })?;
        Some(Redactor::new().message(&format!("`{low}` to `{high}`")).replace('`', ""))
    }
}

/// Most values of a segment that is proposed.
const SEGMENT_VALUES: usize = 30;
/// Fewest answers to each of its values, on average.
const SEGMENT_ANSWERS: usize = 5;
/// Longest values of a segment on average, in characters: what is longer is text.
const SEGMENT_LENGTH: f64 = 30.0;

/// Columns that could be segments (few values, many answers to each, used for nothing else), with the number of their values.
pub(super) fn candidates(looked: &Looked) -> Vec<(String, usize)> {
    let used = looked.mapping.columns();
    let free = looked.sample.columns.iter().filter(|name| !used.contains(name));
    let fitting = free.filter_map(|name| {
        let values = looked.values(name);
        let distinct = values.distinct();
        let few = (2..=SEGMENT_VALUES).contains(&distinct) && values.0.len() >= SEGMENT_ANSWERS * distinct;
        (few && values.length() <= SEGMENT_LENGTH).then(|| (name.clone(), distinct))
    });
    fitting.collect()
}

/// The keys of the section.
pub(super) fn survey(looked: &Looked) -> Vec<Key> {
    let mut keys = vec![Key::new(
        "inputs",
        "Files, globs, or \"-\" for standard input; relative to the folder of this file.",
        Some(list(&looked.inputs)),
        String::new(),
        String::new(),
    )];
    keys.extend(people(looked));
    keys.extend(answers(looked));
    keys.extend(time(looked));
    keys.extend(reading(looked));
    keys
}

/// Who answered: ids and segments.
fn people(looked: &Looked) -> [Key; 5] {
    let Looked { named, mapping, .. } = looked;
    let id = mapping.id.as_ref().map_or_else(
        || without(named.id.is_some(), "--id", "ids are made of the file's digest and the row number"),
        |id| {
            let values = looked.values(id);
            let fact = format!("{} different in {} rows", values.distinct(), looked.sample.rows.len());
            how(named.id.is_some(), "--id", &fact)
        },
    );
    let weight = mapping.weight.as_ref().map_or_else(
        || without(named.weight.is_some(), "--weight", "every respondent weighs 1"),
        |weight| {
            let fact = looked.values(weight).range().unwrap_or_default();
            how(named.weight.is_some(), "--weight", &fact)
        },
    );
    let candidates = candidates(looked);
    let counts: Vec<String> = if mapping.by.is_empty() {
        candidates.iter().map(|(name, values)| format!("{name}: {values} values")).collect()
    } else {
        mapping.by.iter().map(|name| format!("{name}: {} values", looked.values(name).distinct())).collect()
    };
    let by = match (counts.is_empty(), mapping.by.is_empty()) {
        (true, _) => "no other column has few values".to_owned(),
        (false, true) => counts.join(", "),
        (false, false) => format!("named with --by; {}", counts.join(", ")),
    };
    let proposed: Vec<String> = if candidates.is_empty() {
        vec!["region".to_owned()]
    } else {
        candidates.into_iter().map(|(name, _)| name).collect()
    };
    [
        Key::new(
            "id",
            "The column of the respondent's id: an answer under an id that the tables hold takes the old one's place.",
            column(mapping.id.as_ref(), named.id.as_ref()),
            quoted("respondent_id"),
            id,
        ),
        Key::new(
            "customer",
            "The column of the customer's id, which several respondents may share.",
            mapping.customer.as_deref().map(quoted),
            quoted("customer_id"),
            if mapping.customer.is_some() { "named with --customer" } else { "never taken unasked" }.to_owned(),
        ),
        Key::new(
            "consent",
            "The column that says whether the respondent may be contacted: who said no, or nothing, is in no list of follow-ups.",
            mapping.consent_written().as_deref().map(quoted),
            quoted("contact_ok"),
            if mapping.consent.is_some() { "named with --consent" } else { "never taken unasked" }.to_owned(),
        ),
        Key::new(
            "weight",
            "The column of the sampling weight.",
            column(mapping.weight.as_ref(), named.weight.as_ref()),
            quoted("weight"),
            weight,
        ),
        Key::new(
            "by",
            "Columns whose values are segments: figures for each value of each.",
            (!mapping.by.is_empty()).then(|| list(&mapping.by)),
            list(&proposed),
            by,
        ),
    ]
}

/// What was answered: score and comments.
fn answers(looked: &Looked) -> [Key; 3] {
    let Looked { named, mapping, .. } = looked;
    let score = mapping.score.as_ref().map_or_else(
        || without(named.score.is_some(), "--score", "comments are tagged, and there is no NPS"),
        |score| {
            let values = looked.values(score);
            let range = values.range().map_or_else(String::new, |range| format!(" from {range}"));
            how(named.score.is_some(), "--score", &format!("{} answers{range}", values.0.len()))
        },
    );
    let scale = match (&mapping.score, &named.scale) {
        (None, _) => "",
        (Some(_), Some(_)) => "named with --scale",
        (Some(_), None) => "the usual scale, which the answers fit",
    };
    let texts: Vec<String> = mapping.texts.iter().map(text).collect();
    let text_note: Vec<String> = mapping
        .texts
        .iter()
        .map(|text| {
            let values = looked.values(&text.name);
            format!("{} comments, {:.0} characters on average", values.0.len(), values.length())
        })
        .collect();
    let scaled = mapping.score.is_some() || named.scale.is_some();
    [
        Key::new(
            "score",
            "The column of the score.",
            column(mapping.score.as_ref(), named.score.as_ref()),
            quoted("score"),
            score,
        ),
        Key::new(
            "scale",
            "0-10, 1-10, 1-7, 1-5, or a mapping such as \"1=promoter,2=passive,3-5=detractor,6-7=missing\".",
            scaled.then(|| quoted(&mapping.scale.to_string())),
            quoted("0-10"),
            scale.to_owned(),
        ),
        Key::new(
            "text",
            "Columns of comments; { column = \"…\", role = \"why|good|improve|other\" } says which question was asked.",
            Some(format!("[{}]", texts.join(", "))),
            String::new(),
            how(!named.text.is_empty(), "--text", &text_note.join("; ")),
        ),
    ]
}

/// When: dates and periods.
fn time(looked: &Looked) -> [Key; 6] {
    let Looked { named, mapping, .. } = looked;
    let date = mapping.date.as_ref().map_or_else(
        || without(named.date.is_some(), "--date", "all answers are one period"),
        |date| {
            let values = looked.values(date);
            let shown = values.0.first().map_or_else(String::new, |first| format!("such as {first}"));
            how(named.date.is_some(), "--date", &shown)
        },
    );
    let format = match (&mapping.date_format, &named.date_format) {
        (None, _) => "",
        (Some(_), Some(_)) => "named with --date-format",
        (Some(_), None) => "the one format that reads the dates",
    };
    let (granularity, week_start) = (mapping.calendar.granularity(), mapping.calendar.week_start());
    let period = match (named.period, granularity) {
        (Some(_), _) => "named with --period",
        (None, Granularity::None) => "",
        (None, _) => "the default where there are dates",
    };
    [
        Key::new(
            "date",
            "The column of the date.",
            column(mapping.date.as_ref(), named.date.as_ref()),
            quoted("date"),
            date,
        ),
        Key::new(
            "date_format",
            "How dates are written, in strptime's letters.",
            mapping.date_format.as_ref().map(|format| quoted(format.as_str())),
            quoted("%Y-%m-%d"),
            format.to_owned(),
        ),
        Key::new(
            "time_zone",
            "The time zone in whose days timestamps with an offset or Z lie; without the key the day as written counts.",
            mapping.time_zone.as_ref().map(|zone| quoted(zone.as_str())),
            quoted("Asia/Shanghai"),
            if mapping.time_zone.is_some() { "named with --time-zone" } else { "" }.to_owned(),
        ),
        Key::new(
            "period",
            "How long a period is: week, month, quarter, year, none.",
            (named.period.is_some() || granularity != Granularity::None).then(|| quoted(granularity.as_str())),
            quoted(granularity.as_str()),
            period.to_owned(),
        ),
        Key::new(
            "week_start",
            "The day on which a week starts; weeks that do not start on Monday are called by their first day, as in 2026-06-07.",
            named.week_start.map(|_| quoted(week_start.as_str())),
            quoted(week_start.as_str()),
            if named.week_start.is_some() { "named with --week-start" } else { "" }.to_owned(),
        ),
        Key::new(
            "invited",
            "How many people were invited, by period, for the response rate; a number alone where a run's answers are of one period.",
            None,
            "{ 2026-W23 = 500, 2026-W24 = 480 }".to_owned(),
            String::new(),
        ),
    ]
}

/// How bytes become rows.
fn reading(looked: &Looked) -> [Key; 4] {
    let mut delimiters = BTreeSet::new();
    let mut encodings = BTreeSet::new();
    for source in looked.sources {
        match source.format {
            Format::Delimited { delimiter, encoding, .. } => {
                delimiters.insert(delimiter);
                encodings.insert(encoding.name());
            }
            Format::JsonLines { encoding } => {
                encodings.insert(encoding.name());
            }
            Format::Parquet | Format::Workbook => {}
        }
    }
    let delimiter = delimiters.first().filter(|_| delimiters.len() == 1).map(|byte| match byte {
        b'\t' => quoted("tab"),
        byte => quoted(&char::from(*byte).to_string()),
    });
    let how = match (&looked.named.delimiter, delimiters.len()) {
        (Some(_), _) => "named with --delimiter",
        (None, 0) => "no input needs one",
        (None, 1) => "found: it splits the rows most evenly",
        (None, _) => "found anew for each file: they differ",
    };
    let encoding = encodings.first().copied().unwrap_or("UTF-8");
    let found = match encodings.len() {
        0 => "no input needs one".to_owned(),
        _ => format!("found: {}; found anew for each file", encodings.into_iter().collect::<Vec<_>>().join(", ")),
    };
    [
        Key::new(
            "delimiter",
            "The character between fields of CSV files, or \"tab\".",
            delimiter,
            quoted(","),
            how.to_owned(),
        ),
        // Not set where it was found: a week in another encoding would then be read wrong without a word.
        Key::new(
            "encoding",
            "The encoding of all text files, for where it cannot be found: gb18030, big5, windows-1252, utf-8, utf-16le, utf-16be.",
            looked.named.encoding.as_deref().map(quoted),
            quoted(encoding),
            if looked.named.encoding.is_some() { "named with --encoding".to_owned() } else { found },
        ),
        Key::new(
            "sheet",
            "The sheet of workbooks that holds the survey; without the key the only one that holds anything.",
            looked.named.sheet.as_deref().map(quoted),
            quoted("Sheet1"),
            if looked.named.sheet.is_some() { "named with --sheet" } else { "" }.to_owned(),
        ),
        Key::new(
            "header",
            "The rows of the header, from 1: \"3\", or \"1-2\" where it has two; in CSV files the lines. Without the key they are found.",
            looked.named.header.map(|rows| quoted(&rows.to_string())),
            quoted("1"),
            if looked.named.header.is_some() { "named with --header" } else { "" }.to_owned(),
        ),
    ]
}

fn text(text: &TextColumn) -> String {
    match text.role {
        Role::Why => quoted(&text.name),
        role => format!("{{ column = {}, role = {} }}", quoted(&text.name), quoted(role.as_str())),
    }
}
