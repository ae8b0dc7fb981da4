//! From a corpus to the folder of a tally.

use super::{Settings, Tallies, columns, lexicon, ordered};
use crate::compare::collect::{self, Collected, Gathered, Stage, Tell};
use crate::compare::context::sentences::{Sentence, Sentences};
use crate::compare::counter::{Counted, Counter, Counts};
use crate::compare::keywords::TermCounts;
use crate::compare::keywords::kept::{KeptTerms, Placed};
use crate::compare::{Boilerplate, Options, context};
use crate::corpus::{Article, Corpus, InputFile, Pass, Survey};
use crate::cues::Lexicon;
use crate::error::{Error, Place, Result};
use crate::features::SharedTermTable;
use crate::model::cuts::{Cuts, Numbered, Numberer};
use crate::model::tallied;
use crate::records::Records;
use crate::stop::Stop;
use crate::tally::format::{
    self, ARTICLES, CONTEXTS, Detail, HEADER, HashedFile, Header, LexiconFile, Particular, TERMS,
};
use crate::tally::parquet::{self, BATCH, Columns, Writer};
use crate::tally::{Tally, particulars};
use crate::text::clean::{Cleaner, LineSurvey};
use std::path::Path;

/// Counts a corpus and writes the folder of its tally; returns the header that it wrote.
///
/// `survey` has the repeated lines of a larger corpus that this one is a part of; without it, those of this corpus are
/// learnt. `progress` is called with the stage and its progress.
///
/// # Errors
/// As [`compare`](crate::compare::compare()); a lexicon that breaks a rule; writing that fails.
pub fn tally(
    corpus: &Corpus,
    lexicons: &[LexiconFile],
    settings: &Settings,
    survey: Option<LineSurvey>,
    out: &Path,
    progress: &Tell<'_>,
) -> Result<Header> {
    let lexicon = lexicon(lexicons)?;
    let options = settings.options();
    format::make(out, |folder| {
        let (surveyed, cleaner) = learn(corpus, &options, survey, progress)?;
        let reading = Reading { corpus, lexicon: &lexicon, settings, options: &options, progress };
        let files = match settings.detail {
            Detail::Counts => {
                let (collected, kept) = reading.counts(cleaner)?;
                let stop = &corpus.options().stop;
                let folder = Folder { path: folder, lexicon: &lexicon, settings, options: &options, stop, progress };
                folder.write(collected, &kept)?
            }
            Detail::Ordered => reading.ordered(cleaner, folder)?,
        };
        let mut header = settings.header(lexicons);
        header.articles = surveyed.articles as u64;
        header.bad_rows = surveyed.skipped;
        header.warnings = corpus.warnings().iter().map(ToString::to_string).collect();
        header.inputs = corpus.inputs().into_iter().map(input).collect();
        header.files = files.into_iter().map(|name| HashedFile::of(folder, name)).collect::<Result<_>>()?;
        Ok(header)
    })
}

