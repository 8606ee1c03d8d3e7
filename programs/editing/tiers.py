"""Tiers, between a document and their forms: what counts and how one falls, and the ladder of levels."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from copy import deepcopy
from decimal import Decimal
from itertools import chain, count
from typing import Any

from django.utils.text import slugify

from loyalty_site.web.fields import number_in
from programs.editing.showing import Values, kept, line, number

Document = dict[str, Any]
Level = dict[str, Any]

LADDER_PATHS = ("tiers.levels",)
COUNTING_PATHS = ("tiers.basis", "tiers.window", "tiers.downgrade", "tiers.grace_days")
USUAL_MONTHS = 12
LEVEL_KEYS = ("name", "at", "multiplier", "entry_gift", "discount_percent")
LEVEL_FAULT = re.compile(r"tiers\.levels\[(\d+)\]\.(\w+)")
RULE_FAULT = re.compile(r"rules\[(\d+)\]\.when\.tiers")
LONGEST_CODE = 40
FIRST_STEP = {"points": 500, "spend": 500, "visits": 10}


# --- what counts


def counting_values(document: Document) -> dict[str, Any]:
    """Read what counts, over which window, and how a fall is softened."""
    tiers = document["tiers"]
    return {
        "basis": tiers["basis"],
        "window": tiers["window"]["kind"],
        "months": tiers["window"].get("months", USUAL_MONTHS),
        "downgrade": tiers["downgrade"],
        "grace_days": tiers["grace_days"],
    }


def with_counting(document: Document, values: Values) -> Document:
    new = deepcopy(document)
    window = {"kind": values["window"]} | ({"months": values["months"]} if values["window"] == "rolling" else {})
    new["tiers"] |= {
        "basis": values["basis"],
        "window": window,
        "downgrade": values["downgrade"],
        "grace_days": values["grace_days"],
    }
    return new


# --- the ladder


def level_values(level: Level) -> Level:
    """A level as its row shows it."""
    return {
        "code": level["code"],
        "name": line(level["name"]),
        "at": level["at"],
        "multiplier": number(level["multiplier"]),
        "entry_gift": level["entry_gift"],
        "discount_percent": number(level["discount_percent"]),
    }


def ladder_values(document: Document) -> list[Level]:
    return [level_values(level) for level in document["tiers"]["levels"]]


def with_ladder(document: Document, rows: Sequence[Level]) -> Document:
    """Write the rows, lowest first, into a copy of the document; the lowest level begins at 0, new ones get a code."""
    new = deepcopy(document)
    known = {level["code"]: level for level in new["tiers"]["levels"]}
    taken = {*known} | {row["code"] for row in rows}
    made = []
    for place, row in enumerate(rows):
        code = row["code"] or code_of(row["name"], taken)
        taken.add(code)
        made.append(level_of(row | {"code": code, "at": row["at"] if place else 0}, known.get(code)))
    new["tiers"]["levels"] = made
    return new


def level_of(row: Level, before: Level | None) -> Level:
    """The level that a row says; what is as it was shown stays as it was written."""
    shown = level_values(before) if before else {}
    level = {key: kept(before and before[key], shown.get(key), row[key]) for key in ("code", *LEVEL_KEYS)}
    return {key: f"{value:f}" if isinstance(value, Decimal) else value for key, value in level.items()}


def code_of(name: str, taken: Container[str]) -> str:
    """Make a code from a name: gold, gold-2. Names that no code can spell are numbered: level-3."""
    spelt = slugify(name)[: LONGEST_CODE - 4].strip("-_")
    numbered = (f"{spelt or 'level'}-{place}" for place in count(2 if spelt else 1))
    return next(code for code in chain([spelt] if spelt else [], numbered) if code not in taken)


def new_row(rows: Sequence[Values], place: int, basis: str) -> dict[str, Any]:
    """A row to begin a level with at a place of the ladder: half-way between its neighbours, or twice the top."""
    below = as_count(rows[place - 1].get("at")) if place else 0
    above = as_count(rows[place].get("at")) if place < len(rows) else 0
    multiplier = rows[place - 1].get("multiplier") if place else 1
    return {"code": "", "name": "", "at": step_between(below, above, basis), "multiplier": multiplier}


def as_count(shown: Any) -> int:
    return number_in(str(shown)) or 0


def step_between(below: int, above: int, basis: str) -> int:
    if above > below:
        return round_step((below + above) // 2, below, above)
    return below * 2 or FIRST_STEP[basis]


def round_step(middle: int, below: int, above: int) -> int:
    """The roundest number near the middle that is still between the two."""
    for size in range(len(str(above)), -1, -1):
        found: int = round(middle, -size)
        if below < found < above:
            return found
    return middle


def place_of(path: str) -> tuple[int, str]:
    """The place on the ladder and the key that a path of the document leads to; a fault of a code shows at the name."""
    found = LEVEL_FAULT.match(path)
    if found is None:
        return 0, ""
    return int(found[1]), found[2] if found[2] in LEVEL_KEYS else "name"


def field_of(path: str) -> str | None:
    """The field of the ladder that a fault at a path of the document is about."""
    place, key = place_of(path)
    return f"level_{place}_{key}" if key else None


# --- rules that name a level


def rules_naming(document: Document, code: str) -> list[Document]:
    """The rules that are for a level by its code."""
    return [rule for rule in document.get("rules", ()) if code in rule["when"].get("tiers", ())]


def rule_at(document: Document, path: str) -> Document | None:
    """The rule that a path of the document leads to."""
    found = RULE_FAULT.match(path)
    rule: Document | None = document["rules"][int(found[1])] if found else None
    return rule


def without_level(document: Document, code: str, *, instead: str) -> Document:
    """Take a level out of a copy of the document, and out of the rules that name it.

    They name `instead`, another level; with no such level a rule that was for this one alone goes too, because it would
    then be for everybody.
    """
    new = deepcopy(document)
    new["tiers"]["levels"] = [level for level in new["tiers"]["levels"] if level["code"] != code]
    new["tiers"]["levels"][0]["at"] = 0
    new["rules"] = [rule for rule in new.get("rules", ()) if renamed(rule, code, instead)]
    return new


def renamed(rule: Document, code: str, instead: str) -> bool:
    """Let a rule name another level; says whether there is still somebody it is for."""
    named = rule["when"].get("tiers", [])
    if code not in named:
        return True
    others = [instead if name == code else name for name in named]
    rule["when"]["tiers"] = [*dict.fromkeys(name for name in others if name)]
    return bool(rule["when"]["tiers"])


def without_tiers(document: Document) -> Document:
    """Take all tiers out of a copy of the document; rules for some of them go too, or they would be for everybody."""
    new = deepcopy(document)
    new.pop("tiers", None)
    new["rules"] = [rule for rule in new.get("rules", ()) if not rule["when"].get("tiers")]
    return new
