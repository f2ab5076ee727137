//! The choice of segments: those that are asked for, of which the input may lack some that are said to be blank.
//!
//! Not for their values (`respondents`): a segment is never found, so that there is nothing to guess.

use super::choose::{Choice, quoted};
use super::mapping::{Mapping, Wanted};
use super::respondents::BLANK;
use crate::error::{Error, ErrorKind, Result};
use crate::typed::flag;

impl Choice<'_> {
    /// Takes the segments that the user names.
    pub(super) fn take_segments(&mut self, wanted: &Wanted) -> Result<()> {
        for name in &wanted.by {
            // A cell for each comment says nothing.
            if wanted.texts.iter().any(|(text, _)| text == name) {
                let message = format!("`--by {name}` and `--text {name}` name one column");
                return Err(Error::new(ErrorKind::Usage, "column_used_twice", message)
                    .help("Take segments from other columns than comments."));
            }
            let is_new = if wanted.blank.contains(name) {
                wanted.by.iter().filter(|other| *other == name).count() == 1
            } else {
                let column = self.existing(name, "--by")?;
                self.segments.insert(column)
            };
            if !is_new {
                return Err(Error::new(ErrorKind::Usage, "column_used_twice", format!("`--by {name}` is given twice"))
                    .help("Name each segment once."));
            }
        }
        self.check_blank(wanted)
    }

    /// An error where what is to be blank is no segment, or is there.
    fn check_blank(&self, wanted: &Wanted) -> Result<()> {
        for name in &wanted.blank {
            if self.sample.columns.contains(name) {
                let message = format!("`--blank {name}`: the input has a column `{name}`");
                return Err(Error::new(ErrorKind::Usage, "not_blank", message)
                    .help(format!("Leave `{}` out, so that what stands in it counts.", flag("--blank", name))));
            }
            if !wanted.by.contains(name) {
                let message = format!("`--blank {name}`: `{name}` is no segment");
                return Err(Error::new(ErrorKind::Usage, "unknown_segment", message).help(match &wanted.by[..] {
                    [] => "There are no segments: name them with --by, or leave --blank out.".to_owned(),
                    by => format!("Segments are {}.", by.join(", ")),
                }));
            }
        }
        Ok(())
    }

    /// A sentence on the segments, and one on those that the input lacks.
    pub(super) fn say_segments(&mut self, mapping: &Mapping) {
        if !mapping.by.is_empty() {
            self.notices.push(format!("segments: {}", mapping.by.join(", ")));
        }
        if !mapping.blank.is_empty() {
            let blank = quoted(mapping.blank.iter().map(String::as_str));
            self.notices.push(format!(
                "segments that the input lacks: {blank}; all its answers are {BLANK} there, also those that take the place of earlier ones"
            ));
        }
    }
}
