"""Why a file is refused, and what is worth a second look in one that is not. Sentences are in the wording."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """Codes of refusals, and of rows left out."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    BOMB = "bomb"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    MACROS = "macros"
    ENTITIES = "entities"
    SCANNED = "scanned"
    UNREADABLE = "unreadable"
    OLD_ENCODING = "old_encoding"
    OLD_OFFICE = "old_office"
    WRONG_KIND = "wrong_kind"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_ROWS = "too_many_rows"
    NO_ARTICLES = "no_articles"
    NO_HEADER = "no_header"
    NO_ROWS = "no_rows"
    BAD_LINE = "bad_line"
    MISSING_VALUE = "missing_value"
    REPEATED = "repeated"


class Remark(StrEnum):
    """Codes of what a decree's `warnings` begin with."""

    NO_NUMBER = "no_number"
    NO_DATE = "no_date"
    GAP = "gap"
    REPEATED = "repeated"
    FOREIGN = "foreign"
    UNCLOSED_QUOTE = "unclosed_quote"
    APPENDIX = "appendix"
    ATTACHED = "attached"


class ImportFault(ValueError):
    """A file cannot be taken: `code` is a value of Fault, `detail` a fact (a line, a number, a name), no sentence."""

    def __init__(self, code: Fault, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else str(self.code)
