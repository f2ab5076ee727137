//! `verbatim export`: the workbook and the CSV files, read back. That a spreadsheet opens the workbook is asked in `tests/office`.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Float64Type, Int64Type, UInt32Type};
use calamine::{Data, Reader, Xlsx, open_workbook};
use verbatim::tables::{PartId, Table};

use crate::util::Case;

const TABLES: [Table; 12] = Table::ALL;

/// Sums of the numbers of a table's columns in the order of its rows, and its rows.
#[derive(Debug, Default, PartialEq)]
struct Sums {
    rows: usize,
    columns: BTreeMap<String, f64>,
    /// Texts of the columns of words, one after the other.
    words: BTreeMap<String, Vec<String>>,
}

/// Of the Parquet files themselves.
fn of_tables(case: &Case, out: &str, table: Table, period: &str) -> Sums {
    let manifest = case.manifest(out);
    let mut sums = Sums::default();
    for part in manifest.files.keys().map(|key| PartId::parse(key).unwrap()).filter(|part| part.table == table) {
        if period != "all"
            && part.period != period
            && !matches!(table, Table::Actions | Table::Recoveries | Table::Rejects)
        {
            continue;
        }
        for batch in manifest.read_part(&case.path(out), &part, None).unwrap().unwrap() {
            let batch = batch.unwrap();
            sums.rows += batch.num_rows();
            for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
                let value = |row: usize| match field.data_type() {
                    _ if column.is_null(row) => None,
                    DataType::Float64 => Some(column.as_primitive::<Float64Type>().value(row)),
                    DataType::Int64 => Some(column.as_primitive::<Int64Type>().value(row) as f64),
                    DataType::UInt32 => Some(f64::from(column.as_primitive::<UInt32Type>().value(row))),
                    _ => None,
                };
                for row in 0..column.len() {
                    if let Some(value) = value(row) {
                        *sums.columns.entry(field.name().clone()).or_default() += value;
                    } else if *field.data_type() == DataType::Utf8 && column.is_valid(row) {
                        let word = column.as_string::<i32>().value(row).to_owned();
                        // An empty text is an empty cell.
                        if word.is_empty() {
                            continue;
                        }
                        sums.words.entry(field.name().clone()).or_default().push(word);
                    }
                }
            }
        }
    }
    sums
}

/// Of the sheet of a workbook; `period` is no column of the files.
fn of_sheet(book: &mut Xlsx<std::io::BufReader<std::fs::File>>, table: Table, like: &Sums) -> Sums {
    let range = book.worksheet_range(table.as_str()).unwrap();
    let mut rows = range.rows();
    let head: Vec<String> = rows.next().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(head[0], "period");
    let mut sums = Sums::default();
    for row in rows {
        sums.rows += 1;
        for (name, cell) in head.iter().zip(row).skip(1) {
            match cell {
                Data::Float(value) => *sums.columns.entry(name.clone()).or_default() += value,
                Data::Int(_) => panic!("{name}: {cell:?}"),
                Data::String(text) if like.words.contains_key(name) => {
                    sums.words.entry(name.clone()).or_default().push(text.clone());
                }
                _ => {}
            }
        }
    }
    sums
}

