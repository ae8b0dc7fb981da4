//! What the targets share: corpora from bytes, folders to write into, and what must be true of any text.

use aslant::corpus::{BadRows, Corpus, Format, Input, Pass, ReadOptions, Survey};
use aslant::error::{Error, Kind, Result};
use aslant::text::{Document, Prose};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::cell::RefCell;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Once};

/// From now on all is done on this thread, and what decoders panic about prints nothing: threads would take longer than
/// the work.
pub fn alone() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        aslant::guarded::quiet();
        ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().expect("no pool yet");
    });
}

/// Whether this input is one of so many, chosen by its hash: what takes long is done with few of them.
pub fn one_of(many: u64, bytes: &[u8]) -> bool {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.write_u64(many);
    hasher.finish().is_multiple_of(many)
}

/// Reads bytes as a corpus of this format: refusing bad rows or leaving them out. One of eight is read in two passes, one of
/// 64 in both ways, and on two threads.
pub fn read(format: Format, bytes: &[u8]) {
    static TWO: LazyLock<ThreadPool> =
        LazyLock::new(|| ThreadPoolBuilder::new().num_threads(2).build().expect("two threads"));
    alone();
    let passes = if one_of(8, bytes) { 2 } else { 1 };
    let way = if one_of(2, bytes) { BadRows::Refuse } else { BadRows::Skip };
    let once = told(articles(format, bytes, way, passes));
    if !one_of(64, bytes) {
        return;
    }
    let [refused, skipped] =
        [BadRows::Refuse, BadRows::Skip].map(|way| TWO.install(|| told(articles(format, bytes, way, 2))));
    match (&refused, &skipped) {
        // Without bad rows both find the same.
        (Some(_), _) => assert_eq!(refused, skipped),
        (None, Some((survey, _))) => assert!(survey.skipped > 0),
        (None, None) => {}
    }
    assert_eq!(once, if way == BadRows::Refuse { refused } else { skipped });
}

/// What the first pass counted, and of each article its id and the length of its text.
type Articles = (Survey, Vec<(String, usize)>);

fn articles(format: Format, bytes: &[u8], bad_rows: BadRows, passes: usize) -> Result<Articles> {
    let options = ReadOptions { format: Some(format), bad_rows, ..ReadOptions::new([Input::Stdin]) };
    let corpus = Corpus::open_with_stdin(options, bytes)?;
    let mut all = Vec::new();
    let survey = corpus.survey(
        Pass::new(),
        |article| {
            assert!(!article.id.is_empty() && !article.text.trim().is_empty());
            (article.id, article.text.len())
        },
        |index, article| {
            assert_eq!(index, all.len());
            all.push(article);
            Ok(())
        },
    )?;
    assert_eq!(survey.articles, all.len());
    // Another pass finds the same articles.
    for _ in 1..passes {
        let mut again = Vec::new();
        corpus.for_each(
            Pass::new(),
            |index, article| (index, (article.id, article.text.len())),
            |index, article| {
                assert_eq!(index, article.0);
                again.push(article.1);
                Ok(())
            },
        )?;
        assert_eq!(all, again);
    }
    Ok((survey, all))
}

/// What was read; an error is looked at.
fn told<T>(read: Result<T>) -> Option<T> {
    read.map_err(|error| is_told(&error)).ok()
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

/// Bytes with some changes, of four bytes each: where, what is done, and with what. So a small input makes a file that is
/// whole but for a few places, which bytes alone would hardly do where a file has a footer, or lists of offsets.
pub fn changed(whole: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for [low, high, what, with] in changes.as_chunks::<4>().0 {
        let at = usize::from(u16::from_le_bytes([*low, *high])) % (bytes.len() + 1);
        match what % 5 {
            0 => bytes.insert(at, *with),
            1 => drop(bytes.drain(at..(at + usize::from(*with)).min(bytes.len()))),
            _ if at == bytes.len() => bytes.push(*with),
            2 => bytes[at] = bytes[at].wrapping_add(*with),
            3 => bytes[at] ^= 1 << (with % 8),
            _ => bytes[at] = *with,
        }
    }
    bytes
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
