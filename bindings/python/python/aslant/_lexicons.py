"""Lexicons, as files or as dictionaries."""

from __future__ import annotations

import json
import os
from typing import Any, Iterable, Mapping, Sequence, Union

from ._frames import PathLike, paths
from .errors import UsageError

#: A pole: its cues, or a dictionary with ``cues``, and ``leans`` and ``except`` where it has them.
Pole = Union[str, Sequence[str], Mapping[str, Union[str, Sequence[str]]]]

#: Lexicons: paths of files, or poles by contrast and name.
Cues = Union[PathLike, Sequence[PathLike], Mapping[str, Mapping[str, Pole]]]


def lexicons(cues: Cues) -> Any:
    """Paths, or a lexicon as TOML."""
    found = paths(cues)
    if found is not None:
        for path in found:
            if not os.path.splitext(path)[1] and not os.path.exists(path):
                raise UsageError(
                    f"no such lexicon\n  found:    {path!r}\n"
                    '  expected: a path, or a dictionary such as {"state": {"government": ["government"], "regime": ["regime"]}}'
                )
        return found
    if not isinstance(cues, Mapping):
        raise UsageError(
            f"cues of a kind that isn't supported\n  found:    {type(cues).__qualname__}\n"
            "  expected: paths of lexicons, or a dictionary of contrasts, each a dictionary of poles with lists of cues"
        )
    lines = []
    for contrast, poles in cues.items():
        if not isinstance(poles, Mapping):
            raise UsageError(
                f"a contrast that isn't a dictionary\n  found:    {contrast!r}: {poles!r}\n"
                '  expected: its poles, each with a list of cues: {"state": {"government": ["government"], "regime": ["regime"]}}'
            )
        lines += ["[[contrast]]", f"name = {_toml(contrast)}"]
        for pole, of in poles.items():
            lines += ["[[contrast.pole]]", f"name = {_toml(pole)}", *_pole(pole, of)]
    return "\n".join(lines)


def _pole(pole: str, of: Pole) -> list[str]:
    """The cues of a pole, and which end it leans to, as lines of TOML."""
    if not isinstance(of, Mapping):
        of = {"cues": of}
    unknown = [name for name in of if name not in ("cues", "leans", "except")]
    if unknown or "cues" not in of:
        raise UsageError(
            f"a pole that can't be understood\n  found:    {pole!r}: {dict(of)!r}\n"
            '  expected: a list of cues, or a dictionary with "cues", and optional "leans" and "except"'
        )
    lines = [f"leans = {_toml(of['leans'])}"] if of.get("leans") else []
    for name in ("cues", "except"):
        if name in of:
            cues = [of[name]] if isinstance(of[name], str) else of[name]
            if not isinstance(cues, Iterable) or isinstance(cues, bytes):
                raise UsageError(f"cues that aren't a list\n  found:    {pole!r}: {cues!r}\n  expected: a text, or a list of texts")
            lines.append(f"{name} = [{', '.join(map(_toml, cues))}]")
    return lines


def _toml(text: Any) -> str:
    # A string of JSON is one of TOML.
    return json.dumps(str(text), ensure_ascii=False)
