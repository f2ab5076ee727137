//! Rows of `follow_ups`: whom to get back to, about what, and who does it.
//!
//! Not any text. What explains a score is what takes its credit (`contribution::credit`); respondents who said no are in no row.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::super::count::TagColumns;
use super::super::respondents::Respondents;
use super::{Tables, Totals};
use crate::contribution::{CellFigures, Credit, DriverFigures, DriverTree, Row, Taker, credits};
use crate::error::Result;
use crate::tables::{
    FollowUpRow, Kind, Layout, PartId, PartInfo, RowLabel, Table, comments_schema, day, read_part, respondents_of,
};
use crate::types::{Band, Consent, Residual, Said, Stance};

/// The part of a band's drivers that comes first.
const FIRST: f64 = 0.5;

/// A driver as a follow-up of one band sees it.
struct Weight {
    label: Arc<RowLabel>,
    /// The functions that own most of it.
    function: Option<String>,
    /// Who answers for it.
    owner: Option<String>,
    /// What it makes of the band in the period, 0–1.
    points: f64,
    /// Whether it is among those that make half of what drivers make.
    first: bool,
}

/// By what takes credit, for one band.
type Weights = HashMap<Taker, Weight>;

/// Stages `follow_ups` of a touched period, whose `comments` are staged.
pub(super) fn stage(
    tables: &Tables<'_>,
    totals: &Totals,
    period: Option<&str>,
    label: &str,
) -> Result<Option<(PartId, PartInfo)>> {
    let part = PartId::new(Table::Comments, label);
    let Some(total) = totals.of(period).filter(|_| tables.merged.parts.contains_key(&part)) else { return Ok(None) };
    let weights = Band::ALL.map(|band| weights(tables, total, band));
    let mut writer = tables.sheets.follow_ups.writer(tables.output.stage(Table::FollowUps, label));
    each_row(tables, &tables.output.stage(Table::Comments, label), label, &weights, |rows| {
        writer.push(&tables.sheets.follow_ups.rows(rows)?)
    })?;
    Ok(Some((PartId::new(Table::FollowUps, label), writer.finish()?)))
}

/// What a driver makes of a band.
fn points(driver: &DriverFigures, band: Band) -> f64 {
    match band {
        Band::Detractor => driver.detractor_contribution.value,
        Band::Passive => driver.passive_contribution.value,
        Band::Promoter => driver.promoter_contribution.value,
    }
}

fn weights(tables: &Tables<'_>, total: &CellFigures, band: Band) -> Weights {
    let of_driver = |driver: &DriverFigures| match driver.row {
        Row::Taker(taker @ (Taker::Leaf(ix) | Taker::General(ix))) => {
            Some((taker, ix, points(driver, band), driver.row))
        }
        _ => None,
    };
    let mut drivers: Vec<_> = total.drivers.iter().filter_map(of_driver).collect();
    // Of equal ones the first in the order of tables.
    drivers.sort_by(|(_, _, one, _), (_, _, other, _)| other.total_cmp(one));
    let all: f64 = drivers.iter().map(|(_, _, points, _)| points).sum();
    let mut before = 0.0;
    let mut weights = Weights::new();
    for (taker, ix, points, row) in drivers {
        let first = points > 0.0 && before < FIRST * all;
        before += points;
        let (label, function, owner) = (tables.labels.row(row), tables.owning_functions(ix), tables.owner(ix));
        weights.insert(taker, Weight { label, function, owner, points, first });
    }
    weights
}

/// Calls `each` with the rows of one batch of comments after the other.
fn each_row(
    tables: &Tables<'_>,
    comments: &Path,
    label: &str,
    weights: &[Weights; 3],
    mut each: impl FnMut(&[FollowUpRow]) -> Result<()>,
) -> Result<()> {
    let (shop, mut said) = (tables.shop, Vec::new());
    // Texts are most of the file, and say nothing here.
    let layout = Layout { texts: Vec::new(), ..shop.layout.clone() };
    let schema = comments_schema(&layout);
    let columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    // Where the survey asks for consent, silence is none.
    let silence = if shop.mapping.consent.is_some() { Consent::No } else { Consent::Yes };
    // This run has just written the file: its digest tells nothing.
    for batch in read_part(comments, None, Some(&columns))? {
        let batch = batch?;
        let rows = respondents_of(&batch, label, &layout)?;
        let (respondents, tags) = (Respondents::of(&rows, &layout)?, TagColumns::of(&batch)?);
        let mut found = Vec::new();
        for row in 0..batch.num_rows() {
            let Some(band) = respondents.band(row)? else { continue };
            if respondents.consent(row)?.unwrap_or(silence) == Consent::No {
                continue;
            }
            tags.said(row, &shop.tree, &mut said)?;
            let takers = explaining(&shop.tree, band, &said);
            let of_band = &weights[band as usize];
            let mut named: Vec<&Weight> = takers.iter().filter_map(|taker| of_band.get(taker)).collect();
            named.sort_by(|one, other| {
                other.points.total_cmp(&one.points).then_with(|| one.label.driver.cmp(&other.label.driver))
            });
            found.push(FollowUpRow {
                id: respondents.id(row).to_owned(),
                customer: respondents.customer(row).map(str::to_owned),
                date: respondents.date(row).map(day),
                segments: respondents.segments(row).map(str::to_owned).collect(),
                score: respondents.score(row),
                kind: Kind::of(band),
                priority: match named.as_slice() {
                    [] => 3,
                    named if named.iter().any(|weight| weight.first) => 1,
                    _ => 2,
                },
                driver: named.first().map(|weight| {
                    (weight.label.driver.clone(), weight.label.name_zh.clone(), weight.label.name_en.clone())
                }),
                drivers: named.iter().map(|weight| weight.label.driver.as_str()).collect::<Vec<_>>().join(" / "),
                function: named.first().and_then(|weight| weight.function.clone()),
                owner: named.first().and_then(|weight| weight.owner.clone()),
            });
        }
        each(&found)?;
    }
    Ok(())
}

/// What explains the score. What holds a passive back is what it blames, where it blames anything.
fn explaining(tree: &DriverTree, band: Band, said: &[Said]) -> Vec<Taker> {
    let blames = |said: &&Said| matches!(said.stance, Stance::Negative | Stance::Mixed);
    let only_blame = band == Band::Passive && said.iter().any(|said| blames(&said));
    let stances: Vec<_> =
        said.iter().filter(|said| !only_blame || blames(said)).map(|said| (said.driver, said.stance)).collect();
    let mut takers = Vec::new();
    credits(tree, Credit::Equal, band, &stances, Residual::NoDriver, &mut takers);
    takers.into_iter().map(|(taker, _)| taker).collect()
}
