"""A province's own departments, fields, communes and staff (cơ cấu, nhân sự của tỉnh), from one Excel workbook.

Here a workbook is read by itself; `province_check` compares it with what is known already. Every bad cell is told,
all at once; whoever finds any must not use the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from knowledge.importing.faults import Fault, ImportFault
from knowledge.importing.kinds import kind_of
from knowledge.importing.letters import clean, require_readable
from knowledge.importing.packages import Package
from knowledge.importing.province_notes import Flaw, Notice, Spot
from knowledge.importing.province_words import Column, SheetWords, province_words
from knowledge.importing.sheets import Table, is_error, ranges, read_layout, read_table
from knowledge.importing.tables import worksheets
from knowledge.text import fold, phrase_key, tokens

MOST_ROWS = 20_000
"""The largest province has some six thousand people in its communes and departments."""
LONGEST_NAME = 120
LONGEST_CODE = 40
"""A department's code goes into the id of a button, which has 64 bytes."""
_ENOUGH_LETTERS = 500
_NAME = re.compile(r"[^\W\d_](?:[\w .,'’()/&–-](?<!_))*")
"""A letter first: what a spreadsheet takes for a formula is no name."""
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet by our names of columns: what stood in a bad cell is empty, and told among the faults."""

    sheet: str
    line: int
    values: Mapping[str, str]
    headings: Mapping[str, str] = field(repr=False)

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def spot(self, column: str, code: Flaw | Notice, right: str = "") -> Spot:
        """Something to be said about one of its cells."""
        return Spot(self.sheet, self.line, self.headings.get(column, ""), code, self[column], right)


@dataclass(frozen=True, slots=True)
class ProvinceFile:
    """What a province's workbook says; a sheet that is missing, or has no row, changes nothing.

    Rows by column: `departments` code, name, short_name; `fields` field, department; `communes` code, name;
    `staff` name, role ("specialist"), unit, language ("vi").
    """

    departments: tuple[Row, ...] = ()
    fields: tuple[Row, ...] = ()
    communes: tuple[Row, ...] = ()
    staff: tuple[Row, ...] = ()
    faults: tuple[Spot, ...] = ()
    notices: tuple[Spot, ...] = ()


def is_province_file(data: bytes, name: str) -> bool:
    """Whether this is an Excel file with a sheet of ours, rather than a table of procedures. Raises ImportFault."""
    if not name.lower().endswith((".xlsx", ".xlsm")):
        return False
    kind_of(data, name, "xlsx")
    return any(
        event == "end" and element.tag.endswith("}sheet") and province_words().sheet(clean(element.get("name", "")))
        for event, element in Package(data).elements("xl/workbook.xml")
    )


def read_province(data: bytes, name: str) -> ProvinceFile:
    """A province's workbook. Raises ImportFault when it cannot be read at all, or has no sheet of ours."""
    kind_of(data, name, "xlsx")
    rows: dict[str, tuple[Row, ...]] = {}
    faults: list[Spot] = []
    notices: list[Spot] = []
    for sheet in worksheets(data):
        title, words = clean(sheet.title)[:31], province_words().sheet(clean(sheet.title))
        if words is None:
            notices.append(Spot(title, 0, "", Notice.UNKNOWN_SHEET))
        elif words.name in rows:
            faults.append(Spot(title, 0, "", Flaw.SHEET_TWICE))
        else:
            reading = _Reading(words, title, faults, notices)
            rows[words.name] = tuple(reading.read(data, sheet))
    if not rows:
        raise ImportFault(Fault.WRONG_KIND, "xlsx")
    return ProvinceFile(**rows, faults=tuple(faults), notices=tuple(notices))


@lru_cache(maxsize=1 << 15)
def name_key(name: str) -> str:
    """What two writings of one person's name have in common; marks count: Lan is not Lân."""
    return " ".join(tokens(name))