/// Makes one tally with [`Detail::Counts`] out of parts with [`Detail::Ordered`].
///
/// # Errors
/// Tallies with the other level of detail; broken files; writing that fails; stopped by `stop`.
pub fn of_parts(parts: &Tallies, out: &Path, stop: &Stop, progress: &Tell<'_>) -> Result<Header> {
    let (folder, first) = &parts.folders()[0];
    if first.detail != Detail::Ordered {
        return Err(Error::usage("a tally made from a tally")
            .at(Place::file(folder))
            .found(format!("detail: {}", first.detail.name()))
            .expected("articles, or parts that were made with --detail ordered")
            .help("`aslant compare` and `aslant train` take tallies as they are, several at once"));
    }
    let settings = Settings {
        voice: parts.voice(),
        boilerplate: parts.boilerplate(),
        detail: Detail::Counts,
        columns: first.columns.clone(),
        omit: first.omitted.clone(),
        features: tallied::blocks(&folder.join(HEADER), first)?,
    };
    let alike = |header: &Header| header.columns == first.columns && header.features == first.features;
    if let Some((other, _)) = parts.folders().iter().find(|(_, header)| !alike(header)) {
        return Err(Error::data("parts that can't be combined: different columns or features")
            .at(Place::file(other))
            .help("make it again with the options of the first, which its tally.json lists"));
    }
    let options = settings.options();
    format::make(out, |path| {
        let mut kept = Kept::default();
        let numberer = settings.recipe().as_ref().map(Numberer::new);
        progress(Stage::Counting, 0.0);
        let collected = ordered::read(parts.folders(), parts.lexicon(), &options, stop, &mut |article, cut| {
            kept.push(&article, numberer.as_ref().map(|numberer| numberer.number(cut)))
        })?;
        numberer.into_iter().for_each(|numberer| kept.cuts.name(numberer));
        let (lexicon, settings, options) = (parts.lexicon(), &settings, &options);
        let files = Folder { path, lexicon, settings, options, stop, progress }.write(collected, &kept)?;
        let mut header = settings.header(&first.lexicons);
        for (_, part) in parts.folders() {
            header.articles = header.articles.saturating_add(part.articles);
            header.bad_rows = header.bad_rows.saturating_add(part.bad_rows);
            header.warnings.extend(part.warnings.iter().cloned());
            header.inputs.extend(part.inputs.iter().cloned());
        }
        header.files = files.into_iter().map(|name| HashedFile::of(path, name)).collect::<Result<_>>()?;
        Ok(header)
    })
}

/// What is kept of the articles in addition to their counts, in the order in which they are read.
#[derive(Default)]
struct Kept {
    /// The metadata of each article, on disk.
    about: Records,
    cuts: Cuts,
}

impl Kept {
    fn push(&mut self, article: &Article, cut: Option<Numbered>) -> Result<()> {
        cut.into_iter().try_for_each(|cut| self.cuts.push(cut))?;
        self.about.push_with(|bytes| particulars::put(bytes, article)).map(drop)
    }
}

/// An input by its file name only: folders reveal something about the machine.
fn input(file: InputFile) -> HashedFile {
    let name = Path::new(&file.name).file_name().map_or(file.name.clone(), |name| name.to_string_lossy().into_owned());
    HashedFile { name, bytes: file.bytes, sha256: file.sha256 }
}

/// The first pass.
fn learn(
    corpus: &Corpus,
    options: &Options,
    survey: Option<LineSurvey>,
    progress: &Tell<'_>,
) -> Result<(Survey, Option<Cleaner>)> {
    let Some(lines) = survey else { return collect::survey(corpus, options, progress) };
    let rows_only = Options { boilerplate: Boilerplate::Keep, ..options.clone() };
    let (surveyed, _) = collect::survey(corpus, &rows_only, progress)?;
    Ok((surveyed, (options.boilerplate == Boilerplate::Remove).then(|| Cleaner::new(lines))))
}

/// A corpus that is being counted.
struct Reading<'j> {
    corpus: &'j Corpus,
    lexicon: &'j Lexicon,
    settings: &'j Settings,
    options: &'j Options,
    progress: &'j Tell<'j>,
}

