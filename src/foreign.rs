//! Readers and writers of other people's formats that are other people's code: where one panics, on a damaged file or a full disk, that is an
//! error like any other.
//!
//! Not for code of our own, whose panics are bugs and are told as such, inside such a call too: the panic hook tells the two apart.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

thread_local! {
    static UNDER_WAY: Cell<bool> = const { Cell::new(false) };
    /// Whether the last panic in a call was one of our own code.
    static OURS: Cell<bool> = const { Cell::new(false) };
}

/// What `act` gives; `None` where other people's code panics in it. What it was called on must not be used again after that.
pub(crate) fn call<T>(act: impl FnOnce() -> T) -> Option<T> {
    let before = UNDER_WAY.replace(true);
    OURS.set(false);
    let done = catch_unwind(AssertUnwindSafe(act));
    UNDER_WAY.set(before);
    match done {
        Ok(done) => Some(done),
        Err(panic) if OURS.get() => resume_unwind(panic),
        Err(_) => None,
    }
}

/// For the panic hook: whether a panic in this source file, as the compiler calls it, becomes an error soon and needs not be told of.
pub(crate) fn is_expected(file: Option<&str>) -> bool {
    // As the compiler calls this file, so it calls all others of this crate.
    let own = file!().strip_suffix("foreign.rs").filter(|folder| !folder.is_empty());
    let is_ours = own.zip(file).is_some_and(|(own, file)| file.starts_with(own));
    OURS.set(is_ours);
    UNDER_WAY.get() && !is_ours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_no_answer_and_is_over_with_the_call() {
        let is_under_way = || is_expected(Some("/elsewhere/src/lib.rs"));
        assert_eq!(call(|| usize::from(is_under_way())), Some(1));
        assert_eq!(call(|| assert!(!is_under_way(), "as a reader does")), None);
        assert_eq!(call(|| call(|| assert!(!is_under_way())).is_none() && is_under_way()), Some(true));
        assert!(!is_under_way());
    }

    #[test]
    fn a_panic_of_our_own_code_stays_a_bug() {
        assert_eq!(call(|| is_expected(Some(file!()))), Some(false));
        let bug = || call(|| assert!(is_expected(Some(file!())), "as a bug of ours"));
        assert!(catch_unwind(bug).is_err());
        assert_eq!(call(|| assert!(!is_expected(None), "of a place that is not known")), None);
    }
}
