"""A classifier of stances, and TF-IDF, as scikit-learn estimators.

>>> from sklearn.pipeline import make_pipeline
>>> from sklearn.linear_model import LogisticRegression
>>> from aslant.sklearn import StanceClassifier, TfidfVectorizer
>>> pipeline = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression())
>>> classifier = StanceClassifier()
"""

from __future__ import annotations

import inspect
import re
import unicodedata
from numbers import Integral
from typing import Any, Iterable, Sequence

import numpy as np
from joblib import effective_n_jobs
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import TfidfVectorizer as _SklearnTfidf
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from . import _aslant
from ._checked import check
from ._model import Model, training
from ._running import Bar, running

__all__ = ["StanceClassifier", "TfidfVectorizer"]


class StanceClassifier(ClassifierMixin, BaseEstimator):
    """Learns labels of texts as :func:`aslant.train` does: sparse logistic regression on TF-IDF, its features and strength
    chosen by cross-validation that keeps outlets together, its probabilities calibrated.

    ``X`` is a list, array or series of texts. Labels may be of any sortable kind; more than two classes share one softmax.

    Parameters
    ----------
    C
        The inverse strength of the penalty; None chooses it by cross-validation.
    features, ngrams, min_df, char_ngrams, max_features, hash_features
        As in :func:`aslant.train`; if one of the first three is None, it is chosen by cross-validation.
    class_weight
        None or ``"balanced"``.
    multi_class
        ``"multinomial"`` or ``"one-vs-rest"``.
    validation
        ``"all"``, or ``"none"`` to only fit, with the ``C``, ``features``, ``ngrams`` and ``min_df`` that must then be given:
        much faster, for example for a parameter search that holds texts out itself. Probabilities are then not calibrated.
    boilerplate
        ``"keep"`` or ``"remove"`` menus, captions and disclaimers.
    random_state
        The seed for everything random, or a ``numpy.random.RandomState`` that gives one at every fit; None means 1.
    n_jobs
        The number of threads; None or -1: one per core, -2: one less, as in scikit-learn.

    Attributes
    ----------
    classes_ : the labels, sorted.
    model_ : the :class:`aslant.Model`; ``print(model_.summary())`` shows how well it does on held-out articles.

    Examples
    --------
    >>> from aslant.sklearn import StanceClassifier
    >>> texts = ["The regime shelled the town.", "The government restored order."] * 10
    >>> texts = [f"{text} It was day {i}." for i, text in enumerate(texts)]
    >>> labels = ["against", "for"] * 10
    >>> classifier = StanceClassifier(C=1.0, features="word", ngrams=(1, 1), min_df=2).fit(texts, labels)
    >>> classifier.predict(["The regime fired.", "The government spoke."]).tolist()
    ['against', 'for']
    """

    def __init__(
        self,
        C: float | None = None,
        *,
        features: str | Sequence[str] | None = None,
        ngrams: tuple[int, int] | None = None,
        char_ngrams: tuple[int, int] | None = None,
        min_df: int | None = None,
        max_features: int | None = None,
        hash_features: int | None = None,
        class_weight: str | None = None,
        multi_class: str = "multinomial",
        validation: str = "all",
        boilerplate: str = "keep",
        random_state: int | np.random.RandomState | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.C = C
        self.features = features
        self.ngrams = ngrams
        self.char_ngrams = char_ngrams
        self.min_df = min_df
        self.max_features = max_features
        self.hash_features = hash_features
        self.class_weight = class_weight
        self.multi_class = multi_class
        self.validation = validation
        self.boilerplate = boilerplate
        self.random_state = random_state
        self.n_jobs = n_jobs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        return tags

    def fit(self, X: Iterable[str], y: Iterable[Any], outlets: Iterable[str | None] | None = None) -> StanceClassifier:
        """Learns the labels ``y`` of the texts ``X``.

        With ``outlets`` (one per text, None if unknown) cross-validation keeps outlets together, so that the choice is made
        for outlets that the model never saw.
        """
        texts, labels = _texts(X), _labels(y)
        for name, parameter in inspect.signature(type(self)).parameters.items():
            if name != "n_jobs":
                check(name, getattr(self, name), parameter.annotation)
        if len(texts) != len(labels):
            raise ValueError(f"Found input variables with inconsistent numbers of samples: {[len(texts), len(labels)]}")
        named_outlets = None if outlets is None else ["" if _is_missing(outlet) else str(outlet) for outlet in outlets]
        if named_outlets is not None and len(named_outlets) != len(texts):
            raise ValueError(f"X has {len(texts)} texts and outlets {len(named_outlets)} names; expected one per text")
        try:
            classes, numbers = np.unique(labels, return_inverse=True)
        except TypeError:
            raise ValueError("y has labels of several kinds, or some are missing") from None
        if len(classes) < 2:
            raise ValueError(f"StanceClassifier needs two classes or more; y has only {classes.tolist()}")
        names = _names(classes)
        named = [names[number] for number in numbers]
        with Bar(False) as bar:
            native, noticed = _aslant.train_texts(
                texts,
                named,
                named_outlets,
                training=training(
                    features=() if self.features is None else self.features,
                    ngrams=self.ngrams,
                    char_ngrams=self.char_ngrams,
                    min_df=self.min_df,
                    max_features=self.max_features,
                    hash_features=self.hash_features,
                    mask_cues=None,
                    mask_outlets=False,
                    class_weight=self.class_weight or "none",
                    outlet_weight="none",
                    multi_class=self.multi_class,
                    c=self.C,
                    boilerplate=self.boilerplate,
                    group=None,
                    validation=self.validation,
                    seed=_seed(self.random_state),
                ),
                running=running(bar, _threads(self.n_jobs)),
            )
        self.classes_ = classes
        self.model_ = Model(native, noticed)
        return self

    def predict_proba(self, X: Iterable[str]) -> np.ndarray:
        """The probability of every class, (n_texts, n_classes); not calibrated with ``validation="none"``."""
        check_is_fitted(self, "model_")
        texts = _texts(X)
        proba = np.full((len(texts), len(self.classes_)), np.nan)
        if not texts:
            return proba
        columns = _aslant.score_texts(self.model_._native, texts, running={"threads": _threads(self.n_jobs), "tell": None})
        for at, values in enumerate(columns):
            proba[:, at] = values
        return proba

    def predict(self, X: Iterable[str]) -> np.ndarray:
        """The likeliest class of every text."""
        check_is_fitted(self, "model_")
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def _seed(random_state: Any) -> int:
    """A number as it is, 1 for none; of a generator the next number, as scikit-learn's own estimators draw it."""
    if random_state is None:
        return 1
    if isinstance(random_state, Integral):
        check("random_state", random_state, "int")
        return int(random_state)
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))


