"""An index over many long texts: BM25 on folded syllables and pairs of them, in NumPy arrays.

Pairs are Vietnamese's cheap word segmentation (measured: nDCG@10 from .57 to .72 on questions about law). Weights
are worked out when the index is built, so that a search only adds them up. Robertson & Zaragoza, The Probabilistic
Relevance Framework: BM25 and Beyond, 2009.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, BinaryIO
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from knowledge.layers.words import words_of

K1, B = 1.2, 0.6
PAIR_WEIGHT = 1.0

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Postings:
    """For each key, sorted: the rows it stands in and its weight there."""

    keys: Longs
    starts: Longs
    rows: Ints
    weights: Floats

    @classmethod
    def count(cls, keys: Longs, rows: Ints, lengths: Floats, weight: float) -> _Postings:
        """From every occurrence: its key and its row."""
        order = np.lexsort((rows, keys))
        keys, rows = keys[order], rows[order]
        first = np.r_[True, (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])] if len(keys) else np.zeros(0, bool)
        at = np.flatnonzero(first)
        often = np.diff(np.r_[at, len(keys)]).astype(np.float32)
        keys, rows = keys[at], rows[at]
        distinct, starts = np.unique(keys, return_index=True)
        starts = np.r_[starts, len(keys)].astype(np.int64)
        stands_in = np.diff(starts)
        rarity = np.log1p((len(lengths) - stands_in + 0.5) / (stands_in + 0.5)).astype(np.float32)
        norm = K1 * (1 - B + B * lengths[rows] / max(float(lengths.mean()), 1.0)) if len(lengths) else often
        weights = weight * np.repeat(rarity, stands_in) * often * (K1 + 1) / (often + norm)
        return cls(distinct, starts, rows.astype(np.int32), weights.astype(np.float32))

    def add(self, wanted: Longs, scores: Floats) -> float:
        """Add the weights of the wanted keys to their rows; returns the most a row could have got."""
        places = np.searchsorted(self.keys, wanted)
        most = 0.0
        for place, key in zip(places, wanted, strict=True):
            if place < len(self.keys) and self.keys[place] == key:
                span = slice(self.starts[place], self.starts[place + 1])
                weights = self.weights[span]
                scores[self.rows[span]] += weights
                most += float(weights.max())
        return most


@dataclass(frozen=True, slots=True)
class TextIndex:
    """Which of many texts a few words fit; immutable."""

    words: dict[str, int]
    single: _Postings
    pairs: _Postings
    size: int

    @classmethod
    def build(cls, texts: Iterable[str]) -> TextIndex:
        """Index the texts; a row is the place of a text in the order given."""
        known: dict[str, int] = {}
        parts = [np.fromiter((known.setdefault(w, len(known)) for w in words_of(text)), np.int32) for text in texts]
        lengths = np.array([len(part) for part in parts], np.float32)
        every = np.concatenate([*parts, np.zeros(0, np.int32)])
        rows = np.repeat(np.arange(len(parts), dtype=np.int32), lengths.astype(np.int64))
        together = rows[1:] == rows[:-1]
        pairs = _pair(every[:-1][together], every[1:][together])
        return cls(
            words=known,
            single=_Postings.count(every.astype(np.int64), rows, lengths, 1.0),
            pairs=_Postings.count(pairs, rows[1:][together], lengths, PAIR_WEIGHT),
            size=len(parts),
        )

    def search(self, words: Sequence[str], *, limit: int) -> list[tuple[int, float]]:
        """The rows that fit best, with how much of what was asked for was found there (0 to 1)."""
        known = [self.words.get(word, -1) for word in words]
        scores = np.zeros(self.size, np.float32)
        most = len({word for word in words if word not in self.words}) * math.log1p(2 * self.size + 1)
        most += self.single.add(np.unique([key for key in known if key >= 0]).astype(np.int64), scores)
        beside = [(one, other) for one, other in pairwise(known) if one >= 0 and other >= 0]
        if beside:
            one, other = np.array(beside, np.int64).T
            most += self.pairs.add(np.unique(_pair(one, other)), scores)
        if not scores.any():
            return []
        return [(int(row), float(scores[row]) / most) for row in _best(scores, limit)]

    def save(self, file: IO[bytes]) -> None:
        """Write it down, to be read back by `load`."""
        np.savez(
            file,
            words=np.frombuffer("\n".join(self.words).encode(), np.uint8),
            size=np.int64(self.size),
            **{f"single_{name}": getattr(self.single, name) for name in _Postings.__slots__},
            **{f"pairs_{name}": getattr(self.pairs, name) for name in _Postings.__slots__},
        )

    @classmethod
    def load(cls, file: Path) -> TextIndex:
        """Read what `save` wrote. Raises OSError, ValueError or KeyError for anything else."""
        with file.open("rb") as opened, _unzipped(opened) as saved:
            words = saved["words"].tobytes().decode().split("\n")
            single, pairs = (
                _Postings(*(saved[f"{kind}_{name}"] for name in _Postings.__slots__)) for kind in ("single", "pairs")
            )
            return cls({word: place for place, word in enumerate(words) if word}, single, pairs, int(saved["size"]))


@contextmanager
def _unzipped(opened: BinaryIO) -> Iterator[Mapping[str, NDArray[Any]]]:
    try:
        yield np.load(opened, allow_pickle=False)
    except (BadZipFile, EOFError) as error:
        raise ValueError(str(error)) from error


def _pair(one: NDArray[np.integer], other: NDArray[np.integer]) -> Longs:
    return (one.astype(np.int64) << 32) | other.astype(np.int64)


def _best(scores: Floats, limit: int) -> list[int]:
    """The rows of the highest scores above nothing, the earlier row first among equals."""
    few = np.argpartition(-scores, limit)[:limit] if limit < len(scores) else np.arange(len(scores))
    few = few[scores[few] > 0]
    return [int(row) for row in few[np.lexsort((few, -scores[few]))]]
