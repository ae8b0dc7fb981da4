//! `report.md`: the summary as tables, with caveats, for a wiki, a repository or an email.

use super::terminal::{headline, most_scored, most_used};
use super::{mark, two, with_interval};
use crate::compare::by::Key;
use crate::compare::pairs::{self, Matched};
use crate::compare::placebo::Placebo;
use crate::compare::scale::Scale;
use crate::compare::{Boilerplate, Comparison, ContextModel, IntervalOf, PRIOR, Reprints};

/// Makes external text safe for a Markdown table: no bars, no tags, one line.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The whole report.
pub fn report(c: &Comparison) -> String {
    let mut out = format!("# {}\n\n", escape(&headline(c)));
    for alarm in super::placebo::alarms(c.placebo.as_ref(), &c.options.by.group) {
        out.push_str(&format!("> **Warning:** {alarm}.\n\n"));
    }
    out.push_str(&read_this(c));
    for scale in &c.scales {
        contrast(c, scale, &mut out);
    }
    lean(c, &mut out);
    stance(c, &mut out);
    out.push_str(&super::categories::section(c));
    pairs(c, &mut out);
    changes(c, &mut out);
    keywords(c, &mut out);
    context(c, &mut out);
    out.extend(c.placebo.as_ref().map(|tested| placebo(tested, &c.options.by.group)));
    if !c.warnings.is_empty() {
        out.push_str("\n## What to keep in mind\n\n");
        for warning in &c.warnings {
            out.push_str(&format!("- {}\n", escape(&warning.to_string()).replace("\\`", "`")));
        }
    }
    methods(c, &mut out);
    out
}

fn read_this(c: &Comparison) -> String {
    let s = &c.summary;
    let partly = match s.partly_copied as u64 {
        0 => String::new(),
        n => format!(", {} copied in part and counted", super::counted(n, "article", "articles")),
    };
    format!(
        "{} of prose counted, {} of boilerplate left out, {} {}{partly}, {} of cues.\n\n\
         A share is the part of the uses of the names at the two ends, {}, that goes to the name on the right. It \
         says which word an outlet chose in these articles; it does not say why, or that a word is wrong. \
         Intervals are at 95%, with the article as the unit. A star marks outlets with a use in one or two articles only: there the \
         interval describes these mentions and not the outlet.\n",
        super::counted(s.words, "word", "words"),
        super::counted(s.words_removed, "word", "words"),
        super::counted(s.reprints as u64, "reprint", "reprints"),
        if c.options.reprints == Reprints::Drop { "left out" } else { "kept" },
        super::counted(s.uses, "use", "uses"),
        super::in_voices(c.options.voice),
    )
}

fn contrast(c: &Comparison, scale: &Scale, out: &mut String) {
    let what = &c.lexicon.contrasts[scale.contrast];
    out.push_str(&format!("\n## {}\n\n", escape(&what.name)));
    if !what.about.is_empty() {
        out.push_str(&format!("{}: ", escape(&what.about)));
    }
    out.push_str(&format!("**{}** (0) against **{}** (1).\n\n", escape(&scale.left), escape(&scale.right)));
    if scale.positions.is_empty() {
        out.push_str(&format!("No use {}.\n", super::in_voices(c.options.voice)));
        return;
    }
    out.push_str("| outlet | share | expected from context | uses | articles |\n|---|---|---|---:|---:|\n");
    let shown = most_used(&scale.positions, &c.options.by.group);
    for p in &shown {
        out.push_str(&format!(
            "| {} | {}{} | {} | {} | {} |\n",
            escape(&c.outlet_names[p.outlet]),
            with_interval(&p.share),
            mark(p.share.of),
            p.expected.map_or_else(String::new, |e| format!("{e:.2}")),
            p.uses.0,
            p.uses.1,
        ));
    }
    if shown.len() < scale.positions.len() {
        out.push_str(&format!(
            "\n{} in `contrasts.csv`.\n",
            super::counted(
                (scale.positions.len() - shown.len()) as u64,
                "more outlet with fewer uses is",
                "more outlets with fewer uses are"
            )
        ));
    }
    if let Some(apart) = super::apart(c, scale) {
        out.push_str(&format!("\n{}.\n", escape(&apart)));
    }
}

