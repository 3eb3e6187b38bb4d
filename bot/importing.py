"""Imports (nhập): from a file to rows of the imported layers. A file is read whole before anything is stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from bot.sandbox import run_apart
from knowledge.importing import (
    Article,
    BulkArticle,
    Decree,
    ImportedProcedure,
    ImportFault,
    RowFault,
    cited_form,
    read_articles,
    read_decree,
    read_procedures,
)
from knowledge.importing.faults import Fault
from knowledge.importing.limits import FILE_BYTES
from knowledge.importing.packages import lines
from knowledge.importing.province import ProvinceFile, is_province_file, read_province
from storage import Transaction
from storage.imports import ImportedDocument, ImportRun
from storage.wakeups import KNOWLEDGE

DECREES = (".docx", ".docm", ".doc", ".pdf", ".html", ".htm", ".txt")


@dataclass(frozen=True, slots=True)
class Decreed:
    """A legal document in its parts."""

    decree: Decree
    kind: str = "decree"


@dataclass(frozen=True, slots=True)
class Collected:
    """Articles of many documents."""

    articles: tuple[BulkArticle, ...]
    kind: str = "articles"


@dataclass(frozen=True, slots=True)
class Catalogued:
    """Procedures, and the rows that were left out."""

    procedures: tuple[ImportedProcedure, ...]
    left_out: tuple[RowFault, ...]
    kind: str = "procedures"


@dataclass(frozen=True, slots=True)
class Provincial:
    """A province's own workbook."""

    found: ProvinceFile


Layer = Decreed | Collected | Catalogued
"""What goes below the curated entries."""
Read = Layer | Provincial


@dataclass(frozen=True, slots=True)
class Force:
    """What the importer knows of a document that the file does not say."""

    number: str = ""
    since: date | None = None
    until: date | None = None


def read(file: Path) -> Read:
    """What a file holds, read in a process of its own. Raises ImportFault, TooHeavy, OSError."""
    found = run_apart(_read, file)
    if isinstance(found, _Refused):
        raise ImportFault(Fault(found.code), found.detail)
    return found


async def store(tx: Transaction, found: Layer, *, name: str, digest: str, at: datetime, force: Force) -> int:
    """Put what was read in place of what was imported under the same numbers; returns how many rows."""
    run = await tx.imports.begin(ImportRun(kind=found.kind, name=name, digest=digest, at=at))
    assert run.id is not None
    if isinstance(found, Decreed):
        run.rows = await tx.imports.put_document(_document(found.decree, run.id, force), _rows(found.decree.articles))
    elif isinstance(found, Collected):
        run.rows = sum([await tx.imports.put_document(*document) for document in _documents(found, run.id)])
    else:
        rows = (_procedure(procedure, run.id) for procedure in found.procedures)
        run.rows = await tx.imports.put_procedures(rows)
    tx.audit.write("imported", name, at=at, kind=found.kind, rows=run.rows, digest=digest)
    tx.wake(KNOWLEDGE)
    return run.rows


def digest_of(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class _Refused:
    """An ImportFault on its way between processes: an exception with arguments of its own does not travel well."""

    code: str
    detail: str


def _read(file: Path) -> Read | _Refused:
    try:
        return _read_here(file)
    except ImportFault as fault:
        return _Refused(fault.code, fault.detail)


def _read_here(file: Path) -> Read:
    if _is_articles(file):
        with file.open("rb") as opened:
            return Collected(tuple(read_articles(opened, file.name)))
    if file.stat().st_size > FILE_BYTES:
        raise ImportFault(Fault.TOO_LARGE)
    data = file.read_bytes()
    if file.name.lower().endswith(DECREES):
        return Decreed(read_decree(data, file.name))
    if is_province_file(data, file.name):
        return Provincial(read_province(data, file.name))
    return Catalogued(*read_procedures(data, file.name))


def _is_articles(file: Path) -> bool:
    """Whether the first object of a JSON-lines file is an article of law rather than a procedure."""
    if not file.name.lower().endswith((".jsonl", ".jsonl.gz", ".ndjson")):
        return False
    with file.open("rb") as opened:
        first = next((line for line in lines(opened, FILE_BYTES) if line.strip()), b"")
    try:
        return "law_id" in json.loads(first)
    except (ValueError, TypeError, RecursionError) as error:
        raise ImportFault(Fault.BAD_LINE, "1") from error


def _document(decree: Decree, run: int, force: Force) -> ImportedDocument:
    number = cited_form(force.number) if force.number else decree.number
    if not number:
        raise ImportFault(Fault.MISSING_VALUE, "number")
    return ImportedDocument(
        run=run, number=number, kind=decree.kind, title=decree.title, issuer=decree.issuer, issued=decree.issued,
        since=force.since, until=force.until,
    )  # fmt: skip


def _rows(articles: Iterable[Article]) -> Iterator[dict[str, Any]]:
    for position, article in enumerate(articles):
        place = "\n".join(part for part in (article.chapter, article.section) if part)
        row = {"number": article.number, "heading": article.heading, "place": place}
        yield {**row, "text": article.text, "position": position}


def _documents(found: Collected, run: int) -> Iterator[tuple[ImportedDocument, list[dict[str, Any]]]]:
    ordered = sorted(found.articles, key=lambda article: article.number)  # stable: articles keep their order
    for number, of_document in groupby(ordered, key=lambda article: article.number):
        articles = list({article.article: article for article in of_document}.values())
        rows = [
            {"number": a.article, "heading": a.title, "place": "", "text": a.text, "position": position}
            for position, a in enumerate(articles)
        ]
        yield ImportedDocument(run=run, number=number, kind=articles[0].kind, title=articles[0].law_name), rows


def _procedure(found: ImportedProcedure, run: int) -> dict[str, Any]:
    told = ("agencies", "subjects", "kind", "time", "fee", "steps", "decision", "source")
    detail: dict[str, Any] = {name: getattr(found, name) for name in told if getattr(found, name)}
    lists = {"dossier": list(found.dossier), "legal_basis": list(found.legal_basis)}
    if found.decided_on:
        detail["decided_on"] = found.decided_on.isoformat()
    return {
        "code": found.code, "run": run, "name": found.name, "fields": found.fields, "state": found.state,
        "commune_level": found.commune_level, "updated": found.updated,
        "detail": detail | {name: value for name, value in lists.items() if value},
    }  # fmt: skip
