"""Models: training, scoring, keeping."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Mapping, Sequence

from . import _aslant
from ._frames import Articles, Table, paths
from ._frames import articles as _articles
from ._running import Bar, Progress, reading, running
from .errors import UsageError


class Model:
    """A model of articles: what :func:`train` gives, or a folder that it or ``aslant train`` has written.

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
    def read(cls, folder: str | os.PathLike) -> Model:
        """Reads a model's folder and checks all of it."""
        return cls(_aslant.read_model(os.fspath(folder)))

    @classmethod
    def of(cls, model: Model | str | os.PathLike) -> Model:
        """The model itself, or the one in this folder."""
        if isinstance(model, Model):
            return model
        if isinstance(model, (str, os.PathLike)):
            return cls.read(model)
        raise UsageError(
            f"a model of an unknown kind\n  found:    {type(model).__qualname__}\n"
            "  expected: what aslant.train gives, or a model's folder"
        )

    @property
    def classes(self) -> list[str]:
        """The labels, sorted."""
        return self._native.classes

    @property
    def targets(self) -> list[str]:
        """The targets, sorted; none where the model has none."""
        return self._native.targets

    @property
    def folder(self) -> str | None:
        """Where it stands, where it does."""
        folder = self._native.folder
        return None if folder is None else os.fspath(folder)

    def summary(self) -> str:
        """What it learnt from, and how well articles that were held out are told apart."""
        return self._native.summary()

    def score(self, articles: Articles, **options: Any) -> Table:
        """The same as :func:`score` with this model."""
        return score(self, articles, **options)

    def save(self, folder: str | os.PathLike) -> list[str]:
        """Writes its folder: ``model.json``, ``terms.csv``, ``CARD.md``, and the counts that it was trained on, where it
        still has them. Gives the files' names."""
        return self._native.save(os.fspath(folder))

    def __repr__(self) -> str:
        return f"<aslant.Model: {', '.join(self.classes)}>"

    def _repr_html_(self) -> str:
        import html

        return f"<pre>{html.escape(self.summary())}</pre>"

    def __reduce__(self) -> tuple[Any, ...]:
        # Kept as the files of its folder, which a newer version can still read or refuse with a reason.
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "model"
            files = {name: (place / name).read_bytes() for name in self.save(place)}
        return _unpickled, (files, self.warnings)


def _unpickled(files: dict[str, bytes], warnings: list[str]) -> Model:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        return Model(_aslant.read_model(folder), warnings)


def train(
    articles: Articles,
    label: str,
    *,
    out: str | os.PathLike | None = None,
    target: str | None = None,
    group: str | None = None,
    story: str | None = None,
    features: Sequence[str] = (),
    ngrams: tuple[int, int] | None = None,
    char_ngrams: tuple[int, int] = (2, 5),
    min_df: int | None = None,
    max_features: int | None = None,
    mask_cues: str | os.PathLike | Sequence[str | os.PathLike] = (),
    mask_outlets: bool = False,
    class_weight: str = "none",
    outlet_weight: str = "none",
    multi_class: str = "multinomial",
    c: float | None = None,
    boilerplate: str = "keep",
    annotator: str | None = None,
    labels: str = "auto",
    label_map: Mapping[str, str] | None = None,
    without_training_data: bool = False,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress = None,
    **columns: Any,
) -> Model:
    """Learns labels from labelled articles, as ``aslant train`` does.

    Parameters
    ----------
    articles
        As in :func:`compare`. Folders that :func:`aslant.tally` made with this ``label`` give the same model as their
        articles.
    label
        The column of the labels; any set of labels will do.
    out
        A folder for the model; :meth:`Model.save` writes it later, but without the counts that re-training needs.
    target, story, annotator
        Columns: what the label is towards (one model each), the story that an article is on, who gave the label.
    group
        What is kept together when features and strength are chosen: ``"outlet"``, ``"story"``, ``"month"``, ``"none"``.
    features, ngrams, char_ngrams, min_df, max_features
        What is counted: ``"word"``, ``"written"``, ``"char"``; what isn't given is chosen by cross-validation.
    mask_cues, mask_outlets
        What the model must not lean on: the cues of these lexicons, the names of the outlets.
    class_weight, outlet_weight
        ``"none"`` or ``"balanced"``.
    multi_class
        ``"multinomial"`` or ``"one-vs-rest"``.
    c
        The inverse strength of the penalty; chosen by cross-validation unless given.
    boilerplate
        ``"keep"`` or ``"remove"`` menus, captions and disclaimers, in training and in scoring.
    labels, label_map
        How labels are written (``"auto"``, ``"column"``, ``"label-studio"``, ``"doccano"``, ``"prodigy"``); labels that are
        to be called otherwise, an empty name leaves a label out.
    without_training_data
        Keep no counts of the articles in ``out``: then it can't be re-trained.
    seed, threads, progress, **columns
        As in :func:`compare`.

    Examples
    --------
    >>> import aslant
    >>> model = aslant.train(frame, label="leaning", outlet="source")  # doctest: +SKIP
    >>> print(model.summary())                                         # doctest: +SKIP
    >>> model.score(new)                                               # doctest: +SKIP
    """
    masked = paths(mask_cues) or []
    with Bar(progress) as bar:
        native, warnings = _aslant.train(
            _articles(articles),
            labels={
                "label": label,
                "target": target,
                "story": story,
                "annotator": annotator,
                "labels": labels,
                "label_map": [f"{old}={new}" for old, new in (label_map or {}).items()],
            },
            training=training(
                features=features,
                ngrams=ngrams,
                char_ngrams=char_ngrams,
                min_df=min_df,
                max_features=max_features,
                mask_cues=masked,
                mask_outlets=mask_outlets,
                class_weight=class_weight,
                outlet_weight=outlet_weight,
                multi_class=multi_class,
                c=c,
                boilerplate=boilerplate,
                group=group,
                seed=seed,
            ),
            without_training_data=without_training_data,
            out=None if out is None else os.fspath(out),
            reading=reading(columns),
            running=running(bar, threads),
        )
    return Model(native, warnings)


def training(**options: Any) -> dict[str, Any]:
    """How a model is trained, as the native part takes it."""
    features = options["features"]
    options["features"] = [features] if isinstance(features, str) else list(features)
    return options


def score(
    model: Model | str | os.PathLike,
    articles: Articles,
    *,
    target: str | None = None,
    threads: int | None = None,
    progress: Progress = None,
    **columns: Any,
) -> Table:
    """Scores articles with a model, as ``aslant score`` does: a table with a row an article.

    Its columns are ``id``, ``outlet``, (``target``,) ``predicted``, ``p_LABEL`` for every label, ``coverage`` (the part of
    the article's words that the model knows) and ``warning``. ``target`` is the column of targets, for a model that has
    them.

    >>> import aslant
    >>> scores = aslant.score("models/syria-camp", "seeds/articles")
    >>> scores.columns[:3]
    ['id', 'outlet', 'predicted']
    """
    with Bar(progress) as bar:
        frame = _aslant.score(
            Model.of(model)._native,
            _articles(articles),
            target=target,
            reading=reading(columns),
            running=running(bar, threads),
        )
    return Table(frame, "scores")
