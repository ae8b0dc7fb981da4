//! The words of a document as the rules see them: class, verb, and the punctuation before each.
//!
//! Takes a [`Document`]'s tokens and the word lists of `en/`, hands on one [`Word`] a token. Verb forms are made from
//! the base form by rule; irregular ones stand in the list.

use crate::text::{Document, Holds, Memo, Token, TokenKind};
use std::sync::OnceLock;

/// A set of word classes, one bit each: see [`class`].
pub(super) type Classes = u32;

/// The bits of [`Classes`].
pub(super) mod class {
    macro_rules! bits {
        ($($(#[$doc:meta])* $name:ident = $bit:expr;)*) => {
            $($(#[$doc])* pub(crate) const $name: u32 = 1 << $bit;)*
        };
    }
    bits! {
        SUBJECT = 0;
        DETERMINER = 1;
        POSSESSIVE = 2;
        OBJECT = 3;
        AUXILIARY = 4;
        PREPOSITION = 5;
        COORDINATOR = 6;
        SUBORDINATOR = 7;
        RELATIVE = 8;
        QUESTION = 9;
        NEGATION = 10;
        ADVERB = 11;
        TIME = 12;
        CHANNEL = 13;
        TITLE = 14;
        /// A noun of speech or belief.
        NOUN = 15;
        /// An adjective of belief or intention.
        ADJECTIVE = 16;
        /// Ends in -ly.
        LY = 17;
        /// Begins with a capital.
        CAPITAL = 18;
        /// A number in digits.
        NUMBER = 19;
        /// The `'s` of a possessive or contraction.
        MARK = 20;
        /// Ends in -ed or -ing and is no listed verb.
        PARTICIPLE = 21;
    }
    /// The names of the lines of `functions.txt`, in the order of their bits.
    pub(super) const NAMES: [&str; 15] = [
        "subject",
        "determiner",
        "possessive",
        "object",
        "auxiliary",
        "preposition",
        "coordinator",
        "subordinator",
        "relative",
        "question",
        "negation",
        "adverb",
        "time",
        "channel",
        "title",
    ];
}

/// What may follow a verb, one bit each; the prepositions come behind the letters.
pub(super) mod frame {
    /// The letters of `verbs.txt`, in the order of their bits.
    pub(crate) const LETTERS: [&str; 7] = ["c", "q", "t", "i", "g", "n", "w"];
    /// The prepositions of `verbs.txt`, in the order of their bits.
    pub(crate) const PREPOSITIONS: [&str; 11] =
        ["of", "for", "about", "against", "to", "on", "as", "with", "at", "in", "out"];
    pub(crate) const CLAUSE: u32 = 1;
    pub(crate) const QUOTATION: u32 = 1 << 1;
    pub(crate) const PERSON: u32 = 1 << 2;
    pub(crate) const INFINITIVE: u32 = 1 << 3;
}

/// The form of a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub(super) enum Form {
    /// `say`
    #[default]
    Base,
    /// `says`
    Third,
    /// `said`
    Past,
    /// `saying`
    Ing,
}

/// What stands between a word and the one before it.
pub(super) mod gap {
    macro_rules! bits {
        ($($name:ident = $bit:expr;)*) => { $(pub(crate) const $name: u16 = 1 << $bit;)* };
    }
    bits! {
        COMMA = 0;
        SEMICOLON = 1;
        COLON = 2;
        DASH = 3;
        OPEN = 4;
        CLOSE = 5;
        QUOTE = 6;
        STOP = 7;
        JOINED = 8;
        OTHER = 9;
    }
    /// Punctuation that parts clauses.
    pub(crate) const BREAK: u16 = COMMA | SEMICOLON | COLON | DASH | OPEN | CLOSE | QUOTE | STOP;
}

/// What the word lists say of a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub classes: Classes,
    /// 1 + the number of the verb in the list; 0 for none.
    pub verb: u16,
    pub form: Form,
}

/// What the word lists and its letters say of a word, wherever it stands.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    entry: Entry,
    hash: u64,
}

/// One token as the rules see it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Word {
    pub entry: Entry,
    /// What stands before it: bits of [`gap`].
    pub gap: u16,
    /// The hash of its normal form.
    pub hash: u64,
}

impl Word {
    pub fn is(&self, classes: Classes) -> bool {
        self.entry.classes & classes != 0
    }

    pub fn has_gap(&self, bits: u16) -> bool {
        self.gap & bits != 0
    }
}

/// Bits of the word lists' filter.
const FILTER_BITS: usize = 1 << 16;

