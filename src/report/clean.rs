//! What cleaning removed, for people.

use super::counted;
use super::terminal::printable;
use crate::text::clean::{Prose, Rule, removals::Removals};
use crate::text::snippet;

/// The number of characters shown of a removed part.
const SHOWN: usize = 100;

/// What was removed from one article: one line per part, with its rule, its words and its beginning. Ends with a line
/// feed.
pub fn article(id: &str, text: &str, prose: &Prose) -> String {
    let mut out = format!("{}\n", printable(id));
    for part in &prose.removed {
        let whole = snippet::fold_space(&text[part.range.clone()]);
        let words = whole.split(' ').count();
        let mut shown: String = whole.chars().take(SHOWN).collect();
        if shown.len() < whole.len() {
            shown.push('…');
        }
        out.push_str(&format!("  {:<12} {words:>4}  {}\n", part.rule.name(), printable(&shown)));
    }
    if prose.removed.is_empty() {
        out.push_str("  nothing was taken out\n");
    }
    out
}

/// For each outlet, how many words were removed and by which rules, with the most words first. Ends with a line feed.
pub fn summary(removals: &Removals) -> String {
    let mut out = String::new();
    for (outlet, found) in &removals.outlets {
        let (removed, all) = (found.removed(), found.removed() + found.kept);
        let name = printable(outlet.as_deref().unwrap_or("(unknown)"));
        let articles = counted(found.articles, "article", "articles");
        let words = counted(all, "word", "words");
        out.push_str(&format!("{name}: {articles}, {removed} of {words} taken out\n"));
        let mut rules: Vec<(Rule, u64)> = found.by_rule.iter().map(|(rule, n)| (*rule, *n)).collect();
        rules.sort_by_key(|(rule, n)| (std::cmp::Reverse(*n), *rule));
        for (rule, words) in rules {
            out.push_str(&format!("  {:<12} {words:>6}  {}\n", rule.name(), rule.describe()));
        }
    }
    out
}
