//! The model that says which segments are attributed: a linear chain over a sentence's segments.
//!
//! Two labels, own and attributed. Every feature ([`super::features`]) has three weights: for the label attributed,
//! for beginning to be attributed here, and for ceasing to be. A segment is attributed where its marginal probability
//! (forward and backward) passes [`THRESHOLD`]. The weights are learnt offline by `train/train.py`
//! (Lafferty, McCallum, Pereira 2001, "Conditional random fields") and read from `en/weights.txt`.

use super::features::Sink;
use super::words::hash_ascii;
use std::sync::OnceLock;

/// Marginal probability from which a segment counts as attributed.
const THRESHOLD: f32 = 0.5;

/// The weights, by feature.
pub(super) struct Model {
    keys: Vec<u64>,
    weights: Vec<[f32; 3]>,
    bias: [f32; 3],
}

/// The key of a feature: never 0.
fn key(template: u64, a: u64, b: u64, c: u64) -> u64 {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let fold = |h: u64, v: u64| (h.rotate_left(23) ^ v).wrapping_mul(K);
    fold(fold(fold(template, a), b), c) | 1
}

/// The weights for English, read once.
pub(super) fn english() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| Model::new(include_str!("en/weights.txt")))
}

impl Model {
    /// Reads lines `template:a:b:c attributed begins ceases`; a value is a number or a word.
    fn new(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
        let size = (lines.len() * 2).next_power_of_two();
        let mut model = Model { keys: vec![0; size], weights: vec![[0.0; 3]; size], bias: [0.0; 3] };
        for line in lines {
            let mut fields = line.split(' ');
            let Some(name) = fields.next() else { continue };
            let mut weights = [0.0; 3];
            for (weight, field) in weights.iter_mut().zip(fields) {
                *weight = field.parse().unwrap_or(0.0);
            }
            if name == "bias" {
                model.bias = weights;
                continue;
            }
            let mut values = [0; 4];
            for (value, field) in values.iter_mut().zip(name.split(':')) {
                *value = field.parse().unwrap_or_else(|_| hash_ascii(field.as_bytes()));
            }
            let key = key(values[0], values[1], values[2], values[3]);
            let at = model.slot(key);
            (model.keys[at], model.weights[at]) = (key, weights);
        }
        model
    }

    fn slot(&self, key: u64) -> usize {
        let mask = self.keys.len() - 1;
        let mut at = (key >> 32) as usize & mask;
        while self.keys[at] != key && self.keys[at] != 0 {
            at = (at + 1) & mask;
        }
        at
    }

    /// A sum of weights to which features can be added.
    pub fn score(&self) -> Score<'_> {
        Score { model: self, sum: self.bias }
    }
}

/// The weights of one segment's features, added up.
pub(super) struct Score<'m> {
    model: &'m Model,
    /// Attributed, begins, ceases.
    pub sum: [f32; 3],
}

impl Sink for Score<'_> {
    fn add(&mut self, template: u64, a: u64, b: u64, c: u64) {
        let weights = &self.model.weights[self.model.slot(key(template, a, b, c))];
        for (sum, weight) in self.sum.iter_mut().zip(weights) {
            *sum += weight;
        }
    }
}

/// Says of every segment of a sentence, by its score, whether it is attributed.
pub(super) fn decode(scores: &[[f32; 3]], forward: &mut Vec<[f32; 2]>, attributed: &mut Vec<bool>) {
    // Potentials are kept as probabilities, scaled to sum to one at every step: no logarithm of sums is needed.
    forward.clear();
    attributed.clear();
    let mut state = [1.0f32, 0.0];
    for s in scores {
        let (own, content) = (state[0] + state[1] * s[2].exp(), (state[0] * s[1].exp() + state[1]) * s[0].exp());
        let sum = own + content;
        state = if sum.is_finite() && sum > 0.0 { [own / sum, content / sum] } else { [0.5, 0.5] };
        forward.push(state);
    }
    attributed.resize(scores.len(), false);
    let mut back = [1.0f32, 1.0];
    for k in (0..scores.len()).rev() {
        let (own, content) = (forward[k][0] * back[0], forward[k][1] * back[1]);
        attributed[k] = content > THRESHOLD * (own + content);
        let s = scores[k];
        let behind = s[0].exp() * back[1];
        back = [back[0] + s[1].exp() * behind, s[2].exp() * back[0] + behind];
        let sum = back[0] + back[1];
        back = if sum.is_finite() && sum > 0.0 { [back[0] / sum, back[1] / sum] } else { [0.5, 0.5] };
    }
}
