//! `run.json`: how the tables were made, so that a run can be repeated and cited.

use super::placebo;
use crate::compare::discover::Discovery;
use crate::compare::keywords::{self, Keywords};
use crate::compare::map::Frame;
use crate::compare::{Boilerplate, Comparison, ContextModel, Reprints, StanceModel, StoriesOnly, Summary};
use crate::corpus::InputFile;
use crate::cues::End;
use crate::error::{Error, Kind, Place, Result};
use crate::model::artifact::Weighted;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;

/// What the program knows about a run in addition to the comparison.
#[derive(Debug, Clone)]
pub struct Run {
    /// The arguments as given.
    pub arguments: Vec<String>,
    /// The inputs, including lexicons, with their hashes.
    pub inputs: Vec<InputFile>,
    /// What was taken from a file of defaults, if there was one.
    pub config: Option<Config>,
}

/// A file with default arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The file.
    pub file: InputFile,
    /// The arguments that were taken from it.
    pub arguments: Vec<String>,
}

/// A file's name, size and hash.
///
/// # Errors
/// If it can't be read.
pub fn hash_file(path: &Path) -> Result<InputFile> {
    let bytes = std::fs::read(path).map_err(|e| Error::io(path, e))?;
    let sha256 = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    Ok(InputFile { name: path.display().to_string(), bytes: bytes.len() as u64, sha256: Some(sha256) })
}

/// The number of terms reported for each class.
const HEAVIEST: usize = 24;
/// The name of the file.
pub const NAME: &str = "run.json";

/// The map that a comparison stored in its folder.
///
/// # Errors
/// If there is no readable `run.json`, or it has no map on which others can be placed.
pub fn read_map(folder: &Path) -> Result<Frame> {
    #[derive(Deserialize)]
    struct Kept {
        map: Option<Value>,
    }
    let path = folder.join(NAME);
    let without = |kind: Kind, found: String| {
        Error::new(kind, "no map to place outlets on")
            .at(Place::file(&path))
            .found(found)
            .expected("the folder of a comparison that has a map")
            .help("make it with aslant compare, of three outlets or more with three articles each, without --project")
    };
    let no_map = |found: String| without(Kind::Data, found);
    let text = std::fs::read_to_string(&path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => without(Kind::Usage, "no such file".to_owned()),
        _ => Error::io(&path, e),
    })?;
    let kept: Kept = serde_json::from_str(&text).map_err(|e| no_map(format!("not as compare writes it: {e}")))?;
    let map = kept.map.ok_or_else(|| no_map("a comparison without a map".to_owned()))?;
    serde_json::from_value(map).map_err(|e| no_map(format!("a map without its axes: {e}")))
}

/// What a reader must know about the model that scored the articles: above all, how well it does on which articles.
fn model(model: &StanceModel) -> Value {
    let part = model.part();
    let metrics = part.metrics.iter().map(|m| {
        json!({
            "held_out": m.held_out.label(),
            "articles": m.scored.articles,
            "accuracy": six(m.scored.accuracy),
            "macro_f1": six(m.scored.macro_f1),
            "majority_accuracy": six(m.scored.majority_accuracy),
            "calibration_error": six(m.probabilities.calibration_error),
            "reliability": m.probabilities.reliability.iter().map(|bin| json!({
                "articles": bin.articles,
                "mean_probability": bin.mean_probability.map(six),
                "accuracy": bin.accuracy.map(six),
            })).collect::<Vec<_>>(),
        })
    });
    let terms = model.classes().iter().zip(model.heaviest(HEAVIEST)).map(|(class, terms)| {
        let term = |w: &Weighted<'_>| {
            json!({"term": w.term, "features": w.kind.name(), "weight": six(w.weight), "articles": w.articles})
        };
        json!({"class": class, "terms": terms.iter().map(term).collect::<Vec<_>>()})
    });
    let fingerprint = part.fingerprint.as_ref().map(|f| {
        json!({
            "articles": f.articles,
            "outlets": f.outlets,
            "accuracy": six(f.accuracy),
            "majority_accuracy": six(f.majority_accuracy),
        })
    });
    json!({
        "name": model.name(),
        "classes": model.classes(),
        "articles": part.n_articles(),
        "outlets": part.outlets,
        "metrics": metrics.collect::<Vec<_>>(),
        "heaviest": terms.collect::<Vec<_>>(),
        "fingerprint": fingerprint,
    })
}

