"""People, their accounts and the one-time codes that bind the two."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from storage import Database, Refusal
from storage.people import CODE_LENGTH, CODE_LETTERS, CODE_LIFE, FAILURES_BEFORE_LOCK, LOCK, Account, Person, Role
from tests.storage.rows import NOW, after, chat, everything, officer, specialist


async def _guest(database: Database, address: str) -> Account:
    async with database.transaction() as tx:
        return await tx.people.meet("telegram", address, name="", at=NOW)


async def _redeem(database: Database, code: str, address: str, *, at: float = 0) -> str:
    """The name of whoever the account is bound to now, or the key of the refusal."""
    async with database.transaction() as tx:
        account = await tx.people.account("telegram", address)
        assert account is not None
        try:
            return (await tx.people.redeem(code, account, at=after(seconds=at))).name
        except Refusal as refusal:
            return refusal.key


async def _invited(database: Database, *, life: timedelta = CODE_LIFE) -> tuple[Person, str]:
    async with database.transaction() as tx:
        person = await officer(tx)
        return person, await tx.people.invite(person, at=NOW, life=life)


async def test_a_code_binds_one_account_once(database: Database) -> None:
    person, code = await _invited(database)
    for address in ("first", "second"):
        await _guest(database, address)
    assert await _redeem(database, f" {code.lower()} ", "first") == "Lò Thị Mai"
    assert await _redeem(database, code, "second") == "enrolment.unknown"
    assert await _redeem(database, code, "first") == "enrolment.unknown"
    async with database.reading() as tx:
        assert [account.address for account in await tx.people.accounts(person.key)] == ["first"]


async def test_of_two_who_redeem_a_code_at_once_one_gets_in(database: Database) -> None:
    _, code = await _invited(database)
    addresses = [f"phone{number}" for number in range(6)]
    for address in addresses:
        await _guest(database, address)
    outcomes = await asyncio.gather(*(_redeem(database, code, address) for address in addresses))
    assert sorted(outcomes) == ["Lò Thị Mai", *["enrolment.unknown"] * 5]


async def test_a_code_ends(database: Database) -> None:
    for seconds, expected in ((3600, "enrolment.unknown"), (3599, "Lò Thị Mai")):
        _, code = await _invited(database, life=timedelta(hours=1))
        await _guest(database, code)
        assert await _redeem(database, code, code, at=seconds) == expected


async def test_a_revoked_person_s_open_codes_are_worth_nothing(database: Database) -> None:
    person, code = await _invited(database)
    await _guest(database, "first")
    async with database.transaction() as tx:
        await tx.people.revoke(await tx.people.get(person.key), at=NOW)
    assert await _redeem(database, code, "first") == "enrolment.unknown"
    async with database.transaction() as tx:
        (await tx.people.get(person.key)).active = True
    assert await _redeem(database, code, "first") == "enrolment.unknown", "an old code must not come back to life"


async def test_nobody_invites_the_revoked(database: Database) -> None:
    person, _ = await _invited(database)
    async with database.transaction() as tx:
        found = await tx.people.get(person.key)
        await tx.people.revoke(found, at=NOW)
        with pytest.raises(Refusal, match=r"person\.unknown"):
            await tx.people.invite(found, at=NOW)


async def test_five_wrong_codes_lock_the_account_for_a_quarter_of_an_hour(database: Database) -> None:
    _, code = await _invited(database)
    await _guest(database, "first")
    async with database.transaction() as tx:
        account = await tx.people.account("telegram", "first")
        assert account is not None
        for failure in range(FAILURES_BEFORE_LOCK):
            assert account.locked_until is None, f"locked after {failure}"
            account.code_failed(NOW)
    assert await _redeem(database, code, "first", at=LOCK.total_seconds() - 1) == "enrolment.locked"
    assert await _redeem(database, code, "first", at=LOCK.total_seconds()) == "Lò Thị Mai"


async def test_success_forgets_earlier_failures(database: Database) -> None:
    _, code = await _invited(database)
    account = await _guest(database, "first")
    for _ in range(FAILURES_BEFORE_LOCK - 1):
        account.code_failed(NOW)
    async with database.transaction() as tx:
        await tx.people.redeem(code, account, at=NOW)
    assert account.code_failures == 0


async def test_only_a_hash_of_the_code_is_stored(database: Database) -> None:
    _, code = await _invited(database)
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(CODE_LETTERS)
    stored = repr(await everything(database))
    assert code not in stored
    assert code.lower() not in stored
    elsewhere = Database(database.url.render_as_string(hide_password=False), secret="another secret")
    await _guest(database, "first")
    assert await _redeem(elsewhere, code, "first") == "enrolment.unknown", "the hash is keyed by the secret"
    await elsewhere.close()


async def test_codes_differ(database: Database) -> None:
    codes = [(await _invited(database))[1] for _ in range(10)]
    assert len(set(codes)) == 10


async def test_the_account_last_heard_from_comes_first(database: Database) -> None:
    async with database.transaction() as tx:
        person = await officer(tx)
        accounts = [(await chat(tx, person, channel))[0] for channel in ("web", "telegram", "zalo_bot")]
        assert [account.channel for account in await tx.people.accounts(person.key)] == ["web", "telegram", "zalo_bot"]
        accounts[1].reachable = False
        accounts[1].heard(after(hours=2))
        accounts[2].heard(after(hours=1))
        assert [a.channel for a in await tx.people.accounts(person.key)] == ["telegram", "zalo_bot", "web"]
        assert accounts[1].reachable
        assert await tx.people.count_accounts("web") == 1


async def test_who_is_in_a_unit_and_in_a_role(database: Database) -> None:
    async with database.transaction() as tx:
        assert not await tx.people.any_enrolled()
        await tx.people.meet("web", "guest", name="Khách qua đường", at=NOW)
        assert not await tx.people.any_enrolled()
        ha, vinh = await specialist(tx), await specialist(tx, "Đỗ Quang Vinh")
        chau = await tx.people.add("Lê Bảo Châu", Role.LEADER, "so-tu-phap", at=NOW)
        await specialist(tx, "Bùi Đức Thắng", "so-noi-vu")
        await tx.people.revoke(vinh, at=NOW)
        assert await tx.people.in_unit("so-tu-phap", Role.SPECIALIST) == [ha]
        assert await tx.people.in_unit("so-tu-phap", Role.SPECIALIST, Role.LEADER) == [ha, chau]
        assert await tx.people.with_role(Role.LEADER) == [chau]
        assert [person.active for person in await tx.people.all()] == [True, False, True, True]
        assert (ha.enrolled, vinh.enrolled) == (True, False)


async def test_a_person_who_is_not_there_is_refused(database: Database) -> None:
    async with database.reading() as tx:
        with pytest.raises(Refusal, match=r"person\.unknown"):
            await tx.people.get(404)
