//! Tallies: articles as counts, for those who may not share or keep the texts, and for archives that are counted in
//! parts.
//!
//! | file | job |
//! |---|---|
//! | `write` | a corpus → the folder of a tally |
//! | `columns` | the counts of articles as columns, and back |
//! | `counts` | the folder of a tally with [`Detail::Counts`] → `Collected` |
//! | [`ordered`] | the same with [`Detail::Ordered`]: record batches of articles that can be counted anywhere |
//! | [`survey`] | what is learnt from all parts before any is counted |
//! | `open` | folders → [`Tallies`], which can be compared like a corpus |
//!
//! A comparison of a tally with [`Detail::Counts`] has the same tables as a comparison of its texts, to the last bit,
//! except for `evidence.csv`. What depends on all articles (repeated lines, copies, stories, phrases) is determined
//! when the tally is made. Parts with [`Detail::Ordered`] have the words in order, so all of this is determined when
//! they are compared. Together they are equivalent to the corpus, if they were cleaned with the repeated lines of the
//! whole ([`LineSurvey`](crate::text::clean::LineSurvey)).

mod columns;
mod counts;
mod open;
pub mod ordered;
pub mod survey;
mod write;

use super::{Boilerplate, Options, Voices, keywords};
use crate::cues::Lexicon;
use crate::error::Result;
use crate::model::recipe::{Block, Boilerplate as Lines, Recipe};
use crate::tally::format::{Detail, FORMAT_VERSION, FeatureBlock, HashedFile, Header, LexiconFile, Particular};
use crate::text::Voice;
pub use open::Tallies;
pub use write::{of_parts, tally};

/// What is counted, and how.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The voices whose words make keywords; the cues of all voices are counted.
    pub voice: Voices,
    /// What to do with boilerplate. It is kept in what models learn from.
    pub boilerplate: Boilerplate,
    /// How much of the texts to keep.
    pub detail: Detail,
    /// Other columns to keep. The corpus must be opened with them.
    pub columns: Vec<String>,
    /// Which metadata of the articles is left out.
    pub omit: Vec<Particular>,
    /// What models may learn from; nothing by default.
    pub features: Vec<Block>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            voice: Voices::Only(Voice::Own),
            boilerplate: Boilerplate::Remove,
            detail: Detail::Counts,
            columns: Vec::new(),
            omit: Vec::new(),
            features: Vec::new(),
        }
    }
}

impl Settings {
    /// The name of the first option given that affects how articles are counted, if any; for parts, which must be
    /// combined as they were counted. `label` is the column kept for models, `cues` whether there are lexicons.
    pub fn given(&self, label: Option<&str>, cues: bool) -> Option<&'static str> {
        let default = Settings::default();
        let options = [
            ("cues", cues),
            ("columns", self.columns.iter().any(|column| Some(column.as_str()) != label)),
            ("label", label.is_some()),
            ("keep_boilerplate", self.boilerplate != default.boilerplate),
            ("omit", !self.omit.is_empty()),
            ("voice", self.voice != default.voice),
            ("detail", self.detail != default.detail),
        ];
        options.into_iter().find(|(_, is_given)| *is_given).map(|(name, _)| name)
    }

    /// The options of a comparison that counts with these settings.
    fn options(&self) -> Options {
        Options {
            voice: self.voice,
            boilerplate: self.boilerplate,
            keywords: Some(keywords::Options::default()),
            ..Options::default()
        }
    }

    /// How articles are cut for models; `None` if no model is to learn from them.
    fn recipe(&self) -> Option<Recipe> {
        (!self.features.is_empty()).then(|| Recipe {
            boilerplate: Lines::Keep,
            masked: Vec::new(),
            blocks: self.features.clone(),
        })
    }

    fn header(&self, lexicons: &[LexiconFile]) -> Header {
        let block = |b: &Block| FeatureBlock { kind: b.kind.name().to_owned(), ngrams: b.ngrams };
        Header {
            format_version: FORMAT_VERSION,
            aslant: env!("CARGO_PKG_VERSION").to_owned(),
            detail: self.detail,
            articles: 0,
            voice: self.voice.name().to_owned(),
            boilerplate: self.boilerplate.name().to_owned(),
            columns: self.columns.clone(),
            omitted: self.omit.clone(),
            lexicons: lexicons.to_vec(),
            features: self.features.iter().map(block).collect(),
            bad_rows: 0,
            warnings: Vec::new(),
            inputs: Vec::<HashedFile>::new(),
            files: Vec::new(),
        }
    }
}

/// The lexicon of these files; empty if there are none.
fn lexicon(files: &[LexiconFile]) -> Result<Lexicon> {
    Lexicon::parse_all(files.iter().map(|file| (file.name.as_str(), file.text.as_str())))
}
