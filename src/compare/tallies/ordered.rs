//! Articles that were counted separately, with the words in order: self-contained rows that can be made anywhere.
//!
//! A [`PartCounter`] makes a record batch of some articles, in any process and on any machine. All batches together,
//! written by [`write_part`] to one folder or many, are equivalent to the corpus: comparing them gives the same tables
//! as comparing the texts. Cleaning depends on the lines that an outlet repeats in the whole corpus; so a
//! [`LineSurvey`] of each part is made first, the surveys are merged, and the result is passed to every counter. The
//! batches of [`PartCounter::count_corpus`] may also be written by other programs: together with a [`header`] they are
//! a tally.
//!
//! In addition to the columns of [`super`], a row has `signature, sketch, story_words, story_word_counts, story_pairs,
//! story_pair_counts` (for finding copies and stories), `stream` (the words in the voice that keywords are made from),
//! `sentence_words, sentence_around, use_sentences, use_contrasts, use_poles, use_voices` (sentences with a cue,
//! masked), and `cut_words, cut_written, cut_prose` (what models learn from, if requested).
//!
//! ```
//! use aslant::compare::tallies::{Settings, ordered::PartCounter};
//! use aslant::corpus::Article;
//! use aslant::tally::format::LexiconFile;
//! use aslant::text::clean::LineSurvey;
//!
//! let cues = "[[contrast]]\nname = \"a\"\n[[contrast.pole]]\nname = \"x\"\ncues = [\"rebel*\"]\n\
//!             [[contrast.pole]]\nname = \"y\"\ncues = [\"militant*\"]";
//! let lexicon = LexiconFile { name: "cues.toml".into(), text: cues.into() };
//! let article = Article { id: "1".into(), text: "Rebels left the town.".into(), ..Article::default() };
//! let mut survey = LineSurvey::default();
//! survey.add(None, &article.text);
//! let counter = PartCounter::new(&[lexicon], &Settings::default(), survey)?;
//! let batch = counter.batch(&[article])?;
//! assert_eq!(batch.num_rows(), 1);
//! # Ok::<(), aslant::error::Error>(())
//! ```

use super::columns::{self, Cues};
use super::survey::PartSurvey;
use super::{Settings, lexicon};
use crate::compare::collect::{Collected, Gathered};
use crate::compare::counter::{Counted, Counter};
use crate::compare::sentences::MaskedSentence;
use crate::compare::{Boilerplate, Options};
use crate::corpus::{Article, Corpus, Pass};
use crate::cues::Lexicon;
use crate::error::{Error, Place, Result};
use crate::features::phrases::{CAPITAL, FIRST, WORD};
use crate::features::{BREAK, SharedTermTable, Stream, TermTable, Terms};
use crate::model::cutter::{Cut, Cutter};
use crate::stop::Stop;
use crate::stories::{Fingerprint, Signature, Sketch, terms};
use crate::tally::format::{self, ARTICLES, Detail, HashedFile, Header, LexiconFile, Particular, broken};
use crate::tally::parquet::{self, Batch, Columns, Writer, for_batches};
use crate::text::Voice;
use crate::text::clean::{Cleaner, LineSurvey};
use arrow_array::RecordBatch;
use std::path::{Path, PathBuf};

/// Counts articles, each on its own.
pub struct PartCounter {
    counter: Counter,
    cutter: Option<Cutter>,
    omit: Vec<Particular>,
    columns: usize,
}

/// The result for one article.
pub(super) struct Made {
    counted: Counted,
    stream: String,
    cut: Option<Cut>,
}

/// Articles waiting to be written.
#[derive(Default)]
pub(super) struct Waiting {
    rows: Vec<(Article, Made)>,
    bytes: usize,
}

impl Waiting {
    pub fn push(&mut self, article: Article, made: Made) {
        self.bytes +=
            made.stream.len() + made.cut.as_ref().map_or(0, |c| c.words.len() + c.written.len() + c.prose.len());
        self.rows.push((article, made));
    }

