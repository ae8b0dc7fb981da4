//! The first pass: what is wrong or odd about each row, and which ids occur twice.
//!
//! Takes the results for the rows in input order; hands on those to be folded and, at the end, what later passes need
//! to know. Reading and mapping are done in `batches` and by [`Corpus`].

use std::collections::BTreeSet;

use encoding_rs::Encoding;

use super::batches::{Mapping, Skipped};
use super::columns::{self, Role};
use super::date_order::{Dates, Form};
use super::decode::{By, Chosen};
use super::ids::{Ids, SortedIds};
use super::options::{BadRows, ColumnNames, Extent};
use super::outlets::Outlets;
use super::warnings::Warning;
use super::{Corpus, Survey, Surveyed};
use crate::error::{Error, Place, Result, RowProblems};
use chrono::NaiveDate;

/// What was odd about a file or a row.
#[derive(Debug, Clone)]
pub(crate) enum Odd {
    /// Its encoding was guessed.
    Guessed(&'static Encoding),
    /// It has bytes that are invalid in its encoding.
    Malformed(&'static Encoding),
    /// Its text has HTML tags or character references.
    Html,
    /// A date that means "no date".
    NoDate,
    /// A date without a day.
    Coarse,
    /// A date that says something about the order of day and month, as it was written.
    Order(Form, String),
    /// A day that is later than today: as it was read, and as it may be read when the order is known.
    Late([Option<NaiveDate>; 2]),
    /// What a text's front matter or a page's metadata has.
    Tells {
        /// Which names of [`asked`] it lacks, one bit each.
        lacks: u64,
        /// Its keys.
        keys: Vec<String>,
    },
}

/// The requested names, each with its role; `None` for extra columns. Only the first 64, which have a bit each.
pub(crate) fn asked(wanted: &ColumnNames) -> impl Iterator<Item = (Option<Role>, &str)> {
    let roles = Role::ALL.into_iter().filter(|role| *role != Role::Text);
    let named = roles.filter_map(|role| Some((Some(role), role.asked(wanted).filter(|name| !name.is_empty())?)));
    named.chain(wanted.extra.iter().map(|name| (None, name.as_str()))).take(64)
}

/// The most keys of texts that are remembered, for messages.
const MOST_KEYS: usize = 100;

impl Odd {
    /// What was odd about the decoding of a whole file.
    pub(crate) fn decoded(chosen: Chosen, malformed: bool) -> Option<Self> {
        match (malformed, chosen.by) {
            (true, _) => Some(Odd::Malformed(chosen.encoding)),
            (false, By::Guess) => Some(Odd::Guessed(chosen.encoding)),
            (false, By::Certain) => None,
        }
    }

    fn guessed(&self) -> Option<&'static Encoding> {
        if let Odd::Guessed(encoding) = self { Some(encoding) } else { None }
    }

    fn malformed(&self) -> Option<&'static Encoding> {
        if let Odd::Malformed(encoding) = self { Some(encoding) } else { None }
    }
}

/// What the first pass keeps of a record until it is folded.
pub(crate) struct Looked<T> {
    /// The hash of the id; `None` if the text is empty.
    pub(crate) id: Option<[u64; 2]>,
    /// The hash of the text, if the article may occur in several records.
    pub(crate) text: Option<[u64; 2]>,
    /// Its outlet.
    pub(crate) outlet: Option<String>,
    pub(crate) mapped: Option<T>,
    pub(crate) odd: Vec<Odd>,
}

/// How many rows had something odd, and the place of the first of them.
#[derive(Debug, Default)]
struct Noted {
    count: u64,
    first: String,
}

impl Noted {
    fn add(&mut self, place: impl FnOnce() -> Place) {
        if self.count == 0 {
            self.first = place().to_string();
        }
        self.count += 1;
    }

    /// The warning with the number and the first place, if there are any.
    fn warning(self, warning: impl FnOnce(u64, String) -> Warning) -> Option<Warning> {
        (self.count > 0).then(|| warning(self.count, self.first))
    }
}

/// What the first pass gathers.
pub(crate) struct FirstPass<'c> {
    corpus: &'c Corpus,
    ids: Ids,
    problems: RowProblems,
    /// For each kind of problem, how many records were looked at before it first occurred.
    first_met: Vec<u64>,
    looked_at: u64,
    skipped: Skipped,
    pub(crate) articles: usize,
    empty: Noted,
    no_date: Noted,
    /// Dates without a day.
    coarse: Noted,
    html: Noted,
    pub(crate) dates: Dates,
    outlets: Outlets,
    /// About files, not rows.
    pub(crate) odd: Vec<(u32, Odd)>,
    pub(crate) hashes: Vec<Option<String>>,
    /// Which of the requested names no record had, one bit each.
    untold: u64,
    /// The keys of texts and pages.
    keys: BTreeSet<String>,
}

