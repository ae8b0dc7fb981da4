//! What is learnt from the articles of a part before any part is counted: which lines an outlet repeats, whether the
//! day or the month comes first in dates, and what is wrong or odd about rows.
//!
//! A [`PartSurvey`] is made of each part, anywhere. Merged in any order, they are the survey of the whole, which is
//! passed to every [`PartCounter`](super::ordered::PartCounter) and into the header of what they count.

use crate::corpus::date_order::{self, Forms};
use crate::corpus::{Corpus, DateOrder, Survey, Warning};
use crate::error::{Error, Kind, Result};
use crate::text::clean::LineSurvey;
use serde::{Deserialize, Serialize};

/// What all other parts need to know about the articles of one part.
///
/// ```
/// use aslant::compare::tallies::survey::PartSurvey;
/// use aslant::corpus::{Corpus, Extent, ReadOptions};
/// use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// use std::sync::Arc;
///
/// let array = |values: Vec<&str>| -> ArrayRef { Arc::new(StringArray::from(values)) };
/// let part = |id: &str| {
///     let batch = RecordBatch::try_from_iter([("id", array(vec![id])), ("text", array(vec!["Rebels left."]))])?;
///     let options = ReadOptions { extent: Extent::Part, ..ReadOptions::default() };
///     Corpus::of_batches("part", vec![batch], options).map_err(Box::<dyn std::error::Error>::from)
/// };
/// let (mut one, mut two) = (PartSurvey::default(), PartSurvey::default());
/// one.add(&part("a")?)?;
/// two.add(&part("b")?)?;
/// one.merge(PartSurvey::from_bytes(&two.to_bytes()?).ok_or("no survey")?);
/// assert_eq!(one.articles(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct PartSurvey {
    lines: LineSurvey,
    found: Found,
}

/// What was found, apart from lines.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Found {
    articles: u64,
    bad_rows: u64,
    empty: Several,
    no_date: Several,
    skipped: Several,
    odd: Several,
    refused: Several,
    dates: OrderOfDates,
}

/// Dates with the day first, with the month first, and ambiguous ones.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderOfDates {
    day_first: Several<(String, String)>,
    month_first: Several<(String, String)>,
    either: Several<(String, String)>,
}

impl OrderOfDates {
    fn of(Forms { day_first, month_first, either, .. }: Forms) -> Self {
        let [day_first, month_first, either] =
            [day_first, month_first, either].map(|found| Several { count: found.count, first: found.first });
        OrderOfDates { day_first, month_first, either }
    }

    fn merge(&mut self, other: OrderOfDates) {
        self.day_first.merge(other.day_first);
        self.month_first.merge(other.month_first);
        self.either.merge(other.either);
    }

    fn forms(&self) -> Forms {
        let [day_first, month_first, either] = [&self.day_first, &self.month_first, &self.either]
            .map(|found| date_order::Several { count: found.count, first: found.first.clone() });
        Forms { day_first, month_first, either, ..Forms::default() }
    }
}

/// How often something was found, and the first case: the first by its text, whichever part was read first.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Several<T = String> {
    count: u64,
    first: Option<T>,
}

impl<T: Ord + Clone> Several<T> {
    fn add(&mut self, count: u64, first: T) {
        self.merge(Several { count, first: Some(first) });
    }

    fn merge(&mut self, other: Several<T>) {
        self.count = self.count.saturating_add(other.count);
        self.first = match (self.first.take(), other.first) {
            (Some(mine), Some(theirs)) => Some(mine.min(theirs)),
            (mine, theirs) => mine.or(theirs),
        };
    }

    fn told(&self, warning: impl FnOnce(u64, T) -> String) -> Option<String> {
        self.first.clone().map(|first| warning(self.count, first))
    }
}

/// The first bytes of a survey; the last number is that of the format.
const MAGIC: &[u8] = b"aslant-part-2\n";

