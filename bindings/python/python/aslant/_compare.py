"""Comparisons and discoveries."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Iterator, Sequence

from . import _aslant
from ._checked import checked
from ._frames import Articles, PathLike, Table, articles, as_html
from ._lexicons import Cues, lexicons
from ._model import Model
from ._running import Bar, Progress, Reading, called, reading, running, told
from .errors import NoSuchTable, UsageError

if TYPE_CHECKING:
    import pandas
    import polars
    from typing_extensions import Unpack


class _Result:
    """What comparisons and discoveries have in common."""

    _native: Any

    @property
    def warnings(self) -> list[str]:
        """What a reader must know before believing a number, each with advice."""
        return [text for _, text in self._native.warnings()]

    @property
    def run(self) -> dict[str, Any]:
        """How it was made: what the program writes as ``run.json``."""
        return json.loads(self._native.run_json())

    def summary(self) -> str:
        """What the program prints."""
        return self._native.summary()

    def _repr_html_(self) -> str:
        return as_html(self.summary())


class Comparison(_Result):
    """How the outlets of some articles name the same things: what :func:`compare` gives.

    Every table is an attribute, made on first use: ``contrasts``, ``scales``, ``pairs``, ``trends``, ``outlets``, ``map``,
    ``cues``, ``articles``, ``evidence``, ``speakers``, ``matrix``, ``keywords``, ``words``, and ``categories`` if the lexicon
    has any. ``docs/tables.md`` describes their columns; they have the same numbers as the program's files, with all digits.

    In a notebook it shows the lines that the program prints.
    """

    def __init__(self, native: _aslant.Comparison) -> None:
        self._native = native
        self._tables: dict[str, Table] = {}

    @property
    def tables(self) -> list[str]:
        """The names of the tables."""
        return self._native.tables()

    @property
    def outlet_names(self) -> list[str]:
        """The outlets, in the order of the tables."""
        return self._native.outlets()

    def table(self, name: str) -> Table:
        """A table by its name."""
        if name not in self._tables:
            frame = self._native.table(name)
            if frame is None:
                raise NoSuchTable(
                    f"no such table\n  found:    {name!r}\n  expected: one of {', '.join(self.tables)}"
                )
            self._tables[name] = Table(frame, name)
        return self._tables[name]

    @property
    def contrasts(self) -> Table:
        """Outlet × voice × contrast × pole: shares with intervals, expected shares, tests."""
        return self.table("contrasts")

    @property
    def scales(self) -> Table:
        """Outlet × voice × contrast: its place on the contrast's line."""
        return self.table("scales")

    @property
    def pairs(self) -> Table:
        """Two outlets × contrast × pole: over all articles, and within the stories that both cover."""
        return self.table("pairs")

    @property
    def trends(self) -> Table:
        """With ``by="outlet,month"``: outlet × period × contrast × pole."""
        return self.table("trends")

    @property
    def outlets(self) -> Table:
        """One row per outlet: articles, words, lean, place on the map."""
        return self.table("outlets")

    @property
    def map(self) -> Table:
        """Contrast × pole: in which direction a choice pulls an outlet on the map."""
        return self.table("map")

    @property
    def cues(self) -> Table:
        """Outlet × voice × cue."""
        return self.table("cues")

    @property
    def articles(self) -> Table:
        """One row per article."""
        return self.table("articles")

    @property
    def evidence(self) -> Table:
        """One row per use of a cue, with the words around it."""
        return self.table("evidence")

    @property
    def speakers(self) -> Table:
        """Speaker × contrast × pole, for the people whose words the outlets carry."""
        return self.table("speakers")

    @property
    def matrix(self) -> Table:
        """One row per outlet: a wide table for a paper."""
        return self.table("matrix")

    @property
    def keywords(self) -> Table:
        """Outlet × term: words and phrases that it uses more than all others together."""
        return self.table("keywords")

    @property
    def words(self) -> Table:
        """Outlet × term: how often the outlets with the most articles use the words that set them apart."""
        return self.table("words")

    @property
    def categories(self) -> Table:
        """Outlet × voice × category, if the lexicon has categories."""
        return self.table("categories")

    def to_pandas(self, **options: Any) -> dict[str, pandas.DataFrame]:
        """All tables as pandas data frames, by name; options as in :meth:`Table.to_pandas`."""
        return {name: self.table(name).to_pandas(**options) for name in self.tables}

    def to_polars(self) -> dict[str, polars.DataFrame]:
        """All tables as polars data frames, by name."""
        return {name: self.table(name).to_polars() for name in self.tables}

    def save(self, folder: PathLike, formats: Sequence[str] = ("csv",)) -> list[str]:
        """Writes what the program writes: all tables, ``report.html``, ``report.md``, ``run.json``.

        ``formats`` are ``"csv"`` (always written, because the report is made from it), ``"parquet"`` and ``"json"`` (lines).
        Returns the files' paths. If writing fails, the folder stays as it was.
        """
        return [os.fspath(path) for path in self._native.save(os.fspath(folder), _formats(formats))]

    def __iter__(self) -> Iterator[Table]:
        return (self.table(name) for name in self.tables)

    def __repr__(self) -> str:
        counts = self.run["counts"]
        said = [
            f"{counts[name]:,} {one if counts[name] == 1 else name}"
            for one, name in (("article", "articles"), ("outlet", "outlets"), ("use", "uses"))
        ]
        return f"<aslant.Comparison: {', '.join(said)} of cues>"


