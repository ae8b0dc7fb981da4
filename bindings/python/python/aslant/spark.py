"""Archives that outgrow one machine: the counting of :func:`aslant.tally` inside Spark.

>>> import aslant.spark
>>> tally = aslant.spark.tally(df, "s3a://archive/tally", "my-cues.toml")   # doctest: +SKIP

``aslant compare``, ``aslant train`` or the functions of these names then take the folder, on one machine. Needs ``pip install
aslant[spark]`` on the driver and on every worker; pyspark is imported only when :func:`tally` is called.
"""

from __future__ import annotations

import os
import posixpath
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterator, Sequence

from . import _aslant
from ._checked import checked
from ._compare import keeping
from ._frames import PathLike
from ._lexicons import Cues, lexicons
from ._running import Reading, reading
from .errors import DataError, UsageError

if TYPE_CHECKING:
    import pyarrow
    import pyspark.sql
    from typing_extensions import Unpack

__all__ = ["tally"]

#: What a pass over the articles asks for that only looks for repeated lines and bad rows.
_LOOKED_AT = ("text", "outlet", "id", "date")
#: Files of a tally that was made elsewhere.
_OTHER_FILES = ("articles.parquet", "terms.parquet", "contexts.parquet", "features.parquet", "feature-terms.parquet")
_HEADER = "tally.json"


@checked
def tally(
    df: pyspark.sql.DataFrame,
    out: PathLike,
    cues: Cues | None = None,
    *,
    label: str | None = None,
    keep: Sequence[str] = (),
    omit: Sequence[str] = (),
    voice: str = "own",
    keep_boilerplate: bool = False,
    features: Sequence[str] = (),
    ngrams: tuple[int, int] | None = None,
    char_ngrams: tuple[int, int] | None = None,
    **columns: Unpack[Reading],
) -> str:
    """Counts the articles of a Spark data frame where they are; returns the folder's path.

    The folder is a tally of parts with the words in their order (``detail="ordered"``), as private as the texts.
    :func:`aslant.compare` and :func:`aslant.train` take it and give the same results as for the articles, to the last digit;
    ``aslant.tally(out, "counts")`` makes a tally without texts from it.

    The frame is read twice: first for the lines that each outlet repeats and for bad rows, then for the counts. If the number
    of articles differs the second time (a sample without a seed, a source that grows), that is an error. Spark's own committer
    writes the parts, so a task that fails, is repeated or runs twice leaves its rows once; ``tally.json``, which names the
    parts, is put in place last. Until then an existing tally is whole, afterwards it is replaced.

    Parameters
    ----------
    df
        One row per article. It must have ids, one per article, because rows have no order in Spark.
    out
        A folder on whatever Spark writes to: ``s3a://``, ``abfss://``, ``gs://``, ``hdfs://``, ``file://``. An existing
        tally is replaced.
    cues, label, keep, omit, voice, keep_boilerplate, features, ngrams, char_ngrams
        As in :func:`aslant.tally`. Lexicons are read on the driver.
    **columns
        How the rows are read, as in :func:`aslant.compare`: ``text=``, ``outlet=``, ``id=``, …, ``date_order=``,
        ``skip_bad_rows=``. Times become dates in Spark's time zone. Whether days or months come first in dates is
        decided by the rows of all partitions together.

    Raises
    ------
    UsageError, DataError
        Before the first pass for columns and arguments; after it for rows that can't be read, named by partition, batch
        and row; after the second for an id that is used twice.

    Examples
    --------
    >>> tally = aslant.spark.tally(df, "hdfs:///tally", {"state": {"government": ["government"], "regime": ["regime"]}},
    ...                            outlet="source", keep=["section"])   # doctest: +SKIP
    """
    spark, out = df.sparkSession, os.fspath(out).rstrip("/")
    if type(df).__module__.startswith("pyspark.sql.connect"):
        raise UsageError(
            "a session of Spark Connect\n  expected: a driver of its own\n"
            "  help: run it as a job (spark-submit), or in a session that is not of Spark Connect"
        )
    if cues is None and label is None:
        raise UsageError("nothing to count\n  expected: cues=… for aslant.compare, label=… for aslant.train, or both")
    folder = _Folder(spark, out)
    folder.check()
    counted_by = [] if cues is None else _aslant.lexicons(lexicons(cues))
    kept = keeping(
        columns=keep,
        label=label,
        features=features,
        ngrams=ngrams,
        char_ngrams=char_ngrams,
        omit=omit,
        detail="ordered",
        voice=voice,
        keep_boilerplate=keep_boilerplate,
    )
    rows = _Rows.of(df, kept, reading(columns))
    threads = int(spark.conf.get("spark.task.cpus", "1") or 1)
    survey = _survey(rows, threads)
    articles = survey.check()
    parts = f"parts-{uuid.uuid4().hex}"
    try:
        _count(rows, threads, counted_by, survey, f"{out}/{parts}")
        _check(spark, f"{out}/{parts}", articles)
        header = survey.header(counted_by, kept, _files(spark, out, parts))
    except BaseException:
        folder.delete(parts)
        raise
    folder.commit(header, parts)
    return out


