"""The marks by which parts of a legal document are told: Chương, Mục, Điều, khoản, điểm."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

_ARTICLE = re.compile(
    r"(?:Điều|ĐIỀU)\s+(\d{1,4}[a-zđ]{0,2}\d?)\s*(?:[.:]\s*[-–]?|[-–](?=\s?[A-ZĐ])|$)\s*(.*)", re.DOTALL
)
_CLAUSE = re.compile(r"(\d{1,3}[a-zđ]?)\s?\.(?!\d)\s*(\S.*)", re.DOTALL)
_POINT = re.compile(r"([a-zđ]\d{0,2})\s?\)\s*(\S.*)", re.DOTALL)
_GROUP = re.compile(
    r"(?P<word>Phần|Chương|Mục|Tiểu mục|PHẦN|CHƯƠNG|MỤC|TIỂU MỤC)\s+"
    r"(?P<number>[IVXLC]{1,8}|\d{1,3}[a-zđ]?|(?:thứ|THỨ)\s\w{1,8}(?:\s\w{1,8})?)(?P<mark>\s*[.:–-]|\b)\s*(?P<heading>.*)",
    re.DOTALL,
)
_LEADERS = re.compile(r"[.…_\s]{5,}\d{1,4}$")
_LISTED = re.compile(r"(?:Điều|Phần|Chương|Mục|Tiểu mục|Phụ lục)\s", re.IGNORECASE)
_LONGEST_HEADING = 300
_SENTENCE = (".", ";", ":", ",")
_ALPHABET = "abcdđefghijklmnopqrstuvwxyz"
"""Points skip f, j, w and z; Word's own count does not."""

Place = tuple[int, int, int]
"""Where a numbered part stands in its row: number, letter (0 for none), number behind the letter."""


class Rank(IntEnum):
    """Groups of articles, the widest first."""

    PART = 0
    CHAPTER = 1
    SECTION = 2
    SUBSECTION = 3


_RANKS = {"phần": Rank.PART, "chương": Rank.CHAPTER, "mục": Rank.SECTION, "tiểu mục": Rank.SUBSECTION}


@dataclass(frozen=True, slots=True)
class Group:
    """A heading over several articles; `heading` is empty when it stands on the next lines."""

    rank: Rank
    label: str
    heading: str


def article_mark(text: str) -> tuple[str, str] | None:
    """Number and heading of an article that begins here; "Điều 5 của Nghị định này" is none."""
    match = _ARTICLE.fullmatch(text)
    return (match[1], match[2]) if match else None


def clause_mark(text: str) -> tuple[str, str] | None:
    """Number and words of a clause that begins here; "1.1." and "1.000 đồng" are none."""
    match = _CLAUSE.fullmatch(text)
    return (match[1], match[2]) if match else None


def point_mark(text: str) -> tuple[str, str] | None:
    """Label and words of a point that begins here."""
    match = _POINT.fullmatch(text)
    return (match[1], match[2]) if match else None


def group_mark(text: str) -> Group | None:
    """The part, chapter or section that begins here; "Chương II của Luật này" is none."""
    match = _GROUP.fullmatch(text) if len(text) <= _LONGEST_HEADING else None
    if match is None:
        return None
    heading = match["heading"]
    if heading and not match["mark"].strip() and (not heading[0].isupper() or heading.endswith(_SENTENCE)):
        return None
    word = match["word"].capitalize()
    return Group(_RANKS[word.lower()], f"{word} {match['number']}", heading)


def is_heading(text: str) -> bool:
    """Whether words behind "Điều 9." are its heading; a sentence is already what the article says."""
    return 0 < len(text) <= _LONGEST_HEADING and not text.endswith(_SENTENCE)


def is_capital(text: str) -> bool:
    """Whether a line is all in capitals, as titles are."""
    return text.isupper() and len(text) <= _LONGEST_HEADING


def is_contents_line(text: str) -> bool:
    """Whether a line names a part and ends as lines of a table of contents do: dots and the number of a page."""
    return _LISTED.match(text) is not None and _LEADERS.search(text[-80:]) is not None


def begins_unit(text: str) -> bool:
    """Whether a line begins something numbered, so that it cannot go on with the line before."""
    bare = text.lstrip("“\"'‘«")
    return bool(article_mark(bare) or clause_mark(bare) or point_mark(bare) or group_mark(bare) or bare[:2] == "- ")


def place(number: str) -> Place:
    """Where "9", "9a", "a" or "a1" stands in its row."""
    digits = re.match(r"\d*", number)
    count = digits.group() if digits else ""
    letters, behind = number[len(count) :].rstrip("0123456789"), number[len(number.rstrip("0123456789")) :]
    spelled = 0
    for letter in letters:
        spelled = spelled * (len(_ALPHABET) + 1) + _ALPHABET.index(letter) + 1
    return int(count or 0), spelled, int(behind or 0) if letters else 0
