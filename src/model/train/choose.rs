//! The strength of the penalty, and the scores on articles held out.

use super::schemes::schemes;
use super::{CS, CS_OF_MANY, MANY, Stage, Trainer, unlearnable};
use crate::error::Result;
use crate::features::Refit;
use crate::model::artifact::{HeldOut, Metric};
use crate::model::assess::{Assessment, choose};

/// When the solver stops in a fold, and in a fold of many articles.
pub(in crate::model) const TOL: [f64; 2] = [1e-3, 1e-2];

impl Trainer<'_> {
    /// The strength, and the scores of every way to hold articles out that these articles allow.
    pub(super) fn assess(&self, refit: &Refit<'_>) -> Result<(f64, Vec<Metric>)> {
        let n_classes = self.part.classes.len();
        let is_large = self.part.labels.len() > MANY;
        let fitting = self.fitting(TOL[usize::from(is_large)]);
        let assessment = Assessment { refit, labels: &self.part.labels, n_classes, fitting };
        let mut schemes = schemes(self.part, self.grouped_by, self.params.seed)?;
        // That which chooses the strength comes first.
        schemes.sort_by_key(|(by, _)| *by != self.grouped_by);
        let n_folds: usize = schemes.iter().map(|(_, folds)| folds.len()).sum();
        let mut n_done = 0;
        let mut done = || {
            n_done += 1;
            (self.tell)(Stage::HoldingOut, n_done as f64 / n_folds as f64);
        };
        (self.tell)(Stage::HoldingOut, 0.0);
        let mut c = self.params.c.or(self.earlier.map(|(old, _)| old.c));
        let mut metrics = Vec::new();
        for (held_out, folds) in schemes {
            let tried = if is_large { &CS_OF_MANY[..] } else { &CS };
            let cs = c.map_or(tried.to_vec(), |c| vec![c]);
            let by_fold = assessment.path(&folds, &cs, &mut done).map_err(unlearnable)?;
            let (best, held) = choose(&by_fold, n_classes);
            c = Some(cs[best]);
            metrics.push(Metric { held_out, folds: folds.len(), scored: held.score(n_classes) });
        }
        let order = [HeldOut::Random, HeldOut::Outlet, HeldOut::Story, HeldOut::Month, HeldOut::Later];
        metrics.sort_by_key(|m| order.iter().position(|by| *by == m.held_out));
        Ok((c.unwrap_or(CS[0]), metrics))
    }
}
