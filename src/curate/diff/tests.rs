//! A change touches no comment in which nothing stands that changed: held against tagging everything by both lexicons.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::pair::{Scratch, Whole};
use super::survey::pair;
use super::*;
use crate::lexicon::Lexicon;
use crate::lexicon::format::{Boundary, Usage};
use crate::lexicon::resolve::ResolvedTerm;
use crate::lexicon::{Sense, WordClass};
use crate::types::Role;

static APPLIANCE: LazyLock<Resolved> = LazyLock::new(|| Resolved::load(&["appliance"]).unwrap());

/// Comments of the sample survey, and some with slips, forms drawn out, folded and bare answers.
static COMMENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut rows = csv::Reader::from_path(concat!(env!("CARGO_MANIFEST_DIR"), "/data/appliance_survey.csv")).unwrap();
    let at = rows.headers().unwrap().iter().position(|name| name == "comment").unwrap();
    let mut comments: Vec<String> = rows.records().map(|row| row.unwrap()[at].to_owned()).collect();
    let more = [
        "sooooo nooooisy",
        "outragous price",
        "ＮＯＩＳＹ 噪聲很大",
        "无",
        "n/a",
        "没有 ",
        "不是不好",
        "nooo problem",
        "很吵，但是便宜",
        "希望师傅快一点",
        "unfriendley staff",
        "等了3天才来",
    ];
    comments.extend(more.map(str::to_owned));
    comments
});

