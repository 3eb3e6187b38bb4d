"""What we say: two languages in step, the code in step with both, and nothing that could be taken for markup."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import wording
from bot.wording import blanks, parse
from bot.wording.rich import Span, plain, plain_no_links
from handlers.citing import ENDED_WORDS, OUTSIDE_WORDS
from handlers.commands import from_words
from knowledge.text import fold
from tests.wording import keys_in_code
from tests.wording.facts import made_up

WORDING = wording.load(ZoneInfo("Asia/Ho_Chi_Minh"))
VI, EN = WORDING.sentences["vi"], WORDING.sentences["en"]
IN_BOTH = [key for key in VI if key in EN]
SENTENCES = [(language, key) for language in wording.LANGUAGES for key in WORDING.sentences[language]]
LONGEST = 700
EXAMPLES = {"đăng ký khai sinh quá hạn cần giấy tờ gì"}
"""In guillemets, but neither a command nor a fact."""
TICKET_FACTS = {"number", "question", "requester", "unit", "department", "holder", "due", "status"}
NASTY = ("*a*", "<b>", "</a>", "{number}", "{x:bold}", "[a](b)", "&lt;", "\\", "anh", " ", "\n", "ấ", "😀")


# -- both languages


def test_both_languages_have_the_same_keys() -> None:
    assert set(EN) == set(VI)


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_no_key_stands_twice_in_a_file(language: str) -> None:
    """YAML would quietly take the last one."""
    file = Path(wording.__file__).with_name(f"{language}.yaml").read_text("utf-8")
    assert re.findall(r"(?m)^([a-z][\w.-]*):", file) == list(WORDING.sentences[language])


@pytest.mark.parametrize("key", IN_BOTH)
def test_a_sentence_has_the_same_blanks_in_both_languages(key: str) -> None:
    assert blanks(EN[key]) == blanks(VI[key])
    assert set(re.findall(r"\{[^}]*\}", EN[key])) == set(re.findall(r"\{[^}]*\}", VI[key]))


@pytest.mark.parametrize("key", [key for key in IN_BOTH if key.startswith("say.")])
def test_words_to_type_are_the_same_in_both_languages_and_understood(key: str) -> None:
    assert EN[key] == VI[key]
    command = from_words(WORDING.text(key, {"number": 12}, "vi"))
    assert command is not None
    assert (command.verb, command.number) == (key.removeprefix("say.").replace("_", "-"), 12)


@pytest.mark.parametrize("key", IN_BOTH)
def test_words_in_guillemets_are_the_same_in_both_languages_and_understood(key: str) -> None:
    quoted = re.findall(r"«([^»]*)»", VI[key])
    assert re.findall(r"«([^»]*)»", EN[key]) == quoted
    for words in set(quoted) - EXAMPLES:
        if not re.fullmatch(r"\{\w+\}", words) and not any(
            said in fold(words) for said in (*ENDED_WORDS, *OUTSIDE_WORDS)
        ):
            assert from_words(words.replace("{number}", "12")), f"«{words}» is no command"


@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("key", ["answer.automatic", "answer.wrong_nothing_else"])
def test_a_button_is_called_by_its_label(key: str, language: str) -> None:
    assert WORDING.sentences[language]["choice.send"] in WORDING.sentences[language][key]


# -- the code


def _composed() -> set[str]:
    return {f"{family}.{member}" for family, members in keys_in_code.composed().items() for member in members}


def _used() -> set[str]:
    return keys_in_code.literals({key.partition(".")[0] for key in VI}) | _composed() | keys_in_code.empty_lists()


def _members(family: str) -> set[str]:
    return {key for key in VI if key.startswith(f"{family}.")}


def test_every_key_in_the_code_has_its_sentence() -> None:
    spelled_out = {use.key for use in keys_in_code.uses()}
    assert spelled_out
    assert not sorted((_used() | spelled_out) - set(VI))


def test_every_family_of_composed_keys_is_known_to_these_tests() -> None:
    families = keys_in_code.composed()
    assert all(families.values())
    found = {family for family in keys_in_code.composed_families() if _members(family)}
    assert set(families) <= found <= set(families) | keys_in_code.families_in_templates()


def test_pages_put_together_keys_of_families_that_exist() -> None:
    """Which members a page uses is for the console's own tests: a page with a missing sentence cannot be shown."""
    assert not [family for family in keys_in_code.families_in_templates() if not _members(family)]


