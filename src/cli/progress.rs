//! Progress of long work on standard error: a bar in a terminal, nothing in a pipe.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Mutex;

/// Shows the stage and how far it is.
pub struct Progress {
    bar: ProgressBar,
    stage: Mutex<Option<&'static str>>,
}

impl Progress {
    /// A bar on standard error, or a silent one.
    pub fn new(quiet: bool) -> Self {
        let bar = ProgressBar::new(1000);
        if quiet || !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) = ProgressStyle::with_template("{msg:38} {bar:40} {percent:>3}% {elapsed:>4}") {
            bar.set_style(style.progress_chars("━╸─"));
        }
        Progress { bar, stage: Mutex::new(None) }
    }

    /// Takes the news: what is going on, and how far it is, 0 to 1.
    pub fn report(&self, stage: &'static str, part: f64) {
        if let Ok(mut shown) = self.stage.lock()
            && *shown != Some(stage)
        {
            *shown = Some(stage);
            self.bar.set_message(stage);
        }
        self.bar.set_position((part.clamp(0.0, 1.0) * 1000.0) as u64);
    }

    /// Takes the bar away.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}
