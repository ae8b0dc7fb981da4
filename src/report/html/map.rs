//! The map of outlets: points with their ellipses, the poles that pull them, and names where there is room. It is laid
//! out twice, for wide pages and for phones; names that don't fit are listed below it.

use super::more::optional;
use super::read::{OutletRow, ReportData, text};
use crate::error::Result;
use serde::Deserialize;
use std::fmt::Write;
use std::path::Path;

/// What a map is drawn on.
#[derive(Debug, Clone, Copy)]
struct Sheet {
    class: &'static str,
    /// In pixels, at full width.
    size: (f64, f64),
    /// The free space at the sides, and at the top and bottom.
    margin: (f64, f64),
}

const SHEETS: [Sheet; 2] = [
    Sheet { class: "wide", size: (768.0, 480.0), margin: (70.0, 30.0) },
    Sheet { class: "narrow", size: (360.0, 400.0), margin: (44.0, 26.0) },
];

/// With more outlets than this, the rest have no name on the map, only under the pointer and in the list.
const NAMED: usize = 40;

/// The most poles that are named: those that pull most, if they pull at least this fraction of what the first one does.
const POLES: usize = 12;
const LEAST_DRAW: f64 = 0.2;

/// The fraction of the sheet that points fill at least, however wide their ellipses are.
const FILLED: f64 = 0.6;

/// The map for the template; askama escapes the names.
pub(super) struct MapView {
    pub pictures: Vec<Picture>,
    /// How much of the differences the axes show, in words.
    pub explained: String,
    /// Whether some outlets are only dots.
    pub has_dots: bool,
}

/// The map on one sheet.
pub(super) struct Picture {
    pub class: &'static str,
    pub width: f64,
    pub height: f64,
    /// Outlets with an ellipse, and with a name if there is room.
    pub outlets: Vec<Spot>,
    /// The others: a path of dots.
    pub dots: String,
    pub poles: Vec<Spot>,
    /// Outlets without a name on this sheet, from left to right.
    pub unnamed: Vec<String>,
}

/// A point, with coordinates rounded for the page.
pub(super) struct Spot {
    pub name: String,
    pub x: String,
    pub y: String,
    /// The radii of the ellipse.
    pub radii: Option<(String, String)>,
    /// The position of the name and its anchor; `None` if there is no room.
    pub label: Option<(String, String, &'static str)>,
}

#[derive(Debug, Deserialize)]
struct PoleRow {
    #[serde(deserialize_with = "text")]
    pole: String,
    x: f64,
    y: f64,
}

/// An outlet's position.
struct Placed<'d> {
    name: &'d str,
    at: (f64, f64),
    /// Half of its interval along both axes.
    half: Option<(f64, f64)>,
}

/// The map; `None` if fewer than three outlets have a position.
pub(super) fn view(folder: &Path, data: &ReportData) -> Result<Option<MapView>> {
    let mut rows: Vec<&OutletRow> = data.outlets.iter().filter(|o| o.x.is_some() && o.y.is_some()).collect();
    if rows.len() < 3 {
        return Ok(None);
    }
    rows.sort_by(|a, b| b.articles.cmp(&a.articles).then_with(|| a.outlet.cmp(&b.outlet)));
    let half = |low: Option<f64>, high: Option<f64>| Some((high? - low?) / 2.0);
    let placed = rows.iter().filter_map(|o| {
        let half = half(o.x_low, o.x_high).zip(half(o.y_low, o.y_high));
        Some(Placed { name: &o.outlet, at: (o.x?, o.y?), half })
    });
    let placed: Vec<Placed<'_>> = placed.collect();
    let mut poles: Vec<PoleRow> = optional(folder, "map.csv")?;
    let draw = |r: &PoleRow| r.x.hypot(r.y);
    poles.sort_by(|a, b| draw(b).total_cmp(&draw(a)));
    poles.truncate(POLES);
    let least = LEAST_DRAW * poles.first().map_or(0.0, draw);
    poles.retain(|r| draw(r) >= least);
    let percent = |part: f64| format!("{:.0}%", 100.0 * part);
    let explained = data.run.map.as_ref().map_or(String::new(), |m| {
        format!(
            " The first axis shows {} of all differences, the second {}.",
            percent(m.explained[0]),
            percent(m.explained[1])
        )
    });
    let pictures = SHEETS.iter().map(|sheet| picture(sheet, &placed, &poles)).collect();
    Ok(Some(MapView { pictures, explained, has_dots: placed.len() > NAMED }))
}

