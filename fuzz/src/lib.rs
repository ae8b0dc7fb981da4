//! What the targets share: corpora from bytes, folders to write into, and what must be true of any text.

use aslant::corpus::{BadRows, Corpus, Format, Input, Pass, ReadOptions};
use aslant::error::{Error, Kind};
use aslant::text::{Document, Prose};
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// Reads bytes as a corpus of this format, once refusing bad rows and once leaving them out.
pub fn read(format: Format, bytes: &[u8]) {
    aslant::guarded::quiet();
    for bad_rows in [BadRows::Refuse, BadRows::Skip] {
        let options = ReadOptions { format: Some(format), bad_rows, ..ReadOptions::new([Input::Stdin]) };
        let read = Corpus::open_with_stdin(options, bytes).and_then(|corpus| {
            let mut ids = Vec::new();
            let survey = corpus.survey(
                Pass::new(),
                |article| article.id,
                |_, id| {
                    ids.push(id);
                    Ok(())
                },
            )?;
            assert_eq!(survey.articles, ids.len());
            // Another pass finds the same articles.
            let mut again = Vec::new();
            corpus.for_each(
                Pass::new(),
                |_, article| article.id,
                |_, id| {
                    again.push(id);
                    Ok(())
                },
            )?;
            assert_eq!(ids, again);
            Ok(())
        });
        if let Err(error) = read {
            is_told(&error);
        }
    }
}

/// An error of data says what is wrong, in few words however long the input is.
pub fn is_told(error: &Error) {
    assert!(matches!(error.kind(), Kind::Data | Kind::Usage | Kind::Model), "{error}");
    assert!(!error.title().is_empty());
    let text = error.to_string();
    assert!(text.len() < 20_000, "a message of {} bytes", text.len());
}

/// Ranges of a text's prose and of what was taken out lie in order and apart, on characters, and nothing but white space
/// is lost.
pub fn is_whole(text: &str, prose: &Prose) {
    let mut all: Vec<_> = prose.paragraphs.iter().chain(prose.removed.iter().map(|part| &part.range)).collect();
    all.sort_by_key(|range| range.start);
    let mut last = 0;
    for range in all {
        assert!(range.start >= last && range.end > range.start, "{range:?} behind {last}");
        assert!(text[last..range.start].trim().is_empty(), "lost: {:?}", &text[last..range.start]);
        assert!(text.get((*range).clone()).is_some());
        last = range.end;
    }
    assert!(text[last..].trim().is_empty(), "lost: {:?}", &text[last..]);
}

/// Sentences, tokens and voices of a document slice its text, in order, within paragraphs.
pub fn is_ordered(document: &Document<'_>) {
    let text = document.text;
    let mut last = 0;
    for token in &document.tokens {
        assert!(token.range().start >= last && token.range().end > token.range().start);
        assert!(text.get(token.range()).is_some());
        last = token.range().end;
    }
    let mut last = 0;
    for span in &document.voices {
        assert!(span.range.start >= last && span.range.end > span.range.start);
        assert!(text.get(span.range.clone()).is_some());
        assert!(document.paragraphs.iter().any(|p| p.start <= span.range.start && span.range.end <= p.end));
        for named in span.speaker.iter().chain(&span.mention) {
            assert!(text.get(named.clone()).is_some_and(|name| !name.is_empty()));
        }
        last = span.range.end;
    }
    assert_eq!(document.token_voices().len(), document.tokens.len());
}

/// Two texts from one input: what stands before the first line of three dashes, and what stands behind it.
pub fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    const LINE: &[u8] = b"\n---\n";
    match bytes.windows(LINE.len()).position(|window| window == LINE) {
        Some(at) => (&bytes[..at], &bytes[at + LINE.len()..]),
        None => (bytes, &[]),
    }
}

/// A folder of this process that is there as long as the process runs.
pub fn folder() -> PathBuf {
    thread_local! {
        static FOLDER: RefCell<Option<tempfile::TempDir>> = const { RefCell::new(None) };
    }
    FOLDER.with_borrow_mut(|folder| {
        let folder = folder.get_or_insert_with(|| tempfile::tempdir().expect("a temporary folder"));
        folder.path().to_owned()
    })
}

/// Writes a file of [`folder`].
pub fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("a temporary file");
}
