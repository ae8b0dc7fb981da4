//! How to compare: what is counted, and what is computed of it.

use super::{By, StanceModel, keywords, map};
use crate::text::Voice;
use std::sync::Arc;

/// Which voices' uses are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Voices {
    /// Every voice.
    All,
    /// One of them.
    Only(Voice),
}

impl Voices {
    /// The rows of the tables, in their order.
    pub const ROWS: [Voices; 5] = [
        Voices::All,
        Voices::Only(Voice::Own),
        Voices::Only(Voice::Quoted),
        Voices::Only(Voice::Reported),
        Voices::Only(Voice::Scare),
    ];

    /// Its name in the tables and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Voices::All => "all",
            Voices::Only(voice) => voice.name(),
        }
    }

    /// The voices with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Voices::ROWS.into_iter().find(|voices| voices.name() == name)
    }

    /// The sum of numbers by voice, given in the order of [`Voice::ALL`].
    pub fn sum(self, by_voice: &[u32; 4]) -> u32 {
        match self {
            Voices::All => by_voice.iter().sum(),
            Voices::Only(voice) => by_voice[voice as usize],
        }
    }
}

/// What becomes of an article that is a near copy of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reprints {
    /// It is counted like any other.
    Keep,
    /// It stands in `articles.csv` and in no statistic.
    Drop,
}

/// What becomes of menus, captions and other lines that are not the article's prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boilerplate {
    /// Counted like the rest.
    Keep,
    /// Taken out, and counted as such.
    Remove,
}

impl Boilerplate {
    /// Its name in `run.json` and in tallies.
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
    /// Those of stories that two outlets or more tell.
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
    /// The voice of lean, scales and `matrix.csv`; `contrasts.csv` has them all.
    pub voice: Voices,
    /// What takes the place of outlets, and what parts them further. The corpus must be opened with
    /// [`By::columns`].
    pub by: By,
    /// So many outlets stand in pairs: those with the most articles.
    pub pairs: usize,
    /// What becomes of reprints.
    pub reprints: Reprints,
    /// Whether only stories that several outlets tell are compared.
    pub stories: StoriesOnly,
    /// What becomes of boilerplate.
    pub boilerplate: Boilerplate,
    /// Expected shares.
    pub context: ContextModel,
    /// Scores every article.
    pub model: Option<Arc<StanceModel>>,
    /// All chance comes from it.
    pub seed: u64,
    /// Bootstrap samples for the interval of lean.
    pub resamples: usize,
    /// The axes of an earlier comparison, on which the outlets are placed instead of on their own.
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
