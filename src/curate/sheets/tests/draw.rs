//! Random lexicons, with everything that files can say and texts that spreadsheets like to make something else of.
//!
//! Not for lexicons that find anything.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::layer::{
    Attribute, DriverList, Duty, Head, Language, Layer, ListAt, Listed, OwnDriver, OwnExample, word_classes, written,
};
use crate::lexicon::Controllable;
use crate::lexicon::format::{Boundary, Expect, Names, Usage};
use crate::lexicon::sense::WordClass;
use crate::lexicon::slip::slip;
use crate::lexicon::term;
use crate::types::Role;

/// The drivers of a lexicon, a parent before what stands under it.
pub const DRIVERS: [&str; 6] = ["top", "left", "right", "leaf", "aspect", "007"];

/// Texts that some program takes for something else, and texts that are any.
fn text() -> impl Strategy<Value = String> {
    let nasty = select(vec![
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "'=1",
        "''",
        "'",
        "\"",
        "a,b",
        "a;b",
        "a\tb",
        "a\nb",
        "a\r\nb",
        "007",
        "1e5",
        "TRUE",
        "no",
        "null",
        "~",
        "1-2",
        "2020-01-01",
        "#N/A",
        "#REF!",
        "_x000D_",
        "_x005F_",
        "&amp;",
        "<b>",
        "]]>",
        "😀",
        "👨‍👩‍👧",
        "噪音",
        "ＡＢＣ",
        "１２",
        "é",
        "e\u{301}",
        "\u{feff}x",
        "a\u{a0}b",
        "a\u{2028}b",
        "%",
        "%d",
        "{}",
        "- x",
        ": x",
        "[a]",
        "\\",
        "\\n",
        "{{",
        "`",
        "|",
        "*",
        "?",
        "a?",
        "rattl*",
        "服务员 ~3 不理",
        "call & back",
        "re:/等\\d+天/",
        "<number> dB",
        "outrageous~",
    ]);
    prop_oneof![
        16 => nasty.prop_map(str::to_owned),
        8 => "[a-z一-龥]{1,6}",
        4 => "\\PC{1,12}",
        1 => (300..900_usize).prop_map(|many| "长 long".repeat(many)),
    ]
}

/// A term that a lexicon takes, and an import into a new one.
fn own_term() -> impl Strategy<Value = String> {
    text()
        .prop_map(|text| written(&text))
        .prop_filter("no term", |text| !text.starts_with("- ") && term::parse(text).is_ok() && slip(text).is_none())
}

/// A text that is not blank.
fn said() -> impl Strategy<Value = String> {
    text().prop_filter("blank", |text| !text.trim().is_empty())
}

fn names() -> impl Strategy<Value = Names> {
    (option::of(said()), option::of(said())).prop_map(|(zh, en)| Names { zh, en })
}

fn usage() -> impl Strategy<Value = Usage> {
    let boundary = select(vec![Boundary::Word, Boundary::Word, Boundary::Any]);
    (boundary, prop::bool::weighted(0.8), prop::bool::weighted(0.8)).prop_map(|(boundary, bare, general)| Usage {
        boundary,
        bare,
        general,
    })
}

fn listed() -> impl Strategy<Value = Listed> {
    vec((own_term(), usage()), 1..4).prop_map(|terms| terms.into_iter().collect())
}

fn place() -> impl Strategy<Value = ListAt> {
    let language = || select(Language::ALL.to_vec());
    prop_oneof![
        4 => (select(DRIVERS.to_vec()), select(DriverList::ALL.to_vec()), language())
            .prop_map(|(driver, list, language)| ListAt::Driver(driver.to_owned(), list, language)),
        1 => (select(vec!["zh", "en", "words"]), select(word_classes().to_vec()))
            .prop_map(|(file, class)| ListAt::Words(file.to_owned(), class)),
    ]
}

fn rollups() -> impl Strategy<Value = Vec<Attribute>> {
    let attribute = |id: &'static str| {
        let drawn =
            (names(), values_of()).prop_map(move |(name, values)| Attribute { id: id.to_owned(), name, values });
        option::of(drawn)
    };
    (attribute("cost"), attribute("place"), any::<bool>()).prop_map(|(one, other, turned)| {
        let mut all: Vec<Attribute> = one.into_iter().chain(other).collect();
        if turned {
            all.reverse();
        }
        all
    })
}

fn values_of() -> impl Strategy<Value = Vec<(String, Names)>> {
    (Just(["one", "two", "three", "4"].map(str::to_owned).to_vec()).prop_shuffle(), vec(names(), 4), 0..4_usize)
        .prop_map(|(ids, names, many)| ids.into_iter().zip(names).take(many).collect())
}

fn head() -> impl Strategy<Value = Head> {
    (said(), said(), names()).prop_map(|(name, version, description)| Head {
        name,
        version,
        extends: None,
        description,
    })
}

