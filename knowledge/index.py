"""The index of entries: every phrasing a passage of its own, the best passage counts for its entry."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from knowledge.entries import Entry
from knowledge.reading import Abbreviations, Reader, Wording
from knowledge.signals import Known, Signals, units_of

# BM25's usual saturation and length damping, as measured best on short passages.
_K1, _B = 1.2, 0.6
_PAIR_WEIGHT = 0.5
_FUNCTION_WEIGHT = 0.2
"""A word such as "cần" or "gì" says little about what is asked, but folded it may be another ("cán")."""
_CANDIDATES = 15
_PASSAGE_WORDS = 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer and why."""

    entry: Entry
    signals: Signals
    exact: bool = False


class Index:
    """Finds entries for a question; built once, never changed."""

    def __init__(self, entries: Iterable[Entry], abbreviations: Abbreviations, function_words: Iterable[str]) -> None:
        entries = tuple(entries)
        self.reader = Reader((text for entry in entries for text in _texts(entry)), abbreviations)
        self._function_words = frozenset(function_words)
        phrasings = [[self.reader.read(text) for text in _phrasing_texts(entry)] for entry in entries]
        self._passages = [
            (number, passage)
            for number, entry in enumerate(entries)
            for passage in (*phrasings[number], *map(self.reader.read, _body_texts(entry)))
        ]
        self._known = self._know(entries)
        self._rarity = self._weigh()
        for known, readings in zip(self._known, phrasings, strict=True):
            known.gather(readings, self.rarity)
        self._postings = self._post()

    def candidates(self, question: Wording, keep: Callable[[Entry], bool]) -> list[Candidate]:
        """The entries nearest to the question among those to keep, strongest first."""
        scores = self._scores(question)
        kept = [number for number in scores if keep(self._known[number].entry)]
        kept.sort(key=lambda number: -scores[number])
        most = self._most(question)
        found = [self._candidate(question, self._known[n], scores[n] / most) for n in kept[:_CANDIDATES]]
        return sorted(found, key=lambda c: (-c.exact, -c.signals.strength, c.entry.id))

    def speaking_of(self, *words: str) -> frozenset[str]:
        """The ids of the entries that say these folded words one after another."""
        pairs = units_of(words)[len(words) :] or words
        return frozenset(known.entry.id for known in self._known if known.units.issuperset(pairs))

    def rarity(self, unit: str) -> float:
        """Weight of a word or pair of words; one the base has never seen weighs most."""
        return self._rarity.get(unit) or self._unseen * self._emphasis(unit)

    @cached_property
    def _unseen(self) -> float:
        return math.log(1 + (len(self._known) + 0.5) / 0.5)

    def _know(self, entries: tuple[Entry, ...]) -> list[Known]:
        units: list[set[str]] = [set() for _ in entries]
        written: list[dict[str, set[str]]] = [defaultdict(set) for _ in entries]
        for number, passage in self._passages:
            units[number].update(units_of(passage.folded))
            if passage.marked:
                for word in passage.words:
                    written[number][word.folded].add(word.written)
        return [
            Known(entry, frozenset(some), dict(forms))
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
        plain = sum(self._says_little(word) for word in words)
        if plain == len(words):
            return _FUNCTION_WEIGHT
        return _PAIR_WEIGHT if len(words) > 1 else 1.0

    def _says_little(self, word: str) -> bool:
        return word in self._function_words or (word.isdecimal() and not self.reader.knows(word))

    def _post(self) -> Mapping[str, list[tuple[int, int, float]]]:
        postings: defaultdict[str, list[tuple[int, int, float]]] = defaultdict(list)
        total = sum(len(passage.words) for _, passage in self._passages)
        average = total / max(len(self._passages), 1)
        for place, (number, passage) in enumerate(self._passages):
            damping = _K1 * (1 - _B + _B * len(passage.words) / average)
            for unit, count in Counter(units_of(passage.folded)).items():
                weight = self.rarity(unit) * count * (_K1 + 1) / (count + damping)
                postings[unit].append((place, number, weight))
        return dict(postings)

    def _scores(self, question: Wording) -> dict[int, float]:
        by_passage: defaultdict[int, float] = defaultdict(float)
        owner: dict[int, int] = {}
        for unit in set(units_of(question.folded)):
            for place, number, weight in self._postings.get(unit, ()):
                by_passage[place] += weight
                owner[place] = number
        best: dict[int, float] = {}
        for place, score in by_passage.items():
            best[owner[place]] = max(score, best.get(owner[place], 0.0))
        return best

    def _most(self, question: Wording) -> float:
        return sum(map(self.rarity, set(units_of(question.folded)))) * (_K1 + 1) or 1.0

    def _candidate(self, question: Wording, known: Known, bm25: float) -> Candidate:
        return Candidate(known.entry, known.signals(question, bm25, self.rarity), question.text in known.texts)


def _texts(entry: Entry) -> Iterable[str]:
    yield from _phrasing_texts(entry)
    yield entry.answer
    yield from (section.text for section in entry.sections)


def _phrasing_texts(entry: Entry) -> tuple[str, ...]:
    return (entry.title, *entry.asked_as)


def _body_texts(entry: Entry) -> Iterable[str]:
    yield from _chunks(entry.title, entry.answer)
    for section in entry.sections:
        yield from _chunks(f"{entry.title} {section.heading}", section.text)


def _chunks(head: str, text: str) -> Iterable[str]:
    words = text.split()
    for start in range(0, len(words), _PASSAGE_WORDS):
        yield f"{head} {' '.join(words[start : start + _PASSAGE_WORDS])}"
