"""One file's text into the value it holds: an entry, a legal document, a field, a department."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from knowledge.entries import (
    ArticleException,
    Checked,
    Citation,
    Confidence,
    Department,
    Entry,
    Field,
    Interval,
    LegalDocument,
    Review,
    Section,
)
from knowledge.writing import fingerprint
from knowledge.yaml_lines import ContentError, Notes, Reading, read_yaml

_HEADING = re.compile(r"^## (.*)$")


def read_entry(text: str, name: str = "") -> Entry:
    """The entry that a text holds; raises ContentError with every fault."""
    notes = Notes(name)
    entry = parse_entry(text, notes, name)
    if entry is None:
        raise ContentError(tuple(notes.problems))
    return entry


def read_document(text: str, name: str = "") -> LegalDocument:
    """The legal document that a text holds; raises ContentError with every fault."""
    notes = Notes(name)
    document = parse_document(text, notes, name)
    if document is None:
        raise ContentError(tuple(notes.problems))
    return document


def parse_department(reading: Reading) -> Department:
    """The department of one item of departments.yaml."""
    return Department(reading.text("code"), reading.text("name"), reading.text("short_name"))


def parse_field(reading: Reading) -> Field:
    """The field of one item of fields.yaml."""
    words = reading.texts("words", optional=True)
    return Field(reading.text("code"), reading.text("name"), reading.text("department"), words)


def parse_document(text: str, notes: Notes, name: str) -> LegalDocument | None:
    """The legal document a file holds; None when a fault was noted."""
    _check_letters(text, notes)
    node = read_yaml(text, notes)
    if node is None:
        return None
    reading = Reading(node, notes)
    document = LegalDocument(
        number=reading.text("number"),
        kind=reading.text("kind"),
        title=reading.text("title"),
        issuer=reading.text("issuer"),
        issued=reading.day_or_none("issued"),
        in_force=_interval(reading.mapping("in_force"), alone=True),
        source=reading.text("source"),
        checked=_checked(reading.mapping("checked")),
        replaces=reading.texts("replaces", optional=True),
        replaced_by=reading.texts("replaced_by", optional=True),
        amends=reading.texts("amends", optional=True),
        amended_by=reading.texts("amended_by", optional=True),
        exceptions=tuple(map(_exception, reading.mappings("exceptions", optional=True))),
        note=reading.text("note", optional=True),
    )
    reading.done()
    return None if notes.problems else document


def _interval(reading: Reading, *, alone: bool = False) -> Interval:
    interval = Interval(reading.day("since"), reading.day_or_none("until"))
    if alone:
        reading.done()
    return interval


def _exception(reading: Reading) -> ArticleException:
    exception = ArticleException(
        article=reading.text("article"),
        clause=reading.text("clause", optional=True),
        in_force=_interval(reading),
        by=reading.text("by", optional=True),
        note=reading.text("note", optional=True),
    )
    reading.done()
    return exception


def _checked(reading: Reading) -> Checked:
    day, level = reading.day("on"), reading.text("confidence")
    reading.done()
    if level in Confidence.__members__:
        return Checked(day, Confidence(level))
    if level:
        reading.fault("confidence", "confidence", level=level)
    return Checked(day, Confidence.B)


def parse_entry(text: str, notes: Notes, name: str) -> Entry | None:
    """The entry a file holds, `name` being its path; None when a fault was noted."""
    _check_letters(text, notes)
    front, body = _front_matter(text, notes)
    node = read_yaml(front, notes) if front is not None else None
    if node is None:
        return None
    reading = Reading(node, notes)
    answer, sections = _body(body, notes, front or "")
    entry = Entry(
        id=reading.text("id"),
        title=reading.text("title"),
        field=reading.text("field"),
        asked_as=reading.texts("asked_as"),
        answer=answer,
        sections=sections,
        citations=tuple(map(_citation, reading.mappings("citations"))),
        checked=_checked(reading.mapping("checked")),
        department=reading.text("department", optional=True),
        procedure=reading.text("procedure", optional=True),
        review=_review(reading.mapping_or_none("reviewed")),
        path=name,
    )
    reading.done()
    return None if notes.problems else replace(entry, revision=fingerprint(entry))


def _citation(reading: Reading) -> Citation:
    article, clause = reading.text("article", optional=True), reading.text("clause", optional=True)
    citation = Citation(reading.text("document"), article, clause)
    reading.done()
    return citation


def _review(reading: Reading | None) -> Review | None:
    if reading is None:
        return None
    review = Review(reading.text("by"), reading.day("on"))
    reading.done()
    return review


def _front_matter(text: str, notes: Notes) -> tuple[str | None, str]:
    head, opening, rest = text.partition("---\n")
    front, closing, body = rest.partition("\n---\n")
    if head.strip() or not opening or not closing:
        notes.fault(1, "front_matter")
        return None, ""
    notes.offset = 1
    return front, body


def _body(body: str, notes: Notes, front: str) -> tuple[str, tuple[Section, ...]]:
    parts: list[tuple[str, list[str]]] = [("", [])]
    first_line = front.count("\n") + 4
    for number, line in enumerate(body.split("\n"), start=first_line):
        heading = _HEADING.match(line)
        if heading:
            notes.lines[f"sections.{len(parts) - 1}"] = number
            parts.append((heading.group(1).strip(), []))
        else:
            parts[-1][1].append(line)
    notes.lines["answer"] = first_line
    texts = [(heading, "\n".join(lines).strip()) for heading, lines in parts]
    return texts[0][1], tuple(Section(heading, text) for heading, text in texts[1:])


def _check_letters(text: str, notes: Notes) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        if not unicodedata.is_normalized("NFC", line):
            notes.fault(number, "letters_apart")
        if any(unicodedata.category(letter) in ("Cf", "Cc") and letter != "\t" for letter in line):
            notes.fault(number, "letters_invisible")
