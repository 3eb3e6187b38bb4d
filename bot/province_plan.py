"""What becomes of a province's departments, fields, communes and people by a workbook: worked out, not yet done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from handlers.permissions import PROVINCE_UNIT
from knowledge.entries import Department, Entry, Field
from knowledge.importing.province import ProvinceFile, Row, name_key
from knowledge.importing.province_check import Known
from knowledge.importing.province_notes import Flaw, Notice, Spot
from knowledge.structure import Structure
from storage.people import Person

_NAMED = 5
"""So many of those who need a department are named."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of a kind the workbook makes, changes, takes out of the list, or leaves as they are."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody with a post in a unit that the workbook names, who is not in it."""

    id: int
    name: str
    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What there is before the import."""

    structure: Structure
    entries: Mapping[str, Entry]
    communes: Mapping[str, str]
    people: tuple[Person, ...]
    ticketed: frozenset[str]
    """Departments that have, or had, a ticket."""

    @property
    def known(self) -> Known:
        fields = {code: f.name for code, f in self.structure.fields.items()}
        departments = {code: department.name for code, department in self.structure.departments.items()}
        return Known(fields, departments, self.communes, PROVINCE_UNIT)


class Plan:
    """What becomes of what there is."""

    def __init__(self, ground: Ground, found: ProvinceFile) -> None:
        self.ground, self.found = ground, found
        self.departments = {row["code"]: _department(row) for row in found.departments} or dict(
            ground.structure.departments
        )
        self.fields: dict[str, Field] = dict(ground.structure.fields)
        for row in found.fields:
            if row["field"] in self.fields:
                self.fields[row["field"]] = replace(self.fields[row["field"]], department=row["department"])
        self.communes = {**ground.communes, **{row["code"]: row["name"] for row in found.communes}}
        self.posts = {_post_of(person): person for person in sorted(ground.people, key=lambda p: p.active)}
        self.newcomers = [row for row in found.staff if _post(row) not in self.posts]

    def needed_departments(self) -> list[Spot]:
        """Departments that are not in the list, though something needs them."""
        gone = self._gone()
        users = {
            Flaw.USED_BY_FIELDS: [(f.department, f.code) for f in self.fields.values()],
            Flaw.USED_BY_ENTRIES: [(entry.department, entry.id) for entry in self.ground.entries.values()],
            Flaw.USED_BY_TICKETS: [(code, "") for code in sorted(self.ground.ticketed)],
            Flaw.USED_BY_PEOPLE: [(person.unit, person.name) for person in self.ground.people if person.active],
        }
        return [spot for flaw, uses in users.items() for spot in self._needed(flaw, uses, gone)]

    def notices(self) -> list[Spot]:
        """Departments that go, and people whose post is not given back."""
        needed = {spot.value for spot in self.needed_departments()}
        told = [self._of_list(Notice.REMOVED, code, "") for code in self._gone() if code not in needed]
        lost = [row for row in self.found.staff if (p := self.posts.get(_post(row))) is not None and not p.active]
        return told + [row.spot("name", Notice.REVOKED) for row in lost]

    def counts(self) -> dict[str, Counts]:
        """How much of each kind changes."""
        structure = self.ground.structure
        known = len(self.found.staff) - len(self.newcomers)
        return {
            "departments": _compared(structure.departments, self.departments),
            "fields": _compared(structure.fields, self.fields),
            "communes": _compared(self.ground.communes, self.communes),
            "staff": Counts(created=len(self.newcomers), unchanged=known),
        }

    def absent(self) -> list[Absent]:
        """Active people of the units in the workbook who are not in it."""
        posts, units = {_post(row) for row in self.found.staff}, self._units()
        return [
            Absent(person.key, person.name, person.role, person.unit)
            for person in self.ground.people
            if person.active and person.unit in units and _post_of(person) not in posts
        ]

    def elsewhere(self) -> int:
        """How many active people belong to units that the workbook does not name."""
        units = self._units()
        return sum(person.active and person.unit not in units for person in self.ground.people) if units else 0

    def _units(self) -> set[str]:
        return {row["unit"] for row in self.found.staff}

    def _gone(self) -> list[str]:
        """Departments that are not in the list; none where a row of it has no code that can be read."""
        if not all(row["code"] for row in self.found.departments):
            return []
        return [code for code in self.ground.structure.departments if code not in self.departments]

    def _needed(self, flaw: Flaw, uses: Iterable[tuple[str, str]], gone: list[str]) -> Iterable[Spot]:
        by_code: dict[str, list[str]] = {}
        for code, user in uses:
            by_code.setdefault(code, []).append(user)
        for code in gone:
            if code in by_code:
                more = ["…"] if len(by_code[code]) > _NAMED else []
                yield self._of_list(flaw, code, ", ".join([*by_code[code][:_NAMED], *more]))

    def _of_list(self, what: Flaw | Notice, code: str, right: str) -> Spot:
        return Spot(self.found.departments[0].sheet, 0, "", what, code, right)


def _department(row: Row) -> Department:
    return Department(row["code"], row["name"], row["short_name"] or row["name"])


def _post(row: Row) -> tuple[str, str, str]:
    return name_key(row["name"]), row["unit"], row["role"]


def _post_of(person: Person) -> tuple[str, str, str]:
    return name_key(person.name), person.unit, person.role


def _compared(before: Mapping[str, object], after: Mapping[str, object]) -> Counts:
    same = sum(before.get(key) == value for key, value in after.items())
    created = sum(key not in before for key in after)
    removed = sum(key not in after for key in before)
    return Counts(created, len(after) - created - same, removed, same)
