"""Vietnamese as it is typed on a phone: one form of every letter, one place for every tone, words, folding."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_VOWELS = "aeiouy"
_WORDS_KEPT = 1 << 15
"""Vietnamese has some seven thousand syllables; their forms are worked out once."""
_QUALITIES = "\u0302\u0306\u031b"
_LETTER = re.compile(rf"[^\W\d_][{_TONES}{_QUALITIES}]*")
_WORD = re.compile(r"\d+(?:\.\d+)+|\d+|[^\W\d_]+")
_ODD = re.compile(r"[^\w\s!-\]{-~]")
"""Neither letter, digit nor plain punctuation: looked at one by one."""
_I_OR_Y = re.compile(r"(h|k|l|m|s|t|qu)([iìíỉĩị])")
_TO_Y = str.maketrans("iìíỉĩị", "yỳýỷỹỵ")
_MARKED = re.compile(r"[^\W\d_]+")
_SYLLABLE = re.compile(r"(?:ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?")


def normalise(text: str) -> str:
    """NFC, without emoji, invisible characters and repeated spaces, tones where we put them (hoà → hòa)."""
    return _MARKED.sub(lambda match: place_tone(match.group()), _clean(text))


def fold(text: str) -> str:
    """Small letters without marks, đ as d; folding twice changes nothing (bỏ dấu)."""
    return _strip_marks(_strip_marks(text).lower()).replace("đ", "d")


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text in small letters, normalised; 1.001193 stays one word, "lí" becomes "lý"."""
    return tuple(map(_settled, _WORD.findall(_clean(text).lower())))


@lru_cache(maxsize=_WORDS_KEPT)
def fold_word(word: str) -> str:
    """`fold` of a single word, remembered."""
    return fold(word)


def phrase_key(text: str) -> str:
    """What two phrasings have in common when they are the same question: folded words, single spaces."""
    return " ".join(tokens(fold(text)))


def is_syllable(folded: str) -> bool:
    """Whether a folded word has the shape of a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(folded) is not None


@lru_cache(maxsize=_WORDS_KEPT)
def place_tone(word: str) -> str:
    """The word with its tone mark where the older school puts it: hòa, khỏe, ủy; closed syllables hoàn."""
    decomposed = unicodedata.normalize("NFD", word)
    tones = [character for character in decomposed if character in _TONES]
    if len(tones) != 1:
        return word
    letters = _LETTER.findall(decomposed.replace(tones[0], ""))
    at = _tone_position([letter.lower() for letter in letters])
    if at is None:
        return word
    letters[at] += tones[0]
    return unicodedata.normalize("NFC", "".join(letters))


def untelex(folded: str) -> str:
    """The folded word behind left-over Telex keys: ddang → dang, thuwjc → thuc; may be no word at all."""
    single = re.sub(r"(dd|aa|ee|oo)", lambda match: match.group()[0], folded)
    without_hooks = re.sub(r"(?<=[aeiouy])([a-z]*?)w", r"\1", single, count=1)
    return re.sub(r"(?<=[aeiouy])([a-z]*?)[sfrxj]", r"\1", without_hooks, count=1)


def _clean(text: str) -> str:
    """NFC, without what is neither letter, digit nor plain punctuation, single spaces."""
    kept = _ODD.sub(lambda match: _visible(match.group()), unicodedata.normalize("NFC", text))
    return unicodedata.normalize("NFC", " ".join(kept.split()))


@lru_cache(maxsize=_WORDS_KEPT)
def _settled(word: str) -> str:
    """A word of small letters, its tone where we put it and y where i and y sound the same."""
    return _one_spelling(place_tone(word))


def _one_spelling(word: str) -> str:
    match = _I_OR_Y.fullmatch(word)
    return match[1] + match[2].translate(_TO_Y) if match else word


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    return " " if category in ("So", "Sk", "Cc", "Co", "Cs", "Cn", "Me") else character


def _strip_marks(text: str) -> str:
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    kept = "".join(character for character in decomposed if unicodedata.category(character) != "Mn")
    return unicodedata.normalize("NFC", kept)


def _tone_position(letters: list[str]) -> int | None:
    vowels = [index for index, letter in enumerate(letters) if letter[0] in _VOWELS]
    onset = "".join(letters[:2])
    if len(vowels) > 1 and vowels[0] == 1 and onset in ("qu", "gi"):
        vowels = vowels[1:]
    if not vowels or vowels[-1] - vowels[0] + 1 != len(vowels):
        return None
    qualified = [index for index in vowels if len(letters[index]) > 1]
    if qualified:
        return qualified[-1]
    if len(vowels) == 3:
        return vowels[1]
    return vowels[-1] if vowels[-1] + 1 < len(letters) else vowels[0]
