//! A view for each table of an output folder, or a table to load it into.
//!
//! Not for what is asked of them (`views`). A view has all columns that this engine writes, in their order and with their types, also
//! where some periods were written before there was such a column, and where the folder holds no rows of the table yet.

use std::fmt::Write as _;

use arrow::datatypes::{DataType, SchemaRef};

use super::dialect::Dialect;
use crate::tables::{Manifest, PartId, Table, columns_of, description};

/// Statements for all tables.
pub(super) fn tables(manifest: &Manifest, path: &str, dialect: Dialect) -> String {
    let mut script = String::new();
    for table in Table::ALL {
        let columns = Columns { table, schema: columns_of(table, &manifest.layout), dialect };
        let is_there = manifest.files.keys().filter_map(|key| PartId::parse(key)).any(|part| part.table == table);
        // Writing into a text cannot fail.
        let _ = writeln!(script, "\n-- {}: one row per {}.", table.as_str(), table.row());
        script.push_str(&match dialect {
            Dialect::Duckdb => columns.duckdb(path, is_there),
            Dialect::Spark => columns.spark(path, is_there),
            Dialect::Postgres => columns.postgres(is_there),
        });
    }
    script
}

/// What a table is called in a database.
pub(super) fn called(table: Table) -> String {
    format!("verbatim_{}", table.as_str())
}

struct Columns {
    table: Table,
    schema: SchemaRef,
    dialect: Dialect,
}

/// A column, as a database has it.
struct Column<'a> {
    /// In quotes.
    name: String,
    kind: String,
    is_nested: bool,
    nullable: bool,
    about: &'a str,
}

impl Columns {
    /// The period, which stands in the folders' names, and then the file's columns.
    fn each(&self) -> impl Iterator<Item = Column<'_>> {
        let period = Column {
            name: self.dialect.name("period"),
            kind: self.dialect.kind(&DataType::Utf8),
            is_nested: false,
            nullable: false,
            about: "Label of the period; `all` for all periods together.",
        };
        let fields = self.schema.fields().iter().map(|field| Column {
            name: self.dialect.name(field.name()),
            kind: self.dialect.kind(field.data_type()),
            is_nested: field.data_type().is_nested(),
            nullable: field.is_nullable(),
            about: description(field),
        });
        std::iter::once(period).chain(fields)
    }

    /// One text for each column, on lines of their own.
    fn lines(&self, indent: &str, line: impl Fn(&Column<'_>) -> String) -> String {
        let lines: Vec<String> = self.each().map(|column| format!("{indent}{}", line(&column))).collect();
        lines.join(",\n")
    }

    /// No rows, with all columns.
    fn none(&self, indent: &str) -> String {
        let columns =
            self.lines(&format!("{indent}  "), |column| format!("CAST(NULL AS {}) AS {}", column.kind, column.name));
        format!("{indent}SELECT\n{columns}\n{indent}WHERE 1 = 0")
    }

    fn duckdb(&self, path: &str, is_there: bool) -> String {
        let (create, name, none) = (self.dialect.create_view(), called(self.table), self.none("  "));
        let about = format!("One row per {}.", self.table.row());
        let comment = self.dialect.view_comment(&name, &about).unwrap_or_default();
        if !is_there {
            return format!("{create} {name} AS\n{none};\n{comment};\n");
        }
        let names = self.each().map(|column| column.name).collect::<Vec<_>>().join(", ");
        let files = self.dialect.path(path, &format!("{}/period=*/part-0.parquet", self.table.as_str()));
        format!(
            "{create} {name} AS\nSELECT {names} FROM (\n{none}\n  UNION ALL BY NAME\n  SELECT * FROM read_parquet({files},\n    \
             hive_partitioning = true, hive_types = {{'period': VARCHAR}}, union_by_name = true)\n);\n{comment};\n"
        )
    }

    fn spark(&self, path: &str, is_there: bool) -> String {
        let (create, name) = (self.dialect.create_view(), called(self.table));
        if !is_there {
            return format!("{create} {name} AS\n{};\n", self.none(""));
        }
        let columns = self.lines("  ", |column| format!("{} {}", column.name, column.kind));
        let folder = self.dialect.path(path, self.table.as_str());
        format!("{create} {name} (\n{columns}\n) USING parquet OPTIONS (path {folder}, mergeSchema 'true');\n")
    }

    fn postgres(&self, is_there: bool) -> String {
        let name = called(self.table);
        let d = self.dialect;
        let columns = self.lines("  ", |column| {
            format!("{} {}{}", column.name, column.kind, if column.nullable { "" } else { " NOT NULL" })
        });
        let mut script = format!("CREATE TABLE IF NOT EXISTS {name} (\n{columns}\n);\n");
        // Writing into a text cannot fail, here and below.
        let added = self.lines("  ", |column| format!("ADD COLUMN IF NOT EXISTS {} {}", column.name, column.kind));
        let _ = writeln!(script, "ALTER TABLE {name}\n{added};");
        let about = d.literal(&format!("One row per {}.", self.table.row()));
        let _ = writeln!(script, "COMMENT ON TABLE {name} IS {about};");
        for column in self.each() {
            let _ = writeln!(script, "COMMENT ON COLUMN {name}.{} IS {};", column.name, d.literal(column.about));
        }
        if is_there {
            let selected = self
                .each()
                .map(|column| if column.is_nested { format!("to_json({0}) AS {0}", column.name) } else { column.name });
            let selected = selected.collect::<Vec<_>>().join(", ");
            let names = self.each().map(|column| column.name).collect::<Vec<_>>().join(", ");
            let _ = writeln!(
                script,
                "-- duckdb: COPY (SELECT {selected} FROM {name}) TO '{name}.csv' (FORMAT csv, HEADER);"
            );
            let _ = writeln!(script, "-- psql: TRUNCATE {name};");
            let _ =
                writeln!(script, "-- psql: \\copy {name} ({names}) FROM '{name}.csv' WITH (FORMAT csv, HEADER true)");
        }
        script
    }
}
