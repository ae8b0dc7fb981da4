"""Models: trained and scored as the program does it."""

from __future__ import annotations

import pickle
from pathlib import Path

import pandas
import pytest
from conftest import REPOSITORY, program
from test_compare import cell, rows_of

import aslant

CAMP = REPOSITORY / "models" / "syria-camp"


@pytest.fixture(scope="module")
def labelled(frame: pandas.DataFrame) -> pandas.DataFrame:
    known = frame[frame["outlet"].notna()]
    side = known["outlet"].isin(["Free Levant", "The Meridian"]).map({True: "one", False: "other"})
    return known.assign(side=side)


def test_scores_are_the_programs(frame: pandas.DataFrame, tmp_path: Path) -> None:
    frame.to_csv(tmp_path / "articles.csv", index=False)
    program("score", CAMP, "articles.csv", "--out", "scores.csv", "--quiet", cwd=tmp_path)
    head, *rows = rows_of(tmp_path / "scores.csv")
    scores = aslant.score(CAMP, frame, progress=False)
    assert scores.columns == head
    assert [[cell(value) for value in row.values()] for row in scores] == rows
    model = aslant.Model.read(CAMP)
    assert model.score(frame, progress=False).to_dict() == scores.to_dict()
    with pytest.raises(aslant.UsageError, match="without targets"):
        model.score(frame, target="outlet")
    with pytest.raises(aslant.UsageError, match="no such"):
        aslant.score("no/model", frame)
    with pytest.raises(aslant.ModelError):
        (tmp_path / "broken").mkdir()
        (tmp_path / "broken" / "model.json").write_text("{}")
        aslant.Model.read(tmp_path / "broken")


def test_training_is_the_programs(labelled: pandas.DataFrame, tmp_path: Path) -> None:
    labelled.to_csv(tmp_path / "labelled.csv", index=False)
    settings = ["--features", "word", "--ngrams", "1-1", "--min-df", "2", "--c", "1"]
    program("train", "labelled.csv", "--label", "side", *settings, "--out", "program", "--quiet", cwd=tmp_path)
    model = aslant.train(
        labelled, "side", features=["word"], ngrams=(1, 1), min_df=2, c=1.0, out=tmp_path / "package", progress=False
    )
    for name in ("terms.csv", "training-terms.parquet", "training.parquet"):
        assert (tmp_path / "package" / name).read_bytes() == (tmp_path / "program" / name).read_bytes(), name
    assert model.classes == ["one", "other"] and model.targets == [] and model.folder == str(tmp_path / "package")
    assert "articles held out" in model.summary() and repr(model) == "<aslant.Model: one, other>"
    model.save(tmp_path / "again")
    assert aslant.Model.read(tmp_path / "again").summary() == model.summary()


def test_hashed_terms_are_the_programs(labelled: pandas.DataFrame, tmp_path: Path) -> None:
    labelled.to_csv(tmp_path / "labelled.csv", index=False)
    settings = ["--features", "word", "--hash-features", "4096", "--min-df", "2", "--c", "1", "--validation", "none"]
    program("train", "labelled.csv", "--label", "side", *settings, "--out", "program", "--quiet", cwd=tmp_path)
    out = tmp_path / "package"
    options = dict(features=["word"], hash_features=4096, min_df=2, c=1.0, validation="none", progress=False)
    model = aslant.train(labelled, "side", out=out, **options)
    for name in ("terms.csv", "training-terms.parquet", "training.parquet"):
        assert (out / name).read_bytes() == (tmp_path / "program" / name).read_bytes(), name
    explained = aslant.explain(model, labelled.head(1), progress=False)
    assert explained.columns[-2:] == ["contribution", "column"]
    intercept, *places = list(explained)
    assert intercept["column"] is None and all(place["column"].startswith("#") for place in places)
    with pytest.raises(aslant.UsageError, match="expected 2 to 67108864"):
        aslant.train(labelled, "side", **{**options, "hash_features": 1})


def test_a_fit_alone_has_the_same_weights_and_says_that_it_was_not_tested(
    labelled: pandas.DataFrame, tmp_path: Path
) -> None:
    fixed = dict(features="word", ngrams=(1, 2), min_df=2, c=3.0, progress=False)
    tested = aslant.train(labelled, label="side", out=tmp_path / "tested", **fixed)
    model = aslant.train(labelled, label="side", out=tmp_path / "fit", validation="none", **fixed)
    assert (tmp_path / "fit" / "terms.csv").read_bytes() == (tmp_path / "tested" / "terms.csv").read_bytes()
    assert "how well it does is not known" in model.summary()
    assert "how well it does is not known" not in tested.summary()
    note = "the probabilities are not calibrated"
    assert note in model.evaluate(labelled, "side", progress=False).summary()
    assert note not in tested.evaluate(labelled, "side", progress=False).summary()
    with pytest.raises(aslant.UsageError, match="without c=…, features=…, ngrams=…, min_df=…"):
        aslant.train(labelled, label="side", validation="none", progress=False)
    with pytest.raises(aslant.UsageError, match="validation"):
        aslant.train(labelled, label="side", validation="some", progress=False)


