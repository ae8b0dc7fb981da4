//! The same event in two outlets: stories in which two outlets name one thing most differently, as examples.

use super::read::{Run, broken, reader};
use crate::error::Result;
use crate::spreadsheet::restore;
use rustc_hash::FxHashMap;
use std::path::Path;

/// The number of examples shown.
const SHOWN: usize = 12;

/// More uses than this don't make an example better.
const ENOUGH: u32 = 4;

/// Two articles on one event.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Event {
    /// Index of the contrast that they name differently.
    pub contrast: usize,
    /// Their ids; the outlet that is first in the alphabet comes first.
    pub ids: [String; 2],
    distance: f64,
}

/// What is kept of one article in a story.
struct Told {
    id: String,
    outlet: String,
    /// Uses by pole, numbered over all contrasts.
    uses: Vec<u32>,
}

/// Finds them in `articles.csv`: one per event, the most different first, with as few as possible of the same contrast.
///
/// # Errors
/// If the table can't be read.
pub(super) fn events(path: &Path, run: &Run) -> Result<Vec<Event>> {
    let stories = stories(path, run)?;
    let mut found: Vec<Event> = stories.values().filter_map(|told| best(told, run)).collect();
    found.sort_by(|a, b| b.distance.total_cmp(&a.distance).then_with(|| a.ids.cmp(&b.ids)));
    // Taking turns over the contrasts; otherwise the most used one would take all places.
    let mut turns = vec![0_usize; run.contrasts.len()];
    let mut ranked: Vec<(usize, Event)> = Vec::new();
    for event in found {
        let turn = turns[event.contrast];
        turns[event.contrast] += 1;
        ranked.push((turn, event));
    }
    ranked.sort_by_key(|(turn, _)| *turn);
    Ok(ranked.into_iter().take(SHOWN).map(|(_, event)| event).collect())
}

fn stories(path: &Path, run: &Run) -> Result<FxHashMap<String, Vec<Told>>> {
    let mut reader = reader(path)?;
    let header: Vec<String> =
        reader.headers().map_err(|e| broken(path, e))?.iter().map(|c| restore(c).to_owned()).collect();
    let place = |name: &str| header.iter().position(|c| c == name);
    let poles = run.contrasts.iter().flat_map(|c| c.poles.iter().map(move |p| format!("{}:{}", c.name, p.name)));
    let poles: Vec<Option<usize>> = poles.map(|name| place(&name)).collect();
    let [id, outlet, story, left_out] = ["id", "outlet", "story", "left_out"].map(place);
    let mut stories: FxHashMap<String, Vec<Told>> = FxHashMap::default();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|e| broken(path, e))? {
        let field = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default();
        if field(story).is_empty() || field(outlet).is_empty() || !field(left_out).is_empty() {
            continue;
        }
        let uses: Vec<u32> = poles.iter().map(|&at| field(at).parse().unwrap_or_default()).collect();
        if uses.iter().any(|&n| n > 0) {
            let told = Told { id: restore(field(id)).to_owned(), outlet: restore(field(outlet)).to_owned(), uses };
            stories.entry(field(story).to_owned()).or_default().push(told);
        }
    }
    Ok(stories)
}

/// The two articles of a story, from two outlets, that differ most on a contrast; none if all are alike.
fn best(told: &[Told], run: &Run) -> Option<Event> {
    let mut best: Option<Event> = None;
    for (i, a) in told.iter().enumerate() {
        for b in told[i + 1..].iter().filter(|b| b.outlet != a.outlet) {
            let mut first = 0;
            for (contrast, what) in run.contrasts.iter().enumerate() {
                let poles = first..first + what.poles.len();
                first = poles.end;
                let distance = distance(&a.uses[poles.clone()], &b.uses[poles]);
                let ids = if a.outlet <= b.outlet { [&a.id, &b.id] } else { [&b.id, &a.id] }.map(Clone::clone);
                let better = best
                    .as_ref()
                    .is_none_or(|best| distance.total_cmp(&best.distance).then_with(|| best.ids.cmp(&ids)).is_gt());
                if distance > 0.0 && better {
                    best = Some(Event { contrast, ids, distance });
                }
            }
        }
    }
    best
}

/// Half the sum of differences between the shares, times the square root of the lower number of uses (at most
/// [`ENOUGH`]). It orders examples and isn't shown.
fn distance(a: &[u32], b: &[u32]) -> f64 {
    let (m, n) = (a.iter().sum::<u32>(), b.iter().sum::<u32>());
    if m == 0 || n == 0 {
        return 0.0;
    }
    let part = |x: u32, all: u32| f64::from(x) / f64::from(all);
    let apart: f64 = a.iter().zip(b).map(|(&x, &y)| (part(x, m) - part(y, n)).abs()).sum();
    apart / 2.0 * f64::from(m.min(n).min(ENOUGH)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_apart_and_often_is_the_better_example() {
        assert_eq!(distance(&[2, 0], &[0, 0]), 0.0);
        assert_eq!(distance(&[1, 1], &[2, 2]), 0.0);
        assert!(distance(&[4, 0], &[0, 4]) > distance(&[1, 0], &[0, 1]));
        assert!(distance(&[1, 0], &[0, 1]) > distance(&[1, 0], &[1, 1]));
    }
}
