//! What to remove when the program is stopped.

use super::{lock, remove_folders, replace};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What one claim has created.
pub(super) struct Live {
    hidden: PathBuf,
    fresh: PathBuf,
    made: Vec<PathBuf>,
}

static LIVE: Mutex<Vec<Live>> = Mutex::new(Vec::new());

/// Holds off [`abandon`] while results are moved into place.
pub(super) fn hold() -> MutexGuard<'static, Vec<Live>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn add(hidden: &Path, fresh: &Path, made: &[PathBuf]) {
    let mut live = hold();
    live.push(Live { hidden: hidden.to_owned(), fresh: fresh.to_owned(), made: made.to_vec() });
}

/// Removes a claim's folder, and folders that were created for it and are empty.
pub(super) fn remove(hidden: &Path, fresh: &Path, made: &[PathBuf]) {
    let mut live = hold();
    live.retain(|live| live.hidden != hidden);
    take_away(hidden, fresh, made);
}

fn take_away(hidden: &Path, fresh: &Path, made: &[PathBuf]) {
    // Another thread may still write to it. What can't be removed now is removed by the next run.
    for _ in 0..3 {
        let _ = replace::remove(fresh);
    }
    lock::free(hidden);
    remove_folders(made);
}

/// Removes everything that the claims of this process have written and not yet moved into place. Waits for moves that
/// are in progress.
///
/// For a program that is stopped by a signal, which must exit right afterwards: no claim can be made, finished or
/// dropped any more.
pub fn abandon() {
    let live = hold();
    for Live { hidden, fresh, made } in live.iter() {
        take_away(hidden, fresh, made);
    }
    std::mem::forget(live);
}
