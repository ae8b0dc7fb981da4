//! The rules: why a part of a text isn't prose of the article.

/// Why a part of a text isn't prose of the article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// A line that occurs in many articles of the same outlet.
    Repeated,
    /// Menus, buttons, players, advertisement marks.
    Menu,
    /// Newsletters, subscriptions, apps, appeals for money.
    Subscribe,
    /// Share and follow lines, widgets of social networks.
    Share,
    /// Photo captions and photo credits.
    Caption,
    /// The alternative text of an image.
    AltText,
    /// Comment forms and their house rules.
    Comments,
    /// "The views expressed are those of the author".
    Disclaimer,
    /// Links to other articles: the heading and the headlines below it.
    Related,
    /// Who wrote it, and the note about the author at the end.
    Byline,
    /// Who else reported, wrote, edited.
    Contributors,
    /// How to contact reporters, editors or the letters page.
    Contact,
    /// Corrections and notes on updates.
    Correction,
    /// Copyright and reprint lines.
    Copyright,
    /// "A version of this article appeared in print".
    PrintNote,
    /// The agency or the site that the article was taken from.
    Source,
    /// Dates and times of publication, short links.
    Stamp,
    /// The name of the outlet or of one of its sections, alone on a line at the beginning.
    Section,
    /// Tags and keywords.
    Tags,
    /// A line that repeats sentences of the same article.
    PullQuote,
    /// A repetition of the title.
    Title,
    /// Lines without words: rows of stars or dashes.
    Ornament,
    /// What isn't prose and follows a mark of the article's end.
    AfterEnd,
    /// A line that no other rule recognises and that is unlike prose in its length, its end, its place and its words.
    Unlike,
}

impl Rule {
    /// All rules, in the order of the tables.
    pub const ALL: [Rule; 24] = [
        Rule::Repeated,
        Rule::Menu,
        Rule::Subscribe,
        Rule::Share,
        Rule::Caption,
        Rule::AltText,
        Rule::Comments,
        Rule::Disclaimer,
        Rule::Related,
        Rule::Byline,
        Rule::Contributors,
        Rule::Contact,
        Rule::Correction,
        Rule::Copyright,
        Rule::PrintNote,
        Rule::Source,
        Rule::Stamp,
        Rule::Section,
        Rule::Tags,
        Rule::PullQuote,
        Rule::Title,
        Rule::Ornament,
        Rule::AfterEnd,
        Rule::Unlike,
    ];

    /// All rules, in the order of the tables.
    pub fn all() -> impl Iterator<Item = Rule> {
        Rule::ALL.into_iter()
    }

    /// Its name in the tables and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Repeated => "repeated",
            Rule::Menu => "menu",
            Rule::Subscribe => "subscribe",
            Rule::Share => "share",
            Rule::Caption => "caption",
            Rule::AltText => "alt-text",
            Rule::Comments => "comments",
            Rule::Disclaimer => "disclaimer",
            Rule::Related => "related",
            Rule::Byline => "byline",
            Rule::Contributors => "contributors",
            Rule::Contact => "contact",
            Rule::Correction => "correction",
            Rule::Copyright => "copyright",
            Rule::PrintNote => "print-note",
            Rule::Source => "source",
            Rule::Stamp => "stamp",
            Rule::Section => "section",
            Rule::Tags => "tags",
            Rule::PullQuote => "pull-quote",
            Rule::Title => "title",
            Rule::Ornament => "ornament",
            Rule::AfterEnd => "after-end",
            Rule::Unlike => "unlike",
        }
    }

    /// What it removes, in one sentence for people.
    pub fn describe(self) -> &'static str {
        match self {
            Rule::Repeated => "a line that appears in many articles of the same outlet",
            Rule::Menu => "a menu, a button, a player or an advertisement mark",
            Rule::Subscribe => "a newsletter, a subscription, an app or an appeal for money",
            Rule::Share => "a share or follow line, or a widget of a social network",
            Rule::Caption => "a photo caption or a photo credit",
            Rule::AltText => "words in place of an image",
            Rule::Comments => "a comment form or its house rules",
            Rule::Disclaimer => "a note that the views are the author's",
            Rule::Related => "a link to another article, or the heading over such links",
            Rule::Byline => "who wrote it, or a note on the author",
            Rule::Contributors => "who else reported, wrote or edited",
            Rule::Contact => "how to reach reporters, editors or the letters page",
            Rule::Correction => "a correction or a note on an update",
            Rule::Copyright => "a copyright or reprint line",
            Rule::PrintNote => "where the article appeared in print",
            Rule::Source => "the agency or the site that the article was taken from",
            Rule::Stamp => "a date or time of publication, or a short link",
            Rule::Section => "the name of the outlet or of a section at the head",
            Rule::Tags => "tags or keywords",
            Rule::PullQuote => "a line that repeats sentences of the same article",
            Rule::Title => "the title, repeated",
            Rule::Ornament => "a line without words",
            Rule::AfterEnd => "not prose, below a mark of the article's end",
            Rule::Unlike => "a line unlike prose: by its length, end, place and words",
        }
    }

    /// The rule with this name, if there is one.
    ///
    /// ```
    /// use aslant::text::clean::Rule;
    /// assert_eq!(Rule::from_name("pull-quote"), Some(Rule::PullQuote));
    /// assert_eq!(Rule::from_name("prose"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Rule> {
        Rule::all().find(|rule| rule.name() == name)
    }

    /// Whether such a line after the last prose means that the article is over: lines below it that don't end like a
    /// sentence aren't prose.
    pub(super) fn ends_article(self) -> bool {
        self.surely_ends_article() || matches!(self, Rule::Related | Rule::Subscribe | Rule::Tags | Rule::Contact)
    }

    /// Whether only a long paragraph can be prose after such a line.
    pub(super) fn surely_ends_article(self) -> bool {
        matches!(self, Rule::Comments | Rule::Copyright | Rule::Disclaimer | Rule::PrintNote)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_descriptions_are_distinct() {
        let mut names: Vec<_> = Rule::all().map(Rule::name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Rule::ALL.len());
        let mut texts: Vec<_> = Rule::all().map(Rule::describe).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), Rule::ALL.len());
        assert!(Rule::all().all(|rule| Rule::from_name(rule.name()) == Some(rule)));
    }
}
