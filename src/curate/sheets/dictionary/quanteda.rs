//! quanteda's dictionaries in YAML: a driver is a category, its lists and the drivers under it are categories inside it, its terms are
//! patterns of the style `glob`.
//!
//! Not for YAML beyond that: anchors, tags and documents after the first are refused.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use saphyr_parser::{Event, Parser, ScanError, Span};

use super::{Category, Dictionary, Format, List, Read};

/// The text of a dictionary.
pub fn write(dictionary: &Dictionary) -> String {
    let mut under: BTreeMap<Option<&str>, Vec<(&str, &Category)>> = BTreeMap::new();
    for (id, category) in &dictionary.categories {
        under.entry(category.parent.as_deref()).or_default().push((id, category));
    }
    let mut out = String::new();
    below(None, 0, &under, &mut out);
    if out.is_empty() { "{}\n".to_owned() } else { out }
}

fn below(parent: Option<&str>, depth: usize, under: &BTreeMap<Option<&str>, Vec<(&str, &Category)>>, out: &mut String) {
    let indent = "  ".repeat(depth);
    for (id, category) in under.get(&parent).into_iter().flatten() {
        // Writing into a text cannot fail, here and below.
        let _ = writeln!(out, "{indent}{}:", quoted(id));
        for (list, terms) in &category.lists {
            let _ = writeln!(out, "{indent}  {}:", list.key());
            for term in terms {
                let _ = writeln!(out, "{indent}    - {}", quoted(term));
            }
        }
        below(Some(id), depth + 1, under, out);
    }
}

/// A text that every version of YAML takes for that text: in quotes, as JSON writes it, and with what YAML 1.1 takes for the end of a
/// line escaped. Unquoted, `no` would be a truth value and `1e5` a number.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Reads a dictionary; `file`: as messages call it.
pub fn read(text: &str, file: &str) -> Read {
    let mut read = Read::new(file, Format::Quanteda);
    match tree(text.trim_start_matches('\u{feff}')) {
        Err((line, why)) => read.wrong(line, why, "quanteda's format is categories with lists of patterns."),
        Ok(Node { what: What::Categories(all), .. }) => categories(&mut read, all, None),
        Ok(Node { what: What::Patterns(patterns), .. }) if patterns.is_empty() => {}
        Ok(node) => {
            read.wrong(
                node.line,
                "the file holds patterns and no category",
                "A category is a name with a colon after it.",
            );
        }
    }
    read
}

/// A part of the file, with its line.
struct Node {
    line: u64,
    what: What,
}

enum What {
    Patterns(Vec<(u64, String)>),
    Categories(Vec<(u64, String, Node)>),
}

fn categories(read: &mut Read, all: Vec<(u64, String, Node)>, parent: Option<&str>) {
    for (line, name, node) in all {
        // As a driver is, a list is what it is called in small letters: else `Positive` would be a driver of its own.
        match (List::of_key(&name.trim().to_ascii_lowercase()), parent, node.what) {
            (Some(list), Some(driver), What::Patterns(patterns)) => {
                for (line, pattern) in patterns {
                    read.term(driver, list, &pattern, line);
                }
            }
            (Some(_), Some(_), What::Categories(_)) => {
                read.wrong(line, format!("the list `{name}` holds categories"), "A list holds patterns alone.");
            }
            (Some(_), None, _) => {
                let help = format!("Put it under the driver that it is of: noise:, and below it {name}:.");
                read.wrong(line, format!("the list `{name}` stands under no driver"), help);
            }
            (None, _, what) => {
                let before = read.dictionary.categories.len();
                let Some(id) = read.driver(&name, line) else { continue };
                if read.dictionary.categories.len() == before {
                    read.wrong(line, format!("the category `{name}` is there twice"), "Put them together.");
                    continue;
                }
                if let Some(category) = read.dictionary.categories.get_mut(&id) {
                    category.parent = parent.map(str::to_owned);
                }
                match what {
                    What::Categories(inside) => categories(read, inside, Some(&id)),
                    What::Patterns(patterns) => {
                        for (line, pattern) in patterns {
                            read.term(&id, List::Aspect, &pattern, line);
                        }
                    }
                }
            }
        }
    }
}

/// How deep categories may stand in each other.
const DEEPEST: usize = 64;

