//! From the folders of tallies with [`Detail::Counts`](crate::tally::format::Detail) to [`Collected`].
//!
//! A folder may come from anywhere, so every number is checked before it is used.

use super::columns::{self, Cues};
use crate::compare::collect::{Collected, Gathered, Words};
use crate::compare::context::sentences::{Sentence, SentenceTerms, Sentences};
use crate::compare::counter::{Counted, Counts};
use crate::compare::keywords::lists::{Lists, Terms, packed};
use crate::compare::keywords::places::Place;
use crate::compare::keywords::{TermCounts, TermNames};
use crate::compare::record::Index;
use crate::compare::{ArticleRecord, By, Options};
use crate::corpus::Article;
use crate::cues::Lexicon;
use crate::error::Result;
use crate::features::Stream;
use crate::stop::Stop;
use crate::stories::{Fingerprint, Reprint};
use crate::tally::format::{ARTICLES, CONTEXTS, Header, TERMS, broken};
use crate::tally::parquet::{Batch, for_batches};
use crate::text::Voice;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// All folders, one after the other.
struct Read {
    gathered: Gathered,
    /// The number of articles.
    rows: usize,
    /// For each row: the first article of its story.
    stories: Vec<Index>,
    /// For each row: what it is a copy of.
    reprints: BTreeMap<usize, Reprint>,
    names: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, u32>,
    /// The terms of each row.
    lists: Lists,
    sentences: Sentences,
    /// All numbers of sentence terms are below this.
    n_bags: usize,
    stop: Stop,
}

/// Reads tallies back. Sentences are only read if there is a single folder: the numbers of their terms have no meaning
/// in another. `stop` is checked at every batch.
pub(super) fn read(
    folders: &[(PathBuf, Header)],
    lexicon: &Lexicon,
    options: &Options,
    stop: &Stop,
) -> Result<Collected> {
    let mut read = Read::new(lexicon, stop);
    for (folder, header) in folders {
        let first = read.rows;
        let numbers = read.terms(&folder.join(TERMS))?;
        read.articles(&folder.join(ARTICLES), header, lexicon, &options.by, &numbers)?;
        if folders.len() == 1 {
            read.contexts(&folder.join(CONTEXTS), lexicon)?;
        }
        if read.rows == first {
            return Err(broken(folder.join(ARTICLES), "a tally without articles"));
        }
    }
    read.collected(options)
}

/// The values by which an article is compared, given the columns that were kept of it.
fn place(by: &By, article: &Article, columns: &[String]) -> (Option<String>, Option<String>) {
    let value = |name: String| {
        let at = columns.iter().position(|column| *column == name);
        at.and_then(|at| article.extra.get(at)).cloned().unwrap_or_default()
    };
    by.place(&Article { extra: by.columns().into_iter().map(value).collect(), ..article.clone() })
}

/// An article with its counts in the form that is collected: without sentences, fingerprint and words.
pub(super) fn counted(by: &By, (article, counts): (Article, Counts), columns: &[String]) -> Counted {
    let (outlet, period) = place(by, &article, columns);
    let Article { id, date, title, url, outlet: publisher, .. } = article;
    Counted {
        id,
        date,
        counts,
        stance: None,
        period,
        title,
        url,
        outlet,
        publisher,
        evidence: Vec::new(),
        sentences: Vec::new(),
        fingerprint: Fingerprint::default(),
        words: Stream::default(),
    }
}

/// A use, given its numbers; `None` if the lexicon has no such contrast or pole.
pub(super) fn used(lexicon: &Lexicon, contrast: u32, pole: u32, voice: u32) -> Option<(usize, usize, Voice)> {
    let (contrast, pole) = (contrast as usize, pole as usize);
    (pole < lexicon.contrasts.get(contrast)?.poles.len()).then_some(())?;
    Some((contrast, pole, *Voice::ALL.get(voice as usize)?))
}

impl Read {
    fn new(lexicon: &Lexicon, stop: &Stop) -> Read {
        Read {
            gathered: Gathered::new(lexicon),
            stories: Vec::new(),
            reprints: BTreeMap::new(),
            rows: 0,
            names: Vec::new(),
            numbers: FxHashMap::default(),
            lists: Lists::default(),
            sentences: Sentences::default(),
            n_bags: 0,
            stop: stop.clone(),
        }
    }

