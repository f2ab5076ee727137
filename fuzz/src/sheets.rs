//! A lexicon as sheets of CSV; pieces between bytes `00`, in this order.

/// The files of the pieces.
const FILES: [&str; 5] = ["terms.csv", "drivers.csv", "words.csv", "examples.csv", "responsibility.csv"];

/// Reads the sheets.
pub fn target(data: &[u8]) {
    let files: Vec<(&str, &[u8])> = FILES.into_iter().zip(data.split(|byte| *byte == 0)).collect();
    let (sheets, _) = verbatim::doors::sheets(&files);
    assert!(sheets <= files.len());
}

/// Sheets as they are exported.
pub fn seeds() -> Vec<Vec<u8>> {
    let terms = "\u{feff}driver,list,language,term,bare,boundary\r\nnoise,aspect,en,noise,,\r\nnoise,negative,zh,\"吵, 闹\",yes,any\r\n";
    let drivers = "driver,parent,name_zh,name_en\nnoise,,噪音,Noise\nservice,,服务,Service\n";
    let words = "list,language,term\npositive,en,good\n";
    let examples = "driver,text,expect\nnoise,so loud,noise-\n";
    let all = [terms, drivers, words, examples, "driver,function\nnoise,R&D\n"].map(str::as_bytes).join(&0);
    vec![all, [terms, drivers].map(str::as_bytes).join(&0), drivers.as_bytes().to_vec()]
}

/// Pieces of sheets.
pub const WORDS: &[&str] =
    &["\"", ",", "\n", "\r\n", "\u{feff}", "'=", "driver", "term", "yes", "no", "aspect", "- ", "~", "re:/(/", "噪音"];