impl Reading<'_> {
    fn for_each<T: Send>(
        &self,
        map: impl Fn(&Article) -> T + Sync,
        mut fold: impl FnMut(Article, T) -> Result<()>,
    ) -> Result<()> {
        self.corpus.for_each(
            Pass::new().progress(&|p| (self.progress)(Stage::Counting, p.part())),
            |_, article| {
                let made = map(&article);
                // From here on the text isn't needed.
                (Article { text: String::new(), ..article }, made)
            },
            |_, (article, made)| fold(article, made),
        )
    }

    fn counts(&self, cleaner: Option<Cleaner>) -> Result<(Collected, Kept)> {
        let counter = Counter::new(self.lexicon, self.options, cleaner);
        let recipe = self.settings.recipe();
        let numberer = recipe.as_ref().map(Numberer::new);
        let table = SharedTermTable::default();
        let (mut gathered, mut kept) = (Gathered::new(self.lexicon), Kept::default());
        let map = |article: &Article| -> Result<(Counted, Option<Numbered>)> {
            let counted = counter.count_by(&table, article)?;
            Ok((Counted { evidence: Vec::new(), ..counted }, numberer.as_ref().map(|numberer| numberer.cut(article))))
        };
        self.for_each(map, |article, made| {
            let (counted, cut) = made?;
            gathered.push(counted)?;
            kept.push(&article, cut)
        })?;
        numberer.into_iter().for_each(|numberer| kept.cuts.name(numberer));
        let (mut collected, apart) = gathered.collected(Some(table.into_terms()))?;
        (self.progress)(Stage::Stories, 0.0);
        collected.find_stories(apart)?;
        Ok((collected, kept))
    }

    fn ordered(&self, cleaner: Option<Cleaner>, folder: &Path) -> Result<Vec<&'static str>> {
        let counter = Counter::new(self.lexicon, self.options, cleaner);
        let counter = ordered::PartCounter::of(counter, self.settings);
        let mut writer = Writer::new(&folder.join(ARTICLES), &[]);
        let mut waiting = ordered::Waiting::default();
        self.for_each(
            |article| counter.count(article),
            |article, made| {
                waiting.push(article, made?);
                if waiting.is_full() { writer.write(counter.columns(&std::mem::take(&mut waiting))) } else { Ok(()) }
            },
        )?;
        writer.write(counter.columns(&waiting))?;
        writer.finish()?;
        Ok(vec![ARTICLES])
    }
}

/// The folder of a tally in the making.
struct Folder<'j> {
    path: &'j Path,
    lexicon: &'j Lexicon,
    settings: &'j Settings,
    options: &'j Options,
    stop: &'j Stop,
    progress: &'j Tell<'j>,
}

