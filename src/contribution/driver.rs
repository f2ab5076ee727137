//! The figures of one driver, implicit leaf, parent, residual bucket or roll-up in one cell.
//!
//! Not for comparing drivers with each other (`regressed`) or periods (`change`).

use super::change::Measured;
use super::credit::{Fraction, Row};
use super::figures::Base;
use super::interval::{self, Estimate};
use super::regression::{Coefficient, Note, Side};
use super::spread;
use super::sums::{CellSums, Credits, RowSums, Tally, UNSCORED, total};
use crate::types::{Band, Stance};

/// Who mentions a driver; of a residual bucket, whom it holds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Mentions {
    /// Respondents, scored or not, each once.
    pub respondents: u64,
    /// The same by stance, as in [`Stance::ALL`]: on a parent, the stance over all below it. All 0 for residual buckets.
    pub by_stance: [u64; 4],
    /// Those with a score by band, as in [`Band::ALL`].
    pub by_band: [u64; 3],
    /// Their part of the weight of all scored respondents; none where nobody has a score.
    pub rate: Option<f64>,
    /// Their part of the weight of each band; none where it is empty.
    pub rate_by_band: [Option<f64>; 3],
    /// Everyone, scored or not, with their weights.
    pub base: Base,
    /// Those of them who blame it, also if they praise it too.
    pub blaming: Base,
    /// Those of them who do what of [`crate::types::Voice::ALL`] about it; one may do several. None for roll-ups.
    pub voices: [Base; 4],
}

impl Mentions {
    /// Respondents, scored or not, with this stance.
    pub const fn stance(&self, stance: Stance) -> u64 {
        self.by_stance[stance as usize]
    }

    /// Respondents of this band.
    pub const fn band(&self, band: Band) -> u64 {
        self.by_band[band as usize]
    }

    fn new(of: &RowSums, cell: &CellSums) -> Self {
        let mentioned = of.mentioned();
        let mut blaming = Tally::default();
        for stance in [Stance::Negative, Stance::Mixed] {
            blaming.add(&total(&of.stances[stance as usize]));
        }
        let rate = |part: &Tally, whole: &Tally| (whole.w > 0).then(|| part.w as f64 / whole.w as f64);
        Self {
            respondents: total(&mentioned).n,
            by_stance: [0, 1, 2, 3].map(|stance| total(&of.stances[stance]).n),
            by_band: [0, 1, 2].map(|band| mentioned[band].n),
            rate: rate(&total(&mentioned[..UNSCORED]), &cell.scored()),
            rate_by_band: [0, 1, 2].map(|band| rate(&mentioned[band], &cell.all[band])),
            base: Base::from(&total(&mentioned)),
            blaming: Base::from(&blaming),
            voices: [0, 1, 2, 3].map(|voice| Base::from(&of.voices[voice])),
        }
    }
}

/// How much more promoters mention a driver than detractors do: the logarithm of the odds ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lift {
    /// ln of the odds ratio, half a respondent added to each of the four counts (Haldane 1956; Anscombe 1956).
    pub log_odds: f64,
    /// `log_odds` in standard errors (Woolf 1955).
    pub z: f64,
    /// Two-sided, by the normal distribution.
    pub p: f64,
}

/// Importance against performance (Martilla & James 1977).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quadrant {
    /// Important and not well done.
    FixFirst,
    /// Important and well done.
    KeepUp,
    /// Less important and well done.
    Maintain,
    /// Less important and not well done.
    LowPriority,
}

impl Quadrant {
    /// The word that tables use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FixFirst => "fix_first",
            Self::KeepUp => "keep_up",
            Self::Maintain => "maintain",
            Self::LowPriority => "low_priority",
        }
    }
}

/// What regressions of the score on the drivers say of one driver that takes credit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Regressed {
    /// Its share of the explained variance with the sign of its coefficient, −1 to 1; none where it could not be told, see `note`.
    pub importance: Option<f64>,
    /// What one step from blame to silence or from silence to praise adds to the score, the other drivers held.
    pub coefficient: Option<f64>,
    /// Why there is no importance.
    pub note: Option<Note>,
    /// What praise adds to the score.
    pub reward: Option<Coefficient>,
    /// What blame adds to it: below 0 where it takes away.
    pub penalty: Option<Coefficient>,
    /// Which of the two is told from 0.
    pub side: Option<Side>,
}

