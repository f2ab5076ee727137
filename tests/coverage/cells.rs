//! Drawn surveys through the engine's reduction: the figures that the tests of coverage look at.
//!
//! Not for drawing, nor for judging what comes of it.

use std::sync::Arc;

use verbatim::contribution::change::{Rule, changes};
use verbatim::contribution::{
    CellFigures, Cells, DriverFigures, DriverIx, DriverTree, Grouping, Periods, Respondent, Said,
};
use verbatim::types::{Band, Residual, Stance, Voices, Weight};

use crate::draw::{Answer, Comment, Service};

/// Counts answers; those who mention no driver fall into the bucket that their comment tells.
fn count(tree: &Arc<DriverTree>, answers: impl Iterator<Item = (Answer, Comment)>) -> CellFigures {
    let mut cells = Cells::new(Arc::clone(tree), Vec::new());
    let mut stances = Vec::new();
    for (answer, comment) in answers {
        let stance = if answer.band == Band::Detractor { Stance::Negative } else { Stance::Positive };
        stances.clear();
        let said_of = |driver: usize, stance: Stance| Said {
            driver: DriverIx(u16::try_from(driver).unwrap()),
            stance,
            voices: Voices::NONE,
        };
        stances.extend(answer.drivers().map(|at| said_of(at, stance)));
        let residual = match (comment, answer.band) {
            (Comment::Drivers, _) if !stances.is_empty() => None,
            (Comment::Contrary, band) => {
                // A driver on the other side than the score.
                let against = if band == Band::Detractor { Stance::Positive } else { Stance::Negative };
                stances.push(said_of(0, against));
                None
            }
            (Comment::General, Band::Detractor) => Some(Residual::GeneralBlame),
            (Comment::General, _) => Some(Residual::GeneralPraise),
            (Comment::Nothing, _) => Some(Residual::NoComment),
            (Comment::Drivers | Comment::NoDriver, _) => Some(Residual::NoDriver),
        };
        cells.add(&Respondent {
            period: "2026-W23",
            segments: &[],
            score: None,
            band: Some(answer.band),
            weight: Weight::from_micros(answer.weight).unwrap(),
            said: &stances,
            voices: Voices::NONE,
            residual,
        });
    }
    let spec = Grouping { periods: Periods::All, regression_base: u64::MAX, ..Grouping::standard(0) };
    cells.finish(&spec).remove(0)
}

fn flat(drivers: usize) -> Arc<DriverTree> {
    Arc::new(DriverTree::new((0..drivers).map(|at| (format!("d{at}"), None)).collect()).unwrap())
}

/// The effective base, and the figures of the drivers.
pub fn figures(answers: &[Answer], drivers: usize) -> (f64, Vec<DriverFigures>) {
    let mut cell = count(&flat(drivers), answers.iter().map(|answer| (*answer, Comment::Drivers)));
    cell.drivers.truncate(drivers);
    (cell.n_eff, cell.drivers)
}

/// The limits of the score, −100 to 100.
pub fn score(answers: &[Answer]) -> (f64, f64) {
    let nps = count(&flat(24), answers.iter().map(|answer| (*answer, Comment::Drivers))).nps.unwrap();
    (nps.low, nps.high)
}

/// How many rows of a week, the score's among them, are flagged against another week.
pub fn significant_rows(now: &[(Answer, Comment)], then: &[(Answer, Comment)]) -> usize {
    let parents = (0..Service::PARENTS).map(|at| (format!("p{at}"), None));
    let drivers = (0..Service::DRIVERS).map(|at| (format!("d{at}"), Some(format!("p{}", at % Service::PARENTS))));
    let tree = Arc::new(DriverTree::new(drivers.chain(parents).collect()).unwrap());
    let measured = |answers: &[(Answer, Comment)]| {
        let cell = count(&tree, answers.iter().copied());
        let of = |it: &DriverFigures| it.measured(cell.n);
        cell.drivers.iter().map(of).chain([cell.measured()]).collect::<Vec<_>>()
    };
    let found = changes(&measured(now), &measured(then), &Rule::default());
    found.iter().filter(|change| change.q.is_some_and(|q| q < 0.05)).count()
}
