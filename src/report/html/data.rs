//! The data for the page's script, and the examples of one event in two outlets.

use super::events::Event;
use super::read::{ReportData, Run};
use super::sample::{Article, Sample, Use};
use super::words::Words;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::BTreeMap;

/// The number of uses shown of one article in an example.
const SHOWN: usize = 4;

/// The voices, in the order of their numbers in the data.
const VOICES: [&str; 4] = ["own", "quoted", "reported", "scare"];

/// A use as numbers and texts.
type Shown<'d> = (usize, usize, usize, usize, &'d str, &'d str, &'d str, &'d str);

/// The page's data. Rows are arrays, because names would take up most of the space.
#[derive(Serialize)]
pub(super) struct Data<'d> {
    outlets: Vec<&'d str>,
    contrasts: Vec<(&'d str, Vec<&'d str>)>,
    voices: [&'static str; 4],
    /// Outlet (−1 if unknown), date, title, link.
    articles: Vec<(i64, &'d str, &'d str, &'d str)>,
    /// Article, contrast, pole, voice, speaker, before, match, after.
    uses: Vec<Shown<'d>>,
    all: u64,
    words: &'d Words,
}

impl<'d> Data<'d> {
    pub fn new(
        data: &'d ReportData,
        numbers: &FxHashMap<&str, usize>,
        sample: &'d Sample,
        articles: &'d BTreeMap<String, Article>,
        words: &'d Words,
    ) -> Self {
        let contrasts: Vec<(&str, Vec<&str>)> = data
            .run
            .contrasts
            .iter()
            .map(|c| (c.name.as_str(), c.poles.iter().map(|p| p.name.as_str()).collect()))
            .collect();
        let outlet = |name: &str| numbers.get(name).map_or(-1, |&n| n as i64);
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        let mut rows = Vec::new();
        let mut uses = Vec::new();
        for u in &sample.uses {
            let Some(contrast) = contrasts.iter().position(|c| c.0 == u.contrast) else { continue };
            let Some(pole) = contrasts[contrast].1.iter().position(|p| *p == u.pole) else { continue };
            let Some(voice) = VOICES.iter().position(|v| *v == u.voice) else { continue };
            let article = *places.entry(&u.id).or_insert_with(|| {
                let about = articles.get(&u.id);
                let text = |field: fn(&Article) -> &String| about.map_or("", |a| field(a).as_str());
                rows.push((outlet(&u.outlet), text(|a| &a.date), text(|a| &a.title), text(|a| &a.url)));
                rows.len() - 1
            });
            uses.push((
                article,
                contrast,
                pole,
                voice,
                u.speaker.as_str(),
                u.before.as_str(),
                u.matched.as_str(),
                u.after.as_str(),
            ));
        }
        Data {
            outlets: data.outlets.iter().map(|o| o.outlet.as_str()).collect(),
            contrasts,
            voices: VOICES,
            articles: rows,
            uses,
            all: sample.all,
            words,
        }
    }
}

/// One article of an example.
pub(super) struct Side {
    pub outlet: String,
    pub date: String,
    pub title: String,
    pub url: String,
    pub uses: Vec<Use>,
    pub more: usize,
}

/// The same event in two outlets.
pub(super) struct EventView {
    pub contrast: String,
    pub sides: [Side; 2],
}

/// The examples with their sentences, without those whose evidence is missing.
pub(super) fn events(
    events: &[Event],
    run: &Run,
    sample: &Sample,
    articles: &BTreeMap<String, Article>,
) -> Vec<EventView> {
    let side = |event: &Event, id: &String| {
        let article = articles.get(id)?;
        let contrast = &run.contrasts[event.contrast].name;
        let all = sample.wanted.get(&(id.clone(), contrast.clone()))?;
        let voice = &run.settings.voice;
        let told: Vec<&Use> = all.iter().filter(|u| voice == "all" || u.voice == *voice).collect();
        (!told.is_empty()).then(|| Side {
            outlet: article.outlet.clone(),
            date: article.date.clone(),
            title: article.title.clone(),
            url: article.url.clone(),
            more: told.len().saturating_sub(SHOWN),
            uses: told.into_iter().take(SHOWN).cloned().collect(),
        })
    };
    let view = |event: &Event| {
        Some(EventView {
            contrast: run.contrasts[event.contrast].name.clone(),
            sides: [side(event, &event.ids[0])?, side(event, &event.ids[1])?],
        })
    };
    events.iter().filter_map(view).collect()
}
