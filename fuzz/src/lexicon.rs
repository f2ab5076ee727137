//! The files of a lexicon: head, driver, words, responsibility; pieces between bytes `00`, in this order.

use std::collections::BTreeMap;

/// Where the pieces stand in the folder.
const PATHS: [&str; 5] =
    ["drivers/noise.toml", "polarity/en.toml", "responsibility.csv", "lexicon.toml", "drivers/service.toml"];

/// Loads the files; what loads says the same once it is written and read again, and compiles or says why not.
pub fn target(data: &[u8]) {
    let mut files = BTreeMap::from([("lexicon.toml".to_owned(), HEAD.to_owned())]);
    for (path, piece) in PATHS.into_iter().zip(data.split(|byte| *byte == 0)).filter(|(_, piece)| !piece.is_empty()) {
        files.insert(path.to_owned(), String::from_utf8_lossy(piece).into_owned());
    }
    let resolved = match verbatim::doors::lexicon(&files) {
        Ok(resolved) => resolved,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let again = verbatim::doors::lexicon(&resolved.files("fuzzed", "1"));
    assert_eq!(again.map(|again| again.hash()).map_err(|error| error.to_string()), Ok(resolved.hash()));
}

const HEAD: &str = "name = \"fuzzed\"\nversion = \"1\"\n";

/// A small lexicon, whole and file by file.
pub fn seeds() -> Vec<Vec<u8>> {
    let noise = "id = \"noise\"\nname.zh = \"噪音\"\nparent = \"service\"\n[aspect]\nzh = [\"噪音\"]\nen = [\"noise\", { term = \"sound\", boundary = \"any\" }]\n[negative]\nen = [\"loud\", \"rattl*\", \"re:/\\\\bhums?\\\\b/\", \"hang & up\", \"no one ~2 answer*\", \"<number> db\"]\n[exclude]\nen = [\"loud and clear\"]\n[[examples]]\ntext = \"so loud\"\nexpect = [\"noise-\"]\n";
    let words = "positive = [\"good\", \"outrageous~\"]\nnegators = [\"not\"]\nabsence = [\"no\"]\ndegree = [\"very\"]\nno_comment = [\"none\"]\nstates = [\"was\"]\n";
    let duties = "driver,function,responsible\nnoise,R&D,Ann\n";
    let head = "name = \"fuzzed\"\nversion = \"2\"\n[words]\nzh = [\"颜值\"]\n[rollup.journey]\nname.en = \"Journey\"\n[rollup.journey.values]\nbuying = { name = { en = \"Buying\" } }\n";
    let service = "id = \"service\"\ncontrollable = \"yes\"\n[positive]\nzh = [\"热情\"]\n";
    let alone = "name = \"fuzzed\"\nversion = \"1\"\n";
    let all = [noise, words, duties, alone, service].map(str::as_bytes).join(&0);
    let bare = ["id = \"noise\"\n[positive]\nzh = [\"静\"]\n", words].map(str::as_bytes).join(&0);
    vec![all, bare, ["", "", "", head].map(str::as_bytes).join(&0), service.as_bytes().to_vec()]
}

/// Pieces of the files.
pub const WORDS: &[&str] = &[
    "id = ",
    "[aspect]\n",
    "[exclude]\n",
    "[beside_aspect.positive]\n",
    "zh = [",
    "\"",
    "\"\"\"",
    "'''",
    "]",
    "{",
    "}",
    "re:/",
    "(?:",
    "{1000}",
    " ~9 ",
    " & ",
    "*",
    "~",
    "- ",
    "parent = \"noise\"\n",
    "<duration>",
    "\\u0000",
    "\\U0010FFFF",
    "=",
    "\n",
    "#",
    "extends = \"core\"\n",
    "[[examples]]\n",
    "1e400",
    "0x",
    "噪",
];
