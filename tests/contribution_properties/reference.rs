//! The method page, slowly: what a cell must hold, worked out from the respondents for every figure anew.
//!
//! Shares no code with the module that it checks.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use verbatim::contribution::{CellFigures, Credit, DriverFigures, DriverTree, Row};
use verbatim::types::{Band, Residual, Stance};

/// A tree as parents by number, each above its children.
pub type Parents = Vec<Option<usize>>;

#[derive(Debug, Clone)]
pub struct Answer {
    pub period: String,
    pub segments: [String; 2],
    pub score: Option<f64>,
    pub band: Option<Band>,
    pub micros: u64,
    pub said: BTreeMap<usize, Stance>,
    pub residual: Residual,
}

pub fn name(driver: usize) -> String {
    format!("d{driver}")
}

pub fn near(got: f64, want: f64) -> Result<(), TestCaseError> {
    prop_assert!((got - want).abs() < 1e-12, "{} is not {}", got, want);
    Ok(())
}

/// From the top down to the driver; an implicit leaf ends in "general".
type Path = Vec<String>;

fn path(parents: &Parents, driver: usize) -> Path {
    let mut path = parents[driver].map_or_else(Vec::new, |above| path(parents, above));
    path.push(name(driver));
    path
}

fn is_leaf(parents: &Parents, driver: usize) -> bool {
    !parents.contains(&Some(driver))
}

/// Where a mention's credit goes.
fn leaf_path(parents: &Parents, driver: usize) -> Path {
    let mut path = path(parents, driver);
    if !is_leaf(parents, driver) {
        path.push("general".into());
    }
    path
}

/// Method §2: each path that takes credit, and how much.
pub fn reference_credit(parents: &Parents, rule: Credit, band: Band, answer: &Answer) -> BTreeMap<Path, f64> {
    if answer.said.is_empty() {
        return BTreeMap::from([(vec![answer.residual.as_str().into()], 1.0)]);
    }
    let with = |stances: &[Stance]| -> BTreeSet<Path> {
        let those = answer.said.iter().filter(|(_, stance)| stances.contains(stance));
        those.map(|(driver, _)| leaf_path(parents, *driver)).collect()
    };
    let side = match band {
        Band::Promoter => with(&[Stance::Positive, Stance::Mixed]),
        Band::Detractor => with(&[Stance::Negative, Stance::Mixed]),
        Band::Passive => with(&Stance::ALL),
    };
    let all = if side.is_empty() { with(&[Stance::Neutral]) } else { side };
    if all.is_empty() {
        return BTreeMap::from([(vec!["contrary".into()], 1.0)]);
    }
    let beaten = |path: &Path| match path.split_last() {
        Some((last, parent)) if last == "general" => all.iter().any(|other| other != path && other.starts_with(parent)),
        _ => false,
    };
    let eligible: Vec<Path> = all.iter().filter(|path| !beaten(path)).cloned().collect();
    match rule {
        Credit::Equal => eligible.iter().map(|path| (path.clone(), 1.0 / eligible.len() as f64)).collect(),
        Credit::Grouped => {
            let mut out = BTreeMap::new();
            by_level(&eligible, 0, 1.0, &mut out);
            out
        }
    }
}

fn by_level(eligible: &[Path], level: usize, share: f64, out: &mut BTreeMap<Path, f64>) {
    let names: BTreeSet<&String> = eligible.iter().filter_map(|path| path.get(level)).collect();
    if names.is_empty() {
        out.insert(eligible[0].clone(), share);
    }
    for name in &names {
        let below: Vec<Path> = eligible.iter().filter(|path| path[level] == **name).cloned().collect();
        by_level(&below, level + 1, share / names.len() as f64, out);
    }
}

pub fn leaves(parents: &Parents) -> Vec<usize> {
    (0..parents.len()).filter(|driver| is_leaf(parents, *driver)).collect()
}

