"""What comes out of imported files: decrees in parts, articles in bulk, procedures of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Point:
    """A point (điểm): `label` is "a", "đ" or "a1"; `text` is what follows, further paragraphs on their own lines."""

    label: str
    text: str

    def lines(self) -> Iterator[str]:
        yield f"{self.label}) {self.text}"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause (khoản): `number` is "1" or "2a"; it is empty for points that stand in an article without clauses."""

    number: str
    text: str
    points: tuple[Point, ...] = ()

    def lines(self) -> Iterator[str]:
        if self.number:
            yield f"{self.number}. {self.text}".rstrip()
        for point in self.points:
            yield from point.lines()


@dataclass(frozen=True, slots=True)
class Article:
    """An article (điều). `number` is bare: "9", "9a".

    `chapter` is "Chương II. Quy định cụ thể", a part (phần) on a line before it; `section` likewise "Mục 1. …" with
    a sub-section (tiểu mục) on a line after it; both may be empty. `intro` is what comes before the first clause.
    """

    number: str
    heading: str
    chapter: str = ""
    section: str = ""
    intro: str = ""
    clauses: tuple[Clause, ...] = ()

    @property
    def text(self) -> str:
        """The whole body without the heading: one paragraph a line, numbers of clauses and points kept."""
        lines = [self.intro] if self.intro else []
        for clause in self.clauses:
            lines.extend(clause.lines())
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Decree:
    """A legal document in its parts. What the file does not say is empty; `warnings` say what to look at.

    `number` is as documents are cited ("154/2025/NĐ-CP"), `kind` in small letters ("nghị định"). A warning is
    a value of `Remark`, a colon and its detail: "gap: 4-8".
    """

    number: str
    kind: str
    title: str
    issuer: str
    issued: date | None
    articles: tuple[Article, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkArticle:
    """One line of a collection of articles; `number` is `law_id` as documents are cited, `title` the heading.

    `kind` is told by the law's name ("Nghị định số 15/2014/NĐ-CP …"), empty where it is not.
    """

    id: str
    law_id: str
    number: str
    law_name: str
    article: str
    title: str
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ImportedProcedure:
    """One administrative procedure (thủ tục hành chính) as the national catalogue tells it; nobody has curated it.

    Several values of one column are joined by "; "; `updated` is as the source writes it.
    """

    code: str
    name: str
    fields: str = ""
    agencies: str = ""
    subjects: str = ""
    commune_level: bool = False
    state: str = ""
    kind: str = ""
    time: str = ""
    fee: str = ""
    dossier: tuple[str, ...] = ()
    legal_basis: tuple[str, ...] = ()
    steps: str = ""
    decision: str = ""
    decided_on: date | None = None
    updated: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that was left out: its line (the header is line 1), the code of the fault, and what was found there."""

    line: int
    code: str
    detail: str = ""
