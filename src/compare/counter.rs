//! Counts one article: cleans, segments and matches it, and assigns voices.

use super::evidence::Evidence;
use super::keywords::words::{Number, words, words_of};
use super::record::first_poles;
use super::sentences::{MaskedSentence, masked_sentences};
use super::speakers::{self, Said};
use super::stance::Stance;
use super::{Options, Voices};
use crate::corpus::Article;
use crate::cues::{Lexicon, Matcher, SymbolRange, Symbols};
use crate::error::Result;
use crate::features::{SharedTermTable, Stream};
use crate::stories::{Fingerprint, HashedWord, agency};
use crate::tally::{self, Tally, Use};
use crate::text::clean::{self, Cleaner, Known};
use crate::text::voice::Listed;
use crate::text::{CharOffsets, Document, Holds, Memo, Reader, Speakers, snippet};
use chrono::NaiveDate;
use std::sync::{Mutex, PoisonError};

/// What is counted of one article and kept in every tally, whatever its detail.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub tally: Tally,
    /// Who is quoted or reported with a cue, and with which pole; sorted.
    pub said: Vec<Said>,
    /// The news agencies that it credits.
    pub agency: Option<String>,
}

/// The result of counting one article.
pub(super) struct Counted {
    pub id: String,
    pub date: Option<NaiveDate>,
    pub counts: Counts,
    /// The model's scores for it, if there is a model.
    pub stance: Option<Stance>,
    /// Its period, or its value of the second name of [`Options::by`].
    pub period: Option<String>,
    pub title: Option<String>,
    pub url: Option<String>,
    /// Its group in what is compared: the outlet by default.
    pub outlet: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    pub evidence: Vec<Evidence>,
    pub sentences: Vec<MaskedSentence>,
    pub fingerprint: Fingerprint,
    /// Its words in the voice that is compared, if keywords are requested ([`super::keywords::words`]).
    pub words: Stream,
}

/// Counts articles, each on its own.
pub(super) struct Counter {
    options: Options,
    matcher: Matcher,
    cleaner: Option<Cleaner>,
    first_poles: Vec<usize>,
    /// One per counting thread.
    scratch: Mutex<Vec<Scratch>>,
}

/// What a thread knows about the words it has seen.
#[derive(Default)]
struct Scratch {
    reader: Reader<Word>,
    symbols: Symbols,
}

/// What is known about one word, in one cache line.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Word {
    listed: Option<Listed>,
    symbols: Option<SymbolRange>,
    hashed: Option<HashedWord>,
    number: Option<Number>,
}

const _: () = assert!(size_of::<Word>() == 64, "one line of the processor's cache");

macro_rules! holds {
    ($($field:ident: $what:ty),*) => {$(
        impl Holds<$what> for Word {
            #[inline]
            fn known(&self) -> Option<$what> {
                self.$field
            }

            fn keep(&mut self, found: $what) {
                self.$field = Some(found);
            }
        }
    )*};
}
holds!(listed: Listed, symbols: SymbolRange, hashed: HashedWord, number: Number);

/// With more spellings, a thread starts over: rare ones aren't worth the memory.
const MOST_FORMS: usize = 1 << 20;

impl Counter {
    pub fn new(lexicon: &Lexicon, options: &Options, cleaner: Option<Cleaner>) -> Self {
        let (options, matcher) = (options.clone(), Matcher::new(lexicon));
        Counter { options, matcher, cleaner, first_poles: first_poles(lexicon), scratch: Mutex::default() }
    }

    /// Counts one article; `number` gives each word a number, if keywords are requested.
    ///
    /// # Errors
    /// None that an article can cause.
    pub fn count(&self, article: &Article, number: impl FnMut(&str) -> u32) -> Result<Counted> {
        self.count_with(article, |document, _| words(document, self.options.voice, number))
    }

    /// The same with numbers from one table, which is faster. Always pass the same table.
    ///
    /// # Errors
    /// As [`Counter::count`].
    pub fn count_by(&self, table: &SharedTermTable, article: &Article) -> Result<Counted> {
        self.count_with(article, |document, known| words_of(document, self.options.voice, table, known))
    }

