//! Every respondent of a survey or of an output, for those who look and write nothing.
//!
//! Not for a run (`pipeline`), nor for what is looked for: the visitor decides that. Batches are visited side by side, and what came of
//! them is taken in their order, so that it does not depend on the threads.

use std::borrow::Cow;
use std::path::Path;

use arrow::array::RecordBatch;
use rayon::prelude::*;

use super::count::TagColumns;
use super::flow::flow;
use super::personal::check_names;
use super::respondents::Respondents;
use super::timings::Timings;
use super::work::{Blanking, Redacted, counted_bucket};
use crate::contribution::DriverTree;
use crate::error::{Error, ErrorKind, Result};
use crate::survey::{self, Blocks, Mapping, ReadOptions, Wanted};
use crate::tables::{Layout, Manifest, PartId, Table, respondents_of};
use crate::text::{Redaction, Redactor};
use crate::types::{Band, Residual, Said, Voices, Weight};

/// Batches of an output that are in memory at once, for each thread.
const AT_ONCE: usize = 2;

/// One respondent.
pub(crate) struct Visited<'r> {
    pub(crate) id: &'r str,
    pub(crate) period: &'r str,
    pub(crate) score: Option<f64>,
    pub(crate) band: Option<Band>,
    pub(crate) weight: Weight,
    /// The answer to each question, redacted; none where it is blank.
    pub(crate) texts: &'r [Option<Cow<'r, str>>],
    /// What the output says of the texts, where it was tagged as the visitor asks for.
    pub(crate) tagged: Option<Tagged<'r>>,
}

/// What an output says of a respondent's texts.
#[derive(Clone, Copy)]
pub(crate) struct Tagged<'r> {
    pub(crate) said: &'r [Said],
    pub(crate) voices: Voices,
    pub(crate) residual: Option<Residual>,
}

/// A survey or an output, ready to be visited.
pub(crate) struct Place {
    of: Of,
    /// Its questions and segments.
    pub(crate) layout: Layout,
    /// What was found about it, in sentences for people.
    pub(crate) notices: Vec<String>,
    redactor: Option<Redactor>,
}

enum Of {
    Survey { sources: Vec<survey::Source>, mapping: Box<Mapping>, read: ReadOptions },
    Output { root: std::path::PathBuf, manifest: Box<Manifest> },
}

/// What a visit saw.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Seen {
    pub(crate) respondents: u64,
    /// Rows that cannot be used.
    pub(crate) rejected: u64,
}

/// The tags of an output that a visitor can use: those of periods that were tagged by this lexicon, over these drivers.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) lexicon_hash: &'a str,
    pub(crate) tree: &'a DriverTree,
}

impl Place {
    /// An output where `name` is the folder of one, else a survey, whose columns are found as a run finds them.
    ///
    /// `redact`: which personal data is blanked out before anybody sees it, as it is in a run.
    pub(crate) fn open(name: &str, read: &ReadOptions, wanted: &Wanted, redact: &Redaction) -> Result<Self> {
        let redactor = (!redact.is_off()).then(|| Redactor::with(redact));
        let root = Path::new(name);
        if root.is_dir() {
            let Some(manifest) = Manifest::read(root)? else {
                let message = format!("{name} is a folder and no output of a run");
                return Err(Error::new(ErrorKind::Usage, "no_output", message)
                    .help("Name a survey file, or the folder that `verbatim run` wrote."));
            };
            let layout = manifest.layout.clone();
            let of = Of::Output { root: root.to_path_buf(), manifest: Box::new(manifest) };
            return Ok(Self { of, layout, notices: Vec::new(), redactor });
        }
        let sources = survey::open(&[name.to_owned()], read)?;
        let sample = survey::sample(&sources)?;
        let (mapping, mut notices) = survey::map_columns(&sample, wanted)?;
        if let Some(redactor) = &redactor {
            check_names(&mapping, redactor)?;
            notices = notices.iter().map(|notice| redactor.message(notice)).collect();
        }
        let layout = Layout::from(&mapping);
        let of = Of::Survey { sources, mapping: Box::new(mapping), read: read.clone() };
        Ok(Self { of, layout, notices, redactor })
    }

