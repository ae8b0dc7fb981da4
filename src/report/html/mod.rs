//! `report.html`: one page to read, click through and print, made only from the tables of a folder.
//!
//! | file | job |
//! |---|---|
//! | `read` | the tables, read back |
//! | `sample` | which uses of cues fit into the page |
//! | `events` | the same event in two outlets |
//! | `more` | what sections made from one table each share; the placebo |
//! | `pairs`, `trends`, `categories`, `speakers`, `map` | their tables |
//! | `words` | the words of two outlets |
//! | `noun` | what is compared, as the page calls it |
//! | `sentences` | what stands out, in sentences |
//! | `view` | rows in the form that the template needs |
//! | `model` | what a model says, how well it does, which terms it uses |
//! | `strip` | a row of a chart, as SVG |
//! | `embed` | data for the page's script; the policy that lets nothing else run |
//! | [`voices`] | another page: articles with their voices in colour |
//! | `templates/` | the pages, their styles and the script |
//!
//! The page makes no network requests, contains its own style and script, and is smaller than [`MOST_BYTES`] for any
//! corpus. Text from articles is escaped by askama in the page and by `embed` in the data.

mod categories;
mod data;
mod embed;
mod events;
mod map;
mod model;
mod more;
mod noun;
mod pairs;
mod read;
mod sample;
mod sentences;
mod speakers;
mod strip;
mod trends;
mod view;
pub mod voices;
mod words;

use super::{counted, thousands};
use crate::compare::By;
use crate::compare::by::Key;
use crate::error::{Error, Result};
use askama::Template;
use categories::CategoryView;
use data::{Data, EventView};
use model::ModelView;
use noun::Noun;
use read::ReportData;
use rustc_hash::{FxHashMap, FxHashSet};
use sample::{Asked, Sample};
use sentences::{Sentence, Span};
use speakers::SpeakersView;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;
use trends::TrendView;
use view::{ContrastView, OutletsView};
use words::Words;

/// The maximum size of a page.
pub const MOST_BYTES: usize = 2_000_000;

/// The size of the page itself with its tables; the rest of [`MOST_BYTES`] goes to sentences.
const RESERVE: usize = 120_000;

/// More sentences than this add nothing and make the page slow.
const MOST_EVIDENCE: usize = 900_000;

const STYLE: &str = concat!(include_str!("templates/style.css"), include_str!("templates/more.css"));
const SCRIPT: &str =
    concat!(include_str!("templates/base.js"), include_str!("templates/script.js"), include_str!("templates/words.js"));

