//! Entries: what is kept of every article but rarely needed. They are kept on disk.

use super::ArticleRecord;
use super::speakers::Said;
use super::stance::Stance;
use crate::error::Result;
use crate::records::{self, Fields, Records, put_number, put_text};
use crate::tally::CueCount;
use crate::text::Voice;

/// What is stored of an article.
#[derive(Debug, Clone, Copy)]
pub(super) struct New<'a> {
    pub id: &'a str,
    pub title: Option<&'a str>,
    pub url: Option<&'a str>,
    pub words_removed: u32,
    pub cues: &'a [CueCount],
    pub said: &'a [Said],
    pub stance: Option<&'a Stance>,
}

/// The entries of all articles, by [`ArticleRecord::number`].
#[derive(Debug, Default)]
pub struct Entries(Records);

impl Entries {
    /// Adds the entry of the next article and returns its number.
    pub(super) fn push(&mut self, new: New<'_>) -> Result<u32> {
        let number = self.0.push_with(|bytes| {
            [Some(new.id), new.title, new.url].into_iter().for_each(|text| put_text(bytes, text));
            put_number(bytes, u64::from(new.words_removed));
            put_number(bytes, new.cues.len() as u64);
            for CueCount { cue, voice, count } in new.cues {
                [*cue, *voice as u32, *count].into_iter().for_each(|number| put_number(bytes, u64::from(number)));
            }
            put_number(bytes, new.said.len() as u64);
            for Said { speaker, pole, count } in new.said {
                put_text(bytes, Some(speaker));
                [*pole as u64, u64::from(*count)].into_iter().for_each(|number| put_number(bytes, number));
            }
            new.stance.into_iter().for_each(|stance| stance.put(bytes));
        });
        number.map(|number| number as u32)
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A reader, fastest in the order in which the entries were added.
    pub fn reader(&self) -> EntryReader<'_> {
        EntryReader(self.0.reader())
    }
}

/// Reads entries.
#[derive(Debug)]
pub struct EntryReader<'e>(records::Reader<'e>);

impl EntryReader<'_> {
    /// An article's entry.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn read(&mut self, article: &ArticleRecord) -> Result<Entry<'_>> {
        self.numbered(article.number)
    }

    /// An article's id.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn id(&mut self, article: &ArticleRecord) -> Result<&str> {
        Ok(self.read(article)?.id)
    }

    /// The entry with this number.
    pub(super) fn numbered(&mut self, number: u32) -> Result<Entry<'_>> {
        let mut fields = Fields::new(self.0.read(number as usize)?);
        let mut text = || fields.text();
        let (id, title, url) = (text().unwrap_or_default(), text(), text());
        Ok(Entry { id, title, url, words_removed: fields.number() as u32, rest: fields })
    }
}

/// What was stored of an article.
#[derive(Debug)]
pub struct Entry<'e> {
    /// As in [`Article`](crate::corpus::Article).
    pub id: &'e str,
    /// As in [`Article`](crate::corpus::Article).
    pub title: Option<&'e str>,
    /// As in [`Article`](crate::corpus::Article).
    pub url: Option<&'e str>,
    /// Words that the cleaner removed.
    pub words_removed: u32,
    /// The rest of the entry: cues, who is quoted, the model's scores.
    rest: Fields<'e>,
}

impl Entry<'_> {
    /// Uses by cue and voice, sorted.
    pub fn cues(&self) -> Vec<CueCount> {
        cues(&mut self.rest.clone()).collect()
    }

    /// Who is quoted or reported with a cue, and with which pole; sorted.
    pub fn said(&self) -> Vec<Said> {
        said(&mut self.behind_cues()).collect()
    }

    /// The model's scores, if there is a model.
    pub fn stance(&self) -> Option<Stance> {
        let mut fields = self.behind_cues();
        said(&mut fields).for_each(drop);
        (!fields.is_empty()).then(|| Stance::take(&mut fields))
    }

    fn behind_cues(&self) -> Fields<'_> {
        let mut fields = self.rest.clone();
        cues(&mut fields).for_each(drop);
        fields
    }
}

fn cues(fields: &mut Fields<'_>) -> impl Iterator<Item = CueCount> {
    (0..fields.number()).map(|_| {
        let [cue, voice, count] = [(); 3].map(|()| fields.number());
        CueCount { cue: cue as u32, voice: Voice::ALL[voice as usize % Voice::ALL.len()], count: count as u32 }
    })
}

fn said(fields: &mut Fields<'_>) -> impl Iterator<Item = Said> {
    (0..fields.number()).map(|_| {
        let speaker = fields.text().unwrap_or_default().into();
        Said { speaker, pole: fields.number() as usize, count: fields.number() as u32 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::score::Caution;

    #[test]
    fn entries_come_back() {
        let cues = [(3, Voice::Quoted, 2), (300, Voice::Own, 1)];
        let cues = cues.map(|(cue, voice, count)| CueCount { cue, voice, count });
        let said = [Said { speaker: "Näher".into(), pole: 4, count: 1 }];
        let stance = |coverage, caution| Stance { probabilities: [0.25, 0.75].into(), coverage, caution };
        let stances = [stance(Some(0.5), None), stance(None, Some(Caution::NothingKnown))];
        let full = New {
            id: "b",
            title: Some("A title"),
            url: None,
            words_removed: 700,
            cues: &cues,
            said: &said,
            stance: Some(&stances[0]),
        };
        let bare =
            New { id: "a", title: None, words_removed: 0, cues: &[], said: &[], stance: Some(&stances[1]), ..full };
        let mut entries = Entries::default();
        let numbers = [full, bare, New { stance: None, ..bare }].map(|new| entries.push(new).expect("written"));
        assert_eq!((numbers, entries.len()), ([0, 1, 2], 3));
        let mut reader = entries.reader();
        let entry = reader.read(&ArticleRecord::default()).expect("read");
        assert_eq!((entry.id, entry.title, entry.url, entry.words_removed), ("b", Some("A title"), None, 700));
        assert_eq!(
            (&entry.cues()[..], &entry.said()[..], entry.stance().as_ref()),
            (&cues[..], &said[..], Some(&stances[0]))
        );
        let entry = reader.numbered(1).expect("read");
        assert!(entry.id == "a" && entry.cues().is_empty() && entry.said().is_empty());
        assert_eq!(entry.stance().as_ref(), Some(&stances[1]));
        assert_eq!(reader.numbered(2).expect("read").stance(), None);
    }
}
