"""The index of entries: every phrasing a passage of its own, the best passage counts for its entry."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from rapidfuzz import fuzz, process

from knowledge.entries import Entry
from knowledge.reading import Abbreviations, Reader, Wording

# BM25's usual saturation and length damping, as measured best on short passages.
_K1, _B = 1.2, 0.6
_PAIR_WEIGHT = 0.5
_FUNCTION_WEIGHT = 0.2
"""A word such as "cần" or "gì" says little about what is asked, but folded it may be another ("cán")."""
_CANDIDATES = 15
_PASSAGE_WORDS = 60
_CORE_SHARE = 0.4
_STRANGER = "\0"


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

    @property
    def strength(self) -> float:
        """One figure to order candidates by; the weights were fitted, see `confidence`."""
        return 0.18 * self.bm25 + 0.50 * self.known + 0.09 * self.fuzzy + 0.13 * self.central + 0.10 * self.core


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer and why."""

    entry: Entry
    signals: Signals
    exact: bool = False


@dataclass(frozen=True, slots=True)
class _Phrasing:
    text: str
    units: frozenset[str]


@dataclass(slots=True)
class _Known:
    """What the index knows of one entry."""

    entry: Entry
    units: frozenset[str]
    written: dict[str, set[str]]
    """Folded word → how the entry writes it where it writes marks."""
    phrasings: tuple[_Phrasing, ...] = ()
    centre: dict[str, float] = field(default_factory=dict)
    """Unit → its rarity times the share of phrasings that use it."""
    length: float = 0.0
    core: dict[str, float] = field(default_factory=dict)
    """Those of the centre that most phrasings use."""


