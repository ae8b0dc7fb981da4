//! A tally's folder in which one file is another one, or has other bytes in some places, with its hash put right: the first
//! byte chooses.
#![no_main]

use aslant::compare::tallies::{Settings, Tallies, tally};
use aslant::compare::{ContextModel, Options};
use aslant::corpus::{Corpus, ReadOptions};
use aslant::model::recipe::Block;
use aslant::stop::Stop;
use aslant::tally::format::{HEADER, HashedFile, Header, LexiconFile};
use libfuzzer_sys::fuzz_target;
use std::path::PathBuf;
use std::sync::LazyLock;

const CUES: &str = include_str!("../seeds/lexicon.toml");
const ARTICLES: &str = include_str!("../seeds/articles.csv");

/// A tally of a few articles, and what its header says.
static WHOLE: LazyLock<(PathBuf, Header)> = LazyLock::new(|| {
    let folder = aslant_fuzz::folder();
    let (articles, out) = (folder.join("articles.csv"), folder.join("tally"));
    aslant_fuzz::write(&articles, ARTICLES.as_bytes());
    let corpus = Corpus::open(ReadOptions::new([&articles])).expect("opens");
    let lexicons = [LexiconFile { name: "cues.toml".to_owned(), text: CUES.to_owned() }];
    let settings = Settings { features: vec![Block::WORDS], ..Settings::default() };
    let header = tally(&corpus, &lexicons, &settings, None, &out, &|_, _| ()).expect("counts");
    (out, header)
});

fuzz_target!(|bytes: &[u8]| {
    aslant_fuzz::alone();
    let [first, bytes @ ..] = bytes else { return };
    let (folder, header) = &*WHOLE;
    let names: Vec<&str> = header.files.iter().map(|file| file.name.as_str()).chain([HEADER]).collect();
    let name = names[usize::from(*first) % names.len()];
    let path = folder.join(name);
    let whole = std::fs::read(&path).expect("reads");
    let other = if *first < 128 { bytes.to_vec() } else { aslant_fuzz::changed(&whole, bytes) };
    aslant_fuzz::write(&path, &other);
    if name != HEADER {
        let mut header = header.clone();
        for file in header.files.iter_mut().filter(|file| file.name == name) {
            *file = HashedFile::of(folder, name).expect("reads");
        }
        header.write(folder).expect("writes");
    }
    let options = Options { context: ContextModel::None, placebo: 0, resamples: 10, ..Options::default() };
    if let Err(error) = Tallies::open(&[folder]).and_then(|tallies| tallies.compare(options, &Stop::new(), &|_, _| ()))
    {
        aslant_fuzz::is_told(&error);
    }
    aslant_fuzz::write(&path, &whole);
    header.write(folder).expect("writes");
});
