//! What `aslant cues suggest` prints, `suggestions.csv`, and the lines to paste into a lexicon.

use super::cell::Cell;
use super::column::Columns;
use super::tables::Sink;
use super::terminal::{Colour, Painter, padded, printable};
use super::{counted, thousands, two};
use crate::error::Result;
use crate::suggest::{Candidate, OfContrast, Suggestions};

/// The maximum width of a list of cues.
const CUES: usize = 30;
/// The maximum width of a pole's name.
const POLE: usize = 18;

/// The meaning of the numbers, printed below the lists.
const LEGEND: &str = "\
score = likeness × times × alone ÷ together, where together counts as at least 1
  likeness     how similar the words around it are to those around the cues of all poles; 1: the same
  times        its likeness over the median of words about as frequent
  together     how often it is in one clause with a cue, compared with other words; below 1: rather instead of a cue
  alone        how often it has no other word of a name next to it, compared with the cues; low: part of names
  without_cue  its articles that have no cue of the contrast
  stories      stories that one outlet covers with it and another with a cue of the pole
  found        in how many random halves of the articles it is listed too; higher with longer lists (--top)
The pole is the one whose cues it is used most like, not a judgement: read its uses before you take it.
";

/// The summary that is printed before the lines to paste ([`toml()`]). Ends with a line feed.
pub fn summary(s: &Suggestions, colour: Colour) -> String {
    let painter = Painter(colour);
    let mut out = format!(
        "{} of {}; {} left out\n",
        counted(s.articles as u64, "article", "articles"),
        counted(s.outlets as u64, "outlet", "outlets"),
        counted(s.reprints as u64, "reprint", "reprints"),
    );
    for of in &s.contrasts {
        contrast(s, of, &painter, &mut out);
    }
    if s.contrasts.iter().any(|c| !c.candidates.is_empty()) {
        out.push_str(&format!("\n{}\n", painter.dim(LEGEND.trim_end())));
    }
    if let Some(told) = s.foreign.told() {
        let told = printable(&told);
        out.push_str(&format!(
            "{} {told}: boilerplate and function words are only recognised in English\n",
            painter.note()
        ));
    }
    out
}

fn contrast(s: &Suggestions, of: &OfContrast, painter: &Painter, out: &mut String) {
    let contrast = &s.lexicon.contrasts[of.contrast];
    let pole = |(pole, (uses, articles)): (&crate::cues::Pole, &(usize, usize))| {
        let (uses, articles) = (*uses as u64, *articles as u64);
        let name = printable(&pole.name);
        format!("{name} {} in {}", counted(uses, "use", "uses"), counted(articles, "article", "articles"))
    };
    let poles: Vec<String> = contrast.poles.iter().zip(&of.uses).map(pole).collect();
    out.push_str(&format!("\n{}: {}\n", painter.bold(&printable(&contrast.name)), poles.join(", ")));
    if of.candidates.is_empty() {
        let why = match of.compared {
            0 => "too few uses of its cues, or too few articles, to say where they are used",
            _ => "nothing is used in the same places as its cues",
        };
        out.push_str(&format!("  {why}\n"));
        return;
    }
    let unknown: Vec<String> =
        (0..contrast.poles.len()).filter(|&p| !of.is_known(p)).map(|p| printable(&contrast.poles[p].name)).collect();
    if !unknown.is_empty() {
        out.push_str(&format!("  {} too few uses to compare with: {}\n", painter.note(), unknown.join(", ")));
    }
    let compared = counted(of.compared as u64, "word or phrase", "words and phrases");
    let listed = format!("{} of {compared}, at most {} for each pole", of.candidates.len(), s.options.top);
    out.push_str(&format!("  {}\n", painter.dim(&listed)));
    candidates(s, of, painter, out);
}

/// A line for each candidate, with its examples.
fn candidates(s: &Suggestions, of: &OfContrast, painter: &Painter, out: &mut String) {
    let contrast = &s.lexicon.contrasts[of.contrast];
    let cues = of.candidates.iter().map(|c| c.cues.join(", ").chars().count()).max().unwrap_or(0).clamp(4, CUES);
    let width = contrast.poles.iter().map(|p| p.name.chars().count()).max().unwrap_or(0).clamp(7, POLE);
    let head = format!(
        "   #  {}  {}  score  likeness  times  together  alone   uses  articles  outlets  without_cue  stories  found",
        padded("cues", cues),
        padded("nearest", width)
    );
    out.push_str(&format!("{}\n", painter.dim(&head)));
    for (rank, c) in of.candidates.iter().enumerate() {
        let line = format!(
            "  {:>2}  {}  {}  {:>5}  {:>8}  {:>5}  {:>8}  {:>5}  {:>5}  {:>8}  {:>7}  {:>11}  {:>7}  {:>5}",
            rank + 1,
            painter.bold(&padded(&c.cues.join(", "), cues)),
            padded(&contrast.poles[c.pole].name, width),
            two(c.score),
            two(c.likeness),
            two(c.times),
            two(c.together),
            two(c.alone),
            thousands(c.uses as u64),
            thousands(c.articles as u64),
            c.outlets.len(),
            thousands(c.without_cue as u64),
            c.stories,
            found(s, c),
        );
        out.push_str(line.trim_end());
        out.push('\n');
        if !c.cue_of.is_empty() {
            out.push_str(&format!("      already a cue of {}\n", printable(&cue_of(s, c).join(", "))));
        }
        for e in &c.examples {
            let outlet = e.outlet.as_deref().map(|o| format!("{}: ", printable(o))).unwrap_or_default();
            let words = format!("{}[{}]{}", printable(&e.before), printable(&e.matched), printable(&e.after));
            out.push_str(&format!("      {}{words}\n", painter.dim(&outlet)));
        }
    }
}

