"""What a blocked card may not do. It keeps what it has and purchases still count, but nothing can be had with it.

That holds at the till, on the phone and through the API alike: no reward is redeemed or handed over, no points are
added by hand or for events, no birthday is celebrated, no mail is sent, and nobody signs in with its address for the
first time. Refunds, expiry, tiers and corrections that take points go on.
"""

from __future__ import annotations

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models import Member
from members.refusals import CardBlocked

MAY_NOT: tuple[Promise, ...] = (
    _("Rewards are neither redeemed nor handed over, at the till, on the phone and through the API."),
    _("Nobody adds points by hand or for events; taking points still works."),
    _("No mail is sent, and birthdays are not celebrated."),
)
STILL: tuple[Promise, ...] = (
    _("Purchases and refunds count, so that nothing is missing when the card is used again."),
    _("Points stay, and expire by their own dates."),
)


def refuse(member_ids: Collection[int]) -> None:
    """Raise CardBlocked if the card of one of these members is blocked."""
    if Member.objects.filter(pk__in=member_ids, is_blocked=True).exists():
        raise CardBlocked
