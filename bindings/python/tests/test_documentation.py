"""What the documentation shows is so."""

from __future__ import annotations

import doctest
import importlib
import inspect
from pathlib import Path

import pytest
from conftest import REPOSITORY

import aslant


@pytest.mark.parametrize("module", ["aslant", "aslant._compare", "aslant._model", "aslant._voices", "aslant.sklearn"])
def test_examples_run(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted > 0 and found.failed == 0


def test_everything_public_is_documented() -> None:
    for name in aslant.__all__:
        public = getattr(aslant, name)
        assert name == "__version__" or inspect.getdoc(public), name
        if inspect.isclass(public):
            for member, value in inspect.getmembers(public):
                if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                    assert inspect.getdoc(value), f"{name}.{member}"


def test_spark_is_imported_when_it_is_called() -> None:
    import aslant.spark

    assert aslant.spark.__all__ == ["tally"] and inspect.getdoc(aslant.spark.tally)
    lines = Path(aslant.spark.__file__).read_text().splitlines()
    assert not [line for line in lines if line.startswith(("import pyspark", "from pyspark", "import pyarrow"))]


def test_the_native_part_is_typed() -> None:
    stubs = (Path(aslant.__file__).parent / "_aslant.pyi").read_text()
    from aslant import _aslant

    for name in dir(_aslant):
        if not name.startswith("_"):
            assert f"class {name}:" in stubs or f"def {name}(" in stubs, name
    assert (Path(aslant.__file__).parent / "py.typed").exists()
