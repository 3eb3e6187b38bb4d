"""What a person wants done: from a pressed button, a typed number or words such as "nhận 12"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.text import fold


@dataclass(frozen=True, slots=True)
class Command:
    """A verb of the routes, what it is about, and the words that follow."""

    verb: str
    about: tuple[str, ...] = ()
    rest: str = ""

    @property
    def number(self) -> int:
        """The ticket or exchange it is about; 0 when none was given."""
        return self.part(0)

    def part(self, place: int) -> int:
        """The number at a place of what it is about; 0 when there is none (buttons can be forged)."""
        word = self.about[place] if place < len(self.about) else ""
        return int(word) if re.fullmatch(r"[0-9]{1,9}", word) else 0


# Words with a ticket number behind them; folded, the longest first. "nhận con nuôi" is a question: no number follows.
_ON_A_TICKET = {
    "nhan phieu": "take",
    "nhan": "take",
    "tra loi phieu": "answer",
    "tra loi": "answer",
    "tl": "answer",
    "hoi lai phieu": "ask-back",
    "hoi lai": "ask-back",
    "chuyen phieu": "hand-over",
    "chuyen": "hand-over",
    "tra lai phieu": "release",
    "tra lai": "release",
    "bo sung phieu": "details",
    "bo sung": "details",
    "dong y phieu": "accept",
    "dong y": "accept",
    "mo lai phieu": "reopen",
    "mo lai": "reopen",
    "chua ro": "reopen",
    "xem phieu": "ticket",
    "phieu so": "ticket",
    "phieu": "ticket",
    "xem": "ticket",
}

# Whole messages.
_ALONE = {
    "phieu cua toi": "mine",
    "phieu toi": "mine",
    "phieu cua em": "mine",
    "cac phieu cua toi": "mine",
    "/phieu": "mine",
    "hang doi": "queue",
    "hang cho": "queue",
    "phieu cho": "queue",
    "viec cho": "queue",
    "/hangdoi": "queue",
    "tro giup": "help",
    "huong dan": "help",
    "help": "help",
    "/help": "help",
    "menu": "help",
    "/menu": "help",
    "/start": "start",
    "bat dau": "start",
    "linh vuc": "fields",
    "cac linh vuc": "fields",
    "danh muc": "fields",
    "/linhvuc": "fields",
    "so tay": "handbook",
    "so tay ngoai tuyen": "handbook",
    "handbook": "handbook",
    "/sotay": "handbook",
    "ngon ngu": "language",
    "/ngonngu": "language",
    "language": "language",
    "english": "language-en",
    "tieng anh": "language-en",
    "tieng viet": "language-vi",
    "huy": "cancel",
    "/huy": "cancel",
    "thoi": "cancel",
    "gui chuyen vien": "send",
    "gui can bo": "send",
    "hoi chuyen vien": "send",
    "dung y": "helped",
    "dung roi": "helped",
    "chua dung": "wrong",
    "chua dung y": "wrong",
    "khong dung": "wrong",
}

# Matched against folded text: phones type the same letters composed and decomposed.
_CODE = re.compile(r"^(?:/start|lk|ma|code)\s+([a-z0-9]{8})$")
_BARE_NUMBER = re.compile(r"^(?:so|chon)?\s*(\d{1,2})\s*[.)]?$")
_WORD = re.compile(r"\S+")
_NUMBER = re.compile(r"^(?:#|so-?)?(\d{1,9})[.:,;)]?$")


def from_choice(choice: str) -> Command | None:
    """The command behind a pressed button; None when it is not one of ours."""
    verb, *about = choice.split(":")
    return Command(verb, tuple(about)) if re.fullmatch(r"[a-z-]+", verb) else None


def typed_number(text: str) -> int | None:
    """2 for "2", "2.", "số 2"."""
    match = _BARE_NUMBER.match(fold(text).strip())
    return int(match[1]) if match else None


def enrolment_code(text: str) -> str | None:
    """The code in "LK ABCD1234" or "/start ABCD1234"."""
    match = _CODE.match(fold(text).strip())
    return match[1].upper() if match else None


def from_words(text: str) -> Command | None:
    """The command in a typed message; None when it is a question or anything else."""
    folded = " ".join(fold(text).split())
    alone = _ALONE.get(folded.rstrip(" .!?"))
    if alone is not None:
        return Command(alone)
    code = enrolment_code(text)
    if code is not None:
        return Command("link", (code,))
    return _on_a_ticket(text)


def _on_a_ticket(text: str) -> Command | None:
    words = list(_WORD.finditer(text))
    for length in (3, 2, 1):
        if len(words) <= length:
            continue
        verb = _ON_A_TICKET.get(fold(" ".join(word[0] for word in words[:length])).strip())
        number = _NUMBER.match(words[length][0])
        if verb is not None and number is not None:
            return Command(verb, (number[1],), text[words[length].end() :].lstrip(" :,.-\n").rstrip())
    return None
