//! The table `contributions`: one row per cell and driver, parent, residual bucket or roll-up, with what it adds to the score.
//!
//! Not where any of it is computed: rows hold figures as `contribution` made them.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use super::columns::{Column, cell, count, driver, estimate_or_null, flag, number_or_null, word_or_null};
use super::label::{CellLabel, RowLabel};
use super::layout::Layout;
use super::partition::Table;
use super::sheet::Sheet;
use crate::contribution::{Coefficient, DriverFigures, Fit, Note, Quadrant, Regressed, Side};
use crate::error::Result;
use crate::types::{Band, Stance};

/// One driver, parent, residual bucket or roll-up in one cell of one period.
#[derive(Debug, Clone)]
pub struct ContributionRow {
    /// The cell.
    pub cell: Arc<CellLabel>,
    /// What the row is of.
    pub label: Arc<RowLabel>,
    /// Its figures.
    pub figures: DriverFigures,
    /// Whether anybody of the cell has a score; where nobody has, contributions are null.
    pub scored: bool,
    /// How the cell's importances were found.
    pub fit: Option<Fit>,
    /// Whether the cell's `n_eff` is below the configured minimum.
    pub low_base: bool,
}

type Row = ContributionRow;

/// A figure of a regression.
fn regressed<T: 'static>(get: fn(&Regressed) -> Option<T>) -> impl Fn(&Row) -> Option<T> + 'static {
    move |r: &Row| r.figures.regressed.as_ref().and_then(get)
}

/// The three columns of a coefficient.
fn coefficient(name: &str, says: &str, get: fn(&Regressed) -> Option<Coefficient>) -> [Column<Row>; 3] {
    let part = move |part: fn(Coefficient) -> f64| move |r: &Row| r.figures.regressed.as_ref().and_then(get).map(part);
    [
        number_or_null(name, says, part(|it| it.value)),
        number_or_null(&format!("{name}_se"), &format!("Standard error of `{name}` (HC3)."), part(|it| it.se)),
        number_or_null(&format!("{name}_p"), &format!("Two-sided p-value of `{name}`, 0–1."), part(|it| it.p)),
    ]
}

/// The columns in order.
fn contribution_columns(segments: &[String]) -> Vec<Column<Row>> {
    let mut columns = cell(segments, |r: &Row| &r.cell.level, |r| &r.cell.segments);
    columns.extend(driver(|r: &Row| &r.label));
    columns.extend(mention_columns());
    columns.extend(contribution_estimates());
    columns.extend(known_numbers());
    columns.extend(regression_columns());
    columns.push(flag("low_base", "Whether the cell's `n_eff` is below the configured minimum.", |r: &Row| r.low_base));
    columns
}

fn mention_columns() -> Vec<Column<Row>> {
    let rate = |name: &str, who: &str, get: fn(&Row) -> Option<f64>| {
        number_or_null(name, &format!("Weighted share of {who} who mention it, 0–1."), get)
    };
    vec![
        count(
            "n",
            "Respondents, scored or not, who mention it, without weights; of a residual bucket, those in it.",
            |r: &Row| r.figures.mentions.respondents,
        ),
        count("n_positive", "Of `n`, those who only praise it.", |r: &Row| r.figures.mentions.stance(Stance::Positive)),
        count("n_negative", "Of `n`, those who only blame it.", |r: &Row| r.figures.mentions.stance(Stance::Negative)),
        count("n_neutral", "Of `n`, those who name it without praise or blame.", |r: &Row| {
            r.figures.mentions.stance(Stance::Neutral)
        }),
        count("n_mixed", "Of `n`, those who both praise and blame it.", |r: &Row| {
            r.figures.mentions.stance(Stance::Mixed)
        }),
        count("n_promoters", "Of `n`, the promoters.", |r: &Row| r.figures.mentions.band(Band::Promoter)),
        count("n_passives", "Of `n`, the passives.", |r: &Row| r.figures.mentions.band(Band::Passive)),
        count("n_detractors", "Of `n`, the detractors.", |r: &Row| r.figures.mentions.band(Band::Detractor)),
        rate("mention_rate", "scored respondents", |r| r.figures.mentions.rate),
        rate("mention_rate_promoters", "promoters", |r| r.figures.mentions.rate_by_band[Band::Promoter as usize]),
        rate("mention_rate_passives", "passives", |r| r.figures.mentions.rate_by_band[Band::Passive as usize]),
        rate("mention_rate_detractors", "detractors", |r| r.figures.mentions.rate_by_band[Band::Detractor as usize]),
    ]
}

