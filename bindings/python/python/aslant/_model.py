"""Models: training, scoring, keeping."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from . import _aslant
from ._checked import checked
from ._frames import Articles, PathLike, Table, as_html
from ._frames import articles as _articles
from ._lexicons import Cues, lexicons
from ._running import Bar, Progress, Reading, reading, running, told
from .errors import NoSuchTable, UsageError

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._retrain import Retrained


class Model:
    """A model of articles: what :func:`train` returns, or a folder that it or ``aslant train`` has written.

    >>> import aslant
    >>> model = aslant.Model.read("models/syria-camp")
    >>> model.classes
    ['opposition', 'state', 'wire']
    """

    def __init__(self, native: _aslant.Model, warnings: Sequence[str] = ()) -> None:
        self._native = native
        #: What was odd about the articles that it was trained on.
        self.warnings = list(warnings)

    @classmethod
    def read(cls, folder: PathLike) -> Model:
        """Reads a model's folder and checks all of it."""
        return cls(_aslant.read_model(os.fspath(folder)))

    @classmethod
    def of(cls, model: Model | PathLike) -> Model:
        """The model itself, or the one in this folder."""
        if isinstance(model, Model):
            return model
        if isinstance(model, (str, os.PathLike)):
            return cls.read(model)
        raise UsageError(
            f"a model of an unknown kind\n  found:    {type(model).__qualname__}\n"
            "  expected: what aslant.train returns, or a model's folder"
        )

    @property
    def classes(self) -> list[str]:
        """The labels, sorted."""
        return self._native.classes

    @property
    def targets(self) -> list[str]:
        """The targets, sorted; empty if the model has none."""
        return self._native.targets

    @property
    def folder(self) -> str | None:
        """The folder it was read from or saved to; None if there is none."""
        folder = self._native.folder
        return None if folder is None else os.fspath(folder)

    def summary(self) -> str:
        """What it learnt from, and how well it does on held-out articles."""
        return self._native.summary()

    def score(self, articles: Articles, **options: Any) -> Table:
        """The same as :func:`score` with this model."""
        return score(self, articles, **options)

    def evaluate(self, articles: Articles, label: str, **options: Any) -> Evaluation:
        """The same as :func:`evaluate` with this model."""
        return evaluate(self, articles, label, **options)

    def explain(self, articles: Articles, **options: Any) -> Table:
        """The same as :func:`explain` with this model."""
        return explain(self, articles, **options)

    def retrain(self, articles: Articles, label: str, **options: Any) -> Retrained:
        """The same as :func:`retrain` with this model."""
        from ._retrain import retrain

        return retrain(self, articles, label, **options)

    def save(self, folder: PathLike, without_training_data: bool = False) -> list[str]:
        """Writes its folder: ``model.json``, ``terms.csv``, ``CARD.md``, and, if the model was just trained or unpickled, the
        counts of the articles that it was trained on (``training.parquet``, ``training-terms.parquet``), which :func:`retrain`
        needs. ``without_training_data`` leaves these out. Returns the files' names.

        Pickling keeps the same files, including the counts: a model of ``train(…, without_training_data=True)`` has none, nor
        has one that was read from a folder.
        """
        return self._native.save(os.fspath(folder), without_training_data)

    def __repr__(self) -> str:
        return f"<aslant.Model: {', '.join(self.classes)}>"

    def _repr_html_(self) -> str:
        return as_html(self.summary())

    def __reduce__(self) -> tuple[Any, ...]:
        # Kept as the files of its folder, which a newer version can still read or refuse with a reason.
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "model"
            files = {name: (place / name).read_bytes() for name in self.save(place)}
        return _unpickled, (files, self.warnings)


class Evaluation:
    """How well a model does on labelled articles: what :func:`evaluate` returns.

    Every table is an attribute: ``report``, ``confusion``, ``reliability``, ``outlets``, ``predictions``. ``docs/models.md``
    describes their columns. In a notebook it shows the lines that ``aslant evaluate`` prints.
    """

    def __init__(self, native: _aslant.Evaluation) -> None:
        self._native = native

    @property
    def warnings(self) -> list[str]:
        """What was odd about the articles."""
        return self._native.warnings()

    @property
    def tables(self) -> list[str]:
        """The names of the tables."""
        return self._native.tables()

    def table(self, name: str) -> Table:
        """A table by its name."""
        frame = self._native.table(name)
        if frame is None:
            raise NoSuchTable(f"no such table\n  found:    {name!r}\n  expected: one of {', '.join(self.tables)}")
        return Table(frame, name)

    @property
    def report(self) -> Table:
        """Precision, recall, F1 and support of each label, then accuracy and means, as in scikit-learn."""
        return self.table("report")

    @property
    def confusion(self) -> Table:
        """Label × predicted label."""
        return self.table("confusion")

    @property
    def reliability(self) -> Table:
        """How often it is right, by how sure it is (in tenths)."""
        return self.table("reliability")

    @property
    def outlets(self) -> Table:
        """Accuracy by outlet."""
        return self.table("outlets")

    @property
    def predictions(self) -> Table:
        """One row per article: its label, the predicted label, the probabilities."""
        return self.table("predictions")

    def summary(self) -> str:
        """What ``aslant evaluate`` prints."""
        return self._native.summary()

    def save(self, folder: PathLike) -> list[str]:
        """Writes all tables as CSV, and ``evaluation.json``. Returns the files' names."""
        return self._native.save(os.fspath(folder))

    def __repr__(self) -> str:
        return f"<aslant.Evaluation: {', '.join(self.tables)}>"

    def _repr_html_(self) -> str:
        return as_html(self.summary())


