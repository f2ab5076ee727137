//! Who explains one respondent's score: credits that sum to 1 over drivers and residual buckets.
//!
//! Not for sums over respondents: those are in `sums`. Nothing here knows weights, cells or counts.

use std::str::FromStr;

use super::tree::{DriverIx, DriverTree};
use crate::error::{Error, ErrorKind};
use crate::types::{Band, Residual, Stance};

/// How the eligible drivers of one respondent share the credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Credit {
    /// Equally: the Shapley value of the coverage game, v(S) = share of respondents explained by a driver in S.
    #[default]
    Equal,
    /// Equally among the eligible top-level drivers, then equally at each level down: the coverage game's Owen value (Owen 1977).
    /// Refining one parent's leaves then moves no other driver.
    Grouped,
}

impl Credit {
    /// The word that flags and files use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Grouped => "grouped",
        }
    }
}

impl FromStr for Credit {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        [Self::Equal, Self::Grouped].into_iter().find(|credit| credit.as_str() == word).ok_or_else(|| {
            Error::new(ErrorKind::Usage, "unknown_credit", format!("there is no credit rule {word:?}"))
                .help("Say `equal` or `grouped`.")
        })
    }
}

/// What takes credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Taker {
    /// A driver without children.
    Leaf(DriverIx),
    /// The implicit leaf `<parent>.general`: the parent's own terms, where they name none of its leaves.
    General(DriverIx),
    /// A bucket for what no driver takes.
    Residual(Residual),
}

impl Taker {
    /// The id that stands in the driver column of tables.
    pub fn id(self, tree: &DriverTree) -> String {
        match self {
            Self::Leaf(driver) => tree.id(driver).to_owned(),
            Self::General(driver) => format!("{}.general", tree.id(driver)),
            Self::Residual(bucket) => bucket.as_str().to_owned(),
        }
    }
}

/// A row of the contribution table: what takes credit, or a parent that sums it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Row {
    /// One that takes credit itself.
    Taker(Taker),
    /// A driver with children; its figures are the sums of its leaves', the implicit ones included.
    Parent(DriverIx),
    /// One value of an attribute by which drivers are summed across the tree; none: the drivers that have no value.
    Rollup {
        /// The attribute's place in [`DriverTree::rollups`].
        rollup: u16,
        /// The value's place among those of the attribute.
        value: Option<u16>,
    },
}

impl Row {
    /// The id that stands in the driver column of tables.
    pub fn id(self, tree: &DriverTree) -> String {
        match self {
            Self::Taker(taker) => taker.id(tree),
            Self::Parent(driver) => tree.id(driver).to_owned(),
            Self::Rollup { rollup, value } => tree.rollups()[usize::from(rollup)].row_id(value),
        }
    }
}

/// The part `numer / denom` of one respondent, in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Fraction {
    pub(super) denom: u32,
    pub(super) numer: u32,
}

impl Fraction {
    fn new(numer: u32, denom: u32) -> Self {
        let (mut a, mut b) = (numer, denom);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        Self { denom: denom / a, numer: numer / a }
    }

    const fn one_of(denom: u32) -> Self {
        Self { denom, numer: 1 }
    }

    /// As a number.
    pub(super) fn get(self) -> f64 {
        f64::from(self.numer) / f64::from(self.denom)
    }

    /// The sum of two fractions. Where its denominator does not fit, the nearest fraction with a denominator that does.
    pub(super) fn plus(self, other: Self) -> Self {
        let (a, b) = (u64::from(self.denom), u64::from(other.denom));
        Self::fitting(u64::from(self.numer) * b + u64::from(other.numer) * a, a * b)
    }

    /// This fraction of `numer / denom`, which is above 0; rounded as in [`Fraction::plus`].
    pub(super) fn of(self, numer: u32, denom: u32) -> Self {
        Self::fitting(u64::from(self.numer) * u64::from(numer), u64::from(self.denom) * u64::from(denom))
    }

    /// `numer / denom`, both of two factors of 32 bits each, or the fraction nearest to it that fits.
    fn fitting(numer: u64, denom: u64) -> Self {
        let (mut a, mut b) = (numer, denom);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let (numer, denom) = (numer / a.max(1), denom / a.max(1));
        match (u32::try_from(numer), u32::try_from(denom)) {
            (Ok(numer), Ok(denom)) => Self { denom, numer },
            #[expect(clippy::cast_sign_loss, reason = "parts of one respondent are between 0 and 1")]
            _ => Self::new((numer as f64 / denom as f64 * f64::from(1 << 24)).round() as u32, 1 << 24),
        }
    }
}

/// The credits of one respondent: into `out` (cleared first) goes each taker once, with the integer N of its credit 1/N.
/// The credits sum to 1.
///
/// `stances` may stand in any order. `residual` is the bucket where no driver is mentioned, and does not count otherwise;
/// as [`Residual::Contrary`] says something of drivers, it is read as [`Residual::NoDriver`] there.
///
/// With [`Credit::Grouped`], N is the product of the numbers of eligible drivers at each level. Where that would pass 2³² (only
/// with hundreds of drivers in one comment), the levels left are shared equally, so that the credits still sum to 1.
pub fn credits(
    tree: &DriverTree,
    rule: Credit,
    band: Band,
    stances: &[(DriverIx, Stance)],
    residual: Residual,
    out: &mut Vec<(Taker, u32)>,
) {
    let mut rows = Vec::new();
    explain(tree, rule, band, stances, residual, &mut rows);
    out.clear();
    out.extend(rows.iter().filter_map(|(row, part)| match row {
        Row::Taker(taker) => Some((*taker, part.denom)),
        Row::Parent(_) | Row::Rollup { .. } => None,
    }));
}

