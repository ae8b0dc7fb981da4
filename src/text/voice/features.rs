//! Features: what the model sees of a segment.
//!
//! A feature is a template's number and up to three values; a value is a small number or the hash of a word. Words that
//! are in no list are represented only by their shape, so that the model learns how things are reported and not what.

use super::phrases::View;
use super::segments::{Kind, Segment, punctuation};
use super::words::{Form, Word, class, hash_ascii};

/// Takes the features of one segment.
pub(super) trait Sink {
    /// One feature.
    fn add(&mut self, template: u64, a: u64, b: u64, c: u64);
}

/// The shapes of words that are in no list.
pub(super) const SHAPES: [&str; 7] = ["<capital>", "<number>", "<ly>", "<participle>", "<mark>", "<low>", "<none>"];

/// Hashes of [`SHAPES`], made once.
pub(super) struct Shapes([u64; 7]);

impl Default for Shapes {
    fn default() -> Self {
        Shapes(SHAPES.map(|s| hash_ascii(s.as_bytes())))
    }
}

const LISTED: u32 = (1 << 17) - 1;

impl Shapes {
    fn of(&self, word: &Word) -> u64 {
        let classes = word.entry.classes;
        if word.entry.verb != 0 || classes & LISTED != 0 {
            return word.hash;
        }
        let at = [class::CAPITAL, class::NUMBER, class::LY, class::PARTICIPLE, class::MARK]
            .iter()
            .position(|c| classes & c != 0)
            .unwrap_or(5);
        self.0[at]
    }

    fn none(&self) -> u64 {
        self.0[6]
    }
}

/// A verb in the sentence, and its place.
#[derive(Clone, Copy)]
struct Cue {
    segment: usize,
    lemma: u64,
    form: Form,
    /// Last word of its subject, by list or shape.
    subject: u64,
    /// The word before it.
    before: u64,
    /// What follows it and its adverbial: punctuation, and the first word.
    behind: u64,
    next: u64,
    /// Punctuation before its subject.
    opens: u64,
}

/// Scratch space, reused for every sentence.
#[derive(Default)]
pub(super) struct Extractor {
    shapes: Shapes,
    cues: Vec<Cue>,
    breaks: Vec<u32>,
    /// First and last quoted segment.
    quoted: Option<(usize, usize)>,
    according: Option<usize>,
    /// Whether the document has next to no commas, so that clauses must be separated without them.
    pub bare: bool,
}

impl Extractor {
    /// Prepares a sentence before the features of its segments are requested.
    pub fn prepare(&mut self, view: &View<'_>, segments: &[Segment]) {
        self.quoted = None;
        self.cues.clear();
        self.breaks.clear();
        self.according = None;
        let mut breaks = 0;
        for (k, segment) in segments.iter().enumerate() {
            let first = view.words[segment.words.start];
            breaks += u32::from(k > 0 && punctuation(first.gap) != 0);
            self.breaks.push(breaks);
            if first.hash == view.lexicon.according {
                self.according = Some(k);
            }
            if segment.kind == Kind::Quoted {
                self.quoted = Some((self.quoted.map_or(k, |q| q.0), k));
            }
            if segment.kind == Kind::Verb {
                self.cues.push(self.cue(view, segments, k));
            }
        }
    }

    fn cue(&self, view: &View<'_>, segments: &[Segment], k: usize) -> Cue {
        let verb = segments[k].words.start;
        let word = view.words[verb];
        // "…, the ministry said on Friday." ends like "…, the ministry said.".
        let behind = view.skip_adverbial(verb + 1);
        let mut subject = k;
        while subject > 0 && segments[subject - 1].kind == Kind::Auxiliary {
            subject -= 1;
        }
        let sourced = subject > 0 && segments[subject - 1].kind == Kind::Source;
        let at = if sourced { segments[subject - 1].words.start } else { verb };
        Cue {
            segment: k,
            lemma: view.lexicon.lemma_hash(word.entry),
            form: word.entry.form,
            subject: if sourced {
                self.shapes.of(&view.words[segments[subject - 1].words.end - 1])
            } else {
                self.shapes.none()
            },
            before: self.word(view, verb.checked_sub(1)),
            behind: self.behind(view, behind),
            next: self.word(view, Some(behind)),
            opens: if at > view.sentence.start { punctuation(view.words[at].gap) } else { 12 },
        }
    }

