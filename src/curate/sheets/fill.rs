//! From a layer to sheets: a row a driver, a term, an example.
//!
//! Not for the way back (`understand`).

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::grid::{Grid, NONE, ROLLUP, Sheet};
use super::layer::{Layer, ListAt, PLAIN, Said};
use crate::lexicon::format::{Boundary, Names, Usage};
use crate::types::Role;

/// The keys of the sheet `Lexicon`.
pub const HEAD: [&str; 5] = ["name", "version", "extends", "description.zh", "description.en"];

/// All sheets; `attributes`: those of the lexicon that it extends, so that its drivers have a column for each.
pub fn fill(layer: &Layer, attributes: &[&str]) -> Vec<Grid> {
    Sheet::ALL
        .into_iter()
        .map(|sheet| match sheet {
            Sheet::Lexicon => lexicon(layer),
            Sheet::Drivers => drivers(layer, attributes),
            Sheet::Terms => terms(layer),
            Sheet::Words => words(layer),
            Sheet::Examples => examples(layer),
            Sheet::Responsibility => responsibility(layer),
            Sheet::Rollups => rollups(layer),
        })
        .collect()
}

fn grid(sheet: Sheet, rows: Vec<Vec<String>>) -> Grid {
    Grid::new(sheet, sheet.columns().iter().map(|column| (*column).to_owned()).collect(), rows)
}

/// What a cell holds that says this: nothing where nothing is said.
fn cell(said: Option<&Said>) -> String {
    match said {
        None => String::new(),
        Some(Said::Text(text)) if text.is_empty() => NONE.to_owned(),
        Some(Said::Text(text)) => text.clone(),
        Some(Said::Switch(on)) => if *on { "yes" } else { "no" }.to_owned(),
    }
}

fn lexicon(layer: &Layer) -> Grid {
    let fields = layer.head.fields();
    grid(Sheet::Lexicon, HEAD.iter().map(|key| vec![(*key).to_owned(), cell(fields.get(*key))]).collect())
}

fn drivers(layer: &Layer, attributes: &[&str]) -> Grid {
    let columns = Sheet::Drivers.columns();
    let own = layer.attributes();
    let further: BTreeSet<&str> = own.difference(&attributes.iter().copied().collect()).copied().collect();
    let further = attributes.iter().copied().chain(further).map(|attribute| format!("{ROLLUP}{attribute}"));
    let header: Vec<String> = columns.iter().map(|column| (*column).to_owned()).chain(further).collect();
    let row = |(id, driver): (&String, &super::layer::OwnDriver)| {
        let fields: IndexMap<String, Said> = driver.fields();
        std::iter::once(id.clone()).chain(header.iter().skip(1).map(|column| cell(fields.get(column)))).collect()
    };
    let rows = layer.drivers.iter().map(row).collect();
    Grid::new(Sheet::Drivers, header, rows)
}

fn boundary(usage: Usage) -> String {
    if usage.boundary == Boundary::Any { "any".to_owned() } else { String::new() }
}

/// Options are on where nothing is said.
fn option(on: bool) -> String {
    if on { String::new() } else { "no".to_owned() }
}

fn terms(layer: &Layer) -> Grid {
    let mut rows = Vec::new();
    for (at, terms) in &layer.lists {
        let ListAt::Driver(driver, ..) = at else { continue };
        rows.extend(terms.iter().map(|(term, usage)| {
            vec![
                driver.clone(),
                at.list().to_owned(),
                at.language().to_owned(),
                term.clone(),
                boundary(*usage),
                option(usage.bare),
                option(usage.general),
            ]
        }));
    }
    grid(Sheet::Terms, rows)
}

fn words(layer: &Layer) -> Grid {
    let of_none = || layer.lists.iter().filter(|(at, _)| !matches!(at, ListAt::Driver(..)));
    // These options say something of aspects alone: their columns are there only where a word has them all the same.
    let is_of_aspects = |usage: &Usage| Usage { boundary: PLAIN.boundary, ..*usage } != PLAIN;
    let has_options = of_none().any(|(_, terms)| terms.values().any(is_of_aspects));
    let mut rows = Vec::new();
    for (at, terms) in of_none() {
        rows.extend(terms.iter().map(|(term, usage)| {
            let mut row = vec![at.list().to_owned(), at.language().to_owned(), term.clone(), boundary(*usage)];
            if has_options {
                row.extend([option(usage.bare), option(usage.general)]);
            }
            row
        }));
    }
    let mut grid = grid(Sheet::Words, rows);
    if has_options {
        grid.header.extend(Sheet::Words.further().iter().map(|column| (*column).to_owned()));
    }
    grid
}

fn examples(layer: &Layer) -> Grid {
    let mut rows = Vec::new();
    for (driver, examples) in &layer.examples {
        rows.extend(examples.iter().map(|example| {
            let role = if example.role == Role::default() { "" } else { example.role.as_str() };
            vec![driver.clone(), example.text.clone(), example.expect.as_str().to_owned(), role.to_owned()]
        }));
    }
    grid(Sheet::Examples, rows)
}

fn responsibility(layer: &Layer) -> Grid {
    let row = |((driver, function), duty): (&(String, String), &super::layer::Duty)| {
        vec![driver.clone(), function.clone(), duty.weight.to_string(), duty.owner.clone()]
    };
    grid(Sheet::Responsibility, layer.responsibility.iter().map(row).collect())
}

fn rollups(layer: &Layer) -> Grid {
    let row = |attribute: &str, value: &str, Names { zh, en }: &Names| {
        vec![attribute.to_owned(), value.to_owned(), zh.clone().unwrap_or_default(), en.clone().unwrap_or_default()]
    };
    let mut rows = Vec::new();
    for attribute in &layer.rollups {
        rows.push(row(&attribute.id, "", &attribute.name));
        rows.extend(attribute.values.iter().map(|(value, names)| row(&attribute.id, value, names)));
    }
    grid(Sheet::Rollups, rows)
}
