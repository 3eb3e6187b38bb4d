"""What was imported and nobody has curated (lớp nhập): articles of law and procedures, to look things up in.

They never answer by themselves; they are shown as what may bear on a question, and can be cited.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint, delete, insert, literal
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import document, moment

BATCH = 500


class ImportRun(SQLModel, table=True):
    """One import (lần nhập): which file, by whom, how much came of it."""

    __tablename__ = "import_run"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    name: str
    digest: str
    """SHA-256 of the file."""
    rows: int = 0
    actor: int | None = Field(default=None, foreign_key="person.id")
    """None is the operator at the command line."""
    at: datetime = Field(sa_column=moment())


class ImportedDocument(SQLModel, table=True):
    """A legal document whose articles were imported. Days it is in force, where the importer knew them."""

    __tablename__ = "imported_document"

    id: int | None = Field(default=None, primary_key=True)
    run: int = Field(foreign_key="import_run.id")
    number: str = Field(unique=True)
    kind: str = ""
    title: str = ""
    issuer: str = ""
    issued: date | None = None
    since: date | None = None
    until: date | None = None


class ImportedArticle(SQLModel, table=True):
    """One article (điều) of an imported document, as it stands there."""

    __tablename__ = "imported_article"
    __table_args__ = (
        UniqueConstraint("document", "number", name="uq_imported_article_document"),
        {"sqlite_autoincrement": True},  # a key never passes to another article: buttons and tickets hold it
    )

    id: int | None = Field(default=None, primary_key=True)
    document: int = Field(foreign_key="imported_document.id")
    number: str
    """Without the word: "9", "9a"."""
    heading: str = ""
    place: str = ""
    """Where it stands: "Chương II. …", "Mục 1. …", a line each."""
    text: str
    """The whole body, a paragraph a line, numbers of clauses and points kept."""
    position: int


class ImportedProcedure(SQLModel, table=True):
    """One administrative procedure (thủ tục hành chính) of the national catalogue."""

    __tablename__ = "imported_procedure"

    code: str = Field(primary_key=True)
    run: int = Field(foreign_key="import_run.id")
    name: str
    fields: str = ""
    commune_level: bool = False
    state: str = ""
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=document())
    """What else the catalogue says: time, fee, dossier, legal basis, steps; empty where it says nothing."""
    updated: str = ""


class Imports:
    """All that was imported."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def begin(self, run: ImportRun) -> ImportRun:
        """Write down that an import begins; everything of it goes in with the same transaction."""
        self._session.add(run)
        await self._session.flush()
        return run

    async def state(self) -> int:
        """Changes whenever an import was committed; the highest id would not, where a lower one ends last."""
        return (await self._session.exec(select(func.count(col(ImportRun.id))))).one()

    async def run(self, key: int) -> ImportRun:
        """The import with this id."""
        return (await self._session.exec(select(ImportRun).where(ImportRun.id == key))).one()

    async def runs(self, *, limit: int = 50) -> list[ImportRun]:
        """The latest imports, newest first."""
        return list((await self._session.exec(select(ImportRun).order_by(col(ImportRun.id).desc()).limit(limit))).all())

    async def put_document(self, found: ImportedDocument, articles: Iterable[dict[str, Any]]) -> int:
        """A document with all its articles, in place of what was imported under its number; returns how many.

        The articles are rows of ImportedArticle without `id` and `document`; one that was there keeps its key.
        """
        keys = await self._forget_document(found.number)
        self._session.add(found)
        await self._session.flush()
        rows = [{**row, "document": found.id} for row in articles]
        known = [{**row, "id": keys[row["number"]]} for row in rows if row["number"] in keys]
        new = [row for row in rows if row["number"] not in keys]
        return await self._add(ImportedArticle, known) + await self._add(ImportedArticle, new)

    async def put_procedures(self, rows: Iterable[dict[str, Any]]) -> int:
        """Procedures, each in place of the one with its code; returns how many."""
        return await self._add(ImportedProcedure, rows, replacing=True)

    async def documents(self) -> list[ImportedDocument]:
        """Every imported document, in order of import."""
        return list((await self._session.exec(select(ImportedDocument).order_by(col(ImportedDocument.id)))).all())

    async def article(self, key: int) -> tuple[ImportedDocument, ImportedArticle] | None:
        """An article and its document."""
        query = (
            select(ImportedDocument, ImportedArticle)
            .join(ImportedArticle, col(ImportedArticle.document) == ImportedDocument.id)
            .where(ImportedArticle.id == key)
        )
        return (await self._session.exec(query)).first()

    async def procedure(self, code: str) -> ImportedProcedure | None:
        """The procedure with this code."""
        return await self._session.get(ImportedProcedure, code)

    async def article_rows(self, *, texts: bool) -> Sequence[Any]:
        """All articles in order of import: id, document, number, heading, and the text where it is wanted."""
        text = col(ImportedArticle.text) if texts else literal("")
        columns = (ImportedArticle.id, ImportedArticle.document, ImportedArticle.number, ImportedArticle.heading)
        query = select(*columns, text.label("text")).order_by(col(ImportedArticle.id))  # type: ignore[call-overload]
        return (await self._session.exec(query)).all()  # type: ignore[no-any-return]

    async def procedure_rows(self) -> Sequence[Any]:
        """All procedures by code: code, name, fields, commune_level, state."""
        columns = (
            ImportedProcedure.code, ImportedProcedure.name, ImportedProcedure.fields, ImportedProcedure.commune_level,
            ImportedProcedure.state,
        )  # fmt: skip
        return (await self._session.exec(select(*columns).order_by(col(ImportedProcedure.code)))).all()  # type: ignore[call-overload]

    async def _forget_document(self, number: str) -> dict[str, int | None]:
        """Take a document out with its articles; returns their keys by number."""
        key = (await self._session.exec(select(ImportedDocument.id).where(ImportedDocument.number == number))).first()
        if key is None:
            return {}
        own = col(ImportedArticle.document) == key
        keys = {
            n: k for n, k in await self._session.exec(select(ImportedArticle.number, ImportedArticle.id).where(own))
        }
        await self._session.exec(delete(ImportedArticle).where(own))
        await self._session.exec(delete(ImportedDocument).where(col(ImportedDocument.id) == key))
        return keys

    async def _add(self, model: type[SQLModel], rows: Iterable[dict[str, Any]], *, replacing: bool = False) -> int:
        waiting: list[dict[str, Any]] = []
        count = 0
        for row in rows:
            waiting.append(row)
            if len(waiting) == BATCH:
                count += await self._flush(model, waiting, replacing=replacing)
                waiting = []
        return count + (await self._flush(model, waiting, replacing=replacing) if waiting else 0)

    async def _flush(self, model: type[SQLModel], rows: list[dict[str, Any]], *, replacing: bool) -> int:
        if replacing:
            codes = [row["code"] for row in rows]
            await self._session.exec(delete(ImportedProcedure).where(col(ImportedProcedure.code).in_(codes)))
        await self._session.exec(insert(model), params=rows)
        return len(rows)
