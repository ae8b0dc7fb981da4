"""aslant against scikit-learn, scattertext and wc: seconds, processor seconds, memory, ratio. Called by run.sh.

Every program runs in a process of its own, one after the other; memory is the most that it had resident at a time. Of
the Python libraries only the named work is timed, neither imports nor reading; of aslant everything is, from the
compressed file to the last table. A task is repeated in turn (--repeat) and the run with the least processor time counts,
because a machine that does other work as well says little with its clock.
"""

import argparse
import datetime
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

OUTLETS = ["The Anvil", "The Beacon", "The Courier", "The Dispatch", "The Echo", "The Forum", "The Globe", "The Herald"]
LABELS = ["left", "center", "right"]
LEXICON = """[[contrast]]
name = "{a}"
[[contrast.pole]]
name = "one"
cues = ["{a}"]
[[contrast.pole]]
name = "other"
cues = ["{b}"]
"""


def lines(path):
    opened = path.open("rb")
    if path.suffix == ".zst":
        import zstandard

        opened = zstandard.ZstdDecompressor().stream_reader(opened)
    return io.TextIOWrapper(opened, encoding="utf-8")


def texts_of(path, column=None):
    articles = [json.loads(line) for line in lines(path)]
    texts = [a["text"] for a in articles]
    return texts if column is None else (texts, [a[column] for a in articles])


def tfidf(path):
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = texts_of(path)
    return lambda: TfidfVectorizer().fit_transform(texts)


def linear_svc(path):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    texts, labels = texts_of(path, "label")

    def work():
        rows = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True).fit_transform(texts)
        LinearSVC().fit(rows, labels)

    return work


def scattertext(path):
    import pandas as pd
    import scattertext as st

    texts, outlets = texts_of(path, "outlet")
    frame = pd.DataFrame({"text": texts, "outlet": outlets})
    one, other = sorted(set(outlets))[:2]

    def work():
        nlp = st.whitespace_nlp_with_sentences
        corpus = st.CorpusFromPandas(frame, category_col="outlet", text_col="text", nlp=nlp).build()
        st.produce_scattertext_explorer(
            corpus, category=one, category_name=one, not_category_name=other, minimum_term_frequency=5
        )

    return work


PEERS = {"tfidf": tfidf, "linear_svc": linear_svc, "scattertext": scattertext}


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peer(name, path):
    """In a process of its own: prints the seconds of the work."""
    work = PEERS[name](path)
    start, used = time.perf_counter(), processor_seconds()
    work()
    print(json.dumps([time.perf_counter() - start, processor_seconds() - used]))


