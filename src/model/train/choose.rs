//! Chooses the features and the strength of the penalty, and scores held-out articles.

use super::fingerprint::fingerprint;
use super::probabilities::{calibrated, calibrated_by_others, probability_score, unlearnt};
use super::schemes::schemes;
use super::{CS, CS_OF_MANY, MANY, Open, Stage, Trainer, unlearnable};
use crate::error::{Error, Result};
use crate::features::Refit;
use crate::model::artifact::{Fingerprint, HeldOut, Metric};
use crate::model::assess::{Assessment, Held, best_setting, commonest, pooled};
use crate::model::calibration::Calibration;
use crate::model::counted::CountedPart;
use crate::model::folds::Fold;
use crate::model::logistic::Threads;
use crate::model::metrics::Confusion;
use crate::model::recipe::{Block, BlockKind, Recipe};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The solver's tolerance in a fold, and in a fold of many articles.
pub(in crate::model) const TOL: [f64; 2] = [1e-3, 1e-2];

/// What held-out articles show about a model.
pub(super) struct Assessed {
    pub c: f64,
    pub calibration: Option<Calibration>,
    pub metrics: Vec<Metric>,
    pub fingerprint: Option<Fingerprint>,
}

/// The features that may be chosen: `asked` with one kind of words, shorter n-grams, or a higher `min_df`, if these
/// were not given. The most promising ones come first.
pub(super) fn candidates(asked: &Recipe, open: Open, n_articles: usize) -> Vec<Recipe> {
    let open = open.in_recipe(asked);
    let mut candidates = vec![asked.clone()];
    if open.features {
        let only = |kind: BlockKind| {
            let is_in = |b: &&Block| b.kind == kind || b.kind == BlockKind::Char;
            Recipe { blocks: asked.blocks.iter().filter(is_in).copied().collect(), ..asked.clone() }
        };
        candidates = asked.words().map(|b| only(b.kind)).collect();
    }
    let vary = |candidates: &mut Vec<Recipe>, change: &dyn Fn(&mut Block)| {
        let mut changed = candidates.clone();
        let words = changed.iter_mut().flat_map(|recipe| &mut recipe.blocks).filter(|b| b.kind != BlockKind::Char);
        words.for_each(change);
        candidates.extend(changed);
    };
    // With many articles, long n-grams and rare terms do no harm, and every candidate is expensive.
    if n_articles <= MANY {
        if open.ngrams {
            vary(&mut candidates, &|b| b.ngrams.1 = b.ngrams.0);
        }
        if open.min_df {
            vary(&mut candidates, &|b| b.min_df = 5);
        }
    }
    candidates
}

/// A part's held-out articles in the folds that choose.
pub(super) struct Tried {
    /// By fold, by candidate, by strength.
    by_fold: Vec<Vec<Held>>,
    /// The same as confusion matrices.
    counted: Vec<Vec<Confusion>>,
    n_cs: usize,
}

impl Tried {
    fn new(by_fold: Vec<Vec<Held>>, n_cs: usize, n_classes: usize) -> Self {
        let count = |settings: &Vec<Held>| settings.iter().map(|held| held.confusion(n_classes)).collect();
        Tried { counted: by_fold.iter().map(count).collect(), by_fold, n_cs }
    }

    /// The best strength of a candidate over all folds except `without`, as its index, and its macro-F1.
    fn best(&self, candidate: usize, without: Option<usize>) -> (usize, f64) {
        let cs = candidate * self.n_cs..(candidate + 1) * self.n_cs;
        best_setting(&self.counted.iter().map(|settings| &settings[cs.clone()]).collect::<Vec<_>>(), without)
    }

    /// The macro-F1 of a candidate at its best strength over all folds except `without`, and its accuracy at that
    /// strength fold by fold. Accuracy rather than macro-F1, because a fold may have few labels.
    fn told(&self, candidate: usize, without: Option<usize>) -> (f64, Vec<f64>) {
        let (best, macro_f1) = self.best(candidate, without);
        let folds = self.counted.iter().enumerate().filter(|(fold, _)| Some(*fold) != without);
        let accuracy =
            |(_, settings): (usize, &Vec<Confusion>)| settings[candidate * self.n_cs + best].accuracy().unwrap_or(0.0);
        (macro_f1, folds.map(accuracy).collect())
    }
}

/// Chooses the best of all candidates, over all folds or without one fold of one part.
pub(super) struct Choice<'t> {
    tried: &'t [(&'t CountedPart, Tried)],
    n_candidates: usize,
}

