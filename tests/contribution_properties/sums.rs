//! What must add up, in every cell of random surveys: shares, NPS, roll-ups, functions, changes, volume and rate, mix and rate.
//!
//! Not whether a part is right: the slow reference checks parts.

use std::collections::BTreeMap;

use proptest::prelude::*;
use verbatim::contribution::change::{Measured, Rule, changes};
use verbatim::contribution::mix::{Share, mix_and_rate};
use verbatim::contribution::{
    CellFigures, DriverTree, Estimate, Grouping, Matrix, Periods, Rollup, Row, SegmentValue, Taker,
};
use verbatim::types::Band;

use crate::reference::{Answer, Parents, name, near};
use crate::{answer, cells, credit, parents};

/// By driver: a value of a roll-up of three, if any; and weights of four functions.
type Attributes = Vec<(Option<u16>, [u8; 4])>;

fn attributes(drivers: usize) -> impl Strategy<Value = Attributes> {
    let weight = prop::sample::select(vec![0_u8, 0, 1, 3, 9]);
    prop::collection::vec(
        (prop::option::weighted(0.7, 0_u16..3), [weight.clone(), weight.clone(), weight.clone(), weight]),
        drivers,
    )
}

/// Surveys as they come: of anybody, of one respondent, of promoters alone.
fn survey() -> impl Strategy<Value = (Parents, Attributes, Vec<Answer>)> {
    parents(10).prop_flat_map(|parents| {
        let drivers = parents.len();
        let anybody = prop::collection::vec(answer(drivers), 1..40);
        let promoters = prop::collection::vec(answer(drivers), 1..10).prop_map(|mut answers| {
            for answer in &mut answers {
                (answer.score, answer.band) = (Some(10.0), Some(Band::Promoter));
            }
            answers
        });
        let one = prop::collection::vec(answer(drivers), 1);
        (Just(parents), attributes(drivers), prop_oneof![4 => anybody, 1 => promoters, 1 => one])
    })
}

fn tree(parents: &Parents, attributes: &Attributes) -> std::sync::Arc<DriverTree> {
    let list = parents.iter().enumerate().map(|(at, above)| (name(at), above.map(name))).collect();
    let rollup = Rollup {
        id: "touchpoint".into(),
        values: ["hotline", "visit", "parts"].map(String::from).into(),
        of: attributes.iter().map(|(value, _)| *value).collect(),
    };
    std::sync::Arc::new(DriverTree::new(list).unwrap().with_rollups(vec![rollup]).unwrap())
}

fn matrix(attributes: &Attributes) -> Matrix {
    let rows = attributes.iter().map(|(_, weights)| weights.iter().copied().enumerate().collect()).collect();
    Matrix::new(4, rows).unwrap()
}

fn figures(parents: &Parents, attributes: &Attributes, answers: &[Answer], spec: Grouping) -> Vec<CellFigures> {
    let tree = tree(parents, attributes);
    let spec = Grouping { matrix: Some(std::sync::Arc::new(matrix(attributes))), regression_base: 5, ..spec };
    cells(&tree, answers).finish(&spec)
}

