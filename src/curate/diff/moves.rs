//! How far figures move from one lexicon to the other: the same respondents, counted under both.
//!
//! Not any figure of its own: what moves is what `contribution` says of either reduction.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::contribution::{CellFigures, Cells, Credit, Grouping, Periods};
use crate::engine::config::responsibility_matrix;
use crate::engine::publish::labels::Labels;
use crate::error::Result;
use crate::lexicon::Lexicon;
use crate::tables::RowLabel;

/// A figure under the first lexicon and under the second.
pub type Both = [f64; 2];

/// What moves over all respondents of a survey.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moves {
    /// Respondents with a score.
    pub n: u64,
    /// The Net Promoter Score, which no lexicon moves: −100 to 100; none where nobody has a score.
    pub nps: Option<f64>,
    /// The share of scored comments that mention a driver, as `nps` has it, 0–1; none where nobody with a score left a comment.
    pub coverage: Option<Both>,
    /// The same of promoters and of detractors.
    pub coverage_promoters: Option<Both>,
    /// As `coverage_promoters`.
    pub coverage_detractors: Option<Both>,
    /// Every driver and bucket, in the order of tables; those of the second lexicon first.
    pub rows: Vec<Moved>,
}

/// What moves of one driver, parent, roll-up or bucket: −1 to 1, as in `contributions`; 0 under a lexicon that does not have it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moved {
    /// Its id.
    pub driver: String,
    /// The id of what is above it.
    pub parent: Option<String>,
    /// `leaf`, `parent`, `residual`, `rollup`.
    pub level: &'static str,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// Respondents who mention it.
    pub respondents: [u64; 2],
    /// Its part of the share of promoters.
    pub promoter: Both,
    /// Its part of the share of detractors.
    pub detractor: Both,
    /// The first less the second.
    pub net: Both,
}

impl Moved {
    /// How far the net contribution moves.
    pub fn net_move(&self) -> f64 {
        self.net[1] - self.net[0]
    }

    /// Whether anything of it moves.
    pub fn moves(&self) -> bool {
        let differs = |it: &Both| it[0].to_bits() != it[1].to_bits();
        self.respondents[0] != self.respondents[1] || [self.promoter, self.detractor, self.net].iter().any(differs)
    }
}

/// What moves between two reductions of the same respondents, each with its lexicon.
pub(super) fn moves(cells: [&Cells; 2], lexicons: [&Lexicon; 2], credit: Credit) -> Result<Moves> {
    let total = |at: usize| -> Result<(CellFigures, Vec<Arc<RowLabel>>)> {
        let grouping = Grouping { credit, periods: Periods::All, levels: vec![Vec::new()], ..Grouping::standard(0) };
        let grouped = cells[at].group(&grouping);
        let members = grouped.members(None, &[]);
        let figures = grouped.figures_without_regressions(&members).into_iter().next().ok_or_else(|| {
            let message = "the survey has no respondents to compare";
            crate::error::Error::new(crate::error::ErrorKind::Input, "no_respondents", message)
        })?;
        let matrix = responsibility_matrix(lexicons[at])?;
        let labels = Labels::new(lexicons[at], cells[at].tree(), &matrix, &[]);
        let rows = figures.drivers.iter().map(|driver| labels.row(driver.row)).collect();
        Ok((figures, rows))
    };
    let both = [total(0)?, total(1)?];
    let mut rows: Vec<Moved> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for at in [1, 0] {
        let (figures, labels) = &both[at];
        for (driver, label) in figures.drivers.iter().zip(labels) {
            let place = *places.entry(label.driver.clone()).or_insert_with(|| {
                rows.push(empty(label));
                rows.len() - 1
            });
            let row = &mut rows[place];
            row.respondents[at] = driver.mentions.respondents;
            row.promoter[at] = driver.promoter_contribution.value;
            row.detractor[at] = driver.detractor_contribution.value;
            row.net[at] = driver.net_contribution.value;
        }
    }
    let [(before, _), (after, _)] = &both;
    let share = |comments: u64, of: &dyn Fn(&CellFigures) -> f64| (comments > 0).then(|| [of(before), of(after)]);
    let band = |at: usize| share(after.bands[at].comments, &move |it| it.bands[at].coverage.get());
    Ok(Moves {
        n: after.n,
        nps: after.nps.map(|it| it.value),
        coverage: share(after.comments, &|it| it.coverage.get()),
        coverage_promoters: band(crate::types::Band::Promoter as usize),
        coverage_detractors: band(crate::types::Band::Detractor as usize),
        rows,
    })
}

fn empty(label: &RowLabel) -> Moved {
    Moved {
        driver: label.driver.clone(),
        parent: label.parent.clone(),
        level: label.level.as_str(),
        name_zh: label.name_zh.clone(),
        name_en: label.name_en.clone(),
        respondents: [0; 2],
        promoter: [0.0; 2],
        detractor: [0.0; 2],
        net: [0.0; 2],
    }
}
