"""Makes seeds/case-study-syria/ and seeds/tallies/ from articles that can't be shipped: counts and shares, without any text.

    python notebooks/make_case_study.py FOLDER

FOLDER has `fa-kes.csv` (FA-KES: https://doi.org/10.5281/zenodo.2607278, CC BY 4.0; Abu Salem et al. 2019), and for the
five articles `seed-articles.csv` (file, outlet, date, title, author) beside a folder `seed-articles/`; without them that
part is left as it is. Needs the program (see helpers.py) and nothing else beyond Python.
"""

import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "seeds" / "case-study-syria"
CUES = "seeds/cues/syria.toml"

# What ships. A column that isn't named here is left out, so a new one can't bring text along.
WORDS = {"articles.csv": ("id", "outlet", "date", "words", "words_removed", "quoted", "reported")}
FA_KES = ("contrasts.csv", "scales.csv", "outlets.csv", "pairs.csv", "matrix.csv", "trends.csv", "run.json")
FIVE = ("contrasts.csv", "scales.csv", "outlets.csv", "articles.csv", "run.json")
LIMIT = 600_000  # bytes, all of it
TALLIES = ROOT / "seeds" / "tallies"
TALLIES_LIMIT = 600_000
# What `aslant tally` leaves out of them.
OMIT = "title,url,author,speakers,contexts"


def run(folder, names, *arguments):
    """Runs the program where all paths are short, so that none of this machine's stands in what it writes."""
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        (work / CUES).parent.mkdir(parents=True)
        shutil.copy(ROOT / CUES, work / CUES)
        for name in names:
            source = folder / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, work / name)
        program = os.path.abspath(os.environ.get("ASLANT") or shutil.which("aslant") or ROOT / "target/release/aslant")
        command = [program, *arguments, "--cues", CUES, "--quiet", "--out", "results"]
        subprocess.run(command, cwd=work, check=True)
        return {path.name: path.read_bytes() for path in (work / "results").iterdir()}


def compare(folder, names, *arguments):
    return run(folder, names, "compare", *arguments, "--no-keywords")


def write_tally(part, files):
    """Replaces a tally."""
    shutil.rmtree(TALLIES / part, ignore_errors=True)
    (TALLIES / part).mkdir(parents=True)
    for name, content in files.items():
        (TALLIES / part / name).write_bytes(content)


def without_text(name, table):
    """The table as it may ship: of articles.csv the counts only, every other one as the program made it."""
    if name not in WORDS:
        return table
    rows = list(csv.DictReader(table.decode("utf-8").splitlines()))
    keep = [c for c in rows[0] if c in WORDS[name] or (":" in c and ":context " not in c)]  # `state:regime`, a count
    lines = [keep] + [[row[c] for c in keep] for row in rows]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    return out.getvalue().encode("utf-8")


def write(part, tables, names):
    folder = OUT / part
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_bytes(without_text(name, tables[name]))


def main():
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "fa-kes.csv").exists():
        sys.exit(__doc__)
    data = Path(sys.argv[1])
    columns = ("--text", "article_content", "--title", "article_title", "--outlet", "source", "--date", "date")
    # The nine largest outlets in pairs: all 15 would make half a megabyte, mostly of pairs without a common story.
    columns += ("--encoding", "windows-1252")
    options = ("--by", "outlet,year", "--pairs", "9")
    write("fa-kes", compare(data, ["fa-kes.csv"], "fa-kes.csv", *columns, *options), FA_KES)
    write_tally("fa-kes", run(data, ["fa-kes.csv"], "tally", "fa-kes.csv", *columns, "--omit", OMIT))
    if (data / "seed-articles.csv").exists():
        five = compare(data, ["seed-articles", "seed-articles.csv"], "seed-articles", "--manifest", "seed-articles.csv")
        write("five-articles", five, FIVE)
        arguments = ("tally", "seed-articles", "--manifest", "seed-articles.csv", "--omit", OMIT)
        write_tally("five-articles", run(data, ["seed-articles", "seed-articles.csv"], *arguments))
    for out, limit in ((OUT, LIMIT), (TALLIES, TALLIES_LIMIT)):
        size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
        print(f"{size:,} bytes in {out.relative_to(ROOT)}")
        if size > limit:
            sys.exit(f"more than {limit:,} bytes: leave something out")


if __name__ == "__main__":
    main()