    fn count_with(
        &self,
        article: &Article,
        words: impl FnOnce(&Document<'_>, &mut Memo<Word>) -> Vec<u32>,
    ) -> Result<Counted> {
        let free = || self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let known = free().pop().filter(|scratch| scratch.reader.n_forms() < MOST_FORMS);
        let mut scratch = known.unwrap_or_default();
        let counted = self.count_in(article, words, &mut scratch);
        free().push(scratch);
        counted
    }

    fn count_in(
        &self,
        article: &Article,
        words: impl FnOnce(&Document<'_>, &mut Memo<Word>) -> Vec<u32>,
        scratch: &mut Scratch,
    ) -> Result<Counted> {
        let prose = match &self.cleaner {
            Some(cleaner) => cleaner.clean(&article.text, Known::of(article)),
            None => clean::keep_all(&article.text),
        };
        let Scratch { reader, symbols } = scratch;
        let mut document = reader.read_without_voices(&article.text, prose);
        let matches = self.matcher.find_with(&document, symbols, &mut reader.words);
        // Voices aren't needed if all voices are compared and there are no cues, and names of speakers aren't needed if
        // no cue is found.
        if self.options.voice != Voices::All || self.first_poles.len() > 1 {
            let speakers = if matches.is_empty() { Speakers::LeftOut } else { Speakers::Named };
            reader.tell_voices(&mut document, speakers);
        }
        let (tally, uses) = tally::count(&document, &matches);
        let (outlet, period) = self.options.by.place(article);
        let evidence = self.evidence(article, &document, &uses);
        let words = match self.options.keywords {
            Some(_) => Stream::new(&words(&document, &mut reader.words)),
            None => Stream::default(),
        };
        let mentions = document.voices.iter().filter_map(|span| Some(&document.text[span.speaker.clone()?]));
        let said = speakers::said(&evidence, mentions, &self.first_poles);
        let agency = agency::credited(&article.text, article.author.as_deref());
        Ok(Counted {
            id: article.id.clone(),
            date: article.date,
            counts: Counts { tally, said, agency },
            stance: self.options.model.as_deref().map(|model| model.score(article)).transpose()?,
            period,
            title: article.title.clone(),
            url: article.url.clone(),
            outlet,
            publisher: article.outlet.clone(),
            evidence,
            sentences: masked_sentences(&document, &matches, &uses),
            fingerprint: Fingerprint::with(&document, article.title.as_deref(), &mut reader.words),
            words,
        })
    }

    fn evidence(&self, article: &Article, document: &Document<'_>, uses: &[Use]) -> Vec<Evidence> {
        let mut offsets = CharOffsets::with(document.text, &article.given);
        let mut evidence = Vec::with_capacity(uses.len());
        let mut in_order: Vec<&Use> = uses.iter().collect();
        in_order.sort_by_key(|u| (u.tokens.start, u.contrast));
        for used in in_order {
            let bytes =
                document.tokens[used.tokens.start].range().start..document.tokens[used.tokens.end - 1].range().end;
            let paragraph = &document.paragraphs[document.sentences[used.sentence].paragraph];
            let speaker = used.span.and_then(|s| document.voices[s].speaker.clone());
            let start = offsets.start(bytes.start);
            evidence.push(Evidence {
                contrast: used.contrast,
                pole: used.pole,
                cue: used.cue,
                voice: used.voice,
                speaker: speaker.map(|s| snippet::fold_space(&document.text[s])),
                start,
                end: offsets.end(bytes.end),
                before: snippet::before(&document.text[paragraph.start..bytes.start], WINDOW),
                after: snippet::behind(&document.text[bytes.end..paragraph.end], WINDOW),
                matched: document.text[bytes].to_owned(),
            });
        }
        evidence
    }
}

/// The approximate number of characters of context on either side of a use.
const WINDOW: usize = 90;
