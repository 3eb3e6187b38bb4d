"""Text as Zalo sends it: made storable, and freed of the mention that a group message begins with."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable

DEPTH = 32
_AROUND_NAME = " \t\r\n,:;–-"


def clean(value: object, depth: int = DEPTH) -> object:
    """Decoded JSON that any database can keep: strings in NFC without NUL or half characters, finite numbers.

    Raises ValueError when it is nested deeper than any real update or holds a number that JSON cannot.
    """
    if depth < 0:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return unicodedata.normalize("NFC", whole.replace("\0", ""))
    if isinstance(value, dict):
        return {str(clean(key)): clean(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item, depth - 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("not a finite number")
    return value


def without_mention(text: str, names: Iterable[str]) -> str:
    """`text` without a leading "@name" of the bot, whatever its case and diacritics; other mentions stay."""
    rest = text.lstrip()
    if not rest.startswith("@"):
        return text
    for name in sorted(filter(str.strip, names), key=len, reverse=True):
        end = _end_of_name(rest[1:], _fold(name))
        if end is not None:
            return rest[1 + end :].lstrip(_AROUND_NAME)
    return text


def _end_of_name(text: str, name: str) -> int | None:
    """Where `text` goes on after `name`, or None where it does not begin with the whole word(s)."""
    seen = ""
    for index, character in enumerate(text):
        folded = _fold(character)
        if seen == name and folded:
            return None if folded.isalnum() else index
        seen += folded
        if not name.startswith(seen):
            return None
    return len(text) if seen == name else None


def _fold(text: str) -> str:
    """Small letters without diacritics, đ as d."""
    bare = (c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return "".join(bare).replace("đ", "d")
