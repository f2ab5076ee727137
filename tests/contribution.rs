//! The contribution module on cases that can be checked by hand: the worked example of the method page, and each rule of credit.
//!
//! Not for random surveys: those are in `contribution_properties.rs`.

// Helpers of tests fail by panic, as tests do.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use verbatim::contribution::change::{Measured, Rule, changes};
use verbatim::contribution::mix::{Share as SegmentShare, mix_and_rate};
use verbatim::contribution::{
    CellFigures, Cells, Credit, DriverFigures, DriverIx, DriverTree, Grouping, Matrix, Periods, Respondent, Row,
    SegmentValue, Taker, credits,
};
use verbatim::types::{Band, Residual, Said, Share, Stance, Voices, Weight};

use Band::{Detractor, Passive, Promoter};
use Stance::{Mixed, Negative, Neutral, Positive};

fn tree(drivers: &[(&str, &str)]) -> DriverTree {
    let parent = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    DriverTree::new(drivers.iter().map(|(id, above)| ((*id).to_owned(), parent(above))).collect()).unwrap()
}

fn band(score: f64) -> Band {
    if score <= 6.0 {
        Detractor
    } else if score <= 8.0 {
        Passive
    } else {
        Promoter
    }
}

/// Score, what is said of which driver, and the bucket where nothing is.
type Answer<'a> = (Option<f64>, &'a [(&'a str, Stance)], Option<Residual>);

/// The default scale, weight 1, no segments, one period.
fn count(tree: DriverTree, answers: &[Answer<'_>]) -> Cells {
    let tree = Arc::new(tree);
    let mut cells = Cells::new(Arc::clone(&tree), Vec::new());
    for (score, said, residual) in answers {
        let said: Vec<Said> = said.iter().map(|(id, stance)| (tree.ix(id).unwrap(), *stance).into()).collect();
        cells.add(&Respondent {
            period: "2024-01",
            segments: &[],
            score: *score,
            band: score.map(band),
            weight: Weight::ONE,
            said: &said,
            voices: Voices::NONE,
            residual: *residual,
        });
    }
    cells
}

fn total(cells: &Cells, credit: Credit) -> CellFigures {
    let spec = Grouping { credit, periods: Periods::All, ..Grouping::standard(0) };
    let mut figures = cells.finish(&spec);
    assert_eq!(figures.len(), 1);
    figures.remove(0)
}

fn row<'a>(cell: &'a CellFigures, tree: &DriverTree, id: &str) -> &'a DriverFigures {
    cell.drivers.iter().find(|driver| driver.row.id(tree) == id).unwrap_or_else(|| panic!("no row {id}"))
}

#[track_caller]
fn near(got: f64, want: f64) {
    assert!((got - want).abs() < 1e-12, "{got} is not {want}");
}

fn worked_example() -> Cells {
    count(
        tree(&[("attitude", ""), ("price", ""), ("noise", ""), ("response", "")]),
        &[
            (Some(10.0), &[("attitude", Positive), ("price", Negative)], None),
            (Some(9.0), &[("attitude", Positive), ("noise", Positive)], None),
            (Some(8.0), &[("price", Negative)], None),
            (Some(3.0), &[("noise", Negative), ("response", Negative), ("attitude", Positive)], None),
            (Some(0.0), &[("attitude", Positive)], None),
            (Some(9.0), &[], Some(Residual::NoComment)),
        ],
    )
}

#[test]
fn the_worked_example_comes_out_to_the_last_digit() {
    let cells = worked_example();
    let cell = total(&cells, Credit::Equal);
    near(cell.band(Promoter).share.get(), 3.0 / 6.0);
    near(cell.band(Detractor).share.get(), 2.0 / 6.0);
    near(cell.nps.unwrap().value, 100.0 / 6.0);
    // promoter, passive, detractor contribution
    let twelfths = [
        ("attitude", [3.0, 0.0, 0.0]),
        ("price", [0.0, 2.0, 0.0]),
        ("noise", [1.0, 0.0, 1.0]),
        ("response", [0.0, 0.0, 1.0]),
        ("contrary", [0.0, 0.0, 2.0]),
        ("general_praise", [0.0; 3]),
        ("general_blame", [0.0; 3]),
        ("no_driver", [0.0; 3]),
        ("no_comment", [2.0, 0.0, 0.0]),
    ];
    assert_eq!(cell.drivers.len(), twelfths.len());
    for (figures, (id, [promoter, passive, detractor])) in cell.drivers.iter().zip(twelfths) {
        assert_eq!(figures.row.id(cells.tree()), id);
        near(figures.promoter_contribution.value, promoter / 12.0);
        near(figures.passive_contribution.value, passive / 12.0);
        near(figures.detractor_contribution.value, detractor / 12.0);
        near(figures.net_contribution.value, (promoter - detractor) / 12.0);
        near(figures.share_of_promoters.unwrap().value, promoter / 6.0);
        near(figures.share_of_detractors.unwrap().value, detractor / 4.0);
    }
    near(cell.drivers.iter().map(|driver| driver.net_contribution.value).sum(), 1.0 / 6.0);
}

#[test]
fn the_worked_example_is_counted_too() {
    let cells = worked_example();
    let cell = total(&cells, Credit::Equal);
    assert_eq!((cells.respondents(), cell.respondents, cell.unscored, cell.n), (6, 6, 0, 6));
    near(cell.weight, 6.0);
    near(cell.n_eff, 6.0);
    assert!(cell.low_base);
    assert_eq!(Band::ALL.map(|band| cell.band(band).n), [2, 1, 3]);
    assert_eq!(Band::ALL.map(|band| cell.band(band).comments), [2, 1, 2]);
    assert_eq!((cell.comments, cell.covered), (5, 5));
    assert_eq!(cell.coverage, Share::new(1.0).unwrap());
    let attitude = row(&cell, cells.tree(), "attitude").mentions;
    assert_eq!((attitude.respondents, attitude.stance(Positive), attitude.stance(Negative)), (4, 4, 0));
    assert_eq!(attitude.by_band, [2, 0, 2]);
    let contrary = row(&cell, cells.tree(), "contrary").mentions;
    assert_eq!((contrary.respondents, contrary.by_stance, contrary.by_band), (1, [0; 4], [1, 0, 0]));
    // Adjusted Wald by hand: 3.75 and 2.75 of 9.
    let half = 1.959_963_984_540_054 * ((6.5_f64 / 9.0 - 1.0 / 81.0) / 9.0).sqrt();
    let nps = cell.nps.unwrap();
    assert!((nps.low - 100.0 * (1.0 / 9.0 - half)).abs() < 1e-9, "{nps:?}");
    assert!((nps.high - 100.0 * (1.0 / 9.0 + half)).abs() < 1e-9, "{nps:?}");
}

/// The numbers beside the contributions, as the method page has them by hand.
#[test]
fn the_worked_example_has_limits_impact_lift_and_owners() {
    let cells = worked_example();
    let matrix = Matrix::new(2, vec![vec![], vec![], vec![(0, 9), (1, 3)], vec![]]).unwrap();
    let spec = Grouping { periods: Periods::All, matrix: Some(Arc::new(matrix)), ..Grouping::standard(0) };
    let cell = cells.finish(&spec).remove(0);
    let of = |id: &str| row(&cell, cells.tree(), id);
    let close = |got: f64, want: f64| assert!((got - want).abs() < 1e-6, "{got} is not {want}");
    // p = 1/12, V = 0.006944, e = 1, V* = 0.009838, n* = 7.7647.
    let noise = of("noise").detractor_contribution;
    close(noise.low, 0.010_761_330);
    close(noise.high, 0.431_725_624);
    near(of("attitude").removal_impact.unwrap(), 100.0 / 6.0 - 50.0);
    near(of("noise").removal_impact.unwrap(), 100.0 / 6.0 - 25.0);
    near(of("attitude").lift.unwrap().log_odds, (1.0_f64 / 3.0).ln());
    assert_eq!(of("attitude").performance, Some(1.0));
    assert_eq!(of("noise").performance, Some(0.5));
    assert_eq!(of("price").performance, Some(0.0));
    assert_eq!(of("no_comment").performance, None);
    // R&D has 9 and the technician 3 of noise, and nobody anything else.
    let owned: Vec<f64> = cell.functions.iter().map(|it| it.detractor_contribution.value).collect();
    for (got, want) in owned.iter().zip([9.0 / 144.0, 3.0 / 144.0, 0.25]) {
        near(*got, want);
    }
    let shares: Vec<Option<f64>> = cell.functions.iter().map(|it| it.technical_share).collect();
    assert_eq!(shares, [Some(0.75), Some(0.25), None]);
    near(cell.functions.iter().map(|it| it.net_contribution.value).sum(), 1.0 / 6.0);
}

#[test]
fn the_worked_example_of_change_is_volume_and_rate() {
    let measured = |net, mass| Measured { net, variance: 0.0001, mass, credited: 20, respondents: 100 };
    let change = changes(&[measured(-0.12, 0.16)], &[measured(-0.05, 0.10)], &Rule::default())[0];
    near(change.delta, -0.07);
    near(change.volume, -0.0375);
    near(change.rate, -0.0325);
    let shares = |a: (f64, f64), b: (f64, f64)| [a, b].map(|(share, nps)| SegmentShare { share, nps });
    let parts = mix_and_rate(&shares((0.4, 0.4), (0.6, -0.1)), &shares((0.5, 0.4), (0.5, 0.0))).unwrap();
    for (part, (mix, rate)) in parts.iter().zip([(-0.025, 0.0), (-0.02, -0.055)]) {
        near(part.mix, mix);
        near(part.rate, rate);
    }
}

fn house() -> DriverTree {
    tree(&[
        ("service", ""),
        ("attitude", "service"),
        ("visit", "service"),
        ("punctual", "visit"),
        ("tidy", "visit"),
        ("product", ""),
        ("noise", "product"),
        ("price", ""),
    ])
}

/// The credits as "id 1/N", sorted.
fn who(rule: Credit, band: Band, said: &[(&str, Stance)]) -> Vec<String> {
    let tree = house();
    let stances: Vec<_> = said.iter().map(|(id, stance)| (tree.ix(id).unwrap(), *stance)).collect();
    let mut out = vec![(Taker::Residual(Residual::NoComment), 7)];
    credits(&tree, rule, band, &stances, Residual::GeneralPraise, &mut out);
    let mut out: Vec<_> = out.iter().map(|(taker, denom)| format!("{} 1/{denom}", taker.id(&tree))).collect();
    out.sort();
    out
}

#[test]
fn the_score_decides_which_mentions_are_eligible() {
    let said = [("noise", Negative), ("price", Neutral), ("attitude", Positive), ("tidy", Mixed)];
    assert_eq!(who(Credit::Equal, Promoter, &said), ["attitude 1/2", "tidy 1/2"]);
    assert_eq!(who(Credit::Equal, Detractor, &said), ["noise 1/2", "tidy 1/2"]);
    assert_eq!(who(Credit::Equal, Passive, &said), ["attitude 1/4", "noise 1/4", "price 1/4", "tidy 1/4"]);
    // Neutral mentions count only where none is on the score's side, and before the contrary ones.
    let said = [("noise", Negative), ("price", Neutral)];
    assert_eq!(who(Credit::Equal, Promoter, &said), ["price 1/1"]);
    assert_eq!(who(Credit::Equal, Promoter, &said[..1]), ["contrary 1/1"]);
    assert_eq!(who(Credit::Equal, Detractor, &[("noise", Positive)]), ["contrary 1/1"]);
    assert_eq!(who(Credit::Equal, Passive, &[("noise", Positive)]), ["noise 1/1"]);
    assert_eq!(who(Credit::Equal, Promoter, &[]), ["general_praise 1/1"]);
}

#[test]
fn a_parents_own_terms_count_only_where_no_leaf_of_it_is_eligible() {
    assert_eq!(who(Credit::Equal, Promoter, &[("service", Positive)]), ["service.general 1/1"]);
    assert_eq!(who(Credit::Equal, Promoter, &[("service", Positive), ("tidy", Positive)]), ["tidy 1/1"]);
    // The leaf is mentioned, but not on the side that the score explains.
    assert_eq!(who(Credit::Equal, Promoter, &[("service", Positive), ("tidy", Negative)]), ["service.general 1/1"]);
    // An implicit leaf further down is a leaf like the others.
    assert_eq!(who(Credit::Equal, Promoter, &[("service", Positive), ("visit", Positive)]), ["visit.general 1/1"]);
    let beside = [("product", Positive), ("tidy", Positive), ("visit", Positive)];
    assert_eq!(who(Credit::Equal, Promoter, &beside), ["product.general 1/2", "tidy 1/2"]);
}

#[test]
fn grouped_credit_is_shared_level_by_level() {
    let said =
        [("attitude", Positive), ("punctual", Positive), ("tidy", Positive), ("noise", Positive), ("price", Positive)];
    assert_eq!(who(Credit::Equal, Promoter, &said)[0], "attitude 1/5");
    let want = ["attitude 1/6", "noise 1/3", "price 1/3", "punctual 1/12", "tidy 1/12"];
    assert_eq!(who(Credit::Grouped, Promoter, &said), want);
    let said = [("tidy", Positive), ("punctual", Positive), ("product", Positive)];
    assert_eq!(who(Credit::Grouped, Promoter, &said), ["product.general 1/2", "punctual 1/4", "tidy 1/4"]);
    assert_eq!(who(Credit::Grouped, Promoter, &[("tidy", Positive)]), ["tidy 1/1"]);
    assert_eq!(who(Credit::Grouped, Promoter, &[("visit", Positive)]), ["visit.general 1/1"]);
    assert_eq!(who(Credit::Grouped, Promoter, &[("visit", Negative)]), ["contrary 1/1"]);
}

#[test]
fn a_parent_has_each_respondent_once() {
    let said: &[(&str, Stance)] = &[("attitude", Positive), ("tidy", Negative), ("visit", Neutral)];
    let cells = count(house(), &[(Some(10.0), said, None), (None, &[("service", Neutral)], None)]);
    let cell = total(&cells, Credit::Equal);
    let ids: Vec<_> = cell.drivers.iter().map(|driver| driver.row.id(cells.tree())).collect();
    let drivers = ["service", "service.general", "attitude", "visit", "visit.general", "punctual", "tidy", "product"];
    assert_eq!(ids[..8], drivers, "implicit leaves only of parents that are mentioned");
    let service = row(&cell, cells.tree(), "service");
    assert!(matches!(service.row, Row::Parent(_)));
    assert_eq!(service.mentions.respondents, 2);
    assert_eq!((service.mentions.stance(Mixed), service.mentions.stance(Neutral)), (1, 1));
    assert_eq!(service.mentions.by_band, [0, 0, 1]);
    near(service.promoter_contribution.value, 1.0);
    near(row(&cell, cells.tree(), "attitude").promoter_contribution.value, 1.0);
    let visit = row(&cell, cells.tree(), "visit");
    assert_eq!((visit.mentions.respondents, visit.mentions.stance(Negative)), (1, 1));
    near(visit.promoter_contribution.value, 0.0);
}

#[test]
fn without_a_score_there_is_no_nps_and_no_share() {
    let cells = count(house(), &[(None, &[("tidy", Positive)], None), (None, &[], Some(Residual::NoComment))]);
    let cell = total(&cells, Credit::Grouped);
    assert_eq!((cell.respondents, cell.unscored, cell.n, cell.unscored_comments), (2, 2, 0, 1));
    assert_eq!((cell.nps, cell.low_base), (None, true));
    near(cell.n_eff, 0.0);
    for driver in &cell.drivers {
        assert_eq!((driver.share_of_promoters, driver.share_of_detractors), (None, None));
        near(driver.promoter_contribution.value.abs() + driver.net_contribution.value.abs(), 0.0);
    }
    assert_eq!(row(&cell, cells.tree(), "tidy").mentions.respondents, 1);
    assert_eq!(row(&cell, cells.tree(), "no_comment").mentions.respondents, 1);
    assert!(Cells::new(Arc::new(house()), Vec::new()).finish(&Grouping::standard(0)).is_empty());
}

#[test]
fn a_driver_that_is_given_twice_is_one() {
    let twice: &[(&str, Stance)] = &[("tidy", Positive), ("noise", Neutral), ("tidy", Negative), ("noise", Positive)];
    let once: &[(&str, Stance)] = &[("noise", Positive), ("tidy", Mixed)];
    let of = |said| total(&count(house(), &[(Some(10.0), said, None)]), Credit::Equal);
    assert_eq!(of(twice), of(once));
}

#[test]
fn a_tree_too_deep_for_whole_denominators_still_adds_up() {
    let name = |level: usize, what: &str| format!("{what}{level}");
    let above = |level: usize| level.checked_sub(1).map(|level| name(level, "p"));
    let drivers = (0..60).flat_map(|level| [(name(level, "p"), above(level)), (name(level, "leaf"), above(level))]);
    let tree = DriverTree::new(drivers.collect()).unwrap();
    let leaves: Vec<String> = (0..60).map(|level| name(level, "leaf")).collect();
    let said: Vec<(&str, Stance)> = leaves.iter().map(|id| (id.as_str(), Positive)).collect();
    let cells = count(tree, &[(Some(10.0), &said, None)]);
    let cell = total(&cells, Credit::Grouped);
    let of = |id: &str| row(&cell, cells.tree(), id).promoter_contribution.value;
    near(of("leaf0"), 0.5);
    near(leaves.iter().map(|leaf| of(leaf)).sum(), 1.0);
    for level in 0..60 {
        near(of(&name(level, "p")), leaves[level + 1..].iter().map(|leaf| of(leaf)).sum());
    }
}

#[test]
fn cells_are_sorted_by_period_level_and_segment() {
    let tree = Arc::new(house());
    let mut cells = Cells::new(Arc::clone(&tree), vec!["product".into(), "region".into()]);
    for (period, segments) in [("b", ["tv", "north"]), ("a", ["tv", ""]), ("b", ["fridge", "south"])] {
        cells.add(&Respondent {
            period,
            segments: &segments,
            score: Some(9.0),
            band: Some(Promoter),
            weight: Weight::ONE,
            said: &[(DriverIx(1), Positive).into()],
            voices: Voices::NONE,
            residual: None,
        });
    }
    let levels = vec![vec![], vec![0], vec![1, 0], vec![0, 1]];
    let spec = Grouping { levels, smallest: 1, ..Grouping::standard(2) };
    let keys: Vec<String> = cells
        .finish(&spec)
        .into_iter()
        .map(|cell| {
            let word = |value: &SegmentValue| {
                match value {
                    SegmentValue::All => "*",
                    SegmentValue::Is(value) => value,
                    SegmentValue::Small => "(small)",
                }
                .to_owned()
            };
            let values: Vec<_> = cell.key.segments.iter().map(word).collect();
            format!("{} {} {}", cell.key.period.as_deref().unwrap_or("*"), values.join(","), cell.n)
        })
        .collect();
    let want = [
        "a *,* 1",
        "a tv,* 1",
        "a tv, 1",
        "b *,* 2",
        "b fridge,* 1",
        "b tv,* 1",
        "b fridge,south 1",
        "b tv,north 1",
        "* *,* 3",
        "* fridge,* 1",
        "* tv,* 2",
        "* fridge,south 1",
        "* tv, 1",
        "* tv,north 1",
    ];
    assert_eq!(keys, want);
    let each = Grouping { periods: Periods::Each, ..spec.clone() };
    assert_eq!(cells.finish(&each).len(), 8);
}

#[test]
fn a_grouping_that_cannot_be_is_refused() {
    let standard = Grouping::standard(1);
    assert!(standard.check(1).is_ok());
    for (spec, code) in [
        (Grouping { levels: vec![vec![1]], ..standard.clone() }, "unknown_segment"),
        (Grouping { confidence: 95.0, ..standard.clone() }, "bad_confidence"),
        (Grouping { low_base: f64::NAN, ..standard.clone() }, "bad_low_base"),
    ] {
        assert_eq!(spec.check(1).unwrap_err().code(), code);
    }
    assert_eq!("grouped".parse::<Credit>().unwrap(), Credit::Grouped);
    assert_eq!("shapely".parse::<Credit>().unwrap_err().code(), "unknown_credit");
}
