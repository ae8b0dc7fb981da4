//! Warnings: everything a reader must know before believing a number, each with advice.

use super::by::Key;
use super::collect::Collected;
use super::context::{Context, LeftOut};
use super::record::first_poles;
use super::{MIN_ARTICLES, Options, StanceModel, outlets, trends};
use crate::corpus::says_none;
use crate::counted::{self, counted};
use crate::cues::Lexicon;
use crate::error::Result;
use std::fmt;

/// Something a reader must know.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Warning {
    /// Something noticed while reading the corpus.
    Reading(String),
    /// There are no sentences: counts were compared.
    NoEvidence {
        /// The number of uses that have no row in `evidence.csv`.
        uses: u64,
    },
    /// The tally has no sentences, not even as numbers.
    NoContexts,
    /// Several tallies that were made independently of each other were combined.
    TalliesApart {
        /// The number of tallies.
        folders: usize,
    },
    /// Something in the lexicon's file that was left out.
    Lexicon(String),
    /// Outlets with too few articles to say anything about them.
    FewArticles {
        /// Their names.
        outlets: Vec<String>,
    },
    /// Contrasts without any use.
    NoUses {
        /// Their names.
        contrasts: Vec<String>,
    },
    /// Expected shares are missing.
    NoContext {
        /// The contrasts' names, each with its reason.
        contrasts: Vec<(String, LeftOut)>,
    },
    /// There is nothing to compare with.
    OneOutlet,
    /// Articles of unknown outlet.
    UnknownOutlet {
        /// The number of articles.
        articles: usize,
        /// What the articles lack: `outlet`, or what is compared instead.
        needs: String,
        /// The id of the first one.
        first: String,
    },
    /// Groups whose name says that there is no value.
    GroupsOfNone {
        /// Their names.
        groups: Vec<String>,
        /// The column with these names.
        by: String,
    },
    /// Articles that are in no row of `trends.csv`.
    NoPeriod {
        /// The number of articles among those that count and have an outlet.
        articles: usize,
        /// What the articles lack.
        needs: String,
        /// The id of the first one.
        first: String,
    },
    /// Articles that don't read like English.
    Foreign {
        /// The number of articles.
        articles: usize,
        /// The id of the first one.
        first: String,
    },
    /// More outlets than `pairs.csv` holds.
    PairsLimited {
        /// The number of outlets in the table.
        outlets: usize,
        /// The number of all outlets.
        of: usize,
    },
    /// Articles that can't be compared, because they have no value of what is compared.
    LeftOut {
        /// The number of articles.
        articles: usize,
        /// The name of what is compared.
        by: String,
        /// The id of the first one.
        first: String,
    },
    /// The model knows too little of some articles.
    ModelKnowsTooLittle {
        /// The number of articles among those that count and have an outlet.
        articles: usize,
        /// The number of all articles that count and have an outlet.
        of: usize,
    },
    /// The model was trained on articles of outlets that it is used to compare.
    ModelKnowsOutlets {
        /// Their names.
        outlets: Vec<String>,
    },
}

impl Warning {
    /// A short machine-readable name.
    pub fn code(&self) -> &'static str {
        match self {
            Warning::Reading(_) => "reading",
            Warning::NoEvidence { .. } => "no-evidence",
            Warning::NoContexts => "no-contexts",
            Warning::TalliesApart { .. } => "tallies-apart",
            Warning::Lexicon(_) => "lexicon",
            Warning::FewArticles { .. } => "few-articles",
            Warning::NoUses { .. } => "no-uses",
            Warning::NoContext { .. } => "no-context",
            Warning::OneOutlet => "one-outlet",
            Warning::UnknownOutlet { .. } => "unknown-outlet",
            Warning::GroupsOfNone { .. } => "groups-of-none",
            Warning::NoPeriod { .. } => "no-period",
            Warning::Foreign { .. } => "foreign",
            Warning::PairsLimited { .. } => "pairs-limited",
            Warning::LeftOut { .. } => "left-out",
            Warning::ModelKnowsTooLittle { .. } => "model-knows-too-little",
            Warning::ModelKnowsOutlets { .. } => "model-knows-outlets",
        }
    }
}

/// The most names that one warning lists.
const NAMED: usize = 5;

/// The first few names, and the number of the others.
fn named(names: &[String]) -> String {
    let first = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => first,
        n => format!("{first} and {n} more"),
    }
}

