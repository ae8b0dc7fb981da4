"""Arrow's C interface: pointers that others hand over are taken once, and only where they are what they say."""

from __future__ import annotations

import pyarrow
import pytest

import aslant
from conftest import CUES


class Hands:
    """Something that hands over the same capsule again and again."""

    def __init__(self, capsule: object):
        self.capsule = capsule

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.capsule


def table() -> pyarrow.Table:
    texts = [f"The {'government' if n % 2 else 'regime'} met for the {n}th time." for n in range(12)]
    outlets = [f"Outlet {n % 3}" for n in range(12)]
    return pyarrow.table({"id": [str(n) for n in range(12)], "outlet": outlets, "text": texts})


def test_a_stream_is_taken_once():
    hands = Hands(table().__arrow_c_stream__())
    assert aslant.compare(hands, CUES) is not None
    for _ in range(2):
        with pytest.raises((ValueError, aslant.errors.AslantError)):
            aslant.compare(hands, CUES)


@pytest.mark.parametrize(
    "capsule",
    [table().schema.__arrow_c_schema__(), table()["text"].chunk(0).__arrow_c_array__()[1], None, 7, "arrow_array_stream"],
    ids=["schema", "array", "None", "number", "text"],
)
def test_nothing_but_a_stream_is_taken(capsule: object):
    with pytest.raises((ValueError, TypeError, aslant.errors.AslantError)):
        aslant.compare(Hands(capsule), CUES)
