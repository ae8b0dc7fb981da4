"""Comparisons: the same numbers as the program's, from every kind of data frame."""

from __future__ import annotations

import csv
import datetime
import json
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest
from conftest import CUES, REPOSITORY

import aslant


def cell(value: object) -> str:
    """A value as the program writes it into CSV."""
    if value is None:
        return ""
    if isinstance(value, float):
        if value != 0 and abs(value) < 1e-4:
            mantissa, exponent = f"{value:.4e}".split("e")
            return f"{mantissa}e{int(exponent)}"
        text = f"{value:.6f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    if isinstance(value, str) and re.match(r"'*[=+\-@＝＋－＠\t\r\n]", value):
        return "'" + value
    return str(value)


def rows_of(path: Path) -> list[list[str]]:
    csv.field_size_limit(sys.maxsize)
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def result(frame: pandas.DataFrame) -> aslant.Comparison:
    return aslant.compare(frame, CUES, progress=False)


def test_every_table_is_the_programs(result: aslant.Comparison, written: Path) -> None:
    assert sorted(result.tables) == sorted(path.stem for path in (written / "out").glob("*.csv"))
    for table in result:
        head, *rows = rows_of(written / "out" / f"{table.name}.csv")
        assert table.columns == [name.removeprefix("'") for name in head], table.name
        assert [[cell(value) for value in row.values()] for row in table] == rows, table.name


def test_every_kind_of_frame_gives_the_same(result: aslant.Comparison, frame: pandas.DataFrame, tmp_path: Path) -> None:
    arrow = pyarrow.Table.from_pandas(frame)
    dated = frame.assign(date=pandas.to_datetime(frame["date"]), outlet=frame["outlet"].astype("category"))
    polars.from_pandas(frame).write_parquet(tmp_path / "articles.parquet")
    kinds = {
        "polars": polars.from_pandas(frame),
        "lazy": polars.from_pandas(frame).lazy(),
        "arrow": arrow,
        "reader": arrow.to_reader(max_chunksize=7),
        "one batch": arrow.combine_chunks().to_batches()[0],
        "days and categories": dated,
        "rows": frame.to_dict("records"),
        "columns": frame.astype(object).where(frame.notna(), None).to_dict("list"),
        "named index": frame.set_index(["outlet", "id"]),
        "dates of two kinds": frame.assign(date=[pandas.Timestamp(d) if i % 2 else d for i, d in enumerate(frame["date"])]),
        "periods": frame.assign(date=pandas.to_datetime(frame["date"]).dt.to_period("D")),
        "another index": frame.set_index(pandas.Index(range(100, 100 + len(frame)))),
        "a file": tmp_path / "articles.parquet",
    }
    expected = result.contrasts.to_dict()
    for kind, articles in kinds.items():
        found = aslant.compare(articles, [CUES], placebo=0, keywords=False, progress=False)
        assert found.contrasts.to_dict() == expected, kind
    with pytest.raises(aslant.UsageError, match="articles of a kind"):
        aslant.compare(3, CUES)
    with pytest.raises(aslant.UsageError, match="a column instead of a frame"):
        aslant.compare(frame["text"], CUES)
    with pytest.raises(aslant.DataError, match="no articles"):
        aslant.compare([], CUES)
    with pytest.raises(aslant.UsageError, match="put texts into a frame"):
        aslant.compare(["The regime fell.", "The government fell."], CUES)
    with pytest.raises(aslant.UsageError, match="columns of different lengths"):
        aslant.compare({"text": ["one", "two"], "outlet": ["Bugle"]}, CUES)


def test_threads_and_order_change_nothing(result: aslant.Comparison, frame: pandas.DataFrame) -> None:
    again = aslant.compare(frame.sample(frac=1, random_state=1), CUES, threads=1, progress=False)
    assert {t.name: t.to_dict() for t in again} == {t.name: t.to_dict() for t in result}


def test_tables_become_frames(result: aslant.Comparison) -> None:
    contrasts = result.contrasts
    assert len(contrasts) == len(contrasts.to_pandas()) == contrasts.to_polars().height == contrasts.to_arrow().num_rows
    assert contrasts.to_pandas()["share"].dtype == float
    assert result.outlets.to_polars().schema["first_date"] == polars.Date
    assert isinstance(result.outlets.to_dict()["first_date"][0], datetime.date)
    assert set(result.to_pandas()) == set(result.to_polars()) == set(result.tables)
    assert polars.DataFrame(contrasts).equals(contrasts.to_polars())
    assert repr(contrasts) == f"<aslant.Table contrasts: {len(contrasts)} rows × {len(contrasts.columns)} columns>"
    assert "<th>outlet</th>" in contrasts._repr_html_()
    assert not hasattr(result, "categories") and hasattr(result, "contrasts")
    with pytest.raises(aslant.UsageError, match="no such table"):
        result.table("contrast")


