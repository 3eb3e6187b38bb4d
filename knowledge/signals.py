"""How well an entry fits a question: what is known of the entry, and the figures that are compared."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise

from rapidfuzz import fuzz, process

from knowledge.entries import Entry
from knowledge.reading import Word, Wording

_CORE_SHARE = 0.4
_STRANGER = "\0"

Rarity = Callable[[str], float]
"""Weight of a word or of a pair of words; the rarer, the more it says."""


@dataclass(frozen=True, slots=True)
class Signals:
    """How well an entry fits a question; each from 0 to 1."""

    bm25: float
    """Score of the best passage over the most the question could score."""
    known: float
    """Share of the question, weighted by rarity, that the entry speaks of anywhere."""
    fuzzy: float
    """Likeness of letters with the nearest phrasing."""
    central: float
    """Cosine of the question with all phrasings of the entry together."""
    core: float
    """Share of what most phrasings of the entry say that the question says too."""
    title: float
    """Share of the entry's title, weighted by rarity, that the question says."""
    strange: float
    """Rarity of the rarest word of the question that the entry never says; 1 for one that no entry says."""

    @property
    def strength(self) -> float:
        """One figure to order candidates by; the weights were fitted, see `confidence`."""
        return (
            0.13 * self.bm25
            + 0.50 * self.known
            + 0.08 * self.fuzzy
            + 0.07 * self.central
            + 0.08 * self.core
            + 0.15 * self.title
        )


@dataclass(slots=True)
class Known:
    """What the index knows of one entry."""

    entry: Entry
    units: frozenset[str]
    written: Mapping[str, set[str]]
    """Folded word → how the entry writes it where it writes marks."""
    texts: tuple[str, ...] = ()
    """Title and phrasings as read."""
    centre: dict[str, float] = field(default_factory=dict)
    """Unit → its rarity times the share of phrasings that use it."""
    length: float = 0.0
    core: dict[str, float] = field(default_factory=dict)
    """Those of the centre that most phrasings use."""
    title: dict[str, float] = field(default_factory=dict)
    """Units of the title and their rarity."""

    def gather(self, readings: Sequence[Wording], rarity: Rarity) -> None:
        """Take in title and phrasings, once the rarity of words is known."""
        self.texts = tuple(reading.text for reading in readings)
        spoken = [frozenset(units_of(reading.folded)) for reading in readings]
        users = Counter(unit for units in spoken for unit in units)
        self.centre = {unit: rarity(unit) * count / len(spoken) for unit, count in users.items()}
        self.length = _length(self.centre)
        self.core = {unit: self.centre[unit] for unit, count in users.items() if count > len(spoken) * _CORE_SHARE}
        self.title = {unit: rarity(unit) for unit in spoken[0]}

    def signals(self, question: Wording, bm25: float, rarity: Rarity) -> Signals:
        """How well this entry fits the question; `bm25` is its share of the best possible score."""
        asked = {unit: rarity(unit.replace(_STRANGER, "")) for unit in self._asked(question)}
        central = sum(weight * self.centre.get(unit, 0.0) for unit, weight in asked.items())
        strange = (weight for unit, weight in asked.items() if " " not in unit and unit not in self.units)
        return Signals(
            bm25=min(bm25, 1.0),
            known=_covered(asked, self.units),
            fuzzy=process.extractOne(question.text, self.texts, scorer=fuzz.token_sort_ratio)[1] / 100,
            central=central / _length(asked) / self.length,
            core=_covered(self.core, asked.keys()),
            title=_covered(self.title, asked.keys()),
            strange=max(strange, default=0.0) / rarity(_STRANGER),
        )

    def _asked(self, question: Wording) -> tuple[str, ...]:
        """The question's units; a word whose marks the entry never writes is a stranger to it."""
        if not question.marked:
            return units_of(question.folded)
        words = (word.folded + _STRANGER if self._is_stranger(word) else word.folded for word in question.words)
        return units_of(tuple(words))

    def _is_stranger(self, word: Word) -> bool:
        forms = self.written.get(word.folded)
        return forms is not None and word.written not in forms


def units_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words and pairs of neighbours, which are Vietnamese's cheap word segmentation."""
    return (*words, *(f"{one} {other}" for one, other in pairwise(words)))


def _length(weights: Mapping[str, float]) -> float:
    return math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0


def _covered(weights: Mapping[str, float], held: Set[str]) -> float:
    """The share of the weights that `held` covers; 1 when there is nothing to cover."""
    whole = sum(weights.values())
    return sum(weight for unit, weight in weights.items() if unit in held) / whole if whole else 1.0