fn within(estimate: &Estimate, least: f64) -> Result<(), TestCaseError> {
    let ordered = least <= estimate.low && estimate.low <= estimate.value;
    prop_assert!(ordered && estimate.value <= estimate.high && estimate.high <= 1.0, "{:?}", estimate);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Roll-ups with the residual buckets, and functions with what nobody owns: P, D and the NPS.
    #[test]
    fn rollups_and_functions_add_up((parents, attributes, answers) in survey(), rule in credit(), pairs: bool) {
        let standard = Grouping { credit: rule, smallest: 3, ..Grouping::standard(2) };
        let spec = if pairs { standard.with_pairs(2) } else { standard };
        for cell in figures(&parents, &attributes, &answers, spec) {
            let [detractors, passives, promoters] = Band::ALL.map(|band| cell.band(band).share.get());
            let rolled = || cell.drivers.iter().filter(|driver| {
                matches!(driver.row, Row::Rollup { .. } | Row::Taker(Taker::Residual(_)))
            });
            if cell.key.level.len() < 2 {
                near(rolled().map(|it| it.promoter_contribution.value).sum(), promoters)?;
                near(rolled().map(|it| it.passive_contribution.value).sum(), passives)?;
                near(rolled().map(|it| it.detractor_contribution.value).sum(), detractors)?;
                near(rolled().map(|it| it.net_contribution.value).sum(), promoters - detractors)?;
            }
            near(cell.functions.iter().map(|it| it.promoter_contribution.value).sum(), promoters)?;
            near(cell.functions.iter().map(|it| it.detractor_contribution.value).sum(), detractors)?;
            near(cell.functions.iter().map(|it| it.net_contribution.value).sum(), promoters - detractors)?;
            let shares: f64 = cell.functions.iter().filter_map(|it| it.technical_share).sum();
            prop_assert!(shares == 0.0 || (shares - 1.0).abs() < 1e-12);
            for driver in cell.drivers.iter().filter(|_| cell.n > 0) {
                within(&driver.promoter_contribution, 0.0)?;
                within(&driver.passive_contribution, 0.0)?;
                within(&driver.detractor_contribution, 0.0)?;
                within(&driver.net_contribution, -1.0)?;
                prop_assert!(driver.net_variance >= 0.0 && driver.net_variance.is_finite());
                prop_assert!(driver.lift.is_none_or(|lift| lift.z.is_finite() && (0.0..=1.0).contains(&lift.p)));
                prop_assert!(driver.performance.is_none_or(|share| (0.0..=1.0).contains(&share)));
                prop_assert!(driver.removal_impact.is_none_or(|impact| impact.abs() <= 200.0));
            }
            let importances = cell.drivers.iter().filter_map(|it| it.regressed?.importance);
            let importances: Vec<f64> = importances.collect();
            prop_assert!(importances.iter().all(|it| it.is_finite()));
            let whole: f64 = importances.iter().map(|it| it.abs()).sum();
            prop_assert!(importances.is_empty() || (whole - 1.0).abs() < 1e-9, "{}", whole);
        }
    }

    /// The removal impact is that of the respondents who do not mention the driver, and of the formula with counts (Qualtrics' threads).
    #[test]
    fn removal_impact_is_that_of_those_who_are_left((parents, attributes, answers) in survey()) {
        let mut answers = answers;
        for answer in &mut answers {
            answer.micros = 1_000_000;
        }
        let spec = Grouping { levels: vec![vec![]], periods: Periods::All, ..Grouping::standard(2) };
        let cell = figures(&parents, &attributes, &answers, spec).remove(0);
        let (all, nps) = (cell.n as f64, cell.nps.map_or(0.0, |nps| nps.value));
        for driver in &cell.drivers {
            let [detractors, passives, promoters] = driver.mentions.by_band.map(|n| n as f64);
            let those = detractors + passives + promoters;
            prop_assert_eq!(driver.removal_impact.is_some(), those < all);
            if let Some(impact) = driver.removal_impact.filter(|_| those > 0.0) {
                let theirs = 100.0 * (promoters - detractors) / those;
                prop_assert!((impact - those * (theirs - nps) / (all - those)).abs() < 1e-9);
            }
        }
    }

    /// Every pair of two segment values is a cell of its own or in `(small)`, and nobody is lost.
    #[test]
    fn small_cells_hold_what_is_too_small((parents, attributes, answers) in survey(), smallest in 1_u64..8) {
        let spec = Grouping { levels: vec![vec![0, 1]], smallest, periods: Periods::All, ..Grouping::standard(2) };
        let cells = figures(&parents, &attributes, &answers, spec);
        let mut pairs: BTreeMap<[&str; 2], u64> = BTreeMap::new();
        for answer in &answers {
            *pairs.entry([&answer.segments[0], &answer.segments[1]]).or_default() += 1;
        }
        let large: Vec<u64> = pairs.values().copied().filter(|n| *n >= smallest).collect();
        let rest = answers.len() as u64 - large.iter().sum::<u64>();
        let got: Vec<u64> = cells.iter().map(|cell| cell.respondents).collect();
        prop_assert_eq!(got, large.into_iter().chain((rest > 0).then_some(rest)).collect::<Vec<_>>());
        for cell in &cells {
            let small = cell.key.is_small();
            prop_assert_eq!(small, cell.key.segments.iter().all(|value| *value == SegmentValue::Small));
        }
    }

    /// Changes over leaves and buckets sum to that of the score; each is volume and rate; over segment values, mix and rate.
    #[test]
    fn changes_add_up((parents, attributes, answers) in survey(), rule in credit()) {
        let spec = Grouping { credit: rule, periods: Periods::Each, ..Grouping::standard(2) };
        let all = figures(&parents, &attributes, &answers, spec);
        let of = |period: &str, level: &[usize]| -> Vec<&CellFigures> {
            let wanted = |cell: &&CellFigures| cell.key.period.as_deref() == Some(period) && cell.key.level == level;
            all.iter().filter(wanted).filter(|cell| cell.n > 0).collect()
        };
        let (now, then) = (of("2024-02", &[]), of("2024-01", &[]));
        let (Some(now), Some(then)) = (now.first(), then.first()) else { return Ok(()) };
        let takers = |cell: &CellFigures| -> Vec<Measured> {
            cell.drivers.iter().filter(|it| matches!(it.row, Row::Taker(_))).map(|it| it.measured(cell.n)).collect()
        };
        let moved = (now.promoters() - now.detractors()) - (then.promoters() - then.detractors());
        let found = changes(&takers(now), &takers(then), &Rule { least_expected: 0.5, ..Rule::default() });
        near(found.iter().map(|it| it.delta).sum(), moved)?;
        for change in &found {
            near(change.volume + change.rate, change.delta)?;
            prop_assert!(change.low <= change.delta && change.delta <= change.high);
            prop_assert!(change.q.is_none_or(|q| change.p.is_some_and(|p| p <= q + 1e-15 && q <= 1.0)));
        }
        for level in [[0], [1]] {
            let mut values: BTreeMap<String, [Share; 2]> = BTreeMap::new();
            for (side, period) in ["2024-01", "2024-02"].into_iter().enumerate() {
                let cells = of(period, &level);
                let whole: f64 = cells.iter().map(|cell| cell.weight).sum();
                for cell in cells {
                    let none = Share { share: 0.0, nps: 0.0 };
                    let value = format!("{:?}", cell.key.segments);
                    values.entry(value).or_insert([none; 2])[side] =
                        Share { share: cell.weight / whole, nps: cell.promoters() - cell.detractors() };
                }
            }
            let side = |side: usize| values.values().map(|it| it[side]).collect::<Vec<_>>();
            let parts = mix_and_rate(&side(1), &side(0)).unwrap();
            near(parts.iter().map(|it| it.mix + it.rate).sum(), moved)?;
        }
    }
}
