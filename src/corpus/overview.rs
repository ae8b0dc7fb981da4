//! What a corpus holds, without counting cues: how its files were read, and its articles by outlet and date.

use super::columns::{Layout, Role};
use super::date_order::{Group, turned};
use super::labels::Said;
use super::table::Table;
use super::{Article, Corpus, Pass, Source, SourceKind, json};
use crate::corpus::decode::By;
use crate::error::Error;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Earliest and latest.
type Range = (NaiveDate, NaiveDate);

/// How one file was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOverview {
    /// As the user named it.
    pub name: String,
    /// Its size on disk, in bytes.
    pub bytes: u64,
    /// `text`, `HTML page`, `CSV`, …
    pub format: &'static str,
    /// Its encoding, if it is known before the whole file is read.
    pub encoding: Option<&'static str>,
    /// Whether the encoding was guessed from letter frequencies.
    pub is_guessed: bool,
    /// The columns' roles (`text`, `outlet` and so on), each with the column's name. Empty for texts and pages.
    pub columns: Vec<(&'static str, String)>,
}

/// The articles of a corpus.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overview {
    /// Its files, in the order in which they are read.
    pub files: Vec<FileOverview>,
    /// Number of articles.
    pub articles: usize,
    /// Number of articles by outlet; the key `None` is for an unknown outlet.
    pub outlets: BTreeMap<Option<String>, usize>,
    /// Earliest and latest date.
    pub dates: Option<(NaiveDate, NaiveDate)>,
    /// Number of articles without a date.
    pub undated: usize,
    /// Number of words separated by white space, including boilerplate.
    pub words: u64,
    /// Number of answers by label, if labels were requested.
    pub labels: BTreeMap<String, usize>,
    /// Number of articles without any answer, if labels were requested.
    pub unlabelled: usize,
}

/// What is kept of one article.
struct Seen {
    outlet: Option<String>,
    date: Option<NaiveDate>,
    group: Option<Group>,
    words: u64,
    labels: Vec<String>,
}

impl Seen {
    fn new(article: Article, group: Option<Group>) -> Self {
        let label = |said| if let Said::Label(label) = said { Some(label) } else { None };
        Seen {
            words: article.text.split_whitespace().count() as u64,
            labels: article.answers.into_iter().filter_map(|answer| label(answer.said)).collect(),
            outlet: article.outlet,
            date: article.date,
            group,
        }
    }
}

impl Overview {
    /// Reads a whole corpus once. If some rows can't be read, returns an overview of those that can, and the error of
    /// [`Corpus::survey`].
    pub fn new(corpus: &Corpus, pass: Pass<'_>) -> (Self, Option<Error>) {
        let mut seen = Overview { files: corpus.sources.iter().map(file).collect(), ..Overview::default() };
        let is_labelled = corpus.options.labels.is_some();
        // For dates whose order of day and month isn't known yet: the earliest and latest day for either order.
        let mut unsettled: BTreeMap<Group, [Option<Range>; 2]> = BTreeMap::new();
        let result = corpus.survey_dated(pass, Seen::new, |_, article| {
            if let Some((day, group)) = article.date.zip(article.group) {
                let [month_first, day_first] = unsettled.entry(group).or_default();
                widen(month_first, day);
                widen(day_first, turned(day));
            }
            seen.add(article, is_labelled);
            Ok(())
        });
        for (group, ranges) in unsettled {
            let range = ranges[usize::from(corpus.is_day_first(group))];
            for day in range.into_iter().flat_map(|(first, last)| [first, last]) {
                widen(&mut seen.dates, day);
            }
        }
        (seen, result.err())
    }

    fn add(&mut self, article: Seen, is_labelled: bool) {
        self.articles += 1;
        self.words += article.words;
        *self.outlets.entry(article.outlet).or_default() += 1;
        match article.date {
            Some(date) if article.group.is_none() => widen(&mut self.dates, date),
            Some(_) => {}
            None => self.undated += 1,
        }
        self.unlabelled += usize::from(is_labelled && article.labels.is_empty());
        for label in article.labels {
            *self.labels.entry(label).or_default() += 1;
        }
    }

    /// Number of outlets with a name.
    pub fn named_outlets(&self) -> usize {
        self.outlets.keys().flatten().count()
    }
}

fn widen(range: &mut Option<Range>, day: NaiveDate) {
    let (first, last) = range.unwrap_or((day, day));
    *range = Some((first.min(day), last.max(day)));
}

pub(super) fn file(source: &Source) -> FileOverview {
    let (format, chosen, layout) = match &source.kind {
        SourceKind::Text { .. } => ("text", None, None),
        SourceKind::Page { .. } => ("HTML page", None, None),
        SourceKind::Table(table) => (separated(table), Some(table.chosen), Some(&table.layout)),
        SourceKind::Json(json) => (shape(json), Some(json.chosen), Some(&json.layout)),
        SourceKind::Frame(frame) => (frame.format(), None, Some(&frame.layout)),
    };
    FileOverview {
        name: source.name.clone(),
        bytes: source.bytes,
        format,
        encoding: chosen.map(|c| c.encoding.name()),
        is_guessed: chosen.is_some_and(|c| c.by == By::Guess),
        columns: layout.map_or(Vec::new(), columns),
    }
}

fn separated(table: &Table) -> &'static str {
    match table.delimiter {
        b'\t' => "CSV with tabs",
        b';' => "CSV with semicolons",
        b'|' => "CSV with bars",
        _ => "CSV",
    }
}

fn shape(json: &json::Json) -> &'static str {
    match (&json.export, json.shape) {
        (Some(_), _) => "export of annotations",
        (None, json::Shape::Lines) => "JSON lines",
        (None, json::Shape::Array) => "JSON",
    }
}

fn columns(layout: &Layout) -> Vec<(&'static str, String)> {
    let named = |role: Role| Some((role.flag().trim_start_matches('-'), layout.name(role)?.to_owned()));
    let others = layout.extra_names().map(|name| ("also", name.to_owned()));
    Role::ALL.into_iter().filter_map(named).chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::ReadOptions;

    #[test]
    fn what_is_there_is_told_beside_what_cannot_be_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "Source;Body;day\nBugle;Two words;2016-01-02\n;One;\nBugle;x;never\n").expect("writes");
        let mut options = ReadOptions::new([&path]);
        options.columns.date = Some("day".to_owned());
        let corpus = Corpus::open(options).expect("opens");
        let (seen, error) = Overview::new(&corpus, Pass::new());
        let columns: Vec<(&str, &str)> =
            seen.files[0].columns.iter().map(|(role, name)| (*role, name.as_str())).collect();
        assert_eq!(columns, [("text", "Body"), ("outlet", "Source"), ("date", "day")]);
        assert_eq!((seen.files[0].format, seen.files[0].encoding), ("CSV with semicolons", Some("UTF-8")));
        assert_eq!((seen.articles, seen.words, seen.undated, seen.named_outlets()), (2, 3, 1, 1));
        let day = NaiveDate::from_ymd_opt(2016, 1, 2).expect("a day");
        assert_eq!(seen.dates, Some((day, day)));
        assert!(error.expect("a bad row").to_string().contains("a.csv:4"));
    }
}
