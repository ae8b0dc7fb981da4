//! What stands out, in plain sentences made from the numbers in the tables.
//!
//! A sentence says what was measured, with its interval and its number of articles. It never says why and, with one or
//! two articles, says that it only describes these.

use super::noun::Noun;
use super::read::{ContrastRow, ReportData, ScaleRow};
use crate::counted::thousands;
use crate::report::{counted, two};
use std::collections::BTreeMap;

/// A part of a sentence and its role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Span {
    /// The page's own words.
    Plain(String),
    /// The name of an outlet or another thing, which is emphasised.
    Name(String),
    /// A pole: a name for something.
    Pole(String),
}

/// A sentence.
pub(super) type Sentence = Vec<Span>;

/// Differences with a smaller q are described as more than chance.
const Q: f64 = 0.05;

fn plain(text: impl Into<String>) -> Span {
    Span::Plain(text.into())
}

fn name(text: &str) -> Span {
    Span::Name(text.to_owned())
}

fn pole(text: &str) -> Span {
    Span::Pole(text.to_owned())
}

/// `62%`.
fn percent(part: f64) -> String {
    format!("{:.0}%", 100.0 * part)
}

/// Three sentences: the clearest difference; how many differences there are and what the context explains; the lean or
/// the voices.
pub(super) fn stands_out(data: &ReportData) -> Vec<Sentence> {
    let voice = data.run.settings.voice.as_str();
    let noun = Noun::of(data);
    let rows: Vec<&ContrastRow> = data.contrasts.iter().filter(|r| r.voice == voice).collect();
    let first = clearest(&rows, &data.scales, voice).or_else(|| described(&rows, &noun));
    [first, Some(how_many(&rows, &noun)), lean(data, &noun).or_else(|| voices(data))].into_iter().flatten().collect()
}

/// The voice, as it is called in a sentence.
pub(super) fn in_voice(voice: &str) -> &'static str {
    match voice {
        "own" => "in its own voice",
        "quoted" => "in the words it quotes",
        "reported" => "in what it reports of others",
        _ => "in all its words",
    }
}

/// The pole of an outlet with the smallest q, compared with what it was tested against: all other outlets.
fn clearest(rows: &[&ContrastRow], scales: &[ScaleRow], voice: &str) -> Option<Sentence> {
    let told = |r: &&&ContrastRow| r.interval == "articles" && r.q.is_some_and(|q| q < Q);
    // Both poles of a pair have the same q: the one with the larger share is chosen.
    let order = |a: &&&ContrastRow, b: &&&ContrastRow| {
        let q = |r: &ContrastRow| r.q.unwrap_or(1.0);
        q(a).total_cmp(&q(b)).then(b.share.total_cmp(&a.share)).then(a.outlet.cmp(&b.outlet))
    };
    let top = rows.iter().filter(told).min_by(order)?;
    let others = || rows.iter().filter(|r| r.contrast == top.contrast && r.outlet != top.outlet);
    // For a pair of names, the line has the articles that use either.
    let line = |r: &ContrastRow| {
        scales.iter().find(|s| (&s.outlet, &s.contrast, &s.voice) == (&r.outlet, &r.contrast, &r.voice))
    };
    let of_two = scales.iter().any(|s| s.contrast == top.contrast)
        && rows.iter().filter(|r| (&r.outlet, &r.contrast) == (&top.outlet, &top.contrast)).count() == 2;
    let interval = |r: &ContrastRow| match (r.share_low, r.share_high) {
        (Some(low), Some(high)) => {
            let articles = line(r).filter(|_| of_two).map_or(String::new(), |s| {
                format!("; {} in {}", counted(s.uses, "use", "uses"), counted(s.articles, "article", "articles"))
            });
            format!(" (95% interval {} to {}{articles})", percent(low), percent(high))
        }
        _ => String::new(),
    };
    let mut sentence = vec![
        name(&top.outlet),
        plain(" chooses "),
        pole(&top.pole),
        plain(format!(" {} of the time{} when it names ", percent(top.share), interval(top))),
        name(&top.contrast),
        plain(format!(" {}, ", in_voice(voice))),
    ];
    let of_pole: Vec<&&ContrastRow> = others().filter(|r| r.pole == top.pole).collect();
    match of_pole[..] {
        [other] => {
            sentence.push(plain(format!("compared with {}{} for ", percent(other.share), interval(other))));
            sentence.extend([name(&other.outlet), plain(".")]);
        }
        _ => {
            let (uses, all): (u64, u64) = (of_pole.iter().map(|r| r.count).sum(), others().map(|r| r.count).sum());
            let n = counted(of_pole.len() as u64, "other", "others");
            let share = percent(uses as f64 / all.max(1) as f64);
            sentence.push(plain(format!("compared with {share} for the {n} together.")));
        }
    }
    Some(sentence)
}

