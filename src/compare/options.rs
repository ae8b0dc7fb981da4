//! How to compare: what is counted, and what is computed from it.

use super::{By, StanceModel, keywords, map};
use crate::text::Voice;
use std::sync::Arc;

/// The voices whose uses are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Voices {
    /// Every voice.
    All,
    /// One voice.
    Only(Voice),
}

impl Voices {
    /// The voices that have rows in the tables, in order.
    pub const ROWS: [Voices; 5] = [
        Voices::All,
        Voices::Only(Voice::Own),
        Voices::Only(Voice::Quoted),
        Voices::Only(Voice::Reported),
        Voices::Only(Voice::Scare),
    ];

    /// The name in the tables and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Voices::All => "all",
            Voices::Only(voice) => voice.name(),
        }
    }

    /// The voices with a given name.
    pub fn from_name(name: &str) -> Option<Self> {
        Voices::ROWS.into_iter().find(|voices| voices.name() == name)
    }

    /// The sum of counts by voice, given in the order of [`Voice::ALL`].
    pub fn sum(self, by_voice: &[u32; 4]) -> u32 {
        match self {
            Voices::All => by_voice.iter().sum(),
            Voices::Only(voice) => by_voice[voice as usize],
        }
    }
}

/// What to do with an article that is a near copy of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reprints {
    /// Count it like any other.
    Keep,
    /// List it in `articles.csv`, but leave it out of every statistic.
    Drop,
}

/// What to do with menus, captions and other lines that aren't the article's prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boilerplate {
    /// Count them like the rest.
    Keep,
    /// Remove them, and count the words removed.
    Remove,
}

impl Boilerplate {
    /// The name in `run.json` and in tallies.
    pub fn name(self) -> &'static str {
        match self {
            Boilerplate::Keep => "keep",
            Boilerplate::Remove => "remove",
        }
    }
}

/// Which articles are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoriesOnly {
    /// All of them.
    All,
    /// Those of stories covered by two outlets or more.
    Shared,
}

/// Whether expected shares are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContextModel {
    /// Cross-fitted on the corpus itself.
    CrossFit,
    /// Left out.
    None,
}

/// How to compare.
#[derive(Debug, Clone)]
pub struct Options {
    /// The voice for lean, scales and `matrix.csv`; `contrasts.csv` has all voices.
    pub voice: Voices,
    /// What is compared, and what splits it further. The corpus must be opened with [`By::columns`].
    pub by: By,
    /// The number of outlets that are compared in pairs: those with the most articles.
    pub pairs: usize,
    /// What to do with reprints.
    pub reprints: Reprints,
    /// Whether only stories covered by several outlets are compared.
    pub stories: StoriesOnly,
    /// What to do with boilerplate.
    pub boilerplate: Boilerplate,
    /// Whether expected shares are computed.
    pub context: ContextModel,
    /// A model that scores every article.
    pub model: Option<Arc<StanceModel>>,
    /// The seed of all randomness.
    pub seed: u64,
    /// Bootstrap samples for the interval of lean.
    pub resamples: usize,
    /// The axes of an earlier comparison, to place the outlets on instead of their own.
    pub project: Option<map::Frame>,
    /// Which words and phrases are compared; `None`: none.
    pub keywords: Option<keywords::Options>,
    /// How often each large outlet is split at random; 0: never.
    pub placebo: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            voice: Voices::Only(Voice::Own),
            by: By::default(),
            pairs: 30,
            reprints: Reprints::Drop,
            stories: StoriesOnly::All,
            boilerplate: Boilerplate::Remove,
            context: ContextModel::CrossFit,
            model: None,
            seed: 1,
            resamples: 1000,
            project: None,
            keywords: Some(keywords::Options::default()),
            placebo: 20,
        }
    }
}
