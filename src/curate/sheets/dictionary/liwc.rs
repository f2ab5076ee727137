//! LIWC's `.dic`: between two lines of `%` the categories with their numbers, then a term a line with the numbers of its categories.
//!
//! Not for LIWC-22's own binary dictionaries. A category is `driver.list`; one without a list holds aspects.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::{Dictionary, Format, List, Read};
use crate::nearest::nearest;

/// The text of a dictionary.
pub fn write(dictionary: &Dictionary) -> String {
    let mut names = Vec::new();
    let mut numbers: IndexMap<&str, Vec<usize>> = IndexMap::new();
    for (driver, category) in &dictionary.categories {
        for (list, terms) in &category.lists {
            names.push(format!("{driver}.{}", list.key()));
            terms.iter().for_each(|term| numbers.entry(term).or_default().push(names.len()));
        }
    }
    let mut lines = vec!["%".to_owned()];
    lines.extend((1..).zip(&names).map(|(number, name): (usize, _)| format!("{number}\t{name}")));
    lines.push("%".to_owned());
    for (term, of) in numbers {
        let of: Vec<String> = of.iter().map(usize::to_string).collect();
        lines.push(format!("{term}\t{}", of.join("\t")));
    }
    lines.join("\n") + "\n"
}

/// Reads a dictionary; `file`: as messages call it.
pub fn read(text: &str, file: &str) -> Read {
    let mut read = Read::new(file, Format::Liwc);
    let mut lines =
        (1_u64..).zip(text.trim_start_matches('\u{feff}').lines()).filter(|(_, line)| !line.trim().is_empty());
    match lines.next() {
        Some((_, line)) if line.trim() == "%" => {}
        first => {
            let line = first.map_or(1, |(line, _)| line);
            let help = "LIWC's format is: a line with %, the categories, another line with %, the terms.";
            read.wrong(line, "the first line is not `%`", help);
            return read;
        }
    }
    let mut categories: HashMap<u32, Option<(String, List)>> = HashMap::new();
    let mut is_closed = false;
    for (line, text) in lines.by_ref() {
        if text.trim() == "%" {
            is_closed = true;
            break;
        }
        let mut parts = text.trim().splitn(2, char::is_whitespace);
        let (number, name) = (parts.next().unwrap_or_default().parse::<u32>(), parts.next().unwrap_or_default().trim());
        let (Ok(number), false) = (number, name.is_empty()) else {
            let help = "A category is its number, a tab and its name.";
            read.wrong(line, format!("`{}` is no category", text.trim()), help);
            continue;
        };
        if categories.insert(number, category(&mut read, name, line)).is_some() {
            let help = "Give each category a number of its own.";
            read.wrong(line, format!("the number {number} is there twice"), help);
        }
    }
    if !is_closed {
        let last = text.lines().count().max(1) as u64;
        read.wrong(last, "no second line with `%` ends the categories", "Terms stand below it.");
        return read;
    }
    for (line, text) in lines {
        let mut parts = text.split('\t').map(str::trim);
        let term = parts.next().unwrap_or_default();
        let numbers: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        if term.is_empty() || numbers.is_empty() {
            let help = "A line is a term, a tab, and the numbers of its categories with tabs between them.";
            read.wrong(line, format!("`{}` is no term with its categories", text.trim()), help);
            continue;
        }
        for number in numbers {
            match number.parse().ok().and_then(|number: u32| categories.get(&number)) {
                Some(Some((driver, list))) => read.term(&driver.clone(), *list, term, line),
                // The category itself is wrong, and has been told of.
                Some(None) => {}
                None => read.wrong(
                    line,
                    format!("there is no category `{number}`"),
                    "Declare it above, between the lines of %.",
                ),
            }
        }
    }
    read
}

/// The driver and the list that a category stands for.
fn category(read: &mut Read, name: &str, line: u64) -> Option<(String, List)> {
    // LIWC adds what a category is called in full: `funct (Function words)`.
    let name = name.split_once('(').map_or(name, |(name, _)| name).trim();
    let (driver, list) = name.rsplit_once('.').unwrap_or((name, List::Aspect.key()));
    let Some(list) = List::of_key(list) else {
        let near = nearest(list, List::ALL.map(List::key), str::to_lowercase);
        let help = near.map_or_else(
            || "A category is `driver`, `driver.aspect`, `driver.positive` or `driver.negative`.".to_owned(),
            |near| format!("Did you mean `{driver}.{near}`?"),
        );
        read.wrong(line, format!("`{list}` is no list that a category can be"), help);
        return None;
    };
    Some((read.driver(driver, line)?, list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dictionary_of_liwc_is_read() {
        let text = "%\n1\tnoise.aspect\n2\tnoise.negative\n3\tPosemo (Positive Emotions)\n%\nsound level\t1\nrattl*\t2\t1\n\n好\t3\n";
        let read = read(text, "x.dic");
        assert_eq!(read.problems, []);
        let noise = &read.dictionary.categories["noise"];
        assert!(noise.lists[&List::Aspect].iter().eq(["sound level", "rattl*"]));
        assert!(noise.lists[&List::Negative].iter().eq(["rattl*"]));
        assert_eq!(read.dictionary.categories["posemo"].name.as_deref(), Some("Posemo"));
    }

    #[test]
    fn what_is_none_is_said_with_its_line() {
        let text = "%\n1 noise\nx y\n2 noise.postive\n1 price\n3 噪音\n%\nloud\n吵\t1\t9\na*b\t1\nre:/x/\t1\n";
        let read = read(text, "x.dic");
        let said: Vec<String> =
            read.problems.iter().map(|problem| format!("{}: {}", problem.at, problem.message)).collect();
        insta::assert_snapshot!(said.join("\n"), @r"
        x.dic:3: `x y` is no category
        x.dic:4: `postive` is no list that a category can be
        x.dic:5: the number 1 is there twice
        x.dic:6: `噪音` cannot be a driver's id
        x.dic:8: `loud` is no term with its categories
        x.dic:9: there is no category `9`
        x.dic:10: `a*b`: no term of a lexicon, where `*` stands at the end of English words alone
        x.dic:11: `re:/x/`: a regular expression
        ");
    }
}