impl Folder<'_> {
    /// Counts what needs all articles at once, and writes all files.
    fn write(&self, mut collected: Collected, kept: &Kept) -> Result<Vec<&'static str>> {
        self.stop.check()?;
        (self.progress)(Stage::Keywords, 0.0);
        let keywords = self.options.keywords.clone().unwrap_or_default();
        let terms = KeptTerms::new(TermCounts::of(&mut collected, &keywords)?)?;
        match self.settings.omit.contains(&Particular::Contexts) {
            true => collected.sentences = Sentences::default(),
            false => context::anonymous(&mut collected, self.lexicon)?,
        }
        self.stop.check()?;
        self.write_articles(&collected, &kept.about, &terms)?;
        self.write_terms(&terms)?;
        self.write_contexts(&collected)?;
        let mut files = vec![ARTICLES, TERMS, CONTEXTS];
        if let Some(recipe) = &self.settings.recipe() {
            self.stop.check()?;
            let order: Vec<usize> = collected.articles.iter().map(|record| record.number as usize).collect();
            files.extend(tallied::write(&kept.cuts, &order, recipe, self.path)?);
        }
        Ok(files)
    }

    fn write_articles(&self, collected: &Collected, about: &Records, terms: &KeptTerms) -> Result<()> {
        let rows: Vec<u32> = (0..collected.articles.len() as u32).collect();
        let (mut about, mut terms, mut entries) = (about.reader(), terms.reader(), collected.entries.reader());
        write(&self.path.join(ARTICLES), &["terms"], &rows, |rows| {
            let all = || rows.iter().map(|&i| &collected.articles[i as usize]);
            let said = all().map(|record| Ok(particulars::taken(about.read(record.number as usize)?)));
            let said = said.collect::<Result<Vec<Article>>>()?;
            let counts = all().map(|record| {
                let entry = entries.read(record)?;
                let tally = Tally { words: record.words, words_removed: entry.words_removed, cues: entry.cues() };
                let agency = collected.labels.agency(record).map(str::to_owned);
                Ok(Counts { tally, said: entry.said(), agency })
            });
            let counts = counts.collect::<Result<Vec<Counts>>>()?;
            let articles: Vec<columns::Row<'_>> = said.iter().zip(&counts).collect();
            let placed = rows.iter().map(|&i| terms.read(i as usize)).collect::<Result<Vec<Vec<Placed>>>>()?;
            let mut columns = columns::of(&articles, &self.settings.omit);
            let reprints = || rows.iter().map(|i| collected.reprints.get(&(*i as usize)));
            let terms_of = || placed.iter().map(|of| of.iter().map(|(term, _)| term));
            let places = || placed.iter().map(|of| of.iter().map(|(_, place)| place));
            columns.extend([
                ("story", parquet::number(all().map(|r| r.story.get().map(|s| s as u32))), true),
                ("reprint_of", parquet::number(reprints().map(|r| r.map(|r| r.of as u32))), true),
                ("similarity", parquet::real(reprints().map(|r| r.map(|r| r.similarity))), true),
                ("copied", parquet::real(reprints().map(|r| r.map(|r| r.copied))), true),
                ("terms", parquet::numbers(terms_of().map(|t| t.map(|(term, _)| *term))), false),
                ("counts", parquet::numbers(terms_of().map(|t| t.map(|(_, count)| *count))), false),
                ("inside", parquet::numbers(places().map(|p| p.map(|p| p.inside))), false),
                ("capitals", parquet::numbers(places().map(|p| p.map(|p| p.capitals))), false),
                ("edges", parquet::numbers(places().map(|p| p.map(|p| u32::from(p.edge)))), false),
                ("around", parquet::numbers(places().map(|p| p.map(|p| p.around.map_or(0, short)))), false),
            ]);
            Ok(columns)
        })
    }

    fn write_terms(&self, terms: &KeptTerms) -> Result<()> {
        write(&self.path.join(TERMS), &[], &terms.names, |rows| {
            Ok(vec![
                ("term", parquet::text(rows.iter().map(|(name, _)| Some(name))), false),
                ("articles", parquet::number(rows.iter().map(|(_, df)| Some(*df))), false),
            ])
        })
    }

    fn write_contexts(&self, collected: &Collected) -> Result<()> {
        let (places, mut reader) = (collected.places(), collected.sentences.reader());
        let all: Vec<u32> = (0..collected.sentences.len() as u32).collect();
        write(&self.path.join(CONTEXTS), &["words", "around"], &all, |numbers| {
            let sentences = numbers.iter().map(|&number| reader.read(number)).collect::<Result<Vec<Sentence>>>()?;
            let uses = || sentences.iter().map(|s| s.uses.iter());
            let words =
                |of: fn(&Sentence) -> &Vec<u32>| parquet::numbers(sentences.iter().map(|s| of(s).iter().copied()));
            Ok(vec![
                ("article", parquet::number(sentences.iter().map(|s| Some(places[s.article as usize]))), false),
                ("contrasts", parquet::numbers(uses().map(|uses| uses.map(|u| u.0))), false),
                ("poles", parquet::numbers(uses().map(|uses| uses.map(|u| u.1))), false),
                ("voices", parquet::numbers(uses().map(|uses| uses.map(|u| u.2 as u32))), false),
                ("words", words(|s| &s.words), false),
                ("around", words(|s| &s.around), false),
            ])
        })
    }
}

/// A hash in 32 bits, never 0.
fn short(hash: u64) -> u32 {
    (hash as u32).max(1)
}

/// Writes rows in batches; a file without rows still has its columns.
fn write<R>(
    path: &Path,
    rising: &'static [&'static str],
    rows: &[R],
    mut columns: impl FnMut(&[R]) -> Result<Columns>,
) -> Result<()> {
    if u32::try_from(rows.len()).is_err() {
        return Err(Error::data("more rows than a tally can number").found(rows.len().to_string()));
    }
    let mut writer = Writer::new(path, rising);
    if rows.is_empty() {
        writer.write(columns(rows)?)?;
    }
    rows.chunks(BATCH).try_for_each(|chunk| writer.write(columns(chunk)?))?;
    writer.finish()
}