/// The file as a tree, or its first line that is none of such a file, and why.
fn tree(text: &str) -> Result<Node, (u64, String)> {
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    for event in Parser::new_from_str(text) {
        let (event, span): (Event<'_>, Span) = event
            .map_err(|error: ScanError| (error.marker().line() as u64, format!("this is no YAML: {}", error.info())))?;
        let line = span.start.line() as u64;
        let node = match event {
            Event::MappingStart(0, None) | Event::SequenceStart(0, None) if open.len() >= DEEPEST => {
                return Err((line, format!("categories stand in each other more than {DEEPEST} deep")));
            }
            Event::MappingStart(0, None) => {
                open.push(Open { line, key: None, what: What::Categories(Vec::new()) });
                continue;
            }
            Event::SequenceStart(0, None) => {
                open.push(Open { line, key: None, what: What::Patterns(Vec::new()) });
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd => {
                let Some(closed) = open.pop() else { continue };
                Node { line: closed.line, what: closed.what }
            }
            Event::Scalar(text, style, 0, None) => match open.last_mut() {
                Some(Open { what: What::Patterns(patterns), .. }) => {
                    patterns.push((line, text.into_owned()));
                    continue;
                }
                Some(Open { what: What::Categories(_), key: key @ None, .. }) => {
                    *key = Some((line, text.into_owned()));
                    continue;
                }
                // Nothing after a name is a category without patterns.
                Some(_) | None if text.is_empty() && style == saphyr_parser::ScalarStyle::Plain => {
                    Node { line, what: What::Patterns(Vec::new()) }
                }
                Some(_) | None => return Err((line, format!("`{text}` is no list: write it as `- {text}`"))),
            },
            Event::Alias(_) | Event::MappingStart(..) | Event::SequenceStart(..) | Event::Scalar(..) => {
                return Err((line, "anchors and tags are no part of a dictionary".to_owned()));
            }
            Event::DocumentStart(_) if root.is_some() => {
                return Err((line, "a second document begins here".to_owned()));
            }
            _ => continue,
        };
        match open.last_mut() {
            None => root = Some(node),
            Some(Open { what: What::Categories(all), key, .. }) => match key.take() {
                Some((line, name)) => all.push((line, name, node)),
                None => return Err((line, "a name is a list or holds categories".to_owned())),
            },
            Some(Open { what: What::Patterns(_), .. }) => {
                return Err((line, "a list holds patterns alone".to_owned()));
            }
        }
    }
    Ok(root.unwrap_or(Node { line: 1, what: What::Patterns(Vec::new()) }))
}

/// A list or mapping that is not closed yet.
struct Open {
    line: u64,
    /// The name whose value comes next.
    key: Option<(u64, String)>,
    what: What,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// It was a driver called `positive`, in silence.
    #[test]
    fn a_list_in_capitals_is_the_list() {
        let read = read("service:\n  Positive: [kind]\n  negative : [rude]\n", "d.yml");
        assert!(read.problems.is_empty(), "{:?}", read.problems);
        assert_eq!(read.dictionary.categories.keys().collect::<Vec<_>>(), ["service"]);
        assert_eq!(
            read.dictionary.categories["service"].lists.keys().collect::<Vec<_>>(),
            [&List::Positive, &List::Negative]
        );
    }

    #[test]
    fn a_dictionary_of_quanteda_is_read() {
        let text = "product:\n  noise:\n    aspect: [sound level, 'no', 007]\n    negative:\n    - rattl*\nResponse time:\n- slow\nempty:\n";
        let read = read(text, "x.yml");
        assert_eq!(read.problems, []);
        let all = &read.dictionary.categories;
        assert_eq!(all["noise"].parent.as_deref(), Some("product"));
        assert!(all["noise"].lists[&List::Aspect].iter().eq(["sound level", "no", "007"]));
        assert_eq!(all["response_time"].name.as_deref(), Some("Response time"));
        assert!(all["response_time"].lists[&List::Aspect].iter().eq(["slow"]));
        assert!(all["empty"].lists.is_empty());
    }

    #[test]
    fn what_is_none_is_said_with_its_line() {
        let wrong = [
            "positive:\n- good\n",
            "noise:\n  positive:\n    loud:\n    - x\n",
            "noise:\n- a?b\n- 'a*b'\n- \"- x\"\n",
            "noise: loud\n",
            "noise: &a\n- x\nprice: *a\n",
            "- x\n",
            "noise:\n- x\nproduct:\n  noise:\n  - y\n",
            "噪音:\n- 吵\n",
            "noise:\n- a:\n  - b\n",
            "noise: [x\n",
            "a: [x]\n---\nb: [y]\n",
            "Noise: [x]\nnoise: [y]\n",
        ];
        let said: Vec<String> = (1..)
            .zip(wrong)
            .flat_map(|(number, text)| {
                let problems = read(text, &number.to_string()).problems;
                assert!(!problems.is_empty(), "{text}");
                problems.into_iter().map(|problem| format!("{}: {}", problem.at, problem.message))
            })
            .collect();
        insta::assert_snapshot!(said.join("\n"), @r"
        1:1: the list `positive` stands under no driver
        2:2: the list `positive` holds categories
        3:2: `a?b`: one of its characters is a wildcard there
        3:3: `a*b`: no term of a lexicon, where `*` stands at the end of English words alone
        3:4: `- x`: it takes an inherited term away
        4:1: `loud` is no list: write it as `- loud`
        5:1: anchors and tags are no part of a dictionary
        6:1: the file holds patterns and no category
        7:4: the category `noise` is there twice
        8:1: `噪音` cannot be a driver's id
        9:4: a list holds patterns alone
        10:2: this is no YAML: while parsing a flow sequence, expected ',' or ']'
        11:2: a second document begins here
        12:2: `noise` would be the driver `noise`, as the category in 12:1 is
        ");
    }
}
