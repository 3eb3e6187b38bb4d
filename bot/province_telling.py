"""What an import of a province's workbook did, or would do, in words: faults first, each with what would be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.province_import import Report
from bot.wording import Wording
from knowledge.importing.province_notes import Flaw, Notice, Spot
from knowledge.importing.province_words import province_words

_WHAT = {
    Flaw.SHEET_TWICE: "province.sheet_twice",
    Flaw.NO_HEADER: "province.no_header",
    Flaw.NO_COLUMN: "province.no_column",
    Flaw.COLUMN_TWICE: "province.column_twice",
    Flaw.MISSING: "province.missing",
    Flaw.FORMULA_ERROR: "province.formula_error",
    Flaw.TOO_LONG: "province.too_long",
    Flaw.BAD_NAME: "province.bad_name",
    Flaw.BAD_CODE: "province.bad_code",
    Flaw.REPEATED: "province.repeated",
    Flaw.TAKEN: "province.taken",
    Flaw.UNKNOWN_ROLE: "province.unknown_role",
    Flaw.UNKNOWN_LANGUAGE: "province.unknown_language",
    Flaw.UNKNOWN_FIELD: "province.unknown_field",
    Flaw.UNKNOWN_DEPARTMENT: "province.unknown_department",
    Flaw.UNKNOWN_UNIT: "province.unknown_unit",
    Flaw.NOT_A_DEPARTMENT: "province.not_a_department",
    Flaw.NOT_A_COMMUNE: "province.not_a_commune",
    Flaw.USED_BY_FIELDS: "province.used_by_fields",
    Flaw.USED_BY_ENTRIES: "province.used_by_entries",
    Flaw.USED_BY_TICKETS: "province.used_by_tickets",
    Flaw.USED_BY_PEOPLE: "province.used_by_people",
    Notice.UNKNOWN_SHEET: "province.unknown_sheet",
    Notice.UNKNOWN_COLUMN: "province.unknown_column",
    Notice.HIDDEN_ROWS: "province.hidden_rows",
    Notice.EXAMPLES: "province.examples",
    Notice.NAMESAKE: "province.namesake",
    Notice.SAME_NAME: "province.same_name",
    Notice.REVOKED: "province.revoked",
    Notice.REMOVED: "province.removed",
}
_KINDS = {
    "departments": "province.departments",
    "fields": "province.fields",
    "communes": "province.communes",
    "staff": "province.staff",
}


def told(report: Report, said: Wording, *, dry_run: bool) -> Iterator[str]:
    """What an import did, or would do, line by line."""
    for spot in (*report.faults, *report.notices):
        yield said.text(
            "province.fault" if isinstance(spot.code, Flaw) else "province.notice", _facts(spot, said), "vi"
        )
    if report.faults:
        return
    yield said.text("province.would_do" if dry_run else "province.done", {}, "vi")
    for kind, counts in report.counts.items():
        facts = {"kind": _KINDS[kind], "created": counts.created, "changed": counts.changed}
        rest = {"removed": counts.removed, "unchanged": counts.unchanged}
        yield said.text("province.counts", facts | rest, "vi")
    yield from _absent(report, said)


def _absent(report: Report, said: Wording) -> Iterator[str]:
    for person in report.absent:
        facts: Mapping[str, Any] = {"number": person.id, "name": person.name, "unit": person.unit}
        yield said.text("province.absent", {**facts, "role": role_name(person.role)}, "vi")
    if report.elsewhere:
        yield said.text("province.elsewhere", {"count": report.elsewhere}, "vi")


def _facts(spot: Spot, said: Wording) -> dict[str, Any]:
    row = said.text("province.row", {"row": spot.row}, "vi") if spot.row else ""
    place = ", ".join(part for part in (spot.sheet, row, spot.column) if part)
    what = said.text(_WHAT[spot.code], {"value": spot.value, "right": spot.right or "–"}, "vi")
    return {"place": place, "what": what}


def role_name(role: str) -> str:
    """A role as it is written in workbooks."""
    return province_words().role_names.get(role, role)
