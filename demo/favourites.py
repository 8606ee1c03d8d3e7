"""The coffee shop's own fields, and what its customers told about themselves; some told nothing."""

from __future__ import annotations

from collections.abc import Sequence

from members import keeping_fields
from members.models import MemberField
from programs.models import Staff

USUAL, OWN_CUP = "usual-coffee", "brings-a-cup"
COFFEES = ("Espresso", "Flat white", "Filter", "Cappuccino")
TELLS, BRINGS = 5, 7  # every so many customers


def keep(*, by: Staff) -> None:
    """Let the shop keep both fields from its first day."""
    keep_one("Usual coffee", MemberField.Kind.CHOICE, COFFEES, by=by)
    keep_one("Brings a cup", MemberField.Kind.YES_NO, (), by=by)


def keep_one(name: str, kind: str, choices: Sequence[str], *, by: Staff) -> None:
    is_choice, shop = bool(choices), by.merchant
    keeping_fields.add(shop, name=name, kind=kind, choices=choices, is_at_till=is_choice, by=by, now=shop.created_at)


def told(number: int) -> dict[str, str | bool]:
    """What the customer with this number told; the same each time."""
    usual = {USUAL: COFFEES[number // TELLS % len(COFFEES)]} if number % TELLS == 0 else {}
    return usual | ({OWN_CUP: True} if number % BRINGS == 0 else {})