class Index:
    """Finds entries for a question; built once, never changed."""

    def __init__(self, entries: Iterable[Entry], abbreviations: Abbreviations, function_words: Iterable[str]) -> None:
        entries = tuple(entries)
        self.reader = Reader((text for entry in entries for text in _texts(entry)), abbreviations)
        self._function_words = frozenset(function_words)
        self._passages = [
            (number, self.reader.read(text)) for number, entry in enumerate(entries) for text in _passage_texts(entry)
        ]
        self._known = self._know(entries)
        self._rarity = self._weigh()
        for known in self._known:
            self._gather_phrasings(known)
        self._postings = self._post()

    def candidates(self, question: Wording, keep: Callable[[Entry], bool]) -> list[Candidate]:
        """The entries nearest to the question among those to keep, strongest first."""
        scores = self._scores(question)
        kept = [number for number in scores if keep(self._known[number].entry)]
        kept.sort(key=lambda number: -scores[number])
        most = self._most(question)
        found = [self._candidate(question, n, scores[n] / most) for n in kept[:_CANDIDATES]]
        return sorted(found, key=lambda c: (-c.exact, -c.signals.strength, c.entry.id))

    def rarity(self, unit: str) -> float:
        """Weight of a word or pair of words; one the base has never seen weighs most."""
        plain = unit.replace(_STRANGER, "")
        return self._rarity.get(plain) or self._unseen * self._emphasis(plain)

    @cached_property
    def _unseen(self) -> float:
        return math.log(1 + (len(self._known) + 0.5) / 0.5)

    def _know(self, entries: tuple[Entry, ...]) -> list[_Known]:
        units: list[set[str]] = [set() for _ in entries]
        written: list[dict[str, set[str]]] = [defaultdict(set) for _ in entries]
        for number, passage in self._passages:
            units[number].update(_units(passage.folded))
            if passage.marked:
                for word in passage.words:
                    written[number][word.folded].add(word.written)
        return [
            _Known(entry, frozenset(some), dict(forms))
            for entry, some, forms in zip(entries, units, written, strict=True)
        ]

    def _weigh(self) -> dict[str, float]:
        holders = Counter(unit for known in self._known for unit in known.units)
        total = len(self._known)
        return {
            unit: math.log(1 + (total - count + 0.5) / (count + 0.5)) * self._emphasis(unit)
            for unit, count in holders.items()
        }

    def _emphasis(self, unit: str) -> float:
        words = unit.split()
        plain = sum(word in self._function_words for word in words)
        if plain == len(words):
            return _FUNCTION_WEIGHT
        return _PAIR_WEIGHT if len(words) > 1 else 1.0

    def _gather_phrasings(self, known: _Known) -> None:
        known.phrasings = tuple(map(self._phrasing, (known.entry.title, *known.entry.asked_as)))
        users = Counter(unit for phrasing in known.phrasings for unit in phrasing.units)
        most = len(known.phrasings)
        known.centre = {unit: self.rarity(unit) * count / most for unit, count in users.items()}
        known.length = math.sqrt(sum(weight**2 for weight in known.centre.values())) or 1.0
        known.core = {unit: known.centre[unit] for unit, count in users.items() if count > most * _CORE_SHARE}

    def _phrasing(self, text: str) -> _Phrasing:
        words = self.reader.read(text).folded
        return _Phrasing(" ".join(words), frozenset(_units(words)))

    def _post(self) -> Mapping[str, list[tuple[int, int, float]]]:
        postings: defaultdict[str, list[tuple[int, int, float]]] = defaultdict(list)
        total = sum(len(passage.words) for _, passage in self._passages)
        average = total / max(len(self._passages), 1)
        for place, (number, passage) in enumerate(self._passages):
            damping = _K1 * (1 - _B + _B * len(passage.words) / average)
            for unit, count in Counter(_units(passage.folded)).items():
                weight = self.rarity(unit) * count * (_K1 + 1) / (count + damping)
                postings[unit].append((place, number, weight))
        return dict(postings)

    def _scores(self, question: Wording) -> dict[int, float]:
        by_passage: defaultdict[int, float] = defaultdict(float)
        owner: dict[int, int] = {}
        for unit in set(_units(question.folded)):
            for place, number, weight in self._postings.get(unit, ()):
                by_passage[place] += weight
                owner[place] = number
        best: dict[int, float] = {}
        for place, score in by_passage.items():
            best[owner[place]] = max(score, best.get(owner[place], 0.0))
        return best

    def _most(self, question: Wording) -> float:
        return sum(map(self.rarity, set(_units(question.folded)))) * (_K1 + 1) or 1.0

    def _candidate(self, question: Wording, number: int, bm25: float) -> Candidate:
        known = self._known[number]
        units = self._asked_units(question, known)
        weight = sum(map(self.rarity, units)) or 1.0
        texts = [phrasing.text for phrasing in known.phrasings]
        likeness = process.extractOne(question.text, texts, scorer=fuzz.token_sort_ratio)[1]
        signals = Signals(
            bm25=min(bm25, 1.0),
            known=self._share(units, known.units, weight),
            fuzzy=likeness / 100,
            central=self._cosine(units, known),
            core=_covered(known.core, units),
        )
        return Candidate(known.entry, signals, question.text in texts)

    def _share(self, units: frozenset[str], held: Set[str], weight: float) -> float:
        return sum(self.rarity(unit) for unit in units if unit in held) / weight

    def _cosine(self, units: frozenset[str], known: _Known) -> float:
        length = math.sqrt(sum(self.rarity(unit) ** 2 for unit in units)) or 1.0
        product = sum(self.rarity(unit) * known.centre.get(unit, 0.0) for unit in units)
        return product / (length * known.length)

    def _asked_units(self, question: Wording, known: _Known) -> frozenset[str]:
        """The question's units; a word whose marks the entry never writes is a stranger to it."""
        if not question.marked:
            return frozenset(_units(question.folded))
        words = [
            word.folded + _STRANGER
            if word.written not in known.written.get(word.folded, {word.written})
            else word.folded
            for word in question.words
        ]
        return frozenset(_units(tuple(words)))


def _covered(core: Mapping[str, float], units: frozenset[str]) -> float:
    whole = sum(core.values())
    return sum(weight for unit, weight in core.items() if unit in units) / whole if whole else 1.0


def _units(words: tuple[str, ...]) -> list[str]:
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


def _texts(entry: Entry) -> Iterable[str]:
    yield entry.title
    yield from entry.asked_as
    yield entry.answer
    yield from (section.text for section in entry.sections)


def _passage_texts(entry: Entry) -> Iterable[str]:
    yield entry.title
    yield from entry.asked_as
    yield from _chunks(entry.title, entry.answer)
    for section in entry.sections:
        yield from _chunks(f"{entry.title} {section.heading}", section.text)


def _chunks(head: str, text: str) -> Iterable[str]:
    words = text.split()
    for start in range(0, len(words), _PASSAGE_WORDS):
        yield f"{head} {' '.join(words[start : start + _PASSAGE_WORDS])}"
