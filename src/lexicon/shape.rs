//! What may stand in the files of a lexicon: keys, their types, and one sentence on each.
//!
//! Not for reading them (`format` does, by serde): this is what checks and editors are told by. Both are kept the same by a test.

/// What a value is.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// A text.
    Text,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Switch,
    /// A list of terms.
    Terms,
    /// Keys that are known.
    Table(&'static [Key]),
    /// Keys that the writer chooses, each with a value of this shape.
    Map(&'static Shape),
    /// A list of tables with these keys.
    Tables(&'static [Key]),
}

/// A key of a table.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub about: &'static str,
    /// What its value is.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
}

const fn key(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, about, shape, required: false }
}

const fn required(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, about, shape, required: true }
}

const NAMES: &[Key] = &[key("zh", Shape::Text, "In Chinese."), key("en", Shape::Text, "In English.")];
const TERMS: &[Key] =
    &[key("zh", Shape::Terms, "Chinese terms, in simplified characters."), key("en", Shape::Terms, "English terms.")];

/// A term with options: `{ term = "慢", boundary = "any" }`.
pub const TERM: &[Key] = &[
    required("term", Shape::Text, "The term itself."),
    key("boundary", Shape::Word(&["word", "any"]), "`any`: also inside longer words."),
    key("bare", Shape::Switch, "false: an aspect counts only where something is said of it."),
    key("general", Shape::Switch, "false: words that praise or blame anything do not speak of this aspect."),
];

/// `lexicon.toml`.
pub const LEXICON: &[Key] = &[
    required("name", Shape::Text, "The lexicon's name, as runs and messages call it."),
    required("version", Shape::Text, "Its version, for people."),
    key("extends", Shape::Text, "The lexicon that it starts from: a bundled name, or a folder relative to this one."),
    key("description", Shape::Table(NAMES), "One sentence on what it is for."),
    key("words", Shape::Table(TERMS), "Words that the Chinese segmenter keeps whole though no driver claims them."),
    key(
        "rollup",
        Shape::Map(&Shape::Table(&[
            key("name", Shape::Table(NAMES), "The attribute's names."),
            key(
                "values",
                Shape::Map(&Shape::Table(NAMES)),
                "Its values and their names, in the order in which they are shown.",
            ),
        ])),
        "Attributes that group drivers across the tree.",
    ),
];

/// `drivers/<id>.toml`.
pub const DRIVER: &[Key] = &[
    required("id", Shape::Text, "The driver's id: lower-case letters, digits and _; the file is named after it."),
    key("parent", Shape::Text, "The driver under which it stands; \"\" for none."),
    key("name", Shape::Table(NAMES), "Its names."),
    key("enabled", Shape::Switch, "false: switches an inherited driver off."),
    key("people", Shape::Switch, "true: its aspects are people and what they do."),
    key("rollup", Shape::Map(&Shape::Text), "Its values of the attributes that group drivers across the tree."),
    key("controllable", Shape::Word(&["yes", "partly", "no"]), "Whether its owner can change it."),
    key("aspect", Shape::Table(TERMS), "Terms that name the driver; the clause says whether it is good or bad."),
    key("aspect_if_judged", Shape::Table(TERMS), "Words that name it, but only where something is said of it."),
    key("positive", Shape::Table(TERMS), "Terms that praise it by themselves."),
    key("negative", Shape::Table(TERMS), "Terms that blame it by themselves."),
    key(
        "beside_aspect",
        Shape::Table(&[
            key("positive", Shape::Table(TERMS), "Cues that praise."),
            key("negative", Shape::Table(TERMS), "Cues that blame."),
        ]),
        "Cues that count only beside one of its aspect terms, in the same clause.",
    ),
    key("exclude", Shape::Table(TERMS), "Wider expressions inside which nothing of this driver counts."),
    key(
        "example",
        Shape::Tables(&[
            required("text", Shape::Text, "A sentence as customers write it."),
            required(
                "expect",
                Shape::Word(&["positive", "negative", "neutral", "mixed", "none"]),
                "What it says of the driver; `none`: nothing.",
            ),
            key("role", Shape::Word(&["why", "good", "improve", "other"]), "The question to which it is an answer."),
        ]),
        "Sentences that test the driver.",
    ),
];

