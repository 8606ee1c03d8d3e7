"""Numbers of cards: which are taken, which are free, and what became of one that works no more.

The number on a member's card is `Member.number`; others that it had, or has besides, are `CardNumber`.
"""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from members import numbers
from members.models import CardNumber
from members.refusals import NotAllowed
from programs.models import Merchant

TRIES = 20
SHORTEST, LONGEST = 4, 20  # letters and digits


def is_free(merchant: Merchant, number: str) -> bool:
    """Whether no card of the shop has this number or ever had it."""
    return not taken(merchant, [number])


def taken(merchant: Merchant, sought: Collection[str]) -> set[str]:
    """Those of the numbers, as they are stored, that a card has or had."""
    ours = merchant.members.filter(number__in=sought).values_list("number", flat=True)
    others = merchant.card_numbers.filter(number__in=sought).values_list("number", flat=True)
    return {*ours, *others}


def draw(merchant: Merchant, count: int, *, besides: Collection[str] = ()) -> list[str]:
    """So many numbers that no card has or had, and that are none of those `besides`. Raises NotAllowed."""
    drawn: set[str] = set()
    for _attempt in range(TRIES):
        if len(drawn) == count:
            return list(drawn)
        fresh = {numbers.new(merchant.card_prefix, merchant.card_digits) for _ in range(count - len(drawn))}
        drawn |= fresh - taken(merchant, fresh) - set(besides)
    if len(drawn) == count:
        return list(drawn)
    raise NotAllowed(_("Card numbers are running out. Give cards more digits in the shop's settings."))


def read(text: str) -> str:
    """The number of a card, as it is stored, from what was typed or scanned. Raises NotAllowed for none."""
    number = numbers.tidy(text)
    if not SHORTEST <= len(number) <= LONGEST or not any(letter.isdigit() for letter in number):
        raise NotAllowed(_("This is no card number. It has 4 to 20 letters and digits."))
    return number


def withdrawn(merchant: Merchant, text: str) -> CardNumber | None:
    """What became of the card with this number when it stopped working; None if it works, or nobody ever had it."""
    known = merchant.card_numbers.withdrawn().select_related("member")
    return known.filter(number=numbers.tidy(text)).first()
