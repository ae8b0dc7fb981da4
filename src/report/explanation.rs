//! Explanations as text and tables: the sentences that mattered for a score, with their words marked, and every place.

use super::cell::Cell;
use super::column::Columns;
use super::terminal::{Colour, printable};
use crate::model::explain::Explanation;
use crate::model::recipe::BlockKind;
use std::collections::BTreeMap;
use std::io::{Error, Result, Write};
use std::ops::Range;

/// The number of sentences shown per article.
const SENTENCES: usize = 5;
/// The number of terms shown on each side.
const TERMS: usize = 8;
/// Words are marked if their weight is at least this part of the article's heaviest word. With 0.15, the limit would be
/// exactly where a word of three letters is next to one of nine that is heavy both alone and with it: then the last
/// bits of a solver would decide.
const MARKED: f64 = 1.0 / 7.0;
/// Smaller values would be shown as 0 and are left out.
const SHOWN: f64 = 0.0005;

/// What the terminal shows of one article.
pub fn text(id: &str, article: &str, explained: &Explanation, classes: &[String], colour: Colour) -> String {
    let class = printable(&classes[explained.class]);
    let predicted = explained.score.predicted.map_or("nothing", |p| classes[p].as_str());
    let p = explained.score.probabilities[explained.class].map_or(String::new(), |p| format!(", p({class}) {p:.3}"));
    let mut out = format!(
        "{}: {}{p}; for {class}: {} = intercept {} and terms {}\n",
        printable(id),
        printable(predicted),
        signed(explained.decision),
        signed(explained.intercept),
        signed(explained.decision - explained.intercept)
    );
    if let Some(caution) = explained.score.caution {
        out.push_str(&format!("  warning: {}\n", caution.text()));
    }
    let weights = by_byte(explained, article.len());
    let mut sums: Vec<(usize, f64)> = (0..explained.sentences.len()).map(|s| (s, 0.0)).collect();
    for c in &explained.contributions {
        if let Some(sentence) = c.sentence {
            sums[sentence].1 += c.value;
        }
    }
    sums.retain(|(_, sum)| sum.abs() >= SHOWN);
    sums.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
    let others = sums.len().saturating_sub(SENTENCES);
    sums.truncate(SENTENCES);
    sums.sort_by_key(|(sentence, _)| *sentence);
    let heaviest = words(article, 0..article.len()).map(|w| sum(&weights, &w).abs()).fold(0.0, f64::max) * MARKED;
    for (sentence, value) in sums {
        let marked = marked(article, explained.sentences[sentence].clone(), &weights, heaviest, colour);
        out.push_str(&format!("  {}  {marked}\n", signed(value)));
    }
    if others > 0 {
        out.push_str(&format!("  and {others} more\n"));
    }
    for (side, sign) in [("for", 1.0), ("against", -1.0)] {
        let terms = terms(explained, sign);
        if !terms.is_empty() {
            out.push_str(&format!("  {side} {class}: {}\n", terms.join(", ")));
        }
    }
    for (column, terms) in shared(explained) {
        out.push_str(&format!("  in one column, {column}, so indistinguishable: {}\n", terms.join(", ")));
    }
    out
}

/// The columns shared by several of the article's terms, the heaviest first, each with its terms; at most [`TERMS`].
fn shared(explained: &Explanation) -> Vec<(&str, Vec<String>)> {
    let mut columns: BTreeMap<(BlockKind, &str), (f64, Vec<&str>)> = BTreeMap::new();
    for c in &explained.contributions {
        let Some(column) = &c.column else { continue };
        let (value, terms) = columns.entry((c.kind, column)).or_default();
        *value += c.value;
        if !terms.contains(&c.term.as_str()) {
            terms.push(&c.term);
        }
    }
    let mut columns: Vec<_> =
        columns.into_iter().filter(|(_, (value, t))| t.len() > 1 && value.abs() >= SHOWN).collect();
    columns.sort_by(|a, b| b.1.0.abs().total_cmp(&a.1.0.abs()).then(a.0.cmp(&b.0)));
    columns.truncate(TERMS);
    let column = |((kind, column), (_, terms)): ((BlockKind, _), (f64, Vec<&str>))| {
        (column, terms.into_iter().map(|term| quoted(kind, term)).collect())
    };
    columns.into_iter().map(column).collect()
}

/// A term for people.
fn quoted(kind: BlockKind, term: &str) -> String {
    match kind {
        BlockKind::Word | BlockKind::Written => printable(term),
        // Spaces are part of the term.
        BlockKind::Char => format!("\"{}\"", printable(term)),
    }
}

/// The value with its sign, unless it is 0.
fn signed(value: f64) -> String {
    if value.abs() < SHOWN { "0.000".to_owned() } else { format!("{value:+.3}") }
}

/// How to read the marks and, if terms are hashed, what they stand for.
pub fn legend(colour: Colour, is_hashed: bool) -> String {
    let marks = match colour {
        Colour::Ansi => "green speaks for the class, red against it\n",
        Colour::Never => "[+word] speaks for the class, [-word] against it\n",
    };
    let hashed = "the model's terms are hashed: a term has the weight of all training terms in its column together\n";
    format!("{marks}{}", if is_hashed { hashed } else { "" })
}