class Discovery(_Result):
    """Words and phrases typical of each outlet: what :func:`discover` gives. ``keywords`` is the table."""

    def __init__(self, native: _aslant.Discovery) -> None:
        self._native = native
        self._keywords: Table | None = None

    @property
    def keywords(self) -> Table:
        """Outlet × term, sorted as ``keywords.csv`` is."""
        if self._keywords is None:
            self._keywords = Table(self._native.table(), "keywords")
        return self._keywords

    def summary(self, top: int = 12) -> str:
        """What the program prints, with at most ``top`` terms per outlet."""
        return self._native.summary(top)

    def to_pandas(self, **options: Any) -> pandas.DataFrame:
        """The table as a pandas data frame; options as in :meth:`Table.to_pandas`."""
        return self.keywords.to_pandas(**options)

    def to_polars(self) -> polars.DataFrame:
        """The table as a polars data frame."""
        return self.keywords.to_polars()

    def save(self, folder: PathLike, formats: Sequence[str] = ("csv",), top: int = 12) -> list[str]:
        """Writes what ``aslant discover`` writes: ``keywords.csv``, ``report.md``, ``run.json``."""
        return [os.fspath(path) for path in self._native.save(os.fspath(folder), _formats(formats), top)]

    def __repr__(self) -> str:
        found = self.run["keywords"]
        return f"<aslant.Discovery: {found['findings']:,} findings among {found['terms']:,} terms of {found['outlets']:,} outlets>"