    /// Reads names of terms, and returns the number of each in this comparison.
    fn terms(&mut self, path: &Path) -> Result<Vec<u32>> {
        let broken = |found: String| broken(path, "a tally that is broken").found(found);
        let mut numbers = Vec::new();
        for_batches(path, &broken, |batch| {
            self.stop.check()?;
            let batch = Batch::new(batch, &broken);
            let term = batch.text("term")?;
            for row in 0..batch.len() {
                let term = term(row).filter(|t| !t.is_empty());
                let term = term.ok_or_else(|| broken(format!("a term without a name in row {row}")))?;
                let fresh = self.names.len() as u32;
                let number = *self.numbers.entry(term.into()).or_insert(fresh);
                if number == fresh {
                    self.names.push(term.into());
                }
                numbers.push(number);
            }
            Ok(())
        })?;
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        match sorted.windows(2).find(|w| w[0] == w[1]) {
            Some(twice) => Err(broken(format!("the term {:?} twice", self.names[twice[0] as usize]))),
            None => Ok(numbers),
        }
    }

    fn articles(&mut self, path: &Path, header: &Header, lexicon: &Lexicon, by: &By, numbers: &[u32]) -> Result<()> {
        let broken = |found: String| broken(path, "a tally that is broken").found(found);
        let (cues, first, mut last) = (Cues::new(lexicon), self.rows, None);
        for_batches(path, &broken, |batch| {
            self.stop.check()?;
            let batch = Batch::new(batch, &broken);
            let links = [batch.number("story")?, batch.number("reprint_of")?];
            let parts = [batch.real("similarity")?, batch.real("copied")?];
            let lists = [batch.numbers("terms")?, batch.numbers("counts")?];
            let places = [
                batch.numbers("inside")?,
                batch.numbers("capitals")?,
                batch.numbers("edges")?,
                batch.numbers("around")?,
            ];
            let rows = columns::read(&batch, &cues, header.columns.len(), &broken)?;
            for (row, (article, counts)) in rows.into_iter().enumerate() {
                let wrong = |what: &str| broken(format!("{what} of article {:?} that can't be", article.id));
                let place = |number: u32| {
                    let place = (number as u64) < header.articles;
                    place.then(|| first + number as usize).ok_or_else(|| wrong("copies or stories"))
                };
                self.stories.push(Index::new(links[0](row).map(&place).transpose()?));
                match (links[1](row), parts[0](row), parts[1](row)) {
                    (None, None, None) => {}
                    (Some(of), Some(similarity), Some(copied)) if similarity.is_finite() && copied.is_finite() => {
                        self.reprints.insert(self.rows, Reprint { of: place(of)?, similarity, copied });
                    }
                    _ => return Err(wrong("copies or stories")),
                }
                let lists = lists.each_ref().map(|of| of(row));
                let found = terms(lists, places.each_ref().map(|of| of(row)), numbers, counts.tally.total_words());
                let (terms, places) = found.ok_or_else(|| wrong("terms"))?;
                self.lists.push(&packed(&terms, &places))?;
                if let Some(before) = last.as_ref().filter(|before| article.id <= **before) {
                    return Err(broken(format!("article {:?} after {before:?}", article.id)));
                }
                last = Some(article.id.clone());
                self.rows += 1;
                self.gathered.push(counted(by, (article, counts), &header.columns))?;
            }
            Ok(())
        })?;
        let found = (self.rows - first) as u64;
        if found != header.articles {
            return Err(
                broken(format!("{found} articles")).expected(format!("{}, as the header says", header.articles))
            );
        }
        Ok(())
    }

