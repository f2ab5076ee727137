//! Lexicons as sheets that people edit in a spreadsheet, and as dictionaries of other programs; and back into the files.
//!
//! Not for what lexicons mean (`lexicon`), nor for asking and printing (`cli`).
//!
//! - [`layer`]: what a lexicon's own files say.
//! - [`grid`]: a sheet as rows of text, and what its cells are called.
//! - `fill`, `understand`: from a layer to sheets and back.
//! - `xlsx`, `csv`: sheets as files; `readme`: what a workbook's first page says.
//! - [`dictionary`]: what quanteda and LIWC can say.
//! - [`difference`], [`mod@shown`]: what differs between two layers, as data and for people.
//! - `edit`: the files, changed by what differs and by nothing else.
//! - [`mod@export`], [`import`]: the two ways; `source`: what is imported, read; `stage`, `keys`: files beside the lexicon, and what stands
//!   where in them.

pub(crate) mod csv;
pub mod dictionary;
pub mod difference;
mod edit;
pub mod export;
pub(crate) mod fill;
pub mod grid;
pub mod import;
mod keys;
pub mod layer;
mod readme;
pub mod shown;
mod source;
mod stage;
pub(crate) mod understand;
pub(crate) mod xlsx;

#[cfg(test)]
mod tests;
