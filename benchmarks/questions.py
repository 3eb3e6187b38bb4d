"""What is asked: phrasings of the real entries, as they stand, without marks, and with a slip of the thumb."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from knowledge import KnowledgeBase
from knowledge.text import fold

SHORTEST_SLIPPED = 4


def phrasings(base: KnowledgeBase, count: int) -> list[str]:
    """So many phrasings from all over the base, the same in every run."""
    every = sorted(phrase for entry in base.entries.values() for phrase in entry.asked_as)
    return random.Random(1).sample(every, min(count, len(every)))


def as_is(text: str) -> str:
    """As the entry has it."""
    return text


def one_slip(text: str) -> str:
    """Two letters of one longer word changed places; the same word every time."""
    words = text.split()
    long = [place for place, word in enumerate(words) if len(word) >= SHORTEST_SLIPPED and word.isalpha()]
    if long:
        chance = random.Random(text)
        place = chance.choice(long)
        at = chance.randrange(len(words[place]) - 1)
        word = words[place]
        words[place] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)


STYLES: Mapping[str, Callable[[str], str]] = {
    "as the entry has it": as_is,
    "without marks": fold,
    "one slip of the thumb": one_slip,
}
"""How a question is typed."""
