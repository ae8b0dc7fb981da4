//! The page in the form that its template needs: texts and drawings, with all numbers already formatted.

use super::noun::Noun;
use super::read::{Contrast, OutletRow, ReportData, ScaleRow};
use super::strip::{Line, Point, dots, strip};
use crate::report::{counted, thousands, two};
use rustc_hash::FxHashMap;

/// The number of outlets drawn on one line chart, and on all together.
pub(super) const DRAWN: usize = 16;
const DRAWN_TOGETHER: usize = 500;

/// The number of further outlets in a table below it, and below all together.
const LISTED: usize = 60;
const LISTED_TOGETHER: usize = 800;

/// The number of outlets whose lean is drawn, and of further ones that are listed.
const LEANS_DRAWN: usize = 2 * DRAWN;
const LEANS_LISTED: usize = 250;

/// One outlet on a line.
pub(super) struct Row {
    /// Its number in the page's data.
    pub outlet: usize,
    pub name: String,
    pub strip: String,
    /// `0.62`, and a star for mentions only.
    pub value: String,
    /// `[0.51, 0.72]`.
    pub interval: String,
    pub expected: String,
    /// The other voice.
    pub beside: String,
    pub uses: String,
}

/// An outlet that is only listed, not drawn.
pub(super) struct Listed {
    pub name: String,
    pub value: String,
    pub interval: String,
    pub uses: String,
}

/// One contrast.
pub(super) struct ContrastView {
    pub index: usize,
    pub name: String,
    pub about: String,
    pub left: String,
    pub right: String,
    /// All names, if the line has them in two groups.
    pub poles: String,
    pub glance: String,
    /// `4 outlets, 0.11 to 0.62`.
    pub spread: String,
    pub rows: Vec<Row>,
    pub listed: Vec<Listed>,
    pub beyond: usize,
    /// Whether any of them has an expected share.
    pub has_expected: bool,
    /// Why there is none.
    pub no_expected: String,
}

/// The numbers of outlets in the page's data.
pub(super) type Numbers<'d> = FxHashMap<&'d str, usize>;

/// The voice shown next to the main one: what is quoted next to the others, the outlet's own next to what is quoted.
pub(super) fn beside(voice: &str) -> &'static str {
    if voice == "quoted" { "own" } else { "quoted" }
}

pub(super) fn interval(low: Option<f64>, high: Option<f64>) -> String {
    low.zip(high).map_or(String::new(), |(low, high)| format!("[{}, {}]", two(low), two(high)))
}

fn point(row: &ScaleRow) -> Point {
    Point {
        value: row.share,
        interval: row.share_low.zip(row.share_high),
        mentions: row.interval == "mentions",
        expected: row.expected_share,
    }
}

/// A share for people, with a star if it is only about mentions.
fn starred(row: &ScaleRow) -> String {
    format!("{}{}", two(row.share), if row.interval == "mentions" { "*" } else { "" })
}

fn uses(row: &ScaleRow) -> String {
    format!("{} in {}", counted(row.uses, "use", "uses"), counted(row.articles, "article", "articles"))
}

/// All contrasts that are used in the main voice, and the names of the others.
pub(super) fn contrasts(data: &ReportData, numbers: &Numbers<'_>) -> (Vec<ContrastView>, Vec<String>) {
    let voice = data.run.settings.voice.as_str();
    let mut by_contrast: FxHashMap<&str, (Vec<&ScaleRow>, FxHashMap<&str, &ScaleRow>)> = FxHashMap::default();
    for row in &data.scales {
        if row.voice == voice {
            by_contrast.entry(&row.contrast).or_default().0.push(row);
        } else if row.voice == beside(voice) {
            by_contrast.entry(&row.contrast).or_default().1.insert(&row.outlet, row);
        }
    }
    let (mut views, mut unused) = (Vec::new(), Vec::new());
    for (index, contrast) in data.run.contrasts.iter().enumerate() {
        match by_contrast.remove(contrast.name.as_str()) {
            Some((rows, others)) if !rows.is_empty() => {
                views.push(view(data, (index, contrast), rows, &others, numbers));
            }
            _ if contrast.left.is_some() => unused.push(contrast.name.clone()),
            _ => (),
        }
    }
    (views, unused)
}

