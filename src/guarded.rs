//! Decoders of others that may panic where a file was made to make them.
//!
//! Takes a decoder, hands on what it decoded, or `None` where it panicked. Arrow's and Parquet's readers unwrap what a file
//! claims in places, and the reader of web pages gives up on some; none of that may end a run. [`quiet`] is for programs: a
//! panic that is caught here is told as an error of its file, and nothing else of it is printed.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a decoder; `None` where it panicked. What it worked on must not be used afterwards.
pub(crate) fn guarded<T>(decode: impl FnOnce() -> T) -> Option<T> {
    let outer = GUARDED.replace(true);
    let decoded = catch_unwind(AssertUnwindSafe(decode)).ok();
    GUARDED.set(outer);
    decoded
}

/// From now on panics of guarded decoders print nothing; all others go to the hook that is set when this is first called.
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
