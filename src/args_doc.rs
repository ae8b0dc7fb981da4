//! Longer texts of the command line's help.

/// Behind the list of commands.
pub const AFTER_HELP: &str = "\
Examples:
  aslant compare seeds/articles --cues seeds/cues/syria.toml --out results
  aslant compare articles.csv --text body --outlet source --cues my-cues.toml --out results
  aslant tally articles.csv --cues my-cues.toml --out tally
  aslant discover articles.csv --out keywords
  aslant plan articles.csv --cues my-cues.toml --width 0.2 --difference 0.15 --power 0.8
  aslant cues check my-cues.toml articles.csv --text body
  aslant cues suggest my-cues.toml articles.csv --text body
  aslant stories articles.csv --out stories.csv
  aslant train labelled.csv --label leaning --out models/leaning
  aslant score models/leaning new.jsonl --out scores.csv
  aslant retrain models/leaning more-labels.csv --label leaning --promote

`aslant help compare`, or another command, says more than -h.

Defaults for options can be set in aslant.toml, in tables named after commands or headings of their
help. Paths are relative to the file; the command line overrides it; run.json lists what was used:
  [compare]
  cues = [\"my-cues.toml\"]
  [reading]
  text = \"body\"

NO_COLOR turns colours off.
Exit codes: 0 fine, 1 a check found something, 2 bad arguments (or a path that doesn't exist),
3 bad data, 4 a model of another format, 5 reading or writing failed.";

/// Behind the options of `compare -h`.
pub const COMPARE_SHORT: &str = "\
Example:
  aslant compare articles.csv --text body --outlet source --cues cues.toml --out results

`aslant help compare` says what it does, what it writes and how to read it.";

/// Before the options of `help compare`. A paragraph is a line: clap breaks it at the terminal's width.
pub const COMPARE_ABOUT: &str = "\
Compare how outlets name the same things: tables, a summary, a report

WHAT IT DOES
  It reads the articles twice. The first pass checks every row and learns which lines an outlet repeats. The second \
removes menus, captions and disclaimers, separates the outlet's own words from quoted and reported ones, finds reprints \
and stories, and counts the lexicon's cues. For every outlet and contrast it then asks how often each name is chosen, \
whether that differs from all other outlets by more than chance, and what a model that never saw the outlet would have \
expected from the surrounding words. The unit of every interval and test is the article, never the word.

WHAT IT WRITES
  A summary on the terminal: for each contrast, the outlets on a line between its two names.
  In the folder of --out:
    report.html     everything, to look at, click through and print; one file that works offline
    report.md       the summary with its caveats
    contrasts.csv   outlet x voice x contrast x name: shares, intervals, expected shares, tests
    outlets.csv     outlet: articles, words, dates, lean, place on the map
    evidence.csv    every use of a cue, with the words around it
    and scales, categories, pairs, trends, map, cues, articles, speakers, matrix, keywords,
    words (.csv); docs/tables.md describes every column
    run.json        version, arguments, settings, the hash of every input, warnings
  All or nothing: a run that fails leaves the folder as it was.

HOW TO READ IT
  A share is the part of a contrast's uses that goes to a name. [0.51, 0.72] is its 95% interval over articles; a \
star means that only one or two articles have a use, so the share describes these articles and not the outlet. If the \
share is far from the expected one, the wording is the outlet's; if they are close, it may come from the subject.
  q below 0.05 in contrasts.csv means a difference larger than chance would make, taking all tests of the table into \
account; the placebo says how often that was wrong on these very articles.
  Lean is relative to the average outlet of this comparison, which is not neutral ground. Nothing here says why a \
word was chosen, or that it is wrong.";

/// Behind the options of `help compare`.
pub const COMPARE_HELP: &str = "\
Examples:
  # a folder of texts, each with front matter (outlet, date, title) or listed in a manifest
  aslant compare articles/ --manifest articles.csv --cues cues.toml --out results
  # a CSV file with other column names
  aslant compare old.csv.zst --text body --outlet source --date day --cues cues.toml --out results
  # JSON lines from another program
  zstdcat archive.jsonl.zst | aslant compare - --cues cues.toml --out results
  # a data frame in, typed tables out
  aslant compare archive.parquet --cues cues.toml --format csv,parquet --out results
  # over time, with the months in which a share changed
  aslant compare articles.csv --cues cues.toml --by outlet,month --out results
  # place new articles on the map of an earlier comparison
  aslant compare new.csv --cues cues.toml --project results --out newcomers
  # add what a model of labelled articles says of each outlet's articles
  aslant compare articles.csv --cues cues.toml --model models/leaning --out results
  # what would be read and counted, before a long run
  aslant compare articles.csv --cues cues.toml --out results --dry-run";

/// Behind the options of `tally`.
pub const TALLY_HELP: &str = "\
`aslant compare` and `aslant train` take the folder instead of the articles and give the same tables
and the same model; only evidence.csv is empty. docs/privacy.md says what a tally reveals and what
it doesn't.

Examples:
  aslant tally articles.csv --cues cues.toml --out tally
  aslant compare tally --out results
  # with labels, for models; without headlines
  aslant tally labelled.csv --cues cues.toml --label leaning --omit title --out tally
  aslant train tally --label leaning --out models/leaning
  # an archive in parts, on several machines: first the repeated lines, then the parts
  aslant tally a.jsonl --survey-out a.lines
  aslant tally a.jsonl --survey a.lines --survey b.lines --cues cues.toml --detail ordered --out a
  aslant compare a b --out results
  # or combine them into one tally, without the order of words
  aslant tally a b --out tally";

/// Behind the options of `discover`.
pub const DISCOVER_HELP: &str = "\
A word counts once: in the longest phrase it belongs to, or on its own. Every outlet with 5 articles
or more is tested against all others on every term, with the article as the unit; keywords.csv has
the terms that it uses more, with p < .05.

Examples:
  aslant discover articles.csv --out keywords
  # what quoted people say, by a column of the input
  aslant discover articles.csv --by section --voice quoted --out quoted
  # only where two outlets or more cover the same event
  aslant discover articles.csv --same-story --out within-stories";

/// Behind the options of `plan`.
pub const PLAN_HELP: &str = "\
The estimate is based on the articles given: the share of a name, how many articles use the contrast
at all, and how much they differ. The interval and the test are those of contrasts.csv, for another
number of articles.
The difference is taken towards the middle, where it is hardest to find, and judged by p, not q. A
table of many tests needs more articles; a smaller --level shows how many.

Examples:
  aslant plan articles.csv --cues cues.toml --width 0.2
  # a share of .5 against one of .4, in a table of some fifty tests
  aslant plan articles.csv --cues cues.toml --difference 0.1 --level 0.001 --out plan.csv";

/// Behind the options of `cues suggest`.
pub const SUGGEST_HELP: &str = "\
A lexicon with one cue per pole is enough to begin with. Words and phrases are compared by the words
around them, in all voices and with every cue masked: another name for the same thing is used in the
same places as the cues, and seldom in one clause with them. A cue needs 10 uses to compare with.
The list is only a suggestion: the words around a name can't tell whether it names the same thing or
one that is written about in the same way (an opponent, a kind of weapon). Read the uses, take what
means the same, and check the new lexicon with aslant cues check.

Examples:
  aslant cues suggest my-cues.toml articles.csv
  # one contrast of many, with a table and the lines to paste
  aslant cues suggest seeds/cues/syria.toml articles.csv --contrast armed-groups --out suggestions";

/// Behind the options of `report`.
pub const REPORT_HELP: &str = "\
The page is made from the tables alone, so the articles aren't needed. It makes no network requests
and stays under 2 MB: if there are too many sentences, it shows a sample.

Examples:
  aslant report results
  aslant report results --out comparison.html";

/// Behind the arguments of `completions`.
pub const COMPLETIONS_HELP: &str = "\
Examples:
  # bash, for this user
  aslant completions bash > ~/.local/share/bash-completion/completions/aslant
  # zsh, in a folder of $fpath
  aslant completions zsh > ~/.zfunc/_aslant
  # fish
  aslant completions fish > ~/.config/fish/completions/aslant.fish";

/// Behind the options of `man`.
pub const MAN_HELP: &str = "\
Examples:
  aslant man --out ~/.local/share/man/man1
  man aslant-compare";

/// Behind the options of `clean`.
pub const CLEAN_HELP: &str = "\
Repeated lines are learnt from all articles of an outlet, so give them together. The output can be
read like any other input.

Examples:
  aslant clean articles.csv --out cleaned.jsonl --show
  aslant clean articles/ --manifest manifest.csv > cleaned.jsonl";

/// Behind the options of `stories`.
pub const STORIES_HELP: &str = "\
A story is named after its first article; an article with no other on its event has none. Two
articles more than ten days apart are never linked; without a date, only the words decide.

Examples:
  aslant stories articles.csv --out stories.csv
  zstdcat archive.jsonl.zst | aslant stories - > stories.csv";

/// Before the options of `help train`.
pub const TRAIN_ABOUT: &str = "\
Learn labels from labelled articles

WHAT IT DOES
  Counts words, learns by logistic regression which of them go with which label, and chooses features and the strength \
of the penalty on held-out articles, whole outlets at a time. Then it reports how well the model does on articles that \
it did not see.

WHAT IT WRITES
  A folder: model.json (parameters, scores), terms.csv (every term with its weights), CARD.md (what the model is for \
and what it isn't), and the counts of the training articles, so that it can be re-trained; --without-training-data \
leaves those out. Nothing in the folder is executable.

HOW TO READ IT
  Scores are shown for random folds, for outlets never seen and for later months. Only the second says how the model \
does on outlets that it doesn't know. If it is far below the first, and the line `the outlet itself` is high, the model \
has learnt who wrote an article and not how a side writes.";

/// Behind the options of `train`.
pub const TRAIN_HELP: &str = "\
Examples:
  # any set of labels; scores on held-out articles are printed and kept with the model
  aslant train labelled.csv --label leaning --out models/leaning
  # short texts, one model per target
  aslant train tweets.csv --label stance --target towards --features word,char --out models/stance
  # a known strength of the penalty, and no story on both sides of a test
  aslant train labelled.jsonl --label frame --c 10 --group story --story story_id --out models/frame
  # an archive with too many words for a vocabulary: a million columns of hashed terms
  aslant train archive.csv --label leaning --hash-features 1048576 --out models/archive";

/// Behind the options of `evaluate`.
pub const EVALUATE_HELP: &str = "\
Examples:
  aslant evaluate models/leaning held-out.csv --label leaning --out evaluation
  # labels of another scheme, intervals that apply to other outlets
  aslant evaluate models/leaning more.jsonl --label side --label-map centre=center --group outlet";

/// Behind the options of `explain`.
pub const EXPLAIN_HELP: &str = "\
Examples:
  aslant explain models/leaning new.csv --article guardian-0417
  # for a label other than the predicted one, all terms with their places as a table
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
recipe and the strength of the penalty stay the same. An article that is given again
(the same id and, if ids were made up, the same text) takes its new label. After
`train --mask-outlets` the names of new outlets are masked in the new articles.
Without --promote or --out nothing is written.

--promote refuses a new model whose macro-F1 or accuracy on held-out articles is
lower by more than chance (exit code 1): p < .05, or with fewer than six outlets
(stories, …) the whole interval of the difference below 0.

Examples:
  # what would change
  aslant retrain models/leaning more-labels.csv --label leaning
  # the same, and replace the old model with the new one
  aslant retrain models/leaning more-labels.csv --label leaning --promote
  # undo that
  aslant models restore models/leaning";

/// Behind the options of `voice`.
pub const VOICE_HELP: &str = "\
Examples:
  aslant voice articles.csv --out spans.jsonl
  # a page to look at
  aslant voice articles/ --html voices.html";

/// Behind the options of `cues check`.
pub const CHECK_HELP: &str = "\
The exit code is 1 if a cue never matched, or if two cues of one contrast can match the same words.

Examples:
  aslant cues check my-cues.toml
  aslant cues check my-cues.toml articles.csv --examples 5";

/// Behind the options of `models list`.
pub const LIST_HELP: &str = "\
Examples:
  aslant models list
  aslant models list archive/models";

/// Behind the options of `models show`.
pub const SHOW_HELP: &str = "\
Examples:
  aslant models show models/leaning";

/// Behind the options of `models restore`.
pub const RESTORE_HELP: &str = "\
Examples:
  # the last version, and a certain one
  aslant models restore models/leaning
  aslant models restore models/leaning 1";

/// Behind the options of `models diff`.
pub const DIFF_HELP: &str = "\
Examples:
  aslant models diff models/leaning models/leaning/history/1";