/// What the browser may run: the same for every page.
static POLICY: LazyLock<String> = LazyLock::new(|| embed::policy(STYLE, Some(SCRIPT)));

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'d> {
    policy: &'static str,
    style: &'static str,
    script: &'static str,
    title: String,
    facts: Vec<String>,
    sentences: Vec<Sentence>,
    not_to_conclude: Vec<String>,
    noun: Noun,
    voice: &'d str,
    beside: &'static str,
    contrasts: Vec<ContrastView>,
    unused: String,
    axis: Option<&'d [String; 2]>,
    outlets: OutletsView,
    events: Vec<EventView>,
    model: Option<ModelView>,
    pairs: pairs::PairsView,
    trends: Vec<TrendView>,
    words: Words,
    categories: Vec<CategoryView>,
    speakers: Vec<SpeakersView>,
    map: Option<map::MapView>,
    placebo: Vec<String>,
    shown: String,
    all: String,
    is_sampled: bool,
    names: Vec<&'d str>,
    data: &'d ReportData,
    settings: Vec<(&'static str, String)>,
    cite: String,
    json: String,
    kept: Vec<(&'static str, String)>,
}

/// The page for a folder written by `aslant compare`.
///
/// # Errors
/// Tables that are missing or from another version.
pub fn page(folder: &Path) -> Result<String> {
    let data = ReportData::read(folder)?;
    let numbers: FxHashMap<&str, usize> =
        data.outlets.iter().enumerate().map(|(i, o)| (o.outlet.as_str(), i)).collect();
    // Both read different files.
    let (events, page) = rayon::join(
        || events::events(&folder.join("articles.csv"), &data.run),
        || without_sentences(folder, &data, &numbers),
    );
    let (events, mut page) = (events?, page?);
    let contrast_of = |at: usize| data.run.contrasts[at].name.clone();
    let wanted: FxHashSet<(String, String)> =
        events.iter().flat_map(|e| e.ids.iter().map(|id| (id.clone(), contrast_of(e.contrast)))).collect();
    page.json =
        embed::json(&Data::new(&data, &numbers, &Sample::default(), &BTreeMap::new(), &page.words)).map_err(failed)?;
    let used = page.render().map_err(failed)?.len() + RESERVE;
    let asked = Asked {
        strata: data.contrasts.iter().filter(|r| r.voice != "all").count(),
        room: MOST_EVIDENCE.min(MOST_BYTES.saturating_sub(used)),
        wanted: &wanted,
        pressed: &pressed(&data, &page.contrasts),
        voice: &data.run.settings.voice,
    };
    let mut sample = sample::sample(&folder.join("evidence.csv"), &asked)?;
    let ids =
        sample.uses.iter().map(|u| u.id.as_str()).chain(events.iter().flat_map(|e| e.ids.iter().map(String::as_str)));
    let articles = sample::articles(&folder.join("articles.csv"), &ids.collect())?;
    page.events = data::events(&events, &data.run, &sample, &articles);
    page.all = counted(sample.all, "use", "uses");
    loop {
        page.shown = thousands(sample.uses.len() as u64);
        page.is_sampled = (sample.uses.len() as u64) < sample.all;
        page.json = embed::json(&Data::new(&data, &numbers, &sample, &articles, &page.words)).map_err(failed)?;
        let text = page.render().map_err(failed)?;
        if text.len() <= MOST_BYTES || sample.uses.is_empty() {
            return Ok(text);
        }
        sample.cut();
    }
}

/// The outlets that have a button on each contrast.
fn pressed<'d>(data: &'d ReportData, contrasts: &[ContrastView]) -> FxHashSet<(&'d str, &'d str)> {
    let of = |c: &ContrastView| {
        let name = data.run.contrasts[c.index].name.as_str();
        c.rows.iter().map(move |r| (data.outlets[r.outlet].outlet.as_str(), name)).collect::<Vec<_>>()
    };
    contrasts.iter().flat_map(of).collect()
}

fn failed(error: impl Into<std::io::Error>) -> Error {
    Error::io("report.html", error.into())
}

impl Page<'_> {
    /// Whether a contrast has expected shares.
    fn has_expected(&self) -> bool {
        self.contrasts.iter().any(|contrast| contrast.has_expected)
    }

    /// Whether a line is only about mentions.
    fn has_mentions(&self) -> bool {
        let starred = |r: &view::Row| r.value.ends_with('*') || r.beside.contains('*');
        self.contrasts.iter().any(|contrast| contrast.rows.iter().any(starred))
    }
}

/// The whole page except what is read from the evidence.
fn without_sentences<'d>(folder: &Path, data: &'d ReportData, numbers: &view::Numbers<'_>) -> Result<Page<'d>> {
    let run = &data.run;
    let (contrasts, unused) = view::contrasts(data, numbers);
    let noun = Noun::of(data);
    let pairs = pairs::pairs(folder, run)?;
    let kept = data.files.iter().filter_map(|f| Some((f.name, f.text.as_ref()?)));
    let kept = kept.map(|(name, text)| Ok((name, embed::json(text).map_err(failed)?)));
    Ok(Page {
        policy: &POLICY,
        style: STYLE,
        script: SCRIPT,
        title: title(data),
        facts: facts(data),
        sentences: sentences::stands_out(data),
        not_to_conclude: sentences::not_to_conclude(data),
        voice: &run.settings.voice,
        beside: view::beside(&run.settings.voice),
        contrasts,
        unused: unused.join(", "),
        axis: run.axis.as_ref(),
        outlets: view::outlets(data),
        events: Vec::new(),
        model: model::model(data),
        pairs,
        trends: trends::trends(folder, run)?,
        words: words::words(folder, data)?,
        categories: categories::categories(folder, data)?,
        speakers: speakers::speakers(folder, run)?,
        map: map::view(folder, data)?,
        placebo: more::placebo(run, &noun),
        noun,
        shown: String::new(),
        all: String::new(),
        is_sampled: false,
        names: data.outlets.iter().map(|o| o.outlet.as_str()).collect(),
        data,
        settings: settings(data),
        cite: cite(data),
        json: String::new(),
        kept: kept.collect::<Result<_>>()?,
    })
}

