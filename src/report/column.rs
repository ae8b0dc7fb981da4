//! The columns of a table: their names and types.

/// The type of a column's values; any value may also be absent.
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
    /// The name.
    pub name: String,
    /// The type of its values.
    pub kind: Kind,
}

/// All columns of a table in order, added type by type.
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
    /// No columns yet.
    pub fn new() -> Self {
        Columns::default()
    }

    /// Adds text columns; names are separated by white space.
    pub fn text(self, names: &str) -> Self {
        self.all(names, Kind::Text)
    }

    /// Adds columns of counts.
    pub fn count(self, names: &str) -> Self {
        self.all(names, Kind::Count)
    }

    /// Adds columns of numbers.
    pub fn number(self, names: &str) -> Self {
        self.all(names, Kind::Number)
    }

    /// Adds columns of dates.
    pub fn date(self, names: &str) -> Self {
        self.all(names, Kind::Date)
    }

    /// Adds one column whose name isn't known in advance.
    pub fn push(&mut self, kind: Kind, name: impl Into<String>) {
        self.0.push(Column { name: name.into(), kind });
    }

    fn all(mut self, names: &str, kind: Kind) -> Self {
        names.split_whitespace().for_each(|name| self.push(kind, name));
        self
    }

    /// All columns.
    pub fn iter(&self) -> std::slice::Iter<'_, Column> {
        self.0.iter()
    }

    /// The names of all columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|column| column.name.as_str())
    }
}
