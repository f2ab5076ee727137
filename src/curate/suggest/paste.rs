//! Where suggestions go: which list of which file takes the word, and the lines of what is to be made first.
//!
//! Not for whether a suggestion is right, nor for writing it: a person reads, and pastes or does not.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Suggestion;
use crate::error::Result;
use crate::lexicon::{files, quoted, resolve};

/// The lists that suggestions are for, as they stand in a file.
const LISTS: [&str; 3] = ["aspect", "positive", "negative"];
const LANGUAGES: [&str; 2] = ["zh", "en"];

/// The files of drivers that a lexicon has itself, by driver: an inherited driver has none.
#[derive(Debug, Default)]
pub struct OwnFiles(BTreeMap<String, toml::Table>);

/// What is to be made before words can be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Which file, and where in it.
    pub at: String,
    /// TOML to paste there, with the words that are suggested for it.
    pub lines: String,
}

impl OwnFiles {
    /// Those of the lexicon of this name; `None` where it is a bundled one, which nobody can edit.
    ///
    /// # Errors
    /// Where there is no such lexicon, or a file of it cannot be read.
    pub fn read(name: &str) -> Result<Option<Self>> {
        let folder = files::open(name, None)?;
        if folder.root.is_none() {
            return Ok(None);
        }
        let tables = folder.drivers.iter().map(|file| Ok((file.stem.clone(), resolve::parse(file)?)));
        tables.collect::<Result<_>>().map(|tables| Some(Self(tables)))
    }

    /// Whether the list that takes a suggestion is there.
    pub fn has_list_for(&self, of: &Suggestion) -> bool {
        let list = self.0.get(&of.driver).and_then(|file| file.get(of.list));
        list.is_some_and(|table| table.get(of.language).is_some())
    }

    /// What suggestions need that is not there, file by file.
    pub fn missing(&self, suggestions: &[Suggestion]) -> Vec<Missing> {
        let mut lacking: BTreeMap<&str, Vec<&Suggestion>> = BTreeMap::new();
        for of in suggestions.iter().filter(|of| !self.has_list_for(of)) {
            lacking.entry(&of.driver).or_default().push(of);
        }
        let mut missing = Vec::new();
        for (driver, words) in lacking {
            let file = file_of(driver);
            let Some(there) = self.0.get(driver) else {
                missing.push(Missing { at: format!("{file}, a new file"), lines: new_file(driver, &words) });
                continue;
            };
            let (inside, tables): (Vec<&Suggestion>, _) = words.into_iter().partition(|of| there.contains_key(of.list));
            for list in LISTS {
                let lines = lists(list, &inside);
                if !lines.is_empty() {
                    missing.push(Missing { at: format!("{file}, in [{list}]"), lines });
                }
            }
            let lines = self::tables(&tables);
            if !lines.is_empty() {
                missing.push(Missing { at: format!("{file}, at its end"), lines });
            }
        }
        missing
    }
}

/// The file of a driver, in the folder of a lexicon.
pub(super) fn file_of(driver: &str) -> String {
    format!("drivers/{driver}.toml")
}

/// A driver's file that says these words alone.
pub(super) fn new_file(driver: &str, words: &[&Suggestion]) -> String {
    format!("id = {}\n\n{}", quoted(driver), tables(words))
}

/// The tables of these words, with a blank line between them.
fn tables(words: &[&Suggestion]) -> String {
    let all = LISTS.map(|list| (list, lists(list, words)));
    let there = all.iter().filter(|(_, lines)| !lines.is_empty());
    there.map(|(list, lines)| format!("[{list}]\n{lines}")).collect::<Vec<_>>().join("\n")
}

