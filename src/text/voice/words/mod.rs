//! The words of a document as the rules see them: class, verb, and the punctuation before each.
//!
//! Takes a [`Document`]'s tokens and the word lists of `en/`, hands on one [`Word`] per token. Verb forms are made from
//! the base form by rule; irregular ones are in the list.
//!
//! | file | job |
//! |---|---|
//! | here | classes and frames; from tokens to words |
//! | `lists` | reads the word lists |
//! | `inflect` | forms of regular words |
//! | `gap` | the punctuation before a word |

pub(super) mod gap;
mod inflect;
mod lists;

pub(super) use lists::{Lexicon, english};

use crate::text::{Document, Holds, Memo, Token, TokenKind};

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
        /// Ends in -ed or -ing and isn't a listed verb.
        PARTICIPLE = 21;
        /// Comes between a subject and its verb, or opens a sentence, and names nobody.
        FILLER = 22;
        /// A stretch of time: "a day after he left" says when.
        STRETCH = 23;
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
    /// The names of the lines of `fillers.txt`, and their bits. The model doesn't see these.
    pub(super) const UNSEEN: [(&str, u32); 2] = [("filler", FILLER), ("stretch", STRETCH)];
}

/// What may follow a verb, one bit each; the prepositions come after the letters.
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
    pub(crate) const NOUN: u32 = 1 << 5;
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

/// What the word lists say about a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub classes: Classes,
    /// 1 + the number of the verb in the list; 0 for none.
    pub verb: u16,
    pub form: Form,
}

/// What the word lists and a word's letters say about it, independent of context.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    entry: Entry,
    hash: u64,
}

/// One token as the rules see it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Word {
    pub entry: Entry,
    /// What is before it: bits of [`gap`].
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

impl Lexicon {
    /// The words of a document, one per token.
    pub fn words(&self, document: &Document<'_>, known: &mut Memo<impl Holds<Listed>>) -> Vec<Word> {
        let mut words = Vec::with_capacity(document.tokens.len());
        let mut buffer = String::new();
        for sentence in &document.sentences {
            let (mut last, mut before) = (sentence.range.start, sentence.range.start..sentence.range.start);
            let mut titled = false;
            for at in sentence.tokens.clone() {
                let token = &document.tokens[at];
                let listed = known.get(document.forms[at], || self.listed_as(document.text, token, &mut buffer));
                let Listed { entry, hash } = listed;
                let bytes = document.text.as_bytes();
                let between = &bytes[last..token.start as usize];
                let between = gap::behind(between, &bytes[before.clone()], bytes[token.start as usize], titled);
                words.push(Word { entry, gap: gap::between(between), hash });
                (last, before) = (token.end as usize, token.range());
                titled = entry.classes & class::TITLE != 0;
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
    // The rest is read without a loop: its first and last four bytes, or its first, middle and last byte.
    let n = rest.len();
    let part = match n {
        0 => 0,
        1..4 => u64::from(rest[0]) | u64::from(rest[n / 2]) << 8 | u64::from(rest[n - 1]) << 16,
        _ => four(rest) | four(&rest[n - 4..]) << 32,
    };
    fold(hash, part) | 1
}
