//! Evidence for the page: a sample of all uses that doesn't depend on their order or on the number of threads.
//!
//! Uses are divided into strata by outlet, contrast, pole and voice. Within a stratum they are ordered by a hash of
//! their position. The page takes the first use of every stratum with a button in the page, then the first of every
//! other stratum, then the second, until the space is used up. So each point of a chart has sentences behind it, and
//! small comparisons are shown completely.

use super::read::{broken, column, reader};
use crate::error::Result;
use crate::spreadsheet::restore;
use csv::ByteRecord;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::collections::{BTreeMap, BinaryHeap};
use std::path::Path;

/// The most uses held in memory over all strata.
const WAITING: usize = 60_000;

/// The fewest uses held of one stratum.
const LEAST: usize = 3;

/// The bytes that a use takes in the page in addition to its words.
const FRAME: usize = 48;

/// Titles are cut after this many characters; longer links are left out.
const LONGEST: usize = 300;

/// One use of a cue with the words around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    pub id: String,
    pub outlet: String,
    pub contrast: String,
    pub pole: String,
    pub cue: String,
    pub voice: String,
    pub speaker: String,
    pub start: u64,
    /// Its turn: the page takes the lowest ones.
    pub turn: usize,
    pub before: String,
    pub matched: String,
    pub after: String,
}

/// What the page says about an article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Article {
    pub outlet: String,
    pub date: String,
    pub title: String,
    /// Only `http` and `https`.
    pub url: String,
}

/// The uses that the page shows.
#[derive(Debug, Default)]
pub(super) struct Sample {
    /// Sorted by outlet, contrast, article and position.
    pub uses: Vec<Use>,
    /// The number of all uses in `evidence.csv`.
    pub all: u64,
    /// All uses of the requested articles and contrasts, by article and contrast.
    pub wanted: BTreeMap<(String, String), Vec<Use>>,
}

impl Sample {
    /// Drops the tenth of the uses whose turn comes last.
    pub fn cut(&mut self) {
        let left = self.uses.len() * 9 / 10;
        self.uses.retain(|u| u.turn < left);
    }
}

/// A field as it was before it was made harmless.
fn text_of(field: &[u8]) -> Cow<'_, str> {
    match String::from_utf8_lossy(field) {
        Cow::Borrowed(text) => Cow::Borrowed(restore(text)),
        Cow::Owned(text) => Cow::Owned(restore(&text).to_owned()),
    }
}

/// The indices of the columns in `evidence.csv`.
struct Columns([usize; 11]);