def _unpickled(files: dict[str, bytes], warnings: list[str]) -> Model:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        return Model(_aslant.take_model(folder), warnings)


@checked
def train(
    articles: Articles,
    label: str,
    *,
    out: PathLike | None = None,
    target: str | None = None,
    group: str | None = None,
    story: str | None = None,
    features: Sequence[str] = (),
    ngrams: tuple[int, int] | None = None,
    char_ngrams: tuple[int, int] | None = None,
    min_df: int | None = None,
    max_features: int | None = None,
    hash_features: int | None = None,
    mask_cues: Cues | None = None,
    mask_outlets: bool = False,
    class_weight: str = "none",
    outlet_weight: str = "none",
    multi_class: str = "multinomial",
    c: float | None = None,
    validation: str = "all",
    boilerplate: str = "keep",
    annotator: str | None = None,
    labels: str = "auto",
    label_map: Mapping[str, str] | None = None,
    without_training_data: bool = False,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress = None,
    **columns: Unpack[Reading],
) -> Model:
    """Learns labels from labelled articles, as ``aslant train`` does.

    Parameters
    ----------
    articles
        As in :func:`compare`. Folders made by :func:`aslant.tally` with this ``label`` give the same model as their
        articles.
    label
        The column of the labels; any set of labels will do.
    out
        A folder for the model; :meth:`Model.save` writes it later. Both write the counts of the articles, which
        :func:`retrain` needs, unless told to leave them out.
    target, story, annotator
        Columns: the target of a label (one model for each), the story of an article, the annotator who gave the label.
    group
        What to keep together when features and strength are chosen: ``"outlet"``, ``"story"``, ``"month"``, ``"none"``.
    features, ngrams, char_ngrams, min_df, max_features
        What to count: ``"word"``, ``"written"``, ``"char"``. What isn't given is chosen by cross-validation, except
        ``char_ngrams``, which is then (2, 5).
    hash_features
        Hash terms into this many columns for each kind (2**18 to 2**24 make sense): no vocabulary is kept, and articles become
        rows as they are read. Terms are then columns without names, ``min_df`` and ``max_features`` count columns, and
        ``ngrams`` is (1, 2) by default. The hash is that of scikit-learn's ``HashingVectorizer``.
    mask_cues, mask_outlets
        What the model must not rely on: the cues of these lexicons (as in :func:`compare`), the names of the outlets.
    class_weight, outlet_weight
        ``"none"`` or ``"balanced"``.
    multi_class
        ``"multinomial"`` or ``"one-vs-rest"``.
    c
        The inverse strength of the penalty; by default chosen by cross-validation.
    validation
        ``"all"`` holds articles out, to choose settings and to see how well the model does. ``"none"`` only fits the model,
        with the ``c``, ``features``, ``ngrams`` and ``min_df`` that must then be given: much faster, but how well it does is
        not known (:func:`evaluate` measures it on articles of your own), and its probabilities are not calibrated.
    boilerplate
        ``"keep"`` or ``"remove"`` menus, captions and disclaimers, in training and in scoring.
    labels, label_map
        How labels are written (``"auto"``, ``"column"``, ``"label-studio"``, ``"doccano"``, ``"prodigy"``); labels to
        rename, where an empty name leaves a label out.
    without_training_data
        Keep no counts of the articles, neither in ``out`` nor in the model itself: then it can't be retrained.
    seed, threads, progress, **columns
        As in :func:`compare`.

    Examples
    --------
    >>> import aslant
    >>> model = aslant.train(frame, label="leaning", outlet="source")  # doctest: +SKIP
    >>> print(model.summary())                                         # doctest: +SKIP
    >>> model.score(new)                                               # doctest: +SKIP
    """
    with Bar(progress) as bar:
        native, warnings = _aslant.train(
            _articles(articles),
            labels=where_labels_stand(label, target, story, annotator, labels, label_map),
            training=training(
                features=features,
                ngrams=ngrams,
                char_ngrams=char_ngrams,
                min_df=min_df,
                max_features=max_features,
                hash_features=hash_features,
                mask_cues=lexicons(mask_cues) if mask_cues else None,
                mask_outlets=mask_outlets,
                class_weight=class_weight,
                outlet_weight=outlet_weight,
                multi_class=multi_class,
                c=c,
                boilerplate=boilerplate,
                group=group,
                validation=validation,
                seed=seed,
            ),
            without_training_data=without_training_data,
            out=None if out is None else os.fspath(out),
            reading=reading(columns),
            running=running(bar, threads),
        )
    return Model(native, warnings)


