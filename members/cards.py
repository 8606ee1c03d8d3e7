"""Numbers of cards: which are free, and what happens when a card is lost or replaced."""

from __future__ import annotations

from collections.abc import Collection

from members import numbers
from members.models import CardNumber
from programs.models import Merchant


def is_free(merchant: Merchant, number: str) -> bool:
    """Whether no card of the shop has this number or ever had it."""
    return not taken(merchant, [number])


def taken(merchant: Merchant, sought: Collection[str]) -> set[str]:
    """Those of the numbers, as they are stored, that a card has or had."""
    ours = merchant.members.filter(number__in=sought).values_list("number", flat=True)
    others = merchant.card_numbers.filter(number__in=sought).values_list("number", flat=True)
    return set(ours.union(others))


def withdrawn(merchant: Merchant, text: str) -> CardNumber | None:
    """What became of the card with this number when it stopped working; None if it works, or nobody ever had it."""
    known = merchant.card_numbers.withdrawn().select_related("member")
    return known.filter(number=numbers.tidy(text)).first()
