//! The contribution module on random trees and surveys: against the slow reference, against the values of games, and against
//! itself in parts.
//!
//! Not for single rules: those are checked by hand in `contribution.rs`.

// Helpers of tests fail by panic, as tests do.
#![allow(clippy::unwrap_used)]

mod reference;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use reference::{Answer, Parents, all_orders, check_cell, id_of, keeps_families, leaves, name, near, reference_credit};
use verbatim::contribution::{
    Cells, Credit, DriverFigures, DriverIx, DriverTree, Grouping, Respondent, Row, Taker, credits,
};
use verbatim::types::{Band, Residual, Said, Stance, Voices, Weight};

fn parents(most: usize) -> impl Strategy<Value = Parents> {
    prop::collection::vec(prop::option::of(any::<prop::sample::Index>()), most / 2..=most).prop_map(|picks| {
        let pick =
            |(at, pick): (usize, Option<prop::sample::Index>)| pick.filter(|_| at > 0).map(|pick| pick.index(at));
        picks.into_iter().enumerate().map(pick).collect()
    })
}

fn answer(drivers: usize) -> impl Strategy<Value = Answer> {
    let stance = prop::sample::select(Stance::ALL.to_vec());
    let label = |words: &'static [&'static str]| prop::sample::select(words).prop_map(str::to_owned);
    (
        label(&["2024-01", "2024-02", "2023-12"]),
        [label(&["tv", "fridge", ""]), label(&["north", "south"])],
        prop::option::weighted(0.85, prop::sample::select(Band::ALL.to_vec())),
        prop_oneof![Just(1_000_000_u64), 1_u64..3_000_000, Just(333_333), Just(1_000_000_000_000)],
        prop::collection::btree_map(0..drivers, stance, 0..=6.min(drivers)),
        prop::sample::select(Residual::ALL[1..].to_vec()),
        0_u8..=10,
    )
        .prop_map(|(period, segments, band, micros, said, residual, score)| {
            let score = band.map(|_| f64::from(score));
            Answer { period, segments, score, band, micros, said, residual }
        })
}

fn survey(drivers: usize, answers: usize) -> impl Strategy<Value = (Parents, Vec<Answer>)> {
    parents(drivers).prop_flat_map(move |parents| {
        let drivers = parents.len();
        (Just(parents), prop::collection::vec(answer(drivers), 1..=answers))
    })
}

fn credit() -> impl Strategy<Value = Credit> {
    prop::sample::select(vec![Credit::Equal, Credit::Grouped])
}

/// The module's tree, with the drivers listed backwards where asked, so that children stand before their parents.
fn tree(parents: &Parents, backwards: bool) -> Arc<DriverTree> {
    let mut list: Vec<_> = parents.iter().enumerate().map(|(at, above)| (name(at), above.map(name))).collect();
    if backwards {
        list.reverse();
    }
    Arc::new(DriverTree::new(list).unwrap())
}

fn add(cells: &mut Cells, tree: &DriverTree, answer: &Answer) {
    let said: Vec<Said> =
        answer.said.iter().map(|(at, stance)| (tree.ix(&name(*at)).unwrap(), *stance).into()).collect();
    let segments: Vec<&str> = answer.segments.iter().map(String::as_str).collect();
    cells.add(&Respondent {
        period: &answer.period,
        segments: &segments,
        score: answer.score,
        band: answer.band,
        weight: Weight::from_micros(answer.micros).unwrap(),
        said: &said,
        voices: Voices::NONE,
        residual: answer.said.is_empty().then_some(answer.residual),
    });
}

fn cells<'a>(tree: &Arc<DriverTree>, answers: impl IntoIterator<Item = &'a Answer>) -> Cells {
    let mut cells = Cells::new(Arc::clone(tree), vec!["product".into(), "region".into()]);
    for answer in answers {
        add(&mut cells, tree, answer);
    }
    cells
}