    /// Has every respondent visited, on all threads of the current pool: `visit` adds one to what `fresh` made for a batch, and `take`
    /// gets what came of each batch, in their order.
    pub(crate) fn visit<T: Send>(
        &self,
        known: Option<Known<'_>>,
        fresh: impl Fn() -> T + Sync,
        visit: impl Fn(&mut T, &Visited<'_>) -> Result<()> + Sync,
        mut take: impl FnMut(T) -> Result<()> + Send,
    ) -> Result<Seen> {
        let mut seen = Seen::default();
        match &self.of {
            Of::Survey { sources, mapping, read, .. } => {
                let work = |raw: survey::RawBatch| {
                    let (rows, rejects) = survey::respondents(&raw, &sources[raw.source], mapping)?;
                    let mut done = fresh();
                    self.each(&rows, None, self.redactor.as_ref(), |one| visit(&mut done, one))?;
                    Ok((done, rows.num_rows() as u64, (rejects.len() + raw.rejects.len()) as u64))
                };
                let blocks = Blocks::new(sources.clone(), mapping, read)?;
                flow(
                    rayon::current_num_threads(),
                    &Timings::default(),
                    blocks,
                    work,
                    |(done, respondents, rejected)| {
                        seen.respondents += respondents;
                        seen.rejected += rejected;
                        take(done)
                    },
                )?;
            }
            Of::Output { root, manifest } => {
                let at_once = AT_ONCE * rayon::current_num_threads();
                let mut waiting: Vec<(&str, RecordBatch)> = Vec::new();
                let mut take_all = |waiting: &mut Vec<(&str, RecordBatch)>| -> Result<()> {
                    let work = |(period, comments): (&str, RecordBatch)| {
                        let info = &manifest.periods[period];
                        let rows = respondents_of(&comments, period, &self.layout)?;
                        let known = known.filter(|known| known.lexicon_hash == info.lexicon_hash);
                        let known = known.map(|known| (&comments, known.tree));
                        let redactor = self.redactor.as_ref().filter(|redactor| info.redaction != redactor.version());
                        let mut done = fresh();
                        self.each(&rows, known, redactor, |one| visit(&mut done, one))?;
                        Ok((done, rows.num_rows() as u64))
                    };
                    let done: Vec<Result<(T, u64)>> = std::mem::take(waiting).into_par_iter().map(work).collect();
                    for one in done {
                        let (done, respondents) = one?;
                        seen.respondents += respondents;
                        take(done)?;
                    }
                    Ok(())
                };
                for period in manifest.periods.keys() {
                    let part = PartId::new(Table::Comments, period);
                    for batch in manifest.read_part(root, &part, None)?.into_iter().flatten() {
                        waiting.push((period, batch?));
                        if waiting.len() == at_once {
                            take_all(&mut waiting)?;
                        }
                    }
                }
                take_all(&mut waiting)?;
            }
        }
        Ok(seen)
    }

    /// Shows the respondents of a batch one by one.
    fn each(
        &self,
        rows: &RecordBatch,
        known: Option<(&RecordBatch, &DriverTree)>,
        redactor: Option<&Redactor>,
        mut show: impl FnMut(&Visited<'_>) -> Result<()>,
    ) -> Result<()> {
        let respondents = Respondents::of(rows, &self.layout)?;
        let known = known.map(|(comments, tree)| Ok((TagColumns::of(comments)?, tree))).transpose()?;
        let mut said = Vec::new();
        let mut texts: Vec<Option<Cow<str>>> = Vec::new();
        // What is found in rows that are not written is nobody's.
        let mut counts = Redacted::new();
        let mut blanking = redactor.map(|redactor| Blanking { redactor, counts: &mut counts });
        for row in 0..rows.num_rows() {
            texts.clear();
            let mut clean = |text| blanking.as_mut().map_or(Cow::Borrowed(text), |blanking| blanking.clean(text));
            texts.extend(respondents.texts(row).map(|text| text.map(&mut clean)));
            let tagged = match &known {
                Some((tags, tree)) => {
                    tags.said(row, tree, &mut said)?;
                    let residual = counted_bucket(tags.residual(row));
                    Some(Tagged { said: &said, voices: tags.voices(row)?, residual })
                }
                None => None,
            };
            show(&Visited {
                id: respondents.id(row),
                period: respondents.period(row),
                score: respondents.score(row),
                band: respondents.band(row)?,
                weight: respondents.weight(row)?,
                texts: &texts,
                tagged,
            })?;
        }
        Ok(())
    }
}
