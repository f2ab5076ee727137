//! What words stand for which driver: the file format, extending, and compilation.
//!
//! Not for finding mentions in a text (`tag`). Terms are folded as texts are, so this folder knows `text`; `text` does not know it.
//!
//! - [`mod@format`]: the files as they are written.
//! - [`files`]: where they come from: a folder, or the binary itself.
//! - [`resolve`]: `extends` and overlays, down to one set of drivers, and its content hash.
//! - [`limits`]: how large one may be.
//! - `shape`: keys and types of the files, for checks and editors.
//! - `syntax`: why a file is not TOML.
//! - [`term`]: how one written term is read.
//! - [`sense`]: what a term says.
//! - `slip`: terms that are surely not meant as they stand.
//! - `expressions`: regular expressions, and which of them to try.
//! - `patterns`: where terms stand in a text.
//! - `placeholder`: numbers and stretches of time in a term.
//! - `variants`: slips of the pen, and letters drawn out.
//! - [`driver`], [`rollup`], [`responsibility`]: a driver without its terms, what groups drivers across the tree, who answers for them.
//! - `write`: a resolved lexicon as the files of one.
//! - [`compile`]: all terms ready for matching, shared by all threads.

pub mod compile;
pub mod driver;
mod expressions;
pub mod files;
pub mod format;
pub mod limits;
pub(crate) mod needed;
pub(crate) mod patterns;
pub(crate) mod placeholder;
pub mod resolve;
pub mod responsibility;
pub mod rollup;
pub mod sense;
pub(crate) mod shape;
pub(crate) mod slip;
pub(crate) mod syntax;
pub mod term;
mod trie;
mod variants;
mod write;

pub use compile::{Lexicon, TermInfo, TermIx};
pub use driver::Driver;
pub(crate) use expressions::regex_problem;
pub use files::bundled_names;
pub use format::Controllable;
pub use resolve::{DriverExample, Resolved};
pub use responsibility::{Duty, Responsibilities};
pub use rollup::{Rollup, RollupValue};
pub use sense::{Sense, WordClass};
pub(crate) use write::quoted;

#[cfg(test)]
pub(crate) mod tests;