impl<'c> FirstPass<'c> {
    pub(crate) fn new(corpus: &'c Corpus) -> Self {
        FirstPass {
            corpus,
            // To skip records, repeated ids must be known at once; to refuse the input, only at the end.
            ids: match (corpus.options.bad_rows, &corpus.options.labels) {
                (BadRows::Refuse, None) => Ids::Waiting(SortedIds::new()),
                _ => Ids::Known(Default::default()),
            },
            problems: RowProblems::default(),
            first_met: Vec::new(),
            looked_at: 0,
            skipped: Skipped::default(),
            articles: 0,
            empty: Noted::default(),
            no_date: Noted::default(),
            coarse: Noted::default(),
            html: Noted::default(),
            dates: Dates::default(),
            outlets: Outlets::default(),
            odd: Vec::new(),
            hashes: vec![None; corpus.sources.len()],
            untold: u64::MAX,
            keys: BTreeSet::new(),
        }
    }

    /// Looks at one record; returns what is to be folded.
    ///
    /// # Errors
    /// If there is no room on disk for the ids that wait there.
    pub(crate) fn look<T>(&mut self, row: Mapping<Result<Looked<T>>>) -> Result<Option<T>> {
        let key = (row.source, row.number);
        self.looked_at += 1;
        let looked = match row.result {
            Ok(looked) => looked,
            Err(problem) => {
                self.push(problem);
                self.skipped.insert(key);
                return Ok(None);
            }
        };
        let mut untold = 0;
        let here = || place(self.corpus, row.source, row.line);
        for odd in looked.odd {
            match odd {
                Odd::Tells { lacks, keys } => {
                    untold = lacks;
                    let room = MOST_KEYS.saturating_sub(self.keys.len());
                    self.keys.extend(keys.into_iter().take(room));
                }
                Odd::Html => self.html.add(here),
                Odd::NoDate => self.no_date.add(here),
                Odd::Coarse => self.coarse.add(here),
                Odd::Order(form, value) => {
                    self.dates.add(self.corpus.group(row.source), form, || (value, here().to_string()));
                }
                Odd::Late(days) => {
                    self.dates.add_late(self.corpus.group(row.source), days, || here().to_string());
                }
                odd => self.odd.push((row.source, odd)),
            }
        }
        self.untold &= untold;
        let Some(id) = looked.id else {
            self.empty.add(here);
            self.skipped.insert(key);
            return Ok(None);
        };
        let here = (row.source, row.line);
        let clash = match &mut self.ids {
            Ids::Known(known) => known.clash(id, looked.text, here),
            Ids::Waiting(waiting) => waiting.push(id, here, self.looked_at).map(|()| None)?,
        };
        if let Some((repeats, before)) = clash {
            self.push(self.used_twice(repeats, here, before));
            self.skipped.insert(key);
            return Ok(None);
        }
        self.outlets.add(looked.outlet);
        let is_kept = self.problems.count() == 0 || self.corpus.options.bad_rows == BadRows::Skip;
        Ok(looked.mapped.filter(|_| is_kept))
    }

    fn push(&mut self, problem: Error) {
        self.problems.push(problem);
        self.first_met.resize(self.problems.kinds(), self.looked_at);
    }

    /// The problem of a record with another one's id; with `repeats` it may have the same id, but not a different text.
    fn used_twice(&self, repeats: bool, here: (u32, u64), before: (u32, u64)) -> Error {
        let before = self.place(before.0, before.1);
        let at = self.place(here.0, here.1);
        if repeats {
            return Error::data("an id with two texts")
                .at(at)
                .found(format!("the same id as in {before}, with another text"))
                .expected("the same text from every annotator")
                .help("give each article its own id; --id names another column of ids");
        }
        let error = Error::data("an id used twice")
            .at(at)
            .found(format!("the same id as in {before}"))
            .help("give each article its own id, or read no ids with `--id \"\"`");
        match self.corpus.options.labels {
            Some(_) => {
                error.help("if the rows are by several annotators, name the column of annotators with --annotator")
            }
            None => error,
        }
    }

    fn place(&self, source: u32, line: u64) -> Place {
        place(self.corpus, source, line)
    }

