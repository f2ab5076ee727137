//! Notices on columns besides comments that hold personal data: which are written as they are, and which are blanked out.
//!
//! Not where anything is blanked out: the workers do that. It looks at the sample alone, so a column of which only later rows hold
//! such data gets no notice.

use crate::error::{Error, ErrorKind, Result};
use crate::survey::{Mapping, Sample};
use crate::text::{Redactions, Redactor};

/// An error where a column that is read is called by personal data: its name would stand in every table. Most likely the file has no row
/// of names, and the first answer was taken for it.
///
/// Error code `personal_column`.
pub(crate) fn check_names(mapping: &Mapping, redactor: &Redactor) -> Result<()> {
    let Some((name, found)) = mapping.columns().iter().find_map(|name| redactor.redact(name)) else {
        return Ok(());
    };
    let message = format!("column `{name}` is called by what looks like {}", words(&found));
    Err(Error::new(ErrorKind::Input, "personal_column", message).help(
        "Names of columns are written into the tables. Give the file a row of names where it has none, or the column another name; `--no-redact` writes all as it is.",
    ))
}

/// A sentence on each such column; an error as that of [`check_names`].
pub(crate) fn notices(sample: &Sample, mapping: &Mapping, redactor: &Redactor) -> Result<Vec<String>> {
    check_names(mapping, redactor)?;
    let keys = [("id", &mapping.id, "ids"), ("customer", &mapping.customer, "customer ids")];
    let keys = keys.into_iter().filter_map(|(role, column, those)| {
        let column = column.as_ref()?;
        // Two keys may be one when they are blotted out, and answers of two people would be taken for one's.
        let then = format!(
            "{those} are written as they are; name another column with `--{role}`, or put keys in their place before the run"
        );
        Some(format!("{role}: {}; {then}", looks(sample, column, redactor)?))
    });
    let segments = mapping.by.iter().filter_map(|column| {
        let looks = looks(sample, column, redactor)?;
        Some(format!("by: {looks}; it is blanked out, and segments that differ in nothing else become one"))
    });
    Ok(keys.chain(segments).collect())
}

/// What the values of a column look like, where any looks like personal data.
fn looks(sample: &Sample, column: &str, redactor: &Redactor) -> Option<String> {
    let at = sample.columns.iter().position(|name| name == column)?;
    let (mut all, mut personal, mut kinds) = (0_u64, 0_u64, Redactions::default());
    for value in sample.rows.iter().filter_map(|row| row.get(at)?.as_deref()) {
        all += 1;
        if let Some((_, found)) = redactor.redact(value) {
            personal += 1;
            kinds += &found;
        }
    }
    let words = words(&kinds);
    (personal > 0)
        .then(|| format!("column `{column}` holds what looks like {words} ({personal} of {all} values looked at)"))
}

/// What was found, in words.
fn words(found: &Redactions) -> String {
    found.by_kind().map(|(kind, _)| plural(kind)).collect::<Vec<_>>().join(", ")
}

/// Many of a kind, in words.
fn plural(kind: &str) -> &str {
    match kind {
        "phone" => "phone numbers",
        "email" => "e-mail addresses",
        "id_card" => "identity card numbers",
        "bank_card" => "bank card numbers",
        "plate" => "licence plates",
        "account" => "account names",
        other => other,
    }
}