/// If a candidate already is a cue, where: `contrast / pole`, or a category's name.
fn cue_of(s: &Suggestions, c: &Candidate) -> Vec<String> {
    let name = |&(contrast, pole): &(usize, usize)| {
        let contrast = &s.lexicon.contrasts[contrast];
        if contrast.is_category() {
            contrast.name.clone()
        } else {
            format!("{} / {}", contrast.name, contrast.poles[pole].name)
        }
    };
    c.cue_of.iter().map(name).collect()
}

/// `9/10`, or nothing if not requested.
fn found(s: &Suggestions, c: &Candidate) -> String {
    let halves = 2 * s.options.splits;
    c.found.map(|part| format!("{}/{halves}", (part * halves as f64).round())).unwrap_or_default()
}

/// All candidates as lines of a lexicon, by contrast and pole, with the numbers that support each.
pub fn toml(s: &Suggestions) -> String {
    let mut out = String::new();
    for of in &s.contrasts {
        let contrast = &s.lexicon.contrasts[of.contrast];
        for (number, pole) in contrast.poles.iter().enumerate() {
            let mine: Vec<&Candidate> = of.candidates.iter().filter(|c| c.pole == number).collect();
            if mine.is_empty() {
                continue;
            }
            let name = |name: &str| printable(name);
            out.push_str(&format!(
                "\n# {} / {}: take what means the same\ncues = [\n",
                name(&contrast.name),
                name(&pole.name)
            ));
            for c in mine {
                let cues: Vec<String> = c.cues.iter().map(|cue| format!("\"{}\",", printable(cue))).collect();
                out.push_str(&format!("  {:<32} # {}\n", cues.join(" "), evidence(s, c)));
            }
            out.push_str("]\n");
        }
    }
    out
}

fn evidence(s: &Suggestions, c: &Candidate) -> String {
    let mut text = format!(
        "score {}: {} in {} of {}",
        two(c.score),
        counted(c.uses as u64, "use", "uses"),
        counted(c.articles as u64, "article", "articles"),
        counted(c.outlets.len() as u64, "outlet", "outlets"),
    );
    if !c.cue_of.is_empty() {
        text.push_str(&format!(", already a cue of {}", printable(&cue_of(s, c).join(", "))));
    }
    if c.found.is_some() {
        text.push_str(&format!(", listed in {} halves", found(s, c)));
    }
    text
}

/// The columns of `suggestions.csv`.
pub fn columns() -> Columns {
    Columns::new()
        .text("contrast")
        .count("rank")
        .text("cues pole")
        .number("score likeness likeness_pole likeness_next times together alone")
        .count("uses articles outlets without_cue stories")
        .number("found same_pole")
        .text("cue_of outlet_names example_id example")
}

/// The rows of `suggestions.csv`.
///
/// # Errors
/// Errors of the sink.
pub fn rows(s: &Suggestions, sink: &mut Sink<'_>) -> Result<()> {
    for of in &s.contrasts {
        let contrast = &s.lexicon.contrasts[of.contrast];
        for (rank, c) in of.candidates.iter().enumerate() {
            let example = c.examples.first();
            sink(&[
                contrast.name.as_str().into(),
                (rank + 1).into(),
                Cell::from(c.cues.join("; ")),
                contrast.poles[c.pole].name.as_str().into(),
                c.score.into(),
                c.likeness.into(),
                c.by_pole[c.pole].into(),
                c.next_likeness().into(),
                c.times.into(),
                c.together.into(),
                c.alone.into(),
                c.uses.into(),
                c.articles.into(),
                c.outlets.len().into(),
                c.without_cue.into(),
                c.stories.into(),
                c.found.into(),
                c.same_pole.into(),
                Cell::from(cue_of(s, c).join("; ")),
                Cell::from(c.outlets.join("; ")),
                example.map(|e| e.id.as_str()).into(),
                Cell::from(example.map(|e| format!("{}[{}]{}", e.before, e.matched, e.after)).unwrap_or_default()),
            ])?;
        }
    }
    Ok(())
}
