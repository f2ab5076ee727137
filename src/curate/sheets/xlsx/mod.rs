//! Sheets as a workbook.
//!
//! Not for what the cells mean.
//!
//! - [`write`]: columns of text, with filters, widths, lists to choose from and a page that says how to edit.
//! - [`read`]: cells one by one, whatever they are formatted as, with limits to what a workbook may take.

mod read;
mod write;

pub use read::{Book, read};
pub use write::write;
