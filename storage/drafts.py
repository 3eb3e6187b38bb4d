"""Curation (biên tập): proposals of changes to the knowledge base, and what was published of them.

A draft and a publication hold the same text as a content file, under the same name
("entries/dat-dai/x.md", "documents/2025/154-2025-nd-cp.yaml"): one format, two places, one loader.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import moment
from storage.errors import Refusal


class DraftStatus(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Deed(StrEnum):
    """What a proposal would do to its file."""

    TEXT = "text"
    """Put this text in its place; a new entry, an edit, an older version again."""
    RETIRE = "retire"
    """Answer with it no more."""
    RELEASE = "release"
    """Go back to what the release brings."""


class Draft(SQLModel, table=True):
    """A proposal (đề xuất): somebody wants a file of the knowledge base to read so; another person decides."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    deed: str = Deed.TEXT
    text: str = ""
    base_revision: str = ""
    """Revision of the text it was made from, empty for something new; approval refuses when that has moved on."""
    note: str = ""
    """Why (lý do)."""
    author: int = Field(foreign_key="person.id", index=True)
    editor: int = Field(foreign_key="person.id")
    """Who wrote the text as it stands; like the author, they may not approve it."""
    ticket: int | None = Field(default=None, foreign_key="ticket.number", index=True)
    """The ticket whose answer it came from."""
    status: str = Field(default=DraftStatus.PROPOSED, index=True)
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    reason: str = ""
    """Why it was not approved."""
    created_at: datetime = Field(sa_column=moment())
    changed_at: datetime = Field(sa_column=moment())
    version: int = 1

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]

    @property
    def key(self) -> int:
        """The id of a stored draft."""
        assert self.id is not None
        return self.id

    def rewrite(self, text: str, note: str, *, by: int, at: datetime) -> None:
        """Somebody improves it before it is decided."""
        self._must_wait()
        self.text, self.note, self.editor, self.changed_at = text, note, by, at

    def require_other(self, person: int) -> None:
        """Refuse whoever wrote it: two people, always."""
        if person in (self.author, self.editor):
            raise Refusal("draft.own")

    def require_approvable(self, *, by: int) -> None:
        """Refuse what was decided already, and whoever wrote it."""
        self._must_wait()
        self.require_other(by)

    def approve(self, *, by: int, at: datetime) -> None:
        """A second person agrees (duyệt)."""
        self.require_approvable(by=by)
        self._decide(DraftStatus.APPROVED, by, at)

    def reject(self, reason: str, *, by: int, at: datetime) -> None:
        """A second person does not agree, and says why (không duyệt)."""
        self._must_wait()
        if not reason.strip():
            raise Refusal("draft.reason_missing")
        self.reason = reason
        self._decide(DraftStatus.REJECTED, by, at)

    def withdraw(self, *, by: int, at: datetime) -> None:
        """The author takes it back (rút lại)."""
        self._must_wait()
        if by != self.author:
            raise Refusal("draft.not_own")
        self._decide(DraftStatus.WITHDRAWN, by, at)

    def _must_wait(self) -> None:
        if self.status != DraftStatus.PROPOSED:
            raise Refusal("draft.decided", status=f"draft_status.{self.status}")

    def _decide(self, status: DraftStatus, by: int, at: datetime) -> None:
        self.status, self.decided_by, self.decided_at, self.changed_at = status, by, at, at


class Publication(SQLModel, table=True):
    """A version that was published (bản đã ban hành). Rows are only ever added; the latest of a name counts."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    deed: str = Deed.TEXT
    text: str = ""
    revision: str = ""
    """Fingerprint of the text; empty when there is none."""
    over: str = ""
    """Revision that the release had when this took its place; a newer release with another is a conflict."""
    draft: int | None = Field(default=None, foreign_key="draft.id", unique=True)
    author: int | None = Field(default=None, foreign_key="person.id")
    """None: from a file, by the operator at the command line."""
    approver: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_column=moment())

    @property
    def key(self) -> int:
        """The id of a stored publication."""
        assert self.id is not None
        return self.id


class Drafts:
    """All proposals, and all that was published."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def propose(self, draft: Draft) -> Draft:
        """Keep a proposal, flushed so that it has an id."""
        self._session.add(draft)
        await self._session.flush()
        return draft

    async def get(self, key: int) -> Draft:
        """The proposal with this id; refuses when there is none."""
        found = await self._session.get(Draft, key)
        if found is None:
            raise Refusal("draft.unknown")
        return found

    async def waiting(self, *, limit: int = 200) -> list[Draft]:
        """Proposals that nobody has decided yet, oldest first."""
        query = select(Draft).where(Draft.status == DraftStatus.PROPOSED.value).order_by(col(Draft.id)).limit(limit)
        return list((await self._session.exec(query)).all())

    async def decided(self, *, limit: int = 50) -> list[Draft]:
        """Proposals that were approved, rejected or taken back, the latest first."""
        query = select(Draft).where(Draft.status != DraftStatus.PROPOSED.value)
        return list((await self._session.exec(query.order_by(col(Draft.changed_at).desc()).limit(limit))).all())

    async def of_author(self, author: int, *, limit: int = 200) -> list[Draft]:
        """What a person has proposed, the latest first."""
        query = select(Draft).where(Draft.author == author).order_by(col(Draft.id).desc()).limit(limit)
        return list((await self._session.exec(query)).all())

    async def of_name(self, name: str) -> list[Draft]:
        """Every proposal for a file, newest first."""
        query = select(Draft).where(Draft.name == name).order_by(col(Draft.id).desc())
        return list((await self._session.exec(query)).all())

    async def of_ticket(self, ticket: int) -> list[Draft]:
        """Proposals that came from a ticket's answer."""
        query = select(Draft).where(Draft.ticket == ticket).order_by(col(Draft.id))
        return list((await self._session.exec(query)).all())

    async def publish(self, publication: Publication) -> Publication:
        """Add a version, flushed so that it has an id."""
        self._session.add(publication)
        await self._session.flush()
        return publication

    async def state(self) -> int:
        """Changes whenever a publication was committed; the highest id would not, where a lower one ends last."""
        return (await self._session.exec(select(func.count(col(Publication.id))))).one()

    async def current(self) -> list[Publication]:
        """The latest version of every name, in order of publication."""
        latest = select(func.max(Publication.id)).group_by(Publication.name)
        query = select(Publication).where(col(Publication.id).in_(latest)).order_by(col(Publication.id))
        return list((await self._session.exec(query)).all())

    async def history(self, name: str) -> list[Publication]:
        """Every version of a name, newest first."""
        query = select(Publication).where(Publication.name == name).order_by(col(Publication.id).desc())
        return list((await self._session.exec(query)).all())

    async def version(self, key: int) -> Publication:
        """The version with this id; refuses when there is none."""
        found = await self._session.get(Publication, key)
        if found is None:
            raise Refusal("publication.unknown")
        return found
