//! The training data of a model: counts, from which it can be trained again without the texts.
//!
//! | file | one row per | columns |
//! |---|---|---|
//! | `training.parquet` | article, by target, id | `id, text_hash, outlet, story, date, target, label, words, terms, counts` |
//! | `training-terms.parquet` | term | `block, term` |
//!
//! `text_hash` is a hash of the text if the input had no id and the one here was generated; models from before it was
//! stored don't have it. `terms` has row numbers of the second file, counted from 0 and increasing, and `counts` how
//! often each term occurs in the article. The most frequent terms come first, which keeps the numbers small. A term
//! that occurs in only one article is left out (unless the recipe has `min_df` 1): it says nothing about others, and
//! would reveal most of the text. Hashed terms are columns, given by their names.

use super::read::broken;
use super::{HEADER, Header, Input, TERMS_OF_TRAINING, TRAINING};
use crate::error::{Error, Kind, Place, Result};
use crate::features::{Counts, CountsReader, Hashing, TermName};
use crate::model::counted::{Counted, CountedPart, Entry};
use crate::model::labelled::Origin;
use crate::model::recipe::Block;
use crate::tally::format::HashedFile;
use crate::tally::parquet::{BATCH, Columns, Writer};
use arrow_array::builder::{Date32Builder, ListBuilder, StringBuilder, UInt32Builder, UInt64Builder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use chrono::{Datelike, NaiveDate};
use std::cmp::Reverse;
use std::path::Path;
use std::sync::Arc;

/// Days from the year 1 to 1970.
const EPOCH: i32 = 719_163;

/// Writes both files to a folder and returns their sizes and hashes.
pub(super) fn write(counted: &Counted, header: &Header, folder: &Path) -> Result<Vec<Input>> {
    let n_blocks = header.recipe.blocks.len();
    let counts: Vec<&[Counts]> =
        counted.parts.iter().map(|part| &part.counts[..n_blocks.min(part.counts.len())]).collect();
    let dictionary = Dictionary::new(&counts);
    let terms = dictionary.terms.chunks(1 << 16).map(|chunk| {
        let (mut blocks, mut terms) = (StringBuilder::new(), StringBuilder::new());
        for &(block, term) in chunk {
            blocks.append_value(header.recipe.blocks[block].kind.name());
            terms.append_value(term.name());
        }
        Ok(vec![("block", Arc::new(blocks.finish()) as ArrayRef, false), ("term", Arc::new(terms.finish()), false)])
    });
    write_file(&folder.join(TERMS_OF_TRAINING), terms)?;
    let parts = counted.parts.iter().enumerate();
    let articles: Vec<InPart> = parts.flat_map(|(p, part)| (0..part.articles.len()).map(move |i| (p, i))).collect();
    let batches = articles.chunks(BATCH).map(|chunk| batch(chunk, counted, &dictionary));
    write_file(&folder.join(TRAINING), batches)?;
    [TRAINING, TERMS_OF_TRAINING].map(|name| fingerprint(&folder.join(name), name)).into_iter().collect()
}

/// All terms of all parts and blocks, the most frequent first.
pub(in crate::model) struct Dictionary<'c> {
    /// Block and term.
    pub terms: Vec<(usize, TermName<'c>)>,
    /// By part, block and term: its number.
    pub numbers: Vec<Vec<Vec<u32>>>,
}

impl<'c> Dictionary<'c> {
    /// From counts by part and block.
    pub fn new(parts: &[&'c [Counts]]) -> Self {
        let of_part = |part: &&[Counts]| part.iter().map(|counts| vec![0; counts.n_terms()]).collect();
        let mut numbers: Vec<Vec<Vec<u32>>> = parts.iter().map(of_part).collect();
        // Block and term, with part, number and document frequency. Each part's terms are already sorted.
        let mut all: Vec<(usize, TermName<'c>, [u32; 3])> = Vec::new();
        for (p, part) in parts.iter().enumerate() {
            for (block, counts) in part.iter().enumerate() {
                let of_term =
                    |(number, (term, df)): (usize, (TermName<'c>, &u32))| (block, term, [p as u32, number as u32, *df]);
                all.extend(counts.terms().zip(counts.df()).enumerate().map(of_term));
            }
        }
        all.sort_by_key(|&(block, term, _)| (block, term));
        let same: Vec<_> = all.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).collect();
        let mut order: Vec<(u32, u32)> =
            (0..).zip(&same).map(|(at, same)| (same.iter().map(|(_, _, [_, _, df])| df).sum(), at)).collect();
        order.sort_unstable_by_key(|&(df, at)| (Reverse(df), at));
        let mut terms = Vec::with_capacity(order.len());
        for (number, (_, at)) in order.into_iter().enumerate() {
            let same = same[at as usize];
            for &(block, _, [part, term, _]) in same {
                numbers[part as usize][block][term as usize] = number as u32;
            }
            terms.push((same[0].0, same[0].1));
        }
        Dictionary { terms, numbers }
    }
}

/// An article, by the number of its part and its number in that part.
type InPart = (usize, usize);

/// The columns of some articles.
fn batch(articles: &[InPart], counted: &Counted, dictionary: &Dictionary<'_>) -> Result<Columns> {
    let [mut id, mut outlet, mut story, mut target, mut label] = std::array::from_fn(|_| StringBuilder::new());
    let (mut text_hash, mut date, mut words) = (UInt64Builder::new(), Date32Builder::new(), UInt32Builder::new());
    let [mut terms, mut counts] = std::array::from_fn(|_| ListBuilder::new(UInt32Builder::new()));
    let mut readers: Vec<Vec<CountsReader<'_>>> =
        counted.parts.iter().map(|part| part.counts.iter().map(Counts::reader).collect()).collect();
    for &(p, i) in articles {
        let part = &counted.parts[p];
        let Entry { id: of, origin, n_words } = &part.articles[i];
        id.append_value(of);
        text_hash.append_option(origin.text_hash);
        outlet.append_option(origin.outlet.as_deref());
        story.append_option(origin.story.as_deref());
        target.append_option(part.target.as_deref());
        label.append_value(&part.classes[part.labels[i]]);
        date.append_option(origin.date.map(|date| date.num_days_from_ce() - EPOCH));
        words.append_value(*n_words);
        let mut row: Vec<(u32, u32)> = Vec::new();
        for (numbers, reader) in dictionary.numbers[p].iter().zip(&mut readers[p]) {
            row.extend(reader.document(i)?.map(|(term, count)| (numbers[term as usize], count)));
        }
        row.sort_unstable();
        for (number, count) in row {
            terms.values().append_value(number);
            counts.values().append_value(count);
        }
        terms.append(true);
        counts.append(true);
    }
    Ok(vec![
        ("id", Arc::new(id.finish()) as ArrayRef, false),
        ("text_hash", Arc::new(text_hash.finish()), true),
        ("outlet", Arc::new(outlet.finish()), true),
        ("story", Arc::new(story.finish()), true),
        ("date", Arc::new(date.finish()), true),
        ("target", Arc::new(target.finish()), true),
        ("label", Arc::new(label.finish()), false),
        ("words", Arc::new(words.finish()), false),
        ("terms", Arc::new(terms.finish()), false),
        ("counts", Arc::new(counts.finish()), false),
    ])
}

fn write_file(path: &Path, batches: impl Iterator<Item = Result<Columns>>) -> Result<()> {
    let mut writer = Writer::new(path, &["terms"]);
    for columns in batches {
        writer.write(columns?)?;
    }
    writer.finish()
}

/// The size and the hash of a file, under this name.
fn fingerprint(path: &Path, name: &str) -> Result<Input> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let HashedFile { name, bytes, sha256 } = HashedFile::of(folder, name)?;
    Ok(Input { name, bytes, sha256 })
}

/// Reads both files. Nothing is decoded before their hashes have been checked against `model.json`, so a file that is
/// cut off or belongs to another model is refused, whatever sizes it claims.
pub(super) fn read(header: &Header, folder: &Path) -> Result<Counted> {
    if header.training.is_empty() {
        return Err(Error::new(Kind::Model, "a model without its training data")
            .at(Place::file(folder))
            .found(format!("no {TRAINING}: it was made with --without-training-data"))
            .help("train it on the old and the new articles together with `aslant train`"));
    }
    for kept in &header.training {
        check_file(kept, folder)?;
    }
    let dictionary = read_terms(header, &folder.join(TERMS_OF_TRAINING))?;
    let rows = read_rows(&folder.join(TRAINING), dictionary.len())?;
    counted(header, &dictionary, rows, &folder.join(TRAINING))
}

fn check_file(kept: &Input, folder: &Path) -> Result<()> {
    if ![TRAINING, TERMS_OF_TRAINING].contains(&kept.name.as_str()) {
        return Err(broken(folder.join(HEADER), "a model that contradicts itself")
            .found(format!("training data in {:?}", kept.name))
            .expected(format!("{TRAINING}, {TERMS_OF_TRAINING}")));
    }
    let path = folder.join(&kept.name);
    if !path.is_file() {
        return Err(broken(&path, "training data that is missing").expected(format!("the file, as {HEADER} says")));
    }
    let found = fingerprint(&path, &kept.name)?;
    if found.bytes < kept.bytes {
        return Err(broken(&path, "a file that is cut off")
            .found(format!("{} bytes", found.bytes))
            .expected(format!("{} bytes, as {HEADER} says", kept.bytes)));
    }
    if found != *kept {
        return Err(broken(&path, "training data of another model")
            .found(format!("SHA-256 {}", found.sha256.unwrap_or_default()))
            .expected(format!("{}, as {HEADER} says", kept.sha256.as_deref().unwrap_or_default())));
    }
    Ok(())
}

/// Calls `visit` with every batch of a file.
pub(super) fn for_batches(path: &Path, visit: impl FnMut(&RecordBatch) -> Result<()>) -> Result<()> {
    let broken = |found: String| broken(path, "a file that is broken").found(found);
    crate::tally::parquet::for_batches(path, &broken, visit)
}

/// Takes a column as an array of some type.
pub(super) fn column<'b, T>(
    batch: &'b RecordBatch,
    path: &Path,
    name: &str,
    take: impl Fn(&'b ArrayRef) -> Option<T>,
) -> Result<T> {
    let found = batch.column_by_name(name);
    found.and_then(take).ok_or_else(|| {
        let found = found.map_or("no such column".to_owned(), |array| format!("a column of {}", array.data_type()));
        broken(path, "columns that don't fit the model").at(Place::file(path).column(name)).found(found)
    })
}

/// Block and term of every row.
fn read_terms(header: &Header, path: &Path) -> Result<Vec<(usize, String)>> {
    let mut terms = Vec::new();
    for_batches(path, |batch| {
        let blocks = column(batch, path, "block", |a| a.as_string_view_opt())?;
        let names = column(batch, path, "term", |a| a.as_string_view_opt())?;
        for (block, term) in blocks.iter().zip(names) {
            let at = header.recipe.blocks.iter().position(|b| Some(b.kind.name()) == block);
            let (Some(at), Some(term)) = (at, term) else {
                return Err(misfit(path, format!("block {block:?}, term {term:?}")));
            };
            terms.push((at, term.to_owned()));
        }
        Ok(())
    })?;
    Ok(terms)
}

/// By row: the hash of the text, if stored.
pub(super) fn text_hashes(batch: &RecordBatch, path: &Path) -> Result<Vec<Option<u64>>> {
    if batch.column_by_name("text_hash").is_none() {
        return Ok(vec![None; batch.num_rows()]);
    }
    Ok(column(batch, path, "text_hash", |a| a.as_primitive_opt::<UInt64Type>())?.iter().collect())
}

fn misfit(path: &Path, found: String) -> Error {
    broken(path, "training data that doesn't fit the model").found(found)
}

/// One row of `training.parquet`.
struct Row {
    target: Option<String>,
    label: String,
    entry: Entry,
    terms: Vec<(u32, u32)>,
}

fn read_rows(path: &Path, n_terms: usize) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for_batches(path, |batch| {
        let text = |name: &str| column(batch, path, name, |a| a.as_string_view_opt());
        let [id, outlet, story, target, label] =
            [text("id")?, text("outlet")?, text("story")?, text("target")?, text("label")?];
        let date = column(batch, path, "date", |a| a.as_primitive_opt::<Date32Type>())?;
        let words = column(batch, path, "words", |a| a.as_primitive_opt::<UInt32Type>())?;
        let terms = column(batch, path, "terms", |a| a.as_list_opt::<i32>())?;
        let counts = column(batch, path, "counts", |a| a.as_list_opt::<i32>())?;
        let hashes = text_hashes(batch, path)?;
        for (i, hash) in hashes.into_iter().enumerate() {
            let text = |array: &arrow_array::StringViewArray| (!array.is_null(i)).then(|| array.value(i).to_owned());
            let date =
                (!date.is_null(i)).then(|| NaiveDate::from_num_days_from_ce_opt(date.value(i).checked_add(EPOCH)?));
            let origin = Origin { outlet: text(outlet), story: text(story), date: date.flatten(), text_hash: hash };
            let entry = Entry { id: id.value(i).to_owned(), origin, n_words: words.value(i) };
            let (terms, counts) = (terms.value(i), counts.value(i));
            let pairs = terms.as_primitive_opt::<UInt32Type>().zip(counts.as_primitive_opt::<UInt32Type>());
            let pairs = pairs.filter(|(t, c)| t.len() == c.len() && t.values().iter().all(|t| (*t as usize) < n_terms));
            let Some((terms, counts)) = pairs else {
                return Err(misfit(path, format!("missing terms or counts of article {:?}", entry.id)));
            };
            let terms = terms.values().iter().copied().zip(counts.values().iter().copied()).collect();
            rows.push(Row { target: text(target), label: label.value(i).to_owned(), entry, terms });
        }
        Ok(())
    })?;
    Ok(rows)
}

/// Puts the rows in parts, and checks them against the header.
fn counted(header: &Header, dictionary: &[(usize, String)], rows: Vec<Row>, path: &Path) -> Result<Counted> {
    let Ranked { rank, sorted } = Ranked::new(dictionary);
    let hashings = header.recipe.blocks.iter().map(Block::hashing).collect::<std::result::Result<Vec<_>, _>>();
    let hashings = hashings.map_err(|e| misfit(path, e.to_string()))?;
    let mut counted = Counted { parts: Vec::new(), unlabelled: header.unlabelled };
    let mut rows = rows.into_iter().peekable();
    for expected in &header.models {
        let mut part = CountedPart {
            target: expected.target.clone(),
            classes: expected.classes.clone(),
            ..CountedPart::default()
        };
        let mut terms = Vec::new();
        while let Some(mut row) = rows.next_if(|row| row.target == part.target) {
            let label =
                part.classes.binary_search(&row.label).map_err(|_| misfit(path, format!("label {:?}", row.label)))?;
            row.terms.iter_mut().for_each(|(number, _)| *number = rank[*number as usize]);
            row.terms.sort_unstable();
            terms.push(row.terms);
            part.labels.push(label);
            part.articles.push(row.entry);
        }
        if part.class_counts() != expected.class_counts {
            let of = expected.target.as_ref().map_or(String::new(), |target| format!(" towards {target:?}"));
            return Err(misfit(path, format!("articles by label{of}: {:?}", part.class_counts()))
                .expected(format!("{:?}, as {HEADER} says", expected.class_counts)));
        }
        let counts = blocks(&hashings, &sorted, &terms).map_err(|e| e.into_error(|e| misfit(path, e.to_string())))?;
        // Older versions stored longer terms, too.
        let counts = header.recipe.blocks.iter().zip(counts).map(|(block, counts)| block.without_longer(counts));
        part.counts = counts.collect::<Result<_>>()?;
        counted.parts.push(part);
    }
    match rows.next() {
        None => Ok(counted),
        Some(row) => Err(misfit(path, format!("article {:?} of no model's target", row.entry.id))),
    }
}

/// The terms of a dictionary in the order of their blocks and terms.
struct Ranked<'d> {
    /// By number in the file: the rank among all terms.
    rank: Vec<u32>,
    sorted: Vec<&'d (usize, String)>,
}

impl<'d> Ranked<'d> {
    fn new(dictionary: &'d [(usize, String)]) -> Self {
        let mut order: Vec<u32> = (0..dictionary.len() as u32).collect();
        order.sort_unstable_by_key(|&number| &dictionary[number as usize]);
        let mut rank = vec![0u32; order.len()];
        order.iter().enumerate().for_each(|(at, &number)| rank[number as usize] = at as u32);
        Ranked { rank, sorted: order.iter().map(|&number| &dictionary[number as usize]).collect() }
    }
}

/// The counts of each of `n` blocks of learnt terms, given the block and term of every number, and the numbers and
/// counts of every article. Numbers must be less than the size of the dictionary.
///
/// # Errors
/// Terms that occur twice in the dictionary or in a row, counts of 0.
pub(in crate::model) fn ranked_blocks(
    n: usize,
    dictionary: &[(usize, String)],
    mut rows: Vec<Vec<(u32, u32)>>,
) -> crate::features::Result<Vec<Counts>> {
    let Ranked { rank, sorted } = Ranked::new(dictionary);
    for row in &mut rows {
        row.iter_mut().for_each(|(number, _)| *number = rank[*number as usize]);
        row.sort_unstable();
    }
    blocks(&vec![None; n], &sorted, &rows)
}

/// The counts of each block, with the terms that occur in these articles.
fn blocks(
    hashings: &[Option<Hashing>],
    sorted: &[&(usize, String)],
    rows: &[Vec<(u32, u32)>],
) -> crate::features::Result<Vec<Counts>> {
    let mut used = vec![false; sorted.len()];
    rows.iter().flatten().for_each(|(rank, _)| used[*rank as usize] = true);
    let of_block = |(block, hashing): (usize, &Option<Hashing>)| {
        let start = sorted.partition_point(|(b, _)| *b < block);
        let end = sorted.partition_point(|(b, _)| *b <= block);
        let (mut number_of, mut terms) = (vec![0u32; end - start], Vec::new());
        for rank in (start..end).filter(|rank| used[*rank]) {
            number_of[rank - start] = terms.len() as u32;
            terms.push(sorted[rank].1.as_str());
        }
        let row = |row: &Vec<(u32, u32)>| -> Vec<(u32, u32)> {
            let of = row.iter().filter(|(rank, _)| (start..end).contains(&(*rank as usize)));
            of.map(|(rank, count)| (number_of[*rank as usize - start], *count)).collect()
        };
        Counts::of_names(*hashing, terms, rows.iter().map(row))
    };
    hashings.iter().enumerate().map(of_block).collect()
}
