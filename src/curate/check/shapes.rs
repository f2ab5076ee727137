//! Whether a file is TOML, and whether its keys and values are those that the format has.
//!
//! Not for what the values mean. A file may have many mistakes, and all are found: reading goes on behind each.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::finding::Finding;
use super::rules::{MISSING_KEY, SYNTAX, UNKNOWN_KEY, WRONG_TYPE};
use super::source::Source;
use crate::lexicon::shape::{self, Key, Shape};
use crate::lexicon::syntax::{self, Mistake};
use crate::nearest::nearest;

/// What is wrong with the file itself, whose tables should have these keys.
pub(super) fn check(source: &Source, keys: &'static [Key]) -> Vec<Finding> {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    let mut walk = Walk { source, root: keys, found: Vec::new() };
    if errors.is_empty() {
        walk.table(table.get_ref(), 0..0, keys, "the file");
    } else {
        // What was read in spite of a mistake says little of what was meant.
        for Mistake { bytes, message, help } in syntax::of(&source.text, &errors) {
            walk.add(&SYNTAX, bytes, message, help);
        }
    }
    walk.found
}

struct Walk<'s> {
    source: &'s Source,
    /// The keys of the file itself.
    root: &'static [Key],
    found: Vec<Finding>,
}

impl Walk<'_> {
    fn add(&mut self, rule: &'static super::rules::Rule, bytes: Range<usize>, message: String, help: String) {
        self.found.push(self.source.finding(rule, bytes, message, help));
    }

    /// `at`: where the table is named; `called`: how messages call it.
    fn table(&mut self, table: &DeTable<'_>, at: Range<usize>, keys: &'static [Key], called: &str) {
        for (name, value) in table {
            let written: &str = name.get_ref();
            if let Some(key) = keys.iter().find(|key| key.name == written) {
                self.value(value, name.span(), &key.shape, written);
                continue;
            }
            let help = self.instead(written, keys, called);
            self.add(&UNKNOWN_KEY, name.span(), format!("{called} has no key `{written}`"), help);
        }
        for key in keys.iter().filter(|key| key.required) {
            if !table.iter().any(|(name, _)| name.get_ref() == key.name) {
                let help = format!("Write {} = …: {}", key.name, key.about);
                self.add(&MISSING_KEY, at.clone(), format!("{called} has no `{}`", key.name), help);
            }
        }
    }

    /// What to do about a key that a table does not have.
    fn instead(&self, written: &str, keys: &'static [Key], called: &str) -> String {
        let known = keys.iter().map(|key| key.name);
        if let Some(language) = shape::language(written).filter(|language| known.clone().any(|key| key == *language)) {
            return format!("Write `{language}`.");
        }
        match self.root.iter().find(|key| key.name == written).map(|key| &key.shape) {
            Some(Shape::Table(keys)) if keys.iter().any(|key| matches!(key.shape, Shape::Terms)) => {
                return format!("It is a table by itself: write [{written}].");
            }
            Some(_) => return format!("`{written}` is of the whole file: move it above the first […]."),
            None => {}
        }
        nearest(written, known.clone(), str::to_lowercase).map_or_else(
            || format!("{called} takes {}.", known.collect::<Vec<_>>().join(", ")),
            |near| format!("Did you mean `{near}`?"),
        )
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, named: Range<usize>, shape: &'static Shape, name: &str) {
        let wrong = |walk: &mut Self, wanted: &str| {
            let message = format!("`{name}` is {wanted}, not {}", called(value.get_ref()));
            walk.add(&WRONG_TYPE, value.span(), message, example(shape, name));
        };
        match (shape, value.get_ref()) {
            (Shape::Text, DeValue::String(_)) | (Shape::Switch, DeValue::Boolean(_)) => {}
            (Shape::Word(words), DeValue::String(word)) => {
                if !words.contains(&word.as_ref()) {
                    let near = nearest(word, words.iter().copied(), str::to_lowercase);
                    let help = near.map_or_else(
                        || format!("It is one of {}.", words.join(", ")),
                        |near| format!("Did you mean `{near}`?"),
                    );
                    self.add(&WRONG_TYPE, value.span(), format!("`{name}` cannot be `{word}`"), help);
                }
            }
            (Shape::Terms, DeValue::Array(terms)) => terms.iter().for_each(|term| self.term(term)),
            (Shape::Table(keys), DeValue::Table(table)) => self.table(table, named, keys, &format!("[{name}]")),
            (Shape::Map(each), DeValue::Table(table)) => {
                for (key, value) in table {
                    self.value(value, key.span(), each, key.get_ref());
                }
            }
            (Shape::Tables(keys), DeValue::Array(tables)) => {
                for table in tables {
                    match table.get_ref() {
                        DeValue::Table(inner) => self.table(inner, table.span(), keys, &format!("[[{name}]]")),
                        _ => wrong(self, "a list of tables"),
                    }
                }
            }
            (Shape::Text, _) => wrong(self, "a text"),
            (Shape::Word(_), _) => wrong(self, "a word"),
            (Shape::Switch, _) => wrong(self, "true or false"),
            (Shape::Terms, _) => wrong(self, "a list of terms"),
            (Shape::Table(_) | Shape::Map(_), _) => wrong(self, "a table"),
            (Shape::Tables(_), _) => wrong(self, "a list of tables"),
        }
    }

    fn term(&mut self, term: &Spanned<DeValue<'_>>) {
        match term.get_ref() {
            DeValue::String(_) => {}
            DeValue::Table(options) => self.table(options, term.span(), shape::TERM, "a term"),
            other => {
                let message = format!("a term is a text or a table, not {}", called(other));
                self.add(
                    &WRONG_TYPE,
                    term.span(),
                    message,
                    "Write \"…\", or { term = \"…\", boundary = \"any\" }.".to_owned(),
                );
            }
        }
    }
}

fn called(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// What to write.
fn example(shape: &Shape, name: &str) -> String {
    match shape {
        Shape::Text => format!("Write {name} = \"…\"."),
        Shape::Word(words) => format!("Write {name} = \"{}\".", words.join("\", or \"")),
        Shape::Switch => format!("Write {name} = true or {name} = false, without quotes."),
        Shape::Terms => format!("Write {name} = [\"…\", \"…\"]."),
        Shape::Table(keys) => format!(
            "Write [{name}], with {} below it.",
            keys.iter().map(|key| key.name).collect::<Vec<_>>().join(" or ")
        ),
        Shape::Map(_) => format!("Write [{name}], with one line each below it."),
        Shape::Tables(_) => format!("Write [[{name}]] above each."),
    }
}