/// Total, both single columns and both together.
fn spec(credit: Credit) -> Grouping {
    Grouping { credit, levels: vec![vec![], vec![0], vec![1], vec![0, 1]], ..Grouping::standard(2) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Every figure of every cell is what the page says.
    #[test]
    fn all_cells_are_as_the_page_says((parents, answers) in survey(9, 14), rule in credit(), backwards: bool) {
        let tree = tree(&parents, backwards);
        let figures = cells(&tree, &answers).finish(&spec(rule));
        let mut seen = 0;
        for cell in &figures {
            let inside: Vec<&Answer> = answers
                .iter()
                .filter(|answer| cell.key.period.as_ref().is_none_or(|period| *period == answer.period))
                .filter(|answer| {
                    let mut both = cell.key.segments.iter().zip(&answer.segments);
                    both.all(|(wanted, value)| wanted.as_ref().is_none_or(|wanted| wanted == value))
                })
                .collect();
            prop_assert!(!inside.is_empty());
            seen += inside.len();
            check_cell(&parents, &tree, rule, &inside, &answers, cell)?;
        }
        prop_assert_eq!(seen, answers.len() * 8, "each respondent is in one cell of each level and period");
    }

    /// Sums over rows: P, D and the NPS; over children: the parent.
    #[test]
    fn rows_add_up_in_every_cell((parents, answers) in survey(12, 30), rule in credit()) {
        let tree = tree(&parents, false);
        for cell in cells(&tree, &answers).finish(&spec(rule)) {
            let takers = || cell.drivers.iter().filter(|driver| matches!(driver.row, Row::Taker(_)));
            near(takers().map(|d| d.promoter_contribution).sum(), cell.band(Band::Promoter).share.get())?;
            near(takers().map(|d| d.detractor_contribution).sum(), cell.band(Band::Detractor).share.get())?;
            near(takers().map(|d| d.passive_contribution).sum(), cell.band(Band::Passive).share.get())?;
            if let Some(nps) = cell.nps {
                near(takers().map(|d| d.net_contribution).sum(), nps.value / 100.0)?;
                prop_assert!(-100.0 <= nps.low && nps.low <= nps.high && nps.high <= 100.0);
                near(cell.bands.iter().map(|band| band.share.get()).sum(), 1.0)?;
            }
            for parent in &cell.drivers {
                let Row::Parent(driver) = parent.row else { continue };
                let id = tree.id(driver);
                let children = cell.drivers.iter().filter(|child| match child.row {
                    Row::Taker(Taker::General(of)) => of == driver,
                    Row::Taker(Taker::Leaf(of)) | Row::Parent(of) => tree.parent(of) == Some(driver),
                    Row::Taker(_) => false,
                });
                let sum = |of: fn(&DriverFigures) -> f64| children.clone().map(of).sum::<f64>();
                prop_assert!((parent.promoter_contribution - sum(|d| d.promoter_contribution)).abs() < 1e-12, "{}", id);
                prop_assert!((parent.passive_contribution - sum(|d| d.passive_contribution)).abs() < 1e-12, "{}", id);
                prop_assert!((parent.net_contribution - sum(|d| d.net_contribution)).abs() < 1e-12, "{}", id);
            }
        }
    }

    /// Whoever counts which part, and in whatever order the parts are merged: the same bits.
    #[test]
    fn parts_merge_to_the_same_bits(
        (parents, answers) in survey(9, 40),
        rule in credit(),
        parts in prop::collection::vec(0_usize..5, 40),
        order in Just((0..40_usize).collect::<Vec<_>>()).prop_shuffle(),
        merges in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 4),
    ) {
        let tree = tree(&parents, false);
        let whole = cells(&tree, &answers);
        let shuffled: Vec<usize> = order.into_iter().filter(|at| *at < answers.len()).collect();
        let part = |part| cells(&tree, shuffled.iter().filter(|at| parts[**at] == part).map(|at| &answers[*at]));
        let mut rest: Vec<Cells> = (0..5).map(part).collect();
        for (into, from) in merges {
            let from = rest.swap_remove(from.index(rest.len()));
            let into = into.index(rest.len());
            rest[into].merge(from);
        }
        prop_assert_eq!(rest.len(), 1);
        prop_assert_eq!(rest[0].respondents(), whole.respondents());
        // As text, because that tells all bits of a float apart, the sign of zero included.
        prop_assert_eq!(format!("{:?}", rest[0].finish(&spec(rule))), format!("{:?}", whole.finish(&spec(rule))));
    }

}

