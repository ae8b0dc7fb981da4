//! Finds the uses of all cues of a lexicon in a document.
//!
//! Each contrast is matched separately, from left to right, and a token counts only once per contrast. The longest
//! match wins, among cues and exceptions alike. Between matches of the same length a literal wins over a glob, then
//! initials written exactly as in the cue, then the lexicon's order decides.
//!
//! The tokens of a phrase must be consecutive and in one sentence, with nothing between them but white space, hyphens,
//! slashes, ampersands (`9/11`, `AT&T`), the stop of an abbreviation (`U.S. troops`) or quotation marks; and a comma if
//! the phrase has one there. No match begins with a possessive `'s`, which isn't a word, so nothing has more uses than words.
//!
//! Takes a [`Lexicon`] once, then any number of [`Document`]s; all patterns form one tree over token patterns, which is
//! walked once. Not done here: voices, counting.

use super::lexicon::Lexicon;
use super::pattern::{self, Spelled, TokenPattern};
use crate::text::tokens::{self, TokenKind};
use crate::text::{Document, Holds, Memo};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::ops::Range;

/// What a match belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A cue: the pole's index in its contrast, and the cue's number in the lexicon ([`Lexicon::cues`]).
    Cue {
        /// Index of the pole in its contrast.
        pole: usize,
        /// The cue's number.
        cue: usize,
    },
    /// An exception: not a use of any pole.
    Except {
        /// Its index in the contrast's exceptions.
        except: usize,
    },
}

/// One occurrence of a cue or an exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CueMatch {
    /// Index of the contrast in the lexicon.
    pub contrast: usize,
    /// What matched.
    pub target: Target,
    /// Indices into the document's tokens.
    pub tokens: Range<usize>,
    /// Index of the sentence.
    pub sentence: usize,
}

/// The number of a token pattern.
type Symbol = u32;

/// Set in a symbol if the token matches by its initials but writes them differently.
const OTHERWISE: Symbol = 1 << 31;
/// The symbol of a comma between two tokens.
const COMMA: Symbol = OTHERWISE - 1;

#[derive(Debug, Default)]
struct Node {
    /// Sorted by symbol: many cues begin at the root.
    next: Vec<(Symbol, u32)>,
    ends: Vec<Ending>,
}

impl Node {
    /// The position of a symbol among the next ones, or where it would be.
    fn find(&self, symbol: Symbol) -> Result<usize, usize> {
        self.next.binary_search_by_key(&symbol, |(symbol, _)| *symbol)
    }
}

#[derive(Debug, Clone, Copy)]
struct Ending {
    contrast: usize,
    target: Target,
    /// How many of its tokens are literals; decides between matches of the same length.
    literals: usize,
    /// Its position in the lexicon, exceptions last; decides if the literals are equal, too.
    order: usize,
}

/// A lexicon prepared for matching; shared by all threads.
#[derive(Debug)]
pub struct Matcher {
    nodes: Vec<Node>,
    literals: FxHashMap<String, Symbol>,
    words: FxHashMap<String, Symbol>,
    /// The symbols of initials, by their letters.
    initials: FxHashMap<String, Symbol>,
    /// Prefix globs by their first byte.
    prefixes: Vec<Vec<(String, Symbol)>>,
    globs: Vec<(TokenPattern, Symbol)>,
    n_contrasts: usize,
    n_patterns: usize,
}

impl Matcher {
    /// Builds the tree of all cues and exceptions.
    pub fn new(lexicon: &Lexicon) -> Self {
        let mut matcher = Matcher::empty(lexicon.contrasts.len());
        let mut symbols = FxHashMap::default();
        for (number, (contrast, pole, cue)) in lexicon.cues().enumerate() {
            matcher.insert(&cue.tokens, contrast, Target::Cue { pole, cue: number }, &mut symbols);
        }
        for (c, contrast) in lexicon.contrasts.iter().enumerate() {
            for (except, cue) in contrast.except.iter().enumerate() {
                matcher.insert(&cue.tokens, c, Target::Except { except }, &mut symbols);
            }
        }
        matcher
    }

