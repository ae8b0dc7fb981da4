"""How work is run: what is read, progress, threads."""

from __future__ import annotations

import difflib
import sys
from typing import Any, Callable, Union

from .errors import UsageError

#: True, False, a function of the stage and how far it is (0 to 1), or None: a tqdm bar where one can be seen.
Progress = Union[bool, None, Callable[[str, float], object]]

#: The options that say how articles are read, with what they are unless they are given.
READING = {
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


def reading(given: dict[str, Any]) -> dict[str, Any]:
    """All options that say how articles are read."""
    for name in given:
        if name not in READING:
            near = difflib.get_close_matches(name, READING, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; expected one of {', '.join(READING)}"
            raise TypeError(f"unexpected argument {name!r}{hint}")
    return {**READING, **given}


class Bar:
    """Tells how far work is; use it in a with statement, which takes the bar away."""

    def __init__(self, progress: Progress) -> None:
        if progress is not None and not callable(progress) and not isinstance(progress, bool):
            raise UsageError(
                f"a progress of an unknown kind\n  found:    progress={progress!r}\n"
                "  expected: True, False, None, or a function of a stage and a part from 0 to 1"
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


def running(bar: Bar, threads: int | None) -> dict[str, Any]:
    """What the native part wants to know of it."""
    return {"threads": threads, "tell": bar.tell}


def called(function: str, options: dict[str, Any], defaults: dict[str, Any]) -> list[str]:
    """How a function was called, for run.json: its name and what was not left as it is."""
    return [f"aslant.{function}"] + [
        f"{name}={value!r}" for name, value in options.items() if name not in defaults or value != defaults[name]
    ]
