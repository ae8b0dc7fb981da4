//! Finds the uses of all cues of a lexicon in a document.
//!
//! For every contrast by itself: left to right, the longest match wins (over cues and exceptions alike; between two
//! matches of the same length a literal wins over a glob, then initials that are written alike, then the lexicon's order
//! decides), and a token counts once.
//! The tokens of a phrase must follow one another in one sentence with nothing between them but white space, hyphens,
//! slashes, ampersands (`9/11`, `AT&T`), the stop of an abbreviation (`U.S. troops`) or quotation marks; and a comma where the
//! phrase has one.
//!
//! Takes a [`Lexicon`] once, then any number of [`Document`]s; all patterns are walked together as one tree over
//! token patterns. Not done here: voices, counting.

use super::lexicon::Lexicon;
use super::pattern::{self, Spelled, TokenPattern};
use crate::text::{Document, Holds, Memo, tokens};
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
    /// An exception: no use of any pole.
    Except {
        /// Its index in the contrast's exceptions.
        except: usize,
    },
}

/// One place where a cue or an exception stands.
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

/// A number of a token pattern.
type Symbol = u32;

/// Set in a symbol that a token matches by its initials, though they are written otherwise.
const OTHERWISE: Symbol = 1 << 31;
/// That of a comma between two tokens.
const COMMA: Symbol = OTHERWISE - 1;

#[derive(Debug, Default)]
struct Node {
    /// Sorted by symbol: many cues begin at the root.
    next: Vec<(Symbol, u32)>,
    ends: Vec<Ending>,
}

impl Node {
    /// Where a symbol stands among the next ones, or would.
    fn find(&self, symbol: Symbol) -> Result<usize, usize> {
        self.next.binary_search_by_key(&symbol, |(symbol, _)| *symbol)
    }
}

#[derive(Debug, Clone, Copy)]
struct Ending {
    contrast: usize,
    target: Target,
    /// How many of its tokens are literals: decides between matches of the same length.
    literals: usize,
    /// Its place in the lexicon, exceptions last: decides where that is the same, too.
    order: usize,
}

/// A lexicon made ready for matching; shared by all threads.
#[derive(Debug)]
pub struct Matcher {
    nodes: Vec<Node>,
    literals: FxHashMap<String, Symbol>,
    words: FxHashMap<String, Symbol>,
    /// By their letters.
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

    /// For words and phrases with globs, all of one kind: their matches are [`Target::Except`], numbered as they are
    /// given. A phrase without a letter or digit matches nothing.
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
            let has_stops = letters != normal;
            let otherwise = |is_otherwise| if is_otherwise { OTHERWISE } else { 0 };
            out.extend(self.initials.get(letters).map(|symbol| symbol | otherwise(!has_stops)));
            out.extend(self.literals.get(letters).filter(|_| has_stops).map(|symbol| symbol | OTHERWISE));
        }
        out.extend(self.globs.iter().filter(|(g, _)| g.matches(token)).map(|(_, s)| *s));
    }

    /// All matches of a document, exceptions included, by sentence, then by first token, then by contrast.
    pub fn find(&self, document: &Document<'_>) -> Vec<CueMatch> {
        self.find_with(document, &mut Symbols::default(), &mut Memo::<Option<SymbolRange>>::default())
    }

    /// The same with what is known of the words of earlier documents of the same [`Reader`](crate::text::Reader).
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
            for at in sentence.tokens.clone().filter(|at| is_some(&of_token[*at])) {
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

/// Which patterns words match, one word behind the other; of one [`Matcher`].
#[derive(Debug, Default)]
pub struct Symbols(Vec<Symbol>);

/// Where those of one word begin and end.
#[derive(Debug, Clone, Copy)]
pub struct SymbolRange(u32, u32);

/// What may stand between the words of a phrase, beside white space.
const JOINS: &str = "-\u{2010}\u{2011}–/&.\"'“”‘’«»";

struct Search<'m, 'd, 't> {
    matcher: &'m Matcher,
    document: &'d Document<'t>,
    flat: &'m [Symbol],
    /// By token: the first of its symbols, and the end.
    of_token: &'m [SymbolRange],
    /// By contrast: the end of the longest match so far, how many initials are written otherwise there, and what it is.
    best: Vec<Option<(usize, usize, Ending)>>,
    /// The contrasts that have one: few of those that a lexicon may have.
    met: Vec<usize>,
}

impl<'m> Search<'m, '_, '_> {
    fn symbols(&self, token: usize) -> &'m [Symbol] {
        let SymbolRange(start, end) = self.of_token[token];
        &self.flat[start as usize..end as usize]
    }

    /// Follows the tree from `node`, where the tokens `start..at` have matched already, so many of them written otherwise.
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

    /// The node from which a phrase goes on to the token `at`: `node`, or the one behind its comma where a comma stands there;
    /// `None` where it can't.
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
mod tests {
    use super::*;
    use crate::text::clean;

    fn lexicon(text: &str) -> Lexicon {
        Lexicon::parse("test.toml", text).expect("a good lexicon")
    }

