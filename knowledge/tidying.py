"""What people type or paste, made fit for a content file (dọn chữ): letters in one piece, nothing invisible, lists."""

from __future__ import annotations

import re
import unicodedata

_BULLET = re.compile(r"(?m)^[ \t]*[•●▪◦‣*+–—-][ \t]+")


def tidy_text(text: str) -> str:
    """Lines as they are shown: composed letters, no invisible ones, every kind of bullet as `- `."""
    visible = unicodedata.normalize("NFC", "".join(map(_visible, text)))
    lines = [line.rstrip() for line in _BULLET.sub("- ", visible).split("\n")]
    return "\n".join(lines).strip()


def tidy_line(text: str) -> str:
    """The same on one line."""
    return " ".join(tidy_text(text).split())


def _visible(letter: str) -> str:
    if letter in "\n\t":
        return letter
    kind = unicodedata.category(letter)
    if kind in ("Zl", "Zp"):
        return "\n"
    return " " if kind == "Zs" else "" if kind in ("Cf", "Cc", "Cs", "Co") else letter