/// `2 articles have no date (the first is a2): they are`, followed by the consequence for one, or for many.
fn lacking(articles: usize, what: &str, first: &str, one: &str, many: &str) -> String {
    let have = counted(articles as u64, "article has", "articles have");
    match articles {
        1 => format!("{have} no {what} ({first}): {one}"),
        _ => format!("{have} no {what} (the first is {first}): {many}"),
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::Reading(what) | Warning::Lexicon(what) => write!(f, "{what}"),
            Warning::NoEvidence { uses } => write!(
                f,
                "made from tallies, which have no sentences: evidence.csv is empty, and the {} can't be looked up; \
                 compare the texts to read them",
                counted(*uses, "use", "uses")
            ),
            Warning::NoContexts => write!(
                f,
                "the tally was made without the sentences around cues, so there are no expected shares; make it \
                 again without --omit contexts to get them"
            ),
            Warning::TalliesApart { folders } => write!(
                f,
                "{folders} tallies that were counted separately: repeated lines, phrases, copies and stories were \
                 found within each but not across them, and there are no expected shares; tally all articles \
                 together, or combine parts that were made with --detail ordered and one survey"
            ),
            Warning::FewArticles { outlets } => {
                write!(
                    f,
                    "{}: fewer than {MIN_ARTICLES} articles that count, so the rows describe these articles and not \
                     the outlet; add articles to compare outlets",
                    named(outlets)
                )
            }
            Warning::NoUses { contrasts } => {
                write!(f, "{}: no use of any cue; `aslant cues check` shows what each cue finds", contrasts.join(", "))
            }
            Warning::NoContext { contrasts } => {
                write!(f, "no expected shares for ")?;
                for (i, (contrast, reason)) in contrasts.iter().enumerate() {
                    let separator = if i == 0 { "" } else { "; " };
                    write!(f, "{separator}{contrast} ({reason})")?;
                }
                Ok(())
            }
            Warning::OneOutlet => {
                write!(
                    f,
                    "only one outlet has articles that count, so there is nothing to compare it with; add another outlet's"
                )
            }
            Warning::UnknownOutlet { articles, needs, first } => {
                let they = lacking(*articles, needs, first, "it is", "they are");
                write!(f, "{they} listed in articles.csv and evidence.csv, but not counted for any outlet")
            }
            Warning::GroupsOfNone { groups, by } => write!(
                f,
                "{} of {by}: compared as a group like any other; empty these cells if they mean that nothing is known",
                groups.iter().map(|group| format!("`{group}`")).collect::<Vec<_>>().join(", ")
            ),
            Warning::NoPeriod { articles, needs, first } => {
                write!(f, "{} in no row of trends.csv", lacking(*articles, needs, first, "it is", "they are"))
            }
            Warning::Foreign { articles, first } => write!(
                f,
                "{} like English (first: {first}): reported speech, boilerplate and agencies are only \
                 recognised in English, so too many words count as the outlet's own there",
                counted(*articles as u64, "article doesn't read", "articles don't read")
            ),
            Warning::PairsLimited { outlets, of } => {
                write!(
                    f,
                    "pairs.csv has the {outlets} outlets with the most articles, of {of}; --pairs changes the \
                           number"
                )
            }
            Warning::LeftOut { articles, by, first } => {
                write!(f, "{} left out", lacking(*articles, by, first, "it is", "they are"))
            }
            Warning::ModelKnowsTooLittle { articles, of } => write!(
                f,
                "the model knows too few words of {articles} of {}: these scores are in articles.csv, with the \
                 reason, but in no mean; a model trained on articles more like these would know more",
                counted::articles(*of)
            ),
            Warning::ModelKnowsOutlets { outlets } => write!(
                f,
                "{}: the model was trained on articles of the outlet, so the mean may show what it remembers of the \
                 outlet and not what these articles say; use a model that was trained on other outlets",
                named(outlets)
            ),
        }
    }
}

/// The warning about articles that don't read like English.
pub(super) fn foreign(collected: &Collected) -> Option<Warning> {
    let foreign = &collected.foreign;
    let first = foreign.first.clone()?;
    Some(Warning::Foreign { articles: foreign.articles, first })
}

/// The warning about groups such as `NA` and `none`, which may be real names all the same. It isn't given for outlets
/// with such a name.
fn groups_of_none(names: &[String], by: &Key) -> Option<Warning> {
    let Key::Column(by) = by else { return None };
    let groups: Vec<String> = names.iter().filter(|name| says_none(name)).cloned().collect();
    (!groups.is_empty()).then(|| Warning::GroupsOfNone { groups, by: by.clone() })
}

