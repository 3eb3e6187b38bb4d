"""Articles of law in bulk: one JSON object a line, plain or gzip."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from knowledge.importing import limits
from knowledge.importing.document_numbers import cited_form
from knowledge.importing.faults import Fault, ImportFault
from knowledge.importing.letters import clean
from knowledge.importing.packages import lines
from knowledge.importing.values import BulkArticle
from knowledge.importing.vocabulary import vocabulary

_NEEDED = ("id", "law_id", "article")
"""A repealed article has a number and no text."""
_UNFINISHED = re.compile(r"\s+có hiệu lực thi hành kể từ$")
"""Names in the official codification are cut off here."""
_LONGEST_NAME = 2_000
_NUMBER = re.compile(r"[\w.]{1,12}(?:/[\w.,&-]{1,60}){1,4}")
_ARTICLE = re.compile(r"\d{1,4}[a-zđ]{0,2}\d?")


def read_articles(file: BinaryIO, name: str) -> Iterator[BulkArticle]:
    """Articles of a .jsonl or .jsonl.gz file, one by one as it is read; `file` must be seekable.

    Raises ImportFault, with the number of the line in its detail where one line is to blame.
    """
    if not name.lower().endswith((".jsonl", ".jsonl.gz", ".json.gz", ".ndjson")):
        raise ImportFault(Fault.WRONG_KIND, name)
    number = 0
    for number, line in enumerate(lines(file, limits.BULK_BYTES), start=1):
        if line.strip():
            yield _article(json_row(line, number), number)
    if not number:
        raise ImportFault(Fault.EMPTY)


def json_row(line: bytes, number: int) -> dict[str, Any]:
    """The object of one line; raises ImportFault with its number when there is none."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ImportFault(Fault.BAD_LINE, str(number)) from error
    if not isinstance(row, dict):
        raise ImportFault(Fault.BAD_LINE, str(number))
    return row


def _article(row: dict[str, Any], number: int) -> BulkArticle:
    values = {
        key: str(row.get(key) if row.get(key) is not None else "") for key in (*_NEEDED, "law_name", "title", "text")
    }
    missing = [key for key in _NEEDED if not values[key].strip()]
    if missing or any(isinstance(row.get(key), dict | list) for key in values):
        raise ImportFault(Fault.BAD_LINE, f"{number} {' '.join(missing)}".strip())
    law, article = clean(values["law_id"]), clean(values["article"])
    if not (_NUMBER.fullmatch(law) and _ARTICLE.fullmatch(article.lower())):
        raise ImportFault(Fault.BAD_LINE, str(number))
    name = _UNFINISHED.sub("", clean(values["law_name"][:_LONGEST_NAME]))
    return BulkArticle(
        id=clean(values["id"]),
        law_id=law,
        number=cited_form(law),
        law_name=name,
        article=article,
        title=clean(values["title"][:_LONGEST_NAME]),
        text="\n".join(filter(None, map(clean, values["text"].splitlines()))),
        kind=next((kind for kind in vocabulary().titles if re.match(rf"{kind} số \d", name, re.IGNORECASE)), ""),
    )
