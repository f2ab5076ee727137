//! The kinds of personal data that are known, what a survey adds to them, and how many of each were found.
//!
//! Not how they are found: each kind has a file of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::AddAssign;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

/// A kind of personal data that patterns find by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Phone numbers: mobile and landline, of the mainland, of Hong Kong, of other countries.
    Phone,
    /// E-mail addresses.
    Email,
    /// Identity card numbers of the People's Republic of China.
    IdCard,
    /// Bank card numbers.
    BankCard,
    /// Licence plates of the People's Republic of China.
    Plate,
    /// Account names of messengers: `WeChat`, QQ.
    Account,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Phone, Self::Email, Self::IdCard, Self::BankCard, Self::Plate, Self::Account];

    /// Its name in files and flags.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::IdCard => "id_card",
            Self::BankCard => "bank_card",
            Self::Plate => "plate",
            Self::Account => "account",
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What is blotted out: kinds, and patterns of a survey's own. Nothing of either: redaction is off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redaction {
    /// Kinds that are found.
    pub kinds: BTreeSet<Kind>,
    /// Patterns besides, in the order in which they are tried, after the kinds.
    pub own: Vec<OwnPattern>,
}

impl Default for Redaction {
    /// All kinds.
    fn default() -> Self {
        Self { kinds: Kind::ALL.into(), own: Vec::new() }
    }
}

impl Redaction {
    /// Nothing at all.
    pub const fn off() -> Self {
        Self { kinds: BTreeSet::new(), own: Vec::new() }
    }

    /// Whether nothing is blotted out.
    pub fn is_off(&self) -> bool {
        self.kinds.is_empty() && self.own.is_empty()
    }
}

/// A pattern of a survey's own: `order_number`, `[A-Z]{2}[0-9]{8}`.
#[derive(Debug, Clone)]
pub struct OwnPattern {
    name: Arc<str>,
    regex: Regex,
}

/// Why something is no pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadPattern {
    /// The name is that of a kind, or not made of `a` to `z`, digits and `_`.
    Name(String),
    /// The expression cannot be read, is too large, or matches where nothing stands.
    Regex(String),
}

/// How large a compiled pattern may be, in bytes.
const LARGEST: usize = 1 << 20;

impl OwnPattern {
    /// A pattern by this name, in the syntax of the `regex` crate. It sees texts as those of the kinds do: full-width characters at half
    /// width, blanks and dashes of all sorts as ` ` and `-`. Where it has a group `blot`, that alone is blotted out.
    pub fn new(name: &str, regex: &str) -> Result<Self, BadPattern> {
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(letters) {
            let message = format!("`{name}` is no name for a pattern: use a to z, digits and _, a letter first");
            return Err(BadPattern::Name(message));
        }
        if Kind::parse(name).is_some() {
            return Err(BadPattern::Name(format!("`{name}` is the name of a kind that is built in")));
        }
        let wrong = |error: regex::Error| {
            let message = error.to_string();
            // The last line says what is wrong; those before it draw where.
            let last = message.lines().last().unwrap_or_default().trim_start_matches("error: ");
            BadPattern::Regex(format!("`{regex}` is no pattern: {last}"))
        };
        let compiled = RegexBuilder::new(regex).size_limit(LARGEST).build().map_err(wrong)?;
        if compiled.is_match("") {
            return Err(BadPattern::Regex(format!("`{regex}` matches where nothing stands")));
        }
        Ok(Self { name: name.into(), regex: compiled })
    }

    /// Its name, under which finds are counted.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    pub(super) const fn regex(&self) -> &Regex {
        &self.regex
    }
}

impl PartialEq for OwnPattern {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.regex.as_str() == other.regex.as_str()
    }
}

impl Eq for OwnPattern {}

impl Serialize for OwnPattern {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&*self.name, self.regex.as_str()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for OwnPattern {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (name, regex) = <(String, String)>::deserialize(deserializer)?;
        Self::new(&name, &regex).map_err(serde::de::Error::custom)
    }
}

impl BadPattern {
    /// Whether the name is wrong, and not the expression.
    pub const fn is_of_name(&self) -> bool {
        matches!(self, Self::Name(_))
    }
}

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(message) | Self::Regex(message) => f.write_str(message),
        }
    }
}

/// How many of each kind were blotted out, by the names of the kinds and of a survey's own patterns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Redactions(BTreeMap<Arc<str>, u32>);

impl Redactions {
    /// All together.
    pub fn total(&self) -> u32 {
        self.0.values().sum()
    }

    /// How many of this name.
    pub fn of(&self, name: &str) -> u32 {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// Each name that occurs, at least once.
    pub fn by_kind(&self) -> impl Iterator<Item = (&Arc<str>, u32)> {
        self.0.iter().map(|(name, count)| (name, *count))
    }

    pub(super) fn add(&mut self, name: &Arc<str>) {
        *self.0.entry(Arc::clone(name)).or_default() += 1;
    }
}

impl AddAssign<&Self> for Redactions {
    fn add_assign(&mut self, other: &Self) {
        for (name, count) in &other.0 {
            *self.0.entry(Arc::clone(name)).or_default() += count;
        }
    }
}