fn lean(c: &Comparison, out: &mut String) {
    let Some([left, right]) = &c.lexicon.axis else { return };
    let mut leans: Vec<_> = c.outlets.iter().filter_map(|r| r.lean.map(|l| (r.outlet, l, r.lean_articles))).collect();
    if leans.is_empty() {
        return;
    }
    leans.sort_by(|a, b| a.1.value.total_cmp(&b.1.value).then(a.0.cmp(&b.0)));
    out.push_str(&format!(
        "\n## Lean\n\nFrom −1 ({}) to 1 ({}), over all contrasts whose names have two ends. 0 is the average outlet of \
         this comparison, not neutrality.\n\n| outlet | lean | articles with a use |\n|---|---|---:|\n",
        escape(left),
        escape(right)
    ));
    for (outlet, estimate, articles) in leans {
        let star = if estimate.of == IntervalOf::Mentions { "*" } else { "" };
        out.push_str(&format!(
            "| {} | {}{star} | {articles} |\n",
            escape(&c.outlet_names[outlet]),
            with_interval(&estimate)
        ));
    }
}

fn stance(c: &Comparison, out: &mut String) {
    let Some(model) = &c.options.model else { return };
    let (shown, all) = most_scored(c);
    if shown.is_empty() {
        return;
    }
    let classes: Vec<String> = model.classes().iter().map(|class| escape(class)).collect();
    let how_well = match model.part().is_tested() {
        true => "how well it does on outlets that it never saw is in its `CARD.md`",
        false => {
            "how well it does is not known, because no article was held out when it was trained, and its \
             probabilities are not calibrated"
        }
    };
    out.push_str(&format!(
        "\n## {}\n\nMean over articles of the probability that a model of labelled articles gives to each label. The model \
         goes by wording, not by what an article claims; {how_well}. Articles in which it knows too few words are left out.\n\n| outlet | {} | articles |\n|---|{}---:|\n",
        escape(&model.name()),
        classes.join(" | "),
        "---|".repeat(classes.len()),
    ));
    for (outlet, stance) in &shown {
        let means: Vec<String> = stance.means.iter().map(|e| format!("{}{}", with_interval(e), mark(e.of))).collect();
        let name = escape(&c.outlet_names[*outlet]);
        out.push_str(&format!("| {name} | {} | {} |\n", means.join(" | "), stance.articles));
    }
    if all > shown.len() {
        let more = super::counted(
            (all - shown.len()) as u64,
            "more outlet with fewer articles is",
            "more outlets with fewer articles are",
        );
        out.push_str(&format!("\n{more} in `outlets.csv`.\n"));
    }
}

/// The most rows of pairs and of changes shown in the report.
const SHOWN: usize = 20;

/// The surest differences between two outlets within stories; all are in `pairs.csv`.
fn pairs(c: &Comparison, out: &mut String) {
    let sure = |r: &&pairs::Row| r.matched == Matched::Stories && r.q.is_some_and(|q| q < 0.05) && r.robust.is_some();
    let mut rows: Vec<&pairs::Row> = c.pairs.iter().filter(sure).collect();
    if rows.is_empty() {
        return;
    }
    // One of two poles says the same as the other.
    rows.retain(|r| r.pole > 0 || c.lexicon.contrasts[r.contrast].poles.len() > 2);
    rows.sort_by(|a, b| a.q.partial_cmp(&b.q).unwrap_or(std::cmp::Ordering::Equal));
    out.push_str(
        "\n## Within the same stories\n\nOdds of a name in the first outlet over those in the second, where both \
         cover the same event (Mantel–Haenszel; interval and q with the story as the unit; q < .05).\n\n| first | \
         second | name | odds ratio | stories | q |\n|---|---|---|---|---:|---:|\n",
    );
    for r in rows.iter().take(SHOWN) {
        let (low, high) = r.robust.unwrap_or_default();
        let high = if high.is_finite() { format!("{high:.2}") } else { "∞".to_owned() };
        out.push_str(&format!(
            "| {} | {} | {} | {:.2} [{low:.2}, {high}] | {} | {:.4} |\n",
            escape(&c.outlet_names[r.outlets.0]),
            escape(&c.outlet_names[r.outlets.1]),
            escape(&c.lexicon.contrasts[r.contrast].poles[r.pole].name),
            r.odds_ratio.unwrap_or_default(),
            r.carrying,
            r.q.unwrap_or_default(),
        ));
    }
    if rows.len() > SHOWN {
        out.push_str(&format!("\n{} more are in `pairs.csv`.\n", rows.len() - SHOWN));
    }
}

