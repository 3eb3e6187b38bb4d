"""The form of an entry (biểu mẫu bài): what a lawyer types, and the entry it stands for. Pure, both ways.

Boxes hold lines and short lists; nobody needs to know the format of a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from knowledge.check import HEADINGS
from knowledge.entries import Checked, Citation, Confidence, Entry, Section
from knowledge.tidying import tidy_line, tidy_text
from storage import Refusal

Form = Mapping[str, str]

BOXES = {f"section-{number}": heading for number, heading in enumerate(HEADINGS)}
"""The name of each box for a headed part."""
FIELDS = (
    "title",
    "field",
    "asked_as",
    "answer",
    *BOXES,
    "citations",
    "procedure",
    "department",
    "confidence",
    "checked",
)
_LAST = HEADINGS[-1]
_BETWEEN = " | "


def form_of(entry: Entry) -> dict[str, str]:
    """What the boxes hold for an entry."""
    boxes = {name: "\n\n".join(_texts(entry, heading)) for name, heading in BOXES.items()}
    return {
        "title": entry.title,
        "field": entry.field,
        "asked_as": "\n".join(entry.asked_as),
        "answer": entry.answer,
        **boxes,
        "citations": "\n".join(map(citation_line, entry.citations)),
        "procedure": entry.procedure,
        "department": entry.department,
        "confidence": entry.checked.confidence.value,
        "checked": entry.checked.on.isoformat(),
    }


def blank_form(field: str, day: date) -> dict[str, str]:
    """The form of something new."""
    return dict.fromkeys(FIELDS, "") | {"field": field, "confidence": "B", "checked": day.isoformat()}


def entry_of(form: Form, key: str, former: Entry | None = None) -> Entry:
    """The entry that a form stands for, under an id; refuses what is no title, no day, no line of a citation.

    Headed parts that the former version has keep their order; who confirmed it is kept, until it is approved anew.
    """
    return Entry(
        id=key,
        title=_required(form, "title"),
        field=_required(form, "field"),
        asked_as=tuple(dict.fromkeys(_lines(form.get("asked_as", "")))),
        answer=tidy_text(form.get("answer", "")),
        sections=tuple(_sections(form, former)),
        citations=tuple(_citation(number, line) for number, line in enumerate(_lines(form.get("citations", "")), 1)),
        checked=Checked(_day(form.get("checked", "")), _confidence(form.get("confidence", ""))),
        department=tidy_line(form.get("department", "")),
        procedure=tidy_line(form.get("procedure", "")),
        review=former.review if former else None,
    )


def citation_line(citation: Citation) -> str:
    """A citation as it is typed: "123/2015/NĐ-CP | Điều 15 | khoản 1"."""
    return _BETWEEN.join((citation.document, citation.article, citation.clause)).rstrip(_BETWEEN)


def box_of(key: str, entry: Entry | None) -> str:
    """The box that a fault's key is about: "sections.1" → the box of the second headed part; empty for none."""
    name, _, rest = key.partition(".")
    if name == "sections" and entry is not None and rest.isdecimal() and int(rest) < len(entry.sections):
        heading = entry.sections[int(rest)].heading
        return next((box for box, known in BOXES.items() if known == heading), "section-0")
    return name if name in FIELDS else ""


def _texts(entry: Entry, heading: str) -> Iterable[str]:
    """The parts under a heading; one that is no longer among the known ones goes under the last, and says so."""
    for section in entry.sections:
        if section.heading == heading:
            yield section.text
        elif heading == _LAST and section.heading not in HEADINGS:
            yield f"{section.heading}:\n{section.text}"


def _sections(form: Form, former: Entry | None) -> Iterable[Section]:
    kept = [section.heading for section in former.sections] if former else []
    filled = {heading: tidy_text(form.get(name, "")) for name, heading in BOXES.items()}
    for heading in dict.fromkeys([*(h for h in kept if h in filled), *HEADINGS]):
        if filled[heading]:
            yield Section(heading, filled[heading])


def _lines(text: str) -> list[str]:
    lines = (tidy_line(line).removeprefix("- ") for line in text.split("\n"))
    return [line for line in lines if line]


def _citation(number: int, line: str) -> Citation:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) > 3 or not parts[0]:
        raise Refusal("entry_form.citation_line", number=number, line=line)
    return Citation(*parts)


def _required(form: Form, name: str) -> str:
    text = tidy_line(form.get(name, ""))
    if not text:
        raise Refusal("entry_form.missing", label=f"entry_form.{name}")
    return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refusal("entry_form.day", text=text) from None


def _confidence(text: str) -> Confidence:
    if text not in Confidence.__members__:
        raise Refusal("entry_form.missing", label="entry_form.confidence")
    return Confidence(text)
