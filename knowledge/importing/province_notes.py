"""What is to be said about a province's workbook: codes and facts, sentences are in the wording."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Flaw(StrEnum):
    """Why nothing of the workbook is taken until it is mended."""

    SHEET_TWICE = "sheet_twice"
    NO_HEADER = "no_header"
    NO_COLUMN = "no_column"
    COLUMN_TWICE = "column_twice"
    MISSING = "missing"
    FORMULA_ERROR = "formula_error"
    TOO_LONG = "too_long"
    BAD_NAME = "bad_name"
    BAD_CODE = "bad_code"
    REPEATED = "repeated"
    TAKEN = "taken"
    """A unit's code that another kind of unit has already."""
    UNKNOWN_ROLE = "unknown_role"
    UNKNOWN_LANGUAGE = "unknown_language"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_DEPARTMENT = "unknown_department"
    UNKNOWN_UNIT = "unknown_unit"
    NOT_A_DEPARTMENT = "not_a_department"
    NOT_A_COMMUNE = "not_a_commune"
    USED_BY_FIELDS = "used_by_fields"
    """A department that is not in the list, though something needs it; likewise the next three."""
    USED_BY_ENTRIES = "used_by_entries"
    USED_BY_TICKETS = "used_by_tickets"
    USED_BY_PEOPLE = "used_by_people"


class Notice(StrEnum):
    """What is worth a second look, and hinders nothing."""

    UNKNOWN_SHEET = "unknown_sheet"
    UNKNOWN_COLUMN = "unknown_column"
    HIDDEN_ROWS = "hidden_rows"
    EXAMPLES = "examples"
    NAMESAKE = "namesake"
    SAME_NAME = "same_name"
    """A commune whose name another code has, too."""
    REVOKED = "revoked"
    """Somebody whose post was taken away; the workbook does not give it back."""
    REMOVED = "removed"
    """A department that is not in the list, and that nothing needs."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the workbook, what is the matter there, what was found, and what would be right where that is known.

    `row` is the row in Excel, 0 for the whole sheet; `column` is the heading.
    """

    sheet: str
    row: int
    column: str
    code: Flaw | Notice
    value: str = ""
    right: str = ""
