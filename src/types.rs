//! The field's words as types that every stop of the pipeline shares: band, polarity, stance, voice, weight, share, role.
//!
//! Not for anything with behaviour of its own: scales live in `survey`, drivers in `lexicon`, credit in `contribution`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which side of the Net Promoter Score a respondent is on (Reichheld 2003).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Band {
    /// Would advise against: 0–6 on the default scale.
    Detractor,
    /// In between: 7–8.
    Passive,
    /// Would recommend: 9–10.
    Promoter,
}

impl Band {
    /// All bands, worst first.
    pub const ALL: [Self; 3] = [Self::Detractor, Self::Passive, Self::Promoter];

    /// The word that tables and files use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Detractor => "detractor",
            Self::Passive => "passive",
            Self::Promoter => "promoter",
        }
    }

    /// The band that tables call by this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|band| band.as_str() == word)
    }
}

/// Whether a respondent may be contacted, as asked in the survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Consent {
    /// The respondent agreed.
    Yes,
    /// The respondent did not.
    No,
}

impl Consent {
    /// Both, in the order of their numbers.
    pub const ALL: [Self; 2] = [Self::Yes, Self::No];

    /// The word that tables and files use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
        }
    }

    /// The consent that tables call by this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|consent| consent.as_str() == word)
    }
}

/// What one mention says of its driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Polarity {
    /// It blames.
    Negative,
    /// It names, without praise or blame.
    Neutral,
    /// It praises.
    Positive,
}

impl Polarity {
    /// All polarities, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Negative, Self::Neutral, Self::Positive];

    /// The polarity that tables call by this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|polarity| polarity.as_str() == word)
    }

    /// The word that tables and files use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
        }
    }

    /// The other side; neutral stays neutral.
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::Negative => Self::Positive,
            Self::Neutral => Self::Neutral,
            Self::Positive => Self::Negative,
        }
    }
}

/// What one respondent, over all mentions, says of one driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stance {
    /// At least one negative mention, no positive one.
    Negative,
    /// Only neutral mentions.
    Neutral,
    /// Both positive and negative mentions.
    Mixed,
    /// At least one positive mention, no negative one.
    Positive,
}

impl Stance {
    /// All stances.
    pub const ALL: [Self; 4] = [Self::Negative, Self::Neutral, Self::Mixed, Self::Positive];

    /// The word that tables and files use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Mixed => "mixed",
            Self::Positive => "positive",
        }
    }

    /// The stance that tables call by this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stance| stance.as_str() == word)
    }

    /// The stance after one more mention.
    #[must_use]
    pub const fn and(self, mention: Polarity) -> Self {
        match (self, mention) {
            (stance, Polarity::Neutral) => stance,
            (Self::Neutral | Self::Positive, Polarity::Positive) => Self::Positive,
            (Self::Neutral | Self::Negative, Polarity::Negative) => Self::Negative,
            _ => Self::Mixed,
        }
    }
}

impl From<Polarity> for Stance {
    fn from(polarity: Polarity) -> Self {
        Self::Neutral.and(polarity)
    }
}

/// What a comment does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Voice {
    /// It praises.
    Praise,
    /// It tells of a problem.
    Problem,
    /// It wishes or advises.
    Suggestion,
    /// It asks.
    Question,
}

impl Voice {
    /// All voices, in the order in which tables list them.
    pub const ALL: [Self; 4] = [Self::Praise, Self::Problem, Self::Suggestion, Self::Question];

    /// The word that tables use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Praise => "praise",
            Self::Problem => "problem",
            Self::Suggestion => "suggestion",
            Self::Question => "question",
        }
    }

    /// The voice that tables call by this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|voice| voice.as_str() == word)
    }
}

/// A set of voices: a comment may praise and ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Voices(u8);

impl Voices {
    /// No voice.
    pub const NONE: Self = Self(0);

    /// These voices, and one more.
    #[must_use]
    pub const fn with(self, voice: Voice) -> Self {
        Self(self.0 | 1 << voice as u8)
    }

    /// The voices of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether this voice is among them.
    pub const fn has(self, voice: Voice) -> bool {
        self.0 & 1 << voice as u8 != 0
    }

    /// Each of them, in the order of [`Voice::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Voice> {
        Voice::ALL.into_iter().filter(move |voice| self.has(*voice))
    }

    /// One bit for each voice, in the order of [`Voice::ALL`]: 0 to 15.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The voices of the four lowest bits.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 0b1111)
    }
}

impl FromIterator<Voice> for Voices {
    fn from_iter<T: IntoIterator<Item = Voice>>(voices: T) -> Self {
        voices.into_iter().fold(Self::NONE, Self::with)
    }
}

/// What one respondent, over all mentions, says of one driver, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Said {
    /// The driver.
    pub driver: DriverIx,
    /// What is said of it.
    pub stance: Stance,
    /// What is done in saying it: `praise` by a mention that praises, `problem` by one that blames and is no wish, `suggestion` where
    /// the respondent wishes something of it, `question` where one is asked. A driver that is only named has none.
    pub voices: Voices,
}

impl From<(DriverIx, Stance)> for Said {
    /// A stance of which no voice is known.
    fn from((driver, stance): (DriverIx, Stance)) -> Self {
        Self { driver, stance, voices: Voices::NONE }
    }
}

/// What a comment is where no driver is mentioned in it; with [`Residual::Contrary`], the buckets that take the credit which no
/// driver takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Residual {
    /// Drivers are mentioned, but only against the side that the score took.
    Contrary,
    /// Praise that names no driver.
    GeneralPraise,
    /// Blame that names no driver.
    GeneralBlame,
    /// A comment without driver, praise or blame.
    NoDriver,
    /// Blank, or an answer that says there is none.
    NoComment,
}

