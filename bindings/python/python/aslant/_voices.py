"""Who speaks in a text."""

from __future__ import annotations

from typing import NamedTuple

from . import _aslant
from ._checked import checked


class Span(NamedTuple):
    """A part of a text that is not in the outlet's own voice: ``text[span.start:span.end]``."""

    #: Where it begins, in characters.
    start: int
    #: Where it ends.
    end: int
    #: ``quoted``, ``reported`` or ``scare``.
    voice: str
    #: Who speaks, if the text says so.
    speaker: str | None


@checked
def voices(text: str) -> list[Span]:
    """The quoted, reported and scare-quoted parts of a text, in order; the rest is the outlet's own voice.

    >>> import aslant
    >>> text = "The mayor said that the bridge would stay closed. “It is not safe,” said Omar Haddad."
    >>> [(span.voice, text[span.start:span.end], span.speaker) for span in aslant.voices(text)]
    [('reported', 'that the bridge would stay closed', 'The mayor'), ('quoted', 'It is not safe,', 'Omar Haddad')]
    """
    return [Span(*span) for span in _aslant.voices(text)]
