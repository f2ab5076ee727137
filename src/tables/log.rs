//! `_log.jsonl`: one line a run, with what differs between runs of the same work: time, host, threads, duration.
//!
//! Nothing reads it but people, and nothing depends on it: a line lost in a crash is no loss, so that it is not synced.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use serde_json::{Map, Value};

/// The log's name in the output folder.
pub(super) const FILE: &str = "_log.jsonl";

/// Appends a line to the log of the output folder `out`: the time (UTC), `event`, and `details`. Gives a notice where that cannot be: what was
/// to be logged has happened.
pub fn append(out: &Path, event: &str, details: &Map<String, Value>) -> Option<String> {
    let path = out.join(FILE);
    let mut line = Map::new();
    line.insert("time".to_string(), jiff::Timestamp::now().to_string().into());
    line.insert("event".to_string(), event.into());
    line.extend(details.iter().map(|(key, value)| (key.clone(), value.clone())));
    let line = format!("{}\n", Value::Object(line));
    let opened = OpenOptions::new().create(true).append(true).open(&path);
    // In one call, so that lines of two processes do not mix.
    let written = opened.and_then(|mut file| file.write_all(line.as_bytes()));
    written.err().map(|error| format!("{} lacks a line of this run, and nothing else does: {error}", path.display()))
}
