//! Voices: who speaks in every part of an article.
//!
//! Takes a [`Document`] with sentences and tokens, hands on the [`VoiceSpan`]s that are not in the outlet's own voice.
//! Needs neither a parser, a neural model nor network access.
//!
//! | file | job |
//! |---|---|
//! | `words` | the tokens as the rules see them: word lists, verb forms, punctuation in between |
//! | `quotes` | stretches inside quotation marks |
//! | `scare` | which of them are scare quotes |
//! | `phrases` | the noun phrases and adverbials around a verb |
//! | `segments` | pieces of a sentence that are attributed, or not, as a whole |
//! | `features`, `model` | which segments are attributed |
//! | `inverted`, `naming` | what grammar decides, whatever the model says |
//! | `author` | what the author says is the outlet's own |
//! | `interviews` | answers in an interview printed as question and answer |
//! | `speaker` | the speaker of a span, from its paragraph |
//! | `near` | the source named in a sentence |
//! | `memory` | who continues to speak, and who is meant by a pronoun |
//! | `names` | the name of a source in tables |
//! | `en/` | English word lists, and the model's weights |
//! | `train`, `train/train.py` | learning the weights again |
//!
//! Not done here: reported speech in other languages (their quotation marks are understood), and resolving whom a name
//! refers to.

mod author;
mod features;
mod interviews;
mod inverted;
mod memory;
mod model;
mod names;
mod naming;
mod near;
mod phrases;
mod quotes;
mod scare;
mod segments;
mod speaker;
#[cfg(test)]
mod train;
mod words;

use super::{Document, Holds, Memo};
pub use names::{is_surname_of, speaker_name};
use phrases::View;
use std::ops::Range;
pub use words::Listed;
use words::{Lexicon, Word};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Voice {
    /// The outlet itself.
    Own,
    /// Somebody else, inside quotation marks.
    Quoted,
    /// Somebody else, without quotation marks: "X said that …".
    Reported,
    /// One to three words in quotation marks inside own prose: the outlet distances itself from them.
    Scare,
}

impl Voice {
    /// All voices, in the order of the tables.
    pub const ALL: [Voice; 4] = [Voice::Own, Voice::Quoted, Voice::Reported, Voice::Scare];

    /// Its name in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Voice::Own => "own",
            Voice::Quoted => "quoted",
            Voice::Reported => "reported",
            Voice::Scare => "scare",
        }
    }
}

/// A part that is not in the outlet's own voice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceSpan {
    /// Bytes of the text, without the quotation marks.
    pub range: Range<usize>,
    /// Who speaks; never [`Voice::Own`].
    pub voice: Voice,
    /// Where the text names the speaker: [`VoiceSpan::mention`] or, if that is a pronoun, the speaker last named.
    pub speaker: Option<Range<usize>>,
    /// Whom the text attributes this to, as written: "Mr Lavrov", "the ministry", "he".
    pub mention: Option<Range<usize>>,
}

/// The parts of a document that are not in the outlet's own voice: sorted, not overlapping, within paragraphs.
///
/// A quotation over several paragraphs has one span per paragraph; a quotation inside reported speech splits it.
///
/// ```
/// use aslant::text::{Document, Voice, clean};
/// let text = "The town fell, the ministry said. “We will return,” Mr Darwish said. The ‘moderates’ left.";
/// let document = Document::new(text, clean::keep_all(text));
/// let found: Vec<_> = document.voices.iter().map(|v| (v.voice, &text[v.range.clone()])).collect();
/// assert_eq!(found, [
///     (Voice::Reported, "The town fell"),
///     (Voice::Quoted, "We will return,"),
///     (Voice::Scare, "moderates"),
/// ]);
/// ```
pub fn find(document: &Document<'_>) -> Vec<VoiceSpan> {
    find_with(document, &mut Memo::<Option<Listed>>::default(), Speakers::Named)
}

/// Whether the speakers of spans are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speakers {
    /// Find the speakers that the text names.
    Named,
    /// Don't look for speakers.
    LeftOut,
}

