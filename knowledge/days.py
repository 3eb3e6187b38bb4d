"""The day a question is about (ngày được hỏi): "hồ sơ nộp tháng 6/2025 thì theo quy định nào".

Precision comes first: a wrong day hides the right answer. A date counts only where words say that the case was
filed or happened then, or that it is then's rule that is asked for. A date in the name of a document, a day to
come, an open stretch ("từ 1/7/2025") and a case that goes on until now do not count.

A month or a year means all of it. Its last day is looked up, the rule it ended with; `stretch_named` gives the
first day too, so that a change inside can be told.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from knowledge.entries import Interval
from knowledge.text import fold, normalise

_DAY = timedelta(days=1)
_EARLIEST = 1945
"""No rule of before can be asked about."""
_WORD = r"[^\s,.;:?!()]+"
_PAPERS = (
    "nghi dinh|nd|thong tu lien tich|thong tu|tt|nghi quyet|nq|bo luat|luat|hien phap|phap lenh|chi thi|cong van|cv"
    "|van ban|vb|huong dan|thong bao|ke hoach|kh|to trinh|cong dien|de an|chuong trinh|du toan|ngan sach|giai doan"
    "|dot|ky hop|bau cu|chi tieu|tuyen quan|nam hoc|bao cao|quyet toan|so lieu|danh sach|tong ket"
)
_NOT_ITS_NAME = "nop|tiep nhan|thi|hoi|truoc|vao|trong|xay ra|vi pham|nghi|theo|neu|khi|ap dung|ho so"
_SPLIT = r"\s?[/.-]\s?"
_ANY_DATE = rf"(?:ngay\s+)?\d{{1,2}}{_SPLIT}\d{{1,2}}(?:{_SPLIT}\d{{2,4}})?|(?:thang\s+)?\d{{1,2}}{_SPLIT}\d{{4}}"
_NAMES = re.compile(
    rf"\b\d+/(?:\d{{4}}/)?[a-z][\w-]*(?:\s+(?:ky\s+)?(?:{_ANY_DATE}))?"
    rf"|\b(?:{_PAPERS}|quyet dinh|qd)\s+(?:so\s+)?\d[\d/.-]*(?:/[a-z][\w-]*)?(?:\s+(?:{_ANY_DATE}|nam\s+\d{{4}}))?"
    rf"|\b(?:{_PAPERS})(?:\s+(?!(?:{_NOT_ITS_NAME})\b){_WORD}){{0,7}}?\s+(?:{_ANY_DATE}|(?:nam\s+)?(?:19|20)\d\d\b)"
)
"""Documents and plans with the dates that belong to their names."""
_DATES = (
    rf"(?:\bngay\s+)?(?<![\d/.-])(?P<day>\d{{1,2}}){_SPLIT}(?P<month>\d{{1,2}}){_SPLIT}(?P<year>(?:19|20)\d\d|2\d)",
    rf"(?:\bngay\s+)?\b(?P<day>\d{{1,2}})\s+thang\s+(?P<month>\d{{1,2}})(?:\s+nam\s+|{_SPLIT})(?P<year>(?:19|20)\d\d)",
    r"(?:\bthang\s+|\bt\.?\s?|(?<![\w/.-]))(?P<month>\d{1,2})(?:\s+nam\s+|\s?[/-]\s?)(?P<year>(?:19|20)\d\d)",
    r"\bnam\s+(?P<year>(?:19|20)\d\d)",
)
_FOUND = [re.compile(rf"{pattern}(?![\d/-])") for pattern in _DATES]

_STILL = re.compile(
    r"\b(?:bay gio|(?:den|hien|ngay|toi|hom) nay|(?:den|hien|toi) gio|chuyen tiep|do dang|dang giai quyet|tiep tuc"
    r"|(?:(?<!bao )gio|nay) (?:moi|con|lam|phai|di|muon|dang|bi|duoc|thi|xin|can|da|dinh|ra|ai|o|co|chua|nop|chuyen)"
    r"|chua (?:xong|giai quyet|tra|co|duoc|lam|nop|dang ky|xu ly|thay)|con (?:gia tri|hieu luc|ap dung|dung)"
    r"|(?<!khai sinh )(?<!khai tu )(?:tre han|qua han)|cap (?:lai|doi)|lam (?:lai|tiep)|dinh chinh|cai chinh|trich luc"
    r"|muon (?!hoi|biet))\b"
)
"""The case goes on: today's rule is asked for, the date is only its story."""
_LINK = re.compile(
    r"(?:^| )(truoc|(?<!thu )(?<!cho )(?<!xin )(?<!em )(?<!muon )hoi|vao|trong|luc|tu|ke tu|sau|den|toi|han"
    r"|cham nhat|het|qua|ban hanh|hieu luc|ky|sua doi|thay the|bai bo|thong qua|cong bo)$"
)
_NOT_A_FILE = "tien|thue|phi|le phi|phat|bhxh|bhyt|bao hiem|quy|ngan sach|bao cao|hoc phi|luu tru|luu"
_FILING = rf"(?<!(?<!qua )han )(?<!lich )(?<!thoi gian )\b(?:nop(?! (?:{_NOT_A_FILE})\b)|tiep nhan|nhan ho so)\b"
_FILED = re.compile(rf"{_FILING}(?: {_WORD}){{0,6}}$")
_FILED_IN_YEAR = re.compile(rf"{_FILING}(?: {_WORD}){{0,2}}$|\bho so nop$")
_FILE_OF_THEN = re.compile(r"(?<!nop )\bho so$")
_FILED_AFTER = re.compile(rf"^(?: {_WORD}){{0,4}} (?:nop(?! (?:{_NOT_A_FILE})\b)|tiep nhan)\b")
_LEFT = re.compile(rf"\bnghi(?: (?!dinh|quyet\b){_WORD}){{0,5}}$")
_KIN = "bo|me|ong|ba|chong|vo|con|anh|chi|em|nguoi|chu|bac|co|di|cau|cha|cu|than nhan|doi tuong|liet si|thuong binh"
_HAPPENED = re.compile(
    rf"\b(?:(?:quyet dinh|qd|xay ra|vi pham|tai nan|bi thuong|bo nhiem|tuyen dung|thoi viec)(?: {_WORD}){{0,5}}"
    rf"|(?:sinh|de) (?:con|be|chau|doi)(?: {_WORD}){{0,3}}"
    rf"|(?:{_KIN})(?: {_WORD}){{0,3}} (?:mat|chet|qua doi|tu tran|hy sinh)(?: {_WORD}){{0,2}})$"
)
_WHICH_RULE = re.compile(
    r"\b(?:theo (?:quy dinh|luat|nghi dinh|van ban|thong tu|muc|che do|cai)|(?:quy dinh|luat|nghi dinh|van ban) nao"
    r"|ap dung|(?:luc|khi|hoi|thoi) (?:do|ay)|che do|huong|tro cap|mai tang|tu tuat|muc|bao nhieu)\b"
)
"""That day's rule, or what it gave, is what they want to know."""
_RATE = re.compile(
    rf"\b(?:luong (?:co so|toi thieu|huu)|chuan ngheo|muc|le phi|phu cap|tro cap|chuan)(?: {_WORD}){{0,5}}$"
)
_BEGINS = re.compile(r"(?:^|[,.;?!]|\b(?:cho hoi|xin hoi|em hoi|vay|the|neu))$")
_TELLER = "toi|em|anh|chi|gia dinh|nha|ong|ba|minh|bo|me|dan|co nguoi|chung toi|xa"
_THEN = re.compile(rf"^ (?:thi|luc do|khi do)\b(?! (?:{_TELLER})\b)")
_TELLS = re.compile(rf"^ (?:{_TELLER})\b")


