"""A province's workbook into what is served (nhập cơ cấu, nhân sự của tỉnh): all of it or nothing, nobody revoked.

Departments and the fields they answer for are published like any content; communes and people are rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.province_plan import Absent, Counts, Ground, Plan
from knowledge import Content, KnowledgeBase
from knowledge.importing.province import ProvinceFile
from knowledge.importing.province_check import check_province
from knowledge.importing.province_notes import Spot
from knowledge.publishing import Version, read_versions, revision_of, text_of
from knowledge.structure import DEPARTMENTS, FIELDS, Structure, province_fields_to_text, settle
from knowledge.writing import departments_to_text
from storage import Transaction
from storage.drafts import Deed, Publication
from storage.people import Person
from storage.wakeups import KNOWLEDGE


@dataclass(frozen=True, slots=True)
class Invited:
    """A new person and their one-time code."""

    name: str
    role: str
    unit: str
    unit_name: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """What an import does, or would do: nothing at all when there are faults.

    `counts` are by sheet: departments, fields, communes, staff. `elsewhere` counts people of units that the workbook
    does not name. `codes` are there once the import was done.
    """

    faults: tuple[Spot, ...]
    notices: tuple[Spot, ...]
    counts: Mapping[str, Counts] = field(default_factory=dict)
    absent: tuple[Absent, ...] = ()
    elsewhere: int = 0
    codes: tuple[Invited, ...] = ()


async def import_province(
    tx: Transaction, found: ProvinceFile, *, release: KnowledgeBase, at: datetime, dry_run: bool
) -> Report:
    """Lay a province's workbook over what there is; with a dry run, or any fault, only tell what is the matter."""
    ground = await _ground(tx, release)
    plan = Plan(ground, found)
    faults, notices = check_province(found, ground.known)
    faults = _in_order(*found.faults, *faults, *plan.needed_departments())
    notices = _in_order(*found.notices, *notices, *plan.notices())
    if faults:
        return Report(faults, notices)
    absent = plan.absent()
    report = Report(faults, notices, plan.counts(), tuple(absent), plan.elsewhere())
    return report if dry_run else replace(report, codes=tuple(await _apply(tx, plan, release, at, report)))


def _in_order(*spots: Spot) -> tuple[Spot, ...]:
    return tuple(sorted(spots, key=lambda spot: (spot.sheet, spot.row)))


async def served_structure(tx: Transaction, release: KnowledgeBase) -> Structure:
    """The fields and departments that are served now."""
    return settle(release, await _published(tx))


async def _ground(tx: Transaction, release: KnowledgeBase) -> Ground:
    read = await _published(tx)
    return Ground(
        structure=settle(release, read),
        entries={**release.entries, **{item.value.id: item.value for item in read.entries}},
        communes=await tx.people.communes(),
        people=tuple(await tx.people.all()),
        ticketed=frozenset(await tx.tickets.departments()),
    )


async def _published(tx: Transaction) -> Content:
    return read_versions(Version(p.name, p.text) for p in await tx.drafts.current() if p.deed == Deed.TEXT)


async def _apply(tx: Transaction, plan: Plan, release: KnowledgeBase, at: datetime, report: Report) -> list[Invited]:
    await _publish(tx, plan, release, at)
    for code, name in plan.communes.items():
        known = await tx.people.commune(code) if code in plan.ground.communes else None
        if known is None:
            await tx.people.add_commune(code, name)
        elif known.name != name:
            known.name = name
    counts: dict[str, Any] = {kind: asdict(counts) for kind, counts in report.counts.items()}
    tx.audit.write("province.imported", "province", at=at, **counts)
    return await _invite(tx, plan, at)


async def _publish(tx: Transaction, plan: Plan, release: KnowledgeBase, at: datetime) -> None:
    """The two lists, where they differ from what is served; what equals the release is the release's again."""
    structure = plan.ground.structure
    texts = {}
    if plan.departments != structure.departments:
        own = plan.departments != release.departments
        texts[DEPARTMENTS] = departments_to_text(plan.departments.values()) if own else ""
    if plan.fields != structure.fields:
        own = plan.fields != release.fields
        texts[FIELDS] = province_fields_to_text(plan.fields.values(), release) if own else ""
    for name, text in texts.items():
        over = revision_of(text_of(release, name))
        deed = Deed.TEXT if text else Deed.RELEASE
        await tx.drafts.publish(
            Publication(name=name, deed=deed, text=text, revision=revision_of(text or None), over=over, at=at)
        )
        tx.wake(KNOWLEDGE)


async def _invite(tx: Transaction, plan: Plan, at: datetime) -> list[Invited]:
    people = [
        Person(name=row["name"], role=row["role"], unit=row["unit"], language=row["language"], created_at=at)
        for row in plan.newcomers
    ]
    await tx.people.add_all(people)
    for person in people:
        tx.audit.write("person.invited", f"person:{person.key}", at=at, role=person.role, unit=person.unit)
    names = {**{code: d.name for code, d in plan.departments.items()}, **plan.communes}
    codes = await tx.people.invite_all(people, at=at)
    return [
        Invited(person.name, person.role, person.unit, names.get(person.unit, person.unit), code)
        for person, code in zip(people, codes, strict=True)
    ]
