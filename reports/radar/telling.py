"""Alerts in words: what was seen, and the rows that say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import Adjustment, Member, Order
from reports.models import RadarAlert
from reports.wording import short_day
from rewards.models import Redemption

KIND = RadarAlert.Kind


@dataclass(frozen=True, slots=True)
class Row:
    """One piece of evidence: what, when, with whom; `money` or `points` where it moved some."""

    at: datetime
    what: str
    member: Member
    points: int | None = None
    money: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An alert in words."""

    alert: RadarAlert
    title: str
    text: str
    when: str


def told(alert: RadarAlert) -> Told:
    """An alert with its words, as pages show it."""
    return Told(alert, title_of(alert), text_of(alert), when_of(alert))


def title_of(alert: RadarAlert) -> str:
    """One sentence that says who did what, how often."""
    count = len(alert.evidence)
    who = {"count": count, "who": alert.staff.user.get_short_name() if alert.staff else "", "share": alert.share}
    match alert.kind:
        case KIND.SAME_CARD:
            words = _("%(who)s recorded %(count)d purchases on one card in a day")
        case KIND.MANUAL_SHARE:
            words = _("%(who)s gave %(share)d %% of the points by hand")
        case KIND.NEAR_LIMIT:
            words = _("%(who)s made %(count)d adjustments just below the limit")
        case KIND.REDEEMED_AFTER:
            words = ngettext(
                "%(count)d reward right after an adjustment by %(who)s",
                "%(count)d rewards right after adjustments by %(who)s",
                count,
            )
        case _kind:
            words = _("%(count)d friends of %(member)s joined from one device")
    return words % (who | {"member": alert.member})


def text_of(alert: RadarAlert) -> str:
    """Why it may matter, and what may be harmless about it."""
    return {
        KIND.SAME_CARD: _(
            "Purchases of customers without a card may have gone to this one. A family may share it, too."
        ),
        KIND.MANUAL_SHARE: _("Most points come from purchases. Ask what the adjustments were for."),
        KIND.NEAR_LIMIT: _("What is above the limit needs a second person, what is just below does not."),
        KIND.REDEEMED_AFTER: _("Without the points added within the hour before, the reward could not have been had."),
        KIND.ONE_DEVICE: _("One person may have joined several times. A family may share a tablet, too."),
    }[KIND(alert.kind)]


def when_of(alert: RadarAlert) -> str:
    """The day, or the days from the first to the last."""
    first, last = short_day(alert.first_on), short_day(alert.last_on)
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def rows_of(alert: RadarAlert) -> list[Row]:
    """The evidence, newest first; rows of the alert's own shop only."""
    return sorted(READERS[KIND(alert.kind)](alert), key=lambda row: row.at, reverse=True)


def bought(alert: RadarAlert) -> list[Row]:
    found = of_shop(Order.objects, alert).select_related("member", "location")
    at_till = _("At the till")
    return [Row(each.placed_at, str(each.location or at_till), each.member, money=each.amount) for each in found]


def adjusted(alert: RadarAlert) -> list[Row]:
    found = of_shop(Adjustment.objects, alert).select_related("account__member")
    return [Row(made.created_at, made.reason, made.account.member, points=made.points) for made in found]


def redeemed(alert: RadarAlert) -> list[Row]:
    found = of_shop(Redemption.objects, alert).select_related("account__member", "reward")
    return [Row(taken.redeemed_at, taken.reward.name, taken.account.member, points=-taken.points) for taken in found]


def joined(alert: RadarAlert) -> list[Row]:
    return [Row(member.joined_at, _("Joined"), member) for member in of_shop(Member.objects, alert)]


def of_shop(manager: Any, alert: RadarAlert) -> QuerySet[Any]:
    found: QuerySet[Any] = manager.filter(merchant=alert.merchant_id, pk__in=alert.evidence)
    return found


READERS: dict[str, Callable[[RadarAlert], list[Row]]] = {
    KIND.SAME_CARD: bought,
    KIND.MANUAL_SHARE: adjusted,
    KIND.NEAR_LIMIT: adjusted,
    KIND.REDEEMED_AFTER: redeemed,
    KIND.ONE_DEVICE: joined,
}
