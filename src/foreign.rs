//! Readers of other people's formats that are other people's code: where one panics on a damaged file, the file is damaged, and that is an
//! error like any other.
//!
//! Not for code of our own, whose panics are bugs and are told as such.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static UNDER_WAY: Cell<bool> = const { Cell::new(false) };
}

/// What `read` gives; `None` where it panics. What it was called on must not be used again after that.
pub(crate) fn call<T>(read: impl FnOnce() -> T) -> Option<T> {
    let before = UNDER_WAY.replace(true);
    let done = catch_unwind(AssertUnwindSafe(read));
    UNDER_WAY.set(before);
    done.ok()
}

/// Whether this thread is in such a call: a panic of it is an error soon, and needs not be told of.
pub(crate) fn is_under_way() -> bool {
    UNDER_WAY.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_no_answer_and_is_over_with_the_call() {
        assert_eq!(call(|| usize::from(is_under_way())), Some(1));
        assert_eq!(call(|| assert!(!is_under_way(), "as a reader does")), None);
        assert_eq!(call(|| call(|| assert!(!is_under_way())).is_none() && is_under_way()), Some(true));
        assert!(!is_under_way());
    }
}
