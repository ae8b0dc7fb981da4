//! Speakers: how the people quoted name things.

use super::more::{optional, told};
use super::read::{Run, text};
use super::strip::{Line, Point, strip};
use super::view::interval;
use crate::error::Result;
use crate::report::{counted, two};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The number of speakers shown per contrast, and for all contrasts together.
const SHOWN: usize = 10;
const SHOWN_TOGETHER: usize = 120;

#[derive(Debug, Deserialize)]
struct Row {
    #[serde(deserialize_with = "text")]
    speaker: String,
    #[serde(deserialize_with = "text")]
    contrast: String,
    #[serde(deserialize_with = "text")]
    pole: String,
    count: u64,
    share: Option<f64>,
    share_low: Option<f64>,
    share_high: Option<f64>,
    interval: String,
}

/// One speaker on a line.
pub(super) struct SpeakerView {
    pub name: String,
    pub strip: String,
    pub value: String,
    pub interval: String,
    pub uses: String,
}

/// A contrast with its speakers.
pub(super) struct SpeakersView {
    /// Its number in the page's data.
    pub index: usize,
    pub contrast: String,
    pub left: String,
    pub right: String,
    pub speakers: Vec<SpeakerView>,
    pub more: usize,
}

/// The contrasts that two speakers or more use, with the speakers who do so most often.
pub(super) fn speakers(folder: &Path, run: &Run) -> Result<Vec<SpeakersView>> {
    let rows: Vec<Row> = optional(folder, "speakers.csv")?;
    let mut views = Vec::new();
    let most = SHOWN.min(SHOWN_TOGETHER / run.contrasts.len().max(1)).max(2);
    for (index, contrast) in run.contrasts.iter().enumerate() {
        let Some(right) = told(run, &contrast.name) else { continue };
        let mut uses: BTreeMap<&str, u64> = BTreeMap::new();
        rows.iter()
            .filter(|r| r.contrast == contrast.name)
            .for_each(|r| *uses.entry(&r.speaker).or_default() += r.count);
        let mut of: Vec<&Row> = rows.iter().filter(|r| r.contrast == contrast.name && r.pole == right).collect();
        of.retain(|r| r.interval == "articles" && r.share.is_some());
        of.sort_by(|a, b| uses[b.speaker.as_str()].cmp(&uses[a.speaker.as_str()]).then(a.speaker.cmp(&b.speaker)));
        if of.len() < 2 {
            continue;
        }
        let more = of.len().saturating_sub(most);
        of.truncate(most);
        let share = |r: &Row| r.share.unwrap_or_default();
        of.sort_by(|a, b| share(a).total_cmp(&share(b)).then(a.speaker.cmp(&b.speaker)));
        let others: Vec<&str> = contrast.poles.iter().map(|p| p.name.as_str()).filter(|name| *name != right).collect();
        let left = if let [only] = others[..] { only.to_owned() } else { "other names".to_owned() };
        let speakers = of.iter().map(|r| view(r, uses[r.speaker.as_str()])).collect();
        views.push(SpeakersView { index, contrast: contrast.name.clone(), left, right, speakers, more });
    }
    Ok(views)
}

fn view(row: &Row, uses: u64) -> SpeakerView {
    let value = row.share.unwrap_or_default();
    let drawn = Point { value, interval: row.share_low.zip(row.share_high), ..Point::default() };
    SpeakerView {
        name: row.speaker.clone(),
        strip: strip(&[("quoted", drawn)], Line::SHARE),
        value: two(value),
        interval: interval(row.share_low, row.share_high),
        uses: counted(uses, "use", "uses"),
    }
}
