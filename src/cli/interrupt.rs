//! Ctrl-C and SIGTERM: what was not finished is taken away, and the program ends at once.

use aslant::error::{Error, Kind};
use std::io::{IsTerminal, Write};

/// From now on a signal ends the program in order. Where signals can't be had (Windows) the system ends it, and the next run
/// clears up.
pub fn handle() {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGINT, SIGTERM};
        let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else { return };
        // Without a thread it is as on Windows.
        let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            if let Some(signal) = signals.forever().next() {
                end(signal);
            }
        });
    }
}

/// Ends the program with the code that shells give to this signal.
fn end(signal: i32) -> ! {
    aslant::claim::abandon();
    // Over the progress bar, where there is one.
    let line = if std::io::stderr().is_terminal() { "\r\u{1b}[2K" } else { "" };
    let stopped = Error::new(Kind::Stopped, "stopped").note("what was there before is unchanged");
    // Whoever read it may be gone by the same signal; that must not keep the program.
    let _ = writeln!(std::io::stderr(), "{line}error: {stopped}");
    std::process::exit(128 + signal);
}
