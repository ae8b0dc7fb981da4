//! Surveys of repeated lines.
#![no_main]

use aslant::text::clean::{Cleaner, Known, LineSurvey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(mut survey) = LineSurvey::from_bytes(bytes) {
        let mut other = LineSurvey::default();
        other.add(Some("The Post"), "The bridge was opened on Monday.\nView all comments");
        survey.merge(other);
        Cleaner::new(survey).clean("The bridge was opened on Monday.\nView all comments", Known::default());
    }
});
