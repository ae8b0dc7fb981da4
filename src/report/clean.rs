//! What cleaning took out, for people.

use super::counted;
use super::terminal::printable;
use crate::text::clean::{Prose, Rule, removals::Removals};
use crate::text::snippet;

/// So many characters of a part are shown.
const SHOWN: usize = 100;

/// What was taken out of one article: a line a part, with its rule, its words and its beginning; with a line feed at
/// its end.
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

/// By outlet, how many words were taken out and by which rules, the one with the most words first; with a line feed at
/// its end.
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
