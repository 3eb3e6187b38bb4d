"""One sheet of a province's workbook as people fill it in: titles above, blank lines, merged cells, hidden rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from typing import Any

from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils import range_boundaries

from knowledge.importing import limits
from knowledge.importing.faults import Fault, ImportFault
from knowledge.importing.letters import clean
from knowledge.importing.packages import Package
from knowledge.importing.tables import cells
from knowledge.text import phrase_key

HEADER_WITHIN = 10
"""Titles and dates stand above a header, but not more than this."""
CELL_LETTERS = 300
"""More of a cell is not kept; anything beyond half of it is refused anyway."""

Place = tuple[int, int]
"""Row and column, both from 1."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a sheet says beside its cells: rows that are hidden, and the last row of each cell merged downwards."""

    hidden: frozenset[int]
    merged: Mapping[Place, int]


@dataclass(slots=True)
class Table:
    """A sheet by our names of columns; a row that says nothing in any of them is not there."""

    line: int
    """The row of the header; 0 where none was found."""
    headings: dict[str, str]
    """As the file writes them, by our names."""
    strange: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def read_layout(data: bytes, sheet: Any) -> Layout:
    """The layout of one of a workbook's `worksheets`. Raises ImportFault."""
    hidden: set[int] = set()
    merged: dict[Place, int] = {}
    for kind, element, row in _parts(Package(data), sheet._worksheet_path):
        if kind == "row" and element.get("hidden") in ("1", "true") and row <= limits.SPREADSHEET_ROWS:
            hidden.add(row)
        if kind == "mergeCell":
            left, top, _, bottom = _corners(element.get("ref", ""))
            merged[top, left] = bottom
        if len(merged) > limits.SPREADSHEET_ROWS:
            raise ImportFault(Fault.TOO_MANY_ROWS, str(limits.SPREADSHEET_ROWS))
    return Layout(frozenset(hidden), merged)


def _parts(package: Package, path: str) -> Iterator[tuple[str, Any, int]]:
    """Rows and merged cells as they end, with the number of the last row; rows are forgotten as they are read."""
    table, row = None, 0
    for event, element in package.elements(path):
        kind = element.tag.rpartition("}")[2]
        if event == "start":
            table = element if kind == "sheetData" else table
            continue
        if kind == "row":
            row = _number(element.get("r")) or row + 1
        if kind in ("row", "mergeCell"):
            yield kind, element, row
        if kind == "row" and table is not None:
            table.clear()


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _corners(reference: str) -> tuple[int, int, int, int]:
    try:
        left, top, right, bottom = range_boundaries(reference)
        return int(left), int(top), int(right), int(bottom)
    except (ValueError, TypeError) as error:
        raise ImportFault(Fault.DAMAGED, reference[:40]) from error


def read_table(sheet: Any, layout: Layout, names: Mapping[str, str], needed: frozenset[str], most: int) -> Table:
    """A sheet's rows; `names` leads from a heading's phrase key to our name of the column.

    Raises ImportFault when the sheet has more than `most` rows, or cannot be read.
    """
    rows = enumerate(([written(value) for value in row] for row in cells(sheet)), start=1)
    above = list(islice(rows, HEADER_WITHIN))
    table, places = _header(above, names, needed)
    if not places:
        return table
    for line, row in _filled(chain(above[table.line :], rows), layout, places.values()):
        values = {name: row[at] for name, at in places.items() if row[at]}
        if len(table.rows) >= most:
            raise ImportFault(Fault.TOO_MANY_ROWS, str(most))
        if not all(names.get(phrase_key(value)) == name for name, value in values.items()):
            table.rows.append((line, values))  # else the header again, as at the top of a printed page
    return table


def _header(
    above: Sequence[tuple[int, list[str]]], names: Mapping[str, str], needed: frozenset[str]
) -> tuple[Table, dict[str, int]]:
    """The row that names the most of our columns, the first with all of them; where each column is."""
    table, places, best = Table(0, {}), dict[str, int](), 0
    for line, row in above:
        found = [(names.get(phrase_key(text), ""), text, at) for at, text in enumerate(row) if text]
        known = {name for name, _, _ in found if name}
        if len(known) > best or needed <= known:
            best = len(known)
            table = Table(line, {name: text for name, text, _ in reversed(found) if name})
            table.strange = [text for name, text, _ in found if not name]
            places = {name: at for name, _, at in reversed(found) if name}
            table.twice = [text for name, text, at in found if name and places[name] != at]
        if needed <= known:
            break
    return table, places


def _filled(
    rows: Iterable[tuple[int, list[str]]], layout: Layout, places: Iterable[int]
) -> Iterator[tuple[int, list[str]]]:
    """Rows with something of their own in the `places`; a cell merged downwards counts for each of its rows."""
    carried: dict[int, tuple[str, int]] = {}
    wanted, empty = tuple(places), 0
    for line, row in rows:
        own = any(row[at] for at in wanted)
        for at in wanted:
            if last := layout.merged.get((line, at + 1)):
                carried[at] = row[at], last
            elif at in carried and line <= carried[at][1]:
                row[at] = row[at] or carried[at][0]
        empty = 0 if own else empty + 1
        if empty > limits.EMPTY_ROWS:
            return
        if own:
            yield line, row


def written(value: object) -> str:
    """A cell as a person reads it; whole numbers have no fraction, errors of formulas stay as they are shown."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))[:CELL_LETTERS]
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return "" if value is None else clean(str(value)[:CELL_LETTERS])


def is_error(text: str) -> bool:
    """Whether a formula has failed here."""
    return text in ERROR_CODES


def ranges(lines: Sequence[int]) -> str:
    """Numbers of rows, in order, in few words: "5-9, 12"."""
    spans: list[list[int]] = []
    for line in lines:
        if spans and spans[-1][1] == line - 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
