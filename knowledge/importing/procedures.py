"""The table of administrative procedures (thủ tục hành chính), as the catalogue has it or as a spreadsheet."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date

from knowledge.importing import limits
from knowledge.importing.bulk import json_row
from knowledge.importing.catalogue import flat
from knowledge.importing.faults import Fault, ImportFault
from knowledge.importing.kinds import kind_of
from knowledge.importing.letters import clean
from knowledge.importing.packages import lines
from knowledge.importing.tables import Row, csv_rows, spreadsheet_rows
from knowledge.importing.values import ImportedProcedure, RowFault
from knowledge.importing.vocabulary import vocabulary
from knowledge.text import phrase_key

_CODE = re.compile(r"\d\.\d{6,10}(?:\.\d{1,6})?")
_SHORT_CODE = re.compile(r"\d\.\d{1,5}")
_COMMUNE = re.compile(r"\bxã\b", re.IGNORECASE)
_DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}))")


def read_procedures(data: bytes, name: str) -> tuple[tuple[ImportedProcedure, ...], tuple[RowFault, ...]]:
    """Procedures of a .jsonl, .jsonl.gz, .xlsx or .csv file, and the rows that were left out.

    Raises ImportFault when the file cannot be read, has no header, or has too many faulty rows.
    """
    found: dict[str, ImportedProcedure] = {}
    faults: list[RowFault] = []
    for line, values in _rows(data, name):
        fault = _fault(values, found)
        if fault is not None:
            faults.append(RowFault(line, fault, values.get("code", "")[:40]))
            _require_few(faults)
            continue
        procedure = _procedure(values)
        found[procedure.code] = procedure
    if not found:
        raise ImportFault(Fault.NO_ROWS)
    return tuple(found.values()), tuple(faults)


def _require_few(faults: list[RowFault]) -> None:
    if len(faults) > limits.ROW_FAULTS:
        raise ImportFault(Fault.BAD_LINE, str(faults[0].line))


def _rows(data: bytes, name: str) -> Iterator[Row]:
    kind = kind_of(data, name, "xlsx", "txt", "gz")
    if kind == "xlsx":
        return spreadsheet_rows(data)
    if kind == "gz" or name.lower().endswith((".jsonl", ".ndjson")) or data.lstrip()[:1] == b"{":
        return _json_rows(data)
    return csv_rows(data)


def _json_rows(data: bytes) -> Iterator[Row]:
    for number, line in enumerate(lines(io.BytesIO(data), limits.UNZIPPED_BYTES), start=1):
        if number > limits.SPREADSHEET_ROWS:
            raise ImportFault(Fault.TOO_MANY_ROWS, str(limits.SPREADSHEET_ROWS))
        if line.strip():
            yield number, flat(json_row(line, number))


def _fault(values: dict[str, str], found: dict[str, ImportedProcedure]) -> Fault | None:
    code = _code(values.get("code", ""))
    if not _CODE.fullmatch(code) or not clean(values.get("name", "")):
        return Fault.MISSING_VALUE
    return Fault.REPEATED if code in found else None


def _code(text: str) -> str:
    """The code with the zeros that a spreadsheet cuts off at its end: 1.00008 is 1.000080."""
    code = clean(text)
    return code.ljust(8, "0") if _SHORT_CODE.fullmatch(code) else code


def _procedure(values: dict[str, str]) -> ImportedProcedure:
    def one(name: str) -> str:
        return clean(values.get(name, ""))

    def several(name: str) -> tuple[str, ...]:
        return tuple(filter(None, map(clean, values.get(name, "").splitlines())))

    return ImportedProcedure(
        code=_code(values["code"]),
        name=one("name"),
        fields=one("fields"),
        agencies=one("agencies"),
        subjects=one("subjects"),
        commune_level=_commune_level(values),
        state=one("state"),
        kind=one("kind"),
        time="\n".join(several("time")),
        fee="\n".join(several("fee")),
        dossier=several("dossier"),
        legal_basis=several("legal_basis"),
        steps="\n".join(several("steps")),
        decision=one("decision"),
        decided_on=_day(one("decided_on")),
        updated=one("updated"),
        source=one("source"),
    )


def _commune_level(values: dict[str, str]) -> bool:
    """As the table says; where it does not, by the level or the agency that it names."""
    if said := values.get("commune_level"):
        return phrase_key(said) in vocabulary().affirmative
    return _COMMUNE.search(values.get("level", "") or values.get("agencies", "")) is not None


def _day(text: str) -> date | None:
    match = _DAY.search(text)
    if match is None:
        return None
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