    /// The matches as `pole:words`, exceptions as `-:words`.
    fn found(lexicon: &Lexicon, text: &str) -> Vec<String> {
        let document = Document::new(text, clean::keep_all(text));
        let matcher = Matcher::new(lexicon);
        let show = |m: CueMatch| {
            let (first, last) = (&document.tokens[m.tokens.start], &document.tokens[m.tokens.end - 1]);
            let words = &text[first.start as usize..last.end as usize];
            match m.target {
                Target::Cue { pole, .. } => format!("{}:{words}", lexicon.contrasts[m.contrast].poles[pole].name),
                Target::Except { .. } => format!("-:{words}"),
            }
        };
        matcher.find(&document).into_iter().map(show).collect()
    }

    fn syria() -> Lexicon {
        lexicon(
            r#"
            [[contrast]]
            name = "state"
            [[contrast.pole]]
            name = "gov"
            cues = ["government", "syrian army", "free government"]
            [[contrast.pole]]
            name = "reg"
            cues = ["regime*", "assad's regime", "assad regime"]
            except = ["regime change*"]
            [[contrast]]
            name = "groups"
            [[contrast.pole]]
            name = "jih"
            cues = ["jihad*"]
            [[contrast.pole]]
            name = "reb"
            cues = ["rebel*", "free syrian army"]
            "#,
        )
    }

    #[test]
    fn longest_match_wins_and_exceptions_take_their_tokens() {
        assert_eq!(found(&syria(), "Regime change is no regime."), ["-:Regime change", "reg:regime"]);
        assert_eq!(
            found(&syria(), "Assad’s regime and the Assad regime's men"),
            ["reg:Assad’s regime", "reg:Assad regime"]
        );
        assert_eq!(found(&syria(), "regime-changers"), ["-:regime-changers"]);
    }

    #[test]
    fn between_globs_of_one_length_the_first_wins() {
        for [first, second] in [["* a?", "b* *"], ["b* *", "* a?"]] {
            let document = Document::without_voices("b aa", clean::keep_all("b aa"));
            let found = Matcher::of_phrases(&[first, second]).find(&document);
            assert_eq!(found[0].target, Target::Except { except: 0 }, "{first}");
        }
    }

    #[test]
    fn every_contrast_matches_by_itself() {
        assert_eq!(found(&syria(), "the Free Syrian Army"), ["reb:Free Syrian Army", "gov:Syrian Army"]);
    }

    #[test]
    fn hyphens_part_but_commas_and_sentences_end_a_phrase() {
        assert_eq!(found(&syria(), "rebel-held, Jihadi-run"), ["reb:rebel", "jih:Jihadi"]);
        assert_eq!(found(&syria(), "the Syrian, army men"), Vec::<String>::new());
        // But a comma that the cue has.
        let places = lexicon(
            "[[contrast]]\nname = \"a\"\n[[contrast.pole]]\nname = \"x\"\ncues = [\"odessa\", \"odessa texas\"]\n\
             except = [\"Odessa, Texas\"]\n[[contrast.pole]]\nname = \"y\"\ncues = [\"odesa\"]",
        );
        assert_eq!(found(&places, "Odessa, Texas; Odessa Texas"), ["-:Odessa, Texas", "x:Odessa Texas"]);
        assert_eq!(
            found(&places, "Odessa,\u{201d} Texas; Odessa; Texas; Odessa,, Texas"),
            ["-:Odessa,\u{201d} Texas", "x:Odessa", "x:Odessa"]
        );
        assert_eq!(found(&syria(), "It is Syrian. Army men left."), Vec::<String>::new());
        assert_eq!(found(&syria(), "the \"Syrian\" army"), ["gov:Syrian\" army"]);
    }

    #[test]
    fn a_cue_matches_its_own_spelling() {
        for cue in [
            "9/11",
            "AT&T",
            "law & order",
            "pro-life",
            "U.S. troops",
            "so-called \"regime\"",
            "Assad’s men",
            "Odessa, Texas",
        ] {
            let document = Document::without_voices(cue, clean::keep_all(cue));
            assert_eq!(Matcher::of_phrases(&[cue]).find(&document).len(), 1, "{cue}");
        }
    }

    #[test]
    fn initials_are_found_in_either_house_style() {
        let lexicon = lexicon(
            r#"
            [[contrast]]
            name = "army"
            [[contrast.pole]]
            name = "stops"
            cues = ["u.s. army", "u.s.-led", "c.i.a."]
            [[contrast.pole]]
            name = "none"
            cues = ["us army", "us troops", "us"]
            "#,
        );
        // Of two cues that differ in their stops only, each has what is written as it is.
        assert_eq!(found(&lexicon, "the U.S. Army, the US Army"), ["stops:U.S. Army", "none:US Army"]);
        assert_eq!(
            found(&lexicon, "U.S. troops, US-led; the CIA's men"),
            ["none:U.S. troops", "stops:US-led", "stops:CIA"]
        );
        assert_eq!(found(&lexicon, "They told us. The U.S. left."), ["none:us"]);
    }