    pub fn is_full(&self) -> bool {
        self.rows.len() >= parquet::BATCH || self.bytes >= 32 << 20
    }
}

impl PartCounter {
    /// A counter that uses the repeated lines of the whole corpus.
    ///
    /// # Errors
    /// A lexicon that breaks a rule.
    pub fn new(lexicons: &[LexiconFile], settings: &Settings, survey: LineSurvey) -> Result<Self> {
        let cleaner = (settings.boilerplate == Boilerplate::Remove).then(|| Cleaner::new(survey));
        let counter = Counter::new(&lexicon(lexicons)?, &settings.options(), cleaner);
        Ok(PartCounter::of(counter, settings))
    }

    pub(super) fn of(counter: Counter, settings: &Settings) -> Self {
        let cutter = settings.recipe().as_ref().map(Cutter::new);
        PartCounter { counter, cutter, omit: settings.omit.clone(), columns: settings.columns.len() }
    }

    /// Counts these articles. Each must have a unique id across all parts, which is checked when they are compared.
    /// Their other columns ([`Article::extra`]) must be those of the settings, in the same order. An article's row
    /// depends on nothing but the article.
    ///
    /// # Errors
    /// [`Kind::Data`](crate::error::Kind::Data): an article without an id, or with the wrong number of other columns.
    pub fn batch(&self, articles: &[Article]) -> Result<RecordBatch> {
        let mut waiting = Waiting::default();
        for (at, article) in articles.iter().enumerate() {
            self.check(at, article)?;
            let made = self.count(article)?;
            waiting.push(Article { text: String::new(), ..article.clone() }, made);
        }
        self.written(&waiting)
    }

    /// Checks that the row of an article can be combined with others; a corpus already guarantees it.
    fn check(&self, at: usize, article: &Article) -> Result<()> {
        if article.id.is_empty() {
            return Err(Error::data("an article without an id")
                .at(Place::default().row(at as u64 + 1))
                .expected("an id: nothing else identifies articles that are counted in parts")
                .help("make one from the address or from a hash of the text"));
        }
        if article.extra.len() != self.columns {
            return Err(Error::data("an article with other columns than the settings")
                .at(Place::default().article(&article.id))
                .found(format!("{} in `Article::extra`", article.extra.len()))
                .expected(format!("{}, as in `Settings::columns`; empty where absent", self.columns)));
        }
        Ok(())
    }

    /// Counts the articles of a corpus and passes them on in batches that fit into memory.
    ///
    /// # Errors
    /// Rows that can't be read; errors of `take`.
    pub fn count_corpus(&self, corpus: &Corpus, mut take: impl FnMut(RecordBatch) -> Result<()>) -> Result<()> {
        let mut waiting = Waiting::default();
        let count = |_, article: Article| {
            let made = self.count(&article);
            (Article { text: String::new(), ..article }, made)
        };
        corpus.for_each(Pass::new(), count, |_, (article, made)| {
            waiting.push(article, made?);
            if waiting.is_full() { take(self.written(&std::mem::take(&mut waiting))?) } else { Ok(()) }
        })?;
        // An empty batch has columns, too.
        take(self.written(&waiting)?)
    }

    fn written(&self, waiting: &Waiting) -> Result<RecordBatch> {
        RecordBatch::try_from_iter_with_nullable(self.columns(waiting))
            .map_err(|e| Error::data("articles that can't be counted").found(e.to_string()))
    }

    pub(super) fn count(&self, article: &Article) -> Result<Made> {
        let mut table = TermTable::default();
        let mut counted = self.counter.count(article, |word| table.id(word))?;
        counted.evidence = Vec::new();
        let stream = written(&std::mem::take(&mut counted.words).words(), &table);
        Ok(Made { counted, stream, cut: self.cutter.as_ref().map(|cutter| cutter.cut(article)) })
    }

