//! A layer read from the files of a lexicon.
//!
//! Not for reading sheets (`understand`).

use indexmap::IndexSet;

use super::{Attribute, DriverList, Duty, Head, Language, Layer, ListAt, OwnDriver, OwnExample, PLAIN, written};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::lexicon::files::{File, Folder};
use crate::lexicon::format::{DriverFile, LexiconFile, PolarityFile, Terms, Usage};
use crate::lexicon::resolve::{parse, responsibility_rows};

impl Layer {
    /// What the files of a lexicon say.
    ///
    /// # Errors
    /// Where a file cannot be read, or says what no cell of a sheet can: a name or a text that is blank.
    pub fn read(folder: &Folder) -> Result<Self> {
        let mut layer = Self::default();
        let head: LexiconFile = parse(&folder.head)?;
        layer.read_head(&folder.head, head)?;
        for file in &folder.drivers {
            layer.read_driver(file, parse(file)?)?;
        }
        for file in &folder.polarity {
            let lists: PolarityFile = parse(file)?;
            for (class, terms) in lists.lists() {
                let terms = terms.iter().map(|term| (term.get_ref().text(), term.get_ref().usage()));
                layer.list(&ListAt::Words(file.stem.clone(), class), terms);
            }
        }
        if let Some(file) = &folder.responsibility {
            for row in responsibility_rows(&file.path, &file.text) {
                let (row, _) = row?;
                let duty = Duty { weight: row.weight, owner: row.owner };
                layer.responsibility.insert((row.driver, row.function), duty);
            }
        }
        Ok(layer)
    }

    fn read_head(&mut self, file: &File, head: LexiconFile) -> Result<()> {
        let LexiconFile { name, version, extends, description, words, rollup } = head;
        let extends = extends.map(toml::Spanned::into_inner);
        let all = [Some(&name), Some(&version), extends.as_ref(), description.zh.as_ref(), description.en.as_ref()];
        not_blank(file, all)?;
        for (language, terms) in [(Language::Zh, &words.zh), (Language::En, &words.en)] {
            not_blank(file, terms.iter().map(|term| Some(term.get_ref().text())))?;
            self.list(&ListAt::Whole(language), terms.iter().map(|term| (term.get_ref().text(), PLAIN)));
        }
        let mut written: Vec<_> = rollup.into_iter().collect();
        written.sort_by_key(|(id, _)| id.span().start);
        for (id, attribute) in written {
            let mut values: Vec<_> = attribute.values.into_iter().collect();
            values.sort_by_key(|(id, _)| id.span().start);
            let names = values.iter().map(|(_, names)| names).chain([&attribute.name]);
            not_blank(file, names.flat_map(|names| [names.zh.as_ref(), names.en.as_ref()]))?;
            let values = values.into_iter().map(|(id, names)| (id.into_inner(), names)).collect();
            self.rollups.push(Attribute { id: id.into_inner(), name: attribute.name, values });
        }
        self.head = Head { name, version, extends, description };
        Ok(())
    }

    fn read_driver(&mut self, file: &File, driver: DriverFile) -> Result<()> {
        not_blank(file, [driver.name.zh.as_ref(), driver.name.en.as_ref()])?;
        not_blank(file, driver.example.iter().map(|example| Some(example.text.get_ref())))?;
        let id = driver.id.get_ref().clone();
        for list in DriverList::ALL {
            let Terms { zh, en } = list.of(&driver);
            for (language, terms) in [(Language::Zh, zh), (Language::En, en)] {
                let terms = terms.iter().map(|term| (term.get_ref().text(), term.get_ref().usage()));
                self.list(&ListAt::Driver(id.clone(), list, language), terms);
            }
        }
        let examples = driver.example.into_iter();
        let examples: IndexSet<OwnExample> =
            examples.map(|of| OwnExample { text: of.text.into_inner(), role: of.role, expect: of.expect }).collect();
        if !examples.is_empty() {
            self.examples.insert(id.clone(), examples);
        }
        let rollup = driver.rollup.into_iter();
        let rollup = rollup.map(|(key, value)| (key.into_inner(), value.get_ref().trim().to_owned())).collect();
        let own = OwnDriver {
            parent: driver.parent.map(toml::Spanned::into_inner),
            name: driver.name,
            enabled: driver.enabled,
            people: driver.people,
            controllable: driver.controllable,
            rollup,
        };
        self.drivers.insert(id, own);
        Ok(())
    }

    /// Adds terms to a list; what stands there twice counts as it was written last.
    fn list<'a>(&mut self, at: &ListAt, terms: impl Iterator<Item = (&'a str, Usage)>) {
        for (term, usage) in terms {
            self.lists.entry(at.clone()).or_default().insert(written(term), usage);
        }
    }
}

fn not_blank<'a, S: AsRef<str> + ?Sized + 'a>(
    file: &File,
    texts: impl IntoIterator<Item = Option<&'a S>>,
) -> Result<()> {
    if texts.into_iter().flatten().all(|text| !text.as_ref().trim().is_empty()) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Lexicon, "blank_text", "a name, word or example is blank, which no sheet can say")
        .at(Place::file(&file.path))
        .help("Write it, or delete its key."))
}