    fn behind(&self, view: &View<'_>, at: usize) -> u64 {
        if at >= view.sentence.end { 12 } else { punctuation(view.words[at].gap) }
    }

    fn word(&self, view: &View<'_>, at: Option<usize>) -> u64 {
        match at {
            Some(i) if view.sentence.contains(&i) => self.shapes.of(&view.words[i]),
            _ => self.shapes.none(),
        }
    }

    /// The features of segment `k`.
    pub fn features(&self, view: &View<'_>, segments: &[Segment], k: usize, sink: &mut impl Sink) {
        let segment = &segments[k];
        let (from, to) = (segment.words.start, segment.words.end);
        let kind = segment.kind as u64;
        let before = if k == 0 { 12 } else { punctuation(view.words[from].gap) };
        let behind = self.behind(view, to);
        let first = self.word(view, Some(from));
        let second = if to - from > 1 { self.word(view, Some(from + 1)) } else { 0 };
        let last = self.word(view, Some(to - 1));
        let previous = self.word(view, from.checked_sub(1));
        let next = self.word(view, Some(to));
        let kinds = |k: Option<usize>| k.and_then(|k| segments.get(k)).map_or(0, |s| s.kind as u64);
        let (kind_before, kind_behind) = (kinds(k.checked_sub(1)), kinds(Some(k + 1)));
        sink.add(1, kind, before, behind);
        sink.add(2, kind_before, kind, kind_behind);
        sink.add(3, first, before, 0);
        sink.add(4, previous, first, 0);
        sink.add(5, last, behind, 0);
        sink.add(6, next, behind, kind);
        sink.add(7, first, second, 0);
        if let Some((left, right)) = self.quoted {
            sink.add(21, u64::from(left < k) * 2 + u64::from(right > k), kind, before);
        }
        let at = self.cues.partition_point(|c| c.segment < k);
        let own = self.cues.get(at).filter(|c| c.segment == k);
        let right = self.cues.get(at + usize::from(own.is_some()));
        if let Some(c) = own {
            sink.add(8, c.lemma, c.form as u64, behind);
            sink.add(9, c.lemma, c.before, 0);
        }
        if let Some(c) = at.checked_sub(1).map(|i| &self.cues[i]) {
            self.left(c, k, first, before, sink);
        }
        if let Some(c) = right {
            let distance = (c.segment - k).min(4) as u64;
            let breaks = u64::from(self.breaks[c.segment] - self.breaks[k]).min(3);
            sink.add(14, c.lemma, c.behind, breaks);
            sink.add(15, c.behind * 16 + c.opens, breaks, distance);
            sink.add(16, c.form as u64 * 16 + c.behind, c.opens, c.subject);
            sink.add(17, c.lemma, c.next, breaks);
            sink.add(20, c.lemma, c.opens * 16 + c.behind, kind);
        } else {
            sink.add(18, kind, behind, 0);
        }
        if self.bare {
            let left = at.checked_sub(1).map_or(0, |i| (k - self.cues[i].segment).min(4) as u64 + 1);
            let ends = right.map_or(0, |c| c.behind * 16 + (c.segment - k).min(4) as u64 + 1);
            sink.add(22, ends, kind, left);
            sink.add(23, left, first, u64::from(right.is_some_and(|c| c.behind == 12)));
            sink.add(24, behind, kind, kind_behind);
        }
        if let Some(a) = self.according {
            let breaks = self.breaks[a].abs_diff(self.breaks[k]).min(3);
            sink.add(19, u64::from(a <= k) + 1, u64::from(breaks), u64::from(a == 0));
        }
    }

    /// The features from the nearest verb before a segment.
    fn left(&self, c: &Cue, k: usize, first: u64, before: u64, sink: &mut impl Sink) {
        let distance = (k - c.segment).min(4) as u64;
        let breaks = u64::from(self.breaks[k] - self.breaks[c.segment]).min(3);
        sink.add(10, c.lemma, distance, breaks);
        sink.add(11, c.lemma, first, distance.min(2));
        sink.add(12, c.form as u64, distance * 16 + before, first);
        sink.add(13, c.subject, distance.min(2), breaks);
    }
}
