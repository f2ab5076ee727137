//! A resolved lexicon as the files of one lexicon that extends nothing: whoever reads them has the same lexicon, to the hash.
//!
//! Not for keeping what people wrote: comments, the order of terms and who wrote which are gone.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::format::{Boundary, Controllable, Example, Usage};
use super::resolve::{Resolved, ResolvedDriver, TermSet};
use super::sense::{Sense, WordClass};
use crate::text::chars::is_han;
use crate::types::Role;

impl Resolved {
    /// The files of a copy that is called as the last of its lexicons is.
    pub(crate) fn copy(&self) -> BTreeMap<String, String> {
        let last = self.lexicons.last();
        self.files(last.map_or("copy", |it| &it.name), last.map_or("0", |it| &it.version))
    }

    /// The files, each with its path in the lexicon's folder; `name` and `version` are the lexicon's.
    pub fn files(&self, name: &str, version: &str) -> BTreeMap<String, String> {
        let mut files = BTreeMap::from([("lexicon.toml".to_owned(), self.head(name, version))]);
        // Examples of those that it extends are tests of theirs: what stands above them may have changed what they expect.
        let own = self.lexicons.last().map(|last| last.name.as_str());
        for (id, driver) in &self.drivers {
            files.insert(format!("drivers/{id}.toml"), self::driver(id, driver, own));
        }
        if self.words.values().any(|terms| !terms.is_empty()) {
            files.insert("polarity/words.toml".to_owned(), words(&self.words));
        }
        if !self.responsibility.is_empty() {
            files.insert("responsibility.csv".to_owned(), self.rows());
        }
        files
    }

    fn head(&self, name: &str, version: &str) -> String {
        // Writing into a text cannot fail, here and below.
        let mut out = String::new();
        let _ = writeln!(out, "name = {}\nversion = {}", quoted(name), quoted(version));
        if !self.whole_words.is_empty() {
            let words: Vec<String> = self.whole_words.iter().map(|word| quoted(word)).collect();
            let _ = writeln!(out, "\n[words]\n{}", list("zh", &words));
        }
        for rollup in &self.rollups {
            let id = &rollup.name.id;
            let _ = writeln!(out, "\n[rollup.{id}]");
            names(&mut out, id, &rollup.name.name_zh, &rollup.name.name_en);
            let _ = writeln!(out, "\n[rollup.{id}.values]");
            for value in &rollup.values {
                let named = named(&value.id, &value.name_zh, &value.name_en).unwrap_or_else(|| "{}".to_owned());
                let _ = writeln!(out, "{} = {named}", value.id);
            }
        }
        out
    }

