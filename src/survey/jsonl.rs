//! JSON Lines: one object a line, its values as text.
//!
//! Not for JSON documents: an array of objects is refused with a way out.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io::Read;

use serde::de::IgnoredAny;

use super::cut::{Cutter, Ends};
use super::encoding::Encoding;
use super::limits::Limits;
use super::reject::Reason;
use super::rows::{Fault, Rows, Stop};
use super::source::Source;
use crate::error::{Error, ErrorKind, Place, Result};

/// Whether a source is JSON Lines: by its extension, or because it starts with `{`. Code `not_a_table` for a JSON array.
pub(super) fn is_json_lines(source: &Source, encoding: Encoding) -> Result<bool> {
    let mut start = Vec::new();
    source.text(encoding)?.take(4096).read_to_end(&mut start).map_err(|e| source.unreadable(e))?;
    let first = start.iter().find(|b| !b.is_ascii_whitespace());
    let extension = source.path.extension().map(|e| e.to_string_lossy().to_lowercase());
    let named = matches!(extension.as_deref(), Some("jsonl" | "ndjson" | "json"));
    if named && first == Some(&b'[') {
        let message = format!("{} is one JSON array, not JSON Lines", source.path.display());
        return Err(Error::new(ErrorKind::Input, "not_a_table", message)
            .at(Place::file(&source.path))
            .help("Write one object a line, for example with `jq -c '.[]'`."));
    }
    Ok(named || first == Some(&b'{'))
}

/// The lines of a source, cut into pieces.
pub(super) fn open(source: &Source, encoding: Encoding) -> Result<Cutter> {
    Ok(Cutter::new(source.text(encoding)?, Ends::Lines, source.text_start(encoding), source.limits.row))
}

/// How much is read at a time for the keys alone.
const KEYS: usize = 64 * 1024;

/// The keys of the first `limit` lines, in order of first appearance. Code `too_many_columns`.
pub(super) fn columns(source: &Source, encoding: Encoding, limit: u64) -> Result<Vec<String>> {
    let mut cutter = open(source, encoding)?;
    let (mut columns, mut known): (Vec<String>, HashSet<String>) = Default::default();
    let (mut rows, mut lines, mut buffer) = (0, 0, Vec::new());
    while rows < limit
        && let Some(piece) = cutter.next(KEYS, buffer)
    {
        for line in piece.text.split_inclusive(|byte| *byte == b'\n') {
            if rows == limit {
                return Ok(columns);
            }
            lines += 1;
            rows += u64::from(!line.trim_ascii().is_empty());
            if line.len() as u64 > source.limits.row {
                continue;
            }
            let mut keys: Vec<String> = Vec::new();
            let read = object(line, |key, _| {
                // One more than may be is enough to say that there are too many.
                if keys.len() as u64 <= source.limits.columns && !known.contains(key.as_ref()) {
                    keys.push(key.into_owned());
                }
            });
            if read.is_none() {
                continue;
            }
            for key in keys {
                if known.insert(key.clone()) {
                    columns.push(key);
                }
            }
            let allowed = source.limits.allow_columns(columns.len());
            allowed.map_err(|error| error.at(Place::line(&source.path, lines, None)))?;
        }
        if let Some(over) = piece.over {
            lines += over.line_feeds;
            rows += 1;
        }
        if let Some(broken) = piece.broken {
            return Err(Stop::Unreadable(broken).error(source, lines + 1));
        }
        buffer = piece.text;
    }
    if columns.is_empty() {
        let message = format!("no line of {} is a JSON object with a key", source.path.display());
        return Err(Error::new(ErrorKind::Input, "empty_input", message).at(Place::file(&source.path)));
    }
    Ok(columns)
}

/// How the rows of one source are laid out.
#[derive(Debug)]
pub(super) struct Layout {
    /// Where each column is among them.
    columns: HashMap<String, usize>,
    /// Whether the text was in another encoding.
    transcoded: bool,
    limits: Limits,
}

impl Layout {
    /// Rows of these columns, in this order; a key that a line lacks is blank.
    pub(super) fn new(columns: &[String], encoding: Encoding, limits: Limits) -> Self {
        let columns = columns.iter().cloned().zip(0..).collect();
        Self { columns, transcoded: encoding != Encoding::UTF_8, limits }
    }

    /// Enters a line that is too long.
    pub(super) fn over(&self, line_feeds: u64, byte: u64, rows: &mut Rows) {
        let place = rows.count(rows.lines, byte);
        rows.faults.push((place, Fault::row_too_large(&self.limits)));
        rows.lines += line_feeds;
    }