/// The figures of one row in one cell. Contributions are parts of the weight of all scored respondents, 0 where there are none; over
/// leaves and residual buckets they sum to the band's share, and over the values of one roll-up and the residual buckets too.
#[derive(Debug, Clone, PartialEq)]
pub struct DriverFigures {
    /// Which row it is.
    pub row: Row,
    /// Who mentions it. Of an implicit leaf: who names the parent itself, though the credit may go to a leaf.
    pub mentions: Mentions,
    /// The part of all respondents who are promoters by this; 0 to 1.
    pub promoter_contribution: Estimate,
    /// The part of all respondents who are passive by this; 0 to 1.
    pub passive_contribution: Estimate,
    /// The part of all respondents who are detractors by this; 0 to 1.
    pub detractor_contribution: Estimate,
    /// Promoter less detractor contribution, in NPS/100; −1 to 1.
    pub net_contribution: Estimate,
    /// The squared standard error of `net_contribution`.
    pub net_variance: f64,
    /// The squared standard error of `detractor_contribution`.
    pub detractor_variance: f64,
    /// Respondents who give it detractor credit.
    pub blamed_by: u64,
    /// Respondents who give it promoter or detractor credit.
    pub credited: u64,
    /// The part of the promoters that this explains; none where there are no promoters.
    pub share_of_promoters: Option<Estimate>,
    /// The part of the detractors that this explains; none where there are no detractors.
    pub share_of_detractors: Option<Estimate>,
    /// Promoters against detractors; none where either band is empty.
    pub lift: Option<Lift>,
    /// The score of all less that of those who do not mention it, in NPS points; none where everybody does.
    pub removal_impact: Option<f64>,
    /// Praise / (praise + blame) among all respondents' weights, who are mixed being in both; none where there is neither.
    pub performance: Option<f64>,
    /// By regression; none where none was made, and for rows that take no credit of their own.
    pub regressed: Option<Regressed>,
    /// Importance against performance; none where either is missing.
    pub quadrant: Option<Quadrant>,
}

/// Σ w·part in millionths, ascending by fraction.
pub(super) fn credited(credits: &[(Fraction, Tally)]) -> f64 {
    let part = |(part, tally): &(Fraction, Tally)| tally.w as f64 * f64::from(part.numer) / f64::from(part.denom);
    // Not `sum`, which makes -0 of nothing.
    credits.iter().map(part).fold(0.0, |sum, part| sum + part)
}

/// The contributions of one row with their limits.
pub(super) struct Credited {
    pub(super) promoter: Estimate,
    pub(super) passive: Estimate,
    pub(super) detractor: Estimate,
    pub(super) net: Estimate,
    pub(super) net_variance: f64,
    pub(super) detractor_variance: f64,
    pub(super) detractors: u64,
    pub(super) respondents: u64,
}

impl Credited {
    /// Of contributions by band, as in [`Band::ALL`], with the credits that they are made of.
    pub(super) fn new(of: &RowSums, contributions: [f64; 3], cell: &CellSums, z: f64) -> Self {
        let scored = cell.scored();
        let estimate = |band: Band| {
            let credits = &of.credits[band as usize];
            spread::share(contributions[band as usize], credits, &scored, z)
        };
        let (promoter, detractor) = (estimate(Band::Promoter), estimate(Band::Detractor));
        let [against, _, by] = &of.credits;
        let (net, net_variance) = spread::net(promoter.value - detractor.value, by, against, &scored, z);
        let givers = |credits: &Credits| credits.iter().map(|(_, tally)| tally.n).sum::<u64>();
        Self {
            passive: estimate(Band::Passive),
            net,
            net_variance,
            detractor_variance: spread::variance(against, &scored),
            detractors: givers(against),
            respondents: givers(by) + givers(against),
            promoter,
            detractor,
        }
    }
}