    pub(super) fn columns(&self, waiting: &Waiting) -> Columns {
        let rows = &waiting.rows;
        let counted = rows.iter().map(|(article, made)| (article, &made.counted));
        let articles: Vec<columns::Row<'_>> = counted.map(|(article, counted)| (article, &counted.counts)).collect();
        let mut columns = columns::of(&articles, &self.omit);
        let prints = || rows.iter().map(|(_, made)| &made.counted.fingerprint);
        let hashes =
            |of: fn(&Fingerprint) -> &terms::Counts| parquet::numbers(prints().map(|f| of(f).hashes.iter().copied()));
        let counts =
            |of: fn(&Fingerprint) -> &terms::Counts| parquet::bytes(prints().map(|f| Some(of(f).counts.to_vec())));
        let sentences = || rows.iter().map(|(_, made)| made.counted.sentences.iter());
        let uses = |of: fn(usize, &(usize, usize, Voice)) -> usize| {
            parquet::numbers(
                sentences()
                    .map(|all| all.enumerate().flat_map(move |(at, s)| s.uses.iter().map(move |u| of(at, u) as u32))),
            )
        };
        let cut = |of: fn(&Cut) -> &String| parquet::text(rows.iter().map(|(_, made)| made.cut.as_ref().map(of)));
        columns.extend([
            ("signature", parquet::bytes(prints().map(|f| f.signature.as_ref().map(Signature::to_bytes))), true),
            ("sketch", parquet::numbers(prints().map(|f| f.sketch.hashes().iter().copied())), false),
            ("story_words", hashes(|f| &f.terms.words), false),
            ("story_word_counts", counts(|f| &f.terms.words), false),
            ("story_pairs", hashes(|f| &f.terms.pairs), false),
            ("story_pair_counts", counts(|f| &f.terms.pairs), false),
            ("stream", parquet::text(rows.iter().map(|(_, made)| Some(&made.stream))), false),
            ("sentence_words", parquet::texts(sentences().map(|all| all.map(|s| &s.words))), false),
            ("sentence_around", parquet::texts(sentences().map(|all| all.map(|s| &s.around))), false),
            ("use_sentences", uses(|at, _| at), false),
            ("use_contrasts", uses(|_, u| u.0), false),
            ("use_poles", uses(|_, u| u.1), false),
            ("use_voices", uses(|_, u| u.2 as usize), false),
            ("cut_words", cut(|c| &c.words), true),
            ("cut_written", cut(|c| &c.written), true),
            ("cut_prose", cut(|c| &c.prose), true),
        ]);
        columns
    }
}

/// Writes batches of a [`PartCounter`] with the same lexicons and settings as the folder of a tally. `warnings` has
/// what was noticed when the articles were read.
///
/// # Errors
/// Errors of `batches`; batches with other columns; writing that fails.
pub fn write_part(
    batches: impl IntoIterator<Item = Result<RecordBatch>>,
    lexicons: &[LexiconFile],
    settings: &Settings,
    warnings: Vec<String>,
    out: &Path,
) -> Result<Header> {
    lexicon(lexicons)?;
    format::make(out, |folder| {
        let mut header = Settings { detail: Detail::Ordered, ..settings.clone() }.header(lexicons);
        let mut writer = Writer::new(&folder.join(ARTICLES), &[]);
        for batch in batches {
            let batch = batch?;
            header.articles += batch.num_rows() as u64;
            writer.write_batch(&batch)?;
        }
        if header.articles == 0 {
            return Err(Error::data("no articles").help("a part of a tally has one article or more"));
        }
        writer.finish()?;
        header.warnings = warnings;
        header.files = vec![HashedFile::of(folder, ARTICLES)?];
        Ok(header)
    })
}

