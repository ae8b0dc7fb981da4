//! CSV and TSV: the first byte chooses.
#![no_main]

use aslant::corpus::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let [first, bytes @ ..] = bytes {
        let format = if first % 2 == 0 { Format::Csv } else { Format::Tsv };
        aslant_fuzz::read(format, bytes);
    }
});
