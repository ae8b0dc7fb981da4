"""How news outlets name the same things, whether the difference is real, and which way a new article leans.

>>> import aslant
>>> result = aslant.compare("seeds/articles", "seeds/cues/syria.toml", placebo=0)
>>> result
<aslant.Comparison: 41 articles, 4 outlets, 386 uses of cues>
>>> result.contrasts.to_pandas()                        # doctest: +SKIP
>>> result.save("results")                              # doctest: +SKIP

Articles are a pandas, polars or Arrow table, or files. The project's README says what is counted, ``docs/tables.md`` what
every number means; the tables have the same numbers as the program's.

============================  =====================================================================
:func:`compare`               how outlets name the same things
:func:`discover`              words and phrases typical of each, without a lexicon
:func:`tally`                 articles as counts, to be compared without their texts
:func:`train`, :func:`score`  learn labels, and score articles
:func:`retrain`               retrain with more labels, and see whether that helped
:func:`evaluate`              compare scores with labels
:func:`explain`               which words carried a score, and where
:func:`voices`                who speaks in which part of a text
``aslant.sklearn``            ``StanceClassifier`` and ``TfidfVectorizer`` for scikit-learn
``aslant.spark``              :func:`tally` where the articles are, for archives that outgrow one machine
============================  =====================================================================
"""

from __future__ import annotations

from ._aslant import __version__
from ._compare import Comparison, Discovery, compare, discover, tally
from ._frames import Table
from ._model import Evaluation, Model, evaluate, explain, score, train
from ._retrain import Retrained, retrain
from ._voices import Span, voices
from .errors import AslantError, DataError, DataWarning, FileError, ModelError, NoSuchTable, UsageError

__all__ = [
    "AslantError",
    "Comparison",
    "DataError",
    "DataWarning",
    "Discovery",
    "Evaluation",
    "FileError",
    "Model",
    "ModelError",
    "NoSuchTable",
    "Retrained",
    "Span",
    "Table",
    "UsageError",
    "__version__",
    "compare",
    "discover",
    "evaluate",
    "explain",
    "retrain",
    "score",
    "tally",
    "train",
    "voices",
]

for _public in (Comparison, Discovery, Evaluation, Model, Retrained, Span, Table):
    _public.__module__ = "aslant"
