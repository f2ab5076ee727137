//! Overlays, the content hash, and what messages say.

use super::*;
use crate::lexicon::tests::folder as lexicon;

fn load(dirs: &[&tempfile::TempDir]) -> Result<Resolved> {
    let names: Vec<String> = dirs.iter().map(|dir| dir.path().display().to_string()).collect();
    Resolved::load(&names)
}

const BASE: [(&str, &str); 3] = [
    ("lexicon.toml", "name = \"base\"\nversion = \"1\""),
    ("drivers/service.toml", "id = \"service\"\n[aspect]\nzh = [\"服务\"]"),
    (
        "drivers/speed.toml",
        "id = \"speed\"\nparent = \"service\"\n[negative]\nzh = [\"慢\", \"拖\"]\n[[example]]\ntext = \"慢\"\nexpect = \"negative\"",
    ),
];

#[test]
fn an_overlay_adds_removes_and_switches_off() {
    let base = lexicon(&BASE);
    let over = lexicon(&[
        ("lexicon.toml", "name = \"over\"\nversion = \"1\""),
        ("drivers/speed.toml", "id = \"speed\"\nparent = \"\"\n[negative]\nzh = [\"- 拖\", \"磨蹭\"]"),
        ("drivers/service.toml", "id = \"service\"\nenabled = false"),
    ]);
    let resolved = load(&[&base, &over]).unwrap();
    assert!(!resolved.drivers.contains_key("service"));
    let speed = &resolved.drivers["speed"];
    assert_eq!(speed.parent, None);
    assert_eq!(speed.terms[&Sense::Negative].keys().collect::<Vec<_>>(), ["慢", "磨蹭"]);
}

#[test]
fn an_example_belongs_to_the_lexicon_that_wrote_it() {
    let base = lexicon(&BASE);
    let over = lexicon(&[
        ("lexicon.toml", "name = \"over\"\nversion = \"1\""),
        ("drivers/speed.toml", "id = \"speed\"\n[[example]]\ntext = \"拖\"\nexpect = \"negative\""),
    ]);
    let resolved = load(&[&base, &over]).unwrap();
    let written: Vec<_> = resolved.drivers["speed"]
        .examples
        .iter()
        .map(|of| (of.lexicon.as_str(), of.example.text.get_ref().as_str()))
        .collect();
    assert_eq!(written, [("base", "慢"), ("over", "拖")]);
}

#[test]
fn the_hash_depends_on_meaning_alone() {
    let one = load(&[&lexicon(&BASE)]).unwrap().hash();
    let mut files = BASE;
    files[2].1 = "# a comment\nid = 'speed'\nparent='service'\n\n[negative]\nzh = [ '拖',\n '慢' ]";
    files[0].1 = "name = \"base\"\nversion = \"2\"";
    assert_eq!(load(&[&lexicon(&files)]).unwrap().hash(), one);
    files[2].1 = "id = 'speed'\nparent='service'\n[negative]\nzh = ['拖']";
    assert_ne!(load(&[&lexicon(&files)]).unwrap().hash(), one);
}

