"""Content files come in (nhập tệp tri thức): entries and documents of a folder become publications, all or none.

What `kb export` has written comes in whole: what its folder lacks is retired. Any other folder, or a single file, only
adds and changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from knowledge import Content, KnowledgeBase, Problem, read_content
from knowledge.files import Located
from knowledge.parsing import parse_document, parse_entry
from knowledge.publishing import entry_name, faults_among, revision_of, text_of
from knowledge.structure import DEPARTMENTS, FIELDS, province_fields_to_text
from knowledge.writing import departments_to_text, document_name, document_to_text, entry_to_text, fields_to_text
from knowledge.yaml_lines import Notes, problem
from storage import Transaction
from storage.drafts import Deed, Publication
from storage.wakeups import KNOWLEDGE


@dataclass(frozen=True, slots=True)
class ContentReport:
    """What came of it: names of files published and retired, how many say nothing new; with faults, nothing did."""

    published: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    unchanged: int = 0
    faults: tuple[Problem, ...] = ()


async def import_folder(
    tx: Transaction, knowledge: KnowledgeBase, folder: Path, *, at: datetime, on: date, dry_run: bool = False
) -> ContentReport:
    """Publish what a folder (or one .md or .yaml file) says otherwise than the base as it is served.

    Nobody's name stands behind it: an operator brought a file. `on` is the day in the province.
    """
    content = _read(folder)
    faults = (*content.problems, *faults_among(knowledge, content, on=on))
    if faults:
        return ContentReport(faults=tuple(sorted(set(faults))))
    texts = _texts(content)
    changed = {name: text for name, text in texts.items() if text != text_of(knowledge, name)}
    if FIELDS in changed:
        changed[FIELDS] = province_fields_to_text((item.value for item in content.fields), knowledge.release)
    retired = [name for name in map(entry_name, knowledge.entries) if _is_whole(folder) and name not in texts]
    report = ContentReport(tuple(changed), tuple(retired), len(texts) - len(changed))
    if not dry_run and (changed or retired):
        await _publish(tx, knowledge, changed | dict.fromkeys(retired, ""), at, str(folder.name))
    return report


async def _publish(tx: Transaction, knowledge: KnowledgeBase, texts: dict[str, str], at: datetime, folder: str) -> None:
    for name, text in texts.items():
        over = revision_of(text_of(knowledge.release, name))
        deed = Deed.TEXT if text else Deed.RETIRE
        revision = revision_of(text or None)
        await tx.drafts.publish(Publication(name=name, deed=deed, text=text, revision=revision, over=over, at=at))
    tx.audit.write("content.imported", folder, at=at, files=len(texts))
    tx.wake(KNOWLEDGE)


def _read(place: Path) -> Content:
    content = read_content(place) if place.is_dir() else _read_file(place)
    if not content.problems and not (content.entries or content.documents or content.fields or content.departments):
        content.problems.append(problem(str(place), 1, "nothing"))
    return content


def _read_file(file: Path) -> Content:
    """One file, which stands where its id or number says."""
    notes, content = Notes(str(file)), Content()
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        return Content(problems=[problem(str(file), 1, "not_utf8", place=error.start)])
    if file.suffix == ".md":
        entry = parse_entry(text, notes, "")
        if entry is not None:
            content.entries.append(Located(entry, str(file), entry_name(entry.id), notes.lines))
    else:
        document = parse_document(text, notes, "")
        if document is not None:
            content.documents.append(Located(document, str(file), document_name(document), notes.lines))
    content.problems += notes.problems
    return content


def _texts(content: Content) -> dict[str, str]:
    """The text of each file as it is published; documents first, for entries rest on them."""
    texts = {}
    if content.departments:
        texts[DEPARTMENTS] = departments_to_text(item.value for item in content.departments)
    if content.fields:
        texts[FIELDS] = fields_to_text(item.value for item in content.fields)
    texts |= {document_name(item.value): document_to_text(item.value) for item in content.documents}
    return texts | {entry_name(item.value.id): entry_to_text(item.value) for item in content.entries}


def _is_whole(folder: Path) -> bool:
    """Whether this is a whole base as `kb export` writes it, not some files of one."""
    return all((folder / name).is_file() for name in (FIELDS, DEPARTMENTS))
