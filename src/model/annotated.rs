//! From the answers of annotators to one label per article.
//!
//! Takes a corpus with labels; joins the records of each article (and target) and hands on [`Gathered`] rows, each with
//! its origin and, if the annotators agree well enough, its label.
//!
//! An annotator's answers about one article count once; if they name several labels, that annotator is ignored. The
//! article gets the label given by the most annotators. If two labels are tied, the article gets none and is reported
//! as a tie.

use super::labelled::{Columns, Origin, list};
use crate::corpus::date_order::Group;
use crate::corpus::labels::{Answer, Said};
use crate::corpus::{Article, Corpus, Pass, Progress};
use crate::counted::{articles, counted};
use crate::error::{Error, Place, Result};
use crate::stats::krippendorff::Nominal;
use crate::text::composed::composed;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many articles are listed at most.
const NAMED: usize = 20;

const UNREADABLE: &str = "a label map that can't be read";

fn unmapped(title: &str, pair: &str) -> Error {
    Error::usage(title)
        .found(format!("--label-map {pair}"))
        .expected("--label-map old=new, or --label-map old= to leave that label out")
}

/// Labels to be renamed or left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelMap(BTreeMap<String, String>);

impl LabelMap {
    /// A map from `old=new` pairs; `old=` leaves out the articles with that label.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage): no `=`, an empty old name, an old name given twice.
    pub fn parse(pairs: &[String]) -> Result<Self> {
        let parted = |pair: &String| {
            let (old, new) = pair.split_once('=').ok_or_else(|| unmapped(UNREADABLE, pair))?;
            Ok((old.to_owned(), new.to_owned()))
        };
        LabelMap::of(pairs.iter().map(parted).collect::<Result<Vec<_>>>()?)
    }

    /// A map from pairs of old and new names; an empty new name leaves out the articles with that label.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::error::Kind::Usage): an empty old name, an old name given twice.
    pub fn of(pairs: Vec<(String, String)>) -> Result<Self> {
        let mut map = BTreeMap::new();
        for (old, new) in pairs {
            let given = format!("{old}={new}");
            let [old, new] = [old, new].map(|name| composed(&name).trim().to_owned());
            if old.is_empty() {
                return Err(unmapped(UNREADABLE, &given));
            }
            if map.insert(old, new).is_some() {
                return Err(unmapped("a label that is mapped twice", &given));
            }
        }
        Ok(LabelMap(map))
    }

    /// The new name; empty if the label is left out.
    fn get<'l>(&'l self, label: &'l str) -> &'l str {
        self.0.get(label).map_or(label, String::as_str)
    }

    fn check(&self, found: &BTreeMap<String, usize>, column: &str) -> Result<()> {
        let Some(unknown) = self.0.keys().find(|old| !found.contains_key(*old)) else { return Ok(()) };
        let counts: Vec<(&str, usize)> = found.iter().map(|(label, n)| (label.as_str(), *n)).collect();
        Err(Error::data("a mapped label that doesn't occur")
            .at(Place::default().column(column))
            .found(format!("--label-map {unknown}={}", self.0[unknown]))
            .expected(format!("one of the labels: {}", list(&counts)))
            .help("leave it out, or correct its name in --label-map"))
    }
}

/// How annotators agreed on the labels.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Annotation {
    /// The number of named annotators.
    pub annotators: usize,
    /// Articles labelled by two or more annotators.
    pub doubly: usize,
    /// Krippendorff's nominal α over these articles; `None` if undefined.
    pub alpha: Option<f64>,
    /// Articles left out because two labels had the same number of votes.
    pub ties: usize,
    /// The first of them by id, at most 20.
    pub tied: Vec<String>,
    /// Articles left out because the annotators gave several labels at once.
    pub several: usize,
    /// Articles left out because annotators only said which label they don't have.
    pub rejected: usize,
}

impl Annotation {
    /// What a reader should know: sentences without a full stop.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.doubly > 0 {
            let alpha = match self.alpha {
                Some(alpha) => format!("Krippendorff's α (nominal) {alpha:.3}"),
                None => "Krippendorff's α not defined: all labels are the same".to_owned(),
            };
            let annotators = match self.annotators {
                0 => String::new(),
                n => format!("{}, ", counted(n as u64, "annotator", "annotators")),
            };
            lines.push(format!("{annotators}{} labelled by two or more: {alpha}", articles(self.doubly)));
        }
        if self.ties > 0 {
            let rest = self.ties - self.tied.len();
            let rest = match rest {
                0 => String::new(),
                n => format!(" and {}", counted(n as u64, "other", "others")),
            };
            lines.push(format!(
                "{} left out, tied between two labels: {}{rest}",
                articles(self.ties),
                self.tied.join(", ")
            ));
        }
        if self.several > 0 {
            lines.push(format!("{} left out, with several labels at once", articles(self.several)));
        }
        if self.rejected > 0 {
            lines.push(format!(
                "{} left out, for which only a label that they don't have was given",
                articles(self.rejected)
            ));
        }
        lines
    }
}

