//! The dictionary of all tables: each column's name, type and meaning, as text, JSON or Markdown.
//!
//! Made from the schemas themselves, so that it says what the files say. Columns that a survey names are given as patterns.

use std::fmt::Write as _;

use arrow::datatypes::{DataType, Field, SchemaRef};
use serde::Serialize;

use super::layout::Layout;
use super::partition::Table;
use super::schema::{DESCRIPTION, SCHEMA_VERSION};
use super::{
    actions, attribution, changes, comments, contributions, follow_ups, functions, mentions, nps, recoveries, rejects,
    voices,
};
use crate::error::{Error, ErrorKind, Result};

/// A table, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableDoc {
    /// Its name.
    pub name: String,
    /// What one row of it is.
    pub row: String,
    /// Its columns, in order; the first is the period, which stands in the folder's name.
    pub columns: Vec<ColumnDoc>,
}

/// A column, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnDoc {
    /// Its name; `<…>` stands for what the survey names, `[]` for each element of a list.
    pub name: String,
    /// Its type.
    pub kind: String,
    /// Whether it may be null.
    pub nullable: bool,
    /// What it holds, with unit and range.
    pub description: String,
}

/// How the dictionary is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DictionaryFormat {
    /// For a terminal.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For a page of documentation.
    Markdown,
}

impl DictionaryFormat {
    /// The format that flags call by this word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            "markdown" => Some(Self::Markdown),
            _ => None,
        }
    }
}

/// All tables; with the names of `layout`, or with patterns where there is none.
pub fn dictionary(layout: Option<&Layout>) -> Vec<TableDoc> {
    Table::ALL
        .into_iter()
        .map(|table| document(table, &layout.map_or_else(|| pattern(table), |it| columns_of(table, it))))
        .collect()
}

/// The columns of a table for a survey of this layout, without the period, which stands in the folder's name.
pub fn columns_of(table: Table, layout: &Layout) -> SchemaRef {
    match table {
        Table::Comments => comments::comments_schema(layout),
        Table::Mentions => mentions::mentions_schema(),
        Table::Nps => nps::nps_schema(layout),
        Table::Contributions => contributions::contributions_schema(layout),
        Table::Voices => voices::voices_schema(layout),
        Table::Changes => changes::changes_schema(layout),
        Table::Functions => functions::functions_schema(layout),
        Table::Attribution => attribution::attribution_schema(),
        Table::Actions => actions::actions_schema(),
        Table::FollowUps => follow_ups::follow_ups_schema(layout),
        Table::Recoveries => recoveries::recoveries_schema(),
        Table::Rejects => rejects::rejects_schema(),
    }
}

/// What a column says of itself; nothing where it says nothing.
pub fn description(field: &Field) -> &str {
    field.metadata().get(DESCRIPTION).map_or("", String::as_str)
}

/// The schema of a table with patterns for what a survey names.
fn pattern(table: Table) -> SchemaRef {
    let layout = Layout { segments: vec!["<name>".to_string()], texts: Vec::new(), customer: true };
    match table {
        Table::Comments => {
            let texts = [
                ("text".to_string(), "the open question, where the survey has one"),
                ("text_<column>".to_string(), "this open question, where the survey has several"),
            ];
            comments::schema_of(&layout.segment_columns(), &texts, true)
        }
        table => columns_of(table, &layout),
    }
}

fn document(table: Table, schema: &SchemaRef) -> TableDoc {
    let mut columns = vec![ColumnDoc {
        name: "period".to_string(),
        kind: "string".to_string(),
        nullable: false,
        description: "Label of the period, from the folder's name; `all` for all periods together.".to_string(),
    }];
    for field in schema.fields() {
        describe("", field, &mut columns);
    }
    TableDoc { name: table.as_str().to_string(), row: table.row().to_string(), columns }
}

/// Adds a field, and the fields of its elements where it is a list of structs.
fn describe(prefix: &str, field: &Field, columns: &mut Vec<ColumnDoc>) {
    let name = format!("{prefix}{}", field.name());
    let nested = match field.data_type() {
        DataType::List(element) => match element.data_type() {
            DataType::Struct(fields) => Some(fields),
            _ => None,
        },
        _ => None,
    };
    columns.push(ColumnDoc {
        kind: kind(field.data_type()),
        nullable: field.is_nullable(),
        description: description(field).to_owned(),
        name: name.clone(),
    });
    for field in nested.into_iter().flatten() {
        describe(&format!("{name}[]."), field, columns);
    }
}

/// A type, as SQL people call it.
fn kind(kind_of: &DataType) -> String {
    match kind_of {
        DataType::Utf8 => "string".to_string(),
        DataType::Int64 => "int64".to_string(),
        DataType::UInt32 => "uint32".to_string(),
        DataType::Float64 => "double".to_string(),
        DataType::Boolean => "boolean".to_string(),
        DataType::Date32 => "date".to_string(),
        DataType::List(element) => format!("list<{}>", kind(element.data_type())),
        DataType::Struct(fields) => {
            let fields: Vec<String> = fields.iter().map(|f| format!("{}: {}", f.name(), kind(f.data_type()))).collect();
            format!("struct<{}>", fields.join(", "))
        }
        other => other.to_string().to_lowercase(),
    }
}

/// The dictionary in `format`, ending with a newline.
pub fn render(tables: &[TableDoc], format: DictionaryFormat) -> Result<String> {
    match format {
        DictionaryFormat::Text => Ok(text(tables)),
        DictionaryFormat::Markdown => Ok(markdown(tables)),
        DictionaryFormat::Json => {
            let whole = serde_json::json!({ "schema_version": SCHEMA_VERSION, "tables": tables });
            serde_json::to_string_pretty(&whole).map(|json| json + "\n").map_err(|error| {
                Error::new(ErrorKind::Output, "write_failed", format!("cannot write the dictionary: {error}"))
                    .source(error)
            })
        }
    }
}

// Writing to a String cannot fail, so that the results of `writeln!` below are let go.

fn text(tables: &[TableDoc]) -> String {
    let mut page = format!("Schema version {SCHEMA_VERSION}\n");
    for table in tables {
        let _ = writeln!(page, "\n{}: one row per {}", table.name, table.row);
        for column in &table.columns {
            let null = if column.nullable { ", may be null" } else { "" };
            let _ = writeln!(page, "  {}  {}{null}\n      {}", column.name, column.kind, column.description);
        }
    }
    page
}

fn markdown(tables: &[TableDoc]) -> String {
    let mut page = format!("Schema version {SCHEMA_VERSION}.\n");
    for table in tables {
        let _ = writeln!(page, "\n## `{}`\n\nOne row per {}.\n", table.name, table.row);
        page.push_str("| column | type | null | holds |\n| --- | --- | --- | --- |\n");
        for column in &table.columns {
            let null = if column.nullable { "yes" } else { "" };
            let description = column.description.replace('|', "\\|");
            let _ = writeln!(page, "| `{}` | `{}` | {null} | {description} |", column.name, column.kind);
        }
    }
    page
}
