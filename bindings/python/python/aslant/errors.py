"""What goes wrong, as exceptions. Their text is what the program prints: what, where, what was found and expected, help."""

from __future__ import annotations


class AslantError(Exception):
    """The base of all of aslant's errors."""


class UsageError(AslantError, ValueError):
    """An argument is wrong."""


class NoSuchTable(UsageError, AttributeError):
    """A result has no such table. It is an ``AttributeError`` too, so that ``hasattr`` and ``getattr`` work."""


class DataError(AslantError, ValueError):
    """The articles are wrong: a missing column, dates that can't be read, an id used twice."""


class ModelError(AslantError, ValueError):
    """A model's folder is of another format, or damaged."""


class FileError(AslantError, OSError):
    """Reading or writing a file failed."""


class DataWarning(UserWarning):
    """Something about the articles that you should know before using the result: rows that were left out, dates that can be
    read in two ways. If a result has ``warnings`` of its own, they are there instead."""


# They are told as `aslant.DataError`, which is where people look for them.
for _class in (AslantError, UsageError, NoSuchTable, DataError, ModelError, FileError, DataWarning):
    _class.__module__ = "aslant"
