//! Columns of Parquet from numbers: what repeats is written as the small numbers that it came in, without looking at words again.
//!
//! Not for tables of figures, which are small and go through Arrow (`part`), nor for which columns a table has (`rows`). The
//! crate `parquet` writes the file around these columns: page headers, row groups, footer.
//!
//! - `hybrid`: runs and packed bits, in which levels and places in a dictionary are written.
//! - `dictionary`: which values there are, in the order in which they come.
//! - `coded`: a column of places in a dictionary.
//! - `plain`: a column of values one after the other.
//! - `chunk`: the pages of one column of one row group.

mod chunk;
mod coded;
mod dictionary;
mod hybrid;
mod plain;

pub(super) use chunk::{Chunk, Packer};
pub(super) use coded::Coded;
pub(super) use dictionary::{ByBits, ByNumber, ByText, Entries};
pub(super) use plain::{Bits, Texts};
