//! The comments that are evaluated: read as a run reads them, redacted, held in memory.
//!
//! Not for labels (`table`), nor for tagging.

use arrow::array::{Array, AsArray, StringArray};

use super::EvaluateConfig;
use super::table::Labels;
use crate::error::{Error, ErrorKind, Result};
use crate::survey::{self, Mapping, Reader, TextColumn, Wanted};
use crate::text::Redactor;
use crate::types::{Band, Role};

/// One respondent's comment.
#[derive(Debug, Clone)]
pub struct Comment {
    /// The id.
    pub id: String,
    /// The answers, one for each column; none where it is blank.
    pub answers: Vec<Option<String>>,
    /// The side that the score is on; only where scores are read.
    pub band: Option<Band>,
}

/// All comments of a file.
#[derive(Debug, Clone)]
pub struct Texts {
    /// The columns of comments.
    pub columns: Vec<TextColumn>,
    /// The comments, in the order of the file.
    pub comments: Vec<Comment>,
    /// Rows that cannot be used, such as those whose id an earlier row has.
    pub rejected: u64,
    /// What was found about the file, in sentences for people.
    pub notices: Vec<String>,
    /// The score's column and its scale, where scores are read.
    pub score: Option<String>,
}

impl Texts {
    /// Reads the comments; their columns are those that the flags name, else those that the labels name, else the one found.
    pub fn read(config: &EvaluateConfig, labels: Option<&Labels>) -> Result<Self> {
        let sources = survey::open(std::slice::from_ref(&config.texts), &config.read)?;
        let sample = survey::sample(&sources)?;
        let wanted = Wanted {
            id: config.id.clone(),
            score: config.score.clone(),
            scale: config.scale.clone(),
            texts: columns(config, labels),
            ..Wanted::default()
        };
        let mapping = survey::map_comments(&sample, &wanted, config.scores)?;
        if labels.is_some() && mapping.id.is_none() {
            return Err(Error::new(
                ErrorKind::Usage,
                "no_id_column",
                "no column looks like ids, by which labels are found",
            )
            .help("Name it with `--id COLUMN`."));
        }
        if config.scores && mapping.score.is_none() {
            return Err(Error::new(ErrorKind::Usage, "no_score_column", "no column looks like the score")
                .help("Name it with `--score COLUMN`."));
        }
        let mut texts = Self {
            columns: mapping.texts.clone(),
            comments: Vec::new(),
            rejected: 0,
            notices: sample.notices,
            score: mapping.score.as_ref().map(|column| format!("{column} ({})", mapping.scale.describe())),
        };
        let redactor = Redactor::with(&config.redact);
        texts.notices = texts.notices.iter().map(|notice| redactor.message(notice)).collect();
        for raw in Reader::new(sources.clone(), &mapping, &config.read)? {
            let raw = raw?;
            let (rows, rejects) = survey::respondents(&raw, &sources[raw.source], &mapping)?;
            texts.rejected += (raw.rejects.len() + rejects.len()) as u64;
            texts.push(&rows, &mapping, &redactor)?;
        }
        Ok(texts)
    }

    fn push(&mut self, rows: &arrow::array::RecordBatch, mapping: &Mapping, redactor: &Redactor) -> Result<()> {
        let column = |name: &str| -> Result<&StringArray> {
            rows.column_by_name(name).and_then(|column| column.as_string_opt()).ok_or_else(|| {
                Error::new(ErrorKind::Input, "bad_batch", format!("respondents have no column `{name}`"))
            })
        };
        let (ids, bands) = (column("id")?, column("band")?);
        let answers: Vec<&StringArray> =
            mapping.texts.iter().map(|text| column(&mapping.text_column(text))).collect::<Result<_>>()?;
        for row in 0..rows.num_rows() {
            let answer = |column: &&StringArray| {
                let text = column.is_valid(row).then(|| column.value(row))?;
                Some(redactor.redact(text).map_or_else(|| text.to_owned(), |(redacted, _)| redacted))
            };
            self.comments.push(Comment {
                id: ids.value(row).to_owned(),
                answers: answers.iter().map(answer).collect(),
                band: bands.is_valid(row).then(|| Band::parse(bands.value(row))).flatten(),
            });
        }
        Ok(())
    }
}

/// The columns that flags or labels name, with their roles; none where neither does.
fn columns(config: &EvaluateConfig, labels: Option<&Labels>) -> Vec<(String, Role)> {
    let of_name = |name: &str| Role::parse(name).unwrap_or_default();
    if !config.columns.is_empty() {
        let role = |(name, role): &(String, Option<Role>)| (name.clone(), role.unwrap_or_else(|| of_name(name)));
        return config.columns.iter().map(role).collect();
    }
    let mut columns: Vec<(String, Role)> = Vec::new();
    for name in labels.iter().flat_map(|labels| &labels.rows).filter_map(|row| row.column.as_ref()) {
        if !columns.iter().any(|(column, _)| column == name) {
            columns.push((name.clone(), of_name(name)));
        }
    }
    columns.sort();
    columns
}
