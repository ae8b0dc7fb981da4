//! How many of the evaluated articles a model has seen in its training.

use super::artifact::TrainedOn;
use super::evaluate::{Evaluation, Example};
use serde::Serialize;

/// How many of the evaluated articles a model has seen in its training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Articles that it was trained on, recognised by their ids and, if ids were generated, also by their texts; `None`
    /// if the model has no training data.
    pub articles: Option<usize>,
    /// Other articles from outlets that it was trained on.
    pub of_known_outlets: usize,
}

impl Evaluation {
    /// Counts what the model knows from its training.
    pub fn look_for(&mut self, trained_on: &TrainedOn) {
        let ids = trained_on.ids.as_ref();
        let knows = |example: &&Example| ids.is_some_and(|ids| ids.contains(&(example.id.clone(), example.text_hash)));
        let is_of_known = |example: &&Example| example.outlet.as_ref().is_some_and(|o| trained_on.outlets.contains(o));
        self.seen = Some(Seen {
            articles: ids.map(|_| self.examples.iter().filter(knows).count()),
            of_known_outlets: self.examples.iter().filter(|e| is_of_known(e) && !knows(e)).count(),
        });
    }
}