@dataclass
class _Rows:
    """The columns of a frame that are read."""

    df: pyspark.sql.DataFrame
    #: By what they are to an article; kept columns are ``also``.
    roles: list[tuple[str, str]]
    keeping: dict[str, Any]
    reading: dict[str, Any]

    @classmethod
    def of(cls, df: pyspark.sql.DataFrame, kept: dict[str, Any], asked: dict[str, Any]) -> _Rows:
        roles = _aslant.part_columns(_empty(df), keeping=kept, reading=asked)
        # What was found is asked for from here on: a column that is not taken along must not be looked for.
        found = {role: name for role, name in roles if role != "also"}
        return cls(df, roles, kept, {**asked, **{role: found.get(role, "") for role in _LOOKED_AT + _TOLD}})

    def looked_at(self) -> _Rows:
        """Only what the first pass needs."""
        roles = [(role, name) for role, name in self.roles if role in _LOOKED_AT]
        kept = {**self.keeping, "columns": [], "label": None}
        return _Rows(self.df, roles, kept, {**self.reading, **dict.fromkeys(_TOLD, "")})

    def selected(self) -> pyspark.sql.DataFrame:
        from pyspark.sql import functions as F

        kinds = dict(self.df.dtypes)
        columns: dict[str, Any] = {}
        for role, name in self.roles:
            column = F.col(f"`{name.replace('`', '``')}`")
            if kinds[name].startswith("timestamp"):
                column = column.cast("date" if role == "date" else "string").alias(name)
            columns.setdefault(name, column)
        return self.df.select(*columns.values())


_TOLD = ("title", "author", "url", "language")


def _empty(df: pyspark.sql.DataFrame) -> pyarrow.Table:
    """The columns of a frame, without rows. Those of types that Arrow can't have are left out: nobody reads them."""
    import pyarrow
    from pyspark.sql.pandas.types import to_arrow_type

    fields = []
    for field in df.schema.fields:
        try:
            fields.append(pyarrow.field(field.name, to_arrow_type(field.dataType)))
        except Exception:  # Which one it is differs from version to version.
            continue
    return pyarrow.schema(fields).empty_table()