fn view(
    data: &ReportData,
    (index, contrast): (usize, &Contrast),
    mut rows: Vec<&ScaleRow>,
    others: &FxHashMap<&str, &ScaleRow>,
    numbers: &Numbers<'_>,
) -> ContrastView {
    rows.sort_by(|a, b| b.uses.cmp(&a.uses).then_with(|| a.outlet.cmp(&b.outlet)));
    let among = data.run.contrasts.len().max(1);
    let (most_drawn, most_listed) = (DRAWN.min(DRAWN_TOGETHER / among), LISTED.min(LISTED_TOGETHER / among));
    let rest = rows.split_off(rows.len().min(most_drawn));
    rows.sort_by(|a, b| a.share.total_cmp(&b.share).then_with(|| a.outlet.cmp(&b.outlet)));
    let shares: Vec<f64> = rows.iter().map(|r| r.share).collect();
    let voice = data.run.settings.voice.as_str();
    let drawn = |row: &&ScaleRow| {
        let other = others.get(row.outlet.as_str());
        let mut points = vec![(voice, point(row))];
        points.extend(other.map(|other| (other.voice.as_str(), Point { expected: None, ..point(other) })));
        Row {
            outlet: numbers[row.outlet.as_str()],
            name: row.outlet.clone(),
            strip: strip(&points, Line::SHARE),
            value: starred(row),
            interval: interval(row.share_low, row.share_high),
            expected: row.expected_share.map_or(String::new(), two),
            beside: other.map_or(String::new(), |other| format!("{} ({})", starred(other), other.uses)),
            uses: uses(row),
        }
    };
    let listed = |row: &&ScaleRow| Listed {
        name: row.outlet.clone(),
        value: starred(row),
        interval: interval(row.share_low, row.share_high),
        uses: uses(row),
    };
    let noun = Noun::of(data);
    let model = data.run.context_models.iter().find(|m| m.contrast == contrast.name);
    ContrastView {
        index,
        name: contrast.name.clone(),
        about: contrast.about.clone(),
        left: contrast.left.clone().unwrap_or_default(),
        right: contrast.right.clone().unwrap_or_default(),
        poles: if contrast.poles.len() > 2 { poles(contrast) } else { String::new() },
        glance: dots(&rows.iter().map(|r| (r.share, r.interval == "mentions")).collect::<Vec<_>>()),
        spread: match (shares.first(), shares.last()) {
            (Some(low), Some(high)) if shares.len() > 1 => {
                let of = if rest.is_empty() { String::new() } else { format!(" of {}", rows.len() + rest.len()) };
                format!("{}{of} {}, {} to {}", rows.len(), noun.many, two(*low), two(*high))
            }
            _ => format!("1 {}, {}", noun.one, shares.first().copied().map_or(String::new(), two)),
        },
        has_expected: rows.iter().any(|r| r.expected_share.is_some()),
        no_expected: model.and_then(|m| m.reason.clone()).unwrap_or_default(),
        rows: rows.iter().map(drawn).collect(),
        beyond: rest.len().saturating_sub(most_listed),
        listed: rest.iter().take(most_listed).map(listed).collect(),
    }
}

/// The names of a contrast with three or more, each with the end to which it leans.
fn poles(contrast: &Contrast) -> String {
    let lean = contrast.poles.iter().any(|pole| pole.leans.is_some());
    let name = |pole: &super::read::Pole| match &pole.leans {
        Some(end) => format!("{} ({end})", pole.name),
        None if lean => format!("{} (neither end, so not on the line)", pole.name),
        None => pole.name.clone(),
    };
    contrast.poles.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// One outlet in the table of outlets.
pub(super) struct OutletView {
    pub name: String,
    pub strip: String,
    pub lean: String,
    pub interval: String,
    pub articles: String,
    pub quoted: String,
    pub reported: String,
    pub nearest: String,
}

/// The outlets with the most articles, in the order of their lean.
#[derive(Default)]
pub(super) struct OutletsView {
    pub drawn: Vec<OutletView>,
    /// Those with fewer articles, without a drawing.
    pub listed: Vec<OutletView>,
    /// The number of outlets beyond these.
    pub beyond: usize,
}

impl OutletsView {
    /// Whether any lean is based on one or two articles.
    pub fn has_stars(&self) -> bool {
        self.drawn.iter().chain(&self.listed).any(|o| o.lean.ends_with('*'))
    }
}

pub(super) fn outlets(data: &ReportData) -> OutletsView {
    let mut rows: Vec<&OutletRow> = data.outlets.iter().collect();
    rows.sort_by(|a, b| b.articles.cmp(&a.articles).then_with(|| a.outlet.cmp(&b.outlet)));
    let mut rest = rows.split_off(rows.len().min(LEANS_DRAWN));
    let beyond = rest.len().saturating_sub(LEANS_LISTED);
    rest.truncate(LEANS_LISTED);
    let key = |row: &OutletRow| row.lean.unwrap_or(f64::INFINITY);
    let in_order = |mut rows: Vec<&OutletRow>, is_drawn: bool| {
        rows.sort_by(|a, b| key(a).total_cmp(&key(b)).then_with(|| a.outlet.cmp(&b.outlet)));
        rows.into_iter().map(|row| outlet(row, is_drawn)).collect()
    };
    OutletsView { drawn: in_order(rows, true), listed: in_order(rest, false), beyond }
}

fn outlet(row: &OutletRow, is_drawn: bool) -> OutletView {
    let percent = |part: Option<f64>| part.map_or(String::new(), |p| format!("{:.0}%", 100.0 * p));
    let interval_of = row.lean_low.zip(row.lean_high);
    // Too few articles for an interval: the value only describes them.
    let star = if interval_of.is_none() { "*" } else { "" };
    let point = |value| Point { value, interval: interval_of, ..Point::default() };
    OutletView {
        name: row.outlet.clone(),
        strip: row.lean.filter(|_| is_drawn).map_or(String::new(), |lean| strip(&[("lean", point(lean))], Line::LEAN)),
        lean: row.lean.map_or(String::new(), |lean| format!("{}{star}", two(lean))),
        interval: interval(row.lean_low, row.lean_high),
        articles: thousands(row.articles),
        quoted: percent(row.quoted),
        reported: percent(row.reported),
        nearest: row.nearest.clone(),
    }
}
