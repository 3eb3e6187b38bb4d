"""What the web chat shows (bản ghi trò chuyện web): the page has no memory of its own, so we keep it."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import document, moment


class WebLine(SQLModel, table=True):
    """One message on somebody's page; `once` makes a repeated send show once."""

    __tablename__ = "web_line"

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(index=True)
    once: str = Field(unique=True)
    text: str
    html: str
    choices: list[dict[str, str]] = Field(default_factory=list, sa_column=document())
    files: list[dict[str, Any]] = Field(default_factory=list, sa_column=document())
    at: datetime = Field(sa_column=moment())

    @property
    def key(self) -> int:
        """The id of a stored line."""
        assert self.id is not None
        return self.id


class WebSession(SQLModel, table=True):
    """A browser that shows somebody's page: the hash of its cookie, and the page's address."""

    __tablename__ = "web_session"

    hash: str = Field(primary_key=True)
    address: str
    at: datetime = Field(sa_column=moment())


class Transcript:
    """All lines of all pages, and the browsers that show them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def page_of(self, session_hash: str) -> str:
        """The address of the page a browser shows; one nobody has assigned shows a page of its own."""
        session = await self._session.get(WebSession, session_hash)
        return session_hash if session is None else session.address

    def assign(self, session_hash: str, address: str, *, at: datetime) -> None:
        """From now on this browser shows that page."""
        self._session.add(WebSession(hash=session_hash, address=address, at=at))

    async def write(self, line: WebLine) -> int:
        """Show a line; a repeat of one already shown gives the same id."""
        shown = (await self._session.exec(select(WebLine).where(WebLine.once == line.once))).first()
        if shown is None:
            self._session.add(line)
            await self._session.flush()
            shown = line
        return shown.key

    async def after(self, address: str, key: int, *, limit: int = 200) -> list[WebLine]:
        """The lines of a page after a given one, oldest first."""
        query = select(WebLine).where(WebLine.address == address, col(WebLine.id) > key)
        return list((await self._session.exec(query.order_by(col(WebLine.id)).limit(limit))).all())

    async def last(self, address: str, *, limit: int) -> list[WebLine]:
        """The newest lines of a page, oldest first."""
        query = select(WebLine).where(WebLine.address == address).order_by(col(WebLine.id).desc()).limit(limit)
        return list(reversed((await self._session.exec(query)).all()))