#[test]
fn the_workbook_has_the_numbers_of_the_tables_to_the_last_bit() {
    let case = Case::new().sample();
    case.run("run survey.csv --by region,product --out out --lexicon appliance --quiet").ends(0);
    for period in ["2026-W30", "all"] {
        let ran = case.run(&format!("export out --xlsx book.xlsx --period {period}")).ends(0);
        if period == "all" {
            insta::assert_snapshot!("export", ran.stdout);
        }
        let mut book: Xlsx<_> = open_workbook(case.path("book.xlsx")).unwrap();
        let names: Vec<&str> = TABLES.iter().map(|table| table.as_str()).collect();
        assert!(names.iter().all(|name| book.sheet_names().iter().any(|sheet| sheet == name)));
        assert_eq!(book.sheet_names()[..2], ["About", "Charts"]);
        let mut numbers = 0;
        for table in TABLES {
            let wanted = of_tables(&case, "out", table, period);
            let seen = of_sheet(&mut book, table, &wanted);
            assert_eq!(seen.rows, wanted.rows, "{table:?}");
            assert_eq!(seen.columns, wanted.columns, "{table:?}");
            assert_eq!(seen.words, wanted.words, "{table:?}");
            numbers += wanted.columns.len();
        }
        assert!(numbers > 100, "{numbers}");
        // What the first sheet says adds up, too.
        let about = book.worksheet_range("About").unwrap();
        let rows: Vec<_> = about.rows().collect();
        let at = rows.iter().position(|row| row[0] == Data::String("推荐者占比".to_owned())).unwrap();
        for pair in [at, at + 2, at + 4] {
            let (Data::Float(share), Data::Float(sum)) = (&rows[pair][1], &rows[pair + 1][1]) else { panic!("{pair}") };
            assert!((share - sum).abs() < 1e-10, "{share} {sum}");
        }
    }
    // The same bytes again, and CSV with the same numbers.
    case.run("export out --xlsx again.xlsx --period all --quiet").ends(0);
    assert!(std::fs::read(case.path("book.xlsx")).unwrap() == std::fs::read(case.path("again.xlsx")).unwrap());
    case.run("export out --csv sheets --period all --quiet").ends(0);
    for table in TABLES {
        let mut reader = csv::Reader::from_path(case.path(format!("sheets/{}.csv", table.as_str()))).unwrap();
        let head = reader.headers().unwrap().clone();
        let wanted = of_tables(&case, "out", table, "all");
        let mut seen = Sums::default();
        for record in reader.records() {
            seen.rows += 1;
            for (name, cell) in head.iter().zip(&record.unwrap()) {
                if wanted.columns.contains_key(name) && !cell.is_empty() {
                    *seen.columns.entry(name.to_owned()).or_default() += cell.parse::<f64>().unwrap();
                }
            }
        }
        assert_eq!((seen.rows, seen.columns), (wanted.rows, wanted.columns), "{table:?}");
    }
    let english = case.run("export out --xlsx en.xlsx --lang en").ends(0);
    assert!(english.stdout.starts_with("2026-W30\n"), "{}", english.stdout);
    let mut book: Xlsx<_> = open_workbook(case.path("en.xlsx")).unwrap();
    assert_eq!(
        book.worksheet_range("About").unwrap().get((0, 0)),
        Some(&Data::String("Verbatim driver analysis".to_owned()))
    );

    case.run("export out --xlsx x.xlsx --period 2026-W99").stops_with("unknown_period");
    case.run("export nowhere --xlsx x.xlsx").stops_with("no_output");
    case.run("export out --xlsx nowhere/x.xlsx").stops_with("workbook");
    case.run("export out").ends(2);
    case.run("export out --xlsx x.xlsx --csv x").ends(2);
}

#[test]
fn no_comment_becomes_a_formula_and_every_comment_comes_back() {
    let case = Case::new();
    case.write("hostile.csv", include_bytes!("../data/hostile.csv"));
    case.run("run hostile.csv --text why=why --scale 0-10 --period week --out out --no-redact --quiet").ends(0);
    case.run("export out --period all --xlsx book.xlsx --quiet").ends(0);
    let mut book: Xlsx<_> = open_workbook(case.path("book.xlsx")).unwrap();
    for sheet in book.sheet_names() {
        let mut cells = book.worksheet_cells_reader(&sheet).unwrap();
        while let Some(cell) = cells.next_cell_with_formula().unwrap() {
            assert!(cell.formula.is_none(), "{sheet} {:?}: {:?}", cell.pos, cell.formula);
        }
    }
    let wanted = of_tables(&case, "out", Table::Comments, "all");
    let seen = of_sheet(&mut book, Table::Comments, &wanted);
    assert!(wanted.words["text"].len() > 200);
    for (seen, wanted) in seen.words["text"].iter().zip(&wanted.words["text"]) {
        assert_eq!(seen, wanted);
    }
    assert_eq!(seen.words, wanted.words);

    case.run("export out --period all --csv sheets --quiet").ends(0);
    for table in TABLES {
        let mut reader = csv::Reader::from_path(case.path(format!("sheets/{}.csv", table.as_str()))).unwrap();
        for record in reader.records() {
            for cell in &record.unwrap() {
                let begins = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
                assert!(!begins || cell.parse::<f64>().is_ok(), "{table:?}: {cell:?}");
            }
        }
    }
    let mut reader = csv::Reader::from_path(case.path("sheets/comments.csv")).unwrap();
    let column = reader.headers().unwrap().iter().position(|name| name == "text").unwrap();
    for (record, wanted) in reader.records().zip(&wanted.words["text"]) {
        let cell = record.unwrap()[column].to_owned();
        let unguarded = |cell: &str| {
            let is_guarded = cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
            if is_guarded { cell[1..].to_owned() } else { cell.to_owned() }
        };
        assert_eq!(unguarded(&cell), *wanted);
    }
}