/// The header of parts that another program has written as Parquet. `files` has their sizes and hashes, `survey` the
/// result of surveying the parts. Written to the same folder as `tally.json`, it makes the folder a tally. Files in
/// subfolders must be in folders whose names begin with `parts-`.
///
/// # Errors
/// A lexicon that breaks a rule.
pub fn header(
    lexicons: &[LexiconFile],
    settings: &Settings,
    survey: &PartSurvey,
    mut files: Vec<HashedFile>,
) -> Result<Header> {
    lexicon(lexicons)?;
    files.sort_by(|one, other| one.name.cmp(&other.name));
    let header = Settings { detail: Detail::Ordered, ..settings.clone() }.header(lexicons);
    let (articles, bad_rows, warnings) = (survey.articles(), survey.bad_rows(), survey.warnings());
    Ok(Header { articles, bad_rows, warnings, files, ..header })
}

/// Words as a text: each is preceded by a letter that says whether it begins a sentence or with a capital; `|` where
/// phrases end.
fn written(words: &[u32], table: &TermTable) -> String {
    let mut text = String::with_capacity(words.len() * 7);
    for &word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        if word == BREAK {
            text.push('|');
            continue;
        }
        text.push(match (word & FIRST != 0, word & CAPITAL != 0) {
            (false, false) => '.',
            (true, false) => '^',
            (false, true) => '+',
            (true, true) => '*',
        });
        text.push_str(table.term(word & WORD).unwrap_or_default());
    }
    text
}

/// The words of such a text; `None` if it isn't one.
fn words(text: &str, table: &SharedTermTable) -> Option<Vec<u32>> {
    let word = |word: &str| {
        if word == "|" {
            return Some(BREAK);
        }
        let mut letters = word.chars();
        let marks = match letters.next()? {
            '.' => 0,
            '^' => FIRST,
            '+' => CAPITAL,
            '*' => FIRST | CAPITAL,
            _ => return None,
        };
        Some(table.id(letters.as_str()) | marks)
    };
    if text.is_empty() { Some(Vec::new()) } else { text.split(' ').map(word).collect() }
}

/// Reads parts back: all articles of all folders, with what they are cut into for models for `keep`. `stop` is checked
/// at every batch.
pub(super) fn read(
    folders: &[(PathBuf, Header)],
    lexicon: &Lexicon,
    options: &Options,
    stop: &Stop,
    keep: &mut dyn FnMut(Article, Cut) -> Result<()>,
) -> Result<Collected> {
    let (cues, table) = (Cues::new(lexicon), SharedTermTable::default());
    let mut gathered = Gathered::new(lexicon);
    let files =
        folders.iter().flat_map(|(folder, header)| header.article_files().map(move |name| (folder, header, name)));
    for (folder, header, name) in files {
        let path = folder.join(name);
        let broken = |found: String| broken(&path, "a tally that is broken").found(found);
        for_batches(&path, &broken, |batch| {
            stop.check()?;
            let batch = Batch::new(batch, &broken);
            let rows = columns::read(&batch, &cues, header.columns.len(), &broken)?;
            let reader = Reader::new(&batch)?;
            for (row, (article, counts)) in rows.into_iter().enumerate() {
                let wrong = |what: &str| broken(format!("{what} of article {:?} that can't be", article.id));
                let fingerprint = reader.fingerprint(row).ok_or_else(|| wrong("hashes"))?;
                let words = match options.keywords {
                    Some(_) => Stream::new(&words(&reader.stream(row), &table).ok_or_else(|| wrong("words"))?),
                    None => Stream::default(),
                };
                let sentences = reader.sentences(row, lexicon).ok_or_else(|| wrong("sentences"))?;
                let counted = super::counts::counted(&options.by, (article.clone(), counts), &header.columns);
                gathered.push(Counted { sentences, fingerprint, words, ..counted })?;
                keep(article, reader.cut(row))?;
            }
            Ok(())
        })?;
    }
    let (mut collected, apart) = gathered.collected(options.keywords.is_some().then(|| table.into_terms()))?;
    collected.check_ids()?;
    stop.check()?;
    collected.find_stories(apart)?;
    Ok(collected)
}

