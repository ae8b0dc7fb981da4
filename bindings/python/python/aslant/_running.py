"""How work is run: what is read, progress, threads."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any, Callable, TypedDict, Union

from .errors import DataWarning, UsageError

#: True, False, a function of the stage and how far it is (0 to 1), or None: a tqdm bar where one can be seen.
Progress = Union[bool, None, Callable[[str, float], object]]


class Reading(TypedDict, total=False):
    """The arguments that say how articles are read."""

    text: str | None
    outlet: str | None
    id: str | None
    date: str | None
    title: str | None
    author: str | None
    url: str | None
    language: str | None
    manifest: str | os.PathLike[str] | None
    outlet_from_folder: bool
    encoding: str | None
    input_format: str | None
    date_order: str
    skip_bad_rows: bool


#: The same with what they are unless they are given.
READING: Reading = {
    "text": None,
    "outlet": None,
    "id": None,
    "date": None,
    "title": None,
    "author": None,
    "url": None,
    "language": None,
    "manifest": None,
    "outlet_from_folder": False,
    "encoding": None,
    "input_format": None,
    "date_order": "guess",
    "skip_bad_rows": False,
}


def reading(given: Any) -> dict[str, Any]:
    """All options that say how articles are read."""
    return {**READING, **given}


class Bar:
    """Tells how far work is; use it in a with statement, which takes the bar away."""

    def __init__(self, progress: Progress) -> None:
        if progress is not None and not callable(progress) and not isinstance(progress, bool):
            raise UsageError(
                f"progress of an unknown kind\n  found:    progress={progress!r}\n"
                "  expected: True, False, None, or a function of a stage and a number from 0 to 1"
            )
        self._bar: Any = None
        self._stage = ""
        self._tqdm: Any = None
        self.tell: Callable[[str, float], object] | None = progress if callable(progress) else None
        if progress is True or (progress is None and _is_seen()):
            try:
                from tqdm.auto import tqdm
            except ImportError:
                if progress is True:
                    raise UsageError("tqdm is not installed\n  help: pip install tqdm") from None
            else:
                self._tqdm, self.tell = tqdm, self._show

    def _show(self, stage: str, part: float) -> None:
        if self._bar is None:
            self._bar = self._tqdm(total=1.0, bar_format="{desc} {percentage:3.0f}%|{bar}| {elapsed}", leave=False)
        if stage != self._stage:
            self._stage = stage
            self._bar.set_description_str(stage, refresh=False)
        self._bar.n = min(max(part, 0.0), 1.0)
        self._bar.refresh()

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


def _is_seen() -> bool:
    """Whether somebody looks: a terminal, or a notebook."""
    if "ipykernel" in sys.modules:
        return True
    return sys.stderr is not None and sys.stderr.isatty()


def told(noticed: list[str]) -> None:
    """Tells what was odd about articles, where what comes of them can't keep it."""
    for text in noticed:
        # The caller of the public function: told, the function, what checked its arguments, the caller.
        warnings.warn(text, DataWarning, stacklevel=4)


def running(bar: Bar, threads: int | None) -> dict[str, Any]:
    """What the native part wants to know of it."""
    return {"threads": threads, "tell": bar.tell}


def called(function: str, options: dict[str, Any], defaults: dict[str, Any]) -> list[str]:
    """How a function was called, for run.json: its name and what was not left as it is."""
    return [f"aslant.{function}"] + [
        f"{name}={value!r}" for name, value in options.items() if name not in defaults or value != defaults[name]
    ]
