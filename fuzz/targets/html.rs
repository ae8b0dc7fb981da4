//! Web pages: all that is done before the library reads them, and with one of 256 the rest.
#![no_main]

use aslant::corpus::{Format, html};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if !html::would_read(bytes) {
        // So many elements can't be open.
        assert!(bytes.iter().filter(|byte| **byte == b'<').count() > 400);
    }
    if aslant_fuzz::one_of(256, bytes) {
        aslant_fuzz::read(Format::Html, bytes);
    }
});
