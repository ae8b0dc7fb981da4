//! Surveys of repeated lines: as they stand in a file, or what is packed in one, by the first byte.
#![no_main]

use aslant::text::clean::{Cleaner, Known, LineSurvey};
use libfuzzer_sys::fuzz_target;

const TEXT: &str = "The bridge was opened on Monday.\nView all comments";
const KNOWN: Known<'_> = Known { outlet: Some("The Post"), title: None, author: None };

fuzz_target!(|bytes: &[u8]| {
    let [first, bytes @ ..] = bytes else { return };
    let packed = if first % 8 == 0 { bytes.to_vec() } else { packed(bytes) };
    let Some(mut survey) = LineSurvey::from_bytes(&packed) else { return };
    if aslant_fuzz::one_of(16, bytes) {
        let kept = survey.to_bytes().expect("packs");
        assert!(LineSurvey::from_bytes(&kept).expect("unpacks").to_bytes().expect("packs") == kept);
    }
    let mut other = LineSurvey::default();
    other.add(KNOWN.outlet, TEXT);
    survey.merge(other);
    aslant_fuzz::is_whole(TEXT, &Cleaner::new(survey).clean(TEXT, KNOWN));
});

/// A survey that begins with these bytes, the rest of its cells zeros: a frame of Zstandard (RFC 8878) of two blocks, one as
/// it is and one a repeated byte.
fn packed(bytes: &[u8]) -> Vec<u8> {
    /// Numbers of 64 bits before the outlets, bytes an outlet, and bytes of all cells, of which fuzzed surveys have few.
    const NUMBERS: usize = 16;
    const OUTLET: usize = 12;
    const CELLS: usize = 3 << 11;
    let outlets = bytes.get(8..NUMBERS).map_or(0, |n| usize::from(n[0]));
    let rest = (NUMBERS + OUTLET * outlets + CELLS).saturating_sub(bytes.len());
    let block = |size: usize, kind: usize, last: usize| (size << 3 | kind << 1 | last).to_le_bytes()[..3].to_vec();
    // No size, no dictionary, a window of 1 MiB.
    let frame = b"aslant-lines-1\n\x28\xb5\x2f\xfd\x00\x50";
    [frame, &block(bytes.len(), 0, 0)[..], bytes, &block(rest, 1, 1), &[0]].concat()
}
