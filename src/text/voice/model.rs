//! The model that decides which segments are attributed: a linear chain over a sentence's segments.
//!
//! Two labels, own and attributed. Every feature ([`super::features`]) has three weights: for the label attributed, for
//! attribution beginning here, and for attribution ending here. A segment is attributed if its marginal probability
//! (forward and backward) exceeds [`THRESHOLD`]. The weights are learnt offline by `train/train.py` (Lafferty,
//! McCallum, Pereira 2001, "Conditional random fields") and read from `en/weights.txt`.

use super::features::Sink;
use super::words::hash_ascii;
use std::sync::OnceLock;

/// Marginal probability from which a segment counts as attributed.
const THRESHOLD: f32 = 0.43;

/// Weights are stored in hundredths, as in the file.
const HUNDREDTHS: f32 = 0.01;

/// One slot of the table.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// The key's upper half; 0 if the slot is free.
    tag: u32,
    weights: [i16; 3],
}

/// The weights, by feature.
pub(super) struct Model {
    slots: Vec<Slot>,
    /// A bit filter of the keys: most features have no weight, and this shows it without a cache miss.
    filter: Vec<u64>,
    bias: [i32; 3],
}

/// The number of bits of the filter: sixteen or more per feature.
const FILTER_BITS: usize = 1 << 17;

fn tag(key: u64) -> u32 {
    (key >> 32) as u32 | 1
}

/// The key of a feature. The three products don't depend on each other.
#[inline(always)]
fn key(template: u64, a: u64, b: u64, c: u64) -> u64 {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let a = (a ^ template << 32).wrapping_mul(K);
    let b = b.wrapping_add(1).wrapping_mul(0xC2B2_AE3D_27D4_EB4F).rotate_left(21);
    let c = c.wrapping_add(1).wrapping_mul(0x1656_67B1_9E37_79F9).rotate_left(42);
    let key = a ^ b ^ c;
    (key ^ key >> 32).wrapping_mul(K).rotate_left(32)
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
        let mut model = Model { slots: vec![Slot::default(); size], filter: vec![0; FILTER_BITS / 64], bias: [0; 3] };
        for line in lines {
            let mut fields = line.split(' ');
            let Some(name) = fields.next() else { continue };
            let mut weights = [0i16; 3];
            for (weight, field) in weights.iter_mut().zip(fields) {
                *weight = (field.parse::<f32>().unwrap_or(0.0) / HUNDREDTHS).round() as i16;
            }
            if name == "bias" {
                model.bias = weights.map(i32::from);
                continue;
            }
            let mut values = [0; 4];
            for (value, field) in values.iter_mut().zip(name.split(':')) {
                *value = field.parse().unwrap_or_else(|_| hash_ascii(field.as_bytes()));
            }
            let key = key(values[0], values[1], values[2], values[3]);
            let at = model.slot(key);
            model.slots[at] = Slot { tag: tag(key), weights };
            let bit = key as usize % FILTER_BITS;
            model.filter[bit / 64] |= 1 << (bit % 64);
        }
        model
    }

    /// The slot of a key in the table, or the free slot where it belongs. The table is never full.
    fn slot(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (key >> 16) as usize & mask;
        while self.slots[at].tag != tag(key) && self.slots[at].tag != 0 {
            at = (at + 1) & mask;
        }
        at
    }

    /// A new sum of weights, to which features can be added.
    pub fn score(&self) -> Score<'_> {
        Score { model: self, sum: self.bias }
    }
}

/// The sum of the weights of one segment's features.
pub(super) struct Score<'m> {
    model: &'m Model,
    sum: [i32; 3],
}

impl Score<'_> {
    /// Attributed, begins, ceases.
    pub fn weights(&self) -> [f32; 3] {
        self.sum.map(|s| s as f32 * HUNDREDTHS)
    }
}

impl Sink for Score<'_> {
    #[inline(always)]
    fn add(&mut self, template: u64, a: u64, b: u64, c: u64) {
        let key = key(template, a, b, c);
        let bit = key as usize % FILTER_BITS;
        if self.model.filter[bit / 64] >> (bit % 64) & 1 == 1 {
            let weights = self.model.slots[self.model.slot(key)].weights;
            for (sum, weight) in self.sum.iter_mut().zip(weights) {
                *sum += i32::from(weight);
            }
        }
    }
}

/// Decides from the scores which segments of a sentence are attributed.
pub(super) fn decode(scores: &[[f32; 3]], forward: &mut Vec<[f32; 2]>, attributed: &mut Vec<bool>) {
    // Potentials are kept as probabilities, normalised at every step, so no logarithms of sums are needed.
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
