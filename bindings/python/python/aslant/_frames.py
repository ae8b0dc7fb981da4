"""Data frames in, tables out."""

from __future__ import annotations

import html
import os
from typing import TYPE_CHECKING, Any, Iterator, Sequence, Union

from . import _aslant
from .errors import UsageError

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

#: What articles are given as: a pandas, polars or Arrow table, or paths of files and folders.
Articles = Union["pandas.DataFrame", "polars.DataFrame", "pyarrow.Table", str, os.PathLike, Sequence[Union[str, os.PathLike]], Any]

#: Rows that a notebook shows.
_SHOWN = 10


def paths(given: Any) -> list[str] | None:
    """Paths as a list of strings; None for what is no path."""
    if isinstance(given, (str, os.PathLike)):
        return [os.fspath(given)]
    if isinstance(given, (list, tuple)) and given and all(isinstance(path, (str, os.PathLike)) for path in given):
        return [os.fspath(path) for path in given]
    return None


def articles(given: Articles) -> Any:
    """What the native part takes: paths, or something with Arrow's C stream."""
    found = paths(given)
    if found is not None:
        return found
    if _is_pandas(given):
        return _from_pandas(given)
    if hasattr(given, "__arrow_c_stream__"):
        return given
    if hasattr(given, "collect") and type(given).__module__.startswith("polars"):
        return given.collect()
    if hasattr(given, "__arrow_c_array__"):
        return _pyarrow().table(_pyarrow().record_batch(given))
    raise UsageError(
        "articles of a kind that isn't read\n"
        f"  found:    {type(given).__module__}.{type(given).__qualname__}\n"
        "  expected: a pandas, polars or Arrow table, a record batch reader, or paths of files and folders"
    )


def _is_pandas(given: Any) -> bool:
    return type(given).__module__.split(".")[0] == "pandas" and hasattr(given, "columns")


def _from_pandas(frame: pandas.DataFrame) -> Any:
    """A pandas frame as an Arrow table without its index. Columns that Arrow can't take are left out: they may be of no
    concern, and a column that is asked for and isn't there is told by its name."""
    pyarrow = _pyarrow()
    arrays, names = [], []
    for at, name in enumerate(frame.columns):
        values = frame.iloc[:, at]
        try:
            column = pyarrow.Array.from_pandas(values)
        except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, pyarrow.ArrowNotImplementedError, TypeError) as problem:
            # Numbers among texts, and such: as text they can be read.
            missing = values.isna()
            if not all(isinstance(value, (str, int, float, bool)) for value in values[~missing]):
                continue
            try:
                column = pyarrow.array([None if gone else str(value) for value, gone in zip(values, missing)], "string")
            except pyarrow.ArrowException:
                raise UsageError(f"a column that Arrow can't take\n --> column `{name}`\n  found:    {problem}") from None
        arrays.append(column)
        names.append(str(name))
    return pyarrow.table(arrays, names=names)


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

    ``to_pandas()``, ``to_polars()``, ``to_arrow()`` and ``to_dict()`` turn it into what you work with. Whatever reads
    Arrow's C stream interface takes it as it is: ``polars.DataFrame(table)``, ``pyarrow.table(table)``,
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

        Counts with absent values become floats, as is pandas' way; ``types_mapper=pandas.ArrowDtype`` keeps them.
        """
        try:
            import pyarrow
        except ImportError:
            import pandas

            return pandas.DataFrame(self.to_dict(), columns=self.columns)
        return pyarrow.table(self._frame).to_pandas(**options)

    def to_polars(self) -> polars.DataFrame:
        """A polars data frame; nothing is copied."""
        import polars

        return polars.DataFrame(self._frame)

    def __repr__(self) -> str:
        return f"<aslant.Table {self.name}: {len(self)} rows × {len(self.columns)} columns>"

    def _repr_html_(self) -> str:
        return rows_as_html(self._frame.to_pydict(_SHOWN), len(self))


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