    /// A matcher for words and phrases with globs instead of a lexicon. Their matches are [`Target::Except`], numbered
    /// in the order given. A phrase without a letter or digit matches nothing.
    pub fn of_phrases(phrases: &[impl AsRef<str>]) -> Self {
        let mut matcher = Matcher::empty(1);
        let mut symbols = FxHashMap::default();
        for (except, phrase) in phrases.iter().enumerate() {
            let tokens = pattern::parse(phrase.as_ref());
            if !tokens.is_empty() {
                matcher.insert(&tokens, 0, Target::Except { except }, &mut symbols);
            }
        }
        matcher
    }

    fn empty(n_contrasts: usize) -> Self {
        Matcher {
            nodes: vec![Node::default()],
            literals: FxHashMap::default(),
            words: FxHashMap::default(),
            initials: FxHashMap::default(),
            prefixes: vec![Vec::new(); 256],
            globs: Vec::new(),
            n_contrasts,
            n_patterns: 0,
        }
    }

    fn insert(
        &mut self,
        patterns: &[TokenPattern],
        contrast: usize,
        target: Target,
        symbols: &mut FxHashMap<TokenPattern, Symbol>,
    ) {
        let mut at = 0;
        for pattern in patterns {
            let fresh = symbols.len() as Symbol;
            let symbol = match pattern {
                TokenPattern::Comma => COMMA,
                _ => *symbols.entry(pattern.clone()).or_insert(fresh),
            };
            if symbol == fresh {
                match pattern {
                    TokenPattern::Comma => {}
                    TokenPattern::Literal(word) => drop(self.literals.insert(word.clone(), symbol)),
                    TokenPattern::Word(word) => drop(self.words.insert(word.clone(), symbol)),
                    TokenPattern::Initials(letters) => drop(self.initials.insert(letters.clone(), symbol)),
                    TokenPattern::Prefix(prefix) => {
                        self.prefixes[prefix.as_bytes()[0] as usize].push((prefix.clone(), symbol))
                    }
                    TokenPattern::Glob(_) => self.globs.push((pattern.clone(), symbol)),
                }
            }
            at = match self.nodes[at].find(symbol) {
                Ok(place) => self.nodes[at].next[place].1 as usize,
                Err(place) => {
                    let node = self.nodes.len();
                    self.nodes.push(Node::default());
                    self.nodes[at].next.insert(place, (symbol, node as u32));
                    node
                }
            };
        }
        let literals = patterns.iter().filter(|p| p.normal().is_some()).count();
        self.nodes[at].ends.push(Ending { contrast, target, literals, order: self.n_patterns });
        self.n_patterns += 1;
    }

    /// Appends the symbols whose patterns match a token.
    fn symbols_of(&self, token: &Spelled, out: &mut Vec<Symbol>) {
        let Spelled { normal, initials } = token;
        out.extend(self.literals.get(normal));
        out.extend(self.words.get(normal));
        if let Some(first) = normal.as_bytes().first() {
            let prefixes = &self.prefixes[*first as usize];
            out.extend(prefixes.iter().filter(|(p, _)| normal.starts_with(p.as_str())).map(|(_, s)| *s));
        }
        if let Some(letters) = initials {
            // Initials without stops were already looked up among the literals, by their normal form.
            let (as_written, otherwise) = match letters == normal {
                true => (None, &self.initials),
                false => (self.initials.get(letters), &self.literals),
            };
            out.extend(as_written);
            out.extend(otherwise.get(letters).map(|symbol| symbol | OTHERWISE));
        }
        out.extend(self.globs.iter().filter(|(g, _)| g.matches(token)).map(|(_, s)| *s));
    }

    /// All matches of a document, exceptions included, by sentence, then by first token, then by contrast.
    pub fn find(&self, document: &Document<'_>) -> Vec<CueMatch> {
        self.find_with(document, &mut Symbols::default(), &mut Memo::<Option<SymbolRange>>::default())
    }

