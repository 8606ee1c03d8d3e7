"""An earning rule between its document and a form. Pure; its code and its pause are no form's business."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from programs.editing.parts import Document, Part, Values, as_it_is, as_text, written

LONGEST_CODE = 40
CHOSEN = ("weekdays", "locations", "tiers")
TYPED = ("products", "categories", "channels", "segments")
LETTERS = str.maketrans({"ł": "l", "Ł": "l", "ß": "ss", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ı": "i"})
FAULT = re.compile(r"rules\[\d+\]\.(?:when\.)?([\w.]+)")
FIELDS = {
    "from": "starts_on",
    "until": "ends_on",
    "hours": "starts",
    "give.multiplier": "amount",
    "give.points": "amount",
    "give.per": "per",
    "give.each": "kind",
    "give": "kind",
    "cap.points": "cap_points",
    "cap.per": "cap_per",
}


def values_of(rule: Document) -> dict[str, Any]:
    """Read a rule, as `terms.dump` writes it, into the values of its form."""
    when, cap = rule["when"], rule.get("cap", {})
    first, last = when.get("hours", (None, None))
    return {
        "name": rule["name"],
        **give_values(rule["give"]),
        "event": when["event"],
        "starts_on": read(date.fromisoformat, when.get("from")),
        "ends_on": read(date.fromisoformat, when.get("until")),
        "starts": read(time.fromisoformat, first),
        "ends": read(time.fromisoformat, last),
        "min_amount": read(Decimal, when.get("min_amount")),
        "first_purchase": when["first_purchase"],
        **{key: list(when[key]) for key in (*CHOSEN, *TYPED)},
        "cap_points": cap.get("points"),
        "cap_per": cap.get("per", "day"),
        "budget": rule.get("budget"),
    }


def read(made: Callable[[str], Any], text: str | None) -> Any:
    return None if text is None else made(text)


def give_values(give: Document) -> dict[str, Any]:
    """Tell the effect: `times` the points, `points` once, for each `piece`, or `per` money."""
    if "multiplier" in give:
        return {"kind": "times", "amount": Decimal(give["multiplier"]), "per": None}
    if "per" in give:
        return {"kind": "per", "amount": Decimal(give["points"]), "per": Decimal(give["per"])}
    kind = "piece" if give["each"] == "item" else "points"
    return {"kind": kind, "amount": Decimal(give["points"]), "per": None}


def rule_of(before: Document, values: Values) -> Document:
    """Write a form's values into a copy of its rule; what the form leaves as it was stays as it is."""
    return written(before, values, shown=values_of(before), parts=PARTS)


def give_of(values: Values) -> Document:
    match values["kind"]:
        case "times":
            return {"multiplier": str(values["amount"])}
        case "per":
            return {"points": int(values["amount"]), "per": str(values["per"])}
        case kind:
            return {"points": int(values["amount"]), "each": "item" if kind == "piece" else "order"}


def cap_of(values: Values) -> Document | None:
    return {"points": values["cap_points"], "per": values["cap_per"]} if values["cap_points"] else None


def hours_of(values: Values) -> list[str] | None:
    return [f"{values[key]:%H:%M}" for key in ("starts", "ends")] if values["starts"] and values["ends"] else None


def as_words(key: str) -> Callable[[Values], list[str]]:
    """What was typed, without the blanks around it, each word once."""
    return lambda values: list(dict.fromkeys(word.strip() for word in values[key] if word.strip()))


PARTS = (
    Part("name", ("name",), lambda values: values["name"].strip()),
    Part("give", ("kind", "amount", "per"), give_of),
    Part("cap", ("cap_points", "cap_per"), cap_of),
    Part("budget", ("budget",), as_it_is("budget")),
    Part("when.event", ("event",), as_it_is("event")),
    Part("when.from", ("starts_on",), as_text("starts_on")),
    Part("when.until", ("ends_on",), as_text("ends_on")),
    Part("when.hours", ("starts", "ends"), hours_of),
    Part("when.min_amount", ("min_amount",), as_text("min_amount")),
    Part("when.first_purchase", ("first_purchase",), as_it_is("first_purchase")),
    *(Part(f"when.{key}", (key,), as_it_is(key)) for key in CHOSEN),
    *(Part(f"when.{key}", (key,), as_words(key)) for key in TYPED),
)


def code_for(name: str, taken: Collection[str]) -> str:
    """Make the code of a new rule out of its name, once: it never changes afterwards."""
    stem = slugify(name.translate(LETTERS))[: LONGEST_CODE - 4].strip("-_") or "rule"
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (stem, *numbered) if code not in taken)


def field_of(path: str) -> str | None:
    """The form's field that a fault at a path of the document is about; None for what no field says alone."""
    found = FAULT.match(path)
    key = found[1] if found else ""
    return FIELDS.get(key) or (key if key in {name for part in PARTS for name in part.keys} else None)