/// With too little data for a test: the pole used most often by one outlet, as a description.
fn described(rows: &[&ContrastRow], noun: &Noun) -> Option<Sentence> {
    let top = rows.iter().max_by(|a, b| a.count.cmp(&b.count).then(b.outlet.cmp(&a.outlet)))?;
    let all: u64 =
        rows.iter().filter(|r| (&r.outlet, &r.contrast) == (&top.outlet, &top.contrast)).map(|r| r.count).sum();
    let articles = match top.articles {
        1 => "one article".to_owned(),
        n => counted(n, "article", "articles"),
    };
    let describes = match (top.interval.as_str(), top.share_low, top.share_high) {
        ("articles", Some(low), Some(high)) => {
            format!(": {} (95% interval {} to {}).", percent(top.share), percent(low), percent(high))
        }
        _ => format!(": this describes these articles, not the {}.", noun.one),
    };
    let of = match all {
        1 => " the one time it names ".to_owned(),
        _ => format!(" {} of the {} times it names ", thousands(top.count), thousands(all)),
    };
    Some(vec![
        name(&top.outlet),
        plain(" chooses "),
        pole(&top.pole),
        plain(of),
        name(&top.contrast),
        plain(format!(", in {articles}{describes}")),
    ])
}

/// How many outlets differ on how many contrasts, and in how many cases the context doesn't explain it.
fn how_many(rows: &[&ContrastRow], noun: &Noun) -> Sentence {
    // By outlet and contrast: (more than chance, has an expected share, differs from it). The poles of a contrast are
    // one choice.
    let mut choices: BTreeMap<(&str, &str), (bool, bool, bool)> = BTreeMap::new();
    for r in rows.iter().filter(|r| r.p.is_some()) {
        let choice = choices.entry((&r.outlet, &r.contrast)).or_default();
        if r.q.is_some_and(|q| q < Q) {
            choice.0 = true;
            if let (Some(low), Some(high)) = (r.excess_low, r.excess_high) {
                choice.1 = true;
                choice.2 |= low > 0.0 || high < 0.0;
            }
        }
    }
    let count = |which: fn(&(bool, bool, bool)) -> bool| choices.values().filter(|c| which(c)).count() as u64;
    let (all, differ, held, beyond) = (choices.len() as u64, count(|c| c.0), count(|c| c.1), count(|c| c.2));
    if all == 0 {
        return vec![plain(format!(
            "No difference between {} could be tested: each side needs three or more articles that make the choice.",
            noun.many
        ))];
    }
    let tests = counted(all, "comparison", "comparisons");
    let mut sentence = vec![plain(match differ {
        0 => format!("Of {tests} of {} with all others, none shows a difference that chance could not explain", noun.a),
        n => format!(
            "Of {tests} of {} with all others, {n} {} a difference larger than chance would make (q < 0.05 over articles)",
            noun.a,
            if n == 1 { "shows" } else { "show" }
        ),
    })];
    sentence.push(plain(match (differ, held) {
        (0, _) => ".".to_owned(),
        (_, 0) => "; whether the subject explains this can't be said here.".to_owned(),
        _ => format!(
            "; of the {held} that could be compared with what others would have written in the same \
                      context, {beyond} remain."
        ),
    }));
    sentence
}

