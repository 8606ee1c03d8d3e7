"""Ladders to begin with, for a program that has no tiers yet: by points, by money spent with discounts, by visits."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from programs.currencies import decimals_of

Document = dict[str, Any]

YEAR = {"kind": "rolling", "months": 12}
LARGE_NUMBERS = 100  # where money has no decimals, sums are about so much larger


def ladders(document: Document, currency: str) -> dict[str, Document]:
    """The ladders that suit a program, the most likely first; by points only where purchases earn some."""
    offered = {"spend": by_spend(currency), "visits": by_visits()}
    return {"points": by_points(), **offered} if document["earning"]["points"] else offered


def by_points() -> Document:
    names = (("bronze", _("Bronze")), ("silver", _("Silver")), ("gold", _("Gold")))
    bonus = [{"at": 0, "multiplier": "1.0"}, {"at": 500, "multiplier": "1.2"}, {"at": 1500, "multiplier": "1.5"}]
    return ladder("points", names, bonus, window=YEAR)


def by_spend(currency: str) -> Document:
    names = (("guest", _("Guest")), ("regular", _("Regular")), ("friend", _("Friend")))
    size = 1 if decimals_of(currency) else LARGE_NUMBERS
    steps = [{"at": at * size, "discount_percent": percent} for at, percent in ((0, "0"), (500, "3"), (1500, "5"))]
    return ladder("spend", names, steps, window={"kind": "lifetime"})


def by_visits() -> Document:
    names = (("guest", _("Guest")), ("regular", _("Regular")), ("friend", _("Friend")))
    return ladder("visits", names, [{"at": 0}, {"at": 10}, {"at": 25}], window=YEAR)


def ladder(basis: str, names: Sequence[tuple[str, str]], steps: Sequence[Document], *, window: Document) -> Document:
    levels = [{"code": code, "name": name, **step} for (code, name), step in zip(names, steps, strict=True)]
    return {"basis": basis, "window": window, "downgrade": "natural", "grace_days": 30, "levels": levels}


def with_tiers(document: Document, tiers: Document) -> Document:
    """Give a copy of the document a ladder; one that it has already stays."""
    return {"tiers": tiers} | deepcopy(document)