fn driver() -> impl Strategy<Value = (OwnDriver, u8)> {
    let controllable = select(vec![Controllable::Yes, Controllable::Partly, Controllable::No]);
    let fields = (names(), option::of(any::<bool>()), option::of(controllable), any::<u8>());
    fields.prop_map(|(name, people, controllable, chance)| {
        (OwnDriver { name, people, controllable, ..OwnDriver::default() }, chance)
    })
}

fn example() -> impl Strategy<Value = OwnExample> {
    let expect = select(vec![Expect::Positive, Expect::Negative, Expect::Neutral, Expect::Mixed, Expect::None]);
    let role = select(vec![Role::Why, Role::Good, Role::Improve, Role::Other]);
    (said(), role, expect).prop_map(|(text, role, expect)| OwnExample { text, role, expect })
}

fn duty() -> impl Strategy<Value = ((String, String), Duty)> {
    let owner = prop_oneof![Just(String::new()), said()].prop_map(|owner| owner.trim().to_owned());
    let function = said().prop_map(|function| function.trim().to_owned());
    (select(DRIVERS.to_vec()), function, select(vec![9, 3, 1, 0]), owner)
        .prop_map(|(driver, function, weight, owner)| ((driver.to_owned(), function), Duty { weight, owner }))
}

/// A lexicon that loads and extends nothing.
pub fn layer() -> impl Strategy<Value = Layer> {
    let drivers = vec(driver(), DRIVERS.len());
    let lists = btree_map(place(), listed(), 0..12);
    let examples = vec((select(DRIVERS.to_vec()), example()), 0..6);
    let whole = btree_set(said().prop_map(|word| word.trim().to_owned()), 0..3);
    let duties = vec(duty(), 0..5);
    (head(), rollups(), drivers, lists, examples, whole, duties).prop_map(
        |(head, rollups, drivers, mut lists, examples, whole, duties)| {
            let mut drivers: BTreeMap<String, OwnDriver> = DRIVERS
                .iter()
                .zip(drivers)
                .enumerate()
                .map(|(at, (id, (driver, chance)))| ((*id).to_owned(), placed(driver, at, chance, &rollups)))
                .collect();
            // One that names no parent but says so.
            drivers.entry("top".to_owned()).and_modify(|top| top.parent = top.parent.take().map(|_| String::new()));
            make_sound(&mut lists);
            if !whole.is_empty() {
                let words = whole.into_iter().map(|word| (word, super::super::layer::PLAIN)).collect();
                lists.insert(ListAt::Whole(Language::Zh), words);
            }
            let mut layer = Layer { head, rollups, drivers, lists, ..Layer::default() };
            for (driver, example) in examples {
                layer.examples.entry(driver.to_owned()).or_default().insert(example);
            }
            layer.responsibility = duties.into_iter().collect::<IndexMap<_, _>>();
            layer
        },
    )
}

/// Takes out what no lexicon may say: a term that praises and blames, a word of `states` that is none, one word used in two ways.
fn make_sound(lists: &mut BTreeMap<ListAt, Listed>) {
    let praised: Vec<(String, DriverList)> = lists
        .keys()
        .filter_map(|at| match at {
            ListAt::Driver(driver, list @ (DriverList::Positive | DriverList::BesidePositive), _) => {
                Some((driver.clone(), *list))
            }
            _ => None,
        })
        .collect();
    lists.retain(|at, _| match at {
        ListAt::Driver(driver, DriverList::Negative, _) => !praised.contains(&(driver.clone(), DriverList::Positive)),
        ListAt::Driver(driver, DriverList::BesideNegative, _) => {
            !praised.contains(&(driver.clone(), DriverList::BesidePositive))
        }
        ListAt::Words(_, class) => *class != WordClass::State,
        _ => true,
    });
    let mut used: BTreeMap<(WordClass, String), Usage> = BTreeMap::new();
    for (at, terms) in lists.iter_mut() {
        if let ListAt::Words(_, class) = at {
            for (term, usage) in terms {
                *usage = *used.entry((*class, term.clone())).or_insert(*usage);
            }
        }
    }
}

/// A driver with a parent that stands before it, and values that are declared.
fn placed(mut driver: OwnDriver, at: usize, chance: u8, rollups: &[Attribute]) -> OwnDriver {
    let chance = usize::from(chance);
    driver.parent = match chance % 3 {
        0 => None,
        1 => Some(String::new()),
        _ => at.checked_sub(1).map(|most| DRIVERS[chance % (most + 1)].to_owned()),
    };
    for attribute in rollups.iter().filter(|_| chance.is_multiple_of(2)) {
        let value = attribute.values.get(chance % 5).map(|(id, _)| id.clone()).unwrap_or_default();
        driver.rollup.insert(attribute.id.clone(), value);
    }
    driver
}