@checked
def compare(
    articles: Articles,
    cues: Cues | None = None,
    *,
    out: PathLike | None = None,
    formats: Sequence[str] = ("csv",),
    by: str = "outlet",
    voice: str | None = None,
    reprints: str = "drop",
    same_story: bool = False,
    keep_boilerplate: bool = False,
    context_model: str = "cross-fit",
    keywords: bool = True,
    pairs: int = 30,
    placebo: int = 20,
    model: Model | PathLike | None = None,
    target: str | None = None,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress = None,
    **columns: Unpack[Reading],
) -> Comparison:
    """Compares how outlets name the same things, as ``aslant compare`` does, with the same numbers.

    Parameters
    ----------
    articles
        A pandas, polars or Arrow table with one row per article, anything else that has ``__arrow_c_stream__``, a list of
        dictionaries, a dictionary of lists, or paths of files and folders. Columns are found by their names: ``text``,
        ``outlet``, ``date``, ``title``, ``id``, … Or folders made by :func:`tally` or :func:`aslant.spark.tally`: one, or
        several that were counted in the same way.
    cues
        Lexicons: paths of files, or a dictionary ``{"state": {"government": ["government"], "regime": ["regime"]}}``. A pole may
        also be a dictionary: ``{"cues": ["regime"], "leans": "opposition", "except": ["regime change"]}``. Not needed for
        tallies, which have their own.
    out
        A folder to write everything to, as the program does; :meth:`Comparison.save` does it later.
    formats
        Formats of the tables in ``out``: ``"csv"`` (always written), ``"parquet"``, ``"json"``.
    by
        What to compare: ``"outlet"``, a column, or ``"week"``, ``"month"``, ``"quarter"``, ``"year"``; a second name
        after a comma divides each further, in ``trends``.
    voice
        Whose words count for lean, lines, ``matrix`` and ``keywords``: ``"own"`` (the default; for tallies, the voice
        that they were made with), ``"all"``, ``"quoted"``, ``"reported"``. ``contrasts`` has all voices.
    reprints
        ``"drop"`` leaves near copies of earlier articles out of every statistic, ``"keep"`` counts them.
    same_story
        Compare only within stories that two or more outlets cover.
    keep_boilerplate
        Count menus, captions and disclaimers too.
    context_model
        ``"cross-fit"`` computes expected shares, each outlet's by a model that never saw it; ``"none"`` computes none.
    keywords
        Whether to look for words and phrases typical of each outlet.
    pairs
        The number of outlets in ``pairs``: those with the most articles.
    placebo
        How often to split each outlet with 20 or more articles at random, to count false findings; 0 for never.
    model, target
        A model of :func:`train`, or its folder: adds its probabilities for every article, their means by outlet, and the
        weights of cues. ``target`` is which target, for a model with targets.
    seed
        The seed for everything random.
    threads
        The number of threads; one per core by default. The results are the same for any number.
    progress
        ``True``, ``False``, or a function that is called with the stage and how far it is (0 to 1). ``None`` shows a tqdm
        bar in terminals and notebooks, if tqdm is installed.
    **columns
        How the articles are read: names of columns (``text=``, ``outlet=``, ``id=``, ``date=``, ``title=``,
        ``author=``, ``url=``, ``language=``; an empty name means none), ``date_order=`` (``"guess"``: decided
        by the other dates, ``"month-first"``, ``"day-first"``), ``skip_bad_rows=``; for files also ``manifest=``,
        ``outlet_from_folder=``, ``encoding=``, ``input_format=``.

    Raises
    ------
    UsageError, DataError, FileError
        With the same text as the program's errors. Rows of data frames are counted from 1.
    KeyboardInterrupt
        If Ctrl-C stops the run.

    Examples
    --------
    >>> import aslant
    >>> result = aslant.compare("seeds/articles", "seeds/cues/syria.toml", placebo=0)
    >>> row = result.contrasts.to_pandas().query("outlet == 'Free Levant' and voice == 'own' and pole == 'regime'")
    >>> row["share"].round(2).tolist()
    [0.62]
    """
    given = {name: value for name, value in locals().items() if name not in ("articles", "columns", "progress", "out", "formats")}
    _check_out(out, "compare", formats)
    with Bar(progress) as bar:
        native = _aslant.compare(
            _articles(articles),
            None if cues is None else lexicons(cues),
            counting={
                "by": by,
                "voice": voice,
                "reprints": reprints,
                "same_story": same_story,
                "keep_boilerplate": keep_boilerplate,
                "ngrams": (1, 3),
                "min_articles": None,
                "placebo": placebo,
                "seed": seed,
            },
            comparing={
                "pairs": pairs,
                "context_model": context_model,
                "keywords": keywords,
                "model": None if model is None else Model.of(model)._native,
                "target": target,
                "arguments": _called("compare", given, columns),
            },
            reading=reading(columns),
            running=running(bar, threads),
        )
    result = Comparison(native)
    if out is not None:
        result.save(out, formats)
    return result


