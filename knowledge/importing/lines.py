"""A line of a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: `x` is where it begins, `y` the height above the foot of the page, both in points."""

    text: str
    x: float
    y: float
    page: int
