//! Whole articles, written for these tests in the shapes of scraped articles.

use super::*;
use proptest::prelude::*;

/// The kept paragraphs and the removed parts of a text.
fn clean<'t>(text: &'t str, known: Known<'_>) -> (Vec<&'t str>, Vec<(&'t str, Rule)>) {
    let prose = Cleaner::default().clean(text, known);
    let kept = prose.paragraphs.iter().map(|r| &text[r.clone()]).collect();
    (kept, prose.removed.iter().map(|r| (&text[r.range.clone()], r.rule)).collect())
}

const FIRST: &str = "The mayor of the small town failed in her latest bid to have the bridge mended, which leaves both banks apart for a year.";
const SECOND: &str =
    "She met the builder for an hour on Monday in the town hall, where the piers of the bridge were shown in a model.";
const THIRD: &str =
    "The failure surprised the town, which had set out two rows of chairs for a talk that was to follow the meeting.";

#[test]
fn an_aggregators_page() {
    let text = format!(
        "Get all your news in one place.\n100’s of fine titles.\nOne app.\nStart reading\nThe Daily\nThe Daily\nBusiness\nJane Doe and John Public\n\n\
         Mayor Fails to Mend Bridge Despite Hopes\n\n{FIRST}\n\n{SECOND}\n\nWork to Continue\n\n{THIRD}\n\n\
         (Updates with the builder’s words throughout.)\n\n\
         --With assistance from A. Nother To contact the reporters on this story: Jane Doe at jdoe@example.org\n\n\
         ©2016 The Daily L.P.\n\nSign up to read this article\nRead news from many titles, picked for you.\nAlready a member? Sign in here\n\
         Related Stories\nTop stories today\nOur Picks\nFourteen days free\nDownload the app\nOne app. One membership."
    );
    let known = Known {
        outlet: Some("The Daily"),
        title: Some("Mayor Fails to Mend Bridge Despite Hopes"),
        author: Some("Jane Doe and John Public"),
    };
    let (kept, _) = clean(&text, known);
    assert_eq!(kept, ["Mayor Fails to Mend Bridge Despite Hopes", FIRST, SECOND, "Work to Continue", THIRD]);
}

#[test]
fn what_a_text_consists_of_stays() {
    for text in ["Regime", "@Reader #Regime falls #news", "Never stop.   #Think #News\n#one #two"] {
        let (kept, removed) = clean(text, Known::default());
        assert_eq!((kept.join("\n"), removed), (text.to_owned(), Vec::new()));
    }
    // Next to prose such a line is removed; and what a rule recognises is removed everywhere.
    assert_eq!(clean(&format!("{FIRST}\n\n{SECOND}\n\n#one #two"), Known::default()).0, [FIRST, SECOND]);
    assert!(clean("Read more", Known::default()).0.is_empty());
}

#[test]
fn a_column_with_caption_and_comment_form() {
    let quote = "“….the closing of the old bridge to all carts of the town.”";
    let text = format!(
        "in ,\n\nMayor and builder deadlocked\n\nThe mayor (R) meets the builder (L) in the hall on June 18. AFP PHOTO/ TOWN POOL / A NAME \
         (Photo credit should read A NAME/AFP/GettyImages)\n\n{FIRST}\n\nspringfield mayor builder\n\n{SECOND}\n\n{quote}\n\n{THIRD}\n\n\
         Help us grow. Support The Column on Patreon!\n\n\nThe statements, views and opinions expressed in this column are solely those of \
         the author and do not necessarily represent those of The Column.\n\nWhat do you think?\n\nNotify of\nInline Feedbacks\n\
         View all comments\n\nTwo towns just became friends\n\nDid the builder help the town to mend the other bridge?"
    );
    let (kept, gone) = clean(&text, Known::default());
    assert_eq!(kept, ["Mayor and builder deadlocked", FIRST, SECOND, quote, THIRD]);
    let rules: Vec<_> = gone.iter().map(|g| g.1).collect();
    assert!(rules.contains(&Rule::Caption) && rules.contains(&Rule::AltText) && rules.contains(&Rule::Comments));
}

#[test]
fn a_short_sentence_below_the_title_stays() {
    let sentence = "The mayor’s agreement has collapsed.";
    let text = format!(
        "in ,\n\nMayor and builder part ways\n\n{sentence}\n\n{FIRST}\n\n{SECOND}\n\n{THIRD}\n\nNotify of\nView all comments"
    );
    let known = Known { title: Some("Mayor and builder part ways"), ..Known::default() };
    assert_eq!(clean(&text, known).0, ["Mayor and builder part ways", sentence, FIRST, SECOND, THIRD]);
}

#[test]
fn prose_that_speaks_of_boilerplate_stays() {
    let text = "Readers who subscribe to the paper were asked to sign up for a newsletter by the end of the month, it said.\n\n\
        The photo, which Getty Images sold to the town, shows the bridge before the flood took its piers away.\n\n\
        \"Follow us,\" he said.\n\nShare prices fell.\n\nThe editor, who wrote the comments, contributed to the report on the bridge.";
    let (kept, gone) = clean(text, Known::default());
    assert_eq!(gone, []);
    assert_eq!(kept.len(), 5);
}