#[test]
fn errors_say_where_and_how_to_mend() {
    for (name, text, code, at) in [
        ("drivers/a.toml", "id = \"b\"", "driver_id", "a.toml:1:6"),
        ("drivers/a.toml", "id = \"a\"\nparent = \"x\"", "driver_parent", "a.toml:2:10"),
        ("drivers/a.toml", "id = \"a\"\nparent = \"a\"", "driver_parent", "a.toml:2:10"),
        ("drivers/a.toml", "id = \"a\"\naspects = 1", "lexicon_syntax", "a.toml:2:1"),
        ("drivers/a.toml", "id = \"a\"\n[aspect]\nzh = [\"好\", \"声 ~x 大\"]", "term", "a.toml:3:12"),
        ("drivers/a.toml", "id = \"a\"\n[aspect]\nzh = [\"- 好\"]", "nothing_to_remove", "a.toml:3:7"),
        ("drivers/a.toml", "id = \"a\"\n[aspect]\nzh = [\"好\"， \"坏\"]", "lexicon_syntax", "a.toml:3:10"),
        ("drivers/a.toml", "id = \"a\"\n[aspect]\nzh = [\"好\"\nen = [\"good\"]", "lexicon_syntax", "a.toml:3:6"),
        ("drivers/a.toml", "id = \"contrary\"", "driver_id", "a.toml:1:6"),
        ("drivers/a.toml", "id = 'a'\n[rollup]\ncost = 'time'", "rollup_attribute", "a.toml:3:1"),
        ("drivers/a.toml", "id = 'a'\n[rollup]\nservqual = 'price'", "rollup_value", "a.toml:3:12"),
        ("drivers/a.toml", "id = 'a'\ncontrollable = 'maybe'", "lexicon_syntax", "a.toml:2:16"),
        ("lexicon.toml", "name = 'x'\nversion = '1'\n[rollup.Cost.values]\n", "rollup_id", "lexicon.toml:3:9"),
        (
            "lexicon.toml",
            "name = 'x'\nversion = '1'\n[rollup.cost.values]\n\"call centre\" = {}",
            "rollup_id",
            "lexicon.toml:4:1",
        ),
        ("lexicon.toml", "name = 'x'\nversion = '1'\n[rollup.cost]\nvalue = {}", "lexicon_syntax", "lexicon.toml:4:1"),
        ("responsibility.csv", "driver,function,weight,owner\nb,c,7,", "responsibility", "responsibility.csv:2:1"),
        ("responsibility.csv", "driver,function,weight,owner\nb,c,many,", "responsibility", "responsibility.csv:2:1"),
        ("responsibility.csv", "driver,function,weight,owner\nb,,9,", "responsibility", "responsibility.csv:2:1"),
        ("responsibility.csv", "driver,function,weight,owner\nb,c,9", "responsibility", "responsibility.csv:2:1"),
        ("responsibility.csv", "driver,function,weight,who\nb,c,9,", "responsibility", "responsibility.csv:1:1"),
        ("responsibility.csv", "driver,weight\nb,9", "responsibility", "responsibility.csv:1:1"),
        ("responsibility.csv", "driver;function;weight\nb;c;9", "responsibility", "responsibility.csv:1:1"),
        (
            "responsibility.csv",
            "driver,function,weight,owner\r\nb,c,9,\r\n\r\nb,c,3,\r\n",
            "responsibility",
            "responsibility.csv:4:1",
        ),
        (
            "responsibility.csv",
            "driver,function,weight,owner\nb,c,9,\nx,c,9,",
            "responsibility",
            "responsibility.csv:3:1",
        ),
    ] {
        let head = "name = 'x'\nversion = '1'\n[rollup.servqual.values]\ntangibles = {}";
        let b = ("drivers/b.toml", "id = 'b'");
        let dir = lexicon(&[("lexicon.toml", head), b, (name, text)]);
        let error = load(&[&dir]).expect_err(text);
        assert_eq!(error.code(), code, "{error}");
        assert!(error.place().unwrap().to_string().ends_with(at), "{error}");
    }
}

#[test]
fn a_lexicon_that_extends_itself_is_an_error() {
    let dir = lexicon(&[("lexicon.toml", "name = \"x\"\nversion = \"1\"\nextends = \".\"")]);
    assert_eq!(load(&[&dir]).expect_err("a circle").code(), "extends_cycle");
}

#[test]
fn a_slip_in_a_name_is_told_the_right_one() {
    for (name, text, near) in [
        ("drivers/a.toml", "id = 'a'\n[rollup]\nservqal = 'tangibles'", "servqual"),
        ("drivers/a.toml", "id = 'a'\n[rollup]\nservqual = 'tangible'", "tangibles"),
        ("drivers/a.toml", "id = 'a'\nparent = 'nois'", "noise"),
        ("responsibility.csv", "driver,function,weight,owner\nnoises,R&D,9,", "noise"),
    ] {
        let head = "name = 'x'\nversion = '1'\n[rollup.servqual.values]\ntangibles = {}";
        let dir = lexicon(&[("lexicon.toml", head), ("drivers/noise.toml", "id = 'noise'"), (name, text)]);
        let error = load(&[&dir]).expect_err(text);
        let help = error.way_out().unwrap_or_default();
        assert!(help.starts_with(&format!("Did you mean `{near}`?")), "{error}");
    }
}

