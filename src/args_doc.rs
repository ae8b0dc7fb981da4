//! Longer texts of the command line's help.

/// Behind the list of commands.
pub const AFTER_HELP: &str = "\
Examples:
  aslant compare seeds/articles --cues seeds/cues/syria.toml --out results
  aslant compare articles.csv --text body --outlet source --cues my-cues.toml --out results
  aslant tally articles.csv --cues my-cues.toml --out tally
  aslant discover articles.csv --out keywords
  aslant cues check my-cues.toml articles.csv --text body
  aslant stories articles.csv --out stories.csv
  aslant train labelled.csv --label leaning --out models/leaning
  aslant score models/leaning new.jsonl --out scores.csv
  aslant retrain models/leaning more-labels.csv --label leaning --promote

Exit codes: 0 fine, 1 a check found something, 2 bad arguments, 3 bad data,
4 a model of another format, 5 reading or writing failed.";

/// Behind the options of `compare`.
pub const COMPARE_HELP: &str = "\
Examples:
  # a folder of texts, each with a front matter (outlet, date, title) or named in a manifest
  aslant compare articles/ --manifest articles.csv --cues cues.toml --out results
  # a CSV file with columns of other names
  aslant compare old.csv.zst --text body --outlet source --date day --cues cues.toml --out results
  # JSON lines from another program
  zstdcat archive.jsonl.zst | aslant compare - --cues cues.toml --out results
  # over time, with the months in which a share changed
  aslant compare articles.csv --cues cues.toml --by outlet,month --out results
  # with what a model of labelled articles says of each outlet's articles
  aslant compare articles.csv --cues cues.toml --model models/leaning --out results";

/// Behind the options of `tally`.
pub const TALLY_HELP: &str = "\
`aslant compare` and `aslant train` take the folder instead of the articles and give the same tables and the
same model; only evidence.csv stays empty. docs/privacy.md says what can be read from a tally and what not.

Examples:
  aslant tally articles.csv --cues cues.toml --out tally
  aslant compare tally --out results
  # for models and for comparisons by section; without headlines
  aslant tally labelled.csv --cues cues.toml --label leaning --columns section --omit title --out tally
  aslant train tally --label leaning --out models/leaning
  # an archive in parts, on several machines: first the lines that repeat, then the parts
  aslant tally part1.jsonl --survey-out part1.lines
  aslant tally part1.jsonl --survey part1.lines --survey part2.lines --cues cues.toml --detail ordered --out part1
  aslant compare part1 part2 --out results
  # and one tally of them, without the order of words
  aslant tally part1 part2 --out tally";

/// Behind the options of `discover`.
pub const DISCOVER_HELP: &str = "\
A word counts once: in the longest phrase that it belongs to, or by itself. Every term is tested
in every outlet with 5 articles or more against all others, with the article as the unit; terms
that it uses more, with p < .05, stand in keywords.csv.

Examples:
  aslant discover articles.csv --out keywords
  # what quoted people say, by a column of the input
  aslant discover articles.csv --by section --voice quoted --out quoted";
/// Behind the options of `report`.
pub const REPORT_HELP: &str = "\
The page is made from the tables alone, so it can be made where the articles aren't at hand. It has no
request to anywhere in it, and is smaller than 2 MB: of many sentences it shows a sample.

Examples:
  aslant report results
  aslant report results --out comparison.html";

/// Behind the options of `clean`.
pub const CLEAN_HELP: &str = "\
Repeated lines are learnt from all articles of an outlet, so give them together. What is left can be
read like any other input.

Examples:
  aslant clean articles.csv --out cleaned.jsonl --show
  aslant clean articles/ --manifest manifest.csv > cleaned.jsonl";

/// Behind the options of `stories`.
pub const STORIES_HELP: &str = "\
A story is named after its first article; an article that stands alone has none. Two articles
more than ten days apart are never linked; without a date only the words decide.

Examples:
  aslant stories articles.csv --out stories.csv
  zstdcat archive.jsonl.zst | aslant stories - > stories.csv";

/// Behind the options of `train`.
pub const TRAIN_HELP: &str = "\
Examples:
  # any set of labels; scores on articles held out are printed and kept with the model
  aslant train labelled.csv --label leaning --out models/leaning
  # short texts, one model a target
  aslant train tweets.csv --label stance --target towards --features word,char --out models/stance
  # a strength of the penalty that is known, and no article of a story on both sides of a test
  aslant train labelled.jsonl --label frame --c 10 --group story --story story_id --out models/frame";

/// Behind the options of `evaluate`.
pub const EVALUATE_HELP: &str = "\
Examples:
  aslant evaluate models/leaning held-out.csv --label leaning --out evaluation
  # labels of another scheme, intervals that speak of other outlets
  aslant evaluate models/leaning labelled.jsonl --label side --label-map centre=center --group outlet";

/// Behind the options of `explain`.
pub const EXPLAIN_HELP: &str = "\
Examples:
  aslant explain models/leaning new.csv --article guardian-0417
  # for another label than the predicted one, all terms with their places as a table
  aslant explain models/leaning new.csv --class center --out terms.csv";

/// Behind the options of `score`.
pub const SCORE_HELP: &str = "\
Examples:
  aslant score models/leaning new.csv --out scores.csv
  zstdcat archive.jsonl.zst | aslant score models/leaning - > scores.csv
  aslant score models/stance tweets.csv --target towards --out scores.csv";

/// Behind the options of `retrain`.
pub const RETRAIN_HELP: &str = "\
The articles that the model was trained on come from its folder, as counts. The
recipe and the strength of the penalty stay. An article that comes again has its
new label. Without --promote and --out nothing is written.

--promote refuses a new model whose macro-F1 or accuracy on held-out articles is
lower, with an interval of the difference that excludes 0 (exit code 1).

Examples:
  # what would change
  aslant retrain models/leaning more-labels.csv --label leaning
  # the same, and the new model takes the old one's place
  aslant retrain models/leaning more-labels.csv --label leaning --promote
  # and back again
  aslant models restore models/leaning";

/// Behind the options of `models diff`.
pub const DIFF_HELP: &str = "\
Examples:
  aslant models diff models/leaning models/leaning/history/1";