/// The same, reusing what is known about the words of earlier documents of the same [`Reader`](super::Reader).
pub fn find_with(document: &Document<'_>, known: &mut Memo<impl Holds<Listed>>, speakers: Speakers) -> Vec<VoiceSpan> {
    let marked = Marked::new(document, words::english(), known);
    let mut reported = vec![false; marked.words.len()];
    let mut finder = Finder::default();
    for sentence in &document.sentences {
        finder.mark(&marked.view(&sentence.tokens), &mut reported);
    }
    let turns = interviews::turns(document);
    interviews::mark(document, &turns, &mut reported);
    let Marked { words, mut inside, mut quoted, .. } = marked;
    // Words in quotation marks inside reported speech are the speaker's, not scare quotes.
    for (span, tokens) in quoted.iter_mut().filter(|(span, _)| span.voice == Voice::Scare) {
        let near = |i: usize| words[i].gap & words::gap::STOP == 0 && reported[i] && !inside[i];
        let before = tokens.start.checked_sub(1).is_some_and(near);
        let after = tokens.end < words.len() && near(tokens.end);
        if reported[tokens.start] && (before || after) {
            span.voice = Voice::Quoted;
        }
        inside[tokens.clone()].fill(true);
    }
    let mut spans: Vec<VoiceSpan> = quoted.into_iter().map(|(span, _)| span).collect();
    let quoted = spans.len();
    add_reported(document, &words, &inside, &reported, &mut spans);
    if spans.len() > quoted {
        spans.sort_by_key(|s| s.range.start);
    }
    if speakers == Speakers::Named {
        speaker::name(document, &words, &inside, &reported, &mut spans);
        interviews::name(&turns, &mut spans);
    }
    spans
}

/// A document's words, and which of them are inside quotation marks.
struct Marked {
    words: Vec<Word>,
    /// For every word, whether it is inside a quotation (not a scare quote).
    inside: Vec<bool>,
    /// The quotations and scare quotes, with their words.
    quoted: Vec<(VoiceSpan, Range<usize>)>,
    lexicon: &'static Lexicon,
    /// Whether there is less than one comma per forty words.
    bare: bool,
}

impl Marked {
    fn new(document: &Document<'_>, lexicon: &'static Lexicon, known: &mut Memo<impl Holds<Listed>>) -> Self {
        let words = lexicon.words(document, known);
        let speaks = |range: Range<usize>| {
            let from = document.tokens.partition_point(|t| (t.start as usize) < range.start);
            let to = document.tokens.partition_point(|t| (t.end as usize) <= range.end);
            words[from..to.max(from)].iter().any(|w| lexicon.frames(w.entry) & words::frame::QUOTATION != 0)
        };
        let mut inside = vec![false; words.len()];
        let mut quoted = Vec::new();
        let mut token = 0;
        for quote in quotes::find(document, speaks) {
            while token < words.len() && (document.tokens[token].start as usize) < quote.inner.start {
                inside[token] |= document.tokens[token].end as usize > quote.inner.start;
                token += 1;
            }
            let first = token;
            while token < words.len() && (document.tokens[token].end as usize) <= quote.inner.end {
                token += 1;
            }
            // A word with the mark in its middle, as before a zero-width character, is on neither side.
            if token < words.len() {
                inside[token] |= (document.tokens[token].start as usize) < quote.inner.end;
            }
            if token == first {
                continue;
            }
            let voice = if scare::is_scare(document.text, &quote, &words, first..token, lexicon) {
                Voice::Scare
            } else {
                inside[first..token].fill(true);
                Voice::Quoted
            };
            quoted.push((VoiceSpan { range: quote.inner, voice, speaker: None, mention: None }, first..token));
        }
        let commas = words.iter().filter(|w| w.has_gap(words::gap::COMMA)).count();
        let bare = commas * 40 < words.len();
        Marked { words, inside, quoted, lexicon, bare }
    }

    fn view<'m>(&'m self, sentence: &'m Range<usize>) -> View<'m> {
        View { words: &self.words, quoted: &self.inside, lexicon: self.lexicon, sentence, bare: self.bare }
    }
}