/// The word lists of a language.
pub(super) struct Lexicon {
    table: Vec<(u64, Entry)>,
    /// One bit for every hash there may be: most words stand in no list, and this says so without a cache miss.
    filter: Vec<u64>,
    frames: Vec<u32>,
    #[cfg(test)]
    lemmas: Vec<String>,
    #[cfg(test)]
    words: Vec<String>,
    lemma_hashes: Vec<u64>,
    /// Hashes of single words that rules ask for.
    pub to: u64,
    pub of: u64,
    pub according: u64,
    pub reportedly: u64,
}

/// The English word lists, read once.
pub(super) fn english() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| {
        Lexicon::new(
            include_str!("en/verbs.txt"),
            include_str!("en/nouns.txt"),
            include_str!("en/adjectives.txt"),
            include_str!("en/functions.txt"),
        )
    })
}

fn lines(list: &str) -> impl Iterator<Item = &str> {
    list.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'))
}

impl Lexicon {
    fn new(verbs: &str, nouns: &str, adjectives: &str, functions: &str) -> Self {
        let mut lexicon = Lexicon {
            table: vec![(0, Entry::default()); 8192],
            filter: vec![0; FILTER_BITS / 64],
            frames: vec![0],
            #[cfg(test)]
            lemmas: vec![String::new()],
            #[cfg(test)]
            words: Vec::new(),
            lemma_hashes: vec![0],
            to: hash_ascii(b"to"),
            of: hash_ascii(b"of"),
            according: hash_ascii(b"according"),
            reportedly: hash_ascii(b"reportedly"),
        };
        for line in lines(functions) {
            let Some((name, words)) = line.split_once(':') else { continue };
            let Some(bit) = class::NAMES.iter().position(|n| *n == name) else { continue };
            for word in words.split_whitespace() {
                lexicon.entry(word).classes |= 1 << bit;
            }
        }
        for (list, bit) in [(nouns, class::NOUN), (adjectives, class::ADJECTIVE)] {
            for word in lines(list).flat_map(str::split_whitespace) {
                lexicon.entry(word).classes |= bit;
                if bit == class::NOUN {
                    lexicon.entry(&plural(word)).classes |= bit;
                }
            }
        }
        for line in lines(verbs) {
            let Some((forms, frames)) = line.split_once(':') else { continue };
            lexicon.add_verb(forms, frames);
        }
        lexicon
    }

    fn add_verb(&mut self, forms: &str, frames: &str) {
        let forms: Vec<&str> = forms.split_whitespace().collect();
        let Some(&base) = forms.first() else { return };
        let mut bits = 0;
        for frame in frames.split_whitespace() {
            if let Some(bit) = frame::LETTERS.iter().position(|l| *l == frame) {
                bits |= 1 << bit;
            } else if let Some(bit) = frame::PREPOSITIONS.iter().position(|p| *p == frame) {
                bits |= 1 << (bit + frame::LETTERS.len());
            }
        }
        let number = self.frames.len() as u16;
        self.frames.push(bits);
        #[cfg(test)]
        self.lemmas.push(base.to_owned());
        self.lemma_hashes.push(hash_ascii(base.as_bytes()));
        let mut all = vec![(base.to_owned(), Form::Base)];
        if forms.len() > 1 {
            for form in &forms[1..] {
                let which = match form {
                    f if f.ends_with("ing") => Form::Ing,
                    f if f.ends_with('s') => Form::Third,
                    _ => Form::Past,
                };
                all.push(((*form).to_owned(), which));
            }
        } else {
            all.extend([
                (plural(base), Form::Third),
                (with_ending(base, "ed"), Form::Past),
                (with_ending(base, "ing"), Form::Ing),
            ]);
        }
        for (word, form) in all {
            let entry = self.entry(&word);
            if entry.verb == 0 {
                (entry.verb, entry.form) = (number, form);
            }
        }
    }

    fn entry(&mut self, word: &str) -> &mut Entry {
        #[cfg(test)]
        self.words.push(word.to_owned());
        let hash = hash_ascii(word.as_bytes());
        let bit = (hash >> 20) as usize % FILTER_BITS;
        self.filter[bit / 64] |= 1 << (bit % 64);
        let at = self.slot(hash);
        self.table[at].0 = hash;
        &mut self.table[at].1
    }

    /// The place of a hash in the table, or the free place where it belongs. The table is never full.
    fn slot(&self, hash: u64) -> usize {
        let mask = self.table.len() - 1;
        let mut at = (hash >> 40) as usize & mask;
        while self.table[at].0 != hash && self.table[at].0 != 0 {
            at = (at + 1) & mask;
        }
        at
    }