#[test]
fn values_keep_the_order_in_which_they_are_written() {
    let base = lexicon(&[(
        "lexicon.toml",
        "name = 'base'\nversion = '1'\n[rollup.touchpoint]\nname = { en = 'Touchpoint' }\n[rollup.touchpoint.values]\nshop = { en = 'Shop' }\nmeal = {}\n\
         after = {}\n[rollup.cost.values]\ntime = {}",
    )]);
    let over = lexicon(&[(
        "lexicon.toml",
        "name = 'over'\nversion = '1'\n[rollup.age.values]\nnew = {}\n\
         [rollup.touchpoint.values]\nweb = {}\nshop = { zh = '门店' }\ntill = {}\ndoor = {}\nafter = { en = 'Later' }\nend = {}",
    )]);
    let resolved = load(&[&base, &over]).unwrap();
    let ids: Vec<&str> = resolved.rollups.iter().map(|rollup| rollup.name.id.as_str()).collect();
    assert_eq!(ids, ["touchpoint", "cost", "age"]);
    let touchpoint = &resolved.rollups[0];
    assert_eq!(touchpoint.name.name_en, "Touchpoint");
    let values: Vec<&str> = touchpoint.values.iter().map(|value| value.id.as_str()).collect();
    // `web` has nothing written before it, so it went to the end, before `end`, which comes after `after`.
    assert_eq!(values, ["shop", "till", "door", "meal", "after", "end", "web"]);
    let shop = &touchpoint.values[0];
    assert_eq!((shop.name_zh.as_str(), shop.name_en.as_str()), ("门店", "Shop"));
    assert_eq!(touchpoint.values[4].name_en, "Later");
}

#[test]
fn an_overlay_chooses_another_value() {
    let values = "[rollup.cost.values]\ntime = {}\nmind = {}";
    let base = lexicon(&[
        ("lexicon.toml", &format!("name = 'base'\nversion = '1'\n{values}")),
        ("drivers/a.toml", "id = 'a'\ncontrollable = 'yes'\n[rollup]\ncost = 'time'"),
    ]);
    let over = lexicon(&[
        ("lexicon.toml", "name = 'over'\nversion = '1'"),
        ("drivers/a.toml", "id = 'a'\ncontrollable = 'no'\n[rollup]\ncost = 'mind'"),
    ]);
    let resolved = load(&[&base, &over]).unwrap();
    assert_eq!(resolved.drivers["a"].rollup["cost"].value, "mind");
    assert_eq!(resolved.drivers["a"].controllable, Some(Controllable::No));
}

#[test]
fn rows_of_a_driver_that_was_switched_off_are_dropped() {
    let mut files = BASE.to_vec();
    files.push(("responsibility.csv", "driver,function,weight,owner\nservice,desk,9,\nspeed,desk,3,\n"));
    let base = lexicon(&files);
    let over = lexicon(&[
        ("lexicon.toml", "name = 'over'\nversion = '1'"),
        ("drivers/speed.toml", "id = 'speed'\nenabled = false"),
    ]);
    let resolved = load(&[&base, &over]).unwrap();
    let rows: Vec<&str> = resolved.responsibility.iter().map(|row| row.driver.as_str()).collect();
    assert_eq!(rows, ["service"]);
}

#[test]
fn rows_of_an_overlay_replace_those_of_the_driver() {
    let mut files = BASE.to_vec();
    files.push(("responsibility.csv", "driver,function,weight,owner\nservice,desk,9,\nspeed,desk,3,\n"));
    let base = lexicon(&files);
    let over = lexicon(&[
        ("lexicon.toml", "name = 'over'\nversion = '1'"),
        ("responsibility.csv", "driver,function,weight,owner\nspeed,kitchen,9,Wu\n"),
    ]);
    let resolved = load(&[&base, &over]).unwrap();
    let rows: Vec<_> = resolved.responsibility.iter().map(|row| (row.driver.as_str(), row.function.as_str())).collect();
    assert_eq!(rows, [("service", "desk"), ("speed", "kitchen")]);
}

#[test]
fn the_hash_covers_what_changes_figures() {
    let hash = |head: &str, driver: &str, rows: &str| {
        let dir = lexicon(&[
            ("lexicon.toml", &format!("name = 'x'\nversion = '1'\n[rollup.cost.values]\n{head}")),
            ("drivers/a.toml", &format!("id = 'a'\n{driver}")),
            ("responsibility.csv", &format!("driver,function,weight,owner\n{rows}")),
        ]);
        load(&[&dir]).unwrap().hash()
    };
    let plain = hash("time = {}\nmind = {}", "[rollup]\ncost = 'time'", "a,R&D,9,");
    assert_eq!(hash("time={}\n\n# a comment\nmind={}", "[rollup]\n\ncost='time'", "a, R&D, 9,"), plain);
    for (head, driver, rows) in [
        ("mind = {}\ntime = {}", "[rollup]\ncost = 'time'", "a,R&D,9,"),
        ("time = {}\nmind = {}", "[rollup]\ncost = 'mind'", "a,R&D,9,"),
        ("time = {}\nmind = {}", "controllable = 'no'\n[rollup]\ncost = 'time'", "a,R&D,9,"),
        ("time = {}\nmind = {}", "[rollup]\ncost = 'time'", "a,R&D,3,"),
    ] {
        assert_ne!(hash(head, driver, rows), plain, "{head} {driver} {rows}");
    }
}
