//! The file that those bring back who call: rows as written, and which of them are no contacts.
//!
//! Not what an output knows of a respondent, nor what becomes of a contact (`recoveries`).

use std::collections::HashMap;
use std::path::Path;

use jiff::civil::Date;

use super::Refused;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::harmless::unguarded;
use crate::survey::{DateFormat, Reading, SmallFile};
use crate::types::Consent;

/// The columns that must be there, and those that may.
const MUST: [&str; 2] = ["id", "date"];
const MAY: [&str; 4] = ["resolved", "score", "new_score", "new score"];

/// A row that tells of a contact.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) line: u64,
    pub(super) id: String,
    pub(super) contacted: Date,
    pub(super) resolved: Option<bool>,
    /// The score after the contact, or blank.
    pub(super) new_score: String,
    /// In a list that was filled in, the score of the answer beside a new one that is blank; else blank.
    pub(super) score: String,
}

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Results {
    /// Its rows, without those that are blank.
    pub(super) rows: u64,
    pub(super) contacts: Vec<Written>,
    /// Rows of a list that nobody has filled in.
    pub(super) open: u64,
    pub(super) refused: Vec<Refused>,
}

/// Reads a file of results; no day in it may be after `today`.
///
/// # Errors
/// `bad_results` where it cannot be read as a whole.
pub(super) fn read(file: &Path, today: Date) -> Result<Results> {
    let read = SmallFile::read(file, &MUST, &MAY).map_err(|error| {
        let place = error.place().cloned().unwrap_or_else(|| Place::file(file));
        let help = match error.code() {
            "not_a_table" | "workbook" | "workbook_too_large" | "ambiguous_sheet" => {
                "Save the sheet alone as .xlsx, or as CSV (in Excel: \"CSV UTF-8\"), and import that."
            }
            "duplicate_column" => "Name each column once.",
            _ => "The file has the columns id and date (2026-07-01), and resolved (yes, no) and score, which may be blank.",
        };
        Error::new(ErrorKind::Usage, "bad_results", error.message()).at(place).help(help)
    })?;
    let has = |wanted: &str| read.header.iter().any(|name| name.trim().eq_ignore_ascii_case(wanted));
    if has("new_score") && has("new score") {
        return Err(Error::new(ErrorKind::Usage, "bad_results", "there are two columns of new scores")
            .at(Place::line(file, 1, None))
            .help("Name each column once."));
    }
    let is_list = has("new_score") || has("new score");
    let mut results = Results { rows: (read.rows.len() + read.unreadable.len()) as u64, ..Results::default() };
    let refused = |line, id, why: &str| Refused { line, id, why: why.to_owned() };
    results.refused.extend(read.unreadable.into_iter().map(|(line, why)| Refused { line, id: None, why }));
    for (line, fields) in read.rows {
        let mut fields = fields.into_iter();
        let mut next = || fields.next().unwrap_or_default();
        let (id, date, resolved, score) = (unguarded(&next()), next(), next(), next());
        let new_score = if is_list { next() + &next() } else { score.clone() };
        let is_open = date.is_empty() && resolved.is_empty() && new_score.is_empty();
        if is_open && !id.is_empty() {
            results.open += 1;
            continue;
        }
        match judged(&date, &resolved, today) {
            Ok((contacted, resolved)) => {
                let score = if is_list && new_score.is_empty() { score } else { String::new() };
                results.contacts.push(Written { line, id, contacted, resolved, new_score, score });
            }
            Err(why) => results.refused.push(refused(line, Some(id), why)),
        }
    }
    results.refuse_doubles();
    Ok(results)
}

/// The day of a contact, and what it came to; or why it is none.
fn judged(date: &str, resolved: &str, today: Date) -> Result<(Date, Option<bool>), &'static str> {
    if date.is_empty() {
        return Err("the date is blank");
    }
    let contacted = DateFormat::year_first(date).ok_or("the date is not a day such as 2026-07-01")?;
    if contacted > today {
        return Err("the day is after today");
    }
    let resolved = match (resolved.to_lowercase().as_str(), Reading::of(resolved)) {
        ("resolved" | "solved" | "done" | "已解决" | "解决" | "解决了", _) => Some(true),
        ("unresolved" | "not resolved" | "open" | "未解决" | "没解决" | "没有解决", _) => Some(false),
        (_, Reading::Said(said)) => Some(said == Consent::Yes),
        (_, Reading::Nothing) => None,
        (_, Reading::Unclear) => return Err("`resolved` is neither yes nor no"),
    };
    Ok((contacted, resolved))
}

