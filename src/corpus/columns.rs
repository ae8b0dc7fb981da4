//! Which column is what: the names that were requested, or else common names that are guessed.
//!
//! Takes the names of an input's columns, hands on a [`Layout`]. Reading the values is not done here.

use std::borrow::Cow;

use super::options::ColumnNames;
use crate::text::composed::composed;

/// What a column can be to an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Text,
    Outlet,
    Id,
    Date,
    Title,
    Url,
    Author,
    Language,
}

impl Role {
    /// All of them; `role as usize` is the index.
    pub(crate) const ALL: [Role; 8] =
        [Role::Text, Role::Outlet, Role::Id, Role::Date, Role::Title, Role::Url, Role::Author, Role::Language];

    /// The argument that names the column.
    pub(crate) fn flag(self) -> &'static str {
        match self {
            Role::Text => "--text",
            Role::Outlet => "--outlet",
            Role::Id => "--id",
            Role::Date => "--date",
            Role::Title => "--title",
            Role::Url => "--url",
            Role::Author => "--author",
            Role::Language => "--language",
        }
    }

    /// The names that are guessed, the likeliest first; compared in the form of [`plain`].
    pub(crate) fn guesses(self) -> &'static [&'static str] {
        match self {
            Role::Text => &[
                "text",
                "full_text",
                "fulltext",
                "article_text",
                "article_content",
                "content",
                "contents",
                "body",
                "article_body",
                "body_text",
                "maintext",
                "main_text",
                "article",
                "story_text",
                "volltext",
                "artikeltext",
                "texte",
                "texto",
                "testo",
            ],
            Role::Outlet => &[
                "outlet",
                "outlet_name",
                "publisher",
                "publication",
                "newspaper",
                "news_outlet",
                "news_source",
                "source_name",
                "source",
                "media",
                "media_name",
                "medium",
                "site",
                "site_name",
                "sitename",
                "zeitung",
                "quelle",
                "journal",
            ],
            Role::Id => &["id", "article_id", "doc_id", "document_id", "docid"],
            Role::Date => &[
                "date",
                "publication_date",
                "pub_date",
                "pubdate",
                "published",
                "date_published",
                "published_date",
                "publish_date",
                "date_publish",
                "published_at",
                "publishedat",
                "article_date",
                "datum",
                "fecha",
                "data_pubblicazione",
            ],
            Role::Title => &["title", "headline", "article_title", "heading", "titel", "titre", "titolo"],
            Role::Url => &["url", "link", "article_url", "article_link", "web_url", "href"],
            Role::Author => &["author", "authors", "byline", "article_author"],
            Role::Language => &["language", "lang"],
        }
    }

    /// The requested name.
    pub(crate) fn asked(self, names: &ColumnNames) -> Option<&str> {
        match self {
            Role::Text => names.text.as_deref(),
            Role::Outlet => names.outlet.as_deref(),
            Role::Id => names.id.as_deref(),
            Role::Date => names.date.as_deref(),
            Role::Title => names.title.as_deref(),
            Role::Url => names.url.as_deref(),
            Role::Author => names.author.as_deref(),
            Role::Language => names.language.as_deref(),
        }
    }
}

/// Which of an input's columns are wanted, and what for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The wanted columns, each once, as the input spells them.
    pub(crate) names: Vec<String>,
    /// For each role, the index into `names`.
    roles: [Option<usize>; 8],
    /// For each extra column, the index into `names`.
    extra: Vec<usize>,
    /// The columns that are not wanted.
    unread: Vec<String>,
}

/// A requested column that doesn't exist.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// No name was given for the text, and none of the columns has a common one.
    Text,
    /// This name was given with this argument (none for an extra column).
    Named(Option<Role>, String),
}

/// The values of one record, one for each of [`Layout::names`].
pub(crate) type Values<'a> = Vec<Option<Cow<'a, str>>>;

