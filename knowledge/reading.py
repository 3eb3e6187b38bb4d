"""Reading what was typed: abbreviations, left-over Telex keys and slips become words, chosen by their company.

A count of word pairs over the base itself decides between readings, so nothing is turned into a word that the
base does not know.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.text import fold_word, is_syllable, tokens, untelex

Abbreviations = Mapping[str, tuple[str, ...]]
"""Folded abbreviation → its readings with marks, the most frequent first."""

# Penalties on a scale of natural logarithms; an expansion is preferred to keeping an unknown word, a slip is the
# last resort and needs neighbours that speak for it.
_ABBREVIATION, _LATER_READING, _TELEX, _SLIP = 1.0, 0.7, 0.7, 5.0
_SLIP_OF_SYLLABLE = 9.0
"""A syllable the base does not know may well be right; its neighbours must speak loudly against it."""
_PER_EXTRA_WORD = 4.0
_PAIR_SHARE = 0.9
_UNSEEN = 1e-6
_BEAM = 8
_TOKENS_KEPT = 1 << 14
"""The same words come again and again; what may stand behind each is worked out once."""
_MARKED_SHARE = 0.3
"""Of Vietnamese syllables about three in four carry marks; a lone "ạ" in a bare text proves nothing."""
_SHORTEST_SLIP = 4


@dataclass(frozen=True, slots=True)
class Word:
    """One word as read: folded, and with its marks as far as known; `typed` unless it stands for something else."""

    folded: str
    written: str
    typed: bool = False


@dataclass(frozen=True)
class Wording:
    """A text as read."""

    words: tuple[Word, ...]

    @property
    def marked(self) -> bool:
        """Whether its writer uses marks, so that a missing one means something."""
        marks = sum(word.typed and word.written != word.folded for word in self.words)
        return marks > len(self.words) * _MARKED_SHARE

    @cached_property
    def folded(self) -> tuple[str, ...]:
        return tuple(word.folded for word in self.words)

    @property
    def text(self) -> str:
        return " ".join(self.folded)


@dataclass(frozen=True, slots=True)
class _Path:
    score: float
    last: str
    words: tuple[Word, ...]


_Reading = tuple[tuple[Word, ...], float]
"""Words that may stand behind a token, and the penalty of reading them."""


class Reader:
    """Reads texts against the words of the base; immutable once built."""

    def __init__(self, texts: Iterable[str], abbreviations: Abbreviations) -> None:
        self._abbreviations = abbreviations
        self._single: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        for text in chain(texts, *abbreviations.values()):
            self._count(text)
        self._total = max(sum(self._single.values()), 1)
        self._long_words = [word for word in self._single if len(word) >= _SHORTEST_SLIP - 1]
        self._readings = lru_cache(maxsize=_TOKENS_KEPT)(self._find_readings)

    def read(self, text: str) -> Wording:
        """The most likely words behind a text."""
        choices = [self._readings(token) for token in tokens(text)]
        if all(len(readings) == 1 for readings in choices):
            return Wording(tuple(word for ((words, _),) in choices for word in words))
        paths = [_Path(0.0, "", ())]
        for readings in choices:
            paths = self._continue(paths, readings)
        return Wording(paths[0].words)

    def knows(self, folded: str) -> bool:
        """Whether the base uses the word."""
        return folded in self._single

    def readable(self, text: str) -> bool:
        """Whether anything in the text could be a word; rows of keys and bare numbers are not."""
        return any(
            word.folded.isalpha() and (self.knows(word.folded) or (len(word.folded) > 1 and is_syllable(word.folded)))
            for word in self.read(text).words
        )

    def _count(self, text: str) -> None:
        words = [fold_word(token) for token in tokens(text)]
        kept = [word for word in words if word not in self._abbreviations]
        self._single.update(kept)
        pairs = pairwise(words)
        self._pairs.update(pair for pair in pairs if not self._abbreviations.keys() & set(pair))

    def _continue(self, paths: list[_Path], readings: tuple[_Reading, ...]) -> list[_Path]:
        grown = [self._extend(path, reading, penalty) for reading, penalty in readings for path in paths]
        grown.sort(key=lambda path: -path.score)
        return grown[:_BEAM]

    def _extend(self, path: _Path, reading: tuple[Word, ...], penalty: float) -> _Path:
        score, last = path.score - penalty, path.last
        for word in reading:
            score += self._likelihood(last, word.folded)
            last = word.folded
        return _Path(score + _PER_EXTRA_WORD * (len(reading) - 1), last, path.words + reading)

    def _likelihood(self, last: str, word: str) -> float:
        pair = self._pairs[last, word] / self._single[last] if self._single[last] else 0.0
        single = self._single[word] / self._total
        return math.log(_PAIR_SHARE * pair + (1 - _PAIR_SHARE) * single + _UNSEEN)

    def _find_readings(self, token: str) -> tuple[_Reading, ...]:
        return tuple(self._possible(token))

    def _possible(self, token: str) -> Iterator[_Reading]:
        folded = fold_word(token)
        expansions = self._abbreviations.get(folded, ())
        yield (Word(folded, token, typed=True),), 0.0
        for place, expansion in enumerate(expansions):
            yield _words(expansion), _ABBREVIATION + _LATER_READING * place
        if expansions or self.knows(folded) or not folded.isalpha():
            return
        plain = untelex(folded)
        if plain != folded and self.knows(plain):
            yield (Word(plain, plain),), _TELEX
        elif len(folded) >= _SHORTEST_SLIP:
            for word, _, _ in process.extract(folded, self._long_words, scorer=OSA.distance, score_cutoff=1):
                yield (Word(word, word),), _SLIP_OF_SYLLABLE if is_syllable(folded) else _SLIP


def _words(text: str) -> tuple[Word, ...]:
    return tuple(Word(fold_word(token), token) for token in tokens(text))