/// The lists of one table, in lines; where there is more than one word, one a line, so that one can be left out.
fn lists(list: &str, words: &[&Suggestion]) -> String {
    let mut out = String::new();
    for language in LANGUAGES {
        let of_list = words.iter().filter(|of| of.list == list && of.language == language);
        let quoted: Vec<String> = of_list.map(|of| quoted(&of.term)).collect();
        // Writing into a text cannot fail.
        let _ = match &quoted[..] {
            [] => Ok(()),
            [one] => writeln!(out, "{language} = [{one}]"),
            more => writeln!(out, "{language} = [\n    {},\n]", more.join(",\n    ")),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::{By, SideOf};
    use super::*;
    use crate::lexicon::format::{DriverFile, WrittenTerm};
    use crate::lexicon::tests::folder;

    fn suggestion(driver: &str, list: &'static str, language: &'static str, term: &str) -> Suggestion {
        Suggestion {
            term: term.to_owned(),
            language,
            driver: driver.to_owned(),
            list,
            likeness: 0.5,
            comments: 5,
            places: 5,
            beside: 0,
            side: SideOf { by: By::Score, positive: 0, negative: 0, log_odds: None, z: None },
            alike: Vec::new(),
            variant_of: None,
            why: String::new(),
            file: file_of(driver),
            paste: String::new(),
            samples: Vec::new(),
        }
    }

    #[test]
    fn what_is_to_be_made_is_told_once_for_each_file() {
        let dir = folder(&[
            ("lexicon.toml", "name = \"ours\"\nversion = \"1\""),
            (
                "drivers/noise.toml",
                "id = \"noise\"\naspect = { en = [] }\n[[example]]\ntext = \"x\"\nexpect = \"none\"",
            ),
        ]);
        let own = OwnFiles::read(&dir.path().display().to_string()).unwrap().unwrap();
        let suggested = [
            suggestion("smell", "negative", "en", "stale"),
            suggestion("noise", "aspect", "en", "hum"),
            suggestion("noise", "aspect", "zh", "嗡嗡"),
            suggestion("smell", "aspect", "en", "odour"),
            suggestion("noise", "positive", "en", "hushed"),
            suggestion("smell", "negative", "en", "musty"),
            suggestion("smell", "negative", "zh", "馊"),
        ];
        let there: Vec<&str> = suggested.iter().filter(|of| own.has_list_for(of)).map(|of| of.term.as_str()).collect();
        assert_eq!(there, ["hum"]);
        let told: Vec<String> =
            own.missing(&suggested).into_iter().map(|Missing { at, lines }| format!("-- {at}\n{lines}")).collect();
        insta::assert_snapshot!(told.join(""), @r#"
        -- drivers/noise.toml, in [aspect]
        zh = ["嗡嗡"]
        -- drivers/noise.toml, at its end
        [positive]
        en = ["hushed"]
        -- drivers/smell.toml, a new file
        id = "smell"

        [aspect]
        en = ["odour"]

        [negative]
        zh = ["馊"]
        en = [
            "stale",
            "musty",
        ]
        "#);
        assert!(OwnFiles::read("core").unwrap().is_none());
    }

    fn suggestions() -> impl Strategy<Value = Vec<Suggestion>> {
        let one = (
            select(vec!["noise", "smell"]),
            select(LISTS.to_vec()),
            select(LANGUAGES.to_vec()),
            "\\PC{1,4}|[\"'\\\\#\n]{1,3}",
        );
        proptest::collection::vec(one, 1..8).prop_map(|all| {
            all.into_iter().map(|(driver, list, language, term)| suggestion(driver, list, language, &term)).collect()
        })
    }

    proptest! {
        /// Pasted as told into files that say something already, or nothing, all of it can be read, and says every word in its list.
        #[test]
        fn what_suggest_says_to_paste_is_toml_where_it_goes(
            suggested in suggestions(),
            known in proptest::option::of(proptest::sample::subsequence(LISTS.to_vec(), 0..=3)),
        ) {
            let mut files: BTreeMap<String, String> = BTreeMap::new();
            if let Some(known) = known {
                let tables: Vec<String> = known.iter().map(|list| format!("[{list}]\nzh = []\n")).collect();
                files.insert("noise".to_owned(), format!("id = \"noise\"\n{}", tables.concat()));
            }
            let own = OwnFiles(files.iter().map(|(id, text)| (id.clone(), text.parse().unwrap())).collect());
            for Missing { at, lines } in own.missing(&suggested) {
                let (file, place) = at.split_once(", ").unwrap();
                let id = file.strip_prefix("drivers/").and_then(|file| file.strip_suffix(".toml")).unwrap();
                match place {
                    "a new file" => prop_assert_eq!(files.insert(id.to_owned(), lines), None),
                    "at its end" => *files.get_mut(id).unwrap() += &lines,
                    inside => {
                        let head = inside.strip_prefix("in ").unwrap().to_owned() + "\n";
                        let text = files.get_mut(id).unwrap();
                        *text = text.replacen(&head, &(head.clone() + &lines), 1);
                    }
                }
            }
            for of in suggested.iter().filter(|of| own.has_list_for(of)) {
                // The lists that are there are empty, and of Chinese.
                let text = files.get_mut(&of.driver).unwrap();
                let at = text.find(&format!("[{}]", of.list)).unwrap();
                let at = at + text[at..].find("zh = [").unwrap() + "zh = [".len();
                text.insert_str(at, &format!("{},", quoted(&of.term)));
            }
            for of in &suggested {
                for text in [&files[&of.driver], &new_file(&of.driver, &[of])] {
                    let file: DriverFile = toml::from_str(text).unwrap();
                    prop_assert_eq!(file.id.get_ref(), &of.driver);
                    let terms = match of.list {
                        "aspect" => &file.aspect,
                        "positive" => &file.positive,
                        _ => &file.negative,
                    };
                    let terms = if of.language == "zh" { &terms.zh } else { &terms.en };
                    let written = WrittenTerm::Plain(of.term.clone());
                    prop_assert!(terms.iter().any(|term| *term.get_ref() == written), "{}", text);
                }
            }
        }
    }
}
