//! Surveys drawn by chance from known truths, for tests of coverage.
//!
//! Not for figures: what is drawn here is only who answers what.

use statrs::distribution::{ContinuousCDF, Normal};

use verbatim::types::Band;

/// Random numbers by `SplitMix64` (Steele, Lea & Flood 2014): small, and the same everywhere.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Uniform in 0 to 1, 1 excluded.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The first of some cumulative shares that a draw falls below; none above the last.
    fn pick(&mut self, cumulative: &[f64]) -> Option<usize> {
        let at = self.unit();
        let found = cumulative.partition_point(|share| *share <= at);
        (found < cumulative.len()).then_some(found)
    }
}

/// How respondents are weighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weights {
    Equal,
    /// Log-normal with σ = 0.4: an effective base of 0.85·n.
    LogNormal,
    /// Uniform from 0.5 to 2: an effective base of 0.89·n.
    Uniform,
}

impl Weights {
    pub const ALL: [Self; 3] = [Self::Equal, Self::LogNormal, Self::Uniform];

    /// 64 equally likely weights in millionths, the quantiles at the middle of each 64th.
    fn table(self) -> Vec<u64> {
        let quantile = |share: f64| match self {
            Self::Equal => 1.0,
            Self::LogNormal => (0.4 * Normal::standard().inverse_cdf(share)).exp(),
            Self::Uniform => 0.5 + 1.5 * share,
        };
        (0..64).map(|at| (1e6 * quantile((f64::from(at) + 0.5) / 64.0)).round() as u64).collect()
    }
}

/// What each respondent's credit is shared among.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credits {
    /// One driver each.
    Whole,
    /// One to four drivers, with the shares 40, 30, 20 and 10 %.
    Fractional,
    /// One to four drivers, 25 % each.
    Even,
}

impl Credits {
    pub const ALL: [Self; 3] = [Self::Whole, Self::Fractional, Self::Even];

    fn shares(self) -> [f64; 4] {
        match self {
            Self::Whole => [1.0, 0.0, 0.0, 0.0],
            Self::Fractional => [0.4, 0.3, 0.2, 0.1],
            Self::Even => [0.25; 4],
        }
    }

    /// The mean credit of a driver that is mentioned.
    fn mean(self) -> f64 {
        self.shares().iter().zip(1..).map(|(share, parts)| share / f64::from(parts)).sum()
    }
}

/// One respondent: a promoter praises the drivers, a detractor blames them.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    pub band: Band,
    /// In millionths.
    pub weight: u64,
    drivers: [u8; 24],
    count: u8,
}

impl Answer {
    /// The drivers mentioned, each once.
    pub fn drivers(&self) -> impl ExactSizeIterator<Item = usize> {
        self.drivers[..usize::from(self.count)].iter().map(|driver| usize::from(*driver))
    }

    fn mention(&mut self, driver: usize) {
        self.drivers[usize::from(self.count)] = u8::try_from(driver).unwrap();
        self.count += 1;
    }
}

/// Drivers with known contributions, as many as fit into one survey, and three more that take the rest of fractional credits.
#[derive(Debug, Clone)]
pub struct Truth {
    /// By driver: the promoter and the detractor contribution.
    pub contributions: Vec<(f64, f64)>,
    credits: Credits,
    cumulative: Vec<f64>,
    weights: Vec<u64>,
}

impl Truth {
    /// Packs pairs of contributions into as few surveys as come easily. Pairs for which there are too few respondents are left out.
    pub fn pack(pairs: &[(f64, f64)], credits: Credits, weights: Weights) -> Vec<Self> {
        let mut all: Vec<(f64, Vec<(f64, f64)>)> = Vec::new();
        for pair in pairs {
            let mentions = (pair.0 + pair.1) / credits.mean();
            let room = |taken: f64| taken + mentions <= 1.0 + 1e-9;
            match all.iter_mut().find(|(taken, _)| room(*taken)) {
                Some((taken, packed)) => {
                    *taken += mentions;
                    packed.push(*pair);
                }
                None if room(0.0) => all.push((mentions, vec![*pair])),
                None => {}
            }
        }
        let truth = |contributions: Vec<(f64, f64)>| {
            let mut sum = 0.0;
            let both = contributions.iter().flat_map(|(promoter, detractor)| [*promoter, *detractor]);
            let cumulative = both.map(|part| (sum += part / credits.mean(), sum).1).collect();
            Self { contributions, credits, cumulative, weights: weights.table() }
        };
        all.into_iter().map(|(_, contributions)| truth(contributions)).collect()
    }

