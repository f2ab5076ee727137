//! Code of other crates that may panic on bytes that contradict themselves: the panic stays inside, and is an error of the input.
//!
//! Not for our own code, where a panic is a bug, and is to be told as one.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static IS_CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// What `work` gives; `None` where it panics. What it was working on must not be used any more then.
pub(crate) fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = IS_CONTAINED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_CONTAINED.set(before);
    done.ok()
}

/// Whether a panic of this thread is contained: then nobody is to be told of it.
pub(crate) fn is_contained() -> bool {
    IS_CONTAINED.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_stays_inside() {
        assert_eq!(contained(|| 1), Some(1));
        let panicked = contained(|| {
            assert!(is_contained());
            // The hook of tests would print it.
            std::panic::resume_unwind(Box::new(()))
        });
        assert_eq!(panicked.map(|()| 1), None);
        assert!(!is_contained());
    }
}