impl<'t> Choice<'t> {
    pub(super) fn new(tried: &'t [(&'t CountedPart, Tried)], n_candidates: usize) -> Self {
        Choice { tried, n_candidates }
    }

    /// The best candidate: the first, unless another's mean macro-F1 over the parts, weighted by their articles, is
    /// higher by more than the standard error of the difference, as estimated from the folds. Choosing the highest
    /// number among many would be a choice by chance. Hastie, Tibshirani, Friedman (2009), The elements of statistical
    /// learning, section 7.10. `without` is a part, and the fold of it that is left out.
    pub(super) fn candidate(&self, without: Option<(usize, usize)>) -> usize {
        let told: Vec<Vec<(f64, Vec<f64>)>> = self
            .tried
            .iter()
            .enumerate()
            .map(|(part, (_, tried))| {
                let fold = without.filter(|(of, _)| *of == part).map(|(_, fold)| fold);
                (0..self.n_candidates).map(|candidate| tried.told(candidate, fold)).collect()
            })
            .collect();
        let gain = |candidate: usize, over: usize| {
            let (mut mean, mut variance) = (0.0, 0.0);
            for ((part, _), told) in self.tried.iter().zip(&told) {
                let weight = part.labels.len() as f64;
                let ((macro_f1, by_fold), (over_f1, over_by_fold)) = (&told[candidate], &told[over]);
                mean += weight * (macro_f1 - over_f1);
                let differences: Vec<f64> = by_fold.iter().zip(over_by_fold).map(|(a, b)| a - b).collect();
                variance += weight * weight * variance_of_mean(&differences);
            }
            (mean, variance.sqrt())
        };
        (1..self.n_candidates).fold(0, |best, candidate| {
            let (mean, standard_error) = gain(candidate, best);
            if mean > standard_error { candidate } else { best }
        })
    }

    /// The held-out articles of a part. Each fold is scored with the candidate and strength that the same rule chooses
    /// without that fold, so within this part no article affects what it is scored by.
    fn nested(&self, part: usize) -> Vec<Held> {
        let (_, tried) = &self.tried[part];
        let chosen = |fold: usize| {
            let candidate = self.candidate(Some((part, fold)));
            candidate * tried.n_cs + tried.best(candidate, Some(fold)).0
        };
        tried.by_fold.iter().enumerate().map(|(fold, settings)| settings[chosen(fold)].clone()).collect()
    }
}

/// The variance of the mean of independent numbers; 0 for fewer than two, for which it is unknown.
fn variance_of_mean(numbers: &[f64]) -> f64 {
    let n = numbers.len() as f64;
    if n < 2.0 {
        return 0.0;
    }
    let mean = numbers.iter().sum::<f64>() / n;
    numbers.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / ((n - 1.0) * n)
}

