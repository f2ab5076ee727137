//! How large inputs may be: what is beyond is a reject where it is a row, and an error with a way out where it is a file.
//!
//! Not for how much is read at a time: results depend on these limits and not on that.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::error::{Error, ErrorKind, Result};
pub(super) use crate::xlsx::size;

const MIB: u64 = 1024 * 1024;

/// The largest row that can be asked for: offsets within a block of rows are 32 bits.
const LARGEST_ROW: u64 = 512 * MIB;

/// The limits, `[limits]` of verbatim.toml; each is at least 1, sizes are bytes of UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The longest field; a row that has a longer one is a reject (`field_too_large`).
    #[serde(deserialize_with = "size_read")]
    pub field: u64,
    /// The longest row, with its line end; a longer one is a reject (`row_too_large`). At most 512 MiB.
    #[serde(deserialize_with = "size_read")]
    pub row: u64,
    /// Most columns of an input; more are an error (`too_many_columns`).
    pub columns: u64,
    /// Most files of a run; more are an error (`too_many_files`). Ten years of a file a day are 3,653.
    pub files: u64,
    /// Into how many times its size a Parquet file may unpack (`unpacks_too_large`); a file counts as at least 64 KiB, and a field as at
    /// least 8 bytes.
    pub unpacked: u64,
    /// What the largest pages of all columns of a Parquet file that are read unpack to together (`page_too_large`).
    #[serde(deserialize_with = "size_read")]
    pub pages: u64,
    /// The footer of a Parquet file, which says what is in it (`footer_too_large`).
    #[serde(deserialize_with = "size_read")]
    pub footer: u64,
    /// What the parts of a workbook unpack to together, and what its cells hold, a text that many share counted in each, one
    /// of merged cells in each row (`workbook_too_large`).
    #[serde(deserialize_with = "size_read")]
    pub workbook: u64,
    /// Into how many times its size a part of a workbook may unpack, from 16 MiB on (`workbook_too_large`).
    pub packing: u64,
    /// What the texts that cells of a workbook share take in memory (`workbook_too_large`).
    #[serde(deserialize_with = "size_read")]
    pub shared: u64,
}

impl Default for Limits {
    fn default() -> Self {
        let xlsx = crate::xlsx::Limits::default();
        Self {
            field: MIB,
            row: 8 * MIB,
            columns: 4096,
            files: 10_000,
            unpacked: 1000,
            pages: 128 * MIB,
            footer: 8 * MIB,
            workbook: xlsx.unpacked,
            packing: xlsx.ratio,
            shared: xlsx.strings,
        }
    }
}

impl Limits {
    /// The names of the limits, and what each says, in the order of verbatim.toml.
    pub const MEANINGS: [(&str, &str); 10] = [
        ("field", "The longest field in bytes; a row with a longer one is a reject."),
        ("row", "The longest row in bytes; a longer one is a reject."),
        ("columns", "Most columns of an input."),
        ("files", "Most files of a run."),
        ("unpacked", "Into how many times its size a Parquet file may unpack."),
        ("pages", "What the largest pages of all columns of a Parquet file may unpack to together, in bytes."),
        ("footer", "The longest footer of a Parquet file in bytes."),
        ("workbook", "What the parts of a workbook may unpack to together, and what its cells may hold, in bytes."),
        ("packing", "Into how many times its size a part of a workbook may unpack."),
        ("shared", "What the texts that cells of a workbook share may take in memory, in bytes."),
    ];

    /// The limits in the order of [`Limits::MEANINGS`].
    pub fn values(&self) -> [u64; 10] {
        [
            self.field,
            self.row,
            self.columns,
            self.files,
            self.unpacked,
            self.pages,
            self.footer,
            self.workbook,
            self.packing,
            self.shared,
        ]
    }

    /// Those of workbooks.
    pub(super) fn of_workbooks(&self) -> crate::xlsx::Limits {
        crate::xlsx::Limits { unpacked: self.workbook, ratio: self.packing, strings: self.shared }
    }

    /// Sets the limit that is written `NAME=N`, where a size may have a unit (`field=4MB`, `row=16MiB`); code `bad_limit`.
    pub fn set(&mut self, written: &str) -> Result<()> {
        let Some((name, value)) = written.split_once('=') else {
            return Err(bad(format!("`{written}` has no `=`")));
        };
        let name = name.trim();
        let value = value.trim();
        let place = match name {
            "field" => &mut self.field,
            "row" => &mut self.row,
            "columns" => &mut self.columns,
            "files" => &mut self.files,
            "unpacked" => &mut self.unpacked,
            "pages" => &mut self.pages,
            "footer" => &mut self.footer,
            "workbook" => &mut self.workbook,
            "packing" => &mut self.packing,
            "shared" => &mut self.shared,
            _ => return Err(bad(format!("there is no limit `{name}`"))),
        };
        // What is no size is a number of things.
        let is_size = !matches!(name, "columns" | "files" | "unpacked" | "packing");
        let wrong = if is_size { "takes bytes, or a size such as 4MB or 16MiB" } else { "takes a whole number" };
        let number = if is_size { bytes(value) } else { value.parse().ok() };
        *place = number.ok_or_else(|| bad(format!("the limit `{name}` {wrong}")))?;
        Ok(())
    }

