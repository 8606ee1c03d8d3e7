"""Numbers of cards: which are taken, which are free, and what became of one that works no more.

The number on a member's card is `Member.number`; others that it had, or has besides, are `CardNumber`.
"""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from members import numbers, phones
from members.models import CardNumber
from members.refusals import NotAllowed
from programs.models import Merchant

TRIES = 20
SHORTEST, LONGEST = 4, 20  # letters and digits
LONG = 10  # digits of a card that another printer made


def is_free(merchant: Merchant, number: str) -> bool:
    """Whether no card of the shop has this number or ever had it."""
    return not taken(merchant, [number])


def taken(merchant: Merchant, sought: Collection[str]) -> set[str]:
    """Those of the numbers, as they are stored, that a card has or had."""
    ours = merchant.members.filter(number__in=sought).values_list("number", flat=True)
    others = merchant.card_numbers.filter(number__in=sought).values_list("number", flat=True)
    return {*ours, *others}


def draw(merchant: Merchant, count: int, *, besides: Collection[str] = ()) -> list[str]:
    """So many numbers for cards that no card has or had, and that are none of those `besides`. Raises NotAllowed."""
    return drawn(merchant, merchant.card_prefix, merchant.card_digits, count=count, besides=besides)


def drawn(merchant: Merchant, prefix: str, digits: int, *, count: int, besides: Collection[str] = ()) -> list[str]:
    """The same with this prefix and so many digits."""
    found: set[str] = set()
    for _attempt in range(TRIES):
        if len(found) == count:
            return list(found)
        fresh = {numbers.new(prefix, digits) for _ in range(count - len(found))}
        found |= fresh - taken(merchant, fresh) - set(besides)
    if len(found) == count:
        return list(found)
    raise NotAllowed(_("Card numbers are running out. Give cards more digits in the shop's settings."))


def read(text: str) -> str:
    """The number of a card, as it is stored, from what was typed or scanned. Raises NotAllowed for none."""
    number = numbers.tidy(text)
    if not SHORTEST <= len(number) <= LONGEST or not any(letter.isdigit() for letter in number):
        raise NotAllowed(_("This is no card number. It has 4 to 20 letters and digits."))
    return number


def unused(merchant: Merchant, text: str) -> str:
    """The number, as it is stored, of a card that nobody has or had yet; "" for text that is no card's number.

    It is one in the shop's own form, check digit included, or a long one of another printer that is no phone number.
    """
    number = numbers.tidy(text)
    is_theirs = LONG <= len(number) <= LONGEST and sum(letter.isdigit() for letter in number) >= LONG
    is_number = is_ours(merchant, number) or (is_theirs and not phones.is_one(text, merchant.country))
    return number if is_number and is_free(merchant, number) else ""


def is_ours(merchant: Merchant, number: str) -> bool:
    """Whether a number has the form of those that the shop draws."""
    digits = number.removeprefix(merchant.card_prefix)
    has_form = number.startswith(merchant.card_prefix) and digits.isdecimal() and len(digits) == merchant.card_digits
    return has_form and numbers.check_digit(digits[:-1]) == digits[-1]


def withdrawn(merchant: Merchant, text: str) -> CardNumber | None:
    """What became of the card with this number when it stopped working; None if it works, or nobody ever had it."""
    known = merchant.card_numbers.withdrawn().select_related("member")
    return known.filter(number=numbers.tidy(text)).first()
