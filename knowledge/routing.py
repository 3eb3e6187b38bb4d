"""Which field a question belongs to when no entry answers it: from the nearest entries and the fields' words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from knowledge.entries import Field
from knowledge.index import Candidate
from knowledge.reading import Reader, Wording

_NEAREST = 8
_ONE_WORD = 0.2
"""Folded, a single syllable is several words ("chua": chùa, chưa); it decides only when nothing else does."""
_PER_WORD = 0.5
_NEIGHBOUR = 1.2
_ENOUGH = 0.12
"""Below this nothing speaks for any field, and saying none is better than a wrong department."""


class Routing:
    """Tells fields apart by their words and by the entries near a question."""

    def __init__(self, fields: Iterable[Field], reader: Reader) -> None:
        self._words = {
            field.code: tuple({reader.read(word).folded for word in (*field.words, field.name)}) for field in fields
        }

    def field(self, wording: Wording, near: Sequence[Candidate], confidence: float) -> str | None:
        """The field most spoken for; None when nothing speaks for any."""
        votes: defaultdict[str, float] = defaultdict(float)
        for code, phrases in self._words.items():
            votes[code] += sum(_weight(phrase) for phrase in phrases if _holds(wording.folded, phrase))
        for place, candidate in enumerate(near[:_NEAREST]):
            votes[candidate.entry.field] += _NEIGHBOUR * candidate.signals.strength / (place + 1)
        if near:
            votes[near[0].entry.field] += confidence
        most = max(votes, key=lambda code: votes[code], default="")
        return most if votes[most] >= _ENOUGH else None

    def speaks_of_work(self, wording: Wording) -> bool:
        """Whether a term of two words or more, of any field, occurs."""
        return any(
            len(phrase) > 1 and _holds(wording.folded, phrase) for phrases in self._words.values() for phrase in phrases
        )


def _weight(phrase: tuple[str, ...]) -> float:
    return _ONE_WORD if len(phrase) == 1 else _PER_WORD * len(phrase)


def _holds(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    length = len(phrase)
    return bool(phrase) and any(words[at : at + length] == phrase for at in range(len(words) - length + 1))
