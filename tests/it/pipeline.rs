//! From articles to tables: every format gives the same numbers, and every number leads back to the texts.

use crate::common::{Article, Folder, Table, article, assert_close, corpus, csv, jsonl};
use aslant::report::cell::restore;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

const VOICES: [&str; 4] = ["own", "quoted", "reported", "scare"];

// ------------------------------------------------------------------------------------------------- formats

/// One file per article, with a front matter.
fn write_texts(folder: &Folder, articles: &[Article]) {
    for (i, a) in articles.iter().enumerate() {
        let Article { id, outlet, date, title, text } = a;
        let front = format!("---\nid: {id}\noutlet: {outlet}\ndate: {date}\ntitle: \"{title}\"\n---\n");
        folder.write(&format!("texts/{}/{i}.txt", i % 3), front + text);
    }
}

/// One file per article, and a manifest.
fn write_manifest(folder: &Folder, articles: &[Article]) {
    let mut manifest = csv::Writer::from_writer(Vec::new());
    manifest.write_record(["title", "file", "outlet", "id", "date"]).expect("in memory");
    for (i, a) in articles.iter().enumerate() {
        let file = format!("{}/{i}.txt", i % 3);
        folder.write(&format!("plain/{file}"), &a.text);
        manifest.write_record([&a.title, &file, &a.outlet, &a.id, &a.date]).expect("in memory");
    }
    folder.write("manifest.csv", manifest.into_inner().expect("in memory"));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).expect("in memory");
    writer.finish().expect("in memory")
}

#[test]
fn every_format_gives_the_same_tables() {
    let articles = corpus();
    let folder = Folder::with(&articles);
    folder.compare("articles.csv", "from-csv");
    let expected = folder.tables("from-csv");
    assert!(expected[0].1.lines().count() > 50, "{}", expected[0].1);
    folder.write("articles.jsonl", jsonl(&articles));
    folder.write("packed.csv.gz", gzip(&csv(&articles)));
    folder.write("packed.jsonl.zst", zstd::encode_all(&jsonl(&articles)[..], 3).expect("in memory"));
    folder.write("articles.tsv", {
        let mut writer = csv::WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
        writer.write_record(["TEXT", "Date", "Title", "Outlet", "ID"]).expect("in memory");
        for a in &articles {
            writer.write_record([&a.text, &a.date, &a.title, &a.outlet, &a.id]).expect("in memory");
        }
        writer.into_inner().expect("in memory")
    });
    write_texts(&folder, &articles);
    write_manifest(&folder, &articles);
    for (i, input) in [
        "articles.jsonl",
        "packed.csv.gz",
        "packed.jsonl.zst",
        "articles.tsv",
        "texts",
        "plain --manifest manifest.csv",
    ]
    .into_iter()
    .enumerate()
    {
        let out = format!("out{i}");
        folder.compare(input, &out);
        assert_eq!(folder.tables(&out), expected, "{input}");
    }
    for (name, bytes) in [
        ("csv", csv(&articles)),
        ("jsonl", jsonl(&articles)),
        ("jsonl.gz", gzip(&jsonl(&articles))),
        ("csv.zst", zstd::encode_all(&csv(&articles)[..], 3).expect("in memory")),
    ] {
        let out = format!("stdin-{name}");
        let ran = folder.run_with(&format!("compare - --cues cues.toml --out {out}"), bytes);
        assert_eq!(ran.code, 0, "{name}: {ran:?}");
        assert_eq!(folder.tables(&out), expected, "{name}");
    }
}

#[test]
fn folders_name_the_outlets_of_articles_that_do_not() {
    let articles: Vec<Article> = corpus().into_iter().filter(|a| !a.outlet.is_empty()).collect();
    let folder = Folder::with(&articles);
    folder.compare("articles.csv", "plain");
    for (i, Article { id, outlet, date, title, text }) in articles.iter().enumerate() {
        // Some name their outlet themselves, whatever their folder's name.
        let (place, told) =
            if i % 4 == 0 { ("elsewhere", format!("outlet: {outlet}\n")) } else { (&outlet[..], String::new()) };
        let front = format!("---\nid: {id}\n{told}date: {date}\ntitle: \"{title}\"\n---\n");
        folder.write(&format!("by-outlet/{place}/{}/{i}.txt", i % 3), front + text);
    }
    folder.compare("by-outlet --outlet-from-folder", "by-folder");
    assert_eq!(folder.tables("by-folder"), folder.tables("plain"));
}

