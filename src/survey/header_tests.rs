//! Tests of where the header is.
//!
//! Not for whole files (`sheet_tests`).

use proptest::prelude::*;

use super::*;

/// Rows of `|`-separated cells; a `>` after a cell merges it over the blank ones that follow.
fn look(rows: &[&str], layout: Layout) -> Result<Header, String> {
    let mut spans = Vec::new();
    let mut top = Vec::new();
    for (row, line) in rows.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
        let cells: Vec<&str> = line.split('|').collect();
        for (from, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.ends_with('>')) {
            let over = cells[from + 1..].iter().take_while(|cell| cell.is_empty()).count();
            assert!(!cell.is_empty());
            spans.push(Span { row: top.len(), from, to: from + over });
        }
        let cells = cells.iter().map(|cell| cell.trim_end_matches('>').trim().to_owned()).collect();
        top.push(Top { line: row as u64 + 1, cells });
    }
    find(&top, &spans, None, layout)
}

#[track_caller]
fn names(rows: &[&str], layout: Layout, wanted: &str, names: &[&str]) {
    let header = look(rows, layout).unwrap();
    assert_eq!(
        (header.rows.to_string().as_str(), header.names),
        (wanted, names.iter().map(|it| (*it).to_owned()).collect())
    );
}

const DATA: &str = "r1|2026-06-01|9|好|ok|fine";

#[test]
fn headers_of_survey_tools_are_found() {
    for layout in [Layout::Text, Layout::Sheet] {
        names(&["id|score|comment", "r1|9|good"], layout, "1", &["id", "score", "comment"]);
        names(&["", "", "id|score|comment", "r1|9|good"], layout, "3", &["id", "score", "comment"]);
        // A title, and when it was exported.
        names(&["Survey of June", "", "id|score|comment", "r1|9|good"], layout, "3", &["id", "score", "comment"]);
        // SurveyMonkey.
        names(
            &["ID|Date|NPS|Why?|Which?|", "||Response|Open-Ended Response|Noise|Price", DATA],
            layout,
            "1-2",
            &["ID", "Date", "NPS", "Why?", "Which? / Noise", "Which? / Price"],
        );
        // Qualtrics.
        let import =
            "{\"ImportId\":\"_r\"}|{\"ImportId\":\"d\"}|{\"ImportId\":\"QID1\"}|{\"ImportId\":\"QID2_TEXT\"}||";
        let rows = ["ResponseId|RecordedDate|Q1|Q2_TEXT", "Response ID|Recorded Date|How likely?|Why?", import, DATA];
        let header = look(&rows, layout).unwrap();
        assert_eq!((header.last, &header.names[3], &header.labels[3]), (2, &"Q2_TEXT".to_owned(), &"Why?".to_owned()));
        // Parts of a question, without merged cells.
        names(
            &["id|date|nps|Q2||", "|||service|price|staff", DATA],
            layout,
            "1-2",
            &["id", "date", "nps", "Q2 / service", "Q2 / price", "Q2 / staff"],
        );
    }
    names(
        &["Report>||||", "id|nps|Q2>||", "||a|b|c", "r1|9|x|y|z"],
        Layout::Sheet,
        "2-3",
        &["id", "nps", "Q2 / a", "Q2 / b", "Q2 / c"],
    );
    names(
        &["||Q2>||", "id|nps|a|b|c", "r|9|x|y|z"],
        Layout::Sheet,
        "1-2",
        &["id", "nps", "Q2 / a", "Q2 / b", "Q2 / c"],
    );
    names(
        &["Exported|2026-07-01||||", "id|date|nps|a|b|c", DATA],
        Layout::Sheet,
        "2",
        &["id", "date", "nps", "a", "b", "c"],
    );
}

#[test]
fn answers_are_no_header() {
    for rows in [
        ["id|score|comment||", "r1|9|good|x|y", "r2|9|good|x|y"],
        ["id|score|comment", "||only a comment", "r2|9|good"],
        ["comment||", "I like it| but| noisy", "ok||"],
    ] {
        assert_eq!(look(&rows, Layout::Text).map(|header| header.last), Ok(0), "{rows:?}");
    }
}

#[test]
fn text_has_the_columns_of_its_header() {
    let rows = ["id|date|nps|Q2||", "|||service|price|staff", "r1|2026-06-01|9|x|y|z|too|many"];
    names(&rows, Layout::Text, "1-2", &["id", "date", "nps", "Q2 / service", "Q2 / price", "Q2 / staff"]);
}

