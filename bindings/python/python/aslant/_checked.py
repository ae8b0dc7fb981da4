"""Arguments, checked before anything is done: their names, and that each is of the kind its annotation says."""

from __future__ import annotations

import difflib
import functools
import inspect
import os
from numbers import Integral, Real
from typing import Any, Callable, Iterable, TypeVar, cast

from ._running import Reading
from .errors import UsageError

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool) or type(value).__name__ == "bool" and type(value).__module__ == "numpy"


def _is_count(value: Any) -> bool:
    return isinstance(value, Integral) and not _is_flag(value) and 0 <= int(value) < 2**63


def _is_path(value: Any) -> bool:
    return isinstance(value, (str, os.PathLike))


def _is_pair(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and len(value) == 2 and all(map(_is_count, value))


def _are_texts(value: Any) -> bool:
    if isinstance(value, (bytes, dict)) or not (hasattr(value, "__len__") and isinstance(value, Iterable)):
        return False
    return all(isinstance(text, str) for text in value)


#: By how an annotation is written: what messages call it, and whether a value is one. All others are looked at by those who
#: use them.
_KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "None": ("None", lambda value: value is None),
    "PathLike": ("a path", _is_path),
    "bool": ("True or False", _is_flag),
    "float": ("a number", lambda value: isinstance(value, Real) and not _is_flag(value)),
    "int": ("a whole number from 0 on", _is_count),
    "os.PathLike[str]": ("a path", _is_path),
    "str": ("a text", lambda value: isinstance(value, str)),
    "tuple[int, int]": ("two whole numbers, such as (1, 2)", _is_pair),
    "Sequence[str]": ("a text, or a list of texts", _are_texts),
    "Mapping[str, str]": ("a dictionary", lambda value: hasattr(value, "items")),
}


def check(name: str, value: Any, annotation: str) -> None:
    """Refuses a value of the wrong kind than the annotation says."""
    kinds = [_KINDS.get(kind) for kind in annotation.split(" | ")]
    known = [kind for kind in kinds if kind is not None]
    if len(known) < len(kinds) or any(is_one(value) for _, is_one in known):
        return
    # A column would take many lines.
    shown = " ".join(repr(value).split())
    raise UsageError(
        f"an argument of the wrong kind\n  found:    {name}={shown if len(shown) <= 60 else shown[:59] + '…'}\n"
        f"  expected: {', or '.join(said for said, _ in known)}"
    )


def checked(function: _Function) -> _Function:
    """The function, with its arguments checked; those that say how articles are read, too, where it takes them."""
    parameters = inspect.signature(function).parameters.values()
    kinds = {of.name: of.annotation for of in parameters if of.kind is not of.VAR_KEYWORD}
    if len(kinds) < len(parameters):
        kinds |= {name: getattr(hint, "__forward_arg__", hint) for name, hint in Reading.__annotations__.items()}

    @functools.wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        for name in named:
            if name not in kinds:
                raise TypeError(f"{function.__name__}() has no argument {name!r}; {_near(name, list(kinds))}")
        for name, value in [*zip(kinds, given), *named.items()]:
            check(name, value, kinds[name])
        try:
            return function(*given, **named)
        except (UnicodeEncodeError, TypeError):
            for name, value in [*zip(kinds, given), *named.items()]:
                _check_unicode(name, value)
            raise

    return cast(_Function, call)


def _check_unicode(name: str, value: Any) -> None:
    """Refuses a text that can't be written as UTF-8, also within lists and dictionaries."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            text = " ".join(value.split())
            shown = text if len(text) <= 40 else f"{text[:39]}…"
            raise UsageError(
                f"a text that isn't valid Unicode\n  found:    {name}={shown!r}, "
                f"{value[error.start : error.end]!r} at character {error.start + 1}\n"
                '  help: such half letters come from files that were read with errors="surrogateescape": '
                "name their encoding instead"
            ) from None
    elif isinstance(value, dict):
        for part in [*value, *value.values()]:
            _check_unicode(name, part)
    elif isinstance(value, (list, tuple, set)):
        for part in value:
            _check_unicode(name, part)


def _near(name: str, known: list[str]) -> str:
    by_case = {other.lower(): other for other in known}
    near = difflib.get_close_matches(name.lower(), by_case, 1)
    return f"did you mean {by_case[near[0]]!r}?" if near else f"expected one of {', '.join(known)}"
