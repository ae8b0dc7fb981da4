//! Stories: which articles are copies of which, which news agencies they credit, and which are about the same event.
//!
//! Takes a [`Fingerprint`] per article and returns [`Stories`]: what is a reprint of what, and which articles are about
//! the same event. Nothing here compares all pairs. Data that grows with the words of the articles is kept on disk
//! ([`crate::records`]); in memory are the articles of some weeks, and a few numbers of each of the others. An article
//! without a date is close to all others: if there is one, the heaviest terms of all articles are in memory once.
//!
//! | file | job |
//! |---|---|
//! | [`reprints`] | near-duplicates among many signatures |
//! | [`partial`] | articles that contain a good part of another |
//! | [`agency`] | agency credits in the text |
//! | `fingerprints` | the fingerprints of all articles, on disk |
//! | `foreign` | articles that don't read like English |
//! | `repeated` | hashes that two articles or more have |
//! | [`terms`] | words and pairs of words of an article, hashed |
//! | `vectors` | the TF-IDF vectors of these terms |
//! | `calendar` | the articles by date, in stretches |
//! | `candidates` | articles that share rare terms, close in time |
//! | `link` | how likely two articles are about the same event |
//! | `cluster` | average link over these links |
//! | [`read`] | reads a corpus for `aslant stories` |
//!
//! The result doesn't depend on the order of the articles if they have ids. Adding articles only changes a story if
//! they are close to it: they can join it, crowd its subject so that more likeness is required, or make its words a
//! little more common. A story keeps its name as long as its first article stays the same.

pub mod agency;
mod calendar;
mod candidates;
mod cluster;
mod fingerprints;
mod foreign;
mod link;
pub mod partial;
pub mod read;
mod repeated;
pub mod reprints;
pub mod terms;
mod vectors;

pub use crate::features::minhash::Signature;
pub use fingerprints::Fingerprints;
pub use foreign::Foreign;
pub use partial::Sketch;
pub use reprints::Reprint;
pub use terms::Terms;

use crate::error::Result;
use crate::features::minhash;
use crate::text::{Document, Holds, Memo, TokenKind, tokens};
use chrono::NaiveDate;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// The least average probability, over all pairs of articles of a story, that two of them are about the same event. On
/// SEESAW, on which the links were fitted, 0.2 and 0.25 give the same B-cubed F1 and 0.3 gives 0.007 less.
pub const THRESHOLD: f64 = 0.25;

/// What is kept of an article's text: some kilobytes.
#[derive(Debug, Clone, Default)]
pub struct Fingerprint {
    /// For full reprints; `None` for a text of fewer than 20 words.
    pub signature: Option<Signature>,
    /// For partial reprints.
    pub sketch: Sketch,
    /// For stories.
    pub terms: Terms,
    /// Whether hardly any of its words are English function words.
    pub is_foreign: bool,
}

/// The language of shorter texts isn't judged.
const JUDGED: usize = 50;
/// In English news at least a fifth of an article's words are function words from the list, and 36 to 40% in the median
/// article (FA-KES, SEESAW, PolNeAR); a Dutch text has 12%, a German one 8%.
const FEWEST_FUNCTION_WORDS: f64 = 0.15;

/// What fingerprints need of a word.
#[derive(Debug, Clone, Copy)]
pub struct HashedWord {
    word: u64,
    /// `None` for function words.
    term: Option<u64>,
}

impl Fingerprint {
    /// The fingerprint of a document's prose and title.
    pub fn of(document: &Document<'_>, title: Option<&str>) -> Fingerprint {
        Fingerprint::with(document, title, &mut Memo::<Option<HashedWord>>::default())
    }

    /// The same with the words of earlier documents of the same [`Reader`](crate::text::Reader), by form.
    pub fn with(document: &Document<'_>, title: Option<&str>, known: &mut Memo<impl Holds<HashedWord>>) -> Fingerprint {
        let mut normal = String::new();
        let mut hashed: Vec<HashedWord> = Vec::with_capacity(document.tokens.len());
        for (token, form) in document.tokens.iter().zip(&document.forms).filter(|(t, _)| t.kind == TokenKind::Word) {
            hashed.push(known.get(*form, || {
                tokens::normalize(token.of(document.text), &mut normal);
                HashedWord { word: minhash::hash_word(&normal), term: terms::hash_term(&normal) }
            }));
        }
        let words: Vec<u64> = hashed.iter().map(|w| w.word).collect();
        let function_words = hashed.iter().filter(|w| w.term.is_none()).count();
        Fingerprint {
            signature: Signature::of_words(&words),
            sketch: Sketch::of_shingles(minhash::shingles(&words)),
            terms: Terms::of(hashed.iter().map(|w| w.term), title),
            is_foreign: words.len() >= JUDGED && (function_words as f64) < FEWEST_FUNCTION_WORDS * words.len() as f64,
        }
    }
}

/// The outlet and date of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// A number for the outlet, if it is known.
    pub outlet: Option<u32>,
    /// The date.
    pub date: Option<NaiveDate>,
}

/// The result, by article.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stories {
    /// For the articles that are reprints, what they are reprints of.
    pub reprints: BTreeMap<usize, Reprint>,
    /// The first article of its story, by date and then by id, after which the story is named. `None` if it isn't part
    /// of one.
    pub stories: Vec<Option<u32>>,
}

