//! The cleaner: it leaves out and changes nothing, whatever lines repeat.
#![no_main]

use aslant::text::clean::{Cleaner, Known, LineSurvey, keep_all};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (known, text) = aslant_fuzz::halves(bytes);
    let [known, text] = [known, text].map(String::from_utf8_lossy);
    let mut lines = known.lines();
    let known = Known { outlet: lines.next(), title: lines.next(), author: lines.next() };
    aslant_fuzz::is_whole(&text, &keep_all(&text));
    aslant_fuzz::is_whole(&text, &Cleaner::default().clean(&text, known));
    let mut survey = LineSurvey::default();
    for n in 0..6 {
        survey.add(known.outlet, &format!("{text}\n{n}"));
    }
    aslant_fuzz::is_whole(&text, &Cleaner::new(survey).clean(&text, known));
});