/// One article (and target).
#[derive(Debug)]
pub struct Row<T> {
    /// Its id.
    pub id: String,
    /// Its target, if there is a column of targets; empty if the article has none.
    pub target: Option<String>,
    /// What it may be held out by (outlet, story, month).
    pub origin: Origin,
    /// Its label.
    pub label: Option<String>,
    /// The result of `make`.
    pub made: T,
    answers: Vec<Answer>,
}

/// All articles, in input order.
#[derive(Debug)]
pub struct Gathered<T> {
    /// Each (id, target) once.
    pub rows: Vec<Row<T>>,
    /// The ids of articles without an answer, and of those without a target.
    pub without: [Vec<String>; 2],
    /// Number of articles whose label the map leaves out.
    pub dropped: usize,
    /// How annotators agreed; `None` if the labels are in a column without annotators.
    pub annotation: Option<Annotation>,
}

/// Reads all articles and processes each that may be needed, with `make` on all cores and `keep` in input order. The
/// corpus must have been opened with [`Columns::extra`] as extra columns, and with labels. `progress` is called with
/// the part of the input that has been read, from 0 to 1.
///
/// # Errors
/// Those of [`Corpus::survey`]; a label in the map that doesn't occur.
pub fn gather<M: Send, T>(
    corpus: &Corpus,
    columns: &Columns,
    make: impl Fn(&Article, &str) -> M + Sync,
    mut keep: impl FnMut(M) -> Result<T>,
    progress: &dyn Fn(f64),
) -> Result<Gathered<T>> {
    let part = |p: Progress| progress(p.bytes as f64 / p.of.max(1) as f64);
    let annotators = corpus.has_annotators();
    let read = |mut article: Article, group: Option<Group>| {
        let answers = std::mem::take(&mut article.answers);
        let mut extra = article.extra.iter().map(|value| value.trim().to_owned());
        let mut next = || extra.next().unwrap_or_default();
        let target = columns.target.is_some().then(&mut next);
        let story = columns.story.is_some().then(&mut next).filter(|s| !s.is_empty());
        // Another record of the article may have the answers.
        let wanted = (annotators || !answers.is_empty()) && target.as_deref() != Some("");
        let made = wanted.then(|| make(&article, target.as_deref().unwrap_or_default()));
        let unsettled = article.date.take_if(|_| group.is_some()).zip(group);
        let origin = Origin::of(&article, story);
        (Row { id: article.id, target, origin, label: None, made, answers }, unsettled)
    };
    // Days whose reading depends on other rows.
    let mut unsettled: Vec<(usize, NaiveDate, Group)> = Vec::new();
    let mut rows: Vec<Row<Option<T>>> = Vec::new();
    let mut places: HashMap<(String, Option<String>), usize> = HashMap::new();
    corpus.survey_dated(Pass::new().progress(&part), read, |_, (row, date)| {
        let mut keep_date = |place| unsettled.extend(date.map(|(day, group)| (place, day, group)));
        if annotators {
            let place = *places.entry((row.id.clone(), row.target.clone())).or_insert(rows.len());
            if place < rows.len() {
                keep_date(place);
                rows[place].join(row);
                return Ok(());
            }
        }
        keep_date(rows.len());
        let Row { id, target, origin, label, made, answers } = row;
        rows.push(Row { id, target, origin, label, made: made.map(&mut keep).transpose()?, answers });
        Ok(())
    })?;
    for (place, day, group) in unsettled {
        least(&mut rows[place].origin.date, Some(corpus.settled(day, Some(group))));
    }
    resolve(rows, annotators, columns)
}

impl<T> Row<T> {
    /// An article before its answers are resolved.
    pub(super) fn new(id: String, target: Option<String>, origin: Origin, made: T, answers: Vec<Answer>) -> Self {
        Row { id, target, origin, label: None, made, answers }
    }

    /// Adds another record of the same article; their order doesn't matter.
    fn join<O>(&mut self, other: Row<O>) {
        self.answers.extend(other.answers);
        least(&mut self.origin.outlet, other.origin.outlet);
        least(&mut self.origin.story, other.origin.story);
        least(&mut self.origin.date, other.origin.date);
    }
}

