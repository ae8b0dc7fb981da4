"""Data frames in, tables out."""

from __future__ import annotations

import datetime
import html
import numbers
import os
from collections.abc import Set
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping, Protocol, Sequence, Union

from . import _aslant
from .errors import DataError, UsageError

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


class ArrowStream(Protocol):
    """Anything with Arrow's C stream interface: tables of Arrow, polars, pandas, duckdb."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


#: The path of a file or folder.
PathLike = Union[str, "os.PathLike[str]"]

#: What articles are given as: a pandas, polars or Arrow table, rows or columns of Python's own, or paths of files and folders.
Articles = Union[
    ArrowStream,
    "pandas.DataFrame",
    "polars.LazyFrame",
    Mapping[str, Sequence[Any]],
    Sequence[Mapping[str, Any]],
    PathLike,
    Sequence[PathLike],
]

#: Rows that a notebook shows.
_SHOWN = 10


def paths(given: Any) -> list[str] | None:
    """Paths as a list of strings; None for what is no path."""
    if isinstance(given, (str, os.PathLike)):
        return [os.fspath(given)]
    if isinstance(given, (list, tuple)) and given and all(isinstance(path, (str, os.PathLike)) for path in given):
        return [os.fspath(path) for path in given]
    return None


def articles(given: Any) -> Any:
    """What the native part takes: paths, or something with Arrow's C stream."""
    found = paths(given)
    if found is not None:
        return _checked(found)
    if type(given).__name__ == "Series" and _library(given) in ("pandas", "polars"):
        raise UsageError(
            "a column instead of a frame\n"
            f"  found:    {type(given).__module__}.{type(given).__qualname__}\n"
            '  expected: a frame with one row per article; for texts alone: {"text": texts}'
        )
    if _library(given) == "pandas" and hasattr(given, "columns"):
        return _from_pandas(given)
    if hasattr(given, "__arrow_c_stream__"):
        return given
    if hasattr(given, "collect") and _library(given) == "polars":
        return given.collect()
    if hasattr(given, "__arrow_c_array__"):
        return _pyarrow().table(_pyarrow().record_batch(given))
    if isinstance(given, Mapping):
        return _table((str(name), _column(str(name), values)) for name, values in given.items())
    if isinstance(given, (list, tuple)) and all(isinstance(row, Mapping) for row in given):
        if not given:
            raise DataError(f"no articles\n  found:    an empty {type(given).__name__}")
        # A key that only some rows have is a column, too.
        names = dict.fromkeys(name for row in given for name in row)
        return _table((str(name), [row.get(name) for row in given]) for name in names)
    raise UsageError(
        "articles of a kind that isn't supported\n"
        f"  found:    {type(given).__module__}.{type(given).__qualname__}\n"
        "  expected: a pandas, polars or Arrow table, a record batch reader, a list of dictionaries, a dictionary of lists, or "
        "paths of files and folders"
    )


def _column(name: str, values: Any) -> list[Any]:
    """A column of a dictionary as a list. A text would be one of letters, and a set has no order."""
    if isinstance(values, (str, bytes, Mapping, Set)) or not isinstance(values, Iterable):
        shown = repr(values)
        raise UsageError(
            f"a column that isn't a list\n  found:    {name!r}: {shown if len(shown) <= 60 else shown[:59] + '…'}\n"
            "  expected: a list with one value per article, even if all are the same"
        )
    return list(values)


def _checked(found: list[str]) -> list[str]:
    """Paths as they are; texts in the place of paths are told."""
    for path in found:
        if (" " in path or "\n" in path) and not os.path.exists(path):
            shown = path if len(path) <= 60 else path[:59] + "…"
            raise UsageError(
                f"no such file or folder\n  found:    {shown!r}\n"
                '  expected: paths; put texts into a frame, such as {"text": texts}'
            )
    return found


def _library(given: Any) -> str:
    return type(given).__module__.split(".")[0]


def _from_pandas(frame: pandas.DataFrame) -> Any:
    """A pandas frame as an Arrow table. What its index calls by a name is a column, too."""
    columns = [(str(frame.columns[at]), _readable(frame.iloc[:, at])) for at in range(frame.shape[1])]
    taken = {name for name, _ in columns}
    for level, name in enumerate(frame.index.names):
        if name is not None and str(name) not in taken:
            columns.append((str(name), _readable(frame.index.get_level_values(level).to_series())))
    return _table(columns)


def _readable(column: Any) -> Any:
    """Periods by their names: Arrow would have their numbers, counted from 1970."""
    return column.astype("string") if str(column.dtype).startswith("period[") else column