    fn rows(&self) -> String {
        let mut out = csv::Writer::from_writer(Vec::new());
        for row in &self.responsibility {
            // Memory takes everything.
            let _ = out.serialize(row);
        }
        String::from_utf8(out.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}

fn driver(id: &str, driver: &ResolvedDriver, own: Option<&str>) -> String {
    let mut out = format!("id = {}\n", quoted(id));
    if let Some(parent) = &driver.parent {
        let _ = writeln!(out, "parent = {}", quoted(parent));
    }
    names(&mut out, id, &driver.name_zh, &driver.name_en);
    if driver.people {
        out.push_str("people = true\n");
    }
    if let Some(controllable) = driver.controllable {
        let _ = writeln!(out, "controllable = {}", quoted(Controllable::as_str(controllable)));
    }
    if !driver.rollup.is_empty() {
        out.push_str("\n[rollup]\n");
        for (attribute, choice) in &driver.rollup {
            let _ = writeln!(out, "{attribute} = {}", quoted(&choice.value));
        }
    }
    for (table, sense) in [
        ("aspect", Sense::Aspect),
        ("positive", Sense::Positive),
        ("negative", Sense::Negative),
        ("beside_aspect.positive", Sense::BesidePositive),
        ("beside_aspect.negative", Sense::BesideNegative),
        ("exclude", Sense::Exclude),
    ] {
        let Some(terms) = driver.terms.get(&sense).filter(|terms| !terms.is_empty()) else { continue };
        let _ = writeln!(out, "\n[{table}]");
        let (zh, en): (Vec<_>, Vec<_>) = terms.iter().partition(|(term, _)| term.chars().any(is_han));
        for (language, terms) in [("zh", zh), ("en", en)] {
            if !terms.is_empty() {
                let written: Vec<String> = terms.into_iter().map(|(term, of)| written(term, of.usage)).collect();
                let _ = writeln!(out, "{}", list(language, &written));
            }
        }
    }
    for of in driver.examples.iter().filter(|of| own == Some(&of.lexicon)) {
        let Example { text, expect, role } = &of.example;
        let _ = write!(out, "\n[[example]]\ntext = {}\nexpect = {}\n", quoted(text.get_ref()), quoted(expect.as_str()));
        if *role != Role::default() {
            let _ = writeln!(out, "role = {}", quoted(role.as_str()));
        }
    }
    out
}

fn words(words: &BTreeMap<WordClass, TermSet>) -> String {
    let mut out = String::new();
    for (class, terms) in words.iter().filter(|(_, terms)| !terms.is_empty()) {
        let written: Vec<String> = terms.iter().map(|(term, of)| written(term, of.usage)).collect();
        let _ = writeln!(out, "{}", list(class.key(), &written));
    }
    out
}

/// A list of terms, one a line: a change to one is then a change to its line.
fn list(key: &str, terms: &[String]) -> String {
    format!("{key} = [\n    {},\n]", terms.join(",\n    "))
}

fn written(term: &str, Usage { boundary, bare, general }: Usage) -> String {
    let mut options = String::new();
    if boundary == Boundary::Any {
        options.push_str(", boundary = \"any\"");
    }
    if !bare {
        options.push_str(", bare = false");
    }
    if !general {
        options.push_str(", general = false");
    }
    if options.is_empty() { quoted(term) } else { format!("{{ term = {}{options} }}", quoted(term)) }
}

/// The line of names, where there are any: a name that nobody wrote is the id.
fn names(out: &mut String, id: &str, zh: &str, en: &str) {
    if let Some(named) = named(id, zh, en) {
        let _ = writeln!(out, "name = {named}");
    }
}

fn named(id: &str, zh: &str, en: &str) -> Option<String> {
    let zh = (zh != id).then(|| format!("zh = {}", quoted(zh)));
    let en = (en != id).then(|| format!("en = {}", quoted(en)));
    let both: Vec<String> = zh.into_iter().chain(en).collect();
    (!both.is_empty()).then(|| format!("{{ {} }}", both.join(", ")))
}

/// A text as TOML writes it.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::bundled_names;
    use crate::lexicon::tests::folder;

    /// What is written is the same lexicon, and written once more the same files.
    fn assert_same(resolved: &Resolved) {
        let files = resolved.files("copy", "1");
        let pairs: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let copy = folder(&pairs);
        let read = Resolved::load(&[copy.path().display().to_string()]).unwrap();
        assert_eq!(read.hash(), resolved.hash());
        assert_eq!(read.files("copy", "1"), files);
    }

    #[test]
    fn bundled_lexicons_written_and_read_are_the_same() {
        for name in bundled_names() {
            assert_same(&Resolved::load(&[name]).unwrap());
        }
    }

    #[test]
    fn what_is_rare_is_written_too() {
        let written = folder(&[
            (
                "lexicon.toml",
                "name = 'x'\nversion = '2'\n[words]\nzh = ['会不会']\n[rollup.b.values]\nz = { zh = '乙' }\na = {}\n[rollup.a]\nname = { en = 'A \"b\"' }",
            ),
            (
                "drivers/top.toml",
                "id = 'top'\npeople = true\ncontrollable = 'partly'\nname = { en = 'Top' }\n[rollup]\nb = 'z'\n[aspect_if_judged]\nzh = ['店']\n[[example]]\ntext = 'a\\b'\nexpect = 'none'\nrole = 'improve'",
            ),
            (
                "drivers/low.toml",
                "id = 'low'\nparent = 'top'\n[rollup]\nb = ''\n[aspect]\nzh = [{ term = '慢', boundary = 'any', general = false }, 're:/等\\d+天/']\n[exclude]\nen = ['slow ~3 \"food\"']",
            ),
            ("polarity/en.toml", "positive = ['good']\nno_comment = ['n/a', '无']"),
            ("responsibility.csv", "driver,function,weight,owner\ntop,\"a, b\",9,Li\n"),
        ]);
        assert_same(&Resolved::load(&[written.path().display().to_string()]).unwrap());
    }

    /// The copy that an output keeps of such a lexicon had another hash than the lexicon.
    #[test]
    fn a_file_of_words_without_words_says_nothing() {
        let head = ("lexicon.toml", "name = 'x'\nversion = '1'\n");
        let driver = ("drivers/a.toml", "id = 'a'\n[aspect]\nen = ['alpha']\n");
        let load = |files: &[(&str, &str)]| Resolved::load(&[folder(files).path().display().to_string()]).unwrap();
        let with = load(&[head, driver, ("polarity/en.toml", "# none yet\npositive = []\n")]);
        assert_same(&with);
        assert_eq!(with.hash(), load(&[head, driver]).hash());
    }
}
