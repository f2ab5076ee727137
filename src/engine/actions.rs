//! The responsibility file (责任环节档案), `actions.csv`: what is done about which driver, by whom, and from when on.
//!
//! Not what became of it: `publish::action_rows` judges actions.

use std::path::Path;

use jiff::civil::Date;

use crate::error::{Error, ErrorKind, Place, Result};
use crate::lexicon::Lexicon;
use crate::survey::{DateFormat, SmallFile};
use crate::types::{DriverIx, Share};

/// One action.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Action {
    /// The driver that it is to mend.
    pub(crate) driver: DriverIx,
    /// The function that acts.
    pub(crate) function: String,
    /// Who answers for it.
    pub(crate) owner: Option<String>,
    /// What is done.
    pub(crate) what: String,
    /// The first day on which it works.
    pub(crate) start: Date,
    /// The detractor contribution that is wanted, 0 to 1.
    pub(crate) target: Option<f64>,
}

/// The columns that must be there, and those that may.
const MUST: [&str; 4] = ["driver", "function", "action", "start"];
const MAY: [&str; 2] = ["owner", "target"];

/// Reads the file: columns `driver`, `function`, `owner`, `action`, `start` (`2026-07-01`) and `target` (`0.02` or `2%`, may be blank).
///
/// Errors are of kind [`ErrorKind::Usage`] with the line: `bad_actions` where a row is not of this shape, `unknown_driver`.
pub(crate) fn read(path: &Path, lexicon: &Lexicon) -> Result<Vec<Action>> {
    let file = SmallFile::read(path, &MUST, &MAY).map_err(|error| {
        wrong(path, error.place().and_then(|place| place.line), "bad_actions", error.message().to_owned())
    })?;
    let known = |name: &&String| MUST.iter().chain(&MAY).any(|known| name.trim().eq_ignore_ascii_case(known));
    if let Some(unknown) = file.header.iter().find(|name| !known(name)) {
        return Err(wrong(path, Some(1), "bad_actions", format!("there is no use for a column `{unknown}`")));
    }
    if let Some((line, why)) = file.unreadable.into_iter().next() {
        return Err(wrong(path, Some(line), "bad_actions", why));
    }
    file.rows.into_iter().map(|(line, fields)| action(path, lexicon, line, fields)).collect()
}

fn action(path: &Path, lexicon: &Lexicon, line: u64, fields: Vec<String>) -> Result<Action> {
    let wrong = |code: &'static str, message: String| wrong(path, Some(line), code, message);
    let mut fields = fields.into_iter();
    let mut next = || fields.next().unwrap_or_default();
    let (id, function, what, start, owner, target) = (next(), next(), next(), next(), next(), next());
    for (name, field) in [("function", &function), ("action", &what)] {
        if field.is_empty() {
            return Err(wrong("bad_actions", format!("`{name}` is blank")));
        }
    }
    let driver = lexicon
        .driver_ix(&id)
        .ok_or_else(|| wrong("unknown_driver", format!("no lexicon of this run has a driver `{id}`")))?;
    let start = DateFormat::year_first(&start)
        .ok_or_else(|| wrong("bad_actions", format!("start `{start}` is not a day such as 2026-07-01")))?;
    let target =
        match target.as_str() {
            "" => None,
            written => Some(Share::parse(written).map(Share::get).ok_or_else(|| {
                wrong("bad_actions", format!("target `{written}` is not a share such as 0.02 or 2%"))
            })?),
        };
    Ok(Action { driver, function, owner: (!owner.is_empty()).then_some(owner), what, start, target })
}

fn wrong(path: &Path, line: Option<u64>, code: &'static str, message: String) -> Error {
    let at = match line {
        Some(line) => Place::line(path, line, None),
        None => Place::file(path),
    };
    Error::new(ErrorKind::Usage, code, message).at(at).help(
        "The file has the columns driver, function, owner, action, start and target; owner and target may be blank.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actions(text: &str) -> Result<Vec<Action>> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path(), &Lexicon::load(&["core"]).unwrap())
    }

    #[test]
    fn rows_are_read_with_or_without_owner_and_target() {
        let read = actions(
            "driver,function,owner,action,start,target\nresponse_time,operations,王敏,night shift,2026-07-01,8%\nprice,pricing,,new list,2026-08-01,\n",
        )
        .unwrap();
        assert_eq!(read[0].owner.as_deref(), Some("王敏"));
        assert_eq!(read[0].target, Some(0.08));
        assert_eq!((read[1].owner.as_deref(), read[1].target), (None, None));
        assert_eq!(read[1].start, jiff::civil::date(2026, 8, 1));
    }

    #[test]
    fn a_row_that_is_wrong_is_named_by_its_line() {
        let head = "driver,function,owner,action,start,target\n";
        for (row, code) in [
            ("noisiness,operations,,x,2026-07-01,\n", "unknown_driver"),
            ("price,pricing,,x,July,\n", "bad_actions"),
            ("price,pricing,,x,2026-07-01,200%\n", "bad_actions"),
            ("price,pricing\n", "bad_actions"),
        ] {
            let error = actions(&format!("{head}{row}")).unwrap_err();
            assert_eq!(error.code(), code, "{row}");
            assert!(error.to_string().contains(":2"), "{error}");
        }
    }
}