fn picture(sheet: &Sheet, placed: &[Placed<'_>], poles: &[PoleRow]) -> Picture {
    let (first, others) = placed.split_at(placed.len().min(NAMED));
    // Ellipses of hundreds of outlets would hide each other: then only outlets with a name have one.
    let is_crowded = !others.is_empty();
    let scale = sheet.scale(if is_crowded { &[] } else { first }, placed);
    let mut room = Room { size: sheet.size, taken: Vec::new() };
    placed.iter().for_each(|p| room.point(sheet.at(p.at, scale)));
    let outlets: Vec<Spot> = first
        .iter()
        .map(|p| {
            let (x, y) = sheet.at(p.at, scale);
            let label = room.label((x, y), 7.0, p.name);
            let half = p.half.filter(|_| label.is_some() || !is_crowded);
            let radii = half.map(|(across, up)| (one(scale * across), one(scale * up)));
            Spot { name: p.name.to_owned(), x: one(x), y: one(y), radii, label }
        })
        .collect();
    let mut dots = String::new();
    for p in others {
        let (x, y) = sheet.at(p.at, scale);
        // A stroke of length 0 with round ends is a dot.
        let _ = write!(dots, "M{} {}h0", one(x), one(y));
    }
    let fitted = sheet.fit(poles.iter().map(|r| (r.x.abs(), r.y.abs())));
    let poles = poles.iter().filter_map(|r| {
        let (x, y) = sheet.at((r.x, r.y), fitted);
        let label = Some(room.centred((x, y), &r.pole)?);
        Some(Spot { name: r.pole.clone(), x: one(x), y: one(y), radii: None, label })
    });
    let poles = poles.collect();
    let mut unnamed: Vec<&Placed<'_>> = others.iter().collect();
    unnamed.extend(first.iter().zip(&outlets).filter(|(_, spot)| spot.label.is_none()).map(|(p, _)| p));
    unnamed.sort_by(|a, b| a.at.0.total_cmp(&b.at.0).then_with(|| a.name.cmp(b.name)));
    let unnamed = unnamed.iter().map(|p| p.name.to_owned()).collect();
    Picture { class: sheet.class, width: sheet.size.0, height: sheet.size.1, outlets, dots, poles, unnamed }
}

impl Sheet {
    /// How far positions are stretched: so that these ellipses fit, as long as points still fill most of the sheet.
    fn scale(&self, with_ellipses: &[Placed<'_>], all: &[Placed<'_>]) -> f64 {
        let points = self.fit(all.iter().map(|p| (p.at.0.abs(), p.at.1.abs())));
        let reach = |p: &Placed<'_>| {
            let (across, up) = p.half.unwrap_or_default();
            (p.at.0.abs() + across, p.at.1.abs() + up)
        };
        let margin = (6.0, 6.0);
        let ellipses = Sheet { margin, ..*self }.fit(with_ellipses.iter().map(reach));
        points.min(ellipses.max(FILLED * points))
    }

    /// How far distances from the middle can be stretched.
    fn fit(&self, reaches: impl Iterator<Item = (f64, f64)>) -> f64 {
        let (x, y) = reaches.fold((1e-9, 1e-9), |(x, y): (f64, f64), p| (x.max(p.0), y.max(p.1)));
        ((self.size.0 / 2.0 - self.margin.0) / x).min((self.size.1 / 2.0 - self.margin.1) / y)
    }

    fn at(&self, (x, y): (f64, f64), scale: f64) -> (f64, f64) {
        (self.size.0 / 2.0 + scale * x, self.size.1 / 2.0 - scale * y)
    }
}

fn one(value: f64) -> String {
    format!("{value:.1}")
}

/// Space that is taken: boxes as left, top, right, bottom.
struct Room {
    size: (f64, f64),
    taken: Vec<[f64; 4]>,
}