/// `polarity/<language>.toml`.
pub const POLARITY: &[Key] = &[
    key("positive", Shape::Terms, "Praise for whatever the clause speaks of."),
    key("negative", Shape::Terms, "Blame for it."),
    key("neutral", Shape::Terms, "Words that say that it is neither good nor bad."),
    key("negators", Shape::Terms, "Words that turn what follows."),
    key("absence", Shape::Terms, "Words that turn what follows, and before an aspect say that there is none."),
    key("hedges", Shape::Terms, "Words that take away the side of what follows."),
    key(
        "forbids",
        Shape::Terms,
        "Negators that begin a clause and tell somebody not to: blame after them stays blame.",
    ),
    key("joins", Shape::Terms, "Words over which a negation goes on."),
    key("stops", Shape::Terms, "Words past which no negation reaches."),
    key("degree", Shape::Terms, "Words without a side that may stand between a negator and its word."),
    key("asides", Shape::Terms, "Expressions that say nothing, so that no word inside them does."),
    key("excess", Shape::Terms, "Words that turn praise into blame."),
    key("contrast", Shape::Terms, "Words that begin a clause of their own."),
    key("wishes", Shape::Terms, "Wishes and advice."),
    key("states", Shape::Terms, "English words of a sentence that tells how something is."),
    key("earlier", Shape::Terms, "Words of an earlier time."),
    key("later", Shape::Terms, "Words of the present time."),
    key("except", Shape::Terms, "Words before an exception."),
    key("rest", Shape::Terms, "Words for all but the exception."),
    key("conditions", Shape::Terms, "Words that begin a condition."),
    key("questions", Shape::Terms, "Words that make a question of their clause."),
    key("openers", Shape::Terms, "With these begins an answer that has nothing to complain of."),
    key("no_comment", Shape::Terms, "Whole answers that say that there is none."),
];

/// The key of a language that people call otherwise.
pub fn language(written: &str) -> Option<&'static str> {
    Some(match written.trim().to_lowercase().replace(['-', ' '], "_").as_str() {
        "cn" | "ch" | "chn" | "zh_cn" | "zh_hans" | "chinese" | "中文" | "汉语" | "简体" | "中" => "zh",
        "eng" | "us" | "en_us" | "en_gb" | "english" | "英文" | "英语" | "英" => "en",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::de::DeserializeOwned;

    use super::super::format::{DriverFile, LexiconFile, PolarityFile};
    use super::*;

    /// The keys that serde says it expects, from its message about one that it does not know.
    fn expected<T: DeserializeOwned>(head: &str, table: &str) -> BTreeSet<String> {
        let error = toml::from_str::<T>(&format!("{head}\n{table}\nno_such_key = 1"))
            .err()
            .map(|error| error.message().to_owned());
        let message = error.unwrap_or_default();
        assert!(message.contains("no_such_key"), "{message}");
        let keys = message.split('`').enumerate().filter(|(at, _)| at % 2 == 1).map(|(_, key)| key.to_owned());
        keys.filter(|key| key != "no_such_key").collect()
    }

    fn names(keys: &[Key]) -> BTreeSet<String> {
        keys.iter().map(|key| key.name.to_owned()).collect()
    }

    fn table(keys: &'static [Key], name: &str) -> &'static [Key] {
        match keys.iter().find(|key| key.name == name).map(|key| key.shape) {
            Some(Shape::Table(keys) | Shape::Tables(keys)) => keys,
            Some(Shape::Map(Shape::Table(keys))) => keys,
            other => panic!("{name}: {other:?}"),
        }
    }

    #[test]
    fn checks_and_the_reader_know_the_same_keys() {
        let (head, id) = ("name = 'a'\nversion = '1'", "id = 'a'");
        assert_eq!(expected::<LexiconFile>(head, ""), names(LEXICON));
        assert_eq!(expected::<LexiconFile>(head, "[words]"), names(table(LEXICON, "words")));
        assert_eq!(expected::<LexiconFile>(head, "[description]"), names(table(LEXICON, "description")));
        assert_eq!(expected::<LexiconFile>(head, "[rollup.a]"), names(table(LEXICON, "rollup")));
        assert_eq!(expected::<DriverFile>(id, ""), names(DRIVER));
        assert_eq!(expected::<DriverFile>(id, "[beside_aspect]"), names(table(DRIVER, "beside_aspect")));
        assert_eq!(expected::<DriverFile>(id, "[[example]]"), names(table(DRIVER, "example")));
        assert_eq!(expected::<PolarityFile>("", ""), names(POLARITY));
    }
}
