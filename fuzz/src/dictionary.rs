//! Dictionaries of other programs: quanteda's YAML where the first byte is even, LIWC's `.dic` where it is odd.

use verbatim::curate::sheets::dictionary::{liwc, quanteda};
use verbatim::curate::sheets::grid::At;

use super::Seed;

/// Reads a dictionary; what it says is said again by what is written of it.
pub fn target(data: &[u8]) -> bool {
    let Some((first, text)) = data.split_first() else { return false };
    let text = String::from_utf8_lossy(text);
    let is_yaml = first % 2 == 0;
    let read = |text: &str| if is_yaml { quanteda::read(text, "d.yml") } else { liwc::read(text, "d.dic") };
    let once = read(&text);
    let lines = text.split(['\n', '\r']).count() as u64;
    for problem in &once.problems {
        // A problem stands in a line of the file, or at its end.
        let At::Line(_, line) = &problem.at else { panic!("{problem:?}") };
        assert!((1..=lines + 1).contains(line), "{problem:?} of {lines} lines");
    }
    if !once.problems.is_empty() || once.dictionary.categories.is_empty() {
        return false;
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
    true
}

/// Small dictionaries.
pub fn seeds() -> Vec<Seed> {
    let valid: [(u8, &str); 4] = [
        (0, "noise:\n  - loud\n  - rattl*\nservice:\n  positive: [kind, \"so kind\"]\n  manner:\n    - rude\n"),
        (0, "noise:\n- 吵\n- 'y'\n? service\n: - z\n"),
        (1, "%\n1\tnoise.negative\n2\tservice\n%\nloud\t1\nkind*\t2\n吵\t1\t2\n"),
        (1, "%\n1 noise\n\t2 service.positive\n%\nword\t1\t2\n"),
    ];
    let refused: [(u8, &str); 4] = [
        // Anchors, and names that no driver can have.
        (0, "a: &x [b, c]\nd: *x\n"),
        (0, "\"噪音\":\n- 吵\n"),
        // Numbers that a blank parts, and names over several lines.
        (1, "%\n1\tnoise\n2\tservice\n%\n吵\t1 2\n"),
        (1, "%\n1 a (b\n\t2 c\n)\n%\nword\t1\t2\n"),
    ];
    let bytes = |(first, text): (u8, &str)| [&[first], text.as_bytes()].concat();
    let valid = valid.into_iter().map(|it| Seed::valid(bytes(it)));
    valid.chain(refused.into_iter().map(|it| Seed::refused(bytes(it)))).collect()
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