def test_it_shows_itself(result: aslant.Comparison, frame: pandas.DataFrame) -> None:
    assert re.match(r"<aslant.Comparison: \d+ articles, \d outlets, \d+ uses of cues>", repr(result))
    assert "├──" in result._repr_html_() and "lean:" in result.summary()
    assert result.run["inputs"][0]["name"] == "frame" and len(result.run["inputs"][0]["sha256"]) == 64
    assert result.run["arguments"] == ["aslant.compare", f"cues={CUES!r}"]
    hostile = aslant.compare(frame.assign(outlet="<b>&"), CUES, placebo=0, keywords=False, progress=False)
    assert "<b>" not in hostile._repr_html_() and "<b>" not in hostile.contrasts._repr_html_()


def test_it_is_written_as_the_program_writes(result: aslant.Comparison, written: Path, tmp_path: Path) -> None:
    paths = result.save(tmp_path / "out", formats=["parquet", "json"])
    names = {Path(path).name for path in paths}
    assert {"report.html", "report.md", "run.json", "contrasts.csv", "contrasts.parquet", "contrasts.jsonl"} <= names
    for path in (written / "out").glob("*.csv"):
        assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes(), path.name
    assert pyarrow.parquet.read_table(tmp_path / "out" / "contrasts.parquet").equals(result.contrasts.to_arrow())
    program_says, package_says = (json.loads((folder / "out" / "run.json").read_text()) for folder in (written, tmp_path))
    for once in ("arguments", "inputs"):
        program_says.pop(once), package_says.pop(once)
    assert package_says == program_says


def test_cues_may_be_a_dictionary(frame: pandas.DataFrame) -> None:
    cues = {"state": {"government": ["government"], "regime": "regime*"}, 'a "name"': {"a": ["rebel*"], "b": ["terrorist*"]}}
    found = aslant.compare(frame, cues, placebo=0, keywords=False, progress=False)
    assert set(found.contrasts.to_dict()["contrast"]) == set(cues)
    leaning = {"state": {"government": {"cues": ["government"], "leans": "state"}, "regime": {"cues": ["regime*"], "leans": "other", "except": ["regime change"]}}}
    found = aslant.compare(frame, leaning, placebo=0, keywords=False, progress=False)
    assert found.run["axis"] == ["state", "other"] and any(lean is not None for lean in found.outlets.to_dict()["lean"])
    with pytest.raises(aslant.UsageError, match="a pole that can't be understood"):
        aslant.compare(frame, {"state": {"government": {"cue": ["government"]}, "regime": ["regime"]}})
    with pytest.raises(aslant.UsageError, match="a path, or a dictionary"):
        aslant.compare(frame, ["government", "regime"])
    with pytest.raises(aslant.UsageError, match="a contrast that isn't a dictionary"):
        aslant.compare(frame, {"state": ["government"]})


def test_errors_are_the_programs(frame: pandas.DataFrame) -> None:
    with pytest.raises(aslant.DataError) as caught:
        aslant.compare(frame.assign(date="last Tuesday"), CUES, progress=False)
    assert str(caught.value).startswith("unreadable date\n --> frame, row 1, column `date`, article `")
    assert isinstance(caught.value, (aslant.AslantError, ValueError)) and type(caught.value).__module__ == "aslant"
    with pytest.raises(aslant.DataError, match='help: correct it, say `date_order="day-first"` .* with `date=""`'):
        aslant.compare(frame.assign(date="31/31/2017"), CUES, progress=False)
    with pytest.raises(aslant.DataError, match="no column `body`"):
        aslant.compare(frame, CUES, text="body", progress=False)
    with pytest.raises(aslant.UsageError, match='unknown voice\n  found:    voice="loud"'):
        aslant.compare(frame, CUES, voice="loud", progress=False)
    with pytest.raises(aslant.UsageError, match="no such file or folder"):
        aslant.compare("no/such.csv", CUES, progress=False)
    with pytest.raises(aslant.UsageError, match="no such lexicon"):
        aslant.compare(frame, "no-such.toml", progress=False)
    with pytest.raises(TypeError, match="did you mean 'outlet'"):
        aslant.compare(frame, CUES, outlets="source")
    with pytest.raises(aslant.DataError, match="no articles"):
        aslant.compare(frame.iloc[:0], CUES, progress=False)
    with pytest.raises(aslant.UsageError, match="threads"):
        aslant.compare(frame, CUES, threads=0, progress=False)


def test_columns_that_arrow_can_not_take_harm_nobody(frame: pandas.DataFrame) -> None:
    odd = frame.assign(junk=[object()] * len(frame), mixed=[1, "a"] + [None] * (len(frame) - 2))
    found = aslant.compare(odd, CUES, placebo=0, keywords=False, by="mixed", progress=False)
    assert set(found.contrasts.to_dict()["outlet"]) <= {"1", "a"}


def test_progress_is_told(frame: pandas.DataFrame, capsys: pytest.CaptureFixture[str]) -> None:
    told: list[tuple[str, float]] = []
    aslant.compare(frame, CUES, progress=lambda stage, part: told.append((stage, part)))
    assert told and all(0 <= part <= 1 for _, part in told)
    aslant.compare(frame, CUES, placebo=0, progress=True)
    assert "%" in capsys.readouterr().err

    def fails(stage: str, part: float) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        aslant.compare(frame, CUES, progress=fails)
    with pytest.raises(aslant.UsageError, match="progress"):
        aslant.compare(frame, CUES, progress="yes")