def _threads(n_jobs: int | None) -> int | None:
    """The number of threads, counted as scikit-learn counts jobs."""
    if n_jobs is None:
        return None
    if not isinstance(n_jobs, Integral):
        raise ValueError(f"n_jobs={n_jobs!r}; expected a whole number, or None")
    return int(n_jobs) if n_jobs > 0 else int(effective_n_jobs(n_jobs))


def _labels(y: Iterable[Any]) -> np.ndarray:
    """Labels as an array, none of them missing. One column of a table is as good as a list."""
    if y is None:
        raise ValueError("StanceClassifier requires y to be passed, but the target y is None")
    if getattr(y, "ndim", 1) == 2:
        table = np.asarray(y, dtype=object)
        if table.shape[1] != 1:
            raise ValueError(f"y has {table.shape[1]} columns; expected one label per text")
        y = table[:, 0]
    labels = list(y)
    for at, label in enumerate(labels):
        if _is_missing(label):
            raise ValueError(f"Input y contains NaN or None: {label!r} is the label of text {at}. Leave such texts out.")
    array = np.asarray(labels) if len({isinstance(label, str) for label in labels}) < 2 else None
    if array is None or array.ndim > 1:
        # NumPy would make texts of numbers among texts, and rows of tuples.
        array = np.empty(len(labels), dtype=object)
        array[:] = labels
    return array


def _is_missing(label: Any) -> bool:
    try:
        return label is None or bool(label != label)
    except TypeError:
        # pandas.NA is neither equal to itself nor not.
        return True
    except ValueError:
        return False


def _names(classes: np.ndarray) -> list[str]:
    """Names that sort as the classes do: their own where that is so, or else numbers. Names that differ only in how their
    letters are composed are one label in a model, and stay several classes here."""
    names = [unicodedata.normalize("NFC", str(name)) for name in classes]
    if names == sorted(set(names)) and all(name and name == name.strip() for name in names):
        return names
    width = len(str(len(classes)))
    return [f"{number:0{width}}" for number in range(len(classes))]


def _texts(X: Any) -> list[str]:
    """Texts as a list."""
    if isinstance(X, str):
        raise ValueError("X is one text; expected a list of texts")
    values = np.asarray(X, dtype=object)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1:
        raise ValueError(f"X has {values.ndim} dimensions; expected a list of texts")
    wrong = next((value for value in values if not isinstance(value, str)), None)
    if wrong is not None:
        raise ValueError(f"X has {wrong!r}; expected texts")
    return values.tolist()


#: Texts of these characters only are cut into words in Rust: Latin letters and plain punctuation, of which Rust and
#: Python know alike what a letter is. All others are cut by Python.
_PLAIN = re.compile("[\x00-\u02ff\u2000-\u206f]*\\Z").match


