"""The offline handbook (sổ tay ngoại tuyến): the valid knowledge base as one HTML file, and as a PDF per field.

For communes cut off by a storm: the HTML file needs nothing but itself, finds entries without network and without
diacritics, and hides by the phone's own clock what has lapsed since it was made.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.handbook.leaves import fields_with_entries
from bot.handbook.page import FILE, write_page
from bot.wording import Wording
from knowledge import KnowledgeBase

__all__ = ["write_handbook"]


def write_handbook(kb: KnowledgeBase, folder: Path, day: date, wording: Wording) -> list[Path]:
    """Write the handbook of a day into a folder, which is made when missing; the files written, the page first."""
    from bot.handbook.pdf import write_pdf  # slow to import, and seldom needed

    folder.mkdir(parents=True, exist_ok=True)
    page = folder / FILE
    write_page(kb, page, day, wording)
    pdfs = [folder / f"{field.code}.pdf" for field in fields_with_entries(kb, day)]
    for pdf in pdfs:
        write_pdf(kb, pdf, kb.fields[pdf.stem], day, wording)
    return [page, *pdfs]
