"""What goes wrong, as exceptions. Their text is what the program prints: what, where, what was found and expected, help."""

from __future__ import annotations


class AslantError(Exception):
    """Anything that aslant can't do. Catch this to catch all of them."""


class UsageError(AslantError, ValueError):
    """An argument is wrong."""


class DataError(AslantError, ValueError):
    """The articles are wrong: a column that isn't there, dates that can't be read, an id used twice."""


class ModelError(AslantError, ValueError):
    """A model's folder is of another format, or damaged."""


class FileError(AslantError, OSError):
    """Reading or writing a file failed."""


class DataWarning(UserWarning):
    """Something about the articles that who works with what came of them must know: rows that were left out, dates that can be
    read in two ways. Where a result has ``warnings`` of its own, they stand there."""


# They are told as `aslant.DataError`, which is where people look for them.
for _class in (AslantError, UsageError, DataError, ModelError, FileError, DataWarning):
    _class.__module__ = "aslant"
