//! The choice of columns and scale from names and content of the sample.
//!
//! Not for dates, zones and periods (`when`), nor segments (`segments`), nor for reading rows, and never a guess: what two readings fit equally well is an error that names the flag.

use std::collections::BTreeSet;

use super::consent;
use super::dates::{DateFormat, Found};
use super::mapping::{Mapping, TextColumn, Wanted};
use super::names::{Kind, nearest, role, worth};
use super::sample::Sample;
use super::scale::{Scale, answer};
use super::scale_of::scale_of;
use super::when::looks_dated;
use crate::error::{Error, ErrorKind, Result};
use crate::typed::{flag, word};
use crate::types::{Role, Weight};

/// Finds what each column is, with a sentence for people on each finding.
///
/// Codes: `unknown_column`, `column_used_twice`, `unknown_segment`, `not_blank`, `ambiguous_column`, `no_text_column`, `ambiguous_scale`, `unknown_scale`,
/// `bad_scale`, `ambiguous_consent`, `bad_consent_values`, `ambiguous_date`, `unknown_date_format`, `bad_date_format`, `no_date_for_period`,
/// `no_date_for_format`, `no_date_for_time_zone`, `unknown_time_zone`.
pub fn map_columns(sample: &Sample, wanted: &Wanted) -> Result<(Mapping, Vec<String>)> {
    let mut choice = Choice::new(sample, sample.notices.clone());
    let asked = consent::asked(sample, wanted)?;
    choice.take_wanted(&Wanted { consent: asked.as_ref().map(|(column, _)| column.clone()), ..wanted.clone() })?;
    let (consent, consent_values) = asked.filter(|(name, _)| !choice.is_none(name)).unzip();
    let consent_values = consent_values.unwrap_or_default();
    let score = choice.column(Kind::Score, wanted.score.as_ref())?;
    let date = choice.column(Kind::Date, wanted.date.as_ref())?;
    let id = choice.column(Kind::Id, wanted.id.as_ref())?;
    let weight = choice.column(Kind::Weight, wanted.weight.as_ref())?;
    let texts = choice.texts(wanted)?;

    let scale = choice.scale(score.as_deref(), wanted.scale.as_deref())?;
    let date_format = choice.date_format(date.as_deref(), wanted.date_format.as_deref())?;
    let time_zone = choice.time_zone(date.as_deref(), date_format.as_ref(), wanted.time_zone.as_deref())?;
    let calendar = choice.calendar(date.is_some(), wanted.period, wanted.week_start)?;
    if let Some(weight) = &weight {
        choice.notices.push(format!("weight: column `{weight}`"));
    }
    if let Some(consent) = &consent {
        choice.consent(consent, &consent_values)?;
    }
    let mapping = Mapping {
        id,
        customer: wanted.customer.clone().filter(|name| !choice.is_none(name)),
        consent,
        consent_values,
        score,
        scale,
        texts,
        date,
        date_format,
        weight,
        by: wanted.by.clone(),
        blank: wanted.blank.clone(),
        calendar,
        time_zone,
    };
    choice.say_segments(&mapping);
    choice.say_rounded(&mapping);
    choice.notices.push(match &mapping.id {
        Some(id) => format!("id: column `{id}`"),
        None => "id: no column; ids are made of the file's digest and the row number".to_owned(),
    });
    Ok((mapping, choice.notices))
}

/// Finds the columns of id and comments alone, and the score with its scale only where it is `scored`; dates, weights and segments
/// are none. For what tags comments and computes no figures over time.
pub fn map_comments(sample: &Sample, wanted: &Wanted, scored: bool) -> Result<Mapping> {
    let mut choice = Choice::new(sample, Vec::new());
    choice.take_wanted(&Wanted { consent: None, ..wanted.clone() })?;
    let score = if scored { choice.column(Kind::Score, wanted.score.as_ref())? } else { None };
    let id = choice.column(Kind::Id, wanted.id.as_ref())?;
    let texts = choice.texts(wanted)?;
    let scale = choice.scale(score.as_deref(), wanted.scale.as_deref())?;
    Ok(Mapping { id, score, scale, ..Mapping::of_texts(texts) })
}

/// What a user says who wants no column of a kind.
const NONE: &str = "none";

