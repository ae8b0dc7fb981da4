//! The columns of a table: their names, and what stands in them.

/// What stands in a column, beside nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Counts.
    Count,
    /// Numbers.
    Number,
    /// Days.
    Date,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What stands in it.
    pub kind: Kind,
}

/// All columns of a table in their order, put down kind by kind.
///
/// ```
/// use aslant::report::column::Columns;
///
/// let columns = Columns::new().text("outlet pole").count("count articles").number("share");
/// assert_eq!(columns.names().collect::<Vec<_>>(), ["outlet", "pole", "count", "articles", "share"]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns(Vec<Column>);

impl Columns {
    /// None yet.
    pub fn new() -> Self {
        Columns::default()
    }

    /// And columns with text; names are parted by white space.
    pub fn text(self, names: &str) -> Self {
        self.all(names, Kind::Text)
    }

    /// And columns with counts.
    pub fn count(self, names: &str) -> Self {
        self.all(names, Kind::Count)
    }

    /// And columns with numbers.
    pub fn number(self, names: &str) -> Self {
        self.all(names, Kind::Number)
    }

    /// And columns with days.
    pub fn date(self, names: &str) -> Self {
        self.all(names, Kind::Date)
    }

    /// And one column whose name is not known beforehand.
    pub fn push(&mut self, kind: Kind, name: impl Into<String>) {
        self.0.push(Column { name: name.into(), kind });
    }

    fn all(mut self, names: &str, kind: Kind) -> Self {
        names.split_whitespace().for_each(|name| self.push(kind, name));
        self
    }

    /// The columns.
    pub fn iter(&self) -> std::slice::Iter<'_, Column> {
        self.0.iter()
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|column| column.name.as_str())
    }
}
