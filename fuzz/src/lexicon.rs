//! The files of a lexicon: head, driver, words, responsibility; pieces between bytes `00`, in this order.

use std::collections::BTreeMap;

use verbatim::Lexicon;

use super::Seed;

/// Where the pieces stand in the folder.
const PATHS: [&str; 5] =
    ["drivers/noise.toml", "polarity/en.toml", "responsibility.csv", "lexicon.toml", "drivers/service.toml"];

/// Loads the files; what loads says the same once it is written and read again, and compiles or says why not. What does not load says where.
pub fn target(data: &[u8]) -> bool {
    let mut files = BTreeMap::from([("lexicon.toml".to_owned(), HEAD.to_owned())]);
    for (path, piece) in PATHS.into_iter().zip(data.split(|byte| *byte == 0)).filter(|(_, piece)| !piece.is_empty()) {
        files.insert(path.to_owned(), String::from_utf8_lossy(piece).into_owned());
    }
    let resolved = match verbatim::doors::lexicon(&files) {
        Ok(resolved) => resolved,
        Err(error) => {
            in_a_file(&error, &files);
            return false;
        }
    };
    let again = verbatim::doors::lexicon(&resolved.files("fuzzed", "1"));
    assert_eq!(again.map(|again| again.hash()).map_err(|error| error.to_string()), Ok(resolved.hash()));
    match Lexicon::compile(&resolved) {
        Ok(_) => true,
        Err(error) => {
            in_a_file(&error, &files);
            false
        }
    }
}

/// An error that names a line names one that its file has.
fn in_a_file(error: &verbatim::Error, files: &BTreeMap<String, String>) {
    let Some((place, line)) = error.place().and_then(|place| Some((place, place.line?))) else { return };
    let text = files.get(place.file.to_string_lossy().as_ref());
    let lines = text.map(|text| text.split('\n').count() as u64);
    assert!(lines.is_some_and(|lines| (1..=lines).contains(&line)), "{error}: {lines:?} lines");
}

const HEAD: &str = "name = \"fuzzed\"\nversion = \"1\"\n";

/// A small lexicon, whole and file by file.
pub fn seeds() -> Vec<Seed> {
    let noise = "id = \"noise\"\nname.zh = \"噪音\"\nparent = \"service\"\n[aspect]\nzh = [\"噪音\"]\nen = [\"noise\", { term = \"sound\", boundary = \"any\" }]\n[negative]\nen = [\"loud\", \"rattl*\", \"re:/\\\\bhums?\\\\b/\", \"hang & up\", \"no one ~2 answer*\", \"<number> db\"]\n[exclude]\nen = [\"loud and clear\"]\n[[example]]\ntext = \"so loud\"\nexpect = \"negative\"\n";
    let words = "positive = [\"good\", \"outrageous~\"]\nnegators = [\"not\"]\nabsence = [\"no\"]\ndegree = [\"very\"]\nno_comment = [\"none\"]\nstates = [\"was\"]\n";
    let duties = "driver,function,weight,owner\nnoise,R&D,9,Ann\n";
    let head = "name = \"fuzzed\"\nversion = \"2\"\n[words]\nzh = [\"颜值\"]\n[rollup.journey]\nname.en = \"Journey\"\n[rollup.journey.values]\nbuying = { zh = \"购买\", en = \"Buying\" }\n";
    let service = "id = \"service\"\ncontrollable = \"yes\"\n[positive]\nzh = [\"热情\"]\n";
    let alone = "name = \"fuzzed\"\nversion = \"1\"\n";
    let of = |pieces: &[&str]| pieces.iter().map(|piece| piece.as_bytes()).collect::<Vec<_>>().join(&0);
    let other = "id = \"noise\"\n[positive]\nzh = [\"静\"]\n[rollup]\njourney = \"buying\"\n";
    vec![
        Seed::valid(of(&[noise, words, duties, head, service])),
        Seed::valid(of(&[noise, words, "", alone, service])),
        Seed::valid(of(&[other, words, "", head])),
        Seed::valid(of(&["", "", "", "", service])),
        Seed::valid(of(&["", "", "", head])),
        // Under a driver that is not there.
        Seed::refused(of(&[noise, words])),
    ]
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
    "[[example]]\n",
    "1e400",
    "0x",
    "噪",
];
