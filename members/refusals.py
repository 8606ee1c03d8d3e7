"""Refusals of the member domain: typed, with the code that the API answers and words that say what to do."""

from typing import Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty_site.refusals import Refused


class InsufficientPoints(Refused):
    code = "insufficient-points"

    def __init__(self, *, missing: int) -> None:
        self.missing = missing
        super().__init__(
            ngettext("%(missing)d point short.", "%(missing)d points short.", missing) % {"missing": missing}
        )


class Conflict(Refused):
    """The reference is known with other content; nothing was changed."""

    code = "conflict"

    def __init__(self, reference: str) -> None:
        super().__init__(
            _("“%(reference)s” is already recorded with other content. Send it unchanged or use a new number.")
            % {"reference": reference}
        )


class WrongCurrency(Refused):
    code = "wrong-currency"

    def __init__(self, currency: str, expected: str) -> None:
        super().__init__(
            _("This shop counts in %(expected)s, the order is in %(currency)s. Convert it first.")
            % {"currency": currency, "expected": expected}
        )


class BadAmount(Refused):
    code = "bad-amount"

    @classmethod
    def negative(cls) -> Self:
        return cls(_("An amount is below zero, or more was paid with points than the order is worth. Correct it."))

    @classmethod
    def size(cls) -> Self:
        return cls(_("An amount is not a number below 1,000,000,000. Correct it."))

    @classmethod
    def decimals(cls, currency: str, decimals: int) -> Self:
        words = _("%(currency)s has %(decimals)d decimals. Write the amount with no more than that.")
        return cls(words % {"currency": currency, "decimals": decimals})

    @classmethod
    def of_line(cls, sku: str) -> Self:
        return cls(_("Say how many pieces or how much money of “%(sku)s” came back, as a number.") % {"sku": sku})

    @classmethod
    def of_lines(cls) -> Self:
        return cls(_("The lines come to more than was refunded. Correct the amount or the lines."))


class TooManyPoints(BadAmount):
    """No account holds so many: a slip in the amount, or in the terms."""

    def __init__(self, most: int) -> None:
        super().__init__(
            _("That comes to more than %(most)d points. Correct the amount, or what the program gives.")
            % {"most": most}
        )


class ExceedsOrder(Refused):
    code = "exceeds-order"

    @classmethod
    def left(cls, left: str) -> Self:
        return cls(_("More than is left of this order: at most %(left)s can be refunded.") % {"left": left})

    @classmethod
    def of_line(cls, sku: str, left: str) -> Self:
        words = _("More of “%(sku)s” than is left of this order: at most %(left)s can come back.")
        return cls(words % {"sku": sku, "left": left})


class UnknownMember(Refused):
    code = "unknown-member"

    def __init__(self, sought: str = "") -> None:
        super().__init__(
            _("Nobody here has the number, e-mail or phone “%(sought)s”. Check it or add the member.")
            % {"sought": sought}
        )


class CardReplaced(UnknownMember):
    """The number was a card's, and works no more."""

    code = "card-replaced"

    def __init__(self, sought: str) -> None:
        words = _("The card %(sought)s was replaced and works no more. Use the new one, or find the member by name.")
        Refused.__init__(self, words % {"sought": sought})


class Waiting(Refused):
    """Accepted, and waits for approval or for its order."""

    code = "waiting"

    @classmethod
    def for_order(cls, reference: str) -> Self:
        words = _("The order “%(reference)s” has not come in yet. The refund waits and is applied when it does.")
        return cls(words % {"reference": reference})

    @classmethod
    def for_approval(cls, limit: int) -> Self:
        words = _("That is above your limit of %(limit)d points, so it waits for a second person to approve it.")
        return cls(words % {"limit": limit})


class OwnCard(Refused):
    code = "own-card"

    def __init__(self) -> None:
        super().__init__(_("Nobody changes points on their own card. Ask a colleague."))


class NotAllowed(Refused):
    code = "not-allowed"


class CardBlocked(NotAllowed):
    def __init__(self) -> None:
        super().__init__(_("This card is blocked, so nothing can be had with it. A manager says why."))