impl Trainer<'_> {
    /// Tries all candidates at all strengths, in folds that split no group.
    pub(super) fn try_all(&self, candidates: &[Recipe]) -> Result<Tried> {
        let cs = self.strengths();
        let folds = self.folds_that_choose()?;
        let mut by_fold: Vec<Vec<Held>> = vec![Vec::new(); folds.len()];
        let n_fits = candidates.len() * folds.len();
        let done = self.steps(Stage::Choosing, n_fits);
        for candidate in candidates {
            self.stop.check()?;
            let refit = Refit::new(candidate.blocks_of(&self.params.recipe, &self.part.counts));
            let path = self.assessment(&refit, &self.weigh()).path(&folds, &cs, &done).map_err(unlearnable)?;
            by_fold.iter_mut().zip(path).for_each(|(all, more)| all.extend(more));
        }
        Ok(Tried::new(by_fold, cs.len(), self.part.classes.len()))
    }

    /// The strength, the calibration, and the scores for every way of holding articles out that these articles allow,
    /// with the features of a candidate. In the folds used for choosing, every fold is scored with the features and
    /// strength that the other folds choose by the same rule.
    pub(super) fn assess(
        &self,
        refit: &Refit<'_>,
        (choice, part): (&Choice<'_>, usize),
        candidate: usize,
    ) -> Result<Assessed> {
        let n_classes = self.part.classes.len();
        let cs = self.strengths();
        let (_, tried) = &choice.tried[part];
        let (best, _) = tried.best(candidate, None);
        let c = cs[best];
        let nested = choice.nested(part);
        let at_best = pooled(tried.by_fold.iter().map(|settings| &settings[candidate * tried.n_cs + best]));
        let calibration = Calibration::fit(&at_best.truth, at_best.probabilities(n_classes).view());
        let metric = |held_out, folds, held: &Held, calibrated: &Held| Metric {
            held_out,
            folds,
            scored: held.score(n_classes),
            probabilities: probability_score(calibrated, n_classes),
            unlearnt: unlearnt(&self.part.classes, held),
        };
        let calibrated_nested = calibrated_by_others(&nested, n_classes);
        let mut metrics = vec![metric(self.grouped_by, nested.len(), &pooled(&nested), &calibrated_nested)];
        let mut others = schemes(self.part, &self.copies, self.grouped_by, self.params.seed)?;
        others.retain(|(by, _)| *by != self.grouped_by);
        self.stop.check()?;
        let sizes: Vec<(HeldOut, usize)> = others.iter().map(|(by, folds)| (*by, folds.len())).collect();
        // All together, so that no thread waits for the last fold of a scheme.
        let folds: Vec<Fold> = others.into_iter().flat_map(|(_, folds)| folds).collect();
        let weigh = self.weigh();
        let assessment = self.assessment(refit, &weigh);
        let done = self.steps(Stage::HoldingOut, folds.len());
        let mut by_fold = assessment.path(&folds, &[c], &done).map_err(unlearnable)?.into_iter();
        for (held_out, n_folds) in sizes {
            let held = pooled(by_fold.by_ref().take(n_folds).flatten().collect::<Vec<_>>().iter());
            metrics.push(metric(held_out, n_folds, &held, &calibrated(&held, calibration, n_classes)));
        }
        let order = [HeldOut::Random, HeldOut::Outlet, HeldOut::Story, HeldOut::Month, HeldOut::Later];
        metrics.sort_by_key(|m| order.iter().position(|by| *by == m.held_out));
        let fingerprint = fingerprint(self.part, &self.copies, refit, assessment.fitting, c, self.params.seed)?;
        Ok(Assessed { c, calibration: Some(calibration), metrics, fingerprint })
    }

    /// Only the strength, if no article is held out.
    pub(super) fn unassessed(&self) -> Result<Assessed> {
        match self.strengths()[..] {
            [c] => Ok(Assessed { c, calibration: None, metrics: Vec::new(), fingerprint: None }),
            _ => {
                let error = Error::usage("without held-out articles there is nothing to choose by");
                Err(match &self.part.target {
                    Some(target) => error.found(format!("no strength of the penalty for the target {target:?}")),
                    None => error.found("no strength of the penalty"),
                }
                .expected("one that is given, or that an earlier model has for every target")
                .help("leave --validation none out: it is then chosen on held-out articles"))
            }
        }
    }

    /// A function that reports progress, to be called once for each of the `n` steps of a stage.
    fn steps(&self, stage: Stage, n: usize) -> impl Fn() + Sync + '_ {
        let done = AtomicUsize::new(0);
        move || (self.tell)(stage, (done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / n as f64)
    }

    /// The strengths that are tried, increasing; only one if it is given or kept.
    fn strengths(&self) -> Vec<f64> {
        let tried = if self.is_large() { &CS_OF_MANY[..] } else { &CS };
        self.params.c.or(self.earlier.map(|(old, _)| old.c)).map_or(tried.to_vec(), |c| vec![c])
    }

    fn folds_that_choose(&self) -> Result<Vec<Fold>> {
        let schemes = schemes(self.part, &self.copies, self.grouped_by, self.params.seed)?;
        Ok(schemes.into_iter().find(|(by, _)| *by == self.grouped_by).map_or(Vec::new(), |(_, folds)| folds))
    }

    fn assessment<'a>(
        &'a self,
        refit: &'a Refit<'a>,
        weigh: &'a (dyn Fn(&[usize]) -> Option<Vec<f32>> + Sync),
    ) -> Assessment<'a> {
        let fitting = self.fitting(TOL[usize::from(self.is_large())], Threads::One);
        let commonest = commonest(&self.part.class_counts());
        let n_classes = self.part.classes.len();
        Assessment { refit, labels: &self.part.labels, n_classes, commonest, fitting, weigh }
    }

    /// The weights of training articles, which don't depend on held-out ones.
    fn weigh(&self) -> impl Fn(&[usize]) -> Option<Vec<f32>> + Sync {
        |train| self.params.outlet_weight.of(self.part, train.iter().copied())
    }

    pub(super) fn is_large(&self) -> bool {
        self.part.labels.len() > MANY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::copies::Copies;
    use crate::model::counted::Entry;
    use crate::model::labelled::Origin;
    use crate::model::logistic::{ClassWeight, MultiClass};
    use crate::model::train::{Grouping, OutletWeight, TrainParams, Validation};
    use crate::stop::Stop;

    /// Ten folds of ten articles; how many of them each of two candidates predicted correctly.
    fn tried(right: [[usize; 10]; 2]) -> Tried {
        let held = |right: usize| {
            let truth: Vec<usize> = (0..10).map(|i| i % 2).collect();
            let predicted = (0..10).map(|i| if i < right { i % 2 } else { 1 - i % 2 }).collect();
            Held { truth, probabilities: Vec::new(), predicted, majority: vec![0; 10] }
        };
        Tried::new((0..10).map(|fold| vec![held(right[0][fold]), held(right[1][fold])]).collect(), 1, 2)
    }

    fn part() -> CountedPart {
        CountedPart { classes: vec!["a".into(), "b".into()], labels: vec![0; 100], ..CountedPart::default() }
    }

    #[test]
    fn a_candidate_must_be_better_by_more_than_chance() {
        let part = part();
        let best = |right| Choice::new(&[(&part, tried(right))], 2).candidate(None);
        let first = [6, 8, 6, 8, 6, 8, 6, 8, 6, 8];
        // Better by one article in each fold; better by the same total, but by luck in one fold.
        assert_eq!(best([first, first.map(|n| n + 1)]), 1);
        let lucky = [10, 8, 6, 8, 6, 8, 6, 8, 5, 8];
        assert_eq!(best([first, lucky]), 0);
        assert_eq!(best([first, first]), 0);
    }

    #[test]
    fn folds_are_scored_by_the_rule_that_chooses_the_model() {
        let part = part();
        let right = |tried| {
            let nested = Choice::new(&[(&part, tried)], 2).nested(0);
            nested.iter().map(|held| held.confusion(2).counts().diag().sum()).collect::<Vec<_>>()
        };
        // The second is better overall, by luck in one fold: the model uses the first, and so does every fold.
        let first = [6, 8, 6, 8, 6, 8, 6, 8, 6, 8];
        let lucky = [10, 8, 6, 8, 6, 8, 6, 8, 5, 7];
        assert_eq!(right(tried([first, lucky])), first.map(|n| n as u64));
        // Better in all folds except the first, whichever is left out.
        let better = [1, 9, 7, 9, 7, 9, 7, 9, 7, 9];
        let without_the_first = Choice::new(&[(&part, tried([first, better]))], 2).candidate(Some((0, 0)));
        assert_eq!(without_the_first, 1);
        assert_eq!(right(tried([first, better]))[0], 1);
    }

    #[test]
    fn what_is_open_is_varied() {
        let asked = Recipe {
            boilerplate: crate::model::recipe::Boilerplate::Keep,
            masked: Vec::new(),
            blocks: vec![Block::WORDS, Block::WRITTEN, Block::CHARACTERS],
        };
        let all = candidates(&asked, Open { features: true, ngrams: true, min_df: true }, 100);
        assert_eq!(all.len(), 8);
        assert_eq!(all[0].blocks, [Block::WORDS, Block::CHARACTERS]);
        assert!(all.iter().all(|recipe| recipe.blocks.len() == 2 && recipe.blocks[1] == Block::CHARACTERS));
        assert_eq!(candidates(&asked, Open { features: true, ngrams: true, min_df: true }, MANY + 1).len(), 2);
        assert_eq!(candidates(&asked, Open::default(), 100), [asked]);
    }

    #[test]
    fn what_is_held_out_has_no_say_in_the_weights() {
        let entry = |outlet: &str| Entry {
            id: String::new(),
            origin: Origin { outlet: Some(outlet.to_owned()), ..Origin::default() },
            n_words: 1,
        };
        let part = CountedPart { articles: ["a", "a", "b", "c"].map(entry).into(), labels: vec![0, 0, 0, 1], ..part() };
        let recipe = Recipe {
            boilerplate: crate::model::recipe::Boilerplate::Keep,
            masked: Vec::new(),
            blocks: vec![Block::WORDS],
        };
        let params = TrainParams {
            recipe,
            open: Open::default(),
            c: None,
            grouping: Grouping::Auto,
            validation: Validation::All,
            multi_class: MultiClass::Multinomial,
            class_weight: ClassWeight::None,
            outlet_weight: OutletWeight::Balanced,
            mask_outlets: false,
            seed: 1,
        };
        let (stop, tell) = (Stop::default(), |_, _| ());
        let (copies, grouped_by) = (Copies::default(), HeldOut::Outlet);
        let trainer =
            Trainer { part: &part, copies, params: &params, earlier: None, grouped_by, stop: &stop, tell: &tell };
        assert_eq!(trainer.weigh()(&[0, 1, 2, 3]), Some(vec![0.75, 0.75, 1.5, 1.0]));
        // Without the second outlet the first has all of the label's weight, and no more than its number of articles.
        assert_eq!(trainer.weigh()(&[0, 1, 3]), Some(vec![1.0; 3]));
    }
}
