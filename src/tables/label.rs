//! How cells and the rows within them are called in tables of figures.
//!
//! Not who falls into them: `contribution` says that, and `engine` gives the names.

/// What a row of a table of drivers stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Level {
    /// A driver without drivers beneath it.
    #[default]
    Leaf,
    /// A driver with others beneath it: the sum of its leaves.
    Parent,
    /// A bucket for credit that no driver takes.
    Residual,
    /// The sum of the leaves that share a value of an attribute.
    Rollup,
    /// The Net Promoter Score itself.
    Nps,
}

impl Level {
    /// The word that tables use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Leaf => "leaf",
            Self::Parent => "parent",
            Self::Residual => "residual",
            Self::Rollup => "rollup",
            Self::Nps => "nps",
        }
    }

    /// The level that tables call by this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Leaf, Self::Parent, Self::Residual, Self::Rollup, Self::Nps].into_iter().find(|it| it.as_str() == word)
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct CellLabel {
    /// `total`, a segment's name, or several joined by `×`.
    pub level: String,
    /// A value a segment, in the layout's order; rolled up is `(all)`.
    pub segments: Vec<String>,
}

/// A driver, bucket or roll-up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowLabel {
    /// Its id.
    pub driver: String,
    /// The id of the driver's parent; of a roll-up's value, the attribute.
    pub parent: Option<String>,
    /// What it stands for.
    pub level: Level,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
}
