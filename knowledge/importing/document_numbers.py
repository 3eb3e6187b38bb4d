"""Numbers of legal documents (số hiệu) as they are cited, from files that write them small or without marks."""

from __future__ import annotations

import re
import unicodedata

_TOKEN = re.compile(r"[^\W\d_]+")
_WRITTEN = {
    "ttg": "TTg",
    "nd": "NĐ", "qd": "QĐ", "hdtp": "HĐTP", "hdnd": "HĐND", "hdbt": "HĐBT", "bldtbxh": "BLĐTBXH", "bgddt": "BGDĐT",
    "bkhdt": "BKHĐT", "bdttg": "BDTTG", "tldldvn": "TLĐLĐVN", "tcdc": "TCĐC",
}  # fmt: skip
"""Signs that are not simply in capitals, or whose đ is lost when marks are."""
_SPACED = re.compile(r"\s*([/\-])\s*")
_DASHES = str.maketrans("–—‑", "---")


def cited_form(number: str) -> str:
    """ "123/2015/nđ-cp", "123/2015/nd-cp" and "123 /2015/NĐ–CP" as "123/2015/NĐ-CP"; digits stay as they are."""
    composed = unicodedata.normalize("NFC", number).translate(_DASHES)
    return _TOKEN.sub(_sign, _SPACED.sub(r"\1", composed.strip()))


def _sign(match: re.Match[str]) -> str:
    return _WRITTEN.get(match.group().lower(), match.group().upper())