def test_ctrl_c_stops_a_run() -> None:
    script = textwrap.dedent(f"""
        import aslant, pandas
        texts = [f"The regime left town {{i}}. The government stayed on day {{i}}." * 300 for i in range(20_000)]
        frame = pandas.DataFrame({{"text": texts, "outlet": ["A", "B"] * 10_000}})
        print("ready", flush=True)
        try:
            aslant.compare(frame, {CUES!r}, progress=lambda stage, part: print(stage, flush=True))
        except KeyboardInterrupt:
            print("stopped", flush=True)
    """)
    run = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    assert run.stdout.readline() == "ready\n" and run.stdout.readline() == "checking the articles\n"
    run.send_signal(signal.SIGINT)
    rest, _ = run.communicate(timeout=120)
    assert rest.endswith("stopped\n") and run.returncode == 0


def test_discover_is_the_programs(frame: pandas.DataFrame, tmp_path: Path) -> None:
    from conftest import program

    frame.to_csv(tmp_path / "articles.csv", index=False)
    program("discover", "articles.csv", "--min-articles", 2, "--out", "out", "--quiet", cwd=tmp_path)
    found = aslant.discover(frame, min_articles=2, progress=False)
    head, *rows = rows_of(tmp_path / "out" / "keywords.csv")
    assert found.keywords.columns == head
    assert [[cell(value) for value in row.values()] for row in found.keywords] == rows
    found.save(tmp_path / "saved", formats=["parquet"])
    assert (tmp_path / "saved" / "keywords.csv").read_bytes() == (tmp_path / "out" / "keywords.csv").read_bytes()
    assert "findings" in found.summary(top=3) and "findings" in repr(found)
    with pytest.raises(aslant.UsageError, match="ngrams"):
        aslant.discover(frame, ngrams=(2, 1), progress=False)
    with pytest.raises(aslant.UsageError, match="a folder of another command"):
        aslant.compare(frame, CUES, placebo=0, keywords=False, progress=False).save(tmp_path / "saved")
    # Before the articles are looked at.
    for run in (lambda out: aslant.compare([], CUES, out=out), lambda out: aslant.evaluate("none", [], "side", out=out)):
        with pytest.raises(aslant.UsageError, match="a folder of another command"):
            run(tmp_path / "saved")
    program("discover", "articles.csv", "--same-story", "--placebo", 0, "--out", "shared", "--quiet", cwd=tmp_path)
    shared = aslant.discover(frame, same_story=True, placebo=0, progress=False)
    assert [[cell(value) for value in row.values()] for row in shared.keywords] == rows_of(tmp_path / "shared" / "keywords.csv")[1:]


def test_tallies_give_the_same_tables(result: aslant.Comparison, frame: pandas.DataFrame, tmp_path: Path) -> None:
    folder = aslant.tally(frame, tmp_path / "tally", CUES, progress=False)
    found = aslant.compare(folder, progress=False)
    for table in result:
        if table.name != "evidence":
            assert found.table(table.name).to_dict() == table.to_dict(), table.name
    assert len(found.evidence) == 0
    # Its own lexicon may be named, another not.
    assert aslant.compare(folder, CUES, placebo=0, progress=False).contrasts.to_dict() == result.contrasts.to_dict()
    for options, message in [
        ({"cues": {"state": {"a": ["government"], "b": ["regime"]}}}, "another lexicon"),
        ({"keep_boilerplate": True}, "boilerplate is taken out"),
        ({"outlet": "source"}, "leave outlet out"),
        ({"voice": "quoted"}, "words of another voice"),
        ({"by": "section"}, "a column that the tally doesn't have"),
    ]:
        with pytest.raises(aslant.UsageError, match=message):
            aslant.compare(folder, **options)
    with pytest.raises(aslant.UsageError, match="articles together with tallies"):
        aslant.compare([folder, CUES])
    with pytest.raises(aslant.UsageError, match="a tally instead of articles"):
        aslant.discover(folder)
    aslant.tally(frame, tmp_path / "quoted", CUES, voice="quoted", progress=False)
    assert aslant.compare(tmp_path / "quoted", placebo=0, progress=False).run["settings"]["voice"] == "quoted"
    with pytest.raises(aslant.UsageError, match="nothing to count"):
        aslant.tally(frame, tmp_path / "other")
    with pytest.raises(aslant.UsageError, match="no cues"):
        aslant.compare(frame)


def test_versions_go_together() -> None:
    def version(path: Path) -> str:
        return re.search(r'^version = "(.+)"$', path.read_text(), re.MULTILINE)[1]

    crate = version(REPOSITORY / "Cargo.toml")
    assert crate == version(REPOSITORY / "bindings" / "python" / "Cargo.toml")
    assert crate == aslant.__version__
