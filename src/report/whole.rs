//! Everything that a report shows, read from the tables.
//!
//! Not for how it looks (`page`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::accuracy::Accuracy;
use super::around::{
    Action, Blame, Function, Moved, Point, actions, blame, days, functions, last_moved, rejects, trend,
};
use super::figures::{Cell, Figures, Wanted};
use super::language::of_comments;
use super::page::Lang;
use super::recovered::{Recovered, recovered};
use super::typical::{Typical, typical};
use crate::error::Result;
use crate::tables::{ALL_PERIODS, Manifest};

/// What a report is wanted of.
#[derive(Debug, Clone, Default)]
pub struct ReportOptions {
    /// The period's label; not given: the last one.
    pub period: Option<String>,
    /// The segments by which places are compared; none: all that the tables have.
    pub by: Vec<String>,
    /// Most comments shown of each driver and side.
    pub quotes: usize,
    /// What `verbatim evaluate --json` printed, where the lexicon was measured.
    pub accuracy: Option<PathBuf>,
}

/// The cells of one segment.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Its name.
    pub name: String,
    /// One a value, those of most respondents first, those of small base last.
    pub cells: Vec<Cell>,
}

/// Everything that a report shows.
#[derive(Debug, Clone)]
pub struct Report {
    /// The period's figures: one cell, the total, compared with the period before.
    pub figures: Figures,
    /// The total compared with the same period a year before.
    pub year_ago: Option<Cell>,
    /// The score of every period.
    pub trend: Vec<Point>,
    /// By segment.
    pub segments: Vec<Segment>,
    /// Who owns how much.
    pub functions: Vec<Function>,
    /// Where blame lasts and concentrates.
    pub blame: Vec<Blame>,
    /// The last earlier period in which drivers moved beyond chance.
    pub last_moved: Option<Moved>,
    /// What is being done.
    pub actions: Vec<Action>,
    /// What came of getting back to people.
    pub recovered: Recovered,
    /// In their own words.
    pub typical: Typical,
    /// Rows that were not used, by reason, of all runs.
    pub rejects: BTreeMap<String, u64>,
    /// How well tags agree with labels, where that was measured.
    pub accuracy: Option<Accuracy>,
    /// The first and the last day of the period; none of answers without a date.
    pub days: Option<(Date, Date)>,
    /// The language of most comments.
    pub language: Lang,
    /// What the output is made of.
    pub manifest: Manifest,
}

impl Report {
    /// Reads what a report shows.
    ///
    /// # Errors
    /// As [`Figures::read`] and [`Accuracy::read`]; those of damaged files.
    pub fn read(out: &Path, options: &ReportOptions) -> Result<Self> {
        let wanted = Wanted { period: options.period.clone(), ..Wanted::default() };
        let accuracy = options.accuracy.as_deref().map(Accuracy::read).transpose()?;
        let manifest = Manifest::of_tables(out)?;
        let figures = Figures::of(out, &manifest, &wanted)?;
        let period = figures.period.clone();
        let wanted = Wanted { period: Some(period.clone()), ..wanted };
        let names = if options.by.is_empty() { manifest.layout.segments.clone() } else { options.by.clone() };
        let segment = |name: &String| -> Result<Segment> {
            let cells = Figures::of(out, &manifest, &Wanted { by: vec![name.clone()], ..wanted.clone() })?.cells;
            Ok(Segment { name: name.clone(), cells })
        };
        let year_ago = if period == ALL_PERIODS {
            None
        } else {
            let cells = Figures::of(out, &manifest, &Wanted { year_ago: true, ..wanted.clone() })?.cells;
            cells.into_iter().find(|cell| cell.change.is_some())
        };
        Ok(Self {
            year_ago,
            trend: trend(out, &manifest)?,
            segments: names.iter().map(segment).collect::<Result<_>>()?,
            functions: functions(out, &manifest, &period)?,
            blame: blame(out, &manifest, &period)?,
            last_moved: last_moved(out, &manifest, &period)?,
            actions: actions(out, &manifest)?,
            recovered: recovered(out, &manifest, &period)?,
            typical: typical(out, &manifest, &period, options.quotes)?,
            rejects: rejects(out, &manifest)?,
            days: days(&manifest, &period),
            language: of_comments(out, &manifest, &period)?,
            figures,
            accuracy,
            manifest,
        })
    }

    /// The hash of the rules that tagged the period.
    pub fn lexicon_hash(&self) -> &str {
        let info = self.manifest.periods.get(&self.figures.period);
        info.map_or(&self.manifest.lexicon_hash, |info| &info.lexicon_hash)
    }

    /// Whether the comments shown are of periods that different rules tagged, while all of them together are tagged by the last ones.
    pub fn has_mixed_rules(&self) -> bool {
        let now = self.lexicon_hash();
        let others = || self.manifest.periods.values().any(|info| info.comments > 0 && info.lexicon_hash != now);
        self.figures.period == ALL_PERIODS && others()
    }

    /// The total of the period. [`Figures::read`] gives no figures without a cell.
    pub fn total(&self) -> &Cell {
        &self.figures.cells[0]
    }
}
