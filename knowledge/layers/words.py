"""The words of long texts, folded fast: a law has a million letters, and all of them are read at once."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from knowledge.text import fold

_WORD = re.compile(r"\d+(?:\.\d+)+|\d+|[a-z]+")
_I_FOR_Y = re.compile(r"(h|k|l|m|s|t|qu)i")


def _table() -> dict[int, str]:
    """Every letter of the Latin blocks that Vietnamese uses → its folded form."""
    letters = (chr(code) for code in (*range(0x41, 0x5B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
    return {ord(letter): fold(letter) for letter in letters} | dict.fromkeys(range(0x300, 0x370), "")


_TABLE = _table()


def words_of(text: str) -> list[str]:
    """The folded words of a text, "lí" and "lý" alike; the same words `knowledge.text.tokens` finds, folded."""
    found: list[str] = _WORD.findall(unicodedata.normalize("NFC", text).translate(_TABLE))
    return [one_spelling(word) for word in found]


@lru_cache(maxsize=1 << 15)
def one_spelling(word: str) -> str:
    """A folded word with y where i and y are written for the same sound."""
    match = _I_FOR_Y.fullmatch(word)
    return f"{match[1]}y" if match else word