#[test]
fn speakers_of_a_conversation_stay() {
    let turn = |n: usize| {
        let town = ["Ada", "Bea", "Cai", "Dan", "Eva", "Fay"][n / 6].to_owned()
            + ["ton", "ham", "ford", "wick", "by", "ley"][n % 6];
        format!(
            "Jane Doe\n\nHow did the bridge of {town} come to stand where it stands, after all that was said of it?\n\n"
        )
    };
    let texts: Vec<String> =
        (0..9).map(|n| (0..4).map(|k| turn(n * 4 + k)).collect::<String>() + "Good bye from us").collect();
    let mut survey = LineSurvey::default();
    texts.iter().enumerate().for_each(|(n, text)| survey.add(None, &format!("{text}\n\n{}", "word ".repeat(80 + n))));
    let prose = Cleaner::new(survey).clean(&texts[0], Known::default());
    assert_eq!(prose.paragraphs.len(), 8);
    assert_eq!(prose.removed.len(), 1);
}

#[test]
fn links_are_told_from_shares_and_prose() {
    assert!(glued_link("'Not fair':Mayor takes questions on the bridge"));
    assert!(!glued_link("Gold prices US:GCQ19 edged higher for a third day"));
    assert!(!glued_link("The mayor said: It is open"));
}

#[test]
fn a_page_of_many_short_lines_is_read_to_its_end() {
    // Names, alt texts and headings, each of which is compared with all other lines.
    let line = |n: usize| match n % 4 {
        0 => format!("springfield mayor bridge {n}"),
        1 => format!("Jane {}Doe", ["A", "B", "C"][n % 3].repeat(1 + n / 4 % 20)),
        2 => format!("Notes from town hall number {n}"),
        _ => format!("The mayor of the town said on day {n} that the old bridge would open."),
    };
    let text: String = (0..40_000).map(|n| line(n) + "\n\n").collect();
    let prose = Cleaner::default().clean(&text, Known::default());
    assert!(prose.removed.iter().any(|gone| gone.rule == Rule::AltText));
    assert!(prose.paragraphs.len() > 20_000);
}

#[test]
fn lines_are_counted_by_their_text() {
    let page = Page::new("Jane Doe\n\nA town\n\nJane Doe\n\nA town \n\nJane  Doe\n\nJane Doe");
    let by_all = |block| (0..page.blocks.len()).filter(|other| page.of(*other) == page.of(block)).count();
    assert_eq!((0..6).map(|b| page.times(b)).collect::<Vec<_>>(), [3, 2, 3, 2, 1, 3]);
    assert!((0..6).all(|block| page.times(block) == by_all(block)));
}

#[test]
fn nothing_gives_nothing() {
    assert_eq!(Cleaner::default().clean("", Known::default()), Prose::default());
    assert_eq!(Cleaner::default().clean(" \n\n\t", Known::default()), Prose::default());
}

/// Lines that trigger the rules, for random articles.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,120}",
        "[a-zé ]{0,40}[.!?”)]{0,2}",
        Just("Related Stories".to_owned()),
        Just("Wed 05 Apr 2017 Title one two three. At least five of them went. (AFP photo) At least".to_owned()),
        Just("©2016 — “x”".to_owned()),
        Just("(Photo by é/Getty Images)".to_owned()),
        Just("\"We will mend the old bridge,\" he said. \"And we will build a new one.\"".to_owned()),
        Just("We will mend the old bridge. And we will build a new one.".to_owned()),
        Just("Get short URL 4016 ... 963 Tags a b --Reuters".to_owned()),
    ]
}

proptest! {
    #[test]
    fn ranges_are_ordered_and_apart(lines in prop::collection::vec(line(), 0..14), glue in prop_oneof![Just("\n"), Just("\n\n"), Just(" "), Just("\r\n")]) {
        let text = lines.join(glue);
        let known = Known { outlet: Some("é Daily"), title: lines.first().map(String::as_str), author: lines.last().map(String::as_str) };
        let mut survey = LineSurvey::default();
        for n in 0..6 {
            survey.add(known.outlet, &format!("{text}{glue}{n}"));
        }
        let prose = Cleaner::new(survey).clean(&text, known);
        let mut all: Vec<_> = prose.paragraphs.iter().chain(prose.removed.iter().map(|r| &r.range)).cloned().collect();
        prop_assert!(prose.paragraphs.is_sorted_by_key(|r| r.start) && prose.removed.is_sorted_by_key(|r| r.range.start));
        all.sort_by_key(|r| r.start);
        let mut last = 0;
        for range in all {
            prop_assert!(range.start >= last && range.end > range.start, "{range:?} after {last}");
            prop_assert!(text[last..range.start].trim().is_empty(), "lost: {:?}", &text[last..range.start]);
            prop_assert!(!text[range.clone()].starts_with(char::is_whitespace) && !text[range.clone()].ends_with(char::is_whitespace));
            last = range.end;
        }
        prop_assert!(text[last..].trim().is_empty());
    }
}