    fn contexts(&mut self, path: &Path, lexicon: &Lexicon) -> Result<()> {
        let broken = |found: String| broken(path, "a tally that is broken").found(found);
        let (mut stored, mut most, mut last) = (0usize, None, 0);
        for_batches(path, &broken, |batch| {
            self.stop.check()?;
            let batch = Batch::new(batch, &broken);
            let article = batch.number("article")?;
            let uses = [batch.numbers("contrasts")?, batch.numbers("poles")?, batch.numbers("voices")?];
            let bags = [batch.numbers("words")?, batch.numbers("around")?];
            for row in 0..batch.len() {
                let wrong = || broken(format!("an impossible sentence, after {} others", self.sentences.len()));
                let article = article(row).filter(|a| (*a as usize) < self.rows).ok_or_else(wrong)?;
                let [contrasts, poles, voices] = uses.each_ref().map(|of| of(row));
                if contrasts.is_empty() || contrasts.len() != poles.len() || contrasts.len() != voices.len() {
                    return Err(wrong());
                }
                let all = contrasts.into_iter().zip(poles).zip(voices);
                let uses: Option<Vec<_>> = all.map(|((c, p), v)| used(lexicon, c, p, v).map(|u| (c, p, u.2))).collect();
                let [words, around] = bags.each_ref().map(|of| of(row));
                if !words.is_sorted() || !around.is_sorted() {
                    return Err(wrong());
                }
                stored += words.len() + around.len();
                most = most.max(words.last().copied()).max(around.last().copied());
                let uses = uses.ok_or_else(wrong)?;
                if std::mem::replace(&mut last, article) > article {
                    return Err(broken("sentences that are not in the order of the articles".to_owned()));
                }
                self.sentences.push(&Sentence { article, uses, words, around })?;
            }
            Ok(())
        })?;
        self.n_bags = most.map_or(0, |most| most as usize + 1);
        // Every term occurs in at least two sentences, so there are fewer terms than occurrences.
        if self.n_bags > stored {
            return Err(broken(format!("a term with the number {}", self.n_bags - 1)));
        }
        Ok(())
    }

    /// All articles in the order of their ids.
    fn collected(self, options: &Options) -> Result<Collected> {
        let (mut collected, _) = self.gathered.collected(None)?;
        collected.check_ids()?;
        let is_sorted = collected.articles.is_sorted_by_key(|article| article.number);
        let places = collected.places();
        let rank = |row: usize| places[row] as usize;
        for article in &mut collected.articles {
            article.story = Index::new(self.stories[article.number as usize].get().map(rank));
        }
        let reprints = self.reprints.into_iter();
        collected.mark_copies(reprints.map(|(row, r)| (rank(row), Reprint { of: rank(r.of), ..r })).collect());
        let lists = if is_sorted { self.lists } else { in_order(&self.lists, &collected.articles)? };
        let counts = TermCounts { names: TermNames::new(self.names), lists };
        collected.words = if options.keywords.is_some() { Words::Counted(counts) } else { Words::None };
        collected.sentences = self.sentences;
        collected.terms = SentenceTerms::Bags(self.n_bags);
        Ok(collected)
    }
}

/// Reorders the terms of articles from reading order to the order of the articles.
fn in_order(lists: &Lists, articles: &[ArticleRecord]) -> Result<Lists> {
    let (mut sorted, mut reader) = (Lists::default(), lists.reader());
    articles.iter().try_for_each(|article| sorted.push(reader.packed(article.number as usize)?).map(drop))?;
    Ok(sorted)
}

/// Terms with their counts and positions, sorted by their numbers in this comparison; `None` if they are invalid.
fn terms(
    [terms, counts]: [Vec<u32>; 2],
    [inside, capitals, edges, around]: [Vec<u32>; 4],
    numbers: &[u32],
    words: u32,
) -> Option<(Terms, Vec<Place>)> {
    let n = terms.len();
    if [&counts, &inside, &capitals, &edges, &around].iter().any(|list| list.len() != n) {
        return None;
    }
    let mut found = Vec::with_capacity(n);
    let mut all = 0u32;
    for i in 0..n {
        let place = Place {
            inside: inside[i],
            capitals: capitals[i],
            edge: edges[i] != 0,
            around: (around[i] != 0).then_some(u64::from(around[i])),
        };
        all = all.checked_add(counts[i])?;
        if counts[i] == 0 || place.inside > counts[i] || place.capitals > place.inside {
            return None;
        }
        found.push(((*numbers.get(terms[i] as usize)?, counts[i]), place));
    }
    // More uses of terms than words: no rate can be computed from that.
    if all > words || !terms.windows(2).all(|w| w[0] < w[1]) {
        return None;
    }
    found.sort_unstable_by_key(|((term, _), _)| *term);
    Some(found.into_iter().unzip())
}

