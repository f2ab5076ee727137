//! Mistakes as people make them, and files that are TOML, of which nothing is said.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{line, mistakes, scan};

/// Line and message of each mistake.
fn told(text: &str) -> Vec<(usize, String)> {
    mistakes(text).into_iter().map(|mistake| (line(text, mistake.bytes.start), mistake.message)).collect()
}

#[track_caller]
fn one(text: &str, at: usize, message: &str) {
    assert_eq!(told(text), [(at, message.to_owned())], "{text}");
}

#[test]
fn one_mark_of_another_keyboard_is_one_mistake() {
    for (text, at, message) in [
        ("zh = [\"积分清零\"， \"被套路\"]", 1, "`，` is a full-width comma: write `,`"),
        ("zh = [\"a\"、\"b\"]", 1, "`、` is a Chinese comma: write `,`"),
        ("id = \"a\"\nzh ＝ [\"a\"]", 2, "`＝` is a full-width equals sign: write `=`"),
        ("id： \"a\"", 1, "`：` is a full-width colon: write `=`"),
        ("zh = 【\"a\", \"b\"】", 1, "`【` is a full-width bracket: write `[`"),
        ("zh = [\"a\", \"b\"］\nid = \"a\"", 1, "`］` is a full-width bracket: write `]`"),
        ("［aspect］\nzh = []", 1, "`［` is a full-width bracket: write `[`"),
        ("zh = [“积分”, “套，路”]", 1, "`“` is a curly quote: write `\"`"),
        ("zh = [\"积分”, \"套路\"]", 1, "`”` is a curly quote: write `\"`"),
        ("zh = ['积分’, '套路']", 1, "`’` is a curly quote: write `'`"),
        ("zh = [‘积分’]", 1, "`‘` is a curly quote: write `'`"),
        ("zh = [「积分」]", 1, "`「` is a Chinese quote: write `\"`"),
        ("　zh = [\"a\"]", 1, "a full-width blank stands here: write a plain one"),
        ("zh =\u{a0}[\"a\"]", 1, "a blank that TOML does not know stands here: write a plain one"),
        ("id = \"a\"\n＃ 注释，如此", 2, "`＃` is a full-width hash sign: write `#`"),
        ("id = \"a\" # “ok”，\nzh = [\n  \"，\", # ，\n  \"b\"，\n]", 4, "`，` is a full-width comma: write `,`"),
    ] {
        one(text, at, message);
    }
}

#[test]
fn further_marks_are_counted() {
    let help = |text: &str| mistakes(text)[0].help.clone();
    assert_eq!(help("zh = [\"a\"，\"b\"]"), "Outside of texts in quotes all marks are half-width.");
    assert!(help("zh = [\"a\"，\n\"b\"，]").ends_with(" 1 more stands in line 2."));
    assert!(help("zh ＝ [“积分，清零”，\"b\"]").ends_with(" 3 more stand in this file, the next in line 1."));
}

#[test]
fn a_list_without_end_is_one_mistake_where_it_begins() {
    let open = "the list that begins here has no `]`";
    one("[aspect]\nzh = [\"a\", \"b\"\nen = [\"c\"]\n[negative]\nzh = [\"d\"]", 2, open);
    one("[aspect]\nzh = [\n  \"a\",\n\n[negative] # blame\nzh = [\"d\"]\n[[example]]\ntext = \"x\"", 2, open);
    one("zh = [\"a\", { term = \"b\", boundary = \"any\" }", 1, open);
    one("name = { zh = \"甲\", en = \"A\"\n[aspect]\nzh = []", 1, "what begins here has no `}`");
    one("zh = [\"a\", { term = \"b\"]\nid = \"c\"", 1, "what begins here has no `}`");
    assert_eq!(told("a = [\"a\"\nb = [\"b\"\nc = []"), [(1, open.to_owned()), (2, open.to_owned())]);
}

#[test]
fn a_quote_that_is_missing_is_one_mistake_of_its_line() {
    one("zh = [\"噪音, \"噪声\"]\nen = [\"a\"]", 1, "a quote is missing in this line: it has 3");
    one("id = \"noise", 1, "a quote is missing in this line: it has 1");
    one("zh = [\n  \"a\",\n  \"b,\n  \"c\",\n]", 3, "a quote is missing in this line: it has 1");
}