/// All warnings of a comparison, the most general first.
///
/// # Errors
/// If the id of an article to be named can't be read.
pub(super) fn find(
    noticed: Vec<Warning>,
    collected: &Collected,
    lexicon: &Lexicon,
    options: &Options,
    context: &Context,
    outlets: &[outlets::Row],
) -> Result<Vec<Warning>> {
    let mut found = noticed;
    found.extend(lexicon.notes.iter().cloned().map(Warning::Lexicon));
    if collected.summary.unknown_outlet > 0 {
        found.push(Warning::UnknownOutlet {
            articles: collected.summary.unknown_outlet,
            needs: options.by.group.needs().to_owned(),
            first: collected.first_of(|a| a.outlet.get().is_none())?,
        });
    }
    found.extend(groups_of_none(&collected.outlets, &options.by.group));
    if let Some(within) = &options.by.within
        && let articles @ 1.. = trends::without_period(collected)
    {
        let first = collected.first_of(trends::is_without_period)?;
        found.push(Warning::NoPeriod { articles, needs: within.needs().to_owned(), first });
    }
    found.extend(foreign(collected));
    let with_articles = outlets.iter().filter(|o| o.articles > 0).count();
    if options.pairs > 0 && with_articles > options.pairs {
        found.push(Warning::PairsLimited { outlets: options.pairs, of: with_articles });
    }
    if outlets.iter().filter(|o| o.articles > 0).count() == 1 {
        found.push(Warning::OneOutlet);
    }
    let few = outlets.iter().filter(|o| o.articles < MIN_ARTICLES);
    let few: Vec<String> = few.map(|o| collected.outlets[o.outlet].clone()).collect();
    if !few.is_empty() {
        found.push(Warning::FewArticles { outlets: few });
    }
    let first = first_poles(lexicon);
    let unused = |contrast: &usize| {
        let poles = first[*contrast]..first[*contrast + 1];
        collected.articles.iter().all(|a| collected.poles.uses_of(a, poles.clone(), super::Voices::All) == 0)
    };
    let unused: Vec<usize> = (0..lexicon.contrasts.len()).filter(unused).collect();
    let name = |contrast: &usize| lexicon.contrasts[*contrast].name.clone();
    if !unused.is_empty() {
        found.push(Warning::NoUses { contrasts: unused.iter().map(name).collect() });
    }
    if options.context == super::ContextModel::CrossFit {
        let left_out = context.models.iter().filter(|m| !unused.contains(&m.contrast));
        let contrasts: Vec<_> = left_out.filter_map(|m| Some((name(&m.contrast), m.left_out?))).collect();
        if !contrasts.is_empty() {
            found.push(Warning::NoContext { contrasts });
        }
    }
    found.extend(options.model.iter().flat_map(|model| of_model(model, collected, outlets)));
    Ok(found)
}

/// Warnings about a model's scores.
fn of_model(model: &StanceModel, collected: &Collected, outlets: &[outlets::Row]) -> Vec<Warning> {
    let mut found = Vec::new();
    let stances = || outlets.iter().filter_map(|row| row.stance.as_ref());
    let articles = stances().map(|s| s.left_out).sum();
    if articles > 0 {
        let of = articles + stances().map(|s| s.articles).sum::<usize>();
        found.push(Warning::ModelKnowsTooLittle { articles, of });
    }
    let known = &model.part().outlet_names;
    let seen = collected.outlets.iter().filter(|name| known.binary_search(name).is_ok());
    let seen: Vec<String> = seen.cloned().collect();
    if !seen.is_empty() {
        found.push(Warning::ModelKnowsOutlets { outlets: seen });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_that_say_that_there_is_none_are_told() {
        let names = ["NA", "Northern Alliance", "none"].map(str::to_owned);
        let found = groups_of_none(&names, &Key::Column("region".to_owned())).expect("a warning");
        assert_eq!(
            found.to_string(),
            "`NA`, `none` of region: compared as a group like any other; empty these cells if they mean that \
             nothing is known"
        );
        assert_eq!(groups_of_none(&names[1..2], &Key::Column("region".to_owned())), None);
        assert_eq!(groups_of_none(&names, &Key::Outlet), None);
    }
}
