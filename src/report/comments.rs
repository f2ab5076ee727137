//! The comments behind a figure: those of a driver, a side, a polarity, with the words that are the evidence.
//!
//! Not a choice of typical ones (`typical`): all that are wanted, the last period first, and of a period in the order of the table. Comments go by
//! one at a time: a year of them takes no more memory than a batch.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use arrow::array::RecordBatch;
use serde::Serialize;

use super::evidence::{PLACES, Said, apart, place};
use super::figures::{parent_of_general, period_of};
use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;
use crate::survey::UNDATED;
use crate::tables::{ALL_PERIODS, Manifest, Named, PartId, PartReader, Table, number_at, word_at};
use crate::types::{Band, Residual, Stance};

/// Which comments are wanted; all that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct CommentFilter {
    /// The period's label, or `all`; not given: the last one.
    pub period: Option<String>,
    /// Id of a driver (with those beneath it) or of a residual bucket.
    pub driver: Option<String>,
    /// Of these respondents alone.
    pub side: Option<Band>,
    /// What is said of the driver; without a driver, of everything.
    pub polarity: Option<Stance>,
}

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comments {
    /// The period's label, or `all`.
    pub period: String,
    /// The driver or bucket as `contributions` calls it: id, Chinese and English name.
    pub driver: Option<(String, String, String)>,
    /// How many respondents are as wanted and wrote something.
    pub count: u64,
}

/// A respondent with all answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comment {
    /// The period that holds it.
    pub period: String,
    /// The respondent's id.
    pub id: String,
    /// The score given.
    pub score: Option<f64>,
    /// `promoter`, `passive` or `detractor`; none without a score.
    pub band: Option<String>,
    /// Over all answers.
    pub sentiment: Option<String>,
    /// Where the credit goes if to no driver.
    pub residual: Option<String>,
    /// Those that are not blank.
    pub answers: Vec<Answer>,
    /// Drivers that are mentioned, with what is said of each.
    pub drivers: Vec<(String, String)>,
}

/// An answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The column of `comments` that holds it.
    pub question: String,
    /// The redacted text.
    pub text: String,
    /// Bytes of the text that are the evidence, in order and apart from each other; of the wanted driver alone where one is wanted.
    pub evidence: Vec<(usize, usize)>,
}

impl Answer {
    /// The text with its evidence between `open` and `close`, every part of it as `shown` makes it.
    pub fn marked(&self, open: &str, close: &str, shown: impl Fn(&str) -> String) -> String {
        let mut marked = String::new();
        let mut done = 0;
        for (start, end) in &self.evidence {
            for (part, around) in [(done..*start, ["", ""]), (*start..*end, [open, close])] {
                let part = self.text.get(part).map(&shown).unwrap_or_default();
                marked.extend([around[0], &part, around[1]]);
            }
            done = *end;
        }
        marked + &self.text.get(done..).map(&shown).unwrap_or_default()
    }
}

/// Calls `each` with every comment that is wanted.
///
/// # Errors
/// `no_output`, `unknown_period`, `unknown_driver` with the nearest one, those of damaged files, and those of `each`.
pub fn comments(out: &Path, filter: &CommentFilter, mut each: impl FnMut(Comment) -> Result<()>) -> Result<Comments> {
    let manifest = Manifest::of_tables(out)?;
    let period = period_of(&manifest, filter.period.as_deref())?;
    let driver = filter.driver.as_deref().map(|id| named_driver(out, &manifest, &period, id)).transpose()?;
    let wanted = Wanted {
        side: filter.side.map(Band::as_str),
        polarity: filter.polarity.map(Stance::as_str),
        residual: driver.as_ref().and_then(|driver| Residual::ALL.into_iter().find(|it| it.as_str() == driver.id)),
        drivers: driver.as_ref().map(|driver| &driver.with_below),
    };
    let mut count = 0;
    for period in newest_first(&manifest, &period) {
        Reading { out, manifest: &manifest, period }.each(&wanted, |comment| {
            count += 1;
            each(comment)
        })?;
    }
    Ok(Comments { period, driver: driver.map(|driver| (driver.id, driver.name_zh, driver.name_en)), count })
}

