"""Every rule has a sentence for the command line and one in each language, with blanks that its facts fill."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest

from bot import wording
from bot.wording import blanks
from knowledge.rules import RULES
from tests.test_architecture import sources

WORDING = wording.load(ZoneInfo("Asia/Ho_Chi_Minh"))


def test_the_wording_knows_every_rule_and_no_other() -> None:
    for language in wording.LANGUAGES:
        known = {key.removeprefix("check.") for key in WORDING.sentences[language] if key.startswith("check.")}
        assert known == set(RULES), language


@pytest.mark.parametrize("rule", RULES)
def test_the_facts_of_a_rule_fill_its_sentences(rule: str) -> None:
    facts = set(re.findall(r"\{(\w+)\}", RULES[rule]))
    for language in wording.LANGUAGES:
        assert set(blanks(WORDING.sentences[language][f"check.{rule}"])) <= facts


def test_every_rule_is_applied_somewhere() -> None:
    code = "\n".join(path.read_text() for path in sources() if path.name != "rules.py")
    assert not [rule for rule in RULES if f'"{rule}"' not in code]