class TfidfVectorizer(_SklearnTfidf):
    """scikit-learn's ``TfidfVectorizer``, counted in Rust on all cores: the same parameters, vocabulary and numbers.

    What the Rust code doesn't support is left to scikit-learn: a ``norm`` other than ``"l2"`` or None, ``binary``, a given
    ``vocabulary``, ``use_idf=False``, a ``dtype`` other than float64, a callable ``analyzer``, characters with
    ``lowercase=False`` or a custom preprocessor, an ``idf_`` that was set. Custom tokenizers, preprocessors of words, token
    patterns and stop words are called in Python, as in scikit-learn.

    >>> from aslant.sklearn import TfidfVectorizer
    >>> matrix = TfidfVectorizer().fit_transform(["the regime", "the government"])
    >>> matrix.shape
    (2, 3)
    """

    def fit(self, raw_documents: Iterable[str], y: Any = None) -> TfidfVectorizer:
        """Learns vocabulary and idf."""
        self.fit_transform(raw_documents, y)
        return self

    def fit_transform(self, raw_documents: Iterable[str], y: Any = None) -> Any:
        """Learns vocabulary and idf, and returns the documents' matrix."""
        self._native = None
        if not self._is_native():
            return super().fit_transform(raw_documents, y)
        self._check_params()
        self._warn_for_unused_params()
        self._validate_ngram_range()
        documents = self._documents(raw_documents)
        native, csr = _aslant.fit_tfidf(documents, self._params())
        terms = native.terms()
        self.vocabulary_ = dict(zip(terms, range(len(terms))))
        self.fixed_vocabulary_ = False
        self.idf_ = np.frombuffer(native.idf())
        self._native = native
        return _csr(csr)

    def transform(self, raw_documents: Iterable[str]) -> Any:
        """The matrix of documents, with the learnt vocabulary and idf."""
        check_is_fitted(self, msg="The TF-IDF vectorizer is not fitted")
        if getattr(self, "_native", None) is None:
            return super().transform(raw_documents)
        return _csr(self._native.transform(self._documents(raw_documents)))

    @property
    def idf_(self) -> np.ndarray:
        """The idf of every term. If it is set, scikit-learn does the transforming."""
        return super().idf_

    @idf_.setter
    def idf_(self, value: Any) -> None:
        self._native = None
        _SklearnTfidf.idf_.fset(self, value)

    def __getstate__(self) -> dict[str, Any]:
        # scikit-learn's own state is enough to transform; it does so after unpickling.
        return {**super().__getstate__(), "_native": None}

    def _is_native(self) -> bool:
        return (
            self.analyzer in ("word", "char", "char_wb")
            # Characters are always lower case there.
            and (self.analyzer == "word" or (self.lowercase and self.preprocessor is None))
            and self.norm in ("l2", None)
            and not self.binary
            and self.vocabulary is None
            and self.use_idf
            and np.dtype(self.dtype) == np.float64
        )

    def _params(self) -> dict[str, Any]:
        return {
            "analyzer": self.analyzer,
            "ngram_range": tuple(self.ngram_range),
            "min_df": self.min_df,
            "max_df": self.max_df,
            "max_features": self.max_features,
            "sublinear_tf": self.sublinear_tf,
            "smooth_idf": self.smooth_idf,
            "norm": self.norm,
        }

    def _documents(self, raw_documents: Iterable[str]) -> list[str | list[str]]:
        """Documents as the native part takes them: texts, or words where Python has to find them."""
        if isinstance(raw_documents, str):
            raise ValueError("Iterable over raw text documents expected, string object received.")
        preprocess = self.build_preprocessor()
        texts = (preprocess(self.decode(document)) for document in raw_documents)
        if self.analyzer != "word":
            return list(texts)
        stop_words = self.get_stop_words()
        tokenize = self.build_tokenizer()
        if self.tokenizer is None and self.token_pattern == r"(?u)\b\w\w+\b" and stop_words is None:
            return [text if _PLAIN(text) else tokenize(text) for text in texts]
        self._check_stop_words_consistency(stop_words, preprocess, tokenize)
        kept = frozenset() if stop_words is None else stop_words
        return [[word for word in tokenize(text) if word not in kept] for text in texts]


def _csr(parts: tuple[bytes, bytes, bytes, int, int]) -> Any:
    indptr, indices, data, rows, columns = parts
    arrays = (np.frombuffer(data), np.frombuffer(indices, np.int32), np.frombuffer(indptr, np.int64))
    small = len(data) // 8 < 2**31
    arrays = (arrays[0].copy(), arrays[1].copy(), arrays[2].astype(np.int32 if small else np.int64))
    return sparse.csr_matrix(arrays, shape=(rows, columns))