impl PartSurvey {
    /// Reads some articles of the part; the corpus must be opened with [`Extent::Part`](crate::corpus::Extent::Part).
    /// Bad rows that aren't to be skipped are kept for [`PartSurvey::check`], so that all parts are surveyed.
    ///
    /// # Errors
    /// Reading that fails or is stopped.
    pub fn add(&mut self, corpus: &Corpus) -> Result<()> {
        match self.lines.add_corpus(corpus, &|_| ()) {
            Ok(survey) => {
                self.take(survey, corpus.warnings());
                self.found.dates.merge(OrderOfDates::of(corpus.date_forms()));
            }
            Err(error) if error.kind() == Kind::Data => self.found.refused.add(1, error.to_string()),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn take(&mut self, survey: Survey, warnings: Vec<Warning>) {
        self.found.articles += survey.articles as u64;
        self.found.bad_rows += survey.skipped;
        for warning in warnings {
            match warning {
                Warning::EmptyTexts { count, first } => self.found.empty.add(count, first),
                Warning::PlaceholderDates { count, first } => self.found.no_date.add(count, first),
                Warning::SkippedRows { count, problems } => self.found.skipped.add(count, problems),
                other => self.found.odd.add(1, other.to_string()),
            }
        }
    }

    /// Adds the survey of another part.
    pub fn merge(&mut self, other: PartSurvey) {
        self.lines.merge(other.lines);
        let Found { articles, bad_rows, empty, no_date, skipped, odd, refused, dates } = other.found;
        self.found.dates.merge(dates);
        self.found.articles = self.found.articles.saturating_add(articles);
        self.found.bad_rows = self.found.bad_rows.saturating_add(bad_rows);
        let mine = &mut self.found;
        let mine = [&mut mine.empty, &mut mine.no_date, &mut mine.skipped, &mut mine.odd, &mut mine.refused];
        mine.into_iter().zip([empty, no_date, skipped, odd, refused]).for_each(|(mine, theirs)| mine.merge(theirs));
    }

    /// The number of articles.
    pub fn articles(&self) -> u64 {
        self.found.articles
    }

    /// Rows that were skipped as bad.
    pub fn bad_rows(&self) -> u64 {
        self.found.bad_rows
    }

    /// How to read the articles' dates when they are counted, if that has to be guessed: a single part can't tell, all
    /// of them can. Call it after merging all parts.
    pub fn date_order(&self) -> DateOrder {
        if self.found.dates.forms().are_day_first() { DateOrder::DayFirst } else { DateOrder::Guess }
    }

    /// Messages about what was odd in the articles.
    pub fn warnings(&self) -> Vec<String> {
        let Found { empty, no_date, skipped, odd, dates, .. } = &self.found;
        let all = [
            dates.forms().warning().map(|warning| warning.to_string()),
            odd.told(|_, first| first),
            skipped.told(|count, problems| Warning::SkippedRows { count, problems }.to_string()),
            empty.told(|count, first| Warning::EmptyTexts { count, first }.to_string()),
            no_date.told(|count, first| Warning::PlaceholderDates { count, first }.to_string()),
        ];
        all.into_iter().flatten().collect()
    }

    /// Checks that the parts can be counted. Call it after merging all parts.
    ///
    /// # Errors
    /// Rows that can't be read (those of the first part that has any); no articles at all.
    pub fn check(&self) -> Result<()> {
        if let Some(first) = &self.found.refused.first {
            // It is already a complete message.
            let error = Error::data(first.clone());
            return Err(match self.found.refused.count.saturating_sub(1) {
                0 => error,
                1 => error.note("rows in another batch can't be read either"),
                more => error.note(format!("rows in {more} more batches can't be read either")),
            });
        }
        match self.found.articles {
            0 => Err(Error::data("no articles").found("parts without an article").note("nothing was written")),
            _ => Ok(()),
        }
    }

    /// The repeated lines.
    pub fn into_lines(self) -> LineSurvey {
        self.lines
    }

    /// The survey as bytes, for sending it.
    ///
    /// # Errors
    /// None, unless memory runs out.
    pub fn to_bytes(&self) -> std::io::Result<Vec<u8>> {
        let found = serde_json::to_vec(&self.found)?;
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&(found.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&found);
        bytes.extend(self.lines.to_bytes()?);
        Ok(bytes)
    }

    /// The survey from the bytes of [`to_bytes`](Self::to_bytes); `None` for other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<PartSurvey> {
        let (length, rest) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<8>()?;
        let (found, lines) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        Some(PartSurvey { lines: LineSurvey::from_bytes(lines)?, found: serde_json::from_slice(found).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{BadRows, Extent, ReadOptions};
    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use std::sync::Arc;

    /// The survey of one row per text, with ids starting with the part's name; `?` is an unreadable date.
    fn survey(part: &str, texts: &[&str], bad_rows: BadRows) -> PartSurvey {
        let ids: ArrayRef = Arc::new(StringArray::from_iter_values((0..texts.len()).map(|i| format!("{part}{i}"))));
        let dates: ArrayRef =
            Arc::new(StringArray::from_iter_values(texts.iter().map(|t| if *t == "?" { "May" } else { "2017-05-01" })));
        let texts: ArrayRef = Arc::new(StringArray::from(texts.to_vec()));
        let batch = RecordBatch::try_from_iter([("id", ids), ("date", dates), ("text", texts)]).expect("a batch");
        let options = ReadOptions { extent: Extent::Part, bad_rows, ..ReadOptions::default() };
        let mut survey = PartSurvey::default();
        survey.add(&Corpus::of_batches(part, vec![batch], options).expect("a part")).expect("read");
        survey
    }

    #[test]
    fn parts_make_the_whole_in_any_order() {
        let parts =
            || [("a", ["x", ""]), ("b", ["y", "z"]), ("c", ["", " "])].map(|(p, t)| survey(p, &t, BadRows::Refuse));
        let merged = |parts: Vec<PartSurvey>| {
            let mut all = PartSurvey::default();
            parts.into_iter().for_each(|part| {
                all.merge(PartSurvey::from_bytes(&part.to_bytes().expect("bytes")).expect("a survey"));
            });
            all
        };
        let all = merged(parts().into());
        let mut turned: Vec<_> = parts().into();
        turned.reverse();
        assert_eq!(all.to_bytes().expect("bytes"), merged(turned).to_bytes().expect("bytes"));
        assert!(all.check().is_ok());
        assert_eq!(all.articles(), 3);
        assert_eq!(all.warnings(), ["3 articles without a text were left out\n --> a, row 2"]);
    }

    #[test]
    fn rows_that_cannot_be_read_are_told_of_all_parts_or_left_out() {
        let mut all = survey("b", &["x", "?"], BadRows::Refuse);
        all.merge(survey("a", &["?"], BadRows::Refuse));
        insta::assert_snapshot!(all.check().expect_err("bad rows"), @r#"
        unreadable date
         --> a, row 1, column `date`, article `a0`
          found:    "May"
          expected: a day such as 2017-04-05, 4/5/2017 or 5 April 2017, or nothing
          help: correct it, empty it if there is none, or read no dates with `--date ""`
          note: nothing was written
          note: rows in another batch can't be read either
        "#);
        let mut all = survey("b", &["x", "?"], BadRows::Skip);
        all.merge(survey("a", &["?"], BadRows::Skip));
        assert!(all.check().is_ok());
        assert_eq!((all.articles(), all.bad_rows()), (1, 2));
        assert!(all.warnings()[0].starts_with("2 rows that couldn't be read were left out"), "{:?}", all.warnings());
        assert!(survey("a", &[""], BadRows::Refuse).check().is_err());
    }

    #[test]
    fn all_parts_tell_how_dates_are_read() {
        let dated = |part: &str, dates: &[&str]| {
            let ids: ArrayRef = Arc::new(StringArray::from_iter_values((0..dates.len()).map(|i| format!("{part}{i}"))));
            let texts: ArrayRef = Arc::new(StringArray::from(vec!["x"; dates.len()]));
            let dates: ArrayRef = Arc::new(StringArray::from(dates.to_vec()));
            let batch = RecordBatch::try_from_iter([("id", ids), ("date", dates), ("text", texts)]).expect("a batch");
            let options = ReadOptions { extent: Extent::Part, ..ReadOptions::default() };
            let mut survey = PartSurvey::default();
            survey.add(&Corpus::of_batches(part, vec![batch], options).expect("a part")).expect("read");
            PartSurvey::from_bytes(&survey.to_bytes().expect("bytes")).expect("a survey")
        };
        let mut all = dated("b", &["03/04/2019", "05/06/2019"]);
        assert_eq!(all.date_order(), DateOrder::Guess);
        insta::assert_snapshot!(all.warnings().join("\n"), @r"
        2 dates such as 03/04/2019 can be read either way, and no other date of the file decides it: read as month/day
         --> b, row 1
          help: if the day comes first, say `--date-order day-first`
        ");
        all.merge(dated("a", &["25/12/2018"]));
        assert_eq!((all.date_order(), all.warnings()), (DateOrder::DayFirst, Vec::new()));
        all.merge(dated("c", &["12/25/2018"]));
        assert_eq!(all.date_order(), DateOrder::Guess);
        insta::assert_snapshot!(all.warnings().join("\n"), @r"
        some dates of a file have the day first, others the month; 2 dates that can be read either way were read as month/day
         --> a, row 1: 25/12/2018
         --> c, row 1: 12/25/2018
          help: write all dates in one way, such as 2017-04-05
        ");
    }

    #[test]
    fn other_bytes_are_no_survey() {
        let bytes = survey("a", &["x"], BadRows::Refuse).to_bytes().expect("bytes");
        assert!(PartSurvey::from_bytes(&bytes).is_some());
        for end in [0, 5, MAGIC.len() + 3, MAGIC.len() + 12, bytes.len() - 1] {
            assert!(PartSurvey::from_bytes(&bytes[..end]).is_none(), "{end}");
        }
        let mut huge = MAGIC.to_vec();
        huge.extend([0xff; 16]);
        assert!(PartSurvey::from_bytes(&huge).is_none());
    }
}
