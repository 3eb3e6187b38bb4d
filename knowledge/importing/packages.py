"""Zipped office files and gzip streams, opened without trusting them."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from knowledge.importing import limits
from knowledge.importing.faults import Fault, ImportFault

_GZIP = b"\x1f\x8b"
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)
"""What zipfile raises on files that are cut off, overlap, or ask for what it does not know."""


class Package:
    """A Word or Excel file whose parts are within limits, without macros, without entities. Raises ImportFault."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise ImportFault(Fault.DAMAGED) from error
        self.names = frozenset(self._zip.namelist())
        self._require_modest()
        self._require_no_macros()
        for name in self.names:
            if name.endswith((".xml", ".rels", ".vml")):
                self._require_no_entities(name)

    def elements(self, name: str) -> Iterator[tuple[str, Element]]:
        """Starts and ends of a part's elements, as it is read; raises ImportFault where the XML breaks off."""
        try:
            with self._zip.open(name) as part:
                yield from iterparse(part, events=("start", "end"), forbid_dtd=True)
        except DefusedXmlException as error:
            raise ImportFault(Fault.ENTITIES, name) from error
        except (ParseError, KeyError, *_BROKEN) as error:
            raise ImportFault(Fault.DAMAGED, name) from error

    def _require_modest(self) -> None:
        members = self._zip.infolist()
        if len(members) > limits.ZIP_MEMBERS:
            raise ImportFault(Fault.BOMB, str(len(members)))
        if any(member.flag_bits & _ENCRYPTED for member in members):
            raise ImportFault(Fault.ENCRYPTED)
        if sum(member.file_size for member in members) > limits.UNZIPPED_BYTES or any(map(_swells, members)):
            raise ImportFault(Fault.BOMB)

    def _require_no_macros(self) -> None:
        if any(name.lower().endswith("vbaproject.bin") for name in self.names):
            raise ImportFault(Fault.MACROS)
        kinds = (
            element.get("ContentType", "") for event, element in self.elements("[Content_Types].xml") if event == "end"
        )
        if any("macroEnabled" in kind for kind in kinds):
            raise ImportFault(Fault.MACROS)

    def _require_no_entities(self, name: str) -> None:
        """A document type can stand only before the first element, so no more than that is read."""
        next(self.elements(name), None)


def _swells(member: zipfile.ZipInfo) -> bool:
    if member.file_size > limits.PART_BYTES and member.filename.endswith(".xml"):
        return True
    return member.file_size > limits.RATIO_FROM_BYTES and member.file_size > limits.RATIO * member.compress_size


def lines(file: BinaryIO, most: int) -> Iterator[bytes]:
    """Lines of a file, unpacked where it is gzip, `most` bytes in all. Raises ImportFault.

    `file` must be seekable.
    """
    packed = file.read(len(_GZIP)) == _GZIP
    file.seek(0)
    source: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=file) if packed else file
    total = 0
    while line := _line(source):
        total += len(line)
        if len(line) > limits.LINE_BYTES or total > most:
            raise ImportFault(Fault.BOMB if packed else Fault.TOO_LARGE)
        yield line


def _line(source: BinaryIO | gzip.GzipFile) -> bytes:
    try:
        return source.readline(limits.LINE_BYTES + 1)
    except (*_BROKEN, gzip.BadGzipFile) as error:
        raise ImportFault(Fault.DAMAGED) from error
