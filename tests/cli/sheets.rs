//! `verbatim lexicon export` and `import`: sheets that people edit.
//!
//! Lexicons here are the tests' own, so that no snapshot changes with the words of a bundled one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};
use insta::assert_snapshot;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use crate::util::{Case, Ran};

/// A base, and a lexicon that extends it, with comments.
pub fn lexicons() -> Case {
    let case = Case::new();
    case.write(
        "base/lexicon.toml",
        "name = \"base\"\nversion = \"1\"\n\n[rollup.cost.values]\ntime = {}\nmoney = {}\n",
    );
    case.write("base/drivers/service.toml", "id = \"service\"\n[aspect]\nzh = [\"服务\"]\nen = [\"service\"]\n");
    case.write("base/drivers/speed.toml", "id = \"speed\"\nparent = \"service\"\n[negative]\nzh = [\"慢\", \"拖\"]\n");
    case.write("ours/lexicon.toml", "# ours alone\nname = \"ours\"\nversion = \"1\"\nextends = \"../base\"\n");
    case.write(
        "ours/drivers/noise.toml",
        "\
# what customers hear
id = \"noise\"
name = { zh = \"噪音\", en = \"Noise\" } # as reports say it

[aspect]
zh = [
  \"噪音\", \"声音\", # names
  \"动静\",
]
en = [\"noise\", \"=1+1\", \"rattl*\", \"call & back\", \"1e5\", \"007\", \"TRUE\"]

[negative]
zh = [\"吵\", { term = \"响\", boundary = \"any\" }]

[beside_aspect.negative]
zh = [\"大\"]

[exclude]
zh = [\"吵架\"]

# sentences
[[example]]
text = \"太吵了\"
expect = \"negative\"
",
    );
    case.write(
        "ours/drivers/speed.toml",
        "id = \"speed\"\n[negative]\nzh = [\n  \"- 拖\", # is a verb here\n  \"磨蹭\",\n]\n",
    );
    case.write("ours/polarity/zh.toml", "positive = [\"好\"]\n");
    case.write("ours/responsibility.csv", "driver,function,weight,owner\nnoise,R&D,9,Chen Li\n");
    case
}

type Sheets = BTreeMap<String, Vec<Vec<String>>>;

/// What the cells of a workbook say.
fn sheets(path: &Path) -> Sheets {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let cell = |cell: &Data| match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        other => panic!("{other:?} is no text"),
    };
    let sheets = book.worksheets().into_iter();
    sheets.map(|(name, range)| (name, range.rows().map(|row| row.iter().map(cell).collect()).collect())).collect()
}

/// A workbook of these cells, as another program would write it.
fn save(sheets: &Sheets, path: &Path) {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let page = book.add_worksheet();
        page.set_name(name).unwrap();
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                // What people type into a cell that is not formatted as text becomes a number.
                match cell.parse::<f64>() {
                    Ok(number) if number.to_string() == *cell => page.write_number(row, column, number).unwrap(),
                    _ => page.write_string(row, column, cell).unwrap(),
                };
            }
        }
    }
    book.save(path).unwrap();
}

/// Exports `ours`, edits the sheets, and saves them as `edited.xlsx`.
fn edited(case: &Case, edit: impl FnOnce(&mut Sheets)) {
    case.run("lexicon export ours --xlsx fresh.xlsx --overwrite").ends(0);
    let mut sheets = sheets(&case.path("fresh.xlsx"));
    edit(&mut sheets);
    save(&sheets, &case.path("edited.xlsx"));
}

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

pub fn said(ran: &Ran) -> String {
    format!("exit code {}\n{}{}", ran.code, ran.stdout, ran.stderr)
}

/// Every file of a folder.
fn files(case: &Case, folder: &str) -> BTreeMap<String, String> {
    let bytes = case.bytes(folder);
    bytes.into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect()
}

#[test]
fn a_bundled_lexicon_comes_back_as_it_went() {
    let case = Case::new();
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("lexicons/appliance");
    for entry in ["lexicon.toml", "responsibility.csv"] {
        case.write(&format!("ours/{entry}"), fs::read(bundled.join(entry)).unwrap());
    }
    for sub in ["drivers", "polarity"] {
        for entry in fs::read_dir(bundled.join(sub)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            case.write(&format!("ours/{sub}/{name}"), fs::read(path).unwrap());
        }
    }
    let before = files(&case, "ours");
    case.run("lexicon export appliance --xlsx a.xlsx").ends(0);
    let same = case.run("lexicon import a.xlsx --into ours").ends(0);
    assert_eq!(same.stdout, "ours says the same already: nothing to write\n");
    // As another program writes it, too.
    save(&sheets(&case.path("a.xlsx")), &case.path("b.xlsx"));
    case.run("lexicon import b.xlsx --into ours").ends(0);
    assert_eq!(files(&case, "ours"), before);
    case.run("lexicon import a.xlsx --into copy --yes").ends(0);
    case.run("lexicon export copy --xlsx c.xlsx").ends(0);
    assert!(fs::read(case.path("a.xlsx")).unwrap() == fs::read(case.path("c.xlsx")).unwrap());
}

#[test]
fn every_cell_of_a_workbook_is_text() {
    let case = lexicons();
    case.run("lexicon export ours --xlsx fresh.xlsx").ends(0);
    // `sheets` fails on a cell that is none.
    let sheets = sheets(&case.path("fresh.xlsx"));
    let terms: Vec<&str> = sheets["Terms"].iter().map(|row| row[3].as_str()).collect();
    for term in ["=1+1", "- 拖", "1e5", "007", "TRUE"] {
        assert!(terms.contains(&term), "{term}");
    }
    let again = case.run("lexicon export ours --xlsx fresh.xlsx").stops_with("exists");
    assert!(again.stderr.contains("--overwrite"));
    case.run("lexicon export ours --xlsx fresh.xlsx --overwrite").ends(0);
}

#[test]
fn an_import_shows_what_changes_and_writes_only_what_is_wanted() {
    let case = lexicons();
    edited(&case, |sheets| {
        let terms = sheets.get_mut("Terms").unwrap();
        terms.retain(|row| row[3] != "动静" && row[3] != "=1+1");
        terms.iter_mut().find(|row| row[3] == "声音").unwrap()[1] = "exclude".to_owned();
        terms.iter_mut().find(|row| row[3] == "吵").unwrap()[4] = "any".to_owned();
        terms.push(row(&["noise", "aspect", "en", "110", "", "", ""]));
        terms.push(row(&["noise", "aspect", "zh", "分贝", "", "", ""]));
        terms.push(row(&["smell", "aspect", "zh", "味道", "", "", ""]));
        let drivers = sheets.get_mut("Drivers").unwrap();
        drivers.push(row(&["smell", "noise", "气味", "Smell", "", "", "partly", "time"]));
        drivers.iter_mut().find(|row| row[0] == "speed").unwrap()[1] = "-".to_owned();
        sheets.get_mut("Lexicon").unwrap().iter_mut().find(|row| row[0] == "version").unwrap()[1] = "1.1".to_owned();
        sheets.get_mut("Responsibility").unwrap()[1][2] = "3".to_owned();
        sheets.get_mut("Responsibility").unwrap().push(row(&["speed", "dispatch", "9", ""]));
        sheets.get_mut("Examples").unwrap().push(row(&["smell", "味道很大", "negative", "improve"]));
        sheets.insert("Our notes".to_owned(), vec![row(&["ask Li about 分贝"])]);
    });
    let before = files(&case, "ours");
    let asked = case.run("lexicon import edited.xlsx --into ours");
    assert_snapshot!("import_shown", said(&asked));
    assert_eq!(files(&case, "ours"), before);
    let json = case.run("lexicon import edited.xlsx --into ours --json").ends(1).json();
    assert_eq!(json["written"], serde_json::json!([]));
    assert_snapshot!("import_json", serde_json::to_string_pretty(&json["changes"]).unwrap());
    assert_eq!(files(&case, "ours"), before);

    case.run("lexicon import edited.xlsx --into ours --yes").ends(0);
    let after: Vec<String> = files(&case, "ours").iter().map(|(name, text)| format!("-- {name}\n{text}")).collect();
    assert_snapshot!("import_written", after.join("\n"));
    let same = case.run("lexicon import edited.xlsx --into ours").ends(0);
    assert_eq!(same.stdout, "ours says the same already: nothing to write\n");
    // Nothing is left beside it.
    let mut beside: Vec<_> = fs::read_dir(case.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    beside.sort();
    assert_eq!(beside, ["base", "edited.xlsx", "fresh.xlsx", "ours"]);
}

#[test]
fn a_bad_sheet_is_rejected_whole_with_every_cell() {
    let case = lexicons();
    edited(&case, |sheets| {
        let terms = sheets.get_mut("Terms").unwrap();
        terms[1][1] = "aspekt".to_owned();
        terms[2][2] = "cn".to_owned();
        terms[3][0] = "nois".to_owned();
        terms[4][3] = "a ~x b".to_owned();
        terms.push(row(&["noise", "beside_aspect.negative", "zh", "大", "", "", ""]));
        terms.push(row(&["noise", "aspect", "en", "re:/(/", "", "maybe", ""]));
        terms.push(row(&["speed", "negative", "zh", "- 快", "", "", ""]));
        terms.push(row(&["noise", "positive", "zh", "吵", "", "", ""]));
        let drivers = sheets.get_mut("Drivers").unwrap();
        drivers.push(row(&["smell", "servic", "", "", "", "", "", "tme"]));
        sheets.get_mut("Examples").unwrap().push(row(&["noise", "", "negativ", "when"]));
        sheets.get_mut("Responsibility").unwrap().push(row(&["nose", "R&D", "5", "", "a note"]));
        sheets.get_mut("Responsibility").unwrap().push(row(&["sped", "R&D", "9"]));
        sheets.get_mut("Words").unwrap()[1][0] = "praise".to_owned();
    });
    let before = files(&case, "ours");
    assert_snapshot!("import_bad", said(&case.run("lexicon import edited.xlsx --into ours --yes")));
    assert_eq!(files(&case, "ours"), before);
    let json = case.run("lexicon import edited.xlsx --into ours --json").ends(2).json();
    assert_eq!(json["problems"][0]["at"], "Drivers!B4");
}

#[test]
fn cells_that_hold_several_terms_or_a_dash_of_another_keyboard_are_named() {
    let case = lexicons();
    // What stands in the files already is no business of an import.
    let file = fs::read_to_string(case.path("ours/drivers/speed.toml")).unwrap();
    case.write("ours/drivers/speed.toml", file.replace("\"磨蹭\"", "\"磨蹭、拖拉\""));
    edited(&case, |sheets| {
        let terms = sheets.get_mut("Terms").unwrap();
        terms.push(row(&["noise", "aspect", "zh", "响声、杂音，噪声"]));
        terms.push(row(&["noise", "aspect", "zh", "响动\n动响"]));
        terms.push(row(&["noise", "negative", "en", "loud, noisy"]));
        terms.push(row(&["noise", "negative", "en", "much too loud, again"]));
        terms.push(row(&["noise", "negative", "en", "24/7 din"]));
        terms.push(row(&["speed", "negative", "zh", "－ 慢"]));
        terms.push(row(&["speed", "negative", "zh", "—快"]));
        sheets.get_mut("Words").unwrap().push(row(&["positive", "zh", "点赞/好评"]));
        sheets.get_mut("Words").unwrap().push(row(&["whole", "zh", "颜值、性价比"]));
        sheets.get_mut("Examples").unwrap().push(row(&["noise", "Much too loud, again.", "negative"]));
    });
    let before = files(&case, "ours");
    assert_snapshot!("import_slips", said(&case.run("lexicon import edited.xlsx --into ours --yes")));
    assert_eq!(files(&case, "ours"), before);
}

#[test]
fn what_is_wrong_with_the_structure_of_sheets_is_said() {
    let case = lexicons();
    edited(&case, |sheets| {
        sheets.remove("Words");
        sheets.get_mut("Terms").unwrap()[0][3] = "trem".to_owned();
        sheets.get_mut("Drivers").unwrap().push(row(&["Noise level"]));
        sheets.get_mut("Drivers").unwrap().push(row(&["speed"]));
        sheets.get_mut("Lexicon").unwrap().retain(|row| row[0] != "version");
        sheets.get_mut("Rollups").unwrap().push(row(&["cost", "Call centre"]));
    });
    assert_snapshot!("import_structure", said(&case.run("lexicon import edited.xlsx --into ours --yes")));
}

#[test]
fn a_driver_that_is_gone_or_called_by_its_name_is_said_once() {
    let case = lexicons();
    case.write("base/drivers/product.toml", "id = \"product\"\nname = { zh = \"菜品\" }\n[aspect]\nzh = [\"菜\"]\n");
    edited(&case, |sheets| sheets.get_mut("Drivers").unwrap().retain(|row| row[0] != "noise"));
    let gone = said(&case.run("lexicon import edited.xlsx --into ours --yes"));
    edited(&case, |sheets| {
        let drivers = sheets.get_mut("Drivers").unwrap();
        drivers.iter_mut().find(|row| row[0] == "noise").unwrap()[1] = "菜品".to_owned();
        let terms = sheets.get_mut("Terms").unwrap();
        terms[1][0] = "噪音".to_owned();
        terms.push(row(&["噪音", "aspect", "en", "din"]));
        terms.push(row(&["气味", "aspect", "cn", "味道"]));
        sheets.get_mut("Responsibility").unwrap()[1][0] = "噪音".to_owned();
    });
    let named = said(&case.run("lexicon import edited.xlsx --into ours --yes"));
    assert_snapshot!("import_drivers", format!("{gone}\n\n{named}"));
}

#[test]
fn sheets_whose_columns_cannot_be_seen_are_told_once() {
    let case = lexicons();
    case.run("lexicon export ours --csv sheets").ends(0);
    let fresh = |file: &str| String::from_utf8(fs::read(case.path("sheets").join(file)).unwrap()).unwrap();
    case.write("sheets/terms.csv", fresh("terms.csv").replace(',', ";"));
    case.write("sheets/drivers.csv", fresh("drivers.csv").replace(',', "\t"));
    case.write(
        "sheets/examples.csv",
        format!("我们的例句,,,\n,,,\n{}", fresh("examples.csv").trim_start_matches('\u{feff}')),
    );
    assert_snapshot!("import_headers", said(&case.run("lexicon import sheets --into ours --yes")));
}

#[test]
fn what_only_the_lexicon_as_a_whole_shows_has_its_cell_too() {
    let case = lexicons();
    for (edit, want) in [
        (
            ("noise", "positive", "zh", "吵"),
            "Terms!D12: `吵` stands in negative of noise and in positive of noise (Terms!D18)",
        ),
        (("service", "aspect", "zh", "- 服務"), "Terms!A18: there is no driver `service` in the sheet Drivers"),
        (("speed", "negative", "zh", "- 快"), "Terms!D18: `快` is not inherited, so it cannot be taken away"),
    ] {
        edited(&case, |sheets| {
            let (driver, list, language, term) = edit;
            sheets.get_mut("Terms").unwrap().push(row(&[driver, list, language, term]));
        });
        let ran = case.run("lexicon import edited.xlsx --into ours --yes").stops_with("bad_sheet");
        assert!(ran.stdout.starts_with(&format!("{want}\n")), "{want}\n{}", ran.stdout);
    }
    edited(&case, |sheets| {
        let lexicon = sheets.get_mut("Lexicon").unwrap();
        lexicon.iter_mut().find(|row| row[0] == "extends").unwrap()[1] = "cor".to_owned();
    });
    let ran = case.run("lexicon import edited.xlsx --into ours --yes").stops_with("bad_sheet");
    assert!(ran.stdout.starts_with("Lexicon!B4: "), "{}", ran.stdout);
}

#[test]
fn cells_that_a_spreadsheet_made_something_else_of_are_refused() {
    let case = lexicons();
    case.run("lexicon export ours --xlsx fresh.xlsx").ends(0);
    let mut book = Workbook::new();
    for (name, rows) in sheets(&case.path("fresh.xlsx")) {
        let page = book.add_worksheet();
        page.set_name(&name).unwrap();
        for (row, cells) in (0..).zip(&rows) {
            for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                page.write_string(row, column, cell).unwrap();
            }
        }
        if name == "Terms" {
            let day = Format::new().set_num_format("yyyy-mm-dd");
            page.write_formula(1, 3, Formula::new("=1+1").set_result("2")).unwrap();
            page.write_datetime_with_format(2, 3, ExcelDateTime::from_ymd(2026, 1, 2).unwrap(), &day).unwrap();
            page.write_formula(3, 3, Formula::new("=-拖").set_result("#NAME?")).unwrap();
            page.write_boolean(4, 4, true).unwrap();
        }
    }
    book.save(case.path("edited.xlsx")).unwrap();
    assert_snapshot!("import_cells", said(&case.run("lexicon import edited.xlsx --into ours --yes")));
}

#[test]
fn a_folder_of_csv_says_the_same() {
    let case = lexicons();
    case.run("lexicon export ours --csv sheets").ends(0);
    let terms = String::from_utf8(fs::read(case.path("sheets/terms.csv")).unwrap()).unwrap();
    assert!(terms.contains("\r\nspeed,negative,zh,'- 拖,,,\r\n"), "{terms}");
    assert_eq!(
        case.run("lexicon import sheets --into ours").ends(0).stdout,
        "ours says the same already: nothing to write\n"
    );
    case.write(
        "sheets/terms.csv",
        terms.replace("'- 拖", "- 拖") + "noise,aspekt,en,din,,,\r\n\r\nnoise,aspect,en,a ~ b,,,\r\n",
    );
    let bad = case.run("lexicon import sheets --into ours --yes").stops_with("bad_sheet");
    let lines = terms.matches('\n').count();
    assert!(bad.stdout.starts_with(&format!("terms.csv:{}:2: `aspekt` is no `list`\n", lines + 1)), "{}", bad.stdout);
    assert!(bad.stdout.contains(&format!("terms.csv:{}:4: `a ~ b`", lines + 3)), "{}", bad.stdout);
    fs::remove_file(case.path("sheets/words.csv")).unwrap();
    let bad = case.run("lexicon import sheets --into ours --yes").stops_with("bad_sheet");
    assert!(bad.stdout.contains("words.csv: the folder has no file words.csv\n"), "{}", bad.stdout);
}

#[test]
fn what_is_nothing_to_import_is_said() {
    let case = lexicons();
    case.write("x.xls", "");
    case.run("lexicon import x.xls --into ours").stops_with("unknown_format");
    let nothing = case.run("lexicon import nothing.xlsx --into ours").stops_with("io");
    assert!(nothing.stderr.contains("there is no file or folder nothing.xlsx"), "{}", nothing.stderr);
    assert!(nothing.stderr.contains("help: "), "{}", nothing.stderr);
    case.run("lexicon export ours --xlsx fresh.xlsx").ends(0);
    case.write("full/readme.txt", "");
    case.run("lexicon import fresh.xlsx --into full").stops_with("no_lexicon");
    case.run("lexicon export ours").ends(2);
    case.run("lexicon export ours --xlsx a.xlsx --csv b").ends(2);
}

#[test]
fn all_that_a_lexicon_means_can_be_exported_as_one() {
    let case = lexicons();
    case.run("lexicon export ours --resolved --xlsx whole.xlsx").ends(0);
    case.run("lexicon import whole.xlsx --into alone --yes").ends(0);
    assert!(!fs::read_to_string(case.path("alone/lexicon.toml")).unwrap().contains("extends"));
    let hash = |lexicon: &str| case.run(&format!("lexicon show {lexicon} --json")).ends(0).json()["hash"].clone();
    assert_ne!(hash("ours"), serde_json::Value::Null);
    assert_eq!(hash("ours"), hash("alone"));
}
