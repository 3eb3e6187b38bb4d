"""Letters as files hold them into letters as we keep them: one Unicode form, no invisible ones, no old fonts."""

from __future__ import annotations

import re
import unicodedata

from knowledge.importing.faults import Fault, ImportFault
from knowledge.text import fold, is_syllable

_LOOKALIKES = {
    "Ƣ": "Ư", "ƣ": "ư", "Ð": "Đ", "ð": "đ", "Ɖ": "Đ",
    "\u2010": "-", "\u2011": "-", "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl",
}  # fmt: skip
"""Fonts draw these alike, so files hold one for the other; the plain hyphen is what numbers are cited with."""
_LOOKALIKE = re.compile(f"[{''.join(_LOOKALIKES)}]")
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffc\ud800-\udfff]|[\x00-\x08\x0e-\x1b\x7f]"
)
_VIETNAMESE = re.compile("[\u1ea0-\u1ef9ăĂđĐơƠưƯ]")
_TCVN3 = re.compile("[®µ¶·¸¹¨©ª«¬](?=[a-zA-Z\u00b5-\u00ff])|(?<=[a-zA-Z])[®µ¶·¸¹¨©ª«¬]")
_VNI = re.compile("(?<![a-z])[ñÑ]|[aeouAEOU][øûïåäëùâêØÛÏÅÄËÙÂÊ]|[öÖ][ùøûõïÙØÛÕÏ]")
_LOST = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]|(?<=\w)[■□]|[■□](?=\w)")
"""What programs put for a letter that they cannot tell."""
_ENOUGH = 0.02
"""Share of letters that tells an old font, or a text whose letters were lost; Vietnamese marks every third letter."""
_SAMPLE = 200_000
_WORD = re.compile(r"[^\W\d_]+")
_MOSTLY = 0.7
"""Share of words that are Vietnamese syllables; names, numbers and abbreviations are not."""


def clean(text: str) -> str:
    """One paragraph in Unicode NFC, single spaces, without invisible characters; cleaning twice changes nothing."""
    alike = _LOOKALIKE.sub(lambda match: _LOOKALIKES[match.group()], _INVISIBLE.sub("", text))
    return " ".join(unicodedata.normalize("NFC", alike).split())


def require_readable(text: str) -> None:
    """Raise ImportFault when the letters are those of an old font (TCVN3, VNI), or were lost."""
    sample = text[:_SAMPLE]
    letters = sum(character.isalpha() for character in sample) or 1
    if len(_LOST.findall(sample)) > _ENOUGH * letters:
        raise ImportFault(Fault.UNREADABLE)
    if len(_VIETNAMESE.findall(sample)) > _ENOUGH * letters:
        return
    for name, telltale in (("TCVN3", _TCVN3), ("VNI", _VNI)):
        if len(telltale.findall(sample)) > _ENOUGH * letters:
            raise ImportFault(Fault.OLD_ENCODING, name)


def decode(data: bytes) -> str:
    """Text of a file without a declared encoding: UTF-8, UTF-16 or windows-1258. Raises ImportFault."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(data, "utf-16")
    if (guessed := _utf16(data)) is not None:
        return _decode(data, guessed)
    if b"\x00" in data:
        raise ImportFault(Fault.DAMAGED)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = unicodedata.normalize("NFC", _decode(data, "cp1258"))
    _require_syllables(text)
    return text


def _require_syllables(text: str) -> None:
    """Old fonts share their bytes with windows-1258; read as that, they make letters, but no Vietnamese words."""
    words = _WORD.findall(text[:_SAMPLE])
    if sum(is_syllable(fold(word)) for word in words) < _MOSTLY * len(words):
        raise ImportFault(Fault.OLD_ENCODING)


def _utf16(data: bytes) -> str | None:
    """UTF-16 without its mark: every space and line feed leaves a NUL on one side."""
    even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
    if max(even, odd) < len(data[:4096]) // 20 or min(even, odd) * 20 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ImportFault(Fault.DAMAGED, encoding) from error