def test_tallies_give_the_same_model(labelled: pandas.DataFrame, tmp_path: Path) -> None:
    options = {"ngrams": (1, 1), "min_df": 2, "c": 1.0, "progress": False}
    aslant.train(labelled, "side", features="word", out=tmp_path / "articles", **options)
    for detail in ("counts", "ordered"):
        tally = aslant.tally(labelled, tmp_path / detail, label="side", detail=detail, progress=False)
        model = aslant.train(tally, "side", features="word", out=tmp_path / f"of-{detail}", **options)
        for name in ("terms.csv", "training-terms.parquet", "training.parquet"):
            assert (tmp_path / f"of-{detail}" / name).read_bytes() == (tmp_path / "articles" / name).read_bytes(), name
        assert model.classes == ["one", "other"]
        for wrong, message in [
            ({"annotator": "who"}, "an option that needs the articles"),
            ({"date": "day"}, "leave date out"),
            ({"mask_outlets": True}, "an option that needs the texts"),
        ]:
            with pytest.raises(aslant.UsageError, match=message):
                aslant.train(tally, "side", **wrong)
    with pytest.raises(aslant.UsageError, match="a column that the tally doesn't have"):
        aslant.train(tmp_path / "counts", "camp")


def test_a_model_is_taken_by_compare_and_can_be_pickled(labelled: pandas.DataFrame) -> None:
    model = aslant.train(labelled, "side", features="word", ngrams=(1, 1), c=1.0, progress=False)
    again = pickle.loads(pickle.dumps(model))
    # What is read from a folder may differ in the last digit from what was trained.
    scores, expected = again.score(labelled).to_pandas(), model.score(labelled).to_pandas()
    pandas.testing.assert_frame_equal(scores, expected, rtol=1e-12)
    cues = {"state": {"government": ["government"], "regime": ["regime"]}}
    found = aslant.compare(labelled, cues, model=model, placebo=0, keywords=False, progress=False)
    assert {"stance_one", "stance_other"} <= set(found.outlets.columns)
    assert again.folder is None
    found = aslant.compare(labelled, cues, model=again, placebo=0, keywords=False, progress=False)
    assert "stance_one" in found.outlets.columns


def test_a_model_knows_what_it_was_trained_on_until_that_is_left_out(labelled: pandas.DataFrame, tmp_path: Path) -> None:
    fixed = dict(features="word", ngrams=(1, 1), min_df=2, c=1.0, progress=False)
    model = aslant.train(labelled, "side", **fixed)
    counts = {"training.parquet", "training-terms.parquet"}
    assert counts <= set(model.save(tmp_path / "with")) and not counts & set(model.save(tmp_path / "without", True))
    assert not counts & set(aslant.train(labelled, "side", without_training_data=True, **fixed).save(tmp_path / "none"))
    told = f"was trained on {len(labelled)} of {len(labelled)}"
    read = aslant.Model.read(tmp_path / "with")
    again = pickle.loads(pickle.dumps(model))
    for known in (model, again, pickle.loads(pickle.dumps(again)), read):
        assert told in known.evaluate(labelled, "side", progress=False).summary()
    for unknown in (aslant.Model.read(tmp_path / "without"), pickle.loads(pickle.dumps(read))):
        summary = unknown.evaluate(labelled, "side", progress=False).summary()
        assert told not in summary and "whether it was trained on these articles can't be told" in summary


def test_a_label_may_have_any_sign(labelled: pandas.DataFrame) -> None:
    odd = labelled.assign(side=labelled["side"].map({"one": "a=b", "other": "a"}))
    fixed = dict(features="word", ngrams=(1, 1), min_df=2, c=1.0, progress=False)
    assert aslant.train(odd, "side", label_map={"a=b": "c=d"}, **fixed).classes == ["a", "c=d"]
    for lengths in ({"features": "word", "char_ngrams": (2, 3)}, {"features": "char", "ngrams": (1, 1)}):
        with pytest.raises(aslant.UsageError, match="lengths of n-grams that aren't counted"):
            aslant.train(odd, "side", progress=False, **lengths)


