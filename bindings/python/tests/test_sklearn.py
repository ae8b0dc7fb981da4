"""For scikit-learn: an estimator that it accepts, and TF-IDF equal to its own."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pandas
import pytest
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer as Theirs
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from aslant.sklearn import StanceClassifier, TfidfVectorizer, _seed

ODD = ["Ärger über Öl – naïve café", "x", "", "ПРИВЕТ мир мир", "हिन्दी भाषा में", "İstanbul ²x a_b 3.14 e-mail", "the The THE the"]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"ngram_range": (1, 3), "min_df": 2},
        {"sublinear_tf": True, "max_df": 0.5},
        {"smooth_idf": False, "norm": None},
        {"max_features": 100},
        {"analyzer": "char", "ngram_range": (2, 3)},
        {"analyzer": "char_wb", "ngram_range": (2, 4), "min_df": 3},
        {"analyzer": "char", "ngram_range": (1, 3), "lowercase": False},
        {"analyzer": "char_wb", "ngram_range": (2, 3), "lowercase": False},
        {"analyzer": "char", "ngram_range": (1, 2), "preprocessor": str.title},
        {"stop_words": "english", "strip_accents": "unicode"},
        {"lowercase": False, "token_pattern": r"(?u)\b\w+\b"},
        {"binary": True},
        {"norm": "l1"},
    ],
    ids=str,
)
def test_tfidf_is_scikit_learns(frame: pandas.DataFrame, options: dict) -> None:
    texts = [*frame["text"], *ODD]
    ours, theirs = TfidfVectorizer(**options), Theirs(**options)
    mine, right = ours.fit_transform(texts), theirs.fit_transform(texts)
    if "max_features" in options:
        # Which of equals are kept is open in scikit-learn; the frequencies of those that are kept are not.
        assert mine.shape == right.shape
    else:
        assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
        np.testing.assert_allclose(mine.toarray(), right.toarray(), rtol=1e-12, atol=1e-15)
        new = ["The regime left.", "Öl und Ärger", ""]
        np.testing.assert_allclose(ours.transform(new).toarray(), theirs.transform(new).toarray(), rtol=1e-12)
        np.testing.assert_allclose(ours.idf_, theirs.idf_, rtol=1e-14)
    again = pickle.loads(pickle.dumps(ours)).transform(texts)
    np.testing.assert_allclose(again.toarray(), mine.toarray(), rtol=1e-12, atol=1e-15)


def test_an_idf_that_is_set_is_taken() -> None:
    texts = ["the regime", "the government", "a government"]
    ours, theirs = TfidfVectorizer().fit(texts), Theirs().fit(texts)
    for vectorizer in (ours, theirs):
        vectorizer.idf_ = np.arange(1.0, 1.0 + len(vectorizer.vocabulary_))
    assert ours.idf_.tolist() == [1.0, 2.0, 3.0]
    np.testing.assert_allclose(ours.transform(texts).toarray(), theirs.transform(texts).toarray(), rtol=1e-12)
    np.testing.assert_allclose(ours.fit_transform(texts).toarray(), Theirs().fit_transform(texts).toarray(), rtol=1e-12)


def test_tfidf_fits_into_pipelines(frame: pandas.DataFrame) -> None:
    known = frame[frame["outlet"].notna()]
    pipeline = make_pipeline(TfidfVectorizer(), LogisticRegression())
    assert pipeline.fit(known["text"], known["outlet"]).score(known["text"], known["outlet"]) > 0.9
    with pytest.raises(ValueError, match="string object"):
        TfidfVectorizer().fit("a text")
    with pytest.raises(ValueError):
        TfidfVectorizer().fit(["a", "b"])


def test_the_classifier_is_accepted() -> None:
    with warnings.catch_warnings():
        # It says that estimators of texts are not checked further.
        warnings.simplefilter("ignore")
        check_estimator(StanceClassifier())
    assert clone(StanceClassifier(C=2.0, ngrams=(1, 2))).get_params()["ngrams"] == (1, 2)


def test_the_classifier_learns(frame: pandas.DataFrame) -> None:
    known = frame[frame["outlet"].notna()]
    texts, labels = known["text"], known["outlet"].isin(["Free Levant", "The Meridian"])
    classifier = StanceClassifier(C=1.0, features="word", ngrams=(1, 1), min_df=2)
    fitted = clone(classifier).fit(texts, labels)
    assert fitted.classes_.tolist() == [False, True]
    proba = fitted.predict_proba(["", *texts])
    assert proba.shape == (len(texts) + 1, 2) and np.allclose(proba.sum(axis=1), 1)
    assert fitted.score(texts, labels) > 0.9
    assert (pickle.loads(pickle.dumps(fitted)).predict(texts) == fitted.predict(texts)).all()
    assert len(cross_val_score(classifier, texts.tolist(), labels.tolist(), cv=3)) == 3
    by_outlet = clone(classifier).fit(texts, known["outlet"], outlets=known["outlet"])
    assert by_outlet.classes_.tolist() == sorted(known["outlet"].unique())
    for wrong, message in ((["a", 1], "expected texts"), ("text", "one text"), ([["a", "b"]], "dimensions")):
        with pytest.raises(ValueError, match=message):
            classifier.fit(wrong, ["x", "y"])
    with pytest.raises(ValueError, match="two classes"):
        classifier.fit(["a", "b"], ["x", "x"])
    with pytest.raises(ValueError, match="inconsistent"):
        classifier.fit(["a", "b"], ["x"])
    with pytest.raises(ValueError, match="2 texts and outlets 1 names"):
        classifier.fit(["a", "b"], ["x", "y"], outlets=["A"])
    with pytest.raises(ValueError, match="y has 2 columns; expected one label per text"):
        classifier.fit(texts, np.c_[labels, labels])
    with pytest.raises(ValueError, match="the target y is None"):
        classifier.fit(texts, None)
    column = pandas.DataFrame({"label": labels})
    for one_column in (column, column.to_numpy()):
        assert (clone(classifier).fit(texts, one_column).predict(texts) == fitted.predict(texts)).all()


def test_jobs_are_counted_as_scikit_learn_counts_them() -> None:
    texts = [f"{text} It was day {day}." for day, text in enumerate(["The regime left.", "The government stayed."] * 10)]
    classifier = StanceClassifier(C=1.0, features="word", ngrams=(1, 1), min_df=2)
    one = clone(classifier).fit(texts, ["a", "b"] * 10).predict_proba(texts)
    for n_jobs in (1, -1, -2, np.int64(2)):
        fitted = clone(classifier).set_params(n_jobs=n_jobs).fit(texts, ["a", "b"] * 10)
        assert (fitted.predict_proba(texts) == one).all()
    for n_jobs, message in ((0, "n_jobs == 0"), ("2", "n_jobs='2'; expected a whole number")):
        with pytest.raises(ValueError, match=message):
            clone(classifier).set_params(n_jobs=n_jobs).fit(texts, ["a", "b"] * 10)


def test_parameters_that_are_wrong_are_told_by_name() -> None:
    for name, value in {"C": "1", "ngrams": 1, "min_df": 0.5, "class_weight": {"a": 1}, "boilerplate": None, "random_state": -1}.items():
        with pytest.raises(ValueError, match=f"an argument of the wrong kind\n  found:    {name}="):
            StanceClassifier(**{name: value}).fit(["a", "b"], ["x", "y"])


def test_labels_are_told_apart_as_they_are_given() -> None:
    texts = [f"{text} It was day {day}." for day, text in enumerate(["The regime left.", "The government stayed."] * 10)]
    classifier = StanceClassifier(C=1.0, features="word", ngrams=(1, 1), min_df=2)
    # One letter, or a letter and its mark.
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    both = clone(classifier).fit(texts, [composed, decomposed] * 10)
    assert both.classes_.tolist() == [decomposed, composed] and not np.isnan(both.predict_proba(texts)).any()
    assert both.predict(texts[:2]).tolist() == [composed, decomposed]
    one = clone(classifier).fit(texts, [decomposed, "x"] * 10)
    assert one.predict(texts[:2]).tolist() == [decomposed, "x"] and one.model_.classes == [composed, "x"]
    for missing in (None, float("nan"), np.nan, pandas.NA, pandas.NaT):
        with pytest.raises(ValueError, match="contains NaN or None: .* is the label of text 3"):
            classifier.fit(texts, ["a", "b", "a", missing] * 5)
    for mixed in ([1, "a"], [True, "x"]):
        with pytest.raises(ValueError, match="labels of several kinds"):
            classifier.fit(texts, mixed * 10)
    assert clone(classifier).fit(texts, [("a", 1), ("b", 2)] * 10).predict(texts[:2]).tolist() == [("a", 1), ("b", 2)]
    with pytest.raises(ValueError, match="contains NaN"):
        classifier.fit(texts, pandas.Series([0.0, 1.0, np.nan, 1.0] * 5))


def test_chance_comes_from_whatever_scikit_learn_takes() -> None:
    assert [_seed(state) for state in (None, 7, np.int64(7))] == [1, 7, 7]
    state = np.random.RandomState(3)
    first, second = _seed(state), _seed(state)
    # As in scikit-learn: the generator goes on, and from its beginning it gives the same again.
    assert first != second and first == _seed(np.random.RandomState(3))
    with pytest.raises(ValueError):
        _seed("seven")
    texts = [f"{text} It was day {day}." for day, text in enumerate(["The regime left.", "The government stayed."] * 10)]
    classifier = StanceClassifier(C=1.0, features="word", ngrams=(1, 1), min_df=2, random_state=np.random.RandomState(3))
    assert classifier.fit(texts, ["a", "b"] * 10).predict(texts[:2]).tolist() == ["a", "b"]
