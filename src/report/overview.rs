//! What would be read: a description of a corpus, for `--dry-run`.

use super::terminal::printable;
use super::{counted, thousands};
use crate::corpus::overview::{FileOverview, Overview};
use crate::cues::Lexicon;
use std::collections::BTreeMap;

/// The most files, outlets and labels that are listed.
const NAMED: usize = 12;

/// Files, articles, outlets, dates, labels. Ends with a line feed.
pub fn corpus(seen: &Overview) -> String {
    let bytes: u64 = seen.files.iter().map(|f| f.bytes).sum();
    let files = counted(seen.files.len() as u64, "file", "files");
    let mut text = format!("would read {files}, {}\n", size(bytes));
    for (file, like) in grouped(&seen.files) {
        text.push_str(&format!("  {}\n", described(file, &like)));
    }
    let outlets = counted(seen.named_outlets() as u64, "outlet", "outlets");
    let dates = match seen.dates {
        Some((first, last)) if first == last => format!(", {first}"),
        Some((first, last)) => format!(", {first} to {last}"),
        None => String::new(),
    };
    let articles = counted(seen.articles as u64, "article", "articles");
    let words = counted(seen.words, "word", "words");
    text.push_str(&format!("{articles} of {outlets}{dates}; {words}, boilerplate among them\n"));
    let named = seen.outlets.iter().filter_map(|(outlet, n)| Some((outlet.as_deref()?, *n)));
    text.push_str(&list("outlets", named.collect()));
    for (n, what) in [(seen.outlets.get(&None).copied().unwrap_or(0), "an outlet"), (seen.undated, "a date")] {
        if n > 0 {
            text.push_str(&format!("  without {what}: {}\n", thousands(n as u64)));
        }
    }
    if !seen.labels.is_empty() || seen.unlabelled > 0 {
        text.push_str(&list("labels", seen.labels.iter().map(|(label, n)| (label.as_str(), *n)).collect()));
        if seen.unlabelled > 0 {
            text.push_str(&format!("  without a label: {}\n", thousands(seen.unlabelled as u64)));
        }
    }
    text
}

/// What a lexicon would count.
pub fn lexicon(lexicon: &Lexicon) -> String {
    let (mut contrasts, mut categories, mut poles) = (0, 0, 0);
    for contrast in &lexicon.contrasts {
        match contrast.is_category() {
            true => categories += 1,
            false => (contrasts, poles) = (contrasts + 1, poles + contrast.poles.len() as u64),
        }
    }
    let mut parts =
        vec![format!("{} of {}", counted(contrasts, "contrast", "contrasts"), counted(poles, "name", "names"))];
    if categories > 0 {
        parts.push(counted(categories, "category", "categories"));
    }
    parts.push(counted(lexicon.cues().count() as u64, "cue", "cues"));
    let axis = lexicon
        .axis
        .as_ref()
        .map_or(String::new(), |[left, right]| format!("; an axis from {} to {}", printable(left), printable(right)));
    let mut text = format!("would count {}{axis}\n", parts.join(", "));
    for note in &lexicon.notes {
        text.push_str(&format!("  note: {}\n", printable(note)));
    }
    text
}

/// An upper bound for the rows of the fastest growing tables; `pairs` is the number of outlets compared in pairs.
pub fn tables(seen: &Overview, lexicon: &Lexicon, pairs: usize) -> String {
    let outlets = seen.named_outlets();
    let poles: usize = lexicon.contrasts.iter().map(|c| c.poles.len()).sum();
    let among = outlets.min(pairs);
    let pairs = among * among.saturating_sub(1) / 2;
    let row = |n: usize| thousands(n as u64);
    format!(
        "  at most {} rows in contrasts.csv (outlets × 5 voices × names), {} in pairs.csv, {} in articles.csv\n",
        row(outlets * 5 * poles),
        row(pairs * 2 * poles),
        row(seen.articles)
    )
}

/// Groups similar files if there are many.
fn grouped(files: &[FileOverview]) -> Vec<(&FileOverview, Vec<&FileOverview>)> {
    if files.len() <= NAMED {
        return files.iter().map(|file| (file, vec![file])).collect();
    }
    let mut groups: BTreeMap<_, Vec<&FileOverview>> = BTreeMap::new();
    for file in files {
        groups.entry((file.format, file.encoding, &file.columns)).or_default().push(file);
    }
    groups.into_values().map(|like| (like[0], like)).collect()
}

fn described(file: &FileOverview, like: &[&FileOverview]) -> String {
    let name = match like {
        [_] => printable(&file.name),
        _ => format!("{} such as {}", counted(like.len() as u64, "file", "files"), printable(&file.name)),
    };
    let bytes = like.iter().map(|f| f.bytes).sum();
    let encoding = file.encoding.map_or(String::new(), |encoding| {
        format!(", {encoding}{}", if file.is_guessed { " (guessed: --encoding names another)" } else { "" })
    });
    let columns: Vec<String> =
        file.columns.iter().map(|(role, name)| format!("{role} = {}", printable(name))).collect();
    let columns = if columns.is_empty() { String::new() } else { format!("; columns {}", columns.join(", ")) };
    format!("{name}: {}, {}{encoding}{columns}", file.format, size(bytes))
}

/// The most frequent ones on one line.
fn list(what: &str, mut counts: Vec<(&str, usize)>) -> String {
    if counts.is_empty() {
        return String::new();
    }
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let named = counts.iter().take(NAMED).map(|(name, n)| format!("{} {}", printable(name), thousands(*n as u64)));
    let rest = counts.len().saturating_sub(NAMED);
    let rest = if rest > 0 { format!(" and {} more", thousands(rest as u64)) } else { String::new() };
    format!("  {what}: {}{rest}\n", named.collect::<Vec<_>>().join(", "))
}

fn size(bytes: u64) -> String {
    match bytes {
        n if n < 1_000_000 => format!("{} kB", n.div_ceil(1000)),
        n => format!("{:.1} MB", n as f64 / 1e6),
    }
}
