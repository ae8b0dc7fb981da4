//! Runs work without holding the interpreter: on its own thread, while the caller's thread reports progress and listens
//! for Ctrl-C. Errors become Python exceptions.

use aslant::error::{Error, Kind, Result};
use aslant::stop::Stop;
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError};
use pyo3::prelude::*;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// How often the interpreter is asked whether Ctrl-C was pressed, and progress is reported.
const LISTEN: Duration = Duration::from_millis(100);

/// How work is run.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Running {
    /// The number of threads; by default one per core.
    threads: Option<usize>,
    /// Called with the stage and its progress, from 0 to 1.
    tell: Option<Py<PyAny>>,
}

type News = (&'static str, f64);

/// Takes progress reports from the work.
pub struct Teller(Sender<News>);

impl Teller {
    /// Reports the stage and its progress, from 0 to 1.
    pub fn tell(&self, stage: &'static str, part: f64) {
        // Nobody listens once the work is being stopped.
        let _ = self.0.send((stage, part));
    }
}

/// Runs work without holding the interpreter. Ctrl-C stops it, through `stop`, and is raised as `KeyboardInterrupt`.
pub fn run<T: Send>(
    py: Python<'_>,
    running: &Running,
    stop: &Stop,
    work: impl FnOnce(&Teller) -> Result<T> + Send,
) -> PyResult<T> {
    let pool = match running.threads {
        None => None,
        Some(threads) if (1..=512).contains(&threads) => {
            let built = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            Some(built.map_err(|e| PyRuntimeError::new_err(e.to_string()))?)
        }
        Some(threads) => {
            let error = Error::usage("a number of threads that can't be had").found(threads.to_string());
            return Err(raised(py, &error.expected("1 to 512, or None for one a core")));
        }
    };
    let tell = running.tell.as_ref();
    let (done, interrupted) = py.detach(|| {
        std::thread::scope(|scope| {
            let (to_caller, from_work) = channel();
            let worker = scope.spawn(move || {
                let teller = Teller(to_caller);
                match pool {
                    Some(pool) => pool.install(|| work(&teller)),
                    None => work(&teller),
                }
            });
            let interrupted = listen(&from_work, tell).err();
            if interrupted.is_some() {
                stop.stop();
            }
            drop(from_work);
            (worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), interrupted)
        })
    });
    match (interrupted, done) {
        (Some(error), _) => Err(error),
        (None, done) => done.map_err(|error| raised(py, &error)),
    }
}

/// Passes on progress until the work has ended, or the interpreter has an error: Ctrl-C, or one raised by `tell`.
fn listen(from_work: &Receiver<News>, tell: Option<&Py<PyAny>>) -> PyResult<()> {
    let mut latest: Option<News> = None;
    let mut stage = "";
    let mut next = Instant::now() + LISTEN;
    loop {
        let ended = match from_work.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok(news) => {
                // A new stage is reported at once, progress only now and then.
                let is_new = news.0 != stage;
                (stage, latest) = (news.0, Some(news));
                if !is_new && Instant::now() < next {
                    continue;
                }
                false
            }
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => true,
        };
        if ended {
            return Ok(());
        }
        next = Instant::now() + LISTEN;
        Python::attach(|py| {
            py.check_signals()?;
            match (tell, latest.take()) {
                (Some(tell), Some(news)) => tell.call1(py, news).map(drop),
                _ => Ok(()),
            }
        })?;
    }
}

/// The Python exception for an error, with the same text.
pub fn raised(py: Python<'_>, error: &Error) -> PyErr {
    let class = match error.kind() {
        Kind::Usage => "UsageError",
        Kind::Data => "DataError",
        Kind::Model => "ModelError",
        Kind::Io => "FileError",
        Kind::Stopped => return PyKeyboardInterrupt::new_err(()),
        Kind::Check => "AslantError",
    };
    let made =
        py.import("aslant.errors").and_then(|module| module.getattr(class)?.call1((as_arguments(&error.to_string()),)));
    made.map_or_else(|e| e, PyErr::from_value)
}

/// Options of the program without a value, which are boolean arguments in Python.
const FLAGS: [&str; 5] = ["skip-bad-rows", "keep-boilerplate", "same-story", "mask-outlets", "without-training-data"];

/// Values that messages have after an option, outside of backticks.
const VALUES: [&str; 12] = [
    "all",
    "column",
    "contexts",
    "counts",
    "doccano",
    "keep",
    "label-studio",
    "none",
    "ordered",
    "own",
    "prodigy",
    "remove",
];

