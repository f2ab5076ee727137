//! `responsibility.csv` of a lexicon, edited: rows that stay keep their place and their bytes.
//!
//! Not for the sheet of the same name (`csv`).

use std::collections::BTreeMap;

use super::super::difference::Change;
use super::super::layer::Duty;
use crate::error::{Error, ErrorKind, Result};

/// The columns of a file that is new.
const HEADER: [&str; 4] = ["driver", "function", "weight", "owner"];

/// The file with these changes; it may be there already.
pub(super) fn rows(text: Option<&str>, changes: &[&Change]) -> Result<String> {
    let mut duties: BTreeMap<(&str, &str), Option<&Duty>> = BTreeMap::new();
    let mut new = Vec::new();
    for change in changes {
        let Change::Duty { driver, function, before, after } = change else { continue };
        if before.is_none() {
            new.push((driver.as_str(), function.as_str(), after));
        } else {
            duties.insert((driver, function), after.as_ref());
        }
    }
    let text = text.unwrap_or("driver,function,weight,owner\n");
    let body = text.trim_start_matches('\u{feff}');
    let end = if body.contains("\r\n") { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(body.as_bytes());
    let header = reader.headers().map_err(failed)?.clone();
    let mut columns: Vec<&str> = header.iter().collect();
    let names_owner = duties.values().flatten().copied().chain(new.iter().filter_map(|(_, _, duty)| duty.as_ref()));
    if !columns.contains(&"owner") && names_owner.into_iter().any(|duty| !duty.owner.is_empty()) {
        // An owner needs a column, and so every row another cell.
        columns = HEADER.to_vec();
        return rewritten(reader, &duties, &new, end, &columns);
    }
    let mut out = text[..text.len() - body.len()].to_owned();
    let mut kept = 0;
    for record in reader.records() {
        let record = record.map_err(failed)?;
        let cell = |name: &str| columns.iter().position(|column| *column == name).and_then(|at| record.get(at));
        let (driver, function) = (cell("driver").unwrap_or_default(), cell("function").unwrap_or_default());
        let Some(duty) = duties.get(&(driver, function)) else { continue };
        let (from, to) = span(body, &record);
        out.push_str(&body[kept..from]);
        if let Some(duty) = duty {
            out.push_str(&row(&columns, driver, function, duty, end)?);
        }
        kept = to;
    }
    out.push_str(&body[kept..]);
    if !new.is_empty() && !out.ends_with('\n') {
        out.push_str(if matches!(end, csv::Terminator::CRLF) { "\r\n" } else { "\n" });
    }
    for (driver, function, duty) in new {
        if let Some(duty) = duty {
            out.push_str(&row(&columns, driver, function, duty, end)?);
        }
    }
    Ok(out)
}

/// All rows under these columns.
fn rewritten(
    mut reader: csv::Reader<&[u8]>,
    duties: &BTreeMap<(&str, &str), Option<&Duty>>,
    new: &[(&str, &str, &Option<Duty>)],
    end: csv::Terminator,
    columns: &[&str],
) -> Result<String> {
    let mut out = columns.join(",");
    out.push_str(if matches!(end, csv::Terminator::CRLF) { "\r\n" } else { "\n" });
    let headers = reader.headers().map_err(failed)?.clone();
    for record in reader.records() {
        let record = record.map_err(failed)?;
        let old: crate::lexicon::format::Responsibility = record.deserialize(Some(&headers)).map_err(failed)?;
        let old_duty = Duty { weight: old.weight, owner: old.owner };
        match duties.get(&(old.driver.as_str(), old.function.as_str())) {
            Some(None) => {}
            Some(Some(duty)) => out.push_str(&row(columns, &old.driver, &old.function, duty, end)?),
            None => out.push_str(&row(columns, &old.driver, &old.function, &old_duty, end)?),
        }
    }
    for (driver, function, duty) in new {
        if let Some(duty) = duty {
            out.push_str(&row(columns, driver, function, duty, end)?);
        }
    }
    Ok(out)
}

/// From where to where a row stands, its line end included.
fn span(text: &str, record: &csv::StringRecord) -> (usize, usize) {
    let from = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
    let from = from.min(text.len());
    // The library's positions are before the line ends that precede a row.
    let from = from + text[from..].find(|c| c != '\r' && c != '\n').unwrap_or_default();
    let mut is_quoted = false;
    let end = text[from..].bytes().position(|byte| {
        is_quoted ^= byte == b'"';
        byte == b'\n' && !is_quoted
    });
    (from, end.map_or(text.len(), |end| from + end + 1))
}

fn row(columns: &[&str], driver: &str, function: &str, duty: &Duty, end: csv::Terminator) -> Result<String> {
    let mut out = csv::WriterBuilder::new().terminator(end).from_writer(Vec::new());
    let weight = duty.weight.to_string();
    let cells = columns.iter().map(|column| match *column {
        "driver" => driver,
        "function" => function,
        "weight" => &weight,
        _ => &duty.owner,
    });
    out.write_record(cells).map_err(failed)?;
    let bytes = out.into_inner().map_err(|error| failed(error.into_error().into()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn failed(error: csv::Error) -> Error {
    Error::new(ErrorKind::Lexicon, "responsibility", format!("responsibility.csv cannot be edited: {error}"))
        .source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn duty(driver: &str, before: Option<(u8, &str)>, after: Option<(u8, &str)>) -> Change {
        let duty = |(weight, owner): (u8, &str)| Duty { weight, owner: owner.to_owned() };
        let (before, after) = (before.map(duty), after.map(duty));
        Change::Duty { driver: driver.to_owned(), function: "R&D".to_owned(), before, after }
    }

    #[test]
    fn rows_that_stay_keep_their_bytes() {
        let text = "driver,function,weight,owner\r\na , R&D,9,\"Li, Chen\"\r\n\r\nb,R&D,3,\r\nc,R&D,1,x";
        for (change, after) in [
            (duty("b", Some((3, "")), None), "driver,function,weight,owner\r\na , R&D,9,\"Li, Chen\"\r\n\r\nc,R&D,1,x"),
            (
                duty("b", Some((3, "")), Some((9, "Wu"))),
                "driver,function,weight,owner\r\na , R&D,9,\"Li, Chen\"\r\n\r\nb,R&D,9,Wu\r\nc,R&D,1,x",
            ),
            (
                duty("d", None, Some((9, "=x"))),
                "driver,function,weight,owner\r\na , R&D,9,\"Li, Chen\"\r\n\r\nb,R&D,3,\r\nc,R&D,1,x\r\nd,R&D,9,=x\r\n",
            ),
        ] {
            assert_eq!(rows(Some(text), &[&change]).unwrap(), after);
        }
        let fresh = rows(None, &[&duty("a", None, Some((9, "")))]).unwrap();
        assert_eq!(fresh, "driver,function,weight,owner\na,R&D,9,\n");
    }

    #[test]
    fn columns_may_stand_in_any_order_and_an_owner_gets_one() {
        let text = "weight,function,driver\n9,R&D,a\n3,R&D,b\n";
        let plain = rows(Some(text), &[&duty("c", None, Some((1, "")))]).unwrap();
        assert_eq!(plain, "weight,function,driver\n9,R&D,a\n3,R&D,b\n1,R&D,c\n");
        let owned = rows(Some(text), &[&duty("a", Some((9, "")), Some((9, "Li")))]).unwrap();
        assert_eq!(owned, "driver,function,weight,owner\na,R&D,9,Li\nb,R&D,3,\n");
    }
}
