//! What a worker does with one batch: respondents, redaction, tags, records by period, counts.
//!
//! Not for order or files: a batch's result depends on the batch alone.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;

use super::consent::HeldConsent;
use super::respondents::Respondents;
use super::timings::Timings;
use crate::contribution::{Cells, DriverTree, Matrix, Respondent};
use crate::error::{Error, ErrorKind, Result};
use crate::survey::{Mapping, RawBatch, Reject, Source, respondents, unclear_consents};
use crate::tables::{Layout, LexiconInfo, PeriodInfo, Row};
use crate::tag::{CommentTags, Scratch, Tagger};
use crate::text::Redactor;
use crate::types::{Band, Residual, Stance};

/// What all workers share.
pub(crate) struct Shop {
    pub(crate) sources: Vec<Source>,
    pub(crate) mapping: Mapping,
    pub(crate) layout: Layout,
    pub(crate) tagger: Tagger,
    pub(crate) redactor: Option<Redactor>,
    pub(crate) tree: Arc<DriverTree>,
    /// Who owns which driver.
    pub(crate) matrix: Arc<Matrix>,
    /// What respondents said before who are not asked now.
    pub(crate) consent: HeldConsent,
    pub(crate) timings: Timings,
}

/// What became of one batch.
pub(crate) struct Worked {
    pub(crate) source: usize,
    pub(crate) rows_in: u64,
    /// Where the last row of the batch starts in its source.
    pub(crate) last_byte: u64,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) periods: Records,
    pub(crate) cells: Cells,
    pub(crate) redactions: Redacted,
    /// Rows that hold nothing, and count nowhere.
    pub(crate) blank_rows: u64,
    /// Rows whose consent cannot be read.
    pub(crate) unclear_consents: u64,
}

/// How many of each kind were blanked out, by its name.
pub(crate) type Redacted = BTreeMap<Arc<str>, u64>;

/// The records of respondents, by period.
#[derive(Debug, Default)]
pub(crate) struct Records {
    periods: Vec<(String, Vec<u8>)>,
    places: BTreeMap<String, usize>,
    last: usize,
}

impl Records {
    /// Appends a respondent's record to those of the period.
    pub(crate) fn push(&mut self, period: &str, row: &Row<'_>) {
        // Answers of one day often come one after the other.
        if self.periods.get(self.last).is_none_or(|(label, _)| label != period) {
            let known = self.places.get(period).copied();
            self.last = known.unwrap_or(self.periods.len());
            if known.is_none() {
                self.places.insert(period.to_owned(), self.last);
                self.periods.push((period.to_owned(), Vec::new()));
            }
        }
        row.write(&mut self.periods[self.last].1);
    }

    /// The periods and their records.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.periods.iter().map(|(period, records)| (period.as_str(), records.as_slice()))
    }
}

impl Shop {
    /// Takes one raw batch through all stops up to the writer.
    pub(crate) fn work(&self, raw: RawBatch) -> Result<Worked> {
        let source = &self.sources[raw.source];
        let rows_in = (raw.batch.num_rows() + raw.rejects.len()) as u64;
        let (rows, mut rejects) =
            self.timings.stop("respondents", rows_in, 0, || respondents(&raw, source, &self.mapping))?;
        let last_byte = raw.bytes.last().copied().unwrap_or_default();
        let mut redactions = Redacted::new();
        let (mut cells, mut periods) = (self.empty_cells(), Records::default());
        let redactor = self.redactor.as_ref().map(|redactor| Blanking { redactor, counts: &mut redactions });
        self.timings.stop("tag", rows_in, 0, || {
            self.tag(&rows, redactor, &mut cells, |period, row| periods.push(period, row))
        })?;
        let unclear_consents = unclear_consents(&raw, &self.mapping);
        rejects.extend(raw.rejects);
        let blank_rows = raw.blank;
        Ok(Worked {
            source: raw.source,
            rows_in,
            last_byte,
            rejects,
            periods,
            cells,
            redactions,
            blank_rows,
            unclear_consents,
        })
    }

    /// The lexicons of this run, a base before what extends it.
    pub(crate) fn lexicons(&self) -> Vec<LexiconInfo> {
        let names = self.tagger.lexicon().names.iter();
        names.map(|name| LexiconInfo { name: name.name.clone(), version: name.version.clone() }).collect()
    }

    /// The version of the redaction that rows of this run go through; 0: none.
    pub(crate) fn redaction(&self) -> u32 {
        self.redactor.as_ref().map_or(0, Redactor::version)
    }

