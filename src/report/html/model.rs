//! What a model says about the outlets, how well it does on unseen articles, and which terms it uses.

use super::read::{Bin, OutletRow, ReportData};
use super::strip::{Line, Point, strip};
use super::view::{DRAWN, interval};
use crate::report::{counted, thousands, two};
use std::fmt::Write;

/// The means of a model's probabilities for one outlet.
pub(super) struct StanceView {
    pub name: String,
    pub articles: String,
    /// By class; with two classes only the second.
    pub means: Vec<(String, String, String)>,
}

/// One line on how the model does on unseen articles.
pub(super) struct MetricView {
    pub held_out: String,
    pub articles: String,
    pub strip: String,
    pub accuracy: String,
    pub macro_f1: String,
    pub majority: String,
    pub calibration: String,
    /// How often it is right by how sure it is, if that was recorded.
    pub reliability: Option<ReliabilityView>,
}

/// How often a model is right by how sure it is.
pub(super) struct ReliabilityView {
    pub drawn: String,
    /// Mean probability, part that is right, articles.
    pub bins: Vec<[String; 3]>,
}

/// The terms that speak most for a label.
pub(super) struct HeaviestView {
    pub class: String,
    pub terms: Vec<TermView>,
}

/// One such term.
pub(super) struct TermView {
    pub term: String,
    pub bar: String,
    pub weight: String,
    pub articles: String,
}

/// What a model says, and how well it does on which articles.
pub(super) struct ModelView {
    pub name: String,
    pub about: String,
    /// The classes that have a column.
    pub classes: Vec<String>,
    pub outlets: Vec<StanceView>,
    pub more: usize,
    pub metrics: Vec<MetricView>,
    pub fingerprint: String,
    pub heaviest: Vec<HeaviestView>,
}

impl ModelView {
    /// Whether any of the pictures can be drawn.
    pub fn has_reliability(&self) -> bool {
        self.metrics.iter().any(|m| m.reliability.is_some())
    }
}

/// The section on the model, if there was one.
pub(super) fn model(data: &ReportData) -> Option<ModelView> {
    let model = data.run.settings.model.as_ref()?;
    // Two probabilities add up to one: the second says it all.
    let first = usize::from(model.classes.len() == 2);
    let mut rows: Vec<&OutletRow> = data.outlets.iter().filter(|o| o.stance_articles.unwrap_or_default() > 0).collect();
    rows.sort_by(|a, b| b.stance_articles.cmp(&a.stance_articles).then_with(|| a.outlet.cmp(&b.outlet)));
    let more = rows.len().saturating_sub(DRAWN);
    rows.truncate(DRAWN);
    let mean = |of: &[Option<f64>; 3]| match *of {
        [Some(value), low, high] => {
            let drawn = Point { value, interval: low.zip(high), ..Point::default() };
            (two(value), interval(low, high), strip(&[("lean", drawn)], Line::SHARE))
        }
        _ => (String::new(), String::new(), String::new()),
    };
    let outlets = rows.iter().map(|row| StanceView {
        name: row.outlet.clone(),
        articles: thousands(row.stance_articles.unwrap_or_default()),
        means: row.stance[first..].iter().map(mean).collect(),
    });
    let metrics = model.metrics.iter().map(|m| MetricView {
        held_out: m.held_out.clone(),
        articles: thousands(m.articles),
        strip: strip(
            &[("lean", Point { value: m.accuracy, expected: Some(m.majority_accuracy), ..Point::default() })],
            Line::SHARE,
        ),
        accuracy: two(m.accuracy),
        macro_f1: two(m.macro_f1),
        majority: two(m.majority_accuracy),
        calibration: two(m.calibration_error),
        reliability: reliability(&m.reliability),
    });
    let articles = counted(model.articles, "article", "articles");
    Some(ModelView {
        name: model.name.clone(),
        about: format!("trained on {articles} of {}", counted(model.outlets, "outlet", "outlets")),
        classes: model.classes[first..].to_vec(),
        outlets: outlets.collect(),
        more,
        metrics: metrics.collect(),
        fingerprint: model.fingerprint.as_ref().map_or(String::new(), |f| {
            format!(
                "From the same features, one of {} outlets is identified as the source in {} of 100 articles (always the commonest: {}). \
                 If this is high and the score on outlets never seen is low, the model knows outlets and not wording.",
                f.outlets,
                (100.0 * f.accuracy).round(),
                (100.0 * f.majority_accuracy).round()
            )
        }),
        heaviest: heaviest(model),
    })
}

