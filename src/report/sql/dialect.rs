//! How a database quotes, calls types, and makes views.
//!
//! Not for which views there are.

use arrow::datatypes::DataType;

/// A database that views are printed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `DuckDB` reads the files themselves.
    Duckdb,
    /// Spark SQL reads the files themselves, for one session.
    Spark,
    /// `PostgreSQL` cannot read Parquet: tables that the files are loaded into.
    Postgres,
}

impl Dialect {
    /// What the script says first.
    pub(super) const fn preface(self) -> &'static [&'static str] {
        match self {
            Self::Duckdb => &[
                "Printed by `verbatim sql`: views over the tables of an output folder, for DuckDB. They read the files as they are at the",
                "time of a query, so that new periods show up by themselves. May be run again.",
            ],
            Self::Spark => &[
                "Printed by `verbatim sql`: views over the tables of an output folder, for Spark SQL. They last for a session. After a run",
                "has written, run this again: Spark remembers which files there were.",
            ],
            Self::Postgres => &[
                "Printed by `verbatim sql --dialect postgres`: tables, what their columns hold, and views. May be run again: tables keep",
                "their rows and get columns that they lack. PostgreSQL does not read Parquet: DuckDB writes CSV, which psql loads. Both halves",
                "stand here as comments, marked `duckdb:` and `psql:`.",
            ],
        }
    }

    /// Statements that come before all others.
    pub(super) const fn settings(self) -> &'static [&'static str] {
        match self {
            // `CREATE TABLE IF NOT EXISTS` says so for each table that is there.
            Self::Postgres => &["SET client_min_messages = warning"],
            Self::Duckdb | Self::Spark => &[],
        }
    }

    /// How a view is made or replaced.
    pub(super) const fn create_view(self) -> &'static str {
        match self {
            Self::Duckdb | Self::Postgres => "CREATE OR REPLACE VIEW",
            Self::Spark => "CREATE OR REPLACE TEMPORARY VIEW",
        }
    }

    /// The statement that gives a view its description.
    pub(super) fn view_comment(self, view: &str, about: &str) -> Option<String> {
        let comment = || format!("COMMENT ON VIEW {view} IS {}", self.literal(about));
        (self != Self::Spark).then(comment)
    }

    /// A name of anything.
    pub(crate) fn name(self, name: &str) -> String {
        match self {
            Self::Duckdb | Self::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
            Self::Spark => format!("`{}`", name.replace('`', "``")),
        }
    }

    /// A text.
    pub(crate) fn literal(self, text: &str) -> String {
        match self {
            Self::Duckdb | Self::Postgres => format!("'{}'", text.replace('\'', "''")),
            Self::Spark => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        }
    }

    /// A path in which no character stands for others, as a text: both readers take paths for patterns.
    pub(super) fn path(self, folder: &str, inside: &str) -> String {
        let special = |c: char| match self {
            Self::Duckdb => matches!(c, '*' | '?' | '['),
            Self::Spark => matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\'),
            Self::Postgres => false,
        };
        let mut pattern = String::new();
        for c in folder.trim_end_matches('/').chars() {
            match (special(c), self) {
                (false, _) => pattern.push(c),
                (true, Self::Spark) => pattern.extend(['\\', c]),
                (true, _) => pattern.extend(['[', c, ']']),
            }
        }
        self.literal(&format!("{pattern}/{inside}"))
    }

    /// What a type of the tables is called.
    pub(super) fn kind(self, kind: &DataType) -> String {
        let named = |duckdb: &str, spark: &str, postgres: &str| {
            match self {
                Self::Duckdb => duckdb,
                Self::Spark => spark,
                Self::Postgres => postgres,
            }
            .to_owned()
        };
        match kind {
            DataType::Int64 => named("BIGINT", "BIGINT", "bigint"),
            DataType::UInt32 => named("UINTEGER", "BIGINT", "bigint"),
            DataType::Float64 => named("DOUBLE", "DOUBLE", "double precision"),
            DataType::Boolean => named("BOOLEAN", "BOOLEAN", "boolean"),
            DataType::Date32 => named("DATE", "DATE", "date"),
            DataType::List(_) | DataType::Struct(_) if self == Self::Postgres => "jsonb".to_owned(),
            DataType::List(element) => {
                let element = self.kind(element.data_type());
                if self == Self::Spark { format!("ARRAY<{element}>") } else { format!("{element}[]") }
            }
            DataType::Struct(fields) => {
                let between = if self == Self::Spark { ": " } else { " " };
                let fields = fields
                    .iter()
                    .map(|field| format!("{}{between}{}", self.name(field.name()), self.kind(field.data_type())));
                let fields = fields.collect::<Vec<_>>().join(", ");
                if self == Self::Spark { format!("STRUCT<{fields}>") } else { format!("STRUCT({fields})") }
            }
            _ => named("VARCHAR", "STRING", "text"),
        }
    }

    /// What stands after `FROM verbatim_comments c` for a row a driver, and the driver and the polarity of such a row.
    pub(super) const fn each_driver(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Duckdb => ("CROSS JOIN UNNEST(c.drivers) AS said(d)", "said.d.driver", "said.d.polarity"),
            Self::Spark => ("LATERAL VIEW explode(c.drivers) said AS d", "said.d.driver", "said.d.polarity"),
            Self::Postgres => (
                "CROSS JOIN LATERAL jsonb_array_elements(c.drivers) AS said(d)",
                "(said.d ->> 'driver')",
                "(said.d ->> 'polarity')",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{Layout, Table, columns_of};

    #[test]
    fn nothing_gets_out_of_its_quotes() {
        for (dialect, name, text, path) in [
            (Dialect::Duckdb, r#""a""b`""#, r"'it''s \'", "'/o''d [[]x][*]/nps'"),
            (Dialect::Postgres, r#""a""b`""#, r"'it''s \'", "'/o''d [x]*/nps'"),
            (Dialect::Spark, r#"`a"b```"#, r"'it\'s \\'", r"'/o\'d \\[x\\]\\*/nps'"),
        ] {
            assert_eq!(dialect.name("a\"b`"), name);
            assert_eq!(dialect.literal("it's \\"), text);
            assert_eq!(dialect.path("/o'd [x]*/", "nps"), path);
        }
    }

    #[test]
    fn every_column_has_a_type_that_databases_know() {
        for table in Table::ALL {
            for field in columns_of(table, &Layout::default()).fields() {
                let is_text = *field.data_type() == DataType::Utf8;
                for (dialect, text) in
                    [(Dialect::Duckdb, "VARCHAR"), (Dialect::Spark, "STRING"), (Dialect::Postgres, "text")]
                {
                    assert_eq!(dialect.kind(field.data_type()) == text, is_text, "{} {field}", table.as_str());
                }
            }
        }
        let drivers = columns_of(Table::Comments, &Layout::default());
        let drivers = drivers.field_with_name("drivers").unwrap().data_type();
        assert_eq!(
            Dialect::Duckdb.kind(drivers),
            r#"STRUCT("driver" VARCHAR, "polarity" VARCHAR, "voice" VARCHAR[])[]"#
        );
        assert_eq!(
            Dialect::Spark.kind(drivers),
            "ARRAY<STRUCT<`driver`: STRING, `polarity`: STRING, `voice`: ARRAY<STRING>>>"
        );
    }
}