fn contribution_estimates() -> Vec<Column<Row>> {
    let mut columns = Vec::new();
    columns.extend(estimate_or_null(
        "promoter_contribution",
        "Promoters' credit for it as a share of all scored respondents, 0–1; sums to `promoter_share`.",
        |r: &Row| r.scored.then_some(r.figures.promoter_contribution),
    ));
    columns.extend(estimate_or_null(
        "passive_contribution",
        "Passives' credit for it as a share of all scored respondents, 0–1; sums to `passive_share`.",
        |r: &Row| r.scored.then_some(r.figures.passive_contribution),
    ));
    columns.extend(estimate_or_null(
        "detractor_contribution",
        "Detractors' credit for it as a share of all scored respondents, 0–1; sums to `detractor_share`.",
        |r: &Row| r.scored.then_some(r.figures.detractor_contribution),
    ));
    columns.extend(estimate_or_null(
        "net_contribution",
        "Promoter less detractor contribution, −1–1; 100 times the sum is the Net Promoter Score.",
        |r: &Row| r.scored.then_some(r.figures.net_contribution),
    ));
    columns.extend(estimate_or_null(
        "share_of_promoters",
        "Promoter contribution as a part of `promoter_share`, 0–1.",
        |r: &Row| r.figures.share_of_promoters,
    ));
    columns.extend(estimate_or_null(
        "share_of_detractors",
        "Detractor contribution as a part of `detractor_share`, 0–1.",
        |r: &Row| r.figures.share_of_detractors,
    ));
    columns
}

fn known_numbers() -> Vec<Column<Row>> {
    vec![
        number_or_null(
            "lift",
            "Natural logarithm of the odds ratio of mentioning it, promoters against detractors; null where either band is empty.",
            |r: &Row| r.figures.lift.map(|lift| lift.log_odds),
        ),
        number_or_null("lift_z", "`lift` in standard errors.", |r: &Row| r.figures.lift.map(|lift| lift.z)),
        number_or_null("lift_p", "Two-sided p-value of `lift`, 0–1.", |r: &Row| r.figures.lift.map(|lift| lift.p)),
        number_or_null(
            "removal_impact",
            "Score of all less that of those who do not mention it, in NPS points, −200–200; does not add up over drivers; null where everybody mentions it.",
            |r: &Row| r.figures.removal_impact,
        ),
        number_or_null(
            "performance",
            "Praise as a share of praise and blame among those who mention it, 0–1; null without either.",
            |r: &Row| r.figures.performance,
        ),
    ]
}

fn regression_columns() -> Vec<Column<Row>> {
    let mut columns = vec![
        number_or_null(
            "importance",
            "Share of the variance in scores that the drivers explain, −1–1, with the sign of `coefficient`; null where no regression was made.",
            regressed(|it| it.importance),
        ),
        word_or_null(
            "importance_method",
            "`lmg` (Shapley value of R², up to 18 drivers) or `johnson` (relative weights); null where no regression was made.",
            |r: &Row| r.fit.filter(|_| r.figures.regressed.is_some()).map(|fit| fit.method.as_str()),
        ),
        word_or_null(
            "importance_note",
            "Why a driver has no importance: `constant` (nobody, or everybody alike, speaks of it), `collinear` (it follows from drivers before it).",
            |r: &Row| r.figures.regressed.and_then(|it| it.note).map(Note::as_str),
        ),
        number_or_null(
            "coefficient",
            "What a step from blame to silence, or from silence to praise, adds to the score, the other drivers held.",
            regressed(|it| it.coefficient),
        ),
    ];
    columns.extend(coefficient("reward", "What praise of it adds to the score, the others held.", |it| it.reward));
    columns.extend(coefficient(
        "penalty",
        "What blame of it adds to the score, the others held; below 0 where it takes away.",
        |it| it.penalty,
    ));
    columns.extend([
        word_or_null(
            "asymmetry",
            "Which of `reward` and `penalty` differs from 0 at 5 %: `reward`, `penalty`, `both` or `none`.",
            |r: &Row| r.figures.regressed.and_then(|it| it.side).map(Side::as_str),
        ),
        word_or_null(
            "quadrant",
            "Importance against performance, cut at their means weighted by mentions: `fix_first`, `keep_up`, `maintain` or `low_priority`.",
            |r: &Row| r.figures.quadrant.map(Quadrant::as_str),
        ),
    ]);
    columns
}

/// The table `contributions` for a survey of this layout, to make many batches of it.
pub fn contributions_sheet(layout: &Layout) -> Sheet<ContributionRow> {
    Sheet::new(
        Table::Contributions,
        contribution_columns(&layout.segment_columns()),
        Some((layout.segments.len(), |r| &r.cell.segments)),
    )
}

/// The schema of `contributions` for a survey of this layout.
pub fn contributions_schema(layout: &Layout) -> SchemaRef {
    Arc::clone(contributions_sheet(layout).schema())
}

/// The rows of `contributions` for one period, in the order given.
pub fn contributions_rows(rows: &[ContributionRow], layout: &Layout) -> Result<RecordBatch> {
    contributions_sheet(layout).rows(rows)
}