/// The contributions, spread evenly over the bytes that they cover. An n-gram without characters of its own has none.
fn by_byte(explained: &Explanation, length: usize) -> Vec<f64> {
    let mut weights = vec![0.0; length];
    for c in explained.contributions.iter().filter(|c| !c.range.is_empty()) {
        let part = c.value / c.range.len() as f64;
        weights[c.range.clone()].iter_mut().for_each(|w| *w += part);
    }
    weights
}

fn sum(weights: &[f64], range: &Range<usize>) -> f64 {
    weights[range.clone()].iter().sum()
}

/// The words of a part of a text, separated by white space.
fn words(article: &str, within: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
    let text = &article[within.clone()];
    text.split_whitespace().map(move |word| {
        let start = within.start + (word.as_ptr() as usize - text.as_ptr() as usize);
        start..start + word.len()
    })
}

/// A sentence on one line with its heavy words marked.
fn marked(article: &str, sentence: Range<usize>, weights: &[f64], least: f64, colour: Colour) -> String {
    let word = |range: Range<usize>| {
        let value = sum(weights, &range);
        // Marks are added after making the text printable, so that the text can't forge or break them.
        let word = printable(&article[range]);
        match colour {
            _ if value == 0.0 || value.abs() < least => word,
            Colour::Ansi => format!("\u{1b}[1;{}m{word}\u{1b}[0m", if value > 0.0 { 32 } else { 31 }),
            Colour::Never => format!("[{}{word}]", if value > 0.0 { '+' } else { '-' }),
        }
    };
    words(article, sentence).map(word).collect::<Vec<_>>().join(" ")
}

/// The terms that add most on one side, with the sum over all their places.
fn terms(explained: &Explanation, sign: f64) -> Vec<String> {
    let mut sums: BTreeMap<(BlockKind, &str), f64> = BTreeMap::new();
    for c in &explained.contributions {
        *sums.entry((c.kind, &c.term)).or_default() += c.value;
    }
    let mut sums: Vec<_> = sums.into_iter().filter(|(_, value)| value * sign >= SHOWN).collect();
    sums.sort_by(|a, b| (b.1 * sign).total_cmp(&(a.1 * sign)).then(a.0.cmp(&b.0)));
    let term = |((kind, term), value): &((BlockKind, &str), f64)| format!("{} {value:+.3}", quoted(*kind, term));
    sums.iter().take(TERMS).map(term).collect()
}

/// The columns of explanations; with `column` if the model's terms are hashed.
pub fn columns(is_hashed: bool) -> Columns {
    let columns = Columns::new().text("id").count("sentence start end").text("term class").number("contribution");
    if is_hashed { columns.text("column") } else { columns }
}

/// The rows of one article, with the columns of [`columns`]: one for the intercept, whose term is `(intercept)`, and
/// one for each place of a known term. Sentences count from 1; `start` and `end` are characters of the article's text.
/// The contributions of an article add up to its decision value.
pub fn rows<'e>(
    id: &'e str,
    article: &str,
    explained: &'e Explanation,
    classes: &'e [String],
    is_hashed: bool,
) -> impl Iterator<Item = Vec<Cell<'e>>> {
    // For each byte, the number of characters before it.
    let mut characters = Vec::with_capacity(article.len() + 1);
    article.chars().enumerate().for_each(|(i, c)| characters.resize(characters.len() + c.len_utf8(), i));
    characters.push(article.chars().count());
    let class = classes[explained.class].as_str();
    let row = move |at: [Cell<'e>; 3], term: &'e str, value: f64, column: Option<&'e str>| {
        let [sentence, start, end] = at;
        let mut row = vec![id.into(), sentence, start, end, term.into(), class.into(), value.into()];
        row.extend(is_hashed.then_some(Cell::from(column)));
        row
    };
    let intercept = row([Cell::Empty, Cell::Empty, Cell::Empty], "(intercept)", explained.intercept, None);
    let places = explained.contributions.iter().map(move |c| {
        let place =
            [c.sentence.map(|s| s + 1).into(), characters[c.range.start].into(), characters[c.range.end].into()];
        row(place, &c.term, c.value, c.column.as_deref())
    });
    std::iter::once(intercept).chain(places)
}

/// Writes explanations as CSV, with the rows of [`rows`].
pub struct ExplanationWriter<W: Write> {
    out: csv::Writer<W>,
    is_hashed: bool,
}

impl<W: Write> ExplanationWriter<W> {
    /// Writes the header. `is_hashed` says whether the model's terms are hashed.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn new(out: W, is_hashed: bool) -> Result<Self> {
        let mut out = csv::Writer::from_writer(out);
        out.write_record(columns(is_hashed).names()).map_err(Error::from)?;
        Ok(ExplanationWriter { out, is_hashed })
    }

    /// Writes the rows of one article.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn write(&mut self, id: &str, article: &str, explained: &Explanation, classes: &[String]) -> Result<()> {
        for row in rows(id, article, explained, classes, self.is_hashed) {
            self.out.write_record(row.iter().map(|cell| cell.csv().into_owned())).map_err(Error::from)?;
        }
        Ok(())
    }

    /// Writes the rest.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn finish(mut self) -> Result<()> {
        self.out.flush()
    }
}

impl ExplanationWriter<Vec<u8>> {
    /// What was written since the last call.
    ///
    /// # Errors
    /// None: writing to memory doesn't fail.
    pub fn take(&mut self) -> Result<Vec<u8>> {
        let written = std::mem::replace(&mut self.out, csv::Writer::from_writer(Vec::new()));
        written.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}