    /// Splits whole lines into rows, up to `limit` of them; blank lines are passed over. The text's first byte is the source's byte
    /// `byte`.
    pub(super) fn split(&self, text: &[u8], byte: u64, limit: u64, rows: &mut Rows) {
        let mut fields: Vec<Option<Cow<str>>> = Vec::new();
        let mut at = byte;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            if rows.read == limit {
                return;
            }
            if line.len() as u64 > self.limits.row {
                self.over(u64::from(line.ends_with(b"\n")), at, rows);
                at += line.len() as u64;
                continue;
            }
            if !line.trim_ascii().is_empty() {
                let place = rows.count(rows.lines, at);
                fields.clear();
                fields.resize(self.columns.len(), None);
                match self.fill(line, &mut fields) {
                    None => rows.push(place, fields.iter().map(|field| field.as_deref().unwrap_or_default())),
                    Some(fault) => rows.faults.push((place, fault)),
                }
            }
            rows.lines += 1;
            at += line.len() as u64;
        }
    }

    fn fill<'a>(&self, line: &'a [u8], fields: &mut [Option<Cow<'a, str>>]) -> Option<Fault> {
        match simdutf8::basic::from_utf8(line) {
            Err(_) => return Some(Fault::row(Reason::BadEncoding, "bytes that are not UTF-8")),
            Ok(text) if self.transcoded && text.contains('\u{fffd}') => {
                return Some(Fault::row(Reason::BadEncoding, "bytes that are no text in this encoding"));
            }
            Ok(_) => {}
        }
        let mut fault = None;
        let read = object(line, |key, value| {
            let Some(at) = self.columns.get(key.as_ref()) else { return };
            if fault.is_some() {
            } else if value.len() as u64 > self.limits.field {
                fault = Some(Fault::field_too_large(&key, &self.limits));
            } else if fields[*at].as_ref().is_some_and(|before| *before != value) {
                fault = Some(Fault::field(Reason::BadJson, &key, "the line has the key twice, with different values"));
            } else {
                fields[*at] = Some(value);
            }
        });
        if read.is_none() {
            return Some(Fault::row(Reason::BadJson, "the line is not one JSON object"));
        }
        fault
    }
}

/// Calls `each` with the keys and values of a line that is one object: strings as they are, null as blank, everything else as written.
/// `None` where the line is none, whatever was called.
fn object<'a>(line: &'a [u8], mut each: impl FnMut(Cow<'a, str>, Cow<'a, str>)) -> Option<()> {
    let text = std::str::from_utf8(line).ok()?.trim();
    // After this check the text is known to be JSON, and a plain walk finds where its values start and end.
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let mut rest = text.strip_prefix('{')?.trim_start();
    while !rest.starts_with('}') {
        let (key, after) = rest.split_at(value_end(rest)?);
        let after = after.trim_start().strip_prefix(':')?.trim_start();
        let (value, after) = after.split_at(value_end(after)?);
        each(string(key)?, as_text(value)?);
        rest = after.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Some(())
}

fn as_text(value: &str) -> Option<Cow<'_, str>> {
    match value {
        "null" => Some(Cow::Borrowed("")),
        text if text.starts_with('"') => string(text),
        other => Some(Cow::Borrowed(other)),
    }
}

/// What a string of valid JSON says; without escapes it is what stands between its quotes.
fn string(written: &str) -> Option<Cow<'_, str>> {
    let inside = written.strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') { serde_json::from_str(written).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inside)) }
}

/// Where the value ends that valid JSON starts with.
fn value_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut quoted, mut at) = (0_usize, false, 0);
    let plain = !matches!(bytes.first()?, b'"' | b'{' | b'[');
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quoted => at += 1,
            b'"' => {
                quoted = !quoted;
                if !quoted && depth == 0 {
                    return Some(at + 1);
                }
            }
            _ if quoted => {}
            b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r' if plain => return Some(at),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    plain.then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(line: &str) -> Option<Vec<(String, String)>> {
        let mut pairs = Vec::new();
        object(line.as_bytes(), |key, value| pairs.push((key.into_owned(), value.into_owned())))?;
        Some(pairs)
    }

    #[test]
    fn values_become_text_as_written() {
        for (line, wanted) in [
            (r#"{"a":10.0,"b":null,"c":"x\n\"y\""}"#, &[("a", "10.0"), ("b", ""), ("c", "x\n\"y\"")][..]),
            (r#" { "a" : true , "b" : [1, {"c":"]}"}] } "#, &[("a", "true"), ("b", r#"[1, {"c":"]}"}]"#)]),
            (r#"{"编号":12345678901234567890123}"#, &[("编号", "12345678901234567890123")]),
            (r#"{"a":"\u6ee1\\"}"#, &[("a", "满\\")]),
            ("{}", &[]),
        ] {
            let got = pairs(line).unwrap();
            let got: Vec<(&str, &str)> = got.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            assert_eq!(got, wanted, "{line}");
        }
        for line in ["", "[]", "1", "{", r#"{"a":1}{"#, r#"{"a" 1}"#, r#"{"a":1,}"#, "{a:1}"] {
            assert_eq!(pairs(line), None, "{line}");
        }
    }
}
