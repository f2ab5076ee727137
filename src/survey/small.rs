//! Small files beside the survey: labels, actions, results of call-backs. Any format, encoding and delimiter that a survey may
//! have is read.
//!
//! Not for what their columns mean, nor for the survey itself (`reader`): all rows are held at once.

use std::path::Path;

use arrow::array::{Array, AsArray, StringArray};

use super::{Mapping, ReadOptions, Reader, TextColumn, open, sample};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::types::Role;

/// Some columns of a small file.
#[derive(Debug)]
pub(crate) struct SmallFile {
    /// The names of all its columns, as written.
    pub(crate) header: Vec<String>,
    /// Its rows without those that are blank: the line on which each starts, from 1, and its fields, trimmed, in the order asked for; blank where the
    /// file has no such column.
    pub(crate) rows: Vec<(u64, Vec<String>)>,
    /// Lines that cannot be read, and why.
    pub(crate) unreadable: Vec<(u64, String)>,
}

impl SmallFile {
    /// Reads the columns that must be there, then those that may be. Where no column is called exactly so, one that differs by case is.
    ///
    /// # Errors
    /// `unknown_column` where one lacks that must be there, `duplicate_column` where two are called as one of these; those of [`open`].
    pub(crate) fn read(file: &Path, must: &[&str], may: &[&str]) -> Result<Self> {
        // The flags on delimiter and encoding are about the comments.
        let options = &ReadOptions::default();
        let sources = open(&[file.display().to_string()], options).map_err(|error| match error.code() {
            "ambiguous_encoding" => error.help("Save it as UTF-8; in Excel that is \"CSV UTF-8\"."),
            "ambiguous_sheet" => error.help("Keep the sheet that is meant alone in its workbook, or save it as CSV."),
            "ambiguous_header" => error.help("Let the first row name the columns."),
            _ => error,
        })?;
        let header = sample(&sources)?.columns;
        let called = |wanted: &&str| {
            let exactly = header.iter().find(|name| name == wanted);
            exactly.or_else(|| header.iter().find(|name| name.trim().eq_ignore_ascii_case(wanted)))
        };
        let alike = |wanted: &str| header.iter().filter(|name| name.trim().eq_ignore_ascii_case(wanted)).count();
        if let Some(twice) = must.iter().chain(may).find(|wanted| alike(wanted) > 1) {
            return Err(Error::new(ErrorKind::Input, "duplicate_column", format!("two columns are called `{twice}`"))
                .at(Place::line(file, 1, None))
                .help("Name each column once."));
        }
        if let Some(lacks) = must.iter().find(|name| called(name).is_none()) {
            return Err(Error::new(ErrorKind::Input, "unknown_column", format!("there is no column `{lacks}`"))
                .at(Place::line(file, 1, None))
                .help(format!("Its first line must name the columns {}.", must.join(", "))));
        }
        let names: Vec<Option<&String>> = must.iter().chain(may).map(called).collect();
        let mut texts: Vec<TextColumn> = Vec::new();
        for name in names.iter().copied().flatten() {
            if texts.iter().all(|text| text.name != *name) {
                texts.push(TextColumn { name: name.clone(), role: Role::Why });
            }
        }
        let places: Vec<Option<usize>> =
            names.iter().map(|name| texts.iter().position(|text| Some(&text.name) == *name)).collect();
        let (mut rows, mut unreadable) = (Vec::new(), Vec::new());
        for batch in Reader::new(sources, &Mapping::of_texts(texts), options)? {
            let batch = batch?;
            unreadable.extend(batch.rejects.into_iter().map(|reject| (reject.line, reject.message)));
            let columns: Vec<&StringArray> = batch.batch.columns().iter().map(AsArray::as_string::<i32>).collect();
            for (row, line) in batch.lines.iter().enumerate() {
                let field = |place: &Option<usize>| {
                    let column = place.map(|place| columns[place]).filter(|column| column.is_valid(row));
                    column.map_or("", |column| column.value(row).trim()).to_owned()
                };
                let fields: Vec<String> = places.iter().map(field).collect();
                if fields.iter().any(|field| !field.is_empty()) {
                    rows.push((*line, fields));
                }
            }
        }
        Ok(Self { header, rows, unreadable })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], must: &[&str], may: &[&str]) -> Result<SmallFile> {
        let file = tempfile::NamedTempFile::with_suffix(".csv").unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        SmallFile::read(file.path(), must, may)
    }

    #[test]
    fn a_file_is_read_as_spreadsheets_save_it() {
        let text = "Driver;Action;负责人\r\nnoise; 夜间静音改造 ;王敏\r\n;;\r\nprice;新的价格表;李雷\r\n";
        let gbk = encoding_rs::GBK.encode(text).0.into_owned();
        let marked = format!("\u{feff}{text}").into_bytes();
        for bytes in [text.as_bytes(), &gbk, &marked] {
            let read = read(bytes, &["driver", "action"], &["target"]).unwrap();
            let fields: Vec<(u64, Vec<&str>)> =
                read.rows.iter().map(|(line, fields)| (*line, fields.iter().map(String::as_str).collect())).collect();
            assert_eq!(fields, [(2, vec!["noise", "夜间静音改造", ""]), (4, vec!["price", "新的价格表", ""])]);
            assert_eq!(read.header, ["Driver", "Action", "负责人"]);
        }
    }

    #[test]
    fn what_lacks_is_named_and_what_cannot_be_read_has_its_line() {
        let error = read(b"id,when\n1,2\n", &["id", "date"], &[]).unwrap_err();
        assert_eq!((error.code(), error.message()), ("unknown_column", "there is no column `date`"));
        let read = read(b"id,date\n1,2\n1\n3,4\n", &["id", "date"], &[]).unwrap();
        assert_eq!((read.rows.len(), read.unreadable[0].0), (2, 3));
    }
}