pub fn all_orders(left: &[usize], so_far: &mut Vec<usize>, out: &mut Vec<Vec<usize>>) {
    if left.is_empty() {
        out.push(so_far.clone());
    }
    for (at, driver) in left.iter().enumerate() {
        let mut others = left.to_vec();
        others.remove(at);
        so_far.push(*driver);
        all_orders(&others, so_far, out);
        so_far.pop();
    }
}

/// Whether the leaves of each parent stand together in the order.
pub fn keeps_families(parents: &Parents, order: &[usize]) -> bool {
    (0..parents.len()).all(|parent| {
        let inside = |leaf: &usize| path(parents, *leaf).contains(&name(parent));
        order.chunk_by(|a, b| inside(a) == inside(b)).filter(|run| inside(&run[0])).count() <= 1
    })
}

/// The id in the driver column: the last name, and for an implicit leaf its parent's before it.
pub fn id_of(path: &[String]) -> String {
    match path {
        [.., parent, last] if last == "general" => format!("{parent}.general"),
        [.., last] => last.clone(),
        [] => String::new(),
    }
}

/// Both sides together: what is said of a parent.
fn together(stances: &[Stance]) -> Stance {
    let praised = stances.iter().any(|stance| matches!(stance, Stance::Positive | Stance::Mixed));
    let blamed = stances.iter().any(|stance| matches!(stance, Stance::Negative | Stance::Mixed));
    match (praised, blamed) {
        (true, true) => Stance::Mixed,
        (true, false) => Stance::Positive,
        (false, true) => Stance::Negative,
        (false, false) => Stance::Neutral,
    }
}