/// Rounds to six decimals.
fn six(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// The content of `run.json`.
pub fn json(c: &Comparison, run: &Run) -> Value {
    let s = &c.summary;
    let scale = |contrast: usize| c.scales.iter().find(|s| s.contrast == contrast);
    json!({
        "aslant": env!("CARGO_PKG_VERSION"),
        "arguments": run.arguments,
        "config": run.config.as_ref().map(|c| {
            json!({"name": c.file.name, "sha256": c.file.sha256, "arguments": c.arguments})
        }),
        "inputs": inputs(run),
        "settings": {
            "seed": c.options.seed,
            "by": c.options.by.name(),
            "pairs": c.options.pairs,
            "voice": c.options.voice.name(),
            "reprints": if c.options.reprints == Reprints::Drop { "drop" } else { "keep" },
            "same_story": c.options.stories == StoriesOnly::Shared,
            "boilerplate": if c.options.boilerplate == Boilerplate::Remove { "remove" } else { "keep" },
            "context_model": if c.options.context == ContextModel::CrossFit { "cross-fit" } else { "none" },
            "resamples": c.options.resamples,
            "projected": c.options.project.is_some(),
            "ngrams": c.options.keywords.as_ref().map(ngrams),
            "model": c.options.model.as_ref().map(|m| model(m)),
        },
        "counts": counts(s, c.outlet_names.len(), Some(s.uses)),
        "axis": c.lexicon.axis,
        "contrasts": c.lexicon.contrasts.iter().enumerate().map(|(at, contrast)| json!({
            "name": contrast.name,
            "about": contrast.about,
            "left": scale(at).map(|s| &s.left),
            "right": scale(at).map(|s| &s.right),
            "poles": contrast.poles.iter().map(|pole| json!({
                "name": pole.name,
                "leans": pole.leans.zip(c.lexicon.axis.as_ref()).map(|(end, [left, right])| match end {
                    End::Left => left,
                    End::Right => right,
                }),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "context_models": c.context.models.iter().map(|m| json!({
            "contrast": c.lexicon.contrasts[m.contrast].name,
            "sentences": m.sentences,
            "outlets": m.outlets,
            "auc": m.auc.map(six),
            "used": m.left_out.is_none(),
            "reason": m.left_out.map(|why| why.to_string()),
        })).collect::<Vec<_>>(),
        "keywords": c.keywords.as_ref().map(keywords),
        "map": c.map.as_ref().map(|map| json!(Frame::new(map, &c.lexicon, c.options.voice))),
        "placebo": c.placebo.as_ref().map(placebo::json),
        "warnings": c.warnings.iter().map(|w| json!({"code": w.code(), "text": w.to_string()})).collect::<Vec<_>>(),
    })
}

/// The content of `run.json` of `aslant discover`.
pub fn discovery_json(d: &Discovery, run: &Run) -> Value {
    let (s, o) = (&d.summary, &d.options);
    json!({
        "aslant": env!("CARGO_PKG_VERSION"),
        "arguments": run.arguments,
        "config": run.config.as_ref().map(|c| {
            json!({"name": c.file.name, "sha256": c.file.sha256, "arguments": c.arguments})
        }),
        "inputs": inputs(run),
        "settings": {
            "by": d.by,
            "seed": o.seed,
            "voice": o.voice.name(),
            "reprints": if o.reprints == Reprints::Drop { "drop" } else { "keep" },
            "same_story": o.stories == StoriesOnly::Shared,
            "boilerplate": if o.boilerplate == Boilerplate::Remove { "remove" } else { "keep" },
            "ngrams": o.keywords.as_ref().map(ngrams),
        },
        "counts": counts(s, d.outlet_names.len(), None),
        "keywords": keywords(&d.keywords),
        "placebo": d.placebo.as_ref().map(placebo::json),
        "warnings": d.warnings.iter().map(|w| json!({"code": w.code(), "text": w.to_string()})).collect::<Vec<_>>(),
    })
}

fn inputs(run: &Run) -> Vec<Value> {
    run.inputs.iter().map(|i| json!({"name": i.name, "bytes": i.bytes, "sha256": i.sha256})).collect()
}

fn ngrams(options: &keywords::Options) -> String {
    format!("{}..{}", options.ngrams.start(), options.ngrams.end())
}

fn keywords(table: &Keywords) -> Value {
    json!({
        "outlets": table.outlets,
        "terms": table.terms,
        "min_articles": table.min_articles,
        "tests": table.tests(),
        "findings": table.findings().count(),
    })
}

/// How much was read; `uses` of cues if cues were counted.
fn counts(s: &Summary, outlets: usize, uses: Option<u64>) -> Value {
    let mut counts = json!({
        "articles": s.articles,
        "outlets": outlets,
        "unknown_outlet": s.unknown_outlet,
        "reprints": s.reprints,
        "partly_copied": s.partly_copied,
        "words": s.words,
        "words_removed": s.words_removed,
        "bad_rows_skipped": s.bad_rows,
        "first_date": s.first_date.map(|d| d.to_string()),
        "last_date": s.last_date.map(|d| d.to_string()),
    });
    if let Some(uses) = uses {
        counts["uses"] = uses.into();
    }
    counts
}