/// The size of a picture of reliability, in its own units.
const SQUARE: f64 = 200.0;

/// Bins with articles as dots; the size grows with the number of articles. On the diagonal, the model is right as often
/// as it claims.
fn reliability(bins: &[Bin]) -> Option<ReliabilityView> {
    let used: Vec<(f64, f64, u64)> =
        bins.iter().filter_map(|b| Some((b.mean_probability?, b.accuracy?, b.articles))).collect();
    let most = used.iter().map(|b| b.2).max()? as f64;
    let mut drawn = format!(
        "<svg class=\"reliability\" viewBox=\"-12 -12 {0} {0}\" aria-hidden=\"true\" focusable=\"false\"><path class=\"end\" d=\"M0 0V{1}H{1}\"/><path class=\"middle\" d=\"M0 {1}L{1} 0\"/>",
        SQUARE + 24.0,
        SQUARE
    );
    for (x, y, anchor, text) in
        [(-3.0, 8.0, "end", "1"), (-3.0, SQUARE, "end", "0"), (SQUARE, SQUARE + 11.0, "end", "1")]
    {
        let _ = write!(drawn, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>");
    }
    for (p, right, articles) in &used {
        let (x, y) = (SQUARE * p, SQUARE * (1.0 - right));
        let radius = 2.0 + 8.0 * (*articles as f64 / most).sqrt();
        let _ = write!(
            drawn,
            "<line class=\"off\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{y:.1}\" y2=\"{:.1}\"/><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"/>",
            SQUARE - x
        );
    }
    drawn.push_str("</svg>");
    let bins = used.iter().map(|(p, right, n)| [two(*p), two(*right), thousands(*n)]).collect();
    Some(ReliabilityView { drawn, bins })
}

/// The number of terms shown for each label.
const TERMS: usize = 16;

fn heaviest(model: &super::read::Model) -> Vec<HeaviestView> {
    let shown = |of: &super::read::Heaviest| of.terms.iter().take(TERMS).map(|t| t.weight).fold(0.0, f64::max);
    let most = model.heaviest.iter().map(shown).fold(f64::MIN_POSITIVE, f64::max);
    let term = |t: &super::read::Term| TermView {
        term: if t.features == "char" { format!("“{}”", t.term) } else { t.term.clone() },
        bar: format!(
            "<svg class=\"weight\" width=\"100%\" height=\"12\" aria-hidden=\"true\" focusable=\"false\"><rect class=\"bar\" width=\"{:.1}%\" height=\"10\" y=\"1\" rx=\"2\"/></svg>",
            100.0 * t.weight / most
        ),
        weight: two(t.weight),
        articles: thousands(t.articles),
    };
    let of_class = |of: &super::read::Heaviest| HeaviestView {
        class: of.class.clone(),
        terms: of.terms.iter().take(TERMS).map(term).collect(),
    };
    model.heaviest.iter().filter(|of| !of.terms.is_empty()).map(of_class).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_without_articles_is_not_drawn() {
        let bin = |articles, mean_probability, accuracy| Bin { articles, mean_probability, accuracy };
        let view = reliability(&[bin(0, None, None), bin(4, Some(0.75), Some(0.5))]).expect("a picture");
        assert_eq!(view.bins, [["0.75", "0.50", "4"].map(str::to_owned)]);
        assert!(view.drawn.contains("<circle cx=\"150.0\" cy=\"100.0\" r=\"10.0\"/>"), "{}", view.drawn);
        assert!(reliability(&[bin(0, None, None)]).is_none());
    }
}
