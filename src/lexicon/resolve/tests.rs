//! Overlays, the content hash, and what messages say.

use super::*;

fn lexicon(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

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
        ("drivers/a.toml", "id = \"contrary\"", "driver_id", "a.toml:1:6"),
        ("responsibility.csv", "driver,function,weight,owner\na,b,7,", "responsibility", "responsibility.csv"),
    ] {
        let dir = lexicon(&[("lexicon.toml", "name = \"x\"\nversion = \"1\""), (name, text)]);
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