@checked
def tally(
    articles: Articles,
    out: PathLike,
    cues: Cues | None = None,
    *,
    label: str | None = None,
    keep: Sequence[str] = (),
    omit: Sequence[str] = (),
    detail: str = "counts",
    voice: str = "own",
    keep_boilerplate: bool = False,
    features: Sequence[str] = (),
    ngrams: tuple[int, int] | None = None,
    char_ngrams: tuple[int, int] | None = None,
    threads: int | None = None,
    progress: Progress = None,
    **columns: Unpack[Reading],
) -> str:
    """Counts articles and keeps the counts without the texts, as ``aslant tally`` does; returns the folder's path.

    :func:`compare` and :func:`train` take the folder instead of articles and give the same tables, except that ``evidence``
    is empty, and the same model. ``docs/privacy.md`` says what can be read from a tally.

    Parameters
    ----------
    articles
        As in :func:`compare`. Folders made with ``detail="ordered"`` are combined into one with counts; then give nothing else.
    out
        The folder; an existing tally is replaced.
    cues
        As in :func:`compare`.
    label
        A column to keep, with the counts from which :func:`train` learns it; ``features``, ``ngrams`` and ``char_ngrams``
        ((1, 2) and (2, 5) by default) say which counts, as in :func:`train`.
    keep
        Other columns to keep, for ``by=``.
    omit
        What to leave out: ``"title"``, ``"url"``, ``"author"``, ``"speakers"``, ``"contexts"``.
    detail
        ``"counts"``, or ``"ordered"``: the words in their order, for parts to be combined.
    voice, keep_boilerplate, threads, progress, **columns
        As in :func:`compare`.

    Examples
    --------
    >>> import aslant, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> tally = aslant.tally("seeds/articles", folder.name, "seeds/cues/syria.toml", omit="title")
    >>> aslant.compare(tally, placebo=0)
    <aslant.Comparison: 41 articles, 4 outlets, 386 uses of cues>
    """
    with Bar(progress) as bar:
        _, noticed = _aslant.tally(
            _articles(articles),
            None if cues is None else lexicons(cues),
            out=os.fspath(out),
            keeping=keeping(
                columns=keep,
                label=label,
                features=features,
                ngrams=ngrams,
                char_ngrams=char_ngrams,
                omit=omit,
                detail=detail,
                voice=voice,
                keep_boilerplate=keep_boilerplate,
            ),
            reading=reading(columns),
            running=running(bar, threads),
        )
    told(noticed)
    return os.fspath(out)


@checked
def discover(
    articles: Articles,
    *,
    out: PathLike | None = None,
    formats: Sequence[str] = ("csv",),
    by: str = "outlet",
    voice: str = "own",
    ngrams: tuple[int, int] = (1, 3),
    min_articles: int | None = None,
    reprints: str = "drop",
    same_story: bool = False,
    keep_boilerplate: bool = False,
    placebo: int = 20,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress = None,
    **columns: Unpack[Reading],
) -> Discovery:
    """Finds words and phrases typical of each outlet without a lexicon, as ``aslant discover`` does.

    ``ngrams`` are the lengths of the shortest and the longest phrase in words, 1 to 3; ``min_articles`` is the number of
    articles in which a term must appear (by default a thousandth of them, at least 5). The other arguments are those of
    :func:`compare`.

    >>> import aslant
    >>> found = aslant.discover("seeds/articles", placebo=0)
    >>> found.keywords.columns[:3]
    ['outlet', 'term', 'count']
    """
    given = {name: value for name, value in locals().items() if name not in ("articles", "columns", "progress", "out", "formats")}
    _check_out(out, "discover", formats)
    with Bar(progress) as bar:
        native = _aslant.discover(
            _articles(articles),
            counting={
                "by": by,
                "voice": voice,
                "reprints": reprints,
                "same_story": same_story,
                "keep_boilerplate": keep_boilerplate,
                "ngrams": tuple(ngrams),
                "min_articles": min_articles,
                "placebo": placebo,
                "seed": seed,
            },
            arguments=_called("discover", given, columns),
            reading=reading(columns),
            running=running(bar, threads),
        )
    result = Discovery(native)
    if out is not None:
        result.save(out, formats)
    return result


def keeping(**options: Any) -> dict[str, Any]:
    """What is kept of the articles, as the native part takes it."""
    for name in ("columns", "features", "omit"):
        given = options[name]
        options[name] = [given] if isinstance(given, str) else list(given)
    for name in ("ngrams", "char_ngrams"):
        options[name] = None if options[name] is None else tuple(options[name])
    return options


# The functions' own argument has the same name.
_articles = articles


def _called(function: str, given: dict[str, Any], columns: Reading) -> list[str]:
    import inspect

    signature = inspect.signature(globals()[function]).parameters
    defaults = {name: parameter.default for name, parameter in signature.items()}
    shown = {name: os.fspath(value) if isinstance(value, os.PathLike) else value for name, value in given.items()}
    return called(function, {**shown, **columns}, defaults)


def _check_out(out: PathLike | None, command: str, formats: Sequence[str]) -> None:
    """Whether results can be written where they are to go, before hours of work."""
    if out is not None:
        _aslant.check_out(os.fspath(out), command, _formats(formats))
    elif _formats(formats) != ["csv"]:
        raise UsageError(f"formats without a folder\n  found:    formats={formats!r}\n  help: name the folder with out=…")


def _formats(formats: Sequence[str]) -> list[str]:
    return [formats] if isinstance(formats, str) else list(formats)
