//! Features by name and number: the source uses names, look-ups and sums use numbers.
//!
//! A name that isn't in [`NAMES`] doesn't compile. At most 128 fit into a [`Set`].

/// The features of a line, in alphabetical order.
pub(super) const NAMES: [&str; 124] = [
    "1 pair of notes on authors, edge",
    "1 pair of sites",
    "1 site word, edge",
    "1 site word, middle",
    "1 word of captions",
    "1 word of the small print",
    "2 pairs of notes on authors, edge",
    "2 pairs of sites",
    "2 short lines amid the prose",
    "2 site words, edge",
    "2 site words, middle",
    "2 words of captions",
    "2 words of the small print",
    "2-3 lines before the prose",
    "2-3 lines behind the prose",
    "3 pairs of sites",
    "3 site words, edge",
    "3 site words, middle",
    "3 words of the small print",
    "3-4 short lines amid the prose",
    "4 lines before the prose or more",
    "4 lines behind the prose or more",
    "4 of both kinds",
    "5 short lines amid the prose",
    "I",
    "a colon near the beginning",
    "a copyright sign",
    "a date or a time alone",
    "a deck below the title",
    "a month or a day",
    "a number",
    "a pair of notes on authors, middle",
    "a person's name",
    "a sign of lists",
    "a speaker and a colon",
    "a stroke",
    "a stroke in a short line",
    "a third are numbers",
    "a third are site words",
    "a word of the outlet's name",
    "alone amid the prose",
    "among short lines",
    "among what went",
    "an address",
    "an eighth are pairs of sites",
    "an order first, edge, closed",
    "an order first, edge, open",
    "an order first, middle, closed",
    "an order first, middle, open",
    "an order within",
    "before a short line",
    "before prose",
    "begins as lists do",
    "begins in lower case",
    "begins with a bracket",
    "begins with a quotation mark",
    "behind a colon",
    "behind a short line",
    "behind prose",
    "bias",
    "capitals",
    "closed, 1-3 words",
    "closed, 15-24 words",
    "closed, 25-39 words",
    "closed, 4-7 words",
    "closed, 40 words or more",
    "closed, 8-14 words",
    "commas in a short line",
    "each word with a capital",
    "ends with a colon",
    "ends with a question mark",
    "ends with an exclamation mark",
    "ends with dots",
    "few function words",
    "few words with a capital",
    "first of all",
    "head, closed",
    "head, open",
    "holds the title",
    "just before the prose",
    "just behind the prose",
    "last of all",
    "late, behind 3 lines that went",
    "late, behind 3 short lines",
    "long, 1 pair of sites",
    "long, 2 pairs of sites",
    "long, 3 pairs of sites",
    "long, of both kinds 10 in 100",
    "long, of both kinds 15 in 100",
    "long, of both kinds 20 in 100",
    "long, of both kinds 5 in 100",
    "long, of both kinds less than 5 in 100",
    "many function words",
    "middle, closed",
    "middle, open",
    "money",
    "most words with a capital",
    "names the author",
    "names the outlet",
    "no past tense, closed",
    "no past tense, closed, some of both kinds",
    "none of both kinds in 8 words",
    "nowhere, closed",
    "nowhere, open",
    "one of the last 4 lines",
    "open, 1 word",
    "open, 15-24 words",
    "open, 2-3 words",
    "open, 25 words or more",
    "open, 4-7 words",
    "open, 8-14 words",
    "our",
    "our, and a word of sites",
    "past tense, closed",
    "quotation marks",
    "somebody said",
    "stands twice",
    "tail, closed",
    "tail, open",
    "words run together",
    "you",
    "you twice, and a word of sites",
    "you, and a word of sites",
    "you, open",
];

/// One of [`NAMES`], by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Feature(u8);

/// The feature with this name.
macro_rules! says {
    ($name:literal) => {
        const { $crate::text::clean::feature::Feature::named($name) }
    };
}
pub(super) use says;