@dataclass(slots=True)
class _Reading:
    """One sheet being read."""

    words: SheetWords
    title: str
    faults: list[Spot]
    notices: list[Spot]
    seen: dict[str, int] = field(default_factory=dict)
    """The line on which a row of this key stood first."""

    def read(self, data: bytes, sheet: Any) -> Iterator[Row]:
        layout = read_layout(data, sheet)
        names = {heading: column.name for column in self.words.columns for heading in column.headings}
        needed = frozenset(column.name for column in self.words.columns if not column.optional)
        table = read_table(sheet, layout, names, needed, MOST_ROWS)
        _require_readable(" ".join(text for _, values in table.rows for text in values.values()))
        if not self._complete(table, needed):
            return
        self._tell(Notice.HIDDEN_ROWS, [line for line, _ in table.rows if line in layout.hidden])
        self._tell(Notice.EXAMPLES, [line for line, values in table.rows if self._is_example(values)])
        for line, values in table.rows:
            if not self._is_example(values):
                yield from self._row(line, values, table.headings)

    def _complete(self, table: Table, needed: frozenset[str]) -> bool:
        """Whether every column that must be there is there once; the others are told of."""
        if not table.line:
            self.faults.append(Spot(self.title, 0, "", Flaw.NO_HEADER, "", self._headings(needed)))
            return False
        missing = [c for c in self.words.columns if c.name in needed and c.name not in table.headings]
        self.faults += [Spot(self.title, table.line, c.heading, Flaw.NO_COLUMN) for c in missing]
        self.faults += [Spot(self.title, table.line, text, Flaw.COLUMN_TWICE) for text in table.twice]
        self.notices += [Spot(self.title, table.line, text, Notice.UNKNOWN_COLUMN) for text in table.strange]
        return not missing and not table.twice

    def _headings(self, needed: frozenset[str]) -> str:
        return ", ".join(column.heading for column in self.words.columns if column.name in needed)

    def _tell(self, notice: Notice, lines: list[int]) -> None:
        if lines:
            self.notices.append(Spot(self.title, 0, "", notice, ranges(lines)))

    def _is_example(self, values: Mapping[str, str]) -> bool:
        """Whether a row is left over from the template: its codes say so."""
        codes = [values.get(column.name, "") for column in self.words.columns if column.kind == "code"]
        return any(code.lower().startswith(province_words().example_prefix) for code in codes)

    def _row(self, line: int, values: dict[str, str], headings: Mapping[str, str]) -> Iterator[Row]:
        checked = dict(values)
        for column in self.words.columns:
            flaw, right = _flaw(column, values.get(column.name, ""))
            checked[column.name] = "" if flaw else _meant(column, values.get(column.name, ""))
            if flaw:
                heading, found = headings.get(column.name, column.heading), values.get(column.name, "")
                self.faults.append(Spot(self.title, line, heading, flaw, found[:LONGEST_NAME], right))
        row = Row(self.title, line, checked, headings)
        if self.words.name == "staff":
            yield from self._unless_namesake(row)
        else:
            self._require_once(row)
            yield row

    def _unless_namesake(self, row: Row) -> Iterator[Row]:
        """Of two people of one name in one unit only the first is taken: nobody could tell their codes apart."""
        first = self.seen.setdefault(f"{row['unit']} {name_key(row['name'])}", row.line)
        if first != row.line and row["name"]:
            self.notices.append(row.spot("name", Notice.NAMESAKE, str(first)))
        else:
            yield row

    def _require_once(self, row: Row) -> None:
        key = self.words.columns[0].name
        first = self.seen.setdefault(row[key], row.line)
        if first != row.line and row[key]:
            self.faults.append(row.spot(key, Flaw.REPEATED, str(first)))


def _require_readable(text: str) -> None:
    """Old fonts are told by how often their letters come; a few names prove nothing."""
    if sum(map(str.isalpha, text)) >= _ENOUGH_LETTERS:
        require_readable(text)


def _flaw(column: Column, text: str) -> tuple[Flaw | None, str]:
    """What is wrong with a cell, and what would be right where that can be told."""
    words = province_words()
    if not text:
        return (None if column.optional else Flaw.MISSING), ""
    if is_error(text):
        return Flaw.FORMULA_ERROR, ""
    if column.kind == "role":
        return (None if phrase_key(text) in words.roles else Flaw.UNKNOWN_ROLE), ", ".join(words.role_names.values())
    if column.kind == "language":
        return (None if phrase_key(text) in words.languages else Flaw.UNKNOWN_LANGUAGE), ", ".join(
            dict.fromkeys(words.languages.values())
        )
    return _flaw_of_name(text) if column.kind == "name" else _flaw_of_code(text)


def _flaw_of_name(text: str) -> tuple[Flaw | None, str]:
    if len(text) > LONGEST_NAME:
        return Flaw.TOO_LONG, str(LONGEST_NAME)
    return (None if _NAME.fullmatch(text) else Flaw.BAD_NAME), ""


def _flaw_of_code(text: str) -> tuple[Flaw | None, str]:
    if len(text) > LONGEST_CODE:
        return Flaw.TOO_LONG, str(LONGEST_CODE)
    return (None if _CODE.fullmatch(text.lower()) else Flaw.BAD_CODE), "-".join(tokens(fold(text)))


def _meant(column: Column, text: str) -> str:
    words = province_words()
    match column.kind:
        case "role":
            return words.roles[phrase_key(text)]
        case "language":
            return words.languages[phrase_key(text)] if text else "vi"
        case "code":
            return text.lower()
    return text