proptest! {
    // Cheap ones, and only deep trees with several comments in several branches put grouped credit to the test.
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Equal credit is the Shapley value of the coverage game, grouped credit its Owen value with the tree as coalitions.
    #[test]
    fn credit_is_the_value_of_the_coverage_game(
        parents in parents(9).prop_filter("at most 6 leaves", |parents| leaves(parents).len() <= 6),
        comments in prop::collection::vec((prop::collection::vec(any::<bool>(), 6), 1_u64..2_000_000), 1..8),
        rule in credit(),
    ) {
        let leaves = leaves(&parents);
        let tree = tree(&parents, true);
        let mut cells = Cells::new(Arc::clone(&tree), Vec::new());
        let mut explained: Vec<(BTreeSet<usize>, f64)> = Vec::new();
        for (named, micros) in &comments {
            let set: BTreeSet<usize> = leaves.iter().zip(named).filter(|(_, named)| **named).map(|(leaf, _)| *leaf).collect();
            let said: Vec<Said> =
                set.iter().map(|leaf| (tree.ix(&name(*leaf)).unwrap(), Stance::Positive).into()).collect();
            cells.add(&Respondent {
                period: "",
                segments: &[],
                score: None,
                band: Some(Band::Promoter),
                weight: Weight::from_micros(*micros).unwrap(),
                said: &said,
                voices: Voices::NONE,
                residual: Some(Residual::NoDriver),
            });
            explained.push((set, *micros as f64));
        }
        let all: f64 = explained.iter().map(|(_, weight)| weight).sum();
        let v = |coalition: &[usize]| -> f64 {
            let by = |set: &BTreeSet<usize>| coalition.iter().any(|driver| set.contains(driver));
            explained.iter().filter(|(set, _)| by(set)).map(|(_, weight)| weight / all).sum()
        };
        let mut orders = Vec::new();
        all_orders(&leaves, &mut Vec::new(), &mut orders);
        if rule == Credit::Grouped {
            orders.retain(|order| keeps_families(&parents, order));
        }
        let cell = cells.finish(&Grouping { credit: rule, ..Grouping::standard(0) }).remove(0);
        for leaf in &leaves {
            let gain = |order: &Vec<usize>| {
                let at = order.iter().position(|driver| driver == leaf).unwrap();
                v(&order[..=at]) - v(&order[..at])
            };
            let value = orders.iter().map(gain).sum::<f64>() / orders.len() as f64;
            let row = cell.drivers.iter().find(|driver| driver.row.id(&tree) == name(*leaf)).unwrap();
            near(row.promoter_contribution, value)?;
        }
    }

    /// The public rule gives each taker once and one respondent in all.
    #[test]
    fn credits_sum_to_one((parents, answers) in survey(9, 1), rule in credit(), band in prop::sample::select(Band::ALL.to_vec())) {
        let tree = tree(&parents, false);
        let stances: Vec<(DriverIx, Stance)> =
            answers[0].said.iter().map(|(at, stance)| (tree.ix(&name(*at)).unwrap(), *stance)).collect();
        let mut out = Vec::new();
        credits(&tree, rule, band, &stances, answers[0].residual, &mut out);
        let got: BTreeMap<String, f64> = out.iter().map(|(taker, denom)| (taker.id(&tree), 1.0 / f64::from(*denom))).collect();
        prop_assert_eq!(got.len(), out.len());
        near(got.values().sum(), 1.0)?;
        let want = reference_credit(&parents, rule, band, &answers[0]);
        prop_assert_eq!(got.len(), want.len());
        for (path, credit) in want {
            near(got[&id_of(&path)], credit)?;
        }
    }
}