def where_labels_stand(
    label: str,
    target: str | None,
    story: str | None,
    annotator: str | None,
    labels: str,
    label_map: Mapping[str, str] | None,
) -> dict[str, Any]:
    """Where labels stand, as the native part takes it."""
    renamed = [(_as_read(old), "" if new is None else str(new)) for old, new in (label_map or {}).items()]
    return {
        "label": label,
        "target": target,
        "story": story,
        "annotator": annotator,
        "labels": labels,
        "label_map": renamed,
    }


def _as_read(label: Any) -> str:
    """A label of a dictionary as it is read of a column."""
    if isinstance(label, bool):
        return str(label).lower()
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)


def training(**options: Any) -> dict[str, Any]:
    """How a model is trained, as the native part takes it."""
    features = options["features"]
    options["features"] = [features] if isinstance(features, str) else list(features)
    for name in ("ngrams", "char_ngrams"):
        options[name] = None if options[name] is None else tuple(options[name])
    return options


@checked
def score(
    model: Model | PathLike,
    articles: Articles,
    *,
    target: str | None = None,
    threads: int | None = None,
    progress: Progress = None,
    **columns: Unpack[Reading],
) -> Table:
    """Scores articles with a model, as ``aslant score`` does: a table with one row per article.

    Its columns are ``id``, ``outlet``, (``target``,) ``predicted``, ``p_LABEL`` for every label, ``coverage`` (the part of
    the article's words that the model knows) and ``warning``. ``target`` is the column of targets, for a model that has
    them. Articles without a text have no row, which a :class:`DataWarning` reports: join scores to a frame by ``id``, not by
    position. Without a column of ids, ids are row numbers from 1: ``frame-00001``.

    >>> import aslant
    >>> scores = aslant.score("models/syria-camp", "seeds/articles")
    >>> scores.columns[:3]
    ['id', 'outlet', 'predicted']
    """
    with Bar(progress) as bar:
        frame, noticed = _aslant.score(
            Model.of(model)._native,
            _articles(articles),
            target=target,
            reading=reading(columns),
            running=running(bar, threads),
        )
    told(noticed)
    return Table(frame, "scores")


@checked
def evaluate(
    model: Model | PathLike,
    articles: Articles,
    label: str,
    *,
    out: PathLike | None = None,
    target: str | None = None,
    group: str = "article",
    annotator: str | None = None,
    labels: str = "auto",
    label_map: Mapping[str, str] | None = None,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress = None,
    **columns: Unpack[Reading],
) -> Evaluation:
    """Compares a model's scores with labels that it was not trained on, as ``aslant evaluate`` does.

    ``label`` is the column of the labels. ``group`` says what is resampled for the intervals: ``"article"``, or ``"outlet"``
    if the model is meant for other outlets. ``out`` is a folder for the tables. The other arguments are those of
    :func:`train`.

    >>> import aslant
    >>> texts = ["The regime shelled the town.", "The government restored order."]
    >>> labelled = {"id": ["a", "b"], "text": texts, "camp": ["opposition", "state"]}
    >>> aslant.evaluate("models/syria-camp", labelled, label="camp").confusion.columns
    ['label', 'predicted', 'articles']
    """
    if out is not None:
        _aslant.check_out(os.fspath(out), "evaluate", [])
    with Bar(progress) as bar:
        native = _aslant.evaluate(
            Model.of(model)._native,
            _articles(articles),
            labels=where_labels_stand(label, target, None, annotator, labels, label_map),
            unit=group,
            seed=seed,
            reading=reading(columns),
            running=running(bar, threads),
        )
    result = Evaluation(native)
    if out is not None:
        result.save(out)
    return result


@checked
def explain(
    model: Model | PathLike,
    articles: Articles,
    *,
    article: str | int | None = None,
    label: str | None = None,
    target: str | None = None,
    threads: int | None = None,
    progress: Progress = None,
    **columns: Unpack[Reading],
) -> Table:
    """What every word added to the scores of articles, and where it is, as ``aslant explain`` does.

    A table with one row per place of a term: ``id``, ``sentence`` (from 1), ``start`` and ``end`` (characters of the text),
    ``term``, ``class``, ``contribution``, and ``column`` if the model's terms are hashed. With the row ``(intercept)``, the
    contributions of an article add up to its decision value.
    ``article`` is the id of the only article to explain, ``label`` the label to explain (by default the predicted one),
    ``target`` the column of targets, for a model that has them.

    >>> import aslant
    >>> table = aslant.explain("models/syria-camp", {"text": ["The regime shelled the town."]})
    >>> table.columns
    ['id', 'sentence', 'start', 'end', 'term', 'class', 'contribution']
    """
    with Bar(progress) as bar:
        frame, noticed = _aslant.explain(
            Model.of(model)._native,
            _articles(articles),
            article=None if article is None else str(article),
            class_=label,
            target=target,
            reading=reading(columns),
            running=running(bar, threads),
        )
    told(noticed)
    return Table(frame, "explanation")
