//! The tables of an output folder read back for people: what `verbatim drivers` and `verbatim report` show.
//!
//! Not for computing anything: every number stands in a table, whose digest is checked before it is believed.

mod accuracy;
mod around;
mod calls;
mod comments;
mod evidence;
mod figures;
mod language;
pub mod page;
mod recovered;
mod rows;
pub mod sql;
mod typical;
mod whole;
pub mod workbook;

pub use accuracy::Accuracy;
pub use around::{Action, Blame, Concentration, Function, Moved, Point};
pub use calls::{Call, CallFilter, Calls, calls};
pub use comments::{Answer, Comment, CommentFilter, Comments, comments};
pub use figures::{Cell, Change, Driver, Figures, Gone, Wanted};
pub use recovered::{OfKind, Recovered};
pub use typical::{Quote, Side, Typical, Voices};
pub use whole::{Report, ReportOptions, Segment};
