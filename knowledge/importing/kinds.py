"""What a file is, told by its first bytes; its name must not say otherwise."""

from __future__ import annotations

import re
from pathlib import PurePath

from knowledge.importing import limits
from knowledge.importing.faults import Fault, ImportFault
from knowledge.importing.letters import decode

_ZIP, _OLD_OFFICE, _GZIP, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b", b"%PDF-"
_EMPTY_ZIP = b"PK\x05\x06"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a]")
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|div|p|table|meta)[\s>]", re.IGNORECASE)
_HEAD = 4096
_PDF_HEAD = 1024
"""Where readers look for the mark of a PDF: some files have a line before it."""
_NAMED = {
    ".docx": "docx", ".docm": "docx", ".pdf": "pdf", ".html": "html", ".htm": "html", ".txt": "txt", ".xlsx": "xlsx",
    ".xlsm": "xlsx", ".csv": "txt", ".tsv": "txt", ".jsonl": "txt", ".gz": "gz",
}  # fmt: skip


def kind_of(data: bytes, name: str, *accepted: str) -> str:
    """The kind of a file, one of `accepted`: docx, xlsx, pdf, html, gz, txt. Raises ImportFault."""
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise ImportFault(Fault.EMPTY)
    if len(data) > limits.FILE_BYTES:
        raise ImportFault(Fault.TOO_LARGE)
    kind, suffix = _by_content(data), PurePath(name).suffix.lower()
    if kind not in accepted or (suffix and _NAMED.get(suffix) != kind):
        raise ImportFault(Fault.WRONG_KIND, f"{kind or 'unknown'} {suffix}".strip())
    return kind


def _by_content(data: bytes) -> str:
    if data.startswith(_OLD_OFFICE):
        raise ImportFault(Fault.ENCRYPTED if _ENCRYPTED_PACKAGE in data else Fault.OLD_OFFICE)
    if data.startswith((_ZIP, _EMPTY_ZIP)):
        return _by_parts(data)
    if _PDF in data[:_PDF_HEAD]:
        return "pdf"
    if data.startswith(_GZIP):
        return "gz"
    return _text_kind(data[:_HEAD])


def _by_parts(data: bytes) -> str:
    """Names of parts stand in plain letters, so the file need not be opened to tell Word from Excel."""
    found = [(at, kind) for part, kind in ((b"word/", "docx"), (b"xl/", "xlsx")) if (at := data.find(part)) >= 0]
    return min(found)[1] if found else "zip"


def _text_kind(head: bytes) -> str:
    """html or txt; empty when there are control characters that no text has."""
    text = _decoded(head)
    if len(_CONTROL.findall(text)) > len(text) // 50:
        return ""
    return "html" if _PAGE.search(text) else "txt"


def _decoded(head: bytes) -> str:
    """The first bytes as text: tags are told in any encoding, and a letter cut off at the end does not matter."""
    try:
        return decode(head)
    except ImportFault:
        return head.decode("latin-1")
