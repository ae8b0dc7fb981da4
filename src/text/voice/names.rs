//! Names: what a mentioned speaker is called in tables. English.

use super::words::{class, english, hash_ascii};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Words that may mean anybody.
const ANYBODY: [&str; 9] =
    ["others", "another", "someone", "somebody", "everyone", "everybody", "anyone", "nobody", "none"];

/// Participles that don't end in "ed".
const PARTICIPLES: [&str; 30] = [
    "beaten", "born", "broken", "brought", "burnt", "caught", "cut", "driven", "found", "fought", "given", "held",
    "hit", "hurt", "known", "led", "left", "lost", "made", "met", "seen", "sent", "shot", "shown", "struck", "taken",
    "thrown", "torn", "won", "written",
];

/// One-word departments that follow "of" after a secretary or speaker.
const DEPARTMENTS: [&str; 12] = [
    "state",
    "defense",
    "defence",
    "treasury",
    "interior",
    "labor",
    "commerce",
    "energy",
    "education",
    "agriculture",
    "transportation",
    "house",
];

/// Whether a word is a participle: without an article it names nobody ("were killed in raids"), unlike "the wounded".
fn is_participle(word: &str) -> bool {
    word.ends_with("ed") || PARTICIPLES.contains(&word)
}

/// Whether a word is a role or title before a person's name.
fn is_role(word: &str) -> bool {
    static ROLES: OnceLock<BTreeSet<&str>> = OnceLock::new();
    let read = || include_str!("en/roles.txt").lines().filter(|l| !l.starts_with('#')).flat_map(str::split_whitespace);
    let word = word.trim_end_matches('.').to_lowercase();
    ROLES.get_or_init(|| read().collect()).contains(word.as_str())
}

/// What follows a role and its department: "of State Anna Field" → "Anna Field". Without a list it isn't visible where
/// the department ends.
fn behind_office(behind: &str) -> &str {
    let behind = behind.trim_start();
    let department = after_word(behind, "of").map(|rest| after_word(rest, "the").unwrap_or(rest));
    let person = department.and_then(|rest| {
        let (word, rest) = rest.split_once(char::is_whitespace)?;
        DEPARTMENTS.contains(&word.to_lowercase().as_str()).then(|| rest.trim_start())
    });
    person.unwrap_or(behind)
}

/// The name in a mention of a speaker: without articles, and without what precedes a person's name ("the Russian
/// foreign minister, Mr Lavrov" → "Lavrov").
///
/// For a part of a group ("some of the residents", "one of his aides") the group is the name.
///
/// `None` if the mention names nobody: a pronoun or a part of one ("some of them"), a number of unnamed people, a mere
/// article, a bare participle.
pub fn speaker_name(mention: &str) -> Option<&str> {
    let mention = mention.trim_end_matches("'s").trim_end_matches("’s").trim();
    let words = || mention.split_whitespace().map(|word| (word.as_ptr() as usize - mention.as_ptr() as usize, word));
    let is = |word: &str, classes| english().find(hash_ascii(word.as_bytes())).classes & classes != 0;
    let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    // After the last role, if only a name follows.
    let after_role = words().rfind(|(_, word)| is_role(word)).map(|(at, word)| &mention[at + word.len()..]);
    let person = after_role.map(behind_office).filter(|rest| !rest.is_empty() && is_name(rest));
    let name = match person {
        Some(person) => person,
        None => {
            let (at, _) = words().find(|(_, word)| !is(word, class::DETERMINER | class::POSSESSIVE))?;
            &mention[at..]
        }
    };
    if let Some(whole) = after_word(name, "of") {
        return speaker_name(whole);
    }
    let nobody = class::SUBJECT | class::OBJECT | class::RELATIVE | class::DETERMINER | class::ADVERB | class::TIME;
    let single = !name.contains(char::is_whitespace);
    let anybody = single && ANYBODY.iter().any(|word| name.eq_ignore_ascii_case(word));
    // "a number of them", "the rest of us"
    let part_of = name.rsplit_once(char::is_whitespace).is_some_and(|(before, last)| {
        let pronoun = class::SUBJECT | class::OBJECT | class::RELATIVE;
        is(last, pronoun) && before.rsplit(char::is_whitespace).next().is_some_and(|w| w.eq_ignore_ascii_case("of"))
    });
    let names_nobody = single
        && (is(name, nobody)
            || mention == name && !capital(name) && is_participle(name)
            || !capital(name) && is(name, class::PREPOSITION | class::CHANNEL));
    (!names_nobody && !anybody && !part_of && name.chars().any(char::is_alphabetic)).then_some(name)
}

