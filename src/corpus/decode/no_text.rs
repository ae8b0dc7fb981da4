//! Recognises by the first bytes what isn't text: images, archives, tables, and UTF-16 without a byte order mark.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use crate::error::{Error, Place};

/// The error for bytes that aren't text: says what they look like.
pub(crate) fn no_text(bytes: &[u8], name: &str, asked: Option<&'static Encoding>) -> Option<Error> {
    let (looks, help) = looks_like(bytes, asked)?;
    Some(
        Error::data("not a text file")
            .at(Place::file(name))
            .found(looks)
            .expected("text, HTML, CSV or JSON lines, plain or compressed with gzip or zstd; Parquet or Arrow")
            .help(help),
    )
}

/// What bytes that aren't text look like, and what to do.
fn looks_like(bytes: &[u8], asked: Option<&'static Encoding>) -> Option<(&'static str, &'static str)> {
    const TEXT: &str = "save its text as a .txt file";
    const TABLE: &str = "save it as CSV";
    const UNPACK: &str = "decompress it first, or compress it with gzip or zstd";
    const AWAY: &str = "remove it from the input";
    let kinds: [(&[u8], (&str, &str)); 18] = [
        (b"%PDF", ("a PDF document", TEXT)),
        (
            b"PK\x03\x04",
            (
                "a ZIP archive (.docx, .xlsx and .odt files are ZIP archives too)",
                "save its text as a .txt file, or its table as CSV",
            ),
        ),
        (b"\xd0\xcf\x11\xe0", ("an old Word or Excel document", "save its text as a .txt file, or its table as CSV")),
        (b"{\\rtf", ("an RTF document", TEXT)),
        (b"\x89PNG", ("a PNG image", AWAY)),
        (b"\xff\xd8\xff", ("a JPEG image", AWAY)),
        (b"GIF8", ("a GIF image", AWAY)),
        (b"RIFF", ("a sound, film or WebP image", AWAY)),
        (b"ID3", ("a sound", AWAY)),
        (b"PAR1", ("a Parquet table", TABLE)),
        (b"ARROW1", ("an Arrow table", TABLE)),
        (b"SQLite format 3", ("an SQLite database", TABLE)),
        (b"BZh", ("a file compressed with bzip2", UNPACK)),
        (b"\xfd7zXZ", ("a file compressed with xz", UNPACK)),
        (b"7z\xbc\xaf", ("a 7-Zip archive", UNPACK)),
        (b"Rar!", ("a RAR archive", UNPACK)),
        (b"\x7fELF", ("a program", AWAY)),
        (b"\x80\x04\x95", ("a Python pickle", TABLE)),
    ];
    if let Some((_, kind)) = kinds.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(*kind);
    }
    let bytes = &bytes[..bytes.len().min(8 << 10)];
    let wide = asked.is_some_and(|asked| [UTF_16LE, UTF_16BE].contains(&asked));
    if wide || Encoding::for_bom(bytes).is_some() || memchr::memchr(0, bytes).is_none() {
        return None;
    }
    // Latin letters in UTF-16 have a zero in every other byte.
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count() * 5 / 2;
    if bytes.iter().all(|byte| *byte == 0) {
        Some(("nothing but zeros", AWAY))
    } else if zeros(1) > bytes.len() / 2 {
        Some(("UTF-16 without a byte order mark", "say so with `--encoding utf-16le`"))
    } else if zeros(0) > bytes.len() / 2 {
        Some(("UTF-16 without a byte order mark", "say so with `--encoding utf-16be`"))
    } else {
        Some(("bytes that no text has (zeros)", AWAY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_named() {
        insta::assert_snapshot!(no_text(b"%PDF-1.7\n", "a.txt", None).expect("no text"), @r"
        not a text file
         --> a.txt
          found:    a PDF document
          expected: text, HTML, CSV or JSON lines, plain or compressed with gzip or zstd; Parquet or Arrow
          help: save its text as a .txt file
        ");
        insta::assert_snapshot!(no_text(b"PK\x03\x04\x14", "a.csv", None).expect("no text"), @r"
        not a text file
         --> a.csv
          found:    a ZIP archive (.docx, .xlsx and .odt files are ZIP archives too)
          expected: text, HTML, CSV or JSON lines, plain or compressed with gzip or zstd; Parquet or Arrow
          help: save its text as a .txt file, or its table as CSV
        ");
        let looks = |bytes: &[u8]| looks_like(bytes, None).map(|(looks, _)| looks);
        assert_eq!(looks(b"h\0e\0l\0l\0o\0"), Some("UTF-16 without a byte order mark"));
        assert_eq!(looks(b"\0h\0e\0l\0l\0o"), Some("UTF-16 without a byte order mark"));
        assert_eq!(looks(&[0; 100]), Some("nothing but zeros"));
        assert_eq!(looks(b"\xff\xfeh\0e\0"), None);
        assert_eq!(looks(b"he\0llo"), Some("bytes that no text has (zeros)"));
        assert_eq!(looks(b"hello"), None);
    }
}