    /// What the lists say of the word with this hash.
    pub fn find(&self, hash: u64) -> Entry {
        let bit = (hash >> 20) as usize % FILTER_BITS;
        if self.filter[bit / 64] >> (bit % 64) & 1 == 0 {
            return Entry::default();
        }
        self.table[self.slot(hash)].1
    }

    /// Every word of the lists, in all its forms.
    #[cfg(test)]
    pub fn listed(&self) -> Vec<String> {
        self.words.clone()
    }

    /// What may follow a verb: bits of [`frame`].
    pub fn frames(&self, entry: Entry) -> u32 {
        self.frames[entry.verb as usize]
    }

    /// Whether a preposition, by its hash, introduces what a verb says.
    pub fn takes(&self, entry: Entry, preposition: u64) -> bool {
        let frames = self.frames(entry) >> frame::LETTERS.len();
        frames != 0
            && frame::PREPOSITIONS
                .iter()
                .enumerate()
                .any(|(i, p)| frames >> i & 1 == 1 && hash_ascii(p.as_bytes()) == preposition)
    }

    /// The hash of a verb's base form.
    pub fn lemma_hash(&self, entry: Entry) -> u64 {
        self.lemma_hashes[entry.verb as usize]
    }

    /// The base form of a verb.
    #[cfg(test)]
    pub fn lemma(&self, entry: Entry) -> &str {
        &self.lemmas[entry.verb as usize]
    }

    /// The words of a document, one a token.
    pub fn words(&self, document: &Document<'_>, known: &mut Memo<impl Holds<Listed>>) -> Vec<Word> {
        let mut words = Vec::with_capacity(document.tokens.len());
        let mut buffer = String::new();
        for sentence in &document.sentences {
            let mut last = sentence.range.start;
            for at in sentence.tokens.clone() {
                let token = &document.tokens[at];
                let listed = known.get(document.forms[at], || self.listed_as(document.text, token, &mut buffer));
                let Listed { entry, hash } = listed;
                let between = &document.text.as_bytes()[last..token.start as usize];
                words.push(Word { entry, gap: gap_bits(between), hash });
                last = token.end as usize;
            }
        }
        words
    }

    fn listed_as(&self, text: &str, token: &Token, buffer: &mut String) -> Listed {
        let letters = token.of(text);
        let bytes = letters.as_bytes();
        let hash = if letters.is_ascii() {
            hash_ascii(bytes)
        } else {
            crate::text::tokens::normalize(letters, buffer);
            hash_ascii(buffer.as_bytes())
        };
        let mut entry = self.find(hash);
        if bytes[0].is_ascii_uppercase() || bytes[0] >= 128 && letters.starts_with(char::is_uppercase) {
            entry.classes |= class::CAPITAL;
        } else if bytes[0].is_ascii_digit() {
            entry.classes |= class::NUMBER;
        }
        if token.kind == TokenKind::Possessive {
            entry = Entry { classes: class::MARK, ..Entry::default() };
        } else if bytes.ends_with(b"ly") {
            entry.classes |= class::LY;
        } else if entry.verb == 0 && (bytes.ends_with(b"ed") || bytes.ends_with(b"ing")) && bytes.len() > 4 {
            entry.classes |= class::PARTICIPLE;
        }
        Listed { entry, hash }
    }
}

/// The hash of a word in lower case: bytes are folded eight at a time (FxHash, as rustc uses it).
#[inline]
pub(super) fn hash_ascii(bytes: &[u8]) -> u64 {
    const K: u64 = 0x517c_c1b7_2722_0a95;
    const LOWER: u64 = 0x2020_2020_2020_2020;
    let fold = |hash: u64, part: u64| (hash.rotate_left(5) ^ (part | LOWER)).wrapping_mul(K);
    let four = |b: &[u8]| b.first_chunk().map_or(0, |b| u64::from(u32::from_le_bytes(*b)));
    let mut hash = bytes.len() as u64;
    let (chunks, rest) = bytes.as_chunks::<8>();
    for chunk in chunks {
        hash = fold(hash, u64::from_le_bytes(*chunk));
    }
    // What is left is read without a loop: its first and last four bytes, or its first, middle and last byte.
    let n = rest.len();
    let part = match n {
        0 => 0,
        1..4 => u64::from(rest[0]) | u64::from(rest[n / 2]) << 8 | u64::from(rest[n - 1]) << 16,
        _ => four(rest) | four(&rest[n - 4..]) << 32,
    };
    fold(hash, part) | 1
}