impl Feature {
    /// The feature with this name, which must exist: for constants.
    pub const fn named(name: &str) -> Feature {
        let mut number = 0;
        while number < NAMES.len() {
            if NAMES[number].len() == name.len() && stands_at(NAMES[number], 0, name) {
                return Feature(number as u8);
            }
            number += 1;
        }
        panic!("no feature has this name")
    }

    /// Its index in [`NAMES`].
    pub fn number(self) -> usize {
        usize::from(self.0)
    }

    /// Its name.
    #[cfg(test)]
    pub fn name(self) -> &'static str {
        NAMES[self.number()]
    }
}

/// Whether `part` is at this byte of a text.
const fn stands_at(text: &str, at: usize, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let mut i = 0;
    while i < part.len() {
        if at + i >= text.len() || text[at + i] != part[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// A set of features.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Set(u128);

impl Set {
    /// The features with these names.
    pub const fn of(names: &[&str]) -> Set {
        let (mut set, mut i) = (0, 0);
        while i < names.len() {
            set |= 1 << Feature::named(names[i]).0;
            i += 1;
        }
        Set(set)
    }

    /// Those whose name contains one of these parts.
    pub const fn that_hold(parts: &[&str]) -> Set {
        Set::by_part(parts, usize::MAX)
    }

    /// Those whose name begins with one of these parts.
    pub const fn that_begin(parts: &[&str]) -> Set {
        Set::by_part(parts, 0)
    }

    /// Those whose name has one of the parts at position `last` or before.
    const fn by_part(parts: &[&str], last: usize) -> Set {
        let (mut set, mut number) = (0, 0);
        while number < NAMES.len() {
            let mut i = 0;
            while i < parts.len() {
                let mut at = 0;
                while at <= last && at + parts[i].len() <= NAMES[number].len() {
                    if stands_at(NAMES[number], at, parts[i]) {
                        set |= 1 << number;
                    }
                    at += 1;
                }
                i += 1;
            }
            number += 1;
        }
        Set(set)
    }

    /// These without those.
    pub const fn without(self, those: Set) -> Set {
        Set(self.0 & !those.0)
    }
}

/// The features of one line, in the order in which they were found.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    list: Vec<Feature>,
    set: Set,
}

impl Found {
    pub fn clear(&mut self) {
        self.list.clear();
        self.set = Set::default();
    }

    pub fn push(&mut self, feature: Feature) {
        self.list.push(feature);
        self.set.0 |= 1 << feature.0;
    }

    pub fn has(&self, feature: Feature) -> bool {
        self.set.0 >> feature.0 & 1 == 1
    }

    /// Whether one of these is among them.
    pub fn meets(&self, these: Set) -> bool {
        self.set.0 & these.0 != 0
    }

    pub fn iter(&self) -> impl Iterator<Item = Feature> {
        self.list.iter().copied()
    }
}

impl Extend<Feature> for Found {
    fn extend<I: IntoIterator<Item = Feature>>(&mut self, features: I) {
        features.into_iter().for_each(|feature| self.push(feature));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_made_of_names() {
        let names = |set: Set| -> Vec<&str> {
            (0..NAMES.len()).filter(|number| set.0 >> number & 1 == 1).map(|number| NAMES[number]).collect()
        };
        const NONE: Set = Set::that_hold(&["none", "money"]).without(Set::of(&["money"]));
        assert_eq!(names(NONE), ["none of both kinds in 8 words"]);
        assert_eq!(
            names(Set::that_begin(&["you,", "capitals"])),
            ["capitals", "you, and a word of sites", "you, open"]
        );
        assert!(NAMES.is_sorted());
        let mut found = Found::default();
        found.extend([says!("money"), says!("bias")]);
        assert!(found.has(says!("bias")) && !found.has(says!("capitals")) && !found.meets(NONE));
        assert_eq!(found.iter().map(Feature::name).collect::<Vec<_>>(), ["money", "bias"]);
    }
}
