"""What the tests share: the sample articles as a data frame, and the program."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pandas
import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
CUES = str(REPOSITORY / "seeds" / "cues" / "syria.toml")


def program(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    """Runs the program; it must go well."""
    command = [os.environ.get("ASLANT", str(REPOSITORY / "target" / "debug" / "aslant")), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True, **options)


def same_tables(found: Path, expected: Path, *but: str) -> None:
    """Whether two folders have the same tables, byte for byte; of those in `but` only the head."""
    names = sorted(path.name for path in expected.glob("*.csv"))
    assert names and sorted(path.name for path in found.glob("*.csv")) == names
    for name in names:
        texts = [(folder / name).read_bytes() for folder in (found, expected)]
        if name.removesuffix(".csv") in but:
            texts = [text.splitlines()[0] for text in texts]
        assert texts[0] == texts[1], name


@pytest.fixture(scope="session")
def frame() -> pandas.DataFrame:
    """The sample articles: id, outlet, date, title, text."""
    rows = []
    for path in sorted((REPOSITORY / "seeds" / "articles").glob("*.txt")):
        front, text = {}, path.read_text(encoding="utf-8")
        if text.startswith("---\n"):
            head, text = text[4:].split("\n---\n", 1)
            front = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
        rows.append({"id": path.stem, **{name: front.get(name) for name in ("outlet", "date", "title")}, "text": text})
    return pandas.DataFrame(rows)


@pytest.fixture(scope="session")
def written(frame: pandas.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the articles as CSV, and what the program made of them in `out`."""
    folder = tmp_path_factory.mktemp("program")
    frame.to_csv(folder / "articles.csv", index=False)
    program("compare", "articles.csv", "--cues", CUES, "--out", "out", "--quiet", cwd=folder)
    return folder
