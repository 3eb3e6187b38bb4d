"""What stands before the first article: number, kind, title, issuer, date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from knowledge.importing.document_numbers import cited_form
from knowledge.importing.headings import is_capital
from knowledge.importing.vocabulary import vocabulary

_SIGN = r"[A-ZĐ][A-Za-zĐđ0-9]{0,14}(?:\s?[-–/&]\s?[A-ZĐ][A-Za-zĐđ0-9]{0,14}){0,6}"
_NUMBER = re.compile(rf"[Ss][ốỐ]\s?:?\s?(\d{{1,5}}[A-Za-z]?(?:\.\d{{1,4}})?(?:\s?/\s?(?:19|20)\d\d)?\s?/\s?{_SIGN})")
_DAY = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+((?:19|20)\d\d)", re.IGNORECASE)
_GROUNDS = re.compile(r"(?:Căn cứ|Theo đề nghị|Xét đề nghị|Xét|Thực hiện)\s")
_ENACTS = re.compile(r"(?:\S+\s){1,12}ban hành\b")
_RULE = re.compile(r"[-_–—=*\s]{3,}")
_MOTTO = re.compile(
    r"CỘNG\s*HÒA\s*XÃ\s*HỘI\s*CHỦ\s*NGHĨA|CỘNG\s*HOÀ\s*XÃ\s*HỘI\s*CHỦ\s*NGHĨA|Độc lập\s*[-–]\s*Tự do", re.IGNORECASE
)
_TOKENS = re.compile(r"[^\W\d_]+")
_TITLE_LINES = 6


@dataclass(frozen=True, slots=True)
class Masthead:
    """What the head of a document says; empty where it does not."""

    number: str = ""
    kind: str = ""
    title: str = ""
    issuer: str = ""
    issued: date | None = None


def read_masthead(texts: Sequence[str]) -> Masthead:
    """The head of a document; its grounds (căn cứ) name other numbers and days and are not looked at."""
    own = [text for text in texts if not _GROUNDS.match(text)]
    number = next((cited_form(match[1]) for text in own if (match := _NUMBER.search(text))), "")
    kind, title = _titled(texts)
    signs = _TOKENS.findall(number.partition("/")[2])
    return Masthead(
        number=number,
        kind=kind or next((vocabulary().kinds[sign] for sign in signs[:1] if sign in vocabulary().kinds), ""),
        title=title,
        issuer=_issuer(signs, own),
        issued=first_day(own),
    )


def first_day(texts: Sequence[str]) -> date | None:
    """The first day that texts name in words ("ngày 15 tháng 6 năm 2025") and that exists."""
    for match in filter(None, map(_DAY.search, texts)):
        day, month, year = map(int, match.groups())
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return None


def _titled(texts: Sequence[str]) -> tuple[str, str]:
    """Kind and title: the line in capitals that names the kind, and what follows up to the grounds."""
    for index, text in enumerate(texts):
        kind = next((kind for kind in vocabulary().titles if _names(text, kind)), "")
        if kind:
            rest = text[len(kind) :].strip(" .:-")
            lines = takewhile(_in_title, texts[index + 1 : index + 1 + _TITLE_LINES])
            return kind, " ".join(filter(None, [rest, *lines]))
    return "", ""


def _names(text: str, kind: str) -> bool:
    if text.lower() == kind:
        return True
    begins = is_capital(text) and text.lower().startswith(f"{kind} ")
    return begins and not _MOTTO.search(text) and not _NUMBER.search(text)


def _in_title(text: str) -> bool:
    return not (_GROUNDS.match(text) or _ENACTS.match(text) or _RULE.fullmatch(text) or text.endswith((";", ".")))


def _issuer(signs: Sequence[str], texts: Sequence[str]) -> str:
    """Who issued it, by the last sign of the number that is known, else by the first line in capitals."""
    known = [
        vocabulary().issuers[bare] for sign in signs if (bare := sign.rstrip("0123456789")) in vocabulary().issuers
    ]
    if known:
        return known[0] if len(set(known)) == 1 else ", ".join(dict.fromkeys(known))
    lines = (_MOTTO.split(text)[0].strip() for text in texts[:_TITLE_LINES])
    return next((line.capitalize() for line in lines if line and is_capital(line) and line[0].isalpha()), "")
