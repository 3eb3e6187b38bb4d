"""The workbook that a province fills in (tệp mẫu): a sheet each, explanations on the headings, what is served now."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from knowledge import KnowledgeBase
from knowledge.importing.province_words import Column, SheetWords, province_words

_ROWS = 5_000
"""Rows that are prepared for filling in."""
_WIDTHS = {"code": 26, "name": 38, "role": 18, "language": 12}
_TEXT = "@"
"""Excel leaves what stands in such a cell as it was typed: 00127 stays 00127."""


def template(served: KnowledgeBase) -> bytes:
    """An .xlsx file: a header with comments, two invented rows, and the departments and fields that are served now.

    Imported as it is, it changes nothing: rows whose codes begin with vi-du- are left out.
    """
    book = Workbook()
    book.remove(book.active)
    for words in province_words().sheets:
        _fill(book.create_sheet(words.title), words, _rows_of(words.name, served))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _rows_of(sheet: str, served: KnowledgeBase) -> Iterator[tuple[str, ...]]:
    if sheet == "departments":
        yield from ((d.code, d.name, d.short_name) for d in served.departments.values())
    if sheet == "fields":
        yield from ((f.code, f.department) for f in served.fields.values())


def _fill(sheet: Any, words: SheetWords, rows: Iterable[tuple[str, ...]]) -> None:
    for at, column in enumerate(words.columns, start=1):
        _head(sheet, at, column)
    for line, row in enumerate((*words.examples, *rows), start=2):
        for at, text in enumerate(row, start=1):
            sheet.cell(line, at, text).number_format = _TEXT
    sheet.freeze_panes = "A2"


def _head(sheet: Any, at: int, column: Column) -> None:
    letter = get_column_letter(at)
    head = sheet.cell(1, at, column.heading)
    head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="DDE8F0")
    head.comment = Comment(column.note, "XongViệc", width=320, height=110)
    sheet.column_dimensions[letter].width = _WIDTHS[column.kind]
    sheet.column_dimensions[letter].number_format = _TEXT
    if column.kind == "role":
        roles = DataValidation("list", formula1=f'"{",".join(province_words().role_names.values())}"', allow_blank=True)
        sheet.add_data_validation(roles)
        roles.add(f"{letter}2:{letter}{_ROWS}")