/// Keeps the smaller of two values, or the only one.
fn least<V: Ord>(mine: &mut Option<V>, other: Option<V>) {
    if let Some(other) = other
        && mine.as_ref().is_none_or(|mine| other < *mine)
    {
        *mine = Some(other);
    }
}

/// Decides on a label for every row, and counts the rows without one.
pub(super) fn resolve<T>(mut rows: Vec<Row<Option<T>>>, annotators: bool, columns: &Columns) -> Result<Gathered<T>> {
    refusals(&mut rows);
    let map = &columns.label_map;
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for answer in rows.iter().flat_map(|row| &row.answers) {
        if let Said::Label(label) = &answer.said {
            *found.entry(label.clone()).or_default() += 1;
        }
    }
    map.check(&found, &columns.label)?;
    let labels: BTreeSet<&str> = found.keys().map(|label| map.get(label)).filter(|new| !new.is_empty()).collect();
    let labels: Vec<&str> = labels.into_iter().collect();
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut alpha = Nominal::new(labels.len());
    let mut annotation = Annotation::default();
    let (mut without, mut dropped) = ([Vec::new(), Vec::new()], 0);
    let mut outcomes = Vec::with_capacity(rows.len());
    for row in &rows {
        names.extend(row.answers.iter().filter_map(|a| a.annotator.as_deref()));
        if row.answers.is_empty() || row.target.as_deref() == Some("") {
            without[usize::from(!row.answers.is_empty())].push(row.id.clone());
            outcomes.push(None);
            continue;
        }
        let votes = votes(&row.answers, map);
        let mut counts = vec![0; labels.len()];
        votes.iter().filter_map(|vote| labels.binary_search(vote).ok()).for_each(|label| counts[label] += 1);
        alpha.add(&counts);
        let most = counts.iter().copied().max().unwrap_or(0);
        let leaders: Vec<usize> = (0..labels.len()).filter(|&label| most > 0 && counts[label] == most).collect();
        match leaders[..] {
            [one] => outcomes.push(Some(labels[one].to_owned())),
            _ => {
                outcomes.push(None);
                if leaders.len() > 1 {
                    annotation.ties += 1;
                    annotation.tied.push(row.id.clone());
                } else if votes.contains(&"") {
                    dropped += 1;
                } else if row.answers.iter().all(|a| matches!(a.said, Said::Not(_))) {
                    annotation.rejected += 1;
                } else {
                    annotation.several += 1;
                }
            }
        }
    }
    annotation.annotators = names.len();
    annotation.doubly = alpha.units();
    annotation.alpha = alpha.alpha();
    annotation.tied.sort_unstable();
    annotation.tied.truncate(NAMED);
    let rows = rows.into_iter().zip(outcomes).filter_map(|(row, label)| {
        let Row { id, target, origin, made, answers, .. } = row;
        Some(Row { id, target, origin, label, made: made?, answers })
    });
    let rows = rows.collect();
    Ok(Gathered { rows, without, dropped, annotation: annotators.then_some(annotation) })
}

/// If there was only one label to accept or reject, rejecting it is a label as well: `not LABEL`.
fn refusals<T>(rows: &mut [Row<T>]) {
    let mut asked: BTreeSet<&str> = BTreeSet::new();
    for answer in rows.iter().flat_map(|row| &row.answers) {
        match &answer.said {
            Said::Label(label) | Said::Not(label) => asked.extend([label.as_str()]),
            Said::Several(labels) => asked.extend(labels.iter().map(String::as_str)),
        }
    }
    if asked.len() != 1 {
        return;
    }
    for answer in rows.iter_mut().flat_map(|row| &mut row.answers) {
        if let Said::Not(label) = &answer.said {
            answer.said = Said::Label(format!("not {label}"));
        }
    }
}

/// The label that each annotator gave, by its new name; empty if the map leaves it out.
fn votes<'a>(answers: &'a [Answer], map: &'a LabelMap) -> Vec<&'a str> {
    let mut by_annotator: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut votes = Vec::new();
    for answer in answers {
        let labels: BTreeSet<&str> = match &answer.said {
            Said::Label(label) => [map.get(label)].into(),
            Said::Several(labels) => labels.iter().map(|label| map.get(label)).collect(),
            Said::Not(_) => continue,
        };
        match &answer.annotator {
            Some(annotator) => by_annotator.entry(annotator).or_default().extend(labels),
            None => votes.extend(only(labels)),
        }
    }
    votes.extend(by_annotator.into_values().filter_map(only));
    votes
}

/// The only label; one that is left out doesn't count if there are others.
fn only(mut labels: BTreeSet<&str>) -> Option<&str> {
    if labels.len() > 1 {
        labels.remove("");
    }
    if labels.len() == 1 { labels.pop_first() } else { None }
}
