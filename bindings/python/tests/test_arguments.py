"""Arguments that are wrong are told by their names, before any work; and what can't be kept is told, too."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any, Callable

import numpy
import pandas
import pytest
from conftest import CUES, REPOSITORY

import aslant
from aslant._running import READING, Reading

CAMP = REPOSITORY / "models" / "syria-camp"
#: The arguments that may be of many kinds: those who use them tell what is wrong.
OF_MANY_KINDS = {"articles", "cues", "mask_cues", "model", "progress"}


@pytest.mark.parametrize(
    "function",
    [
        aslant.compare,
        aslant.discover,
        aslant.tally,
        aslant.train,
        aslant.retrain,
        aslant.score,
        aslant.evaluate,
        aslant.explain,
        aslant.voices,
    ],
)
def test_every_argument_is_checked(function: Callable[..., Any]) -> None:
    parameters = inspect.signature(function).parameters
    names = {name for name in parameters if name not in OF_MANY_KINDS and name != "columns"}
    if "columns" in parameters:
        names |= READING.keys()
    needed = [name for name, parameter in parameters.items() if parameter.default is parameter.empty and name != "columns"]
    for name in names:
        given = {other: "" for other in needed} | {name: object()}
        with pytest.raises(aslant.UsageError, match=f"an argument of the wrong kind\n  found:    {name}=<object"):
            function(**given)
    assert READING.keys() == Reading.__annotations__.keys()


def test_what_is_wrong_with_a_value_is_told(frame: pandas.DataFrame) -> None:
    for argument, expected in (
        ({"placebo": -1}, "a whole number from 0 on"),
        ({"placebo": True}, "a whole number from 0 on"),
        ({"seed": None}, "a whole number from 0 on"),
        ({"threads": 1.5}, "a whole number from 0 on, or None"),
        ({"by": ["outlet"]}, "a text"),
        ({"keywords": "no"}, "True or False"),
        ({"skip_bad_rows": "no"}, "True or False"),
        ({"text": 4}, "a text, or None"),
        ({"out": 3}, "a path, or None"),
    ):
        with pytest.raises(aslant.UsageError, match=f"expected: {expected}$"):
            aslant.compare(frame, CUES, **argument)
    with pytest.raises(aslant.UsageError, match=r"ngrams=3\n  expected: two whole numbers, such as \(1, 2\)"):
        aslant.discover(frame, ngrams=3)
    with pytest.raises(aslant.UsageError, match="found:    label=0 .*\n  expected: a text$"):
        aslant.train(frame, frame["outlet"])
    numbers = {"placebo": numpy.int64(0), "keywords": numpy.bool_(False), "seed": numpy.uint8(1)}
    assert aslant.compare(frame, CUES, progress=False, **numbers).outlet_names


def test_an_argument_that_is_not_there_names_the_nearest(frame: pandas.DataFrame) -> None:
    for call, near in (
        (lambda: aslant.compare(frame, CUES, placebos=3), "compare.. has no argument 'placebos'; did you mean 'placebo'"),
        (lambda: aslant.train(frame, "outlet", C=3), "did you mean 'c'"),
        (lambda: aslant.score(CAMP, frame, treads=3), "did you mean 'threads'"),
        (lambda: aslant.discover(frame, lexicon=CUES), "expected one of articles, out, "),
    ):
        with pytest.raises(TypeError, match=near):
            call()


def test_what_would_say_nothing_is_refused(frame: pandas.DataFrame, tmp_path: Path) -> None:
    for of_files in ({"encoding": "latin-1"}, {"manifest": "a.csv"}, {"outlet_from_folder": True}, {"input_format": "csv"}):
        with pytest.raises(aslant.UsageError, match=f"an option for files\n  found:    {next(iter(of_files))}=…, and articles in a frame"):
            aslant.compare(frame, CUES, progress=False, **of_files)
    with pytest.raises(aslant.UsageError, match="formats without a folder"):
        aslant.compare(frame, CUES, formats="parquet")
    with pytest.raises(aslant.UsageError, match="target=… without a model"):
        aslant.compare(frame, CUES, target="outlet", progress=False)

    def working(stage: str, part: float) -> None:
        raise RuntimeError(f"{stage} before the format was looked at")

    with pytest.raises(aslant.UsageError, match="unknown format of tables"):
        aslant.compare(frame, CUES, out=tmp_path / "out", formats=["xlsx"], progress=working)
    assert not os.listdir(tmp_path)


def test_columns_of_a_dictionary_are_lists(frame: pandas.DataFrame) -> None:
    texts = frame["text"].tolist()[:8]
    # Eight letters are no eight outlets.
    for column in ("Guardian", None, {"Guardian"}, 3):
        with pytest.raises(aslant.UsageError, match="a column that isn't a list\n  found:    'outlet': "):
            aslant.compare({"text": texts, "outlet": column}, CUES)
    found = aslant.compare({"text": iter(texts), "outlet": ("A", "B") * 4}, CUES, placebo=0, progress=False)
    assert found.outlet_names == ["A", "B"]


def test_halves_of_letters_are_told_with_their_place(frame: pandas.DataFrame) -> None:
    rows = frame.to_dict("records")
    rows[2]["text"] = "caf\udce9"
    columns = {"text": pandas.Series([row["text"] for row in rows], dtype=object), "outlet": frame["outlet"]}
    for articles in (rows, columns, pandas.DataFrame(columns)):
        with pytest.raises(aslant.DataError, match=r"valid Unicode\n --> frame, row 3, column `text`\n  found:    '.udce9' at character 4"):
            aslant.compare(articles, CUES)
    half = r"valid Unicode\n  found:    (text|by|cues)='caf.udce9', '.udce9' at character 4"
    calls = [
        lambda: aslant.voices("caf\udce9"),
        lambda: aslant.compare(frame, CUES, by="caf\udce9"),
        lambda: aslant.compare(frame, {"place": {"one": ["caf\udce9"], "other": ["bar"]}}),
    ]
    for call in calls:
        with pytest.raises(aslant.UsageError, match=half):
            call()


def test_poles_without_cues_are_told(frame: pandas.DataFrame) -> None:
    with pytest.raises(aslant.UsageError, match="cues that aren't a list\n  found:    'regime': None"):
        aslant.compare(frame, {"state": {"government": ["government"], "regime": None}})


def test_cues_are_masked_however_they_are_given(frame: pandas.DataFrame) -> None:
    labelled = frame.assign(side=["one", "other"] * (len(frame) // 2) + ["one"] * (len(frame) % 2))
    fast = {"validation": "none", "c": 1.0, "features": "word", "ngrams": [1, 1], "min_df": 2, "progress": False}

    def terms(**masked: Any) -> set[str]:
        table = aslant.train(labelled, "side", **fast, **masked).explain(frame, progress=False)
        return set(table.to_dict()["term"])

    assert "regime" in terms()
    assert "regime" not in terms(mask_cues={"state": {"government": ["government"], "regime": ["regime"]}})
    assert "regime" not in terms(mask_cues=CUES)
    with pytest.raises(aslant.UsageError, match="cues of a kind that isn't supported"):
        terms(mask_cues=3)


def test_articles_that_are_left_out_are_told(frame: pandas.DataFrame, tmp_path: Path) -> None:
    articles = {"text": [None, "The regime shelled the town."], "outlet": ["A", "B"]}
    with pytest.warns(aslant.DataWarning, match="1 article without a text was left out"):
        scores = aslant.score(CAMP, articles, progress=False)
    assert scores.to_dict()["id"] == ["frame-00002"]
    with pytest.warns(aslant.DataWarning, match="1 article without a text was left out"):
        aslant.explain(CAMP, articles, progress=False)
    with pytest.warns(aslant.DataWarning, match="1 article without a text was left out"):
        aslant.tally(articles, tmp_path / "tally", CUES, progress=False)


def test_an_article_may_be_named_by_a_number() -> None:
    articles = {"id": [7, 8], "text": ["The regime shelled the town.", "The government restored order."]}
    table = aslant.explain(CAMP, articles, article=8, progress=False)
    assert set(table.to_dict()["id"]) == {"8"}


def test_what_was_noticed_names_arguments(frame: pandas.DataFrame) -> None:
    found = aslant.compare(frame, CUES, pairs=2, placebo=0, keywords=False, progress=False)
    assert any(text.endswith("pairs=… changes the number") for text in found.warnings)


def test_days_are_pandas_days(frame: pandas.DataFrame) -> None:
    found = aslant.compare(frame, CUES, placebo=0, keywords=False, progress=False)
    assert found.articles.to_pandas()["date"].dt.year.max() == 2017
    assert found.to_pandas(date_as_object=True)["articles"]["date"].dtype == object