def test_no_sentence_is_unused() -> None:
    used = _used() | {row for sentence in VI.values() for row in re.findall(r":each=([a-z_.]+)\}", sentence)}
    used |= {key for family in keys_in_code.families_in_templates() for key in _members(family)}
    assert not sorted(set(VI) - used)


def test_the_facts_spelled_out_in_the_code_fill_the_blanks() -> None:
    found = list(keys_in_code.uses())
    assert len(found) > 40
    assert not [f"{use.where}: {use.key}" for use in found if not set(blanks(VI.get(use.key, ""))) <= use.facts]


COMPOSED_FACTS = {"import_fault": {"file", "detail"}}
"""Besides the number: what the one place that puts the keys of a family together always gives."""


def test_composed_keys_have_no_blank_that_nobody_fills() -> None:
    for key in _composed():
        assert set(blanks(VI[key])) <= {"number"} | COMPOSED_FACTS.get(key.partition(".")[0], set()), key


@pytest.mark.parametrize("key", [key for key in VI if key.startswith(("ticket.", "remind."))])
def test_sentences_about_a_ticket_use_the_facts_of_a_ticket(key: str) -> None:
    assert set(blanks(VI[key])) <= TICKET_FACTS | {"text", "former"}


# -- the look


@pytest.mark.parametrize(("language", "key"), SENTENCES)
def test_a_sentence_is_short_composed_and_without_foreign_markup(language: str, key: str) -> None:
    sentence = WORDING.sentences[language][key]
    assert sentence == sentence.strip()
    assert len(sentence) <= LONGEST
    assert unicodedata.is_normalized("NFC", sentence)
    assert not re.search(r"</?\w|&\w+;|\*\*|__|`|~~|(?m:^#|^>|^- )", sentence)
    words = "".join(span.text for span in parse(sentence))
    assert not re.search(r"\*|\]\(", words), "markup that was not understood"
    assert not re.search(r"[{}]", re.sub(r"\{[a-z_]+(:[a-z]+(=[a-z_.]+)?)?\}", "", words)), "a blank not understood"


def test_vietnamese_is_polite() -> None:
    assert not [key for key in VI if re.search(r"\b(bạn|mày|tao|ông|bà)\b", VI[key], re.IGNORECASE)]


def test_english_is_english() -> None:
    """No mark of Vietnamese is left, but in names and in words to type."""
    for key in set(EN) - {key for key in EN if key.startswith("say.")}:
        words = re.sub(r"«[^»]*»|XongViệc|NĐ 154/2025|Tiếng Việt", "", EN[key])
        assert not re.search(r"[À-ÖØ-öø-ỹ]", words), key


# -- facts in blanks


@pytest.mark.parametrize(("language", "key"), SENTENCES)
def test_every_sentence_can_be_said(language: str, key: str) -> None:
    said = plain(WORDING.say(key, made_up(WORDING, key, "một"), language))
    assert said.strip()
    assert not re.search(r"[{}]", said)


@given(st.sampled_from(SENTENCES), st.lists(st.sampled_from(NASTY), min_size=1, max_size=8).map("".join))
def test_a_fact_is_shown_as_it_is_whatever_it_holds(where: tuple[str, str], fact: str) -> None:
    """The look is decided before facts are filled in: a harmless fact and a nasty one look the same."""
    language, key = where
    harmless = WORDING.say(key, made_up(WORDING, key, "\ue000"), language)
    nasty = WORDING.say(key, made_up(WORDING, key, fact), language)
    assert nasty == tuple(Span(s.text.replace("\ue000", fact), s.bold, s.link) for s in harmless)


@pytest.mark.parametrize(("language", "key"), SENTENCES)
def test_no_fact_becomes_markup(language: str, key: str) -> None:
    for fact in ("*a*", "<b>", "{x}", "{number}", "[a](b)"):
        facts = made_up(WORDING, key, fact)
        said = plain_no_links(WORDING.say(key, facts, language))
        assert said.count(fact) >= sum(value in (fact, [fact]) for value in facts.values())
