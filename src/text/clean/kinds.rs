//! Kinds of words that sites and articles use, looked up by hash, once per word. English.

use super::words::{self, Filter, Word};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// What a word is to the features of a line.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Function,
    Site,
    SmallPrint,
    Caption,
    You,
    Our,
    I,
    Said,
    Past,
    Calendar,
    Order,
    SitePair,
    AuthorPair,
}

/// The kinds of words, as bits by [`Kind`].
pub(super) struct Kinds {
    of: FxHashMap<u64, u16>,
    /// A bit for each hash that may be listed: most words and nearly all pairs aren't.
    filter: Filter<1024>,
}

const FUNCTION: &str = "the a an of and to in that is was for on with as by at from it he she they we i you his her their its \
    be been has have had were are this which not but who will would said than when what if or so no there then";
const ORDERS: &str = "add agree ask browse buy call change check choose click close comment complete contact continue create \
    debate discover donate download email enable enjoy enter explore fill find follow forward get give go have hear help \
    hide install join jump keep learn leave let like listen load log make manage meet never open order pin play please post \
    print rate read receive refresh register remember remind reply report republish save scroll search see select send \
    share shop show sign skip spread start stay subscribe submit suggest support swipe switch take talk tap telegraph tell \
    text toggle try tune turn tweet unlock update upgrade upload use view visit vote want watch write";
const SAID: &str = "said says told asked added replied wrote argued warned insisted explained according";
const PAST: &str =
    "was were had did went came took made saw knew found began became fell rose left gave held kept stood";
const CALENDAR: &str = "january february march april june july august september october november december jan feb mar apr \
    jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun \
    am pm gmt est edt utc et ist bst cest sgt hkt";

impl Kinds {
    pub(super) fn english() -> &'static Kinds {
        static KINDS: OnceLock<Kinds> = OnceLock::new();
        KINDS.get_or_init(|| {
            let lists = [
                (Kind::Function, FUNCTION),
                (Kind::Site, include_str!("en/site-words.txt")),
                (Kind::SmallPrint, include_str!("en/small-print.txt")),
                (Kind::Caption, include_str!("en/caption-words.txt")),
                (Kind::You, "you your yours yourself"),
                (Kind::Our, "our us ours weve"),
                (Kind::I, "i my me"),
                (Kind::Said, SAID),
                (Kind::Past, PAST),
                (Kind::Calendar, CALENDAR),
                (Kind::Order, ORDERS),
            ];
            let mut of: FxHashMap<u64, u16> = FxHashMap::default();
            for (kind, list) in lists {
                let words = list.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
                words.for_each(|word| *of.entry(words::hash(word)).or_default() |= 1 << kind as u16);
            }
            let pairs = [
                (Kind::SitePair, include_str!("en/site-pairs.txt")),
                (Kind::AuthorPair, include_str!("en/author-pairs.txt")),
            ];
            for (kind, list) in pairs {
                let pairs = list.lines().filter(|line| !line.starts_with('#')).flat_map(|line| line.split(','));
                for pair in pairs.map(words::hashes).filter(|pair| pair.len() == 2) {
                    *of.entry(words::combine(pair)).or_default() |= 1 << kind as u16;
                }
            }
            let mut filter = Filter::default();
            of.keys().for_each(|hash| filter.add(*hash));
            Kinds { of, filter }
        })
    }

    /// The kinds of a word or a pair, one bit per kind.
    pub(super) fn bits(&self, hash: u64) -> u16 {
        if self.filter.may_have(hash) { self.of.get(&hash).copied().unwrap_or_default() } else { 0 }
    }

    pub(super) fn has(&self, word: &Word, kind: Kind) -> bool {
        self.bits(word.hash) >> kind as u16 & 1 == 1
    }
}
