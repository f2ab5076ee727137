//! Where a table's rows of one period lie: the tables' names, and `period=<label>` as a folder name.
//!
//! Not what a period is: labels come from `survey`, and are taken here as they are.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A table that the engine writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// One row per respondent.
    Comments,
    /// One row per driver mention in a comment.
    Mentions,
    /// One row per cell.
    Nps,
    /// One row per cell and driver or residual bucket.
    Contributions,
    /// One row per cell, driver and voice.
    Voices,
    /// One row per cell, driver and comparison with an earlier period.
    Changes,
    /// One row per cell and function of the responsibility matrix.
    Functions,
    /// One row per driver and segment column.
    Attribution,
    /// One row per action of the responsibility file.
    Actions,
    /// One row per respondent to get back to.
    FollowUps,
    /// One row per contact with a respondent after the answer.
    Recoveries,
    /// One row per input row that was not used.
    Rejects,
}

impl Table {
    /// All tables, in the order of the dictionary.
    pub const ALL: [Self; 12] = [
        Self::Comments,
        Self::Mentions,
        Self::Nps,
        Self::Contributions,
        Self::Voices,
        Self::Changes,
        Self::Functions,
        Self::Attribution,
        Self::Actions,
        Self::FollowUps,
        Self::Recoveries,
        Self::Rejects,
    ];

    /// The name of its folder.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comments => "comments",
            Self::Mentions => "mentions",
            Self::Nps => "nps",
            Self::Contributions => "contributions",
            Self::Voices => "voices",
            Self::Changes => "changes",
            Self::Functions => "functions",
            Self::Attribution => "attribution",
            Self::Actions => "actions",
            Self::FollowUps => "follow_ups",
            Self::Recoveries => "recoveries",
            Self::Rejects => "rejects",
        }
    }

    /// The table whose folder has this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.as_str() == name)
    }

    /// What one row of it is.
    pub const fn row(self) -> &'static str {
        match self {
            Self::Comments => "respondent",
            Self::Mentions => "driver mention in a comment",
            Self::Nps => "cell: one combination of segment values in one period",
            Self::Contributions => "cell and driver, parent of drivers, residual bucket or roll-up",
            Self::Voices => "cell, driver and voice that anybody of the cell raises about it",
            Self::Changes => "cell, driver and comparison with an earlier period",
            Self::Functions => "cell and function of the responsibility matrix",
            Self::Attribution => "driver and segment column",
            Self::Actions => "action of the responsibility file",
            Self::FollowUps => {
                "respondent to get back to: detractors, passives and promoters, without those who did not agree; a customer once, by the newest answer with a score"
            }
            Self::Recoveries => {
                "contact with a respondent after the answer, as `verbatim follow-up import` brought it in"
            }
            Self::Rejects => "input row that was not used",
        }
    }
}

/// The label under which all periods stand together.
pub const ALL_PERIODS: &str = "all";

/// Hive's name for a partition whose value is empty.
const EMPTY_LABEL: &str = "__HIVE_DEFAULT_PARTITION__";

/// One file: the rows of one table in one period.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartId {
    /// Which table.
    pub table: Table,
    /// The period's label, as it is in the data.
    pub period: String,
}

impl PartId {
    /// The part of `table` for `period`.
    pub fn new(table: Table, period: impl Into<String>) -> Self {
        Self { table, period: period.into() }
    }

    /// The part for all periods together.
    pub fn of_all_periods(table: Table) -> Self {
        Self::new(table, ALL_PERIODS)
    }

    /// Its path inside the output folder, with `/`: also its key in the manifest.
    pub fn key(&self) -> String {
        format!("{}/period={}/part-0.parquet", self.table.as_str(), encode_label(&self.period))
    }

    /// The name of its file while a commit is made ready: all in one folder, so that there is one to be synced.
    pub fn staged(&self) -> String {
        format!("{}-{}.parquet", self.table.as_str(), encode_label(&self.period))
    }

    /// The part that has this path inside the output folder.
    pub fn parse(key: &str) -> Option<Self> {
        let mut pieces = key.split('/');
        let (table, folder, file) = (pieces.next()?, pieces.next()?, pieces.next()?);
        if pieces.next().is_some() || file != "part-0.parquet" {
            return None;
        }
        let part = Self::new(Table::parse(table)?, decode_label(folder.strip_prefix("period=")?)?);
        (part.key() == key).then_some(part)
    }

    /// Its file in the output folder `out`.
    pub fn file(&self, out: &Path) -> PathBuf {
        out.join(self.key())
    }
}

/// A period label as it stands in a folder name: what Hive escapes, and what some file system does not allow, as `%` and two
/// hexadecimal digits a byte. `DuckDB`, Spark and pyarrow turn it back when they read.
pub fn encode_label(label: &str) -> String {
    if label.is_empty() {
        return EMPTY_LABEL.to_string();
    }
    let mut folder = String::with_capacity(label.len());
    let last = label.len() - 1;
    for (at, c) in label.char_indices() {
        let dangles = at == last && matches!(c, '.' | ' ');
        if c.is_ascii_control() || r##""#%'*/:=?\{}[]^<>|"##.contains(c) || dangles {
            // Writing to a String cannot fail.
            let _ = write!(folder, "%{:02X}", c as u32);
        } else {
            folder.push(c);
        }
    }
    folder
}

/// The label that [`encode_label`] made this folder name of; `None` where the name is no such thing.
pub fn decode_label(folder: &str) -> Option<String> {
    if folder == EMPTY_LABEL {
        return Some(String::new());
    }
    let mut pieces = folder.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(piece.get(..2)?, 16).ok()?);
        bytes.extend_from_slice(&piece.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_survives_its_folder_name() {
        for (label, folder) in [
            ("2024-W05", "2024-W05"),
            ("2024 年 第1周", "2024 年 第1周"),
            ("2024/01", "2024%2F01"),
            ("..", ".%2E"),
            ("a=b%", "a%3Db%25"),
            ("", "__HIVE_DEFAULT_PARTITION__"),
            ("tab\t", "tab%09"),
        ] {
            assert_eq!(encode_label(label), folder);
            assert_eq!(decode_label(folder).as_deref(), Some(label));
        }
        assert_eq!(decode_label("100%"), None);
        assert_eq!(decode_label("%zz"), None);
    }

    #[test]
    fn a_key_is_read_back_only_as_it_is_written() {
        let part = PartId::new(Table::Nps, "2024/01");
        assert_eq!(part.key(), "nps/period=2024%2F01/part-0.parquet");
        assert_eq!(PartId::parse(&part.key()), Some(part));
        for other in
            ["nps/period=../../x/part-0.parquet", "nps/period=a/part-1.parquet", "x/period=a/part-0.parquet", ""]
        {
            assert_eq!(PartId::parse(other), None, "{other}");
        }
    }
}
