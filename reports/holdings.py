"""What the members of one program hold, and what that is worth: what an end of the program would be about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, DecimalField, Q, Sum

from members.models import Account, PointsLot
from programs.models import Program
from reports import formulas
from rewards.models import Reward


@dataclass(frozen=True, slots=True)
class Holdings:
    """Members of a program; those who hold points; their points, those pending among them; points owed to the shop.

    `worth` is money by the rewards on offer, None where no reward says its worth.
    """

    members: int
    holders: int
    points: int
    pending: int
    owed: int
    worth: Decimal | None


def of(program: Program, *, now: datetime, as_money: bool, decimals: int) -> Holdings:
    """Add up a program's accounts as they stand; points shown as money are worth what they show."""
    held = Account.objects.filter(program=program).aggregate(
        members=Count("pk", filter=Q(merged_into=None, member__erased_at=None)),
        holders=Count("pk", filter=Q(balance__gt=0)),
        points=Sum("balance", filter=Q(balance__gt=0), default=0),
        owed=Sum("debt", default=0),
    )
    lots = PointsLot.objects.filter(program=program).pending(now)
    pending = lots.aggregate(points=Sum("remaining", default=0))["points"]
    each = Decimal(1).scaleb(-decimals) if as_money else worth_of_a_point(program)
    return Holdings(**held, pending=pending, worth=None if each is None else held["points"] * each)


def worth_of_a_point(program: Program) -> Decimal | None:
    """What a point of the program buys on average; None where no reward on offer says its worth."""
    priced = Reward.objects.filter(program=program, is_active=True, money_value__isnull=False)
    total = priced.aggregate(worth=Sum("money_value", output_field=DecimalField()), points=Sum("points_price"))
    return formulas.share(total["worth"] or 0, total["points"] or 0) if total["points"] else None
