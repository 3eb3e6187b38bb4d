"""The form of a new legal document (biểu mẫu văn bản): what a lawyer types, and the document it stands for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from knowledge.entries import Checked, Confidence, Interval, LegalDocument
from knowledge.tidying import tidy_line
from storage import Refusal

KEYS = ("number", "kind", "title", "issuer", "issued", "since", "source", "confidence", "checked")


def blank_document(day: date) -> dict[str, str]:
    """The boxes of something new."""
    return dict.fromkeys(KEYS, "") | {"confidence": "B", "checked": day.isoformat()}


def document_of(form: Mapping[str, str]) -> LegalDocument:
    """The document that a form stands for; refuses what is missing, and what is no day."""
    texts = {key: _required(form, key) for key in ("number", "kind", "title", "issuer", "source")}
    level = form.get("confidence", "")
    if level not in Confidence.__members__:
        raise Refusal("entry_form.missing", label="document_form.confidence")
    return LegalDocument(
        number=texts["number"],
        kind=texts["kind"].lower(),
        title=texts["title"],
        issuer=texts["issuer"],
        issued=_day(form, "issued") if form.get("issued", "").strip() else None,
        in_force=Interval(_day(form, "since")),
        source=texts["source"],
        checked=Checked(_day(form, "checked"), Confidence(level)),
    )


def _required(form: Mapping[str, str], key: str) -> str:
    text = tidy_line(form.get(key, ""))
    if not text:
        raise Refusal("entry_form.missing", label=f"document_form.{key}")
    return text


def _day(form: Mapping[str, str], key: str) -> date:
    try:
        return date.fromisoformat(form.get(key, "").strip())
    except ValueError:
        raise Refusal("entry_form.day", text=form.get(key, "")) from None