/// A column: returns the value of a row.
type Column<'b, T> = Box<dyn Fn(usize) -> T + 'b>;

/// The columns that only parts have.
struct Reader<'b> {
    signature: Column<'b, Option<&'b [u8]>>,
    numbers: Vec<Column<'b, Vec<u32>>>,
    counts: [Column<'b, Option<&'b [u8]>>; 2],
    stream: Column<'b, Option<&'b str>>,
    texts: [Column<'b, Vec<String>>; 2],
    cut: [Column<'b, Option<&'b str>>; 3],
}

/// Lists of numbers, in the order of [`Reader::numbers`].
const NUMBERS: [&str; 7] =
    ["sketch", "story_words", "story_pairs", "use_sentences", "use_contrasts", "use_poles", "use_voices"];

impl<'b> Reader<'b> {
    fn new(batch: &Batch<'b>) -> Result<Self> {
        let numbers = |name: &&str| Ok(Box::new(batch.numbers(name)?) as Column<'b, Vec<u32>>);
        Ok(Reader {
            signature: Box::new(batch.bytes("signature")?),
            numbers: NUMBERS.iter().map(numbers).collect::<Result<_>>()?,
            counts: [Box::new(batch.bytes("story_word_counts")?), Box::new(batch.bytes("story_pair_counts")?)],
            stream: Box::new(batch.text("stream")?),
            cut: [
                Box::new(batch.text("cut_words")?),
                Box::new(batch.text("cut_written")?),
                Box::new(batch.text("cut_prose")?),
            ],
            texts: [Box::new(batch.texts("sentence_words")?), Box::new(batch.texts("sentence_around")?)],
        })
    }

    fn stream(&self, row: usize) -> String {
        (self.stream)(row).unwrap_or_default().to_owned()
    }

    fn cut(&self, row: usize) -> Cut {
        let [words, written, prose] = self.cut.each_ref().map(|of| of(row).unwrap_or_default().to_owned());
        Cut { words, written, prose }
    }

    fn fingerprint(&self, row: usize) -> Option<Fingerprint> {
        let signature = match (self.signature)(row) {
            Some(bytes) => Some(Signature::from_bytes(bytes)?),
            None => None,
        };
        let counts = |kind: usize| {
            terms::Counts::from_parts(self.numbers[1 + kind](row), self.counts[kind](row).unwrap_or_default())
        };
        Some(Fingerprint {
            signature,
            sketch: Sketch::from_hashes(self.numbers[0](row))?,
            terms: terms::Terms { words: counts(0)?, pairs: counts(1)? },
            is_foreign: false,
        })
    }

    fn sentences(&self, row: usize, lexicon: &Lexicon) -> Option<Vec<MaskedSentence>> {
        let (words, around) = ((self.texts[0])(row), (self.texts[1])(row));
        if words.len() != around.len() {
            return None;
        }
        let both = words.into_iter().zip(around);
        let mut sentences: Vec<MaskedSentence> =
            both.map(|(words, around)| MaskedSentence { words, around, uses: Vec::new() }).collect();
        let [at, contrasts, poles, voices] = [3, 4, 5, 6].map(|list: usize| self.numbers[list](row));
        if [&contrasts, &poles, &voices].iter().any(|list| list.len() != at.len()) {
            return None;
        }
        for (((at, contrast), pole), voice) in at.into_iter().zip(contrasts).zip(poles).zip(voices) {
            let used = super::counts::used(lexicon, contrast, pole, voice)?;
            sentences.get_mut(at as usize)?.uses.push(used);
        }
        sentences.iter().all(|s| !s.uses.is_empty()).then_some(sentences)
    }
}

#[cfg(test)]
mod tests;