/// The surest changes over time; all are in `trends.csv`.
fn changes(c: &Comparison, out: &mut String) {
    let mut rows: Vec<_> = c.trends.iter().filter_map(|r| r.change.map(|(change, q)| (r, change, q))).collect();
    let tested = rows.len();
    if tested == 0 {
        return;
    }
    rows.retain(|(r, _, q)| *q < 0.05 && (r.pole > 0 || c.lexicon.contrasts[r.contrast].poles.len() > 2));
    rows.sort_by(|a, b| a.2.total_cmp(&b.2));
    out.push_str(&format!(
        "\n## Changes over time\n\nThe most likely change in every share: {tested} tested, listed if q < .05. The \
         test shuffles whole periods, so few periods can show little.\n\n"
    ));
    if rows.is_empty() {
        out.push_str("None.\n");
        return;
    }
    out.push_str("| outlet | name | from | change of the share | q |\n|---|---|---|---:|---:|\n");
    for (r, change, q) in rows.iter().take(SHOWN) {
        out.push_str(&format!(
            "| {} | {} | {} | {} | {q:.4} |\n",
            escape(&c.outlet_names[r.outlet]),
            escape(&c.lexicon.contrasts[r.contrast].poles[r.pole].name),
            escape(&r.period),
            two(change.difference),
        ));
    }
    if rows.len() > SHOWN {
        out.push_str(&format!("\n{} more are in `trends.csv`.\n", rows.len() - SHOWN));
    }
}

/// The most typical terms of the outlets with the most articles.
fn keywords(c: &Comparison, out: &mut String) {
    const OUTLETS: usize = 10;
    const TERMS: usize = 8;
    let Some(table) = &c.keywords else { return };
    let mut outlets: Vec<_> = c.outlets.iter().map(|r| (std::cmp::Reverse(r.articles), r.outlet)).collect();
    outlets.sort_unstable();
    outlets.truncate(OUTLETS);
    outlets.sort_unstable_by_key(|(_, outlet)| *outlet);
    out.push_str(&format!(
        "\n## Keywords\n\nWords and phrases that one outlet uses more than all others together: {} of {} at q < .05. The \
         most typical of the outlets with the most articles, without boilerplate, agency copy, single stories and \
         their own names; all are in `keywords.csv`.\n",
        super::counted(table.findings().count() as u64, "finding", "findings"),
        super::counted(table.tests() as u64, "test", "tests"),
    ));
    for (_, outlet) in outlets {
        let terms = super::keywords::shown(table, outlet, TERMS).terms;
        if !terms.is_empty() {
            out.push_str(&format!("\n**{}**\n{}", escape(&c.outlet_names[outlet]), super::discovery::table(&terms)));
        }
    }
}

/// What the tests find where there is nothing to find.
pub(super) fn placebo(placebo: &Placebo, by: &Key) -> String {
    let (what, lines) = super::placebo::lines(placebo, by);
    let mut out = format!("\n## Placebo\n\n{}{}.\n", what[..1].to_uppercase(), &what[1..]);
    if !lines.is_empty() {
        out.push('\n');
    }
    lines.iter().for_each(|line| out.push_str(&format!("- {line}\n")));
    out
}

fn context(c: &Comparison, out: &mut String) {
    if c.context.models.is_empty() {
        return;
    }
    out.push_str(
        "\n## How good the context models are\n\nAn expected share comes from a classifier of the words around a cue, \
         with every cue masked, that never saw the outlet. AUC 0.5 is guessing, 1 is perfect; below 0.6 no expected \
         share is given.\n\n| contrast | sentences | outlets | AUC on outlets never seen | |\n|---|---:|---:|---:|---|\n",
    );
    for model in &c.context.models {
        out.push_str(&format!(
            "| {} | {} | {} | {} | {} |\n",
            escape(&c.lexicon.contrasts[model.contrast].name),
            model.sentences,
            model.outlets,
            model.auc.map_or_else(String::new, |auc| format!("{auc:.3}")),
            model.left_out.map_or_else(String::new, |why| escape(&format!("left out: {why}"))),
        ));
    }
}

fn methods(c: &Comparison, out: &mut String) {
    let o = &c.options;
    out.push_str(&format!(
        "\n## How it was made\n\n\
         - Shares: ratio estimator over articles with cluster-robust variance, on the logit scale, t quantiles.\n\
         - Expected share: {}.\n\
         - Lean: log-odds against the average outlet, shrunk by a prior of {PRIOR} uses; its interval resamples articles {} times.\n\
         - Boilerplate {}; reprints {}; seed {}.\n\
         - Made with aslant {}. Settings, input hashes and counts are in `run.json`, every use with its sentence in `evidence.csv`.\n",
        match o.context {
            ContextModel::CrossFit => "sentences with exactly one side, every cue masked, TF-IDF of 1–2-grams, logistic regression, outlets held out",
            ContextModel::None => "not computed",
        },
        o.resamples,
        if o.boilerplate == Boilerplate::Remove { "left out" } else { "kept" },
        if o.reprints == Reprints::Drop { "left out" } else { "kept" },
        o.seed,
        env!("CARGO_PKG_VERSION"),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_stays_text() {
        assert_eq!(escape("a|b <script>\n*x*"), "a\\|b &lt;script> \\*x\\*");
    }
}
