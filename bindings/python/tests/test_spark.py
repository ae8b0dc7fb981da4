"""Spark: the same tables, whatever becomes of a worker. Needs pyspark and Java."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any, Iterator

import pandas
import pytest
from conftest import CUES, same_tables

import aslant

pyspark = pytest.importorskip("pyspark", reason="Spark is not tested: no pyspark (tests/python.sh --spark installs it)")
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("Spark is not tested: no Java (Debian: apt-get install default-jre-headless)", allow_module_level=True)

import aslant.spark  # noqa: E402
from pyspark.sql import DataFrame, SparkSession  # noqa: E402
from pyspark.sql import functions as F  # noqa: E402


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    """A driver and two workers, each a process of its own, which find what the tests import."""
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.executor.memory": "512m",
        "spark.executorEnv.PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "spark.sql.execution.arrow.maxRecordsPerBatch": "4",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
    }
    os.environ.update(SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable)
    builder = SparkSession.builder.master("local-cluster[2,1,512]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def df(spark: SparkSession, frame: pandas.DataFrame) -> DataFrame:
    """The sample articles in three partitions, with a label and a column that no article has."""
    rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False)
    articles = spark.createDataFrame([tuple(row) for row in rows], ", ".join(f"{name} string" for name in frame.columns))
    odd = articles.withColumn("half", F.when(F.substring("id", 1, 1) == "0", "one").otherwise("two"))
    return odd.withColumn("map", F.create_map(F.lit("a"), F.lit(1))).repartition(3)


def parts(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).parts[0] for path in folder.glob("**/*.parquet"))


@pytest.fixture(scope="module")
def folder(df: DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spark") / "tally"
    assert aslant.spark.tally(df, folder, CUES, label="half") == str(folder)
    return folder


def test_tables_are_those_of_the_articles(folder: Path, written: Path, tmp_path: Path) -> None:
    aslant.compare(folder, out=tmp_path / "parts", progress=False)
    same_tables(tmp_path / "parts", written / "out", "evidence")
    assert aslant.tally(folder, tmp_path / "counts", progress=False) == str(tmp_path / "counts")
    aslant.compare(tmp_path / "counts", out=tmp_path / "counted", progress=False)
    same_tables(tmp_path / "counted", written / "out", "evidence")


def test_a_model_is_that_of_the_articles(folder: Path, frame: pandas.DataFrame, tmp_path: Path) -> None:
    half = frame["id"].str.startswith("0").map({True: "one", False: "two"})
    options: dict[str, Any] = {"features": "word", "ngrams": (1, 1), "min_df": 2, "c": 1.0, "progress": False}
    aslant.train(frame.assign(half=half), "half", out=tmp_path / "articles", **options)
    aslant.train(folder, "half", out=tmp_path / "parts", **options)
    assert (tmp_path / "parts" / "terms.csv").read_bytes() == (tmp_path / "articles" / "terms.csv").read_bytes()


def dies_in_the_second_pass(runs: Path) -> Any:
    """Hands rows on, and once takes its worker along in the middle of the second pass."""

    def through(batches: Iterator[Any]) -> Iterator[Any]:
        for number, batch in enumerate(batches):
            yield batch
            if number == 0 and pyspark.TaskContext.get().partitionId() == 0:
                done = len(list(runs.iterdir()))
                (runs / str(done)).mkdir()
                if done == 1:
                    daemon = Path(f"/proc/{os.getppid()}/stat").read_text()
                    os.kill(int(daemon.rpartition(")")[2].split()[1]), signal.SIGKILL)

    return through


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="a worker is only found on Linux")
def test_a_worker_that_is_lost_leaves_nothing_half_or_twice(df: DataFrame, written: Path, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    dying = df.drop("map").mapInArrow(dies_in_the_second_pass(tmp_path / "runs"), df.drop("map").schema)
    out = tmp_path / "tally"
    aslant.spark.tally(dying, out, CUES)
    assert len(list((tmp_path / "runs").iterdir())) > 2
    aslant.compare(out, out=tmp_path / "results", progress=False)
    same_tables(tmp_path / "results", written / "out", "evidence")


def test_a_tally_is_replaced_whole_or_not_at_all(df: DataFrame, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "tally"
    shutil.copytree(folder, out)
    before, header = parts(out), (out / "tally.json").read_bytes()
    bad = df.withColumn("date", F.when(F.col("id") == "03-free-levant", "May").otherwise(F.col("date")))
    with pytest.raises(aslant.DataError, match="unreadable date\n --> partition ., batch ., row ., column `date`"):
        aslant.spark.tally(bad, out, CUES)
    with pytest.raises(aslant.DataError, match="an id used twice\n  found:    '01-free-levant' in 2 rows"):
        aslant.spark.tally(df.union(df.where("id = '01-free-levant'")), out, CUES)
    assert parts(out) == before and (out / "tally.json").read_bytes() == header
    aslant.spark.tally(bad, out, CUES, skip_bad_rows=True)
    assert not set(parts(out)) & set(before)
    found = aslant.compare(out, placebo=0, progress=False)
    assert len(found.articles) == 40 and any("1 row that couldn't be read" in warning for warning in found.warnings)
    # A tally that is made elsewhere takes the place of one of Spark.
    aslant.tally(folder, out, progress=False)
    assert parts(out) == ["articles.parquet", "contexts.parquet", "feature-terms.parquet", "features.parquet", "terms.parquet"]


def test_what_can_not_be_counted_is_told_before(df: DataFrame, tmp_path: Path) -> None:
    with pytest.raises(aslant.DataError, match="articles without ids"):
        aslant.spark.tally(df.drop("id"), tmp_path / "tally", CUES)
    with pytest.raises(aslant.DataError, match="no column `body`"):
        aslant.spark.tally(df, tmp_path / "tally", CUES, text="body")
    with pytest.raises(aslant.UsageError, match="nothing to count"):
        aslant.spark.tally(df, tmp_path / "tally")
    with pytest.raises(aslant.DataError, match="no articles"):
        aslant.spark.tally(df.where("false"), tmp_path / "tally", CUES)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(aslant.UsageError, match="out is taken"):
        aslant.spark.tally(df, tmp_path, CUES)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
