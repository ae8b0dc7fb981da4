//! Order: the place of every article among all, sorted by id.
//!
//! Ids are on disk and may be long, so they are distributed over parts, and each part is sorted on its own.

use super::entries::Entries;
use crate::error::Result;
use crate::records::{Fields, Parts, put_number, put_text};

/// The approximate number of ids in a part.
const IN_PART: usize = 1 << 14;
/// The most parts; larger corpora have more ids per part.
const MOST_PARTS: usize = 128;
/// The number of ids sampled per part, to make parts of about equal size.
const LOOKS: usize = 16;

/// The place of each article, by its number. Equal ids keep the order in which they were read.
///
/// # Errors
/// If ids can't be read, or there is no room on disk for the parts.
pub(super) fn places(entries: &Entries) -> Result<Vec<u32>> {
    in_parts(entries, entries.len().div_ceil(IN_PART).clamp(1, MOST_PARTS))
}

fn in_parts(entries: &Entries, n: usize) -> Result<Vec<u32>> {
    let mut reader = entries.reader();
    let step = (entries.len() / (n * LOOKS)).max(1);
    let mut seen = Vec::new();
    for number in (0..entries.len()).step_by(step) {
        seen.push(reader.numbered(number as u32)?.id.to_owned());
    }
    seen.sort_unstable();
    let bounds: Vec<&str> = (1..n).map(|part| seen[part * seen.len() / n].as_str()).collect();
    let mut parts = Parts::new(n);
    for number in 0..entries.len() {
        let id = reader.numbered(number as u32)?.id;
        let part = bounds.partition_point(|bound| *bound <= id);
        parts.put(part, |bytes| {
            put_text(bytes, Some(id));
            put_number(bytes, number as u64);
        })?;
    }
    let (mut places, mut next) = (vec![0; entries.len()], 0);
    for part in 0..n {
        let mut bytes = Vec::new();
        parts.each(part, |piece| bytes.extend_from_slice(piece))?;
        let (mut fields, mut ids) = (Fields::new(&bytes), Vec::new());
        while !fields.is_empty() {
            ids.push((fields.text().unwrap_or_default(), fields.number()));
        }
        ids.sort_unstable();
        for (_, number) in ids {
            places[number as usize] = next;
            next += 1;
        }
    }
    Ok(places)
}

/// Moves each item to its place, without copying the whole slice; all `places` must be different.
pub(super) fn put_in_order<T>(things: &mut [T], mut places: Vec<u32>) {
    for at in 0..things.len() {
        while places[at] as usize != at {
            let place = places[at] as usize;
            things.swap(at, place);
            places.swap(at, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::entries::New;
    use super::*;

    #[test]
    fn any_number_of_parts_gives_the_same_places() {
        let ids: Vec<String> = (0..1000_u32).map(|n| format!("a{}", n * 7919 % 900)).collect();
        let mut entries = Entries::default();
        for id in &ids {
            let new = New { id, title: None, url: None, words_removed: 0, cues: &[], said: &[], stance: None };
            entries.push(new).expect("written");
        }
        let mut sorted: Vec<usize> = (0..ids.len()).collect();
        sorted.sort_by_key(|&number| &ids[number]);
        let mut expected = vec![0; ids.len()];
        sorted.iter().enumerate().for_each(|(place, &number)| expected[number] = place as u32);
        for parts in [1, 2, 7, 128] {
            assert_eq!(in_parts(&entries, parts).expect("read"), expected, "{parts}");
        }
        assert!(in_parts(&Entries::default(), 1).expect("read").is_empty());
    }
}