/// Finds reprints and stories. Articles must be sorted by id; `numbers` has the number of each one's fingerprint.
///
/// Of two copies, the reprint is the one without an outlet, or without a date, or the later one. A full reprint belongs
/// to the story of its original.
///
/// # Errors
/// If fingerprints can't be read, or there is no room on disk.
pub fn find(mut prints: Fingerprints, numbers: Vec<u32>, published: Vec<Published>) -> Result<Stories> {
    let mut order: Vec<u32> = (0..published.len() as u32).collect();
    order.sort_unstable_by_key(|&i| {
        let Published { outlet, date } = published[i as usize];
        (outlet.is_none(), date.is_none(), date, i)
    });
    // Each is dropped as soon as it has been used.
    let mut reprints = reprints::find(&std::mem::take(&mut prints.signatures), &numbers, &order)?;
    partial::find(&std::mem::take(&mut prints.sketches), &numbers, &published, &order, &mut reprints)?;
    drop(order);
    let days: Vec<i32> = published.iter().map(|published| calendar::day(published.date)).collect();
    drop(published);
    let calendar = calendar::Calendar::new(days.len(), |article| days[article]);
    let by_rank: Vec<u32> = calendar.articles.iter().map(|&article| numbers[article as usize]).collect();
    drop(numbers);
    let vectors = vectors::Vectors::new(&prints, &by_rank)?;
    drop((prints, by_rank));
    let mut links = link::links(&vectors, &calendar, link::ROOM)?;
    drop((vectors, calendar));
    // A copy may be published long after its original, when nothing else is about the event. So copies aren't used to
    // find stories, but join the story of their original.
    let originals = originals(&reprints);
    links.retain(|(a, b, _)| [a, b].iter().all(|&&article| !originals.contains_key(&article)));
    links.sort_unstable_by_key(|&(a, b, _)| (a, b));
    let mut clusters = cluster::average_link(links, THRESHOLD, |article| days[article as usize] != calendar::NO_DAY);
    join_copies(&mut clusters, &originals);
    let mut stories = vec![None; days.len()];
    for cluster in clusters {
        let day = |article: u32| days[article as usize];
        let first = cluster.iter().copied().min_by_key(|&i| (day(i) == calendar::NO_DAY, day(i), i));
        for article in cluster {
            stories[article as usize] = first;
        }
    }
    Ok(Stories { reprints, stories })
}

/// For each article that is mostly a copy, its origin: the article at the end of the chain of copies, which isn't a
/// copy itself.
fn originals(reprints: &BTreeMap<usize, Reprint>) -> BTreeMap<u32, u32> {
    let of = |article: usize| reprints.get(&article).filter(|reprint| reprint.is_mostly_copied()).map(|r| r.of);
    let origin = |article: usize| {
        let mut origin = of(article)?;
        // Follows at most as many links as there are reprints: two articles said to be copies of each other would never
        // end.
        for _ in 0..reprints.len() {
            match of(origin) {
                Some(earlier) if earlier != article => origin = earlier,
                _ => break,
            }
        }
        Some((article as u32, origin as u32))
    };
    reprints.keys().filter_map(|&article| origin(article)).collect()
}

/// Puts copies into the clusters of their originals; an original without a cluster gets one.
fn join_copies(clusters: &mut Vec<Vec<u32>>, originals: &BTreeMap<u32, u32>) {
    let mut place: FxHashMap<u32, usize> = FxHashMap::default();
    for (at, cluster) in clusters.iter().enumerate() {
        place.extend(cluster.iter().map(|&article| (article, at)));
    }
    for (&copy, &original) in originals {
        let at = *place.entry(original).or_insert_with(|| {
            clusters.push(vec![original]);
            clusters.len() - 1
        });
        clusters[at].push(copy);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::clean::keep_all;

    #[test]
    fn copies_join_what_they_copy_and_change_no_story() {
        let reprint = |of, copied| Reprint { of, similarity: 1.0, copied };
        // 5 is a copy of 4, which is a copy of 0; 6 of 3, which is in no cluster; 7 copied a little.
        let reprints = [(4, reprint(0, 0.9)), (5, reprint(4, 0.9)), (6, reprint(3, 1.0)), (7, reprint(0, 0.2))].into();
        let originals = originals(&reprints);
        assert_eq!(originals, [(4, 0), (5, 0), (6, 3)].into());
        let mut clusters = vec![vec![0, 1], vec![2, 7]];
        join_copies(&mut clusters, &originals);
        assert_eq!(clusters, [vec![0, 1, 4, 5], vec![2, 7], vec![3, 6]]);
    }

    #[test]
    fn texts_in_other_languages_are_told_where_they_are_long_enough() {
        let english = "The minister said on Monday that the bridge over the river would be closed until the end of the year, \
                       because its pillars had been damaged by the flood and it was not known who would pay for them.";
        let german = "Der Minister sagte am Montag, die Brücke über den Fluss bleibe bis zum Ende des Jahres geschlossen, weil \
                      ihre Pfeiler von der Flut beschädigt worden seien und niemand wisse, wer für die Kosten aufkomme.";
        let is_foreign = |text: &str| Fingerprint::of(&Document::new(text, keep_all(text)), None).is_foreign;
        assert!(is_foreign(&[german; 2].join(" ")) && !is_foreign(&[english; 2].join(" ")));
        assert!(!is_foreign(german), "too short to be judged");
    }
}