#[test]
fn what_stands_twice_names_the_first() {
    let text = "id = \"a\"\n[aspect]\nzh = [\"a\"]\nen = [\"b\"]\nzh = [\"c\"]\n[negative]\nzh = []\n";
    one(text, 5, "`zh` stands twice in [aspect], first in line 3");
    assert_eq!(mistakes(text)[0].help, "Join the two lists: zh = [\"…\", \"…\"].");
    one("id = \"a\"\nid = \"a\"", 2, "`id` stands twice in this file, first in line 1");
    one("[aspect]\nzh = []\n[negative]\n[aspect]\nen = []", 4, "[aspect] stands twice, first in line 1");
    let examples = "[[example]]\ntext = \"a\"\n[[example]]\ntext = \"b\"\nexpect = \"none\"\ntext = \"c\"\n";
    one(examples, 6, "`text` stands twice in [example], first in line 4");
}

#[test]
fn what_is_none_of_these_is_said_once_a_line() {
    one("zh = [\"a\" \"b\" \"c\"]", 1, "missing comma between array elements, expected `,`");
    assert_eq!(told("id = noise\n[aspect").len(), 2);
    assert_eq!(mistakes("id = noise")[0].help, "A text stands between quotes: \"…\".");
    assert!(mistakes("这是说明，不是注释\nid = \"a\"")[0].help.contains("begins with `#`"));
}

/// Files as people lay them out, which are TOML.
fn file() -> impl Strategy<Value = String> {
    let text = || {
        let nasty = select(vec!["噪音", "a，b", "“x”", "】", "[", "{ ", "# 、", "＝", "　", "x = [", "it's", "—"]);
        prop_oneof![
            nasty.clone().prop_map(|text| format!("\"{text}\"")),
            nasty.clone().prop_filter("quote", |text| !text.contains('\'')).prop_map(|text| format!("'{text}'")),
            nasty.clone().prop_map(|text| format!("\"\"\"{text}\n{text}\"\"\"")),
            nasty.prop_map(|text| format!("\"\\\"{text}\\\\\"")),
            Just("\"\"".to_owned()),
        ]
    };
    let term =
        move || prop_oneof![4 => text(), 1 => text().prop_map(|text| format!("{{ term = {text}, bare = false }}"))];
    let between = || select(vec![", ", ",", ",\n  ", ", # a，b ]\n", " , "]);
    let list = (vec((term(), between()), 0..5), select(vec!["", "\n", " # 】\n"])).prop_map(|(terms, end)| {
        format!("[{}{end}]", terms.into_iter().map(|(term, between)| term + between).collect::<String>())
    });
    let entry = |key: usize| list.clone().prop_map(move |list| format!("k{key} = {list} # “ok”，\n"));
    let heads = select(vec!["", "[t]\n", "\n[[e]] # 、\n", "[a.b]\n"]);
    (entry(0), heads, entry(1), entry(2)).prop_map(|(one, head, two, three)| one + head + &two + &three)
}

proptest! {
    #[test]
    fn of_a_file_that_is_toml_nothing_is_said(file in file()) {
        prop_assert!(toml::from_str::<toml::Table>(&file).is_ok(), "{file}");
        let scan = scan::scan(&file);
        prop_assert!(scan.marks.is_empty() && scan.open.is_empty() && scan.unpaired.is_empty(), "{file}\n{scan:?}");
        prop_assert_eq!(mistakes(&file), []);
    }

    /// A comma between two terms, typed on a Chinese keyboard, is found in whatever stands around it.
    #[test]
    fn a_wide_comma_is_found_wherever_it_stands(file in file(), other in file()) {
        let file = format!("{file}[x]\nzh = [\"甲，乙\"， \"丙\"]\n[y]\n{}", other.replace("[t]", "[u]").replace('k', "l"));
        let found = mistakes(&file);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(&file[found[0].bytes.clone()], "，");
        prop_assert_eq!(found[0].bytes.start, file.find("， \"丙").unwrap());
    }

    /// A list of which the last bracket is deleted is told where it begins.
    #[test]
    fn a_list_without_end_is_found_wherever_it_stands(file in file(), other in file()) {
        let file = format!("{file}[x]\nzh = [\"甲\", \"乙\"\n[y]\n{other}");
        let found = mistakes(&file);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].bytes.start, file.find("[\"甲\", \"乙\"\n").unwrap());
    }

    #[test]
    fn any_text_is_read_to_its_end(text in "[\\[\\]{}\"'＂“”，、=＝#a-c噪 \n\\\\]{0,60}") {
        let errors = toml::from_str::<toml::Table>(&text).is_err();
        prop_assert_eq!(errors, !mistakes(&text).is_empty());
        for mistake in mistakes(&text) {
            prop_assert!(text.get(mistake.bytes).is_some());
        }
    }
}