/// A column without a name, and a first answer that is blank somewhere, made that answer a second row of the header.
#[test]
fn a_first_answer_is_swallowed_by_no_header() {
    for (rows, in_sheet) in [
        (&["id|date|score|comment|", "r1|||good service|vip", "r2|2026-06-02|9|bad noise|"][..], None),
        (&["comment|score|", "too loud||call back", "good|9|", "ok|3|"], None),
        (&["score|comment|region|", "|too loud|north|call back please", "9|good|south|"], None),
        // What pandas calls its rows has no name.
        (&["|score|comment", "r1||good", "r2|9|bad"], None),
        // More fields than the header has: in a sheet these are parts.
        (&["id|date|score|comment", "|||good| but| noisy", "r2|2026-06-01|9|bad"], Some(1)),
        // A sheet of one column, and a word beside an answer.
        (&["comment", "good", "bad", "fine|call back|x", "ok"], None),
        (&["id|score|comment", "r1|9|good", "r2|9|bad||||||", "|||a|b|c|d|e|f", "r3|9|ok"], None),
        // One cell that could be Qualtrics'.
        (&["id|score|comment", "r1|9|good", "||{\"ImportId\":\"x\"}", "r3|9|ok"], Some(0)),
    ] {
        assert_eq!(look(rows, Layout::Text).map(|header| (header.first, header.last)), Ok((0, 0)), "{rows:?}");
        assert_eq!(look(rows, Layout::Sheet).map(|header| header.last).ok(), in_sheet, "{rows:?}");
    }
    // Two parts of one title may be an answer and a word beside it; so may an answer be what survey tools write.
    for rows in [
        ["id|date|score|comment|", "|||good|vip", "r2|2026-06-02|9|bad|"],
        ["id|comment||", "|good|vip|x", "r2|bad||"],
        ["id|date|score|comment|", "r1|||回复|", "r2|2026-06-02|9|bad|"],
    ] {
        for layout in [Layout::Text, Layout::Sheet] {
            assert!(look(&rows, layout).unwrap_err().contains("may be the first answer"), "{rows:?}");
        }
    }
    let merged = ["id|score|comment>|", "r1||good|x", "r2|9|bad|"];
    assert!(look(&merged, Layout::Sheet).unwrap_err().contains("may be the first answer"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// Names in the first row and answers below, whatever they say and wherever they are blank: what makes a second row part of the header,
    /// or puts the header below the first row, is a sign that no answer gives by chance.
    #[test]
    fn a_plain_header_is_the_first_row_or_asked_for(
        names in prop::collection::vec(prop::option::weighted(0.75, Just(())), 1..7),
        rows in prop::collection::vec(prop::collection::vec(cell(), 0..8), 0..8),
        is_sheet: bool,
    ) {
        let names = names.iter().enumerate().map(|(at, is)| is.map_or(String::new(), |()| format!("q{at}"))).collect();
        let cells: Vec<Vec<String>> = std::iter::once(names).chain(rows).collect();
        let filled = |row: &Vec<String>| row.iter().any(|cell| !cell.is_empty());
        let top: Vec<Top> =
            (1..).zip(cells).filter(|(_, cells)| filled(cells)).map(|(line, cells)| Top { line, cells }).collect();
        prop_assume!(top.first().is_some_and(|row| row.line == 1));
        let layout = if is_sheet { Layout::Sheet } else { Layout::Text };
        let Ok(header) = find(&top, &[], None, layout) else { return Ok(()) };
        let at = |row: usize, column: usize| top.get(row).and_then(|row| row.cells.get(column)).map_or("", |it| it);
        let columns = 0..8_usize;
        let import = |c: &usize| at(0, *c).is_empty() || at(header.last, *c).starts_with("{\"ImportId\"");
        if header.last > header.first && columns.clone().all(|c| import(&c)) {
            prop_assert_eq!((header.first, header.last < 3), (0, true));
        } else if header.last > header.first {
            let (title, part) = (|c| at(header.first, c), |c| at(header.last, c));
            prop_assert_eq!(header.last, header.first + 1);
            let three = |c| !title(c).is_empty() && (c..c + 3).all(|c| !part(c).is_empty()) && (c + 1..c + 3).all(|c| title(c).is_empty());
            let lone = |c: &usize| !title(*c).is_empty() && part(*c).is_empty();
            let tool = columns.clone().any(|c| part(c) == "Response");
            prop_assert!(tool || (columns.clone().any(three) && columns.clone().filter(lone).count() > 1), "{:?}", top);
            // No answer stands under a title that has no parts.
            let answered = |c: usize| !title(c).is_empty() && !part(c).is_empty() && part(c) != "Response";
            prop_assert!(!columns.clone().any(|c| answered(c) && (part(c + 1).is_empty() || !title(c + 1).is_empty())), "{:?}", top);
        }
        if header.first > 0 {
            let above_is_blank = |c: usize| (0..header.first).all(|row| at(row, c).is_empty());
            let below = |c: usize| (header.last + 1..top.len()).map(move |row| at(row, c)).filter(|it| !it.is_empty() && *it != "Response");
            let is_typed = |c: usize| above_is_blank(c) && !at(header.last, c).is_empty() && below(c).next().is_some() && below(c).all(is_value);
            let in_two = |c: usize| above_is_blank(c) && !at(header.first, c).is_empty() && below(c).next().is_some() && below(c).all(is_value);
            prop_assert!(columns.clone().any(|c| is_typed(c) || in_two(c)), "{:?}", top);
        }
    }
}

/// What a cell of an answer may say.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just(String::new()),
        4 => "[a-e]",
        2 => "[0-9]",
        1 => Just("2026-06-01".to_owned()),
        1 => Just("Response".to_owned()),
        1 => Just("{\"ImportId\":\"x\"}".to_owned()),
    ]
}

#[test]
fn what_is_unclear_is_asked() {
    assert!(look(&["id|comment>|", "r1|good|9", "r2|bad|3"], Layout::Sheet).unwrap_err().contains("merged"));
    assert!(look(&["note", "r1|good|9", "r2|bad|3"], Layout::Sheet).unwrap_err().contains("1 of 3 columns"));
}

#[test]
fn rows_of_the_header_are_named() {
    for (written, rows) in
        [("3", Some((3, 3))), ("1-2", Some((1, 2))), ("0", None), ("2-1", None), ("x", None), ("-", None)]
    {
        assert_eq!(written.parse::<HeaderRows>().ok().map(|rows| (rows.first, rows.last)), rows, "{written}");
    }
}