@dataclass
class _Worker:
    """What a task needs to know; it is sent to every worker."""

    version: str
    keeping: dict[str, Any]
    reading: dict[str, Any]
    threads: int

    def named(self, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[tuple[pyarrow.Table, str]]:
        """The batches of a partition, and what messages call them."""
        import pyarrow
        from pyspark import TaskContext

        if _aslant.__version__ != self.version:
            raise RuntimeError(f"aslant {_aslant.__version__} on this worker, {self.version} on the driver")
        context = TaskContext.get()
        partition = 0 if context is None else context.partitionId()
        for number, batch in enumerate(batches, 1):
            yield pyarrow.Table.from_batches([batch]), f"partition {partition}, batch {number}"

    @property
    def running(self) -> dict[str, Any]:
        return {"threads": self.threads, "tell": None}


def _worker(rows: _Rows, threads: int) -> dict[str, Any]:
    return {"version": _aslant.__version__, "keeping": rows.keeping, "reading": rows.reading, "threads": threads}


@dataclass
class _Surveyor(_Worker):
    """The first pass over a partition."""

    def __call__(self, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        survey = _aslant.PartSurvey()
        for table, name in self.named(batches):
            survey.add(table, name, keeping=self.keeping, reading=self.reading, running=self.running)
        yield pyarrow.RecordBatch.from_pydict({"survey": [survey.to_bytes()]})


def _merged(one: bytes, other: bytes) -> bytes:
    survey = _aslant.PartSurvey(one)
    survey.merge(other)
    return survey.to_bytes()


# A file is hashed as one value in a worker's memory: at some 5 KB an article these are 100 MB.
_ROWS_A_FILE = 20_000


def _survey(rows: _Rows, threads: int) -> _aslant.PartSurvey:
    rows = rows.looked_at()
    surveyed = rows.selected().mapInArrow(_Surveyor(**_worker(rows, threads)), "survey binary")
    surveys = surveyed.rdd.map(lambda row: bytes(row[0]))
    # A survey has some megabytes: only a few come to the driver, whatever the number of partitions.
    partitions = surveys.getNumPartitions()
    if partitions == 0:
        return _aslant.PartSurvey()
    return _aslant.PartSurvey(surveys.treeReduce(_merged, depth=2 if partitions <= 100 else 3))


@dataclass
class _Counter(_Worker):
    """The second pass over a partition."""

    lexicons: list[tuple[str, str]]
    survey: bytes

    def __call__(self, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        counter = None
        for table, name in self.named(batches):
            counter = counter or self.counter()
            yield from (batch for batch in self.counted(counter, table, name).to_batches() if batch.num_rows)

    def counter(self) -> _aslant.PartCounter:
        return _aslant.PartCounter(self.lexicons, self.survey, keeping=self.keeping, reading=self.reading)

    def counted(self, counter: _aslant.PartCounter, table: pyarrow.Table, name: str) -> pyarrow.Table:
        import pyarrow

        return pyarrow.table(counter.count(table, name, running=self.running))


def _count(
    rows: _Rows, threads: int, lexicons: list[tuple[str, str]], survey: _aslant.PartSurvey, place: str
) -> None:
    from pyspark.sql.pandas.types import from_arrow_schema

    counter = _Counter(**_worker(rows, threads), lexicons=lexicons, survey=survey.to_bytes())
    selected = rows.selected()
    schema = counter.counted(counter.counter(), _empty(selected), "frame").schema
    counted = selected.mapInArrow(counter, from_arrow_schema(schema))
    counted.write.option("compression", "zstd").option("maxRecordsPerFile", _ROWS_A_FILE).parquet(place)


def _check(spark: pyspark.sql.SparkSession, place: str, articles: int) -> None:
    """Whether every article that was looked at in the first pass was counted in the second, once."""
    from pyspark.sql import functions as F

    # One job for both: how many rows there are, and which ids have more than one.
    by_id = spark.read.parquet(place).groupBy("id").count()
    again = F.when(F.col("count") > 1, F.struct("id", "count"))
    [found] = by_id.agg(F.sum("count").alias("rows"), F.min(again).alias("first"), F.count(again).alias("all")).collect()
    counted = found["rows"] or 0
    if counted != articles:
        raise DataError(
            f"articles that changed between two passes\n  found:    {counted} articles, {articles} before\n"
            "  help: write the frame to files first, and count these"
        )
    if found["all"]:
        first, more = found["first"], found["all"] - 1
        raise DataError(
            f"an id used twice\n  found:    {first['id']!r} in {first['count']} rows\n  help: give each article its own id"
            + (f"\n  note: {more} more {'ids have' if more > 1 else 'id has'} this problem" if more else "")
        )


def _files(spark: pyspark.sql.SparkSession, out: str, parts: str) -> list[tuple[str, int, str]]:
    """Names, sizes and hashes of the files that were written."""
    from pyspark.sql import functions as F

    files = spark.read.format("binaryFile").option("pathGlobFilter", "*.parquet").load(f"{out}/{parts}")
    rows = files.select("path", "length", F.sha2("content", 256).alias("sha256")).collect()
    return [(f"{parts}/{posixpath.basename(row['path'])}", row["length"], row["sha256"]) for row in rows]


class _Folder:
    """The folder of a tally, wherever Spark writes to.

    Nothing in it is renamed but the small header, for object stores can't rename. Parts are written into a folder of
    their own, of a name that nobody else has, and count only when the header names them.
    """

    def __init__(self, spark: pyspark.sql.SparkSession, out: str) -> None:
        # PySpark has no other way to its file systems; it has been this one since version 1.
        gateway: Any = spark.sparkContext._gateway
        self._gateway = gateway
        self._hadoop = gateway.jvm.org.apache.hadoop.fs
        self._conf = spark.sparkContext._jsc.hadoopConfiguration()
        self._out = out
        self._path = self._hadoop.Path(out)
        self._system = self._path.getFileSystem(self._conf)

    def _in(self, name: str) -> Any:
        return self._hadoop.Path(self._path, name)

    def _names(self) -> list[str]:
        return [status.getPath().getName() for status in self._system.listStatus(self._path)]

    def check(self) -> None:
        """Whether a tally can be written there; other files are left alone."""
        if not self._system.exists(self._path):
            return
        is_file = self._system.getFileStatus(self._path).isFile()
        names = [] if is_file else self._names()
        if is_file or (_HEADER not in names and not all(_is_ours(name) for name in names)):
            raise UsageError(
                f"out is taken\n --> {self._out}\n  found:    {'a file' if is_file else 'a folder with other files in it'}\n"
                "  expected: a tally, an empty folder, or a name that is free\n  help: choose another name"
            )

    def commit(self, header: str, parts: str) -> None:
        """Puts the header in place, and takes away what it doesn't name. One run at a time may write there."""
        if not self._system.exists(self._in(parts)):
            raise DataError(
                f"parts that another run has taken away\n --> {self._out}\n  found:    no {parts}\n"
                "  help: write one tally at a time to a folder"
            )
        beside, place = self._in(f"_{parts}.json"), self._in(_HEADER)
        if self._system.getUri().getScheme() in ("file", "hdfs", "viewfs", "abfs", "abfss"):
            self._write(beside, header)
            rename = self._hadoop.Options.Rename
            overwrite = self._gateway.new_array(rename, 1)
            overwrite[0] = rename.OVERWRITE
            self._hadoop.FileContext.getFileContext(self._path.toUri(), self._conf).rename(
                self._qualified(beside), self._qualified(place), overwrite
            )
        else:
            # An object comes into being whole, when its stream is closed.
            self._write(place, header)
        for name in self._names():
            if name != parts and (name in _OTHER_FILES or _is_ours(name)):
                self.delete(name)

    def _qualified(self, path: Any) -> Any:
        return self._system.makeQualified(path)

    def _write(self, path: Any, text: str) -> None:
        stream = self._system.create(path, True)
        stream.write(bytearray(text.encode()))
        stream.close()

    def delete(self, name: str) -> None:
        self._system.delete(self._in(name), True)


def _is_ours(name: str) -> bool:
    """Whether a file or folder is one that an earlier run may have left."""
    return name.lstrip("._").startswith("parts-")