/// From here on a name is worth that of a whole name ([`worth`]).
const WHOLE: u8 = 6;
/// From here on a name leaves no doubt: a column that is called so and does not fit is asked about.
pub(super) const SURE: u8 = 8;

pub(super) struct Choice<'a> {
    pub(super) sample: &'a Sample,
    /// What is something already.
    taken: BTreeSet<&'a str>,
    /// What is a segment, and may be something else too.
    pub(super) segments: BTreeSet<&'a str>,
    pub(super) notices: Vec<String>,
}

impl<'a> Choice<'a> {
    const fn new(sample: &'a Sample, notices: Vec<String>) -> Self {
        Self { sample, taken: BTreeSet::new(), segments: BTreeSet::new(), notices }
    }

    /// The values of a column that are not blank, without the blanks around them.
    pub(super) fn values(&self, column: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let at = self.sample.columns.iter().position(|name| name == column);
        self.sample.rows.iter().filter_map(move |row| row.get(at?)?.as_deref()).map(str::trim).filter(|v| !v.is_empty())
    }

    /// The share of values for which something holds; 0 where there are none.
    pub(super) fn share(&self, column: &str, holds: impl Fn(&str) -> bool) -> f64 {
        let (mut all, mut held) = (0_u64, 0_u64);
        for value in self.values(column) {
            all += 1;
            held += u64::from(holds(value));
        }
        if all == 0 { 0.0 } else { held as f64 / all as f64 }
    }