pub fn check_cell(
    parents: &Parents,
    tree: &DriverTree,
    rule: Credit,
    inside: &[&Answer],
    everyone: &[Answer],
    cell: &CellFigures,
) -> Result<(), TestCaseError> {
    let w = |answer: &Answer| answer.micros as f64 / 1e6;
    let scored: Vec<&Answer> = inside.iter().copied().filter(|answer| answer.band.is_some()).collect();
    let whole: f64 = scored.iter().map(|answer| w(answer)).sum();
    let squares: f64 = scored.iter().map(|answer| w(answer) * w(answer)).sum();
    prop_assert_eq!(cell.respondents, inside.len() as u64);
    prop_assert_eq!(cell.unscored, (inside.len() - scored.len()) as u64);
    prop_assert_eq!(cell.n, scored.len() as u64);
    near(cell.weight / whole.max(1e-9), if scored.is_empty() { 0.0 } else { 1.0 })?;
    near(cell.n_eff, if scored.is_empty() { 0.0 } else { whole * whole / squares })?;
    prop_assert_eq!(cell.low_base, cell.n_eff < 30.0);
    let part = |of: f64, all: f64| if all == 0.0 { 0.0 } else { of / all };
    let (mut comments, mut covered) = (0, 0);
    for band in Band::ALL {
        let of: Vec<&Answer> = scored.iter().copied().filter(|answer| answer.band == Some(band)).collect();
        let wrote = |a: &&&Answer| !a.said.is_empty() || a.residual != Residual::NoComment;
        let names = |a: &&&Answer| !a.said.is_empty();
        let figures = cell.band(band);
        prop_assert_eq!(figures.n, of.len() as u64);
        prop_assert_eq!(figures.comments, of.iter().filter(wrote).count() as u64);
        prop_assert_eq!(figures.covered, of.iter().filter(names).count() as u64);
        near(figures.share.get(), part(of.iter().map(|a| w(a)).sum(), whole))?;
        let weights = |those: Vec<&&Answer>| those.iter().map(|a| w(a)).sum::<f64>();
        let coverage = part(weights(of.iter().filter(names).collect()), weights(of.iter().filter(wrote).collect()));
        near(figures.coverage.get(), coverage)?;
        comments += figures.comments;
        covered += figures.covered;
    }
    prop_assert_eq!((cell.comments, cell.covered), (comments, covered));
    let nps = 100.0 * (cell.band(Band::Promoter).share.get() - cell.band(Band::Detractor).share.get());
    prop_assert_eq!(cell.nps.is_some(), !scored.is_empty());
    near(cell.nps.map_or(0.0, |nps| nps.value) / 100.0, nps / 100.0)?;

    // Every leaf, every parent, the implicit leaves of parents that anyone mentions in any cell, and the buckets.
    let mut rows: BTreeMap<String, Path> = (0..parents.len()).map(|d| (name(d), path(parents, d))).collect();
    for driver in everyone.iter().flat_map(|answer| answer.said.keys()) {
        let path = leaf_path(parents, *driver);
        rows.insert(id_of(&path), path);
    }
    rows.extend(Residual::ALL.map(|bucket| (bucket.as_str().to_owned(), vec![bucket.as_str().to_owned()])));
    let got: Vec<String> = cell.drivers.iter().map(|driver| driver.row.id(tree)).collect();
    if cell.key.level.len() < 2 {
        prop_assert_eq!(got.len(), rows.len());
    } else {
        // Levels of several columns list only what somebody of the cell mentions or explains a score by.
        prop_assert!(cell.drivers.iter().all(|driver| driver.mentions.respondents > 0 || driver.mass() > 0.0));
        let listed = cell.drivers.iter().filter(|driver| matches!(driver.row, Row::Taker(_)));
        near(listed.map(DriverFigures::mass).sum(), if scored.is_empty() { 0.0 } else { 1.0 })?;
    }
    for (figures, id) in cell.drivers.iter().zip(&got) {
        let path = &rows[id];
        let credit = |answer: &Answer, band: Band| -> f64 {
            let all = reference_credit(parents, rule, band, answer);
            all.iter().filter(|(taker, _)| taker.starts_with(path)).map(|(_, credit)| credit).sum()
        };
        let sum = |band: Band| -> f64 {
            scored
                .iter()
                .filter(|answer| answer.band == Some(band))
                .map(|answer| w(answer) * credit(answer, band))
                .sum()
        };
        let [detractors, passives, promoters] = Band::ALL.map(sum);
        near(figures.promoter_contribution.value, part(promoters, whole))?;
        near(figures.passive_contribution.value, part(passives, whole))?;
        near(figures.detractor_contribution.value, part(detractors, whole))?;
        near(figures.net_contribution.value, part(promoters - detractors, whole))?;
        for (got, band, sum) in [
            (figures.share_of_promoters, Band::Promoter, promoters),
            (figures.share_of_detractors, Band::Detractor, detractors),
        ] {
            let all: f64 = scored.iter().filter(|answer| answer.band == Some(band)).map(|answer| w(answer)).sum();
            prop_assert_eq!(got.is_some(), all > 0.0);
            near(got.map_or(0.0, |share| share.value), part(sum, all))?;
        }
        // Mentions: who says anything at or below the path; of a bucket, whom it holds.
        let said = |answer: &Answer| -> Vec<Stance> {
            let those = answer.said.iter().filter(|(driver, _)| leaf_path(parents, **driver).starts_with(path));
            those.map(|(_, stance)| *stance).collect()
        };
        let held = |answer: &Answer| match answer.band {
            Some(band) => credit(answer, band) > 0.0,
            None => answer.said.is_empty() && answer.residual.as_str() == id,
        };
        let bucket = Residual::parse(id).is_some();
        let there = |answer: &Answer| if bucket { held(answer) } else { !said(answer).is_empty() };
        let count = |test: &dyn Fn(&Answer) -> bool| inside.iter().filter(|answer| test(answer)).count() as u64;
        prop_assert_eq!(figures.mentions.respondents, count(&there), "{}", id);
        for band in Band::ALL {
            prop_assert_eq!(figures.mentions.band(band), count(&|a| a.band == Some(band) && there(a)), "{}", id);
        }
        for stance in Stance::ALL {
            let with = |a: &Answer| !said(a).is_empty() && together(&said(a)) == stance;
            prop_assert_eq!(figures.mentions.stance(stance), count(&with), "{} {:?}", id, stance);
        }
    }
    Ok(())
}