/// One way to change a lexicon; numbers choose what of.
#[derive(Debug, Clone)]
enum Edit {
    Drop(usize),
    Turn(usize),
    Anywhere(usize),
    DropWord(usize),
    Add(usize, &'static str),
    AddWord(usize, &'static str),
    People(usize),
    Lift(usize),
    DropDriver(usize),
    Whole(&'static str),
}

const NEW: [&str; 12] =
    ["很", "的", "师傅", "noise", "so", "空调声", "一点 ~3 快", "re:/[0-9]+天/", "服务 & 好", "friendly*", "无", "没"];

fn edit() -> impl Strategy<Value = Edit> {
    let new = || prop::sample::select(NEW.to_vec());
    prop_oneof![
        any::<usize>().prop_map(Edit::Drop),
        any::<usize>().prop_map(Edit::Turn),
        any::<usize>().prop_map(Edit::Anywhere),
        any::<usize>().prop_map(Edit::DropWord),
        (any::<usize>(), new()).prop_map(|(at, term)| Edit::Add(at, term)),
        (any::<usize>(), new()).prop_map(|(at, term)| Edit::AddWord(at, term)),
        any::<usize>().prop_map(Edit::People),
        any::<usize>().prop_map(Edit::Lift),
        any::<usize>().prop_map(Edit::DropDriver),
        prop::sample::select(vec!["声音很", "态度好", "了一个"]).prop_map(Edit::Whole),
    ]
}

fn change(resolved: &mut Resolved, edit: &Edit) {
    let usual = ResolvedTerm::unwritten(Usage { boundary: Boundary::Word, bare: true, general: true });
    let ids: Vec<String> = resolved.drivers.keys().cloned().collect();
    let driver = |at: usize| ids[at % ids.len()].clone();
    let terms = |resolved: &Resolved| -> Vec<(String, Sense, String)> {
        let of = |(id, driver): (&String, &crate::lexicon::resolve::ResolvedDriver)| {
            let all = driver.terms.iter().flat_map(|(sense, terms)| terms.keys().map(|term| (*sense, term.clone())));
            all.map(|(sense, term)| (id.clone(), sense, term)).collect::<Vec<_>>()
        };
        resolved.drivers.iter().flat_map(of).collect()
    };
    let mut on_term = |at: usize, act: &dyn Fn(&mut crate::lexicon::resolve::ResolvedDriver, Sense, &str)| {
        let all = terms(resolved);
        let (id, sense, term) = &all[at % all.len()];
        act(resolved.drivers.get_mut(id).unwrap(), *sense, term);
    };
    match edit {
        Edit::Drop(at) => on_term(*at, &|driver, sense, term| _ = driver.terms.get_mut(&sense).unwrap().remove(term)),
        Edit::Turn(at) => on_term(*at, &|driver, sense, term| {
            let to = match sense {
                Sense::Positive => Sense::Negative,
                Sense::Negative => Sense::Positive,
                other => other,
            };
            let of = driver.terms.get_mut(&sense).unwrap().remove(term).unwrap();
            driver.terms.entry(to).or_default().insert(term.to_owned(), of);
        }),
        Edit::Anywhere(at) => on_term(*at, &|driver, sense, term| {
            driver.terms.get_mut(&sense).unwrap().get_mut(term).unwrap().usage.boundary = Boundary::Any;
        }),
        Edit::DropWord(at) => {
            let all = resolved.words.iter().flat_map(|(class, terms)| terms.keys().map(|term| (*class, term.clone())));
            let all: Vec<(WordClass, String)> = all.collect();
            let (class, term) = &all[at % all.len()];
            resolved.words.get_mut(class).unwrap().remove(term);
        }
        Edit::Add(at, term) => {
            let driver = resolved.drivers.get_mut(&driver(*at)).unwrap();
            driver.terms.entry(Sense::Aspect).or_default().insert((*term).to_owned(), usual);
        }
        Edit::AddWord(at, term) => {
            let classes = [WordClass::Negator, WordClass::Positive, WordClass::Degree, WordClass::NoComment];
            let terms = resolved.words.entry(classes[at % classes.len()]).or_default();
            terms.insert((*term).to_owned(), usual);
        }
        Edit::People(at) => {
            let driver = resolved.drivers.get_mut(&driver(*at)).unwrap();
            driver.people = !driver.people;
        }
        Edit::Lift(at) => resolved.drivers.get_mut(&driver(*at)).unwrap().parent = None,
        Edit::DropDriver(at) => {
            let gone = driver(*at);
            resolved.drivers.remove(&gone);
            for other in resolved.drivers.values_mut().filter(|other| other.parent.as_deref() == Some(&gone)) {
                other.parent = None;
            }
            resolved.responsibility.retain(|row| row.driver != gone);
        }
        Edit::Whole(word) => _ = resolved.whole_words.insert((*word).to_owned()),
    }
}

proptest! {
    // Each case compiles two lexicons.
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn what_is_not_touched_is_tagged_alike(edits in prop::collection::vec(edit(), 1..5)) {
        let before = &*APPLIANCE;
        let mut after = before.clone();
        for edit in &edits {
            change(&mut after, edit);
        }
        let changes = rules::changes(before, &after);
        // A term may now praise and blame its driver, which no lexicon may.
        if Lexicon::compile(&after).is_err() {
            return Ok(());
        }
        let both = pair(before, &after, &changes, &DiffConfig::default()).unwrap();
        let mut scratch = Scratch::default();
        let mut untouched = 0;
        for comment in COMMENTS.iter() {
            let answers = [(0, Role::Why, comment.as_str())];
            both.tag_before(&answers, &mut scratch);
            let may_differ = both.may_differ(&answers, true, &mut scratch);
            prop_assert_eq!(may_differ, both.may_differ(&answers, false, &mut scratch));
            if may_differ {
                continue;
            }
            untouched += 1;
            both.tag_after(&answers, &mut scratch);
            prop_assert!(scratch.differs.is_empty(), "{}: {:?} by {:?}", comment, scratch.differs, changes);
            prop_assert_eq!(Whole::from(&scratch.before), Whole::from(&scratch.after), "{} by {:?}", comment, changes);
        }
        prop_assert!(untouched > 0 || !changes.is_empty());
    }
}

#[test]
fn a_mention_is_put_down_to_the_term_that_made_it() {
    let before = &*APPLIANCE;
    let mut after = before.clone();
    let noise = after.drivers.get_mut("noise").unwrap();
    noise.terms.get_mut(&Sense::Negative).unwrap().remove("吵");
    let usual = ResolvedTerm::unwritten(Usage { boundary: Boundary::Word, bare: true, general: true });
    noise.terms.get_mut(&Sense::Negative).unwrap().insert("轰轰".to_owned(), usual.clone());
    after.words.get_mut(&WordClass::Negator).unwrap().insert("莫须".to_owned(), usual);
    let changes = rules::changes(before, &after);
    let both = pair(before, &after, &changes, &DiffConfig::default()).unwrap();
    let mut scratch = Scratch::default();
    let told = |text: &str, scratch: &mut Scratch| -> Vec<(super::pair::Kind, String)> {
        let answers = [(0, Role::Why, text)];
        assert!(both.may_differ(&answers, false, scratch), "{text}");
        both.tag_before(&answers, scratch);
        both.tag_after(&answers, scratch);
        scratch.differs.iter().map(|it| (it.kind, changes[it.change.unwrap()].what.clone())).collect()
    };
    let one = |kind, what: &str| vec![(kind, what.to_owned())];
    assert_eq!(told("晚上有点吵", &mut scratch), one(super::pair::Kind::Lost, "吵"));
    assert_eq!(told("一开机就轰轰的", &mut scratch), one(super::pair::Kind::Gained, "轰轰"));
    // Of the technician, and of what he knows.
    let flipped = one(super::pair::Kind::Flipped, "莫须");
    assert_eq!(told("师傅莫须专业", &mut scratch), [flipped.clone(), flipped].concat());
}
