//! How much was removed, by outlet and by rule.

use super::{Prose, Rule};
use std::collections::BTreeMap;

/// Word counts of articles: kept, and removed by each rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removals {
    /// By outlet, sorted; `None` is for articles of unknown outlet.
    pub outlets: BTreeMap<Option<String>, Removed>,
}

/// The word counts of one outlet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Removed {
    /// Number of articles.
    pub articles: u64,
    /// Number of words of prose.
    pub kept: u64,
    /// Number of words removed, by rule; only rules that removed any.
    pub by_rule: BTreeMap<Rule, u64>,
}

impl Removed {
    /// Number of words removed by all rules.
    pub fn removed(&self) -> u64 {
        self.by_rule.values().sum()
    }
}

impl Removals {
    /// Adds one article. Words are separated by white space.
    pub fn add(&mut self, outlet: Option<&str>, text: &str, prose: &Prose) {
        let words = |range: &std::ops::Range<usize>| text[range.clone()].split_whitespace().count() as u64;
        let entry = self.outlets.entry(outlet.map(str::to_owned)).or_default();
        entry.articles += 1;
        entry.kept += prose.paragraphs.iter().map(words).sum::<u64>();
        for part in &prose.removed {
            *entry.by_rule.entry(part.rule).or_default() += words(&part.range);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Cleaner, Known};
    use super::*;

    #[test]
    fn words_are_counted_once() {
        let text =
            "The bridge was opened on Monday, after two years of work on its piers.\n\nView all comments\n\n* * *";
        let prose = Cleaner::default().clean(text, Known::default());
        let mut removals = Removals::default();
        removals.add(Some("x"), text, &prose);
        removals.add(Some("x"), text, &prose);
        let found = &removals.outlets[&Some("x".to_owned())];
        assert_eq!((found.articles, found.kept, found.removed()), (2, 28, 12));
        assert_eq!(found.by_rule[&Rule::Comments], 6);
    }
}