/// The periods whose comments are looked at; those without a date come last.
fn newest_first<'a>(manifest: &'a Manifest, period: &'a str) -> Vec<&'a str> {
    if period != ALL_PERIODS {
        return vec![period];
    }
    let mut labels: Vec<&str> = manifest.periods.keys().map(String::as_str).rev().collect();
    labels.sort_by_key(|label| *label == UNDATED);
    labels
}

/// A driver that a filter names.
struct NamedDriver {
    id: String,
    name_zh: String,
    name_en: String,
    /// What comments call it: it and all beneath it.
    with_below: HashSet<String>,
}

/// A driver of a period's figures: id, parent, and names in Chinese and English.
type Known = (String, Option<String>, [String; 2]);

/// A driver and all beneath it.
fn with_below(top: &str, known: &[Known]) -> HashSet<String> {
    let mut all = HashSet::from([top.to_owned()]);
    loop {
        let next = known.iter().filter(|(_, parent, _)| parent.as_ref().is_some_and(|parent| all.contains(parent)));
        let next: Vec<String> = next.map(|(driver, ..)| driver.clone()).collect();
        let before = all.len();
        all.extend(next);
        if all.len() == before {
            return all;
        }
    }
}

/// The driver of a period's figures that has this id.
fn named_driver(out: &Path, manifest: &Manifest, period: &str, id: &str) -> Result<NamedDriver> {
    // The total has every driver.
    let mut known: Vec<Known> = Vec::new();
    let columns = ["cell_level", "driver", "parent", "level", "name_zh", "name_en"];
    // Comments of all periods are those of each, as its own rules tagged them.
    let of_periods = manifest.periods.keys().rev().filter(|_| period == ALL_PERIODS);
    let parts = std::iter::once(period).chain(of_periods.map(String::as_str));
    let batches = parts.map(|label| manifest.read_part(out, &PartId::new(Table::Contributions, label), Some(&columns)));
    for batch in batches.collect::<Result<Vec<_>>>()?.into_iter().flatten().flatten() {
        let batch = batch?;
        let named = Named::new(&batch, Table::Contributions.as_str());
        let (cells, levels) = (named.words("cell_level")?, named.words("level")?);
        let (drivers, parents) = (named.words("driver")?, named.words("parent")?);
        let called = [named.words("name_zh")?, named.words("name_en")?];
        for row in (0..named.rows()).filter(|row| cells.value(*row) == "total" && levels.value(*row) != "rollup") {
            let parent = word_at(parents, row).map(str::to_owned);
            if known.iter().any(|(driver, ..)| driver == drivers.value(row)) {
                continue;
            }
            known.push((drivers.value(row).to_owned(), parent, called.map(|column| column.value(row).to_owned())));
        }
    }
    let is_called = |(_, _, names): &&Known| names.iter().any(|name| name.eq_ignore_ascii_case(id));
    let called: Vec<&Known> = known.iter().filter(is_called).collect();
    let by_name = match called.as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    let Some((id, parent, [name_zh, name_en])) = known.iter().find(|(driver, ..)| driver == id).or(by_name) else {
        let called = called.first().map(|(driver, ..)| driver.as_str());
        let near = called.or_else(|| nearest(id, known.iter().map(|(driver, ..)| driver.as_str()), str::to_lowercase));
        let near = near.map(|near| format!("Did you mean `{near}`? ")).unwrap_or_default();
        let message = format!("there is no driver `{id}` in {period}");
        return Err(Error::new(ErrorKind::Usage, "unknown_driver", message)
            .help(format!("{near}`verbatim drivers --json` lists all, with their ids.")));
    };
    // The implicit leaf of a parent: comments call it by the parent's own id.
    let with_below = match parent_of_general(id, parent.as_deref()) {
        Some(parent) => HashSet::from([parent.to_owned()]),
        None => with_below(id, &known),
    };
    Ok(NamedDriver { id: id.clone(), name_zh: name_zh.clone(), name_en: name_en.clone(), with_below })
}

/// A filter as the tables' words.
struct Wanted<'a> {
    side: Option<&'static str>,
    polarity: Option<&'static str>,
    residual: Option<Residual>,
    drivers: Option<&'a HashSet<String>>,
}

