//! Frame: a map as stored in `run.json`, so that others can be placed on it later.

use super::Map;
use super::plane::{Column, Plane};
use crate::compare::Voices;
use crate::cues::{Contrast, Cue, Lexicon};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A map by names, independent of any lexicon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// The part of the variance between the outlets that shaped the map that lies along x and y.
    pub explained: [f64; 2],
    /// The voice whose uses were counted.
    pub voice: String,
    /// The size of the prior, in uses.
    pub prior: f64,
    /// For each contrast, a hash of its poles and cues.
    pub contrasts: BTreeMap<String, String>,
    /// The names, grouped by contrast.
    pub poles: Vec<Named>,
}

/// A [`Column`], identified by names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Named {
    /// The contrast's name.
    pub contrast: String,
    /// The pole's name.
    pub pole: String,
    /// As in [`Column`].
    pub share: f64,
    /// As in [`Column`].
    pub average: f64,
    /// As in [`Column`], along x.
    pub x: f64,
    /// As in [`Column`], along y.
    pub y: f64,
}

/// A hash of what decides which uses of a contrast are counted for which pole, whatever the order in the file.
fn fingerprint(contrast: &Contrast) -> String {
    let sorted = |cues: &[Cue]| {
        let mut cues: Vec<&str> = cues.iter().map(|c| c.text.as_str()).collect();
        cues.sort_unstable();
        cues.join("\n")
    };
    let mut poles: Vec<String> = contrast.poles.iter().map(|p| format!("{}\n\n{}", p.name, sorted(&p.cues))).collect();
    poles.sort_unstable();
    let text = format!("{}\n\n\n{}", poles.join("\n\n\n"), sorted(&contrast.except));
    Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

impl Frame {
    /// Converts a map to names.
    pub fn new(map: &Map, lexicon: &Lexicon, voice: Voices) -> Frame {
        let named = |c: &Column| {
            let contrast = &lexicon.contrasts[c.contrast];
            let (contrast, pole) = (contrast.name.clone(), contrast.poles[c.pole].name.clone());
            Named { contrast, pole, share: c.share, average: c.average, x: c.towards[0], y: c.towards[1] }
        };
        let used = map.plane.columns.iter().map(|c| &lexicon.contrasts[c.contrast]);
        Frame {
            explained: map.explained,
            voice: voice.name().to_owned(),
            prior: map.plane.prior,
            contrasts: used.map(|contrast| (contrast.name.clone(), fingerprint(contrast))).collect(),
            poles: map.plane.columns.iter().map(named).collect(),
        }
    }

    /// Converts the map to the numbers of a lexicon, which may have more contrasts.
    ///
    /// # Errors
    /// A contrast of the map that the lexicon lacks or has with other cues; another voice; numbers that aren't finite.
    pub(super) fn plane(&self, lexicon: &Lexicon, voice: Voices) -> Result<Plane> {
        if self.voice != voice.name() {
            return Err(Error::usage("a map of another voice")
                .found(format!("--voice {}, and a map of the {} voice", voice.name(), self.voice))
                .help(format!("compare with --voice {}, or leave --project out", self.voice)));
        }
        let find = |name: &str| lexicon.contrasts.iter().position(|c| c.name == name);
        let differs = |(name, hash): (&String, &String)| match find(name) {
            None => Some(format!("no contrast {name:?}")),
            Some(at) => (fingerprint(&lexicon.contrasts[at]) != *hash).then(|| format!("other cues of {name:?}")),
        };
        let differences: Vec<String> = self.contrasts.iter().filter_map(differs).collect();
        if !differences.is_empty() {
            return Err(Error::data("a map of another lexicon")
                .found(differences.join(", "))
                .expected("every contrast of the map, with the same poles, cues and exceptions")
                .help("use the lexicon that the map was made with, or compare without --project"));
        }
        let column = |named: &Named| {
            let contrast = find(&named.contrast)?;
            let pole = lexicon.contrasts[contrast].poles.iter().position(|p| p.name == named.pole)?;
            let sound = named.share > 0.0 && named.share < 1.0;
            sound.then_some(Column {
                contrast,
                pole,
                share: named.share,
                average: named.average,
                towards: [named.x, named.y],
            })
        };
        let columns: Option<Vec<Column>> = self.poles.iter().map(column).collect();
        let sound = columns.filter(|columns| !columns.is_empty() && self.prior > 0.0);
        let mut columns = sound.ok_or_else(|| {
            Error::data("a map that no outlet can be placed on")
                .found("a pole without its contrast, or a share that is not between 0 and 1")
                .help("run.json was changed by hand or by another program: compare the older articles again")
        })?;
        columns.sort_by_key(|c| (c.contrast, c.pole));
        Ok(Plane { prior: self.prior, columns })
    }
}