/// The outlets farthest towards either end, among those whose lean is more than chance, adjusted for the number of
/// outlets.
fn lean(data: &ReportData, noun: &Noun) -> Option<Sentence> {
    let [left, right] = data.run.axis.as_ref()?;
    let leans = || data.outlets.iter().filter_map(|o| Some((o, o.lean?, o.lean_low?, o.lean_high?)));
    let sure = || leans().filter(|(outlet, ..)| outlet.lean_q.is_some_and(|q| q < Q));
    // By the nearer end of the interval: an outlet with few articles has a wide one.
    let rightmost = sure().filter(|l| l.2 > 0.0).max_by(|a, b| a.2.total_cmp(&b.2));
    let leftmost = sure().filter(|l| l.3 < 0.0).min_by(|a, b| a.3.total_cmp(&b.3));
    leans().next()?;
    let mut sentence = vec![plain("Over all contrasts with two ends, ")];
    if leftmost.is_none() && rightmost.is_none() {
        sentence.push(plain(format!("no {} leans clearly towards ", noun.one)));
        sentence.extend([pole(left), plain(" or "), pole(right), plain(".")]);
        return Some(sentence);
    }
    for (n, (found, end)) in [(leftmost, left), (rightmost, right)].into_iter().enumerate() {
        if n == 1 {
            sentence.push(plain(", and "));
        }
        match found {
            Some((outlet, value, low, high)) => sentence.extend([
                name(&outlet.outlet),
                plain(" leans most clearly towards "),
                pole(end),
                plain(format!(" ({} [{}, {}])", two(value), two(low), two(high))),
            ]),
            None => sentence.extend([plain(format!("no {} leans clearly towards ", noun.one)), pole(end)]),
        }
    }
    let average = format!("; 0 is the average of these {}, which is not the same as neutral.", noun.many);
    sentence.push(plain(average));
    Some(sentence)
}

/// Where an outlet's own words differ most from those that it quotes.
fn voices(data: &ReportData) -> Option<Sentence> {
    let with = |voice: &'static str| data.scales.iter().filter(move |r| r.voice == voice && r.interval == "articles");
    let gap = |own: &ScaleRow, quoted: &ScaleRow| {
        let (a, b) = if own.share < quoted.share { (own, quoted) } else { (quoted, own) };
        Some(b.share_low? - a.share_high?)
    };
    let pairs = with("own").flat_map(|own| {
        let same = move |q: &&ScaleRow| (&q.outlet, &q.contrast) == (&own.outlet, &own.contrast);
        with("quoted").find(same).and_then(|quoted| Some((gap(own, quoted)?, own, quoted)))
    });
    let (_, own, quoted) = pairs.filter(|p| p.0 > 0.0).max_by(|a, b| a.0.total_cmp(&b.0))?;
    let contrast = data.run.contrasts.iter().find(|c| c.name == own.contrast)?;
    Some(vec![
        name(&own.outlet),
        plain(" and the people it quotes differ most on "),
        name(&own.contrast),
        plain(": "),
        pole(contrast.right.as_deref()?),
        plain(format!(" is {} of its own uses and {} of the quoted ones.", percent(own.share), percent(quoted.share))),
    ])
}

/// What must not be concluded from the page.
pub(super) fn not_to_conclude(data: &ReportData) -> Vec<String> {
    let noun = Noun::of(data);
    let few = data.outlets.iter().filter(|o| o.articles < crate::compare::MIN_ARTICLES as u64).count() as u64;
    let is_expected = data.contrasts.iter().any(|row| row.excess_low.is_some());
    let context = if is_expected {
        "see what others would have written (◇)"
    } else {
        "no expected share is available here to check it"
    };
    let mut out = vec![
        "Why a word was chosen, or that it is wrong: wording was counted, not truth or intention.".to_owned(),
        format!("That the middle is neutral: every {} is measured against the others on this page.", noun.one),
        format!("That a choice is the {}'s own if its subject could explain it: {context}.", noun.one),
    ];
    if few > 0 {
        let outlets = counted(few, &format!("{} has", noun.one), &format!("{} have", noun.many));
        out.push(format!(
            "Anything about {} with one or two articles ({outlets} so few): the numbers describe these texts.",
            noun.a
        ));
    }
    out
}