/// The free space around a name.
const APART: f64 = 4.0;

impl Room {
    fn point(&mut self, (x, y): (f64, f64)) {
        self.taken.push([x - 5.0, y - 5.0, x + 5.0, y + 5.0]);
    }

    /// A free position for a name: beside, above, below or diagonal to a point.
    fn label(&mut self, (x, y): (f64, f64), gap: f64, name: &str) -> Option<(String, String, &'static str)> {
        let places = [
            ("start", x + gap, y + 4.0),
            ("end", x - gap, y + 4.0),
            ("middle", x, y - gap - 3.0),
            ("middle", x, y + gap + 11.0),
            ("start", x + gap - 3.0, y - 5.0),
            ("start", x + gap - 3.0, y + 15.0),
            ("end", x - gap + 3.0, y - 5.0),
            ("end", x - gap + 3.0, y + 15.0),
        ];
        places.into_iter().find_map(|place| self.take(place, name))
    }

    /// A position for a name on its point, or one line above or below.
    fn centred(&mut self, (x, y): (f64, f64), name: &str) -> Option<(String, String, &'static str)> {
        let places = [0.0, -8.0, 8.0].map(|off| ("middle", x, y + 4.0 + off));
        places.into_iter().find_map(|place| self.take(place, name))
    }

    fn take(
        &mut self,
        (anchor, x, base): (&'static str, f64, f64),
        name: &str,
    ) -> Option<(String, String, &'static str)> {
        // For a font size of 12 px; names in other scripts are at most a little wider than this estimate.
        let (width, height) = (7.0 * name.chars().count() as f64, 14.0);
        let left = match anchor {
            "start" => x,
            "end" => x - width,
            _ => x - width / 2.0,
        };
        let rect = [left, base - height + 3.0, left + width, base + 3.0];
        let inside = rect[0] >= 0.0 && rect[1] >= 0.0 && rect[2] <= self.size.0 && rect[3] <= self.size.1;
        let apart =
            |o: &[f64; 4]| rect[2] + APART <= o[0] || rect[0] >= o[2] + APART || rect[3] <= o[1] || rect[1] >= o[3];
        // The name's own point may be closer than others.
        let own = |o: &[f64; 4]| rect[2] <= o[0] || rect[0] >= o[2] || rect[3] <= o[1] || rect[1] >= o[3];
        let free = inside && self.taken.iter().all(|o| if o[2] - o[0] > 10.0 { apart(o) } else { own(o) });
        free.then(|| {
            self.taken.push(rect);
            (one(x), one(base), anchor)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_off_one_another_and_inside() {
        let empty = || Room { size: (640.0, 400.0), taken: Vec::new() };
        let mut room = empty();
        room.point((100.0, 100.0));
        let anchors: Vec<_> = (0..6).map(|_| room.label((100.0, 100.0), 7.0, "Harbour").map(|l| l.2)).collect();
        assert_eq!(anchors[..4], [Some("start"), Some("end"), Some("middle"), Some("middle")]);
        assert_eq!(anchors.last(), Some(&None));
        assert_eq!(empty().label((638.0, 20.0), 7.0, "Harbour").map(|l| l.2), Some("end"));
        let mut room = empty();
        let names: Vec<_> = (0..4).map(|_| room.centred((300.0, 200.0), "regime").map(|l| l.1)).collect();
        assert_eq!(names.iter().flatten().count(), 1, "a name a step away would lie on the first: {names:?}");
    }

    #[test]
    fn ellipses_stay_on_the_sheet_unless_points_would_shrink_to_nothing() {
        let sheet = SHEETS[0];
        let placed = |half: f64| [Placed { name: "a", at: (1.0, 1.0), half: Some((half, half)) }];
        let points = sheet.scale(&placed(0.0), &placed(0.0));
        let some = sheet.scale(&placed(0.4), &placed(0.4));
        assert!(some < points && some * 1.4 <= sheet.size.1 / 2.0, "{some} of {points}");
        assert_eq!(sheet.scale(&placed(90.0), &placed(90.0)), FILLED * points);
    }
}