def day_named(text: str, today: date) -> date | None:
    """The day before `today` that a question is about; None when it is about today, or names no day for sure."""
    stretch = stretch_named(text, today)
    return stretch.until - _DAY if stretch and stretch.until else None


def stretch_named(text: str, today: date) -> Interval | None:
    """The day, month or year, all of it past, that a question is about."""
    said = _plain(text, today)
    dates = [] if _STILL.search(said) else _dates(said)
    if len(dates) != 1:
        return None
    stretch, before, after = _stretch(dates[0]), said[: dates[0].start()].rstrip(), said[dates[0].end() :]
    if stretch is None or not _about_then(before, after, by_year="month" not in dates[0].groupdict()):
        return None
    if before.endswith("truoc"):
        stretch = Interval(stretch.since - _DAY, stretch.since)
    past = stretch.until is not None and stretch.until <= today and stretch.since.year >= _EARLIEST
    return stretch if past else None


def without_day(text: str, today: date) -> str:
    """The text without the one date it names; the text itself where that is not written as it is meant."""
    dates, written = _dates(_plain(text, today)), normalise(text)
    start = fold(written).find(dates[0].group()) if len(dates) == 1 and len(fold(written)) == len(written) else -1
    if start < 0:
        return text
    return f"{written[:start]} {written[start + len(dates[0].group()) :]}"


