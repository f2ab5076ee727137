//! The small files beside the comments: labels that people gave (`id,label,polarity[,column]`) and what the labels stand for
//! (`label,driver`).
//!
//! Not for the comments (`texts`), nor for what labels mean (`gold`).

use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Place, Result};
use crate::survey::SmallFile;
use crate::types::{Polarity, Stance};

/// What a label says of its driver; more labels of the same unit are joined by [`Side::and`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It is mentioned; what is said of it is not known.
    Unknown,
    /// What is said of it.
    Known(Stance),
}

impl Side {
    /// The side that a word of the gold stands for; blank is [`Side::Unknown`].
    pub fn parse(word: &str) -> Option<Self> {
        Some(Self::Known(match word.trim().to_lowercase().as_str() {
            "" => return Some(Self::Unknown),
            "positive" => Stance::Positive,
            "negative" => Stance::Negative,
            "neutral" => Stance::Neutral,
            "mixed" | "conflict" => Stance::Mixed,
            _ => return None,
        }))
    }

    /// Both together, as the engine joins mentions: praise and blame are mixed, and what is known counts.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let (one, other) = match (self, other) {
            (Self::Unknown, side) | (side, Self::Unknown) => return side,
            (Self::Known(one), Self::Known(other)) => (one, other),
        };
        Self::Known(match other {
            Stance::Positive => one.and(Polarity::Positive),
            Stance::Negative => one.and(Polarity::Negative),
            Stance::Neutral => one,
            Stance::Mixed => Stance::Mixed,
        })
    }

    /// The side in three words: mixed is neutral; `None` where it is not known.
    pub fn polarity(self) -> Option<Polarity> {
        match self {
            Self::Unknown => None,
            Self::Known(Stance::Positive) => Some(Polarity::Positive),
            Self::Known(Stance::Negative) => Some(Polarity::Negative),
            Self::Known(Stance::Neutral | Stance::Mixed) => Some(Polarity::Neutral),
        }
    }
}

/// One label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelRow {
    /// Where it stands.
    pub line: u64,
    /// The comment's id.
    pub id: String,
    /// The label; blank where the comment has none.
    pub label: String,
    /// What it says.
    pub side: Side,
    /// The column that it is about.
    pub column: Option<String>,
}

/// A file of labels.
#[derive(Debug, Clone)]
pub struct Labels {
    /// The file, as the user named it.
    pub file: PathBuf,
    /// Its rows, in their order.
    pub rows: Vec<LabelRow>,
    /// Whether it names columns.
    pub by_column: bool,
}

/// Reads a file of labels. Codes `bad_labels`, `unknown_column`.
pub fn labels(file: &Path) -> Result<Labels> {
    let table = read(file, &["id", "label", "polarity"], &["column"])?;
    let by_column = table.header.iter().any(|name| name.trim().eq_ignore_ascii_case("column"));
    let mut rows = Vec::with_capacity(table.rows.len());
    for (line, fields) in table.rows {
        let mut fields = fields.into_iter();
        let mut next = || fields.next().unwrap_or_default();
        let (id, label, word) = (next(), next(), next());
        let column = Some(next()).filter(|column| !column.is_empty());
        let wrong = |message: String| bad(message).at(Place::line(file, line, None));
        if id.is_empty() {
            return Err(wrong("a label has no id".to_owned()));
        }
        let side = Side::parse(&word).ok_or_else(|| {
            wrong(format!("`{word}` is no polarity"))
                .help("Use positive, negative, neutral, mixed or conflict, or leave it blank where it is not known.")
        })?;
        rows.push(LabelRow { line, id, label, side, column });
    }
    Ok(Labels { file: file.to_path_buf(), rows, by_column })
}

/// Reads what labels stand for: pairs of a label and a driver's id, in their order. Codes `bad_labels`, `unknown_column`.
pub fn map(file: &Path) -> Result<Vec<(String, String)>> {
    let table = read(file, &["label", "driver"], &[])?;
    let pair = |(line, fields): (u64, Vec<String>)| match &fields[..] {
        [label, driver] if !label.is_empty() && !driver.is_empty() => Ok((label.clone(), driver.clone())),
        _ => Err(bad("a line of the map lacks its label or its driver".to_owned()).at(Place::line(file, line, None))),
    };
    table.rows.into_iter().map(pair).collect()
}

fn bad(message: String) -> Error {
    Error::new(ErrorKind::Input, "bad_labels", message)
}

/// Reads a file of labels or their meanings, all of whose lines must be read.
fn read(file: &Path, must: &[&str], may: &[&str]) -> Result<SmallFile> {
    let read = SmallFile::read(file, must, may)?;
    match read.unreadable.first() {
        Some((line, why)) => Err(bad(format!("the line cannot be read: {why}")).at(Place::line(file, *line, None))),
        None => Ok(read),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_one_unit_are_joined_as_the_engine_joins_mentions() {
        for (words, polarity) in [
            (&["positive", "positive"][..], Some(Polarity::Positive)),
            (&["positive", "negative"], Some(Polarity::Neutral)),
            (&["negative", "", "negative"], Some(Polarity::Negative)),
            (&["neutral", "negative"], Some(Polarity::Negative)),
            (&["conflict", "positive"], Some(Polarity::Neutral)),
            (&["positive", "mixed"], Some(Polarity::Neutral)),
            (&["positive", "negative", "negative"], Some(Polarity::Neutral)),
            (&["", ""], None),
        ] {
            let sides = words.iter().map(|word| Side::parse(word).unwrap());
            assert_eq!(sides.reduce(Side::and).unwrap().polarity(), polarity, "{words:?}");
        }
        assert_eq!(Side::parse("good"), None);
        assert_eq!(Side::parse(" Negative "), Some(Side::Known(Stance::Negative)));
    }
}