    pub(super) fn distinct(&self, column: &str) -> BTreeSet<&'a str> {
        self.values(column).collect()
    }

    pub(super) fn existing(&self, name: &str, named: &str) -> Result<&'a str> {
        if let Some(column) = self.sample.columns.iter().find(|column| *column == name) {
            return Ok(column);
        }
        let error =
            Error::new(ErrorKind::Usage, "unknown_column", format!("there is no column `{name}` for `{named}`"));
        Err(match nearest(name, &self.sample.columns) {
            Some(near) if named == Kind::Text.flag() => error.help(format!("Did you mean `{}`?", typed_name(near))),
            Some(near) => error.help(format!("Did you mean `{}`?", flag(named, near))),
            None => error.help(format!("The columns are {}.", quoted(self.sample.columns.iter().map(String::as_str)))),
        })
    }

    /// Takes what the user names, so that it is not chosen for something else.
    fn take_wanted(&mut self, wanted: &Wanted) -> Result<()> {
        let single = [
            (&wanted.id, "--id"),
            (&wanted.score, "--score"),
            (&wanted.date, "--date"),
            (&wanted.weight, "--weight"),
            (&wanted.customer, "--customer"),
            (&wanted.consent, "--consent"),
        ];
        let texts = wanted.texts.iter().map(|(name, _)| (name, "--text"));
        let single = single.iter().filter_map(|(name, flag)| Some((name.as_ref()?, *flag)));
        for (name, flag) in single.filter(|(name, _)| !self.is_none(name)).chain(texts).collect::<Vec<_>>() {
            let column = self.existing(name, flag)?;
            if !self.taken.insert(column) {
                return Err(Error::new(
                    ErrorKind::Usage,
                    "column_used_twice",
                    format!("column `{name}` is named twice"),
                )
                .help(format!("Give `{flag}` another column.")));
            }
        }
        self.take_segments(wanted)
    }

    /// The column of a kind: the one named, else the best by name whose content fits; none where the user wants none.
    fn column(&mut self, kind: Kind, wanted: Option<&String>) -> Result<Option<String>> {
        if let Some(name) = wanted {
            return Ok(Some(name.clone()).filter(|name| !self.is_none(name)));
        }
        // A segment may be the score or the date too, where its whole name says so.
        let free =
            |name: &str, worth: u8| !self.taken.contains(name) && (worth >= SURE || !self.segments.contains(name));
        let columns = self.sample.columns.iter().map(|name| (self.worth(kind, name), name.as_str()));
        let named: Vec<(u8, &str)> = columns.filter(|(worth, name)| *worth > 0 && free(name, *worth)).collect();
        let fitting: Vec<(u8, &str)> =
            named.iter().copied().filter(|(worth, name)| self.fits(kind, name, *worth)).collect();
        let best = if kind == Kind::Score {
            self.scores(&fitting)
        } else {
            let best = fitting.iter().map(|(worth, _)| *worth).max().unwrap_or_default();
            fitting.iter().filter(|(worth, _)| *worth == best).map(|(_, name)| *name).collect()
        };
        match best[..] {
            [] => {
                // All that may be dates and are none by their content are one period, which nobody would see.
                let sure = if kind == Kind::Date { 1 } else { SURE };
                let doubt =
                    named.iter().filter(|(worth, _)| *worth >= sure).find_map(|(_, name)| self.doubt(kind, name));
                let is_free = |name: &str| free(name, self.worth(kind, name));
                let scores = || self.doubt_scores(is_free).or_else(|| self.doubt_sum(|name| free(name, SURE)));
                let doubt = doubt.or_else(|| if kind == Kind::Score { scores() } else { None });
                doubt.map_or(Ok(None), Err)
            }
            [one] => {
                self.taken.insert(one);
                Ok(Some(one.to_owned()))
            }
            _ => Err(ambiguous(kind, &best)),
        }
    }

    /// What a column is worth by its name, or by the question that stands under it.
    pub(super) fn worth(&self, kind: Kind, column: &str) -> u8 {
        let label = self.label(column).map_or(0, |label| worth(kind, label));
        worth(kind, column).max(label)
    }

    pub(super) fn label(&self, column: &str) -> Option<&'a str> {
        let at = self.sample.columns.iter().position(|name| name == column)?;
        self.sample.labels.get(at).map(String::as_str)
    }

    /// Why ids repeat that are numbers beyond what a spreadsheet keeps; nothing where they are not.
    fn rounded(&self, column: &str) -> String {
        self.sample.rounded.iter().find(|(name, _)| name == column).map_or_else(String::new, |(_, place)| {
            format!(
                "; it holds numbers beyond 2⁵³, first at {place}, and a spreadsheet rounds these: format the column as text before ids \
                 are entered or opened"
            )
        })
    }

    /// Says where ids are numbers that a spreadsheet has rounded.
    fn say_rounded(&mut self, mapping: &Mapping) {
        for column in [&mapping.id, &mapping.customer].into_iter().flatten() {
            if let Some((_, place)) = self.sample.rounded.iter().find(|(name, _)| name == column) {
                self.notices.push(format!(
                    "`{column}` holds numbers beyond 2⁵³, first at {place}: a spreadsheet rounds these, so that they are not the ids \
                     that they were; format the column as text before ids are entered or opened"
                ));
            }
        }
    }

    /// Whether the user wants no column of a kind: `none`, where no column is called so.
    fn is_none(&self, name: &str) -> bool {
        name == NONE && !self.sample.columns.iter().any(|column| column == name)
    }

    /// The question that a column asks whose name is sure and whose content does not fit; none where it holds nothing.
    fn doubt(&self, kind: Kind, column: &str) -> Option<Error> {
        let values = self.values(column).count();
        if values == 0 {
            return None;
        }
        let (why, taken) = match kind {
            Kind::Id => {
                let repeated = values - self.distinct(column).len();
                let why = format!("{repeated} of {values} values repeat another{}", self.rounded(column));
                (why, "reject the repeats")
            }
            Kind::Weight => {
                ("its numbers are not about 1 on average, as sampling weights are".to_owned(), "weigh by it")
            }
            Kind::Score if !self.is_free_text(column) => {
                ("it holds neither a few numbers nor a few words".to_owned(), "score by it")
            }
            Kind::Date if self.is_counted(column) => {
                return Some(self.serial(column));
            }
            Kind::Score | Kind::Text | Kind::Date => return None,
        };
        let (called, typed) = (kind.word(), flag(kind.flag(), column));
        let message = format!("column `{column}` is called the {called}, but {why}");
        Some(
            Error::new(ErrorKind::Ambiguous, "ambiguous_column", message)
                .help(format!("Say `{typed}` to {taken}, or `{} none` to go without.", kind.flag())),
        )
    }

    /// Whether the content of a column is of the kind that its name says.
    fn fits(&self, kind: Kind, column: &str, worth: u8) -> bool {
        match kind {
            Kind::Score => {
                let numbers = self.share(column, |v| answer(v).is_some_and(|n| (0.0..=100.0).contains(&n)));
                // A whole name is enough for labels, of which there are few; for numbers, a running index has too many.
                numbers >= 0.8 && self.distinct(column).len() <= 101
                    || worth >= WHOLE && (1..=15).contains(&self.distinct(column).len()) && !self.is_long(column)
                    || self.is_asked_score(column)
            }
            // A column that is called a date and looks like one is one, even where no one format reads it: then the run stops and asks,
            // rather than putting all answers into one period.
            Kind::Date => {
                DateFormat::find(self.values(column)) != Found::None
                    || worth >= WHOLE && self.share(column, looks_dated) >= 0.5
            }
            Kind::Id => {
                let values = self.values(column).count();
                let unique = self.distinct(column).len() as f64 / values.max(1) as f64;
                values > 0 && unique >= if worth >= WHOLE { 0.9 } else { 0.999 }
            }
            Kind::Weight => {
                let weights: Vec<f64> =
                    self.values(column).filter_map(Weight::parse).map(|w| w.micros() as f64 / 1e6).collect();
                let mean = weights.iter().sum::<f64>() / weights.len().max(1) as f64;
                let bad = self.values(column).count() - weights.len();
                // Sampling weights are about 1 on average; kilograms and grams are not. A bad one is a reject later on, where the
                // name leaves no doubt that they are weights.
                (if worth >= WHOLE { bad < weights.len() } else { bad == 0 }) && (0.5..=2.0).contains(&mean)
            }
            Kind::Text => {
                self.share(column, |v| answer(v).is_some()) < 0.9
                    && DateFormat::find(self.values(column)) == Found::None
            }
        }
    }

    /// Mean length in characters.
    fn length(&self, column: &str) -> f64 {
        let (mut all, mut characters) = (0_u64, 0_usize);
        for value in self.values(column) {
            all += 1;
            characters += value.chars().count();
        }
        characters as f64 / all.max(1) as f64
    }

    fn is_long(&self, column: &str) -> bool {
        self.length(column) > 25.0
    }

    /// Whether a column holds free text, by its content alone: long, mostly different, neither numbers nor dates nor codes.
    fn is_free_text(&self, column: &str) -> bool {
        let values = self.values(column).count();
        let written = |v: &str| v.chars().any(|c| c.is_whitespace() || (c.is_alphabetic() && !c.is_ascii()));
        values > 0
            && self.length(column) >= 8.0
            && self.distinct(column).len() * 2 >= values
            && self.share(column, written) >= 0.5
            && self.fits(Kind::Text, column, 0)
    }

    /// Whether a column holds what was ticked: a few short answers again and again, or nothing but numbers and letters of answers.
    fn is_coded(&self, column: &str) -> bool {
        let is_code = |v: &str| {
            v.split(|c: char| !c.is_alphanumeric()).all(|code| {
                code.chars().count() <= 1 || code.len() <= 3 && code.bytes().all(|byte| byte.is_ascii_digit())
            })
        };
        let repeated = self.distinct(column).len() * 5 <= self.values(column).count() && self.length(column) <= 8.0;
        repeated || self.share(column, is_code) >= 0.9
    }

    fn texts(&mut self, wanted: &Wanted) -> Result<Vec<TextColumn>> {
        let texts: Vec<TextColumn> = if wanted.texts.is_empty() {
            let name = self.text()?;
            self.taken.insert(name);
            vec![TextColumn { name: name.to_owned(), role: self.role(name) }]
        } else {
            wanted.texts.iter().map(|(name, role)| TextColumn { name: name.clone(), role: *role }).collect()
        };
        for text in &texts {
            self.notices.push(format!("comment: column `{}` ({})", text.name, text.role.as_str()));
        }
        if wanted.texts.is_empty() {
            let more: Vec<&str> = self.free().filter(|name| self.is_free_text(name)).collect();
            if !more.is_empty() {
                let more_texts = more.iter().map(|name| TextColumn { name: (*name).to_owned(), role: self.role(name) });
                let all: Vec<String> = texts.iter().cloned().chain(more_texts).map(|text| typed_text(&text)).collect();
                self.notices.push(format!(
                    "not read, though it looks like comments: {} (to read all, say `{}`)",
                    quoted(more),
                    all.join(" ")
                ));
            }
        }
        Ok(texts)
    }

    /// The question that a column of comments asks, by its name or by what stands under it.
    fn role(&self, column: &str) -> Role {
        role(self.label(column).filter(|label| !label.is_empty()).unwrap_or(column))
    }

    /// A sentence on sheets that are not shown, where comments may be.
    fn hidden(&self) -> String {
        let typed: Vec<String> =
            self.sample.hidden_sheets.iter().map(|sheet| format!("`--sheet {}`", word(sheet))).collect();
        if typed.is_empty() {
            String::new()
        } else {
            format!(" Hidden sheets hold something too: {}.", typed.join(", "))
        }
    }

    /// The columns that are nothing yet.
    fn free(&self) -> impl Iterator<Item = &'a str> {
        let free = |name: &&str| !self.taken.contains(name) && !self.segments.contains(name);
        self.sample.columns.iter().map(String::as_str).filter(free)
    }

    /// The one column of comments: the best by name, else the longest free text.
    fn text(&self) -> Result<&'a str> {
        let named = self.free().map(|name| (self.worth(Kind::Text, name), name)).filter(|(worth, _)| *worth > 0);
        let mut fitting: Vec<(u8, &str)> = named.filter(|(worth, name)| self.fits(Kind::Text, name, *worth)).collect();
        // A reason that was ticked is no comment where somebody wrote one.
        if self.free().any(|name| self.is_free_text(name)) {
            fitting.retain(|(_, name)| !self.is_coded(name));
        }
        let best = fitting.iter().map(|(worth, _)| *worth).max().unwrap_or_default();
        let mut best: Vec<&str> =
            fitting.into_iter().filter(|(worth, _)| *worth == best).map(|(_, name)| name).collect();
        if best.is_empty() {
            best = self.free().filter(|name| self.is_free_text(name)).collect();
        }
        let mut by_length: Vec<(f64, &str)> = best.iter().map(|name| (self.length(name), *name)).collect();
        by_length.sort_by(|a, b| b.0.total_cmp(&a.0));
        match by_length[..] {
            [] => {
                let used = quoted(self.taken.union(&self.segments).copied());
                let used = if used.is_empty() { used } else { format!(", of which {used} are something else already") };
                let columns = quoted(self.sample.columns.iter().map(String::as_str));
                Err(Error::new(ErrorKind::Usage, "no_text_column", "no column looks like comments")
                    .help(format!("Name it with `--text COLUMN`; the columns are {columns}{used}.{}", self.hidden())))
            }
            [(one, _), (other, _), ..] if one < 2.0 * other || one == 0.0 => Err(ambiguous(Kind::Text, &best)),
            [(_, name), ..] => Ok(name),
        }
    }

    fn scale(&mut self, score: Option<&str>, wanted: Option<&str>) -> Result<Scale> {
        let given = wanted.map(Scale::parse).transpose()?;
        let Some(column) = score else {
            self.notices
                .push("score: no column; comments are tagged, and no NPS is computed (`--score` names one)".to_owned());
            return Ok(given.unwrap_or_default());
        };
        let scale = match given {
            Some(scale) => scale,
            None => scale_of(column, self.values(column))?,
        };
        self.notices.push(format!("score: column `{column}` ({})", scale.describe()));
        Ok(scale)
    }
}

pub(super) fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn ambiguous(kind: Kind, columns: &[&str]) -> Error {
    let message = format!("{} look equally like the {} column", quoted(columns.iter().copied()), kind.word());
    let typed = |name: &str| match kind {
        Kind::Text => typed_name(name),
        _ => flag(kind.flag(), name),
    };
    let flags: Vec<String> = columns.iter().map(|name| format!("`{}`", typed(name))).collect();
    Error::new(ErrorKind::Ambiguous, "ambiguous_column", message)
        .help(format!("Say which it is: {}.", flags.join(" or ")))
}

/// A column of comments as `--text` takes it; of why where it says nothing else.
fn typed_text(text: &TextColumn) -> String {
    // What stands behind a `=` is the role, and a name that is the word of a role has it.
    let is_plain =
        text.role == Role::Why && !text.name.contains('=') && Role::parse(&text.name.to_lowercase()).is_none();
    let role = if is_plain { String::new() } else { format!("={}", text.role.as_str()) };
    flag("--text", &format!("{}{role}", text.name))
}

/// A column of comments as `--text` takes it, of why.
fn typed_name(name: &str) -> String {
    typed_text(&TextColumn { name: name.to_owned(), role: Role::Why })
}
