//! What a workbook may say of itself without harm, and what its cells say.

use std::io::Write;
use std::ops::ControlFlow;

use proptest::prelude::*;
use tempfile::NamedTempFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

/// A workbook made by hand, so that it can say what no program writes.
struct Made {
    sheet: String,
    strings: String,
    styles: String,
    workbook: String,
    extra: Vec<(String, String)>,
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

impl Made {
    /// A workbook with one sheet, of these rows.
    fn new(rows: &str) -> Self {
        Self {
            sheet: format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
            strings: String::new(),
            styles: String::new(),
            workbook: "<workbook><sheets><sheet name=\"Data\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
                .to_owned(),
            extra: Vec::new(),
        }
    }

    fn file(&self) -> NamedTempFile {
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let relation = |id: &str, kind: &str, target: &str| {
            format!(
                "<Relationships><Relationship Id=\"{id}\" Type=\"{office}/{kind}\" Target=\"{target}\"/></Relationships>"
            )
        };
        let root = relation("r1", "officeDocument", "xl/workbook.xml");
        let sheets = relation("r1", "worksheet", "worksheets/sheet1.xml");
        let mut parts = vec![
            ("_rels/.rels", root.as_str()),
            ("xl/_rels/workbook.xml.rels", &sheets),
            ("xl/workbook.xml", &self.workbook),
            (SHEET, &self.sheet),
        ];
        if !self.strings.is_empty() {
            parts.push(("xl/sharedStrings.xml", &self.strings));
        }
        if !self.styles.is_empty() {
            parts.push(("xl/styles.xml", &self.styles));
        }
        parts.extend(self.extra.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        let file = NamedTempFile::with_suffix(".xlsx").unwrap();
        let mut zip = ZipWriter::new(file.reopen().unwrap());
        for (name, text) in parts {
            zip.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
        file
    }

    fn open(&self) -> Result<Workbook> {
        Workbook::open(self.file().path(), &Limits::default())
    }

    #[track_caller]
    fn refused(&self, code: &str, why: &str) {
        let error = self.open().unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.message().contains(why), "{error}");
        assert!(error.way_out().is_some());
    }

    /// All cells as text, with their places.
    fn cells(&self) -> Vec<(u32, u32, String)> {
        let file = self.file();
        let workbook = Workbook::open(file.path(), &Limits::default()).unwrap();
        let mut cells = Vec::new();
        let each = |cell: &Cell<'_>| {
            let mut text = String::new();
            let fault = cell.write(&mut text).err();
            cells.push((cell.row, cell.column, fault.map_or(text, |fault| format!("error {}", fault.0))));
            ControlFlow::Continue(())
        };
        workbook.cells("Data", each).unwrap();
        cells
    }
}

fn strings(texts: &[&str]) -> String {
    texts.iter().fold("<sst>".to_owned(), |all, text| all + "<si>" + text + "</si>") + "</sst>"
}

#[test]
fn cells_are_read_as_one_sees_them() {
    let mut made = Made::new(
        "<row r=\"2\"><c r=\"A2\"><v>7</v></c><c r=\"B2\" s=\"1\"><v>46174</v></c><c r=\"C2\" s=\"1\"><v>46174.395833333336</v></c>\
         <c r=\"D2\" s=\"2\"><v>1.0833333333333333</v></c><c r=\"E2\" t=\"s\"><v>0</v></c><c r=\"F2\" t=\"s\"><v>1</v></c></row>\
         <row r=\"4\"><c r=\"A4\" t=\"b\"><v>1</v></c><c r=\"B4\" t=\"e\"><v>#N/A</v></c><c r=\"C4\" t=\"inlineStr\"><is><t>in_x000D_\nline</t></is></c>\
         <c r=\"D4\" t=\"str\"><f>A1&amp;B1</f><v>a &amp; b</v></c><c r=\"E4\"><v>0.30000000000000004</v></c><c r=\"F4\" t=\"str\"><v>007</v></c>\
         <c r=\"G4\"><v>123456789012345678</v></c><c r=\"H4\" t=\"d\"><v>2026-07-01T09:30:00</v></c><c r=\"I4\" s=\"1\"><v>-5</v></c></row>",
    );
    made.strings = strings(&[
        "<r><t xml:space=\"preserve\">rich </t></r><r><rPr><b/></rPr><t>text</t></r>",
        "<t>東京</t><rPh sb=\"0\" eb=\"2\"><t>トウキョウ</t></rPh>",
    ]);
    made.styles =
        "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"46\"/></cellXfs></styleSheet>"
            .to_owned();
    let wanted = [
        (1, 0, "7"),
        (1, 1, "2026-06-01"),
        (1, 2, "2026-06-01 09:30:00"),
        (1, 3, "26:00:00"),
        (1, 4, "rich text"),
        (1, 5, "東京"),
        (3, 0, "TRUE"),
        (3, 1, "error #N/A"),
        (3, 2, "in\r\nline"),
        (3, 3, "a & b"),
        (3, 4, "0.3"),
        (3, 5, "007"),
        (3, 6, "123456789012345680"),
        (3, 7, "2026-07-01T09:30:00"),
        (3, 8, "-5"),
    ];
    assert_eq!(made.cells(), wanted.map(|(row, column, text)| (row, column, text.to_owned())));
    // The days of 1904 are four years and a day later.
    made.workbook = made.workbook.replace("<workbook>", "<workbook><workbookPr date1904=\"1\"/>");
    assert_eq!(made.cells()[1].2, "2030-06-02");
}

#[test]
fn a_sheet_is_known_before_it_is_read() {
    let mut made = Made::new(
        "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>id</v></c><c r=\"C1\"><v/></c></row><row r=\"9\"><c r=\"A9\"><v>1.23457E+17</v></c><c><v>3</v></c></row>",
    );
    made.sheet = made.sheet.replace(
        "</sheetData>",
        "</sheetData><mergeCells><mergeCell ref=\"A3:A5\"/><mergeCell ref=\"A1:B1\"/></mergeCells>",
    );
    made.workbook = made.workbook.replace("name=\"Data\"", "name=\"A &amp; B\" state=\"hidden\"");
    let merge = |top, left, bottom, right| Merge { top, left, bottom, right };
    let wanted = Sheet {
        unvalued: Vec::new(),
        name: "A & B".to_owned(),
        is_hidden: true,
        cells: 3,
        last_rows: vec![9, 9],
        merges: vec![merge(0, 0, 0, 1), merge(2, 0, 4, 0)],
        rounded: vec![(0, 8)],
    };
    assert_eq!(made.open().unwrap().sheets, [wanted]);
}

#[test]
fn a_false_count_of_shared_strings_reserves_nothing() {
    let mut made = Made::new("");
    made.strings = "<sst count=\"1\" uniqueCount=\"9999999999999\"><si><t>a</t></si></sst>".to_owned();
    made.refused("workbook_too_large", "shared strings");
    // One that is off by some is how programs count.
    made.strings = made.strings.replace("9999999999999", "5000");
    assert!(made.open().is_ok());
}

#[test]
fn a_far_cell_is_one_cell() {
    let made = Made::new(
        "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row>",
    );
    assert_eq!(made.cells(), [(0, 0, "1".to_owned()), (1_048_575, 16_383, "2".to_owned())]);
}

#[test]
fn places_that_are_none_are_damage_and_no_panic() {
    for rows in [
        "<row r=\"99999999999\"/>",
        "<row r=\"1\"><c r=\"A99999999999\"/></row>",
        "<row r=\"1\"><c r=\"AAAAAAAAAAAAAAA1\"/></row>",
        "<row r=\"0\"/>",
        "<row r=\"1\"><c r=\"XFE1\"/></row>",
    ] {
        Made::new(rows).refused("workbook", "where no sheet has one");
    }
    for range in ["B5:A1", "A1:ZZZZZZZ9", "A1:A9999999999", "A1:B2:C3", ""] {
        let mut made = Made::new("");
        made.sheet = made.sheet.replace("<sheetData>", &format!("<dimension ref=\"{range}\"/><sheetData>"));
        made.refused("workbook", "extent");
        let mut made = Made::new("");
        made.sheet = made
            .sheet
            .replace("</sheetData>", &format!("</sheetData><mergeCells><mergeCell ref=\"{range}\"/></mergeCells>"));
        made.refused("workbook", "where no sheet has one");
    }
    Made::new("<row r=\"2\"><c r=\"A2\"/></row><row r=\"1\"><c r=\"A1\"/></row>").refused("workbook", "out of order");
    Made::new("<row r=\"1\"><c r=\"A1\" r=\"B1\"/></row>").refused("workbook", "");
}

#[test]
fn xml_is_bounded() {
    Made::new(&"<a>".repeat(1_000_000)).refused("workbook_too_large", "deep");
    let mut made = Made::new("");
    made.sheet = format!("<!DOCTYPE w [<!ENTITY a \"aaaa\">]>{}", made.sheet);
    made.refused("workbook_too_large", "document type");
    let long = "a".repeat(LARGEST_EVENT + 1);
    for rows in [
        format!("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>{long}</v></c></row>"),
        format!("<row r=\"1\" a=\"{long}\"/>"),
        format!("<!--{long}-->"),
        format!(
            "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is>{}</is></c></row>",
            format!("<r><t>{}</t></r>", &long[..1 << 20]).repeat(17)
        ),
        format!("<row r=\"1\"><c r=\"A1\"><f>{}</f></c></row>", format!("<x/>{}", &long[..1 << 20]).repeat(17)),
    ] {
        let limits = Limits { ratio: u64::MAX, ..Limits::default() };
        let error = Workbook::open(Made::new(&rows).file().path(), &limits).unwrap_err();
        assert_eq!(
            (error.code(), error.message().contains("more than 16 MiB")),
            ("workbook_too_large", true),
            "{error}"
        );
    }
}

#[test]
fn one_text_in_many_cells_counts_in_each() {
    let cell = |row: usize| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>");
    let mut made = Made::new(&(1..=5000).map(cell).collect::<String>());
    made.strings = strings(&[&format!("<t>{}</t>", "很".repeat(300_000))]);
    made.refused("workbook_too_large", "its cells hold more than 4096 MiB");
}

#[test]
fn sizes_are_said_for_people() {
    let said = [1, 1023, 1024, 8 << 20, (8 << 20) + 1].map(size);
    assert_eq!(said, ["1 bytes", "1023 bytes", "1 KiB", "8 MiB", "8388609 bytes"]);
}

/// Limits below a MiB were said to be 0 MiB.
#[test]
fn small_limits_are_said_as_they_are() {
    let mut made = Made::new("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>good, and much more than that</v></c></row>");
    let error = |made: &Made, limits| Workbook::open(made.file().path(), &limits).unwrap_err().message().to_owned();
    let least = (200..5000).find(|unpacked| {
        let limits = Limits { unpacked: *unpacked, ..Limits::default() };
        Workbook::open(made.file().path(), &limits).is_ok()
    });
    let few = Limits { unpacked: least.unwrap() - 1, ..Limits::default() };
    assert!(error(&made, few).contains(&format!("more than {} bytes", few.unpacked)), "{}", error(&made, few));
    made.strings = strings(&["<t>good</t>"]);
    let few = Limits { strings: 10, ..Limits::default() };
    assert!(error(&made, few).ends_with("more than 10 bytes"), "{}", error(&made, few));
}

#[test]
fn styles_are_counted_with_what_they_copy() {
    let mut made = Made::new("");
    let font = format!("<fonts><font><name val=\"{}\"/></font></fonts>", "a".repeat(1 << 20));
    made.styles = format!("<styleSheet>{font}<cellXfs>{}</cellXfs></styleSheet>", "<xf fontId=\"0\"/>".repeat(200));
    made.refused("workbook_too_large", "styles");
    made.styles = format!("<styleSheet><fonts>{}</fonts></styleSheet>", "<font/>".repeat(200_000));
    made.refused("workbook_too_large", "styles");
}

#[test]
fn shared_strings_are_bounded_by_what_they_take() {
    let mut made = Made::new("");
    made.strings = format!("<sst>{}</sst>", "<si><t/></si>".repeat(20_000));
    let limits = Limits { strings: 1 << 20, ..Limits::default() };
    let error = Workbook::open(made.file().path(), &limits).unwrap_err();
    assert_eq!(error.code(), "workbook_too_large", "{error}");
}

#[test]
fn what_unpacks_too_far_is_refused() {
    let mut made = Made::new("");
    made.sheet = format!("<worksheet><sheetData>{}</sheetData></worksheet>", " ".repeat(40 << 20));
    made.refused("workbook_too_large", "250 times its size");
    let few = Limits { unpacked: 1 << 20, ratio: u64::MAX, ..Limits::default() };
    let error = Workbook::open(made.file().path(), &few).unwrap_err();
    assert!(error.message().contains("unpacks to more than 1 MiB"), "{error}");
    let mut made = Made::new("");
    made.workbook += &" ".repeat((LARGEST_PART + 1) as usize);
    made.refused("workbook_too_large", "`xl/workbook.xml` unpacks to more than 16 MiB");
    // Sheets that all are the same part.
    let mut made = Made::new(&"<row/>".repeat(100_000));
    let sheet = |n| format!("<sheet name=\"s{n}\" r:id=\"r1\"/>");
    made.workbook = format!("<workbook><sheets>{}</sheets></workbook>", (0..10_000).map(sheet).collect::<String>());
    let error = Workbook::open(made.file().path(), &Limits { unpacked: 8 << 20, ..Limits::default() }).unwrap_err();
    assert_eq!(error.code(), "workbook_too_large");
}

#[test]
fn too_many_merged_ranges_are_refused() {
    let mut made = Made::new("");
    let merges = "<mergeCell ref=\"A1:A2\"/>".repeat(MOST_MERGES + 1);
    made.sheet = made.sheet.replace("</sheetData>", &format!("</sheetData><mergeCells>{merges}</mergeCells>"));
    made.refused("workbook_too_large", "merged ranges");
}

#[test]
fn entries_are_counted_before_the_directory_is_read() {
    let mut made = Made::new("");
    made.extra = (0..MOST_ENTRIES).map(|n| (format!("xl/media/{n}.png"), String::new())).collect();
    made.refused("workbook_too_large", "entries");
    // The end of the archive claims more than there are, in 64 bits.
    let file = Made::new("").file();
    let mut bytes = std::fs::read(file.path()).unwrap();
    let end = memchr::memmem::rfind(&bytes, b"PK\x05\x06").unwrap();
    let mut record = b"PK\x06\x06".to_vec();
    record.extend(44_u64.to_le_bytes());
    record.extend([0; 12]);
    for number in [1_u64 << 40, 1 << 40, 1 << 50, 0] {
        record.extend(number.to_le_bytes());
    }
    let mut locator = b"PK\x06\x07\0\0\0\0".to_vec();
    locator.extend((end as u64).to_le_bytes());
    locator.extend(1_u32.to_le_bytes());
    let mut tail = bytes.split_off(end);
    tail[8..20].fill(0xff);
    bytes.extend(record.into_iter().chain(locator).chain(tail));
    std::fs::write(file.path(), bytes).unwrap();
    let error = Workbook::open(file.path(), &Limits::default()).unwrap_err();
    assert!(error.message().contains("1099511627776 entries"), "{error}");
}

#[test]
fn what_is_no_workbook_is_named() {
    let file = NamedTempFile::new().unwrap();
    for (bytes, why) in [
        (&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], "password"),
        (b"PK\x03\x04", "this is no workbook"),
        (b"", "does not begin as an archive"),
    ] {
        std::fs::write(file.path(), bytes).unwrap();
        let error = Workbook::open(file.path(), &Limits::default()).unwrap_err();
        assert!(error.code() == "workbook" && error.message().contains(why), "{error}");
    }
    let mut made = Made::new("");
    made.extra = vec![("XL/Workbook.xml".to_owned(), String::new())];
    made.refused("workbook", "the same name");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever becomes of a workbook's bytes, it is read or refused.
    #[test]
    fn damage_is_an_error_and_no_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), is_sheet: bool) {
        let mut made = Made::new("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"1\"><v>46174</v></c></row>");
        made.strings = strings(&["<t>a_x000D_b</t>"]);
        made.styles = "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>".to_owned();
        made.sheet = made.sheet.replace("<sheetData>", "<dimension ref=\"A1:B1\"/><sheetData>");
        let file = if is_sheet {
            let mut sheet = std::mem::take(&mut made.sheet).into_bytes();
            for (place, byte) in &changes {
                let place = place.index(sheet.len());
                sheet[place] = *byte & 0x7f;
            }
            made.sheet = String::from_utf8(sheet).unwrap();
            made.file()
        } else {
            let file = made.file();
            let mut bytes = std::fs::read(file.path()).unwrap();
            for (place, byte) in &changes {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            std::fs::write(file.path(), bytes).unwrap();
            file
        };
        if let Ok(workbook) = Workbook::open(file.path(), &Limits::default()) {
            for sheet in &workbook.sheets {
                let _ = workbook.cells(&sheet.name, |_| ControlFlow::Continue(()));
            }
        }
    }
}
