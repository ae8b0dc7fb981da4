"""Models that are trained again with more labels."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Mapping

from . import _aslant
from ._checked import checked
from ._frames import Articles, PathLike, as_html
from ._frames import articles as _articles
from ._model import Model, where_labels_stand
from ._running import Bar, Progress, Reading, reading, running

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Retrained:
    """A new model and how it differs from the old one: what :func:`retrain` returns.

    In a notebook it shows the lines that ``aslant retrain`` prints.
    """

    def __init__(self, model: Model, summary: str, is_worse: bool | None) -> None:
        #: The new model; ``model.save(folder)`` keeps it.
        self.model = model
        #: Whether it is worse than the old one by more than chance on held-out articles; None if none were held out.
        self.is_worse = is_worse
        self._summary = summary

    @property
    def warnings(self) -> list[str]:
        """What was odd about the new articles."""
        return self.model.warnings

    def summary(self) -> str:
        """What changed: both models on the same held-out articles, weights, outlets and articles that moved."""
        return self._summary

    def __repr__(self) -> str:
        told = {None: "not compared with the old model", True: "worse than the old model", False: "not worse than the old model"}
        return f"<aslant.Retrained: {told[self.is_worse]}>"

    def _repr_html_(self) -> str:
        return as_html(self.summary())


@checked
def retrain(
    model: Model | PathLike,
    articles: Articles,
    label: str,
    *,
    out: PathLike | None = None,
    target: str | None = None,
    story: str | None = None,
    validation: str = "all",
    annotator: str | None = None,
    labels: str = "auto",
    label_map: Mapping[str, str] | None = None,
    threads: int | None = None,
    progress: Progress = None,
    **columns: Unpack[Reading],
) -> Retrained:
    """Adds new labelled articles to those that a model was trained on, and trains it again, as ``aslant retrain`` does.

    The old articles are known as counts, which the model keeps unless it was made with ``without_training_data=True``. The new
    model has the old one's features and strength. ``out`` is a folder for it, which may be the old model's: the old one is
    then kept in its history. ``validation="none"`` holds nothing out, so the two models are not compared. The other arguments
    are those of :func:`train`.

    >>> import aslant
    >>> again = aslant.retrain("models/leaning", more, label="leaning")       # doctest: +SKIP
    >>> print(again.summary())                                                # doctest: +SKIP
    >>> if not again.is_worse: again.model.save("models/leaning")             # doctest: +SKIP
    """
    with Bar(progress) as bar:
        native, summary, is_worse, noticed = _aslant.retrain(
            Model.of(model)._native,
            _articles(articles),
            labels=where_labels_stand(label, target, story, annotator, labels, label_map),
            validation=validation,
            out=None if out is None else os.fspath(out),
            reading=reading(columns),
            running=running(bar, threads),
        )
    return Retrained(Model(native, noticed), summary, is_worse)
