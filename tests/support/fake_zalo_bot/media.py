"""The smallest photo and voice message that deserve the name."""

from __future__ import annotations

import struct
import zlib


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PHOTO = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\xff"))
    + _chunk(b"IEND", b"")
)
"""A PNG of one white pixel."""

VOICE = b"\xff\xf1\x60\x40\x01\x7f\xfc\x01\x18\x20\x07"
"""One silent ADTS frame, 16 kHz mono."""

TYPES = {"png": "image/png", "aac": "audio/aac"}
