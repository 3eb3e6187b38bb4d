"""A province's workbook against what is known: codes that lead nowhere, each with the nearest that does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from knowledge.importing.province import ProvinceFile, Row
from knowledge.importing.province_notes import Flaw, Notice, Spot
from knowledge.text import phrase_key

_NEAR = 60
"""Share of letters in common, of 100, from which on one code is taken for a slip of another."""
_IN_DEPARTMENTS = ("specialist", "leader")
_IN_COMMUNES = ("requester",)


@dataclass(frozen=True, slots=True)
class Known:
    """Names by code of what there is already; `province` is the unit of those who lead the whole province."""

    fields: Mapping[str, str]
    departments: Mapping[str, str]
    communes: Mapping[str, str]
    province: str


def check_province(found: ProvinceFile, known: Known) -> tuple[tuple[Spot, ...], tuple[Spot, ...]]:
    """Faults and notices of a workbook's rows among what is known, and among each other."""
    departments = _names(found.departments) or known.departments
    communes = {**known.communes, **_names(found.communes)}
    faults = [
        *_taken(found.departments, {**communes, known.province: ""}),
        *_taken(found.communes, {**departments, known.province: ""}),
        *_of_fields(found, known, departments),
        *_of_staff(found, departments, communes, known.province),
    ]
    return tuple(faults), tuple(_same_names(found, communes))


def nearest(text: str, names: Mapping[str, str]) -> str:
    """The code that is most like what was written, or whose name is, with its name; empty when none is like it."""
    by_key = {phrase_key(name): code for code, name in names.items() if name}
    by_key |= {phrase_key(code): code for code in names}
    best = process.extractOne(phrase_key(text), list(by_key), scorer=fuzz.ratio, score_cutoff=_NEAR)
    if best is None:
        return ""
    code = by_key[best[0]]
    return f"{code} ({names[code]})" if names[code] else code


def _names(rows: tuple[Row, ...]) -> dict[str, str]:
    return {row["code"]: row["name"] for row in rows if row["code"]}


def _taken(rows: tuple[Row, ...], others: Mapping[str, str]) -> Iterator[Spot]:
    for row in rows:
        if row["code"] in others:
            yield row.spot("code", Flaw.TAKEN, others[row["code"]])


def _of_fields(found: ProvinceFile, known: Known, departments: Mapping[str, str]) -> Iterator[Spot]:
    for row in found.fields:
        if row["field"] and row["field"] not in known.fields:
            yield row.spot("field", Flaw.UNKNOWN_FIELD, nearest(row["field"], known.fields))
        if row["department"] and row["department"] not in departments:
            yield row.spot("department", Flaw.UNKNOWN_DEPARTMENT, nearest(row["department"], departments))


def _of_staff(
    found: ProvinceFile, departments: Mapping[str, str], communes: Mapping[str, str], province: str
) -> Iterator[Spot]:
    units = {**departments, **communes, province: ""}
    for row in found.staff:
        unit, role = row["unit"], row["role"]
        if unit and unit not in units:
            yield row.spot("unit", Flaw.UNKNOWN_UNIT, nearest(unit, units))
        elif unit in communes and role in _IN_DEPARTMENTS:
            yield row.spot("unit", Flaw.NOT_A_DEPARTMENT, communes[unit])
        elif unit and unit not in communes and role in _IN_COMMUNES:
            yield row.spot("unit", Flaw.NOT_A_COMMUNE, units[unit])


def _same_names(found: ProvinceFile, communes: Mapping[str, str]) -> Iterator[Spot]:
    codes: dict[str, list[str]] = {}
    for code, name in communes.items():
        codes.setdefault(phrase_key(name), []).append(code)
    for row in found.communes:
        others = [code for code in codes.get(phrase_key(row["name"]), ()) if code != row["code"]]
        if row["name"] and others:
            yield row.spot("name", Notice.SAME_NAME, ", ".join(others))
