"""People (người dùng), the accounts they write from, and the one-time codes that bind the two."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import UniqueConstraint, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import moment
from storage.errors import Refusal

CODE_LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"  # no letter that reads like another on a small screen
CODE_LENGTH = 8
CODE_LIFE = timedelta(days=7)
FAILURES_BEFORE_LOCK = 5
LOCK = timedelta(minutes=15)


class Role(StrEnum):
    """What a person may do (vai trò)."""

    GUEST = "guest"
    REQUESTER = "requester"
    SPECIALIST = "specialist"
    LEADER = "leader"
    CURATOR = "curator"
    OPERATOR = "operator"


class Commune(SQLModel, table=True):
    """A commune (xã, phường, đặc khu) whose staff ask."""

    code: str = Field(primary_key=True)
    name: str


class Person(SQLModel, table=True):
    """Somebody known to us. `unit` is a department's or commune's code; a guest has none."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    role: str = Role.GUEST
    unit: str = Field(default="", index=True)
    language: str = "vi"
    active: bool = True
    created_at: datetime = Field(sa_column=moment())

    @property
    def key(self) -> int:
        """The id of a stored person."""
        assert self.id is not None
        return self.id

    @property
    def enrolled(self) -> bool:
        """Whether this is a person with a post, and not revoked."""
        return self.active and self.role != Role.GUEST


class Account(SQLModel, table=True):
    """An address on one channel (tài khoản): a Zalo chat, a Telegram user, a browser session."""

    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    person: int = Field(foreign_key="person.id", index=True)
    channel: str
    address: str
    name: str = ""
    reachable: bool = True
    heard_at: datetime = Field(sa_column=moment())
    code_failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))

    def heard(self, at: datetime) -> None:
        """They wrote: the address works, and is where they want to be answered."""
        self.heard_at = at
        self.reachable = True

    def code_failed(self, at: datetime) -> None:
        """Count a wrong code; after five the account waits a quarter of an hour."""
        self.code_failures += 1
        if self.code_failures >= FAILURES_BEFORE_LOCK:
            self.code_failures = 0
            self.locked_until = at + LOCK


