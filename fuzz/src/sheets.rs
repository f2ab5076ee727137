//! A lexicon as sheets of CSV; pieces between bytes `00`, in this order.

use verbatim::curate::sheets::grid::At;
use verbatim::doors;

use super::Seed;

/// The files of the pieces.
const FILES: [&str; 7] =
    ["terms.csv", "drivers.csv", "words.csv", "examples.csv", "responsibility.csv", "lexicon.csv", "rollups.csv"];

/// Reads the sheets: what is wrong with them is in a line that they have; what they say is said again by what is written of it.
pub fn target(data: &[u8]) -> bool {
    let files: Vec<(&str, &[u8])> = FILES.into_iter().zip(data.split(|byte| *byte == 0)).collect();
    let layer = match doors::sheets(&files) {
        Ok(layer) => layer,
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in &problems {
                let At::Cell(cell, _) = &problem.at else { continue };
                let Some((line, _)) = cell.at else { continue };
                let file =
                    files.iter().find(|(name, _)| *name == cell.sheet.file()).map_or(&b""[..], |(_, bytes)| bytes);
                let lines = file.split(|byte| matches!(byte, b'\n' | b'\r')).count() as u64;
                // What is lacking has its place behind the last one.
                assert!((1..=lines + 1).contains(&line), "{problem:?}: {lines} lines");
            }
            return false;
        }
    };
    let written = doors::as_sheets(&layer);
    let written: Vec<(&str, &[u8])> = written.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    assert_eq!(doors::sheets(&written), Ok(layer), "what was written says another thing");
    true
}

/// Sheets as they are exported.
pub fn seeds() -> Vec<Seed> {
    let terms = "\u{feff}driver,list,language,term,boundary,bare,general\r\nnoise,aspect,en,noise,,,\r\nnoise,negative,zh,\"吵, 闹\",any,yes,\r\nservice,positive,en,'=kind,,no,\r\n";
    let drivers = "id,parent,name.zh,name.en,enabled,people,controllable,rollup.journey\nnoise,service,噪音,Noise,yes,,partly,stay\nservice,,服务,Service,,yes,,\n";
    let words = "list,language,term,boundary\npositive,en,good,\nnegators,zh,不,\n";
    let examples = "driver,text,expect,role\nnoise,so loud,negative,why\n";
    let duties = "driver,function,weight,owner\nnoise,R&D,9,Ann\n";
    let head = "field,value\nname,fuzzed\nversion,1\nextends,\ndescription.zh,词典\ndescription.en,\n";
    let rollups = "attribute,value,name.zh,name.en\njourney,,旅程,Journey\njourney,stay,住,Stay\n";
    let of = |sheets: &[&str]| sheets.iter().map(|sheet| sheet.as_bytes()).collect::<Vec<_>>().join(&0);
    vec![
        Seed::valid(of(&[terms, drivers, words, examples, duties, head, rollups])),
        Seed::refused(of(&[terms, drivers])),
        Seed::refused(of(&[
            terms,
            "id,parent\nnoise,\n",
            words,
            examples,
            "driver,function\nnoise,R&D\n",
            head,
            rollups,
        ])),
    ]
}

/// Pieces of sheets.
pub const WORDS: &[&str] =
    &["\"", ",", "\n", "\r\n", "\u{feff}", "'=", "driver", "term", "yes", "no", "aspect", "- ", "~", "re:/(/", "噪音"];
