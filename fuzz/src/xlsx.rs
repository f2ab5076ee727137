//! Workbooks: as surveys, and as the sheets of a lexicon. Bytes that begin as an archive does are the workbook; of others its parts are made,
//! each as the XML between two bytes `FF`, so that what is changed is what a reader looks at.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::Seed;

/// The parts of a workbook, in the order of the pieces.
const PARTS: [&str; 7] = [
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/workbook.xml",
    "xl/styles.xml",
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/_rels/workbook.xml.rels",
];

/// Reads a workbook both ways.
pub fn target(data: &[u8]) -> bool {
    if data.starts_with(b"PK") {
        return both(data);
    }
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let own: Vec<&[u8]> = data.split(|byte| *byte == 0xff).collect();
    for (at, part) in PARTS.into_iter().enumerate() {
        let content = own.get(at).copied().filter(|own| !own.is_empty()).unwrap_or(PLAIN[at].as_bytes());
        archive.start_file(part, stored).expect("memory takes everything");
        archive.write_all(content).expect("memory takes everything");
    }
    both(&archive.finish().expect("memory takes everything").into_inner())
}

fn both(workbook: &[u8]) -> bool {
    let is_survey = super::survey::holds(workbook, None);
    super::survey::with_file(workbook, |path| match verbatim::doors::workbook(path) {
        // A sheet that is not there is wrong too.
        Ok((sheets, wrong)) => assert!(sheets <= 7 && sheets + wrong >= 7, "{sheets} of 7 sheets, {wrong} wrong"),
        Err(error) => {
            assert!(error.code().starts_with("workbook"), "{error}");
            assert_eq!(error.place().map(|place| place.file.as_path()), Some(path), "{error}");
        }
    });
    is_survey
}

/// A workbook as parts and as an archive.
pub fn seeds() -> Vec<Seed> {
    let other = PLAIN[0].replace("t=\"s\"><v>0", "t=\"inlineStr\"><is><t>term</t></is><v>").replace("A1", "XFD1048576");
    let archive = {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (part, content) in PARTS.iter().zip(PLAIN) {
            archive.start_file(*part, SimpleFileOptions::default()).expect("memory takes everything");
            archive.write_all(content.as_bytes()).expect("memory takes everything");
        }
        archive.finish().expect("memory takes everything").into_inner()
    };
    let ranges = "</sheetData><mergeCells><mergeCell ref=\"B2:B3\"/><mergeCell ref=\"C2:C3\"/></mergeCells>";
    let merged = PLAIN[0]
        .replace("<c r=\"B3\"><v>0</v></c><c r=\"C3\" t=\"s\"><v>3</v></c>", "")
        .replace("</sheetData>", ranges);
    let error = merged.replace("<c r=\"B2\"><v>9</v>", "<c r=\"B2\" t=\"e\"><v>#N/A</v>");
    let of = |sheet: &str| parts(&[sheet, PLAIN[1], PLAIN[2]]);
    vec![
        Seed::valid(parts(&PLAIN)),
        Seed::valid(archive),
        Seed::valid(of(&merged)),
        Seed::valid(of(&error)),
        // No cell comes before the one to its left.
        Seed::refused(of(&other)),
        Seed::valid(PLAIN.join("\u{0}")),
    ]
}

fn parts(parts: &[&str]) -> Vec<u8> {
    parts.iter().map(|part| part.as_bytes()).collect::<Vec<_>>().join(&0xff)
}

/// Pieces of the parts.
pub const WORDS: &[&str] = &[
    "<row r=\"1048576\">",
    "r=\"A1\"",
    "r=\"XFD1048576\"",
    "t=\"s\"",
    "t=\"str\"",
    "t=\"e\"",
    "t=\"b\"",
    "<v>99999999</v>",
    "<f>1</f>",
    "uniqueCount=\"99999999999\"",
    "<si><t>",
    "</t></si>",
    "<mergeCell ref=\"A1:B2\"/>",
    "&amp;",
    "&#0;",
    "&x;",
    "<!DOCTYPE a [<!ENTITY x \"y\">]>",
    "<dimension ref=\"A1:XFD1048576\"/>",
    "s=\"1\"",
    "-1",
    "]]>",
    "<![CDATA[",
    "\u{fffe}",
    "terms",
    "comment",
];

const PLAIN: [&str; 7] = [
    r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:C3"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>9</v></c><c r="C2" t="inlineStr"><is><t>好</t></is></c></row><row r="3"><c r="A3"><v>2</v></c><c r="B3"><v>0</v></c><c r="C3" t="s"><v>3</v></c></row></sheetData></worksheet>"#,
    r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="4" uniqueCount="4"><si><t>id</t></si><si><t>score</t></si><si><t>comment</t></si><si><r><t>too </t></r><r><t>loud</t></r></si></sst>"#,
    r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="terms" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#,
    r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#,
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#,
];
