"""How a program works, for its customers: chapters of the promises that hold today or are dated for later."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy

from programs.terms import Terms
from programs.wording.changes import running
from programs.wording.customer import to_customers
from programs.wording.promises import parts_of
from programs.wording.rules import rule_sentence

TITLES = {
    "state": gettext_lazy("How things stand"),
    "earning": gettext_lazy("What a purchase earns"),
    "rules": gettext_lazy("What earns more"),
    "tiers": gettext_lazy("Tiers"),
    "expiry": gettext_lazy("How long it lasts"),
    "clawback": gettext_lazy("If you bring something back"),
}


class Line(NamedTuple):
    """One promise without a full stop; `name` is that of its rule, as histories call it."""

    sentence: str
    name: str = ""


class Chapter(NamedTuple):
    """What belongs together; `key` names the part of the terms."""

    key: str
    title: str
    lines: list[Line]


def chapters(terms: Terms, currency: str, *, on: date, places: Mapping[str, str] | None = None) -> list[Chapter]:
    """Say in the active language all that the terms promise on a local day; rules that are over or paused say nothing.

    A program that gives no points says nothing of how they last.
    """
    terms, words = running(terms, on), to_customers(terms, currency, places)
    parts = {key: [Line(sentence) for sentence in said] for key, said in parts_of(terms, words).items()}
    parts["rules"] = [
        Line(rule_sentence(rule, speech=words, tiers=terms.tiers), rule.name) for rule in terms.running_rules
    ]
    if not terms.gives_points:
        parts["expiry"] = parts["clawback"] = []
    return [Chapter(key, str(title), parts[key]) for key, title in TITLES.items() if parts[key]]
