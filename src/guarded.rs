//! Guards third-party decoders that may panic on a malformed file.
//!
//! Takes a decoder and returns what it decoded, or `None` if it panicked. Arrow's and Parquet's readers sometimes
//! unwrap values that a file claims, and the reader of web pages gives up on some pages; neither may end a run.
//! [`quiet`] is for programs: a panic caught here is reported as an error of the file, and nothing else is printed.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a decoder; returns `None` if it panicked. Don't use what it worked on after a panic.
pub(crate) fn guarded<T>(decode: impl FnOnce() -> T) -> Option<T> {
    let outer = GUARDED.replace(true);
    let decoded = catch_unwind(AssertUnwindSafe(decode)).ok();
    GUARDED.set(outer);
    decoded
}

/// From now on, panics of guarded decoders print nothing. All others go to the hook that was set when this was first
/// called.
pub fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                before(panic);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_within_is_none_and_one_behind_it_is_not_hidden() {
        assert_eq!(guarded(|| 1), Some(1));
        assert_eq!(guarded(|| guarded(|| panic!("inner")).map(|()| 2)), Some(None));
        assert!(!GUARDED.get());
        assert_eq!(
            guarded(|| if GUARDED.get() {
                panic!("outer")
            }),
            None
        );
        assert!(!GUARDED.get());
    }
}
