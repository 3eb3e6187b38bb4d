"""Bodies gone wrong, by a seeded chance."""

from __future__ import annotations

import random

GROWTH = 64 * 1024
ODD = [b"null", b"true", b"[]", b"{}", b"-1", b"1e999", b'"\\u0000"', b'"\\ud800"', b"\xff", b"NaN", b'"x"']


def mutated(chance: random.Random, body: bytes) -> bytes:
    """`body` with a few things gone, doubled, swapped or replaced; now and then grown beyond all measure."""
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(body) + 1)
        end = min(len(body), start + chance.choice([0, 1, 5, 40]))
        kind = chance.randrange(6)
        if kind == 0:
            body = body[:start] + body[end:]
        elif kind == 1:
            body = body[:end] + body[start:]
        elif kind == 2:
            body = body[:start] + chance.randbytes(end - start) + body[end:]
        elif kind == 3:
            body = _value_replaced(chance, body, chance.choice(ODD))
        elif kind == 4:
            body = body[:start] + b"[" * chance.choice([1, 2000]) + body[start:]
        elif chance.random() < 0.1:
            body += b" " * GROWTH
    return body


def _value_replaced(chance: random.Random, body: bytes, value: bytes) -> bytes:
    """One of the values in JSON that is indented line by line becomes another."""
    lines = body.split(b"\n")
    at = chance.randrange(len(lines))
    name, colon, old = lines[at].partition(b": ")
    lines[at] = name + colon + value + (b"," if old.endswith(b",") else b"") if colon else lines[at]
    return b"\n".join(lines)