#[test]
fn columns_of_other_names_are_read_where_they_are_named() {
    let articles = corpus();
    let folder = Folder::with(&articles);
    folder.compare("articles.csv", "plain");
    let text = String::from_utf8(csv(&articles)).expect("UTF-8");
    folder.write("articles.csv", text.replacen("id,outlet,date,title,text", "nr,paper,day,head,words", 1));
    folder.compare("articles.csv --id nr --outlet paper --date day --title head --text words", "named");
    assert_eq!(folder.tables("named"), folder.tables("plain"));
}

#[test]
fn latin_1_gives_the_same_tables_as_utf_8() {
    let mut articles = corpus();
    for (i, a) in articles.iter_mut().enumerate() {
        a.text += &format!(" Le général a quitté la façade du café, naïve señora número {i}.");
        // Latin-1 has no curly quotation marks.
        a.text = a.text.replace(['“', '”'], "\"");
        a.title += ": à la carte";
    }
    let folder = Folder::with(&articles);
    folder.compare("articles.csv", "utf-8");
    let expected = folder.tables("utf-8");
    assert!(expected.iter().any(|(_, table)| table.contains("à la carte")));
    let text = String::from_utf8(csv(&articles)).expect("UTF-8");
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    folder.write("latin.csv", latin);
    for (out, more) in [("guessed", ""), ("named", "--encoding latin1")] {
        let ran = folder.compare(&format!("latin.csv {more}"), out);
        assert_eq!(folder.tables(out), expected, "{out}");
        assert_eq!(ran.stdout.contains("encoding"), more.is_empty(), "a guess is told, and only that: {}", ran.stdout);
    }
}

// --------------------------------------------------------------------------------------- counts and evidence

#[test]
fn an_unknown_outlet_has_no_row_but_stands_among_articles_and_evidence() {
    let folder = Folder::with(&corpus());
    let ran = folder.compare("articles.csv", "out");
    assert!(ran.stdout.contains("note: 1 article has no outlet"), "{}", ran.stdout);
    for name in ["contrasts", "outlets", "cues", "matrix"] {
        let outlets: BTreeSet<String> =
            folder.table("out", name).iter().map(|row| row.get("outlet").to_owned()).collect();
        let names: Vec<&str> = outlets.iter().map(String::as_str).collect();
        assert_eq!(names, ["Bugle", "Courier", "Dispatch", "Echo", "Gazette"], "{name}");
    }
    assert_eq!(folder.table("out", "articles").only(&[("id", "n50")]).get("outlet"), "");
    let evidence = folder.table("out", "evidence");
    assert_eq!(evidence.rows_with(&[("id", "n50")]).filter(|row| row.get("outlet").is_empty()).count(), 6);
}