def test_retraining_is_the_programs(labelled: pandas.DataFrame, tmp_path: Path) -> None:
    first, more = labelled.iloc[:30], labelled.iloc[30:]
    first.to_csv(tmp_path / "first.csv", index=False)
    more.to_csv(tmp_path / "more.csv", index=False)
    program("train", "first.csv", "--label", "side", "--out", "theirs", "--quiet", cwd=tmp_path)
    told = program("retrain", "theirs", "more.csv", "--label", "side", "--out", "again", cwd=tmp_path).stdout
    model = aslant.train(first, "side", out=tmp_path / "ours", progress=False)
    # At hand, unpickled, and read from its folder.
    for old in (model, pickle.loads(pickle.dumps(model)), tmp_path / "ours"):
        again = aslant.retrain(old, more, "side", progress=False)
        assert told.startswith(again.summary()) and again.is_worse in (True, False) and again.warnings == []
    kept = model.retrain(more, label="side", out=tmp_path / "new", progress=False)
    assert kept.model.folder == str(tmp_path / "new")
    assert (tmp_path / "new" / "terms.csv").read_bytes() == (tmp_path / "again" / "terms.csv").read_bytes()
    alone = model.retrain(more, "side", validation="none", progress=False)
    assert alone.is_worse is None and "not compared" in repr(alone) and 'validation="none"' in alone.summary()
    without = aslant.train(first, "side", without_training_data=True, progress=False)
    with pytest.raises(aslant.ModelError, match="without its training data"):
        without.retrain(more, "side", progress=False)
    with pytest.raises(aslant.UsageError, match="unknown validation"):
        model.retrain(more, "side", validation="some", progress=False)


def test_evaluating_is_the_programs(labelled: pandas.DataFrame, tmp_path: Path) -> None:
    known = labelled.assign(camp=labelled["side"].map({"one": "state", "other": "opposition"}))
    known.to_csv(tmp_path / "known.csv", index=False)
    program("evaluate", CAMP, "known.csv", "--label", "camp", "--group", "outlet", "--out", "out", "--quiet", cwd=tmp_path)
    found = aslant.evaluate(CAMP, known, "camp", group="outlet", out=tmp_path / "package", progress=False)
    for path in (tmp_path / "out").iterdir():
        assert (tmp_path / "package" / path.name).read_bytes() == path.read_bytes(), path.name
    for name in found.tables:
        head, *rows = rows_of(tmp_path / "out" / f"{name}.csv")
        assert found.table(name).columns == head
        assert [[cell(value) for value in row.values()] for row in found.table(name)] == rows, name
    assert "accuracy" in found.summary() and found._repr_html_().startswith("<pre") and found.warnings == []
    assert len(found.predictions) == len(known) and found.report.columns[0] == "label"
    with pytest.raises(aslant.UsageError, match="no such table"):
        found.table("accuracy")
    with pytest.raises(aslant.UsageError, match="unknown group"):
        aslant.evaluate(CAMP, known, "camp", group="week", progress=False)


def test_explaining_is_the_programs(frame: pandas.DataFrame, tmp_path: Path) -> None:
    frame.to_csv(tmp_path / "articles.csv", index=False)
    model = aslant.Model.read(CAMP)
    wanted = frame["id"][3]
    for options, arguments in (({}, []), ({"article": wanted, "label": "state"}, ["--article", wanted, "--class", "state"])):
        program("explain", CAMP, "articles.csv", *arguments, "--out", "out.csv", "--quiet", cwd=tmp_path)
        head, *rows = rows_of(tmp_path / "out.csv")
        table = model.explain(frame, progress=False, **options)
        assert table.columns == head
        assert [[cell(value) for value in row.values()] for row in table] == rows
    for row in table:
        if row["start"] is not None:
            assert frame["text"][3][row["start"] : row["end"]]
    with pytest.raises(aslant.DataError, match="no article with this id"):
        model.explain(frame, article="nobody", progress=False)
    with pytest.raises(aslant.UsageError, match="a label that the model doesn't have"):
        model.explain(frame, label="left", progress=False)


def test_labels_that_are_wrong_are_told(labelled: pandas.DataFrame) -> None:
    with pytest.raises(aslant.DataError, match="no column `sides`"):
        aslant.train(labelled, "sides", progress=False)
    with pytest.raises(aslant.UsageError, match="unknown features"):
        aslant.train(labelled, "side", features=["letters"], progress=False)
    with pytest.raises(aslant.UsageError, match='group="story"'):
        aslant.train(labelled, "side", group="story", progress=False)


def test_voices_slice_the_text() -> None:
    text = "Ünder fire, the mayor said that the bridge would stay closed. “It is not safe,” said Omar Haddad."
    found = [(span.voice, text[span.start : span.end], span.speaker) for span in aslant.voices(text)]
    assert ("quoted", "It is not safe,", "Omar Haddad") in found
    assert aslant.voices("") == []
