//! Stories as a table, and the printed summary.

use super::column::Columns;
use super::terminal::printable;
use super::{counted, csv};
use crate::error::Result;
use crate::stories::read::Found;

/// The number of stories and of pairs of outlets that are shown.
const SHOWN: usize = 5;

/// `stories.csv`: one row per article, sorted by id.
///
/// # Errors
/// None in practice: it writes to memory.
pub fn csv(found: &Found) -> Result<Vec<u8>> {
    let columns = Columns::new()
        .text("id outlet")
        .date("date")
        .text("title story reprint_of")
        .number("similarity")
        .text("agency");
    csv::bytes("stories.csv", &columns, |sink| {
        for a in &found.articles {
            let id = |i: usize| found.articles[i].id.as_str();
            sink(&[
                a.id.as_str().into(),
                a.outlet.as_deref().into(),
                a.date.into(),
                a.title.as_deref().into(),
                a.story.map(id).into(),
                a.reprint.map(|r| id(r.of)).into(),
                a.reprint.map(|r| r.similarity).into(),
                a.agency.as_deref().into(),
            ])?;
        }
        Ok(())
    })
}

/// How many stories there are, the largest ones, and who reprints whom. Ends with a line feed.
pub fn summary(found: &Found) -> String {
    let articles = counted(found.articles.len() as u64, "article", "articles");
    let told = found.stories.iter().map(|s| s.articles).sum::<usize>();
    let stories = counted(found.stories.len() as u64, "story", "stories");
    let shared = found.stories.iter().filter(|s| s.outlets > 1).count();
    let mut out = format!("{articles}: {told} are in {stories}, {shared} of them covered by two outlets or more\n");
    for outlets in (2..=found.stories.first().map_or(0, |s| s.outlets)).rev() {
        let n = found.stories.iter().filter(|s| s.outlets == outlets).count();
        if n > 0 {
            out.push_str(&format!("  {} by {outlets} outlets\n", counted(n as u64, "story", "stories")));
        }
    }
    if !found.stories.is_empty() {
        out.push_str("\nmost covered\n");
    }
    for story in found.stories.iter().take(SHOWN) {
        let first = &found.articles[story.first];
        let title = printable(first.title.as_deref().unwrap_or(&first.id));
        let of = counted(story.outlets as u64, "outlet", "outlets");
        out.push_str(&format!("  {} of {of}: {title}\n", counted(story.articles as u64, "article", "articles")));
    }
    copies(found, &mut out);
    if let Some(told) = found.foreign.told() {
        let told = printable(&told);
        out.push_str(&format!(
            "note: {told}: boilerplate, function words and agencies are only recognised in \
                               English\n"
        ));
    }
    out
}

fn copies(found: &Found, out: &mut String) {
    let all: usize = found.copies.iter().map(|(_, n)| n).sum();
    if all == 0 {
        return;
    }
    out.push_str(&format!("\n{}\n", counted(all as u64, "reprint", "reprints")));
    let name = |outlet: &Option<String>| printable(outlet.as_deref().unwrap_or("(unknown)"));
    for ((copy, original), n) in found.copies.iter().take(SHOWN) {
        out.push_str(&format!("  {n} in {} from {}\n", name(copy), name(original)));
    }
    if found.copies.len() > SHOWN {
        let more = counted((found.copies.len() - SHOWN) as u64, "pair", "pairs");
        out.push_str(&format!("  … and {more} of outlets\n"));
    }
}