/// As [`credits`], and with the sums of the parents; each row once.
pub(super) fn explain(
    tree: &DriverTree,
    rule: Credit,
    band: Band,
    stances: &[(DriverIx, Stance)],
    residual: Residual,
    out: &mut Vec<(Row, Fraction)>,
) {
    out.clear();
    let bucket = |bucket| (Row::Taker(Taker::Residual(bucket)), Fraction::one_of(1));
    if stances.is_empty() {
        out.push(bucket(if residual == Residual::Contrary { Residual::NoDriver } else { residual }));
        return;
    }
    let eligible = eligible(tree, band, stances);
    if eligible.is_empty() {
        out.push(bucket(Residual::Contrary));
        return;
    }
    match rule {
        Credit::Equal => share_equally(tree, &eligible, 0, 1, out),
        Credit::Grouped => share_by_level(tree, &eligible, 0, 1, out),
    }
}

/// The eligible drivers, none of them above another, and those of one subtree side by side.
fn eligible(tree: &DriverTree, band: Band, stances: &[(DriverIx, Stance)]) -> Vec<DriverIx> {
    let explains = |stance: Stance| match band {
        Band::Promoter => matches!(stance, Stance::Positive | Stance::Mixed),
        Band::Detractor => matches!(stance, Stance::Negative | Stance::Mixed),
        Band::Passive => true,
    };
    let those = |wanted: &dyn Fn(Stance) -> bool| -> Vec<DriverIx> {
        stances.iter().filter(|(_, stance)| wanted(*stance)).map(|(driver, _)| *driver).collect()
    };
    let mut named = those(&explains);
    if named.is_empty() {
        named = those(&|stance| stance == Stance::Neutral);
    }
    named.sort_unstable_by_key(|driver| tree.walk_place(*driver));
    named.dedup();
    // In the walk, whatever is below a driver follows it at once, so one look ahead tells whether there is any.
    let mut keep = Vec::with_capacity(named.len());
    for (at, driver) in named.iter().enumerate() {
        let below = named.get(at + 1).is_some_and(|next| tree.ancestors(*next).any(|above| above == *driver));
        if !below {
            keep.push(*driver);
        }
    }
    keep
}

/// The taker that a mention of this driver credits.
pub(super) fn taker_of(tree: &DriverTree, driver: DriverIx) -> Taker {
    if tree.is_leaf(driver) { Taker::Leaf(driver) } else { Taker::General(driver) }
}

/// Shares 1/`denom` equally among all of `drivers`, and writes the sums of the parents that are at least `level` deep.
fn share_equally(tree: &DriverTree, drivers: &[DriverIx], level: u16, denom: u32, out: &mut Vec<(Row, Fraction)>) {
    let parts = denom * drivers.len() as u32;
    let mut sums: Vec<(DriverIx, u32)> = Vec::new();
    for driver in drivers {
        let taker = taker_of(tree, *driver);
        out.push((Row::Taker(taker), Fraction::one_of(parts)));
        let itself = matches!(taker, Taker::General(_)).then_some(*driver);
        for parent in itself.into_iter().chain(tree.ancestors(*driver)).filter(|above| tree.depth(*above) >= level) {
            match sums.iter_mut().find(|(of, _)| *of == parent) {
                Some((_, sum)) => *sum += 1,
                None => sums.push((parent, 1)),
            }
        }
    }
    out.extend(sums.into_iter().map(|(parent, sum)| (Row::Parent(parent), Fraction::new(sum, parts))));
}

/// Shares 1/`denom` equally among the subtrees at `level` in which `drivers` are, and so on below. `denom × drivers` fits in 32 bits.
///
/// It calls itself only where it splits, which at least doubles the denominator: no deeper than 32 calls, however deep the tree.
fn share_by_level(tree: &DriverTree, drivers: &[DriverIx], mut level: u16, denom: u32, out: &mut Vec<(Row, Fraction)>) {
    loop {
        let top = |driver: &DriverIx| tree.at_depth(*driver, level);
        let groups: Vec<&[DriverIx]> = drivers.chunk_by(|a, b| top(a) == top(b)).collect();
        if let [only] = groups[..] {
            let top = top(&only[0]);
            if tree.is_leaf(top) {
                out.push((Row::Taker(Taker::Leaf(top)), Fraction::one_of(denom)));
                return;
            }
            out.push((Row::Parent(top), Fraction::one_of(denom)));
            if only[0] == top {
                out.push((Row::Taker(Taker::General(top)), Fraction::one_of(denom)));
                return;
            }
            level += 1;
            continue;
        }
        // There are no more groups than drivers, so this fits; what the groups go on to share may not.
        let parts = denom * groups.len() as u32;
        let largest = groups.iter().map(|group| group.len() as u32).max().unwrap_or(1);
        if parts.checked_mul(largest).is_some() {
            for group in groups {
                share_by_level(tree, group, level, parts, out);
            }
        } else {
            share_equally(tree, drivers, level, denom, out);
        }
        return;
    }
}
