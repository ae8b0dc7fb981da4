//! Parquet and Arrow: the first byte chooses the format, and whether it is the bytes or a whole file that they change.
#![no_main]

use aslant::corpus::Format;
use libfuzzer_sys::fuzz_target;

const WHOLE: [&[u8]; 4] = [
    include_bytes!("../seeds/frame/parquet"),
    include_bytes!("../seeds/frame/parquet-differences"),
    include_bytes!("../seeds/frame/arrow-file"),
    include_bytes!("../seeds/frame/arrow-stream"),
];

fuzz_target!(|bytes: &[u8]| {
    let [first, bytes @ ..] = bytes else { return };
    match first {
        ..128 => aslant_fuzz::read(if first % 2 == 0 { Format::Parquet } else { Format::Arrow }, bytes),
        _ => {
            let which = usize::from(first % 4);
            // A seed's first byte is the target's own.
            let changed = aslant_fuzz::changed(&WHOLE[which][1..], bytes);
            aslant_fuzz::read(if which < 2 { Format::Parquet } else { Format::Arrow }, &changed);
        }
    }
});
