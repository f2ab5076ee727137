//! Surveys of text: delimited and JSON Lines, in any encoding. The first byte says which encoding is named, if any.

use super::Seed;

/// Encodings that a user may name; most inputs come without.
const NAMED: [Option<&str>; 8] =
    [None, None, None, Some("utf-8"), Some("gb18030"), Some("big5"), Some("utf-16le"), Some("windows-1252")];

/// Reads a survey of text.
pub fn target(data: &[u8]) -> bool {
    let Some((first, bytes)) = data.split_first() else { return false };
    super::survey::holds(bytes, NAMED[usize::from(*first) % NAMED.len()])
}

/// Small surveys, one for each way of writing them.
pub fn seeds() -> Vec<Seed> {
    let utf8 =
        "id,score,comment,date\nr1,9,\"很好, 安静\",2026-06-01\nr2,0,\"too \"\"loud\"\"\nat night\",2026-06-02\n";
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(utf8.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let valid: [(u8, Vec<u8>); 10] = [
        (0, utf8.into()),
        (0, utf8.replace('\n', "\r\n").into()),
        (0, utf8.replace("\"\nat", " at").replace('\n', "\r").into()),
        (0, format!("\u{feff}{}", utf8.replace(',', ";")).into()),
        (0, utf8.replace(',', "\t").into()),
        (0, utf16),
        // 评分 and 评论 in GB18030.
        (4, b"id,\xc6\xc0\xb7\xd6,\xc6\xc0\xc2\xdb\n1,3,\xba\xdc\xba\xc3\n2,8,\x81\x30\x81\x30\n".to_vec()),
        (
            0,
            "{\"id\":1,\"score\":9,\"comment\":\"好\\ud83d\\ude00\"}\n{\"id\":2,\"score\":null,\"comment\":\"\"}\n"
                .into(),
        ),
        (0, "score,comment,weight\n7,a\n\n8,b,x\n9,,1e9\n,c,0.5\n11,d,-1\n".into()),
        (7, b"score,comment\n5,caf\xe9 d\x92hiver\n".to_vec()),
    ];
    let seed = |(first, body)| [vec![first], body].concat();
    let open = seed((0, "score,comment,weight\n7,\"a\n\n8,b,x\n9,,1e9\n,c,0.5\n11,d,-1\n".into()));
    valid.into_iter().map(|it| Seed::valid(seed(it))).chain([Seed::refused(open)]).collect()
}

/// Pieces of surveys.
pub const WORDS: &[&str] = &[
    "\"",
    "\"\"",
    ",",
    ";",
    "\t",
    "|",
    "\r\n",
    "\r",
    "\n",
    "\u{feff}",
    "\0",
    "score",
    "comment",
    "id",
    "date",
    "很",
    "{",
    "}",
    "\\u",
    "\\ud800",
    "null",
    "1e308",
    "NaN",
    "2026-02-30",
    "\u{2028}",
    "'",
    "=1+1",
];
