//! What is compared, as the page calls it.

use super::read::ReportData;

/// Singular and plural of what is compared, within a sentence and at its beginning.
pub(super) struct Noun {
    pub one: String,
    pub a: String,
    pub many: String,
    pub title_one: String,
    pub title_many: String,
}

impl Noun {
    pub fn of(data: &ReportData) -> Self {
        let key = super::key(data);
        let one = key.noun().to_owned();
        let many = format!("{one}s");
        let capital = |word: &str| format!("{}{}", word[..1].to_uppercase(), &word[1..]);
        let (title_one, title_many) = (capital(&one), capital(&many));
        Noun { a: key.a_noun(), one, many, title_one, title_many }
    }
}