/// Turns marked words outside quotation marks into spans, one per run within a sentence.
fn add_reported(
    document: &Document<'_>,
    words: &[Word],
    inside: &[bool],
    reported: &[bool],
    spans: &mut Vec<VoiceSpan>,
) {
    for sentence in &document.sentences {
        let mut run: Option<Range<usize>> = None;
        let mut end = |run: Option<Range<usize>>| {
            spans.extend(run.map(|range| VoiceSpan { range, voice: Voice::Reported, speaker: None, mention: None }));
        };
        for i in sentence.tokens.clone() {
            let token = document.tokens[i].range();
            match &mut run {
                _ if !reported[i] || inside[i] => end(run.take()),
                Some(r) if !words[i].has_gap(words::gap::QUOTE) => r.end = token.end,
                _ => {
                    end(run.take());
                    run = Some(token);
                }
            }
        }
        end(run);
    }
}

/// Scratch space for the search for reported speech, reused for every sentence.
#[derive(Default)]
struct Finder {
    cutter: segments::Cutter,
    segments: Vec<segments::Segment>,
    extractor: features::Extractor,
    scores: Vec<[f32; 3]>,
    forward: Vec<[f32; 2]>,
    attributed: Vec<bool>,
}

impl Finder {
    /// Marks the words of a sentence that are attributed.
    fn mark(&mut self, view: &View<'_>, reported: &mut [bool]) {
        if !self.cutter.cut(view, &mut self.segments) {
            return;
        }
        let model = model::english();
        self.extractor.bare = view.bare;
        self.extractor.prepare(view, &self.segments);
        self.scores.clear();
        for k in 0..self.segments.len() {
            let mut score = model.score();
            self.extractor.features(view, &self.segments, k, &mut score);
            self.scores.push(score.weights());
        }
        model::decode(&self.scores, &mut self.forward, &mut self.attributed);
        for (segment, attributed) in self.segments.iter().zip(&self.attributed) {
            reported[segment.words.clone()].fill(*attributed);
        }
        inverted::give_back_sources(view, reported);
        inverted::take_clauses(view, reported);
        naming::take_names(view, reported);
        author::give_back_own(view, reported);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::clean::keep_all;
    use proptest::prelude::*;

    fn voices(text: &str) -> Vec<(Voice, &str)> {
        let document = Document::new(text, keep_all(text));
        document.voices.iter().map(|v| (v.voice, &text[v.range.clone()])).collect()
    }

    /// The reported parts of a text.
    pub(super) fn reported(text: &str) -> Vec<&str> {
        voices(text).into_iter().filter(|v| v.0 == Voice::Reported).map(|v| v.1).collect()
    }

    #[test]
    fn a_clause_behind_its_verb() {
        assert_eq!(
            reported("The ministry said that the rebels had left the town."),
            ["that the rebels had left the town"]
        );
        assert_eq!(reported("The ministry said the rebels had left the town."), ["the rebels had left the town"]);
        assert_eq!(
            reported("The minister told reporters on Monday that the town was calm."),
            ["that the town was calm"]
        );
        assert_eq!(reported("The envoy asked whether the talks would go on."), ["whether the talks would go on"]);
    }

    #[test]
    fn a_clause_before_its_verb() {
        assert_eq!(
            reported("The rebels had left the town, the ministry said on Friday."),
            ["The rebels had left the town"]
        );
        assert_eq!(
            reported("Dozens of people were killed in the raid the ministry said on Friday."),
            ["Dozens of people were killed in the raid"]
        );
        assert_eq!(reported("The town, the mayor said, was calm."), ["The town", "was calm"]);
    }

    #[test]
    fn according_to_somebody() {
        assert_eq!(reported("According to the council, the town was calm."), ["the town was calm"]);
        assert_eq!(reported("The town was calm, according to the council."), ["The town was calm"]);
    }

    #[test]
    fn accusations_demands_and_denials() {
        // Whoever is accused belongs to what is said.
        assert_eq!(reported("The envoy accused the army of shelling the town."), ["the army of shelling the town"]);
        assert_eq!(reported("The envoy called for a ceasefire in the north."), ["a ceasefire in the north"]);
        assert_eq!(reported("The army denied that it had shelled the town."), ["that it had shelled the town"]);
        assert_eq!(reported("The general vowed to retake the town."), ["to retake the town"]);
        assert_eq!(reported("The envoy warned that the truce would fail."), ["that the truce would fail"]);
    }

    #[test]
    fn nouns_of_speech() {
        assert_eq!(
            reported("He repeated the claim that the army had shelled the town."),
            ["the claim that the army had shelled the town"]
        );
    }

    #[test]
    fn own_prose_stays_own() {
        assert_eq!(voices("The army shelled the town on Monday. Hundreds of people left their homes."), []);
        // Letting, trying and seeming don't report anybody's words; attacking usually doesn't.
        assert_eq!(voices("The fall of the town allowed the rebels to open a road to the border."), []);
        assert_eq!(voices("The army attacked the rebels' positions and tried to storm the town."), []);
        assert_eq!(voices("Its aim appears to have been the capture of the town."), []);
        assert_eq!(voices("The claims of both sides are old, and the report was long."), []);
    }

    #[test]
    fn a_quotation_parts_reported_speech() {
        assert_eq!(
            voices("The envoy said that the plan was “dead on arrival” and that talks would end."),
            [
                (Voice::Reported, "that the plan was"),
                (Voice::Quoted, "dead on arrival"),
                (Voice::Reported, "and that talks would end"),
            ]
        );
    }

    #[test]
    fn who_speaks_between_two_quotations_is_not_what_is_said() {
        let tagged = [
            "“They left the keys in the door,” said a rebel officer, Capt. Ziad Farhoud, “and fled.”",
            "“They couldn't beat us by themselves,” said a commander, Ziad Farhoud, “so they ordered a war.”",
        ];
        for text in tagged {
            assert_eq!(reported(text), [""; 0], "{text}");
        }
        assert_eq!(
            reported("“A good day,” said the envoy, and added that the town was calm."),
            ["that the town was calm"]
        );
    }

    #[test]
    fn a_megabyte_of_marks_is_read_to_its_end() {
        for piece in [
            "\"",
            "“",
            "”",
            "'",
            "‘a ",
            "\"a \"",
            "a\" ",
            "„ “",
            "«»",
            "'' ",
            "said \"a ",
            "he said, ",
            "I said ",
            "I am told, he said I think ",
            "\"a b c\" and ‘d e f’ ",
        ] {
            let text = piece.repeat((1 << 20) / piece.len());
            check(&text).unwrap_or_else(|error| panic!("{piece:?}: {error}"));
        }
    }

    #[test]
    fn a_mark_within_a_word_parts_no_span_in_two() {
        check("The mayor said he ‘mostly met reporters and said they were tes'\u{200b}ted by the army.").unwrap();
    }

    /// Sorted, not overlapping, within paragraphs, on character boundaries; speakers slice the text.
    fn check(text: &str) -> Result<(), TestCaseError> {
        let document = Document::new(text, keep_all(text));
        let mut last = 0;
        for span in &document.voices {
            prop_assert!(span.voice != Voice::Own);
            prop_assert!(span.range.start >= last && span.range.end > span.range.start);
            prop_assert!(text.get(span.range.clone()).is_some());
            prop_assert!(document.paragraphs.iter().any(|p| p.start <= span.range.start && span.range.end <= p.end));
            for named in span.speaker.iter().chain(&span.mention) {
                prop_assert!(text.get(named.clone()).is_some_and(|s| !s.is_empty()));
            }
            last = span.range.end;
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn spans_of_any_text(text in "[\\PC\n\"'“”‘’«»‹›„‚]{0,120}") {
            check(&text)?;
        }

        #[test]
        fn spans_of_marks_and_speech(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "\"", "“", "”", "‘", "’", "'", "«", "»", "„", " ", " ", ", ", ". ", "\n", ": ", " - ", "(", ")", "he said",
                    "according to", "Mr Lavrov", "that", "the rebels'", "accused of", "told reporters", "who", "…", "é", "no",
                ]),
                0..60,
            )
        ) {
            check(&pieces.concat())?;
        }
    }
}