#[cfg(test)]
mod tests {
    use super::super::{Settings, tally};
    use super::*;
    use crate::corpus::{Corpus, ReadOptions};
    use crate::error::Kind;
    use crate::tally::format::LexiconFile;

    #[test]
    fn terms_that_can_not_be_are_refused() {
        let read = |list: [&[u32]; 2], places: [&[u32]; 4]| {
            terms(list.map(<[u32]>::to_vec), places.map(<[u32]>::to_vec), &[7, 3], 5)
        };
        let (found, places) = read([&[0, 1], &[2, 3]], [&[1, 0], &[1, 0], &[0, 1], &[9, 0]]).expect("terms");
        assert_eq!(found, [(3, 3), (7, 2)]);
        assert_eq!(places[1], Place { inside: 1, capitals: 1, edge: false, around: Some(9) });
        assert!(places[0].edge);
        let zeros: [&[u32]; 4] = [&[0, 0]; 4];
        for bad in [
            [&[0, 1][..], &[2, 0]],
            [&[0, 2], &[1, 1]],
            [&[1, 0], &[1, 1]],
            [&[0, 1], &[3, 3]],
            [&[0, 1], &[u32::MAX, 2]],
        ] {
            assert!(read(bad, zeros).is_none(), "{bad:?}");
        }
        assert!(read([&[0, 1], &[1, 1]], [&[2, 0], &[0, 0], &[0, 0], &[0, 0]]).is_none());
        assert!(read([&[0, 1], &[1, 1]], [&[0], &[0, 0], &[0, 0], &[0, 0]]).is_none());
    }

    #[test]
    fn reading_any_file_ends_when_it_is_told_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let articles = folder.path().join("articles.csv");
        let rows = (0..20).map(|n| format!("{n},Outlet {},Rebels left the {n}th town today.\n", n % 2));
        std::fs::write(&articles, "id,outlet,text\n".to_owned() + &rows.collect::<String>()).expect("writes");
        let corpus = Corpus::open(ReadOptions::new([articles])).expect("articles");
        let text = "[[contrast]]\nname=\"a\"\n[[contrast.pole]]\nname=\"x\"\ncues=[\"rebels\"]\n\
                    [[contrast.pole]]\nname=\"y\"\ncues=[\"militants\"]"
            .to_owned();
        let lexicons = [LexiconFile { name: "cues.toml".into(), text }];
        let out = folder.path().join("tally");
        let header = tally(&corpus, &lexicons, &Settings::default(), None, &out, &|_, _| ()).expect("written");
        let lexicon = super::super::lexicon(&lexicons).expect("a lexicon");
        let (mut read, by) = (Read::new(&lexicon, &Stop::default()), By::default());
        let numbers = read.terms(&out.join(TERMS)).expect("terms");
        read.articles(&out.join(ARTICLES), &header, &lexicon, &by, &numbers).expect("articles");
        read.contexts(&out.join(CONTEXTS), &lexicon).expect("contexts");
        assert!(!read.names.is_empty() && read.rows > 0 && !read.sentences.is_empty());
        read.stop.stop();
        let stopped = [
            read.terms(&out.join(TERMS)).err(),
            read.articles(&out.join(ARTICLES), &header, &lexicon, &by, &numbers).err(),
            read.contexts(&out.join(CONTEXTS), &lexicon).err(),
        ];
        assert_eq!(stopped.map(|e| e.map(|e| e.kind())), [Some(Kind::Stopped); 3]);
    }

    #[test]
    fn uses_are_of_the_lexicon() {
        let lexicon = Lexicon::parse("t", "[[category]]\nname=\"a\"\ncues=[\"x\"]").expect("a lexicon");
        assert_eq!(used(&lexicon, 0, 0, 1), Some((0, 0, Voice::Quoted)));
        assert!([(1, 0, 0), (0, 1, 0), (0, 0, 4)].iter().all(|&(c, p, v)| used(&lexicon, c, p, v).is_none()));
    }
}