impl Wanted<'_> {
    fn has(&self, comment: &Comment) -> bool {
        let said = |(driver, polarity): &(String, String)| {
            self.drivers.is_none_or(|drivers| drivers.contains(driver))
                && self.polarity.is_none_or(|wanted| wanted == polarity)
        };
        let is_of = match (self.residual, self.drivers) {
            (None, Some(_)) => comment.drivers.iter().any(said),
            (residual, _) => {
                residual.is_none_or(|residual| comment.residual.as_deref() == Some(residual.as_str()))
                    && self.polarity.is_none_or(|wanted| comment.sentiment.as_deref() == Some(wanted))
            }
        };
        is_of && self.side.is_none_or(|side| comment.band.as_deref() == Some(side))
    }

    /// Whether a mention is evidence for what is wanted.
    fn has_evidence(&self, driver: &str) -> bool {
        self.residual.is_some() || self.drivers.is_none_or(|drivers| drivers.contains(driver))
    }
}

/// The comments of one period.
struct Reading<'a> {
    out: &'a Path,
    manifest: &'a Manifest,
    period: &'a str,
}

impl Reading<'_> {
    fn each(&self, wanted: &Wanted<'_>, mut each: impl FnMut(Comment) -> Result<()>) -> Result<()> {
        let questions = self.manifest.layout.text_columns();
        let fixed = ["id", "score", "band", "drivers", "sentiment", "residual"];
        let columns: Vec<&str> = fixed.into_iter().chain(questions.iter().map(String::as_str)).collect();
        let mut mentions = Mentions::open(self)?;
        let part = PartId::new(Table::Comments, self.period);
        for batch in self.manifest.read_part(self.out, &part, Some(&columns))?.into_iter().flatten() {
            let batch = batch?;
            let named = Named::new(&batch, Table::Comments.as_str());
            let (ids, scores, bands) = (named.words("id")?, named.numbers("score")?, named.words("band")?);
            let (sentiments, residuals) = (named.words("sentiment")?, named.words("residual")?);
            let texts = questions.iter().map(|name| Ok((name, named.words(name)?))).collect::<Result<Vec<_>>>()?;
            let said = Said::of(&batch);
            for row in 0..named.rows() {
                let owned = |column| word_at(column, row).map(str::to_owned);
                let drivers = said.iter().flat_map(|said| said.of_row(row));
                let mut comment = Comment {
                    period: self.period.to_owned(),
                    id: ids.value(row).to_owned(),
                    score: number_at(scores, row),
                    band: owned(bands),
                    sentiment: owned(sentiments),
                    residual: owned(residuals),
                    answers: Vec::new(),
                    drivers: drivers.map(|(driver, polarity)| (driver.to_owned(), polarity.to_owned())).collect(),
                };
                let mut places = mentions.of(&comment.id, wanted)?;
                if wanted.has(&comment) {
                    let given = texts.iter().filter_map(|(question, text)| Some((*question, word_at(text, row)?)));
                    comment.answers = given
                        .map(|(question, text)| Answer {
                            question: question.clone(),
                            text: text.to_owned(),
                            evidence: apart(text, places.remove(question.as_str()).unwrap_or_default()),
                        })
                        .collect();
                    // Who left everything blank is a respondent and no comment.
                    if !comment.answers.is_empty() {
                        each(comment)?;
                    }
                }
            }
        }
        mentions.end(self.period)
    }
}

/// The mentions of a period beside its comments: those of a comment stand together, in the comments' order.
struct Mentions {
    batches: Option<PartReader>,
    batch: Option<RecordBatch>,
    row: usize,
}

impl Mentions {
    fn open(reading: &Reading<'_>) -> Result<Self> {
        let places = PLACES.iter().flat_map(|(start, end)| [*start, *end]);
        let columns: Vec<&str> = ["id", "driver", "question"].into_iter().chain(places).collect();
        let part = PartId::new(Table::Mentions, reading.period);
        let batches = reading.manifest.read_part(reading.out, &part, Some(&columns))?;
        Ok(Self { batches, batch: None, row: 0 })
    }