impl DriverFigures {
    /// `credits` in millionths by band.
    pub(super) fn new(row: Row, of: &RowSums, credits: [f64; 3], cell: &CellSums, z: f64) -> Self {
        let weight = cell.scored().w as f64;
        // Rounding in the last place must not make more than all of it.
        let part = |credit: f64, whole: f64| if whole > 0.0 { (credit / whole).min(1.0) } else { 0.0 };
        let credited = Credited::new(of, credits.map(|credit| part(credit, weight)), cell, z);
        let share = |band: Band| {
            let band = band as usize;
            let whole = &cell.all[band];
            (whole.w > 0).then(|| spread::share(part(credits[band], whole.w as f64), &of.credits[band], whole, z))
        };
        let mentioned = of.mentioned();
        Self {
            row,
            mentions: Mentions::new(of, cell),
            promoter_contribution: credited.promoter,
            passive_contribution: credited.passive,
            detractor_contribution: credited.detractor,
            net_contribution: credited.net,
            net_variance: credited.net_variance,
            detractor_variance: credited.detractor_variance,
            blamed_by: credited.detractors,
            credited: credited.respondents,
            share_of_promoters: share(Band::Promoter),
            share_of_detractors: share(Band::Detractor),
            lift: lift(&mentioned, cell),
            removal_impact: removal_impact(&mentioned, cell),
            performance: performance(of),
            regressed: None,
            quadrant: None,
        }
    }

    /// As changes compare it, in a cell of so many scored respondents.
    pub fn measured(&self, respondents: u64) -> Measured {
        Measured {
            net: self.net_contribution.value,
            variance: self.net_variance,
            mass: self.mass(),
            credited: self.credited,
            respondents,
        }
    }

    /// Promoter, passive and detractor contribution together; 0 to 1.
    pub fn mass(&self) -> f64 {
        self.promoter_contribution.value + self.passive_contribution.value + self.detractor_contribution.value
    }
}

/// Where respondents are weighted, the counts are each band's effective base times its weighted rates.
fn lift(mentioned: &[Tally; 4], cell: &CellSums) -> Option<Lift> {
    let counts = |band: Band| {
        let (part, whole) = (&mentioned[band as usize], &cell.all[band as usize]);
        let base = whole.n_eff();
        let rate = part.w as f64 / whole.w as f64;
        (whole.w > 0).then(|| (base * rate + 0.5, base * (1.0 - rate).max(0.0) + 0.5))
    };
    let (promoters, detractors) = (counts(Band::Promoter)?, counts(Band::Detractor)?);
    let odds = |(named, silent): (f64, f64)| (named / silent).ln();
    let squares = |(named, silent): (f64, f64)| 1.0 / named + 1.0 / silent;
    let log_odds = odds(promoters) - odds(detractors);
    let z = log_odds / (squares(promoters) + squares(detractors)).sqrt();
    Some(Lift { log_odds, z, p: interval::two_sided(z) })
}

/// NPS(all) − NPS(those who do not mention it), in points.
fn removal_impact(mentioned: &[Tally; 4], cell: &CellSums) -> Option<f64> {
    let score = |tallies: [Tally; 3]| {
        let (weight, [detractors, _, promoters]) = (total(&tallies).w as f64, tallies);
        let more = promoters.w.abs_diff(detractors.w) as f64 / weight;
        (weight > 0.0).then_some(if promoters.w < detractors.w { -more } else { more })
    };
    let all = [0, 1, 2].map(|band| cell.all[band]);
    let rest = [0, 1, 2].map(|band| mentioned[band].rest_of(&cell.all[band]));
    Some(100.0 * (score(all)? - score(rest)?))
}

fn performance(of: &RowSums) -> Option<f64> {
    let weight = |stance: Stance| total(&of.stances[stance as usize]).w as f64;
    let mixed = weight(Stance::Mixed);
    let (praise, blame) = (weight(Stance::Positive) + mixed, weight(Stance::Negative) + mixed);
    (praise + blame > 0.0).then(|| praise / (praise + blame))
}