def run(command):
    """Seconds, processor seconds, megabytes, output."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        if status != 0:
            sys.exit(f"failed: {' '.join(map(str, command))}")
        out.seek(0)
        return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out.read().decode()


def run_peer(name, path):
    _, _, memory, out = run([sys.executable, __file__, "--peer", name, "--articles", path])
    seconds, used = json.loads(out.splitlines()[-1])
    return seconds, used, memory


def made(path, n, seed):
    """Articles of made words by Zipf's law, in sentences; outlets and labels favour some of the words."""
    rng = random.Random(seed)
    syllables = [c + v for c in "bdfgklmnprst" for v in "aeiou"]
    words, known = [], set()
    while len(words) < 40_000:
        word = "".join(rng.choices(syllables, k=rng.choice([1, 2, 2, 3, 3, 4])))
        if word not in known:
            known.add(word)
            words.append(word)
    weights = [1 / (rank + 2.7) for rank in range(len(words))]
    cumulative, total = [], 0.0
    for weight in weights:
        total += weight
        cumulative.append(total)
    own = {outlet: rng.sample(words[50:2000], 40) for outlet in OUTLETS}
    with path.open("w", encoding="utf-8") as out:
        for i in range(n):
            outlet = OUTLETS[i % len(OUTLETS)]
            sentences = []
            for _ in range(rng.randint(20, 60)):
                sentence = rng.choices(words, cum_weights=cumulative, k=rng.randint(8, 30))
                sentence[rng.randrange(len(sentence))] = rng.choice(own[outlet])
                sentences.append(" ".join(sentence).capitalize() + ".")
            text = "\n\n".join(" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4))
            article = {"id": f"a{i:06}", "outlet": outlet, "label": LABELS[i % len(OUTLETS) % 3], "text": text}
            out.write(json.dumps(article) + "\n")
    return LEXICON.format(a=words[60], b=words[61])


NAMES = [("government", "regime"), ("rebels", "militants"), ("protesters", "rioters"), ("migrants", "refugees")]


def short(path, n, seed):
    """Articles of two sentences and 35 words in one year, of 40 outlets; every third has one cue of a lexicon of four contrasts."""
    rng = random.Random(seed)
    letters = "bcdfghklmnprst"
    words = ["".join(rng.choices(letters, k=2)) + "aeiou"[i % 5] + "".join(rng.choices(letters, k=i % 5)) for i in range(60_000)]
    cumulative, total = [], 0.0
    for rank in range(len(words)):
        total += 1 / (rank + 1) ** 1.05
        cumulative.append(total)
    first = datetime.date(2016, 1, 1)
    with path.open("w", encoding="utf-8") as out:
        for i in range(n):
            drawn = rng.choices(words, cum_weights=cumulative, k=35)
            title = " ".join(drawn[1:7])
            if rng.random() < 1 / 3:
                drawn[10] = rng.choice(rng.choice(NAMES))
            text = f"{' '.join(drawn[:18]).capitalize()}. {' '.join(drawn[18:]).capitalize()}."
            date = first + datetime.timedelta(rng.randrange(366))
            article = {"id": f"a{i:08}", "outlet": f"Outlet {rng.randrange(40)}", "date": str(date), "title": title, "text": text}
            out.write(json.dumps(article) + "\n")
    return "\n".join(LEXICON.format(a=a, b=b) for a, b in NAMES)


def times(path, factor, folder):
    """The articles `factor` times, ids and texts a little different, so that none is a reprint of another."""
    target = folder / f"times-{factor}.jsonl"
    with target.open("w", encoding="utf-8") as out:
        for copy in range(factor):
            for i, line in enumerate(lines(path)):
                article = json.loads(line)
                article["id"] = f"{copy}-{article.get('id', i)}"
                if copy:
                    # Every word but the shortest gets an ending in one article of each copy after another.
                    words = article["text"].split(" ")
                    words[copy::5] = [w + "x" * copy if w.isalpha() and len(w) > 3 else w for w in words[copy::5]]
                    article["text"] = " ".join(words)
                out.write(json.dumps(article) + "\n")
    return target


def copied(path, target, wanted=lambda line: True):
    """Line by line: what this process has in memory counts as its children's too, until they have begun."""
    with target.open("w", encoding="utf-8") as out:
        out.writelines(line for line in lines(path) if wanted(line))
    return target


def two_largest(path, folder):
    def outlet(line):
        return json.loads(line)["outlet"]

    by_outlet = Counter(map(outlet, lines(path)))
    chosen = dict(by_outlet.most_common(2))
    target = copied(path, folder / "two-outlets.jsonl", lambda line: outlet(line) in chosen)
    return target, sum(chosen.values())


def best(repeat, *works):
    """The least processor time of some runs of each, in turn."""
    runs = [[] for _ in works]
    for _ in range(repeat):
        for of_work, work in zip(runs, works):
            of_work.append(work()[:3])
    return [min(of_work, key=lambda r: r[1]) for of_work in runs]


def row(task, name, measured, against=None):
    seconds, used, memory = measured
    ratio = "" if against is None else f"{against[0] / seconds:.2f} | {against[1] / used:.2f} | {memory / against[2]:.2f}"
    print(f"| {task} | {name} | {seconds:.1f} | {used:.1f} | {memory:.0f} | {ratio or ' | | '} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--aslant", default="target/release/aslant", help="the program [%(default)s]")
    parser.add_argument("--articles", type=Path, help="JSON lines (plain or .zst) with text, outlet, label; else made ones")
    parser.add_argument("--cues", type=Path, help="the lexicon for compare; for made articles one is made")
    parser.add_argument("--made", type=int, default=4000, help="so many made articles [%(default)s]")
    parser.add_argument("--tasks", default="compare,train,discover,scale", help="of these and short [%(default)s]")
    parser.add_argument("--factors", default="1,2,4,8", help="for scale: the articles so many times [%(default)s]")
    parser.add_argument("--short", default="100000,200000,400000", help="for short: so many made articles of 35 words [%(default)s]")
    parser.add_argument("--repeat", type=int, default=1, help="[%(default)s]")
    parser.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.peer:
        return peer(args.peer, args.articles)
    with tempfile.TemporaryDirectory() as folder:
        measure(args, Path(folder))


def measure(args, folder):
    tasks = args.tasks.split(",")
    articles, cues = args.articles, args.cues
    if articles is None:
        articles, cues = folder / "made.jsonl", folder / "made.toml"
        cues.write_text(made(articles, args.made, 1), encoding="utf-8")
    plain = copied(articles, folder / "plain.jsonl")
    out = folder / "out"

    def aslant(*arguments, threads=None):
        environment = {} if threads is None else {"RAYON_NUM_THREADS": str(threads)}
        return lambda: run(["env", *(f"{k}={v}" for k, v in environment.items()), args.aslant, *map(str, arguments)])

    print("| task | program | seconds | processor s | MB | times faster | by processor time | memory |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    if "compare" in tasks:
        compare = aslant("compare", articles, "--cues", cues, "--out", out, "--quiet")
        theirs, ours, limit = best(
            args.repeat, lambda: run_peer("tfidf", plain), compare, lambda: run(["wc", "-w", plain])
        )
        row("compare", "scikit-learn, TfidfVectorizer().fit_transform", theirs)
        row("", "aslant compare", ours, theirs)
        row("", "wc -w (the limit)", limit, theirs)
    if "train" in tasks:
        train = (
            "train", articles, "--label", "label", "--features", "word", "--ngrams", "1-2", "--min-df", "2", "--c", "10", "--out",
            folder / "model", "--quiet",
        )  # fmt: skip
        # Neither keeps anything to go on from.
        alone = aslant(*train, "--validation", "none", "--without-training-data")
        theirs, fit, ours = best(args.repeat, lambda: run_peer("linear_svc", plain), alone, aslant(*train))
        row("train", "scikit-learn, TfidfVectorizer 1–2-grams and LinearSVC", theirs)
        row("", "aslant train, the fit alone (--validation none)", fit, theirs)
        row("", "aslant train, with its tests on articles held out", ours, theirs)
    if "discover" in tasks:
        two, n = two_largest(plain, folder)
        discover = aslant("discover", two, "--out", folder / "discovered", "--quiet")
        theirs, ours = best(args.repeat, lambda: run_peer("scattertext", two), discover)
        row(f"discover, {n} articles", "scattertext, corpus and explorer", theirs)
        row("", "aslant discover", ours, theirs)
    if "scale" in tasks:
        for factor in map(int, args.factors.split(",")):
            large = times(plain, factor, folder)
            compare = ("compare", large, "--cues", cues, "--out", out, "--quiet")
            two, one = best(args.repeat, aslant(*compare), aslant(*compare, threads=1))
            row(f"articles × {factor}", "aslant compare", two)
            row("", "the same on one thread", one)
            large.unlink()
    if "short" in tasks:
        for n in map(int, args.short.split(",")):
            many, names, tally = folder / "short.jsonl", folder / "short.toml", folder / "tally"
            names.write_text(short(many, n, 1), encoding="utf-8")
            steps = {
                "aslant compare": ("compare", many, "--cues", names, "--out", out),
                "aslant tally": ("tally", many, "--cues", names, "--out", tally),
                "aslant compare of the tally": ("compare", tally, "--out", out),
                "aslant voice": ("voice", many, "--out", folder / "spans.jsonl"),
            }
            for at, (name, step) in enumerate(steps.items()):
                (measured,) = best(args.repeat, aslant(*step, "--quiet"))
                row(f"{n:,} short articles" if at == 0 else "", name, measured)


if __name__ == "__main__":
    main()