    /// Finds the ids that occur twice, if that wasn't known at once.
    fn find_repeated(&mut self) -> Result<()> {
        let Ids::Waiting(waiting) = &self.ids else { return Ok(()) };
        let repeated = waiting.repeated()?;
        let Some((first, ..)) = repeated.first() else { return Ok(()) };
        let at = self.first_met.partition_point(|met| met < first);
        let mut twice = RowProblems::default();
        repeated.iter().for_each(|(_, here, before)| twice.push(self.used_twice(false, *here, *before)));
        self.problems.insert(at, twice);
        Ok(())
    }

    pub(crate) fn end(mut self) -> Result<Surveyed> {
        self.find_repeated()?;
        let skipped = self.problems.count();
        let never_told = self.never_told();
        let problems = self.problems.fold();
        let mut warnings = Vec::new();
        let may_be_none = self.corpus.options.extent == Extent::Part;
        match (problems, self.corpus.options.bad_rows) {
            (Some(problems), BadRows::Refuse) => return Err(problems.note("nothing was written")),
            (Some(problems), BadRows::Skip) if self.articles == 0 && !may_be_none => {
                return Err(problems.note("no row could be read; nothing was written"));
            }
            (Some(problems), BadRows::Skip) => {
                warnings.push(Warning::SkippedRows { count: skipped, problems: problems.to_string() });
            }
            (None, _) => {}
        }
        if self.articles == 0 && !may_be_none {
            let found = match self.empty.count {
                0 => "a header and no rows".to_owned(),
                n => format!("{n} without a text"),
            };
            return Err(Error::data("no articles").at(self.corpus.whole()).found(found).note("nothing was written"));
        }
        if let Some(error) = never_told.filter(|_| self.articles > 0) {
            return Err(error);
        }
        let empty = self.empty.count;
        warnings.extend(self.empty.warning(|count, first| Warning::EmptyTexts { count, first }));
        warnings.extend(self.html.warning(|count, first| Warning::Html { count, first }));
        warnings.extend(self.no_date.warning(|count, first| Warning::PlaceholderDates { count, first }));
        warnings.extend(self.coarse.warning(|count, first| Warning::CoarseDates { count, first }));
        if !may_be_none {
            // The order can't be judged from a part of the articles.
            warnings.extend(self.dates.warnings());
            warnings.extend(self.outlets.warning());
        }
        let name = |source: u32| self.corpus.sources[source as usize].name.clone();
        let named = |wanted: fn(&Odd) -> Option<&'static Encoding>| {
            let mut all = self.odd.iter().filter_map(move |(source, odd)| Some((*source, wanted(odd)?)));
            let (source, encoding) = all.next()?;
            Some((1 + all.count() as u64, name(source), encoding.name()))
        };
        if let Some((count, first, encoding)) = named(Odd::guessed) {
            warnings.push(Warning::GuessedEncoding { count, first, encoding });
        }
        if let Some((count, first, encoding)) = named(Odd::malformed) {
            warnings.push(Warning::Malformed { count, first, encoding });
        }
        let survey = Survey { articles: self.articles, skipped, empty, bytes: self.corpus.bytes };
        let keys = self.keys.into_iter().collect();
        let late = self.dates.late();
        let (skipped, hashes, forms) = (self.skipped, self.hashes, self.dates.into_one());
        Ok(Surveyed { skipped, hashes, warnings, late, forms, survey, keys })
    }

    /// The error for a requested name that no text or page has. (Tables are checked when they are opened.)
    fn never_told(&self) -> Option<Error> {
        let lacks = |i: usize| self.untold & (1 << i) != 0;
        let (_, (role, name)) = asked(&self.corpus.options.columns).enumerate().find(|(i, _)| lacks(*i))?;
        let keys: Vec<&str> = self.keys.iter().map(String::as_str).collect();
        let found = match keys[..] {
            [] => "texts without front matter or a manifest".to_owned(),
            _ => format!("{}: no text has more than these", columns::list(&keys)),
        };
        let error = Error::data(format!("no column `{name}`")).at(self.corpus.whole()).found(found);
        let error = match (columns::nearest(name, keys), role) {
            (Some(near), None) => error.help(format!("did you mean `{near}`?")),
            (Some(near), Some(role)) => error.help(format!("did you mean `{} {near}`?", role.flag())),
            (None, _) => error.help(format!(
                "name one that is there, or add it with --manifest or in front matter: a line `{name}: …` between \
                 two lines `---`"
            )),
        };
        Some(error.note("nothing was written"))
    }
}

fn place(corpus: &Corpus, source: u32, line: u64) -> Place {
    corpus.sources[source as usize].place(line)
}