    /// How many drivers there are, with the three.
    pub fn drivers(&self) -> usize {
        self.contributions.len() + 3
    }

    pub fn draw(&self, n: usize, chance: &mut Chance) -> Vec<Answer> {
        let answer = |_| {
            let weight = self.weights[(chance.bits() >> 58) as usize];
            let mut answer = Answer { band: Band::Passive, weight, drivers: [0; 24], count: 0 };
            if let Some(found) = chance.pick(&self.cumulative) {
                answer.band = if found % 2 == 0 { Band::Promoter } else { Band::Detractor };
                answer.mention(found / 2);
                let shares = self.credits.shares();
                let cumulative = [shares[0], shares[0] + shares[1], shares[0] + shares[1] + shares[2]];
                for other in 0..chance.pick(&cumulative).unwrap_or(3) {
                    answer.mention(self.contributions.len() + other);
                }
            }
            answer
        };
        (0..n).map(answer).collect()
    }
}

/// A service with twenty drivers under five parents, as they are mentioned by promoters and by detractors: from a quarter to
/// half a percent, skewed, some more often praised and some more often blamed. Nothing changes from week to week.
#[derive(Debug, Clone)]
pub struct Service {
    /// By driver: the part of promoters and of detractors who mention it.
    rates: Vec<[f64; 2]>,
    weights: Vec<u64>,
}

impl Service {
    pub const DRIVERS: usize = 20;
    pub const PARENTS: usize = 5;

    pub fn new(weights: Weights) -> Self {
        let rate = |driver: usize| {
            // Seven and twenty have no common divisor: each rank once, frequent and rare drivers under each parent.
            let rank = (driver * 7) % Self::DRIVERS;
            let rate = 0.25 * 0.02_f64.powf(rank as f64 / 19.0);
            let (praised, blamed) = [(0.4, 1.6), (1.0, 1.0), (1.6, 0.4), (1.2, 0.8)][driver % 4];
            [rate * praised, rate * blamed]
        };
        Self { rates: (0..Self::DRIVERS).map(rate).collect(), weights: weights.table() }
    }

    /// A week: 45 % promoters, 25 % detractors, the others passive. A fifth leave no comment; those who do and mention no driver
    /// fall into a residual bucket, as [`Comment`] tells.
    pub fn draw(&self, n: usize, chance: &mut Chance) -> Vec<(Answer, Comment)> {
        let answer = |_| {
            let weight = self.weights[(chance.bits() >> 58) as usize];
            let band = [Band::Promoter, Band::Detractor, Band::Passive][chance.pick(&[0.45, 0.70]).unwrap_or(2)];
            let mut answer = Answer { band, weight, drivers: [0; 24], count: 0 };
            if chance.unit() < 0.2 {
                return (answer, Comment::Nothing);
            }
            for (driver, rates) in self.rates.iter().enumerate() {
                if chance.unit() < rates[usize::from(band == Band::Detractor)] {
                    answer.mention(driver);
                }
            }
            let vague = [Comment::Contrary, Comment::General, Comment::NoDriver][chance.pick(&[0.1, 0.6]).unwrap_or(2)];
            (answer, if answer.count > 0 { Comment::Drivers } else { vague })
        };
        (0..n).map(answer).collect()
    }
}

/// What the comment of a week's respondent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comment {
    /// It mentions the answer's drivers.
    Drivers,
    /// It names drivers, but against the score: a promoter blames, a detractor praises.
    Contrary,
    /// It praises or blames without a driver.
    General,
    /// It says something else.
    NoDriver,
    /// It is blank.
    Nothing,
}