/// The text after a first word.
fn after_word<'t>(text: &'t str, first: &str) -> Option<&'t str> {
    let (word, rest) = text.split_once(char::is_whitespace)?;
    word.eq_ignore_ascii_case(first).then(|| rest.trim_start())
}

/// Whether every word has a capital, except particles such as "al-" and "bin".
fn is_name(text: &str) -> bool {
    let particle = |word: &str| {
        ["al", "el", "bin", "bint", "ibn", "abu", "umm", "van", "von", "de", "der", "den", "da", "di", "la", "le"]
            .contains(&word)
            || word.starts_with("al-")
            || word.starts_with("el-")
    };
    let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    text.split_whitespace().all(|word| capital(word) || particle(word))
}

/// Whether a name is the end of a longer one: "Lavrov" of "Sergei Lavrov".
pub fn is_surname_of(short: &str, long: &str) -> bool {
    let before = long.len().checked_sub(short.len()).filter(|&at| at > 0 && long.is_char_boundary(at));
    before.is_some_and(|at| long[..at].ends_with(' ') && long[at..].eq_ignore_ascii_case(short)) && is_name(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_and_articles_are_no_part_of_a_name() {
        let cases = [
            ("Mr. Lavrov", Some("Lavrov")),
            ("Lt. Gov. Anna L. Field", Some("Anna L. Field")),
            ("U.S. Secretary of State Anna Field", Some("Anna Field")),
            ("Secretary of the Treasury Anna Field", Some("Anna Field")),
            ("the Secretary of State", Some("Secretary of State")),
            ("a Secretary of State", Some("Secretary of State")),
            ("the Russian Foreign Minister Sergei Lavrov", Some("Sergei Lavrov")),
            ("Observatory head Rami Abdel Rahman", Some("Rami Abdel Rahman")),
            ("President Bashar al-Assad", Some("Bashar al-Assad")),
            ("the Syrian Observatory for Human Rights", Some("Syrian Observatory for Human Rights")),
            ("a monitoring group", Some("monitoring group")),
            ("The source", Some("source")),
            ("his lawyer", Some("lawyer")),
            ("head of the agency", Some("head of the agency")),
            ("Aleppo Police Command", Some("Aleppo Police Command")),
            ("Germany's", Some("Germany")),
            ("some of the residents", Some("residents")),
            ("One of his aides", Some("aides")),
            ("two of the women from Homs", Some("women from Homs")),
            ("some of them", None),
            ("Both of them", None),
            ("none of us", None),
            ("most of whom", None),
            ("a number of them", None),
            ("the rest of you", None),
            ("Those", None),
            ("Others", None),
            ("All", None),
            ("several", None),
            ("he", None),
            ("some", None),
            ("The", None),
            ("Sunday", None),
            ("20", None),
            ("the wounded", Some("wounded")),
            ("wounded", None),
            ("led", None),
            ("Ahmed", Some("Ahmed")),
        ];
        for (mention, name) in cases {
            assert_eq!(speaker_name(mention), name, "{mention}");
        }
    }

    #[test]
    fn a_surname_is_the_end_of_a_name() {
        assert!(is_surname_of("Lavrov", "Sergei Lavrov") && is_surname_of("al-Assad", "Bashar al-Assad"));
        assert!(!is_surname_of("Lavrov", "Lavrov") && !is_surname_of("rov", "Sergei Lavrov"));
        assert!(!is_surname_of("group", "monitoring group"));
    }
}