fn gap_bits(between: &[u8]) -> u16 {
    if between == b" " {
        return 0;
    }
    if between.is_empty() {
        return gap::JOINED;
    }
    let mut bits = 0;
    let mut spaces = false;
    for (i, b) in between.iter().enumerate() {
        bits |= match b {
            b' ' | b'\t' | b'\n' | b'\r' => {
                spaces = true;
                0
            }
            b',' => gap::COMMA,
            b';' => gap::SEMICOLON,
            b':' => gap::COLON,
            b'(' | b'[' => gap::OPEN,
            b')' | b']' => gap::CLOSE,
            b'"' => gap::QUOTE,
            b'\'' if between.len() > 1 => gap::QUOTE,
            b'.' | b'!' | b'?' => gap::STOP,
            b'-' if between.len() == 1 => gap::JOINED,
            b'-' => gap::DASH,
            0xE2 => match between.get(i + 1..i + 3) {
                Some([0x80, 0x93..=0x95]) => gap::DASH,
                Some([0x80, 0x98 | 0x9A..=0x9F | 0xB9 | 0xBA]) => gap::QUOTE,
                Some([0x80, 0xA6]) => gap::STOP,
                _ => 0,
            },
            0xC2 => match between.get(i + 1) {
                Some(0xAB | 0xBB) => gap::QUOTE,
                Some(0xA0) => {
                    spaces = true;
                    0
                }
                _ => 0,
            },
            0x80..=0xBF => 0,
            _ => gap::OTHER,
        };
    }
    if bits == 0 && !spaces { gap::JOINED } else { bits }
}

fn plural(word: &str) -> String {
    match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if word.ends_with(['s', 'x', 'z', 'o']) || word.ends_with("ch") || word.ends_with("sh") => {
            format!("{word}es")
        }
        _ => format!("{word}s"),
    }
}

/// A regular verb form: `-ed` or `-ing`.
fn with_ending(base: &str, ending: &str) -> String {
    const DOUBLED: &[&str] = &[
        "admit", "submit", "rebut", "infer", "refer", "permit", "brag", "blog", "quip", "plan", "dub", "slam", "rip",
        "pan", "chat", "ban", "bet", "hit", "regret", "dispel",
    ];
    if let Some(stem) = base.strip_suffix('e') {
        return if ending == "ing" && (base.ends_with("ee") || base.ends_with("oe")) {
            format!("{base}{ending}")
        } else {
            format!("{stem}{ending}")
        };
    }
    if let Some(stem) = base.strip_suffix('y')
        && ending == "ed"
        && !stem.ends_with(['a', 'e', 'o', 'u'])
    {
        return format!("{stem}ied");
    }
    match base.chars().next_back() {
        Some(last) if DOUBLED.contains(&base) => format!("{base}{last}{ending}"),
        _ => format!("{base}{ending}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn verb_forms_lead_to_their_base() {
        for (form, base, which) in [
            ("said", "say", Form::Past),
            ("denies", "deny", Form::Third),
            ("denied", "deny", Form::Past),
            ("accusing", "accuse", Form::Ing),
            ("admitted", "admit", Form::Past),
            ("Told", "tell", Form::Past),
            ("forecasting", "forecast", Form::Ing),
            ("confesses", "confess", Form::Third),
            ("disagreeing", "disagree", Form::Ing),
        ] {
            let entry = english().find(hash_ascii(form.as_bytes()));
            assert_eq!((english().lemma(entry), entry.form), (base, which), "{form}");
        }
    }

    #[test]
    fn every_line_of_the_lists_is_read() {
        for line in lines(include_str!("en/functions.txt")) {
            assert!(class::NAMES.contains(&line.split(':').next().unwrap()), "{line}");
        }
        for line in lines(include_str!("en/verbs.txt")) {
            let (forms, frames) = line.split_once(':').unwrap();
            assert!(matches!(forms.split_whitespace().count(), 1 | 3..=6), "{line}");
            for f in frames.split_whitespace() {
                assert!(frame::LETTERS.contains(&f) || frame::PREPOSITIONS.contains(&f), "{line}");
            }
        }
        assert!(english().table.iter().filter(|(h, _)| *h != 0).count() < 4096);
    }

    #[test]
    fn gaps() {
        assert_eq!(gap_bits(b" "), 0);
        assert_eq!(gap_bits(b", "), gap::COMMA);
        assert_eq!(gap_bits(b"-"), gap::JOINED);
        assert_eq!(gap_bits(" – ".as_bytes()), gap::DASH);
        assert_eq!(gap_bits(",” ".as_bytes()), gap::COMMA | gap::QUOTE);
    }
}