    /// Code `bad_limit` where one is 0, or too large to be kept.
    pub fn check(&self) -> Result<()> {
        let named = Self::MEANINGS.iter().zip(self.values());
        if let Some(((name, _), _)) = named.into_iter().find(|(_, value)| *value == 0) {
            return Err(bad(format!("the limit `{name}` is 0")));
        }
        if self.row > LARGEST_ROW {
            return Err(bad(format!("a row has at most {}", size(LARGEST_ROW))));
        }
        Ok(())
    }

    /// Code `too_many_columns` where an input has more columns than the limit.
    pub(super) fn allow_columns(&self, columns: usize) -> Result<()> {
        if columns as u64 <= self.columns {
            return Ok(());
        }
        let message = format!("the input has more than {} columns", self.columns);
        Err(Error::new(ErrorKind::Input, "too_many_columns", message)
            .help(format!("Leave out columns that are not needed, or raise the limit: {}.", raise("columns"))))
    }
}

/// A size: bytes, or with a unit KB, MB, GB of a thousand each, KiB, MiB, GiB of 1,024.
fn bytes(size: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 7] = [
        ("kib", 1 << 10),
        ("mib", 1 << 20),
        ("gib", 1 << 30),
        ("kb", 1000),
        ("mb", 1_000_000),
        ("gb", 1_000_000_000),
        ("", 1),
    ];
    let size = size.trim().to_ascii_lowercase();
    let (number, unit) = UNITS.into_iter().find_map(|(name, bytes)| Some((size.strip_suffix(name)?, bytes)))?;
    number.trim().parse::<u64>().ok()?.checked_mul(unit)
}

/// A size in a file: bytes, or a size with a unit in quotes.
fn size_read<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "bytes, or a size such as \"4MB\" or \"16MiB\"")]
    enum Size {
        Bytes(u64),
        Written(String),
    }
    match Size::deserialize(deserializer)? {
        Size::Bytes(size) => Ok(size),
        Size::Written(size) => bytes(&size).ok_or_else(|| {
            de::Error::custom(format!("`{size}` is not a size: say bytes, or a size such as \"4MB\" or \"16MiB\""))
        }),
    }
}

fn bad(message: String) -> Error {
    let names: Vec<&str> = Limits::MEANINGS.iter().map(|(name, _)| *name).collect();
    Error::new(ErrorKind::Usage, "bad_limit", message)
        .help(format!("Say `--limit NAME=N`, or a key of [limits] in verbatim.toml: {}.", names.join(", ")))
}

/// How a limit is raised, for the way out of an error.
pub(super) fn raise(name: &str) -> String {
    format!("`--limit {name}=N`, or `{name}` in [limits] of verbatim.toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_named_and_bounded() {
        for (number, (name, _)) in Limits::MEANINGS.into_iter().enumerate() {
            let mut limits = Limits::default();
            limits.set(&format!("{name} = 7")).unwrap();
            assert_eq!(limits.values()[number], 7, "{name}");
            limits.check().unwrap();
            limits.set(&format!("{name}=0")).unwrap();
            assert_eq!(limits.check().unwrap_err().code(), "bad_limit", "{name}");
        }
        for (written, why) in [
            ("fields=4194304", "there is no limit `fields`"),
            ("field", "`field` has no `=`"),
            ("field=", "the limit `field` takes bytes, or a size such as 4MB or 16MiB"),
            ("field=-1", "the limit `field` takes bytes, or a size such as 4MB or 16MiB"),
            ("field=1TB", "the limit `field` takes bytes, or a size such as 4MB or 16MiB"),
            ("field=99999999999GiB", "the limit `field` takes bytes, or a size such as 4MB or 16MiB"),
            ("files=1KB", "the limit `files` takes a whole number"),
        ] {
            let error = Limits::default().set(written).unwrap_err();
            assert_eq!((error.code(), error.message()), ("bad_limit", why), "{written}");
        }
        for (written, bytes) in [
            ("4KB", 4_000),
            ("4MB", 4_000_000),
            ("1 GB", 1_000_000_000),
            ("4kib", 4_096),
            ("16MiB", 16 << 20),
            ("1GiB", 1 << 30),
        ] {
            let mut limits = Limits::default();
            limits.set(&format!("field={written}")).unwrap();
            assert_eq!(limits.field, bytes, "{written}");
        }
        for (written, bytes) in [
            ("\"4MB\"", Some(4_000_000)),
            ("4096", Some(4_096)),
            ("\"4096\"", Some(4_096)),
            ("\"4 TB\"", None),
            ("-1", None),
        ] {
            let limits = toml::from_str::<Limits>(&format!("field = {written}")).ok();
            assert_eq!(limits.map(|limits| limits.field), bytes, "{written}");
        }
        let mut limits = Limits::default();
        limits.set("row=536870913").unwrap();
        assert_eq!(limits.check().unwrap_err().message(), "a row has at most 512 MiB");
    }
}