/// [`counted`] for templates, which pass references.
fn several(n: impl std::borrow::Borrow<usize>, one: &str, many: &str) -> String {
    counted(*n.borrow() as u64, one, many)
}

/// `n` more outlets, or of what is compared instead.
fn counted_more(n: usize, noun: &Noun) -> String {
    counted(n as u64, &format!("more {}", noun.one), &format!("more {}", noun.many))
}

/// With more outlets than this, the title has their number instead of their names.
const NAMED: usize = 4;

fn title(data: &ReportData) -> String {
    let names: Vec<&str> = data.outlets.iter().map(|o| o.outlet.as_str()).collect();
    let short = names.iter().map(|n| n.chars().count()).sum::<usize>() <= 72;
    match names.split_last() {
        Some((last, [])) if short => format!("How {last} names things"),
        Some((last, rest)) if short && names.len() <= NAMED => {
            format!("How {} and {last} name the same things", rest.join(", "))
        }
        _ => format!("How {} name the same things", groups(data, names.len() as u64)),
    }
}

/// `n` outlets, or of what is compared instead.
fn groups(data: &ReportData, n: u64) -> String {
    key(data).counted(n)
}

/// What is compared.
fn key(data: &ReportData) -> Key {
    By::parse(&data.run.settings.by).unwrap_or_default().group
}

fn facts(data: &ReportData) -> Vec<String> {
    let counts = &data.run.counts;
    let mut facts = vec![
        counted(counts.articles, "article", "articles"),
        groups(data, counts.outlets),
        format!("{} of cues", counted(counts.uses, "use", "uses")),
        counted(counts.words, "word", "words"),
    ];
    if let (Some(first), Some(last)) = (&counts.first_date, &counts.last_date) {
        facts.push(if first == last { first.clone() } else { format!("{first} to {last}") });
    }
    facts
}

fn settings(data: &ReportData) -> Vec<(&'static str, String)> {
    let (s, counts) = (&data.run.settings, &data.run.counts);
    let lexicons = data.run.inputs.iter().filter(|i| i.name.ends_with(".toml"));
    let hash = |i: &read::Input| {
        i.sha256.as_ref().map_or(String::new(), |hash| format!(" (SHA-256 {}…)", &hash[..hash.len().min(12)]))
    };
    // A path reveals something about the machine, a file name about the file.
    let name = |i: &read::Input| i.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let lexicons: Vec<String> = lexicons.map(|i| format!("{}{}", name(i), hash(i))).collect();
    vec![
        ("Voice of lines and lean", s.voice.clone()),
        (
            "Boilerplate",
            format!(
                "{}: {}",
                if s.boilerplate == "remove" { "left out" } else { "counted" },
                counted(counts.words_removed, "word", "words")
            ),
        ),
        (
            "Reprints",
            format!("{}: {}", if s.reprints == "drop" { "left out" } else { "counted" }, thousands(counts.reprints)),
        ),
        ("Articles", if s.same_story { "only in stories that two or more outlets cover" } else { "all" }.to_owned()),
        (
            if key(data) == Key::Outlet { "Without an outlet" } else { "Without what is compared" },
            thousands(counts.unknown_outlet),
        ),
        ("Bad rows skipped", thousands(counts.bad_rows_skipped)),
        ("Expected shares", s.context_model.clone()),
        ("Seed, resamples of lean", format!("{}, {}", s.seed, s.resamples)),
        ("Cue lexicons", if lexicons.is_empty() { "see run.json".to_owned() } else { lexicons.join("; ") }),
        ("Version", format!("aslant {}", data.run.aslant)),
    ]
}

fn cite(data: &ReportData) -> String {
    let facts = facts(data);
    format!(
        "{}: {}. Compared with aslant {}, seed {}; settings and the hash of every input in run.json.",
        title(data),
        facts.join(", "),
        data.run.aslant,
        data.run.settings.seed
    )
}
