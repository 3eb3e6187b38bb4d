"""Photos and files that came with messages (tệp đính kèm): the row here, the bytes in the data folder."""

from datetime import datetime

from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import moment


class StoredAttachment(SQLModel, table=True):
    """A file somebody sent. `path` is relative to the data folder, empty when the bytes could not be fetched."""

    __tablename__ = "attachment"

    id: int | None = Field(default=None, primary_key=True)
    incoming: int = Field(foreign_key="incoming_message.id", index=True)
    ticket: int | None = Field(default=None, foreign_key="ticket.number", index=True)
    name: str
    media_type: str
    size: int = 0
    path: str = ""
    secret: str = Field(unique=True)
    """Names the file in links; not guessable."""
    at: datetime = Field(sa_column=moment())

    @property
    def key(self) -> int:
        """The id of a stored attachment."""
        assert self.id is not None
        return self.id


class Attachments:
    """All attachments."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, attachment: StoredAttachment) -> StoredAttachment:
        """Keep one."""
        self._session.add(attachment)
        await self._session.flush()
        return attachment

    async def of_message(self, incoming: int) -> list[StoredAttachment]:
        """Those that came with a message."""
        query = select(StoredAttachment).where(StoredAttachment.incoming == incoming).order_by(col(StoredAttachment.id))
        return list((await self._session.exec(query)).all())

    async def of_ticket(self, ticket: int) -> list[StoredAttachment]:
        """Those that belong to a ticket."""
        query = select(StoredAttachment).where(StoredAttachment.ticket == ticket).order_by(col(StoredAttachment.id))
        return list((await self._session.exec(query)).all())

    async def some(self, keys: list[int]) -> list[StoredAttachment]:
        """Those with these ids."""
        query = select(StoredAttachment).where(col(StoredAttachment.id).in_(keys)).order_by(col(StoredAttachment.id))
        return list((await self._session.exec(query)).all()) if keys else []

    async def named(self, secret: str) -> StoredAttachment | None:
        """The one behind a link."""
        return (await self._session.exec(select(StoredAttachment).where(StoredAttachment.secret == secret))).first()