impl Layout {
    /// Finds the wanted columns among the available ones. `text` says whether there must be a text column.
    pub(crate) fn resolve(
        available: &[impl AsRef<str>],
        wanted: &ColumnNames,
        text: TextColumn,
    ) -> Result<Self, Missing> {
        let mut layout = Layout::default();
        for role in Role::ALL {
            if role == Role::Text && text == TextColumn::None {
                continue;
            }
            let found = match role.asked(wanted) {
                Some("") => None,
                Some(name) => {
                    Some(position(available, name).ok_or_else(|| Missing::Named(Some(role), name.to_owned()))?)
                }
                None => guess(available, role),
            };
            layout.roles[role as usize] = found.map(|i| layout.keep(available[i].as_ref()));
            if role == Role::Text && found.is_none() {
                return Err(Missing::Text);
            }
        }
        for name in &wanted.extra {
            let i = position(available, name).ok_or_else(|| Missing::Named(None, name.clone()))?;
            let kept = layout.keep(available[i].as_ref());
            layout.extra.push(kept);
        }
        let unread = available.iter().map(AsRef::as_ref).filter(|name| !layout.names.iter().any(|kept| kept == name));
        layout.unread = unread.map(str::to_owned).collect();
        Ok(layout)
    }

    /// Finds the wanted columns among a front matter's keys, where anything may be absent.
    pub(crate) fn lenient(available: &[&str], wanted: &ColumnNames) -> Self {
        let mut layout = Layout::default();
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Text) {
            let found = match role.asked(wanted) {
                Some("") => None,
                Some(name) => position(available, name),
                None => guess(available, role),
            };
            layout.roles[role as usize] = found.map(|i| layout.keep(available[i]));
        }
        for name in &wanted.extra {
            let name = position(available, name).map_or(name.as_str(), |i| available[i]);
            let kept = layout.keep(name);
            layout.extra.push(kept);
        }
        layout
    }

    /// A layout with the columns of this one, and those of another that this one lacks; and for each of its names the
    /// index in the first and in the second.
    pub(crate) fn merged(&self, other: &Layout) -> (Layout, Vec<Origins>) {
        let mut layout = Layout::default();
        let mut sources = Vec::new();
        let mut take = |first: Option<usize>, second: Option<usize>| {
            let name = first.map(|i| &self.names[i]).or(second.map(|i| &other.names[i]))?;
            layout.names.push(name.clone());
            sources.push((first, second));
            Some(sources.len() - 1)
        };
        let mut roles = [None; 8];
        for (i, role) in roles.iter_mut().enumerate() {
            *role = take(self.roles[i], other.roles[i]);
        }
        let extra = (0..self.extra.len().max(other.extra.len()))
            .filter_map(|i| take(self.extra.get(i).copied(), other.extra.get(i).copied()))
            .collect();
        layout.roles = roles;
        layout.extra = extra;
        (layout, sources)
    }

    fn keep(&mut self, name: &str) -> usize {
        self.names.iter().position(|kept| kept == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        })
    }

    /// The name of the column that has this role.
    pub(crate) fn name(&self, role: Role) -> Option<&str> {
        self.roles[role as usize].map(|i| self.names[i].as_str())
    }

    /// All columns, the wanted ones first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.names.iter().chain(&self.unread).map(String::as_str)
    }

    /// Whether there is a column of this name that is not wanted, ignoring case.
    pub(crate) fn leaves(&self, name: &str) -> bool {
        position(&self.unread, name).is_some()
    }

    /// The index of the column that has this role.
    pub(crate) fn index(&self, role: Role) -> Option<usize> {
        self.roles[role as usize]
    }

    /// The value of the column that has this role.
    pub(crate) fn value<'v>(&self, role: Role, values: &'v Values<'_>) -> Option<&'v str> {
        self.roles[role as usize].and_then(|i| values[i].as_deref())
    }

    /// The names of the extra columns.
    pub(crate) fn extra_names(&self) -> impl Iterator<Item = &str> {
        self.extra.iter().map(|&i| self.names[i].as_str())
    }

    /// The values of the extra columns, empty where absent. They name groups, labels, targets and stories, so letters
    /// and combining marks are composed: values that look the same are the same.
    pub(crate) fn extra(&self, values: &Values<'_>) -> Vec<String> {
        self.extra.iter().map(|&i| composed(values[i].as_deref().unwrap_or_default()).into_owned()).collect()
    }
}

/// Where a column of a merged layout comes from: its index in the first and in the second.
pub(crate) type Origins = (Option<usize>, Option<usize>);

/// Whether an input's columns include the text, or only what is known about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextColumn {
    Needed,
    None,
}