impl Results {
    /// Refuses all rows of which several are of one person and day: nobody knows which of them holds.
    fn refuse_doubles(&mut self) {
        let mut lines: HashMap<(String, Date), Vec<u64>> = HashMap::new();
        for row in &self.contacts {
            lines.entry((row.id.clone(), row.contacted)).or_default().push(row.line);
        }
        let contacts = std::mem::take(&mut self.contacts);
        for row in contacts {
            let same = &lines[&(row.id.clone(), row.contacted)];
            let others: Vec<String> = same.iter().filter(|line| **line != row.line).map(u64::to_string).collect();
            if others.is_empty() {
                self.contacts.push(row);
                continue;
            }
            let why = format!("line {} is of the same person and day; keep one", others.join(", "));
            self.refused.push(Refused { line: row.line, id: Some(row.id), why });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(text: &str) -> Result<Results> {
        let file = tempfile::NamedTempFile::with_suffix(".csv").unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path(), jiff::civil::date(2026, 7, 10))
    }

    fn refused(text: &str) -> Vec<(u64, String)> {
        results(text).unwrap().refused.into_iter().map(|refused| (refused.line, refused.why)).collect()
    }

    #[test]
    fn two_rows_of_one_person_and_day_are_refused_with_both_lines() {
        let why = |line: u64| format!("line {line} is of the same person and day; keep one");
        let text = "id,date,resolved\na,2026-07-01,yes\nb,2026-07-01,yes\na,2026/7/1,no\na,2026-07-02,no\n";
        assert_eq!(refused(text), [(2, why(4)), (4, why(2))]);
        assert_eq!(results(text).unwrap().contacts.len(), 2);
    }

    #[test]
    fn a_day_after_today_is_refused() {
        let text = "id,date\na,2026-07-10\nb,2026-07-11\nc,2062-07-01\n";
        assert_eq!(refused(text).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4]);
    }

    #[test]
    fn rows_of_a_list_that_nobody_filled_in_are_open() {
        let text =
            "id,score,date,resolved,new score\na,3,,,\nb,2,2026-07-01,yes,8\nc,0,,yes,\n,,,,\n'=d,1,2026-07-01,,\n";
        let found = results(text).unwrap();
        assert_eq!((found.rows, found.open, found.contacts.len()), (4, 1, 2));
        assert_eq!((found.contacts[0].new_score.as_str(), found.contacts[0].score.as_str()), ("8", ""));
        // What is written against formulas is taken off again; the score of the answer is no new one.
        assert_eq!((found.contacts[1].id.as_str(), found.contacts[1].new_score.as_str()), ("=d", ""));
        assert_eq!(found.contacts[1].score, "1");
        assert_eq!(refused(text), [(4, "the date is blank".to_owned())]);
    }

    #[test]
    fn a_header_that_names_a_column_twice_is_refused() {
        for text in ["id,date,Date\na,2026-07-01,2026-07-02\n", "id,date,date\n", "id,date,new_score,new score\n"] {
            let error = results(text).unwrap_err();
            assert_eq!((error.code(), error.way_out()), ("bad_results", Some("Name each column once.")), "{text}");
        }
    }

    #[test]
    fn days_are_read_as_spreadsheets_write_them() {
        let day = jiff::civil::date(2026, 7, 1);
        for date in [
            "2026-07-01",
            "2026/7/1",
            "2026.7.1",
            "20260701",
            "2026年7月1日",
            "2026 年 7 月 1 日",
            "2026/7/1 0:00",
            "2026-07-01 09:30:00",
            "2026-07-01T09:30:00.000",
            "2026年7月1日星期三",
            "2026/7/1 周三",
            "2026/7/1 上午 9:30",
            "2026/7/1 下午3:05:00",
            "２０２６/７/１",
        ] {
            assert_eq!(judged(date, "", day).unwrap().0, day, "{date}");
        }
        for date in ["1/7/2026", "7月1日", "2026-07", "2026-13-01", "46204", "tomorrow"] {
            assert!(judged(date, "", day).is_err(), "{date}");
        }
        assert_eq!(judged("2026-07-01", "已解决", day).unwrap().1, Some(true));
        assert_eq!(judged("2026-07-01", "n/a", day).unwrap().1, None);
    }
}
