"""Who did what, when (nhật ký quản trị). Rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import document, moment


class AuditLine(SQLModel, table=True):
    """One act that somebody may have to account for."""

    __tablename__ = "audit_line"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=moment(index=True))
    actor: int | None = Field(default=None, foreign_key="person.id")
    """None is the operator at the command line."""
    act: str
    subject: str = ""
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=document())


class Audit:
    """All acts."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def write(self, act: str, subject: str, *, at: datetime, actor: int | None = None, **facts: Any) -> None:
        """Write down an act."""
        self._session.add(AuditLine(at=at, actor=actor, act=act, subject=subject, facts=facts))

    async def count(self, act: str, *, since: datetime) -> int:
        """How often an act was written down since a moment."""
        query = select(func.count()).select_from(AuditLine).where(AuditLine.act == act, col(AuditLine.at) >= since)
        return int((await self._session.exec(query)).one())

    async def about(self, subject: str) -> list[AuditLine]:
        """What was done to a subject, in order."""
        query = select(AuditLine).where(AuditLine.subject == subject).order_by(col(AuditLine.id))
        return list((await self._session.exec(query)).all())
