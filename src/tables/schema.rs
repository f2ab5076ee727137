//! How a table's schema is made: fields that carry their own description, and the version of all schemas together.
//!
//! Not the columns themselves: each table's file has its own.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};

use super::partition::Table;

/// The version of all column names and meanings together; a rename or a change of meaning raises it.
pub const SCHEMA_VERSION: u32 = 2;

/// The value of a segment column in a cell that takes all of its values together.
pub const ALL: &str = "(all)";
/// The value of a segment column where the input left it blank.
pub const BLANK: &str = "(blank)";
/// The value of a segment column for cells of a cube that are too small to stand alone.
pub const SMALL: &str = "(small)";

/// The metadata key under which a field says what it holds.
pub(super) const DESCRIPTION: &str = "description";
/// The metadata key that marks long free text, which gets neither a dictionary nor statistics.
pub(super) const LONG_TEXT: &str = "verbatim.long_text";
/// The metadata key of the schema version, in the Arrow schema and in the Parquet footer.
pub(super) const VERSION_KEY: &str = "verbatim.schema_version";
/// The metadata key of the table's name, in the Arrow schema and in the Parquet footer.
pub(super) const TABLE_KEY: &str = "verbatim.table";

/// A field that says in one English sentence what it holds, with unit and range.
pub fn described(name: impl Into<String>, kind: DataType, nullable: bool, description: impl Into<String>) -> Field {
    Field::new(name, kind, nullable).with_metadata([(DESCRIPTION, description.into())])
}

/// Fields of another stop, each with the description that belongs to its name; one that has none here is left without.
pub(super) fn describe(fields: &Fields, descriptions: &[(&str, &str)]) -> Fields {
    let described = |field: &FieldRef| {
        let description =
            descriptions.iter().find(|(name, _)| name == field.name()).map(|(_, description)| *description);
        let metadata = description.map(|description| (DESCRIPTION.to_owned(), description.to_owned()));
        field.as_ref().clone().with_metadata(metadata.into_iter().collect::<HashMap<_, _>>())
    };
    fields.iter().map(described).collect()
}

/// A field of long free text. Every value is different and none is compared with another, so that a dictionary and statistics
/// would only make the file larger, and statistics would repeat comments in the footer.
pub fn long_text(name: impl Into<String>, description: impl Into<String>) -> Field {
    let mut field = described(name, DataType::Utf8, true, description);
    field.metadata_mut().insert(LONG_TEXT, "true");
    field
}

/// A list of values of one kind, never null themselves; the element is named as the Parquet format names it.
pub fn list_of(kind: DataType) -> DataType {
    DataType::List(Arc::new(Field::new("element", kind, false)))
}

/// The schema of `table`, with version and name in its metadata.
pub fn table_schema(table: Table, fields: impl Into<Fields>) -> SchemaRef {
    let metadata = [(VERSION_KEY, SCHEMA_VERSION.to_string()), (TABLE_KEY, table.as_str().to_string())];
    Arc::new(Schema::new_with_metadata(fields, metadata))
}