def _plain(text: str, today: date) -> str:
    """Folded, "năm ngoái" as a number, documents and plans masked together with their dates."""
    folded = fold(re.sub(r"\bnày\b", "ấy", normalise(text).lower()))
    dated = re.sub(r"\bnam ngoai\b", f"nam {today.year - 1}", folded)
    return " ".join(_NAMES.sub(" # ", re.sub(r"\bnam nay\b", f"nam {today.year}", dated)).split())


def _dates(said: str) -> list[re.Match[str]]:
    """The dates of a text, each in its longest form."""
    found = [match for pattern in _FOUND for match in pattern.finditer(said)]
    return [one for n, one in enumerate(found) if not any(_overlap(one, longer) for longer in found[:n])]


def _overlap(one: re.Match[str], other: re.Match[str]) -> bool:
    return one.start() < other.end() and other.start() < one.end()


def _stretch(match: re.Match[str]) -> Interval | None:
    parts = {name: int(number) for name, number in match.groupdict().items()}
    year, month, day = parts["year"] % 2000 + 2000 if parts["year"] < 100 else parts["year"], 1, 1
    try:
        since = date(year, parts.get("month", month), parts.get("day", day))
    except ValueError:
        return None
    if "day" in parts:
        return Interval(since, since + _DAY)
    following = since.replace(day=28) + 4 * _DAY if "month" in parts else date(year, 12, 31) + _DAY
    return Interval(since, following.replace(day=1))


def _about_then(before: str, after: str, *, by_year: bool) -> bool:
    """Whether the words around a date say that the case was of then."""
    link = _LINK.search(before)
    word, lead = (link[1], before[: link.start()]) if link else ("", before)
    asks = bool(_WHICH_RULE.search(f"{before} # {after}"))
    if word not in ("", "truoc", "hoi", "vao", "trong", "luc"):
        return word == "tu" and bool(_LEFT.search(lead)) and asks
    return (
        _filed(lead, after, by_year=by_year)
        or (asks and bool(_LEFT.search(lead) or _HAPPENED.search(lead)))
        or bool(_BEGINS.search(lead) and _THEN.search(after))
        or (word == "hoi" and asks and not _TELLS.search(after))
        or bool(_RATE.search(lead) and "bao nhieu" in after)
    )


def _filed(lead: str, after: str, *, by_year: bool) -> bool:
    if by_year:
        return bool(_FILED_IN_YEAR.search(lead))
    return bool(_FILED.search(lead) or _FILE_OF_THEN.search(lead) or _FILED_AFTER.search(after))
