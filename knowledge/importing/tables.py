"""A table with a header row (.xlsx, .csv) into rows of words by our own names of columns."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import Any

from openpyxl import load_workbook

from knowledge.importing import limits
from knowledge.importing.faults import Fault, ImportFault
from knowledge.importing.letters import clean, decode, require_readable
from knowledge.importing.packages import Package
from knowledge.importing.vocabulary import vocabulary
from knowledge.text import phrase_key

Row = tuple[int, dict[str, str]]
"""The line of a row (the first of the file is 1), and its values by our names of columns."""

_HEADER_WITHIN = 20
"""Titles and dates stand above the header of many tables, but not more than this."""
_NEEDED = {"code", "name"}


def spreadsheet_rows(data: bytes) -> Iterator[Row]:
    """Rows of the first sheet of an Excel file; formulas count as what they last gave. Raises ImportFault."""
    yield from _named([_written(value) for value in row] for row in cells(worksheets(data)[0]))


def worksheets(data: bytes) -> Sequence[Any]:
    """The sheets of an Excel file, at least one, whose `cells` can be read. Raises ImportFault."""
    Package(data)
    with _damage_told():
        sheets: Sequence[Any] = load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        ).worksheets
    if not sheets:
        raise ImportFault(Fault.DAMAGED)
    return sheets


def cells(sheet: Any) -> Iterator[Sequence[object]]:
    """Rows of a sheet, empty ones among them, one by one. Raises ImportFault."""
    with _damage_told():
        sheet.reset_dimensions()
        yield from sheet.iter_rows(max_col=limits.SPREADSHEET_COLUMNS, values_only=True)


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ImportFault:
        raise
    except Exception as error:
        # openpyxl meets whatever the parts say, and fails in as many ways.
        raise ImportFault(Fault.DAMAGED) from error


def csv_rows(data: bytes) -> Iterator[Row]:
    """Rows of a text table with commas, semicolons or tabs between the values. Raises ImportFault."""
    text = decode(data)
    require_readable(text)
    first = text[:10_000]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from _named(reader)
    except csv.Error as error:
        raise ImportFault(Fault.BAD_LINE, str(reader.line_num)) from error


def _named(rows: Iterable[Sequence[str]]) -> Iterator[Row]:
    numbered = enumerate(rows, start=1)
    columns = _header(islice(numbered, _HEADER_WITHIN))
    empty = 0
    for line, row in numbered:
        if line > limits.SPREADSHEET_ROWS:
            raise ImportFault(Fault.TOO_MANY_ROWS, str(limits.SPREADSHEET_ROWS))
        values = {name: row[at].strip() for at, name in columns.items() if at < len(row) and row[at].strip()}
        empty = 0 if values else empty + 1
        if empty > limits.EMPTY_ROWS:
            return
        if values:
            yield line, values


def _header(rows: Iterable[tuple[int, Sequence[str]]]) -> dict[int, str]:
    """Our names of columns by their place; the first of two columns with the same name counts."""
    for _, row in rows:
        names: dict[str, int] = {}
        for at, header in enumerate(row[: limits.SPREADSHEET_COLUMNS]):
            name = vocabulary().columns.get(phrase_key(clean(header[:100])))
            if name:
                names.setdefault(name, at)
        if names.keys() >= _NEEDED:
            return {at: name for name, at in names.items()}
    raise ImportFault(Fault.NO_HEADER)


def _written(value: object) -> str:
    """A cell as a person reads it. Excel takes the code 1.000080 for a number; only codes have such fractions."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and value >= 10 else f"{value:.6f}"
    return "" if value is None else str(value)
