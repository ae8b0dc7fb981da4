//! JSON lines and arrays of objects.
#![no_main]

use aslant::corpus::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| aslant_fuzz::read(Format::Json, bytes));