impl Residual {
    /// All residual buckets, in the order in which tables list them.
    pub const ALL: [Self; 5] =
        [Self::Contrary, Self::GeneralPraise, Self::GeneralBlame, Self::NoDriver, Self::NoComment];

    /// The id that stands in the driver column of tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contrary => "contrary",
            Self::GeneralPraise => "general_praise",
            Self::GeneralBlame => "general_blame",
            Self::NoDriver => "no_driver",
            Self::NoComment => "no_comment",
        }
    }

    /// The bucket that tables call by this id.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bucket| bucket.as_str() == word)
    }

    /// Its name in Chinese and in English, for people.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Contrary => ("与评分相反", "Against the score"),
            Self::GeneralPraise => ("笼统好评", "General praise"),
            Self::GeneralBlame => ("笼统差评", "General blame"),
            Self::NoDriver => ("未提及因素", "No driver named"),
            Self::NoComment => ("未填写", "No comment"),
        }
    }
}

/// The question to which a comment column is the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// "Why did you give this score?"
    #[default]
    Why,
    /// "What was good?"
    Good,
    /// "What could we do better?"
    Improve,
    /// Anything else.
    Other,
}

impl Role {
    /// The word that flags, files and tables use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Why => "why",
            Self::Good => "good",
            Self::Improve => "improve",
            Self::Other => "other",
        }
    }

    /// The role that flags call by this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Why, Self::Good, Self::Improve, Self::Other].into_iter().find(|role| role.as_str() == word)
    }
}

/// A driver's place in the list of drivers, which is sorted by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DriverIx(pub u16);

/// A sampling weight, kept as a whole number of millionths, so that sums are exact in any order; above 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Weight(u64);

impl Weight {
    /// Weight 1.
    pub const ONE: Self = Self(1_000_000);
    /// The largest weight: 10⁶.
    pub const MAX: Self = Self(1_000_000_000_000);

    /// A weight of `micros` millionths, if that is above 0 and at most [`Weight::MAX`].
    pub const fn from_micros(micros: u64) -> Option<Self> {
        if micros == 0 || micros > Self::MAX.0 { None } else { Some(Self(micros)) }
    }

    /// A decimal number with at most six places that count ("1.25"), if it is above 0 and at most 10⁶; further places are rounded.
    pub fn parse(text: &str) -> Option<Self> {
        let value: f64 = text.trim().parse().ok()?;
        if !value.is_finite() || value <= 0.0 || value > 1e6 {
            return None;
        }
        // In range by the check above, so the cast neither wraps nor saturates.
        #[expect(clippy::cast_sign_loss)]
        Self::from_micros((value * 1e6).round() as u64)
    }

    /// The weight in millionths.
    pub const fn micros(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 as f64 / 1e6)
    }
}

/// A share of a whole: 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Serialize)]
pub struct Share(f64);

impl Share {
    /// None of it.
    pub const ZERO: Self = Self(0.0);

    /// `part / whole`, 0 where the whole is 0. Both count the same thing, and the part is of the whole.
    pub fn of(part: u128, whole: u128) -> Self {
        debug_assert!(part <= whole, "a part is not larger than its whole");
        if whole == 0 { Self::ZERO } else { Self(part as f64 / whole as f64) }
    }

    /// A number that is in 0..=1, give or take rounding in the last place, which is cut off.
    pub fn new(value: f64) -> Option<Self> {
        (-1e-9..=1.0 + 1e-9).contains(&value).then(|| Self(value.clamp(0.0, 1.0)))
    }

    /// A share as people write it: `0.2`, `20%`, `20 ％`; 0 to 1.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse::<f64>().ok();
        let share = match text.trim().strip_suffix(['%', '％']) {
            Some(percent) => number(percent)? / 100.0,
            None => number(text)?,
        };
        (0.0..=1.0).contains(&share).then_some(Self(share))
    }

    /// As a number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stance_is_mixed_only_with_both_sides() {
        use Polarity::{Negative as N, Neutral as O, Positive as P};
        for (mentions, stance) in [
            (&[O][..], Stance::Neutral),
            (&[O, P], Stance::Positive),
            (&[N, O], Stance::Negative),
            (&[N, P], Stance::Mixed),
            (&[P, N, N], Stance::Mixed),
            (&[P, P], Stance::Positive),
        ] {
            let got = mentions[1..].iter().fold(Stance::from(mentions[0]), |stance, m| stance.and(*m));
            assert_eq!(got, stance, "{mentions:?}");
        }
    }

    #[test]
    fn voices_are_a_set() {
        use Voice::{Praise, Problem, Question, Suggestion};
        let some: Voices = [Question, Praise].into_iter().collect();
        assert_eq!(some.iter().collect::<Vec<_>>(), [Praise, Question]);
        assert_eq!((some.has(Praise), some.has(Problem), some.bits()), (true, false, 0b1001));
        assert_eq!(some.and(Voices::NONE.with(Suggestion)).with(Praise).bits(), 0b1101);
        for bits in 0..16 {
            let voices = Voices::from_bits(bits);
            assert_eq!((voices.bits(), voices.iter().collect::<Voices>()), (bits, voices));
        }
        for voice in Voice::ALL {
            assert_eq!(Voice::parse(voice.as_str()), Some(voice));
        }
    }

    #[test]
    fn a_weight_is_above_zero_and_exact_to_a_millionth() {
        assert_eq!(Weight::parse("1"), Some(Weight::ONE));
        assert_eq!(Weight::parse(" 0.25 ").map(Weight::micros), Some(250_000));
        for bad in ["0", "-1", "NaN", "inf", "", "a", "1e9", "0.0000001"] {
            assert_eq!(Weight::parse(bad), None, "{bad}");
        }
    }
}