def _table(columns: Iterable[tuple[str, Any]]) -> Any:
    """Columns as an Arrow table. Those that Arrow can't take are left out: they may be of no concern, and a column that is
    asked for and isn't there is told by its name."""
    pyarrow = _pyarrow()
    arrays, names = [], []
    for name, values in columns:
        try:
            array = pyarrow.array(values, from_pandas=True)
        except UnicodeEncodeError:
            raise _no_unicode(name, values) from None
        except (pyarrow.ArrowException, TypeError, ValueError, OverflowError):
            as_texts = [_as_text(value) for value in values]
            if any(text is NotImplemented for text in as_texts):
                continue
            try:
                array = pyarrow.array(as_texts, "large_string")
            except UnicodeEncodeError:
                raise _no_unicode(name, as_texts) from None
        arrays.append(array)
        names.append(name)
    lengths = {len(array) for array in arrays}
    if len(lengths) > 1:
        raise UsageError(f"columns of different lengths\n  found:    {dict(zip(names, map(len, arrays)))}")
    return pyarrow.table(arrays, names=names)


def _no_unicode(name: str, values: Iterable[Any]) -> DataError:
    """The error for a text that can't be written as UTF-8, with its place."""
    for row, value in enumerate(values, 1):
        try:
            str(value).encode()
        except UnicodeEncodeError as error:
            found = f"{error.object[error.start : error.end]!r} at character {error.start + 1}"
            break
    return DataError(
        f"a text that isn't valid Unicode\n --> frame, row {row}, column `{name}`\n  found:    {found}\n"
        '  help: such half letters come from files that were read with errors="surrogateescape": name their encoding instead'
    )


def _as_text(value: Any) -> Any:
    """A value of a column that has values of several kinds, as text; dates and numbers can be read of it."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (str, numbers.Number)):
        return str(value) if value == value else None
    return NotImplemented


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError:
        raise UsageError(
            "pyarrow is not installed\n  help: pip install pyarrow (polars frames and files are read without it)"
        ) from None
    return pyarrow


class Table:
    """One table of results, in Arrow's memory.

    ``to_pandas()``, ``to_polars()``, ``to_arrow()`` and ``to_dict()`` convert it. Whatever reads Arrow's C stream interface
    takes it as it is: ``polars.DataFrame(table)``, ``pyarrow.table(table)``,
    ``duckdb.sql("select * from table")``.

    >>> import aslant
    >>> result = aslant.compare("seeds/articles", "seeds/cues/syria.toml", placebo=0)
    >>> result.contrasts.columns[:5]
    ['outlet', 'voice', 'contrast', 'pole', 'count']
    """

    def __init__(self, frame: _aslant.Frame, name: str = "table") -> None:
        self._frame = frame
        #: The table's name, as its file is called.
        self.name = name

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self._frame.column_names()

    def __len__(self) -> int:
        return len(self._frame)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Row by row, as dictionaries."""
        columns = self.to_dict()
        return (dict(zip(columns, row)) for row in zip(*columns.values()))

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._frame.__arrow_c_stream__(requested_schema)

    def to_dict(self) -> dict[str, list[Any]]:
        """The columns as lists; absent values are None."""
        return self._frame.to_pydict(len(self))

    def to_arrow(self) -> pyarrow.Table:
        """A ``pyarrow.Table``; nothing is copied."""
        return _pyarrow().table(self._frame)

    def to_pandas(self, **options: Any) -> pandas.DataFrame:
        """A pandas data frame; options go to ``pyarrow.Table.to_pandas``.

        Dates are ``datetime64``, unless ``date_as_object=True`` is given. Counts with absent values become floats, as usual
        in pandas; ``types_mapper=pandas.ArrowDtype`` keeps them.
        """
        try:
            import pyarrow
        except ImportError:
            import pandas

            frame = pandas.DataFrame(self.to_dict(), columns=self.columns)
            for name in self._frame.date_columns():
                frame[name] = pandas.to_datetime(frame[name])
            return frame
        return pyarrow.table(self._frame).to_pandas(**{"date_as_object": False, **options})

    def to_polars(self) -> polars.DataFrame:
        """A polars data frame; nothing is copied."""
        import polars

        return polars.DataFrame(self._frame)

    def __repr__(self) -> str:
        return f"<aslant.Table {self.name}: {len(self)} rows × {len(self.columns)} columns>"

    def _repr_html_(self) -> str:
        return rows_as_html(self._frame.to_pydict(_SHOWN), len(self))


def as_html(text: str) -> str:
    """Lines that were made for a terminal, for a notebook."""
    style = "line-height:1.25;white-space:pre;overflow-x:auto;font-family:ui-monospace,Menlo,Consolas,monospace"
    return f'<pre style="{style}">{html.escape(text)}</pre>'


def rows_as_html(columns: dict[str, list[Any]], of: int) -> str:
    """Some rows as a table for a notebook; every text is escaped."""

    def shown(value: Any) -> str:
        if value is None:
            return ""
        text = f"{value:.4g}" if isinstance(value, float) else str(value)
        return html.escape(text if len(text) <= 80 else text[:79] + "…")

    head = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{shown(value)}</td>" for value in row) + "</tr>" for row in zip(*columns.values())
    )
    rows = len(next(iter(columns.values()), []))
    more = f"<p>{rows} of {of:,} rows</p>" if rows < of else f"<p>{of:,} rows</p>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
