"""The content that comes with the package is sound and finds itself."""

from __future__ import annotations

from datetime import date

import knowledge

DAY = date(2026, 11, 21)


def test_the_real_content_has_no_problems() -> None:
    problems = knowledge.check(knowledge.read_content(knowledge.CONTENT))
    assert not problems, "\n".join(str(problem) for problem in problems)
