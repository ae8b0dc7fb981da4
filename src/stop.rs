//! Stopping long work from outside.
//!
//! Whatever reads a corpus checks its [`Stop`] after every batch, and between the stages that follow. Nothing is
//! killed: the work ends with an error, as it would for a bad row, so temporary files are removed and nothing is
//! half-written.

use crate::error::{Error, Kind, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A switch that stops work. Clones share the same switch.
///
/// ```
/// use aslant::corpus::{Corpus, Pass, ReadOptions};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("articles.csv");
/// std::fs::write(&path, "outlet,text\nThe Post,One text.\n")?;
/// let options = ReadOptions::new([&path]);
/// let stop = options.stop.clone();
/// let corpus = Corpus::open(options)?;
/// stop.stop(); // Another thread does this, or a signal.
/// let error = corpus.survey(Pass::new(), drop, |_, ()| Ok(())).expect_err("stopped");
/// assert_eq!(error.title(), "stopped");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// A switch that hasn't been used yet.
    pub fn new() -> Self {
        Stop::default()
    }

    /// Stops the work at its next check.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the work may go on: fails if it was stopped.
    ///
    /// # Errors
    /// [`Kind::Stopped`] once [`Stop::stop`] was called.
    pub fn check(&self) -> Result<()> {
        if self.0.load(Ordering::Relaxed) {
            return Err(Error::new(Kind::Stopped, "stopped").note("nothing was written"));
        }
        Ok(())
    }
}