impl Columns {
    const NAMES: [&'static str; 11] =
        ["id", "outlet", "contrast", "pole", "cue", "voice", "speaker", "start", "before", "match", "after"];

    fn text(&self, record: &ByteRecord, column: usize) -> String {
        text_of(&record[self.0[column]]).into_owned()
    }

    fn read(&self, r: &ByteRecord) -> Use {
        let text = |column| self.text(r, column);
        Use {
            id: text(0),
            outlet: text(1),
            contrast: text(2),
            pole: text(3),
            cue: text(4),
            voice: text(5),
            speaker: text(6),
            start: text(7).parse().unwrap_or_default(),
            turn: usize::MAX,
            before: text(8),
            matched: text(9),
            after: text(10),
        }
    }

    /// A pseudo-random number from the position of a use.
    fn hash(&self, record: &ByteRecord) -> u64 {
        // FNV-1a, then the finaliser of SplitMix64: FNV's high bits follow the last characters too closely.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for column in [0, 7, 2] {
            for byte in record[self.0[column]].iter().chain(&[0xff]) {
                hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        hash ^ (hash >> 31)
    }
}

/// What is requested of the uses.
pub(super) struct Asked<'d> {
    /// The approximate number of strata.
    pub strata: usize,
    /// The bytes available for uses.
    pub room: usize,
    /// Articles and contrasts of which all uses are kept.
    pub wanted: &'d FxHashSet<(String, String)>,
    /// Outlets and contrasts with a button, with the voice that is drawn: these come first.
    pub pressed: &'d FxHashSet<(&'d str, &'d str)>,
    pub voice: &'d str,
}

/// Reads `evidence.csv` once.
///
/// # Errors
/// If the table is missing or from another version.
pub(super) fn sample(path: &Path, asked: &Asked<'_>) -> Result<Sample> {
    let Asked { strata, wanted, .. } = *asked;
    let mut reader = reader(path)?;
    let header = reader.headers().map_err(|e| broken(path, e))?.clone();
    let mut columns = Columns([0; 11]);
    for (at, name) in columns.0.iter_mut().zip(Columns::NAMES) {
        *at = column(path, &header, name)?;
    }
    let wanted_ids: FxHashSet<&str> = wanted.iter().map(|(id, _)| id.as_str()).collect();
    let most = (WAITING / strata.max(1)).max(LEAST);
    let mut sample = Sample::default();
    let mut waiting: FxHashMap<Vec<u8>, BinaryHeap<(u64, u64)>> = FxHashMap::default();
    let mut kept: FxHashMap<u64, Use> = FxHashMap::default();
    let (mut record, mut key) = (ByteRecord::new(), Vec::new());
    while reader.read_byte_record(&mut record).map_err(|e| broken(path, e))? {
        sample.all += 1;
        if !wanted_ids.is_empty() && wanted_ids.contains(columns.text(&record, 0).as_str()) {
            let of = (columns.text(&record, 0), columns.text(&record, 2));
            if wanted.contains(&of) {
                sample.wanted.entry(of).or_default().push(columns.read(&record));
            }
        }
        key.clear();
        for column in [1, 2, 3, 5] {
            key.extend_from_slice(&record[columns.0[column]]);
            key.push(0xff);
        }
        if !waiting.contains_key(&key) {
            waiting.insert(key.clone(), BinaryHeap::new());
        }
        let Some(heap) = waiting.get_mut(&key) else { continue };
        let hash = columns.hash(&record);
        if heap.len() == most && heap.peek().is_some_and(|top| top.0 <= hash) {
            continue;
        }
        heap.push((hash, sample.all));
        kept.insert(sample.all, columns.read(&record));
        if heap.len() > most {
            heap.pop().and_then(|(_, row)| kept.remove(&row));
        }
    }
    sample.wanted.values_mut().for_each(|uses| uses.sort_by_key(|u| u.start));
    sample.uses = take(waiting.into_values().map(BinaryHeap::into_sorted_vec), kept, asked);
    Ok(sample)
}

/// The first use of every stratum with a button, then the first of every other, then the second, as long as there is
/// room.
fn take(strata: impl Iterator<Item = Vec<(u64, u64)>>, mut kept: FxHashMap<u64, Use>, asked: &Asked<'_>) -> Vec<Use> {
    let is_pressed = |row: &u64| {
        let of = |u: &Use| {
            (u.voice == asked.voice || asked.voice == "all")
                && asked.pressed.contains(&(u.outlet.as_str(), u.contrast.as_str()))
        };
        kept.get(row).is_some_and(of)
    };
    let mut ranked: Vec<(usize, u64, u64)> = Vec::new();
    for stratum in strata {
        let later = usize::from(!stratum.first().is_some_and(|(_, row)| is_pressed(row)));
        let turn = |rank: usize| if rank == 0 { later } else { rank + 1 };
        ranked.extend(stratum.into_iter().enumerate().map(|(rank, (hash, row))| (turn(rank), hash, row)));
    }
    ranked.sort_unstable();
    let mut left = asked.room;
    let mut uses = Vec::new();
    for (_, _, row) in ranked {
        let Some(mut used) = kept.remove(&row) else { continue };
        // Escapes take some more; an article is stored once for several uses, and its size is checked at the end.
        let size = used.before.len() + used.matched.len() + used.after.len() + used.speaker.len() + used.cue.len();
        let Some(rest) = left.checked_sub(size + size / 8 + FRAME) else { break };
        left = rest;
        used.turn = uses.len();
        uses.push(used);
    }
    // Articles of unknown outlet last.
    let key = |u: &Use| (u.outlet.is_empty(), u.outlet.clone(), u.contrast.clone(), u.id.clone(), u.start);
    uses.sort_by_cached_key(key);
    uses
}

/// Reads what the page says about some articles from `articles.csv`.
///
/// # Errors
/// If the table is missing or from another version.
pub(super) fn articles(path: &Path, ids: &FxHashSet<&str>) -> Result<BTreeMap<String, Article>> {
    let mut reader = reader(path)?;
    let header = reader.headers().map_err(|e| broken(path, e))?.clone();
    let at = |name| column(path, &header, name);
    let columns = [at("id")?, at("outlet")?, at("date")?, at("title")?, at("url")?];
    let mut found = BTreeMap::new();
    let mut record = ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(|e| broken(path, e))? {
        let id = text_of(&record[columns[0]]);
        if ids.contains(&*id) {
            let [outlet, date, title, url] = [1, 2, 3, 4].map(|column| text_of(&record[columns[column]]));
            let is_kept = is_web(&url) && url.len() <= LONGEST;
            let article = Article {
                outlet: outlet.into_owned(),
                date: date.into_owned(),
                title: clipped(&title, LONGEST),
                url: if is_kept { url.into_owned() } else { String::new() },
            };
            found.insert(id.into_owned(), article);
        }
    }
    Ok(found)
}

/// Whether a link is safe to follow: no `javascript:`, no local file.
fn is_web(url: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| url.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)))
}

/// The first characters of a text, with an ellipsis if it was cut.
pub(super) fn clipped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((cut, _)) => format!("{}…", text[..cut].trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_pressed_comes_first() {
        let used = |outlet: &str, voice: &str| Use {
            id: format!("{outlet}-1"),
            outlet: outlet.to_owned(),
            contrast: "state".to_owned(),
            pole: "regime".to_owned(),
            cue: "regime".to_owned(),
            voice: voice.to_owned(),
            speaker: String::new(),
            start: 0,
            turn: usize::MAX,
            before: "The ".to_owned(),
            matched: "regime".to_owned(),
            after: " fell.".to_owned(),
        };
        let rows = [used("Bugle", "own"), used("Courier", "quoted"), used("Courier", "own"), used("Dove", "own")];
        let room_for_one = 100;
        let take_of = |room| {
            let kept = rows.iter().cloned().enumerate().map(|(row, used)| (row as u64, used)).collect();
            let strata = (0..rows.len() as u64).map(|row| vec![(row, row)]);
            let (wanted, pressed) = (FxHashSet::default(), FxHashSet::from_iter([("Courier", "state")]));
            let asked = Asked { strata: 4, room, wanted: &wanted, pressed: &pressed, voice: "own" };
            take(strata, kept, &asked).into_iter().map(|u| (u.outlet, u.voice)).collect::<Vec<_>>()
        };
        assert_eq!(take_of(room_for_one), [("Courier".to_owned(), "own".to_owned())]);
        assert_eq!(take_of(10 * room_for_one).len(), rows.len());
    }
}