#[test]
fn speakers_are_put_together_by_name() {
    let mut prose = crate::common::Prose::new(7);
    let said = [
        "Foreign Minister Ann Orrin said that the regime would fall.",
        "\"The regime is finished,\" said Ann Orrin.",
        "\"The regime must go,\" said Ann Orrin. \"The government is no government,\" Orrin said.",
        "The Harbour Council said that the government was weak.",
    ];
    let texts = said.iter().enumerate().map(|(i, said)| {
        article(
            format!("s{i}"),
            if i == 0 { "Bugle" } else { "Courier" },
            format!("{}\n\n{said}\n\n{}", prose.plain(), prose.plain()),
        )
    });
    let folder = Folder::with(&texts.collect::<Vec<_>>());
    folder.compare("articles.csv", "out");
    let speakers = folder.read("out/speakers.csv");
    // The council speaks in one article only.
    insta::assert_snapshot!(speakers, @"
    speaker,contrast,pole,count,articles,outlets,share,share_low,share_high,interval
    Ann Orrin,state,government,2,1,1,0.4,4.7416e-5,0.999893,articles
    Ann Orrin,state,regime,3,3,2,0.6,0.000107,0.999953,articles
    Harbour Council,state,government,1,1,1,1,0.206549,1,mentions
    Harbour Council,state,regime,0,0,0,0,0,0.793451,mentions
    ");
}

/// Every use in `evidence.csv` is the part of its article's text at its character offsets, with the text around it.
#[track_caller]
fn assert_spans(articles: &[Article], evidence: &Table) {
    let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = |part: &str| folded(restore(part).trim_matches('…'));
    let mut both = 0;
    for row in evidence.iter() {
        let article = articles.iter().find(|a| a.id == row.get("id")).expect("the article");
        let chars: Vec<char> = article.text.chars().collect();
        let (start, end) = (row.count("start"), row.count("end"));
        assert_eq!(chars[start..end].iter().collect::<String>(), row.get("match"), "{} {start}..{end}", article.id);
        let before = folded(&chars[..start].iter().collect::<String>());
        let after = folded(&chars[end..].iter().collect::<String>());
        let (shown_before, shown_after) = (words(row.get("before")), words(row.get("after")));
        assert!(before.ends_with(&shown_before), "{}: {shown_before:?} in {before:?}", article.id);
        assert!(after.starts_with(&shown_after), "{}: {shown_after:?} in {after:?}", article.id);
        // At an end of a paragraph there is nothing to show.
        both += usize::from(!shown_before.is_empty() && !shown_after.is_empty());
    }
    assert!(both * 10 > evidence.rows.len() * 8, "{both} of {}", evidence.rows.len());
}

/// Texts in which bytes, characters and letters differ.
fn awkward() -> Vec<Article> {
    let endings = [
        "Snow fell on the pass before the last of them had come down to the mill and its three lamps.",
        "Nobody at the bakery could say who had painted the gate, nor when the dogs had begun to bark.",
        "A ferry lay beside the quay with its engine running until the captain went home to his supper.",
        "The doctor counted his bandages twice and wrote the number on the wall behind the green door.",
        "Two brothers carried a piano down the stairs, and everyone on the square stopped to watch them.",
    ];
    let long = "Ten lorries crossed the river in the rain and nobody counted them, the driver’s brother told us. ";
    [
        "🚂🚂 The 𝔤𝔯𝔢𝔞𝔱 town: the government left — “the regime’s men” came back; 👩‍👩‍👧 saw the rebels leave.",
        "Cafe\u{301} re\u{301}sume\u{301} and nai\u{308}ve words, then the regime and Assad’s regime and assad's regime fell.",
        "  \u{a0}\tThe government\u{200b} closed it.\r\n\r\nOn Monday the rebels opened it.\r\nThen the terrorists\r\nleft it.\r\n",
        "\u{feff}The government of «the city» and the ‘rebels’ talked.\n\n\n\nLiberated streets, captured tanks, retook hills.",
        "政府说：the regime，the rebels。Правительство: the government и regime change, no regime.",
    ]
    .iter()
    .enumerate()
    .map(|(i, text)| {
        let text = format!(
            "By Ilse Varga\n\nBERLIN (Bugle) - {long}{text}\n\n{} And the regime slept.\n\n(Photo: L. Sandoval/Bugle)\n\n\
             Related stories\n\nRegime troops leave the rebels’ town {i}\n\nShare this article",
            // Text that an outlet repeats in all of its articles would be removed.
            endings[i]
        );
        article(format!("w{i}"), "Bugle", text)
    })
    .collect()
}

#[test]
fn spans_slice_the_text_as_it_was_given() {
    let articles: Vec<Article> = awkward().into_iter().chain(corpus()).collect();
    let folder = Folder::with(&articles);
    folder.write("articles.jsonl", jsonl(&articles));
    folder.write("cp.csv", csv(&articles));
    for (input, out) in [("articles.csv", "csv"), ("articles.jsonl", "jsonl"), ("cp.csv --keep-boilerplate", "kept")] {
        folder.compare(input, out);
        let evidence = folder.table(out, "evidence");
        assert_spans(&articles, &evidence);
        let of = |id| evidence.rows_with(&[("id", id)]).map(|row| row.get("match").to_owned()).collect::<Vec<_>>();
        let rest: &[&str] = if out == "kept" { &["regime", "Regime", "rebels"] } else { &["regime"] };
        assert_eq!(of("w0"), [&["government", "regime", "rebels"][..], rest].concat(), "{out}");
        assert_eq!(of("w1"), [&["regime", "Assad’s regime", "assad's regime"][..], rest].concat(), "{out}");
        // A zero-width character belongs to the word before it.
        assert_eq!(of("w2"), [&["government\u{200b}", "rebels", "terrorists"][..], rest].concat(), "{out}");
        let all = ["government", "rebels", "Liberated", "captured", "retook"];
        assert_eq!(of("w3"), [&all[..], rest].concat(), "{out}");
        assert_eq!(of("w4"), [&["regime", "rebels", "government", "regime"][..], rest].concat(), "{out}");
    }
    assert_eq!(folder.tables("jsonl"), folder.tables("csv"));
    // A text file begins with a front matter: spans index the text after it.
    write_texts(&folder, &articles);
    folder.compare("texts", "of-texts");
    assert_spans(&articles, &folder.table("of-texts", "evidence"));
}

#[test]
fn every_count_is_the_number_of_its_uses_in_the_evidence() {
    for (arguments, out) in [("articles.csv", "own"), ("articles.csv --voice all --reprints keep", "all")] {
        let folder = Folder::with(&[corpus(), awkward()].concat());
        folder.compare(arguments, out);
        let (contrasts, evidence) = (folder.table(out, "contrasts"), folder.table(out, "evidence"));
        let mut counted = 0;
        for row in contrasts.iter() {
            let key = ["outlet", "contrast", "pole"].map(|column| (column, row.get(column)));
            let uses: Vec<_> = evidence
                .rows_with(&key)
                .filter(|used| row.get("voice") == "all" || row.get("voice") == used.get("voice"))
                .collect();
            assert_eq!(row.count("count"), uses.len(), "{key:?} {}", row.get("voice"));
            let articles: BTreeSet<&str> = uses.iter().map(|used| used.get("id")).collect();
            assert_eq!(row.count("articles"), articles.len(), "{key:?} {}", row.get("voice"));
            if row.get("voice") == "all" {
                let sum: usize = VOICES
                    .iter()
                    .flat_map(|voice| contrasts.rows_with(&key).filter(move |r| r.get("voice") == *voice))
                    .map(|r| r.count("count"))
                    .sum();
                assert_eq!(row.count("count"), sum, "{key:?}");
                counted += sum;
            }
        }
        let known = evidence.iter().filter(|row| !row.get("outlet").is_empty()).count();
        assert_eq!(counted, known, "uses without a row");
        for voice in VOICES {
            assert!(evidence.rows_with(&[("voice", voice)]).count() > 5, "the corpus should have the voice {voice}");
        }
    }
}

#[test]
fn counts_of_cues_and_articles_add_up_to_those_of_contrasts() {
    let folder = Folder::with(&corpus());
    folder.compare("articles.csv", "out");
    let [contrasts, cues, articles] = ["contrasts", "cues", "articles"].map(|name| folder.table("out", name));
    for row in contrasts.iter() {
        let key = ["outlet", "voice", "contrast", "pole"].map(|column| (column, row.get(column)));
        let sum: usize = cues.rows_with(&key).map(|cue| cue.count("count")).sum();
        assert_eq!(row.count("count"), sum, "{key:?}");
        if row.get("voice") == "own" {
            let column = format!("{}:{}", row.get("contrast"), row.get("pole"));
            let sum: usize = articles.rows_with(&key[..1]).map(|a| a.count(&column)).sum();
            assert_eq!(row.count("count"), sum, "{key:?}");
        }
    }
    // A row of cues is scaled to length 1.
    let mut lengths: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for row in cues.iter() {
        *lengths.entry((row.get("outlet"), row.get("voice"))).or_default() +=
            row.number("tfidf").expect("a number").powi(2);
    }
    lengths.iter().for_each(|(key, length)| assert_close(*length, 1.0, 1e-5, &format!("{key:?}")));
}

// -------------------------------------------------------------------------------------------------- numbers

#[test]
fn shares_sum_to_one_stand_in_their_intervals_and_q_is_no_less_than_p() {
    let folder = Folder::with(&corpus());
    folder.compare("articles.csv", "out");
    let contrasts = folder.table("out", "contrasts");
    let mut sums: BTreeMap<[&str; 3], (f64, usize)> = BTreeMap::new();
    let (mut tested, mut bounded) = (0, 0);
    for row in contrasts.iter() {
        let what = format!("{:?}", ["outlet", "voice", "contrast", "pole"].map(|c| row.get(c)));
        let share = row.number("share").expect("a share");
        let sum = sums.entry(["outlet", "voice", "contrast"].map(|c| row.get(c))).or_default();
        *sum = (sum.0 + share, sum.1 + row.count("count"));
        if let (Some(low), Some(high)) = (row.number("share_low"), row.number("share_high")) {
            assert!((0.0..=share).contains(&low) && (share..=1.0).contains(&high), "{what}: {share} [{low}, {high}]");
            bounded += 1;
        }
        assert_eq!(row.number("p").is_some(), row.number("q").is_some(), "{what}");
        if let (Some(p), Some(q)) = (row.number("p"), row.number("q")) {
            assert!(0.0 <= p && p <= q && q <= 1.0, "{what}: p {p}, q {q}");
            tested += 1;
        }
        let shrunk = row.number("share_shrunk").expect("a share");
        assert!((0.0..=1.0).contains(&shrunk), "{what}: {shrunk}");
    }
    for (key, (sum, _)) in &sums {
        assert_close(*sum, 1.0, 2e-6, &format!("{key:?}"));
    }
    for row in contrasts.iter() {
        let (_, of) = sums[&["outlet", "voice", "contrast"].map(|c| row.get(c))];
        assert_close(row.number("share").expect("a share"), row.count("count") as f64 / of as f64, 1e-6, "a share");
    }
    assert!(tested > 20 && bounded > 50, "{tested} {bounded}");
}

#[test]
fn fewer_than_three_articles_speak_of_mentions_and_are_not_tested() {
    let folder = Folder::with(&corpus());
    folder.compare("articles.csv", "out");
    let evidence = folder.table("out", "evidence");
    let mut seen = BTreeSet::new();
    for row in folder.table("out", "contrasts").iter() {
        let key = ["outlet", "contrast"].map(|column| (column, row.get(column)));
        let articles: BTreeSet<&str> = evidence
            .rows_with(&key)
            .filter(|used| row.get("voice") == "all" || row.get("voice") == used.get("voice"))
            .map(|used| used.get("id"))
            .collect();
        let expected = if articles.len() < 3 { "mentions" } else { "articles" };
        assert_eq!(row.get("interval"), expected, "{key:?}: {articles:?}");
        assert!(expected == "articles" || row.get("p").is_empty(), "{key:?}");
        seen.insert((expected, row.get("p").is_empty()));
    }
    assert_eq!(seen.len(), 3, "both kinds, and some of one tested: {seen:?}");
    let outlets = folder.table("out", "outlets");
    assert_eq!(outlets.only(&[("outlet", "Gazette")]).get("lean_low"), "");
    assert!(outlets.only(&[("outlet", "Bugle")]).number("lean_low").is_some());
    let matrix = folder.table("out", "matrix");
    assert!(matrix.only(&[("outlet", "Gazette")]).get("state (regime)").ends_with('*'));
    assert!(!matrix.only(&[("outlet", "Echo")]).get("state (regime)").ends_with('*'));
}

// ------------------------------------------------------------------------------------- what is left out

#[test]
fn reprints_are_left_out_or_kept() {
    let mut articles = corpus();
    // Echo prints Bugle's first article a month later, with a line of its own before it.
    let copied = articles[0].clone();
    let mut copy = article("copy", "Echo", format!("From our friends. {}", copied.text));
    copy.date = "2016-11-30".into();
    articles.push(copy);
    let folder = Folder::with(&articles);
    let ran = folder.compare("articles.csv", "drop");
    assert!(ran.stdout.contains("; 1 reprint left out;"), "{}", ran.stdout);
    let row = folder.table("drop", "articles");
    let row = row.only(&[("id", "copy")]);
    assert_eq!(row.get("reprint_of"), copied.id);
    assert!(row.number("similarity").expect("a similarity") > 0.8);
    assert_eq!(row.get("left_out"), "reprint");
    assert_eq!(folder.table("drop", "outlets").only(&[("outlet", "Echo")]).get("reprints"), "1");
    assert_eq!(folder.table("drop", "outlets").only(&[("outlet", "Echo")]).get("articles"), "5");
    assert_eq!(folder.table("drop", "evidence").rows_with(&[("id", "copy")]).count(), 0);
    // Leaving it out gives the same result as if it weren't there.
    let without = Folder::with(&corpus());
    without.compare("articles.csv", "out");
    for name in ["contrasts", "cues", "evidence", "matrix"] {
        assert_eq!(folder.table("drop", name), without.table("out", name), "{name}");
    }
    let ran = folder.compare("articles.csv --reprints keep", "keep");
    assert!(ran.stdout.contains("; 1 reprint kept;"), "{}", ran.stdout);
    assert_eq!(folder.table("keep", "outlets").only(&[("outlet", "Echo")]).get("articles"), "6");
    let evidence = folder.table("keep", "evidence");
    assert_eq!(
        evidence.rows_with(&[("id", "copy")]).count(),
        evidence.rows_with(&[("id", &copied.id)]).count(),
        "the copy has the same uses"
    );
}

#[test]
fn boilerplate_is_left_out_or_kept() {
    let folder = Folder::with(&awkward());
    folder.compare("articles.csv", "removed");
    folder.compare("articles.csv --keep-boilerplate", "kept");
    let removed = |out: &str| -> Vec<usize> {
        folder.table(out, "articles").iter().map(|row| row.count("words_removed")).collect()
    };
    assert!(removed("removed").iter().all(|n| *n > 10), "{:?}", removed("removed"));
    assert!(removed("kept").iter().all(|n| *n == 0), "{:?}", removed("kept"));
    let uses = |out: &str| folder.table(out, "evidence").rows.len();
    // "Regime troops leave the rebels’ town" is below every article.
    assert_eq!(uses("kept"), uses("removed") + 2 * awkward().len());
}

// --------------------------------------------------------------------------------------- hostile contents

#[test]
fn no_cell_is_run_as_a_formula_and_nothing_is_lost() {
    let titles = ["=HYPERLINK(\"http://x\",\"y\")", "+1", "-2+3", "@SUM(A1)", "'=1", "\t=1"];
    let mut articles = corpus();
    for (a, title) in articles.iter_mut().zip(titles) {
        a.title = title.into();
        a.outlet = format!("{}{}", &title[..1], a.outlet);
    }
    articles[1].id = "=cmd|'/c calc'!A1".into();
    let folder = Folder::with(&articles);
    folder.compare("articles.csv", "out");
    for (name, text) in folder.tables("out") {
        for cell in Table::parse(&text).rows.concat() {
            let harmless = !cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert!(harmless || cell.parse::<f64>().is_ok(), "{name}: {cell:?}");
        }
    }
    let table = folder.table("out", "articles");
    for a in &articles {
        let row = table.iter().find(|row| restore(row.get("id")) == a.id).expect("the article");
        assert_eq!(restore(row.get("title")), a.title.trim());
        assert_eq!(restore(row.get("outlet")), a.outlet.trim());
    }
}

#[test]
fn hostile_names_change_nothing_but_their_own_place() {
    let hostile = [
        "\u{1b}[31mRed\u{1b}[0m News",
        "Bar | Daily | `x`",
        "<script>alert(1)</script>",
        "Line\nnote: all is well\n# Heading",
        "\u{202e}sdrawkcab \u{2066}x",
        "**Bold** _News_ [link](http://x)",
    ];
    let mut articles = corpus();
    for a in &mut articles {
        if let Some(i) = ["Bugle", "Courier", "Dispatch", "Echo", "Gazette", ""].iter().position(|o| *o == a.outlet) {
            a.outlet = hostile[i].into();
        }
    }
    // The outlet with a single article is also named in a warning.
    articles.push(article("x1", hostile[3], "The regime left."));
    articles.retain(|a| a.outlet != hostile[3] || a.id == "x1");
    let folder = Folder::with(&articles);
    let ran = folder.compare("articles.csv", "out");
    for c in ran.stdout.chars() {
        let steers = c.is_control() && c != '\n' || "\u{202e}\u{2066}".contains(c);
        assert!(!steers, "{c:?} reaches the terminal");
    }
    let notes: Vec<&str> = ran.stdout.lines().filter(|l| l.starts_with("note: ")).collect();
    assert!(!notes.iter().any(|n| n.starts_with("note: all is well")), "a name makes a note: {notes:?}");

    let report = folder.read("out/report.md");
    assert!(!report.contains('\u{1b}') && !report.contains("<script"), "{report}");
    assert!(!report.lines().any(|l| l.starts_with("# Heading") || l.starts_with("note: ")), "{report}");
    assert!(!report.contains("**Bold**") && !report.contains("[link]"), "{report}");
    let mut width = None;
    let mut rows = 0;
    for line in report.lines() {
        if !line.starts_with('|') {
            width = None;
            continue;
        }
        let bars = line.replace("\\|", "").matches('|').count();
        assert_eq!(*width.get_or_insert(bars), bars, "{line}");
        rows += 1;
    }
    assert!(rows > 15, "{rows}");

    // In the tables they are unchanged, except for white space.
    let names: BTreeSet<String> =
        folder.table("out", "outlets").iter().map(|row| row.get("outlet").to_owned()).collect();
    assert_eq!(names, hostile.iter().map(|name| name.replace('\n', " ")).collect());
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).expect("JSON");
    assert_eq!(run["counts"]["outlets"], hostile.len());
}
