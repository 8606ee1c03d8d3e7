"""Refusals of the rewards domain."""

from datetime import datetime

from django.utils.translation import gettext as _

from loyalty_site.refusals import Refused


class OutOfStock(Refused):
    code = "out-of-stock"

    def __init__(self) -> None:
        super().__init__(_("The last one is gone. Choose another reward, or ask when it is back."))


class LimitReached(Refused):
    code = "limit-reached"

    def __init__(self, times: int, per: str) -> None:
        words = _("This reward can be had %(times)d × per %(per)s, and that has been used.")
        super().__init__(words % {"times": times, "per": per})


class NotEligible(Refused):
    code = "not-eligible"


class CardBlocked(NotEligible):
    def __init__(self) -> None:
        super().__init__(_("This card is blocked. Ask a manager."))

    @property
    def to_customer(self) -> str:
        return _("This card is blocked. Ask at the shop.")


class VoucherOver(Refused):
    """The voucher was used, cancelled or ran out before."""

    code = "not-allowed"

    @classmethod
    def used(cls, at: datetime) -> "VoucherOver":
        return cls(_("This voucher was used at %(time)s.") % {"time": at.strftime("%H:%M")})
