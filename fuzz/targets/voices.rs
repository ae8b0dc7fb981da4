//! Sentences, tokens and voices.
#![no_main]

use aslant::text::{Document, clean};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    aslant_fuzz::is_ordered(&Document::new(&text, clean::keep_all(&text)));
});
