"""A line of the national catalogue into the columns of a plain table. Its details come in two layouts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from knowledge.importing.vocabulary import vocabulary

_NOTHING = re.compile(r"(?:Phí|Lệ phí)?\s*:?\s*0*\s*(?:Đồng)?", re.IGNORECASE)
_OTHER = "OTHER"
_PERIOD = re.compile(r"\d|\bngày\b|\bgiờ\b|\btháng\b", re.IGNORECASE)


def flat(row: dict[str, Any]) -> dict[str, str]:
    """The values of a line by our names of columns; lists a value a line. What is not there is left out."""
    detail = row.get("detail")
    details = detail if isinstance(detail, dict) else {}
    values = {
        **{name: _joined(row.get(name)) for name in ("fields", "agencies", "subjects", "levels")},
        **{name: _one(row.get(name)) for name in ("code", "name", "state", "kind", "commune_level")},
        **{name: _one(details.get(name)) for name in ("decision", "updated", "source")},
        "decided_on": _one(details.get("decision_date")),
        "steps": "\n".join(map(_one, _list(details.get("steps")))),
        "time": _distinct(map(_time, _rows(details.get("methods")))),
        "fee": _distinct(fee for method in _rows(details.get("methods")) for fee in _fees(method)),
        "dossier": "\n".join(paper for part in _rows(details.get("dossier")) for paper in _papers(part)),
        "legal_basis": _distinct(map(_basis, _rows(details.get("legal_basis")))),
    }
    values["level"] = values.pop("levels")
    values["agencies"] = values["agencies"] or _one(details.get("executing"))
    return {name: value for name, value in values.items() if value}


def _time(method: dict[str, Any]) -> str:
    """ "5 ngày làm việc"; where the unit is OTHER, the note tells the period, if it does not tell where to go."""
    if "thoi_han_giai_quyet" in method:
        return _line(method["thoi_han_giai_quyet"])
    unit = _one(method.get("unit"))
    if unit == _OTHER or not unit:
        note = _line(method.get("note"))
        return note if _PERIOD.search(note) else ""
    time = method.get("time")
    count = int(time) if isinstance(time, float) and time.is_integer() else time
    return f"{_one(count)} {vocabulary().units.get(unit, unit)}" if count not in (None, "") else ""


def _fees(method: dict[str, Any]) -> Iterator[str]:
    """A fee of 0 without words is not free of charge: the catalogue has it where a province sets the fee."""
    if "phi_le_phi" in method:
        for line in _one(method["phi_le_phi"]).splitlines():
            yield _unknown() if line.strip() and _NOTHING.fullmatch(line.strip()) else _line(line)
    for fee in _rows(method.get("fees")):
        amount, text = fee.get("amount"), _line(fee.get("text"))
        if isinstance(amount, int | float) and amount > 0:
            written = f"{amount:,.0f}".replace(",", ".")
            yield f"{written} {vocabulary().units['DONG']} {text}".strip()
        elif text or amount == 0:
            yield text or _unknown()


def _unknown() -> str:
    return vocabulary().unknown_fee


def _papers(part: dict[str, Any]) -> Iterator[str]:
    """Papers of a dossier, the case they belong to before them."""
    if "ten_giay_to" in part:
        note = ", ".join(_one(part.get("ghi_chu")).split("\n"))
        yield _line(part["ten_giay_to"]) + (f" ({note})" if note else "")
        return
    yield _line(part.get("case"))
    yield from (_line(item.get("name")) for item in _rows(part.get("items")))


def _basis(law: dict[str, Any]) -> str:
    """Number and name of a document; most names hold the number already."""
    number = _line(law.get("number") or law.get("so_ky_hieu"))
    name = _line(law.get("name") or law.get("trich_yeu"))
    return name if number in name else f"{number} {name}".strip()


def _joined(value: object) -> str:
    return "; ".join(filter(None, map(_line, _list(value))))


def _distinct(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _line(value: object) -> str:
    return " ".join(_one(value).split())


def _one(value: object) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _rows(value: object) -> list[dict[str, Any]]:
    return [item for item in _list(value) if isinstance(item, dict)]
