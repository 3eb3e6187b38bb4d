"""The nouns of the knowledge base: fields, departments, legal documents, citations, entries.

All are immutable values. Nothing here reads files, a clock or a network; the day is always an argument.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date
from enum import StrEnum


class Confidence(StrEnum):
    """How sure the editors are of a fact (độ tin cậy): A seen in a source, B known but to be checked."""

    A = "A"
    B = "B"


@dataclass(frozen=True, slots=True)
class Checked:
    """Who-knows-when of a fact: the day it was compared with its source, and how sure we are."""

    on: date
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Department:
    """A provincial department that answers escalations (sở, ngành)."""

    code: str
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of commune work (lĩnh vực) and the department that answers for it by default."""

    code: str
    name: str
    department: str
    words: tuple[str, ...] = ()
    """Words that speak for the field when no entry matches; used for routing only, never to answer."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from `since` (first day) up to but not including `until` (ngày hết hiệu lực); None is open."""

    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class ArticleException:
    """An article, or a clause of it, whose life differs from its document's (điều, khoản bị bãi bỏ sớm)."""

    article: str
    clause: str
    in_force: Interval
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LegalDocument:
    """A legal document (văn bản quy phạm pháp luật), known by its number, for example 123/2015/NĐ-CP."""

    number: str
    kind: str
    title: str
    issuer: str
    issued: date | None
    in_force: Interval
    source: str
    checked: Checked
    replaces: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    amends: tuple[str, ...] = ()
    amended_by: tuple[str, ...] = ()
    exceptions: tuple[ArticleException, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a legal document that an answer rests on (căn cứ): `article` "Điều 15", `clause` "khoản 2"."""

    document: str
    article: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Validity:
    """Whether an entry may be served on a day (hiệu lực), derived from all that it cites.

    `since` and `until` bound the days on which every citation is in force together; `lapsed` are the
    citations that are not in force on the day asked about.
    """

    in_force: bool
    since: date | None
    until: date | None
    lapsed: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """A named curator's approval of an entry (biên tập viên của sở xác nhận)."""

    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of an entry's answer after the short answer: dossier, steps, time limit, fee …"""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One curated answer (mục tri thức): how it is asked, what is answered, and what it rests on."""

    id: str
    title: str
    field: str
    asked_as: tuple[str, ...]
    answer: str
    """The short answer: two or three lines that stand alone on a phone."""
    sections: tuple[Section, ...]
    citations: tuple[Citation, ...]
    checked: Checked
    department: str = ""
    """The department that answers if this is not enough; empty means the field's."""
    procedure: str = ""
    """Code of the administrative procedure (mã thủ tục), for example 1.001193; empty when there is none."""
    review: Review | None = None
    revision: str = ""
    """Fingerprint of the text; an Exchange stores it, so that any answer ever given can be explained."""
    path: str = ""

    @property
    def confirmed(self) -> bool:
        """True once a named curator has approved it; otherwise it is served with a line saying so."""
        return self.review is not None


class Decision(StrEnum):
    """What to do with a message (`decision` of `xongviec ask --json`)."""

    ANSWER = "answer"
    CHOICES = "choices"
    ESCALATE = "escalate"
    SMALLTALK = "smalltalk"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that may answer, with the probability that it does."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class Related:
    """An article or a procedure of the imported layers that may bear on a question; never an answer.

    `in_force` is None where nobody has told the base whether it is.
    """

    kind: str
    """`article` or `procedure`."""
    key: str
    """Names it among those of its kind: the id of an imported article, the code of a procedure."""
    number: str
    """The document's number, or the procedure's code."""
    article: str
    """For example "Điều 9"; empty for a procedure."""
    title: str
    score: float
    """How much of what could be found of the question stands in it, 0 to 1; no probability."""
    in_force: bool | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the knowledge base makes of one message on one day.

    `topic` says which smalltalk or which reason of refusal; `documents` are those the message names by
    number; `lapsed` are entries that would have matched, had all they cite been in force.
    """

    decision: Decision
    confidence: float
    as_of: date
    matches: tuple[Match, ...] = ()
    field: str | None = None
    department: str | None = None
    topic: str = ""
    documents: tuple[LegalDocument, ...] = ()
    lapsed: tuple[Entry, ...] = ()
    related: tuple[Related, ...] = ()
    """When no entry is good enough: at most three of the imported layers that may bear on it."""
    named: tuple[Related, ...] = ()
    """Imported articles and procedures that the message names by number ("điều 9 nghị định 154")."""
    imported: tuple[str, ...] = ()
    """Numbers of imported documents that the message names and the base itself does not have."""
    facts: Mapping[str, str] = attribute(default_factory=dict)
