//! The folder of a comparison in which one file is another one, or has other bytes in some places: the first byte chooses.
#![no_main]

use aslant::claim::Claim;
use aslant::compare::{self, Options};
use aslant::corpus::{Corpus, ReadOptions};
use aslant::cues::Lexicon;
use aslant::report::{self, Run, html};
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

const CUES: &str = include_str!("../seeds/lexicon.toml");
const ARTICLES: &str = include_str!("../seeds/articles.csv");

/// The comparison of a few articles, and the names of its files.
static WHOLE: LazyLock<(PathBuf, Vec<PathBuf>)> = LazyLock::new(|| {
    let folder = aslant_fuzz::folder();
    let (articles, out) = (folder.join("articles.csv"), folder.join("out"));
    aslant_fuzz::write(&articles, ARTICLES.as_bytes());
    let corpus = Corpus::open(ReadOptions::new([&articles])).expect("opens");
    let lexicon = Lexicon::parse("cues.toml", CUES).expect("a lexicon");
    let mut comparison = compare::compare(&corpus, lexicon, Options::default(), &|_, _| ()).expect("compares");
    let run = Run { arguments: Vec::new(), inputs: corpus.inputs(), config: None };
    let mut files = report::write(&mut comparison, &run, &[], Claim::folder(&out).expect("claims")).expect("writes");
    files.retain(|path| path.extension().is_some_and(|ending| ending == "csv" || ending == "json"));
    files.sort_unstable();
    (out, files)
});

fuzz_target!(|bytes: &[u8]| {
    aslant_fuzz::alone();
    let [first, bytes @ ..] = bytes else { return };
    let (folder, files) = &*WHOLE;
    let path = &files[usize::from(*first) % files.len()];
    let whole = std::fs::read(path).expect("reads");
    let other = if *first < 128 { bytes.to_vec() } else { aslant_fuzz::changed(&whole, bytes) };
    aslant_fuzz::write(path, &other);
    match html::page(folder) {
        Ok(page) => assert!(page.len() <= html::MOST_BYTES, "a page of {} bytes", page.len()),
        Err(error) => aslant_fuzz::is_told(&error),
    }
    aslant_fuzz::write(path, &whole);
});