/// A message of the library with the program's options written as Python arguments: `--date-order day-first` in
/// backticks becomes `date_order="day-first"`; elsewhere `--text` becomes `text=…` and `--min-df 2` becomes `min_df=2`.
/// A command of the program in backticks stays.
pub fn as_arguments(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    for (at, part) in text.split('`').enumerate() {
        if at > 0 {
            told.push('`');
        }
        // Every second part is in backticks.
        match part.strip_prefix("--").filter(|_| at % 2 == 1).and_then(|option| option.split_once(' ')) {
            Some((name, value)) => {
                told.push_str(&format!("{}={}", name.replace('-', "_"), as_value(name, value)));
            }
            None if part.starts_with("aslant ") => told.push_str(part),
            None => arguments(part, &mut told),
        }
    }
    told
}

/// Replaces the options in text outside of backticks.
fn arguments(mut text: &str, told: &mut String) {
    while let Some(at) = text.find("--") {
        let (before, option) = (&text[..at], &text[at + 2..]);
        let end = option.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(option.len());
        let name = option[..end].trim_end_matches('-');
        // A dash in the text, or the arrow before a place.
        if name.is_empty() || !(before.is_empty() || before.ends_with([' ', '(', '\n'])) {
            told.push_str(&text[..at + 2]);
            text = option;
            continue;
        }
        told.push_str(before);
        told.push_str(&name.replace('-', "_"));
        text = &option[name.len()..];
        if FLAGS.contains(&name) {
            told.push_str("=True");
        } else if let Some(value) = value_in(text) {
            told.push('=');
            told.push_str(&as_value(name, value));
            text = &text[1 + value.len()..];
        } else {
            told.push_str("=…");
        }
    }
    told.push_str(text);
}

/// The value after an option, if the next word is one.
fn value_in(text: &str) -> Option<&str> {
    let text = text.strip_prefix(' ')?;
    let end = match text.strip_prefix('\'') {
        Some(quoted) => quoted.find('\'')? + 2,
        None => text.find([' ', ',', ';', ')', ':', '\n']).unwrap_or(text.len()),
    };
    let value = text[..end].trim_end_matches('.');
    let is_one = value.contains('=') || value.starts_with(|c: char| c.is_ascii_digit()) || VALUES.contains(&value);
    is_one.then_some(value)
}

/// A value of the program in Python's notation.
fn as_value(name: &str, value: &str) -> String {
    let value = value.trim_matches(['"', '\'']);
    let pair = value.split_once('-').filter(|_| matches!(name, "ngrams" | "char-ngrams"));
    match (name, pair, value.rsplit_once('=')) {
        (_, Some((from, to)), _) => format!("({from}, {to})"),
        ("label-map", _, Some((old, new))) => format!("{{{old:?}: {new:?}}}"),
        _ if value.parse::<f64>().is_ok() => value.to_owned(),
        _ => format!("\"{value}\""),
    }
}

/// The choice with this name; for an unknown name, an error that lists the choices.
pub fn choice<T: Copy>(argument: &str, name: &str, choices: &[(&str, T)]) -> Result<T> {
    choices.iter().find(|(known, _)| *known == name).map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("{name:?}")).collect();
        Error::usage(format!("unknown {argument}"))
            .found(format!("{argument}={name:?}"))
            .expected(format!("one of {}", names.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::as_arguments;

    #[test]
    fn options_are_told_as_arguments() {
        let told = |text: &str| as_arguments(text);
        assert_eq!(told("name one of these columns with --outlet"), "name one of these columns with outlet=…");
        assert_eq!(told("read no ids with `--id \"\"`"), "read no ids with `id=\"\"`");
        assert_eq!(told("say `--date-order day-first` here"), "say `date_order=\"day-first\"` here");
        assert_eq!(told("leave them out with --skip-bad-rows"), "leave them out with skip_bad_rows=True");
        assert_eq!(told("usual is --ngrams 1-2"), "usual is ngrams=(1, 2)");
        assert_eq!(
            told("map it, such as --label-map a=b, or drop it: --label-map a="),
            "map it, such as label_map={\"a\": \"b\"}, or drop it: label_map={\"a\": \"\"}"
        );
        assert_eq!(told("--label-map 'Left wing=left' makes one"), "label_map={\"Left wing\": \"left\"} makes one");
        assert_eq!(told("say --group none. Leave --min-df out"), "say group=\"none\". Leave min_df=… out");
        let kept = "a -- b\n --> frame, row 2\n  help: make it with `aslant tally … --survey-out`, a well--known";
        assert_eq!(told(kept), kept);
    }
}
