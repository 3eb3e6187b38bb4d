"""From signals to the probability that the first entry answers, and from that to a decision.

The weights were fitted on the content itself, by leaving out one phrasing (the entry should still be found) and by
leaving out whole entries (then whatever comes first is wrong), in several ways of typing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from knowledge.entries import Decision
from knowledge.index import Candidate

ANSWER_FROM = 0.8
"""A wrong answer costs more than a ticket: below this a person chooses or a department answers."""
CHOICES_FROM = 0.2
"""Below this the right entry is hardly ever among the first four, and offering them only wastes time."""
UNSURE = ANSWER_FROM - 0.01
"""The most that is said when something speaks against answering outright."""
LEAST_MARGIN = 0.1
"""A short question fits several entries equally well ("đăng ký khai sinh"): then the person chooses."""
LEAST_KNOWN = 0.6
"""An entry that speaks of so little of a question is about something else, however alone it stands."""
EXACT = 0.99
"""A phrasing that a curator wrote, typed as written."""

_FALL_WITH_STRENGTH = 22
"""The likelihood of being the right one falls with this power of e as strength falls by 1; fitted like the rest."""
_FIFTH = 4
_BIAS = -2.29
_TITLE, _STRANGE = 2.31, -0.19
_MARGIN, _MARGIN_TO_FIFTH = 6.79, 3.94
"""Where the first stands out, it is mostly right, but only as far as it speaks of the question at all."""


def confidence_of(candidates: Sequence[Candidate]) -> float:
    """The probability that the first candidate answers the question; 0 when there is none."""
    if not candidates:
        return 0.0
    if candidates[0].exact:
        return EXACT
    signals = candidates[0].signals
    weighed = (
        _BIAS
        + _TITLE * signals.title
        + _STRANGE * signals.strange
        + _MARGIN * signals.known * margin(candidates)
        + _MARGIN_TO_FIFTH * signals.known * margin(candidates, _FIFTH)
    )
    chance = 1 / (1 + math.exp(-weighed))
    sound = margin(candidates) >= LEAST_MARGIN and signals.known >= LEAST_KNOWN
    return min(chance, 1 / sum(odds(candidates)), 1.0 if sound else UNSURE)


def odds(candidates: Sequence[Candidate]) -> list[float]:
    """How likely each is beside the first, which is 1; one as strong as the first is as likely."""
    strongest = candidates[0].signals.strength
    return [math.exp(-_FALL_WITH_STRENGTH * max(strongest - c.signals.strength, 0.0)) for c in candidates]


def margin(candidates: Sequence[Candidate], place: int = 1) -> float:
    """How far the first stands before the one at `place`, as a share of its own strength."""
    first = candidates[0].signals.strength
    other = candidates[place].signals.strength if len(candidates) > place else 0.0
    return (first - other) / first if first else 0.0


def decide(confidence: float) -> Decision:
    """Answer, offer choices, or hand over."""
    if confidence >= ANSWER_FROM:
        return Decision.ANSWER
    return Decision.CHOICES if confidence >= CHOICES_FROM else Decision.ESCALATE
