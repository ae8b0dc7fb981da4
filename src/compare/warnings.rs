//! Warnings: all that a reader must be told before believing a number, each with advice.

use super::collect::Collected;
use super::context::Context;
use super::{MIN_ARTICLES, Options, outlets};
use crate::corpus::Corpus;
use crate::cues::Lexicon;
use std::fmt;

/// Something a reader must be told.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// What the reader of the corpus noticed.
    Reading(String),
    /// Outlets with too few articles to speak of them.
    FewArticles {
        /// Their names.
        outlets: Vec<String>,
    },
    /// A contrast of which nothing was found.
    NoUses {
        /// Its name.
        contrast: String,
    },
    /// Expected shares are missing.
    NoContext {
        /// The contrast's name.
        contrast: String,
        /// Why.
        reason: String,
    },
    /// Nothing to compare with.
    OneOutlet,
    /// Articles whose outlet is unknown.
    UnknownOutlet {
        /// How many.
        articles: usize,
    },
}

impl Warning {
    /// A short name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Warning::Reading(_) => "reading",
            Warning::FewArticles { .. } => "few-articles",
            Warning::NoUses { .. } => "no-uses",
            Warning::NoContext { .. } => "no-context",
            Warning::OneOutlet => "one-outlet",
            Warning::UnknownOutlet { .. } => "unknown-outlet",
        }
    }
}

/// The most names that one warning lists.
const NAMED: usize = 5;

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::Reading(what) => write!(f, "{what}"),
            Warning::FewArticles { outlets } => {
                let named = outlets.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
                let more = match outlets.len().saturating_sub(NAMED) {
                    0 => String::new(),
                    n => format!(" and {n} more"),
                };
                write!(
                    f,
                    "{named}{more}: fewer than {MIN_ARTICLES} articles that count, so their rows describe these articles \
                     and not the outlet; add articles to compare outlets"
                )
            }
            Warning::NoUses { contrast } => {
                write!(f, "{contrast}: no use of any of its cues; `aslant cues check` shows what each cue finds")
            }
            Warning::NoContext { contrast, reason } => write!(f, "{contrast}: no expected shares, because {reason}"),
            Warning::OneOutlet => {
                write!(
                    f,
                    "only one outlet has articles that count, so there is nothing to compare it with; add another outlet's"
                )
            }
            Warning::UnknownOutlet { articles } => {
                let (what, stand) =
                    if *articles == 1 { ("article has", "it stands") } else { ("articles have", "they stand") };
                write!(
                    f,
                    "{articles} {what} no outlet: {stand} in articles.csv and evidence.csv and in no outlet's row"
                )
            }
        }
    }
}

/// All warnings of a comparison, the most general first.
pub(super) fn find(
    corpus: &Corpus,
    collected: &Collected,
    lexicon: &Lexicon,
    options: &Options,
    context: &Context,
    outlets: &[outlets::Row],
) -> Vec<Warning> {
    let mut found: Vec<Warning> = corpus.warnings().iter().map(|w| Warning::Reading(w.to_string())).collect();
    if collected.summary.unknown_outlet > 0 {
        found.push(Warning::UnknownOutlet { articles: collected.summary.unknown_outlet });
    }
    if outlets.iter().filter(|o| o.articles > 0).count() == 1 {
        found.push(Warning::OneOutlet);
    }
    let few = outlets.iter().filter(|o| o.articles < MIN_ARTICLES);
    let few: Vec<String> = few.map(|o| collected.outlets[o.outlet].clone()).collect();
    if !few.is_empty() {
        found.push(Warning::FewArticles { outlets: few });
    }
    let mut first = 0;
    for contrast in &lexicon.contrasts {
        let poles = first..first + contrast.poles.len();
        first = poles.end;
        if collected.articles.iter().all(|a| a.uses_of(poles.clone(), super::Voices::All) == 0) {
            found.push(Warning::NoUses { contrast: contrast.name.clone() });
        }
    }
    if options.context == super::ContextModel::CrossFit {
        for model in &context.models {
            if let Some(reason) = &model.left_out {
                found.push(Warning::NoContext {
                    contrast: lexicon.contrasts[model.contrast].name.clone(),
                    reason: reason.clone(),
                });
            }
        }
    }
    found
}