/// The index of a name: an exact match, or else one ignoring case.
pub(crate) fn position(available: &[impl AsRef<str>], name: &str) -> Option<usize> {
    available
        .iter()
        .position(|have| have.as_ref() == name)
        .or_else(|| available.iter().position(|have| have.as_ref().trim().eq_ignore_ascii_case(name.trim())))
}

/// The index of the likeliest column for a role.
pub(crate) fn guess(available: &[impl AsRef<str>], role: Role) -> Option<usize> {
    let available: Vec<String> = available.iter().map(|name| plain(name.as_ref())).collect();
    role.guesses().iter().find_map(|guess| available.iter().position(|name| name == guess))
}

/// A name normalised for case, spaces and punctuation: `Publication Date` becomes `publication_date`.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-', '.', ':'], "_")
}

/// The name most similar to a mistyped one, if any is similar enough.
pub(crate) fn nearest<'a>(name: &str, among: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in among {
        let score = strsim::jaro_winkler(&lower, &candidate.to_lowercase());
        if score > best.map_or(0.8, |(score, _)| score) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Names for a message: the first twelve, in backticks.
pub(crate) fn list(names: &[impl AsRef<str>]) -> String {
    const SHOWN: usize = 12;
    let named: Vec<&str> = names.iter().map(AsRef::as_ref).filter(|name| !name.trim().is_empty()).collect();
    let mut list = named.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if named.len() > SHOWN {
        list.push_str(&format!(" and {} more", named.len() - SHOWN));
    }
    if list.is_empty() { "no names".to_owned() } else { list }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_are_guessed_without_regard_to_case() {
        let have = ["Headline", "Publication Date", "SOURCE", "Body", ""];
        let layout = Layout::resolve(&have, &ColumnNames::default(), TextColumn::Needed).expect("found");
        assert_eq!(layout.name(Role::Text), Some("Body"));
        assert_eq!(layout.name(Role::Outlet), Some("SOURCE"));
        assert_eq!(layout.name(Role::Date), Some("Publication Date"));
        assert_eq!(layout.name(Role::Title), Some("Headline"));
        assert_eq!(layout.name(Role::Id), None);
    }

    #[test]
    fn names_in_german() {
        let have = ["Datum", "Quelle", "Titel", "Volltext"];
        let layout = Layout::resolve(&have, &ColumnNames::default(), TextColumn::Needed).expect("found");
        let names = [Role::Date, Role::Outlet, Role::Title, Role::Text].map(|role| layout.name(role));
        assert_eq!(names, have.map(Some));
    }

    #[test]
    fn a_better_name_wins_whatever_the_order() {
        let layout =
            Layout::resolve(&["source", "outlet", "content", "text"], &ColumnNames::default(), TextColumn::Needed)
                .expect("found");
        assert_eq!((layout.name(Role::Text), layout.name(Role::Outlet)), (Some("text"), Some("outlet")));
    }

    #[test]
    fn names_that_were_asked_for_must_be_there_and_an_empty_name_means_none() {
        let have = ["text", "source", "label"];
        let asked = |outlet: &str, extra: &[&str]| ColumnNames {
            outlet: Some(outlet.to_owned()),
            extra: extra.iter().map(|&name| name.to_owned()).collect(),
            ..ColumnNames::default()
        };
        let resolve = |names| Layout::resolve(&have, &names, TextColumn::Needed);
        assert_eq!(resolve(asked("", &[])).expect("found").name(Role::Outlet), None);
        assert_eq!(resolve(asked("paper", &[])), Err(Missing::Named(Some(Role::Outlet), "paper".into())));
        assert_eq!(resolve(asked("source", &["lable"])), Err(Missing::Named(None, "lable".into())));
        // One column may serve twice.
        let twice = resolve(asked("Source", &["source", "label"])).expect("found");
        assert_eq!(twice.names, ["text", "source", "label"]);
        let values: Values<'_> = vec![Some("t".into()), Some("s".into()), None];
        assert_eq!(twice.extra(&values), ["s", ""]);
        assert_eq!(twice.value(Role::Outlet, &values), Some("s"));
    }

    #[test]
    fn only_a_near_name_is_offered() {
        assert_eq!(nearest("artcle_content", ["source", "article_content"]), Some("article_content"));
        assert_eq!(nearest("xyz", ["source", "article_content"]), None);
    }
}
