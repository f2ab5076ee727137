//! Dictionaries of other programs: quanteda's YAML where the first byte is even, LIWC's `.dic` where it is odd.

use verbatim::curate::sheets::dictionary::{liwc, quanteda};

/// Reads a dictionary; what it says is said again by what is written of it.
pub fn target(data: &[u8]) {
    let Some((first, text)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    let is_yaml = first % 2 == 0;
    let read = |text: &str| if is_yaml { quanteda::read(text, "d.yml") } else { liwc::read(text, "d.dic") };
    let once = read(&text);
    for problem in &once.problems {
        assert!(!problem.message.is_empty());
    }
    if !once.problems.is_empty() || once.dictionary.categories.is_empty() {
        return;
    }
    let written = if is_yaml { quanteda::write(&once.dictionary) } else { liwc::write(&once.dictionary) };
    let again = read(&written);
    assert!(again.problems.is_empty(), "{written}\n{:?}", again.problems);
    // Categories of nothing are not written.
    assert!(again.dictionary.categories.len() <= once.dictionary.categories.len(), "{written}");
    for (id, category) in &again.dictionary.categories {
        let before = &once.dictionary.categories[id];
        assert_eq!(category.lists, before.lists, "{id}: {written}");
    }
}

/// Small dictionaries.
pub fn seeds() -> Vec<Vec<u8>> {
    let yaml = [
        "noise:\n  - loud\n  - rattl*\nservice:\n  positive: [kind, \"so kind\"]\n  manner:\n    - rude\n",
        "a: &x [b, c]\nd: *x\n",
        "\"噪音\":\n- 吵\n- '- x'\n? y\n: z\n",
    ];
    let dic = ["%\n1\tnoise\n2\tservice\n%\nloud\t1\nkind*\t2\n吵\t1 2\n", "%\n1 a (b\n\t2 c\n)\n%\nword\t1\t2\n"];
    let of =
        |first: u8, texts: &[&str]| texts.iter().map(|text| [&[first], text.as_bytes()].concat()).collect::<Vec<_>>();
    [of(0, &yaml), of(1, &dic)].concat()
}

/// Pieces of dictionaries.
pub const WORDS: &[&str] = &[
    "%\n",
    "\t",
    "  ",
    "- ",
    ": ",
    "&a ",
    "*a",
    "!!binary ",
    "|\n",
    ">-\n",
    "[",
    "]",
    "{",
    "}",
    "? ",
    "---\n",
    "...\n",
    "\"",
    "'",
    "#",
    "1",
    "(",
    ")",
    "*",
    "\u{85}",
    "\u{2028}",
    "~",
    "噪",
];
