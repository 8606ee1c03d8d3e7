"""What can be done to the rules of a document besides editing one: add, pause, duplicate, remove, reorder. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import deepcopy

from programs.editing.parts import Document
from programs.editing.rules import code_for


def place_of(document: Document, code: str) -> int:
    """The place of a rule among the rules; ValueError if there is none of that code."""
    return codes_of(document).index(code)


def codes_of(document: Document) -> list[str]:
    return [rule["code"] for rule in document["rules"]]


def rule_in(document: Document, code: str) -> Document | None:
    return next((rule for rule in document["rules"] if rule["code"] == code), None)


def with_rule(document: Document, rule: Document, *, place: int | None = None) -> Document:
    """Put a rule into the place of the one of its code, or add it: at a place, or as the last."""
    rules = list(document["rules"])
    if rule["code"] in codes_of(document):
        rules[place_of(document, rule["code"])] = rule
    else:
        rules.insert(len(rules) if place is None else place, rule)
    return document | {"rules": rules}


def without(document: Document, code: str) -> Document:
    return document | {"rules": [rule for rule in document["rules"] if rule["code"] != code]}


def paused(document: Document, code: str, *, is_paused: bool) -> Document:
    rules = [rule | {"paused": is_paused} if rule["code"] == code else rule for rule in document["rules"]]
    return document | {"rules": rules}


def duplicated(document: Document, code: str, *, name: str, taken: Collection[str]) -> Document:
    """Add a copy of a rule right behind it, paused, so that nobody gets twice what they should."""
    place = place_of(document, code)
    copy = deepcopy(document["rules"][place]) | {"name": name, "code": code_for(name, taken), "paused": True}
    return with_rule(document, copy, place=place + 1)


def moved(document: Document, code: str, *, by: int) -> Document:
    """Move a rule up (-1) or down (1); at either end it stays."""
    codes = codes_of(document)
    place = codes.index(code)
    codes.insert(min(max(place + by, 0), len(codes) - 1), codes.pop(place))
    return ordered(document, codes)


def ordered(document: Document, codes: Sequence[str]) -> Document:
    """Put the rules into the order of their codes; those that are not named come last, as they were."""
    places = {code: place for place, code in enumerate(codes)}
    return document | {"rules": sorted(document["rules"], key=lambda rule: places.get(rule["code"], len(places)))}
