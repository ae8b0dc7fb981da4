//! Regular forms of verbs and nouns, made from the base form by rule.

/// The plural of a noun, the third person of a verb.
pub(super) fn plural(word: &str) -> String {
    match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if word.ends_with(['s', 'x', 'z', 'o']) || word.ends_with("ch") || word.ends_with("sh") => {
            format!("{word}es")
        }
        _ => format!("{word}s"),
    }
}

/// A regular verb form: `-ed` or `-ing`.
pub(super) fn with_ending(base: &str, ending: &str) -> String {
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