class Enrolment(SQLModel, table=True):
    """A one-time code (mã tham gia) that binds an account to a person's post. Only its hash is kept."""

    id: int | None = Field(default=None, primary_key=True)
    person: int = Field(foreign_key="person.id", index=True)
    code_hash: str = Field(unique=True)
    created_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment())
    used_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class People:
    """All people, their accounts and codes."""

    def __init__(self, session: AsyncSession, secret: str) -> None:
        self._session = session
        self._secret = secret.encode()

    async def get(self, person: int) -> Person:
        """The person with this id; raises Refusal when there is none."""
        found = await self._session.get(Person, person)
        if found is None:
            raise Refusal("person.unknown")
        return found

    async def add(self, name: str, role: Role, unit: str, *, at: datetime) -> Person:
        """A new person, flushed so that it has an id."""
        person = Person(name=name, role=role.value, unit=unit, created_at=at)
        self._session.add(person)
        await self._session.flush()
        return person

    async def add_all(self, people: Iterable[Person]) -> None:
        """Many new people at once, flushed so that they have ids."""
        self._session.add_all(people)
        await self._session.flush()

    async def all(self) -> list[Person]:
        """Everybody with a post, active or not."""
        query = select(Person).where(Person.role != Role.GUEST.value).order_by(col(Person.id))
        return list((await self._session.exec(query)).all())

    async def any_enrolled(self) -> bool:
        """Whether anybody has a post yet (an empty database has nobody)."""
        return (
            await self._session.exec(select(Person.id).where(Person.role != Role.GUEST.value).limit(1))
        ).first() is not None

    async def in_unit(self, unit: str, *roles: Role) -> list[Person]:
        """The active people of one unit in the given roles, in the order they joined."""
        wanted = [role.value for role in roles]
        query = select(Person).where(Person.unit == unit, col(Person.role).in_(wanted), col(Person.active).is_(True))
        return list((await self._session.exec(query.order_by(col(Person.id)))).all())

    async def with_role(self, role: Role) -> list[Person]:
        """All active people in a role."""
        query = select(Person).where(Person.role == role.value, col(Person.active).is_(True)).order_by(col(Person.id))
        return list((await self._session.exec(query)).all())

    # accounts

    async def account(self, channel: str, address: str) -> Account | None:
        """The account at an address, when we have heard of it."""
        query = select(Account).where(Account.channel == channel, Account.address == address)
        return (await self._session.exec(query)).first()

    async def account_by_key(self, key: int) -> Account:
        """The account with this id."""
        return (await self._session.exec(select(Account).where(Account.id == key))).one()

    async def meet(self, channel: str, address: str, *, name: str, at: datetime) -> Account:
        """The account at this address; a stranger becomes a guest."""
        account = await self.account(channel, address) or await self._newcomer(channel, address, name=name, at=at)
        account.heard(at)
        return account

    async def _newcomer(self, channel: str, address: str, *, name: str, at: datetime) -> Account:
        """A guest with an account; of two first messages at once only one makes them."""
        try:
            async with self._session.begin_nested():
                guest = await self.add(name or "Khách", Role.GUEST, "", at=at)
                return await self.add_account(guest, channel, address, name=name, at=at)
        except IntegrityError:
            query = select(Account).where(Account.channel == channel, Account.address == address)
            return (await self._session.exec(query)).one()

    async def add_account(self, person: Person, channel: str, address: str, *, name: str = "", at: datetime) -> Account:
        """Bind a new address to a person."""
        account = Account(person=person.key, channel=channel, address=address, name=name, heard_at=at)
        self._session.add(account)
        await self._session.flush()
        return account

    async def accounts(self, person: int) -> list[Account]:
        """A person's accounts, the one last heard from first: that is where they want to be answered."""
        query = select(Account).where(Account.person == person).order_by(col(Account.heard_at).desc(), col(Account.id))
        return list((await self._session.exec(query)).all())

    async def count_accounts(self, channel: str) -> int:
        """How many addresses a channel has; some platforms cap them."""
        query = select(func.count()).select_from(Account).where(Account.channel == channel)
        return (await self._session.exec(query)).one()

    # one-time codes

    async def invite(self, person: Person, *, at: datetime, life: timedelta = CODE_LIFE) -> str:
        """A fresh one-time code for a person's post; shown once, kept only as a hash. Refusal for a lost post."""
        return (await self.invite_all([person], at=at, life=life))[0]

    async def invite_all(self, people: Sequence[Person], *, at: datetime, life: timedelta = CODE_LIFE) -> list[str]:
        """A fresh one-time code for each post, in the same order. Refusal when one of them is lost."""
        if not all(person.active for person in people):
            raise Refusal("person.unknown")
        codes = ["".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH)) for _ in people]
        self._session.add_all(
            Enrolment(person=person.key, code_hash=self._hash(code), created_at=at, expires_at=at + life)
            for person, code in zip(people, codes, strict=True)
        )
        await self._session.flush()
        return codes

    async def redeem(self, code: str, account: Account, *, at: datetime) -> Person:
        """Bind the account to the post behind the code.

        Raises Refusal `enrolment.locked` or `enrolment.unknown`. The caller must keep the failure count even
        though the turn is refused, or guessing would be free.
        """
        if account.locked_until is not None and at < account.locked_until:
            raise Refusal("enrolment.locked", until=account.locked_until)
        query = select(Enrolment).where(Enrolment.code_hash == self._hash(code)).with_for_update()
        enrolment = (await self._session.exec(query)).first()
        if enrolment is None or enrolment.used_at is not None or enrolment.expires_at <= at:
            raise Refusal("enrolment.unknown")
        person = await self.get(enrolment.person)
        if not person.active:
            raise Refusal("enrolment.unknown")
        enrolment.used_at = at
        account.person, account.code_failures, account.locked_until = person.key, 0, None
        return person

    async def revoke(self, person: Person, *, at: datetime) -> None:
        """Take the post away: no right, no open code remains."""
        person.active = False
        query = select(Enrolment).where(Enrolment.person == person.key, col(Enrolment.used_at).is_(None))
        for enrolment in (await self._session.exec(query)).all():
            enrolment.used_at = at

    def _hash(self, code: str) -> str:
        return hmac.new(self._secret, code.strip().upper().encode(), hashlib.sha256).hexdigest()

    # communes

    async def commune(self, code: str) -> Commune | None:
        """The commune with this code."""
        return await self._session.get(Commune, code)

    async def communes(self) -> dict[str, str]:
        """Names of all communes by code."""
        return {c.code: c.name for c in (await self._session.exec(select(Commune))).all()}

    async def add_commune(self, code: str, name: str) -> Commune:
        """A new commune."""
        commune = Commune(code=code, name=name)
        self._session.add(commune)
        await self._session.flush()
        return commune
