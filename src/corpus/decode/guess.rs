//! Which encoding a file has: the one requested, the one of its byte order mark, UTF-8 if valid, or the likeliest.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// An encoding and how it was found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chosen {
    pub(crate) encoding: &'static Encoding,
    pub(crate) by: By,
}

/// How an encoding was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// It was requested, the file says so, or it is valid UTF-8.
    Certain,
    /// From letter frequencies.
    Guess,
}

/// The encoding of a file by its beginning: the one requested; else that of the byte order mark; else UTF-8 if it is
/// valid or nearly so; else the likeliest.
pub(crate) fn choose(head: &[u8], whole: bool, asked: Option<&'static Encoding>) -> Chosen {
    let certain = |encoding| Chosen { encoding, by: By::Certain };
    let marked = Encoding::for_bom(head).map(|(encoding, _)| encoding);
    match (asked, marked) {
        // There are two kinds of UTF-16, and the mark says which one it is.
        (Some(asked), Some(marked)) if [UTF_16LE, UTF_16BE].contains(&asked) && marked != UTF_8 => certain(marked),
        (Some(asked), _) => certain(asked),
        (None, Some(marked)) => certain(marked),
        (None, None) if is_utf8(head, whole) => certain(UTF_8),
        (None, None) => Chosen { encoding: guess(head), by: By::Guess },
    }
}

/// The likeliest encoding of bytes that aren't UTF-8, judged by the lines with non-ASCII bytes.
fn guess(head: &[u8]) -> &'static Encoding {
    const ENOUGH: usize = 256 << 10;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let (mut fed, mut high, mut letters) = (0, 0_usize, 0_usize);
    for line in head.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        let line = &line[..line.len().min(ENOUGH)];
        detector.feed(line, false);
        fed += line.len();
        if fed >= ENOUGH {
            break;
        }
    }
    detector.feed(b"", true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    for byte in head {
        high += usize::from(*byte >= 0x80);
        letters += usize::from(byte.is_ascii_alphabetic());
    }
    // Cyrillic, Greek, Arabic, Hebrew or Thai prose consists mostly of such bytes. A few among Latin letters are the
    // quotation marks and names of a western European text.
    if OTHER_SCRIPTS.contains(&guessed) && high * 20 < letters { WINDOWS_1252 } else { guessed }
}

/// Single-byte encodings of scripts other than Latin.
const OTHER_SCRIPTS: [&Encoding; 14] = [
    encoding_rs::IBM866,
    encoding_rs::KOI8_R,
    encoding_rs::KOI8_U,
    encoding_rs::X_MAC_CYRILLIC,
    encoding_rs::WINDOWS_1251,
    encoding_rs::WINDOWS_1253,
    encoding_rs::WINDOWS_1255,
    encoding_rs::WINDOWS_1256,
    encoding_rs::WINDOWS_874,
    encoding_rs::ISO_8859_5,
    encoding_rs::ISO_8859_6,
    encoding_rs::ISO_8859_7,
    encoding_rs::ISO_8859_8,
    encoding_rs::ISO_8859_8_I,
];

/// Whether bytes are UTF-8. A few broken characters among many good ones are errors in their lines, not another
/// encoding: reading the file in another one would spoil all the rest.
fn is_utf8(head: &[u8], whole: bool) -> bool {
    let error = match std::str::from_utf8(head) {
        Ok(_) => return true,
        Err(error) => error,
    };
    if error.error_len().is_none() && !whole {
        return true;
    }
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in head.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 10 * bad
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_found_out() {
        let name = |bytes: &[u8]| choose(bytes, true, None).encoding.name();
        assert_eq!(name(b"plain"), "UTF-8");
        assert_eq!(name("naïve".as_bytes()), "UTF-8");
        assert_eq!(name(b"\xff\xfea\0"), "UTF-16LE");
        assert_eq!(name(b"The caf\xe9 of Ren\xe9 and the na\xefve \x93quotes\x94 there."), "windows-1252");
        let few = [&b"plain English prose, ".repeat(50)[..], b"a \x81 b \x95 c \xb5 d\n"].concat();
        assert_eq!(name(&few), "windows-1252");
        let (russian, _, _) = encoding_rs::WINDOWS_1251.encode("Правительство и режим: кто управляет страной сегодня");
        assert_eq!(name(&russian), "windows-1251");
        let mostly = format!("{} \u{201c}x\u{201d}", "é".repeat(50));
        assert_eq!(name(&[mostly.as_bytes(), b" \xe9 "].concat()), "UTF-8");
        // A character cut off by the end of the head isn't an error; at the end of the file it is.
        assert_eq!(choose(b"abc\xc3", false, None).encoding, UTF_8);
        assert_ne!(choose(b"abc\xc3", true, None).encoding, UTF_8);
        assert_eq!(choose(b"abc", true, Some(encoding_rs::KOI8_R)).encoding, encoding_rs::KOI8_R);
        assert_eq!(choose(b"\xfe\xff\0a", true, Some(UTF_16LE)).encoding, UTF_16BE);
    }
}