    /// What redacts earlier rows of this period as this run's are; none where nothing is to be done.
    pub(crate) fn to_redact(&self, period: &PeriodInfo) -> Option<&Redactor> {
        self.redactor.as_ref().filter(|redactor| period.redaction != redactor.version())
    }

    /// A reduction without respondents.
    pub(crate) fn empty_cells(&self) -> Cells {
        Cells::new(Arc::clone(&self.tree), self.layout.segments.clone())
    }

    /// Redacts, tags and counts respondents; `each` sees all of them in their order, with the labels of their periods.
    pub(crate) fn tag(
        &self,
        rows: &RecordBatch,
        mut blanking: Option<Blanking<'_>>,
        cells: &mut Cells,
        mut each: impl FnMut(&str, &Row<'_>),
    ) -> Result<()> {
        let respondents = Respondents::of(rows, &self.layout)?;
        let (mut scratch, mut tags) = (Scratch::default(), CommentTags::default());
        let (mut segments, mut texts): (Vec<Cow<str>>, Vec<Option<Cow<str>>>) = (Vec::new(), Vec::new());
        let mut clean = |text| blanking.as_mut().map_or(Cow::Borrowed(text), |blanking| blanking.clean(text));
        for row in 0..rows.num_rows() {
            segments.clear();
            segments.extend(respondents.segments(row).map(&mut clean));
            texts.clear();
            texts.extend(respondents.texts(row).map(|text| text.map(&mut clean)));
            let questions = (0..).zip(self.tagger.questions());
            let answers =
                questions.zip(&texts).filter_map(|((at, asked), text)| Some((at, asked.role, text.as_deref()?)));
            self.tagger.tag_comment(answers, &mut scratch, &mut tags);
            let (band, weight) = (respondents.band(row)?, respondents.weight(row)?);
            let (score, period) = (respondents.score(row), respondents.period(row));
            let (voices, residual) = (tags.voices(), tags.residual());
            let row = Row {
                id: respondents.id(row),
                customer: respondents.customer(row),
                consent: respondents.consent(row)?.or_else(|| self.consent.of(respondents.id(row))),
                date: respondents.date(row),
                score,
                band,
                weight,
                segments: &segments,
                texts: &texts,
                zh: tags.zh,
                en: tags.en,
                sentiment: tags.sentiment(),
                voices,
                residual: residual.or_else(|| contrary(&tags, band)),
                said: &tags.said,
                mentions: &tags.mentions,
            };
            let values: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
            cells.add(&counted(&row, period, &values));
            each(period, &row);
        }
        Ok(())
    }
}

/// Blanks out personal data in texts and segments. Ids and customers stay: rows are joined by them, and two may be one when they are
/// blanked out.
pub(crate) struct Blanking<'a> {
    pub(crate) redactor: &'a Redactor,
    /// How many of each kind were found.
    pub(crate) counts: &'a mut Redacted,
}

impl Blanking<'_> {
    /// The text without personal data: itself where there is none in it.
    pub(crate) fn clean<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        let Some((clean, found)) = self.redactor.redact(text) else { return Cow::Borrowed(text) };
        for (kind, count) in found.by_kind() {
            *self.counts.entry(Arc::clone(kind)).or_default() += u64::from(count);
        }
        Cow::Owned(clean)
    }
}

/// What counting takes of a row, with the values of its segments.
pub(crate) fn counted<'r>(row: &Row<'r>, period: &'r str, segments: &'r [&'r str]) -> Respondent<'r> {
    Respondent {
        period,
        segments,
        score: row.score,
        band: row.band,
        weight: row.weight,
        said: row.said,
        voices: row.voices,
        residual: counted_bucket(row.residual),
    }
}

/// The bucket that counting takes. In the tables `contrary` says where the credit went; for counting it follows from stances and band.
pub(crate) fn counted_bucket(residual: Option<Residual>) -> Option<Residual> {
    residual.filter(|bucket| *bucket != Residual::Contrary)
}

/// The bucket of those who mention drivers only against the side of their score.
fn contrary(tags: &CommentTags, band: Option<Band>) -> Option<Residual> {
    let against = match band? {
        Band::Promoter => Stance::Negative,
        Band::Detractor => Stance::Positive,
        Band::Passive => return None,
    };
    tags.said.iter().all(|said| said.stance == against).then_some(Residual::Contrary)
}

/// An error of the engine's own making, which no input can cause.
pub(crate) fn arrow_bug(problem: &str) -> Error {
    Error::new(ErrorKind::Output, "table_misfit", format!("a batch is not what the engine makes: {problem}"))
        .help("Please report this with the input that shows it.")
}