    #[test]
    fn characters_that_are_not_seen_hide_nothing() {
        for hidden in ["\u{200b}", "\u{200e}", "\u{202e}", "\u{2066}", "\u{ad}"] {
            let text = format!("the {hidden}Syrian {hidden}army's re{hidden}gime");
            let matched = format!("gov:Syrian {hidden}army");
            assert_eq!(found(&syria(), &text), [matched, format!("reg:re{hidden}gime")]);
        }
    }

    #[test]
    fn composed_and_decomposed_letters_match_one_another() {
        let [composed, decomposed] = ["le régime de l'État", "le re\u{301}gime de l'E\u{301}tat"];
        for cue in ["régime", "re\u{301}gime", "ré*", "re\u{301}*", "r?gime", "régime de l'état"] {
            let toml = format!(
                "[[contrast]]\nname = \"a\"\n[[contrast.pole]]\nname = \"x\"\ncues = [{cue:?}]\n\
                 [[contrast.pole]]\nname = \"y\"\ncues = [\"rebel\"]"
            );
            let lexicon = lexicon(&toml.replace("\\u{301}", "\u{301}"));
            for text in [composed, decomposed] {
                let found = found(&lexicon, text);
                assert!(matches!(found.as_slice(), [one] if one.starts_with("x:r")), "{cue}: {found:?}");
                // The span is that of the text as it was given.
                assert!(text.contains(&found[0][2..]));
            }
        }
    }

    /// Every phrase at every word.
    fn naive(phrases: &[String], document: &Document<'_>) -> Vec<(Range<usize>, usize)> {
        // Words, and of each whether a comma stands before it.
        let patterns: Vec<(Vec<TokenPattern>, Vec<bool>)> = phrases
            .iter()
            .map(|phrase| {
                let (mut words, mut has_comma) = (Vec::new(), vec![false]);
                for pattern in pattern::parse(phrase) {
                    match pattern {
                        TokenPattern::Comma => has_comma[words.len()] = true,
                        word => {
                            words.push(word);
                            has_comma.push(false);
                        }
                    }
                }
                (words, has_comma)
            })
            .collect();
        let spelled = |at: usize| Spelled::of(document.tokens[at].of(document.text));
        // Initials that are written otherwise.
        let otherwise = |at: usize, pattern: &TokenPattern| {
            pattern.normal().is_some_and(|normal| normal.replace('.', "") == spelled(at).normal.replace('.', ""))
                && pattern.normal().is_some_and(|normal| normal != spelled(at).normal)
        };
        // The texts below have nothing between words that parts a phrase, but commas.
        let commas = |at: usize| {
            let (before, token) = (&document.tokens[at - 1], &document.tokens[at]);
            document.text[before.end as usize..token.start as usize].matches(',').count()
        };
        let (mut found, mut free) = (Vec::new(), 0);
        for sentence in &document.sentences {
            for at in sentence.tokens.clone() {
                let fits = |(tokens, has_comma): &(Vec<TokenPattern>, Vec<bool>)| {
                    !tokens.is_empty()
                        && at + tokens.len() <= sentence.tokens.end
                        && (0..tokens.len()).all(|i| tokens[i].matches(&spelled(at + i)))
                        && (1..tokens.len()).all(|i| commas(at + i) == usize::from(has_comma[i]))
                };
                let literals = |t: &[TokenPattern]| t.iter().filter(|t| t.normal().is_some()).count();
                let others = |t: &[TokenPattern]| (0..t.len()).filter(|i| otherwise(at + i, &t[*i])).count();
                let fitting = (0..patterns.len()).filter(|p| fits(&patterns[*p]));
                let best = fitting.min_by_key(|p| {
                    let (tokens, _) = &patterns[*p];
                    (Reverse(tokens.len()), Reverse(literals(tokens)), others(tokens))
                });
                if let Some(phrase) = best.filter(|_| at >= free) {
                    free = at + patterns[phrase].0.len();
                    found.push((at..free, phrase));
                }
            }
        }
        found
    }

    proptest::proptest! {
        #[test]
        fn it_finds_what_a_naive_one_finds(
            phrases in proptest::collection::vec("([ab*?]{1,3}[ ,]?|a\\.b\\. ?|us|u\\.s\\.){1,3}", 0..6),
            text in "([abAB]{1,3}[ ,-]{0,2}|[aA]\\.[bB]\\. ?|us |US |U\\.S\\. ){0,30}",
        ) {
            let document = Document::without_voices(&text, clean::keep_all(&text));
            let matches = Matcher::of_phrases(&phrases).find(&document).into_iter();
            let matches: Vec<_> = matches.map(|m| (m.tokens, m.target)).collect();
            let naive = naive(&phrases, &document).into_iter().map(|(range, except)| (range, Target::Except { except }));
            proptest::prop_assert_eq!(matches, naive.collect::<Vec<_>>());
        }
    }
}
