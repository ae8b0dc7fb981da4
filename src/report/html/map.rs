//! The map of outlets: points with their ellipses, the poles that draw them, and names where there is room.

use super::more::optional;
use super::read::{OutletRow, ReportData, text};
use crate::error::Result;
use serde::Deserialize;
use std::path::Path;

/// Width and height of the map.
const SIZE: (f64, f64) = (640.0, 400.0);

/// What stays free at the sides and at head and foot.
const MARGIN: (f64, f64) = (80.0, 30.0);

/// More outlets than this have no name on the map, only under the pointer.
const NAMED: usize = 40;

/// So many poles are named: those that draw most.
const POLES: usize = 12;

/// Names are for askama to escape.
pub(super) struct MapView {
    pub outlets: Vec<Spot>,
    pub poles: Vec<Spot>,
    /// How much of the differences the axes show, in words.
    pub explained: String,
}

/// A point, rounded for the page.
pub(super) struct Spot {
    pub name: String,
    pub x: String,
    pub y: String,
    /// Of the ellipse.
    pub radii: Option<(String, String)>,
    /// Where the name stands, and its anchor; `None` where there is no room.
    pub label: Option<(String, String, &'static str)>,
}

#[derive(Debug, Deserialize)]
struct PoleRow {
    #[serde(deserialize_with = "text")]
    pole: String,
    x: f64,
    y: f64,
}

/// The map; `None` where fewer than three outlets have a place.
pub(super) fn view(folder: &Path, data: &ReportData) -> Result<Option<MapView>> {
    let mut placed: Vec<(&OutletRow, f64, f64)> = data.outlets.iter().filter_map(|o| Some((o, o.x?, o.y?))).collect();
    if placed.len() < 3 {
        return Ok(None);
    }
    placed.sort_by(|a, b| b.0.articles.cmp(&a.0.articles).then_with(|| a.0.outlet.cmp(&b.0.outlet)));
    let scale = fit(placed.iter().map(|p| (p.1, p.2)));
    let mut room = Room::default();
    for (_, x, y) in &placed {
        room.point(at(*x, *y, scale));
    }
    let outlets = placed.iter().enumerate().map(|(i, (o, x, y))| {
        let (cx, cy) = at(*x, *y, scale);
        let half = |low: Option<f64>, high: Option<f64>| Some(one(scale * (high? - low?) / 2.0));
        let label = if i < NAMED { room.label((cx, cy), 7.0, &o.outlet) } else { None };
        // Ellipses of hundreds would hide one another.
        let is_clear = label.is_some() || placed.len() <= NAMED;
        Spot {
            name: o.outlet.clone(),
            x: one(cx),
            y: one(cy),
            radii: half(o.x_low, o.x_high).zip(half(o.y_low, o.y_high)).filter(|_| is_clear),
            label,
        }
    });
    let outlets = outlets.collect();
    let poles = poles(folder, &mut room)?;
    let percent = |part: f64| format!("{:.0}%", 100.0 * part);
    let explained = data.run.map.as_ref().map_or(String::new(), |m| {
        format!(
            " Of all differences {} lie along the first axis and {} along the second.",
            percent(m.explained[0]),
            percent(m.explained[1])
        )
    });
    Ok(Some(MapView { outlets, poles, explained }))
}

/// The poles that draw most, on a scale of their own.
fn poles(folder: &Path, room: &mut Room) -> Result<Vec<Spot>> {
    let mut rows: Vec<PoleRow> = optional(folder, "map.csv")?;
    let length = |r: &PoleRow| r.x.hypot(r.y);
    rows.sort_by(|a, b| length(b).total_cmp(&length(a)));
    rows.truncate(POLES);
    let scale = fit(rows.iter().map(|r| (r.x, r.y)));
    let spot = |r: PoleRow| {
        let (x, y) = at(r.x, r.y, scale);
        let name = r.pole;
        Spot { label: room.label((x, y), 0.0, &name), name, x: one(x), y: one(y), radii: None }
    };
    Ok(rows.into_iter().map(spot).collect())
}

/// How much points are to be stretched to fill the map.
fn fit(points: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (x, y) = points.fold((1e-9, 1e-9), |(x, y): (f64, f64), p| (x.max(p.0.abs()), y.max(p.1.abs())));
    ((SIZE.0 / 2.0 - MARGIN.0) / x).min((SIZE.1 / 2.0 - MARGIN.1) / y)
}

fn at(x: f64, y: f64, scale: f64) -> (f64, f64) {
    (SIZE.0 / 2.0 + scale * x, SIZE.1 / 2.0 - scale * y)
}

fn one(value: f64) -> String {
    format!("{value:.1}")
}

/// What is taken: boxes as left, top, right, bottom.
#[derive(Default)]
struct Room(Vec<[f64; 4]>);

impl Room {
    fn point(&mut self, (x, y): (f64, f64)) {
        self.0.push([x - 5.0, y - 5.0, x + 5.0, y + 5.0]);
    }

    /// A place for a name beside, above or below a point, where nothing else stands.
    fn label(&mut self, (x, y): (f64, f64), gap: f64, name: &str) -> Option<(String, String, &'static str)> {
        // Of 12 px; names in other scripts are wider than this guess at most a little.
        let (width, height) = (6.6 * name.chars().count() as f64, 14.0);
        let places = [
            ("start", x + gap, y + 4.0, x + gap),
            ("end", x - gap, y + 4.0, x - gap - width),
            ("middle", x, y - gap - 3.0, x - width / 2.0),
            ("middle", x, y + gap + 11.0, x - width / 2.0),
        ];
        let free = |&(_, _, base, left): &(&str, f64, f64, f64)| {
            let rect = [left, base - height + 3.0, left + width, base + 3.0];
            let inside = rect[0] >= 0.0 && rect[1] >= 0.0 && rect[2] <= SIZE.0 && rect[3] <= SIZE.1;
            let apart = |o: &[f64; 4]| rect[2] <= o[0] || rect[0] >= o[2] || rect[3] <= o[1] || rect[1] >= o[3];
            (inside && self.0.iter().all(apart)).then_some(rect)
        };
        let (place, rect) = places.iter().find_map(|place| Some((place, free(place)?)))?;
        self.0.push(rect);
        Some((one(place.1), one(place.2), place.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_off_one_another_and_inside() {
        let mut room = Room::default();
        room.point((100.0, 100.0));
        let mut first = || room.label((100.0, 100.0), 7.0, "Harbour").map(|(_, _, anchor)| anchor);
        assert_eq!(
            [first(), first(), first(), first(), first()],
            [Some("start"), Some("end"), Some("middle"), Some("middle"), None]
        );
        assert_eq!(Room::default().label((638.0, 10.0), 7.0, "Harbour").map(|l| l.2), Some("end"));
    }
}
