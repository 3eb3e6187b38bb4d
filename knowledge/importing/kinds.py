"""What a file is, told by its first bytes; its name must not say otherwise."""

from __future__ import annotations

import re
from pathlib import PurePath

from knowledge.importing import limits
from knowledge.importing.faults import Fault, ImportFault

_ZIP, _OLD_OFFICE, _GZIP, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b", b"%PDF-"
_EMPTY_ZIP = b"PK\x05\x06"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|div|p|table|meta)[\s>]", re.IGNORECASE)
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
    if _binary(data[:_HEAD]):
        return ""
    return "html" if _PAGE.search(_narrow(data[:_HEAD])) else "txt"


def _by_parts(data: bytes) -> str:
    """Names of parts stand in plain letters, so the file need not be opened to tell Word from Excel."""
    found = [(at, kind) for part, kind in ((b"word/", "docx"), (b"xl/", "xlsx")) if (at := data.find(part)) >= 0]
    return min(found)[1] if found else "zip"


def _narrow(head: bytes) -> bytes:
    return head.replace(b"\x00", b"")


def _binary(head: bytes) -> bool:
    """Control characters that no text has; UTF-16 has NULs at every second byte only."""
    controls = sum(byte < 9 or 13 < byte < 27 for byte in _narrow(head))
    nuls = head.count(0)
    return controls > len(head) // 50 or (nuls > 0 and nuls < len(head) // 20)
