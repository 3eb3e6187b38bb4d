"""What is no question for a department: small talk, abuse, secrets, steering, others' data, chatter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.entries import Decision
from knowledge.reading import Wording
from knowledge.text import fold, is_syllable, tokens

_Words = tuple[str, ...]
_Phrase = tuple[tuple[str, str], ...]
"""Each word of a phrase in the two forms in which it may be typed."""
_TOPICS = ("help", "who", "bye", "thanks", "greeting")
_LEAN_LENGTH = 9
"""A question that leans on the one before is short; longer ones say what they are about."""


class Phrases:
    """A list of phrases to find among words.

    A word written with marks is matched with its marks. Typed without, it is matched inside a phrase of two
    words or more only: alone, "lợn" and "lớn" and worse would be the same. A phrase that ends in "!" needs its
    marks always.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        forms: defaultdict[str, set[_Phrase]] = defaultdict(set)
        for phrase in phrases:
            words = tokens(phrase)
            strict = len(words) == 1 or phrase.endswith("!")
            for first in {words[0], words[0] if strict else fold(words[0])}:
                forms[first].add(tuple((word, word if strict else fold(word)) for word in words))
        self._by_first = {first: sorted(some, key=len, reverse=True) for first, some in forms.items()}

    def found(self, words: _Words) -> bool:
        """Whether one of the phrases occurs."""
        return any(self._length_at(words, at) for at in range(len(words)))

    def keep(self, words: _Words) -> tuple[int, ...]:
        """The places of the words that belong to none of the phrases."""
        kept, at = [], 0
        while at < len(words):
            length = self._length_at(words, at)
            if not length:
                kept.append(at)
            at += length or 1
        return tuple(kept)

    def _length_at(self, words: _Words, at: int) -> int:
        some = self._by_first.get(words[at], ())
        return next((len(phrase) for phrase in some if _begins(words, at, phrase)), 0)


@dataclass(frozen=True, slots=True)
class _PrivateData:
    asking: Phrases
    things: Phrases
    owners: Phrases
    unless: Phrases


class Scope:
    """The word lists of scope.yaml, ready to judge messages."""

    def __init__(self, lists: Mapping[str, Any]) -> None:
        self.function_words = frozenset(map(fold, lists["function_words"]))
        self._courtesy = Phrases(lists["courtesy"])
        self._fillers = Phrases(map(fold, lists["fillers"]))
        self._smalltalk = {topic: Phrases(lists["smalltalk"][topic]) for topic in _TOPICS}
        self._expletives = Phrases(lists["expletives"])
        self._abuse = Phrases(lists["abuse"])
        self._steering = Phrases(lists["steering"])
        self._secrets = {key: Phrases(phrases) for key, phrases in lists["secrets"].items()}
        self._private = _PrivateData(**{key: Phrases(some) for key, some in lists["private_data"].items()})
        self._chatter = Phrases(lists["chatter"])
        self._work = Phrases(lists["work"])
        self._foreign = frozenset(lists["foreign"])
        empty = [fold(phrase) for phrase in (*lists["function_words"], *lists["lean_openings"])]
        self._empty = Phrases(empty)
        self._aspects = Phrases([*map(fold, lists["aspects"]), *empty])

    def judge(self, wording: Wording, typed: str) -> tuple[Decision, str] | None:
        """The decision and topic of a message that is no question, else None; chatter is judged later."""
        forms = (tuple(word.written for word in wording.words), tokens(typed))
        topic = self._refusal(forms)
        if topic:
            return Decision.REFUSE, topic
        topic = next((topic for form in forms if (topic := self._talk(form))), "")
        return (Decision.SMALLTALK, topic) if topic else None

    def core(self, wording: Wording) -> Wording:
        """The question without courtesies and expletives around it."""
        words = wording.words
        for phrases in (self._courtesy, self._expletives):
            kept = phrases.keep(tuple(word.written for word in words))
            words = tuple(words[at] for at in kept)
        return Wording(words)

    def chatter(self, wording: Wording, typed: str) -> bool:
        """Whether a message is about private matters, or foreign, and nothing in it speaks of public work."""
        written = tuple(word.written for word in wording.words)
        idle = self._chatter.found(written) or self._is_foreign(tokens(typed))
        return idle and not self._work.found(written)

    def leans(self, wording: Wording) -> bool:
        """Whether a question says nothing of its own and so goes on from the one before."""
        return len(wording.words) <= _LEAN_LENGTH and not self.substance(wording)

    def substance(self, wording: Wording) -> int:
        """How many words say what a question is about: neither numbers nor such as fit any procedure."""
        return sum(wording.folded[at].isalpha() for at in self._aspects.keep(wording.folded))

    def going_on(self, before: Wording, wording: Wording) -> Wording:
        """The question before with what this one, which leans on it, adds."""
        kept = self._empty.keep(wording.folded)
        return Wording(before.words + tuple(wording.words[at] for at in kept))

    def _refusal(self, forms: tuple[_Words, ...]) -> str:
        if any(map(self._steering.found, forms)):
            return "steering"
        if any(map(self._asks_secrets, forms)):
            return "secrets"
        if any(map(self._abuse.found, forms)) or any(map(self._only_expletives, forms)):
            return "abuse"
        return "private-data" if any(map(self._asks_private, forms)) else ""

    def _asks_secrets(self, words: _Words) -> bool:
        pair = self._secrets["things"].found(words) and self._secrets["owners"].found(words)
        return pair or self._secrets["alone"].found(words)

    def _asks_private(self, words: _Words) -> bool:
        private = self._private
        wanted = private.asking.found(words) and private.things.found(words) and private.owners.found(words)
        return wanted and not private.unless.found(words)

    def _only_expletives(self, words: _Words) -> bool:
        rest = _at(words, self._expletives.keep(words))
        return len(rest) < len(words) and self._only_fillers(rest)

    def _talk(self, words: _Words) -> str:
        for topic, phrases in self._smalltalk.items():
            if phrases.found(words) and self._nothing_else(words, phrases):
                return topic
        return ""

    def _nothing_else(self, words: _Words, phrases: Phrases) -> bool:
        for some in (phrases, *self._smalltalk.values(), self._courtesy):
            words = _at(words, some.keep(words))
        return self._only_fillers(words)

    def _is_foreign(self, words: _Words) -> bool:
        """Half of the words are everyday English, one at least of a shape that no Vietnamese syllable has."""
        letters = [word for word in words if word.isalpha()]
        found = [word for word in letters if word in self._foreign]
        return 2 * len(found) >= len(letters) and any(not is_syllable(word) for word in found)

    def _only_fillers(self, words: _Words) -> bool:
        return not self._fillers.keep(tuple(map(fold, words)))


def _begins(words: _Words, at: int, phrase: _Phrase) -> bool:
    if at + len(phrase) > len(words):
        return False
    return all(words[at + offset] in forms for offset, forms in enumerate(phrase))


def _at(words: _Words, kept: tuple[int, ...]) -> _Words:
    return tuple(words[at] for at in kept)
