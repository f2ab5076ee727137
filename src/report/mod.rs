//! The figures of an output folder, read back for people: what `verbatim drivers` shows.
//!
//! Not for computing anything: every number stands in a table, whose digest is checked before it is believed.

mod figures;

pub use figures::{Cell, Change, Driver, Figures, Wanted};