    /// The same, reusing what is known about the words of earlier documents of the same
    /// [`Reader`](crate::text::Reader).
    pub fn find_with(
        &self,
        document: &Document<'_>,
        Symbols(flat): &mut Symbols,
        known: &mut Memo<impl Holds<SymbolRange>>,
    ) -> Vec<CueMatch> {
        let mut found = Vec::new();
        if self.n_patterns == 0 {
            return found;
        }
        let mut of_token = Vec::with_capacity(document.tokens.len());
        for (token, form) in document.tokens.iter().zip(&document.forms) {
            of_token.push(known.get(*form, || {
                let start = flat.len() as u32;
                self.symbols_of(&Spelled::of(token.of(document.text)), flat);
                SymbolRange(start, flat.len() as u32)
            }));
        }
        let is_some = |SymbolRange(start, end): &SymbolRange| start < end;
        if !of_token.iter().any(is_some) {
            return found;
        }
        let mut search = Search {
            matcher: self,
            document,
            flat,
            of_token: &of_token,
            best: vec![None; self.n_contrasts],
            met: vec![],
        };
        let mut free = vec![0; self.n_contrasts];
        for (number, sentence) in document.sentences.iter().enumerate() {
            let begins = |at: &usize| is_some(&of_token[*at]) && document.tokens[*at].kind == TokenKind::Word;
            for at in sentence.tokens.clone().filter(begins) {
                search.walk(0, at, at, sentence.tokens.end, 0);
                search.met.sort_unstable();
                for contrast in search.met.drain(..) {
                    let Some((end, _, ending)) = search.best[contrast].take() else { continue };
                    if at >= free[contrast] {
                        free[contrast] = end;
                        found.push(CueMatch { contrast, target: ending.target, tokens: at..end, sentence: number });
                    }
                }
            }
        }
        found
    }
}

/// Which patterns of one [`Matcher`] words match, word after word.
#[derive(Debug, Default)]
pub struct Symbols(Vec<Symbol>);

/// Where the symbols of one word begin and end.
#[derive(Debug, Clone, Copy)]
pub struct SymbolRange(u32, u32);

/// What may be between the words of a phrase, besides white space.
const JOINS: &str = "-\u{2010}\u{2011}–/&.\"'“”‘’«»";

struct Search<'m, 'd, 't> {
    matcher: &'m Matcher,
    document: &'d Document<'t>,
    flat: &'m [Symbol],
    /// By token: where its symbols begin and end.
    of_token: &'m [SymbolRange],
    /// By contrast: the end of the longest match so far, how many of its initials are written differently, and what it
    /// is.
    best: Vec<Option<(usize, usize, Ending)>>,
    /// The contrasts that have a match: usually few of a lexicon's contrasts.
    met: Vec<usize>,
}

impl<'m> Search<'m, '_, '_> {
    fn symbols(&self, token: usize) -> &'m [Symbol] {
        let SymbolRange(start, end) = self.of_token[token];
        &self.flat[start as usize..end as usize]
    }

    /// Follows the tree from `node`. The tokens `start..at` have matched already, `otherwise` of them as initials
    /// written differently.
    fn walk(&mut self, node: usize, start: usize, at: usize, end: usize, otherwise: usize) {
        for e in 0..self.matcher.nodes[node].ends.len() {
            let ending = self.matcher.nodes[node].ends[e];
            let best = &mut self.best[ending.contrast];
            let rank = |until: usize, otherwise: usize, ending: &Ending| {
                (until, ending.literals, Reverse(otherwise), Reverse(ending.order))
            };
            let better = best.is_none_or(|(until, n, other)| rank(at, otherwise, &ending) > rank(until, n, &other));
            if better {
                if best.is_none() {
                    self.met.push(ending.contrast);
                }
                *best = Some((at, otherwise, ending));
            }
        }
        if at >= end {
            return;
        }
        let Some(node) = (if at == start { Some(node) } else { self.before(node, at) }) else { return };
        for symbol in self.symbols(at) {
            let here = &self.matcher.nodes[node];
            if let Ok(place) = here.find(symbol & !OTHERWISE) {
                let otherwise = otherwise + usize::from(symbol & OTHERWISE != 0);
                self.walk(here.next[place].1 as usize, start, at + 1, end, otherwise);
            }
        }
    }

    /// The node from which a phrase continues to the token `at`: `node`, or the one after its comma if there is a comma
    /// before the token; `None` if it can't continue.
    fn before(&self, node: usize, at: usize) -> Option<usize> {
        let (before, token) = (&self.document.tokens[at - 1], &self.document.tokens[at]);
        let gap = &self.document.text[before.end as usize..token.start as usize];
        let joins = |c: char| c.is_whitespace() || JOINS.contains(c) || tokens::is_invisible(c);
        if gap == " " || gap.chars().all(joins) {
            return Some(node);
        }
        let here = &self.matcher.nodes[node];
        let comma = here.find(COMMA).ok().filter(|_| gap.chars().filter(|&c| !joins(c)).eq([',']))?;
        Some(here.next[comma].1 as usize)
    }
}

#[cfg(test)]
mod tests;
