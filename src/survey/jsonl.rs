//! JSON Lines: one object a line, its values as text.
//!
//! Not for JSON documents: an array of objects is refused with a way out.

use std::io::{BufRead, BufReader, Read};

use serde::de::IgnoredAny;

use super::encoding::Encoding;
use super::reject::Reason;
use super::rows::{Fault, MAX_FIELD, MAX_ROW, Row, Rows};
use super::source::{Bytes, Source};
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

/// Lines with the place of each; blank lines are passed over.
struct Lines {
    reader: BufReader<Bytes>,
    source: Source,
    text: Vec<u8>,
    line: u64,
    byte: u64,
    next_byte: u64,
}

impl Lines {
    fn open(source: &Source, encoding: Encoding) -> Result<Self> {
        let reader = BufReader::with_capacity(256 * 1024, source.text(encoding)?);
        let next_byte = source.text_start(encoding);
        Ok(Self { reader, source: source.clone(), text: Vec::new(), line: 0, byte: 0, next_byte })
    }

    fn next(&mut self) -> Result<bool> {
        loop {
            self.text.clear();
            let read = self.reader.by_ref().take(MAX_ROW).read_until(b'\n', &mut self.text);
            let read = read.map_err(|e| self.source.unreadable(e))? as u64;
            if read == 0 {
                return Ok(false);
            }
            self.line += 1;
            self.byte = self.next_byte;
            self.next_byte += read;
            if read == MAX_ROW {
                let message = format!("a line of {} has more than 16 MiB", self.source.path.display());
                let place = Place::line(&self.source.path, self.line, None);
                return Err(Error::new(ErrorKind::Input, "not_a_table", message).at(place));
            }
            if !self.text.trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }
}

/// The keys of the first `limit` lines, in order of first appearance.
pub(super) fn columns(source: &Source, encoding: Encoding, limit: usize) -> Result<Vec<String>> {
    let mut lines = Lines::open(source, encoding)?;
    let mut columns: Vec<String> = Vec::new();
    for _ in 0..limit {
        if !lines.next()? {
            break;
        }
        for (key, _) in object(&lines.text).unwrap_or_default() {
            if !columns.contains(&key) {
                columns.push(key);
            }
        }
    }
    if columns.is_empty() {
        let message = format!("no line of {} is a JSON object with a key", source.path.display());
        return Err(Error::new(ErrorKind::Input, "empty_input", message).at(Place::file(&source.path)));
    }
    Ok(columns)
}

struct JsonLines {
    lines: Lines,
    columns: Vec<String>,
    transcoded: bool,
    number: u64,
}

/// The rows of a JSON Lines source with these columns, in this order; a key that a line lacks is blank.
pub(super) fn rows(source: &Source, encoding: Encoding, columns: &[String]) -> Result<Box<dyn Rows>> {
    let lines = Lines::open(source, encoding)?;
    Ok(Box::new(JsonLines { lines, columns: columns.to_vec(), transcoded: encoding != Encoding::UTF_8, number: 0 }))
}

impl Rows for JsonLines {
    fn next(&mut self, row: &mut Row) -> Result<bool> {
        if !self.lines.next()? {
            return Ok(false);
        }
        self.number += 1;
        (row.line, row.byte, row.number) = (self.lines.line, self.lines.byte, self.number);
        row.fields.clear();
        row.fields.resize_with(self.columns.len(), String::new);
        row.fault = self.fill(&mut row.fields);
        Ok(true)
    }
}

impl JsonLines {
    fn fill(&self, fields: &mut [String]) -> Option<Fault> {
        match simdutf8::basic::from_utf8(&self.lines.text) {
            Err(_) => return Some(Fault::row(Reason::BadEncoding, "bytes that are not UTF-8")),
            Ok(text) if self.transcoded && text.contains('\u{fffd}') => {
                return Some(Fault::row(Reason::BadEncoding, "bytes that are no text in this encoding"));
            }
            Ok(_) => {}
        }
        let Some(pairs) = object(&self.lines.text) else {
            return Some(Fault::row(Reason::BadJson, "the line is not one JSON object"));
        };
        for (key, value) in pairs {
            if let Some(at) = self.columns.iter().position(|column| *column == key) {
                if value.len() > MAX_FIELD {
                    return Some(Fault::too_large(&key));
                }
                fields[at] = value;
            }
        }
        None
    }
}

/// The keys and values of a line that is one object: strings as they are, null as blank, everything else as written.
fn object(line: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(line).ok()?.trim();
    // After this check the text is known to be JSON, and a plain walk finds where its values start and end.
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let mut rest = text.strip_prefix('{')?.trim_start();
    let mut pairs = Vec::new();
    while !rest.starts_with('}') {
        let (key, after) = rest.split_at(value_end(rest)?);
        let after = after.trim_start().strip_prefix(':')?.trim_start();
        let (value, after) = after.split_at(value_end(after)?);
        pairs.push((serde_json::from_str(key).ok()?, as_text(value)?));
        rest = after.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Some(pairs)
}

fn as_text(value: &str) -> Option<String> {
    match value {
        "null" => Some(String::new()),
        text if text.starts_with('"') => serde_json::from_str(text).ok(),
        other => Some(other.to_owned()),
    }
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

    #[test]
    fn values_become_text_as_written() {
        for (line, wanted) in [
            (r#"{"a":10.0,"b":null,"c":"x\n\"y\""}"#, &[("a", "10.0"), ("b", ""), ("c", "x\n\"y\"")][..]),
            (r#" { "a" : true , "b" : [1, {"c":"]}"}] } "#, &[("a", "true"), ("b", r#"[1, {"c":"]}"}]"#)]),
            (r#"{"编号":12345678901234567890123}"#, &[("编号", "12345678901234567890123")]),
            (r#"{"a":"\u6ee1\\"}"#, &[("a", "满\\")]),
            ("{}", &[]),
        ] {
            let got = object(line.as_bytes()).unwrap();
            let got: Vec<(&str, &str)> = got.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            assert_eq!(got, wanted, "{line}");
        }
        for line in ["", "[]", "1", "{", r#"{"a":1}{"#, r#"{"a" 1}"#, r#"{"a":1,}"#, "{a:1}"] {
            assert_eq!(object(line.as_bytes()), None, "{line}");
        }
    }
}
