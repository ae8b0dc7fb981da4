//! Lexicons: the first byte chooses between TOML, quanteda's YAML and LIWC's .dic. What is read can be matched with.
#![no_main]

use aslant::cues::{Lexicon, Matcher};
use aslant::text::{Document, clean};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let [first, bytes @ ..] = bytes else { return };
    let name = ["a.toml", "a.yml", "a.dic"][usize::from(first % 3)];
    let text = String::from_utf8_lossy(bytes);
    match Lexicon::parse(name, &text) {
        Ok(lexicon) => {
            Matcher::new(&lexicon).find(&Document::without_voices(&text, clean::keep_all(&text)));
        }
        Err(error) => aslant_fuzz::is_told(&error),
    }
});