    /// Makes sure that no mention is left: one would be of no comment, and those after it would have been shown of none.
    fn end(mut self, period: &str) -> Result<()> {
        let is_left = self.batch.is_some_and(|batch| self.row < batch.num_rows());
        let next = self.batches.as_mut().and_then(Iterator::next).transpose()?;
        if !is_left && next.is_none_or(|batch| batch.num_rows() == 0) {
            return Ok(());
        }
        let message = format!("the mentions of {period} are not those of its comments");
        Err(Error::new(ErrorKind::Damaged, "table_misfit", message)
            .help("Run the period again from the survey files with `--replace`."))
    }

    /// The places of the evidence in the comment that comes next, by question.
    fn of(&mut self, id: &str, wanted: &Wanted<'_>) -> Result<HashMap<String, Vec<(usize, usize)>>> {
        let mut places: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        loop {
            if self.batch.as_ref().is_none_or(|batch| self.row == batch.num_rows()) {
                let Some(next) = self.batches.as_mut().and_then(Iterator::next) else { return Ok(places) };
                self.batch = Some(next?);
                self.row = 0;
            }
            let Some(batch) = &self.batch else { return Ok(places) };
            let named = Named::new(batch, Table::Mentions.as_str());
            let (ids, drivers, questions) = (named.words("id")?, named.words("driver")?, named.words("question")?);
            while self.row < batch.num_rows() {
                if ids.value(self.row) != id {
                    return Ok(places);
                }
                if wanted.has_evidence(drivers.value(self.row)) {
                    let here = PLACES.into_iter().filter_map(|(start, end)| {
                        Some((place(batch, start, self.row)?, place(batch, end, self.row)?))
                    });
                    places.entry(questions.value(self.row).to_owned()).or_default().extend(here);
                }
                self.row += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_stands_between_marks() {
        let answer = |evidence: &[(usize, usize)]| Answer {
            question: "text".to_owned(),
            text: "空调声音\n很大".to_owned(),
            evidence: evidence.to_vec(),
        };
        for (evidence, want) in [
            (vec![], "空调声音/很大"),
            (vec![(6, 12)], "空调[声音]/很大"),
            (vec![(0, 6), (13, 19)], "[空调]声音/[很大]"),
            (vec![(6, 19)], "空调[声音/很大]"),
        ] {
            assert_eq!(answer(&evidence).marked("[", "]", |part| part.replace('\n', "/")), want);
        }
    }

    #[test]
    fn a_comment_is_wanted_where_everything_holds() {
        let comment = |drivers: &[(&str, &str)], residual: Option<&str>| Comment {
            period: "2026-W23".to_owned(),
            id: "r1".to_owned(),
            score: Some(2.0),
            band: Some("detractor".to_owned()),
            sentiment: Some("mixed".to_owned()),
            residual: residual.map(str::to_owned),
            answers: Vec::new(),
            drivers: drivers.iter().map(|(driver, polarity)| ((*driver).to_owned(), (*polarity).to_owned())).collect(),
        };
        let both = comment(&[("noise", "negative"), ("price", "positive")], None);
        let nothing = comment(&[], Some("no_driver"));
        let wanted = HashSet::from(["noise".to_owned()]);
        let all = Wanted { side: None, polarity: None, residual: None, drivers: None };
        let cases: [(Wanted<'_>, bool, bool); 7] = [
            (Wanted { ..all }, true, true),
            (Wanted { side: Some("promoter"), ..all }, false, false),
            (Wanted { drivers: Some(&wanted), ..all }, true, false),
            // Of the driver, not of the comment or another driver.
            (Wanted { drivers: Some(&wanted), polarity: Some("positive"), ..all }, false, false),
            (
                Wanted { drivers: Some(&wanted), polarity: Some("negative"), side: Some("detractor"), ..all },
                true,
                false,
            ),
            (Wanted { polarity: Some("mixed"), ..all }, true, true),
            (Wanted { residual: Some(Residual::NoDriver), drivers: Some(&wanted), ..all }, false, true),
        ];
        for (at, (wanted, first, second)) in cases.iter().enumerate() {
            assert_eq!((wanted.has(&both), wanted.has(&nothing)), (*first, *second), "case {at}");
        }
    }
}
