//! Drivers, their examples, and who answers for them.
//!
//! Not for their terms (`terms`).

use std::collections::BTreeMap;

use super::super::grid::{NONE, Row};
use super::super::layer::{Duty, OwnDriver, OwnExample};
use super::Key;
use super::reader::{Reader, Told};
use crate::lexicon::Controllable;
use crate::lexicon::format::{Expect, Names};
use crate::types::Role;

/// A row a driver.
pub(super) fn drivers(reader: &mut Reader<'_>) {
    let attributes = reader.attributes();
    for row in reader.rows() {
        reader.check_width(row);
        let Some(id) = reader.id(row, "id") else { continue };
        if !reader.place(row, "id", Key::Driver(id.clone()), &format!("the driver `{id}`")) {
            continue;
        }
        for column in ["parent"].into_iter().chain(attributes.iter().map(|(column, _)| column.as_str())) {
            reader.place(row, column, Key::Field(id.clone(), column.to_owned()), column);
        }
        // All cells of a row are looked at, so that none is told of only after another is mended.
        let parent = match reader.text(row, "parent") {
            "" => None,
            NONE => Some(String::new()),
            // Whether there is such a driver is known when all that the lexicon extends is.
            parent => Some(parent.to_owned()),
        };
        let enabled = reader.switch(row, "enabled");
        let people = reader.switch(row, "people");
        let controllable = reader.one_of(row, "controllable", &["", "yes", "partly", "no"]);
        let values: Vec<_> =
            attributes.iter().map(|(column, attribute)| (attribute, none_or_id(reader, row, column))).collect();
        let rollup: Result<BTreeMap<String, String>, Told> = values
            .into_iter()
            .filter_map(|(attribute, value)| Some(value.transpose()?.map(|value| (attribute.clone(), value))))
            .collect();
        let name = Names { zh: reader.said(row, "name.zh"), en: reader.said(row, "name.en") };
        if let (Ok(enabled), Ok(people), Some(controllable), Ok(rollup)) = (enabled, people, controllable, rollup) {
            let controllable = match controllable {
                "yes" => Some(Controllable::Yes),
                "partly" => Some(Controllable::Partly),
                "no" => Some(Controllable::No),
                _ => None,
            };
            let driver = OwnDriver { parent, name, enabled, people, controllable, rollup };
            reader.layer().drivers.insert(id, driver);
        }
    }
}

/// An id, nothing, or [`NONE`], which the file writes as an empty text.
fn none_or_id<'r>(reader: &mut Reader<'r>, row: &'r Row, column: &str) -> Result<Option<String>, Told> {
    match reader.text(row, column) {
        "" => Ok(None),
        NONE => Ok(Some(String::new())),
        _ => reader.id(row, column).map(Some).ok_or(Told),
    }
}

/// A row an example.
pub(super) fn examples(reader: &mut Reader<'_>) {
    for row in reader.rows() {
        reader.check_width(row);
        let driver = reader.driver(row);
        let text = reader.said(row, "text");
        if text.is_none() {
            reader.wrong(row, "text", "the example has no text".to_owned(), "Write a sentence as customers write it.");
        }
        let expect = reader.one_of(row, "expect", &["positive", "negative", "neutral", "mixed", "none"]);
        let role = reader.one_of(row, "role", &["", "why", "good", "improve", "other"]);
        let (Some(driver), Some(text), Some(expect), Some(role)) = (driver, text, expect, role) else { continue };
        let expect = match expect {
            "positive" => Expect::Positive,
            "negative" => Expect::Negative,
            "neutral" => Expect::Neutral,
            "mixed" => Expect::Mixed,
            _ => Expect::None,
        };
        let example = OwnExample { text, role: Role::parse(role).unwrap_or_default(), expect };
        let key = Key::Example(driver.clone(), example.clone());
        if reader.place(row, "text", key, &format!("this example of `{driver}`")) {
            reader.layer().examples.entry(driver).or_default().insert(example);
        }
    }
}

/// A row a driver and a function.
pub(super) fn responsibility(reader: &mut Reader<'_>) {
    for row in reader.rows() {
        reader.check_width(row);
        let driver = reader.text(row, "driver");
        if driver.is_empty() {
            let help = "Write the driver's id, or delete the row.";
            reader.wrong(row, "driver", "the cell `driver` is empty".to_owned(), help);
        }
        let function = reader.text(row, "function");
        if function.is_empty() {
            let help = "Write the function, such as technician.";
            reader.wrong(row, "function", "the row names no function".to_owned(), help);
        }
        let weight = reader.text(row, "weight").parse::<u8>().ok().filter(|weight| matches!(weight, 9 | 3 | 1 | 0));
        if weight.is_none() {
            let message = format!("`{}` is no weight", reader.text(row, "weight"));
            reader.wrong(row, "weight", message, "A weight is 9 (owns it), 3 (contributes), 1 (touches it) or 0.");
        }
        if driver.is_empty() || function.is_empty() {
            continue;
        }
        let driver = driver.to_owned();
        // A row with a wrong weight is taken all the same, so that its driver is looked at too.
        let weight = weight.unwrap_or_default();
        let owner = reader.text(row, "owner").to_owned();
        let key = Key::Duty(driver.clone(), function.to_owned());
        if reader.place(row, "driver", key, &format!("{driver} × {function}")) {
            reader.layer().responsibility.insert((driver, function.to_owned()), Duty { weight, owner });
        }
    }
}
