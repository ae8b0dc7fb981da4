"""However articles are counted, every table is the same to the last digit. Spark has its own tests."""

from __future__ import annotations

from pathlib import Path

import pandas
import pyarrow
import pytest
from conftest import CUES, program, same_tables

import aslant
from aslant import _aslant
from aslant._compare import keeping
from aslant._running import reading


def package(frame: pandas.DataFrame, folder: Path) -> None:
    aslant.compare(frame, CUES, out=folder / "out", progress=False)


def program_on_tally(frame: pandas.DataFrame, folder: Path) -> None:
    frame.to_csv(folder / "articles.csv", index=False)
    program("tally", "articles.csv", "--cues", CUES, "--out", "tally", "--quiet", cwd=folder)
    program("compare", "tally", "--out", "out", "--quiet", cwd=folder)


def package_on_tally(frame: pandas.DataFrame, folder: Path) -> None:
    aslant.compare(aslant.tally(frame, folder / "tally", CUES, progress=False), out=folder / "out", progress=False)


def program_on_parts(frame: pandas.DataFrame, folder: Path) -> None:
    for part in (0, 1):
        frame.iloc[part::2].to_csv(folder / f"{part}.csv", index=False)
        program("tally", f"{part}.csv", "--survey-out", f"{part}.lines", "--quiet", cwd=folder)
    lines = ["--survey", "1.lines", "--survey", "0.lines"]
    for part in (0, 1):
        counted = ["--cues", CUES, "--detail", "ordered", "--out", part, "--quiet"]
        program("tally", f"{part}.csv", *lines, *counted, cwd=folder)
    program("tally", "1", "0", "--out", "whole", "--quiet", cwd=folder)
    program("compare", "whole", "--out", "out", "--quiet", cwd=folder)


def package_on_parts(frame: pandas.DataFrame, folder: Path) -> None:
    aslant.tally(frame, folder / "parts", CUES, detail="ordered", progress=False)
    package_on_folder(folder / "parts", folder)


def package_on_folder(tally: Path, folder: Path) -> None:
    with pytest.raises(aslant.UsageError, match="leave label out"):
        aslant.tally(tally, folder / "tally", label="half")
    aslant.compare(aslant.tally(tally, folder / "tally", progress=False), out=folder / "out", progress=False)


def what_spark_calls(frame: pandas.DataFrame, folder: Path) -> None:
    """Without Spark: batches of twenty rows, a survey of each, and Parquet by another writer."""
    import hashlib

    import pyarrow.parquet

    kept = keeping(
        columns=[],
        label=None,
        features=[],
        ngrams=None,
        char_ngrams=None,
        omit=[],
        detail="ordered",
        voice="own",
        keep_boilerplate=False,
    )
    options = {"keeping": kept, "reading": reading({})}
    running = {"threads": 1, "tell": None}
    tables = [pyarrow.Table.from_pandas(frame.iloc[at : at + 20], preserve_index=False) for at in range(0, len(frame), 20)]
    schema = pyarrow.schema([(name, pyarrow.string()) for name in frame.columns])
    tables = [table.cast(schema) for table in tables]
    survey = _aslant.PartSurvey()
    for table in tables:
        part = _aslant.PartSurvey()
        part.add(table, "part", **options, running=running)
        survey.merge(part.to_bytes())
    assert survey.check() == len(frame)
    lexicons = _aslant.lexicons([CUES])
    counter = _aslant.PartCounter(lexicons, survey.to_bytes(), **options)
    files = []
    (folder / "parts" / "parts-1").mkdir(parents=True)
    for number, table in enumerate(tables):
        name = f"parts-1/{number}.parquet"
        pyarrow.parquet.write_table(pyarrow.table(counter.count(table, "part", running=running)), folder / "parts" / name)
        content = (folder / "parts" / name).read_bytes()
        files.append((name, len(content), hashlib.sha256(content).hexdigest()))
    (folder / "parts" / "tally.json").write_text(survey.header(lexicons, kept, files))
    package_on_folder(folder / "parts", folder)


WAYS = [package, program_on_tally, package_on_tally, program_on_parts, package_on_parts, what_spark_calls]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_way_gives_the_same_tables(way, frame: pandas.DataFrame, written: Path, tmp_path: Path) -> None:
    way(frame, tmp_path)
    same_tables(tmp_path / "out", written / "out", *([] if way is package else ["evidence"]))
